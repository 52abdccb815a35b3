//! Plain-text bodies: lines with their numbers, header fields, bounds.

use super::{Place, Remark, Remarks, Severity, limits};

/// A header field as written: names and values without the blanks around them.
pub(super) type Field = (String, String);

/// Lines with their numbers, from 1; CRLF, LF and CR all end one.
pub(super) fn numbered(text: &str) -> impl Iterator<Item = (u32, &str)> {
    let mut rest = Some(text);
    let lines = std::iter::from_fn(move || {
        let text = rest?;
        let Some(end) = text.find(['\r', '\n']) else {
            rest = None;
            return Some(text);
        };
        let after = &text[end..];
        rest = Some(after.strip_prefix("\r\n").unwrap_or_else(|| &after[1..]));
        Some(&text[..end])
    });
    (1..).zip(lines)
}

/// A text cut to a number of bytes, between characters.
pub(super) fn clip(text: &str, bytes: usize) -> &str {
    let mut end = bytes.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// Header fields, read line by line.
#[derive(Debug, Default)]
pub(super) struct Fields {
    /// Those kept.
    pub(super) kept: Vec<Field>,
    /// Whether the line before was not kept: what continues it goes the same way.
    dropped: bool,
}

impl Fields {
    /// Takes one line: a new field, or the continuation of the last (RFC 3261 section 7.3.1); of `most` fields at most.
    /// Tells whether it was either, or one that there was no room for.
    pub(super) fn take(&mut self, most: usize, line: &str) -> bool {
        if line.starts_with([' ', '\t']) {
            if self.dropped {
                return true;
            }
            let Some((_, value)) = self.kept.last_mut() else {
                return false;
            };
            if !value.is_empty() && value.len() < limits::FIELD_BYTES {
                value.push(' ');
            }
            let room = limits::FIELD_BYTES.saturating_sub(value.len());
            value.push_str(clip(line.trim(), room));
            return true;
        }
        self.dropped = true;
        let Some((name, value)) = line.split_once(':') else {
            return false;
        };
        if name.trim().is_empty() {
            return false;
        }
        if self.kept.len() < most {
            let kept = |text: &str| clip(text.trim(), limits::FIELD_BYTES).to_owned();
            self.kept.push((kept(name), kept(value)));
            self.dropped = false;
        }
        true
    }
}

/// Decodes a body as UTF-8; what is none becomes U+FFFD, with a remark.
pub(super) fn decode<'a>(
    bytes: &'a [u8],
    remarks: &mut Remarks,
    source: &'static str,
) -> std::borrow::Cow<'a, str> {
    if let Err(error) = std::str::from_utf8(bytes) {
        let good = String::from_utf8_lossy(&bytes[..error.valid_up_to()]);
        let (line, last) = numbered(&good).last().unwrap_or((1, ""));
        let column = u32::try_from(last.chars().count() + 1).unwrap_or(u32::MAX);
        remarks.push(Remark {
            severity: Severity::Warning,
            place: Place { line, column },
            message: "the text is not UTF-8, what cannot be read is replaced".to_owned(),
            source,
        });
    }
    String::from_utf8_lossy(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_end_ends_a_line() {
        let lines: Vec<_> = numbered("a\r\nb\nc\rd").collect();
        assert_eq!(lines, [(1, "a"), (2, "b"), (3, "c"), (4, "d")]);
        assert_eq!(clip("aü", 2), "a");
    }

    #[test]
    fn what_continues_a_line_that_was_not_kept_goes_with_it() {
        let mut fields = Fields::default();
        for line in [
            "Subject: a",
            " b",
            "nonsense",
            " c",
            "To: d",
            "From: e",
            " f",
        ] {
            fields.take(2, line);
        }
        let field = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(fields.kept, [field("Subject", "a b"), field("To", "d")]);
    }

    #[test]
    fn bytes_that_are_no_text_are_told_with_their_place() {
        let mut remarks = Remarks::default();
        assert_eq!(decode(b"a\nb\xFFc", &mut remarks, "own"), "a\nb\u{fffd}c");
        assert_eq!(remarks[0].place, Place { line: 2, column: 2 });
        let mut remarks = Remarks::default();
        assert_eq!(decode("ü".as_bytes(), &mut remarks, "own"), "ü");
        assert!(remarks.is_empty());
    }
}
