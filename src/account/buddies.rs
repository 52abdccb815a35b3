//! The list of buddies: as it is here, as the server last had it, and what differs.
//!
//! What was changed here since both agreed is the difference between the two: it needs no journal of its own, and
//! outlives the program in the settings.

use std::collections::HashMap;
use std::sync::Arc;

use serde::Serialize;

use super::address::{compared, uri};
use super::cause::{DocumentCause, UnusableDocument};
use super::event::Fault;
use super::job::{JobFault, ListWish, MergedList};
use super::plain;
use crate::lists::format::{Format, FormatError};
use crate::lists::{Conflict, Contact, Merged, Roster, limits};
use crate::store::{Buddy, Synced};

/// A change of the list of buddies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BuddyEdit {
    /// Add somebody, or change what is said about them.
    Put {
        /// Who, with the name and the groups that they have from now on.
        buddy: Buddy,
        /// Where somebody new stands; `None`: at the end.
        place: Option<usize>,
    },
    /// Take somebody out.
    Remove {
        /// Who.
        address: String,
    },
    /// Put the list into this order; who is not named comes after the others.
    Arrange {
        /// The addresses in their order.
        addresses: Vec<String>,
    },
    /// Take everybody out of a group; on the server its list goes, with the services that point to it.
    RemoveGroup {
        /// Which.
        group: String,
    },
}

/// The list of buddies as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BuddyList {
    /// Grows with each change; 0 while the list is as the settings have it.
    pub revision: u64,
    /// Who is on it.
    pub buddies: Vec<Buddy>,
    /// As the server last had it; to be kept together with `buddies`.
    pub synced: Option<Synced>,
    /// How it stands with the server.
    pub state: ListState,
    /// Why it is not there.
    pub reason: Option<String>,
    /// What kind of failure `reason` is.
    pub fault: Option<Fault>,
    /// The same for those who tell it in another language.
    pub cause: DocumentCause,
    /// What could not be had both ways when it was last merged.
    pub conflicts: Vec<Conflict>,
}

/// How a list of buddies stands with the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ListState {
    /// It is kept on this device only.
    #[default]
    Local,
    /// It is being read or written.
    Merging,
    /// Both have the same.
    Synced,
    /// The server cannot be reached; it is tried again.
    Waiting,
    /// The server cannot or will not have it.
    Failed,
}

/// The list with what is under way.
#[derive(Debug, Default)]
pub(super) struct Buddies {
    list: Arc<BuddyList>,
    /// The XCAP root; empty where there is none.
    root: String,
    /// What is being merged, and whether there is more by now.
    sent: Option<Vec<Buddy>>,
    again: bool,
    /// Groups whose lists are to go, and how many of them are being merged.
    dropped: Vec<String>,
    dropping: usize,
}

impl Buddies {
    pub(super) fn new(buddies: &[Buddy], synced: Option<&Synced>, root: &str) -> Self {
        let list = BuddyList {
            buddies: buddies.to_vec(),
            // What another server had says nothing about this one.
            synced: synced.filter(|synced| synced.root == root).cloned(),
            ..BuddyList::default()
        };
        Self {
            list: Arc::new(list),
            root: root.to_owned(),
            ..Self::default()
        }
    }

    /// The list as it stands.
    pub(super) fn list(&self) -> &BuddyList {
        &self.list
    }

    /// The same for the window; costs a pointer.
    pub(super) fn shown(&self) -> Arc<BuddyList> {
        Arc::clone(&self.list)
    }

    /// Whether there is a server that may have it.
    pub(super) fn has_server(&self) -> bool {
        !self.root.is_empty()
    }

    /// Whether something waits for the server.
    pub(super) fn waits(&self) -> bool {
        self.list.state == ListState::Waiting
    }

    /// Does what the user wants with the list. False when it was so already.
    pub(super) fn edit(&mut self, edit: &BuddyEdit) -> bool {
        let drops = self.has_server();
        let list = Arc::make_mut(&mut self.list);
        let mut changed = edit_buddies(&mut list.buddies, edit);
        if let (true, BuddyEdit::RemoveGroup { group }) = (drops, edit) {
            self.dropped.push(group.clone());
            changed = true;
        }
        if changed {
            list.revision += 1;
        }
        changed
    }

    /// What is to be merged now; `None` where there is no server, or while one merge runs: then another one follows.
    pub(super) fn merge(&mut self) -> Option<ListWish> {
        if !self.has_server() {
            return None;
        }
        if self.sent.is_some() {
            self.again = true;
            return None;
        }
        Some(self.send())
    }

    /// The list in place of a document that cannot be used, if it is not being merged; with what lies there.
    pub(super) fn renew(&mut self) -> Option<(ListWish, Arc<UnusableDocument>)> {
        let DocumentCause::Unusable(document) = &self.list.cause else {
            return None;
        };
        let document = Arc::clone(document);
        (self.sent.is_none() && self.has_server()).then(|| (self.send(), document))
    }

    fn send(&mut self) -> ListWish {
        self.sent = Some(self.list.buddies.clone());
        self.dropping = self.dropped.len();
        Arc::make_mut(&mut self.list).state = ListState::Merging;
        let base = self.list.synced.as_ref();
        let ours = roster(&self.list.buddies);
        ListWish {
            base: roster(base.map_or(&[], |synced| &synced.buddies)),
            in_order: base.is_none_or(|synced| synced.in_order),
            no_room: no_room(&self.list.buddies, &ours),
            ours,
            dropped: self.dropped.clone(),
        }
    }

    /// A merge is done. True when another one is to follow.
    pub(super) fn merged(&mut self, result: Result<MergedList, JobFault>) -> bool {
        let sent = self.sent.take().unwrap_or_default();
        let again = std::mem::take(&mut self.again);
        let list = Arc::make_mut(&mut self.list);
        let result = result.and_then(|merged| {
            let later = changed_meanwhile(&list.buddies, &sent, &merged)?;
            Ok((merged, later))
        });
        match result {
            Ok((merged, later)) => {
                // What was dissolved meanwhile is still to go.
                self.dropped.drain(..self.dropping);
                let mut agreed = buddies(&merged.roster, &sent);
                let synced = Synced {
                    root: self.root.clone(),
                    in_order: true,
                    buddies: agreed.clone(),
                };
                list.conflicts = merged.conflicts;
                if let Some(later) = later {
                    list.conflicts.extend(later.conflicts);
                    agreed = buddies(&later.roster, &list.buddies);
                }
                if agreed != list.buddies || list.synced.as_ref() != Some(&synced) {
                    list.revision += 1;
                }
                list.buddies = agreed;
                list.synced = Some(synced);
                list.state = ListState::Synced;
                (list.reason, list.fault) = (None, None);
                list.cause = DocumentCause::Other;
            }
            Err(fault) => {
                let waits = fault.again || fault.conflict;
                list.state = if waits {
                    ListState::Waiting
                } else {
                    ListState::Failed
                };
                list.reason = Some(plain(&fault.message).into_owned());
                list.fault = Some(fault.fault);
                list.cause = fault.cause;
            }
        }
        again
    }

    /// The document that cannot be used was not replaced, and lies there as before.
    pub(super) fn still_unusable(&mut self, document: Arc<UnusableDocument>) {
        Arc::make_mut(&mut self.list).cause = DocumentCause::Unusable(document);
    }
}

/// What was changed here while a merge ran, on what it brought; `None` when nothing was.
fn changed_meanwhile(
    now: &[Buddy],
    sent: &[Buddy],
    merged: &MergedList,
) -> Result<Option<Merged>, JobFault> {
    if now == sent {
        return Ok(None);
    }
    let ours = roster(now);
    let later = crate::lists::merge(&roster(sent), &ours, &merged.roster);
    // Whoever found no room would be taken out on the server the next time.
    match no_room(now, &ours).or_else(|| later.full().map(str::to_owned)) {
        Some(address) => Err(JobFault::full(&address)),
        None => Ok(Some(later)),
    }
}

/// Changes a list that belongs to no running account. False when it was so already.
pub fn edit_buddies(buddies: &mut Vec<Buddy>, edit: &BuddyEdit) -> bool {
    let at = |buddies: &[Buddy], address: &str| {
        let key = compared(address);
        buddies.iter().position(|it| compared(&it.address) == key)
    };
    match edit {
        BuddyEdit::Put { buddy, place } => {
            let Some(known) = at(buddies, &buddy.address) else {
                let place = place.unwrap_or(buddies.len()).min(buddies.len());
                buddies.insert(place, buddy.clone());
                return true;
            };
            let known = &mut buddies[known];
            let new = Buddy {
                address: known.address.clone(),
                ..buddy.clone()
            };
            let changed = *known != new;
            *known = new;
            changed
        }
        BuddyEdit::Remove { address } => {
            let known = at(buddies, address);
            known.map(|known| buddies.remove(known)).is_some()
        }
        BuddyEdit::RemoveGroup { group } => {
            let mut changed = false;
            for buddy in buddies {
                let before = buddy.groups.len();
                buddy.groups.retain(|own| own != group);
                changed |= buddy.groups.len() != before;
            }
            changed
        }
        BuddyEdit::Arrange { addresses } => {
            let named = addresses.iter().map(|address| compared(address));
            let places: HashMap<String, usize> = named.zip(0..).collect();
            let place = |buddy: &Buddy| {
                let place = places.get(&compared(&buddy.address)).copied();
                place.unwrap_or(usize::MAX)
            };
            let changed = !buddies.is_sorted_by_key(place);
            buddies.sort_by_cached_key(place);
            changed
        }
    }
}

/// What a file says about buddies, and what in it names nobody. The format is told from the content where it is not
/// named.
///
/// # Errors
/// [`FormatError`].
pub fn import_buddies(
    bytes: &[u8],
    format: Option<Format>,
) -> Result<(Vec<Buddy>, Vec<String>), FormatError> {
    let format = format.unwrap_or_else(|| Format::guess(bytes));
    let read = format.read(bytes)?;
    Ok((buddies(&read.roster, &[]), read.skipped))
}

/// Buddies as a file.
///
/// # Errors
/// None in practice: what is written is our own.
pub fn export_buddies(buddies: &[Buddy], format: Format) -> Result<Vec<u8>, FormatError> {
    format.write(&roster(buddies))
}

fn roster(buddies: &[Buddy]) -> Roster {
    buddies
        .iter()
        .filter_map(|buddy| {
            let contact = Contact::new(&buddy.address)?.named(&buddy.name);
            let groups = buddy.groups.iter();
            Some(groups.fold(contact, |contact, group| contact.grouped(group)))
        })
        .collect()
}

/// Who can be on a list of a server and is not on the one that was made of these buddies, for it is full.
fn no_room(buddies: &[Buddy], roster: &Roster) -> Option<String> {
    if buddies.len() <= limits::CONTACTS {
        return None;
    }
    let contacts = buddies.iter().filter_map(|it| Contact::new(&it.address));
    let mut left_out = contacts.filter(|contact| roster.find(&contact.person()).is_none());
    left_out.next().map(|contact| contact.address)
}

/// The people of a roster, spelled as in `known`; of those, who cannot be on a list of a server stays.
fn buddies(roster: &Roster, known: &[Buddy]) -> Vec<Buddy> {
    let address = |buddy: &Buddy| Contact::new(&buddy.address).map(|contact| contact.person());
    let spelled: HashMap<String, &Buddy> = known
        .iter()
        .filter_map(|buddy| Some((address(buddy)?, buddy)))
        .collect();
    let listed = roster.contacts().iter().filter_map(|contact| {
        let mut buddy = match spelled.get(&contact.person()) {
            // What lists do not say about people stays as it is.
            Some(buddy) => (*buddy).clone(),
            None => Buddy {
                // What nobody can watch is nobody's buddy.
                address: uri(&contact.address, "").ok()?.as_str().to_owned(),
                ..Buddy::default()
            },
        };
        buddy.name.clone_from(&contact.name);
        buddy.groups.retain(|group| contact.groups.contains(group));
        for group in &contact.groups {
            if !buddy.groups.contains(group) {
                buddy.groups.push(group.clone());
            }
        }
        Some(buddy)
    });
    let local = known.iter().filter(|buddy| address(buddy).is_none());
    listed.chain(local.cloned()).collect()
}
