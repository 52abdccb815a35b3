//! A body as it came with a NOTIFY, and why it cannot be used.

use std::borrow::Cow;

use super::mime::{self, ContentType, MimeError, MimeFault, Multipart};
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
    /// Value of Content-Encoding: what the bytes are packed into.
    pub content_encoding: Option<&'a str>,
    /// The bytes as they came.
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
    /// A list in a subscription that is about one resource, or the other way round (RFC 4662 section 4.5).
    #[error("the body is about {}", if *.list { "a list, and not one resource" } else { "one resource, and not a list" })]
    Nature {
        /// Whether the body is about a list.
        list: bool,
    },
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
            Self::UnsupportedType { .. } | Self::TooLarge { .. } | Self::Nature { .. } => None,
        }
    }

    /// The same fault in a body in which so many lines come before.
    #[must_use]
    pub fn further_down(mut self, lines: u32) -> Self {
        match &mut self {
            Self::Xml(error) => error.line = error.line.saturating_add(lines),
            Self::Mime(error) => error.place = error.place.further_down(lines),
            Self::Partial(error) => error.place = error.place.further_down(lines),
            Self::Patch(error) => error.line = error.line.saturating_add(lines),
            Self::Root { place, .. } | Self::Missing { place, .. } => {
                *place = place.further_down(lines);
            }
            Self::UnsupportedType { .. } | Self::TooLarge { .. } | Self::Nature { .. } => {}
        }
        self
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
    /// A body of a type, without a language, not packed.
    pub fn new(content_type: &'a str, bytes: &'a [u8]) -> Self {
        Self {
            content_type,
            content_language: None,
            content_encoding: None,
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

    /// The bytes, unpacked.
    ///
    /// # Errors
    /// [`BodyError::Mime`], of which [`BodyError::is_unsupported_coding`] is answered with 415.
    pub fn content(&self) -> Result<Cow<'a, [u8]>, BodyError> {
        Ok(mime::decode(self.bytes, self.content_encoding)?)
    }

    /// The same body with its bytes unpacked, as [`Self::content`] gives them.
    pub fn unpacked<'b>(&self, content: &'b [u8]) -> Body<'b>
    where
        'a: 'b,
    {
        Body {
            content_type: self.content_type,
            content_language: self.content_language,
            content_encoding: None,
            bytes: content,
        }
    }

    /// Parses the body as XML of a type, with the charset parameter. It may be packed, and come as one of several
    /// parts.
    pub(super) fn xml(&self, expected: &'static str) -> Result<xml::Document, BodyError> {
        self.open(expected, plain_xml)
    }

    /// Parses the body as XML, whatever its type, with the charset parameter. It may be packed.
    pub(super) fn any_xml(&self) -> Result<xml::Document, BodyError> {
        let content = self.content()?;
        plain_xml(&self.unpacked(&content))
    }

    /// Reads the document of a type that the body is, or that is one of its parts.
    pub(super) fn open<T>(
        &self,
        expected: &'static str,
        read: impl FnOnce(&Body<'_>) -> Result<T, BodyError>,
    ) -> Result<T, BodyError> {
        let in_parts = ContentType::parse(self.content_type).is_multipart();
        if !in_parts {
            self.expect(expected)?;
        }
        let content = self.content()?;
        let body = self.unpacked(&content);
        if !in_parts {
            return read(&body);
        }
        let multipart = Multipart::of_notify(&body)?;
        let part = multipart.document(&|kind| kind.eq_ignore_ascii_case(expected))?;
        read(&part.body()?).map_err(|error| error.further_down(part.first_line.saturating_sub(1)))
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

fn plain_xml(body: &Body<'_>) -> Result<xml::Document, BodyError> {
    Ok(xml::Document::parse(body.bytes, body.charset().as_deref())?)
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
    use crate::package::message_summary;

    #[test]
    fn fm_005_a_document_may_be_one_of_several_parts() {
        let kind = "multipart/mixed;boundary=b";
        let xml = "--b\r\nContent-Type: text/plain\r\nContent-Disposition: render;handling=optional\r\n\r\nhello\r\n\
            --b\r\nContent-Type: a/b+xml;charset=utf-8\r\n\r\n<a>\r\nü</a>\r\n--b--";
        let body = Body::new(kind, xml.as_bytes());
        assert_eq!(body.xml("a/b+xml").unwrap().root().text(), "\nü");
        assert!(body.xml("a/c+xml").unwrap_err().is_unsupported_type());
        // Places are those of the whole body.
        let broken = xml.replace("</a>", "</b>");
        let error = Body::new(kind, broken.as_bytes())
            .xml("a/b+xml")
            .unwrap_err();
        assert_eq!(error.place().unwrap().line, 10);
        let summary = "--b\r\nContent-Type: application/simple-message-summary\r\n\r\nMessages-Waiting: yes\r\n--b--";
        let summary = message_summary::Summary::parse(&Body::new(kind, summary.as_bytes()));
        assert!(summary.unwrap().waiting);
    }

    #[test]
    fn fm_005_a_packed_body_is_unpacked() {
        let mut body = Body::new("a/b+xml", b"<a/>");
        body.content_encoding = Some("identity");
        assert!(body.xml("a/b+xml").is_ok());
        body.content_encoding = Some("gzip");
        let error = body.xml("a/b+xml").unwrap_err();
        assert!(matches!(error, BodyError::Mime(_)) && !error.is_unsupported_coding());
        body.content_encoding = Some("br");
        assert!(body.xml("a/b+xml").unwrap_err().is_unsupported_coding());
        // A foreign type is what is wrong first.
        assert!(body.xml("c/d").unwrap_err().is_unsupported_type());
    }

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
