//! A body as it came with a NOTIFY, and why it cannot be used.

use std::borrow::Cow;

use super::mime::{ContentType, MimeError, MimeFault};
use super::presence::PartialError;
use super::remark::Place;
use crate::xml::patch::PatchError;
use crate::xml::{self, Element};

/// A body with the header fields that tell how to read it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Body<'a> {
    /// Value of Content-Type, parameters included.
    pub content_type: &'a str,
    /// Value of Content-Language: the language of texts that name none.
    pub content_language: Option<&'a str>,
    /// The bytes.
    pub bytes: &'a [u8],
}

/// Why a body cannot be used. The state known before it stays valid.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BodyError {
    /// A type that the package does not read; answered with 415.
    #[error("a body of type '{found}' came where {expected} was asked for")]
    UnsupportedType {
        /// What came, without parameters.
        found: String,
        /// What the package reads.
        expected: &'static str,
    },
    /// A document that is no XML, or over a limit.
    #[error("the document is unusable: {0}")]
    Xml(#[from] xml::Error),
    /// XML with another root element.
    #[error("{place}: the root element is '{found}', not '{expected}'")]
    Root {
        /// The name that was needed.
        expected: &'static str,
        /// What was found, with its namespace.
        found: String,
        /// Where it stands.
        place: Place,
    },
    /// Something without which the document means nothing.
    #[error("{place}: {what} is missing or unreadable")]
    Missing {
        /// What is missing.
        what: &'static str,
        /// Where it was looked for.
        place: Place,
    },
    /// Parts or an encoding that cannot be read.
    #[error("the body is unusable: {0}")]
    Mime(#[from] MimeError),
    /// Changes that cannot be made to the document held.
    #[error("the changes cannot be made: {0}")]
    Patch(#[from] PatchError),
    /// A partial presence document that does not continue what is held.
    #[error("the partial document is unusable: {0}")]
    Partial(#[from] PartialError),
    /// More bytes than are read of a plain-text format.
    #[error("the body is larger than {limit} bytes")]
    TooLarge {
        /// The limit in bytes.
        limit: usize,
    },
}

impl BodyError {
    /// Whether the body is of a foreign type (415), and not a bad document of the right one (400).
    pub fn is_unsupported_type(&self) -> bool {
        matches!(self, Self::UnsupportedType { .. })
    }

    /// Whether the body came in a coding that is not read here (415 with Accept-Encoding).
    pub fn is_unsupported_coding(&self) -> bool {
        matches!(self, Self::Mime(error) if matches!(error.fault, MimeFault::Coding(_)))
    }

    /// Whether the body is right, or may be, but something before it was missed: only the full state helps, and the
    /// notifier can do nothing about it (200 and a refresh).
    pub fn misses_state(&self) -> bool {
        matches!(self, Self::Patch(_) | Self::Partial(_))
    }

    /// Where the fault lies, when it lies in one place.
    pub fn place(&self) -> Option<Place> {
        match self {
            Self::Xml(error) => Some(Place {
                line: error.line,
                column: error.column,
            }),
            Self::Root { place, .. } | Self::Missing { place, .. } => Some(*place),
            Self::Mime(error) => Some(error.place),
            Self::Partial(error) => Some(error.place),
            Self::Patch(error) => Some(Place {
                line: error.line,
                column: error.column,
            }),
            Self::UnsupportedType { .. } | Self::TooLarge { .. } => None,
        }
    }

    /// The error for a type that is not read.
    pub(super) fn unsupported(found: &str, expected: &'static str) -> Self {
        Self::UnsupportedType {
            found: found.chars().take(100).collect(),
            expected,
        }
    }

    /// The error for something that an element lacks.
    pub(super) fn missing(what: &'static str, element: Element<'_>) -> Self {
        Self::Missing {
            what,
            place: Place::of(element),
        }
    }
}

impl<'a> Body<'a> {
    /// A body of a type, without a language.
    pub fn new(content_type: &'a str, bytes: &'a [u8]) -> Self {
        Self {
            content_type,
            content_language: None,
            bytes,
        }
    }

    /// Whether the body is of a type; names of types do not depend on case (RFC 3261 section 7.3.1).
    pub(super) fn is(&self, kind: &str) -> bool {
        ContentType::parse(self.content_type).is(kind)
    }

    /// Checks the type.
    pub(super) fn expect(&self, expected: &'static str) -> Result<(), BodyError> {
        let found = ContentType::parse(self.content_type);
        if found.is(expected) {
            return Ok(());
        }
        Err(BodyError::unsupported(found.media_type(), expected))
    }

    /// Parses the body as XML of a type, with the charset parameter.
    pub(super) fn xml(&self, expected: &'static str) -> Result<xml::Document, BodyError> {
        self.expect(expected)?;
        self.any_xml()
    }

    /// Parses the body as XML, whatever its type, with the charset parameter.
    pub(super) fn any_xml(&self) -> Result<xml::Document, BodyError> {
        Ok(xml::Document::parse(self.bytes, self.charset().as_deref())?)
    }

    /// First language of Content-Language.
    pub(super) fn language(&self) -> Option<&'a str> {
        self.content_language?
            .split(',')
            .next()
            .map(str::trim)
            .filter(|l| !l.is_empty())
    }

    fn charset(&self) -> Option<Cow<'a, str>> {
        ContentType::parse(self.content_type).parameter("charset")
    }
}

/// The error for a root element that is not the expected one.
pub(super) fn wrong_root(expected: &'static str, root: Element<'_>) -> BodyError {
    let found = format!("{{{}}}{}", root.namespace(), root.name());
    BodyError::Root {
        expected,
        found: found.chars().take(200).collect(),
        place: Place::of(root),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn type_and_charset_are_read_from_the_header() {
        let body = Body::new(
            "Application/PIDF+xml ; x=1; Charset=\"ISO-8859-1\"",
            b"<a>\xFC</a>",
        );
        assert_eq!(body.xml("application/pidf+xml").unwrap().root().text(), "ü");
        let error = body.xml("application/watcherinfo+xml").unwrap_err();
        assert!(error.is_unsupported_type());
        let error = Body::new("application/pidf+xml", b"<a>\xFC</a>")
            .xml("application/pidf+xml")
            .unwrap_err();
        assert!(matches!(error, BodyError::Xml(_)) && !error.is_unsupported_type());
    }
}
