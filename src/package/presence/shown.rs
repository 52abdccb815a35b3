//! What a person is shown of a presence document, as data.

use jiff::Timestamp;

use super::pidf::Basic;
use super::priority::Priority;
use super::rpid::{PlaceProperty, TimeOffset};
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
    /// Which of the documents decided it, counted from 0; `None` when no single one did.
    pub decided_by: Option<usize>,
    /// The comment, in the best language there is.
    pub note: Option<String>,
    /// Which of the documents the comment stands in.
    pub noted_by: Option<usize>,
    /// Where there are several documents: what each says of the person or of the presentity as a whole.
    pub notes: Vec<ShownNote>,
    /// What the person does, in document order; texts of `other` stand for themselves.
    pub activities: Vec<String>,
    /// What else is said of the person.
    pub person: ShownPerson,
    /// The presentity's own tuples, one per contact, in document order.
    pub devices: Vec<ShownDevice>,
    /// Tuples that have no say: those of somebody else, those that are no electronic way, and older occurrences of a
    /// tuple above.
    pub others: Vec<ShownDevice>,
    /// Contact of the open tuple that is preferred.
    pub preferred_contact: Option<String>,
    /// Whether the keyboard has not been touched for a while.
    pub idle: Idle,
    /// When something of the person begins or ends by itself, so that the document has to be looked at again.
    pub changes_at: Option<Timestamp>,
}

/// What is said of a person beside the activities. All of it is the other side's word.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ShownPerson {
    /// The name that is suggested, in the best language there is; never shown in place of the address.
    pub display_name: Option<String>,
    /// Moods.
    pub moods: Vec<String>,
    /// Kinds of places.
    pub places: Vec<String>,
    /// What the place is like.
    pub place_is: Vec<PlaceProperty>,
    /// Kinds of communication that others there are unlikely to overhear.
    pub privacy: Vec<String>,
    /// Roles.
    pub spheres: Vec<String>,
    /// How the person's clock differs from UTC.
    pub time_offset: Option<TimeOffset>,
    /// URI of an image of the status. Like those below it is not fetched.
    pub status_icon: Option<String>,
    /// URI of an image of the person.
    pub icon: Option<String>,
    /// URI of a business card.
    pub card: Option<String>,
    /// URI of a page about the person.
    pub homepage: Option<String>,
    /// URI of a map.
    pub map: Option<String>,
    /// URI of a sound.
    pub sound: Option<String>,
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

/// What part a tuple had in the availability.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// It decided: of all that are open the preferred one, or of all that are closed the newest.
    Decides,
    /// It says the same as the one that decided.
    Agrees,
    /// It is closed, but another one is open.
    OpenElsewhere,
    /// It says nothing about being open or closed.
    Silent,
    /// Another tuple with the same contact is newer; its id.
    Superseded(String),
    /// Somebody else answers there; who, such as `assistant`.
    SomebodyElse(String),
    /// One goes or writes there; what way it is, such as `postal`.
    NotElectronic(String),
}

/// One way to reach the presentity, as shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownDevice {
    /// Id of the tuple.
    pub id: String,
    /// Which of the documents tells of it, counted from 0.
    pub origin: usize,
    /// Whether it can be reached.
    pub basic: Option<Basic>,
    /// What part it had in the availability.
    pub why: Why,
    /// Its address.
    pub contact: Option<String>,
    /// How much it is preferred.
    pub priority: Option<Priority>,
    /// Its comment, in the best language there is.
    pub note: Option<String>,
    /// When it last changed.
    pub timestamp: Option<Timestamp>,
    /// Whether nobody has used it for a while, by its own word or that of the machine it runs on.
    pub idle: Idle,
    /// Media that it says it supports, by their names (RFC 5196).
    pub media: Vec<&'static str>,
    /// How it was and will be, in document order. It has no part in how it is.
    pub timed: Vec<ShownTimed>,
}

/// What one of several documents says for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownNote {
    /// Which of the documents, counted from 0.
    pub origin: usize,
    /// The text, in the best language there is.
    pub text: String,
}

/// A status of the past or the future.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownTimed {
    /// When it begins.
    pub from: Option<Timestamp>,
    /// When it ends; `None` when another word is awaited.
    pub until: Option<Timestamp>,
    /// Whether it can be reached then.
    pub basic: Option<Basic>,
    /// What the person does then; texts of `other` stand for themselves.
    pub activities: Vec<String>,
    /// The comment, in the best language there is.
    pub note: Option<String>,
}

impl Idle {
    /// Since when, where that is told.
    pub fn since(self) -> Option<Timestamp> {
        match self {
            Self::Since(since) => Some(since),
            Self::No | Self::Yes => None,
        }
    }
}
