//! What is reported of a presentity, in the shape of the command line's JSON lines.
//!
//! What is not said is left out of the line, apart from the fields that have been there from the beginning.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Serialize;

use super::plain::plain;
use crate::package::presence::{
    Availability, Basic, Idle, Reason, Shown, ShownDevice, ShownPerson, ShownTimed, Status, Why,
};

/// The state shown for a presentity.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Presence {
    /// The presentity's address.
    pub resource: String,
    /// The status by its stable name.
    pub status: String,
    /// `open`, `closed`, or nothing known.
    pub basic: Option<&'static str>,
    /// The note in the best language.
    pub note: Option<String>,
    /// Every activity, by its name.
    pub activities: Vec<String>,
    /// What each device or service says.
    pub devices: Vec<Device>,
    /// What decided the status: `activity`, `idle`, `open` or `closed`; nothing while it is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<&'static str>,
    /// The notifier (its remote tag) whose word decided the status, where several are merged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decided_by: Option<String>,
    /// The notifier whose note it is, where several are merged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note_by: Option<String>,
    /// What each notifier says of the person or the whole, where several are merged.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<NotifierNote>,
    /// Whether nobody has touched the keyboard for a while.
    #[serde(skip_serializing_if = "is_false")]
    pub idle: bool,
    /// Since when (RFC 3339), where that is told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub idle_since: Option<String>,
    /// The address that the presentity prefers to be reached at now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preferred_contact: Option<String>,
    /// What else is said of the person.
    #[serde(flatten)]
    pub person: Option<Box<PersonDetails>>,
    /// Devices and services that have no part in the status, and why.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub others: Vec<Device>,
    /// What a list says about the presentity, when it is one that tells about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub member: Option<Box<Member>>,
    /// Live dialogs.
    pub notifiers: u32,
    /// True when the last word is no longer known to be current.
    pub stale: bool,
    /// True when the first document of a dialog is the one that was known before, or older: it may be true, or somebody
    /// has sent again what was overheard. Never over TLS.
    #[serde(skip_serializing_if = "is_false")]
    pub may_be_old: bool,
}

/// What one of several merged notifiers says for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NotifierNote {
    /// The notifier (its remote tag).
    pub notifier: String,
    /// The text, in the best language.
    pub note: String,
}

/// What a resource list says about one of its members (RFC 4662).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Member {
    /// The list's address, as it was subscribed to.
    pub list: String,
    /// The name that the list has for the member.
    pub name: Option<String>,
    /// How the server's own subscription stands: `active`, `pending`, `terminated`, `unknown`; `removed` when the list
    /// does not name the member any more.
    pub state: &'static str,
    /// Why it ended: an RFC 6665 token.
    pub reason: Option<String>,
}

/// What a presentity says of itself beside what it does. All of it is the other side's word, and none of it is fetched.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct PersonDetails {
    /// The name that is suggested. Anybody can suggest any: it stands beside the address, never in its place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// Moods.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub mood: Vec<String>,
    /// Kinds of places the person is at.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub place: Vec<String>,
    /// What the place is like, for `audio`, `video` and `text`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub place_is: BTreeMap<String, String>,
    /// Kinds of communication that others there are unlikely to overhear.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub privacy: Vec<String>,
    /// Roles the person is in.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sphere: Vec<String>,
    /// Minutes that the person's clock is ahead of UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_offset_min: Option<i16>,
    /// A name for that offset.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// URIs by what is found there: `status_icon`, `icon`, `card`, `homepage`, `map`, `sound`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub links: BTreeMap<&'static str, String>,
}

/// One device or service of a presentity.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Device {
    /// The tuple's id.
    pub id: String,
    /// `open`, `closed`, or nothing known.
    pub basic: Option<&'static str>,
    /// How to reach it.
    pub contact: Option<String>,
    /// Its priority among the contacts, 0 to 1.
    pub priority: Option<f32>,
    /// Its note.
    pub note: Option<String>,
    /// When it said so (RFC 3339).
    pub timestamp: Option<String>,
    /// What part it had in `basic`: `decides`, `agrees`, `open-elsewhere`, `silent`; among the others `superseded`,
    /// `somebody-else`, `not-electronic`.
    pub why: &'static str,
    /// What `why` is about: the id of the newer device, who else it is, what other way it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why_about: Option<String>,
    /// The notifier (its remote tag) that tells of it, where several are merged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notifier: Option<String>,
    /// Whether nobody has used it for a while.
    #[serde(skip_serializing_if = "is_false")]
    pub idle: bool,
    /// Since when (RFC 3339), where that is told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub idle_since: Option<String>,
    /// Media it says it supports, such as `audio`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub media: Vec<&'static str>,
    /// How it was and will be; no part of how it is.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub timed_status: Vec<TimedStatus>,
}

/// How a device or service was or will be.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct TimedStatus {
    /// When that begins (RFC 3339).
    pub from: Option<String>,
    /// When it ends (RFC 3339); nothing when another word is awaited.
    pub until: Option<String>,
    /// `open`, `closed`, or nothing known.
    pub basic: Option<&'static str>,
    /// Every activity then, by its name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub activities: Vec<String>,
    /// The note in the best language.
    pub note: Option<String>,
}

impl Presence {
    /// What is shown of a presentity's document, whether or not it came from a subscription.
    pub fn of_document(resource: &str, shown: Shown) -> Self {
        Self {
            resource: resource.to_owned(),
            status: shown.status.token().to_owned(),
            basic: match shown.availability {
                Availability::Open => Some("open"),
                Availability::Closed => Some("closed"),
                Availability::Unknown => None,
            },
            note: shown.note.map(harmless),
            activities: all_harmless(shown.activities),
            devices: shown.devices.into_iter().map(device).collect(),
            why: match shown.reason {
                Reason::Nothing => None,
                Reason::OpenTuple(_) => Some("open"),
                Reason::ClosedTuple(_) => Some("closed"),
                Reason::Activity { .. } => Some("activity"),
                Reason::Idle => Some("idle"),
            },
            decided_by: None,
            note_by: None,
            notes: Vec::new(),
            idle: shown.idle != Idle::No,
            idle_since: shown.idle.since().map(|time| time.to_string()),
            preferred_contact: shown.preferred_contact.map(harmless),
            person: details(shown.person),
            others: shown.others.into_iter().map(device).collect(),
            member: None,
            notifiers: 0,
            stale: false,
            may_be_old: false,
        }
    }

    /// What is shown of several documents, and of each part which notifier said it. The notifiers are in the order of
    /// their documents.
    pub(super) fn of_notifiers(resource: &str, mut shown: Shown, notifiers: &[&str]) -> Self {
        let name = |origin: usize| Some(harmless((*notifiers.get(origin)?).to_owned()));
        let names = |devices: &[ShownDevice]| -> Vec<_> {
            devices.iter().map(|device| name(device.origin)).collect()
        };
        let (of_devices, of_others) = (names(&shown.devices), names(&shown.others));
        let notes = std::mem::take(&mut shown.notes).into_iter();
        let notes = notes.filter_map(|said| {
            Some(NotifierNote {
                notifier: name(said.origin)?,
                note: harmless(said.text),
            })
        });
        let mut merged = Self {
            decided_by: shown.decided_by.and_then(name),
            note_by: shown.noted_by.and_then(name),
            notes: notes.collect(),
            ..Self::of_document(resource, shown)
        };
        for (device, name) in merged.devices.iter_mut().zip(of_devices) {
            device.notifier = name;
        }
        for (device, name) in merged.others.iter_mut().zip(of_others) {
            device.notifier = name;
        }
        merged
    }

    /// Nothing is known of a presentity.
    pub(super) fn unknown(resource: &str) -> Self {
        Self {
            resource: resource.to_owned(),
            status: Status::Unknown.token().to_owned(),
            ..Self::default()
        }
    }
}

/// What is said of the person, when anything is.
fn details(person: ShownPerson) -> Option<Box<PersonDetails>> {
    if person == ShownPerson::default() {
        return None;
    }
    let links = [
        ("status_icon", person.status_icon),
        ("icon", person.icon),
        ("card", person.card),
        ("homepage", person.homepage),
        ("map", person.map),
        ("sound", person.sound),
    ];
    let (time_offset_min, time_zone) = person
        .time_offset
        .map_or((None, None), |o| (Some(o.minutes), o.description));
    let place_is = person.place_is.into_iter();
    Some(Box::new(PersonDetails {
        display_name: person.display_name.map(harmless),
        mood: all_harmless(person.moods),
        place: all_harmless(person.places),
        place_is: place_is
            .map(|is| (harmless(is.medium), harmless(is.value)))
            .collect(),
        privacy: all_harmless(person.privacy),
        sphere: all_harmless(person.spheres),
        time_offset_min,
        time_zone: time_zone.map(harmless),
        links: links
            .into_iter()
            .filter_map(|(name, uri)| Some((name, harmless(uri?))))
            .collect(),
    }))
}

fn device(device: ShownDevice) -> Device {
    Device {
        id: harmless(device.id),
        basic: device.basic.map(basic),
        contact: device.contact.map(harmless),
        priority: device
            .priority
            .map(|priority| f32::from(priority.thousandths()) / 1000.0),
        note: device.note.map(harmless),
        timestamp: device.timestamp.map(|time| time.to_string()),
        why: device.why.token(),
        notifier: None,
        why_about: match device.why {
            Why::Superseded(about) | Why::SomebodyElse(about) | Why::NotElectronic(about) => {
                Some(harmless(about))
            }
            Why::Decides | Why::Agrees | Why::OpenElsewhere | Why::Silent => None,
        },
        idle: device.idle != Idle::No,
        idle_since: device.idle.since().map(|time| time.to_string()),
        media: device.media,
        timed_status: device.timed.into_iter().map(timed_status).collect(),
    }
}

fn timed_status(timed: ShownTimed) -> TimedStatus {
    TimedStatus {
        from: timed.from.map(|time| time.to_string()),
        until: timed.until.map(|time| time.to_string()),
        basic: timed.basic.map(basic),
        activities: all_harmless(timed.activities),
        note: timed.note.map(harmless),
    }
}

fn basic(basic: Basic) -> &'static str {
    match basic {
        Basic::Open => "open",
        Basic::Closed => "closed",
    }
}

fn all_harmless(texts: Vec<String>) -> Vec<String> {
    texts.into_iter().map(harmless).collect()
}

/// What others write is shown to people (RB-009).
pub(super) fn harmless(text: String) -> String {
    match plain(&text) {
        Cow::Borrowed(_) => text,
        Cow::Owned(clean) => clean,
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands a reference to it"
)]
fn is_false(value: &bool) -> bool {
    !value
}
