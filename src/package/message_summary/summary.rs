//! A `simple-message-summary` body (RFC 3842 section 5.2): reading, leniently, and writing.

use std::borrow::Cow;
use std::fmt::Write as _;

use crate::package::{Body, BodyError, Place, Remark, Remarks, Severity, address, limits, text};

use super::CONTENT_TYPE;
use super::message::Message;

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
    /// Another class, by its name in lower case.
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

impl Summary {
    /// Reads a body: any case, blanks around every separator, any line ends. Lines that cannot be read are left out
    /// alone.
    ///
    /// # Errors
    /// [`BodyError`] for a foreign type, a body without a readable `Messages-Waiting` line, or one over
    /// [`limits::SUMMARY_BYTES`].
    pub fn parse(body: &Body<'_>) -> Result<Self, BodyError> {
        body.open(CONTENT_TYPE, Self::read)
    }

    fn read(body: &Body<'_>) -> Result<Self, BodyError> {
        if body.bytes.len() > limits::SUMMARY_BYTES {
            return Err(BodyError::TooLarge {
                limit: limits::SUMMARY_BYTES,
            });
        }
        let mut summary = Self::default();
        let text = text::decode(body.bytes, &mut summary.remarks, "RFC 3842 §5.2");
        let mut lines = text::numbered(&text).skip_while(|(_, line)| line.trim().is_empty());
        let mut waiting = None;
        let mut status_line = 1;
        for (number, line) in unfolded(&mut lines) {
            let field = line
                .split_once(':')
                .map(|(name, value)| (name.trim(), value.trim()));
            let is_name = |name: &str| name.bytes().all(|byte| byte.is_ascii_graphic());
            let Some((name, value)) = field.filter(|(name, _)| is_name(name)) else {
                summary.warn(number, "not a header field, ignored");
                continue;
            };
            if is_status_line(name) {
                status_line = number;
                summary.status(number, name, value, &mut waiting);
            } else {
                if waiting.is_none() && !summary.comes_early() {
                    summary.warn(number, "the Messages-Waiting line must come first");
                }
                if name.eq_ignore_ascii_case("Message-Account") {
                    summary.account(number, value);
                } else {
                    summary.count(number, name, value);
                }
            }
        }
        summary.waiting = waiting.ok_or_else(|| BodyError::Missing {
            what: "the Messages-Waiting line",
            place: Place::line(status_line),
        })?;
        summary.messages(lines);
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

    /// Whether something was read already, so that a line before the status line has been told of.
    fn comes_early(&self) -> bool {
        self.account.is_some() || !self.classes.is_empty()
    }

    fn status(&mut self, number: u32, name: &str, value: &str, waiting: &mut Option<bool>) {
        if !name.eq_ignore_ascii_case("Messages-Waiting") {
            self.warn(number, "taken as Messages-Waiting");
        }
        match (yes_or_no(value), *waiting) {
            (None, _) => self.warn(number, "neither 'yes' nor 'no', ignored"),
            (said, None) => *waiting = said,
            (Some(_), Some(_)) => self.warn(number, "said twice, the first one counts"),
        }
    }

    fn account(&mut self, number: u32, value: &str) {
        let account = address::bare(value);
        if account.is_empty()
            || account.len() > limits::FIELD_BYTES
            || account.contains(['<', '>'])
            || !address::is_legible(account)
        {
            self.warn(number, "an account that cannot be shown, ignored");
        } else if self.account.is_some() {
            self.warn(number, "said twice, the first one counts");
        } else {
            if account.len() != value.len() {
                self.warn(number, "the account must stand without angle brackets");
            }
            if !account.contains(':') {
                self.warn(number, "the account is no URI");
            }
            self.account = Some(account.to_owned());
        }
    }

    fn count(&mut self, number: u32, name: &str, value: &str) {
        let Some((counts, exact)) = Counts::parse(value) else {
            self.warn(
                number,
                "the counts are not of the form new/old or new/old (urgent/urgent), ignored",
            );
            return;
        };
        if !exact {
            self.warn(number, "a count above 4294967295, taken as that");
        }
        if counts
            .urgent
            .is_some_and(|urgent| urgent.new > counts.new || urgent.old > counts.old)
        {
            self.warn(number, "more urgent messages than messages");
        }
        let class = Class::of_header(name);
        let is_known = |held: &Class| held.header().eq_ignore_ascii_case(class.header());
        if let Some((_, known)) = self.classes.iter_mut().find(|(c, _)| is_known(c)) {
            *known = counts;
            self.warn(number, "said twice, the last one counts");
        } else if self.classes.len() < limits::CLASSES {
            if matches!(class, Class::Video | Class::Other(_)) {
                self.remark(
                    Severity::Ignored,
                    number,
                    "a class that RFC 3458 does not have, kept",
                );
            }
            self.classes.push((class, counts));
        } else {
            self.warn(number, "too many classes, ignored");
        }
    }

    /// Header groups behind the summary, one per new message.
    fn messages<'a>(&mut self, lines: impl Iterator<Item = (u32, &'a str)>) {
        let mut fields = text::Fields::default();
        for (number, line) in lines.chain([(0, "")]) {
            if !line.trim().is_empty() {
                if !fields.take(limits::MESSAGE_FIELDS, line) {
                    self.warn(number, "not a header field, ignored");
                }
            } else if let fields = std::mem::take(&mut fields).kept
                && !fields.is_empty()
            {
                let message = Message { fields };
                if self.messages.len() == limits::MESSAGES {
                    self.warn(number, "more messages than are kept, the rest is ignored");
                    break;
                }
                self.messages.push(message);
            }
        }
    }

    fn warn(&mut self, line: u32, message: &str) {
        self.remark(Severity::Warning, line, message);
    }

    fn remark(&mut self, severity: Severity, line: u32, message: &str) {
        self.remarks.push(Remark {
            severity,
            // The end of the text is no line of its own.
            place: Place::line(line.max(1)),
            message: message.to_owned(),
            source: "RFC 3842 §5.2",
        });
    }
}

impl Class {
    /// The class of a summary line, named as RFC 3842 has it or shortly (`Voice`). Other names are kept in lower case:
    /// names of header fields are the same in any case.
    pub fn of_header(name: &str) -> Self {
        let known = KNOWN.into_iter().find(|class| {
            class.header().eq_ignore_ascii_case(name) || class.token().eq_ignore_ascii_case(name)
        });
        known.unwrap_or_else(|| {
            let kept: String = name.chars().take(80).collect();
            Self::Other(kept.to_ascii_lowercase())
        })
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

    /// The stable short name, such as `voice`; other classes have their own, which never is one of these.
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
    /// Reads `new/old` or `new/old (urgent new/urgent old)`, and tells whether every number was within the bound of
    /// RFC 3842 section 5.2.
    fn parse(text: &str) -> Option<(Self, bool)> {
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
        let mut exact = true;
        let mut kept = |number: u64| {
            u32::try_from(number).unwrap_or_else(|_| {
                exact = false;
                u32::MAX
            })
        };
        let counts = Self {
            new: kept(new),
            old: kept(old),
            urgent: urgent.map(|(new, old)| Urgent {
                new: kept(new),
                old: kept(old),
            }),
        };
        Some((counts, exact))
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

fn pair(text: &str) -> Option<(u64, u64)> {
    let (first, second) = text.split_once('/')?;
    Some((number(first)?, number(second)?))
}

/// A count; however large it is, it stays one.
fn number(text: &str) -> Option<u64> {
    let digits = text.trim();
    let only_digits = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    only_digits.then(|| digits.parse().unwrap_or(u64::MAX))
}

/// The lines up to the first blank one, with those that continue another joined to it.
fn unfolded<'a>(lines: &mut impl Iterator<Item = (u32, &'a str)>) -> Vec<(u32, Cow<'a, str>)> {
    let mut whole: Vec<(u32, Cow<'a, str>)> = Vec::new();
    for (number, line) in lines.take_while(|(_, line)| !line.trim().is_empty()) {
        match whole.last_mut() {
            Some((_, before)) if line.starts_with([' ', '\t']) => {
                let before = before.to_mut();
                before.push(' ');
                before.push_str(line.trim());
            }
            _ => whole.push((number, line.into())),
        }
    }
    whole
}

/// Whether a field is the status line; one letter is often forgotten.
fn is_status_line(name: &str) -> bool {
    ["Messages-Waiting", "Message-Waiting"]
        .iter()
        .any(|known| known.eq_ignore_ascii_case(name))
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
