//! States in words: what stands beside every mark.

mod address;
mod calls;
mod certificate;
mod failure;
mod rules;
pub mod watcher;

pub use address::address;
pub use calls::{Phone, call};
pub use certificate::{day, distrust};
pub use failure::{Failure, keyring, trouble};
pub use rules::{rules_failure, undecided};

use std::time::Instant;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

use crate::account::{BuddyState, Connection, Counts, DialogsState, Fault, Messages, Status};
use crate::fl;
use crate::ui::plain_text;
use crate::ui::session::{PAUSED, Session};
use crate::ui::widget::mark::{Mark, Shape};

/// A status in a word or two.
pub fn status(status: &Status) -> String {
    match status {
        Status::Available => fl!("status-available"),
        Status::Away => fl!("status-away"),
        Status::Busy => fl!("status-busy"),
        Status::OnThePhone => fl!("status-on-the-phone"),
        Status::InAMeeting => fl!("status-in-a-meeting"),
        Status::DoNotDisturb => fl!("status-do-not-disturb"),
        Status::OutToLunch => fl!("status-out-to-lunch"),
        Status::Vacation => fl!("status-vacation"),
        Status::Travel => fl!("status-travel"),
        Status::Offline => fl!("status-offline"),
        Status::Unknown => fl!("status-unknown"),
        Status::Other(name) => capitalised(&plain_text::one_line(&name.replace('-', " "), 40)),
    }
}

/// One buddy, ready to be shown.
#[derive(Debug, Clone, PartialEq)]
pub struct BuddyLine {
    /// The name the user gave, or the address.
    pub name: String,
    /// The address without its scheme.
    pub address: String,
    /// The mark.
    pub mark: Mark,
    /// The state in words.
    pub word: String,
    /// The note; empty for none.
    pub note: String,
    /// Since when; empty when nobody said.
    pub since: String,
    /// Why there is nothing better to show, as a sentence; empty when all is well.
    pub why: String,
}

/// Puts a buddy's state into words. `calls`: what the telephone tells, where it is watched. `online`: whether anything
/// can be asked at all.
pub fn buddy(
    buddy: &BuddyState,
    calls: Option<&DialogsState>,
    name: Option<&str>,
    online: bool,
    now: &Zoned,
) -> BuddyLine {
    let address = plain_text::address(&buddy.address);
    let name = name.map_or_else(|| address.clone(), plain_text::name);
    let reason = buddy
        .subscription
        .reason
        .as_deref()
        .map(|words| reason(words, buddy.subscription.fault))
        .unwrap_or_default();
    let broken = matches!(buddy.subscription.state, "terminated" | "waiting_to_retry");
    let known = !buddy.refused && !buddy.waiting_for_approval && buddy.status != Status::Unknown;
    let phone = calls.and_then(Phone::of);
    let mut stale = buddy.presence.stale;
    let (shape, word, why) = if buddy.subscription.state == PAUSED {
        (Shape::Paused, fl!("buddy-paused"), fl!("buddy-paused-why"))
    } else if let Some(phone) = phone.as_ref().filter(|_| !known) {
        stale = phone.stale;
        let word = if stale {
            fl!("buddy-stale", status = phone.word.clone())
        } else {
            phone.word.clone()
        };
        (phone.shape, word, fl!("buddy-calls-only"))
    } else if let Some(phone) = phone.filter(|phone| phone.outdoes(&buddy.status)) {
        stale = false;
        (phone.shape, phone.word, String::new())
    } else if buddy.refused {
        (
            Shape::Refused,
            fl!("buddy-refused"),
            fl!("buddy-refused-why"),
        )
    } else if buddy.waiting_for_approval {
        (
            Shape::Waiting,
            fl!("buddy-waiting"),
            fl!("buddy-waiting-why"),
        )
    } else if buddy.status == Status::Unknown {
        let word = match buddy.subscription.state {
            "notify_wait" if online => fl!("buddy-asking"),
            _ => status(&Status::Unknown),
        };
        let why = match buddy.subscription.state {
            "active" => fl!("buddy-unknown-why"),
            _ if broken => reason,
            _ => String::new(),
        };
        (Shape::Unknown, word, why)
    } else {
        let shape = Mark::of(&buddy.status).shape;
        let word = status(&buddy.status);
        if stale {
            let why = if reason.is_empty() {
                fl!("buddy-stale-why")
            } else {
                reason
            };
            (shape, fl!("buddy-stale", status = word), why)
        } else {
            (shape, word, String::new())
        }
    };
    let note = buddy
        .presence
        .note
        .as_deref()
        .filter(|_| known)
        .map(plain_text::note)
        .unwrap_or_default();
    let since = if known {
        newest(buddy).map_or_else(String::new, |time| since(time, now))
    } else {
        String::new()
    };
    BuddyLine {
        name,
        address,
        mark: Mark { shape, stale },
        word,
        note,
        since,
        why,
    }
}

/// What waits in a mailbox.
pub fn messages(messages: &Messages) -> String {
    let new: Vec<String> = messages
        .classes
        .iter()
        .filter(|(_, counts)| counts.new > 0)
        .map(|(class, counts)| new_messages(class, counts.new))
        .collect();
    if new.is_empty() {
        fl!("lamp-waiting")
    } else {
        new.join(", ")
    }
}

/// All messages of one class: new, urgent among them, old.
pub fn class(class: &str, counts: Counts) -> String {
    let mut said = Vec::new();
    if counts.new > 0 {
        said.push(new_messages(class, counts.new));
    }
    if let Some(urgent) = counts.urgent_new.filter(|urgent| *urgent > 0) {
        said.push(fl!("lamp-urgent", count = urgent));
    }
    if counts.old > 0 {
        let name = match class {
            "voice" => fl!("class-voice"),
            "fax" => fl!("class-fax"),
            "video" => fl!("class-video"),
            "text" | "pager" => fl!("class-text"),
            other => capitalised(&plain_text::one_line(other, 40)),
        };
        said.push(fl!("class-old", class = name, count = counts.old));
    }
    said.join(" · ")
}

/// Why something failed, as a sentence: from the token where it tells more than the kind of failure.
pub fn reason(reason: &str, fault: Option<Fault>) -> String {
    let token = reason.split_whitespace().next().unwrap_or_default();
    match (token, fault) {
        ("noresource" | "404" | "410" | "604", _) => fl!("reason-no-such-address"),
        (_, Some(Fault::Authentication)) => fl!("reason-password"),
        (_, Some(Fault::Unreachable)) => fl!("reason-unreachable"),
        (_, Some(Fault::Unsupported)) => fl!("reason-not-offered"),
        (_, Some(Fault::Refused)) => fl!("reason-refused"),
        (_, Some(Fault::TimedOut))
        | ("timeout" | "giveup" | "probation" | "deactivated" | "408" | "503", _) => {
            fl!("reason-no-answer")
        }
        _ if reason.is_empty() => String::new(),
        _ => fl!("reason-other", reason = plain_text::sentence(reason)),
    }
}

/// The state of the connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectionLine {
    /// In words.
    pub text: String,
    /// What the machinery said, for those who can use it.
    pub detail: Option<String>,
    /// What can be done about it.
    pub remedy: Option<Remedy>,
    /// Whether something is wrong.
    pub trouble: bool,
}

/// What can be done about a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remedy {
    /// Try again now.
    Retry,
    /// Enter a password.
    EnterPassword,
    /// Begin anew.
    LogInAgain,
}

/// Puts the state of the connection into words.
pub fn connection(session: &Session, now: Instant) -> ConnectionLine {
    let quiet = |text| ConnectionLine {
        text,
        detail: None,
        remedy: None,
        trouble: false,
    };
    let trouble = |text, detail, remedy| ConnectionLine {
        text,
        detail,
        remedy,
        trouble: true,
    };
    let again = (!session.demo).then_some(Remedy::LogInAgain);
    match &session.snapshot.connection {
        Connection::Trouble {
            message,
            fault: None,
            ..
        } => {
            let detail = Some(plain_text::sentence(message));
            trouble(fl!("connection-not-started"), detail, again)
        }
        _ if session.ended => trouble(fl!("connection-ended"), None, again),
        Connection::LoggedOut | Connection::Connecting => quiet(fl!("connection-connecting")),
        Connection::Online if session.demo => quiet(fl!("connection-demo")),
        Connection::Online => quiet(fl!(
            "connection-online",
            address = plain_text::address(&session.account.address)
        )),
        Connection::PasswordNeeded { refused } => {
            let text = if *refused {
                fl!("connection-password-refused")
            } else {
                fl!("connection-password-needed")
            };
            trouble(text, None, Some(Remedy::EnterPassword))
        }
        Connection::Trouble {
            message,
            fault,
            retry_in_s,
        } => {
            let reason = reason(message, *fault);
            let said = plain_text::sentence(message);
            let detail = Some(said).filter(|said| !reason.contains(said.as_str()));
            let passed = now.saturating_duration_since(session.received).as_secs();
            let text = match retry_in_s {
                None => reason,
                Some(seconds) => {
                    format!("{reason} {}", next_try(seconds.saturating_sub(passed)))
                }
            };
            trouble(text, detail, Some(Remedy::Retry))
        }
    }
}

/// When the next try is, in words.
pub fn next_try(seconds: u64) -> String {
    match seconds {
        0 => fl!("next-try-now"),
        1..=90 => fl!("next-try-seconds", count = seconds),
        _ => fl!("next-try-minutes", count = seconds.div_ceil(60)),
    }
}

fn newest(buddy: &BuddyState) -> Option<Timestamp> {
    buddy
        .presence
        .devices
        .iter()
        .filter_map(|device| device.timestamp.as_deref()?.parse().ok())
        .max()
}

/// Since when, as the wall clock says; a time does not age, so nothing has to be redrawn for it.
pub fn since(time: Timestamp, now: &Zoned) -> String {
    let then = time.to_zoned(now.time_zone().clone());
    if then > *now {
        return String::new();
    }
    let days = then
        .date()
        .until(now.date())
        .map_or(i32::MAX, |span| span.get_days());
    match days {
        0 => fl!("since-today", time = then.strftime("%H:%M").to_string()),
        1 => fl!("since-yesterday"),
        _ => fl!(
            "since-date",
            day = then.strftime("%d").to_string(),
            month = then.strftime("%m").to_string(),
            year = then.strftime("%Y").to_string()
        ),
    }
}

/// A time of the day, with its date unless that is today.
pub fn clock(time: Timestamp, now: &Zoned) -> String {
    let then = time.to_zoned(now.time_zone().clone());
    let at = then.strftime("%H:%M").to_string();
    if then.date() == now.date() {
        return at;
    }
    dated(then.date(), at)
}

/// A time of another day.
fn dated(day: Date, clock: String) -> String {
    fl!(
        "moment",
        day = day.strftime("%d").to_string(),
        month = day.strftime("%m").to_string(),
        year = day.strftime("%Y").to_string(),
        time = clock
    )
}

/// When something ends, as the wall clock says.
pub fn end(time: Timestamp, now: &Zoned) -> String {
    if crate::account::end_of_day(now) == Some(time) {
        fl!("end-midnight")
    } else {
        clock(time, now)
    }
}

/// A time in the unit that suits it.
pub fn span(seconds: u64) -> String {
    let (minutes, hours) = (seconds / 60, seconds / 3600);
    match seconds {
        0..=99 => fl!("span-seconds", count = seconds),
        100..=5_999 if minutes != 60 * hours => fl!("span-minutes", count = minutes),
        _ => fl!("span-hours", count = hours),
    }
}

/// The wall clock, in the zone of the machine.
pub fn now() -> Zoned {
    Timestamp::now().to_zoned(TimeZone::system())
}

fn new_messages(class: &str, count: u32) -> String {
    match class {
        "voice" => fl!("lamp-voice", count = count),
        "fax" => fl!("lamp-fax", count = count),
        "video" => fl!("lamp-video", count = count),
        "text" | "pager" => fl!("lamp-text", count = count),
        _ => fl!("lamp-other", count = count),
    }
}

/// With a capital at its beginning.
pub fn capitalised(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(chars).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::tests::speak;

    #[test]
    fn failures_are_told_in_words() {
        speak("en");
        let told = [
            reason("404 Not Found", Some(Fault::Other)),
            reason("489 Bad Event", Some(Fault::Unsupported)),
            reason("rejected", Some(Fault::Refused)),
            reason("503 Service Unavailable", None),
            reason("599 strange", Some(Fault::Other)),
            reason("", None),
        ];
        assert_eq!(
            told,
            [
                "The server does not know this address.",
                "The server does not offer this.",
                "The server does not allow it.",
                "The server did not answer.",
                "The server said: 599 strange.",
                "",
            ]
        );
    }

    #[test]
    fn times_are_told_by_the_clock_of_the_machine() {
        speak("en");
        let now: Zoned = "2026-03-05T14:30:00[UTC]".parse().unwrap();
        let at = |text: &str| since(text.parse().unwrap(), &now);
        assert_eq!(at("2026-03-05T09:05:00Z"), "since\u{a0}09:05");
        assert_eq!(at("2026-03-04T23:59:00Z"), "since\u{a0}yesterday");
        assert_eq!(at("2025-12-24T18:00:00Z"), "since\u{a0}2025-12-24");
        assert_eq!(at("2026-03-05T15:00:00Z"), "", "a clock that is ahead");
        speak("de");
        assert_eq!(at("2025-12-24T18:00:00Z"), "seit\u{a0}24.12.2025");
    }

    #[test]
    fn other_activities_have_their_own_name() {
        assert_eq!(
            status(&Status::Other("looking-for-work".into())),
            "Looking for work"
        );
        assert_eq!(status(&Status::Other("\u{202e}".into())), "");
    }
}
