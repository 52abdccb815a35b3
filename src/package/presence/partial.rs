//! Partial presence (RFC 5262, RFC 5263): the whole document held, and changes made to it in order.

use crate::package::body::wrong_root;
use crate::package::{Body, BodyError, Place, address, limits};
use crate::xml::{self, Element, patch};

use super::namespace::PIDF;
use super::{Document, PIDF_DIFF};

/// What one dialog has told in whole and partial documents. The number belongs to the dialog: it outlives refreshes
/// and documents of other types (RFC 5263 section 4.5).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PartialState {
    version: Option<u32>,
    /// The whole document as a `presence` element, ready to be changed.
    held: Option<Box<str>>,
    /// The language of texts in it that name none.
    language: Option<Box<str>>,
    /// Partial documents in a row that could not be used.
    failures: u8,
    /// Those among them that were under way before the refresh that they lead to could be answered.
    overtaken: u8,
    /// Something was missed: only a whole document helps.
    awaits_full: bool,
}

/// A partial document that cannot be used as things stand; the state held is as it was.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {fault}")]
pub struct PartialError {
    /// Where the document begins.
    pub place: Place,
    /// Why not.
    pub fault: PartialFault,
}

/// Why a partial document cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PartialFault {
    /// Changes before there is a whole document to change.
    #[error("changes came before the whole document")]
    NoDocument,
    /// Documents in between are missing.
    #[error("version {came} came after {held}")]
    Gap {
        /// Number of the last document.
        held: u32,
        /// Number of this one.
        came: u32,
    },
    /// A whole document with a number of the past that says something else than the one held.
    #[error("a whole document of version {came} came after {held}")]
    Outdated {
        /// Number of the last document.
        held: u32,
        /// Number of this one.
        came: u32,
    },
    /// Changes for the document of another presentity.
    #[error("the changes are for '{found}', the document is about '{held}'")]
    Entity {
        /// Whom the document held is about.
        held: String,
        /// Whom the changes are about.
        found: String,
    },
}

impl PartialState {
    /// Whether a body is of the partial format.
    pub fn reads(body: &Body<'_>) -> bool {
        body.is(PIDF_DIFF)
    }

    /// Takes the body of a NOTIFY, in any format of presence: the whole document as it is now, or `None` for an old or
    /// repeated one, of which nothing is used. Remarks are about the document that the changes led to.
    ///
    /// # Errors
    /// [`BodyError`] as for [`Document::parse`]; for a partial document also [`BodyError::Partial`] and
    /// [`BodyError::Patch`]. After any of them only a refresh brings the state of the presentity; the notifier gets
    /// 200 (RFC 5263 section 4.5).
    pub fn take(&mut self, body: &Body<'_>) -> Result<Option<Document>, BodyError> {
        if !Self::reads(body) {
            // What was held is no base for later changes, but their numbers go on.
            self.held = None;
            return Document::parse(body).map(Some);
        }
        let taken = self.take_partial(body);
        if let Err(error) = &taken {
            self.count(error);
            self.awaits_full = true;
        }
        taken
    }

    /// One loss is one failure, however many changes follow before the whole document comes; but not for ever.
    fn count(&mut self, error: &BodyError) {
        if self.awaits_full && error.misses_state() {
            self.overtaken = self.overtaken.saturating_add(1);
            if self.overtaken < limits::PARTIAL_OVERTAKEN {
                return;
            }
        }
        self.failures = self.failures.saturating_add(1);
    }

    /// Whether the notifier does not master partial documents, so that it is better asked for whole ones alone: twice
    /// something was unusable, and no change has been applied in between.
    pub fn is_hopeless(&self) -> bool {
        self.failures >= limits::PARTIAL_FAILURES
    }

    #[cfg(test)]
    pub(super) fn awaits_full(&self) -> bool {
        self.awaits_full
    }

    #[cfg(test)]
    pub(super) fn held_text(&self) -> Option<String> {
        self.held.as_deref().map(str::to_owned)
    }

    /// Number of the last document taken.
    pub fn version(&self) -> Option<u32> {
        self.version
    }

    fn take_partial(&mut self, body: &Body<'_>) -> Result<Option<Document>, BodyError> {
        let xml = body.xml(PIDF_DIFF)?;
        let root = xml.root();
        match (root.namespace(), root.name()) {
            (NAMESPACE, "pidf-full") => self.take_full(&xml, body.language()),
            (NAMESPACE, "pidf-diff") => self.take_changes(&xml, body.language()),
            _ => Err(wrong_root("pidf-full or pidf-diff", root)),
        }
    }

    fn take_full(
        &mut self,
        xml: &xml::Document,
        language: Option<&str>,
    ) -> Result<Option<Document>, BodyError> {
        let root = xml.root();
        let came = version(root)?;
        let whole = patch::rename_root(xml, PIDF, "presence", "version")?;
        if let Some(held) = self.version
            && came <= held
        {
            let same = self.held.as_deref() == Some(whole.source());
            return if same && !self.awaits_full {
                Ok(None)
            } else {
                Err(fault(root, PartialFault::Outdated { held, came }))
            };
        }
        let document = Document::of_root(whole.root(), language)?;
        self.hold(&whole);
        self.language = language.map(Into::into);
        self.version = Some(came);
        self.awaits_full = false;
        Ok(Some(document))
    }

    fn take_changes(
        &mut self,
        xml: &xml::Document,
        language: Option<&str>,
    ) -> Result<Option<Document>, BodyError> {
        let root = xml.root();
        let came = version(root)?;
        if let Some(held) = self.version {
            if came <= held {
                return Ok(None);
            }
            if came - held > 1 {
                return Err(fault(root, PartialFault::Gap { held, came }));
            }
        }
        let held = self
            .held
            .as_deref()
            .filter(|_| self.version.is_some() && !self.awaits_full)
            .ok_or_else(|| fault(root, PartialFault::NoDocument))?;
        let held = xml::Document::parse(held.as_bytes(), Some("utf-8"))?;
        let about = held.root().attribute("entity").unwrap_or_default();
        if let Some(entity) = root.attribute("entity")
            && address::canonical(entity) != address::canonical(about)
        {
            let shown = |text: &str| text.chars().take(200).collect();
            let (held, found) = (shown(about), shown(entity));
            return Err(fault(root, PartialFault::Entity { held, found }));
        }
        let whole = patch::apply(&held, xml, root)?;
        let language = self.language.as_deref().or(language);
        let document = Document::of_root(whole.root(), language)?;
        self.hold(&whole);
        self.version = Some(came);
        self.failures = 0;
        self.overtaken = 0;
        Ok(Some(document))
    }

    fn hold(&mut self, whole: &xml::Document) {
        let text = Some(whole.source());
        self.held = text
            .filter(|text| text.len() <= limits::PARTIAL_BYTES)
            .map(Into::into);
    }
}

/// The number of a document. The format lets it be left out, SIP does not (RFC 5263 section 4.4).
fn version(root: Element<'_>) -> Result<u32, BodyError> {
    root.attribute("version")
        .and_then(|text| text.trim().parse().ok())
        .ok_or_else(|| BodyError::missing(VERSION, root))
}

fn fault(root: Element<'_>, fault: PartialFault) -> BodyError {
    BodyError::Partial(PartialError {
        place: Place::of(root),
        fault,
    })
}

/// Namespace of partial presence (RFC 5262 section 5.1).
const NAMESPACE: &str = "urn:ietf:params:xml:ns:pidf-diff";
/// What is missing from a document without a readable number.
const VERSION: &str = "the number 'version'";
