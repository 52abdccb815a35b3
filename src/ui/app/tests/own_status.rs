//! The status of the user: chosen, kept, and what absence makes of it.

use super::outside::asked;
use super::*;
use crate::ui::screen::office::own;

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
    assert!(says(app.view(), "Out to lunch") && says(app.view(), "Lunch"));
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
        matches!(&answer, Answered::Status { accounts } if accounts[0].until.as_ref() == Some(&until)),
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
    let _ = app.update(idle(settings));
    let _ = app.update(Message::Attended(gone));
    assert!(last().contains("Idle"), "{}", last());
    let _ = app.update(Message::Attended(Attended::Blind));
    assert_eq!(last(), "Input(None)");
}
