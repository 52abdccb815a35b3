//! Words for numbers and times, and addresses without their passwords.

use std::borrow::Cow;
use std::fmt::{self, Write as _};

use jiff::Timestamp;

use crate::sip::disclose::without_passwords;

/// The text without the passwords in its addresses (RFC 3261 §19.1.1, RFC 3986 §3.2.1).
pub fn masked(text: &str) -> Cow<'_, str> {
    match without_passwords(text.as_bytes()) {
        None => Cow::Borrowed(text),
        Some(masked) => Cow::Owned(String::from_utf8_lossy(&masked).into_owned()),
    }
}

/// Appends to a text what is formatted.
pub(super) fn add(text: &mut String, what: fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _ = text.write_fmt(what);
}

/// Seconds as a person says them.
pub(super) fn span(seconds: u64) -> String {
    match seconds {
        s if s >= 2 * 86_400 && s % 86_400 == 0 => format!("{} days", s / 86_400),
        s if s >= 3600 && s % 3600 == 0 => format!("{} h", s / 3600),
        s if s >= 60 && s % 60 == 0 => format!("{} min", s / 60),
        s => format!("{s} s"),
    }
}

/// `1 message`, `2 messages`.
pub(super) fn count(number: usize, one: &str) -> String {
    match number {
        1 => format!("1 {one}"),
        n if one.ends_with('y') => format!("{n} {}ies", &one[..one.len() - 1]),
        n => format!("{n} {one}s"),
    }
}

/// An instant without fractions nobody needs.
pub(super) fn time(time: Timestamp) -> String {
    if time.subsec_nanosecond() == 0 {
        time.to_string()
    } else {
        format!("{time:.3}")
    }
}

/// The end of a window: `from 10:00 until 11:00`, empty when it is always.
pub(super) fn window(from: Option<Timestamp>, until: Option<Timestamp>) -> String {
    match (from, until) {
        (None, None) => String::new(),
        (Some(from), None) => format!("from {}", time(from)),
        (None, Some(until)) => format!("until {}", time(until)),
        (Some(from), Some(until)) => format!("from {} until {}", time(from), time(until)),
    }
}

/// Line (from 1) and column (from 1, in characters) of a byte offset.
pub(super) fn place(bytes: &[u8], offset: usize) -> crate::package::Place {
    let before = &bytes[..offset.min(bytes.len())];
    let lines = memchr::memchr_iter(b'\n', before).count();
    let start = memchr::memrchr(b'\n', before).map_or(0, |at| at + 1);
    let column = String::from_utf8_lossy(&before[start..]).chars().count();
    crate::package::Place {
        line: u32::try_from(lines + 1).unwrap_or(u32::MAX),
        column: u32::try_from(column + 1).unwrap_or(u32::MAX),
    }
}

/// Lines that end in some bytes.
pub(super) fn line_ends(bytes: &[u8]) -> u32 {
    u32::try_from(memchr::memchr_iter(b'\n', bytes).count()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_in_addresses_are_masked() {
        assert_eq!(
            masked("<sip:alice:hunter2@example.test;x=y> \"B\" <SIPS:bob:pw@example.test>"),
            "<sip:alice:***@example.test;x=y> \"B\" <SIPS:bob:***@example.test>"
        );
        assert_eq!(
            masked("ü https://alice:hunter2@example.test/"),
            "ü https://alice:***@example.test/"
        );
        for harmless in ["sip:alice@example.test:5060", "sip:", "tel:+1", "é sip:ü"] {
            assert_eq!(masked(harmless), harmless);
        }
    }

    #[test]
    fn spans_and_counts_are_words() {
        assert_eq!(span(600), "10 min");
        assert_eq!(span(3600), "1 h");
        assert_eq!(span(90), "90 s");
        assert_eq!(span(172_800), "2 days");
        assert_eq!(count(1, "entry"), "1 entry");
        assert_eq!(count(2, "entry"), "2 entries");
        assert_eq!(count(0, "message"), "0 messages");
    }

    #[test]
    fn places_count_characters() {
        let text = "a\nüx\n".as_bytes();
        let at = place(text, 4);
        assert_eq!((at.line, at.column), (2, 2));
        assert_eq!(place(text, 99).line, 3);
    }
}
