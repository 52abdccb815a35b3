//! One contact of a registration (RFC 3680 section 5.1), with its GRUUs (RFC 5628 section 5).

use std::fmt;

use crate::package::presence::Priority;
use crate::package::remark::NOT_UNDERSTOOD;
use crate::package::{Remarks, limits};
use crate::xml::Element;

use super::NAMESPACE;
use super::document::{is_address, key};

/// A contact: one device or service that can be reached under the address of record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// Key within the registration.
    pub id: String,
    /// The Contact URI.
    pub uri: String,
    /// The name that came with it.
    pub display_name: Option<String>,
    /// Whether it is bound.
    pub state: ContactState,
    /// What brought it to that state.
    pub event: ContactEvent,
    /// Seconds until the binding ends, counted from the arrival of the document.
    pub expires: Option<u64>,
    /// Seconds after which its owner should register again, counted from the arrival of the document.
    pub retry_after: Option<u64>,
    /// Seconds since it was bound, counted from the arrival of the document.
    pub duration_registered: Option<u64>,
    /// How much it is preferred over others.
    pub q: Option<Priority>,
    /// Call-ID of the REGISTER that last changed it.
    pub call_id: Option<String>,
    /// `CSeq` number of that REGISTER.
    pub cseq: Option<u64>,
    /// Contact parameters that RFC 3261 does not know, with their values as written; empty is none.
    pub parameters: Vec<(String, String)>,
    /// The public GRUU.
    pub public_gruu: Option<String>,
    /// The newest temporary GRUU.
    pub temporary_gruu: Option<TemporaryGruu>,
}

/// A temporary GRUU and the bound of those that are still valid (RFC 5628 section 5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemporaryGruu {
    /// The URI.
    pub uri: String,
    /// `CSeq` of the REGISTER that brought the oldest temporary GRUU still valid.
    pub first_cseq: Option<u64>,
}

/// Whether a contact is bound (RFC 3680 section 4.7.1).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ContactState {
    /// Bound.
    Active,
    /// No longer bound.
    Terminated,
    /// Another word, shown as it is.
    Other(String),
}

/// What brought a contact to its state (RFC 3680 section 4.7.1).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ContactEvent {
    /// A REGISTER bound it.
    Registered,
    /// It was bound by other means.
    Created,
    /// A REGISTER prolonged it.
    Refreshed,
    /// The server cut it short, so that it registers again.
    Shortened,
    /// It was not refreshed.
    Expired,
    /// The server removed it, to be registered again at once.
    Deactivated,
    /// The server removed it, to be registered again later.
    Probation,
    /// A REGISTER removed it.
    Unregistered,
    /// The server removed it for good.
    Rejected,
    /// Another word, shown as it is.
    Other(String),
}

impl Contact {
    /// Reads a `contact` element; `None`, with a remark, when it cannot be told from others.
    pub(super) fn read(element: Element<'_>, remarks: &mut Remarks) -> Option<Self> {
        let word = |name| element.attribute(name).map(str::trim);
        let uri = element
            .child(NAMESPACE, "uri")
            .map(Element::trimmed)
            .filter(|uri| is_address(uri));
        let (Some(id), Some(uri), Some(state)) = (key(element), uri, word("state")) else {
            remarks.warn(
                element,
                "a contact without id, state or a legible URI, ignored",
                "RFC 3680 §5.1",
            );
            return None;
        };
        let short = |text: &str| Some(text.to_owned()).filter(|t| t.len() <= limits::FIELD_BYTES);
        let mut contact = Self {
            id: id.to_owned(),
            uri: uri.to_owned(),
            display_name: None,
            state: ContactState::from_token(state),
            event: ContactEvent::from_token(word("event").unwrap_or_default()),
            expires: number(element, "expires", remarks),
            retry_after: number(element, "retry-after", remarks),
            duration_registered: number(element, "duration-registered", remarks),
            q: None,
            call_id: word("callid").and_then(short),
            cseq: number(element, "cseq", remarks),
            parameters: Vec::new(),
            public_gruu: None,
            temporary_gruu: None,
        };
        if let Some(q) = word("q") {
            contact.q = Priority::parse(q);
            if contact.q.is_none() {
                remarks.warn(
                    element,
                    "q is not a number from 0 to 1, ignored",
                    "RFC 3680 §5.1",
                );
            }
        }
        contact.check_event(element, remarks);
        for child in element.children() {
            contact.take(child, remarks);
        }
        Some(contact)
    }

    /// A parameter by its name, which does not depend on case; quotes around its value are taken off.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters
            .iter()
            .find(|(n, _)| n.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.trim().trim_matches('"'))
    }

    /// The instance id of the device (RFC 5626 section 4.1), such as `urn:uuid:...`.
    pub fn instance(&self) -> Option<&str> {
        self.parameter("+sip.instance")
            .map(|value| value.trim_start_matches('<').trim_end_matches('>'))
    }

    /// What an event must bring along.
    fn check_event(&self, element: Element<'_>, remarks: &mut Remarks) {
        let missing = match self.event {
            ContactEvent::Shortened if self.expires.is_none() => "shortened, but without expires",
            ContactEvent::Probation if self.retry_after.is_none() => {
                "in probation, but without retry-after"
            }
            _ => return,
        };
        remarks.warn(element, missing, "RFC 3680 §5.1");
    }

    fn take(&mut self, child: Element<'_>, remarks: &mut Remarks) {
        match (child.namespace(), child.name()) {
            (NAMESPACE, "uri") => {}
            (NAMESPACE, "display-name") => {
                let name: String = child.trimmed().chars().take(limits::WORD).collect();
                self.display_name = Some(name).filter(|name| !name.is_empty());
            }
            (NAMESPACE, "unknown-param") => {
                let name = child.attribute("name").map(str::trim).unwrap_or_default();
                let value = child.trimmed();
                if name.is_empty() {
                    remarks.warn(child, "a parameter without name, ignored", "RFC 3680 §5.1");
                } else if self.parameters.len() == limits::CONTACT_PARAMETERS
                    || name.len() + value.len() > limits::FIELD_BYTES
                {
                    remarks.warn(child, "one too many or too long, ignored", "RFC 3680 §5.1");
                } else {
                    self.parameters.push((name.to_owned(), value.to_owned()));
                }
            }
            (GRUU, "pub-gruu") => match gruu(child) {
                Some(uri) => self.public_gruu = Some(uri),
                None => remarks.warn(child, NO_GRUU, "RFC 5628 §9"),
            },
            (GRUU, "temp-gruu") => match gruu(child) {
                Some(uri) => {
                    let mut first_cseq = number(child, "first-cseq", remarks);
                    if first_cseq.is_none() && child.attribute("first-cseq").is_none() {
                        // Section 5 calls it so; schema and examples do not.
                        first_cseq = number(child, "cseq", remarks);
                    }
                    self.temporary_gruu = Some(TemporaryGruu { uri, first_cseq });
                }
                None => remarks.warn(child, NO_GRUU, "RFC 5628 §9"),
            },
            _ => remarks.ignore(child, NOT_UNDERSTOOD, "RFC 3680 §5.1"),
        }
    }
}

impl ContactState {
    /// The word in documents, which is also the stable name.
    pub fn token(&self) -> &str {
        match self {
            Self::Active => "active",
            Self::Terminated => "terminated",
            Self::Other(word) => word,
        }
    }

    /// Reads the word.
    pub fn from_token(token: &str) -> Self {
        match token {
            "active" => Self::Active,
            "terminated" => Self::Terminated,
            other => Self::Other(other.chars().take(limits::WORD).collect()),
        }
    }
}

impl ContactEvent {
    /// The word in documents.
    pub fn token(&self) -> &str {
        match self {
            Self::Registered => "registered",
            Self::Created => "created",
            Self::Refreshed => "refreshed",
            Self::Shortened => "shortened",
            Self::Expired => "expired",
            Self::Deactivated => "deactivated",
            Self::Probation => "probation",
            Self::Unregistered => "unregistered",
            Self::Rejected => "rejected",
            Self::Other(word) => word,
        }
    }

    /// Reads the word.
    pub fn from_token(token: &str) -> Self {
        let known = [
            Self::Registered,
            Self::Created,
            Self::Refreshed,
            Self::Shortened,
            Self::Expired,
            Self::Deactivated,
            Self::Probation,
            Self::Unregistered,
            Self::Rejected,
        ];
        known
            .into_iter()
            .find(|event| event.token() == token)
            .unwrap_or_else(|| Self::Other(token.chars().take(limits::WORD).collect()))
    }
}

impl fmt::Display for ContactState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.token())
    }
}

impl fmt::Display for ContactEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.token())
    }
}

/// An attribute that is an unsigned number.
fn number(element: Element<'_>, name: &str, remarks: &mut Remarks) -> Option<u64> {
    let written = element.attribute(name)?;
    let read = written.trim().parse().ok();
    if read.is_none() {
        remarks.warn(
            element,
            &format!("{name} is not a number that can be kept, ignored"),
            "RFC 3680 §5.4",
        );
    }
    read
}

fn gruu(element: Element<'_>) -> Option<String> {
    element
        .attribute("uri")
        .map(str::trim)
        .filter(|uri| is_address(uri))
        .map(str::to_owned)
}

/// Said of a GRUU that cannot be used.
const NO_GRUU: &str = "a GRUU without a legible URI, ignored";
/// Namespace of GRUUs (RFC 5628 section 9).
const GRUU: &str = "urn:ietf:params:xml:ns:gruuinfo";
