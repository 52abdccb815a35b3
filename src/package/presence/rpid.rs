//! RPID (RFC 4480): what a person does, where, in which mood, and since when nobody has touched the keyboard.

use std::borrow::Cow;

use jiff::Timestamp;

use crate::package::{limits, time};
use crate::xml::Element;

use super::namespace::Space;
use super::pidf::Note;
use super::read::Reader;

/// The time in which an element holds (RFC 4480 section 3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Window {
    /// Not before.
    pub from: Option<Timestamp>,
    /// Not at or after.
    pub until: Option<Timestamp>,
}

/// A value with its time.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Timed<T> {
    /// When it holds.
    pub window: Window,
    /// What holds then.
    pub value: T,
    /// Comments on it.
    pub notes: Vec<Note>,
}

/// One thing that a person does (RFC 4480 section 3.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Activity {
    /// Name of the element, such as `on-the-phone`.
    pub name: Cow<'static, str>,
    /// Text of `other`.
    pub text: Option<String>,
    /// Whether the element is in RPID's own vocabulary; others are kept, but mean nothing here.
    pub known: bool,
}

/// What a place is like for one kind of communication (RFC 4480 section 3.6).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaceProperty {
    /// `audio`, `video` or `text`.
    pub medium: String,
    /// How the place is for it, such as `noisy`.
    pub value: String,
}

/// How a person's clock differs from UTC (RFC 4480 section 3.13).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimeOffset {
    /// Minutes that it is ahead of UTC, less than a day in either direction.
    pub minutes: i16,
    /// A name for it, such as that of the time zone.
    pub description: Option<String>,
}

/// Whether a person or device has been used lately (RFC 4480 section 3.14).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UserInput {
    /// The state.
    pub input: Input,
    /// When it was last used.
    pub last_input: Option<Timestamp>,
    /// Seconds without input after which it counts as idle.
    pub idle_threshold: Option<u32>,
}

/// The two states of [`UserInput`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Input {
    /// In use.
    Active,
    /// Not used for a while.
    Idle,
}

impl Window {
    /// Whether an instant lies in it.
    pub fn contains(&self, now: Timestamp) -> bool {
        self.from.is_none_or(|from| from <= now) && self.until.is_none_or(|until| now < until)
    }

    /// When it next begins or ends after an instant.
    pub(super) fn next_bound(&self, now: Timestamp) -> Option<Timestamp> {
        let bounds = [self.from, self.until].into_iter().flatten();
        bounds.filter(|bound| *bound > now).min()
    }
}

impl<T> Timed<T> {
    /// The value, while it holds.
    pub fn at(&self, now: Timestamp) -> Option<&T> {
        self.window.contains(now).then_some(&self.value)
    }
}

impl Activity {
    /// What is shown: the name, or the text of `other` when it has one.
    pub fn label(&self) -> &str {
        self.text.as_deref().unwrap_or(&self.name)
    }

    /// The activity of a name.
    pub(super) fn named(name: &str) -> Self {
        let known = VOCABULARY.iter().find(|known| **known == name);
        Self {
            name: known.map_or_else(|| name.to_owned().into(), |known| Cow::Borrowed(*known)),
            text: None,
            known: known.is_some(),
        }
    }
}

/// Whether a name is one of RPID's activities.
pub(super) fn is_activity(name: &str) -> bool {
    VOCABULARY.contains(&name)
}

/// Activities in an element, with what is not understood kept and marked.
pub(super) fn activities(reader: &mut Reader<'_>, element: Element<'_>) -> Timed<Vec<Activity>> {
    timed(reader, element, |reader, child| {
        let rpid = Space::of(child) == Space::Rpid;
        let text = child.trimmed();
        let mut activity = match child.name() {
            // Drafts wrote the name as text.
            "activity" if rpid && !text.is_empty() => Activity::named(text),
            "other" => Activity {
                text: (!text.is_empty()).then(|| text.to_owned()),
                ..Activity::named("other")
            },
            name => Activity::named(name),
        };
        activity.known &= rpid;
        if !activity.known {
            let message = "not an activity of RPID's; kept, but nothing is made of it";
            reader.remarks.ignore(child, message, "RFC 4480 §3.2");
        }
        Some(activity)
    })
}

/// Names of the child elements with the texts of `other`, or the element's own text when there are none: mood,
/// place-type, privacy, sphere.
pub(super) fn words(reader: &mut Reader<'_>, element: Element<'_>) -> Timed<Vec<String>> {
    let mut read = timed(reader, element, |_, child| {
        let text = child.trimmed();
        let is_text = child.name() == "other" && !text.is_empty();
        Some(if is_text { text } else { child.name() }.to_owned())
    });
    let text = element.trimmed();
    if read.value.is_empty() && !text.is_empty() {
        read.value.push(text.to_owned());
    }
    read
}

/// Reads `place-is`: for each medium what the place is like.
pub(super) fn place_is(reader: &mut Reader<'_>, element: Element<'_>) -> Timed<Vec<PlaceProperty>> {
    timed(reader, element, |_, medium| {
        Some(PlaceProperty {
            medium: medium.name().to_owned(),
            value: medium.children().next()?.name().to_owned(),
        })
    })
}

/// Reads `status-icon`: a URI that nobody fetches.
pub(super) fn status_icon(
    reader: &mut Reader<'_>,
    element: Element<'_>,
    into: &mut Vec<Timed<String>>,
) {
    if let Some(value) = reader.uri(element, "RFC 4480 §3.12") {
        let window = reader.window(element);
        push(into, || Timed {
            window,
            value,
            notes: Vec::new(),
        });
    }
}

/// Reads `time-offset`; what is no number of minutes within a day is left out.
pub(super) fn time_offset(
    reader: &mut Reader<'_>,
    element: Element<'_>,
    into: &mut Vec<Timed<TimeOffset>>,
) {
    let minutes = element.trimmed().parse().ok();
    let Some(minutes) = minutes.filter(|m| (-DAY..DAY).contains(m)) else {
        let message = "not the minutes that a clock can differ from UTC; ignored";
        reader.remarks.warn(element, message, "RFC 4480 §3.13");
        return;
    };
    let description = element.attribute("description").map(str::trim);
    let description = description.filter(|d| !d.is_empty()).map(str::to_owned);
    let value = TimeOffset {
        minutes,
        description,
    };
    let window = reader.window(element);
    push(into, || Timed {
        window,
        value,
        notes: Vec::new(),
    });
}

/// Reads `user-input`; a word that is neither `active` nor `idle` tells nothing.
pub(super) fn user_input(reader: &mut Reader<'_>, element: Element<'_>) -> Option<UserInput> {
    let source = "RFC 4480 §3.14";
    let input = match element.trimmed() {
        "active" => Input::Active,
        "idle" => Input::Idle,
        _ => {
            let message = "neither 'active' nor 'idle'; ignored";
            reader.remarks.warn(element, message, source);
            return None;
        }
    };
    // RFC 5025 section 3.3.2.12 calls the attribute `since`.
    let last = element
        .attribute("last-input")
        .or_else(|| element.attribute("since"));
    let last_input = last.and_then(time::read);
    if last.is_some() && last_input.is_none() {
        let message = "the time of the last input is not an RFC 3339 time; taken as missing";
        reader.remarks.warn(element, message, source);
    }
    let threshold = element.attribute("idle-threshold");
    let idle_threshold = threshold.and_then(|t| t.trim().parse().ok());
    if threshold.is_some() && idle_threshold.is_none() {
        let message = "the idle threshold is no number of seconds; taken as missing";
        reader.remarks.warn(element, message, source);
    }
    Some(UserInput {
        input,
        last_input,
        idle_threshold,
    })
}

/// Keeps one more of an element that may occur several times, up to a limit.
pub(super) fn push<T>(list: &mut Vec<T>, read: impl FnOnce() -> T) {
    if list.len() < limits::OCCURRENCES {
        list.push(read());
    }
}

/// The name of the one child element, or the text of `other`, or the element's own: relationship, service-class.
pub(super) fn word(element: Element<'_>) -> Option<&str> {
    let child = element.children().find(|c| c.name() != "note");
    let word = match child {
        Some(child) if child.name() == "other" && !child.trimmed().is_empty() => child.trimmed(),
        Some(child) => child.name(),
        None => element.trimmed(),
    };
    Some(word).filter(|w| !w.is_empty())
}

/// An enumeration with its window and notes, each value read by `read`.
fn timed<'x, T>(
    reader: &mut Reader<'_>,
    element: Element<'x>,
    mut read: impl FnMut(&mut Reader<'_>, Element<'x>) -> Option<T>,
) -> Timed<Vec<T>> {
    let mut timed = Timed {
        window: reader.window(element),
        value: Vec::new(),
        notes: Vec::new(),
    };
    for child in element.children() {
        if child.name() == "note" && Space::of(child) != Space::Foreign {
            reader.note(child, &mut timed.notes);
        } else if timed.value.len() < limits::ACTIVITIES {
            timed.value.extend(read(reader, child));
        }
    }
    timed
}

/// Minutes of a day.
const DAY: i16 = 24 * 60;

/// Activities of RFC 4480 section 3.2.
const VOCABULARY: [&str; 27] = [
    "appointment",
    "away",
    "breakfast",
    "busy",
    "dinner",
    "holiday",
    "in-transit",
    "looking-for-work",
    "lunch",
    "meal",
    "meeting",
    "on-the-phone",
    "other",
    "performance",
    "permanent-absence",
    "playing",
    "presentation",
    "shopping",
    "sleeping",
    "spectator",
    "steering",
    "travel",
    "tv",
    "unknown",
    "vacation",
    "working",
    "worship",
];
