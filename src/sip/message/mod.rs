//! A message: the bytes it came in and an ordered table of its headers.

mod error;
mod head;
mod headers;
mod readers;
mod validate;

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;

pub use error::MessageError;

use head::{Entry, Names, Start};
pub(crate) use head::{Head, Table, content_length as framed_length};
pub use headers::{Headers, RawHeader};

use super::header::HeaderError;
use super::{HeaderName, Limits, Method};

/// A SIP request or response (RFC 3261 §7).
///
/// Parsing finds the lines and names the headers; values are looked at when they are asked for. The message keeps the
/// bytes it was made from, so that a clone costs two reference counts and an unread header nothing.
#[derive(Clone)]
pub struct Message {
    bytes: Bytes,
    entries: Arc<[Entry]>,
    names: Names,
    start: Start,
    body_start: usize,
}

/// `NOTIFY sip:alice@192.0.2.1 SIP/2.0`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestLine<'a> {
    /// The method as written.
    pub method: &'a str,
    /// The Request-URI as written.
    pub uri: &'a str,
    /// The version as written: `SIP/2.0`.
    pub version: &'a str,
}

/// `SIP/2.0 200 OK`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StatusLine<'a> {
    /// The response code, 100 to 699.
    pub code: u16,
    /// The reason phrase; empty if there is none or it is not UTF-8.
    pub reason: &'a str,
    /// The version as written: `SIP/2.0`.
    pub version: &'a str,
}

impl Message {
    /// Reads a message that came in one datagram (RFC 3261 §18.3): line ends before it are skipped and bytes behind the
    /// body are dropped. Without Content-Length the body goes to the end of the datagram, and also with one that cannot be
    /// read or contradicts another, which [`Message::validate`] tells.
    pub fn parse_datagram(bytes: Bytes, limits: &Limits) -> Result<Self, MessageError> {
        let mut table = Table::new();
        let (bytes, head) = Self::head(bytes, limits, &mut table)?;
        let actual = bytes.len() - head.body_start;
        let length = head::content_length(&bytes, table.entries())
            .ok()
            .flatten()
            .unwrap_or(actual as u64);
        let limit = limits.datagram_body;
        match usize::try_from(length) {
            Ok(body) if body <= actual && body <= limit => {
                let end = head.body_start + body;
                Ok(Self::assemble(bytes.slice(..end), head, &table))
            }
            Ok(body) if body <= limit => Err(MessageError::BodyTooShort {
                expected: length,
                actual,
            }),
            _ => Err(MessageError::BodyTooLarge { length, limit }),
        }
    }

    /// Reads exactly one message that a [`StreamFramer`](super::framing::StreamFramer) has cut from a stream.
    pub fn parse_stream(bytes: Bytes, limits: &Limits) -> Result<Self, MessageError> {
        let mut table = Table::new();
        let (bytes, head) = Self::head(bytes, limits, &mut table)?;
        let actual = bytes.len() - head.body_start;
        let length =
            head::content_length(&bytes, table.entries())?.ok_or(MessageError::NoContentLength)?;
        if length > limits.stream_body as u64 {
            return Err(MessageError::BodyTooLarge {
                length,
                limit: limits.stream_body,
            });
        }
        if length > actual as u64 {
            return Err(MessageError::BodyTooShort {
                expected: length,
                actual,
            });
        }
        if length < actual as u64 {
            return Err(MessageError::BodyTooLong {
                expected: length,
                actual,
            });
        }
        Ok(Self::assemble(bytes, head, &table))
    }

    /// Reads the start line and headers only, whatever the Content-Length says; the body is empty. This serves to answer
    /// 400 to a request whose body or Content-Length is wrong (RFC 3261 §18.3).
    pub fn parse_head(bytes: Bytes, limits: &Limits) -> Result<Self, MessageError> {
        let mut table = Table::new();
        let (bytes, head) = Self::head(bytes, limits, &mut table)?;
        Ok(Self::assemble(bytes.slice(..head.body_start), head, &table))
    }

    fn head(
        mut bytes: Bytes,
        limits: &Limits,
        table: &mut Table,
    ) -> Result<(Bytes, Head), MessageError> {
        let leading = bytes
            .iter()
            .take_while(|byte| matches!(byte, b'\r' | b'\n'))
            .count();
        if leading > 0 {
            bytes = bytes.slice(leading..);
        }
        let head = Head::parse(&bytes, limits, table)?;
        Ok((bytes, head))
    }

    fn assemble(bytes: Bytes, head: Head, table: &Table) -> Self {
        Self {
            bytes,
            entries: Arc::from(table.entries()),
            names: table.names,
            start: head.start,
            body_start: head.body_start,
        }
    }

    /// The whole message as it came, without what preceded or followed it.
    pub fn bytes(&self) -> &Bytes {
        &self.bytes
    }

    /// Whether this is a request; otherwise it is a response.
    pub fn is_request(&self) -> bool {
        matches!(self.start, Start::Request { .. })
    }

    /// The request line; `None` for a response.
    pub fn request_line(&self) -> Option<RequestLine<'_>> {
        let Start::Request {
            method,
            uri,
            version,
            ..
        } = self.start
        else {
            return None;
        };
        Some(RequestLine {
            method: self.text(method),
            uri: self.text(uri),
            version: self.text(version),
        })
    }

    /// The status line; `None` for a request.
    pub fn status_line(&self) -> Option<StatusLine<'_>> {
        let Start::Response {
            code,
            reason,
            version,
        } = self.start
        else {
            return None;
        };
        Some(StatusLine {
            code,
            reason: self.text(reason),
            version: self.text(version),
        })
    }

    /// The response code; `None` for a request.
    pub fn status(&self) -> Option<u16> {
        match self.start {
            Start::Response { code, .. } => Some(code),
            Start::Request { .. } => None,
        }
    }

    /// The method of the request line, or for a response that of `CSeq`.
    pub fn method(&self) -> Result<Method, HeaderError> {
        match self.request_line() {
            Some(line) => Ok(Method::parse(line.method)),
            None => self.cseq().map(|cseq| cseq.method),
        }
    }

    /// The first header of that name, in its full or compact form.
    pub fn header(&self, name: HeaderName) -> Option<RawHeader<'_>> {
        if !self.names.has(name) {
            return None;
        }
        let entry = headers::find(&mut &*self.entries, name)?;
        Some(RawHeader::new(&self.bytes, entry))
    }

    /// Each header of that name in order.
    pub fn headers(&self, name: HeaderName) -> Headers<'_> {
        let entries: &[Entry] = if self.names.has(name) {
            &self.entries
        } else {
            &[]
        };
        Headers::new(&self.bytes, entries, Some(name))
    }

    /// Each header in order.
    pub fn all_headers(&self) -> Headers<'_> {
        Headers::new(&self.bytes, &self.entries, None)
    }

    /// The first header of that name, known or not, without regard to case.
    pub fn header_named(&self, name: &str) -> Option<RawHeader<'_>> {
        match HeaderName::lookup(name.as_bytes()) {
            Some(known) => self.header(known),
            None => self
                .all_headers()
                .find(|header| header.name().eq_ignore_ascii_case(name)),
        }
    }

    /// The body; a share of the message's bytes.
    pub fn body(&self) -> Bytes {
        self.bytes.slice(self.body_start..)
    }

    /// The body without a share.
    pub fn body_bytes(&self) -> &[u8] {
        &self.bytes[self.body_start..]
    }

    fn text(&self, (start, end): (u32, u32)) -> &str {
        let range: Range<usize> = start as usize..end as usize;
        self.bytes
            .get(range)
            .and_then(|bytes| std::str::from_utf8(bytes).ok())
            .unwrap_or_default()
    }
}

impl fmt::Debug for Message {
    /// Shows the start line and the number of headers; values may hold credentials.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line = self
            .bytes
            .split(|byte| matches!(byte, b'\r' | b'\n'))
            .next()
            .unwrap_or_default();
        write!(
            f,
            "Message({}, {} headers, {} bytes of body)",
            String::from_utf8_lossy(line),
            self.entries.len(),
            self.body_bytes().len()
        )
    }
}

#[cfg(test)]
mod tests;
