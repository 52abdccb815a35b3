//! The registrations that a notifier reports: full and partial documents in order (RFC 3680 section 5.2).

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::package::succession::{Applied, Change, ChangeKind, State, Version};
use crate::package::{limits, time};

use super::contact::{Contact, ContactState};
use super::document::{Document, Registration, RegistrationState};

/// What is known from one dialog.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Table {
    version: Version,
    registrations: BTreeMap<String, TableRegistration>,
    contacts: usize,
}

/// One address of record with its bound contacts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableRegistration {
    /// The address of record as reported.
    pub aor: String,
    /// Where the registration stands.
    pub state: RegistrationState,
    rows: BTreeMap<String, Row>,
}

/// A contact with absolute times.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The address of record that the contact belongs to.
    pub aor: String,
    /// What was reported.
    pub contact: Contact,
    /// When the binding ends.
    pub expires_at: Option<Timestamp>,
    /// When it was bound.
    pub registered_at: Option<Timestamp>,
    /// When this was reported.
    pub reported_at: Timestamp,
}

impl Table {
    /// Takes a document that arrived at `now`.
    pub fn apply(&mut self, document: &Document, now: Timestamp) -> Applied<Row> {
        let mut applied = Applied::begin(&mut self.version, document.version, document.state);
        if applied.discarded {
            return applied;
        }
        let mut before = BTreeMap::new();
        if document.state == State::Full {
            std::mem::swap(&mut before, &mut self.registrations);
            self.contacts = 0;
        }
        for registration in &document.registrations {
            let flushed = before.remove(&registration.id);
            self.update(registration, flushed, now, &mut applied);
        }
        for gone in before.into_values() {
            applied.depart(gone.rows.into_values());
        }
        applied
    }

    /// The registrations with their ids, by id.
    pub fn registrations(&self) -> impl Iterator<Item = (&str, &TableRegistration)> {
        self.registrations
            .iter()
            .map(|(id, registration)| (id.as_str(), registration))
    }

    /// Number of the last document taken.
    pub fn version(&self) -> Option<u64> {
        self.version.number()
    }

    /// Takes one registration; `flushed` is what a full document has just taken out of the table.
    fn update(
        &mut self,
        registration: &Registration,
        flushed: Option<TableRegistration>,
        now: Timestamp,
        applied: &mut Applied<Row>,
    ) {
        if !self.registrations.contains_key(&registration.id)
            && self.registrations.len() == limits::REGISTRATIONS
        {
            return;
        }
        let mut flushed = flushed.map(|held| held.rows).unwrap_or_default();
        let held = self
            .registrations
            .entry(registration.id.clone())
            .or_insert_with(|| TableRegistration {
                aor: String::new(),
                state: RegistrationState::Init,
                rows: BTreeMap::new(),
            });
        held.aor.clone_from(&registration.aor);
        held.state.clone_from(&registration.state);
        self.contacts -= held.rows.len();
        // Without a bound contact there is no active registration: what is not named again has gone.
        if matches!(
            registration.state,
            RegistrationState::Init | RegistrationState::Terminated
        ) {
            flushed.append(&mut held.rows);
        }
        for contact in &registration.contacts {
            let row = Row::new(&registration.aor, contact, now);
            let old = held
                .rows
                .remove(&contact.id)
                .or_else(|| flushed.remove(&contact.id));
            let terminated = contact.state == ContactState::Terminated;
            let kind = match &old {
                // Some registrars report for a while what is over, and nobody has seen it here.
                None if terminated => None,
                Some(_) if terminated => Some(ChangeKind::Departed),
                None => Some(ChangeKind::Added),
                Some(old) if !old.shows_the_same(&row) => Some(ChangeKind::Updated),
                Some(_) => None,
            };
            let room = self.contacts + held.rows.len() < limits::CONTACTS;
            if let Some(kind) = kind {
                applied.changes.push(Change {
                    kind,
                    row: row.clone(),
                });
            }
            if !terminated && room {
                held.rows.insert(contact.id.clone(), row);
            }
        }
        self.contacts += held.rows.len();
        applied.depart(flushed.into_values());
    }
}

impl TableRegistration {
    /// The bound contacts, by id.
    pub fn rows(&self) -> impl Iterator<Item = &Row> {
        self.rows.values()
    }
}

impl Row {
    fn new(aor: &str, contact: &Contact, now: Timestamp) -> Self {
        Self {
            aor: aor.to_owned(),
            expires_at: contact.expires.and_then(|s| time::after(now, s)),
            registered_at: contact
                .duration_registered
                .and_then(|s| time::before(now, s)),
            reported_at: now,
            contact: contact.clone(),
        }
    }

    fn shows_the_same(&self, other: &Self) -> bool {
        let shown = |row: &Self| Contact {
            expires: None,
            retry_after: None,
            duration_registered: None,
            ..row.contact.clone()
        };
        shown(self) == shown(other)
    }
}
