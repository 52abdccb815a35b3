//! Several accounts in one list.

use super::*;
use crate::ui::testing::session_of;

#[test]
fn two_accounts_are_one_list_and_each_row_says_whose_it_is() {
    speak("en");
    let mut office = with(vec![buddy("sip:bob@example.test", Status::Away)]);
    office.mailboxes = vec![mailbox(2, 0, 0)];
    let mut home = with(vec![buddy("sip:bob@example.test", Status::Busy)]);
    home.watchers = vec![watcher("sip:heidi@example.com", Some("Heidi"))];
    let home = session_of(2, "sip:alice@example.com", home);
    let mut sessions = Sessions::from_iter([session(office), home]);
    let mut state = looking_at(&sessions);
    let said = texts(state.view(&sessions, Instant::now()));
    let count = |text: &str| said.iter().filter(|said| *said == text).count();
    assert_eq!(count("example.com"), 1, "the row: {said:?}");
    assert_eq!(count("example.test"), 2, "the row and the lamp: {said:?}");
    assert_eq!(count("Asks your account example.com"), 1, "{said:?}");
    assert_eq!(count("Connected with 2 accounts"), 1, "{said:?}");
    assert_eq!(
        press(&mut state, &sessions, "Allow"),
        Action::Decide {
            watcher: Whom {
                session: 2,
                address: "sip:heidi@example.com".into()
            },
            verdict: Decision::Allow.into()
        }
    );
    // The same person has two rows; the second is that of the other account.
    state.update(Message::SelectionMovedTo(End::Last), &sessions);
    let bob = Whom {
        session: 2,
        ..whom("sip:bob@example.test")
    };
    assert_eq!(state.selected_buddy(), Some(&bob));
    let through = "Through alice@example.com";
    assert!(says(state.view(&sessions, Instant::now()), through));
    let mut before = (*sessions.by_id(2).unwrap().snapshot).clone();
    before.buddies = with(vec![buddy("sip:bob@example.test", Status::Away)]).buddies;
    state.learn(&before, sessions.by_id(2).unwrap(), false);
    assert!(state.changes.is_unread(&bob));
    assert!(!state.changes.is_unread(&whom("sip:bob@example.test")));

    // What is wrong with one of them is said with its name, and mended there.
    let home = sessions.by_id_mut(2).unwrap();
    Arc::make_mut(&mut home.snapshot).connection = Connection::PasswordNeeded { refused: true };
    let refused = "example.com: The server refused the password.";
    assert!(says(state.view(&sessions, Instant::now()), refused));
    assert!(!says(state.view(&sessions, Instant::now()), "Connected"));
    assert_eq!(
        press(&mut state, &sessions, "Enter password"),
        Action::AskPassword(2)
    );
}

#[test]
fn nothing_of_two_accounts_leaves_a_narrow_window() {
    let domain = format!("{}.example.com", "long-".repeat(12));
    for language in crate::i18n::LANGUAGES.map(|language| language.tag) {
        speak(language);
        let people = || with(vec![buddy("sip:bob@example.test", Status::DoNotDisturb)]);
        let mut office = people();
        office.mailboxes = vec![mailbox(1_234, 98_765, 12)];
        office.connection = Connection::PasswordNeeded { refused: true };
        let mut home = people();
        home.watchers = vec![watcher("sip:heidi@example.com", Some("Heidi"))];
        let home = session_of(2, &format!("sip:alice@{domain}"), home);
        let sessions = Sessions::from_iter([session(office), home]);
        let mut state = looking_at(&sessions);
        for message in [Message::DetailsClosed, Message::SelectionMovedTo(End::Last)] {
            state.update(message, &sessions);
            for width in [210.0, 320.0, 1_000.0] {
                let view = state.view(&sessions, Instant::now());
                let out = crate::ui::testing::overflowing(view, width);
                assert_eq!(out, Vec::<String>::new(), "{language} {width}");
            }
        }
    }
}
