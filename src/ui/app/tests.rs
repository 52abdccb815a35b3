use super::*;
use crate::account::{Buddy, Connection, IdleSettings, Snapshot, Status};
use crate::desktop::idle::Attendance;
use crate::desktop::instance::{Answer as Answered, OwnStatus};
use crate::i18n::tests::speak;
use crate::ui::screen::office::details::Edit;
use crate::ui::screen::office::own;
use crate::ui::testing::{Recorder, Wishes, account, online, says, watcher};

/// A window on an account that runs and takes wishes.
fn running() -> (App, Arc<Recorder>, Wishes) {
    let backend = Arc::new(Recorder {
        settings: Settings {
            accounts: vec![account()],
            ..Settings::default()
        },
        ..Recorder::default()
    });
    let (mut app, _task) = App::new(backend.clone(), None, Instant::now());
    speak("en");
    let wishes = Wishes::default();
    let _ = app.update(Message::PasswordRead(1, Ok(Some(Secret::new("secret")))));
    let ready = Happening::Ready(wishes.commands());
    let _ = app.update(Message::Session(1, ready));
    let _ = app.update(changed(online()));
    (app, backend, wishes)
}

fn changed(snapshot: Snapshot) -> Message {
    Message::Session(1, Happening::Changed(Arc::new(snapshot)))
}

#[test]
fn a_fresh_machine_shows_the_log_in_and_logging_in_keeps_the_account() {
    let backend = Arc::new(Recorder::default());
    let (mut app, _task) = App::new(backend.clone(), None, Instant::now());
    assert!(matches!(app.screen(), Screen::LogIn(_)));
    for message in [
        log_in::Message::AddressEdited("alice@example.test".into()),
        log_in::Message::PasswordEdited("secret".into()),
        log_in::Message::LogInPressed,
    ] {
        let _ = app.update(Message::LogIn(message));
    }
    assert!(matches!(app.screen(), Screen::Office));
    let saved = backend.saved.lock().unwrap();
    assert_eq!(
        saved.last().unwrap().accounts[0].address,
        "sip:alice@example.test"
    );
}

#[test]
fn a_password_goes_into_the_keyring_once_the_server_has_taken_it() {
    let backend = Arc::new(Recorder::default());
    let (mut app, _task) = App::new(backend.clone(), None, Instant::now());
    for message in [
        log_in::Message::AddressEdited("alice@example.test".into()),
        log_in::Message::PasswordEdited("wrong".into()),
        log_in::Message::LogInPressed,
    ] {
        let _ = app.update(Message::LogIn(message));
    }
    let remembered = || backend.remembered.lock().unwrap().clone();
    for connection in [
        Connection::Connecting,
        Connection::PasswordNeeded { refused: true },
        // Another account's password may have been in force before.
        Connection::Online,
    ] {
        let _ = app.update(changed(Snapshot {
            connection,
            ..online()
        }));
        assert_eq!(remembered(), []);
    }
    let _ = app.update(Message::Office(office::Message::PasswordPressed));
    for message in [
        password::Message::Edited("right".into()),
        password::Message::UsePressed,
    ] {
        let _ = app.update(Message::Password(message));
    }
    assert_eq!(remembered(), []);
    for _ in 0..2 {
        let _ = app.update(changed(online()));
        let alice = "sip:alice@example.test".to_owned();
        assert_eq!(remembered(), [(alice, Secret::new("right"))]);
    }
}

#[test]
fn adding_a_buddy_watches_and_saves() {
    let (mut app, backend, wishes) = running();
    let _ = app.update(Message::Shortcut(Shortcut::AddBuddy));
    for message in [
        add_buddy::Message::AddressEdited("dave".into()),
        add_buddy::Message::AddPressed,
    ] {
        let _ = app.update(Message::AddBuddy(message));
    }
    assert!(matches!(app.screen(), Screen::Office));
    assert!(
        wishes.sent()[0].contains("Watch") && wishes.sent()[0].contains("sip:dave@example.test")
    );
    let saved = backend.saved.lock().unwrap();
    let kept: &[Buddy] = &saved.last().unwrap().accounts[0].buddies;
    assert_eq!(kept[2].address, "sip:dave@example.test");
}

fn choose(app: &mut App, note: &str, status: Status) {
    for message in [
        own::Message::Pressed,
        own::Message::NoteEdited(note.to_owned()),
        own::Message::StatusChosen(status),
    ] {
        let _ = app.update(Message::Office(office::Message::Own(message)));
    }
}

#[test]
fn a_status_is_shown_at_once_sent_and_kept() {
    let (mut app, backend, wishes) = running();
    choose(&mut app, "Lunch", Status::OutToLunch);
    assert!(says(app.view(), "Out to lunch · Lunch"));
    assert!(wishes.sent()[0].contains("OutToLunch"));
    let saved = backend.saved.lock().unwrap();
    let account = &saved.last().unwrap().accounts[0];
    assert_eq!(account.status, "out-to-lunch");
    assert_eq!(account.remembered[0].note, "Lunch");
}

#[test]
fn a_status_for_a_time_leaves_the_lasting_one_in_the_settings() {
    let (mut app, backend, wishes) = running();
    let until = (jiff::Timestamp::now() + jiff::SignedDuration::from_hours(1)).to_string();
    let answer = asked(
        &mut app,
        Question::SetStatus {
            status: "in-a-meeting".to_owned(),
            note: None,
            until: Some(until.clone()),
        },
    );
    assert!(
        matches!(&answer, Answered::Status(own) if own.until.as_ref() == Some(&until)),
        "{answer:?}"
    );
    assert!(wishes.sent()[0].contains("InAMeeting"));
    let past = Question::SetStatus {
        status: "busy".to_owned(),
        note: None,
        until: Some("2020-01-01T00:00:00Z".to_owned()),
    };
    assert!(matches!(asked(&mut app, past), Answered::Refused { .. }));
    let saved = backend.saved.lock().unwrap();
    let account = &saved.last().unwrap().accounts[0];
    assert_eq!(account.status, "available");
    assert_eq!(account.timed.as_ref().unwrap().status, "in-a-meeting");
}

#[test]
fn rp_024_the_account_is_told_when_nobody_is_there_and_what_the_settings_allow() {
    let (mut app, _backend, wishes) = running();
    let since = "2026-03-01T12:00:00Z".parse().unwrap();
    let gone = Attended::Known(Attendance::Gone { since });
    let _ = app.update(Message::Attended(gone));
    let last = || wishes.sent().last().cloned().unwrap_or_default();
    assert!(
        last().contains("Idle") && last().contains("600"),
        "{}",
        last()
    );
    assert!(last().contains("last_input: None"), "{}", last());
    let settings = app.settings.idle;
    let idle = |idle: IdleSettings| Message::Settings(settings_screen::Message::IdleChosen(idle));
    let _ = app.update(Message::Shortcut(Shortcut::Settings));
    let _ = app.update(idle(IdleSettings {
        tell_last_input: true,
        ..settings
    }));
    assert!(last().contains("last_input: Some(2026-03-01"), "{}", last());
    let _ = app.update(idle(IdleSettings {
        after_minutes: 0,
        when_locked: false,
        tell_last_input: true,
    }));
    assert_eq!(last(), "Input(None)");
    let _ = app.update(Message::Attended(Attended::Blind));
    assert_eq!(last(), "Input(None)");
}

#[test]
fn a_refused_password_is_asked_for_once_and_used() {
    let (mut app, _backend, wishes) = running();
    let refused = || Snapshot {
        connection: Connection::PasswordNeeded { refused: true },
        ..online()
    };
    let _ = app.update(changed(refused()));
    assert!(matches!(app.screen(), Screen::Password(_)));
    let _ = app.update(Message::Password(password::Message::BackPressed));
    let _ = app.update(changed(refused()));
    assert!(
        matches!(app.screen(), Screen::Office),
        "nobody is asked twice for the same reason"
    );
    let _ = app.update(Message::Office(office::Message::PasswordPressed));
    let _ = app.update(Message::Password(password::Message::Edited(
        "better".into(),
    )));
    let _ = app.update(Message::Password(password::Message::UsePressed));
    assert!(matches!(app.screen(), Screen::Office));
    assert_eq!(wishes.sent(), ["Password(Secret(..))"]);
}

#[test]
fn without_a_keyring_the_password_is_asked_for_and_the_reason_told() {
    let backend = Arc::new(Recorder {
        settings: Settings {
            accounts: vec![account()],
            ..Settings::default()
        },
        ..Recorder::default()
    });
    let (mut app, _task) = App::new(backend.clone(), None, Instant::now());
    speak("en");
    let locked = SecretError::Locked {
        detail: "prompt dismissed".into(),
    };
    let _ = app.update(Message::PasswordRead(1, Err(locked)));
    assert!(matches!(app.screen(), Screen::Password(_)));
    assert!(says(app.view(), "The keyring is locked."));
    for message in [
        password::Message::Edited("secret".into()),
        password::Message::UsePressed,
    ] {
        let _ = app.update(Message::Password(message));
    }
    let _ = app.update(changed(online()));
    assert!(backend.remembered.lock().unwrap().is_empty());
    assert!(
        backend.forgotten.lock().unwrap().is_empty(),
        "what is kept there stays there"
    );
}

#[test]
fn logging_out_says_good_bye_and_stays_so() {
    let (mut app, backend, wishes) = running();
    let _ = app.update(Message::Shortcut(Shortcut::Settings));
    let _ = app.update(Message::Settings(settings_screen::Message::LogOutPressed));
    assert_eq!(wishes.sent(), ["LogOut"]);
    assert!(matches!(app.screen(), Screen::LogIn(_)));
    assert!(!backend.saved.lock().unwrap().last().unwrap().accounts[0].enabled);
    assert_eq!(app.leaving.len(), 1);
    let _ = app.update(Message::Session(1, Happening::Ended));
    assert!(app.leaving.is_empty());
}

#[test]
fn removing_the_account_forgets_its_password() {
    let (mut app, backend, wishes) = running();
    let _ = app.update(Message::Shortcut(Shortcut::Settings));
    let _ = app.update(Message::Settings(settings_screen::Message::RemoveConfirmed));
    assert_eq!(wishes.sent(), ["ForgetWatchers", "LogOut"]);
    assert_eq!(
        *backend.forgotten.lock().unwrap(),
        ["sip:alice@example.test"]
    );
    assert!(
        backend
            .saved
            .lock()
            .unwrap()
            .last()
            .unwrap()
            .accounts
            .is_empty()
    );
}

#[test]
fn the_demo_office_keeps_nothing() {
    let backend = Arc::new(Recorder::default());
    let demo = Demo {
        account: account(),
        password: Secret::new("secret"),
        guard: Arc::new(()),
    };
    let (mut app, _task) = App::new(backend.clone(), Some(demo), Instant::now());
    speak("en");
    let _ = app.update(changed(online()));
    assert!(says(app.view(), "Connected to the demo office"));
    let _ = app.update(Message::Shortcut(Shortcut::AddBuddy));
    let _ = app.update(Message::AddBuddy(add_buddy::Message::AddressEdited(
        "dave".into(),
    )));
    let _ = app.update(Message::AddBuddy(add_buddy::Message::AddPressed));
    assert!(backend.saved.lock().unwrap().is_empty());
}

#[test]
fn settings_are_written_one_at_a_time_and_the_last_word_wins() {
    let (mut app, backend, _wishes) = running();
    for _ in 0..5 {
        let _ = app.update(Message::Shortcut(Shortcut::Larger));
    }
    assert_eq!(backend.saved.lock().unwrap().len(), 1);
    let _ = app.update(Message::Saved(Ok(())));
    let saved = backend.saved.lock().unwrap();
    assert_eq!(saved.len(), 2);
    assert_eq!(saved[1].appearance.scale_percent, 150);
    assert!((app.scale_factor() - 1.5).abs() < f32::EPSILON);
}

#[test]
fn settings_that_cannot_be_written_are_told() {
    let (mut app, _backend, _wishes) = running();
    let full = || StoreError::NotWritable {
        path: "settings.toml".into(),
        detail: "the disk is full".into(),
    };
    let _ = app.update(Message::Saved(Err(full())));
    let _ = app.update(Message::Saved(Err(full())));
    assert!(says(app.view(), "the disk is full"));
    let _ = app.update(Message::NoticeDismissed);
    assert!(!says(app.view(), "the disk is full"), "said once");
}

#[test]
fn closing_waits_for_good_byes_but_not_for_ever() {
    let (mut app, _backend, wishes) = running();
    let _ = app.update(Message::CloseRequested);
    assert_eq!(wishes.sent(), ["LogOut"]);
    assert!(app.closing && !app.leaving.is_empty());
    assert!(!app.is_done());
    let _ = app.update(Message::LeavingTimedOut(1));
    assert!(app.is_done());
}

#[test]
fn closing_waits_for_the_settings() {
    let (mut app, backend, _wishes) = running();
    for _ in 0..2 {
        let _ = app.update(Message::Shortcut(Shortcut::Larger));
    }
    let _ = app.update(Message::CloseRequested);
    let _ = app.update(Message::Session(1, Happening::Ended));
    assert!(!app.is_done(), "the first size is being written");
    let _ = app.update(Message::Saved(Ok(())));
    assert!(!app.is_done(), "the second one is");
    let _ = app.update(Message::Saved(Ok(())));
    assert!(app.is_done());
    let saved = backend.saved.lock().unwrap();
    assert_eq!(saved.last().unwrap().appearance.scale_percent, 120);
}

#[test]
fn whoever_does_not_want_the_password_remembered_is_not_asked_to_again() {
    let (mut app, backend, _wishes) = running();
    app.remembering = false;
    let _ = app.update(changed(Snapshot {
        connection: Connection::PasswordNeeded { refused: true },
        ..online()
    }));
    for message in [
        password::Message::Edited("better".into()),
        password::Message::UsePressed,
    ] {
        let _ = app.update(Message::Password(message));
    }
    assert!(backend.forgotten.lock().unwrap().is_empty());
    let _ = app.update(changed(online()));
    assert!(backend.remembered.lock().unwrap().is_empty());
    // Nor is an older one to come back at the next start.
    assert_eq!(
        *backend.forgotten.lock().unwrap(),
        ["sip:alice@example.test"]
    );
}

#[test]
fn a_password_that_stays_in_the_keyring_is_told_unless_there_is_no_keyring() {
    let (mut app, _backend, _wishes) = running();
    let no_service = SecretError::NoService {
        detail: "no such file".into(),
    };
    let _ = app.update(Message::Forgotten(Err(no_service)));
    assert!(!says(app.view(), "keyring"));
    let locked = SecretError::Locked {
        detail: "dismissed".into(),
    };
    let _ = app.update(Message::Forgotten(Err(locked)));
    assert!(says(
        app.view(),
        "The password may still be in the keyring."
    ));
}

#[test]
fn a_demo_office_that_opens_too_late_takes_nobody_s_place() {
    let (mut app, _backend, wishes) = running();
    let demo = Demo {
        account: account(),
        password: Secret::new("secret"),
        guard: Arc::new(()),
    };
    let _ = app.update(Message::DemoOpened(Ok(demo)));
    assert_eq!(app.session.as_ref().map(|session| session.id), Some(1));
    assert!(wishes.sent().is_empty());
}

#[test]
fn an_account_that_ended_by_itself_can_be_begun_anew() {
    let (mut app, _backend, _wishes) = running();
    let _ = app.update(Message::Session(1, Happening::Ended));
    assert!(says(app.view(), "The connection has ended."));
    let _ = app.update(Message::Office(office::Message::LogInAgainPressed));
    assert!(app.leaving.is_empty(), "nobody is waited for");
    assert_eq!(app.session.as_ref().map(|session| session.id), Some(2));
    assert!(says(app.view(), "Connecting…"));
}

#[test]
fn escape_goes_back() {
    let (mut app, _backend, _wishes) = running();
    let _ = app.update(Message::Shortcut(Shortcut::Settings));
    assert!(matches!(app.screen(), Screen::Settings(_)));
    let _ = app.update(Message::Shortcut(Shortcut::Back));
    assert!(matches!(app.screen(), Screen::Office));
}

#[test]
fn nothing_ticks_unless_something_counts_down() {
    let (mut app, _backend, _wishes) = running();
    assert!(!app.counts_down());
    let _ = app.update(changed(Snapshot {
        connection: Connection::Trouble {
            message: "No.".into(),
            fault: Some(crate::account::Fault::Unreachable),
            retry_in_s: Some(5),
        },
        ..online()
    }));
    assert!(app.counts_down());
    let later = Instant::now() + Duration::from_secs(6);
    let _ = app.update(Message::Tick(later));
    assert!(!app.counts_down(), "at zero there is nothing left to count");
}

#[test]
fn the_theme_follows_the_choice_and_else_the_system() {
    let (mut app, _backend, _wishes) = running();
    let _ = app.update(Message::SystemTheme(iced::theme::Mode::Dark));
    assert_eq!(app.theme(), Theme::DARK);
    app.settings.appearance.theme = ThemeChoice::Light;
    assert_eq!(app.theme(), Theme::LIGHT);
    let _ = app.update(Message::SystemPreference(Preference {
        scheme: Some(ColorScheme::Dark),
        high_contrast: true,
    }));
    assert_eq!(app.theme(), Theme::HIGH_CONTRAST_LIGHT);
    app.settings.appearance.theme = ThemeChoice::System;
    assert_eq!(app.theme(), Theme::HIGH_CONTRAST_DARK);
    app.settings.appearance.contrast = ContrastChoice::Normal;
    assert_eq!(app.theme(), Theme::DARK);
}

#[test]
fn every_message_makes_a_new_picture_that_looks_the_same() {
    let (mut app, _backend, _wishes) = running();
    let theme = app.theme();
    let before = app.style(&theme).background_color;
    for messages in 1..=200 {
        let _ = app.update(Message::Tick(Instant::now()));
        let after = app.style(&theme).background_color;
        assert_ne!(before, after, "after {messages} messages");
        assert_eq!(before.into_rgba8(), after.into_rgba8());
    }
}

/// What the window answers when another start asks this.
fn asked(app: &mut App, question: Question) -> Answered {
    let (reply, mut answer) = Reply::new();
    let _ = app.update(Message::Asked(question, reply));
    answer.try_recv().expect("an answer at once")
}

#[test]
fn another_start_asks_for_the_status_and_changes_it() {
    let (mut app, backend, wishes) = running();
    let alice = |status: &str, note: &str| {
        Answered::Status(OwnStatus {
            account: "sip:alice@example.test".to_owned(),
            status: status.to_owned(),
            note: note.to_owned(),
            until: None,
            online: true,
        })
    };
    let set = |status: &str, note: Option<&str>| Question::SetStatus {
        status: status.to_owned(),
        note: note.map(str::to_owned),
        until: None,
    };
    let before = asked(&mut app, Question::Status);
    assert!(
        matches!(&before, Answered::Status(own) if own.online),
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
    let buddies = &app.session.as_ref().unwrap().account.buddies;
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
fn a_request_knocks_and_is_answered_from_the_notification() {
    let (mut app, _backend, wishes) = running();
    let (order, mut orders) = tokio::sync::mpsc::channel(4);
    let _ = app.update(Message::Notifications(order));
    let asked = Snapshot {
        watchers: vec![watcher("sip:heidi@example.test", Some("Heidi"))],
        ..online()
    };
    let _ = app.update(changed(asked.clone()));
    let Ok(Order::Show(shown)) = orders.try_recv() else {
        panic!("nothing is shown");
    };
    let pressed = |action: &str| {
        Message::Notified(Answer {
            key: shown.key.clone(),
            action: Some(action.to_owned()),
        })
    };
    let _ = app.update(pressed("allow"));
    assert!(wishes.sent()[0].contains("heidi") && wishes.sent()[0].contains("Allow"));
    let _ = app.update(changed(online()));
    assert_eq!(orders.try_recv(), Ok(Order::Withdraw(shown.key.clone())));
    // It was decided meanwhile, perhaps on another device.
    let _ = app.update(pressed("block"));
    assert_eq!(wishes.sent().len(), 1);
    // Whoever looks at the window sees the card.
    let _ = app.update(Message::Focused);
    let _ = app.update(changed(asked));
    assert!(orders.try_recv().is_err());
}

#[test]
fn the_list_of_keys_stands_before_the_screen_and_loses_nothing() {
    let backend = Arc::new(Recorder::default());
    let (mut app, _task) = App::new(backend, None, Instant::now());
    speak("en");
    let typed = log_in::Message::AddressEdited("alice@example.test".into());
    let _ = app.update(Message::LogIn(typed));
    let _ = app.update(Message::Shortcut(Shortcut::Help));
    assert!(says(app.view(), "Search the list"));
    let _ = app.update(Message::Shortcut(Shortcut::Back));
    assert!(!says(app.view(), "Search the list"));
    let Screen::LogIn(form) = app.screen() else {
        panic!("{:?}", app.screen());
    };
    assert!(format!("{form:?}").contains("alice@example.test"));
}

#[test]
fn a_buddy_is_muted_paused_grouped_and_taken_back() {
    let (mut app, backend, wishes) = running();
    let bob = || "sip:bob@example.test".to_owned();
    let edit = |app: &mut App, edit: Edit| {
        let message = office::details::Message::Edited(bob(), edit);
        let _ = app.update(Message::Office(office::Message::Details(message)));
        let _ = app.update(Message::Saved(Ok(())));
    };
    edit(&mut app, Edit::Mute(true));
    edit(&mut app, Edit::Group("Team".into(), true));
    edit(&mut app, Edit::Calls(true));
    edit(&mut app, Edit::Watch(false));
    let kept = || backend.saved.lock().unwrap().last().unwrap().accounts[0].buddies[0].clone();
    let now = kept();
    assert!(now.muted && now.paused && now.calls);
    assert_eq!(now.groups, ["Team"]);
    assert!(says(app.view(), "Not watched"));
    assert!(says(app.view(), "Team"));
    edit(&mut app, Edit::Watch(true));
    assert!(!kept().paused);
    let sent = wishes.sent();
    let wishes: Vec<&str> = sent
        .iter()
        .map(|wish| wish.split([' ', '{', '(']).next().unwrap())
        // What is on the list is told each time.
        .filter(|wish| *wish != "EditBuddies")
        .collect();
    let expected = [
        "WatchDialogs",
        "Unwatch",
        "UnwatchDialogs",
        "Watch",
        "WatchDialogs",
    ];
    assert_eq!(wishes, expected, "{sent:?}");
    let fold = office::group::Message::HeadPressed("Team".into());
    let _ = app.update(Message::Office(office::Message::Group(fold)));
    assert!(!says(app.view(), "Bob"));
}

#[test]
fn whose_presence_is_refused_is_asked_for_calls_once() {
    let (mut app, _backend, wishes) = running();
    let mut bob = crate::ui::testing::buddy("sip:bob@example.test", Status::Unknown);
    bob.subscription.state = "waiting_to_retry";
    bob.subscription.reason = Some("489 Bad Event".to_owned());
    bob.subscription.fault = Some(crate::account::Fault::Unsupported);
    let mut carol = bob.clone();
    carol.address = "sip:carol@example.test".to_owned();
    carol.subscription.reason = Some("408 Request Timeout".to_owned());
    let mut snapshot = Snapshot {
        buddies: vec![Arc::new(bob), Arc::new(carol)],
        ..online()
    };
    let _ = app.update(changed(snapshot.clone()));
    let _ = app.update(changed(snapshot.clone()));
    let sent = wishes.sent();
    assert_eq!(sent.len(), 1, "{sent:?}");
    assert!(
        sent[0].contains("WatchDialogs") && sent[0].contains("bob"),
        "{sent:?}"
    );
    let busy = crate::account::Indicator::Busy;
    snapshot.dialogs = vec![crate::ui::testing::calls("sip:bob@example.test", busy)];
    let _ = app.update(changed(snapshot));
    assert!(says(app.view(), "On the phone"));
}

#[test]
fn whoever_looks_at_a_person_is_told_what_it_sees_and_again_when_that_changes() {
    let (mut app, _backend, wishes) = running();
    let mut asked = Snapshot {
        watchers: vec![watcher("sip:heidi@example.test", Some("Heidi"))],
        ..online()
    };
    let _ = app.update(changed(asked.clone()));
    let _ = app.update(Message::Office(office::Message::Request(
        office::requests::Message::AllPressed,
    )));
    assert!(matches!(app.screen(), Screen::Watchers(_)));
    assert!(wishes.sent().is_empty());
    let heidi = watchers::Message::RowPressed("sip:heidi@example.test".into());
    let _ = app.update(Message::Watchers(heidi));
    let previews = || {
        wishes
            .sent()
            .iter()
            .filter(|wish| wish.starts_with("Preview"))
            .count()
    };
    assert_eq!(previews(), 1);
    let _ = app.update(changed(asked.clone()));
    assert_eq!(previews(), 1, "nothing has changed");
    asked.own_note = "Back at noon".to_owned();
    let _ = app.update(changed(asked));
    assert_eq!(previews(), 2);
    let _ = app.update(Message::Shortcut(Shortcut::Back));
    assert!(
        matches!(app.screen(), Screen::Watchers(_)),
        "the details are folded first"
    );
    let _ = app.update(Message::Shortcut(Shortcut::Back));
    assert!(matches!(app.screen(), Screen::Office));
}

#[test]
fn a_stranger_who_asks_can_become_a_buddy() {
    let (mut app, _backend, _wishes) = running();
    let add = office::requests::Message::AddPressed("sip:heidi@example.com".into(), "Heidi".into());
    let _ = app.update(Message::Office(office::Message::Request(add)));
    let Screen::AddBuddy(form) = app.screen() else {
        panic!("no form");
    };
    assert!(says(form.view(), "heidi@example.com will be added."));
}

#[test]
fn rules_that_cannot_be_used_are_looked_at_and_replaced() {
    let (mut app, _backend, wishes) = running();
    let _ = app.update(Message::Office(office::Message::RulesPressed));
    for message in [
        watchers::server::Message::KeepPressed,
        watchers::server::Message::RenewPressed,
        watchers::server::Message::RenewConfirmed,
        watchers::server::Message::RetryPressed,
    ] {
        let _ = app.update(Message::Watchers(watchers::Message::Server(message)));
    }
    assert_eq!(wishes.sent(), ["KeepRules", "RenewRules", "Retry"]);
}

#[test]
fn what_a_buddy_sees_is_a_press_away() {
    let (mut app, _backend, wishes) = running();
    let bob = office::Message::SightPressed("sip:bob@EXAMPLE.test".into());
    let _ = app.update(Message::Office(bob));
    assert!(matches!(app.screen(), Screen::Watchers(_)));
    let asked = "Preview { watcher: \"sip:bob@example.test\" }";
    assert_eq!(wishes.sent(), [asked]);
    assert!(says(app.view(), "What Bob sees"));
}
