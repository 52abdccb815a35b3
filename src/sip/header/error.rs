//! What can be wrong with a header value.

use std::fmt;

use crate::sip::{HeaderName, UriError};

/// A fault in one header value, or the lack of a header.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{element}: {fault} (byte {offset})")]
pub struct HeaderError {
    /// The part of the message that is at fault.
    pub element: Element,
    /// What is wrong.
    pub fault: Fault,
    /// Where in the value, in bytes from its first visible character.
    pub offset: usize,
}

impl HeaderError {
    /// The response code a server answers to a request with this fault: 505 for another SIP version, else 400.
    pub fn status(&self) -> u16 {
        if self.fault == Fault::Version {
            505
        } else {
            400
        }
    }

    pub(crate) fn missing(header: HeaderName) -> Self {
        Self {
            element: Element::Header(header),
            fault: Fault::Missing,
            offset: 0,
        }
    }

    pub(crate) fn repeated(header: HeaderName) -> Self {
        Self {
            element: Element::Header(header),
            fault: Fault::Repeated,
            offset: 0,
        }
    }
}

/// A part of a message that an error names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Element {
    /// The request line or status line.
    StartLine,
    /// A header that is known by name.
    Header(HeaderName),
    /// A header this program has no name for.
    Unknown,
}

impl fmt::Display for Element {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::StartLine => f.write_str("start line"),
            Self::Header(name) => name.fmt(f),
            Self::Unknown => f.write_str("header"),
        }
    }
}

/// What is wrong with a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// A header that must be there is not.
    #[error("missing")]
    Missing,
    /// A header that may occur once occurs again.
    #[error("repeated")]
    Repeated,
    /// The value is not UTF-8.
    #[error("not UTF-8")]
    NotUtf8,
    /// A token was expected.
    #[error("a token is expected")]
    Token,
    /// A quoted string was expected.
    #[error("a quoted string is expected")]
    Quote,
    /// A quoted string has no end.
    #[error("quoted string without an end")]
    UnterminatedQuote,
    /// A URI in angle brackets has no closing bracket.
    #[error("angle bracket without an end")]
    UnterminatedBracket,
    /// A comment has no end.
    #[error("comment without an end")]
    UnterminatedComment,
    /// A display name has characters that must be quoted.
    #[error("display name that must be quoted")]
    DisplayName,
    /// A URI with a question mark, comma or semicolon of its own must stand in angle brackets (RFC 3261 §20).
    #[error("URI must stand in angle brackets")]
    UnbracketedUri,
    /// A request line with its URI in angle brackets.
    #[error("URI must not stand in angle brackets")]
    BracketedUri,
    /// White space where none may be.
    #[error("white space is not allowed here")]
    WhiteSpace,
    /// Headers in a Request-URI (RFC 3261 §19.1.1).
    #[error("headers are not allowed in this URI")]
    UriHeaders,
    /// The URI itself is wrong.
    #[error("URI: {0}")]
    Uri(UriError),
    /// A parameter is empty or malformed.
    #[error("malformed parameter")]
    Parameter,
    /// Decimal digits were expected.
    #[error("a number is expected")]
    Number,
    /// The number is larger than the header allows.
    #[error("number too large")]
    NumberTooLarge,
    /// A host name or address was expected.
    #[error("a host is expected")]
    Host,
    /// A port from 0 to 65535 was expected.
    #[error("a port is expected")]
    Port,
    /// Not `SIP/2.0`.
    #[error("SIP version is not 2.0")]
    Version,
    /// The method of `CSeq` is not that of the request line.
    #[error("method differs from the request line")]
    MethodMismatch,
    /// A date that is not in the one form of RFC 3261 §20.17.
    #[error("malformed date")]
    Date,
    /// `*` beside another contact.
    #[error("`*` must stand alone")]
    Star,
    /// A challenge or credentials that cannot be read.
    #[error("malformed challenge or credentials")]
    Digest,
    /// More elements than are read.
    #[error("too many elements")]
    TooMany,
    /// The value goes on after its end.
    #[error("unexpected text")]
    Junk,
}
