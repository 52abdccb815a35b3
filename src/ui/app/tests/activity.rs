//! What has changed: kept, forgotten and cleared.

use jiff::Timestamp;

use super::*;
use crate::account::{ActivityKind, ActivitySettings};
use crate::ui::screen::activity as screen;

/// Alice's kept activity: one thing of now, and one of ten days ago.
fn kept() -> Vec<Activity> {
    let hours = [240, 0];
    let all = hours.map(|hours| Activity {
        at: Timestamp::now() - jiff::SignedDuration::from_hours(hours),
        kind: ActivityKind::Status,
        who: "sip:bob@example.test".to_owned(),
        text: "busy".to_owned(),
    });
    all.into()
}

fn count(app: &App) -> usize {
    app.sessions.chosen().unwrap().activity.entries().len()
}

#[test]
fn what_was_kept_comes_back_and_nothing_is_written_before() {
    let (mut app, backend, _wishes) = running();
    assert_eq!(count(&app), 1, "connected");
    let _ = app.update(Message::KeepActivity);
    assert!(backend.kept.lock().unwrap().is_empty());
    let _ = app.update(Message::ActivityRead(1, kept()));
    assert_eq!(count(&app), 2, "ten days are more than a week");
    let _ = app.update(Message::KeepActivity);
    assert_eq!(*backend.kept.lock().unwrap(), [2]);
    let _ = app.update(Message::KeepActivity);
    assert_eq!(backend.kept.lock().unwrap().len(), 1, "nothing is new");
    // The program does not end before it is written.
    let _ = app.update(Message::CloseRequested);
    let _ = app.update(Message::Session(1, Happening::Ended));
    assert!(!app.is_done());
    let _ = app.update(Message::ActivityKept);
    assert!(app.is_done());
}

#[test]
fn whoever_wants_nothing_kept_has_nothing_kept() {
    let (mut app, backend, _wishes) = running();
    let _ = app.update(Message::ActivityRead(1, kept()));
    let _ = app.update(Message::Shortcut(Shortcut::Settings));
    let never = settings::Message::ActivityChosen(0);
    let _ = app.update(Message::Settings(never));
    assert_eq!(*backend.kept.lock().unwrap(), [0]);
    assert_eq!(app.settings.activity, ActivitySettings { days: 0 });
    assert_eq!(count(&app), 2, "today is still shown");
}

#[test]
fn it_is_cleared_and_put_back_and_goes_with_its_account() {
    let (mut app, backend, _wishes) = running();
    let _ = app.update(Message::ActivityRead(1, kept()));
    let _ = app.update(Message::Shortcut(Shortcut::Activity));
    assert!(matches!(app.screen(), Screen::Activity(_)));
    let _ = app.update(Message::Activity(screen::Message::ClearPressed));
    assert_eq!(count(&app), 0);
    let _ = app.update(Message::Activity(screen::Message::UndoPressed));
    assert_eq!(count(&app), 2);
    let _ = app.update(Message::Shortcut(Shortcut::Settings));
    let _ = app.update(Message::Settings(settings::Message::RemoveConfirmed));
    assert_eq!(*backend.kept.lock().unwrap(), [0, 2], "its file goes whole");
}
