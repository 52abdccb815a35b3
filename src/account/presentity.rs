//! What is reported of a presentity, in the shape of the command line's JSON lines.
//!
//! What is not said is left out of the line, apart from the fields that have been there from the beginning.

use std::borrow::Cow;
use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;

use super::plain::plain;
use crate::package::presence::{
    self, Availability, Idle, Reason, Shown, ShownDevice, ShownPerson, ShownTimed, Status, Why,
};

/// The state shown for a presentity. There is one for each buddy for as long as the account runs, so that what few of them
/// have stands in boxes.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Presence {
    /// The presentity's address.
    pub resource: Box<str>,
    /// The status by its stable name.
    pub status: Box<str>,
    /// `open`, `closed`, or nothing known.
    pub basic: Option<Basic>,
    /// The note in the best language.
    pub note: Option<Box<str>>,
    /// Every activity, by its name.
    pub activities: Box<[Box<str>]>,
    /// What each device or service says.
    pub devices: Box<[Device]>,
    /// What decided the status; nothing while it is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<Decider>,
    /// Who said what, where several notifiers are merged.
    #[serde(flatten)]
    pub merged: Option<Box<Merged>>,
    /// Whether nobody has touched the keyboard for a while.
    #[serde(skip_serializing_if = "is_false")]
    pub idle: bool,
    /// Since when (RFC 3339), where that is told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub idle_since: Option<Box<str>>,
    /// The address that the presentity prefers to be reached at now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preferred_contact: Option<Box<str>>,
    /// What else is said of the person.
    #[serde(flatten)]
    pub person: Option<Box<PersonDetails>>,
    /// Devices and services that have no part in the status, and why.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub others: Box<[Device]>,
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

/// Whether somebody or something can be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Basic {
    /// Ready for communication.
    Open,
    /// Not ready.
    Closed,
}

/// What decided the status of a presentity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Decider {
    /// What the person does.
    Activity,
    /// Nobody has touched the keyboard for a while.
    Idle,
    /// A device or service is open, and nothing else was said.
    Open,
    /// All that say anything are closed.
    Closed,
}

/// What part a device or service has in the presentity's state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// It decided.
    Decides,
    /// It says the same as the one that decided.
    Agrees,
    /// It is closed, but another one is open.
    OpenElsewhere,
    /// It says nothing about being open or closed.
    #[default]
    Silent,
    /// Another one with the same contact is newer.
    Superseded,
    /// Somebody else answers there.
    SomebodyElse,
    /// One goes or writes there.
    NotElectronic,
}

/// Who said what of a presentity, where several notifiers are merged. Each is named by its remote tag.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Merged {
    /// The notifier whose word decided the status.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decided_by: Option<Box<str>>,
    /// The notifier whose note it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note_by: Option<Box<str>>,
    /// What each notifier says of the person or the whole.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<NotifierNote>,
}

/// What one of several merged notifiers says for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NotifierNote {
    /// The notifier (its remote tag).
    pub notifier: Box<str>,
    /// The text, in the best language.
    pub note: Box<str>,
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
    pub display_name: Option<Box<str>>,
    /// Moods.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub mood: Vec<Box<str>>,
    /// Kinds of places the person is at.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub place: Vec<Box<str>>,
    /// What the place is like, for `audio`, `video` and `text`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub place_is: BTreeMap<Box<str>, Box<str>>,
    /// Kinds of communication that others there are unlikely to overhear.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub privacy: Vec<Box<str>>,
    /// Roles the person is in.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sphere: Vec<Box<str>>,
    /// Minutes that the person's clock is ahead of UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_offset_min: Option<i16>,
    /// A name for that offset.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<Box<str>>,
    /// URIs by what is found there: `status_icon`, `icon`, `card`, `homepage`, `map`, `sound`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub links: BTreeMap<&'static str, Box<str>>,
}

/// One device or service of a presentity.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Device {
    /// The tuple's id.
    pub id: Box<str>,
    /// `open`, `closed`, or nothing known.
    pub basic: Option<Basic>,
    /// How to reach it.
    pub contact: Option<Box<str>>,
    /// Its priority among the contacts, 0 to 1.
    pub priority: Option<f32>,
    /// Its note.
    pub note: Option<Box<str>>,
    /// When it said so (RFC 3339).
    pub timestamp: Option<Box<str>>,
    /// What part it had in the presentity's `basic`, or why it had none.
    pub why: Role,
    /// What else is said of it.
    #[serde(flatten)]
    pub details: Option<Box<DeviceDetails>>,
}

/// What few devices and services have.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct DeviceDetails {
    /// What `why` is about: the id of the newer device, who else it is, what other way it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why_about: Option<Box<str>>,
    /// The notifier (its remote tag) that tells of it, where several are merged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notifier: Option<Box<str>>,
    /// Whether nobody has used it for a while.
    #[serde(skip_serializing_if = "is_false")]
    pub idle: bool,
    /// Since when (RFC 3339), where that is told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub idle_since: Option<Box<str>>,
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
    pub from: Option<Box<str>>,
    /// When it ends (RFC 3339); nothing when another word is awaited.
    pub until: Option<Box<str>>,
    /// `open`, `closed`, or nothing known.
    pub basic: Option<Basic>,
    /// Every activity then, by its name.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub activities: Box<[Box<str>]>,
    /// The note in the best language.
    pub note: Option<Box<str>>,
}

impl Presence {
    /// What is shown of a presentity's document, whether or not it came from a subscription.
    pub fn of_document(resource: &str, shown: Shown) -> Self {
        Self {
            resource: resource.into(),
            status: shown.status.token().into(),
            basic: match shown.availability {
                Availability::Open => Some(Basic::Open),
                Availability::Closed => Some(Basic::Closed),
                Availability::Unknown => None,
            },
            note: shown.note.map(harmless),
            activities: all_harmless(shown.activities).collect(),
            devices: shown.devices.into_iter().map(device).collect(),
            why: match shown.reason {
                Reason::Nothing => None,
                Reason::OpenTuple(_) => Some(Decider::Open),
                Reason::ClosedTuple(_) => Some(Decider::Closed),
                Reason::Activity { .. } => Some(Decider::Activity),
                Reason::Idle => Some(Decider::Idle),
            },
            merged: None,
            idle: shown.idle != Idle::No,
            idle_since: shown.idle.since().map(written),
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
        let merged = Merged {
            decided_by: shown.decided_by.and_then(name),
            note_by: shown.noted_by.and_then(name),
            notes: notes.collect(),
        };
        let mut all = Self {
            merged: (merged != Merged::default()).then(|| Box::new(merged)),
            ..Self::of_document(resource, shown)
        };
        let devices = all.devices.iter_mut().zip(of_devices);
        for (device, name) in devices.chain(all.others.iter_mut().zip(of_others)) {
            device.details.get_or_insert_default().notifier = name;
        }
        all
    }

    /// Nothing is known of a presentity.
    pub(super) fn unknown(resource: &str) -> Self {
        Self {
            resource: resource.into(),
            status: Status::Unknown.token().into(),
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
        mood: all_harmless(person.moods).collect(),
        place: all_harmless(person.places).collect(),
        place_is: place_is
            .map(|is| (harmless(is.medium), harmless(is.value)))
            .collect(),
        privacy: all_harmless(person.privacy).collect(),
        sphere: all_harmless(person.spheres).collect(),
        time_offset_min,
        time_zone: time_zone.map(harmless),
        links: links
            .into_iter()
            .filter_map(|(name, uri)| Some((name, harmless(uri?))))
            .collect(),
    }))
}

fn device(device: ShownDevice) -> Device {
    let (why, why_about) = role(device.why);
    let details = DeviceDetails {
        notifier: None,
        why_about: why_about.map(harmless),
        idle: device.idle != Idle::No,
        idle_since: device.idle.since().map(written),
        media: device.media,
        timed_status: device.timed.into_iter().map(timed_status).collect(),
    };
    Device {
        id: harmless(device.id),
        basic: device.basic.map(basic),
        contact: device.contact.map(harmless),
        priority: device
            .priority
            .map(|priority| f32::from(priority.thousandths()) / 1000.0),
        note: device.note.map(harmless),
        timestamp: device.timestamp.map(written),
        why,
        details: (details != DeviceDetails::default()).then(|| Box::new(details)),
    }
}

fn timed_status(timed: ShownTimed) -> TimedStatus {
    TimedStatus {
        from: timed.from.map(written),
        until: timed.until.map(written),
        basic: timed.basic.map(basic),
        activities: all_harmless(timed.activities).collect(),
        note: timed.note.map(harmless),
    }
}

fn basic(basic: presence::Basic) -> Basic {
    match basic {
        presence::Basic::Open => Basic::Open,
        presence::Basic::Closed => Basic::Closed,
    }
}

/// The part of a device, and what that is about.
fn role(why: Why) -> (Role, Option<String>) {
    match why {
        Why::Decides => (Role::Decides, None),
        Why::Agrees => (Role::Agrees, None),
        Why::OpenElsewhere => (Role::OpenElsewhere, None),
        Why::Silent => (Role::Silent, None),
        Why::Superseded(newer) => (Role::Superseded, Some(newer)),
        Why::SomebodyElse(who) => (Role::SomebodyElse, Some(who)),
        Why::NotElectronic(way) => (Role::NotElectronic, Some(way)),
    }
}

fn all_harmless(texts: Vec<String>) -> impl Iterator<Item = Box<str>> {
    texts.into_iter().map(harmless)
}

/// What others write is shown to people (RB-009).
fn harmless(text: String) -> Box<str> {
    match plain(&text) {
        Cow::Borrowed(_) => text,
        Cow::Owned(clean) => clean,
    }
    .into()
}

/// A time as RFC 3339 writes it.
fn written(time: Timestamp) -> Box<str> {
    time.to_string().into()
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands a reference to it"
)]
fn is_false(value: &bool) -> bool {
    !value
}
