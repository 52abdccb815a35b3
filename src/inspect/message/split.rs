//! Finds messages in a text.

use std::ops::Range;

use bytes::Bytes;

use super::{Raw, limits};
use crate::inspect::limits::MESSAGES;
use crate::inspect::text::line_ends;
use crate::sip::{HeaderName, Message};

/// Whether a line without its end is a request line or a status line.
pub(in crate::inspect) fn is_start_line(line: &[u8]) -> bool {
    let line = line.trim_ascii_end();
    if let Some(rest) = line.strip_prefix(b"SIP/2.0 ") {
        return rest.len() >= 3
            && rest[..3].iter().all(u8::is_ascii_digit)
            && matches!(rest.get(3), None | Some(b' '));
    }
    let Some(rest) = line.strip_suffix(b" SIP/2.0") else {
        return false;
    };
    let mut words = rest.splitn(2, |byte| *byte == b' ');
    let method = words.next().unwrap_or_default();
    let uri = words.next().unwrap_or_default();
    !method.is_empty()
        && method
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-.!%*_+`'~".contains(byte))
        && uri.contains(&b':')
}

/// Whether a text begins with header fields of a message, and has no start line.
pub(in crate::inspect) fn is_fragment(head: &[u8]) -> bool {
    let first = head.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let Some(colon) = first.iter().position(|byte| *byte == b':') else {
        return false;
    };
    HeaderName::lookup(first[..colon].trim_ascii()).is_some()
}

/// Whether a message has any header field without which none can travel.
pub(in crate::inspect) fn is_routed(head: &[u8]) -> bool {
    let lines = head.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    let mut fields = lines.skip_while(|line| line.is_empty());
    let mut fields = fields.by_ref().take_while(|line| !line.is_empty());
    fields.any(|line| {
        let name = line.split(|byte| *byte == b':').next().unwrap_or_default();
        matches!(
            HeaderName::lookup(name.trim_ascii()),
            Some(HeaderName::Via | HeaderName::CallId | HeaderName::CSeq)
        )
    })
}

/// Where start lines begin, from an offset on.
pub(in crate::inspect) fn starts(input: &[u8], from: usize) -> impl Iterator<Item = usize> {
    let mut at = from;
    std::iter::from_fn(move || {
        while at < input.len() {
            let line = at;
            let end = memchr::memchr(b'\n', &input[at..]).map_or(input.len(), |end| at + end);
            at = end + 1;
            if is_start_line(&input[line..end]) {
                return Some(line);
            }
        }
        None
    })
}

/// Cuts messages that stand one behind the other. Where Content-Length does not fit, the next start line decides.
pub(in crate::inspect) fn split(input: &Bytes) -> Vec<Raw> {
    let mut pieces = Vec::new();
    let (mut counted, mut lines) = (0, 0u32);
    let mut at = starts(input, 0).next();
    while let Some(start) = at
        // One more shows that there are more.
        && pieces.len() <= MESSAGES
    {
        let range = one(input, start);
        lines = lines.saturating_add(line_ends(&input[counted..start]));
        counted = start;
        pieces.push(Raw {
            bytes: input.slice(range.clone()),
            before: lines,
            on_stream: false,
            copied: false,
            is_piece: false,
        });
        at = Some(range.end).filter(|end| *end < input.len());
        // `one` ends at a start line, or at the end.
        at = at.and_then(|end| starts(input, end).next());
    }
    pieces
}

/// From a start line to the next one behind the message, or to the end.
fn one(input: &[u8], start: usize) -> Range<usize> {
    let head = Message::parse_head(Bytes::copy_from_slice(head(&input[start..])), &limits());
    let body = match head {
        Ok(head) => {
            let length = head.content_length().ok().flatten().unwrap_or_default();
            let length = usize::try_from(length).unwrap_or(usize::MAX);
            start
                .saturating_add(head.bytes().len())
                .saturating_add(length)
        }
        Err(_) => start + 1,
    };
    // A start line inside the body is text, unless the body is cut short.
    let from = if body > input.len() {
        start + memchr::memchr(b'\n', &input[start..]).map_or(1, |end| end + 1)
    } else {
        line_start(input, body)
    };
    let from = from.max(start + memchr::memchr(b'\n', &input[start..]).map_or(1, |end| end + 1));
    let end = starts(input, from.min(input.len()))
        .next()
        .unwrap_or(input.len());
    start..end
}

/// As much of a text as can be a header section.
fn head(text: &[u8]) -> &[u8] {
    &text[..text.len().min(crate::sip::limits::HEADER_SECTION + 4)]
}

/// The start of the line that an offset lies in.
fn line_start(input: &[u8], offset: usize) -> usize {
    memchr::memrchr(b'\n', &input[..offset]).map_or(0, |end| end + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn start_lines_are_told_from_text() {
        for line in [
            &b"SUBSCRIBE sip:bob@example.com SIP/2.0\r"[..],
            b"SIP/2.0 200 OK",
            b"SIP/2.0 202",
            b"X-NEW tel:+1 SIP/2.0",
        ] {
            assert!(is_start_line(line));
        }
        for line in [
            &b"Via: SIP/2.0/UDP host"[..],
            b"SIP/2.0 20",
            b"GET / HTTP/1.1",
            b" SIP/2.0",
            b"see SIP/2.0",
        ] {
            assert!(!is_start_line(line), "{}", String::from_utf8_lossy(line));
        }
    }

    #[test]
    fn messages_are_cut_by_their_length_or_by_the_next_start_line() {
        let body = "OPTIONS sip:a SIP/2.0\r\n";
        let first = format!(
            "MESSAGE sip:a SIP/2.0\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        let short = "MESSAGE sip:a SIP/2.0\r\nContent-Length: 900\r\n\r\nhello\r\n";
        let none = "SIP/2.0 200 OK\r\nVia: x\r\n\r\n";
        let input = format!("\r\n{first}{short}{none}{none}");
        let pieces = split(&Bytes::from(input));
        let texts: Vec<_> = pieces
            .iter()
            .map(|raw| std::str::from_utf8(&raw.bytes).unwrap())
            .collect();
        assert_eq!(texts, [first.as_str(), short, none, none]);
        let lines: Vec<_> = pieces.iter().map(|raw| raw.before).collect();
        assert_eq!(lines, [1, 5, 9, 12]);
    }
}
