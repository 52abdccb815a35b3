//! The icon in the panel: what it shows of the account, and what its menu means.

mod icon;

use std::time::Instant;

use super::news;
use super::plain_text;
use super::session::Session;
use super::sessions::Sessions;
use super::widget::mark::Mark;
use super::words;
use crate::account::{Connection, Status};
use crate::desktop::tray::{Choice, Entry, Face, Told};
use crate::fl;

pub use icon::Drawings;

/// What the icon or its menu asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wish {
    /// Show the window.
    Open,
    /// Publish this status.
    Status(Status),
    /// Show who asks.
    Requests,
    /// Call the voicemail.
    Voicemail,
    /// End the program.
    Quit,
}

/// What is asked for; nothing by a choice that is not on the menu.
pub fn wish(told: &Told) -> Option<Wish> {
    match told {
        Told::Shown(_) => None,
        Told::Icon => Some(Wish::Open),
        Told::Chosen(name) => match name.as_str() {
            OPEN => Some(Wish::Open),
            REQUESTS => Some(Wish::Requests),
            VOICEMAIL => Some(Wish::Voicemail),
            QUIT => Some(Wish::Quit),
            name => {
                let status = Status::from_token(name.strip_prefix(STATUS)?);
                let known = Status::PUBLISHABLE.contains(&status);
                known.then_some(Wish::Status(status))
            }
        },
    }
}

/// The icon for these accounts.
pub fn face(sessions: &Sessions, drawings: &mut Drawings, now: Instant) -> Face {
    let Some(first) = sessions.speaker() else {
        let mark = Mark::of(&Status::Offline);
        return Face {
            pictures: drawings.of(mark, false),
            title: fl!("app-name"),
            lines: vec![fl!("tray-nobody")],
            attention: false,
            menu: menu(sessions),
        };
    };
    let snapshot = &first.snapshot;
    let lit = sessions
        .iter()
        .any(|session| news::waiting(&session.snapshot).next().is_some());
    let shown = if snapshot.own_away {
        &Status::Away
    } else {
        &snapshot.own_status
    };
    let mark = Mark {
        stale: snapshot.connection != Connection::Online,
        ..Mark::of(shown)
    };
    let wants_password = sessions.iter().any(|session| {
        let connection = &session.snapshot.connection;
        matches!(connection, Connection::PasswordNeeded { .. })
    });
    let wanted = lit || wants_password || requests(sessions) > 0;
    Face {
        pictures: drawings.of(mark, lit),
        title: fl!("app-name"),
        lines: lines(sessions, shown, now),
        attention: wanted && snapshot.own_status != Status::DoNotDisturb,
        menu: menu(sessions),
    }
}

/// How many people ask, of whom the user wants to be told.
fn requests(sessions: &Sessions) -> usize {
    let open = |session: &Session| {
        let requests = session.snapshot.requests();
        let counted = requests.iter().filter(|request| {
            let entry = session.entry(request.watcher);
            !entry.is_some_and(|buddy| buddy.muted)
        });
        counted.count()
    };
    sessions.iter().map(open).sum()
}

/// The state of everything in words.
fn lines(sessions: &Sessions, shown: &Status, now: Instant) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(first) = sessions.speaker() {
        let word = words::status(shown);
        let note = plain_text::note(&first.snapshot.own_note);
        lines.push(if note.is_empty() {
            word
        } else {
            format!("{word} · {note}")
        });
    }
    for session in sessions {
        let connection = &session.snapshot.connection;
        if *connection != Connection::Online {
            lines.push(session.said(words::connection(session, now).text));
        }
        let waiting = news::waiting(&session.snapshot).map(words::messages);
        lines.extend(waiting.map(|messages| session.said(messages)));
    }
    let asking = requests(sessions);
    if asking > 0 {
        lines.push(fl!("news-requests", count = asking));
    }
    lines
}

fn menu(sessions: &Sessions) -> Vec<Entry> {
    let press = |name: &str, label: String| {
        Entry::Press(Choice {
            name: name.to_owned(),
            label,
        })
    };
    let mut menu = vec![press(OPEN, fl!("tray-open"))];
    if let Some(first) = sessions.speaker() {
        let choices = Status::PUBLISHABLE.iter().map(|status| Choice {
            name: format!("{STATUS}{}", status.token()),
            label: words::status(status),
        });
        let own = &first.snapshot.own_status;
        menu.push(Entry::Separator);
        menu.push(Entry::OneOf {
            choices: choices.collect(),
            chosen: Status::PUBLISHABLE.iter().position(|status| status == own),
        });
        menu.push(Entry::Separator);
        let asking = requests(sessions);
        if asking > 0 {
            menu.push(press(REQUESTS, fl!("news-requests", count = asking)));
        }
        menu.push(press(VOICEMAIL, fl!("news-call-voicemail")));
    }
    menu.push(Entry::Separator);
    menu.push(press(QUIT, fl!("tray-quit")));
    menu
}

const OPEN: &str = "open";
const REQUESTS: &str = "requests";
const VOICEMAIL: &str = "voicemail";
const QUIT: &str = "quit";
/// What the name of a status begins with.
const STATUS: &str = "status:";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::Snapshot;
    use crate::i18n::tests::speak;
    use crate::ui::testing::{mailbox, online, session, watcher};

    fn face_of(snapshot: Snapshot) -> Face {
        let session = session(snapshot);
        let now = session.received;
        face(
            &Sessions::from_iter([session]),
            &mut Drawings::default(),
            now,
        )
    }

    fn labels(face: &Face) -> Vec<&str> {
        let pressed = face.menu.iter().filter_map(|entry| match entry {
            Entry::Press(choice) => Some(choice.label.as_str()),
            _ => None,
        });
        pressed.collect()
    }

    #[test]
    fn what_waits_wants_attention_and_stands_in_words_and_on_the_menu() {
        speak("en");
        let calm = face_of(Snapshot {
            own_status: Status::Busy,
            own_note: "Writing".to_owned(),
            ..online()
        });
        assert_eq!(calm.lines, ["Busy · Writing"]);
        assert!(!calm.attention);
        assert_eq!(labels(&calm), ["Open Siskin", "Call voicemail", "Quit"]);
        assert!(calm.menu.iter().any(|entry| {
            matches!(entry, Entry::OneOf { choices, chosen: Some(2) } if choices[2].label == "Busy")
        }));

        let lamp = face_of(Snapshot {
            mailboxes: vec![mailbox(2, 0, 0)],
            watchers: vec![watcher("sip:heidi@example.test", Some("Heidi"))],
            ..online()
        });
        assert!(lamp.attention);
        assert_eq!(
            lamp.lines[1..],
            [
                "2 new voice messages",
                "1 person wants to see your presence"
            ]
        );
        assert_eq!(labels(&lamp)[1], "1 person wants to see your presence");
        assert_ne!(lamp.pictures, calm.pictures);

        let silent = face_of(Snapshot {
            own_status: Status::DoNotDisturb,
            mailboxes: vec![mailbox(2, 0, 0)],
            ..online()
        });
        assert!(!silent.attention, "the user wants to be left alone");
        let refused = face_of(Snapshot {
            connection: Connection::PasswordNeeded { refused: true },
            ..online()
        });
        assert!(refused.attention);
        assert_eq!(refused.lines.len(), 2, "{:?}", refused.lines);
    }

    #[test]
    fn with_nobody_logged_in_there_is_the_window_and_the_end() {
        speak("en");
        let face = face(
            &Sessions::default(),
            &mut Drawings::default(),
            Instant::now(),
        );
        assert_eq!(labels(&face), ["Open Siskin", "Quit"]);
        assert_eq!(face.lines, ["Nobody is logged in"]);
    }

    #[test]
    fn every_choice_of_the_menu_means_something() {
        let sessions = Sessions::from_iter([session(Snapshot {
            watchers: vec![watcher("sip:heidi@example.test", None)],
            ..online()
        })]);
        let mut wishes = Vec::new();
        for entry in menu(&sessions) {
            let choices = match entry {
                Entry::Separator => Vec::new(),
                Entry::Press(choice) => vec![choice],
                Entry::OneOf { choices, .. } => choices,
            };
            for choice in choices {
                let wish = wish(&Told::Chosen(choice.name.clone()));
                wishes.push(wish.unwrap_or_else(|| panic!("{}", choice.name)));
            }
        }
        assert_eq!(wishes.len(), 4 + Status::PUBLISHABLE.len());
        assert_eq!(wishes[2], Wish::Status(Status::Away));
        assert_eq!(wish(&Told::Icon), Some(Wish::Open));
        for nonsense in ["", "status:", "status:unknown", "status:flying", "fly"] {
            assert_eq!(wish(&Told::Chosen(nonsense.to_owned())), None, "{nonsense}");
        }
    }
}
