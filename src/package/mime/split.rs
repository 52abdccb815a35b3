//! Cutting a body at its boundary, and a part into header fields and content (RFC 2046 section 5.1.1).

use std::borrow::Cow;

use memchr::memmem::Finder;

use super::error::{MimeError, MimeFault};
use crate::package::limits;

/// A piece of a body with the number of its first line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Piece<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) first_line: u32,
}

/// A header field: its name, and its value on one line.
pub(super) type Field<'a> = (&'a str, Cow<'a, str>);

/// Cuts a body into its parts. What stands before the first boundary and behind the last one is left out.
///
/// `budget` is the number of parts that may still come; each one lowers it.
pub(super) fn parts<'a>(
    body: Piece<'a>,
    boundary: &str,
    budget: &mut usize,
) -> Result<Vec<Piece<'a>>, MimeError> {
    let bytes = body.bytes;
    let delimiter = format!("--{boundary}");
    let finder = Finder::new(&delimiter);
    let mut lines = Lines::new(body);
    let mut found = Vec::new();
    let mut open: Option<usize> = None;
    let mut at = 0;
    while let Some(offset) = finder.find(&bytes[at..]) {
        let start = at + offset;
        let after = start + delimiter.len();
        at = after;
        let at_line_start = start == 0 || bytes[start - 1] == b'\n';
        let Some((closing, next)) = delimiter_end(bytes, after).filter(|_| at_line_start) else {
            continue;
        };
        if let Some(first) = open {
            let line = lines.number(first);
            if *budget == 0 {
                return Err(MimeError::at(line, MimeFault::TooManyParts));
            }
            *budget -= 1;
            found.push(Piece {
                bytes: before_line_end(bytes, first, start),
                first_line: line,
            });
        }
        if closing {
            if found.is_empty() {
                return Err(MimeError::at(lines.number(start), MimeFault::NoParts));
            }
            return Ok(found);
        }
        open = Some(next);
        at = next;
    }
    let fault = match open {
        Some(_) => MimeFault::Unclosed,
        None => MimeFault::NoParts,
    };
    Err(MimeError::at(lines.number(bytes.len()), fault))
}

/// Cuts a part into its header fields, unfolded, and its content.
pub(super) fn header(part: Piece<'_>) -> Result<(Vec<Field<'_>>, Piece<'_>), MimeError> {
    let mut fields: Vec<Field<'_>> = Vec::new();
    let mut line_number = part.first_line;
    let mut at = 0;
    while at < part.bytes.len() {
        let rest = &part.bytes[at..];
        let length = memchr::memchr(b'\n', rest).map_or(rest.len(), |end| end + 1);
        let line = &rest[..length];
        at += length;
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let error = |fault| MimeError::at(line_number, fault);
        if line.is_empty() {
            line_number += 1;
            break;
        }
        if at > limits::PART_HEADER_BYTES || fields.len() >= limits::PART_FIELDS {
            return Err(error(MimeFault::TooManyFields));
        }
        let text = std::str::from_utf8(line).map_err(|_| error(MimeFault::Field))?;
        if text.starts_with([' ', '\t']) {
            let (_, value) = fields.last_mut().ok_or_else(|| error(MimeFault::Field))?;
            let value = value.to_mut();
            value.push(' ');
            value.push_str(text.trim());
        } else {
            let (name, value) = text
                .split_once(':')
                .map(|(name, value)| (name.trim_end(), value.trim()))
                .filter(|(name, _)| is_field_name(name))
                .ok_or_else(|| error(MimeFault::Field))?;
            fields.push((name, Cow::Borrowed(value)));
        }
        line_number += 1;
    }
    let content = Piece {
        bytes: &part.bytes[at..],
        first_line: line_number,
    };
    Ok((fields, content))
}

/// Whether the boundary is one that RFC 2046 section 5.1.1 allows; the only rule left out is that of its characters,
/// as servers invent others.
pub(super) fn is_boundary(boundary: &str) -> bool {
    (1..=70).contains(&boundary.len())
        && !boundary.ends_with(' ')
        && !boundary.chars().any(char::is_control)
}

/// What follows a boundary that ends a line: whether it was the final one, and where the next line starts.
fn delimiter_end(bytes: &[u8], after: usize) -> Option<(bool, usize)> {
    let rest = bytes.get(after..)?;
    let closing = rest.starts_with(b"--");
    let rest = if closing { &rest[2..] } else { rest };
    let padding = rest
        .iter()
        .take_while(|byte| matches!(byte, b' ' | b'\t'))
        .count();
    let line_end = &rest[padding..];
    let skipped = usize::from(closing) * 2 + padding;
    if line_end.starts_with(b"\r\n") {
        Some((closing, after + skipped + 2))
    } else if line_end.starts_with(b"\n") {
        Some((closing, after + skipped + 1))
    } else {
        // Only the final boundary may be the last thing of all.
        (closing && line_end.is_empty()).then_some((true, bytes.len()))
    }
}

/// From `first` up to the boundary at `start`; the line end before that belongs to the boundary.
fn before_line_end(bytes: &[u8], first: usize, start: usize) -> &[u8] {
    let part = bytes.get(first..start).unwrap_or_default();
    let part = part.strip_suffix(b"\n").unwrap_or(part);
    part.strip_suffix(b"\r").unwrap_or(part)
}

fn is_field_name(name: &str) -> bool {
    !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && !b"()<>@,;:\\\"/[]?=".contains(&byte))
}

/// Numbers of lines, for offsets that only grow.
struct Lines<'a> {
    body: Piece<'a>,
    counted: usize,
    line: u32,
}

impl<'a> Lines<'a> {
    fn new(body: Piece<'a>) -> Self {
        Self {
            body,
            counted: 0,
            line: body.first_line,
        }
    }

    fn number(&mut self, offset: usize) -> u32 {
        let passed = self
            .body
            .bytes
            .get(self.counted..offset)
            .unwrap_or_default();
        let ends = memchr::memchr_iter(b'\n', passed).count();
        self.line = self
            .line
            .saturating_add(u32::try_from(ends).unwrap_or(u32::MAX));
        self.counted = self.counted.max(offset);
        self.line
    }
}
