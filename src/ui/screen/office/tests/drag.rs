//! People and groups are moved, with the pointer and by the keyboard.

use super::*;
use crate::ui::groups::{self, Beside};
use crate::ui::testing::session_of;
use iced::{Event, Point, mouse};
use iced_test::Simulator;

/// Bob and Carol in the team, Dave in the lab, Erin in none.
fn office() -> Sessions {
    let people = ["bob", "carol", "dave", "erin"];
    let address = |name: &str| format!("sip:{name}@example.test");
    let states = people.map(|name| buddy(&address(name), Status::Available));
    let mut sessions = sessions(with(states.into()));
    let session = only(&mut sessions);
    session.account.buddies = people
        .map(|name| Buddy {
            address: address(name),
            name: format!("{}{}", name[..1].to_uppercase(), &name[1..]),
            groups: match name {
                "bob" | "carol" => vec!["Team".to_owned()],
                "dave" => vec!["Lab".to_owned()],
                _ => Vec::new(),
            },
            ..Buddy::default()
        })
        .into();
    session.account_changed();
    sessions
}

/// Drags the row with one text to that with the other, so far above (negative) or below its middle.
fn drag(
    state: &mut State,
    sessions: &Sessions,
    (what, to, by): (&'static str, &'static str, f32),
) -> Vec<Action> {
    let view = state.view(sessions, Instant::now());
    let mut window = Simulator::with_size(crate::ui::settings(), (420.0, 720.0), view);
    let mut middle = |text: &'static str| {
        let found = window.find(text).expect("it is there");
        found.bounds().center()
    };
    let (from, to) = (middle(what), middle(to));
    let left = mouse::Button::Left;
    for (at, event) in [
        (from, None),
        (from, Some(mouse::Event::ButtonPressed(left))),
        (Point::new(to.x, to.y + by), None),
        (
            Point::new(to.x, to.y + by),
            Some(mouse::Event::ButtonReleased(left)),
        ),
    ] {
        window.point_at(at);
        let moved = mouse::Event::CursorMoved { position: at };
        let _ = window.simulate([Event::Mouse(event.unwrap_or(moved))]);
    }
    let said: Vec<Message> = window.into_messages().collect();
    let actions = said
        .into_iter()
        .map(|message| state.update(message, sessions));
    actions.filter(|action| *action != Action::None).collect()
}

/// Does what is asked for, and tells the list: groups in brackets, people by their letters.
fn done(state: &mut State, sessions: &mut Sessions, action: &Action) -> String {
    let mut into = None;
    match action {
        Action::Place(1, placing) => {
            groups::place(&mut only(sessions).account, placing);
            into = Some(placing.into.clone());
        }
        Action::Regroup(wish) => {
            groups::regroup(&mut [&mut only(sessions).account], wish);
        }
        other => panic!("{other:?}"),
    }
    only(sessions).account_changed();
    state.refreshed(sessions, ListSettings::default());
    state.follow(into.as_deref(), sessions);
    let rows = (0..).map_while(|row| state.listing.at(row));
    rows.map(|row| match row {
        listing::Row::Head(number) => format!("[{}]", state.listing.head(number).unwrap().name),
        listing::Row::Person { place, .. } => {
            sessions.person(place).unwrap().1.address[4..5].to_owned()
        }
    })
    .collect()
}

#[test]
fn somebody_is_dragged_to_another_place_and_into_another_group() {
    speak("en");
    let mut sessions = office();
    let mut state = looking_at(&sessions);
    let start = "[Team]bc[Lab]d[]e";
    for (drag_to, expected) in [
        (("Bob", "Carol", 20.0), "[Team]cb[Lab]d[]e"),
        (("Bob", "Dave", -10.0), "[Team]c[Lab]bd[]e"),
        (("Bob", "Erin", 20.0), "[Team]c[Lab]d[]eb"),
        // The head of a group is its first place.
        (("Bob", "Team", 0.0), start),
    ] {
        let actions = drag(&mut state, &sessions, drag_to);
        let [action] = actions.as_slice() else {
            panic!("{drag_to:?}: {actions:?}");
        };
        assert_eq!(done(&mut state, &mut sessions, action), expected);
        assert_eq!(state.selected, None, "a drag selects nobody");
    }
    for same in [("Bob", "Carol", -20.0), ("Bob", "Bob", 20.0)] {
        assert_eq!(drag(&mut state, &sessions, same), []);
    }
}

#[test]
fn a_group_is_dragged_by_its_head_and_others_come_last() {
    speak("en");
    let mut sessions = office();
    let mut state = looking_at(&sessions);
    for (drag_to, expected) in [
        (("Team", "Dave", 25.0), "[Lab]d[Team]bc[]e"),
        (("Team", "Lab", 0.0), "[Team]bc[Lab]d[]e"),
        (("Team", "Erin", 25.0), "[Lab]d[Team]bc[]e"),
    ] {
        let actions = drag(&mut state, &sessions, drag_to);
        let [action] = actions.as_slice() else {
            panic!("{drag_to:?}: {actions:?}");
        };
        assert_eq!(done(&mut state, &mut sessions, action), expected);
    }
    assert_eq!(drag(&mut state, &sessions, ("Team", "Carol", 0.0)), []);
    let others = drag(&mut state, &sessions, ("Others", "Dave", 0.0));
    assert!(
        matches!(others[..], [Action::Regroup(Regroup::Fold(..))] | []),
        "those in no group stay where they are: {others:?}"
    );
}

#[test]
fn in_an_order_of_its_own_only_the_group_can_be_changed() {
    speak("en");
    let sessions = office();
    let mut state = State::default();
    let by_name = ListSettings {
        order: ListOrder::Name,
        ..ListSettings::default()
    };
    state.refreshed(&sessions, by_name);
    assert_eq!(drag(&mut state, &sessions, ("Bob", "Carol", 20.0)), []);
    let into = drag(&mut state, &sessions, ("Bob", "Dave", 20.0));
    let placing = Placing {
        address: "sip:bob@example.test".into(),
        from: "Team".into(),
        into: "Lab".into(),
        beside: None,
    };
    assert_eq!(into, [Action::Place(1, placing)]);
}

#[test]
fn escape_and_a_search_leave_everything_where_it_is() {
    let sessions = office();
    let mut state = looking_at(&sessions);
    state.update(
        Message::BuddyPressed(whom("sip:erin@example.test")),
        &sessions,
    );
    let (bob, dave) = (measure::HEAD + 5.0, 4.0 * measure::ROW);
    for dragged in [Dragged::Taken(bob), Dragged::Moved(dave)] {
        state.update(Message::Dragged(dragged), &sessions);
    }
    assert!(state.sign(&sessions).is_some());
    state.update(Message::EscapePressed, &sessions);
    assert!(state.sign(&sessions).is_none());
    let dropped = state.update(Message::Dragged(Dragged::Dropped), &sessions);
    assert_eq!(dropped, Action::None);
    assert!(state.selected.is_some(), "the details stay open");
    assert!(state.can_move(bob, &sessions));
    state.update(Message::SearchEdited("bob".into()), &sessions);
    assert!(!state.can_move(bob, &sessions));
}

#[test]
fn at_the_edge_the_list_goes_on() {
    let sessions = office();
    let mut state = looking_at(&sessions);
    let scrolled = Message::Scrolled {
        offset: 40.0,
        height: 200.0,
        content: 400.0,
    };
    state.update(scrolled, &sessions);
    let top = state.port.offset - state.port.above;
    state.update(Message::Dragged(Dragged::Taken(top + 80.0)), &sessions);
    let mut move_to = |y: f32| state.update(Message::Dragged(Dragged::Moved(y)), &sessions);
    assert_eq!(move_to(top + 80.0), Action::None);
    assert!(matches!(move_to(top + 2.0), Action::ScrollTo(y) if y < 40.0));
    assert!(matches!(move_to(top + 220.0), Action::ScrollTo(y) if y > 40.0));
}

#[test]
fn the_keyboard_moves_what_is_selected() {
    let mut sessions = office();
    let mut state = looking_at(&sessions);
    let alt = |state: &mut State, sessions: &Sessions, key| {
        let message = list_key(&Key::Named(key), Modifiers::ALT).unwrap();
        state.update(message, sessions)
    };
    let bob = whom("sip:bob@example.test");
    state.update(Message::BuddyPressed(bob.clone()), &sessions);
    for (key, expected) in [
        (Named::ArrowDown, "[Team]cb[Lab]d[]e"),
        (Named::ArrowDown, "[Team]c[Lab]bd[]e"),
        (Named::ArrowDown, "[Team]c[Lab]db[]e"),
        (Named::ArrowDown, "[Team]c[Lab]d[]be"),
        (Named::ArrowUp, "[Team]c[Lab]db[]e"),
        (Named::ArrowUp, "[Team]c[Lab]bd[]e"),
        (Named::ArrowUp, "[Team]cb[Lab]d[]e"),
        (Named::ArrowUp, "[Team]bc[Lab]d[]e"),
    ] {
        let action = alt(&mut state, &sessions, key);
        assert_eq!(done(&mut state, &mut sessions, &action), expected);
        assert_eq!(state.selected_buddy(), Some(&bob));
    }
    assert_eq!(alt(&mut state, &sessions, Named::ArrowUp), Action::None);
    state.update(Message::SelectionMoved(-1), &sessions);
    let down = alt(&mut state, &sessions, Named::ArrowDown);
    let moved = done(&mut state, &mut sessions, &down);
    assert_eq!(moved, "[Lab]d[Team]bc[]e");
    assert_eq!(state.selected_group(), Some("Team"));
}

#[test]
fn nobody_is_put_among_the_people_of_another_account() {
    let mut sessions = office();
    let home = with(vec![buddy("sip:grace@example.com", Status::Busy)]);
    let mut home = session_of(2, "sip:alice@example.com", home);
    home.account.buddies = vec![Buddy {
        address: "sip:grace@example.com".to_owned(),
        groups: vec!["Lab".to_owned()],
        ..Buddy::default()
    }];
    home.account_changed();
    sessions.put(home, &[]);
    let mut state = looking_at(&sessions);
    // Team, Bob, Carol, Lab, Dave, Grace, Others, Erin.
    let bob = measure::HEAD + 5.0;
    let below_grace = 2.0 * measure::HEAD + 4.0 * measure::ROW - 5.0;
    for dragged in [Dragged::Taken(bob), Dragged::Moved(below_grace)] {
        state.update(Message::Dragged(dragged), &sessions);
    }
    let dropped = state.update(Message::Dragged(Dragged::Dropped), &sessions);
    let Action::Place(1, placing) = dropped else {
        panic!("{dropped:?}");
    };
    let behind_dave = Beside {
        address: "sip:dave@example.test".into(),
        behind: true,
    };
    assert_eq!(placing.beside, Some(behind_dave));
    assert_eq!(placing.into, "Lab");
}
