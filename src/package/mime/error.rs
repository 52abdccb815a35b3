//! Why a body of several parts, or an encoded one, cannot be read.

use crate::package::remark::Place;

/// A breach of MIME, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {fault}")]
pub struct MimeError {
    /// Where in the body; lines of an inner part are counted from the start of the outermost one.
    pub place: Place,
    /// What is wrong there.
    pub fault: MimeFault,
}

/// What is wrong with a body of several parts, or with one of them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MimeFault {
    /// The type names no boundary, or one that RFC 2046 section 5.1.1 forbids.
    #[error("the type names no usable boundary")]
    Boundary,
    /// No line with the boundary.
    #[error("the boundary does not occur")]
    NoParts,
    /// The last boundary, with two hyphens behind it, is missing: the body was cut.
    #[error("the final boundary is missing")]
    Unclosed,
    /// More parts than [`crate::package::limits::PARTS`].
    #[error("there are more than {} parts", crate::package::limits::PARTS)]
    TooManyParts,
    /// More levels than [`crate::package::limits::PART_DEPTH`].
    #[error("parts are nested deeper than {}", crate::package::limits::PART_DEPTH)]
    TooDeep,
    /// A line before a part's content that is no header field.
    #[error("a header field of a part is unreadable")]
    Field,
    /// More header bytes or fields than [`crate::package::limits`] allows.
    #[error("a part has too many header fields")]
    TooManyFields,
    /// A transfer encoding that is not read, or not allowed there.
    #[error("the transfer encoding '{0}' is not supported here")]
    TransferEncoding(String),
    /// Content that does not fit its transfer or content coding.
    #[error("the content is not valid {0}")]
    Malformed(&'static str),
    /// A content coding that is not read.
    #[error("the content coding '{0}' is not supported")]
    Coding(String),
    /// Content that grows beyond what is read.
    #[error("the content grows beyond {0} bytes when it is decoded")]
    Bomb(usize),
}

impl MimeError {
    /// The error for a fault in a line.
    pub(super) fn at(line: u32, fault: MimeFault) -> Self {
        Self {
            place: Place::line(line),
            fault,
        }
    }
}
