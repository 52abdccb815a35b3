//! What two devices have made of one roster, brought together.
//!
//! What one side left as it was is taken from the other, field by field; groups are sets, so that each addition and
//! each removal counts. Only two things cannot both be had. Two different new names: the one from here stays. Somebody
//! taken out on one side and changed on the other: the person stays, changed. Either is told as a [`Conflict`].
//!
//! The order is that of this device where it was changed here; else that of the other side, as far as its lists say one.
//! Nobody is lost by another order, so none is a conflict.

use std::collections::BTreeSet;

use super::limits;
use super::order::{self, Rows};
use super::roster::{Contact, Roster};

/// Where something was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Side {
    /// On this device.
    Here,
    /// Elsewhere, and written to the server.
    Elsewhere,
}

/// What could not be had both ways, and what was done about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Conflict {
    /// Both have given a name; the one from here stays.
    #[error("{address} was named '{here}' here and '{elsewhere}' elsewhere; '{here}' stays")]
    Names {
        /// Whose.
        address: String,
        /// The name that stays.
        here: String,
        /// The other name.
        elsewhere: String,
    },
    /// Taken out on one side, changed on the other: the person stays.
    #[error("{address} was taken out {} and changed {}, and stays", place(*.removed), place(other(*.removed)))]
    Removed {
        /// Who.
        address: String,
        /// Where the person was taken out.
        removed: Side,
    },
    /// Taken out here, but on a list of somebody else that the own lists refer to.
    #[error("{address} is on a list of somebody else, and stays")]
    Shared {
        /// Who.
        address: String,
    },
    /// There is no room for this person.
    #[error(
        "there is no room for {address}: the list has {} people",
        limits::CONTACTS
    )]
    Full {
        /// Who.
        address: String,
    },
}

/// A merged roster.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Merged {
    /// The people. Who came from elsewhere stands before the next who follows there, or at the end.
    pub roster: Roster,
    /// What could not be had both ways.
    pub conflicts: Vec<Conflict>,
}

impl Merged {
    /// Somebody for whom there was no room: to write what is left would take them out.
    pub fn full(&self) -> Option<&str> {
        self.conflicts.iter().find_map(|conflict| match conflict {
            Conflict::Full { address } => Some(address.as_str()),
            _ => None,
        })
    }
}

/// What `ours` and `theirs` have made of `base`, where each is one row of people.
pub fn merge(base: &Roster, ours: &Roster, theirs: &Roster) -> Merged {
    merge_lists((base, true), ours, theirs, &Rows::of(theirs))
}

/// The same where `theirs` stand on several lists, each with its own order. With `base` goes whether its order is one
/// that both sides had: where it is not, that of `ours` stays.
pub fn merge_lists(
    (base, settled): (&Roster, bool),
    ours: &Roster,
    theirs: &Roster,
    rows: &Rows,
) -> Merged {
    let mut merged = Merged::default();
    let new = theirs
        .contacts()
        .iter()
        .filter(|contact| ours.find(&contact.person()).is_none());
    for contact in ours.contacts().iter().chain(new) {
        let person = contact.person();
        let (was, here, there) = (base.find(&person), ours.find(&person), theirs.find(&person));
        let kept = match (here, there) {
            (Some(here), Some(there)) => Some(both(was, here, there, &mut merged.conflicts)),
            (Some(one), None) => one_side(was, one, Side::Elsewhere, &mut merged.conflicts),
            (None, Some(one)) => one_side(was, one, Side::Here, &mut merged.conflicts),
            (None, None) => None,
        };
        if let Some(kept) = kept {
            let address = kept.address.clone();
            if !merged.roster.add(kept) {
                merged.conflicts.push(Conflict::Full { address });
            }
        }
    }
    merged.roster = order::merged(base, settled, ours, rows, &merged.roster);
    merged
}

fn both(
    was: Option<&Contact>,
    here: &Contact,
    there: &Contact,
    conflicts: &mut Vec<Conflict>,
) -> Contact {
    let old_name = was.map_or("", |was| was.name.as_str());
    let name = if here.name == old_name {
        &there.name
    } else {
        if there.name != old_name && there.name != here.name {
            conflicts.push(Conflict::Names {
                address: there.address.clone(),
                here: here.name.clone(),
                elsewhere: there.name.clone(),
            });
        }
        &here.name
    };
    let none = BTreeSet::new();
    let old_groups = was.map_or(&none, |was| &was.groups);
    let kept = |group: &&String| {
        // One where it was not has added it; one where it was and is not has taken it out.
        let sides = [&here.groups, &there.groups].map(|groups| groups.contains(*group));
        if old_groups.contains(*group) {
            sides == [true, true]
        } else {
            sides != [false, false]
        }
    };
    let groups = here.groups.union(&there.groups).filter(kept).cloned();
    Contact {
        // As the server has it: what is spelled otherwise here is no change.
        address: there.address.clone(),
        name: name.clone(),
        groups: groups.collect(),
    }
}

/// Who is on one side only: taken out on the other, or new.
fn one_side(
    was: Option<&Contact>,
    one: &Contact,
    missing: Side,
    conflicts: &mut Vec<Conflict>,
) -> Option<Contact> {
    match was {
        Some(was) if was.says_the_same(one) => return None,
        Some(_) => conflicts.push(Conflict::Removed {
            address: one.address.clone(),
            removed: missing,
        }),
        None => {}
    }
    Some(one.clone())
}

fn other(side: Side) -> Side {
    match side {
        Side::Here => Side::Elsewhere,
        Side::Elsewhere => Side::Here,
    }
}

fn place(side: Side) -> &'static str {
    match side {
        Side::Here => "here",
        Side::Elsewhere => "elsewhere",
    }
}
