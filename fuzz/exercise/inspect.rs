//! The debugger's eye on arbitrary bytes: whatever they are, it says something, and every place lies inside.

use jiff::Timestamp;
use siskin::inspect::{self, Options};

/// Explains the bytes.
pub(crate) fn run(bytes: &[u8]) {
    let options = Options {
        content_type: None,
        languages: &["en"],
        now: Timestamp::UNIX_EPOCH,
    };
    let report = inspect::inspect(bytes, &options);
    assert!(!report.lines.is_empty() || !report.problems.is_empty());
    // UTF-16 and packed files have more lines than line feeds, old ones end lines with a carriage return.
    let ends = |byte: &&u8| matches!(**byte, b'\n' | b'\r');
    let lines = bytes.iter().filter(ends).count() + 1;
    let is_packed = bytes.starts_with(&[0x1F, 0x8B]);
    for place in report.problems.iter().filter_map(|problem| problem.place) {
        assert!(place.line >= 1 && place.column >= 1);
        assert!(is_packed || place.line as usize <= lines, "{place}");
    }
}
