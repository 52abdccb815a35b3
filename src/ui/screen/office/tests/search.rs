//! Looking for somebody, and lists without anybody to show.

use super::*;

#[test]
fn somebody_is_looked_for_by_typing_in_the_list() {
    speak("en");
    let people = ["bob", "carol", "dave"].map(|name| {
        let address = format!("sip:{name}@example.test");
        buddy(&address, Status::Available)
    });
    let sessions = sessions(with(people.into()));
    let mut state = looking_at(&sessions);
    let typed = list_key(&Key::Character("d".into()), Modifiers::empty());
    let Some(Message::LetterTyped(letter)) = typed else {
        panic!("{typed:?}");
    };
    let opened = state.update(Message::LetterTyped(letter), &sessions);
    assert_eq!(opened, Action::OpenSearch);
    state.update(Message::SearchEdited("dav".into()), &sessions);
    let view = state.view(&sessions, Instant::now());
    assert!(says(view, "dave@example.test"));
    let view = state.view(&sessions, Instant::now());
    assert!(!says(view, "Bob"));
    let found = state.update(Message::SearchSubmitted, &sessions);
    assert_eq!(found, Action::FocusList);
    assert_eq!(state.selected_buddy(), Some(&whom("sip:dave@example.test")));
    state.update(Message::SearchEdited("nobody".into()), &sessions);
    assert!(says(
        state.view(&sessions, Instant::now()),
        "Nobody on your list"
    ));
    // First the details go, then the search.
    state.update(Message::EscapePressed, &sessions);
    assert!(state.listing.search().is_some());
    state.update(Message::EscapePressed, &sessions);
    assert!(says(state.view(&sessions, Instant::now()), "Bob"));
}

#[test]
fn a_list_of_people_who_are_all_offline_says_so() {
    speak("en");
    let bob = buddy("sip:bob@example.test", Status::Offline);
    let sessions = sessions(with(vec![bob]));
    let mut state = State::default();
    let hidden = ListSettings {
        order: ListOrder::Available,
        hide_offline: true,
        ..ListSettings::default()
    };
    state.refreshed(&sessions, hidden);
    let view = state.view(&sessions, Instant::now());
    assert!(says(view, "1 person on your list is offline."));
    let said = click(state.view(&sessions, Instant::now()), "Show");
    assert_eq!(
        state.update(said[0].clone(), &sessions),
        Action::ShowOffline
    );
}
