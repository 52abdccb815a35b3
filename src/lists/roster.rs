//! What lists say about people.

use std::collections::{BTreeMap, BTreeSet};

use super::address::{canonical, person};
use super::limits;

/// Somebody on a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// The address, in canonical form.
    pub address: String,
    /// The name that the user gave; empty for none. The first [`limits::NAME`] characters of it.
    pub name: String,
    /// The groups that the person is in.
    pub groups: BTreeSet<String>,
}

/// People, each once, in the order in which they were added.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Roster {
    contacts: Vec<Contact>,
    places: BTreeMap<String, usize>,
}

impl Contact {
    /// Somebody without a name and groups; `None` for what is no address.
    pub fn new(address: &str) -> Option<Self> {
        Some(Self {
            address: canonical(address)?,
            name: String::new(),
            groups: BTreeSet::new(),
        })
    }

    /// With a name, cut to what is kept.
    #[must_use]
    pub fn named(mut self, name: &str) -> Self {
        self.name = short(name);
        self
    }

    /// In one group more, as far as there is room; the empty name is none.
    #[must_use]
    pub fn grouped(mut self, group: &str) -> Self {
        let group = short(group);
        if !group.is_empty() && self.groups.len() < limits::GROUPS {
            self.groups.insert(group);
        }
        self
    }

    /// Whose address it is, in the form in which equal people are equal.
    pub fn person(&self) -> String {
        person(&self.address)
    }

    /// Whether both say the same about a person, however the address is spelled.
    pub fn says_the_same(&self, other: &Self) -> bool {
        self.name == other.name && self.groups == other.groups
    }
}

impl Roster {
    /// Adds somebody at the end. Who is there already gets the groups too, and the name where there was none. More than
    /// [`limits::CONTACTS`] are not kept; then it is false.
    pub fn add(&mut self, contact: Contact) -> bool {
        match self.places.get(&contact.person()) {
            Some(&place) => {
                let known = &mut self.contacts[place];
                if known.name.is_empty() {
                    known.name = contact.name;
                }
                for group in contact.groups {
                    if known.groups.len() < limits::GROUPS {
                        known.groups.insert(group);
                    }
                }
                true
            }
            None if self.contacts.len() < limits::CONTACTS => {
                self.places.insert(contact.person(), self.contacts.len());
                self.contacts.push(contact);
                true
            }
            None => false,
        }
    }

    /// What is said about a person, by [`Contact::person`].
    pub fn find(&self, person: &str) -> Option<&Contact> {
        self.contacts.get(*self.places.get(person)?)
    }

    /// Everybody.
    pub fn contacts(&self) -> &[Contact] {
        &self.contacts
    }

    /// The same by [`Contact::person`], in their order.
    pub fn persons(&self) -> impl Iterator<Item = String> + '_ {
        self.contacts.iter().map(Contact::person)
    }

    /// The same people in this order; who is not named stays behind those who are.
    pub(super) fn in_order(&self, persons: &[String]) -> Self {
        let mut roster = Self::default();
        let named = persons.iter().filter_map(|person| self.find(person));
        for contact in named.chain(&self.contacts) {
            if roster.find(&contact.person()).is_none() {
                roster.add(contact.clone());
            }
        }
        roster
    }

    /// Whether nobody is on it.
    pub fn is_empty(&self) -> bool {
        self.contacts.is_empty()
    }

    /// Whether both say the same about the same people, in whatever order.
    pub fn says_the_same(&self, other: &Self) -> bool {
        self.contacts.len() == other.contacts.len()
            && self.contacts.iter().all(|contact| {
                let same = other.find(&contact.person());
                same.is_some_and(|same| same.says_the_same(contact))
            })
    }
}

impl FromIterator<Contact> for Roster {
    fn from_iter<T: IntoIterator<Item = Contact>>(contacts: T) -> Self {
        let mut roster = Self::default();
        for contact in contacts {
            roster.add(contact);
        }
        roster
    }
}

/// A name as it is kept: without blanks at its ends, not endless, and of characters that every file and server can carry;
/// with others it would come back changed from each of them, and be merged without end.
pub(super) fn short(name: &str) -> String {
    let plain = |c: char| match c {
        '\u{FFFE}' | '\u{FFFF}' => char::REPLACEMENT_CHARACTER,
        c if c.is_control() => ' ',
        c => c,
    };
    let name: String = name.chars().map(plain).collect();
    let name: String = name.trim().chars().take(limits::NAME).collect();
    name.trim_end().to_owned()
}
