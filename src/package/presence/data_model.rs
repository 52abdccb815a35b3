//! The data model (RFC 4479): the person behind the tuples, and the machines they run on.

use jiff::Timestamp;

use crate::xml::Element;

use super::capabilities::DeviceCapabilities;
use super::cipid::Cipid;
use super::namespace::Space;
use super::pidf::Note;
use super::read::Reader;
use super::rpid::{self, Activity, PlaceProperty, TimeOffset, Timed, UserInput, push};

/// The person behind the tuples (RFC 4479 section 3.2).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Person {
    /// Key between documents; empty when the notifier left it out.
    pub id: String,
    /// What the person does.
    pub activities: Vec<Timed<Vec<Activity>>>,
    /// Moods.
    pub moods: Vec<Timed<Vec<String>>>,
    /// Kinds of places the person is at.
    pub place_types: Vec<Timed<Vec<String>>>,
    /// What the place is like.
    pub place_is: Vec<Timed<Vec<PlaceProperty>>>,
    /// Kinds of communication that others there are unlikely to overhear.
    pub privacy: Vec<Timed<Vec<String>>>,
    /// Roles the person is in, such as `work`.
    pub spheres: Vec<Timed<Vec<String>>>,
    /// URIs of images of the status.
    pub status_icons: Vec<Timed<String>>,
    /// How the person's clock differs from UTC.
    pub time_offsets: Vec<Timed<TimeOffset>>,
    /// Whether the person has been active lately.
    pub user_input: Option<UserInput>,
    /// A label that groups elements; not for display (RFC 4480 section 3.3).
    pub class: Option<String>,
    /// What the person is called, and where more is found.
    pub cipid: Option<Box<Cipid>>,
    /// Comments.
    pub notes: Vec<Note>,
    /// When this last changed.
    pub timestamp: Option<Timestamp>,
}

/// A machine (RFC 4479 section 3.4). Its state says nothing about the tuples'.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Device {
    /// Key between documents; empty when the notifier left it out.
    pub id: String,
    /// The URN by which tuples name it.
    pub device: Option<String>,
    /// Whether it has been used lately.
    pub user_input: Option<UserInput>,
    /// A label that groups elements; not for display (RFC 4480 section 3.3).
    pub class: Option<String>,
    /// What it can do.
    pub capabilities: Option<Box<DeviceCapabilities>>,
    /// Comments.
    pub notes: Vec<Note>,
    /// When this last changed.
    pub timestamp: Option<Timestamp>,
}

impl Person {
    /// Reads a `person`.
    pub(super) fn read(reader: &mut Reader<'_>, element: Element<'_>) -> Self {
        let mut person = Self {
            id: reader.id(element, SOURCE),
            ..Self::default()
        };
        for child in element.children() {
            match (Space::of(child), child.name()) {
                (Space::DataModel | Space::Pidf | Space::Rpid, "note") => {
                    reader.note(child, &mut person.notes);
                }
                (Space::DataModel | Space::Pidf, "timestamp") => {
                    if reader.is_first(child, person.timestamp.is_some(), SOURCE) {
                        person.timestamp = reader.timestamp(child);
                    }
                }
                // Drafts put a person's elements into a status.
                (Space::DataModel | Space::Pidf | Space::Rpid, "status") => {
                    for inner in child.children() {
                        person.take_or_remark(reader, inner);
                    }
                }
                _ => person.take_or_remark(reader, child),
            }
        }
        person
    }

    /// Takes over one child element; false when it is none of those that a person has.
    pub(super) fn take(&mut self, reader: &mut Reader<'_>, element: Element<'_>) -> bool {
        match (Space::of(element), element.name()) {
            (Space::Rpid, "activities") => {
                push(&mut self.activities, || rpid::activities(reader, element));
            }
            (Space::Rpid, "mood") => push(&mut self.moods, || rpid::words(reader, element)),
            (Space::Rpid, "place-type") => {
                push(&mut self.place_types, || rpid::words(reader, element));
            }
            (Space::Rpid, "place-is") => {
                push(&mut self.place_is, || rpid::place_is(reader, element));
            }
            (Space::Rpid, "privacy") => push(&mut self.privacy, || rpid::words(reader, element)),
            (Space::Rpid, "sphere") => push(&mut self.spheres, || rpid::words(reader, element)),
            (Space::Rpid, "status-icon") => {
                rpid::status_icon(reader, element, &mut self.status_icons);
            }
            (Space::Rpid, "time-offset") => {
                rpid::time_offset(reader, element, &mut self.time_offsets);
            }
            (Space::Rpid, "user-input") => reader.user_input(element, &mut self.user_input),
            (Space::Rpid, "class") => reader.class(element, &mut self.class),
            (Space::Cipid, _) => return reader.cipid(element, &mut self.cipid),
            _ => return false,
        }
        true
    }

    fn take_or_remark(&mut self, reader: &mut Reader<'_>, element: Element<'_>) {
        if !self.take(reader, element) {
            reader.misplaced(element);
        }
    }
}

impl Device {
    /// Reads a `device`.
    pub(super) fn read(reader: &mut Reader<'_>, element: Element<'_>) -> Self {
        let mut device = Self {
            id: reader.id(element, SOURCE),
            ..Self::default()
        };
        for child in element.children() {
            match (Space::of(child), child.name()) {
                (Space::DataModel, "deviceID") => {
                    if reader.is_first(child, device.device.is_some(), SOURCE) {
                        device.device = reader.uri(child, SOURCE);
                    }
                }
                (Space::DataModel | Space::Pidf | Space::Rpid, "note") => {
                    reader.note(child, &mut device.notes);
                }
                (Space::DataModel | Space::Pidf, "timestamp") => {
                    if reader.is_first(child, device.timestamp.is_some(), SOURCE) {
                        device.timestamp = reader.timestamp(child);
                    }
                }
                (Space::Rpid, "user-input") => {
                    reader.user_input(child, &mut device.user_input);
                }
                (Space::Rpid, "class") => reader.class(child, &mut device.class),
                (Space::Capabilities, "devcaps") => {
                    if reader.is_first(child, device.capabilities.is_some(), "RFC 5196 §3.3") {
                        let read = DeviceCapabilities::read(reader, child);
                        device.capabilities = Some(Box::new(read));
                    }
                }
                _ => reader.misplaced(child),
            }
        }
        device
    }
}

/// Where persons and devices are defined.
const SOURCE: &str = "RFC 4479 §5";
