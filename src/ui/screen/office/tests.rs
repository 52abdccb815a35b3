use super::*;
use crate::account::{
    BuddyState, Connection, Decision, Disclosure, DocumentCause, Fault, ListOrder, PastWatcher,
    Permanence, Rule, Snapshot, Status, Topic, Trouble,
};
use crate::i18n::tests::speak;
use crate::ui::session::Happening;
use crate::ui::testing::{
    buddy, click, mailbox, online, says, session, texts, watcher, whom, window,
};
use iced::keyboard::key::Named;
use iced::keyboard::{Key, Modifiers};
use std::sync::Arc;

mod drag;
mod own_status;
mod people;
mod request_card;
mod search;
mod several;
mod trouble;

/// One account that shows this.
fn sessions(snapshot: Snapshot) -> Sessions {
    Sessions::from_iter([session(snapshot)])
}

fn only(sessions: &mut Sessions) -> &mut Session {
    sessions.chosen_mut().unwrap()
}

fn with(buddies: Vec<BuddyState>) -> Snapshot {
    Snapshot {
        buddies: buddies.into_iter().map(Arc::new).collect(),
        ..online()
    }
}

fn shows(snapshot: Snapshot, text: &str) -> bool {
    let sessions = sessions(snapshot);
    says(looking_at(&sessions).view(&sessions, Instant::now()), text)
}

/// The screen as it is when a snapshot has come.
fn looking_at(sessions: &Sessions) -> State {
    let mut state = State::default();
    state.refreshed(sessions, ListSettings::default());
    state
}

fn asked_by_heidi() -> Snapshot {
    Snapshot {
        watchers: vec![watcher("sip:heidi@example.test", Some("Heidi"))],
        ..online()
    }
}

/// Presses what says this on a card; what comes of it.
fn press(state: &mut State, sessions: &Sessions, text: &'static str) -> Action {
    let said = click(state.view(sessions, Instant::now()), text);
    let [message] = said.as_slice() else {
        panic!("{text}: {said:?}");
    };
    state.update(message.clone(), sessions)
}

fn heidi(verdict: impl Into<Verdict>) -> Action {
    Action::Decide {
        watcher: whom("sip:heidi@example.test"),
        verdict: verdict.into(),
    }
}

#[test]
fn allow_on_a_request_card_becomes_a_decision() {
    speak("en");
    let mut sessions = sessions(asked_by_heidi());
    let mut state = State::default();
    let action = press(&mut state, &sessions, "Allow");
    assert_eq!(action, heidi(Decision::Allow));
    only(&mut sessions).decide(
        vec!["sip:heidi@example.test".into()],
        Decision::Allow.into(),
    );
    let view = state.view(&sessions, Instant::now());
    assert!(
        says(view, "Allowing…"),
        "the card says that it is on its way"
    );
    let said = click(state.view(&sessions, Instant::now()), "Block");
    assert!(said.is_empty(), "one decision at a time");
}

#[test]
fn a_request_is_allowed_until_tomorrow_and_shows_less() {
    speak("en");
    let sessions = sessions(asked_by_heidi());
    let mut state = State::default();
    for pressed in ["More choices", "Until tomorrow", "Open or closed"] {
        assert_eq!(press(&mut state, &sessions, pressed), Action::None);
    }
    let action = press(&mut state, &sessions, "Allow until tomorrow");
    let Action::Decide { verdict, .. } = action else {
        panic!("{action:?}");
    };
    let left = verdict.until.unwrap().duration_since(Timestamp::now());
    assert!((24..=49).contains(&left.as_hours()), "{left:?}");
    assert_eq!(verdict.decision, Decision::Allow);
    assert_eq!(verdict.shows, Disclosure::State);
}

#[test]
fn a_day_that_is_no_day_allows_nothing() {
    speak("en");
    let sessions = sessions(asked_by_heidi());
    let mut state = State::default();
    press(&mut state, &sessions, "More choices");
    press(&mut state, &sessions, "Until a day");
    assert_eq!(press(&mut state, &sessions, "Allow"), Action::None);
    let view = state.view(&sessions, Instant::now());
    assert!(says(view, "As year-month-day"), "the choices stay open");
    assert_eq!(
        press(&mut state, &sessions, "Appear offline"),
        heidi(Decision::PoliteBlock)
    );
    state.update(Message::EscapePressed, &sessions);
    assert!(!says(
        state.view(&sessions, Instant::now()),
        "Appear offline"
    ));
}

#[test]
fn a_request_says_who_asks_since_when_and_how_often() {
    speak("en");
    let mut snapshot = asked_by_heidi();
    snapshot.past_watchers = Arc::new(vec![PastWatcher {
        watcher: "sip:heidi@example.test".into(),
        display_name: None,
        first: Timestamp::UNIX_EPOCH,
        last: Timestamp::UNIX_EPOCH,
        asked: 3,
        asks: true,
        is_there: true,
        decision: "undecided",
        source: None,
    }]);
    snapshot
        .watchers
        .push(watcher("sip:mallory@example.com", None));
    let sessions = sessions(snapshot);
    let mut state = State::default();
    let said = texts(state.view(&sessions, Instant::now()));
    let has = |text: &str| said.iter().any(|said| said.starts_with(text));
    assert!(
        has("Same domain as you · since 1970-01-01 · asked 3 times"),
        "{said:?}"
    );
    assert!(has("Stranger"), "{said:?}");
    let action = press(&mut state, &sessions, "Add as a buddy");
    let suggested = Action::Suggest(whom("sip:heidi@example.test"), "Heidi".into());
    assert_eq!(action, suggested);
}

#[test]
fn a_request_to_this_device_says_so_and_how_sure_the_sender_is() {
    speak("en");
    let mut snapshot = asked_by_heidi();
    snapshot.watchers[0].source = Some("claimed");
    let sessions = sessions(snapshot);
    let mut state = State::default();
    let said = texts(state.view(&sessions, Instant::now()));
    let mark = "Asked this device; nobody has confirmed who it is";
    assert!(said.iter().any(|said| said == mark), "{said:?}");
    let explained = "The sender says so itself";
    assert!(!said.iter().any(|said| said.starts_with(explained)));
    press(&mut state, &sessions, "More choices");
    let said = texts(state.view(&sessions, Instant::now()));
    assert!(
        said.iter().any(|said| said.starts_with(explained)),
        "{said:?}"
    );
    assert!(!shows(asked_by_heidi(), mark), "of whom a server tells");
}

#[test]
fn rb_009_a_hostile_name_stays_on_its_card() {
    speak("en");
    let name = format!("\u{202e}{}\u{1b}[31m\u{2066}", "Heidi ".repeat(2_000));
    let sessions = sessions(Snapshot {
        watchers: vec![watcher("sip:mallory@example.com", Some(&name))],
        ..online()
    });
    let state = State::default();
    let said = texts(state.view(&sessions, Instant::now()));
    let question = said.iter().find(|said| said.contains("Heidi")).unwrap();
    assert!(question.chars().count() < 200, "{question}");
    for said in &said {
        let harmful = |c: char| {
            c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2067}')
        };
        assert!(!said.contains(harmful), "{said:?}");
    }
}

#[test]
fn fm_018_a_name_stands_beside_the_address_and_never_in_its_place() {
    speak("en");
    let sessions = sessions(Snapshot {
        watchers: vec![watcher("sip:mallory@example.com", Some("Bank Support"))],
        ..online()
    });
    let said = texts(looking_at(&sessions).view(&sessions, Instant::now()));
    let at = |text: &str| said.iter().position(|line| line == text);
    let question = at("Bank Support wants to see your presence").unwrap();
    assert_eq!(at("mallory@example.com"), Some(question + 1), "{said:?}");
}

#[test]
fn block_becomes_a_decision_and_later_hides_the_card() {
    speak("en");
    let sessions = sessions(asked_by_heidi());
    let mut state = State::default();
    assert_eq!(
        press(&mut state, &sessions, "Block"),
        heidi(Decision::Block)
    );
    assert_eq!(press(&mut state, &sessions, "Later"), Action::None);
    let view = state.view(&sessions, Instant::now());
    assert!(!says(view, "wants to see your presence"));
    let said = click(
        state.view(&sessions, Instant::now()),
        "Show 1 request put off",
    );
    state.update(said[0].clone(), &sessions);
    assert!(says(
        state.view(&sessions, Instant::now()),
        "Heidi wants to see your presence"
    ));
}

#[test]
fn a_decision_that_failed_can_be_made_again() {
    speak("en");
    let heidi = || "sip:heidi@example.test".to_owned();
    let mut sessions = sessions(asked_by_heidi());
    let state = State::default();
    only(&mut sessions).decide(vec![heidi()], Decision::Allow.into());
    only(&mut sessions).happened(Happening::Changed(Arc::new(asked_by_heidi())));
    let deciding = only(&mut sessions).deciding(&heidi());
    assert_eq!(deciding, Some(Decision::Allow), "no word about it yet");
    let mut snapshot = asked_by_heidi();
    snapshot.rules.push(Rule {
        watcher: heidi(),
        decision: "allow".into(),
        state: "failed",
        reason: Some("503 Service Unavailable".into()),
        fault: None,
        cause: DocumentCause::Other,
    });
    only(&mut sessions).happened(Happening::Changed(Arc::new(snapshot)));
    assert_eq!(sessions.chosen().unwrap().deciding(&heidi()), None);
    let view = state.view(&sessions, Instant::now());
    assert!(says(view, "The server did not answer."));
}

#[test]
fn requests_of_many_come_two_at_a_time() {
    speak("en");
    let watchers = (0..5)
        .map(|n| watcher(&format!("sip:w{n}@example.test"), None))
        .collect();
    let sessions = sessions(Snapshot {
        watchers,
        ..online()
    });
    let mut state = State::default();
    let said = texts(state.view(&sessions, Instant::now()));
    let cards = said.iter().filter(|text| *text == "Allow").count();
    assert_eq!(cards, 2);
    assert_eq!(
        press(&mut state, &sessions, "Show all 5 requests"),
        Action::OpenRequests
    );
    assert_eq!(press(&mut state, &sessions, "All later"), Action::None);
    assert!(!says(state.view(&sessions, Instant::now()), "wants to see"));
}

#[test]
fn rb_008_later_on_some_of_a_flood_hides_nobody_else() {
    speak("en");
    let watchers = (0..3_000)
        .map(|n| watcher(&format!("sip:w{n}@example.test"), None))
        .collect();
    let sessions = sessions(Snapshot {
        watchers,
        ..online()
    });
    let mut state = State::default();
    for number in 0..20 {
        let said = texts(state.view(&sessions, Instant::now()));
        let question = format!("w{number}@example.test wants to see your presence");
        assert!(said.contains(&question), "{number}: {said:?}");
        let later = requests::Message::LaterPressed(whom(&format!("sip:w{number}@example.test")));
        state.update(Message::Request(later), &sessions);
    }
    let view = state.view(&sessions, Instant::now());
    assert!(says(view, "Show all 3000 requests"));
    assert!(says(
        state.view(&sessions, Instant::now()),
        "Show 20 requests put off"
    ));
}

#[test]
fn waiting_refused_stale_and_unknown_are_never_shown_as_offline() {
    speak("en");
    let mut waiting = buddy("sip:bob@example.test", Status::Unknown);
    waiting.waiting_for_approval = true;
    waiting.subscription.state = "pending";
    let mut refused = buddy("sip:carol@example.test", Status::Unknown);
    refused.refused = true;
    let mut stale = buddy("sip:dave@example.test", Status::Available);
    Arc::make_mut(&mut stale.presence).stale = true;
    let unknown = buddy("sip:erin@example.test", Status::Unknown);
    let sessions = sessions(with(vec![waiting, refused, stale, unknown]));
    let said = texts(looking_at(&sessions).view(&sessions, Instant::now()));
    let all = said.join("\n");
    for word in [
        "Waiting for approval",
        "Request declined",
        "Last known: Available",
        "Unknown",
    ] {
        assert!(all.contains(word), "{word} in {all}");
    }
    assert!(!all.contains("Offline"), "{all}");
    assert!(said.contains(&"Waiting for approval".to_owned()), "{all}");
}

#[test]
fn a_buddy_has_a_name_a_status_and_a_note() {
    speak("en");
    let mut bob = buddy("sip:bob@example.test", Status::OnThePhone);
    Arc::make_mut(&mut bob.presence).note = Some("Call\u{202e} with\r\nCarol".into());
    assert!(shows(with(vec![bob.clone()]), "Bob"));
    assert!(shows(with(vec![bob]), "On the phone · Call with Carol"));
}

#[test]
fn the_lamp_tells_new_urgent_and_old() {
    speak("en");
    let lamp = |new, old, urgent| Snapshot {
        mailboxes: vec![mailbox(new, old, urgent)],
        ..online()
    };
    assert!(shows(lamp(2, 8, 1), "2 new voice messages"));
    assert!(shows(lamp(2, 8, 1), "1 urgent"));
    assert!(shows(lamp(2, 8, 1), "8 old messages"));
    assert!(shows(lamp(0, 8, 0), "No new messages"));
    assert!(shows(lamp(0, 8, 0), "8 old messages"));
    let mut stale = lamp(1, 0, 0);
    stale.mailboxes[0].messages.as_mut().unwrap().stale = true;
    assert!(shows(stale, "May have changed"));
    let mut nothing = lamp(0, 0, 0);
    nothing.mailboxes[0].messages = None;
    nothing.mailboxes[0].subscription.state = "terminated";
    nothing.mailboxes[0].subscription.reason = Some("489 Bad Event".into());
    nothing.mailboxes[0].subscription.fault = Some(Fault::Unsupported);
    assert!(shows(nothing, "The server does not offer this."));
}

#[test]
fn texts_are_german_in_german() {
    speak("de");
    let mut snapshot = asked_by_heidi();
    snapshot.mailboxes = vec![mailbox(1, 0, 0)];
    assert!(shows(snapshot.clone(), "Heidi möchte Ihre Präsenz sehen"));
    assert!(shows(snapshot.clone(), "1 neue Sprachnachricht"));
    assert!(shows(snapshot, "Verbunden als alice@example.test"));
}

#[test]
fn an_empty_list_says_what_to_do() {
    speak("en");
    let mut sessions = sessions(online());
    only(&mut sessions).account.buddies.clear();
    let state = looking_at(&sessions);
    let said = click(state.view(&sessions, Instant::now()), "Add a buddy");
    assert!(matches!(said.as_slice(), [Message::AddPressed]));
}

#[test]
fn trouble_with_the_connection_offers_to_try_again() {
    speak("en");
    let sessions = sessions(Snapshot {
        connection: Connection::Trouble {
            message: "cannot reach 192.0.2.1:5060 over UDP: no route".into(),
            fault: Some(Fault::Unreachable),
            retry_in_s: Some(42),
        },
        ..online()
    });
    let state = State::default();
    let now = sessions.chosen().unwrap().received;
    assert!(says(
        state.view(&sessions, now),
        "The server cannot be reached. Next try in 42 seconds."
    ));
    assert!(
        says(state.view(&sessions, now), "192.0.2.1:5060"),
        "the detail"
    );
    let later = now + std::time::Duration::from_secs(41);
    assert!(says(state.view(&sessions, later), "Next try in 1 second."));
    let said = click(state.view(&sessions, now), "Try now");
    assert!(matches!(said.as_slice(), [Message::RetryPressed(1)]));
}

#[test]
fn the_password_can_be_entered_from_the_quiet_line() {
    speak("en");
    let sessions = sessions(Snapshot {
        connection: Connection::PasswordNeeded { refused: true },
        ..online()
    });
    let said = click(
        State::default().view(&sessions, Instant::now()),
        "Enter password",
    );
    assert!(matches!(said.as_slice(), [Message::PasswordPressed(1)]));
}

#[test]
fn a_trouble_can_be_dismissed_and_a_new_one_is_shown() {
    speak("en");
    let trouble = |message: &str| Snapshot {
        troubles: vec![Trouble {
            code: 4,
            message: message.into(),
            hint: Some("Wait.".into()),
            topic: Topic::Other,
        }],
        ..online()
    };
    let mut state = State::default();
    let first = sessions(trouble("One."));
    let said = click(state.view(&first, Instant::now()), "Dismiss");
    state.update(said[0].clone(), &first);
    assert!(!says(state.view(&first, Instant::now()), "One."));
    let second = sessions(trouble("Two."));
    assert!(says(state.view(&second, Instant::now()), "Two."));
}

#[test]
fn keys_move_through_the_list() {
    let buddies = (0..50)
        .map(|n| buddy(&format!("sip:{n}@example.test"), Status::Away))
        .collect();
    let sessions = sessions(with(buddies));
    let mut state = State {
        port: Port {
            offset: 0.0,
            height: 300.0,
            above: 40.0,
        },
        ..looking_at(&sessions)
    };
    let press = |state: &mut State, key| {
        let message = list_key(&Key::Named(key), Modifiers::empty()).unwrap();
        state.update(message, &sessions)
    };
    assert_eq!(press(&mut state, Named::ArrowDown), Action::None);
    assert_eq!(state.selected_buddy(), Some(&whom("sip:0@example.test")));
    press(&mut state, Named::ArrowDown);
    assert_eq!(state.selected_buddy(), Some(&whom("sip:1@example.test")));
    let action = press(&mut state, Named::End);
    assert_eq!(state.selected_buddy(), Some(&whom("sip:49@example.test")));
    assert_eq!(action, Action::ScrollTo(40.0 + 50.0 * measure::ROW - 300.0));
    state.port.offset = 2_740.0;
    let action = press(&mut state, Named::Home);
    assert_eq!(action, Action::ScrollTo(40.0));
    press(&mut state, Named::ArrowUp);
    assert_eq!(state.selected_buddy(), Some(&whom("sip:0@example.test")));
    state.update(Message::EscapePressed, &sessions);
    assert_eq!(state.selected_buddy(), None);
}

#[test]
fn only_what_can_be_seen_is_built() {
    let buddies = (0..10_000)
        .map(|n| buddy(&format!("sip:{n}@example.test"), Status::Away))
        .collect();
    let sessions = sessions(with(buddies));
    let state = looking_at(&sessions);
    let rows = texts(state.view(&sessions, Instant::now()))
        .iter()
        .filter(|text| text.ends_with("@example.test"))
        .count();
    assert!((10..100).contains(&rows), "{rows}");
}

#[test]
fn a_removed_buddy_can_be_taken_back() {
    speak("en");
    let mut sessions = sessions(with(vec![buddy("sip:bob@example.test", Status::Away)]));
    let mut state = looking_at(&sessions);
    let said = click(state.view(&sessions, Instant::now()), "Bob");
    state.update(said[0].clone(), &sessions);
    let said = click(state.view(&sessions, Instant::now()), "Remove");
    let action = state.update(said[0].clone(), &sessions);
    assert_eq!(action, Action::Remove(whom("sip:bob@example.test")));
    let removed = only(&mut sessions).account.buddies.remove(0);
    assert!(says(
        state.view(&sessions, Instant::now()),
        "Bob was removed"
    ));
    let said = click(state.view(&sessions, Instant::now()), "Undo");
    let action = state.update(said[0].clone(), &sessions);
    assert_eq!(action, Action::Restore(1, 0, removed));
}

#[test]
fn a_focused_button_is_pressed_with_enter_and_space() {
    speak("en");
    let sessions = sessions(asked_by_heidi());
    let state = State::default();
    let mut window = window(state.view(&sessions, Instant::now()));
    // A click focuses; what follows comes from the keyboard.
    window.click("Later").unwrap();
    window.tap_key(Key::Named(Named::Enter));
    window.tap_key(Key::Named(Named::Space));
    let said: Vec<Message> = window.into_messages().collect();
    assert_eq!(said.len(), 3, "{said:?}");
    assert!(said.iter().all(|message| matches!(
        message,
        Message::Request(requests::Message::LaterPressed(_))
    )));
}

#[test]
fn the_details_do_not_hide_the_row_they_are_about() {
    let mut snapshot = online();
    snapshot.buddies = (0..10)
        .map(|number| {
            let address = format!("sip:{number}@example.test");
            Arc::new(buddy(&address, Status::Available))
        })
        .collect();
    let sessions = sessions(snapshot);
    let mut state = looking_at(&sessions);
    let scrolled = |height| Message::Scrolled {
        offset: 0.0,
        height,
        content: 612.0,
    };
    assert_eq!(state.update(scrolled(600.0), &sessions), Action::None);
    state.update(Message::BuddyPressed(whom("sip:7@example.test")), &sessions);
    assert_eq!(
        state.update(scrolled(400.0), &sessions),
        Action::ScrollTo(80.0)
    );
    assert_eq!(
        state.update(scrolled(400.0), &sessions),
        Action::None,
        "whoever scrolls away is left alone"
    );
}

#[test]
fn nobody_is_asked_while_there_is_no_connection() {
    speak("en");
    let mut bob = buddy("sip:bob@example.test", Status::Unknown);
    bob.subscription.state = "notify_wait";
    let mut snapshot = online();
    snapshot.buddies = vec![Arc::new(bob)];
    assert!(shows(snapshot.clone(), "Asking…"));
    snapshot.connection = Connection::PasswordNeeded { refused: false };
    assert!(!shows(snapshot.clone(), "Asking…"));
    assert!(shows(snapshot, "Unknown"));
}
