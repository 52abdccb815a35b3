//! A `reginfo` document (RFC 3680 section 5): reading.

use std::collections::HashSet;

use crate::package::body::wrong_root;
use crate::package::remark::NOT_UNDERSTOOD;
use crate::package::succession::{self, State};
use crate::package::{Body, BodyError, Remarks, address, limits};
use crate::xml::Element;

use super::contact::Contact;
use super::{CONTENT_TYPE, NAMESPACE};

/// A registration information document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Number of the document within its subscription.
    pub version: u64,
    /// Whether it tells everything or only what changed.
    pub state: State,
    /// What it says about each address of record.
    pub registrations: Vec<Registration>,
    /// What was wrong or not understood.
    pub remarks: Remarks,
}

/// The contacts of one address of record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registration {
    /// Key within the subscription.
    pub id: String,
    /// The address of record as written.
    pub aor: String,
    /// Where the registration stands.
    pub state: RegistrationState,
    /// Its contacts; of two with one id the later one counts.
    pub contacts: Vec<Contact>,
}

/// Where the registration of an address stands (RFC 3680 section 4.7.1).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RegistrationState {
    /// No contact is bound, and none was.
    Init,
    /// At least one contact is bound.
    Active,
    /// The last contact has just gone.
    Terminated,
    /// Another word, shown as it is.
    Other(String),
}

impl Document {
    /// Reads a body. A registration or contact that lacks what tells it from others is left out alone.
    ///
    /// # Errors
    /// [`BodyError`] for a foreign type, unusable XML, another root, or a version or state that cannot be read.
    pub fn parse(body: &Body<'_>) -> Result<Self, BodyError> {
        let xml = body.xml(CONTENT_TYPE)?;
        let root = xml.root();
        if !root.is(NAMESPACE, "reginfo") {
            return Err(wrong_root("reginfo", root));
        }
        let mut document = Self {
            version: succession::number(root)?,
            state: State::of(root)?,
            registrations: Vec::new(),
            remarks: Remarks::default(),
        };
        let mut ids = HashSet::new();
        for child in root.children() {
            if !child.is(NAMESPACE, "registration") {
                document
                    .remarks
                    .ignore(child, NOT_UNDERSTOOD, "RFC 3680 §5.1");
            } else if document.registrations.len() == limits::REGISTRATIONS {
                document
                    .remarks
                    .warn(child, "one too many, ignored", "RFC 3680 §5.1");
            } else if let Some(registration) = document.registration(child) {
                if !ids.insert(registration.id.clone()) {
                    document.remarks.warn(
                        child,
                        "the id is that of a registration above: both are taken as one",
                        "RFC 3680 §5.1",
                    );
                }
                document.registrations.push(registration);
            }
        }
        Ok(document)
    }

    fn registration(&mut self, element: Element<'_>) -> Option<Registration> {
        let id = key(element);
        let aor = element
            .attribute("aor")
            .map(str::trim)
            .filter(|aor| is_address(aor));
        let state = element.attribute("state").map(str::trim);
        let (Some(id), Some(aor), Some(state)) = (id, aor, state) else {
            self.remarks.warn(
                element,
                "a registration without id, state or a legible address of record, ignored",
                "RFC 3680 §5.1",
            );
            return None;
        };
        let mut registration = Registration {
            id: id.to_owned(),
            aor: aor.to_owned(),
            state: RegistrationState::from_token(state),
            contacts: Vec::new(),
        };
        let mut ids = HashSet::new();
        for child in element.children() {
            if !child.is(NAMESPACE, "contact") {
                self.remarks.ignore(child, NOT_UNDERSTOOD, "RFC 3680 §5.1");
            } else if let Some(contact) = Contact::read(child, &mut self.remarks) {
                if !ids.insert(contact.id.clone()) {
                    self.remarks.warn(
                        child,
                        "the id is that of a contact above, which it replaces",
                        "RFC 3680 §5.1",
                    );
                }
                registration.contacts.push(contact);
            }
        }
        Some(registration)
    }
}

impl RegistrationState {
    /// The word in documents, which is also the stable name.
    pub fn token(&self) -> &str {
        match self {
            Self::Init => "init",
            Self::Active => "active",
            Self::Terminated => "terminated",
            Self::Other(word) => word,
        }
    }

    /// Reads the word.
    pub fn from_token(token: &str) -> Self {
        let known = [Self::Init, Self::Active, Self::Terminated];
        known
            .into_iter()
            .find(|state| state.token() == token)
            .unwrap_or_else(|| Self::Other(token.chars().take(limits::WORD).collect()))
    }
}

impl std::fmt::Display for RegistrationState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.token())
    }
}

/// The id of an element, if it has one that can be kept.
pub(super) fn key(element: Element<'_>) -> Option<&str> {
    element
        .attribute("id")
        .map(str::trim)
        .filter(|id| !id.is_empty() && id.len() <= limits::FIELD_BYTES)
}

/// Whether a text can be shown as an address.
pub(super) fn is_address(text: &str) -> bool {
    !text.is_empty() && text.len() <= limits::FIELD_BYTES && address::is_legible(text)
}
