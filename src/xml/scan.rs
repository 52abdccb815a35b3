//! The pieces of markup as they stand in the source: names, attributes, the ends of tags, comments and sections.
//!
//! A tokenizer of our own, because half the time from a document to what is shown of it went into one that has to be
//! ready for more than these documents may hold. Nothing is resolved or copied here.

use std::ops::Range;

use super::error::Fault;

/// A fault and the byte it was found at.
pub(super) type Found = (usize, Fault);

/// A name with its prefix.
#[derive(Debug, Clone, Copy)]
pub(super) struct Name {
    pub(super) start: usize,
    pub(super) end: usize,
    /// Where the part without prefix begins; `start` where there is no prefix.
    pub(super) local: usize,
}

/// An attribute of a start tag.
#[derive(Debug)]
pub(super) struct Written {
    pub(super) name: Name,
    /// What stands between the quotes.
    pub(super) value: Range<usize>,
    /// Whether that is the value as it is, with nothing to resolve.
    pub(super) plain: bool,
}

/// What follows in a start tag.
#[derive(Debug)]
pub(super) enum Next {
    Attribute(Written),
    /// The tag ends before this byte.
    End(usize),
    /// The tag ends before this byte, and its element with it.
    Empty(usize),
}

/// Reads a name at a place. At most one colon, and neither side of it is empty.
pub(super) fn name(source: &str, start: usize) -> Result<Name, Found> {
    let bytes = source.as_bytes();
    let class = |at: usize| {
        bytes
            .get(at)
            .map_or(DELIMITER, |byte| CLASS[usize::from(*byte)])
    };
    let mut local = start;
    let mut at = start;
    loop {
        if class(at) & LEAD == 0 {
            break;
        }
        while class(at) & INNER != 0 {
            at += 1;
        }
        if bytes.get(at) != Some(&b':') || local != start {
            break;
        }
        at += 1;
        local = at;
    }
    if class(at) & DELIMITER != 0 && at > local {
        return Ok(Name {
            start,
            end: at,
            local,
        });
    }
    // Letters of other scripts are rare in names, and whatever else is here is none.
    let mut end = start;
    while class(end) & DELIMITER == 0 {
        end += 1;
    }
    let whole = &source[start..end];
    let local = whole.find(':').map_or(0, |colon| colon + 1);
    let prefix = &whole[..local.saturating_sub(1)];
    if super::is_ncname(&whole[local..]) && (local == 0 || super::is_ncname(prefix)) {
        return Ok(Name {
            start,
            end,
            local: start + local,
        });
    }
    Err((start, Fault::BadName(whole.chars().take(80).collect())))
}

/// What follows at a place behind the name of a start tag, which began at `tag`.
pub(super) fn next(source: &str, tag: usize, mut at: usize) -> Result<Next, Found> {
    let bytes = source.as_bytes();
    let syntax = |message: &str| Err((tag, Fault::Syntax(message.to_owned())));
    at = blanks(bytes, at);
    match bytes.get(at) {
        Some(b'>') => return Ok(Next::End(at + 1)),
        Some(b'/') if bytes.get(at + 1) == Some(&b'>') => return Ok(Next::Empty(at + 2)),
        Some(_) => {}
        None => return syntax("the tag is not closed"),
    }
    let name = name(source, at)?;
    at = blanks(bytes, name.end);
    if bytes.get(at) != Some(&b'=') {
        return syntax("an attribute has no value");
    }
    at = blanks(bytes, at + 1);
    let quote = match bytes.get(at) {
        Some(quote @ (b'"' | b'\'')) => *quote,
        _ => return syntax("the value of an attribute is not quoted"),
    };
    let start = at + 1;
    let rest = bytes.get(start..).unwrap_or_default();
    let mut plain = true;
    for (length, byte) in rest.iter().enumerate() {
        if *byte == quote {
            return Ok(Next::Attribute(Written {
                name,
                value: start..start + length,
                plain,
            }));
        }
        plain &= CLASS[usize::from(*byte)] & SPECIAL == 0;
    }
    syntax("the value of an attribute is not closed")
}

/// Where the end tag at `tag` of the element with this name ends.
pub(super) fn end_tag(source: &str, tag: usize, expected: &str) -> Result<usize, Found> {
    let bytes = source.as_bytes();
    let start = tag + 2;
    if source[start..].starts_with(expected) {
        let at = blanks(bytes, start + expected.len());
        if bytes.get(at) == Some(&b'>') {
            return Ok(at + 1);
        }
    }
    let found = source[start..].split('>').next().unwrap_or_default();
    let shown = |name: &str| name.trim_end().chars().take(80).collect::<String>();
    let (expected, found) = (shown(expected), shown(found));
    let message = format!("`</{expected}>` is due, not `</{found}>`");
    Err((tag, Fault::Syntax(message)))
}

/// Where markup ends that begins at `start` and, from `inner` on, ends with these characters.
pub(super) fn closed(source: &str, start: usize, inner: usize, end: &str) -> Result<usize, Found> {
    let rest = source.get(inner..).unwrap_or_default();
    match memchr::memmem::find(rest.as_bytes(), end.as_bytes()) {
        Some(at) => Ok(inner + at + end.len()),
        None => Err((start, Fault::Syntax(format!("`{end}` is missing")))),
    }
}

fn blanks(bytes: &[u8], mut at: usize) -> usize {
    while matches!(bytes.get(at), Some(b' ' | b'\t' | b'\r' | b'\n')) {
        at += 1;
    }
    at
}

/// What each byte may be.
const CLASS: [u8; 256] = {
    let mut class = [0; 256];
    let mut byte = 0;
    while byte < 128 {
        #[expect(clippy::cast_possible_truncation, reason = "below 128")]
        let letter = byte as u8;
        if letter.is_ascii_alphabetic() || letter == b'_' {
            class[byte] |= LEAD | INNER;
        }
        if letter.is_ascii_digit() || letter == b'-' || letter == b'.' {
            class[byte] |= INNER;
        }
        if matches!(letter, b' ' | b'\t' | b'\r' | b'\n' | b'/' | b'>' | b'=') {
            class[byte] |= DELIMITER;
        }
        if matches!(letter, b'&' | b'<' | b'\t' | b'\r' | b'\n') {
            class[byte] |= SPECIAL;
        }
        byte += 1;
    }
    class
};
/// A name may begin with it.
const LEAD: u8 = 1;
/// It may stand in a name.
const INNER: u8 = 2;
/// A name ends before it.
const DELIMITER: u8 = 4;
/// In the value of an attribute it does not stand for itself.
const SPECIAL: u8 = 8;
