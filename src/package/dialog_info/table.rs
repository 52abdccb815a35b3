//! The dialogs that one notifier reports: full and partial documents in order (RFC 4235 section 4.3).

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::package::succession::{Applied, Change, ChangeKind, State, Version};
use crate::package::{limits, time};

use super::dialog::Dialog;
use super::document::Document;
use super::state::DialogState;

/// The dialogs known from one notifier.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Table {
    version: Version,
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

impl Table {
    /// An empty table.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes a document that arrived at `now`.
    ///
    /// The first document may have any version. A lower or equal one is discarded; a gap asks for a refresh only when
    /// the document is partial. One without dialogs tells that there are none (RFC 4235 section 3.3). A partial one with
    /// a dialog that cannot be read asks for a refresh, too: what changed is not known. Dialogs that are over leave the
    /// table.
    pub fn apply(&mut self, document: &Document, now: Timestamp) -> Applied<Row> {
        let none = document.dialogs.is_empty() && document.unreadable == 0;
        let full = document.state == State::Full || none;
        let state = if full { State::Full } else { State::Partial };
        let mut applied = Applied::begin(&mut self.version, document.version, state);
        if applied.discarded {
            return applied;
        }
        applied.resync_needed |= !full && document.unreadable > 0;
        let mut before = BTreeMap::new();
        if full {
            std::mem::swap(&mut before, &mut self.rows);
        }
        for dialog in &document.dialogs {
            let flushed = before.remove(&dialog.id);
            self.put(dialog, flushed.as_ref(), now, &mut applied);
        }
        applied.depart(before.into_values());
        applied
    }

    /// The dialogs, by id.
    pub fn rows(&self) -> impl Iterator<Item = &Row> {
        self.rows.values()
    }

    /// Number of the last document taken.
    pub fn version(&self) -> Option<u64> {
        self.version.number()
    }

    fn put(
        &mut self,
        dialog: &Dialog,
        flushed: Option<&Row>,
        now: Timestamp,
        applied: &mut Applied<Row>,
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
        Self {
            began_at: dialog.duration.and_then(|s| time::before(now, s)),
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
