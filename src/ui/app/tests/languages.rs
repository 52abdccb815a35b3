//! The languages: letters that are missing, and whether every screen has room for every language.

use iced::Size;

use super::*;
use crate::account::{self, DocumentCause, Fault, Topic, Trouble};
use crate::fl;
use crate::i18n::LANGUAGES;
use crate::ui::faces;
use crate::ui::testing::{buddy, cramped, mailbox, width};
use crate::ui::theme::space;
use crate::ui::words::Failure;

#[test]
fn a_language_without_letters_is_told_until_another_is_chosen() {
    let (mut app, _backend, _wishes) = running();
    app.letters(false);
    speak("ja");
    assert!(says(app.view(), "No font on this machine"));
    let chosen = |tag| Message::Settings(settings_screen::Message::LanguageChosen(tag));
    let _ = app.update(Message::Shortcut(Shortcut::Settings));
    let _ = app.update(chosen("de"));
    assert!(!app.failures.contains(&Failure::NoLetters));
    let _ = app.update(chosen("ja"));
    let there = faces::have("日本語");
    assert_eq!(app.failures.contains(&Failure::NoLetters), !there);
}

#[test]
fn every_screen_has_room_for_every_language_at_twice_the_size() {
    let mut out = Vec::new();
    for language in LANGUAGES {
        for (name, mut app) in screens() {
            speak(language.tag);
            let _ = app.update(Message::Tick(Instant::now()));
            // The usual window and the smallest, at 200 %: in that one words may be cut, but not into single letters.
            for (width, height, cut) in [(210.0, 360.0, f32::INFINITY), (160.0, 200.0, 50.0)] {
                let texts = cramped(app.view(), Size::new(width, height), cut);
                let told = |text| format!("{} {name} {width}: {text}", language.tag);
                out.extend(texts.into_iter().map(told));
            }
        }
    }
    assert!(out.is_empty(), "{out:#?}");
}

#[test]
fn what_belongs_into_a_search_is_told_whole_at_twice_the_size() {
    // The usual window at 200 %, without the margins of screen and field and the widest cursor.
    let room = 210.0 - 2.0 * space::L - 2.0 * space::M - 2.0;
    for language in LANGUAGES {
        speak(language.tag);
        for example in [
            fl!("search-example"),
            fl!("activity-search"),
            fl!("trace-search"),
        ] {
            let width = width(&example);
            assert!(width <= room, "{}: {example}: {width}", language.tag);
        }
    }
    speak("en");
}

/// Every screen with something on it.
pub(super) fn screens() -> Vec<(&'static str, App)> {
    let shown = |messages: &[Message]| {
        let (mut app, _backend, _wishes) = running();
        let mut snapshot = Snapshot {
            buddies: vec![
                Arc::new(buddy("sip:bob@example.test", Status::DoNotDisturb)),
                Arc::new(buddy("sip:carol@example.test", Status::Unknown)),
            ],
            mailboxes: vec![mailbox(2, 8, 1)],
            watchers: vec![
                account::Watcher {
                    source: Some("claimed"),
                    ..watcher("sip:heidi@example.test", Some("Heidi"))
                },
                watcher("sip:grace@example.test", None),
            ],
            rules_state: account::RulesState::Here,
            watchers_supported: Some(true),
            ..online()
        };
        snapshot.own_status = Status::DoNotDisturb;
        let _ = app.update(changed(snapshot));
        for message in messages {
            let _ = app.update(message.clone());
        }
        app
    };
    let press = |shortcut| Message::Shortcut(shortcut);
    let log_in = {
        let (mut app, _task) = App::new(Arc::new(Recorder::default()), None, Instant::now());
        for message in [
            log_in::Message::AddressEdited("alice".into()),
            log_in::Message::AdvancedSwitched,
            log_in::Message::LogInPressed,
        ] {
            let _ = app.update(Message::LogIn(message));
        }
        app
    };
    vec![
        ("log-in", log_in),
        ("office", shown(&[])),
        (
            "details",
            shown(&[Message::Office(office::Message::BuddyPressed(whom(
                "sip:bob@example.test",
            )))]),
        ),
        (
            "own status",
            shown(&[Message::Office(office::Message::Own(
                office::own::Message::Pressed,
            ))]),
        ),
        ("add a buddy", shown(&[press(Shortcut::AddBuddy)])),
        ("settings", shown(&[press(Shortcut::Settings)])),
        ("accounts", shown(&[press(Shortcut::Accounts)])),
        ("watchers", shown(&[press(Shortcut::Watchers)])),
        ("keys", shown(&[press(Shortcut::Help)])),
        (
            "health",
            shown(&[Message::Office(office::Message::HealthPressed(1))]),
        ),
        ("trace", shown(&[press(Shortcut::Trace)])),
        ("activity", shown(&[press(Shortcut::Activity)])),
        ("trouble", shown(&[changed(trouble())])),
        (
            "undo",
            shown(&[Message::Office(office::Message::RemovePressed(whom(
                "sip:bob@example.test",
            )))]),
        ),
        (
            "choices of a request",
            shown(&[Message::Office(office::Message::Request(
                office::requests::Message::ChoicesPressed(whom("sip:heidi@example.test")),
            ))]),
        ),
        (
            "password",
            shown(&[changed(Snapshot {
                connection: Connection::PasswordNeeded { refused: true },
                ..online()
            })]),
        ),
    ]
}

/// Nothing works, and there is much to say about it.
fn trouble() -> Snapshot {
    let detail = "cannot reach 192.0.2.1:5061 over TLS: connection refused".to_owned();
    let fault = Fault::Unreachable;
    Snapshot {
        connection: Connection::Trouble {
            message: detail.clone(),
            fault: Some(fault),
            retry_in_s: Some(42),
        },
        troubles: vec![Trouble {
            code: fault.code(),
            message: detail,
            hint: None,
            topic: Topic::Rules(fault, DocumentCause::Other),
        }],
        mailboxes: vec![mailbox(1, 1, 0)],
        ..online()
    }
}
