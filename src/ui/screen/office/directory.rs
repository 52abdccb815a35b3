//! Who is on the list: names as they are compared, groups, and the order in which people were added.

use std::collections::HashSet;

use crate::ui::address;
use crate::ui::groups;
use crate::ui::session::Session;

/// What does not change with anybody's presence. It is made anew only when people, names or groups change.
#[derive(Debug, Clone, Default)]
pub(super) struct Directory {
    /// Whom it was made of, by place.
    addresses: Vec<String>,
    /// The session's count when it was made.
    renamed: u64,
    /// Name and address of each, in lower case, by place.
    folded: Vec<(String, String)>,
    /// Which one each is by name, by place.
    by_name: Vec<usize>,
    /// Everybody, in the order of the own list; then those whom only the server lists.
    people: Vec<usize>,
    /// The same by group, those in none last.
    groups: Vec<(String, Vec<usize>)>,
}

impl Directory {
    /// Everybody.
    pub(super) fn people(&self) -> &[usize] {
        &self.people
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
        let mut groups = self.groups.iter();
        let group = groups.find(|(group, _)| group == name);
        group.map_or(&[], |(_, people)| people)
    }

    /// Whether this, in lower case, is in somebody's name or address.
    pub(super) fn contains(&self, place: usize, wanted: &str) -> bool {
        self.folded
            .get(place)
            .is_some_and(|(name, address)| name.contains(wanted) || address.contains(wanted))
    }

    /// Brings it up to date.
    pub(super) fn learn(&mut self, session: &Session) {
        let everybody = || (0..session.people()).filter_map(|place| session.person(place));
        let same = self.renamed == session.renamed
            && self.addresses.len() == session.people()
            && everybody()
                .zip(&self.addresses)
                .all(|(buddy, known)| buddy.address == *known);
        if same {
            return;
        }
        self.renamed = session.renamed;
        self.addresses = everybody().map(|buddy| buddy.address.clone()).collect();
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

    fn grouped(&self, session: &Session, entries: &[Option<usize>]) -> Vec<(String, Vec<usize>)> {
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
        all
    }
}
