//! Logging in, logging out, accounts that end, and the demo office.

use super::*;
use crate::account::Trace;
use crate::ui::testing::texts;

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
fn everything_of_a_removed_account_goes_once_it_does_not_run() {
    let remove = |app: &mut App| {
        let _ = app.update(Message::Shortcut(Shortcut::Settings));
        let _ = app.update(Message::Settings(settings_screen::Message::RemoveConfirmed));
    };
    let (mut app, backend, _wishes) = running();
    remove(&mut app);
    let _ = app.update(Message::Saved(Ok(())));
    let erased = || backend.erased.lock().unwrap().clone();
    assert!(erased().is_empty(), "it would write it anew");
    let _ = app.update(Message::CloseRequested);
    let _ = app.update(Message::Session(1, Happening::Ended));
    assert_eq!(erased(), ["sip:alice@example.test"]);
    assert!(!app.is_done(), "it is being removed");
    let why = StoreError::NotWritable {
        path: "profile".into(),
        detail: "read-only".into(),
    };
    let _ = app.update(Message::Erased(Err(why)));
    assert!(app.is_done());
    assert!(says(app.view(), "Not everything about the account"));

    // One that has ended, or still waits for its password, has nothing to log out of.
    let (mut app, backend, _wishes) = running();
    let _ = app.update(Message::Session(1, Happening::Ended));
    remove(&mut app);
    assert_eq!(*backend.erased.lock().unwrap(), ["sip:alice@example.test"]);
    let backend = Arc::new(Recorder {
        settings: Settings {
            accounts: vec![account()],
            ..Settings::default()
        },
        ..Recorder::default()
    });
    let (mut app, _task) = App::new(backend.clone(), None, Instant::now());
    remove(&mut app);
    assert_eq!(*backend.erased.lock().unwrap(), ["sip:alice@example.test"]);
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
fn keys_that_lead_nowhere_are_not_listed() {
    let listed = |app: &mut App, key: &str| {
        let _ = app.update(Message::Shortcut(Shortcut::Help));
        let said = texts(app.view()).iter().any(|said| said == key);
        let _ = app.update(Message::Shortcut(Shortcut::Help));
        said
    };
    let (mut app, _backend, _wishes) = running();
    assert!(listed(&mut app, "Ctrl+U"));
    let demo = Demo {
        account: account(),
        password: Secret::new("secret"),
        guard: Arc::new(()),
    };
    let (mut app, _task) = App::new(Arc::new(Recorder::default()), Some(demo), Instant::now());
    assert!(!listed(&mut app, "Ctrl+U"), "a demo office stands alone");
    assert!(listed(&mut app, "Ctrl+N") && listed(&mut app, "Delete"));
    let (mut app, _task) = App::new(Arc::new(Recorder::default()), None, Instant::now());
    assert!(!listed(&mut app, "Ctrl+N"), "nobody is logged in");
    assert!(!listed(&mut app, "Delete") && listed(&mut app, "F1"));
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
    assert_eq!(app.sessions.chosen().map(|session| session.id), Some(1));
    assert!(wishes.sent().is_empty());
}

#[test]
fn an_account_that_ended_by_itself_can_be_begun_anew() {
    let (mut app, _backend, _wishes) = running();
    let _ = app.update(Message::Session(1, Happening::Ended));
    assert!(says(app.view(), "The connection has ended."));
    let _ = app.update(Message::Office(office::Message::LogInAgainPressed(1)));
    assert!(app.leaving.is_empty(), "nobody is waited for");
    assert_eq!(app.sessions.chosen().map(|session| session.id), Some(2));
    assert!(says(app.view(), "Connecting…"));
}

#[test]
fn the_server_is_changed_without_typing_the_password_again() {
    let (mut app, backend, _wishes) = running();
    let edit = |proxy: &str| {
        [
            Message::Shortcut(Shortcut::Accounts),
            Message::Accounts(crate::ui::screen::accounts::Message::ServerPressed(
                account().address,
            )),
            Message::LogIn(log_in::Message::ProxyEdited(proxy.into())),
            Message::LogIn(log_in::Message::LogInPressed),
        ]
    };
    for message in edit("pbx.example.test") {
        let _ = app.update(message);
    }
    // Nothing can be tried here, so it is entered at once, with the password of the run before.
    let session = app.sessions.chosen().unwrap();
    assert_eq!(session.account.outbound_proxy, "sip:pbx.example.test;lr");
    assert_eq!(session.password().unwrap().expose(), "secret");
    assert!(session.typed.is_none(), "the keyring stays as it is");
    let saved = backend.saved.lock().unwrap().last().unwrap().accounts[0].clone();
    assert_eq!(saved.outbound_proxy, "sip:pbx.example.test;lr");
}

#[test]
fn what_a_trial_sent_is_in_the_trace_which_leads_back_to_the_form() {
    let backend = Arc::new(Recorder::default());
    let (mut app, _task) = App::new(backend, None, Instant::now());
    speak("en");
    let _ = app.update(Message::Shortcut(Shortcut::Trace));
    assert!(matches!(app.screen(), Screen::LogIn(_)), "nothing to show");
    let typed = log_in::Message::AddressEdited("alice".into());
    let _ = app.update(Message::LogIn(typed));
    app.tried("sip:alice@example.test".to_owned(), Trace::default());
    let _ = app.update(Message::Shortcut(Shortcut::Trace));
    assert!(matches!(app.screen(), Screen::Trace(_)));
    let _ = app.update(Message::Shortcut(Shortcut::Back));
    assert!(says(app.view(), "Add the domain"), "as it was");
}
