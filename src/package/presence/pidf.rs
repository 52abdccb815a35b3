//! PIDF (RFC 3863) and the data model (RFC 4479): a document as data.

use jiff::Timestamp;

use crate::package::body::wrong_root;
use crate::package::remark::NOT_UNDERSTOOD;
use crate::package::{Body, BodyError, Remarks, limits, time};
use crate::xml::Element;

use super::rpid::{self, Activity, Timed, UserInput, demands_more, is_rpid};
use super::{CONTENT_TYPE, DATA_MODEL, PIDF};

/// A presence document.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Document {
    /// Whom it is about; may differ in scheme from the address subscribed to.
    pub entity: String,
    /// Ways to reach the presentity.
    pub tuples: Vec<Tuple>,
    /// The person behind them; several mean that the sources disagree.
    pub persons: Vec<Person>,
    /// The machines the tuples run on.
    pub devices: Vec<Device>,
    /// Comments on the presentity.
    pub notes: Vec<Note>,
    /// What was wrong or not understood, in document order; at most [`limits::REMARKS`].
    pub remarks: Remarks,
}

/// One way to reach the presentity (RFC 3863 section 4.1.2).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tuple {
    /// Key between documents of one presentity; empty when the notifier left it out.
    pub id: String,
    /// Whether it can be reached there; `None` says nothing.
    pub basic: Option<Basic>,
    /// Address for reaching it.
    pub contact: Option<Contact>,
    /// Comments.
    pub notes: Vec<Note>,
    /// When this tuple last changed.
    pub timestamp: Option<Timestamp>,
    /// Device it runs on, a URN (RFC 4479 section 3.4).
    pub device: Option<String>,
    /// Who answers there, when not the presentity itself (RFC 4480 section 3.9).
    pub relationship: Option<String>,
    /// How one is reached there, when not electronically (RFC 4480 section 3.10).
    pub service_class: Option<String>,
    /// When it was last used.
    pub user_input: Option<UserInput>,
    /// What the tuple says about the person: written there by old notifiers.
    pub person: Option<Box<Person>>,
}

/// Whether a tuple can be reached (RFC 3863 section 4.1.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Basic {
    /// Ready for communication.
    Open,
    /// Not ready.
    Closed,
}

/// An address with its preference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// The address, a URI.
    pub uri: String,
    /// How much it is preferred; `None` is lowest.
    pub priority: Option<Priority>,
}

/// A contact's priority in thousandths, 0 to 1000 (RFC 3863 section 4.1.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Priority(u16);

/// A comment for people (RFC 3863 section 4.1.6).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The text.
    pub text: String,
    /// Its language tag, inherited where it has none of its own.
    pub language: Option<String>,
}

/// The person behind the tuples (RFC 4479 section 3.2).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Person {
    /// Key between documents.
    pub id: String,
    /// What the person does.
    pub activities: Vec<Timed<Vec<Activity>>>,
    /// Moods.
    pub moods: Vec<Timed<Vec<String>>>,
    /// Kinds of places the person is at.
    pub place_types: Vec<Timed<Vec<String>>>,
    /// What the place is like.
    pub place_is: Vec<Timed<Vec<String>>>,
    /// What others there could overhear.
    pub privacy: Vec<Timed<Vec<String>>>,
    /// Roles the person is in, such as `work`.
    pub spheres: Vec<Timed<Vec<String>>>,
    /// Minutes that the person's clock is ahead of UTC.
    pub time_offset: Option<i32>,
    /// Whether the person has been active lately.
    pub user_input: Option<UserInput>,
    /// Comments.
    pub notes: Vec<Note>,
    /// When this last changed.
    pub timestamp: Option<Timestamp>,
}

/// A machine (RFC 4479 section 3.4). Its state says nothing about the tuples'.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Device {
    /// Key between documents.
    pub id: String,
    /// The URN by which tuples name it.
    pub device: Option<String>,
    /// Whether it has been used lately.
    pub user_input: Option<UserInput>,
    /// Comments.
    pub notes: Vec<Note>,
    /// When this last changed.
    pub timestamp: Option<Timestamp>,
}

impl Document {
    /// Reads a body.
    ///
    /// # Errors
    /// [`BodyError`] for a foreign type, XML that is not well-formed or over a limit, or another root element. What
    /// breaks the schema only is used as far as it can be read.
    pub fn parse(body: &Body<'_>) -> Result<Self, BodyError> {
        let xml = body.xml(CONTENT_TYPE)?;
        let root = xml.root();
        if !root.is(PIDF, "presence") {
            return Err(wrong_root("presence", root));
        }
        let language = body.language();
        let mut document = Self {
            entity: root
                .attribute("entity")
                .unwrap_or_default()
                .trim()
                .to_owned(),
            notes: notes(root, language),
            ..Self::default()
        };
        for child in root.children() {
            match (child.namespace(), child.name()) {
                (PIDF, "tuple") => {
                    let tuple = document.tuple(child, language);
                    document.tuples.push(tuple);
                }
                (PIDF, "note") => {}
                (DATA_MODEL | OLD_PERSON, "person" | "device") if demands_more(child) => {
                    document
                        .remarks
                        .ignore(child, MUST_BE_UNDERSTOOD, "RFC 3863 §4.2.3");
                }
                (DATA_MODEL | OLD_PERSON, "person") => {
                    document.persons.push(person(child, language));
                }
                (DATA_MODEL, "device") => document.devices.push(device(child, language)),
                _ => document
                    .remarks
                    .ignore(child, NOT_UNDERSTOOD, "RFC 3863 §4.2.3"),
            }
        }
        Ok(document)
    }

    fn tuple(&mut self, element: Element<'_>, language: Option<&str>) -> Tuple {
        let mut tuple = Tuple {
            id: element.attribute("id").unwrap_or_default().to_owned(),
            notes: notes(element, language),
            ..Tuple::default()
        };
        let mut loose = Person::default();
        for child in element.children() {
            match (child.namespace(), child.name()) {
                (PIDF, "status") => {
                    for inner in child.children() {
                        if inner.is(PIDF, "basic") {
                            tuple.basic = self.basic(inner);
                        } else if !self.loose_person(&mut loose, inner, language) {
                            self.remarks
                                .ignore(inner, NOT_UNDERSTOOD, "RFC 3863 §4.2.3");
                        }
                    }
                }
                (PIDF, "contact") => tuple.contact = self.contact(child),
                (PIDF, "note") => {}
                (PIDF, "timestamp") => tuple.timestamp = self.timestamp(child),
                (DATA_MODEL, "deviceID") => {
                    tuple.device = Some(child.trimmed().to_owned()).filter(|d| !d.is_empty());
                }
                _ if demands_more(child) => {
                    self.remarks
                        .ignore(child, MUST_BE_UNDERSTOOD, "RFC 3863 §4.2.3");
                }
                _ if is_rpid(child, "relationship") => {
                    tuple.relationship = word(child).filter(|w| w != "self");
                }
                _ if is_rpid(child, "service-class") => {
                    tuple.service_class = word(child).filter(|w| w != "electronic");
                }
                _ if is_rpid(child, "user-input") => tuple.user_input = rpid::user_input(child),
                // Read where the standard allows it, and shown nowhere.
                _ if is_rpid(child, "class")
                    || is_rpid(child, "privacy")
                    || is_rpid(child, "status-icon") => {}
                _ if self.loose_person(&mut loose, child, language) => {}
                _ => self
                    .remarks
                    .ignore(child, NOT_UNDERSTOOD, "RFC 3863 §4.2.3"),
            }
        }
        tuple.person = (loose != Person::default()).then(|| Box::new(loose));
        tuple
    }

    /// Takes what old notifiers say about the person inside a tuple or its status.
    fn loose_person(
        &mut self,
        person: &mut Person,
        element: Element<'_>,
        language: Option<&str>,
    ) -> bool {
        if demands_more(element) {
            self.remarks
                .ignore(element, MUST_BE_UNDERSTOOD, "RFC 3863 §4.2.3");
            return true;
        }
        person.take(element, language)
    }

    fn basic(&mut self, element: Element<'_>) -> Option<Basic> {
        match element.trimmed() {
            "open" => Some(Basic::Open),
            "closed" => Some(Basic::Closed),
            other => {
                let shown: String = other.chars().take(40).collect();
                self.remarks.warn(
                    element,
                    &format!("'{shown}' is neither 'open' nor 'closed' and tells nothing"),
                    "RFC 3863 §4.1.4",
                );
                None
            }
        }
    }

    fn contact(&mut self, element: Element<'_>) -> Option<Contact> {
        let uri = element.trimmed();
        if uri.is_empty() {
            return None;
        }
        let written = element.attribute("priority");
        let priority = written.and_then(Priority::parse);
        if priority.is_none() && written.is_some() {
            self.remarks.warn(
                element,
                "the priority is not a number from 0 to 1 with three decimals; taken as missing",
                "RFC 3863 §4.1.5",
            );
        }
        Some(Contact {
            uri: uri.to_owned(),
            priority,
        })
    }

    fn timestamp(&mut self, element: Element<'_>) -> Option<Timestamp> {
        let read = time::read(element.text());
        if read.is_none() {
            self.remarks.warn(
                element,
                "the timestamp is not an RFC 3339 time; taken as missing",
                "RFC 3863 §4.1.7",
            );
        }
        read
    }
}

impl Person {
    /// Takes over one child element; false when it is none of a person's.
    fn take(&mut self, child: Element<'_>, language: Option<&str>) -> bool {
        if is_rpid(child, "activities") {
            self.activities.push(rpid::activities(child, language));
        } else if is_rpid(child, "mood") {
            self.moods.push(rpid::words(child, language));
        } else if is_rpid(child, "place-type") {
            self.place_types.push(rpid::words(child, language));
        } else if is_rpid(child, "place-is") {
            self.place_is.push(rpid::words(child, language));
        } else if is_rpid(child, "privacy") {
            self.privacy.push(rpid::words(child, language));
        } else if is_rpid(child, "sphere") {
            self.spheres.push(rpid::words(child, language));
        } else if is_rpid(child, "time-offset") {
            self.time_offset = child.trimmed().parse().ok();
        } else if is_rpid(child, "user-input") {
            self.user_input = rpid::user_input(child);
        } else {
            return false;
        }
        true
    }
}

impl Priority {
    /// Reads `0` to `1` with at most three decimals.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
        if decimals.len() > 3 || !decimals.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let thousandths: u16 = format!("{decimals:0<3}").parse().ok()?;
        match whole {
            "0" => Some(Self(thousandths)),
            "1" if thousandths == 0 => Some(Self(1000)),
            _ => None,
        }
    }

    /// Thousandths, 0 to 1000.
    pub fn thousandths(self) -> u16 {
        self.0
    }
}

/// Notes directly inside an element, in the namespaces that have them.
pub(super) fn notes(element: Element<'_>, language: Option<&str>) -> Vec<Note> {
    let is_note = |child: &Element<'_>| {
        child.name() == "note"
            && (matches!(child.namespace(), PIDF | DATA_MODEL | OLD_PERSON)
                || is_rpid(*child, "note"))
    };
    let kept = element.children().filter(is_note).take(limits::NOTES);
    let read = kept.map(|note| Note {
        text: note.trimmed().to_owned(),
        language: note.language().or(language).map(str::to_owned),
    });
    read.filter(|note| !note.text.is_empty()).collect()
}

/// The name of the one child element, or the text of `other`.
fn word(element: Element<'_>) -> Option<String> {
    let child = element.children().find(|c| c.name() != "note");
    let word = match child {
        Some(child) if child.name() == "other" && !child.trimmed().is_empty() => child.trimmed(),
        Some(child) => child.name(),
        None => element.trimmed(),
    };
    Some(word.to_owned()).filter(|w| !w.is_empty())
}

fn person(element: Element<'_>, language: Option<&str>) -> Person {
    let mut person = Person {
        id: element.attribute("id").unwrap_or_default().to_owned(),
        notes: notes(element, language),
        ..Person::default()
    };
    for child in element.children() {
        match (child.namespace(), child.name()) {
            (DATA_MODEL | PIDF, "timestamp") => person.timestamp = time::read(child.text()),
            // Drafts put a person's elements into a status.
            (_, "status") => {
                for inner in child.children() {
                    person.take(inner, language);
                }
            }
            _ => {
                person.take(child, language);
            }
        }
    }
    person
}

fn device(element: Element<'_>, language: Option<&str>) -> Device {
    let mut device = Device {
        id: element.attribute("id").unwrap_or_default().to_owned(),
        notes: notes(element, language),
        ..Device::default()
    };
    for child in element.children() {
        match (child.namespace(), child.name()) {
            (DATA_MODEL, "deviceID") => {
                device.device = Some(child.trimmed().to_owned()).filter(|d| !d.is_empty());
            }
            (DATA_MODEL | PIDF, "timestamp") => device.timestamp = time::read(child.text()),
            _ if is_rpid(child, "user-input") => device.user_input = rpid::user_input(child),
            _ => {}
        }
    }
    device
}

/// What is said of an extension that is left out as a whole.
const MUST_BE_UNDERSTOOD: &str = "ignored: it holds something unknown that must be understood";
/// Namespace of a draft of the data model.
const OLD_PERSON: &str = "urn:ietf:params:xml:ns:pidf:person";
