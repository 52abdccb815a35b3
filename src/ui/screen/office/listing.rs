//! Which rows are listed: people, the heads of their groups, and in which order.

use std::cmp::Ordering;
use std::ops::Range;

use super::directory::Directory;
use crate::account::{
    BuddyState, Density, DialogsState, Indicator, ListOrder, ListSettings, Status,
};
use crate::ui::groups;
use crate::ui::session::SessionId;
use crate::ui::sessions::{Place, Sessions};
use crate::ui::theme::measure;

/// The rows of the list. They are arranged anew after each change of what they depend on, never while they are drawn.
#[derive(Debug, Clone, Default)]
pub(super) struct Listing {
    settings: ListSettings,
    /// What is looked for; `None` while nothing is.
    search: Option<String>,
    rows: Vec<Row>,
    /// Where each row begins, and where the last one ends.
    tops: Vec<f32>,
    heads: Vec<Head>,
    /// Who is known, for each account in the order in which they are listed.
    directories: Vec<(SessionId, Directory)>,
    /// The names of the groups, and of which state of which accounts they were made.
    groups: (Vec<(SessionId, u64)>, Vec<String>),
}

/// One row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Row {
    /// The head of a group, by its number.
    Head(usize),
    /// Somebody.
    Person {
        /// Their place among the people of all accounts.
        place: Place,
        /// The number of their group, as people may be in several.
        group: usize,
    },
}

/// The head of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Head {
    /// The group's name; empty for those who are in none.
    pub(super) name: String,
    /// How many are in it.
    pub(super) people: usize,
    /// How many of them are there.
    pub(super) there: usize,
    /// Whether its people are not shown.
    pub(super) folded: bool,
}

impl Listing {
    /// What is looked for.
    pub(super) fn search(&self) -> Option<&str> {
        self.search.as_deref()
    }

    /// Whether each row is one line.
    pub(super) fn is_compact(&self) -> bool {
        self.settings.density == Density::Compact
    }

    /// Whether people stand as the user has put them, and not in an order that comes by itself.
    pub(super) fn is_by_hand(&self) -> bool {
        self.settings.order == ListOrder::Added
    }

    /// Looks for something else.
    pub(super) fn look_for(&mut self, search: Option<String>, sessions: &Sessions) {
        self.search = search;
        self.arrange(sessions, self.settings);
    }

    /// Brings the rows up to date.
    pub(super) fn arrange(&mut self, sessions: &Sessions, settings: ListSettings) {
        self.settings = settings;
        self.learn(sessions);
        let wanted = self
            .search
            .as_deref()
            .map(|search| search.trim().to_lowercase())
            .filter(|search| !search.is_empty());
        let made_of = sessions.iter().map(|session| (session.id, session.renamed));
        if !made_of.clone().eq(self.groups.0.iter().copied()) {
            let accounts = sessions.iter().map(|session| &session.account);
            self.groups = (made_of.collect(), groups::names(accounts));
        }
        let people = People {
            directories: &self.directories,
            settings,
        };
        let groups = &self.groups.1;
        let mut rows = Vec::with_capacity(sessions.people());
        let mut heads = Vec::new();
        if let Some(wanted) = wanted {
            // Whoever is looked for is found, offline or not, and in whatever group.
            let mut found = people.of(Directory::people);
            found.retain(|one| {
                people.directories[one.account]
                    .1
                    .contains(one.person, &wanted)
            });
            people.list(found, 0, &mut rows);
        } else if groups.is_empty() {
            let mut all = people.of(Directory::people);
            all.retain(|one| people.is_listed(*one));
            people.list(all, 0, &mut rows);
        } else {
            for name in groups.iter().map(String::as_str).chain([""]) {
                let mut all = people.of(|directory| people.group(directory, name));
                if all.is_empty() {
                    continue;
                }
                let group = heads.len();
                let there = all.iter().filter(|one| people.rank(**one).is_there());
                let folded = sessions
                    .iter()
                    .any(|session| groups::is_folded(&session.account, name));
                rows.push(Row::Head(group));
                heads.push(Head {
                    name: name.to_owned(),
                    people: all.len(),
                    there: there.count(),
                    folded,
                });
                if !folded {
                    all.retain(|one| people.is_listed(*one));
                    people.list(all, group, &mut rows);
                }
            }
        }
        self.rows = rows;
        self.heads = heads;
        self.measure();
    }

    /// Brings up to date who is known.
    fn learn(&mut self, sessions: &Sessions) {
        let mut known = std::mem::take(&mut self.directories);
        self.directories = sessions
            .iter()
            .map(|session| {
                let place = known.iter().position(|(of, _)| *of == session.id);
                let mut directory =
                    place.map_or_else(Directory::default, |place| known.swap_remove(place).1);
                directory.learn(session);
                (session.id, directory)
            })
            .collect();
    }

    /// How many rows there are.
    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// A row.
    pub(super) fn at(&self, row: usize) -> Option<Row> {
        self.rows.get(row).copied()
    }

    /// The head of a group.
    pub(super) fn head(&self, number: usize) -> Option<&Head> {
        self.heads.get(number)
    }

    /// The first row that is like this.
    pub(super) fn find(&self, is_it: impl Fn(Row) -> bool) -> Option<usize> {
        self.rows.iter().position(|row| is_it(*row))
    }

    /// The row at a height; the last one below all of them.
    pub(super) fn row_at(&self, y: f32) -> Option<usize> {
        let begun = self.tops.partition_point(|top| *top <= y);
        let last = self.len().checked_sub(1)?;
        Some(begun.saturating_sub(1).min(last))
    }

    /// The rows of a group, its head left out; all rows where there are no groups.
    pub(super) fn members(&self, group: usize) -> Range<usize> {
        let Some(head) = self.find(|row| row == Row::Head(group)) else {
            return 0..self.len();
        };
        let next = self.find(|row| row == Row::Head(group + 1));
        head + 1..next.unwrap_or(self.len())
    }

    /// How many groups are shown, those who are in none among them.
    pub(super) fn groups(&self) -> usize {
        self.heads.len()
    }

    /// How many people could be listed.
    pub(super) fn people(&self) -> usize {
        let known = self.directories.iter();
        known.map(|(_, directory)| directory.people().len()).sum()
    }

    /// Where a row begins; for the number of rows: how high they are together.
    pub(super) fn top(&self, row: usize) -> f32 {
        let top = self.tops.get(row).or_else(|| self.tops.last());
        top.copied().unwrap_or_default()
    }

    /// How high all rows are together.
    pub(super) fn height(&self) -> f32 {
        self.tops.last().copied().unwrap_or_default()
    }

    /// The rows between two heights, and some more above and below, so that a quick turn of the wheel finds them there.
    pub(super) fn between(&self, top: f32, bottom: f32) -> Range<usize> {
        let rows = self.len();
        let begun = |y: f32| self.tops.partition_point(|top| *top <= y);
        let first = begun(top).saturating_sub(1 + SPARE).min(rows);
        let last = begun(bottom).saturating_add(SPARE).min(rows);
        first..last.max(first)
    }

    fn measure(&mut self) {
        let person = if self.is_compact() {
            measure::ROW_COMPACT
        } else {
            measure::ROW
        };
        self.tops.clear();
        let mut top = 0.0;
        self.tops.push(top);
        for row in &self.rows {
            top += match row {
                Row::Head(_) => measure::HEAD,
                Row::Person { .. } => person,
            };
            self.tops.push(top);
        }
    }
}

/// Somebody, by the number of the account in this list and their place among its people.
#[derive(Debug, Clone, Copy)]
struct One {
    account: usize,
    person: usize,
}

/// The people of all accounts while rows are made of them.
struct People<'a> {
    directories: &'a [(SessionId, Directory)],
    settings: ListSettings,
}

impl People<'_> {
    /// Those whom each account's directory tells, account by account.
    fn of<'d>(&'d self, told: impl Fn(&'d Directory) -> &'d [usize]) -> Vec<One> {
        let accounts = self.directories.iter().enumerate();
        accounts
            .flat_map(|(account, (_, directory))| {
                let people = told(directory).iter();
                people.map(move |&person| One { account, person })
            })
            .collect()
    }

    /// The people of a group, of one account already in the order that is wanted, as far as that does not change with
    /// their presence.
    fn group<'d>(&self, directory: &'d Directory, name: &str) -> &'d [usize] {
        if self.settings.order == ListOrder::Name {
            directory.group_by_name(name)
        } else {
            directory.group(name)
        }
    }

    fn rank(&self, one: One) -> Rank {
        let directory = self.directories.get(one.account);
        directory.map_or(Rank::Gone, |(_, directory)| directory.rank(one.person))
    }

    fn is_listed(&self, one: One) -> bool {
        !self.settings.hide_offline || self.rank(one) < Rank::Gone
    }

    /// Adds a row for each, in the order that is wanted.
    fn list(&self, mut people: Vec<One>, group: usize, rows: &mut Vec<Row>) {
        match self.settings.order {
            ListOrder::Added => {}
            ListOrder::Available => {
                let mut sorted = Vec::with_capacity(people.len());
                for near in [Rank::There, Rank::Occupied, Rank::Unknown, Rank::Gone] {
                    sorted.extend(people.iter().filter(|one| self.rank(**one) == near));
                }
                people = sorted;
            }
            // Those of one account come in this order, which takes no more than a look at each.
            ListOrder::Name => people.sort_by(|one, other| self.by_name(*one, *other)),
        }
        rows.extend(people.into_iter().map(|one| Row::Person {
            place: Place {
                session: self.directories[one.account].0,
                person: one.person,
            },
            group,
        }));
    }

    fn by_name(&self, one: One, other: One) -> Ordering {
        let directory = |one: One| &self.directories[one.account].1;
        if one.account == other.account {
            let number = |one: One| directory(one).by_name(one.person);
            return number(one).cmp(&number(other));
        }
        let name = |one: One| directory(one).name(one.person);
        name(one)
            .cmp(&name(other))
            .then(one.account.cmp(&other.account))
    }
}

/// How near somebody is, the nearest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    /// Can be reached.
    There,
    /// Is there, but does something else.
    Occupied,
    /// Nobody can tell.
    Unknown,
    /// Is not there.
    Gone,
}

impl Rank {
    fn is_there(self) -> bool {
        self < Self::Unknown
    }
}

/// How near somebody is, with what is known of their calls.
pub(super) fn rank(buddy: &BuddyState, calls: Option<&DialogsState>) -> Rank {
    let unknown = buddy.refused || buddy.waiting_for_approval || buddy.status == Status::Unknown;
    match (unknown, &buddy.status) {
        // Then the telephone is asked, if it can be.
        (true, _) => match calls.map_or(Indicator::Unknown, |calls| calls.indicator) {
            Indicator::Idle => Rank::There,
            Indicator::Unknown => Rank::Unknown,
            Indicator::Calling | Indicator::Ringing | Indicator::Busy => Rank::Occupied,
        },
        (_, Status::Available) => Rank::There,
        (_, Status::Offline) => Rank::Gone,
        _ => Rank::Occupied,
    }
}

/// Rows built beyond the edge.
const SPARE: usize = 6;

#[cfg(test)]
mod tests;
