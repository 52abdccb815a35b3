//! A `simple-message-summary` body (RFC 3842 section 5.2): reading, leniently, and writing.

use std::fmt::Write as _;

use crate::package::{Body, BodyError, Place, Remark, Remarks, Severity, address, limits};

use super::CONTENT_TYPE;

/// A message summary: the whole state of one account at one notifier.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Summary {
    /// Whether messages wait. It need not agree with the counts: `no` with old messages is normal.
    pub waiting: bool,
    /// The account it is about, without angle brackets; `None` is the address subscribed to.
    pub account: Option<String>,
    /// Counts per class, in the order written, each class once.
    pub classes: Vec<(Class, Counts)>,
    /// Messages that came since the last notification; never needed for the counts.
    pub messages: Vec<Message>,
    /// Lines that were not understood.
    pub remarks: Remarks,
}

/// A kind of messages.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// Voice mail.
    Voice,
    /// Fax.
    Fax,
    /// Video mail; not in RFC 3842, but sent.
    Video,
    /// Pager messages.
    Pager,
    /// Multimedia messages.
    Multimedia,
    /// Text messages.
    Text,
    /// Messages of no class.
    None,
    /// Another class, by its name as written.
    Other(String),
}

/// Messages of one class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Not yet listened to.
    pub new: u32,
    /// Listened to.
    pub old: u32,
    /// How many of these are urgent; `None` was not said.
    pub urgent: Option<Urgent>,
}

/// Urgent messages: a part of the new and old ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Urgent {
    /// Among the new ones.
    pub new: u32,
    /// Among the old ones.
    pub old: u32,
}

/// A message as described by its header fields.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Message {
    /// Names and values as written.
    pub fields: Vec<(String, String)>,
}

impl Summary {
    /// Reads a body: any case, blanks around every separator, any line ends. Lines that cannot be read are left out
    /// alone.
    ///
    /// # Errors
    /// [`BodyError`] for a foreign type, a body without a readable `Messages-Waiting` line, or one over
    /// [`limits::SUMMARY_BYTES`].
    pub fn parse(body: &Body<'_>) -> Result<Self, BodyError> {
        body.expect(CONTENT_TYPE)?;
        if body.bytes.len() > limits::SUMMARY_BYTES {
            return Err(BodyError::TooLarge {
                limit: limits::SUMMARY_BYTES,
            });
        }
        let text = String::from_utf8_lossy(body.bytes);
        let mut summary = Self::default();
        let mut waiting = None;
        let mut lines = numbered(&text).skip_while(|(_, line)| line.trim().is_empty());
        for (number, line) in lines
            .by_ref()
            .take_while(|(_, line)| !line.trim().is_empty())
        {
            let Some((name, value)) = line.split_once(':') else {
                summary.remark(number, "not a header field, ignored");
                continue;
            };
            let (name, value) = (name.trim(), value.trim());
            if name.eq_ignore_ascii_case("Messages-Waiting")
                || name.eq_ignore_ascii_case("Message-Waiting")
            {
                match yes_or_no(value) {
                    // The first one counts.
                    Some(said) => waiting = waiting.or(Some(said)),
                    None => summary.remark(number, "neither 'yes' nor 'no', ignored"),
                }
            } else if name.eq_ignore_ascii_case("Message-Account") {
                let account = address::bare(value);
                if address::is_legible(account) {
                    summary.account = Some(account.to_owned()).filter(|a| !a.is_empty());
                } else {
                    summary.remark(number, "an account that cannot be shown, ignored");
                }
            } else {
                summary.count(number, name, value);
            }
        }
        summary.waiting = waiting.ok_or_else(|| BodyError::Missing {
            what: "the Messages-Waiting line",
            place: Place::line(1),
        })?;
        summary.messages = messages(lines);
        Ok(summary)
    }

    /// Whether a number of any class was told.
    pub fn has_counts(&self) -> bool {
        !self.classes.is_empty()
    }

    /// Counts of one class.
    pub fn counts(&self, class: &Class) -> Option<Counts> {
        self.classes
            .iter()
            .find(|(c, _)| c == class)
            .map(|(_, counts)| *counts)
    }

    /// Writes it as a body.
    pub fn document(&self) -> Vec<u8> {
        let mut out = format!(
            "Messages-Waiting: {}\r\n",
            if self.waiting { "yes" } else { "no" }
        );
        // Writing to a string cannot fail.
        if let Some(account) = &self.account {
            let _ = write!(out, "Message-Account: {}\r\n", one_line(account));
        }
        for (class, counts) in &self.classes {
            let _ = write!(
                out,
                "{}: {}/{}",
                one_line(class.header()),
                counts.new,
                counts.old
            );
            if let Some(urgent) = counts.urgent {
                let _ = write!(out, " ({}/{})", urgent.new, urgent.old);
            }
            out.push_str("\r\n");
        }
        for message in &self.messages {
            out.push_str("\r\n");
            for (name, value) in &message.fields {
                let _ = write!(out, "{}: {}\r\n", one_line(name), one_line(value));
            }
        }
        out.into_bytes()
    }

    fn count(&mut self, number: u32, name: &str, value: &str) {
        let Some(counts) = Counts::parse(value) else {
            self.remark(
                number,
                "the counts are not of the form new/old or new/old (urgent/urgent), ignored",
            );
            return;
        };
        let class = Class::of_header(name);
        let is_known = |held: &Class| held.header().eq_ignore_ascii_case(class.header());
        if let Some((_, known)) = self.classes.iter_mut().find(|(c, _)| is_known(c)) {
            *known = counts;
        } else if self.classes.len() < limits::CLASSES {
            self.classes.push((class, counts));
        } else {
            self.remark(number, "too many classes, ignored");
        }
    }

    fn remark(&mut self, line: u32, message: &str) {
        self.remarks.push(Remark {
            severity: Severity::Warning,
            place: Place::line(line),
            message: message.to_owned(),
            source: "RFC 3842 §5.2",
        });
    }
}

impl Class {
    /// The class of a summary line.
    pub fn of_header(name: &str) -> Self {
        let known = KNOWN
            .into_iter()
            .find(|class| class.header().eq_ignore_ascii_case(name));
        known.unwrap_or_else(|| Self::Other(name.chars().take(80).collect()))
    }

    /// Name of the summary line, such as `Voice-Message`.
    pub fn header(&self) -> &str {
        match self {
            Self::Voice => "Voice-Message",
            Self::Fax => "Fax-Message",
            Self::Video => "Video-Message",
            Self::Pager => "Pager-Message",
            Self::Multimedia => "Multimedia-Message",
            Self::Text => "Text-Message",
            Self::None => "None",
            Self::Other(name) => name,
        }
    }

    /// The stable short name, such as `voice`; other classes keep the name as written.
    pub fn token(&self) -> &str {
        match self {
            Self::Voice => "voice",
            Self::Fax => "fax",
            Self::Video => "video",
            Self::Pager => "pager",
            Self::Multimedia => "multimedia",
            Self::Text => "text",
            Self::None => "none",
            Self::Other(name) => name,
        }
    }
}

impl Counts {
    /// Reads `new/old` or `new/old (urgent new/urgent old)`.
    fn parse(text: &str) -> Option<Self> {
        let (totals, urgent) = match text.split_once('(') {
            None => (text, None),
            Some((totals, rest)) => {
                let (inside, after) = rest.split_once(')')?;
                if !after.trim().is_empty() {
                    return None;
                }
                (totals, Some(pair(inside)?))
            }
        };
        let (new, old) = pair(totals)?;
        Some(Self {
            new,
            old,
            urgent: urgent.map(|(new, old)| Urgent { new, old }),
        })
    }

    /// The sum; urgency is known only where both know it.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        let urgent = self.urgent.zip(other.urgent);
        Self {
            new: self.new.saturating_add(other.new),
            old: self.old.saturating_add(other.old),
            urgent: urgent.map(|(a, b)| Urgent {
                new: a.new.saturating_add(b.new),
                old: a.old.saturating_add(b.old),
            }),
        }
    }
}

fn pair(text: &str) -> Option<(u32, u32)> {
    let (first, second) = text.split_once('/')?;
    Some((number(first)?, number(second)?))
}

/// A count; what does not fit counts as the largest that does (RFC 3842 section 5.2 sets the bound).
fn number(text: &str) -> Option<u32> {
    let digits = text.trim();
    let only_digits = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    only_digits.then(|| digits.parse().unwrap_or(u32::MAX))
}

fn yes_or_no(text: &str) -> Option<bool> {
    if text.eq_ignore_ascii_case("yes") {
        Some(true)
    } else if text.eq_ignore_ascii_case("no") {
        Some(false)
    } else {
        None
    }
}

/// Lines with their numbers, from 1; CRLF, LF and CR all end one.
fn numbered(text: &str) -> impl Iterator<Item = (u32, &str)> {
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

/// Header groups behind the summary, one per new message.
fn messages<'a>(lines: impl Iterator<Item = (u32, &'a str)>) -> Vec<Message> {
    let mut messages = Vec::new();
    let mut fields: Vec<(String, String)> = Vec::new();
    for (_, line) in lines.chain([(0, "")]) {
        if messages.len() == limits::MESSAGES {
            break;
        }
        if line.trim().is_empty() {
            if !fields.is_empty() {
                messages.push(Message {
                    fields: std::mem::take(&mut fields),
                });
            }
        } else if line.starts_with([' ', '\t']) {
            // A folded line continues the field above.
            if let Some((_, value)) = fields.last_mut() {
                let room = limits::FIELD_BYTES.saturating_sub(value.len() + 1);
                value.push(' ');
                value.push_str(clip(line.trim(), room));
            }
        } else if let Some((name, value)) = line.split_once(':')
            && fields.len() < limits::MESSAGE_FIELDS
        {
            let field = |text: &str| clip(text.trim(), limits::FIELD_BYTES).to_owned();
            fields.push((field(name), field(value)));
        }
    }
    messages
}

/// A text cut to a number of bytes, between characters.
fn clip(text: &str, bytes: usize) -> &str {
    let mut end = bytes.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

fn one_line(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}

/// Classes with a name of their own.
const KNOWN: [Class; 7] = [
    Class::Voice,
    Class::Fax,
    Class::Video,
    Class::Pager,
    Class::Multimedia,
    Class::Text,
    Class::None,
];
