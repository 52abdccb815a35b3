//! Which rows are listed: people, the heads of their groups, and in which order.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::ops::Range;

use super::directory::Directory;
use crate::account::{
    BuddyState, Density, DialogsState, Indicator, ListOrder, ListSettings, Status,
};
use crate::ui::groups;
use crate::ui::session::{Session, SessionId};
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
        let people = People {
            directories: &self.directories,
            ranks: sessions.iter().map(ranks).collect(),
            settings,
        };
        let groups = groups::names(sessions.iter().map(|session| &session.account));
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
            for name in groups.into_iter().chain([String::new()]) {
                let mut all = people.of(|directory| directory.group(&name));
                if all.is_empty() {
                    continue;
                }
                let group = heads.len();
                let there = all.iter().filter(|one| people.rank(**one).is_there());
                let folded = sessions
                    .iter()
                    .any(|session| groups::is_folded(&session.account, &name));
                rows.push(Row::Head(group));
                heads.push(Head {
                    name,
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
    /// How near each is, for each account.
    ranks: Vec<Vec<Rank>>,
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

    fn rank(&self, one: One) -> Rank {
        let ranks = self.ranks.get(one.account);
        let rank = ranks.and_then(|ranks| ranks.get(one.person));
        rank.copied().unwrap_or(Rank::Gone)
    }

    fn is_listed(&self, one: One) -> bool {
        !self.settings.hide_offline || self.rank(one) < Rank::Gone
    }

    /// Adds a row for each, in the order that is wanted.
    fn list(&self, mut people: Vec<One>, group: usize, rows: &mut Vec<Row>) {
        match self.settings.order {
            ListOrder::Added => {}
            ListOrder::Available => people.sort_by_key(|one| self.rank(*one)),
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

fn ranks(session: &Session) -> Vec<Rank> {
    let calls: HashMap<&str, &DialogsState> = session
        .snapshot
        .dialogs
        .iter()
        .map(|calls| (calls.address.as_str(), calls))
        .collect();
    (0..session.people())
        .filter_map(|place| session.person(place))
        .map(|buddy| rank(buddy, calls.get(buddy.address.as_str()).copied()))
        .collect()
}

/// How near somebody is, the nearest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
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

fn rank(buddy: &BuddyState, calls: Option<&DialogsState>) -> Rank {
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
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::account::{AccountSettings, Buddy, Snapshot};
    use crate::ui::groups::Regroup;
    use crate::ui::testing::{buddy, online, session, session_of};

    fn office() -> Sessions {
        let people = [
            ("sip:erin@example.test", Status::Offline),
            ("sip:bob@example.test", Status::Busy),
            ("sip:Dave@example.test", Status::Available),
            ("sip:carol@example.test", Status::Unknown),
        ];
        let buddies = people.map(|(address, status)| Arc::new(buddy(address, status)));
        let mut session = session(Snapshot {
            buddies: buddies.into(),
            ..online()
        });
        session.account.buddies.clear();
        session.account_changed();
        Sessions::from_iter([session])
    }

    /// Changes the settings of the only account.
    fn change(sessions: &mut Sessions, change: impl FnOnce(&mut AccountSettings)) {
        let session = sessions.chosen_mut().unwrap();
        change(&mut session.account);
        session.account_changed();
    }

    /// The list in words: a head is `name there/people`.
    fn shown(listing: &Listing, sessions: &Sessions) -> Vec<String> {
        let rows = (0..listing.len()).filter_map(|row| listing.at(row));
        rows.map(|row| match row {
            Row::Person { place, .. } => {
                let address = &sessions.person(place).unwrap().1.address;
                address[4..].split('@').next().unwrap().to_lowercase()
            }
            Row::Head(number) => {
                let head = listing.head(number).unwrap();
                format!("{} {}/{}", head.name, head.there, head.people)
            }
        })
        .collect()
    }

    fn arranged(order: ListOrder, hide_offline: bool, search: Option<&str>) -> Vec<String> {
        let sessions = office();
        let mut listing = Listing::default();
        listing.arrange(
            &sessions,
            ListSettings {
                order,
                hide_offline,
                ..ListSettings::default()
            },
        );
        listing.look_for(search.map(str::to_owned), &sessions);
        shown(&listing, &sessions)
    }

    #[test]
    fn the_list_has_the_order_that_was_chosen() {
        use ListOrder::{Added, Available, Name};
        assert_eq!(
            arranged(Added, false, None),
            ["erin", "bob", "dave", "carol"]
        );
        assert_eq!(
            arranged(Available, false, None),
            ["dave", "bob", "carol", "erin"]
        );
        assert_eq!(
            arranged(Name, false, None),
            ["bob", "carol", "dave", "erin"]
        );
        assert_eq!(arranged(Added, true, None), ["bob", "dave", "carol"]);
        assert_eq!(arranged(Name, true, None), ["bob", "carol", "dave"]);
    }

    #[test]
    fn whoever_is_looked_for_is_found_by_name_or_address() {
        use ListOrder::{Added, Name};
        assert_eq!(arranged(Added, true, Some("ERIN")), ["erin"]);
        assert_eq!(arranged(Added, false, Some("  ")).len(), 4);
        assert_eq!(arranged(Name, false, Some("example.test")).len(), 4);
        assert_eq!(arranged(Added, false, Some("nobody")), Vec::<String>::new());
    }

    /// The office, with everybody on the own list.
    fn listed() -> Sessions {
        let mut sessions = office();
        let buddies = ["bob", "carol", "Dave", "erin"].map(|user| Buddy {
            address: format!("sip:{user}@example.test"),
            ..Buddy::default()
        });
        change(&mut sessions, |account| account.buddies = buddies.into());
        sessions
    }

    #[test]
    fn a_new_name_changes_the_order() {
        let mut sessions = listed();
        let mut listing = Listing::default();
        let settings = ListSettings {
            order: ListOrder::Name,
            ..ListSettings::default()
        };
        listing.arrange(&sessions, settings);
        assert_eq!(shown(&listing, &sessions)[0], "bob");
        change(&mut sessions, |account| {
            account.buddies[0].name = "Zimmer 4".to_owned();
        });
        listing.arrange(&sessions, settings);
        assert_eq!(shown(&listing, &sessions), ["carol", "dave", "erin", "bob"]);
        listing.look_for(Some("zimm".to_owned()), &sessions);
        assert_eq!(shown(&listing, &sessions), ["bob"]);
        assert_eq!(listing.people(), 4);
    }

    #[test]
    fn groups_have_heads_and_people_may_be_in_several() {
        let mut sessions = listed();
        let mut listing = Listing::default();
        let put = |groups: &[&str]| groups.iter().map(|&group| group.to_owned()).collect();
        change(&mut sessions, |account| {
            account.buddies[0].groups = put(&["Team", "Lab"]);
            account.buddies[3].groups = put(&["Team"]);
        });
        let settings = ListSettings::default();
        listing.arrange(&sessions, settings);
        let all = [
            "Team 1/2", "bob", "erin", "Lab 1/1", "bob", " 1/2", "carol", "dave",
        ];
        assert_eq!(shown(&listing, &sessions), all);
        let fold = Regroup::Fold("Team".into(), true);
        change(&mut sessions, |account| {
            groups::regroup(&mut [account], &fold);
        });
        listing.arrange(&sessions, settings);
        assert_eq!(shown(&listing, &sessions)[..2], ["Team 1/2", "Lab 1/1"]);
        listing.look_for(Some("bob".into()), &sessions);
        assert_eq!(
            shown(&listing, &sessions),
            ["bob"],
            "folded, and found once"
        );
    }

    #[test]
    fn who_is_not_watched_stays_in_place() {
        let mut sessions = listed();
        change(&mut sessions, |account| account.buddies[1].paused = true);
        let mut listing = Listing::default();
        listing.arrange(&sessions, ListSettings::default());
        // The account has not let go of Carol yet: she is listed once.
        let all = ["bob", "carol", "dave", "erin"];
        assert_eq!(shown(&listing, &sessions), all);
        let session = sessions.chosen_mut().unwrap();
        Arc::make_mut(&mut session.snapshot).buddies.pop();
        listing.arrange(&sessions, ListSettings::default());
        assert_eq!(shown(&listing, &sessions), all);
        let row = listing.at(1).unwrap();
        let Row::Person { place, .. } = row else {
            panic!("{row:?}")
        };
        let (_, carol) = sessions.person(place).unwrap();
        assert_eq!(carol.subscription.state, crate::ui::session::PAUSED);
    }

    #[test]
    fn several_accounts_are_one_list() {
        let people = [
            ("sip:bob@example.com", Status::Available),
            ("sip:grace@example.com", Status::Busy),
        ];
        let buddies = people.map(|(address, status)| Arc::new(buddy(address, status)));
        let snapshot = Snapshot {
            buddies: buddies.into(),
            ..online()
        };
        let mut home = session_of(2, "sip:alice@example.com", snapshot);
        home.account.buddies = vec![Buddy {
            address: "sip:grace@example.com".to_owned(),
            groups: vec!["Team".to_owned()],
            ..Buddy::default()
        }];
        home.account_changed();
        let mut sessions = listed();
        change(&mut sessions, |account| {
            account.buddies[3].groups = vec!["Team".to_owned()];
        });
        sessions.put(home, &[]);
        let mut listing = Listing::default();
        let listed = |listing: &mut Listing, order| {
            let settings = ListSettings {
                order,
                ..ListSettings::default()
            };
            listing.arrange(&sessions, settings);
            shown(listing, &sessions)
        };
        assert_eq!(
            listed(&mut listing, ListOrder::Added),
            [
                "Team 1/2", "erin", "grace", " 3/4", "bob", "carol", "dave", "bob"
            ],
            "groups of one name are one"
        );
        listing.look_for(Some("@".into()), &sessions);
        assert_eq!(
            listed(&mut listing, ListOrder::Name),
            ["bob", "bob", "carol", "dave", "erin", "grace"],
            "who is known to two accounts has two rows"
        );
        assert_eq!(
            listed(&mut listing, ListOrder::Available),
            ["dave", "bob", "bob", "grace", "carol", "erin"]
        );
        assert_eq!(listing.people(), 6);
    }

    #[test]
    fn long_lists_are_built_only_as_far_as_they_are_seen() {
        let mut listing = Listing {
            rows: (0..10_000)
                .map(|person| Row::Person {
                    place: Place { session: 1, person },
                    group: 0,
                })
                .collect(),
            ..Listing::default()
        };
        listing.measure();
        assert!(listing.between(-40.0, 600.0).len() < 40);
        let shown = listing.between(300_000.0, 300_600.0);
        assert!(shown.contains(&5_000) && shown.contains(&5_009) && shown.len() < 40);
        assert!(listing.between(9_000_000.0, 9_000_600.0).len() < 20);
        assert_eq!(listing.between(-5_000.0, -4_400.0).start, 0);
        listing.rows.truncate(3);
        listing.measure();
        assert_eq!(listing.between(0.0, 600.0), 0..3);
        listing.rows[0] = Row::Head(0);
        listing.measure();
        let expected = measure::HEAD + 2.0 * measure::ROW;
        assert!((listing.height() - expected).abs() < f32::EPSILON);
    }
}
