//! The list of buddies, here and at the account.

use std::collections::HashMap;
use std::sync::Arc;

use super::Session;
use crate::account::{Buddy, BuddyEdit, Command};
use crate::ui::address;

impl Session {
    /// Takes over the list of buddies, where the account has another one by now: changed here, or on another device.
    /// True when it has, and the settings are to be kept.
    pub fn adopt_list(&mut self) -> bool {
        let list = Arc::clone(&self.snapshot.list);
        if list.revision <= self.revision {
            return false;
        }
        self.revision = list.revision;
        if self.account.buddies == list.buddies && self.account.synced == list.synced {
            return false;
        }
        self.account.buddies.clone_from(&list.buddies);
        self.account.synced.clone_from(&list.synced);
        self.told.clone_from(&list.buddies);
        self.account_changed();
        true
    }

    /// Tells the account what has changed on the list of buddies, for the server's.
    pub(super) fn tell_list(&mut self) {
        let buddies = &self.account.buddies;
        if self.told == *buddies {
            return;
        }
        let key = |buddy: &Buddy| address::key(&buddy.address);
        let now: HashMap<String, &Buddy> = buddies.iter().map(|it| (key(it), it)).collect();
        let before: HashMap<String, &Buddy> = self.told.iter().map(|it| (key(it), it)).collect();
        let gone = self
            .told
            .iter()
            .filter(|buddy| !now.contains_key(&key(buddy)));
        let mut edits: Vec<BuddyEdit> = gone
            .map(|buddy| BuddyEdit::Remove {
                address: buddy.address.clone(),
            })
            .collect();
        for (place, buddy) in buddies.iter().enumerate() {
            if before.get(&key(buddy)) != Some(&buddy) {
                edits.push(BuddyEdit::Put {
                    buddy: buddy.clone(),
                    place: Some(place),
                });
            }
        }
        // Those that were there before, in their order then and now.
        let stayed = |list: &[Buddy], other: &HashMap<String, &Buddy>| -> Vec<String> {
            let keys = list.iter().map(key);
            keys.filter(|key| other.contains_key(key)).collect()
        };
        if stayed(buddies, &before) != stayed(&self.told, &now) {
            edits.push(BuddyEdit::Arrange {
                addresses: buddies.iter().map(|buddy| buddy.address.clone()).collect(),
            });
        }
        self.told.clone_from(buddies);
        self.send(Command::EditBuddies(edits));
    }
}
