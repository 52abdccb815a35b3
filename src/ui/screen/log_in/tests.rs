//! What the form asks for, and what it says.

use super::*;
use crate::account;
use crate::i18n::tests::speak;
use crate::ui::screen::certificate::Message as Certificate;
use crate::ui::testing::{click, says, window};
use crate::ui::widget::focus;

fn filled() -> State {
    let mut state = State::new(true);
    state.update(Message::AddressEdited("alice@Example.test".into()));
    state.update(Message::PasswordEdited("secret".into()));
    state
}

/// Logs in without waiting for what the assistant finds.
fn log_in(state: &mut State) -> Action {
    match state.update(Message::LogInPressed) {
        Action::Try { trial, .. } => {
            state.update(Message::Assistant(trial, assistant::Message::EnterPressed))
        }
        other => other,
    }
}

#[test]
fn a_complete_form_logs_in() {
    speak("en");
    let mut state = filled();
    let said = click(state.view(), "Log in");
    assert!(matches!(said.as_slice(), [Message::LogInPressed]));
    let Action::LogIn {
        account,
        password,
        remember,
    } = log_in(&mut state)
    else {
        panic!("it is complete");
    };
    assert_eq!(account.address, "sip:alice@example.test");
    assert!(account.enabled && remember == Some(true));
    assert_eq!(password.expose(), "secret");
    assert!(state.password.is_empty(), "it is not kept in the form");
}

#[test]
fn what_is_typed_after_tab_goes_into_the_next_field() {
    use iced::keyboard::key::{Key, Named};

    speak("en");
    let state = State::new(false);
    let mut window = window(focus::root(state.view()).into());
    window.tap_key(Key::Named(Named::Tab));
    window.typewrite("a");
    window.tap_key(Key::Named(Named::Tab));
    window.typewrite("b");
    window.tap_key(Key::Named(Named::Tab));
    window.tap_key(Key::Named(Named::Space));
    let said: Vec<Message> = window.into_messages().collect();
    assert!(
        matches!(
            said.as_slice(),
            [
                Message::AddressEdited(_),
                Message::PasswordEdited(_),
                Message::RememberSwitched
            ]
        ),
        "{said:?}"
    );
}

#[test]
fn what_is_missing_is_said_as_one_types() {
    speak("en");
    let mut state = State::new(false);
    assert!(says(
        state.view(),
        "As your administrator or provider gave it to you."
    ));
    state.update(Message::AddressEdited("alice".into()));
    assert!(says(state.view(), "Add the domain: name@example.com"));
    assert!(!says(state.view(), "Enter the password"));
    assert!(matches!(
        state.update(Message::LogInPressed),
        Action::Correct(_)
    ));
    assert!(says(
        state.view(),
        "Enter the password of your SIP account."
    ));
}

#[test]
fn advanced_values_are_checked_and_unfold_when_wrong() {
    speak("en");
    let mut state = filled();
    state.update(Message::XcapRootEdited("xcap.example.test".into()));
    assert!(matches!(
        state.update(Message::LogInPressed),
        Action::Correct(_)
    ));
    assert!(state.advanced);
    assert!(says(
        state.view(),
        "Write an address that begins with https://"
    ));
    state.update(Message::XcapRootEdited("https://xcap.example.test".into()));
    state.update(Message::TlsCaEdited("/nowhere/ca.pem".into()));
    assert!(matches!(
        state.update(Message::LogInPressed),
        Action::Correct(_)
    ));
    state.update(Message::TlsCaEdited(String::new()));
    state.update(Message::ProxyEdited("proxy.example.test:5070".into()));
    let Action::LogIn { account, .. } = log_in(&mut state) else {
        panic!("it is complete");
    };
    assert_eq!(account.outbound_proxy, "sip:proxy.example.test:5070;lr");
}

#[test]
fn proxies_are_uris_or_hosts() {
    assert_eq!(proxies(" "), Some(String::new()));
    let uri = "sip:127.0.0.1:15060;transport=tcp;lr";
    assert_eq!(proxies(uri), Some(uri.into()));
    assert_eq!(proxies("[::1]:5060"), Some("sip:[::1]:5060;lr".into()));
    assert_eq!(proxies(" a  b:9 "), Some("sip:a;lr sip:b:9;lr".into()));
    assert_eq!(proxies("a <b>"), None);
    assert_eq!(proxies("http://proxy"), None);
    assert_eq!(proxies("sip:"), None);
}

#[test]
fn logging_in_again_keeps_the_buddies_of_the_same_account_only() {
    let kept = crate::ui::testing::account();
    let mut state = State::again(&kept, false);
    state.update(Message::PasswordEdited("secret".into()));
    assert_eq!(state.account().unwrap().buddies.len(), 2);
    state.update(Message::AddressEdited("bob@example.test".into()));
    assert!(state.account().unwrap().buddies.is_empty());
}

#[test]
fn one_more_account_is_another_one() {
    speak("en");
    let mut state = State::new(true).beside(vec!["sip:bob@example.test".to_owned()]);
    assert!(says(state.view(), "Log in with another account"));
    assert!(!says(state.view(), "Look around"));
    assert!(matches!(state.update(Message::BackPressed), Action::Back));
    state.update(Message::AddressEdited("bob@EXAMPLE.test".into()));
    state.update(Message::PasswordEdited("secret".into()));
    assert!(says(state.view(), "This account is logged in already."));
    let pressed = state.update(Message::LogInPressed);
    assert!(matches!(pressed, Action::Correct(ADDRESS)));
    state.update(Message::AddressEdited("bob@example.com".into()));
    assert!(matches!(log_in(&mut state), Action::LogIn { .. }));
}

#[test]
fn an_account_that_is_changed_keeps_its_address_and_leads_back() {
    speak("en");
    let state = State::again(&crate::ui::testing::account(), true);
    let mut state = state.editing().beside(Vec::new());
    assert!(says(state.view(), "Account") && !says(state.view(), "Look around"));
    state.update(Message::PasswordEdited("secret".into()));
    assert!(!says(state.view(), "This account is logged in already."));
    assert_eq!(state.account().unwrap().address, "sip:alice@example.test");
}

#[test]
fn the_demo_office_is_offered_in_german_too() {
    speak("de");
    let mut state = State::new(true);
    let said = click(state.view(), "Im Demobüro umsehen");
    assert!(matches!(said.as_slice(), [Message::DemoPressed]));
    assert!(matches!(
        state.update(Message::DemoPressed),
        Action::OpenDemo
    ));
    state.demo_failed("Kein Platz.".into());
    assert!(says(state.view(), "Kein Platz."));
    assert!(!says(State::new(false).view(), "Im Demobüro umsehen"));
}

/// Presets with one domain.
fn settled() -> Arc<Presets> {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("presets.toml");
    let text = "[[domains]]\ndomain = 'example.test'\nname = 'The Office'\ntransport = 'tls'\n\
                xcap_root = 'https://xcap.example.test/root'\n";
    std::fs::write(&file, text).unwrap();
    let (presets, errors) = Presets::read(&[file]);
    assert_eq!(errors, []);
    Arc::new(presets)
}

#[test]
fn where_one_domain_is_known_a_name_is_enough() {
    speak("en");
    let mut state = State::new(false).with_presets(settled());
    assert!(says(
        state.view(),
        "Your name is enough: @example.test is added."
    ));
    state.update(Message::AddressEdited("alice".into()));
    assert!(says(
        state.view(),
        "Your administrator has set up The Office on this machine."
    ));
    state.update(Message::PasswordEdited("secret".into()));
    let account = state.account().unwrap();
    assert_eq!(account.address, "sip:alice@example.test");
    // It is filled in at each start, so that it can change.
    assert_eq!(account.xcap_root, "");
    state.update(Message::AddressEdited("alice@example.com".into()));
    assert!(!says(state.view(), "The Office"));
    assert_eq!(state.account().unwrap().address, "sip:alice@example.com");
    state.update(Message::AddressEdited("tel:200".into()));
    assert!(state.account().is_none());
}

#[test]
fn what_is_settled_is_seen_and_can_be_overruled() {
    speak("en");
    let mut state = State::new(false).with_presets(settled());
    state.update(Message::AddressEdited("alice".into()));
    state.update(Message::AdvancedSwitched);
    let settled = "From your administrator.";
    let count = |state: &State| {
        let texts = crate::ui::testing::texts(state.view());
        texts.iter().filter(|text| text.contains(settled)).count()
    };
    assert_eq!(count(&state), 1, "the XCAP root");
    assert!(says(state.view(), "As set up (TLS)"));
    state.update(Message::AddressEdited("alice@example.com".into()));
    assert_eq!(count(&state), 0);
    assert!(says(state.view(), "Automatic"));
    state.update(Message::AddressEdited("alice".into()));
    state.update(Message::PasswordEdited("secret".into()));
    state.update(Message::XcapRootEdited("https://other.example.test".into()));
    let account = state.account().unwrap();
    assert_eq!(account.xcap_root, "https://other.example.test");
}

#[test]
fn what_is_found_and_decided_meanwhile_is_part_of_the_account() {
    speak("en");
    let mut state = filled();
    let Action::Try { trial, .. } = state.update(Message::LogInPressed) else {
        panic!("it is complete");
    };
    let file = tempfile::NamedTempFile::new().unwrap();
    let path = file.path().to_string_lossy().into_owned();
    let refused = account::doctor::Finding::Refused(crate::ui::testing::refused());
    let check = account::doctor::Check {
        finding: Some(Box::new(refused)),
        ..account::doctor::Check::warn("certificate", "")
    };
    for message in [
        assistant::Message::Checked(check),
        assistant::Message::CertificatePressed,
        assistant::Message::Certificate(Certificate::AuthorityEdited(path.clone())),
    ] {
        state.update(Message::Assistant(trial, message));
    }
    let press = assistant::Message::Certificate(Certificate::AuthorityPressed);
    let Action::Try {
        account,
        password,
        trial: next,
    } = state.update(Message::Assistant(trial, press))
    else {
        panic!("it is tried again");
    };
    assert_eq!(
        (account.tls_ca.as_str(), password.expose()),
        (&*path, "secret")
    );
    // What the first trial still has to say is no longer about this one.
    let late = state.update(Message::Assistant(trial, assistant::Message::Done));
    assert!(matches!(late, Action::None));
    let correct = assistant::Message::CorrectPressed(Correct::Server);
    let back = state.update(Message::Assistant(next, correct));
    assert!(matches!(back, Action::Correct(PROXY)));
    assert!(says(state.view(), "Certificate authority"));
    assert_eq!(state.account().unwrap().tls_ca, path);

    let Action::Try { trial, .. } = state.update(Message::LogInPressed) else {
        panic!("it is complete");
    };
    assert!(state.escape() && !state.escape());
    assert!(says(state.view(), "Your SIP address"));
    let late = state.update(Message::Assistant(trial, assistant::Message::Done));
    assert!(matches!(late, Action::None));
}

/// The form for an account whose password is kept.
fn kept() -> State {
    let account = AccountSettings {
        auth_user: "alice-phone".to_owned(),
        ..crate::ui::testing::account()
    };
    State::again(&account, false).editing().keeping_password()
}

#[test]
fn the_password_stays_while_user_and_domain_do() {
    speak("en");
    let mut state = kept();
    assert!(says(state.view(), "Leave it empty"));
    assert_eq!(state.begins_with(), PROXY);
    state.update(Message::ProxyEdited("pbx.example.test".into()));
    let Action::FindPassword { address, trial } = state.update(Message::LogInPressed) else {
        panic!("nothing is typed");
    };
    assert_eq!(address, "sip:alice@example.test");
    let found = state.update(Message::PasswordFound(trial, Some("secret".into())));
    let Action::Try {
        account, password, ..
    } = found
    else {
        panic!("it is found");
    };
    assert_eq!(account.outbound_proxy, "sip:pbx.example.test;lr");
    assert_eq!(password.expose(), "secret");
    // Once found it is not looked for again.
    let again = state.update(Message::Assistant(trial, assistant::Message::AgainPressed));
    let Action::Try { trial, .. } = again else {
        panic!("it is found");
    };
    let enter = state.update(Message::Assistant(trial, assistant::Message::EnterPressed));
    let Action::LogIn {
        password, remember, ..
    } = enter
    else {
        panic!("it is complete");
    };
    assert_eq!((password.expose(), remember), ("secret", None));

    for other in [
        Message::AddressEdited("bob@example.test".into()),
        Message::AddressEdited("alice@example.com".into()),
        Message::AuthUserEdited("alice".into()),
    ] {
        let mut state = kept();
        state.update(other);
        assert!(!says(state.view(), "Leave it empty"));
        let action = state.update(Message::LogInPressed);
        assert!(matches!(action, Action::Correct(PASSWORD)), "{action:?}");
    }
}

#[test]
fn a_password_that_is_not_there_or_refused_is_asked_for() {
    speak("en");
    let mut state = kept();
    let Action::FindPassword { trial, .. } = state.update(Message::LogInPressed) else {
        panic!("nothing is typed");
    };
    let late = state.update(Message::PasswordFound(trial - 1, Some("secret".into())));
    assert!(matches!(late, Action::None));
    let none = state.update(Message::PasswordFound(trial, None));
    assert!(matches!(none, Action::Correct(PASSWORD)));
    assert!(says(
        state.view(),
        "Enter the password of your SIP account."
    ));

    let mut state = kept();
    let Action::FindPassword { trial, .. } = state.update(Message::LogInPressed) else {
        panic!("nothing is typed");
    };
    state.update(Message::PasswordFound(trial, Some("old".into())));
    let correct = assistant::Message::CorrectPressed(Correct::Password);
    let action = state.update(Message::Assistant(trial, correct));
    assert!(matches!(action, Action::Correct(PASSWORD)));
    assert!(matches!(
        state.update(Message::LogInPressed),
        Action::Correct(PASSWORD)
    ));
    state.update(Message::PasswordEdited("new".into()));
    let Action::Try { password, .. } = state.update(Message::LogInPressed) else {
        panic!("it is typed");
    };
    assert_eq!(password.expose(), "new");
}
