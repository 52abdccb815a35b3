//! The own status as the user chose it: one that lasts, and for a time perhaps another one above it.

use std::time::Duration;

use jiff::civil::Time;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, Zoned};

use crate::package::presence::{Input, Status, UserInput};
use crate::store::{AccountSettings, RememberedStatus, TimedStatus};

/// A status with its note.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Choice {
    /// The status.
    pub status: Status,
    /// The note; empty for none.
    pub note: String,
}

/// What the user wants others to see, now and when that ends.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OwnStatus {
    lasting: Choice,
    timed: Option<(Choice, Timestamp)>,
}

impl OwnStatus {
    /// What the settings say: [`Status::Unknown`] while nothing was chosen yet. A time that has passed meanwhile, or
    /// cannot be read, has ended.
    pub fn of(settings: &AccountSettings, now: Timestamp) -> Self {
        let choice = |status: &str, note: &str| {
            let status = Status::from_token(status);
            let known = Status::PUBLISHABLE.contains(&status);
            Choice {
                status: if known { status } else { Status::Unknown },
                note: note.to_owned(),
            }
        };
        let timed = settings.timed.as_ref().and_then(|timed| {
            let until = timed.until.parse().ok()?;
            Some((choice(&timed.status, &timed.note), until))
        });
        Self {
            lasting: choice(&settings.status, &settings.note),
            timed: timed.filter(|(choice, until)| *until > now && choice.status != Status::Unknown),
        }
    }

    /// Writes it into the settings.
    pub fn keep(&self, settings: &mut AccountSettings) {
        let token = |status: &Status| match status {
            Status::Unknown => String::new(),
            status => status.token().to_owned(),
        };
        settings.status = token(&self.lasting.status);
        settings.note.clone_from(&self.lasting.note);
        settings.timed = self.timed.as_ref().map(|(choice, until)| TimedStatus {
            status: token(&choice.status),
            note: choice.note.clone(),
            until: until.to_string(),
        });
    }

    /// Another choice. With an end, what lasted until now comes back then; without, nothing is above it any more.
    pub fn choose(&mut self, choice: Choice, until: Option<Timestamp>) {
        match until {
            Some(until) => self.timed = Some((choice, until)),
            None => {
                *self = Self {
                    lasting: choice,
                    timed: None,
                };
            }
        }
    }

    /// Takes note of the time; true when something has ended.
    pub fn pass_time(&mut self, now: Timestamp) -> bool {
        self.timed.take_if(|(_, until)| *until <= now).is_some()
    }

    /// What is to be seen now.
    pub fn current(&self) -> &Choice {
        self.timed
            .as_ref()
            .map_or(&self.lasting, |(choice, _)| choice)
    }

    /// What comes back at [`Self::until`].
    pub fn lasting(&self) -> &Choice {
        &self.lasting
    }

    /// When it ends by itself.
    pub fn until(&self) -> Option<Timestamp> {
        self.timed.as_ref().map(|(_, until)| *until)
    }
}

/// Offers a choice that has a note again later, before those that were offered so far.
pub fn remember(settings: &mut AccountSettings, choice: &Choice) {
    if choice.note.trim().is_empty() {
        return;
    }
    forget(settings, choice);
    settings.remembered.insert(0, remembered(choice));
    settings.remembered.truncate(REMEMBERED);
}

/// Offers a choice no longer.
pub fn forget(settings: &mut AccountSettings, choice: &Choice) {
    let forgotten = remembered(choice);
    settings.remembered.retain(|kept| *kept != forgotten);
}

fn remembered(choice: &Choice) -> RememberedStatus {
    RememberedStatus {
        status: choice.status.token().to_owned(),
        note: choice.note.clone(),
    }
}

/// What is told of keyboard and mouse: in use, or not since then. `after` is how long that has to be, where it is the
/// reason; `tell_last` is whether the time is told, too (RFC 4480 section 3.14).
pub fn input(gone_since: Option<Timestamp>, after: Option<Duration>, tell_last: bool) -> UserInput {
    UserInput {
        input: if gone_since.is_some() {
            Input::Idle
        } else {
            Input::Active
        },
        last_input: gone_since.filter(|_| tell_last),
        idle_threshold: after.map(|after| u32::try_from(after.as_secs()).unwrap_or(u32::MAX)),
    }
}

/// The time that a person means by `15:00` or `15`: the next one on the clock of this machine; or a whole RFC 3339
/// time. `None` for anything else.
pub fn end_from_text(text: &str, now: &Zoned) -> Option<Timestamp> {
    let text = text.trim();
    if let Ok(time) = text.parse() {
        return Some(time);
    }
    let (hours, minutes) = text.split_once([':', '.']).unwrap_or((text, ""));
    let digits = |text: &str, most: usize| {
        let fits = (1..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        fits.then(|| text.parse::<i8>().ok()).flatten()
    };
    let hour = digits(hours.trim(), 2)?;
    let minute = match minutes {
        "" if hours == text => 0,
        minutes if minutes.len() == 2 => digits(minutes, 2)?,
        _ => return None,
    };
    let (hour, next_day) = match (hour, minute) {
        (24, 0) => (0, true),
        (hour, _) => (hour, false),
    };
    let time = Time::new(hour, minute, 0, 0).ok()?;
    let zone: &TimeZone = now.time_zone();
    let at = |date: jiff::civil::Date| {
        let zoned = date.to_datetime(time).to_zoned(zone.clone()).ok()?;
        Some(zoned.timestamp())
    };
    let today = at(now.date())?;
    if today > now.timestamp() && !next_day {
        return Some(today);
    }
    at(now.date().tomorrow().ok()?)
}

/// Midnight, when the day ends on the clock of this machine.
pub fn end_of_day(now: &Zoned) -> Option<Timestamp> {
    Some(now.tomorrow().ok()?.start_of_day().ok()?.timestamp())
}

/// The end of so many minutes from now, on a whole minute.
pub fn end_in_minutes(minutes: u16, now: &Zoned) -> Option<Timestamp> {
    let span = SignedDuration::from_mins(minutes.into());
    let end = now.timestamp().checked_add(span).ok()?;
    Timestamp::from_second(end.as_second() / 60 * 60).ok()
}

/// Choices that are offered again.
const REMEMBERED: usize = 5;

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn choice(status: Status, note: &str) -> Choice {
        Choice {
            status,
            note: note.to_owned(),
        }
    }

    #[test]
    fn a_timed_status_ends_also_while_nothing_runs() {
        let (now, until) = (at("2026-03-01T12:00:00Z"), at("2026-03-01T15:00:00Z"));
        let mut own = OwnStatus::default();
        own.choose(choice(Status::Busy, "deadline"), None);
        own.choose(choice(Status::InAMeeting, "budget"), Some(until));
        // A second one does not become what comes back.
        own.choose(choice(Status::OutToLunch, ""), Some(until));
        let mut settings = AccountSettings::default();
        own.keep(&mut settings);
        assert_eq!(OwnStatus::of(&settings, now), own);
        assert_eq!(own.current().status, Status::OutToLunch);
        assert!(!own.pass_time(now));
        assert!(own.pass_time(until) && !own.pass_time(until));
        assert_eq!(own.current(), &choice(Status::Busy, "deadline"));
        assert_eq!(
            OwnStatus::of(&settings, until),
            own,
            "the next start knows it too"
        );
        own.choose(choice(Status::Available, ""), None);
        own.keep(&mut settings);
        assert_eq!(settings.timed, None);
        assert_eq!(own.until(), None);
    }

    #[test]
    fn few_choices_with_a_note_are_offered_again_the_last_one_first() {
        let mut settings = AccountSettings::default();
        remember(&mut settings, &choice(Status::Available, " "));
        assert_eq!(settings.remembered, []);
        for note in ["a", "b", "c", "d", "e", "f", "b"] {
            remember(&mut settings, &choice(Status::Busy, note));
        }
        let notes = |settings: &AccountSettings| {
            let notes = settings.remembered.iter().map(|kept| kept.note.clone());
            notes.collect::<String>()
        };
        assert_eq!(notes(&settings), "bfedc");
        forget(&mut settings, &choice(Status::Away, "e"));
        forget(&mut settings, &choice(Status::Busy, "f"));
        assert_eq!(notes(&settings), "bedc");
    }

    #[test]
    fn settings_that_say_nothing_sensible_are_no_choice() {
        let now = at("2026-03-01T12:00:00Z");
        let none = AccountSettings::default();
        assert_eq!(OwnStatus::of(&none, now).current().status, Status::Unknown);
        let timed = |status: &str, until: &str| AccountSettings {
            status: "away".to_owned(),
            timed: Some(TimedStatus {
                status: status.to_owned(),
                note: String::new(),
                until: until.to_owned(),
            }),
            ..AccountSettings::default()
        };
        for (status, until) in [
            ("busy", "tomorrow"),
            ("dancing", "2027-01-01T00:00:00Z"),
            ("busy", "2026-03-01T12:00:00Z"),
        ] {
            let own = OwnStatus::of(&timed(status, until), now);
            assert_eq!(own.current().status, Status::Away, "{status} {until}");
        }
        let kept = OwnStatus::of(&timed("busy", "2027-01-01T00:00:00Z"), now);
        assert_eq!(kept.current().status, Status::Busy);
    }

    #[test]
    fn people_write_times_of_the_day() {
        let zone = TimeZone::fixed(jiff::tz::offset(1));
        let now = at("2026-03-01T12:00:30Z").to_zoned(zone);
        let meant = |text: &str| end_from_text(text, &now);
        for (text, time) in [
            ("15:00", "2026-03-01T14:00:00Z"),
            (" 15 ", "2026-03-01T14:00:00Z"),
            ("15.30", "2026-03-01T14:30:00Z"),
            ("9:05", "2026-03-02T08:05:00Z"),
            ("13:00", "2026-03-02T12:00:00Z"),
            ("24:00", "2026-03-01T23:00:00Z"),
            ("0:00", "2026-03-01T23:00:00Z"),
            ("2026-12-24T18:00:00+01:00", "2026-12-24T17:00:00Z"),
        ] {
            assert_eq!(meant(text), Some(at(time)), "{text}");
        }
        for text in [
            "", "soon", "25", "15:", "15:7", "15:60", "24:01", ":30", "1500", "-1", "15:00:00",
        ] {
            assert_eq!(meant(text), None, "{text}");
        }
        assert_eq!(end_of_day(&now), Some(at("2026-03-01T23:00:00Z")));
        assert_eq!(end_in_minutes(30, &now), Some(at("2026-03-01T12:30:00Z")));
    }
}
