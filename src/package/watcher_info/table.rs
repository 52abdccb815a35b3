//! The watchers that one notifier reports: full and partial documents in order (RFC 3858 section 4).

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use crate::package::{address, limits};

use super::document::{Document, State, Watcher, WatcherEvent, WatcherStatus};

/// The watchers known from one dialog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    package: String,
    version: Option<u64>,
    rows: BTreeMap<(String, String), Row>,
}

/// A watcher with absolute times.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The resource watched, in canonical form.
    pub resource: String,
    /// Key within the resource.
    pub id: String,
    /// Address of the watcher as reported.
    pub uri: String,
    /// The name the watcher gives itself.
    pub display_name: Option<String>,
    /// Where its subscription stands.
    pub status: WatcherStatus,
    /// What brought it there.
    pub event: WatcherEvent,
    /// When its subscription ends.
    pub expires_at: Option<Timestamp>,
    /// When its subscription began.
    pub subscribed_at: Option<Timestamp>,
    /// When this notifier first reported the watcher.
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
    /// Lists left out because they are about another package, by that package's name.
    pub foreign: Vec<String>,
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
    /// Status, event, address or name are other than before.
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
    /// An empty table for watchers of a package, such as `presence` for a subscription to `presence.winfo`.
    pub fn new(package: &str) -> Self {
        Self {
            package: package.to_owned(),
            version: None,
            rows: BTreeMap::new(),
        }
    }

    /// Takes a document that arrived at `now`.
    pub fn apply(&mut self, document: &Document, now: Timestamp) -> Applied {
        let mut applied = Applied::default();
        let gap = match self.version {
            Some(held) if document.version <= held => {
                applied.discarded = true;
                return applied;
            }
            Some(held) => document.version > held + 1,
            // Without a full document first, nobody knows what else there is.
            None => true,
        };
        self.version = Some(document.version);
        // A full document after a gap leaves nothing open.
        applied.resync_needed = gap && document.state == State::Partial;
        let mut before = BTreeMap::new();
        if document.state == State::Full {
            std::mem::swap(&mut before, &mut self.rows);
        }
        for list in &document.lists {
            if list.package != self.package {
                applied.foreign.push(list.package.clone());
                continue;
            }
            let resource = address::canonical(&list.resource);
            for watcher in &list.watchers {
                let key = (resource.clone(), watcher.id.clone());
                let old = self.rows.remove(&key).or_else(|| before.remove(&key));
                self.put(key, old.as_ref(), watcher, now, &mut applied);
            }
        }
        let departed = before.into_values().map(|row| Change {
            kind: ChangeKind::Departed,
            row,
        });
        applied.changes.extend(departed);
        applied
    }

    /// The watchers, by resource and id.
    pub fn rows(&self) -> impl Iterator<Item = &Row> {
        self.rows.values()
    }

    /// Number of the last document taken.
    pub fn version(&self) -> Option<u64> {
        self.version
    }

    /// The package watched.
    pub fn package(&self) -> &str {
        &self.package
    }

    fn put(
        &mut self,
        key: (String, String),
        old: Option<&Row>,
        watcher: &Watcher,
        now: Timestamp,
        applied: &mut Applied,
    ) {
        let mut row = Row::new(&key.0, watcher, now);
        row.first_seen = old.map_or(now, |old| old.first_seen);
        let departed = row.status == WatcherStatus::Terminated;
        let kind = match old {
            _ if departed => Some(ChangeKind::Departed),
            None => Some(ChangeKind::Added),
            Some(old) if !old.shows_the_same(&row) => Some(ChangeKind::Updated),
            Some(_) => None,
        };
        if let Some(kind) = kind {
            applied.changes.push(Change {
                kind,
                row: row.clone(),
            });
        }
        if !departed && (old.is_some() || self.rows.len() < limits::WATCHERS) {
            self.rows.insert(key, row);
        }
    }
}

impl Row {
    fn new(resource: &str, watcher: &Watcher, now: Timestamp) -> Self {
        let span =
            |seconds: u64| SignedDuration::from_secs(i64::try_from(seconds).unwrap_or(i64::MAX));
        Self {
            resource: resource.to_owned(),
            id: watcher.id.clone(),
            uri: watcher.uri.clone(),
            display_name: watcher.display_name.clone(),
            status: watcher.status.clone(),
            event: watcher.event.clone(),
            expires_at: watcher
                .expiration
                .and_then(|s| now.checked_add(span(s)).ok()),
            subscribed_at: watcher
                .duration_subscribed
                .and_then(|s| now.checked_sub(span(s)).ok()),
            first_seen: now,
            reported_at: now,
        }
    }

    fn shows_the_same(&self, other: &Self) -> bool {
        (&self.uri, &self.display_name, &self.status, &self.event)
            == (&other.uri, &other.display_name, &other.status, &other.event)
    }
}
