//! The dialogs that one notifier reports: full and partial documents in order (RFC 4235 section 4.3).

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use crate::package::limits;

use super::dialog::Dialog;
use super::document::{Document, State};
use super::state::DialogState;

/// The dialogs known from one notifier.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Table {
    version: Option<u64>,
    rows: BTreeMap<String, Row>,
}

/// A dialog with absolute times.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// What is reported, completed by what earlier reports said.
    pub dialog: Dialog,
    /// When it began, ringing included; `None` when no document has told.
    pub began_at: Option<Timestamp>,
    /// When this notifier first reported it.
    pub first_seen: Timestamp,
    /// When this was reported.
    pub reported_at: Timestamp,
}

/// What a document did to a table.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Applied {
    /// An old or repeated document, of which nothing was used.
    pub discarded: bool,
    /// Something may be missing: the subscription should be refreshed, which brings the full state.
    pub resync_needed: bool,
    /// Rows that came, changed or went.
    pub changes: Vec<Change>,
}

/// What happened to one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// What happened.
    pub kind: ChangeKind,
    /// The row as it is now; of one that went, as it was last reported.
    pub row: Row,
}

/// The ways a row can change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeKind {
    /// New in the table.
    Added,
    /// Anything but its age is other than before.
    Updated,
    /// Reported as terminated, or no longer in a full document.
    Departed,
}

impl Applied {
    /// Whether anything shown changed.
    pub fn changed(&self) -> bool {
        !self.changes.is_empty()
    }
}

impl Table {
    /// An empty table.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes a document that arrived at `now`.
    ///
    /// The first document may have any version. A lower or equal one is discarded; a gap asks for a refresh only when
    /// the document is partial. One without dialogs tells that there are none (RFC 4235 section 3.3). Dialogs that are
    /// over leave the table.
    pub fn apply(&mut self, document: &Document, now: Timestamp) -> Applied {
        let mut applied = Applied::default();
        let gap = match self.version {
            Some(held) if document.version <= held => {
                applied.discarded = true;
                return applied;
            }
            Some(held) => document.version - held > 1,
            // Without a full document first, nobody knows what else there is.
            None => true,
        };
        self.version = Some(document.version);
        let full = document.state == State::Full || document.dialogs.is_empty();
        applied.resync_needed = gap && !full;
        let mut before = BTreeMap::new();
        if full {
            std::mem::swap(&mut before, &mut self.rows);
        }
        for dialog in &document.dialogs {
            let flushed = before.remove(&dialog.id);
            self.put(dialog, flushed.as_ref(), now, &mut applied);
        }
        let departed = before.into_values().map(|row| Change {
            kind: ChangeKind::Departed,
            row,
        });
        applied.changes.extend(departed);
        applied
    }

    /// The dialogs, by id.
    pub fn rows(&self) -> impl Iterator<Item = &Row> {
        self.rows.values()
    }

    /// Number of the last document taken.
    pub fn version(&self) -> Option<u64> {
        self.version
    }

    fn put(
        &mut self,
        dialog: &Dialog,
        flushed: Option<&Row>,
        now: Timestamp,
        applied: &mut Applied,
    ) {
        let held = self.rows.remove(&dialog.id);
        let mut row = Row::new(dialog.clone(), now);
        // A full document leaves nothing out that is still true.
        if let Some(held) = &held {
            row.dialog.inherit(&held.dialog);
        }
        let old = held.as_ref().or(flushed);
        if let Some(old) = old {
            row.goes_on_from(old);
        }
        let departed = row.dialog.state == DialogState::Terminated;
        let kind = match old {
            // Some notifiers report for a while what is over, and nobody has seen it here.
            None if departed => return,
            Some(_) if departed => Some(ChangeKind::Departed),
            None => Some(ChangeKind::Added),
            Some(old) if !old.shows_the_same(&row) => Some(ChangeKind::Updated),
            Some(_) => None,
        };
        if !departed {
            if old.is_none() && self.rows.len() >= limits::DIALOGS {
                return;
            }
            self.rows.insert(dialog.id.clone(), row.clone());
        }
        applied
            .changes
            .extend(kind.map(|kind| Change { kind, row }));
    }
}

impl Row {
    fn new(dialog: Dialog, now: Timestamp) -> Self {
        let span =
            |seconds: u64| SignedDuration::from_secs(i64::try_from(seconds).unwrap_or(i64::MAX));
        Self {
            began_at: dialog
                .duration
                .and_then(|seconds| now.checked_sub(span(seconds)).ok()),
            dialog,
            first_seen: now,
            reported_at: now,
        }
    }

    /// A dialog begins once, whatever is lost in rounding each time its age is told.
    fn goes_on_from(&mut self, earlier: &Self) {
        self.first_seen = earlier.first_seen;
        self.began_at = earlier.began_at.or(self.began_at);
    }

    fn shows_the_same(&self, other: &Self) -> bool {
        let ageless = |row: &Self| Dialog {
            duration: None,
            ..row.dialog.clone()
        };
        ageless(self) == ageless(other)
    }
}
