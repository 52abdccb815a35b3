//! Groups, details, calls, changes and the lamp.

use super::*;
use crate::account::{Basic, Decider, Role};

/// Bob and Carol with a team, as the office shows them.
fn team() -> Sessions {
    let people = ["bob", "carol"].map(|name| {
        let address = format!("sip:{name}@example.test");
        buddy(&address, Status::Available)
    });
    let mut sessions = sessions(with(people.into()));
    only(&mut sessions).edit("sip:bob@example.test", |bob| bob.groups.push("Team".into()));
    sessions
}

#[test]
fn groups_fold_by_mouse_and_keyboard() {
    speak("en");
    let mut sessions = team();
    let mut state = looking_at(&sessions);
    let said = click(state.view(&sessions, Instant::now()), "Team");
    let fold = Action::Regroup(Regroup::Fold("Team".into(), true));
    assert_eq!(state.update(said[0].clone(), &sessions), fold);
    assert!(says(state.view(&sessions, Instant::now()), "1 of 1"));
    let press = |state: &mut State, sessions: &Sessions, key| {
        let message = list_key(&Key::Named(key), Modifiers::empty()).unwrap();
        state.update(message, sessions)
    };
    press(&mut state, &sessions, Named::Home);
    assert_eq!(state.selected_group(), Some("Team"));
    press(&mut state, &sessions, Named::ArrowDown);
    assert_eq!(state.selected_buddy(), Some(&whom("sip:bob@example.test")));
    assert_eq!(press(&mut state, &sessions, Named::Enter), Action::None);
    press(&mut state, &sessions, Named::ArrowLeft);
    assert_eq!(state.selected_group(), Some("Team"), "up to the head");
    assert_eq!(
        press(&mut state, &sessions, Named::ArrowRight),
        Action::None
    );
    assert_eq!(press(&mut state, &sessions, Named::Space), fold);
    let Action::Regroup(wish) = press(&mut state, &sessions, Named::ArrowLeft) else {
        panic!("it folds");
    };
    crate::ui::groups::regroup(&mut [&mut only(&mut sessions).account], &wish);
    only(&mut sessions).account_changed();
    state.refreshed(&sessions, ListSettings::default());
    assert!(!says(state.view(&sessions, Instant::now()), "Bob"));
    assert!(says(state.view(&sessions, Instant::now()), "Others"));
}

#[test]
fn a_long_name_of_a_group_leaves_its_count_and_button_their_room() {
    speak("en");
    let mut sessions = team();
    only(&mut sessions).edit("sip:bob@example.test", |bob| {
        bob.groups = vec!["A name for which no window is wide enough".repeat(3)];
    });
    let state = looking_at(&sessions);
    let mut shown = window(state.view(&sessions, Instant::now()));
    let count = shown.find("1 of 1").expect("there").bounds();
    assert!(count.width > 20.0, "{count:?}");
    assert!(count.x + count.width + measure::HEAD < 420.0, "{count:?}");
}

#[test]
fn a_group_is_renamed_moved_and_dissolved_in_its_panel() {
    speak("en");
    let sessions = team();
    let mut state = looking_at(&sessions);
    state.update(Message::SelectionMovedTo(End::First), &sessions);
    let said = click(state.view(&sessions, Instant::now()), "Move down");
    let action = state.update(said[0].clone(), &sessions);
    assert_eq!(action, Action::Regroup(Regroup::Move("Team".into(), 1)));
    let typed = group::Message::NameEdited(" People ".into());
    state.update(Message::Group(typed), &sessions);
    let submit = group::Message::RenamePressed("Team".into());
    let action = state.update(Message::Group(submit), &sessions);
    let rename = Regroup::Rename("Team".into(), "People".into());
    assert_eq!(action, Action::Regroup(rename));
    state.update(Message::SelectionMovedTo(End::First), &sessions);
    let said = click(state.view(&sessions, Instant::now()), "Remove the group");
    let action = state.update(said[0].clone(), &sessions);
    assert_eq!(action, Action::Regroup(Regroup::Dissolve("Team".into())));
}

#[test]
fn who_changed_while_the_user_looked_elsewhere_is_marked_until_looked_at() {
    let before = with(vec![buddy("sip:bob@example.test", Status::Away)]);
    let mut sessions = sessions(with(vec![buddy("sip:bob@example.test", Status::Busy)]));
    let bob = "sip:bob@example.test";
    let mut state = looking_at(&sessions);
    state.learn(&before, sessions.chosen().unwrap(), true);
    assert!(
        !state.changes.is_unread(&whom(bob)),
        "before the user's eyes"
    );
    state.learn(&before, sessions.chosen().unwrap(), false);
    assert!(state.changes.is_unread(&whom(bob)));
    state.update(Message::BuddyPressed(whom(bob)), &sessions);
    assert!(!state.changes.is_unread(&whom(bob)));
    state.learn(&before, sessions.chosen().unwrap(), false);
    state.looked_at();
    assert!(!state.changes.is_unread(&whom(bob)));
    only(&mut sessions).edit(bob, |bob| bob.muted = true);
    state.learn(&before, sessions.chosen().unwrap(), false);
    assert!(!state.changes.is_unread(&whom(bob)), "muted");
    speak("en");
    let said = texts(state.view(&sessions, Instant::now()));
    assert!(said.iter().any(|text| text == "Today"), "{said:?}");
    assert!(
        said.iter().filter(|text| *text == "Busy").count() > 1,
        "{said:?}"
    );
}

#[test]
fn the_details_say_why() {
    speak("en");
    let mut bob = buddy("sip:bob@example.test", Status::OnThePhone);
    let presence = Arc::make_mut(&mut bob.presence);
    presence.why = Some(Decider::Activity);
    presence.activities = ["on-the-phone".into()].into();
    presence.notifiers = 2;
    presence.merged = Some(Box::new(crate::account::Merged {
        decided_by: Some("tag-1".into()),
        ..crate::account::Merged::default()
    }));
    presence.person = Some(Box::new(crate::account::PersonDetails {
        time_offset_min: Some(0),
        time_zone: Some("UTC".into()),
        ..crate::account::PersonDetails::default()
    }));
    let device = |id: &str, why, basic| crate::account::Device {
        id: id.into(),
        why,
        basic: Some(basic),
        ..crate::account::Device::default()
    };
    presence.devices = [
        device("desk", Role::Decides, Basic::Open),
        crate::account::Device {
            contact: Some("mailto:bob@example.test?subject=Hello&attach=/etc/passwd".into()),
            ..device("mobile", Role::OpenElsewhere, Basic::Closed)
        },
    ]
    .into();
    presence.others = [device("old", Role::Superseded, Basic::Open)].into();
    let sessions = sessions(with(vec![bob]));
    let mut state = looking_at(&sessions);
    state.update(
        Message::BuddyPressed(whom("sip:bob@example.test")),
        &sessions,
    );
    let said = texts(state.view(&sessions, Instant::now()));
    for expected in [
        "They say what they do: On the phone",
        "The word of notifier tag-1 counts.",
        "2 notifiers answer for them.",
        "3 devices",
        "This decides.",
        "Another device can be reached, and that counts.",
        "A newer word of the same device has taken its place.",
        "Presence: Active · runs out in 1 h",
        "Nothing has changed today.",
    ] {
        assert!(
            said.iter().any(|text| text == expected),
            "{expected}: {said:#?}"
        );
    }
    assert!(
        said.iter()
            .any(|text| text.starts_with("It is ") && text.contains("UTC"))
    );
    let pressed = click(state.view(&sessions, Instant::now()), "Mail");
    let action = state.update(pressed[0].clone(), &sessions);
    assert_eq!(action, Action::Call("mailto:bob@example.test".into()));
    let pressed = click(state.view(&sessions, Instant::now()), "Message");
    let action = state.update(pressed[0].clone(), &sessions);
    assert_eq!(action, Action::Call("im:bob@example.test".into()));
}

#[test]
fn a_telephone_that_rings_can_be_picked_up() {
    speak("en");
    let bob = "sip:bob@example.test";
    let mut unknown = buddy(bob, Status::Unknown);
    unknown.subscription.reason = Some("489 Bad Event".into());
    unknown.subscription.fault = Some(Fault::Unsupported);
    unknown.subscription.state = "waiting_to_retry";
    let mut snapshot = with(vec![unknown]);
    let mut calls = crate::ui::testing::calls(bob, crate::account::Indicator::Ringing);
    calls.calls[0].pick_up = Some("sip:bob@example.test?Replaces=1".into());
    snapshot.dialogs = vec![calls];
    let sessions = sessions(snapshot);
    let mut state = looking_at(&sessions);
    let view = state.view(&sessions, Instant::now());
    assert!(says(view, "The telephone rings"));
    state.update(Message::BuddyPressed(whom(bob)), &sessions);
    let said = texts(state.view(&sessions, Instant::now()));
    let as_such = "Presence is not shared here. This is what the telephone tells.";
    assert!(said.iter().any(|text| text == as_such), "{said:?}");
    assert!(
        said.iter()
            .any(|text| text == "Call from carol@example.test")
    );
    let pressed = click(state.view(&sessions, Instant::now()), "Pick up");
    let action = state.update(pressed[0].clone(), &sessions);
    assert_eq!(
        action,
        Action::Call("sip:bob@example.test?Replaces=1".into())
    );
}

#[test]
fn the_lamp_calls_the_voicemail_or_asks_for_its_number() {
    speak("en");
    let mut snapshot = online();
    snapshot.mailboxes = vec![mailbox(2, 0, 0)];
    let mut sessions = sessions(snapshot);
    let mut state = looking_at(&sessions);
    let mut pressed = |sessions: &Sessions| {
        let said = click(state.view(sessions, Instant::now()), "2 new voice messages");
        state.update(said[0].clone(), sessions)
    };
    assert_eq!(pressed(&sessions), Action::AskVoicemail(1));
    only(&mut sessions).account.voicemail = "*97".into();
    let number = Action::Call("sip:*97@example.test".into());
    assert_eq!(pressed(&sessions), number);
    let mut named = (*sessions.chosen().unwrap().snapshot).clone();
    named.mailboxes[0].messages.as_mut().unwrap().mailbox = "sip:vm@example.test".into();
    only(&mut sessions).snapshot = Arc::new(named);
    assert_eq!(
        pressed(&sessions),
        number,
        "what the user wrote down counts"
    );
    only(&mut sessions).account.voicemail.clear();
    assert_eq!(
        pressed(&sessions),
        Action::Call("sip:vm@example.test".into())
    );
    for strange in [
        "file:///etc/passwd",
        "https://example.com/",
        "javascript:alert(1)",
    ] {
        let mut named = (*sessions.chosen().unwrap().snapshot).clone();
        named.mailboxes[0].messages.as_mut().unwrap().mailbox = strange.into();
        only(&mut sessions).snapshot = Arc::new(named);
        assert_eq!(pressed(&sessions), Action::AskVoicemail(1), "{strange}");
    }
}

#[test]
fn classes_of_messages_are_told_one_by_one() {
    speak("en");
    let mut snapshot = online();
    let mut lamp = mailbox(2, 8, 1);
    let fax = crate::account::Counts {
        new: 1,
        old: 3,
        ..crate::account::Counts::default()
    };
    let classes = &mut lamp.messages.as_mut().unwrap().classes;
    classes.insert("fax".into(), fax);
    snapshot.mailboxes = vec![lamp];
    for expected in [
        "1 new fax, 2 new voice messages",
        "2 new voice messages · 1 urgent · Voice: 8 old",
        "1 new fax · Fax: 3 old",
    ] {
        assert!(shows(snapshot.clone(), expected), "{expected}");
    }
}

#[test]
fn nothing_leaves_a_narrow_window_in_any_language() {
    for language in crate::i18n::LANGUAGES.map(|language| language.tag) {
        speak(language);
        let long = "x".repeat(500);
        let mut bob = buddy("sip:bob@example.test", Status::DoNotDisturb);
        Arc::make_mut(&mut bob.presence).note = Some(long.as_str().into());
        let mut snapshot = with(vec![bob, buddy("sip:carol@example.test", Status::Away)]);
        snapshot.mailboxes = vec![mailbox(1_234, 98_765, 12)];
        snapshot.watchers = vec![watcher("sip:heidi@example.test", Some(&long))];
        let mut sessions = sessions(snapshot);
        only(&mut sessions).edit("sip:bob@example.test", |bob| {
            bob.name.clone_from(&long);
            bob.groups = vec![long.clone(), "Team".into()];
        });
        let mut state = looking_at(&sessions);
        let mut look = |message| {
            state.update(message, &sessions);
            for width in [210.0, 320.0, 1_000.0] {
                let view = state.view(&sessions, Instant::now());
                let out = crate::ui::testing::overflowing(view, width);
                assert_eq!(out, Vec::<String>::new(), "{language} {width}");
            }
        };
        look(Message::DetailsClosed);
        look(Message::SelectionMovedTo(End::First));
        look(Message::BuddyPressed(whom("sip:bob@example.test")));
    }
}

#[test]
fn the_details_say_whose_note_it_is_and_that_a_word_may_be_old() {
    speak("en");
    let note = |notifier: &str, note: &str| crate::account::NotifierNote {
        notifier: notifier.into(),
        note: note.into(),
    };
    let mut bob = buddy("sip:bob@example.test", Status::Away);
    let presence = Arc::make_mut(&mut bob.presence);
    presence.note = Some("Back at three".into());
    presence.merged = Some(Box::new(crate::account::Merged {
        decided_by: None,
        note_by: Some("desk".into()),
        notes: vec![
            note("desk", "Back at three"),
            note("phone", "On\u{202e} foot"),
        ],
    }));
    presence.notifiers = 2;
    presence.may_be_old = true;
    let sessions = sessions(with(vec![bob.clone()]));
    let mut state = looking_at(&sessions);
    state.update(Message::SelectionMovedTo(End::First), &sessions);
    let view = || state.view(&sessions, Instant::now());
    assert!(says(view(), "The note is that of notifier desk."));
    assert!(says(view(), "Notifier phone: “On foot”"));
    assert!(!says(view(), "Notifier desk: “"), "it stands above");
    assert!(says(view(), "This is the same as before or older"));
    Arc::make_mut(&mut bob.presence).may_be_old = false;
    let sessions = super::sessions(with(vec![bob]));
    let mut state = looking_at(&sessions);
    state.update(Message::SelectionMovedTo(End::First), &sessions);
    assert!(!says(
        state.view(&sessions, Instant::now()),
        "as before or older"
    ));
}
