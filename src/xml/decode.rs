//! From bytes to text: byte order marks, declarations and the charset of the carrying message.

use super::error::{Error, Fault};
use super::limits;

/// How the bytes of a document were read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, which every one of our formats demands.
    Utf8,
    /// ISO-8859-1, which some notifiers still declare.
    Latin1,
    /// UTF-16, either byte order.
    Utf16,
}

/// The text of a document, without its byte order mark.
pub(super) struct Decoded {
    pub(super) text: String,
    pub(super) encoding: Encoding,
    pub(super) had_mark: bool,
}

/// Decodes a body. A `charset` of the carrying message beats marks and declaration (RFC 3863 section 4.1).
pub(super) fn decode(bytes: &[u8], charset: Option<&str>) -> Result<Decoded, Error> {
    if bytes.len() > limits::DOCUMENT_BYTES {
        return Err(Error {
            line: 1,
            column: 1,
            fault: Fault::TooLarge,
        });
    }
    match charset {
        Some(name) => match known(name)? {
            Encoding::Utf8 => utf8(bytes),
            Encoding::Latin1 => Ok(latin1(bytes)),
            Encoding::Utf16 => utf16(bytes, is_big_endian_in(name, bytes)),
        },
        None => undeclared(bytes),
    }
}

fn undeclared(bytes: &[u8]) -> Result<Decoded, Error> {
    match bytes {
        [0xFE, 0xFF, ..] | [0xFF, 0xFE, ..] | [0, b'<', ..] | [b'<', 0, ..] => {
            return utf16(bytes, is_big_endian(bytes));
        }
        _ => {}
    }
    let Some(name) = declared(bytes) else {
        return utf8(bytes);
    };
    match known(&name)? {
        // A sender that declares Latin-1 and copies UTF-8 text from its configuration into it is common, Latin-1 text
        // that happens to be well-formed UTF-8 is not.
        Encoding::Latin1 if std::str::from_utf8(bytes).is_err() => Ok(latin1(bytes)),
        // Bytes in which an ASCII declaration can be read are no UTF-16, whatever it says.
        Encoding::Latin1 | Encoding::Utf8 | Encoding::Utf16 => utf8(bytes),
    }
}

/// The encoding named in an XML declaration, read as ASCII.
fn declared(bytes: &[u8]) -> Option<String> {
    let bytes = bytes.strip_prefix(MARK).unwrap_or(bytes);
    let head = bytes[..bytes.len().min(DECLARATION_BYTES)].strip_prefix(b"<?xml")?;
    let end = head.windows(2).position(|pair| pair == b"?>");
    // What is not ASCII is no part of a declaration.
    let declaration = std::str::from_utf8(&head[..end?]).ok()?;
    let value = declaration
        .split_once("encoding")?
        .1
        .trim_start()
        .strip_prefix('=')?
        .trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    value[1..].split(quote).next().map(str::to_owned)
}

fn known(name: &str) -> Result<Encoding, Error> {
    let name = name.trim();
    let is = |names: &[&str]| names.iter().any(|n| n.eq_ignore_ascii_case(name));
    if is(&["utf-8", "utf8", "us-ascii", "ascii", ""]) {
        Ok(Encoding::Utf8)
    } else if is(&["iso-8859-1", "iso8859-1", "iso_8859-1", "latin1", "latin-1"]) {
        Ok(Encoding::Latin1)
    } else if is(&["utf-16", "utf-16le", "utf-16be"]) {
        Ok(Encoding::Utf16)
    } else {
        let name = name.chars().take(40).collect();
        Err(Error {
            line: 1,
            column: 1,
            fault: Fault::UnsupportedEncoding(name),
        })
    }
}

fn utf8(bytes: &[u8]) -> Result<Decoded, Error> {
    let (bytes, had_mark) = match bytes.strip_prefix(MARK) {
        Some(rest) => (rest, true),
        None => (bytes, false),
    };
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(Decoded {
            text: text.to_owned(),
            encoding: Encoding::Utf8,
            had_mark,
        }),
        Err(error) => {
            let good = std::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default();
            Err(Error::at(good, good.len(), Fault::BadEncoding("UTF-8")))
        }
    }
}

fn latin1(bytes: &[u8]) -> Decoded {
    let text = bytes.iter().map(|b| char::from(*b)).collect();
    Decoded {
        text,
        encoding: Encoding::Latin1,
        had_mark: false,
    }
}

fn is_big_endian(bytes: &[u8]) -> bool {
    // Without a mark the first character of a document is `<`, and UTF-16 is big-endian by default.
    !matches!(bytes, [0xFF, 0xFE, ..] | [b'<', 0, ..])
}

/// The byte order that a charset names; a mark counts more (RFC 2781 section 4).
fn is_big_endian_in(charset: &str, bytes: &[u8]) -> bool {
    let named = charset.trim().to_ascii_lowercase();
    match (bytes, named.as_str()) {
        ([0xFE, 0xFF, ..], _) => true,
        ([0xFF, 0xFE, ..], _) | (_, "utf-16le") => false,
        (_, "utf-16be") => true,
        _ => is_big_endian(bytes),
    }
}

fn utf16(bytes: &[u8], big_endian: bool) -> Result<Decoded, Error> {
    let (bytes, had_mark) = match bytes {
        [0xFE, 0xFF, rest @ ..] | [0xFF, 0xFE, rest @ ..] => (rest, true),
        _ => (bytes, false),
    };
    let bad = |good: &str| Error::at(good, good.len(), Fault::BadEncoding("UTF-16"));
    let (pairs, rest) = bytes.as_chunks::<2>();
    let units = pairs.iter().map(|pair| {
        if big_endian {
            u16::from_be_bytes(*pair)
        } else {
            u16::from_le_bytes(*pair)
        }
    });
    let mut text = String::with_capacity(pairs.len());
    for unit in char::decode_utf16(units) {
        text.push(unit.map_err(|_| bad(&text))?);
    }
    // Half a unit at the end.
    if !rest.is_empty() {
        return Err(bad(&text));
    }
    Ok(Decoded {
        text,
        encoding: Encoding::Utf16,
        had_mark,
    })
}

/// The UTF-8 byte order mark.
const MARK: &[u8] = b"\xEF\xBB\xBF";
/// How far into a document its declaration is looked for.
const DECLARATION_BYTES: usize = 256;
