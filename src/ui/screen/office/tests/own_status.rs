//! The own status and its picker.

use super::*;
use crate::ui::theme::size;
use crate::ui::words;

#[test]
fn the_own_status_is_chosen_with_its_note() {
    speak("en");
    let sessions = sessions(online());
    let mut state = State::default();
    let said = click(state.view(&sessions, Instant::now()), "Available");
    assert_eq!(state.update(said[0].clone(), &sessions), Action::OpenPicker);
    state.update(
        Message::Own(own::Message::NoteEdited(" Back at two ".into())),
        &sessions,
    );
    let said = click(state.view(&sessions, Instant::now()), "Out to lunch");
    assert_eq!(
        state.update(said[0].clone(), &sessions),
        Action::SetStatus {
            choice: Choice {
                status: Status::OutToLunch,
                note: "Back at two".into()
            },
            until: None,
            keep: false,
        }
    );
    assert!(!says(state.view(&sessions, Instant::now()), "Out to lunch"));
}

#[test]
fn a_status_is_chosen_with_its_end() {
    speak("en");
    let sessions = sessions(online());
    let mut state = State::default();
    state.update(Message::Own(own::Message::Pressed), &sessions);
    let press = |state: &mut State, words: &'static str| {
        let said = click(state.view(&sessions, Instant::now()), words);
        state.update(said[0].clone(), &sessions)
    };
    assert_eq!(press(&mut state, "Time…"), Action::FocusEnd);
    let time = |state: &mut State, time: &str| {
        let edited = own::Message::TimeEdited(time.to_owned());
        state.update(Message::Own(edited), &sessions);
    };
    time(&mut state, "soon");
    assert_eq!(press(&mut state, "In a meeting"), Action::FocusEnd);
    let wrong = "Write a time of the day such as 15:00";
    assert!(says(state.view(&sessions, Instant::now()), wrong));
    time(&mut state, "15:00");
    assert!(!says(state.view(&sessions, Instant::now()), wrong));
    match press(&mut state, "In a meeting") {
        Action::SetStatus {
            choice,
            until: Some(until),
            keep: false,
        } => {
            assert_eq!(choice.status, Status::InAMeeting);
            let clock = until.to_zoned(words::now().time_zone().clone());
            assert_eq!(clock.strftime("%H:%M").to_string(), "15:00");
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_was_chosen_lately_is_one_press_away() {
    speak("en");
    let mut sessions = sessions(online());
    let choice = Choice {
        status: Status::Busy,
        note: "Deadline".to_owned(),
    };
    crate::account::remember(&mut only(&mut sessions).account, &choice);
    let mut state = State::default();
    state.update(Message::Own(own::Message::Pressed), &sessions);
    let said = click(state.view(&sessions, Instant::now()), "Busy · Deadline");
    let chosen = state.update(said[0].clone(), &sessions);
    assert_eq!(
        chosen,
        Action::SetStatus {
            choice,
            until: None,
            keep: false
        }
    );
}

#[test]
fn xc_021_what_stays_is_offered_only_where_the_server_keeps_it() {
    speak("en");
    let words = "Keep it also while I am logged out";
    let with = |permanent: Permanence| {
        sessions(Snapshot {
            permanent,
            ..online()
        })
    };
    let mut state = State::default();
    state.update(Message::Own(own::Message::Pressed), &with(Permanence::None));
    for (permanence, offered) in [
        (Permanence::Unknown, false),
        (Permanence::Unsupported, false),
        (Permanence::None, true),
    ] {
        let sessions = with(permanence);
        let shown = says(state.view(&sessions, Instant::now()), words);
        assert_eq!(shown, offered);
    }
    let kept = with(Permanence::Kept(Choice {
        status: Status::Vacation,
        note: "back on Monday".to_owned(),
    }));
    let said = "While you are logged out: On vacation · back on Monday";
    assert!(says(state.view(&kept, Instant::now()), said));
    let pressed = click(state.view(&kept, Instant::now()), "Remove");
    let action = state.update(pressed[0].clone(), &kept);
    assert_eq!(action, Action::Permanent(PermanentWish::Remove));
    let pressed = click(state.view(&kept, Instant::now()), words);
    state.update(pressed[0].clone(), &kept);
    let pressed = click(state.view(&kept, Instant::now()), "On vacation");
    assert!(matches!(
        state.update(pressed[0].clone(), &kept),
        Action::SetStatus { keep: true, .. }
    ));
}

#[test]
fn the_top_says_until_when_and_that_nobody_is_there() {
    speak("en");
    let until = words::now().timestamp() + jiff::SignedDuration::from_hours(72);
    let timed = sessions(Snapshot {
        own_status: Status::InAMeeting,
        own_until: Some(until),
        ..online()
    });
    let state = State::default();
    let end = words::end(until, &words::now());
    let said = format!("In a meeting until {end}");
    assert!(says(state.view(&timed, Instant::now()), &said), "{said}");
    let away = sessions(Snapshot {
        own_away: true,
        ..online()
    });
    let said = "Away, as nobody is at the machine";
    assert!(says(state.view(&away, Instant::now()), said));
}

#[test]
fn the_own_note_can_be_read_whole() {
    speak("en");
    let note = "Working from home until noon, then at the printers for the rest of the day";
    let noted = sessions(Snapshot {
        own_note: note.to_owned(),
        ..online()
    });
    let state = State::default();
    let mut window = window(state.view(&noted, Instant::now()));
    let text = window.find(note).expect("it stands alone");
    // One line of `line` would be as high as its letters and end with an ellipsis.
    assert!(text.bounds().height > 1.5 * size::SECOND * 1.3, "{text:?}");
}
