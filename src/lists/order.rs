//! The order in which people stand.
//!
//! A list has an order (RFC 4826 section 3.1), but on a server it is one for each list only: of people on different
//! lists nothing is said. Here everybody stands in one row, which says more. So the row of this device stays as it is,
//! but for what a list of the server says otherwise, and then only where it was not changed here too: whoever has
//! arranged people here has the last word.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::roster::Roster;

/// The order of people on the lists of a document, by [`Contact::person`](super::Contact::person): a row for each list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rows(Vec<Vec<String>>);

impl Rows {
    pub(super) fn new(rows: Vec<Vec<String>>) -> Self {
        Self(rows)
    }

    /// Everybody in one row.
    pub fn of(roster: &Roster) -> Self {
        Self(vec![roster.persons().collect()])
    }

    /// Whether each of its rows is in the order of a roster, as far as that names its people.
    pub fn are_in_order_of(&self, roster: &Roster) -> bool {
        let places = places(roster.persons());
        self.0.iter().all(|row| {
            let row = row.iter().filter_map(|person| places.get(person));
            row.is_sorted()
        })
    }

    /// These people in the order of every row. Where rows leave it open, or contradict each other, they stay in the order
    /// in which they are given; who is given in such an order stays there.
    pub(super) fn arranged(&self, people: Vec<String>) -> Vec<String> {
        let places = places(people.iter().cloned());
        let mut behind = vec![Vec::new(); people.len()];
        let mut before = vec![0_usize; people.len()];
        for row in &self.0 {
            let mut seen = HashSet::new();
            let row = row.iter().filter_map(|person| places.get(person).copied());
            let row: Vec<usize> = row.filter(|place| seen.insert(*place)).collect();
            for pair in row.windows(2) {
                behind[pair[0]].push(pair[1]);
                before[pair[1]] += 1;
            }
        }
        let mut left: BTreeSet<usize> = (0..people.len()).collect();
        let free = left.iter().copied().filter(|place| before[*place] == 0);
        let mut free: BTreeSet<usize> = free.collect();
        let mut order = Vec::with_capacity(people.len());
        // In a circle nobody is free: the first of those who are left breaks it.
        while let Some(next) = free.first().or_else(|| left.first()).copied() {
            free.remove(&next);
            left.remove(&next);
            order.push(next);
            for &other in &behind[next] {
                before[other] -= 1;
                if before[other] == 0 && left.contains(&other) {
                    free.insert(other);
                }
            }
        }
        let mut people: Vec<Option<String>> = people.into_iter().map(Some).collect();
        order
            .into_iter()
            .filter_map(|place| people[place].take())
            .collect()
    }

    /// These people, with those among them who are new here before the next on their lists who is not; who comes last
    /// there comes last here.
    fn with_newcomers(&self, people: &[String], is_known: impl Fn(&str) -> bool) -> Vec<String> {
        let mut next: HashMap<&str, &str> = HashMap::new();
        let kept: HashSet<&str> = people.iter().map(String::as_str).collect();
        for row in &self.0 {
            let mut known = None;
            for person in row
                .iter()
                .rev()
                .filter(|person| kept.contains(person.as_str()))
            {
                if is_known(person) {
                    known = Some(person.as_str());
                } else if let Some(known) = known {
                    next.entry(person).or_insert(known);
                }
            }
        }
        let mut guests: HashMap<&str, Vec<String>> = HashMap::new();
        let mut last = Vec::new();
        for person in people.iter().filter(|person| !is_known(person)) {
            match next.get(person.as_str()) {
                Some(known) => guests.entry(known).or_default().push(person.clone()),
                None => last.push(person.clone()),
            }
        }
        let mut order = Vec::with_capacity(people.len());
        for person in people.iter().filter(|person| is_known(person)) {
            order.extend(guests.remove(person.as_str()).unwrap_or_default());
            order.push(person.clone());
        }
        order.extend(last);
        order
    }
}

/// A merged roster in its order. `rows` is the order elsewhere; `settled` says whether the order of `base` is one that
/// both sides had. Where it is not, nobody knows who has changed it, and the one from here stays.
pub(super) fn merged(
    base: &Roster,
    settled: bool,
    ours: &Roster,
    rows: &Rows,
    roster: &Roster,
) -> Roster {
    let people = rows.with_newcomers(&roster.persons().collect::<Vec<_>>(), |person| {
        ours.find(person).is_some()
    });
    let stays = !base.is_empty() && (!settled || is_rearranged(base, ours));
    let order = if stays { people } else { rows.arranged(people) };
    roster.in_order(&order)
}

/// Whether those who are on both stand in another order on the second.
fn is_rearranged(before: &Roster, after: &Roster) -> bool {
    let places = places(before.persons());
    let common = after.persons();
    let common = common.filter_map(|person| places.get(&person).copied());
    !common.is_sorted()
}

fn places(people: impl Iterator<Item = String>) -> HashMap<String, usize> {
    people.zip(0..).collect()
}
