//! Which rows are listed: people, the heads of their groups, and in which order.

use std::collections::HashMap;
use std::ops::Range;

use super::directory::Directory;
use crate::account::{
    BuddyState, Density, DialogsState, Indicator, ListOrder, ListSettings, Status,
};
use crate::ui::groups;
use crate::ui::session::Session;
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
    directory: Directory,
}

/// One row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Row {
    /// The head of a group, by its number.
    Head(usize),
    /// Somebody.
    Person {
        /// Their place among [`Session::person`].
        place: usize,
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
    pub(super) fn look_for(&mut self, search: Option<String>, session: &Session) {
        self.search = search;
        self.arrange(session, self.settings);
    }

    /// Brings the rows up to date.
    pub(super) fn arrange(&mut self, session: &Session, settings: ListSettings) {
        self.settings = settings;
        self.directory.learn(session);
        let wanted = self
            .search
            .as_deref()
            .map(|search| search.trim().to_lowercase())
            .filter(|search| !search.is_empty());
        let calls: HashMap<&str, &DialogsState> = session
            .snapshot
            .dialogs
            .iter()
            .map(|calls| (calls.address.as_str(), calls))
            .collect();
        let ranks: Vec<Rank> = (0..session.people())
            .filter_map(|place| session.person(place))
            .map(|buddy| rank(buddy, calls.get(buddy.address.as_str()).copied()))
            .collect();
        let rank = |place: usize| ranks.get(place).copied().unwrap_or(Rank::Gone);
        let ordered = |mut places: Vec<usize>| {
            match settings.order {
                ListOrder::Added => {}
                ListOrder::Available => places.sort_by_key(|place| rank(*place)),
                ListOrder::Name => places.sort_by_key(|place| self.directory.by_name(*place)),
            }
            places
        };
        let in_group = |group| move |place| Row::Person { place, group };
        let is_listed = |place: &usize| !settings.hide_offline || rank(*place) < Rank::Gone;
        let mut rows = Vec::with_capacity(ranks.len());
        let mut heads = Vec::new();
        if let Some(wanted) = wanted {
            // Whoever is looked for is found, offline or not, and in whatever group.
            let people = self.directory.people().iter().copied();
            let found = people.filter(|place| self.directory.contains(*place, &wanted));
            rows.extend(ordered(found.collect()).into_iter().map(in_group(0)));
        } else if self.directory.groups().is_empty() {
            let people = self.directory.people().iter().copied().filter(is_listed);
            rows.extend(ordered(people.collect()).into_iter().map(in_group(0)));
        } else {
            for (name, people) in self.directory.groups() {
                let group = heads.len();
                let there = people.iter().filter(|place| rank(**place).is_there());
                let folded = groups::is_folded(&session.account, name);
                rows.push(Row::Head(group));
                heads.push(Head {
                    name: name.clone(),
                    people: people.len(),
                    there: there.count(),
                    folded,
                });
                if !folded {
                    let listed = people.iter().copied().filter(is_listed);
                    rows.extend(ordered(listed.collect()).into_iter().map(in_group(group)));
                }
            }
        }
        self.rows = rows;
        self.heads = heads;
        self.measure();
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
        self.directory.people().len()
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
    use crate::account::Snapshot;
    use crate::ui::groups::Regroup;
    use crate::ui::testing::{buddy, online, session};

    fn office() -> Session {
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
        session
    }

    /// The list in words: a head is `name there/people`.
    fn shown(listing: &Listing, session: &Session) -> Vec<String> {
        let rows = (0..listing.len()).filter_map(|row| listing.at(row));
        rows.map(|row| match row {
            Row::Person { place, .. } => {
                let address = &session.person(place).unwrap().address;
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
        let session = office();
        let mut listing = Listing::default();
        listing.arrange(
            &session,
            ListSettings {
                order,
                hide_offline,
                ..ListSettings::default()
            },
        );
        listing.look_for(search.map(str::to_owned), &session);
        shown(&listing, &session)
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
    fn listed() -> Session {
        let mut session = office();
        for user in ["bob", "carol", "dave", "erin"] {
            let address = match user {
                "dave" => "sip:Dave@example.test".to_owned(),
                user => format!("sip:{user}@example.test"),
            };
            session.account.buddies.push(crate::account::Buddy {
                address,
                ..crate::account::Buddy::default()
            });
        }
        session.account_changed();
        session
    }

    #[test]
    fn a_new_name_changes_the_order() {
        let mut session = listed();
        let mut listing = Listing::default();
        let settings = ListSettings {
            order: ListOrder::Name,
            ..ListSettings::default()
        };
        listing.arrange(&session, settings);
        assert_eq!(shown(&listing, &session)[0], "bob");
        session.account.buddies[0].name = "Zimmer 4".to_owned();
        session.account_changed();
        listing.arrange(&session, settings);
        assert_eq!(shown(&listing, &session), ["carol", "dave", "erin", "bob"]);
        listing.look_for(Some("zimm".to_owned()), &session);
        assert_eq!(shown(&listing, &session), ["bob"]);
        assert_eq!(listing.people(), 4);
    }

    #[test]
    fn groups_have_heads_and_people_may_be_in_several() {
        let mut session = listed();
        let mut listing = Listing::default();
        let put = |session: &mut Session, place: usize, groups: &[&str]| {
            let groups = groups.iter().map(|&group| group.to_owned());
            session.account.buddies[place].groups = groups.collect();
        };
        put(&mut session, 0, &["Team", "Lab"]);
        put(&mut session, 3, &["Team"]);
        session.account_changed();
        let settings = ListSettings::default();
        listing.arrange(&session, settings);
        let all = [
            "Team 1/2", "bob", "erin", "Lab 1/1", "bob", " 1/2", "carol", "dave",
        ];
        assert_eq!(shown(&listing, &session), all);
        let fold = Regroup::Fold("Team".into(), true);
        groups::regroup(&mut session.account, &fold);
        session.account_changed();
        listing.arrange(&session, settings);
        assert_eq!(shown(&listing, &session)[..2], ["Team 1/2", "Lab 1/1"]);
        listing.look_for(Some("bob".into()), &session);
        assert_eq!(shown(&listing, &session), ["bob"], "folded, and found once");
    }

    #[test]
    fn who_is_not_watched_stays_in_place() {
        let mut session = listed();
        session.account.buddies[1].paused = true;
        session.account_changed();
        let mut listing = Listing::default();
        listing.arrange(&session, ListSettings::default());
        // The account has not let go of Carol yet: she is listed once.
        assert_eq!(shown(&listing, &session), ["bob", "carol", "dave", "erin"]);
        let mut snapshot = (*session.snapshot).clone();
        snapshot.buddies.pop();
        session.snapshot = Arc::new(snapshot);
        listing.arrange(&session, ListSettings::default());
        assert_eq!(shown(&listing, &session), ["bob", "carol", "dave", "erin"]);
        let row = listing.at(1).unwrap();
        let Row::Person { place, .. } = row else {
            panic!("{row:?}")
        };
        let carol = session.person(place).unwrap();
        assert_eq!(carol.subscription.state, crate::ui::session::PAUSED);
    }

    #[test]
    fn long_lists_are_built_only_as_far_as_they_are_seen() {
        let mut listing = Listing {
            rows: (0..10_000)
                .map(|place| Row::Person { place, group: 0 })
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
