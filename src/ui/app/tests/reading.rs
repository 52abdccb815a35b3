//! What screen readers are told of the screens.

use std::collections::HashSet;

use super::languages::screens;
use super::*;
use crate::desktop::screen_reader::{Kind, Thing};
use crate::ui::testing::{buddy, read, read_and_press, told};

#[test]
fn everything_that_can_be_used_has_a_name() {
    speak("en");
    let mut out = Vec::new();
    for (screen, app) in screens() {
        let picture = read(app.view());
        let ids: HashSet<u64> = picture.things.iter().map(|thing| thing.id).collect();
        assert_eq!(ids.len(), picture.things.len(), "{screen}: each is itself");
        let used = picture
            .things
            .iter()
            .filter(|thing| thing.said.can_press || thing.stop.is_some());
        assert!(used.clone().count() > 0, "{screen}: {picture:#?}");
        let nameless = used.filter(|thing| thing.said.name.is_empty());
        out.extend(nameless.map(|thing| format!("{screen}: {thing:?}")));
    }
    assert!(out.is_empty(), "{out:#?}");
}

#[test]
fn names_stay_while_the_window_changes() {
    speak("en");
    let (mut app, _backend, _wishes) = running();
    let office = |status| {
        changed(Snapshot {
            buddies: vec![Arc::new(buddy("sip:bob@example.test", status))],
            ..online()
        })
    };
    let _ = app.update(office(Status::Available));
    let bob = |app: &App| told(&read(app.view()), Kind::Row, "Bob").clone();
    let before = bob(&app);
    assert_eq!(before.said.name, "Bob, Available");
    assert_eq!(before.said.number, Some(0));
    let _ = app.update(office(Status::Busy));
    let after = bob(&app);
    assert_eq!(after.said.name, "Bob, Busy");
    assert_eq!(after.id, before.id);
}

#[test]
fn a_row_is_pressed_like_a_button_and_is_chosen_then() {
    speak("en");
    let (mut app, _backend, _wishes) = running();
    let _ = app.update(changed(Snapshot {
        buddies: vec![Arc::new(buddy("sip:bob@example.test", Status::Busy))],
        ..online()
    }));
    let picture = read(app.view());
    let row = told(&picture, Kind::Row, "Bob");
    let list = &picture.things[row.inside.unwrap()];
    assert_eq!((list.said.kind, list.said.number), (Kind::List, Some(1)));
    assert_eq!(row.said.chosen, Some(false));
    for message in read_and_press(app.view(), row.id) {
        let _ = app.update(message);
    }
    let picture = read(app.view());
    assert_eq!(told(&picture, Kind::Row, "Bob").said.chosen, Some(true));
    let search = told(&picture, Kind::Button, "Search").id;
    let said = read_and_press(app.view(), search);
    // A scrolled area tells of itself in the first frame, too.
    let pressed =
        |message: &Message| matches!(message, Message::Office(office::Message::SearchPressed));
    let pressed = said.iter().filter(|message| pressed(message)).count();
    assert_eq!(pressed, 1, "{said:?}");
}

#[test]
fn a_password_is_not_told() {
    speak("en");
    let (mut app, _task) = App::new(Arc::new(Recorder::default()), None, Instant::now());
    for message in [
        log_in::Message::AddressEdited("alice@example.test".into()),
        log_in::Message::PasswordEdited("for nobody".to_owned().into()),
    ] {
        let _ = app.update(Message::LogIn(message));
    }
    let picture = read(app.view());
    let field = told(&picture, Kind::Field, "Your SIP address");
    assert_eq!(field.said.value, "alice@example.test");
    assert!(field.said.cursor.is_some());
    assert_eq!(told(&picture, Kind::Secret, "Password").said.value, "");
    assert!(!format!("{picture:?}").contains("for nobody"));
}

#[test]
fn a_request_and_the_lamp_are_said_by_themselves() {
    speak("en");
    let (_, app) = screens().swap_remove(1);
    let picture = read(app.view());
    let live = |thing: &&Thing| thing.said.live;
    let live: Vec<&str> = picture
        .things
        .iter()
        .filter(live)
        .map(|it| it.said.name.as_str())
        .collect();
    assert!(live[0].starts_with("2 "), "{live:?}");
    assert!(live[1].starts_with("Heidi"), "{live:?}");
    assert_eq!(live.len(), 3, "{live:?}");
}
