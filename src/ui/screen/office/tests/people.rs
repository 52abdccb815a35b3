//! Groups, details, calls, changes and the lamp.

use super::*;

/// Bob and Carol with a team, as the office shows them.
fn team() -> Session {
    let people = ["bob", "carol"].map(|name| {
        let address = format!("sip:{name}@example.test");
        buddy(&address, Status::Available)
    });
    let mut session = session(with(people.into()));
    session.edit("sip:bob@example.test", |bob| bob.groups.push("Team".into()));
    session
}

#[test]
fn groups_fold_by_mouse_and_keyboard() {
    speak("en");
    let mut session = team();
    let mut state = looking_at(&session);
    let said = click(state.view(&session, Instant::now()), "Team");
    let fold = Action::Regroup(Regroup::Fold("Team".into(), true));
    assert_eq!(state.update(said[0].clone(), &session), fold);
    assert!(says(state.view(&session, Instant::now()), "1 of 1"));
    let press = |state: &mut State, session: &Session, key| {
        let message = list_key(&Key::Named(key), Modifiers::empty()).unwrap();
        state.update(message, session)
    };
    press(&mut state, &session, Named::Home);
    assert_eq!(state.selected_group(), Some("Team"));
    press(&mut state, &session, Named::ArrowDown);
    assert_eq!(state.selected_buddy(), Some("sip:bob@example.test"));
    assert_eq!(press(&mut state, &session, Named::Enter), Action::None);
    press(&mut state, &session, Named::ArrowLeft);
    assert_eq!(state.selected_group(), Some("Team"), "up to the head");
    assert_eq!(press(&mut state, &session, Named::ArrowRight), Action::None);
    assert_eq!(press(&mut state, &session, Named::Space), fold);
    let Action::Regroup(wish) = press(&mut state, &session, Named::ArrowLeft) else {
        panic!("it folds");
    };
    crate::ui::groups::regroup(&mut session.account, &wish);
    session.account_changed();
    state.refreshed(&session, ListSettings::default());
    assert!(!says(state.view(&session, Instant::now()), "Bob"));
    assert!(says(state.view(&session, Instant::now()), "Others"));
}

#[test]
fn a_group_is_renamed_moved_and_dissolved_in_its_panel() {
    speak("en");
    let session = team();
    let mut state = looking_at(&session);
    state.update(Message::SelectionMovedTo(End::First), &session);
    let said = click(state.view(&session, Instant::now()), "Move down");
    let action = state.update(said[0].clone(), &session);
    assert_eq!(action, Action::Regroup(Regroup::Move("Team".into(), 1)));
    let typed = group::Message::NameEdited(" People ".into());
    state.update(Message::Group(typed), &session);
    let submit = group::Message::RenamePressed("Team".into());
    let action = state.update(Message::Group(submit), &session);
    let rename = Regroup::Rename("Team".into(), "People".into());
    assert_eq!(action, Action::Regroup(rename));
    state.update(Message::SelectionMovedTo(End::First), &session);
    let said = click(state.view(&session, Instant::now()), "Remove the group");
    let action = state.update(said[0].clone(), &session);
    assert_eq!(action, Action::Regroup(Regroup::Dissolve("Team".into())));
}

#[test]
fn who_changed_while_the_user_looked_elsewhere_is_marked_until_looked_at() {
    let before = with(vec![buddy("sip:bob@example.test", Status::Away)]);
    let mut session = session(with(vec![buddy("sip:bob@example.test", Status::Busy)]));
    let bob = "sip:bob@example.test";
    let mut state = looking_at(&session);
    state.learn(&before, &session, true);
    assert!(!state.changes.is_unread(bob), "before the user's eyes");
    state.learn(&before, &session, false);
    assert!(state.changes.is_unread(bob));
    state.update(Message::BuddyPressed(bob.into()), &session);
    assert!(!state.changes.is_unread(bob));
    state.learn(&before, &session, false);
    state.looked_at();
    assert!(!state.changes.is_unread(bob));
    session.edit(bob, |bob| bob.muted = true);
    state.learn(&before, &session, false);
    assert!(!state.changes.is_unread(bob), "muted");
    speak("en");
    let said = texts(state.view(&session, Instant::now()));
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
    let presence = &mut bob.presence;
    presence.why = Some("activity");
    presence.activities = vec!["on-the-phone".into()];
    presence.notifiers = 2;
    presence.decided_by = Some("tag-1".into());
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
    presence.devices = vec![
        device("desk", "decides", "open"),
        crate::account::Device {
            contact: Some("mailto:bob@example.test?subject=Hello&attach=/etc/passwd".into()),
            ..device("mobile", "open-elsewhere", "closed")
        },
    ];
    presence.others = vec![device("old", "superseded", "open")];
    let session = session(with(vec![bob]));
    let mut state = looking_at(&session);
    state.update(
        Message::BuddyPressed("sip:bob@example.test".into()),
        &session,
    );
    let said = texts(state.view(&session, Instant::now()));
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
    let pressed = click(state.view(&session, Instant::now()), "Mail");
    let action = state.update(pressed[0].clone(), &session);
    assert_eq!(action, Action::Call("mailto:bob@example.test".into()));
    let pressed = click(state.view(&session, Instant::now()), "Message");
    let action = state.update(pressed[0].clone(), &session);
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
    let session = session(snapshot);
    let mut state = looking_at(&session);
    let view = state.view(&session, Instant::now());
    assert!(says(view, "The telephone rings"));
    state.update(Message::BuddyPressed(bob.into()), &session);
    let said = texts(state.view(&session, Instant::now()));
    let as_such = "Presence is not shared here. This is what the telephone tells.";
    assert!(said.iter().any(|text| text == as_such), "{said:?}");
    assert!(
        said.iter()
            .any(|text| text == "Call from carol@example.test")
    );
    let pressed = click(state.view(&session, Instant::now()), "Pick up");
    let action = state.update(pressed[0].clone(), &session);
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
    let mut session = session(snapshot);
    let mut state = looking_at(&session);
    let mut pressed = |session: &Session| {
        let said = click(state.view(session, Instant::now()), "2 new voice messages");
        state.update(said[0].clone(), session)
    };
    assert_eq!(pressed(&session), Action::AskVoicemail);
    session.account.voicemail = "*97".into();
    let number = Action::Call("sip:*97@example.test".into());
    assert_eq!(pressed(&session), number);
    let mut named = (*session.snapshot).clone();
    named.mailboxes[0].messages.as_mut().unwrap().mailbox = "sip:vm@example.test".into();
    session.snapshot = Arc::new(named);
    assert_eq!(pressed(&session), number, "what the user wrote down counts");
    session.account.voicemail.clear();
    assert_eq!(
        pressed(&session),
        Action::Call("sip:vm@example.test".into())
    );
    for strange in [
        "file:///etc/passwd",
        "https://example.com/",
        "javascript:alert(1)",
    ] {
        let mut named = (*session.snapshot).clone();
        named.mailboxes[0].messages.as_mut().unwrap().mailbox = strange.into();
        session.snapshot = Arc::new(named);
        assert_eq!(pressed(&session), Action::AskVoicemail, "{strange}");
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
        bob.presence.note = Some(long.clone());
        let mut snapshot = with(vec![bob, buddy("sip:carol@example.test", Status::Away)]);
        snapshot.mailboxes = vec![mailbox(1_234, 98_765, 12)];
        snapshot.watchers = vec![watcher("sip:heidi@example.test", Some(&long))];
        let mut session = session(snapshot);
        session.edit("sip:bob@example.test", |bob| {
            bob.name.clone_from(&long);
            bob.groups = vec![long.clone(), "Team".into()];
        });
        let mut state = looking_at(&session);
        let mut look = |message| {
            state.update(message, &session);
            for width in [210.0, 320.0, 1_000.0] {
                let view = state.view(&session, Instant::now());
                let out = crate::ui::testing::overflowing(view, width);
                assert_eq!(out, Vec::<String>::new(), "{language} {width}");
            }
        };
        look(Message::DetailsClosed);
        look(Message::SelectionMovedTo(End::First));
        look(Message::BuddyPressed("sip:bob@example.test".into()));
    }
}

#[test]
fn the_details_say_whose_note_it_is_and_that_a_word_may_be_old() {
    speak("en");
    let note = |notifier: &str, note: &str| crate::account::NotifierNote {
        notifier: notifier.to_owned(),
        note: note.to_owned(),
    };
    let mut bob = buddy("sip:bob@example.test", Status::Away);
    let presence = &mut bob.presence;
    presence.note = Some("Back at three".into());
    presence.note_by = Some("desk".into());
    presence.notes = vec![
        note("desk", "Back at three"),
        note("phone", "On\u{202e} foot"),
    ];
    presence.notifiers = 2;
    presence.may_be_old = true;
    let session = session(with(vec![bob.clone()]));
    let mut state = looking_at(&session);
    state.update(Message::SelectionMovedTo(End::First), &session);
    let view = || state.view(&session, Instant::now());
    assert!(says(view(), "The note is that of notifier desk."));
    assert!(says(view(), "Notifier phone: “On foot”"));
    assert!(!says(view(), "Notifier desk: “"), "it stands above");
    assert!(says(view(), "This is the same as before or older"));
    bob.presence.may_be_old = false;
    let session = self::session(with(vec![bob]));
    let mut state = looking_at(&session);
    state.update(Message::SelectionMovedTo(End::First), &session);
    assert!(!says(
        state.view(&session, Instant::now()),
        "as before or older"
    ));
}
