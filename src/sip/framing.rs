//! Cuts a stream into messages (RFC 3261 §18.3, RFC 5626 §4.4.1).

use bytes::{Buf, Bytes, BytesMut};
use memchr::{memchr, memchr_iter};

use super::message::{MessageError, framed_length};
use super::{
    Limits,
    message::{Head, Table},
};

/// What a stream carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Frame {
    /// One whole message, for [`Message::parse_stream`](super::Message::parse_stream).
    Message(Bytes),
    /// Two line ends: a keep-alive that wants a [`PONG`] back.
    Ping,
    /// One line end: the answer to a keep-alive.
    Pong,
}

/// Why a stream cannot be cut any further. It cannot be mended: answer 400 if [`StreamFramer::refused_head`] is a request,
/// then close the connection.
pub type FramingError = MessageError;

/// Collects what comes from a stream and gives out whole messages.
///
/// A ping that is cut in the middle shows as [`Frame::Pong`] and then [`Frame::Ping`]; a pong nobody waits for has no
/// effect. After an error every further call gives the same error.
#[derive(Debug)]
pub struct StreamFramer {
    limits: Limits,
    buffer: BytesMut,
    /// How far the buffer has been searched for the end of the header section.
    searched: usize,
    /// Where the line begins in which the search goes on.
    line_start: usize,
    /// Bytes of the message at the start of the buffer, once its header section is read.
    expected: Option<usize>,
    /// One line end has been given out as a pong, and may prove to be the first half of a ping.
    half_ping: bool,
    error: Option<FramingError>,
    refused_head: Option<Bytes>,
    /// How what could not be framed begins, where its header section could not be read.
    refused_start: Bytes,
}

impl StreamFramer {
    /// A framer for one connection.
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            buffer: BytesMut::new(),
            searched: 0,
            line_start: 0,
            expected: None,
            half_ping: false,
            error: None,
            refused_head: None,
            refused_start: Bytes::new(),
        }
    }

    /// Adds what was read. The caller takes all frames before it reads more, so that the limits hold.
    pub fn push(&mut self, bytes: &[u8]) {
        if self.error.is_none() {
            self.buffer.extend_from_slice(bytes);
        }
    }

    /// The next frame; `None` until more is read.
    #[expect(
        clippy::should_implement_trait,
        reason = "an error is not the end of an iteration"
    )]
    pub fn next(&mut self) -> Result<Option<Frame>, FramingError> {
        if let Some(error) = self.error {
            return Err(error);
        }
        self.advance().inspect_err(|error| {
            self.error = Some(*error);
            let shown = self.buffer.len().min(REFUSED_SHOWN);
            self.refused_start = Bytes::copy_from_slice(&self.buffer[..shown]);
            self.buffer.clear();
        })
    }

    /// The header section of the message that could not be framed, if it could be read: a request is answered 400.
    pub fn refused_head(&self) -> Option<&Bytes> {
        self.refused_head.as_ref()
    }

    /// What could not be framed, for the record: its header section, or as much of it as is worth a look. Empty before the
    /// error.
    pub fn refused(&self) -> &Bytes {
        self.refused_head.as_ref().unwrap_or(&self.refused_start)
    }

    /// Whether nothing of an unfinished message is held; otherwise closing now cuts a message.
    pub fn is_empty(&self) -> bool {
        self.buffer.is_empty()
    }

    fn advance(&mut self) -> Result<Option<Frame>, FramingError> {
        if self.expected.is_none() {
            if let Some(frame) = self.keep_alive() {
                return Ok(Some(frame));
            }
            // A lone CR may be the first byte of a keep-alive.
            if matches!(&self.buffer[..], [] | [b'\r']) {
                return Ok(None);
            }
            let Some(end) = self.head_end()? else {
                return Ok(None);
            };
            self.expected = Some(self.message_length(end)?);
        }
        let Some(length) = self.expected.filter(|length| *length <= self.buffer.len()) else {
            return Ok(None);
        };
        (self.expected, self.searched, self.line_start) = (None, 0, 0);
        Ok(Some(Frame::Message(self.buffer.split_to(length).freeze())))
    }

    /// Takes line ends before a message.
    fn keep_alive(&mut self) -> Option<Frame> {
        loop {
            if self.searched > 0 {
                return None;
            }
            match &self.buffer[..] {
                [b'\n', ..] => self.buffer.advance(1),
                [b'\r', b'\n', ..] if self.half_ping => {
                    self.half_ping = false;
                    self.buffer.advance(2);
                    return Some(Frame::Ping);
                }
                [b'\r', b'\n', b'\r', b'\n', ..] => {
                    self.buffer.advance(4);
                    return Some(Frame::Ping);
                }
                // The second half of a ping may be on its way.
                [b'\r', b'\n'] | [b'\r', b'\n', b'\r'] => {
                    self.buffer.advance(2);
                    self.half_ping = true;
                    return Some(Frame::Pong);
                }
                [b'\r', b'\n', ..] => {
                    self.buffer.advance(2);
                    return Some(Frame::Pong);
                }
                [] | [b'\r'] => return None,
                _ => {
                    self.half_ping = false;
                    return None;
                }
            }
        }
    }

    /// Searches the end of the header section; gives the offset behind its empty line.
    fn head_end(&mut self) -> Result<Option<usize>, FramingError> {
        while let Some(found) = memchr(b'\n', &self.buffer[self.searched..]) {
            let newline = self.searched + found;
            let line = &self.buffer[self.line_start..newline];
            self.searched = newline + 1;
            if self.searched > self.limits.header_section {
                break;
            }
            if line.is_empty() || line == b"\r" {
                return Ok(Some(self.searched));
            }
            self.check_line(line.len())?;
            self.line_start = self.searched;
        }
        if self.buffer.len() > self.limits.header_section {
            return Err(MessageError::HeadTooLarge {
                limit: self.limits.header_section,
            });
        }
        self.check_line(self.buffer.len() - self.line_start)?;
        self.searched = self.buffer.len();
        Ok(None)
    }

    /// Refuses a line that is too long before its end has come.
    fn check_line(&self, length: usize) -> Result<(), FramingError> {
        // One more for the CR, which the limit does not count.
        if length <= self.limits.line + 1 {
            return Ok(());
        }
        let line = 1 + memchr_iter(b'\n', &self.buffer[..self.line_start]).count();
        Err(MessageError::LineTooLong {
            line,
            limit: self.limits.line,
        })
    }

    fn message_length(&mut self, head_end: usize) -> Result<usize, FramingError> {
        let bytes = &self.buffer[..head_end];
        let mut table = Table::new();
        Head::parse(bytes, &self.limits, &mut table)?;
        let body = framed_length(bytes, table.entries()).and_then(|length| {
            let length = length.ok_or(MessageError::NoContentLength)?;
            match usize::try_from(length) {
                Ok(body) if body <= self.limits.stream_body => Ok(body),
                _ => Err(MessageError::BodyTooLarge {
                    length,
                    limit: self.limits.stream_body,
                }),
            }
        });
        match body {
            Ok(body) => Ok(head_end + body),
            Err(error) => {
                self.refused_head = Some(self.buffer.split_to(head_end).freeze());
                Err(error)
            }
        }
    }
}

/// What answers a [`Frame::Ping`].
pub const PONG: &[u8] = b"\r\n";
/// A keep-alive as it is sent.
pub const PING: &[u8] = b"\r\n\r\n";
/// Bytes shown of what is no message.
const REFUSED_SHOWN: usize = 2048;

#[cfg(test)]
mod tests;
