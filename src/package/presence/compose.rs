//! What a person is shown of a document: one availability, one status, one note, and the reason for it.
//!
//! Availability comes from the tuples alone, what somebody does from the person alone; neither is guessed from the
//! other (RFC 4479 section 5). Only [`Status`] puts both into a single word.

use std::collections::HashMap;

use jiff::Timestamp;

use crate::package::address;

use super::pidf::{Basic, Contact, Document, Note, Person, Priority, Tuple};
use super::rpid::{Activity, Input, UserInput};
use super::status::Status;

/// Whether the presentity can be reached at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Availability {
    /// At least one tuple is open.
    Open,
    /// There are tuples, and all that say anything are closed.
    Closed,
    /// Nobody said.
    #[default]
    Unknown,
}

/// What is shown of a document.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Shown {
    /// Whether the presentity can be reached.
    pub availability: Availability,
    /// The one word for all of it.
    pub status: Status,
    /// What decided the status.
    pub reason: Reason,
    /// The comment, in the best language there is.
    pub note: Option<String>,
    /// What the person does, in document order; texts of `other` stand for themselves.
    pub activities: Vec<String>,
    /// The presentity's own tuples, one per contact, in document order.
    pub devices: Vec<ShownDevice>,
    /// Contact of the open tuple with the highest priority.
    pub preferred_contact: Option<String>,
    /// Whether the keyboard has not been touched for a while.
    pub idle: Idle,
    /// When one of the person's activities begins or ends by itself, so that the document has to be looked at again.
    pub changes_at: Option<Timestamp>,
}

/// Whether somebody is idle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Idle {
    /// Not idle, or nobody said.
    #[default]
    No,
    /// Idle, nobody said since when.
    Yes,
    /// Idle since a time.
    Since(Timestamp),
}

/// Why the status is what it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Reason {
    /// The document tells nothing.
    #[default]
    Nothing,
    /// This tuple is open, and nothing else was said.
    OpenTuple(String),
    /// Every tuple that says anything is closed; the newest of them.
    ClosedTuple(String),
    /// This activity of this person.
    Activity {
        /// Id of the person element; empty when a tuple said it.
        person: String,
        /// The activity.
        activity: String,
    },
    /// Nobody has touched the keyboard for a while.
    Idle,
}

/// One way to reach the presentity, as shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownDevice {
    /// Id of the tuple.
    pub id: String,
    /// Whether it can be reached.
    pub basic: Option<Basic>,
    /// Its address.
    pub contact: Option<String>,
    /// How much it is preferred.
    pub priority: Option<Priority>,
    /// Its comment, in the best language there is.
    pub note: Option<String>,
    /// When it last changed.
    pub timestamp: Option<Timestamp>,
}

/// Makes of a document what a person is shown.
///
/// `languages` are the user's, best first (BCP 47 tags); `now` decides which activities hold.
pub fn compose(document: &Document, languages: &[&str], now: Timestamp) -> Shown {
    let tuples = occurrences(document);
    let availability = availability(&tuples);
    let person = person(document);
    let activities = person.map_or_else(Vec::new, |person| current_activities(person, now));
    let idle = idle(person, &tuples);
    let preferred = preferred(&tuples);
    let (status, reason) = status(availability, person, &activities, idle != Idle::No, &tuples);
    Shown {
        availability,
        status,
        reason,
        note: note(document, person, preferred, &tuples, languages, now),
        activities: activities.iter().map(|a| a.label().to_owned()).collect(),
        devices: tuples
            .iter()
            .map(|tuple| device(tuple, languages))
            .collect(),
        preferred_contact: preferred
            .and_then(|t| t.contact.as_ref())
            .map(|c| c.uri.clone()),
        idle,
        changes_at: person.and_then(|person| next_bound(person, now)),
    }
}

/// The text in the user's language: an exact tag, a kin of it, a note without language, then any.
pub(super) fn choose<'n>(
    notes: impl IntoIterator<Item = &'n Note>,
    languages: &[&str],
) -> Option<&'n str> {
    let rank = |note: &Note| {
        let Some(language) = &note.language else {
            return languages.len() * 2;
        };
        let fit = languages.iter().enumerate().find_map(|(place, wanted)| {
            let exact = wanted.eq_ignore_ascii_case(language);
            (exact || primary(wanted).eq_ignore_ascii_case(primary(language)))
                .then_some(place * 2 + usize::from(!exact))
        });
        fit.unwrap_or(languages.len() * 2 + 1)
    };
    // The first of equals wins.
    notes
        .into_iter()
        .min_by_key(|note| rank(note))
        .map(|note| note.text.as_str())
}

fn primary(tag: &str) -> &str {
    tag.split('-').next().unwrap_or(tag)
}

/// The presentity's own tuples, of several with one contact the newest (RFC 4479 section 3.5).
fn occurrences(document: &Document) -> Vec<&Tuple> {
    let own = document
        .tuples
        .iter()
        .filter(|t| t.relationship.is_none() && t.service_class.is_none());
    let mut kept: Vec<&Tuple> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for tuple in own {
        let Some(contact) = &tuple.contact else {
            kept.push(tuple);
            continue;
        };
        let place = *places
            .entry(address::canonical(&contact.uri))
            .or_insert(kept.len());
        match kept.get_mut(place) {
            // `None` is older than any time; of equals the first wins: servers put the latest publication first.
            Some(held) if tuple.timestamp > held.timestamp => *held = tuple,
            Some(_) => {}
            None => kept.push(tuple),
        }
    }
    kept
}

fn availability(tuples: &[&Tuple]) -> Availability {
    let says = |basic| tuples.iter().any(|t| t.basic == Some(basic));
    if says(Basic::Open) {
        Availability::Open
    } else if says(Basic::Closed) {
        Availability::Closed
    } else {
        Availability::Unknown
    }
}

/// The newest person element; without any, what a tuple says about the person.
fn person(document: &Document) -> Option<&Person> {
    let newest = document.persons.iter().rev().max_by_key(|p| p.timestamp);
    newest.or_else(|| {
        let own = document.tuples.iter().filter(|t| t.relationship.is_none());
        own.filter(|t| t.person.is_some())
            .max_by_key(|t| t.timestamp)
            .and_then(|t| t.person.as_deref())
    })
}

fn current_activities(person: &Person, now: Timestamp) -> Vec<&Activity> {
    let current = person
        .activities
        .iter()
        .filter(|timed| timed.window.contains(now));
    current
        .flat_map(|timed| &timed.value)
        .filter(|a| a.known && a.name != "unknown")
        .collect()
}

/// The next time at which an activity begins or ends by itself.
fn next_bound(person: &Person, now: Timestamp) -> Option<Timestamp> {
    let windows = person.activities.iter().map(|timed| timed.window);
    let bounds = windows.flat_map(|window| [window.from, window.until]);
    bounds.flatten().filter(|bound| *bound > now).min()
}

/// Since when the presentity is idle. What is said of the person counts more than what is said of tuples, and
/// a single tuple in use means that somebody is there.
fn idle(person: Option<&Person>, tuples: &[&Tuple]) -> Idle {
    let read = |input: UserInput| match (input.input, input.last_input) {
        (Input::Active, _) => Idle::No,
        (Input::Idle, None) => Idle::Yes,
        (Input::Idle, Some(since)) => Idle::Since(since),
    };
    if let Some(input) = person.and_then(|p| p.user_input) {
        return read(input);
    }
    let usable = tuples.iter().filter(|t| t.basic != Some(Basic::Closed));
    let inputs: Vec<UserInput> = usable.filter_map(|t| t.user_input).collect();
    if inputs.iter().any(|i| i.input == Input::Active) {
        return Idle::No;
    }
    inputs.into_iter().map(read).max().unwrap_or_default()
}

fn preferred<'t>(tuples: &[&'t Tuple]) -> Option<&'t Tuple> {
    let priority = |tuple: &Tuple| tuple.contact.as_ref().and_then(|c: &Contact| c.priority);
    let open = tuples
        .iter()
        .filter(|t| t.basic == Some(Basic::Open) && t.contact.is_some());
    // The first of equals wins, and `max_by_key` would take the last.
    open.rev().max_by_key(|t| priority(t)).copied()
}

fn status(
    availability: Availability,
    person: Option<&Person>,
    activities: &[&Activity],
    idle: bool,
    tuples: &[&Tuple],
) -> (Status, Reason) {
    let newest = |basic| {
        let said = tuples.iter().filter(|t| t.basic == Some(basic));
        said.max_by_key(|t| t.timestamp)
            .map_or_else(String::new, |t| t.id.clone())
    };
    if availability == Availability::Closed {
        return (Status::Offline, Reason::ClosedTuple(newest(Basic::Closed)));
    }
    // The least reachable names the status, the first of equals wins.
    let worst = activities
        .iter()
        .rev()
        .map(|a| (Status::of_activity(a), a))
        .max_by_key(|(s, _)| s.distance());
    if let Some((status, activity)) = worst {
        let person = person.map_or_else(String::new, |p| p.id.clone());
        return (
            status,
            Reason::Activity {
                person,
                activity: activity.label().to_owned(),
            },
        );
    }
    if idle {
        return (Status::Away, Reason::Idle);
    }
    match availability {
        Availability::Open => (Status::Available, Reason::OpenTuple(newest(Basic::Open))),
        _ => (Status::Unknown, Reason::Nothing),
    }
}

fn note(
    document: &Document,
    person: Option<&Person>,
    preferred: Option<&Tuple>,
    tuples: &[&Tuple],
    languages: &[&str],
    now: Timestamp,
) -> Option<String> {
    let of_person = person.and_then(|person| {
        let current = person
            .activities
            .iter()
            .filter(|timed| timed.window.contains(now));
        choose(&person.notes, languages)
            .or_else(|| choose(current.flat_map(|timed| &timed.notes), languages))
    });
    let of_presence = || choose(&document.notes, languages);
    // Simple notifiers have nothing but a tuple's note.
    let of_tuple = || {
        let open = tuples.iter().filter(|t| t.basic == Some(Basic::Open));
        let candidates = preferred
            .into_iter()
            .chain(open.copied())
            .chain(tuples.iter().copied());
        candidates
            .into_iter()
            .find_map(|t| choose(&t.notes, languages))
    };
    of_person
        .or_else(of_presence)
        .or_else(of_tuple)
        .map(str::to_owned)
}

fn device(tuple: &Tuple, languages: &[&str]) -> ShownDevice {
    ShownDevice {
        id: tuple.id.clone(),
        basic: tuple.basic,
        contact: tuple.contact.as_ref().map(|c| c.uri.clone()),
        priority: tuple.contact.as_ref().and_then(|c| c.priority),
        note: choose(&tuple.notes, languages).map(str::to_owned),
        timestamp: tuple.timestamp,
    }
}
