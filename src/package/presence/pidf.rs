//! PIDF (RFC 3863): a presence document as data.

use jiff::Timestamp;

use crate::package::body::wrong_root;
use crate::package::{Body, BodyError, Remarks};
use crate::xml::Element;

use super::capabilities::ServiceCapabilities;
use super::cipid::Cipid;
use super::data_model::{Device, Person};
use super::namespace::{PIDF, Space};
use super::priority::Priority;
use super::read::Reader;
use super::rpid::{Timed, UserInput};
use super::timed_status::TimedStatus;
use super::{CONTENT_TYPE, CPIM_PIDF, XPIDF, xpidf};

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
    /// What was wrong or not understood; at most [`REMARKS`](crate::package::limits::REMARKS).
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
    /// Devices it runs on, as URNs (RFC 4479 section 3.4).
    pub devices: Vec<String>,
    /// Who answers there, when not the presentity itself (RFC 4480 section 3.9).
    pub relationship: Option<String>,
    /// How one is reached there, when not electronically (RFC 4480 section 3.10).
    pub service_class: Option<String>,
    /// When it was last used.
    pub user_input: Option<UserInput>,
    /// A label that groups elements; not for display (RFC 4480 section 3.3).
    pub class: Option<String>,
    /// Kinds of communication that others there are unlikely to overhear (RFC 4480 section 3.8).
    pub privacy: Vec<Timed<Vec<String>>>,
    /// URIs of images of the status (RFC 4480 section 3.12).
    pub status_icons: Vec<Timed<String>>,
    /// What is said about how it was and will be.
    pub timed_statuses: Vec<TimedStatus>,
    /// What it can do.
    pub capabilities: Option<Box<ServiceCapabilities>>,
    /// What it is called, and where more is found.
    pub cipid: Option<Box<Cipid>>,
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

/// A comment for people (RFC 3863 section 4.1.6).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The text.
    pub text: String,
    /// Its language tag, inherited where it has none of its own.
    pub language: Option<String>,
}

impl Document {
    /// Reads a body: PIDF, or one of the two formats that were there before it.
    ///
    /// # Errors
    /// [`BodyError`] for a foreign type, XML that is not well-formed or over a limit, or another root element. What
    /// breaks the schema only is used as far as it can be read.
    pub fn parse(body: &Body<'_>) -> Result<Self, BodyError> {
        if body.is(XPIDF) || body.is(CPIM_PIDF) {
            return xpidf::parse(body);
        }
        let xml = body.xml(CONTENT_TYPE)?;
        Self::of_root(xml.root(), body.language())
    }

    /// The newest of its timestamps.
    pub fn newest(&self) -> Option<Timestamp> {
        let tuples = self.tuples.iter().map(|tuple| tuple.timestamp);
        let persons = self.persons.iter().map(|person| person.timestamp);
        let devices = self.devices.iter().map(|device| device.timestamp);
        tuples.chain(persons).chain(devices).flatten().max()
    }

    /// Reads a `presence` element; `language` is that of texts that name none.
    ///
    /// # Errors
    /// [`BodyError::Root`] for another element.
    pub(super) fn of_root(root: Element<'_>, language: Option<&str>) -> Result<Self, BodyError> {
        if root.name() != "presence" || Space::of(root) != Space::Pidf {
            return Err(wrong_root("presence", root));
        }
        let mut reader = Reader {
            language,
            remarks: Remarks::default(),
        };
        if root.namespace() != PIDF {
            let message = "the namespace is that of a draft; read as PIDF";
            reader.remarks.warn(root, message, "RFC 3863 §4.1.1");
        }
        Ok(reader.document(root))
    }
}
