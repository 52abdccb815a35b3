//! Sizes beyond which a message is refused. Everything a peer can make long has a bound here.

/// How large the parts of a message may be before it is refused.
///
/// The defaults are [`HEADER_SECTION`], [`HEADERS`], [`LINE`], [`DATAGRAM_BODY`] and [`STREAM_BODY`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the start line and all headers together, with their line ends.
    pub header_section: usize,
    /// Number of header fields.
    pub headers: usize,
    /// Bytes of one header field with its continuation lines.
    pub line: usize,
    /// Bytes of a body that came in a datagram.
    pub datagram_body: usize,
    /// Bytes of a body that came on a stream.
    pub stream_body: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            header_section: HEADER_SECTION,
            headers: HEADERS,
            line: LINE,
            datagram_body: DATAGRAM_BODY,
            stream_body: STREAM_BODY,
        }
    }
}

/// Bytes of the start line and all headers together: 64 KiB.
pub const HEADER_SECTION: usize = 64 * 1024;
/// Number of header fields in a message.
pub const HEADERS: usize = 256;
/// Bytes of one header field with its continuation lines: 8 KiB.
pub const LINE: usize = 8 * 1024;
/// Bytes of a body in a datagram: 64 KiB.
pub const DATAGRAM_BODY: usize = 64 * 1024;
/// Bytes of a body on a stream: 4 MiB.
pub const STREAM_BODY: usize = 4 * 1024 * 1024;
/// Bytes of a URI that [`Uri::parse`](super::Uri::parse) reads.
pub const URI: usize = 4 * 1024;
/// Challenges read from one response; a server has no reason to send more.
pub const CHALLENGES: usize = 16;
