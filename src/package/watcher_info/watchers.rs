//! The watchers that all notifiers of one subscription report (RFC 3857 section 4.9), one line for each person.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::package::Applied;
use crate::package::address;

use super::document::{Document, WatcherStatus};
use super::table::{Row, Table};

/// One [`Table`] per notifier. `K` names a notifier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watchers<K> {
    package: String,
    tables: BTreeMap<K, Table>,
}

/// A person who watches a resource, whatever the number of subscriptions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group<'a, K> {
    /// The resource watched, in canonical form.
    pub resource: &'a str,
    /// The watcher's address, in canonical form.
    pub watcher: String,
    /// The row that speaks for the person: the one that needs a decision most, the oldest of equals.
    pub row: &'a Row,
    /// Every row, with the notifier that reported it.
    pub rows: Vec<(K, &'a Row)>,
}

impl<K: Ord + Copy> Watchers<K> {
    /// Nobody known yet. `package` is the one watched, such as `presence` for `presence.winfo`.
    pub fn new(package: &str) -> Self {
        Self {
            package: package.to_owned(),
            tables: BTreeMap::new(),
        }
    }

    /// Takes a document of one notifier.
    pub fn apply(&mut self, notifier: K, document: &Document, now: Timestamp) -> Applied<Row> {
        let package = &self.package;
        self.tables
            .entry(notifier)
            .or_insert_with(|| Table::new(package))
            .apply(document, now)
    }

    /// Takes out what a notifier reported; its dialog has ended. Gives the rows that went with it.
    pub fn remove(&mut self, notifier: K) -> Vec<Row> {
        let table = self.tables.remove(&notifier);
        table.map_or_else(Vec::new, |table| table.rows().cloned().collect())
    }

    /// Every row with the notifier that reported it.
    pub fn rows(&self) -> impl Iterator<Item = (K, &Row)> {
        self.tables
            .iter()
            .flat_map(|(notifier, table)| table.rows().map(|row| (*notifier, row)))
    }

    /// One entry per resource and watcher, in the order of their addresses.
    pub fn merged(&self) -> Vec<Group<'_, K>> {
        let mut groups: BTreeMap<(&str, String), Group<'_, K>> = BTreeMap::new();
        for (notifier, row) in self.rows() {
            let watcher = address::canonical(&row.uri);
            let key = (row.resource.as_str(), watcher.clone());
            groups
                .entry(key)
                .and_modify(|group| {
                    group.rows.push((notifier, row));
                    if urgency(row) < urgency(group.row) {
                        group.row = row;
                    }
                })
                .or_insert_with(|| Group {
                    resource: &row.resource,
                    watcher,
                    row,
                    rows: vec![(notifier, row)],
                });
        }
        groups.into_values().collect()
    }

    /// The package watched.
    pub fn package(&self) -> &str {
        &self.package
    }
}

impl<K> Group<'_, K> {
    /// Whether somebody must decide about this person.
    pub fn asks_for_decision(&self) -> bool {
        self.row.status.asks_for_decision()
    }
}

/// Order in which rows speak for a person: who waits for an answer first. Ties fall to what is said, so that the
/// order in which notifiers were heard never shows.
fn urgency(row: &Row) -> (&WatcherStatus, Timestamp, &str) {
    (
        &row.status,
        row.subscribed_at.unwrap_or(row.first_seen),
        &row.id,
    )
}
