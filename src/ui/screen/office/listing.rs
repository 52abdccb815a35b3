//! Which buddies are listed, and in which order.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash as _, Hasher as _};
use std::sync::Arc;

use crate::account::{BuddyState, ListOrder, ListSettings, Status};
use crate::ui::address;
use crate::ui::session::Session;

/// The rows of the list. It is arranged anew after each change of what it depends on, never while it is drawn.
#[derive(Debug, Clone, Default)]
pub(super) struct Listing {
    settings: ListSettings,
    /// What is looked for; `None` while nothing is.
    search: Option<String>,
    /// The buddies' places in the snapshot, row by row; `None`: all of them as they come.
    rows: Option<Vec<usize>>,
    names: Names,
}

/// The buddies' names as they are compared, kept as long as the same buddies have the same names.
#[derive(Debug, Clone, Default)]
struct Names {
    /// Of all addresses and given names.
    hash: u64,
    /// Name and address of each, in lower case.
    folded: Vec<(String, String)>,
    /// Their places by name.
    by_name: Vec<usize>,
}

impl Listing {
    /// What is looked for.
    pub(super) fn search(&self) -> Option<&str> {
        self.search.as_deref()
    }

    /// Looks for something else; [`Listing::arrange`] is to follow.
    pub(super) fn look_for(&mut self, search: Option<String>) {
        self.search = search;
    }

    /// Brings the rows up to date.
    pub(super) fn arrange(&mut self, session: &Session, settings: ListSettings) {
        self.settings = settings;
        let buddies = &session.snapshot.buddies;
        let wanted = self
            .search
            .as_deref()
            .map(|search| search.trim().to_lowercase())
            .filter(|search| !search.is_empty());
        let named = settings.order == ListOrder::Name;
        let available = settings.order == ListOrder::Available;
        if wanted.is_none() && !settings.hide_offline && !named && !available {
            self.rows = None;
            return;
        }
        if wanted.is_some() || named {
            self.names.learn(session);
        }
        let mut rows: Vec<usize> = if named {
            self.names.by_name.clone()
        } else {
            (0..buddies.len()).collect()
        };
        match &wanted {
            // Whoever is looked for is found, offline or not.
            Some(wanted) => rows.retain(|row| self.names.contains(*row, wanted)),
            None if settings.hide_offline => rows.retain(|row| {
                buddies
                    .get(*row)
                    .is_some_and(|buddy| rank(buddy) < Rank::Gone)
            }),
            None => {}
        }
        if available {
            rows.sort_by_key(|row| buddies.get(*row).map(|buddy| rank(buddy)));
        }
        self.rows = Some(rows);
    }

    /// Brings the rows up to date after a change of what is looked for.
    pub(super) fn arrange_again(&mut self, session: &Session) {
        self.arrange(session, self.settings);
    }

    /// How many rows there are.
    pub(super) fn len(&self, session: &Session) -> usize {
        match &self.rows {
            Some(rows) => rows.len(),
            None => session.snapshot.buddies.len(),
        }
    }

    /// The buddy in a row.
    pub(super) fn at<'a>(&self, session: &'a Session, row: usize) -> Option<&'a Arc<BuddyState>> {
        let place = match &self.rows {
            Some(rows) => *rows.get(row)?,
            None => row,
        };
        session.snapshot.buddies.get(place)
    }

    /// The row of the buddy with this address, as the snapshot has it.
    pub(super) fn row(&self, session: &Session, address: &str) -> Option<usize> {
        (0..self.len(session)).find(|row| {
            self.at(session, *row)
                .is_some_and(|buddy| buddy.address == address)
        })
    }

    /// How many buddies are on the list but not in it.
    pub(super) fn hidden(&self, session: &Session) -> usize {
        session.snapshot.buddies.len() - self.len(session)
    }
}

impl Names {
    fn learn(&mut self, session: &Session) {
        let buddies = &session.snapshot.buddies;
        let mut hasher = DefaultHasher::new();
        session.renamed.hash(&mut hasher);
        for buddy in buddies {
            buddy.address.hash(&mut hasher);
        }
        let hash = hasher.finish();
        if hash == self.hash && self.folded.len() == buddies.len() {
            return;
        }
        self.hash = hash;
        self.folded = buddies
            .iter()
            .map(|buddy| {
                let given = session.names.get(&address::key(&buddy.address));
                let address = buddy.address.split_once(':').map_or("", |(_, rest)| rest);
                let name = given.map_or(address, String::as_str);
                (name.to_lowercase(), address.to_lowercase())
            })
            .collect();
        self.by_name = (0..buddies.len()).collect();
        let folded = &self.folded;
        self.by_name.sort_by_key(|place| folded.get(*place));
    }

    fn contains(&self, place: usize, wanted: &str) -> bool {
        self.folded
            .get(place)
            .is_some_and(|(name, address)| name.contains(wanted) || address.contains(wanted))
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

fn rank(buddy: &BuddyState) -> Rank {
    if buddy.refused || buddy.waiting_for_approval {
        return Rank::Unknown;
    }
    match buddy.status {
        Status::Available => Rank::There,
        Status::Unknown => Rank::Unknown,
        Status::Offline => Rank::Gone,
        _ => Rank::Occupied,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::Snapshot;
    use crate::ui::testing::{buddy, online, session};

    fn office() -> Session {
        let people = [
            ("sip:erin@example.test", Status::Offline),
            ("sip:bob@example.test", Status::Busy),
            ("sip:Dave@example.test", Status::Available),
            ("sip:carol@example.test", Status::Unknown),
        ];
        let buddies = people.map(|(address, status)| Arc::new(buddy(address, status)));
        session(Snapshot {
            buddies: buddies.into(),
            ..online()
        })
    }

    fn shown(listing: &Listing, session: &Session) -> Vec<String> {
        (0..listing.len(session))
            .filter_map(|row| listing.at(session, row))
            .map(|buddy| buddy.address[4..].split('@').next().unwrap().to_lowercase())
            .collect()
    }

    fn arranged(order: ListOrder, hide_offline: bool, search: Option<&str>) -> Vec<String> {
        let session = office();
        let mut listing = Listing::default();
        listing.look_for(search.map(str::to_owned));
        listing.arrange(
            &session,
            ListSettings {
                order,
                hide_offline,
            },
        );
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

    #[test]
    fn a_new_name_changes_the_order() {
        let mut session = office();
        let mut listing = Listing::default();
        let settings = ListSettings {
            order: ListOrder::Name,
            hide_offline: false,
        };
        listing.arrange(&session, settings);
        assert_eq!(shown(&listing, &session)[0], "bob");
        session.account.buddies[0].name = "Zimmer 4".to_owned();
        session.account_changed();
        listing.arrange(&session, settings);
        assert_eq!(shown(&listing, &session), ["carol", "dave", "erin", "bob"]);
        assert_eq!(listing.row(&session, "sip:bob@example.test"), Some(3));
        assert_eq!(listing.row(&session, "sip:grace@example.test"), None);
        listing.look_for(Some("zimm".to_owned()));
        listing.arrange(&session, settings);
        assert_eq!(shown(&listing, &session), ["bob"]);
        assert_eq!(listing.hidden(&session), 3);
    }
}
