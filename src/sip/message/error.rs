//! Why bytes are not a message.

/// A fault that keeps bytes from being a message at all. Faults inside a header value are [`HeaderError`](crate::sip::HeaderError)s
/// and show only when the value is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MessageError {
    /// There is nothing but line ends: a keep-alive.
    #[error("empty message")]
    Empty,
    /// The first line is neither a request line nor a status line.
    #[error("neither a request line nor a status line")]
    StartLine,
    /// A status code that is not three digits from 100 to 699.
    #[error("status code is not from 100 to 699")]
    StatusCode,
    /// A header line without a name and a colon.
    #[error("line {line} is not a header")]
    HeaderLine {
        /// Number of the line, the start line being 1.
        line: usize,
    },
    /// A lone CR, or a NUL, in the header section.
    #[error("control character in the header section at byte {offset}")]
    ControlCharacter {
        /// Where, in bytes from the start line.
        offset: usize,
    },
    /// No empty line ends the header section.
    #[error("the header section has no end")]
    UnterminatedHead,
    /// The header section is too large.
    #[error("the header section has more than {limit} bytes")]
    HeadTooLarge {
        /// The limit, in bytes.
        limit: usize,
    },
    /// A header with its continuation lines is too long.
    #[error("line {line} has more than {limit} bytes")]
    LineTooLong {
        /// Number of the line, the start line being 1.
        line: usize,
        /// The limit, in bytes.
        limit: usize,
    },
    /// There are too many headers.
    #[error("more than {limit} headers")]
    TooManyHeaders {
        /// The limit.
        limit: usize,
    },
    /// Content-Length is not a number.
    #[error("Content-Length is not a number")]
    ContentLength,
    /// Two Content-Length headers differ.
    #[error("two Content-Length headers differ")]
    ContentLengthConflict,
    /// A message on a stream has no Content-Length.
    #[error("no Content-Length on a stream")]
    NoContentLength,
    /// The body is larger than the limit.
    #[error("a body of {length} bytes is over the limit of {limit}")]
    BodyTooLarge {
        /// What Content-Length announces, in bytes.
        length: u64,
        /// The limit, in bytes.
        limit: usize,
    },
    /// The body ends early.
    #[error("the body has {actual} bytes of {expected}")]
    BodyTooShort {
        /// What Content-Length announces, in bytes.
        expected: u64,
        /// What is there, in bytes.
        actual: usize,
    },
    /// There are bytes behind the body of a framed message.
    #[error("the body has {actual} bytes instead of {expected}")]
    BodyTooLong {
        /// What Content-Length announces, in bytes.
        expected: u64,
        /// What is there, in bytes.
        actual: usize,
    },
}
