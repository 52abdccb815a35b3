//! The settings, changed and checked as a user would.

use super::*;
use crate::i18n::tests::speak;
use crate::ui::testing::{account, click, says, texts};

#[test]
fn theme_size_and_language_change_at_once() {
    speak("en");
    let settings = Settings::default();
    let mut state = State::default();
    let mut press = |text| {
        let said = click(state.view(&settings, None), text);
        match state.update(&said[0], &settings) {
            Action::Appear(changed) => changed,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(press("Dark").theme, ThemeChoice::Dark);
    assert_eq!(press("Larger").scale_percent, 110);
    assert_eq!(press("Smaller").scale_percent, 90);
    assert_eq!(press("High").contrast, ContrastChoice::High);
    assert_eq!(press("Deutsch").language, "de");
}

#[test]
fn the_start_with_the_session_is_chosen_and_a_file_of_others_is_told() {
    speak("en");
    let settings = Settings::default();
    let mut state = State::new(false, true).starting(Some(Found::Ours(Start::Never)));
    let said = click(state.view(&settings, None), "In the panel");
    let action = state.update(&said[0], &settings);
    assert_eq!(action, Action::Autostart(Start::Minimised));
    assert!(!says(
        state.view(&settings, None),
        "changed by something else"
    ));
    let said = click(state.view(&settings, None), "Quit");
    let action = state.update(&said[0], &settings);
    assert_eq!(action, Action::WhenClosed(WhenClosed::Quit));
    let state = State::new(false, false).starting(Some(Found::Edited));
    assert!(says(
        state.view(&settings, None),
        "changed by something else"
    ));
    assert!(says(state.view(&settings, None), "no icon of Siskin"));
    let state = State::new(false, true);
    assert!(!says(state.view(&settings, None), "In the panel"));
}

#[test]
fn the_size_has_ends() {
    speak("en");
    let mut largest = Settings::default();
    largest.appearance.scale_percent = 200;
    let state = State::default();
    assert!(click(state.view(&largest, None), "Larger").is_empty());
    assert!(says(state.view(&largest, None), "200 %"));
}

#[test]
fn notifications_are_switched_off() {
    speak("en");
    let settings = Settings::default();
    let mut state = State::default();
    let said = click(state.view(&settings, None), "None");
    let action = state.update(&said[0], &settings);
    let silent = Notifications {
        enabled: false,
        remind_minutes: 0,
        sound: true,
    };
    assert_eq!(action, Action::Notify(silent));
}

#[test]
fn sounds_are_switched_off_and_what_has_changed_is_forgotten_sooner() {
    speak("en");
    let settings = Settings::default();
    let mut state = State::default();
    let mut press = |text| {
        let said = click(state.view(&settings, None), text);
        state.update(&said[0], &settings)
    };
    let quiet = Notifications {
        sound: false,
        ..Notifications::default()
    };
    assert_eq!(press("With a sound"), Action::Notify(quiet));
    let month = ActivitySettings { days: 30 };
    assert_eq!(press("1 month"), Action::Activity(month));
}

#[test]
fn the_voicemail_number_is_checked_as_it_is_typed() {
    speak("en");
    let settings = Settings::default();
    let account = account();
    let mut state = State::default();
    let mut typed = |text: &str| {
        let action = state.update(&Message::VoicemailEdited(text.into()), &settings);
        assert_eq!(action, Action::Voicemail(text.into()));
        texts(state.view(&settings, Some((&account, false))))
    };
    let said = |texts: Vec<String>, line: &str| texts.iter().any(|text| text == line);
    assert!(said(
        typed("*97"),
        "A click on the lamp calls *97@example.test."
    ));
    assert!(said(typed("a b"), "An address cannot contain a space."));
}

#[test]
fn an_account_is_removed_only_when_it_is_meant() {
    speak("en");
    let settings = Settings::default();
    let account = account();
    let mut state = State::default();
    let shown = Some((&account, false));
    let said = click(state.view(&settings, shown), "Remove this account…");
    assert_eq!(state.update(&said[0], &settings), Action::None);
    let said = click(state.view(&settings, shown), "Keep it");
    assert_eq!(state.update(&said[0], &settings), Action::None);
    state.update(&Message::RemovePressed, &settings);
    let said = click(state.view(&settings, shown), "Remove");
    assert_eq!(state.update(&said[0], &settings), Action::Remove);
}

#[test]
fn the_demo_office_can_be_left_and_has_nothing_to_remove() {
    speak("en");
    let settings = Settings::default();
    let account = account();
    let state = State::default();
    let view = || state.view(&settings, Some((&account, true)));
    assert!(!says(view(), "Remove this account…"));
    let said = click(view(), "Leave the demo office");
    assert!(matches!(said.as_slice(), [Message::LogOutPressed]));
}
