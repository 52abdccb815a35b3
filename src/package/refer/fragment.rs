//! A piece of a SIP message (`message/sipfrag`, RFC 3420): a start line, header fields or both, and perhaps a body.

use crate::package::text;
use crate::package::{Body, BodyError, Place, Remark, Remarks, Severity, limits};

use super::CONTENT_TYPE;

/// A message fragment.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Document {
    /// The start line; a notification about a reference begins with a status line.
    pub start: Option<Start>,
    /// Header fields in the order written, folded ones joined; at most [`limits::FRAGMENT_FIELDS`].
    pub fields: Vec<(String, String)>,
    /// What stands behind the blank line.
    pub body: Vec<u8>,
    /// What was wrong or not understood.
    pub remarks: Remarks,
}

/// The first line of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Start {
    /// Of a response.
    Status {
        /// 100 to 699.
        code: u16,
        /// The words behind it, as written.
        phrase: String,
    },
    /// Of a request.
    Request {
        /// The method.
        method: String,
        /// The Request-URI.
        uri: String,
    },
}

/// How far the referred request has come (RFC 3515 section 2.4.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress<'a> {
    /// In one word.
    pub stage: Stage,
    /// The response code.
    pub code: u16,
    /// The words behind it, as written.
    pub phrase: &'a str,
}

/// The stages of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// 100: not yet sent, or not yet answered; also said while nobody has approved it.
    Trying,
    /// Another 1xx.
    Provisional,
    /// 2xx.
    Successful,
    /// 3xx to 6xx.
    Failed,
}

impl Document {
    /// Reads a body: any line ends, any case of the protocol's name. Lines that are no header fields are left out
    /// alone.
    ///
    /// # Errors
    /// [`BodyError`] for a foreign type, a body over [`limits::FRAGMENT_BYTES`], a status line that cannot be read, or
    /// one with neither start line nor header field.
    pub fn parse(body: &Body<'_>) -> Result<Self, BodyError> {
        body.open(CONTENT_TYPE, Self::read)
    }

    fn read(body: &Body<'_>) -> Result<Self, BodyError> {
        if body.bytes.len() > limits::FRAGMENT_BYTES {
            return Err(BodyError::TooLarge {
                limit: limits::FRAGMENT_BYTES,
            });
        }
        let (head, rest) = split(body.bytes);
        let mut document = Self {
            body: rest.to_vec(),
            ..Self::default()
        };
        let head = text::decode(head, &mut document.remarks, "RFC 3420 §2");
        let mut fields = text::Fields::default();
        let lines = text::numbered(&head).skip_while(|(_, line)| line.trim().is_empty());
        for (index, (number, line)) in lines.enumerate() {
            if index == 0 {
                document.start = start(line, number)?;
                if document.start.is_some() {
                    continue;
                }
                document.warn(
                    number,
                    "no status line: the fragment does not tell how far the reference has come",
                    "RFC 3515 §2.4.5",
                );
            }
            if !fields.take(limits::FRAGMENT_FIELDS, line) && !line.trim().is_empty() {
                document.warn(number, "not a header field, ignored", "RFC 3420 §2.1");
            }
        }
        document.fields = fields.kept;
        if document.start.is_none() && document.fields.is_empty() {
            return Err(BodyError::Missing {
                what: "a start line or header field",
                place: Place::line(1),
            });
        }
        Ok(document)
    }

    /// How far the referred request has come; `None` when the fragment has no status line.
    pub fn progress(&self) -> Option<Progress<'_>> {
        let Some(Start::Status { code, phrase }) = &self.start else {
            return None;
        };
        Some(Progress {
            stage: Stage::of_code(*code),
            code: *code,
            phrase,
        })
    }

    /// The first value of a header field, by its name in any case.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields
            .iter()
            .find(|(n, _)| n.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    fn warn(&mut self, line: u32, message: &str, source: &'static str) {
        self.remarks.push(Remark {
            severity: Severity::Warning,
            place: Place::line(line),
            message: message.to_owned(),
            source,
        });
    }
}

impl Stage {
    /// The stage that a response code stands for.
    pub fn of_code(code: u16) -> Self {
        match code {
            ..=100 => Self::Trying,
            101..=199 => Self::Provisional,
            200..=299 => Self::Successful,
            300.. => Self::Failed,
        }
    }

    /// Whether nothing follows.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Successful | Self::Failed)
    }

    /// The stable name.
    pub fn token(self) -> &'static str {
        match self {
            Self::Trying => "trying",
            Self::Provisional => "provisional",
            Self::Successful => "successful",
            Self::Failed => "failed",
        }
    }
}

/// Reads a start line; `Ok(None)` for a line that is none.
fn start(line: &str, number: u32) -> Result<Option<Start>, BodyError> {
    let words: Vec<&str> = line.trim().splitn(3, ' ').collect();
    let is_version = |word: &str| word.eq_ignore_ascii_case("SIP/2.0");
    if words[0]
        .get(..4)
        .is_some_and(|name| name.eq_ignore_ascii_case("SIP/"))
    {
        let code = words
            .get(1)
            .filter(|code| is_version(words[0]) && code.len() == 3)
            .and_then(|code| code.parse().ok())
            .filter(|code| (100..700).contains(code));
        let code = code.ok_or_else(|| BodyError::Missing {
            what: "a status line of SIP/2.0",
            place: Place::line(number),
        })?;
        let phrase = words.get(2).map(|phrase| phrase.trim()).unwrap_or_default();
        return Ok(Some(Start::Status {
            code,
            phrase: text::clip(phrase, limits::FIELD_BYTES).to_owned(),
        }));
    }
    match words[..] {
        [method, uri, version] if is_version(version) => {
            let kept = |text: &str| text::clip(text, limits::FIELD_BYTES).to_owned();
            Ok(Some(Start::Request {
                method: kept(method),
                uri: kept(uri),
            }))
        }
        _ => Ok(None),
    }
}

/// Start line and header fields, and what stands behind the blank line after them.
fn split(bytes: &[u8]) -> (&[u8], &[u8]) {
    let first = bytes
        .iter()
        .position(|b| !b.is_ascii_whitespace())
        .unwrap_or(bytes.len());
    let ends = [&b"\r\n\r\n"[..], b"\n\n", b"\r\r"];
    for at in first..bytes.len() {
        for end in ends {
            if bytes[at..].starts_with(end) {
                return (&bytes[..at], &bytes[at + end.len()..]);
            }
        }
    }
    (bytes, &[])
}
