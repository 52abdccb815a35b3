//! What another start, a link and the command line ask of the window.

use super::*;

/// What the window answers when another start asks this.
pub(super) fn asked(app: &mut App, question: Question) -> Answered {
    let (reply, mut answer) = Reply::new();
    let _ = app.update(Message::Asked(question, reply));
    answer.try_recv().expect("an answer at once")
}

#[test]
fn another_start_asks_for_the_status_and_changes_it() {
    let (mut app, backend, wishes) = running();
    let alice = |status: &str, note: &str| {
        let alice = OwnStatus {
            account: "sip:alice@example.test".to_owned(),
            status: status.to_owned(),
            note: note.to_owned(),
            until: None,
            online: true,
        };
        let accounts = vec![alice];
        Answered::Status { accounts }
    };
    let set = |status: &str, note: Option<&str>| Question::SetStatus {
        status: status.to_owned(),
        note: note.map(str::to_owned),
        until: None,
    };
    let before = asked(&mut app, Question::Status);
    assert!(
        matches!(&before, Answered::Status { accounts } if accounts[0].online),
        "{before:?}"
    );
    let answer = asked(&mut app, set("busy", Some("Writing")));
    assert_eq!(answer, alice("busy", "Writing"));
    assert_eq!(asked(&mut app, set("away", None)), alice("away", "Writing"));
    assert_eq!(asked(&mut app, Question::Status), alice("away", "Writing"));
    assert_eq!(wishes.sent().len(), 2);
    // The first is still being written.
    let _ = app.update(Message::Saved(Ok(())));
    assert_eq!(
        backend.saved.lock().unwrap().last().unwrap().accounts[0].status,
        "away"
    );
    for wrong in ["flying", "", "unknown"] {
        let answer = asked(&mut app, set(wrong, None));
        assert!(
            matches!(answer, Answered::Refused { .. }),
            "{wrong}: {answer:?}"
        );
    }
    assert_eq!(wishes.sent().len(), 2);
}

#[test]
fn a_window_without_an_account_has_no_status() {
    let backend = Arc::new(Recorder::default());
    let (mut app, _task) = App::new(backend, None, Instant::now());
    let answer = asked(&mut app, Question::Status);
    assert!(matches!(answer, Answered::Refused { .. }), "{answer:?}");
}

#[test]
fn an_address_that_is_opened_is_a_buddy_or_becomes_one() {
    let (mut app, _backend, _wishes) = running();
    let open = |address: &str| Question::Open {
        address: address.to_owned(),
    };
    let _ = app.update(Message::Shortcut(Shortcut::Settings));
    asked(&mut app, open("pres:bob@example.test"));
    assert!(matches!(app.screen(), Screen::Office));
    asked(&mut app, open("sip:erin@example.com"));
    assert!(matches!(app.screen(), Screen::AddBuddy(_)));
    let _ = app.update(Message::AddBuddy(add_buddy::Message::AddPressed));
    let buddies = &app.sessions.chosen().unwrap().account.buddies;
    assert_eq!(buddies.last().unwrap().address, "sip:erin@example.com");
}

#[test]
fn an_address_that_is_opened_waits_for_the_log_in() {
    let backend = Arc::new(Recorder::default());
    let (mut app, _task) = App::new(backend, None, Instant::now());
    let address = "sip:erin@example.com".to_owned();
    asked(&mut app, Question::Open { address });
    assert!(matches!(app.screen(), Screen::LogIn(_)));
    for message in [
        log_in::Message::AddressEdited("alice@example.test".into()),
        log_in::Message::PasswordEdited("secret".into()),
        log_in::Message::LogInPressed,
    ] {
        let _ = app.update(Message::LogIn(message));
    }
    assert!(matches!(app.screen(), Screen::AddBuddy(_)));
}

#[test]
fn another_program_decides_about_those_who_ask_and_nobody_else() {
    let (mut app, _backend, wishes) = running();
    let _ = app.update(changed(Snapshot {
        watchers: vec![watcher("sip:heidi@example.test", Some("Heidi"))],
        ..online()
    }));
    let decide = |watcher: &str, decision: &str| Question::Decide {
        watcher: watcher.to_owned(),
        decision: decision.to_owned(),
    };
    for (watcher, decision) in [
        ("sip:heidi@example.test", "adore"),
        ("sip:mallory@example.com", "allow"),
        ("", "block"),
    ] {
        let answer = asked(&mut app, decide(watcher, decision));
        assert!(matches!(answer, Answered::Refused { .. }), "{answer:?}");
    }
    assert!(wishes.sent().is_empty());
    let answer = asked(&mut app, decide("sip:heidi@example.test", "block"));
    assert_eq!(answer, Answered::Done);
    assert!(wishes.sent()[0].contains("Block"), "{:?}", wishes.sent());
    assert_eq!(asked(&mut app, Question::Refresh), Answered::Done);
    assert_eq!(wishes.sent()[1], "Retry");
}

#[test]
fn other_programs_are_told_each_new_state() {
    let (mut app, _backend, _wishes) = running();
    let (states, mut told) = watch::channel(Arc::new(Public::default()));
    let _ = app.update(Message::BusServed(states));
    assert!(told.borrow_and_update().online);
    let _ = app.update(Message::Tick(Instant::now()));
    assert!(!told.has_changed().unwrap(), "nothing has changed");
    let _ = app.update(changed(Snapshot {
        own_status: Status::Busy,
        ..online()
    }));
    assert_eq!(told.borrow_and_update().status, "busy");
}
