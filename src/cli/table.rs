//! The state of an account as a table for a terminal.

use std::fmt::Write as _;

use super::print;
use crate::account::{Connection, Snapshot, plain};

/// The whole picture, with the codes that put it in the place of the last one.
pub(super) fn draw(snapshot: &Snapshot) -> String {
    let mut out = String::from(HOME);
    let mut line = |text: &str| {
        let _ = writeln!(out, "{text}{TO_LINE_END}");
    };
    let connection = match &snapshot.connection {
        Connection::LoggedOut => "logged out".to_owned(),
        Connection::Connecting => "logging in".to_owned(),
        Connection::Online => "online".to_owned(),
        Connection::PasswordNeeded { refused: true } => "the password was refused".to_owned(),
        Connection::PasswordNeeded { refused: false } => "a password is needed".to_owned(),
        Connection::Trouble { message, .. } => plain(message).into_owned(),
    };
    line(&format!("{}   {connection}", plain(&snapshot.account)));
    let mut own = format!("I am {}", print::status_words(snapshot.own_status.token()));
    if !snapshot.own_note.is_empty() {
        let _ = write!(own, ", “{}”", plain(&snapshot.own_note));
    }
    line(&own);
    line("");
    let width = snapshot
        .buddies
        .iter()
        .map(|buddy| buddy.address.chars().count())
        .max()
        .unwrap_or_default()
        .min(MAX_ADDRESS);
    for buddy in &snapshot.buddies {
        let state = if buddy.waiting_for_approval {
            "waiting for approval".into()
        } else if buddy.refused {
            "refused".into()
        } else {
            print::status_words(&buddy.presence.status)
        };
        let mut row = format!("{:width$}  {state:16}", plain(&buddy.address));
        if let Some(note) = &buddy.presence.note {
            let _ = write!(row, "  {}", plain(note));
        }
        if buddy.presence.stale {
            row.push_str("  (no longer current)");
        }
        line(&row);
    }
    line("");
    for messages in snapshot
        .mailboxes
        .iter()
        .filter_map(|mailbox| mailbox.messages.as_ref())
    {
        line(&print::messages(messages));
    }
    for watcher in &snapshot.watchers {
        line(&print::watcher(watcher));
    }
    out.push_str(TO_SCREEN_END);
    out
}

const HOME: &str = "\u{1b}[H";
const TO_LINE_END: &str = "\u{1b}[K";
const TO_SCREEN_END: &str = "\u{1b}[J";
/// Longer addresses push their row to the right.
const MAX_ADDRESS: usize = 40;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_picture_covers_the_last_one() {
        let picture = draw(&Snapshot {
            account: "sip:alice@example.com\u{1b}[2J".to_owned(),
            connection: Connection::Online,
            ..Snapshot::default()
        });
        assert!(picture.starts_with(HOME) && picture.ends_with(TO_SCREEN_END));
        assert!(picture.contains("online"));
        assert!(
            !picture.contains("\u{1b}[2J"),
            "text from outside moves no cursor"
        );
    }
}
