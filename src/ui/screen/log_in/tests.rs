//! What the form asks for, and what it says.

use super::*;
use crate::i18n::tests::speak;
use crate::ui::testing::{click, says, window};
use crate::ui::widget::focus;

fn filled() -> State {
    let mut state = State::new(true);
    state.update(Message::AddressEdited("alice@Example.test".into()));
    state.update(Message::PasswordEdited("secret".into()));
    state
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
    } = state.update(Message::LogInPressed)
    else {
        panic!("it is complete");
    };
    assert_eq!(account.address, "sip:alice@example.test");
    assert!(account.enabled && remember);
    assert_eq!(password.expose(), "secret");
    assert!(state.password.is_empty(), "it is not kept in the form");
}

#[test]
fn what_is_typed_after_tab_goes_into_the_next_field() {
    use iced::keyboard::key::{Key, Named};

    speak("en");
    let state = State::new(false);
    let mut window = window(focus::root(state.view()));
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
    let Action::LogIn { account, .. } = state.update(Message::LogInPressed) else {
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
    let pressed = state.update(Message::LogInPressed);
    assert!(matches!(pressed, Action::LogIn { .. }));
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
