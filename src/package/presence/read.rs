//! Reads a presence document element by element, and notes what is left out and what is wrong.

use jiff::Timestamp;

use crate::package::remark::NOT_UNDERSTOOD;
use crate::package::{Remarks, limits, time};
use crate::xml::Element;

use super::capabilities::ServiceCapabilities;
use super::cipid::Cipid;
use super::data_model::{Device, Person};
use super::namespace::Space;
use super::pidf::{Basic, Contact, Document, Note, Tuple};
use super::priority::Priority;
use super::rpid::{self, UserInput, Window, push};
use super::timed_status::{self, TimedStatus};
use super::vocabulary::{is_mandatory, unmet};

/// What is known around the elements of one document.
#[derive(Debug, Default)]
pub(super) struct Reader<'b> {
    /// The language of texts that name none.
    pub(super) language: Option<&'b str>,
    /// What was left out or is wrong so far.
    pub(super) remarks: Remarks,
}

impl Reader<'_> {
    /// Reads a `presence`.
    pub(super) fn document(mut self, root: Element<'_>) -> Document {
        let mut document = Document {
            entity: root
                .attribute("entity")
                .unwrap_or_default()
                .trim()
                .to_owned(),
            ..Document::default()
        };
        if document.entity.is_empty() {
            let message = "does not say whom it is about";
            self.remarks.warn(root, message, "RFC 3863 §4.1.1");
        }
        for child in root.children() {
            match (Space::of(child), child.name()) {
                (Space::Pidf, "tuple") => {
                    if self.is_within(child, document.tuples.len(), limits::TUPLES) {
                        let tuple = self.tuple(child);
                        let id = &tuple.id;
                        if document
                            .tuples
                            .iter()
                            .any(|t| !id.is_empty() && t.id == *id)
                        {
                            let message = "another tuple has the same id";
                            self.remarks.warn(child, message, "RFC 3863 §4.1.2");
                        }
                        document.tuples.push(tuple);
                    }
                }
                (Space::Pidf, "note") => self.note(child, &mut document.notes),
                (Space::DataModel, "person" | "device") if self.is_spoilt(child) => {}
                (Space::DataModel, "person") => {
                    if self.is_within(child, document.persons.len(), limits::TUPLES) {
                        let person = Person::read(&mut self, child);
                        document.persons.push(person);
                    }
                }
                (Space::DataModel, "device") => {
                    if self.is_within(child, document.devices.len(), limits::TUPLES) {
                        let device = Device::read(&mut self, child);
                        document.devices.push(device);
                    }
                }
                _ => self.not_understood(child),
            }
        }
        document.remarks = self.remarks;
        document
    }

    /// Takes a comment, with its language.
    pub(super) fn note(&self, element: Element<'_>, into: &mut Vec<Note>) {
        let text = element.trimmed();
        if !text.is_empty() && into.len() < limits::NOTES {
            let language = element.language().or(self.language);
            into.push(Note {
                text: text.to_owned(),
                language: language.map(str::to_owned),
            });
        }
    }

    /// The id of an element that must have one.
    pub(super) fn id(&mut self, element: Element<'_>, source: &'static str) -> String {
        let id = element.attribute("id").map(str::trim);
        let id = id.filter(|id| !id.is_empty());
        if id.is_none() {
            self.remarks.warn(element, "has no id", source);
        }
        id.unwrap_or_default().to_owned()
    }

    /// When an element holds.
    pub(super) fn window(&mut self, element: Element<'_>) -> Window {
        let mut read = |name| {
            let written = element.attribute(name)?;
            let read = time::read(written);
            if read.is_none() {
                let message = "the beginning or end is not an RFC 3339 time; taken as missing";
                self.remarks.warn(element, message, "RFC 4480 §3.1");
            }
            read
        };
        let window = Window {
            from: read("from"),
            until: read("until"),
        };
        if let (Some(from), Some(until)) = (window.from, window.until)
            && until <= from
        {
            let message = "ends before it begins, and never holds";
            self.remarks.warn(element, message, "RFC 4480 §3.1");
        }
        window
    }

    /// A `basic`.
    pub(super) fn basic(&mut self, element: Element<'_>) -> Option<Basic> {
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

    /// A `timestamp`.
    pub(super) fn timestamp(&mut self, element: Element<'_>) -> Option<Timestamp> {
        let read = time::read(element.text());
        if read.is_none() {
            let message = "the timestamp is not an RFC 3339 time; taken as missing";
            self.remarks.warn(element, message, "RFC 3863 §4.1.7");
        }
        read
    }

    /// A URI that is an element's text; nothing is fetched.
    pub(super) fn uri(&mut self, element: Element<'_>, source: &'static str) -> Option<String> {
        let uri = element.trimmed();
        if uri.is_empty() {
            return None;
        }
        if uri.len() > limits::URI_BYTES {
            self.remarks.warn(element, "the URI is too long", source);
            return None;
        }
        Some(uri.to_owned())
    }

    /// A `user-input`.
    pub(super) fn user_input(&mut self, element: Element<'_>, into: &mut Option<UserInput>) {
        if self.is_first(element, into.is_some(), "RFC 4480 §5") {
            *into = rpid::user_input(self, element);
        }
    }

    /// A `class`.
    pub(super) fn class(&mut self, element: Element<'_>, into: &mut Option<String>) {
        if self.is_first(element, into.is_some(), "RFC 4480 §5") {
            *into = Some(element.trimmed().to_owned()).filter(|class| !class.is_empty());
        }
    }

    /// An element of CIPID; false when it is none.
    pub(super) fn cipid(&mut self, element: Element<'_>, into: &mut Option<Box<Cipid>>) -> bool {
        into.get_or_insert_default().take(self, element)
    }

    /// Whether an element of which there is one only is the first; a further one is noted.
    pub(super) fn is_first(
        &mut self,
        element: Element<'_>,
        known: bool,
        source: &'static str,
    ) -> bool {
        if known {
            let message = "stands here a second time; the first counts";
            self.remarks.warn(element, message, source);
        }
        !known
    }

    /// Notes that nothing is made of an element.
    pub(super) fn not_understood(&mut self, element: Element<'_>) {
        let message = if is_mandatory(element) {
            "not understood, though it must be; ignored"
        } else {
            NOT_UNDERSTOOD
        };
        self.remarks.ignore(element, message, "RFC 3863 §4.2.3");
    }

    /// Notes an element that has no meaning where it stands, or none at all.
    pub(super) fn misplaced(&mut self, element: Element<'_>) {
        match Space::of(element) {
            Space::Rpid => self.remarks.warn(element, MISPLACED, "RFC 4480 §3.1"),
            Space::Cipid => self.remarks.warn(element, MISPLACED, "RFC 4482 §3"),
            Space::TimedStatus => {
                self.remarks.warn(element, MISPLACED, timed_status::SOURCE);
            }
            Space::Capabilities => self.remarks.warn(element, MISPLACED, "RFC 5196 §3"),
            Space::Pidf | Space::DataModel | Space::LocationType | Space::Foreign => {
                self.not_understood(element);
            }
        }
    }

    /// Whether an extension cannot be used because of what is in it, which is noted.
    fn is_spoilt(&mut self, extension: Element<'_>) -> bool {
        let Some(unmet) = unmet(extension) else {
            return false;
        };
        let name: String = unmet.qualified_name().chars().take(80).collect();
        let message = format!("ignored: <{name}> in it must be understood, and is not");
        self.remarks.ignore(extension, &message, "RFC 3863 §4.2.3");
        true
    }

    fn tuple(&mut self, element: Element<'_>) -> Tuple {
        let mut tuple = Tuple {
            id: self.id(element, "RFC 3863 §4.1.2"),
            ..Tuple::default()
        };
        let mut has_status = false;
        for child in element.children() {
            match (Space::of(child), child.name()) {
                (Space::Pidf, "status") => {
                    has_status = true;
                    self.status(child, &mut tuple);
                }
                (Space::Pidf, "contact") => {
                    if self.is_first(child, tuple.contact.is_some(), "RFC 3863 §4.1.2") {
                        tuple.contact = self.contact(child);
                    }
                }
                (Space::Pidf | Space::DataModel | Space::Rpid, "note") => {
                    self.note(child, &mut tuple.notes);
                }
                (Space::Pidf, "timestamp") => {
                    if self.is_first(child, tuple.timestamp.is_some(), "RFC 3863 §4.1.2") {
                        tuple.timestamp = self.timestamp(child);
                    }
                }
                (Space::DataModel, "deviceID") => {
                    if tuple.devices.len() < limits::OCCURRENCES {
                        tuple.devices.extend(self.uri(child, "RFC 4480 §3.4"));
                    }
                }
                _ if self.is_spoilt(child) => {}
                _ => self.extension(child, &mut tuple),
            }
        }
        if !has_status {
            self.remarks
                .warn(element, "has no status", "RFC 3863 §4.1.2");
        }
        let covers =
            |timed: &TimedStatus| tuple.timestamp.is_some_and(|t| timed.window.contains(t));
        if tuple.timed_statuses.iter().any(covers) {
            let message =
                "a timed status holds at the time of the tuple itself; it says nothing about that";
            self.remarks.warn(element, message, timed_status::SOURCE);
        }
        tuple
    }

    fn status(&mut self, element: Element<'_>, tuple: &mut Tuple) {
        for child in element.children() {
            match (Space::of(child), child.name()) {
                (Space::Pidf, "basic") => {
                    if self.is_first(child, tuple.basic.is_some(), "RFC 3863 §4.1.3") {
                        tuple.basic = self.basic(child);
                    }
                }
                _ if self.is_spoilt(child) => {}
                _ => self.extension(child, tuple),
            }
        }
    }

    /// What a tuple has beside PIDF's own elements. They belong directly into it; the status is where drafts had them.
    fn extension(&mut self, element: Element<'_>, tuple: &mut Tuple) {
        match (Space::of(element), element.name()) {
            (Space::Rpid, "relationship") => {
                let word = rpid::word(element).filter(|w| *w != "self");
                tuple.relationship = word.map(str::to_owned);
            }
            (Space::Rpid, "service-class") => {
                let word = rpid::word(element).filter(|w| *w != "electronic");
                tuple.service_class = word.map(str::to_owned);
            }
            (Space::Rpid, "user-input") => self.user_input(element, &mut tuple.user_input),
            (Space::Rpid, "class") => self.class(element, &mut tuple.class),
            (Space::Rpid, "privacy") => push(&mut tuple.privacy, || rpid::words(self, element)),
            (Space::Rpid, "status-icon") => {
                rpid::status_icon(self, element, &mut tuple.status_icons);
            }
            (Space::Cipid, _) => {
                if !self.cipid(element, &mut tuple.cipid) {
                    self.not_understood(element);
                }
            }
            (Space::TimedStatus, "timed-status") => {
                if tuple.timed_statuses.len() < limits::OCCURRENCES {
                    let read = TimedStatus::read(self, element);
                    tuple.timed_statuses.extend(read);
                }
            }
            (Space::Capabilities, "servcaps") => {
                if self.is_first(element, tuple.capabilities.is_some(), "RFC 5196 §3.2") {
                    let read = ServiceCapabilities::read(self, element);
                    tuple.capabilities = Some(Box::new(read));
                }
            }
            // What old notifiers say about the person inside a tuple or its status.
            (Space::Rpid, _) => {
                let mut person = tuple.person.take().unwrap_or_default();
                if person.take(self, element) {
                    let message = "belongs into a person, and is read as if it stood there";
                    self.remarks.warn(element, message, "RFC 4480 §3.1");
                } else {
                    self.not_understood(element);
                }
                tuple.person = Some(person).filter(|p| **p != Person::default());
            }
            _ => self.misplaced(element),
        }
    }

    fn contact(&mut self, element: Element<'_>) -> Option<Contact> {
        let source = "RFC 3863 §4.1.5";
        let uri = self.uri(element, source)?;
        let written = element.attribute("priority");
        let priority = written.and_then(Priority::parse);
        if priority.is_none() && written.is_some() {
            self.remarks.warn(
                element,
                "the priority is not a number from 0 to 1 with three decimals; taken as missing",
                source,
            );
        }
        Some(Contact { uri, priority })
    }

    fn is_within(&mut self, element: Element<'_>, read: usize, limit: usize) -> bool {
        if read >= limit {
            self.remarks
                .warn(element, "left out: there are too many", "RFC 3863 §6");
        }
        read < limit
    }
}

/// What is said of an element that the standard has elsewhere only.
const MISPLACED: &str = "ignored: it has no meaning here";
