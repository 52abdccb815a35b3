//! Passwords: asked for, kept in the keyring, refused.

use super::*;

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
    let _ = app.update(Message::Office(office::Message::PasswordPressed(1)));
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
fn a_refused_password_is_asked_for_once_and_used() {
    let (mut app, _backend, wishes) = running();
    let refused = || Snapshot {
        connection: Connection::PasswordNeeded { refused: true },
        ..online()
    };
    let _ = app.update(changed(refused()));
    assert!(matches!(app.screen(), Screen::Password(1, _)));
    let _ = app.update(Message::Password(password::Message::BackPressed));
    let _ = app.update(changed(refused()));
    assert!(
        matches!(app.screen(), Screen::Office),
        "nobody is asked twice for the same reason"
    );
    let _ = app.update(Message::Office(office::Message::PasswordPressed(1)));
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
    assert!(matches!(app.screen(), Screen::Password(1, _)));
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
