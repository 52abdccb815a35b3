//! What is offered when something is wrong.

use super::*;

#[test]
fn a_list_that_cannot_be_used_is_replaced_only_when_it_is_meant() {
    speak("en");
    let document = crate::account::UnusableDocument {
        bytes: b"<half".to_vec(),
        detail: "line 1: the document ends early".into(),
    };
    let cause = DocumentCause::Unusable(Arc::new(document));
    let mut shot = Snapshot {
        troubles: vec![Trouble {
            code: 7,
            message: "the list of buddies is not on the server".into(),
            hint: None,
            topic: Topic::Buddies(Fault::Other, cause),
        }],
        ..online()
    };
    let mut state = State::default();
    let first = sessions(shot.clone());
    let mut press = |sessions: &Sessions, name: &'static str| {
        let said = click(state.view(sessions, Instant::now()), name);
        state.update(said[0].clone(), sessions)
    };
    assert_eq!(press(&first, "Show it"), Action::None);
    assert_eq!(press(&first, "Hide it"), Action::None);
    assert_eq!(press(&first, "Start afresh…"), Action::None);
    assert_eq!(press(&first, "Leave it"), Action::None);
    assert_eq!(press(&first, "Start afresh…"), Action::None);
    let action = press(&first, "Keep a copy and start afresh");
    assert_eq!(action, Action::RenewBuddies(1));
    let told = "Line 1: the document ends early.";
    assert!(says(state.view(&first, Instant::now()), told));
    assert!(!says(state.view(&first, Instant::now()), "<half"));
    let _ = state.update(Message::ListShown(Some(1)), &first);
    assert!(says(state.view(&first, Instant::now()), "<half"));
    shot.list_copy = Some(Err("disk full".to_owned()));
    let second = sessions(shot);
    let told = "nothing was changed on the server. Disk full.";
    assert!(says(state.view(&second, Instant::now()), told));
}
