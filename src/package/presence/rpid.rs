//! RPID (RFC 4480): what a person does, and since when nobody has touched the keyboard.

use jiff::Timestamp;

use crate::package::{limits, time};
use crate::xml::Element;

use super::pidf::{Note, notes};
use super::{DATA_MODEL, PIDF, RPID};

/// The time in which an element holds (RFC 4480 section 3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Window {
    /// Not before.
    pub from: Option<Timestamp>,
    /// Not at or after.
    pub until: Option<Timestamp>,
}

/// A value with its time.
#[derive(Debug, Clone, PartialEq, Eq)]
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
    pub name: String,
    /// Text of `other`.
    pub text: Option<String>,
    /// Whether the element is in RPID's own vocabulary; others are kept, but mean nothing here.
    pub known: bool,
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

    fn of(element: Element<'_>) -> Self {
        let read = |name| element.attribute(name).and_then(time::read);
        Self {
            from: read("from"),
            until: read("until"),
        }
    }
}

impl Activity {
    /// What is shown: the name, or the text of `other` when it has one.
    pub fn label(&self) -> &str {
        self.text.as_deref().unwrap_or(&self.name)
    }
}

/// Whether an element is RPID's, drafts of it included: old notifiers still write them.
pub(super) fn is_rpid(element: Element<'_>, name: &str) -> bool {
    element.name() == name && is_rpid_namespace(element.namespace())
}

/// Whether a name is one of RPID's activities.
pub(super) fn is_activity(name: &str) -> bool {
    VOCABULARY.contains(&name)
}

/// Activities in an element, with what is not understood kept and marked.
pub(super) fn activities(element: Element<'_>, language: Option<&str>) -> Timed<Vec<Activity>> {
    let mut value = Vec::new();
    for child in element.children().take(limits::ACTIVITIES) {
        let rpid = is_rpid_namespace(child.namespace());
        if child.name() == "note" && (rpid || child.namespace() == PIDF) {
            continue;
        }
        let text = Some(child.trimmed()).filter(|text| !text.is_empty());
        let activity = match (child.name(), text) {
            // Drafts wrote the name as text.
            ("activity", Some(text)) if rpid => Activity {
                name: text.to_owned(),
                text: None,
                known: is_activity(text),
            },
            ("other", text) => Activity {
                name: "other".into(),
                text: text.map(str::to_owned),
                known: rpid,
            },
            (name, _) => Activity {
                name: name.to_owned(),
                text: None,
                known: rpid && is_activity(name),
            },
        };
        value.push(activity);
    }
    Timed {
        window: Window::of(element),
        value,
        notes: notes(element, language),
    }
}

/// Names of the child elements, or the text when there are none: mood, place-type, place-is, privacy, sphere.
pub(super) fn words(element: Element<'_>, language: Option<&str>) -> Timed<Vec<String>> {
    let mut value: Vec<String> = Vec::new();
    for child in element
        .children()
        .take(limits::ACTIVITIES)
        .filter(|c| c.name() != "note")
    {
        let text = child.trimmed();
        value.push(
            if child.name() == "other" && !text.is_empty() {
                text
            } else {
                child.name()
            }
            .to_owned(),
        );
    }
    if value.is_empty() && !element.trimmed().is_empty() {
        value.push(element.trimmed().to_owned());
    }
    Timed {
        window: Window::of(element),
        value,
        notes: notes(element, language),
    }
}

/// Reads `user-input`; a word that is neither `active` nor `idle` tells nothing.
pub(super) fn user_input(element: Element<'_>) -> Option<UserInput> {
    let input = match element.trimmed() {
        "active" => Input::Active,
        "idle" => Input::Idle,
        _ => return None,
    };
    // RFC 5025 section 3.3.2.12 calls the attribute `since`.
    let last_input = element
        .attribute("last-input")
        .or_else(|| element.attribute("since"))
        .and_then(time::read);
    let idle_threshold = element
        .attribute("idle-threshold")
        .and_then(|t| t.trim().parse().ok());
    Some(UserInput {
        input,
        last_input,
        idle_threshold,
    })
}

/// Whether an extension holds something unknown that must be understood, so that it is unusable as a whole
/// (RFC 3863 section 4.2.3). What lies inside an element that is ignored anyway has no say.
pub(super) fn demands_more(extension: Element<'_>) -> bool {
    extension.children().any(|child| {
        if is_understood(child) {
            return demands_more(child);
        }
        let mandatory = child
            .attribute_in(PIDF, "mustUnderstand")
            .and_then(crate::xml::boolean);
        mandatory == Some(true)
    })
}

fn is_understood(element: Element<'_>) -> bool {
    matches!(element.namespace(), PIDF | DATA_MODEL) || is_rpid_namespace(element.namespace())
}

fn is_rpid_namespace(namespace: &str) -> bool {
    namespace.starts_with(RPID) || namespace == OLD_STATUS
}

/// RPID's namespace for children of `status`, in a draft.
const OLD_STATUS: &str = "urn:ietf:params:xml:ns:pidf:status:rpid";

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
