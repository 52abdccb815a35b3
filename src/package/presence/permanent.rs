//! The presence document that stays when nobody is logged in (RFC 4827): one for each user, kept by the XCAP server,
//! there until it is deleted, and one more voice beside whatever is published.
//!
//! Every device of the user writes the same one. What other programs have put there stays as it is, to the byte.

use std::ops::Range;

use jiff::Timestamp;

use crate::package::{Body, BodyError};
use crate::xml::{self, Element, Encoding, Piece, splice};

use super::namespace::{DATA_MODEL, PIDF};
use super::pidf::Document;
use super::publish::OwnPresence;
use super::write::{Writer, declarations};
use super::{CONTENT_TYPE, Shown, compose};

/// A user's permanent document, as it lies on the server.
#[derive(Debug, Clone)]
pub struct Permanent {
    document: xml::Document,
}

/// Why a document cannot be used; it must then not be overwritten either.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PermanentError {
    /// It is no presence document.
    #[error("the permanent status on the server is unusable: {0}")]
    Body(#[from] BodyError),
    /// Not in UTF-8, as every document on an XCAP server must be (RFC 4825 section 8.2.2).
    #[error("the permanent status on the server is not in UTF-8")]
    NotUtf8,
}

impl Permanent {
    /// The application usage (RFC 4827 section 4).
    pub const AUID: &str = "pidf-manipulation";
    /// The name of the document (RFC 4827 section 9).
    pub const FILE: &str = "index";

    /// Reads a document.
    ///
    /// # Errors
    /// [`PermanentError`]; nothing may be written over a document that cannot be read.
    pub fn parse(bytes: &[u8]) -> Result<Self, PermanentError> {
        let document = Body::new(CONTENT_TYPE, bytes).xml(CONTENT_TYPE)?;
        if document.encoding() != Encoding::Utf8 {
            return Err(PermanentError::NotUtf8);
        }
        Document::of_root(document.root(), None)?;
        Ok(Self { document })
    }

    /// A document that says this and nothing else.
    pub fn fresh(entity: &str, presence: &OwnPresence, now: Timestamp) -> Vec<u8> {
        let mut writer = Writer::new(presence, now);
        writer.begin(entity, &declarations(presence, now));
        writer.tuple(TUPLE, None, entity, "");
        writer.person(PERSON, "");
        writer.end().into_bytes()
    }

    /// The document with this in the place of what we have said before.
    pub fn with(&self, entity: &str, presence: &OwnPresence, now: Timestamp) -> Vec<u8> {
        let root = self.document.root();
        if self.others().next().is_none() {
            return Self::fresh(entity, presence, now);
        }
        // Prefixes may mean something else here, so each element brings its own.
        let declared = declarations(presence, now);
        let mut tuple = Writer::new(presence, now);
        tuple.tuple(TUPLE, None, entity, &format!(" xmlns=\"{PIDF}\"{declared}"));
        let mut person = Writer::new(presence, now);
        person.person(PERSON, &declared);
        // The schema has tuples first and persons last.
        let content = root.content_span();
        let mut edits: Vec<(Range<usize>, String)> =
            self.own().map(|span| (span, String::new())).collect();
        let tuple = format!("\n{}", tuple.into_text().trim_end());
        edits.push((content.start..content.start, tuple));
        edits.push((content.end..content.end, person.into_text()));
        self.edited(edits)
    }

    /// The document without what we have said; `None` when nothing is left, so that it is to be deleted.
    pub fn without(&self) -> Option<Vec<u8>> {
        self.others().next()?;
        let edits = self.own().map(|span| (span, String::new())).collect();
        Some(self.edited(edits))
    }

    /// What it says by itself, when nobody publishes anything.
    pub fn shown(&self, languages: &[&str], now: Timestamp) -> Shown {
        Document::of_root(self.document.root(), None)
            .map(|document| compose(&document, languages, now))
            .unwrap_or_default()
    }

    fn others(&self) -> impl Iterator<Item = Element<'_>> {
        let children = self.document.root().children();
        children.filter(|child| !is_ours(*child))
    }

    /// Where our elements stand, with the white space before each.
    fn own(&self) -> impl Iterator<Item = Range<usize>> {
        let source = self.document.source();
        let ours = self.document.root().children().filter(|it| is_ours(*it));
        ours.map(move |element| {
            let span = element.span();
            let before = source.get(..span.start).unwrap_or_default();
            before.trim_end().len()..span.end
        })
    }

    fn edited(&self, edits: Vec<Piece>) -> Vec<u8> {
        let source = splice(self.document.source(), edits);
        self.document.marked(&source).into_bytes()
    }
}

fn is_ours(element: Element<'_>) -> bool {
    let id = element.attribute("id");
    (element.is(PIDF, "tuple") && id == Some(TUPLE))
        || (element.is(DATA_MODEL, "person") && id == Some(PERSON))
}

/// Id of our tuple: the same for every device, for all of them write one document.
const TUPLE: &str = "permanent";
/// Id of our person.
const PERSON: &str = "permanent-person";
