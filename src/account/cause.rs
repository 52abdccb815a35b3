//! Why the presence rules or the list of buddies on the XCAP server could not be read or written.

use std::fmt;
use std::sync::Arc;

use super::plain::plain;
use crate::xcap::XcapError;

/// Why a document of the user could not be read or written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum DocumentCause {
    /// The server, or the way to it.
    Xcap(XcapError),
    /// What lies on the server cannot be used. Nothing is written over it unasked.
    Unusable(Arc<UnusableDocument>),
    /// Only the sentence beside it says it.
    #[default]
    Other,
}

/// What lies on the server in the place of a document.
#[derive(Clone, PartialEq, Eq)]
pub struct UnusableDocument {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// What is wrong with it, as a sentence.
    pub detail: String,
}

impl UnusableDocument {
    /// Its beginning as text that is harmless to show, line by line.
    pub fn lines(&self) -> Vec<String> {
        let beginning = self.bytes.get(..SHOWN_BYTES).unwrap_or(&self.bytes);
        let text = String::from_utf8_lossy(beginning);
        let lines = text.lines().take(SHOWN_LINES);
        lines
            .map(|line| {
                let line: String = line.chars().take(SHOWN_COLUMNS).collect();
                plain(&line).into_owned()
            })
            .collect()
    }

    /// Whether [`Self::lines`] leave something out at the end.
    pub fn is_long(&self) -> bool {
        let lines = self.bytes.split(|byte| *byte == b'\n');
        self.bytes.len() > SHOWN_BYTES || lines.count() > SHOWN_LINES
    }
}

/// Such documents name people; a log is no place for them.
impl fmt::Debug for UnusableDocument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnusableDocument")
            .field("bytes", &self.bytes.len())
            .field("detail", &self.detail)
            .finish()
    }
}

/// Bytes of a document that is shown.
const SHOWN_BYTES: usize = 16 * 1024;
/// Lines of it.
const SHOWN_LINES: usize = 200;
/// Characters of a line.
const SHOWN_COLUMNS: usize = 200;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rb_009_a_hostile_document_is_shown_without_harm_and_not_whole() {
        let rules = |bytes: &[u8]| UnusableDocument {
            bytes: bytes.to_vec(),
            detail: "no XML".to_owned(),
        };
        let shown = rules("<a\u{1b}[31m>\n\u{202e}b".as_bytes()).lines();
        assert_eq!(shown.len(), 2);
        assert!(
            !shown.concat().contains(['\u{1b}', '\u{202e}']),
            "{shown:?}"
        );
        let endless = rules(&b"x\n".repeat(100_000));
        assert_eq!(endless.lines().len(), SHOWN_LINES);
        assert!(endless.is_long() && !rules(b"<a/>").is_long());
        let wide = rules(&b"x".repeat(100_000));
        assert_eq!(wide.lines(), ["x".repeat(SHOWN_COLUMNS)]);
        assert!(!format!("{:?}", rules(b"sip:bob@example.com")).contains("bob"));
    }
}
