//! The window itself: settings, closing, keys, appearance.

use super::outside::asked;
use super::*;
use crate::account::{ContrastChoice, ThemeChoice};
use crate::desktop::ColorScheme;
use crate::ui::theme::Theme;

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
    let _ = app.update(Message::SystemPreference(None));
    assert!(app.system_dark, "no answer changes nothing");
    let _ = app.update(Message::SystemPreference(Some(Preference {
        scheme: Some(ColorScheme::Dark),
        high_contrast: true,
    })));
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
fn the_trace_opens_with_a_key_and_from_the_connections() {
    let (mut app, _backend, wishes) = running();
    let _ = app.update(Message::Shortcut(Shortcut::Trace));
    assert!(matches!(app.screen(), Screen::Trace(_)));
    let _ = app.update(Message::Trace(trace::Message::Ticked));
    let _ = app.update(Message::Shortcut(Shortcut::Back));
    assert!(matches!(app.screen(), Screen::Office));
    let _ = app.update(Message::Office(office::Message::HealthPressed));
    let part = crate::account::Part::Subscription(7);
    let _ = app.update(Message::Health(health::Message::RefreshPressed(part)));
    let _ = app.update(Message::Health(health::Message::ResubscribePressed(7)));
    let sent = wishes.sent().join("\n");
    for wish in ["Refresh(Subscription(7))", "Resubscribe { id: 7 }"] {
        assert!(sent.contains(wish), "{sent}");
    }
    let filter = trace::Filter {
        errors: true,
        ..trace::Filter::default()
    };
    let _ = app.update(Message::Health(health::Message::TracePressed(filter)));
    assert!(matches!(app.screen(), Screen::Trace(_)));
}

#[test]
fn a_key_that_leads_elsewhere_closes_the_list_of_keys() {
    let (mut app, _backend, _wishes) = running();
    for key in [
        Shortcut::AddBuddy,
        Shortcut::Settings,
        Shortcut::Trace,
        Shortcut::Watchers,
        Shortcut::Search,
    ] {
        let _ = app.update(Message::Shortcut(Shortcut::Help));
        assert!(says(app.view(), "Search the list"), "{key:?}");
        let _ = app.update(Message::Shortcut(Shortcut::Larger));
        assert!(says(app.view(), "Search the list"), "{key:?}");
        let _ = app.update(Message::Shortcut(key));
        assert!(!says(app.view(), "Search the list"), "{key:?}");
    }
    let _ = app.update(Message::Shortcut(Shortcut::Settings));
    let _ = app.update(Message::Shortcut(Shortcut::Help));
    let _ = app.update(Message::Shortcut(Shortcut::Search));
    assert!(
        says(app.view(), "Search the list"),
        "there is nothing to search in the settings"
    );
    let open = Question::Open {
        address: "sip:bob@example.test".to_owned(),
    };
    asked(&mut app, open);
    assert!(!says(app.view(), "Search the list"));
    assert!(matches!(app.screen(), Screen::Office));
}
