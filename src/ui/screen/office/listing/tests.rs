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
