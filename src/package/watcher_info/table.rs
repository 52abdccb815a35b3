//! The watchers that one notifier reports: full and partial documents in order (RFC 3858 section 4).

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::package::succession::{Applied, Change, ChangeKind, State, Version};
use crate::package::{address, limits, time};

use super::document::{Document, Watcher, WatcherEvent, WatcherStatus};

/// The watchers known from one dialog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    package: String,
    version: Version,
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

impl Table {
    /// An empty table for watchers of a package, such as `presence` for a subscription to `presence.winfo`.
    pub fn new(package: &str) -> Self {
        Self {
            package: package.to_owned(),
            version: Version::default(),
            rows: BTreeMap::new(),
        }
    }

    /// Takes a document that arrived at `now`.
    pub fn apply(&mut self, document: &Document, now: Timestamp) -> Applied<Row> {
        let mut applied = Applied::begin(&mut self.version, document.version, document.state);
        if applied.discarded {
            return applied;
        }
        let mut before = BTreeMap::new();
        if document.state == State::Full {
            std::mem::swap(&mut before, &mut self.rows);
        }
        for list in &document.lists {
            if list.package != self.package {
                continue;
            }
            let resource = address::canonical(&list.resource);
            for watcher in &list.watchers {
                let key = (resource.clone(), watcher.id.clone());
                let old = self.rows.remove(&key).or_else(|| before.remove(&key));
                self.put(key, old.as_ref(), watcher, now, &mut applied);
            }
        }
        applied.depart(before.into_values());
        applied
    }

    /// The packages of lists in a document that are left out, because they are not about the package watched.
    pub fn foreign<'d>(&self, document: &'d Document) -> impl Iterator<Item = &'d str> {
        let packages = document.lists.iter().map(|list| list.package.as_str());
        packages.filter(|package| *package != self.package)
    }

    /// The watchers, by resource and id.
    pub fn rows(&self) -> impl Iterator<Item = &Row> {
        self.rows.values()
    }

    /// Number of the last document taken.
    pub fn version(&self) -> Option<u64> {
        self.version.number()
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
        applied: &mut Applied<Row>,
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
        Self {
            resource: resource.to_owned(),
            id: watcher.id.clone(),
            uri: watcher.uri.clone(),
            display_name: watcher.display_name.clone(),
            status: watcher.status.clone(),
            event: watcher.event.clone(),
            expires_at: watcher.expiration.and_then(|s| time::after(now, s)),
            subscribed_at: watcher
                .duration_subscribed
                .and_then(|s| time::before(now, s)),
            first_seen: now,
            reported_at: now,
        }
    }

    fn shows_the_same(&self, other: &Self) -> bool {
        (&self.uri, &self.display_name, &self.status, &self.event)
            == (&other.uri, &other.display_name, &other.status, &other.event)
    }
}
