//! Who is on the list: names as they are compared, groups, and the order in which people were added.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::listing::{Rank, rank};
use crate::account::{BuddyState, DialogsState};
use crate::ui::address;
use crate::ui::groups;
use crate::ui::session::Session;

/// Who is known to an account. What does not change with anybody's presence is made anew only when people, names or
/// groups change; of presence, only what has changed is looked at.
#[derive(Debug, Clone, Default)]
pub(super) struct Directory {
    /// Whom it was made of, by place.
    known: Vec<Arc<BuddyState>>,
    /// How near each is, by place.
    ranks: Vec<Rank>,
    /// The calls that are in it.
    calls: Vec<DialogsState>,
    /// The session's count when it was made.
    renamed: u64,
    /// Name and address of each, in lower case, by place.
    folded: Vec<(String, String)>,
    /// Which one each is by name, by place.
    by_name: Vec<usize>,
    /// Everybody, in the order of the own list; then those whom only the server lists.
    people: Vec<usize>,
    /// The same by group, those in none last.
    groups: Vec<Group>,
}

/// The people of a group.
#[derive(Debug, Clone)]
struct Group {
    name: String,
    /// In the order of the own list.
    people: Vec<usize>,
    /// In the order of their names.
    by_name: Vec<usize>,
}

impl Directory {
    /// Everybody.
    pub(super) fn people(&self) -> &[usize] {
        &self.people
    }

    /// How near somebody is.
    pub(super) fn rank(&self, place: usize) -> Rank {
        self.ranks.get(place).copied().unwrap_or(Rank::Gone)
    }

    /// Which one somebody is by name.
    pub(super) fn by_name(&self, place: usize) -> usize {
        self.by_name.get(place).copied().unwrap_or(usize::MAX)
    }

    /// What is compared where names of several accounts are.
    pub(super) fn name(&self, place: usize) -> Option<&(String, String)> {
        self.folded.get(place)
    }

    /// The people of one group.
    pub(super) fn group(&self, name: &str) -> &[usize] {
        self.find(name).map_or(&[], |group| &group.people)
    }

    /// The people of one group, in the order of their names.
    pub(super) fn group_by_name(&self, name: &str) -> &[usize] {
        self.find(name).map_or(&[], |group| &group.by_name)
    }

    fn find(&self, name: &str) -> Option<&Group> {
        self.groups.iter().find(|group| group.name == name)
    }

    /// Whether this, in lower case, is in somebody's name or address.
    pub(super) fn contains(&self, place: usize, wanted: &str) -> bool {
        self.folded
            .get(place)
            .is_some_and(|(name, address)| name.contains(wanted) || address.contains(wanted))
    }

    /// Brings it up to date.
    pub(super) fn learn(&mut self, session: &Session) {
        let same = self.renamed == session.renamed && self.follow(session);
        if self.calls != session.snapshot.dialogs || !same {
            self.calls.clone_from(&session.snapshot.dialogs);
            let calls = self.calls.iter();
            let calls: HashMap<&str, &DialogsState> =
                calls.map(|calls| (calls.address.as_str(), calls)).collect();
            let everybody = (0..session.people()).filter_map(|place| session.person(place));
            let ranks = everybody.map(|it| rank(it, calls.get(it.address.as_str()).copied()));
            self.ranks = ranks.collect();
        }
        if !same {
            self.enter(session);
        }
    }

    /// Takes in who has changed; false: they are no longer the same people.
    fn follow(&mut self, session: &Session) -> bool {
        if self.known.len() != session.people() {
            return false;
        }
        let everybody = (0..self.known.len()).filter_map(|place| session.person(place));
        for ((known, now), rank_of) in self.known.iter_mut().zip(everybody).zip(&mut self.ranks) {
            // Ten thousand who are as they were need not even be looked at.
            if Arc::ptr_eq(known, now) {
                continue;
            }
            if known.address != now.address {
                return false;
            }
            let mut calls = self.calls.iter();
            *rank_of = rank(now, calls.find(|calls| calls.address == now.address));
            *known = Arc::clone(now);
        }
        true
    }

    /// Makes everything anew.
    fn enter(&mut self, session: &Session) {
        let everybody = || (0..session.people()).filter_map(|place| session.person(place));
        self.renamed = session.renamed;
        self.known = everybody().cloned().collect();
        let keys: Vec<String> = everybody()
            .map(|buddy| address::key(&buddy.address))
            .collect();
        self.folded = everybody()
            .zip(&keys)
            .map(|(buddy, key)| {
                let address = buddy.address.split_once(':').map_or("", |(_, rest)| rest);
                let name = session.names.get(key).map_or(address, String::as_str);
                (name.to_lowercase(), address.to_lowercase())
            })
            .collect();
        let folded = &self.folded;
        let mut sorted: Vec<usize> = (0..folded.len()).collect();
        sorted.sort_by_key(|place| folded.get(*place));
        self.by_name = vec![0; sorted.len()];
        for (number, place) in sorted.into_iter().enumerate() {
            self.by_name[place] = number;
        }
        // Whoever was paused just now may still be in the snapshot.
        let mut seen = HashSet::new();
        let mut people: Vec<usize> = (0..keys.len())
            .filter(|place| seen.insert(&keys[*place]))
            .collect();
        let entries: Vec<Option<usize>> =
            keys.iter().map(|key| session.place_of_key(key)).collect();
        people.sort_by_key(|place| entries[*place].unwrap_or(usize::MAX));
        self.people = people;
        self.groups = self.grouped(session, &entries);
    }

    fn grouped(&self, session: &Session, entries: &[Option<usize>]) -> Vec<Group> {
        let names = groups::names([&session.account]);
        let mut all: Vec<(String, Vec<usize>)> =
            names.into_iter().map(|name| (name, Vec::new())).collect();
        let mut rest = Vec::new();
        for place in &self.people {
            let entry = entries.get(*place).copied().flatten();
            let entry = entry.and_then(|entry| session.account.buddies.get(entry));
            let mut found = false;
            for name in entry.into_iter().flat_map(|buddy| &buddy.groups) {
                if let Some((_, people)) = all.iter_mut().find(|(group, _)| group == name) {
                    found = true;
                    if people.last() != Some(place) {
                        people.push(*place);
                    }
                }
            }
            if !found {
                rest.push(*place);
            }
        }
        all.push((String::new(), rest));
        let sorted = |(name, people): (String, Vec<usize>)| {
            let mut by_name = people.clone();
            by_name.sort_by_key(|place| self.by_name(*place));
            Group {
                name,
                people,
                by_name,
            }
        };
        all.into_iter().map(sorted).collect()
    }
}
