//! Finds the start line and the headers of a message; looks into no value but Content-Length.

use memchr::memchr3;

use super::MessageError;
use crate::sip::scan::{is_lws, is_token, run, trim_lws, trim_lws_end};
use crate::sip::{HeaderName, Limits};

/// Where a header stands in the message.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Entry {
    pub(super) name_start: u32,
    pub(super) value_start: u32,
    pub(super) value_end: u32,
    pub(super) name_length: u16,
    pub(super) name: Option<HeaderName>,
}

/// The start line, as places in the message.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Start {
    Request {
        method: Span,
        uri: Span,
        version: Span,
        clean: bool,
    },
    Response {
        code: u16,
        reason: Span,
        version: Span,
    },
}

pub(crate) type Span = (u32, u32);

/// The headers. As long as they are few they stay on the stack.
#[derive(Debug)]
pub(crate) struct Table {
    first: [Entry; INLINE],
    count: usize,
    spilled: Vec<Entry>,
    pub(super) names: Names,
}

/// What precedes the headers, and where they end.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Head {
    pub(super) start: Start,
    pub(super) body_start: usize,
}

/// Which known headers occur, and which more than once; a set bit for each.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Names {
    seen: u128,
    repeated: u128,
}

impl Names {
    #[inline]
    pub(super) fn has(self, name: HeaderName) -> bool {
        self.seen & name.bit() != 0
    }

    #[inline]
    pub(super) fn repeats(self, name: HeaderName) -> bool {
        self.repeated & name.bit() != 0
    }

    #[inline]
    fn add(&mut self, name: HeaderName) {
        self.repeated |= self.seen & name.bit();
        self.seen |= name.bit();
    }
}

impl Head {
    /// Reads up to the empty line. The bytes begin with the start line.
    /// The table is empty; it is handed in because it is too large to be moved about.
    pub(crate) fn parse(
        bytes: &[u8],
        limits: &Limits,
        table: &mut Table,
    ) -> Result<Self, MessageError> {
        if bytes.is_empty() {
            return Err(MessageError::Empty);
        }
        let section = limits.header_section.min(u32::MAX as usize);
        let mut lines = Lines {
            bytes,
            position: 0,
            section,
        };
        let (_, end) = lines.next()?;
        let mut line = 1;
        if end > limits.line {
            return Err(MessageError::LineTooLong {
                line,
                limit: limits.line,
            });
        }
        let start_line = start_line(&bytes[..end])?;
        loop {
            // Some senders of datagrams leave the empty line out when there is no body.
            if lines.position == bytes.len() {
                break;
            }
            let (start, mut end) = lines.next()?;
            line += 1;
            if start == end {
                break;
            }
            let first_line = line;
            while matches!(bytes.get(lines.position), Some(b' ' | b'\t')) {
                end = lines.next()?.1;
                line += 1;
            }
            if end - start > limits.line {
                return Err(MessageError::LineTooLong {
                    line: first_line,
                    limit: limits.line,
                });
            }
            if table.count == limits.headers {
                return Err(MessageError::TooManyHeaders {
                    limit: limits.headers,
                });
            }
            let entry =
                entry(bytes, start, end).ok_or(MessageError::HeaderLine { line: first_line })?;
            table.push(entry);
        }
        Ok(Self {
            start: start_line,
            body_start: lines.position,
        })
    }
}

impl Table {
    pub(crate) fn new() -> Self {
        Self {
            first: [EMPTY; INLINE],
            count: 0,
            spilled: Vec::new(),
            names: Names::default(),
        }
    }

    pub(crate) fn entries(&self) -> &[Entry] {
        if self.spilled.is_empty() {
            &self.first[..self.count]
        } else {
            &self.spilled
        }
    }

    fn push(&mut self, entry: Entry) {
        if let Some(name) = entry.name {
            self.names.add(name);
        }
        if let Some(slot) = self.first.get_mut(self.count) {
            *slot = entry;
        } else {
            if self.spilled.is_empty() {
                self.spilled.extend_from_slice(&self.first);
            }
            self.spilled.push(entry);
        }
        self.count += 1;
    }
}

/// The value of Content-Length; all headers of that name must agree (RFC 3261 §20.14).
pub(crate) fn content_length(bytes: &[u8], entries: &[Entry]) -> Result<Option<u64>, MessageError> {
    let mut length = None;
    for entry in entries
        .iter()
        .filter(|entry| entry.name == Some(HeaderName::ContentLength))
    {
        let digits = &bytes[entry.value_start as usize..entry.value_end as usize];
        if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
            return Err(MessageError::ContentLength);
        }
        let number = digits.iter().fold(0u64, |number, digit| {
            number
                .saturating_mul(10)
                .saturating_add(u64::from(digit - b'0'))
        });
        if length.is_some_and(|other| other != number) {
            return Err(MessageError::ContentLengthConflict);
        }
        length = Some(number);
    }
    Ok(length)
}

struct Lines<'a> {
    bytes: &'a [u8],
    position: usize,
    section: usize,
}

impl Lines<'_> {
    /// The next line without its end, which is CRLF or, on input only, a lone LF.
    fn next(&mut self) -> Result<(usize, usize), MessageError> {
        let start = self.position;
        let window = self.bytes.len().min(self.section);
        let mut from = start;
        let end = loop {
            let Some(found) = memchr3(b'\n', b'\r', 0, &self.bytes[from..window]) else {
                return Err(if self.bytes.len() > self.section {
                    MessageError::HeadTooLarge {
                        limit: self.section,
                    }
                } else {
                    MessageError::UnterminatedHead
                });
            };
            let place = from + found;
            if self.bytes[place] != 0 {
                break place;
            }
            // A quoted pair may hold NUL (RFC 4475 §3.1.1.2); nothing else may.
            if place == start || self.bytes[place - 1] != b'\\' {
                return Err(MessageError::ControlCharacter { offset: place });
            }
            from = place + 1;
        };
        self.position = match (self.bytes[end], self.bytes.get(end + 1)) {
            (b'\n', _) => end + 1,
            (b'\r', Some(b'\n')) => end + 2,
            (b'\r', None) => return Err(MessageError::UnterminatedHead),
            _ => return Err(MessageError::ControlCharacter { offset: end }),
        };
        if self.position > self.section {
            return Err(MessageError::HeadTooLarge {
                limit: self.section,
            });
        }
        Ok((start, end))
    }
}

/// Takes a header line apart. Places fit 32 bits, since the header section does.
#[expect(
    clippy::cast_possible_truncation,
    reason = "`Lines` bounds the section to 32 bits"
)]
#[inline]
fn entry(bytes: &[u8], start: usize, end: usize) -> Option<Entry> {
    let line = &bytes[start..end];
    let colon = run(line, |byte| byte != b':');
    let value = line.get(colon + 1..)?;
    // White space before the colon is legal (RFC 3261 §7.3.1, HCOLON).
    let written = trim_lws_end(&line[..colon]);
    let name = HeaderName::lookup(written);
    if name.is_none() && (written.is_empty() || !written.iter().all(|byte| is_token(*byte))) {
        return None;
    }
    let leading = run(value, is_lws);
    let length = trim_lws_end(&value[leading..]).len();
    let value_start = start + colon + 1 + leading;
    Some(Entry {
        name_start: start as u32,
        value_start: value_start as u32,
        value_end: (value_start + length) as u32,
        name_length: u16::try_from(written.len()).ok()?,
        name,
    })
}

fn start_line(line: &[u8]) -> Result<Start, MessageError> {
    if std::str::from_utf8(line).is_err() && !is_version(line.get(..7).unwrap_or_default()) {
        return Err(MessageError::StartLine);
    }
    let first_end = line
        .iter()
        .position(|byte| matches!(byte, b' ' | b'\t'))
        .ok_or(MessageError::StartLine)?;
    let first = &line[..first_end];
    if is_version(first) {
        status_line(line, first_end)
    } else {
        request_line(line, first_end)
    }
}

fn status_line(line: &[u8], version_end: usize) -> Result<Start, MessageError> {
    let code_start = version_end
        + line[version_end..]
            .iter()
            .take_while(|byte| **byte == b' ')
            .count();
    let digits = line[code_start..]
        .iter()
        .take_while(|byte| !is_lws(**byte))
        .count();
    let text = &line[code_start..code_start + digits];
    let code = match text {
        [b'1'..=b'6', b'0'..=b'9', b'0'..=b'9'] => text
            .iter()
            .fold(0u16, |code, digit| code * 10 + u16::from(digit - b'0')),
        _ => return Err(MessageError::StatusCode),
    };
    let after = code_start + digits;
    let reason_start = after + usize::from(after < line.len());
    Ok(Start::Response {
        code,
        reason: span(reason_start, line.len()),
        version: span(0, version_end),
    })
}

fn request_line(line: &[u8], method_end: usize) -> Result<Start, MessageError> {
    if method_end == 0 || !line[..method_end].iter().all(|byte| is_token(*byte)) {
        return Err(MessageError::StartLine);
    }
    let end = line.len() - line.iter().rev().take_while(|byte| is_lws(**byte)).count();
    let version_start = line[..end]
        .iter()
        .rposition(|byte| is_lws(*byte))
        .ok_or(MessageError::StartLine)?
        + 1;
    if !is_version(&line[version_start..end]) || version_start <= method_end {
        return Err(MessageError::StartLine);
    }
    let middle = &line[method_end..version_start];
    let uri = trim_lws(middle);
    if uri.is_empty() {
        return Err(MessageError::StartLine);
    }
    let uri_start = method_end + middle.iter().take_while(|byte| is_lws(**byte)).count();
    let clean = end == line.len()
        && uri.len() + 2 == middle.len()
        && line[method_end] == b' '
        && line[version_start - 1] == b' ';
    Ok(Start::Request {
        method: span(0, method_end),
        uri: span(uri_start, uri_start + uri.len()),
        version: span(version_start, end),
        clean,
    })
}

/// `SIP/` in any case, digits, a dot, digits.
fn is_version(text: &[u8]) -> bool {
    let Some((name, numbers)) = text.split_at_checked(4) else {
        return false;
    };
    let mut parts = numbers.split(|byte| *byte == b'.');
    let digits = |part: Option<&[u8]>| {
        part.is_some_and(|part| !part.is_empty() && part.iter().all(u8::is_ascii_digit))
    };
    name.eq_ignore_ascii_case(b"SIP/")
        && digits(parts.next())
        && digits(parts.next())
        && parts.next().is_none()
}

/// Places in the header section, which [`Lines`] bounds to 32 bits.
fn span(start: usize, end: usize) -> Span {
    (
        u32::try_from(start).unwrap_or(u32::MAX),
        u32::try_from(end).unwrap_or(u32::MAX),
    )
}

const INLINE: usize = 24;
const EMPTY: Entry = Entry {
    name_start: 0,
    value_start: 0,
    value_end: 0,
    name_length: 0,
    name: None,
};
