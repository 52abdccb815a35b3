//! The registrations that a notifier reports: full and partial documents in order (RFC 3680 section 5.2).

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use crate::package::limits;

use super::contact::{Contact, ContactState};
use super::document::{Document, Registration, RegistrationState, State};

/// What is known from one dialog.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Table {
    version: Option<u64>,
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
    /// What was reported.
    pub contact: Contact,
    /// When the binding ends.
    pub expires_at: Option<Timestamp>,
    /// When it was bound.
    pub registered_at: Option<Timestamp>,
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
    /// Contacts that came, changed or went.
    pub changes: Vec<Change>,
}

/// What happened to one contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// What happened.
    pub kind: ChangeKind,
    /// The address of record it belongs to.
    pub aor: String,
    /// The row as it is now; of one that went, as it was last reported.
    pub row: Row,
}

/// The ways a contact can change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeKind {
    /// New in the table.
    Added,
    /// Reported otherwise than before, times left aside.
    Updated,
    /// Reported as terminated, or no longer in a full document.
    Departed,
}

impl Table {
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
            std::mem::swap(&mut before, &mut self.registrations);
            self.contacts = 0;
        }
        for registration in &document.registrations {
            let flushed = before.remove(&registration.id);
            self.update(registration, flushed, now, &mut applied);
        }
        for gone in before.into_values() {
            applied.depart(&gone.aor, gone.rows);
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
        self.version
    }

    /// Takes one registration; `flushed` is what a full document has just taken out of the table.
    fn update(
        &mut self,
        registration: &Registration,
        flushed: Option<TableRegistration>,
        now: Timestamp,
        applied: &mut Applied,
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
            let row = Row::new(contact, now);
            let old = held
                .rows
                .remove(&contact.id)
                .or_else(|| flushed.remove(&contact.id));
            let terminated = contact.state == ContactState::Terminated;
            let kind = match &old {
                _ if terminated => Some(ChangeKind::Departed),
                None => Some(ChangeKind::Added),
                Some(old) if !old.shows_the_same(&row) => Some(ChangeKind::Updated),
                Some(_) => None,
            };
            let room = self.contacts + held.rows.len() < limits::CONTACTS;
            if let Some(kind) = kind {
                applied.changes.push(Change {
                    kind,
                    aor: registration.aor.clone(),
                    row: row.clone(),
                });
            }
            if !terminated && room {
                held.rows.insert(contact.id.clone(), row);
            }
        }
        self.contacts += held.rows.len();
        applied.depart(&registration.aor, flushed);
    }
}

impl TableRegistration {
    /// The bound contacts, by id.
    pub fn rows(&self) -> impl Iterator<Item = &Row> {
        self.rows.values()
    }
}

impl Applied {
    /// Whether anything shown about a contact changed.
    pub fn changed(&self) -> bool {
        !self.changes.is_empty()
    }

    fn depart(&mut self, aor: &str, rows: BTreeMap<String, Row>) {
        self.changes.extend(rows.into_values().map(|row| Change {
            kind: ChangeKind::Departed,
            aor: aor.to_owned(),
            row,
        }));
    }
}

impl Row {
    fn new(contact: &Contact, now: Timestamp) -> Self {
        let span =
            |seconds: u64| SignedDuration::from_secs(i64::try_from(seconds).unwrap_or(i64::MAX));
        Self {
            expires_at: contact.expires.and_then(|s| now.checked_add(span(s)).ok()),
            registered_at: contact
                .duration_registered
                .and_then(|s| now.checked_sub(span(s)).ok()),
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
