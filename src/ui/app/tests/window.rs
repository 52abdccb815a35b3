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
fn the_settings_say_where_no_notifications_are_shown() {
    let (mut app, _backend, _wishes) = running();
    let _ = app.update(Message::Shortcut(Shortcut::Settings));
    let said = "This desktop shows no notifications";
    assert!(!says(app.view(), said), "it is not known yet");
    let _ = app.update(Message::NotificationsShown(false));
    assert!(says(app.view(), said));
    let _ = app.update(Message::NotificationsShown(true));
    assert!(!says(app.view(), said));
    let _ = app.update(Message::Shortcut(Shortcut::Back));
    let _ = app.update(Message::NotificationsShown(false));
    assert!(!says(app.view(), said), "that was too late");
}

#[test]
fn a_display_that_becomes_finer_makes_everything_larger_whatever_the_toolkit_reckons() {
    let (mut app, _backend, _wishes) = running();
    let same = |one: f32, other: f32| (one - other).abs() < 1e-5;
    assert!(same(app.scale_factor(), 1.0) && same(app.dots(), 1.0));
    let fine = |told, used| Message::Rescaled(Fineness { told, used });
    let _ = app.update(fine(2.0, 2.0));
    let _ = app.update(Message::Shortcut(Shortcut::Larger));
    assert!(same(app.scale_factor(), 1.1), "the toolkit does the rest");
    assert!(same(app.dots(), 2.2));
    let _ = app.update(fine(2.0, 1.0));
    assert!(same(app.scale_factor(), 2.2));
    assert!(same(app.dots(), 2.2), "readers are told what is seen");
    let _ = app.open_window();
    assert!(
        same(app.scale_factor(), 1.1),
        "a new window is looked at anew"
    );
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
    assert!(says(app.view(), "Show this list"));
    let _ = app.update(Message::Shortcut(Shortcut::Back));
    assert!(!says(app.view(), "Show this list"));
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
    let _ = app.update(Message::Office(office::Message::HealthPressed(1)));
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
        assert!(says(app.view(), "Show this list"), "{key:?}");
        let _ = app.update(Message::Shortcut(Shortcut::Larger));
        assert!(says(app.view(), "Show this list"), "{key:?}");
        let _ = app.update(Message::Shortcut(key));
        assert!(!says(app.view(), "Show this list"), "{key:?}");
    }
    let _ = app.update(Message::Shortcut(Shortcut::Settings));
    let _ = app.update(Message::Shortcut(Shortcut::Help));
    let _ = app.update(Message::Shortcut(Shortcut::Search));
    assert!(
        says(app.view(), "Show this list"),
        "there is nothing to search in the settings"
    );
    let open = Question::Open {
        address: "sip:bob@example.test".to_owned(),
    };
    asked(&mut app, open);
    assert!(!says(app.view(), "Show this list"));
    assert!(matches!(app.screen(), Screen::Office));
}

fn shown(app: &mut App, shown: bool) {
    let told = crate::desktop::tray::Told::Shown(shown);
    let _ = app.update(Message::Panel(Panel::Told(told)));
}

#[test]
fn closing_is_explained_once_and_then_keeps_the_program_running() {
    let (mut app, backend, wishes) = running();
    let _ = app.open_window();
    shown(&mut app, true);
    let _ = app.update(Message::CloseRequested);
    assert!(says(app.view(), "Siskin goes on in the panel."));
    assert!(app.frame.open.is_some() && !app.closing);
    let keep = Message::WhenClosed(WhenClosed::KeepRunning);
    let _ = app.update(keep);
    assert!(app.frame.open.is_none() && !app.closing && wishes.sent().is_empty());
    let saved = backend.saved.lock().unwrap().last().unwrap().window;
    assert_eq!(saved.when_closed, Some(WhenClosed::KeepRunning));
    let _ = app.raise();
    assert!(app.frame.open.is_some());
    let _ = app.update(Message::CloseRequested);
    assert!(app.frame.open.is_none(), "it is not explained again");
    // The panel goes: nobody could find the window any more.
    shown(&mut app, false);
    assert!(app.frame.open.is_some());
    let _ = app.update(Message::CloseRequested);
    assert!(app.closing, "without an icon closing is the end");
}

#[test]
fn closing_ends_the_program_where_that_was_chosen_or_nobody_is_logged_in() {
    let (mut app, _backend, wishes) = running();
    shown(&mut app, true);
    let _ = app.update(Message::CloseRequested);
    let _ = app.update(Message::Shortcut(Shortcut::Back));
    assert!(!says(app.view(), "Siskin goes on in the panel."));
    app.settings.window.when_closed = Some(WhenClosed::Quit);
    let _ = app.update(Message::CloseRequested);
    assert!(app.closing);
    assert_eq!(wishes.sent(), ["LogOut"]);

    let (mut nobody, _task) = App::new(Arc::new(Recorder::default()), None, Instant::now());
    shown(&mut nobody, true);
    let _ = nobody.update(Message::CloseRequested);
    assert!(nobody.closing);
}

#[test]
fn a_start_without_a_window_opens_one_where_there_is_no_panel() {
    let start = || Start {
        backend: Arc::new(Recorder::default()),
        demo: None,
        started: Instant::now(),
        door: None,
        wanted: None,
        minimised: true,
        autostart: None,
    };
    let (mut app, _task) = App::start(start());
    assert!(app.frame.open.is_none());
    shown(&mut app, true);
    assert!(app.frame.open.is_none());
    let (mut app, _task) = App::start(start());
    shown(&mut app, false);
    assert!(app.frame.open.is_some());
}

#[test]
fn the_icon_shows_the_present_state_and_its_menu_changes_it() {
    use crate::desktop::tray::{Face, Told};

    let (mut app, _backend, wishes) = running();
    let (faces, mut shown) = watch::channel(Face::default());
    let _ = app.update(Message::Panel(Panel::Served(faces)));
    assert!(shown.has_changed().unwrap());
    let calm = shown.borrow_and_update().clone();
    assert!(!calm.pictures.is_empty() && !calm.attention);
    let _ = app.update(Message::Tick(Instant::now()));
    assert!(!shown.has_changed().unwrap(), "nothing has changed");
    let _ = app.update(changed(Snapshot {
        watchers: vec![watcher("sip:heidi@example.test", Some("Heidi"))],
        ..online()
    }));
    assert!(shown.borrow_and_update().attention);
    let press = |name: &str| Message::Panel(Panel::Told(Told::Chosen(name.to_owned())));
    let _ = app.update(press("status:away"));
    assert!(wishes.sent().last().unwrap().contains("Away"));
    assert!(shown.borrow_and_update().lines[0].contains("Away"));
    let _ = app.update(press("requests"));
    assert!(matches!(app.screen(), Screen::Watchers(_)));
    let _ = app.update(press("voicemail"));
    assert!(matches!(app.screen(), Screen::Settings(_)), "no number yet");
    let _ = app.update(press("quit"));
    assert!(app.closing);
}
