//! What an input is, seen from its first bytes.

use std::borrow::Cow;

use super::limits::SNIFF_BYTES;
use super::{message, trace};

/// The kinds of input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Nothing at all.
    Nothing,
    /// A document.
    Body,
    /// SIP messages, one behind the other.
    Message,
    /// Siskin's own trace, or a capture in the same form.
    Trace,
    /// A text with messages in it.
    Log,
    /// None of these, with the reason.
    Unknown(&'static str),
}

/// Guesses what an input is; a type that is given says that it is a body, but for those of messages.
pub(super) fn kind(input: &[u8], content_type: Option<&str>) -> Kind {
    if input.trim_ascii().is_empty() {
        return Kind::Nothing;
    }
    if let Some(content_type) = content_type {
        let kind = content_type.split(';').next().unwrap_or_default().trim();
        let is_message = ["message/sip", "application/sip"]
            .iter()
            .any(|name| name.eq_ignore_ascii_case(kind));
        return if is_message {
            Kind::Message
        } else {
            Kind::Body
        };
    }
    if input.starts_with(b"\x7fELF") || input.starts_with(b"MZ") || input.starts_with(b"\x89PNG") {
        return Kind::Unknown(NOTHING_KNOWN);
    }
    if PCAP.iter().any(|magic| input.starts_with(magic)) {
        return Kind::Trace;
    }
    if input.starts_with(&[0x0a, 0x0d, 0x0d, 0x0a]) {
        return Kind::Unknown("a pcapng file; write it as classic pcap: editcap -F pcap IN OUT");
    }
    if input.starts_with(GZIP) || is_xml(input) {
        return Kind::Body;
    }
    let head = &input[..input.len().min(SNIFF_BYTES)];
    let mut lines = head.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    let first = lines.find(|line| !line.is_empty() && !line.starts_with(b"#"));
    let first = first.unwrap_or_default();
    if trace::is_entry(first) {
        return Kind::Trace;
    }
    if message::is_start_line(first) {
        return if message::is_routed(head) {
            Kind::Message
        } else {
            // A fragment, as a NOTIFY about a reference has it.
            Kind::Body
        };
    }
    let starts = |name: &[u8]| {
        first
            .get(..name.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(name))
    };
    if starts(b"message-waiting")
        || starts(b"messages-waiting")
        || starts(b"message-account")
        || (starts(b"--") && starts_part(head))
    {
        return Kind::Body;
    }
    if trace::holds_messages(input) {
        return Kind::Log;
    }
    // A fragment of a message begins with any header field.
    if message::is_fragment(head) {
        return Kind::Body;
    }
    Kind::Unknown(NOTHING_KNOWN)
}

/// A text in UTF-16 as one in UTF-8, or one in UTF-8 without the byte order mark; `None` when there is nothing to
/// change. The reader of XML does it by itself.
pub(super) fn utf8(input: &[u8]) -> Option<Cow<'_, [u8]>> {
    if let Some(text) = input.strip_prefix(b"\xef\xbb\xbf") {
        return (!is_xml(text)).then_some(Cow::Borrowed(text));
    }
    let unit: fn([u8; 2]) -> u16 = match input.get(..4)? {
        [0xff, 0xfe, ..] | [1..0x80, 0, 1..0x80, 0] => u16::from_le_bytes,
        [0xfe, 0xff, ..] | [0, 1..0x80, 0, 1..0x80] => u16::from_be_bytes,
        _ => return None,
    };
    let units = input.chunks_exact(2).map(|two| unit([two[0], two[1]]));
    let text: String = char::decode_utf16(units)
        .map(|read| read.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect();
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    (!is_xml(text.as_bytes())).then(|| Cow::Owned(text.as_bytes().to_vec()))
}

/// Whether a text begins as XML, in any encoding that is read.
pub(super) fn is_xml(input: &[u8]) -> bool {
    let input = input.strip_prefix(b"\xef\xbb\xbf").unwrap_or(input);
    let tag = input.trim_ascii_start().strip_prefix(b"<");
    // Logs rule off messages with `<---`, or begin lines with a priority such as `<134>`.
    tag.is_some_and(|rest| !matches!(rest.first(), Some(b'-' | b'0'..=b'9')))
        || input.starts_with(&[0xfe, 0xff])
        || input.starts_with(&[0xff, 0xfe])
        || input.starts_with(&[b'<', 0])
        || input.starts_with(&[0, b'<'])
}

/// Whether what begins with a delimiter goes on as a body part.
fn starts_part(head: &[u8]) -> bool {
    let mut lines = head.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    lines
        .by_ref()
        .find(|line| line.starts_with(b"--"))
        .is_some_and(|_| {
            lines
                .next()
                .is_some_and(|line| line.len() > 8 && line[..8].eq_ignore_ascii_case(b"content-"))
        })
}

/// How a gzip stream begins (RFC 1952 §2.3.1).
pub(super) const GZIP: &[u8] = &[0x1f, 0x8b];
/// How a capture file begins, in either byte order, with micro- and nanoseconds.
pub(super) const PCAP: [&[u8]; 4] = [
    &[0xd4, 0xc3, 0xb2, 0xa1],
    &[0xa1, 0xb2, 0xc3, 0xd4],
    &[0x4d, 0x3c, 0xb2, 0xa1],
    &[0xa1, 0xb2, 0x3c, 0x4d],
];
const NOTHING_KNOWN: &str = "neither a body, nor a SIP message, nor a trace";
