//! A `kpml-request` document (RFC 4730 section 5.2): reading and writing.

use std::fmt::Write as _;

use crate::package::body::wrong_root;
use crate::package::remark::NOT_UNDERSTOOD;
use crate::package::{Body, BodyError, Remarks, limits};
use crate::xml::{self, Element, escape};

use super::REQUEST_TYPE;
use super::pattern::DigitPattern;

/// Which key presses a subscriber asks for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Request {
    /// Whether the keys are those of the other party, as far as the device hears them (`stream/reverse`).
    pub reverse: bool,
    /// What to look for, and how.
    pub pattern: Pattern,
    /// What was wrong or not understood.
    pub remarks: Remarks,
}

/// What to look for. Times are milliseconds; `None` leaves the device's default.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Pattern {
    /// How long the subscription goes on.
    pub persist: Persistence,
    /// What happens to keys pressed before.
    pub flush: Flush,
    /// The longest time between two keys; 4000 by default.
    pub interdigit_timer: Option<u32>,
    /// How long to wait when another expression may still match more; 1000 by default.
    pub critical_digit_timer: Option<u32>,
    /// How long to wait when the longest expression has matched; 500 by default.
    pub extra_digit_timer: Option<u32>,
    /// From when on a key counts as held down; 2500 by default.
    pub long: Option<u32>,
    /// Whether pressing a key several times counts as holding it down.
    pub long_repeat: bool,
    /// Whether only complete matches are reported, wherever they begin.
    pub no_partial: bool,
    /// The keys that end an entry.
    pub enter_key: Option<String>,
    /// The expressions; the longest match wins, the first of equals.
    pub regexes: Vec<Regex>,
}

/// An expression to match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Regex {
    /// Comes back with the match.
    pub tag: Option<String>,
    /// Once this has matched, what follows is kept from the other party.
    pub pre: Option<DigitPattern>,
    /// The keys.
    pub pattern: DigitPattern,
}

/// How long a subscription to key presses goes on (RFC 4730 section 3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Persistence {
    /// Until the first match.
    #[default]
    OneShot,
    /// Until it is ended; every match is reported.
    Persist,
    /// Until it is ended; after a match the device waits for the next request.
    SingleNotify,
}

/// What happens to keys pressed before the request (RFC 4730 section 3.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Flush {
    /// They count.
    #[default]
    No,
    /// They are forgotten.
    Yes,
}

impl Request {
    /// Reads a body. What a device must ignore is ignored, with a remark.
    ///
    /// # Errors
    /// [`BodyError`] for a foreign type, unusable XML, another root, or a document without a usable `regex`.
    pub fn parse(body: &Body<'_>) -> Result<Self, BodyError> {
        let xml = body.xml(REQUEST_TYPE)?;
        let root = xml.root();
        if !root.is(NAMESPACE, "kpml-request") {
            return Err(wrong_root("kpml-request", root));
        }
        let mut request = Self::default();
        check_version(root, &mut request.remarks);
        let mut pattern = None;
        for child in root.children() {
            if child.is(NAMESPACE, "stream") {
                request.stream(child);
            } else if child.is(NAMESPACE, "pattern") && pattern.is_none() {
                pattern = Some(child);
                request.pattern(child);
            } else if child.is(NAMESPACE, "pattern") {
                request
                    .remarks
                    .warn(child, "only the first pattern counts", SCHEMA);
            } else {
                request.remarks.ignore(child, NOT_UNDERSTOOD, SCHEMA);
            }
        }
        let pattern = pattern.ok_or_else(|| BodyError::missing("the element pattern", root))?;
        if request.pattern.regexes.is_empty() {
            return Err(BodyError::missing("a regex that can be read", pattern));
        }
        Ok(request)
    }

    /// Writes it as a body.
    pub fn document(&self) -> Vec<u8> {
        let mut out = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<kpml-request xmlns=\"{NAMESPACE}\" version=\"1.0\">\n"
        );
        if self.reverse {
            out.push_str("  <stream><reverse/></stream>\n");
        }
        self.pattern.write(&mut out);
        out.push_str("</kpml-request>\n");
        out.into_bytes()
    }

    fn stream(&mut self, element: Element<'_>) {
        for child in element.children() {
            if child.is(NAMESPACE, "reverse") {
                self.reverse = true;
            } else {
                self.remarks.ignore(child, NOT_UNDERSTOOD, SCHEMA);
            }
        }
    }

    fn pattern(&mut self, element: Element<'_>) {
        let remarks = &mut self.remarks;
        let pattern = &mut self.pattern;
        if let Some(word) = element.attribute("persist") {
            pattern.persist = Persistence::from_token(word).unwrap_or_else(|| {
                let message = "an unknown value of persist means one-shot";
                remarks.warn(element, message, "RFC 4730 §3.3");
                Persistence::OneShot
            });
        }
        pattern.interdigit_timer = milliseconds(element, "interdigittimer", remarks);
        pattern.critical_digit_timer = milliseconds(element, "criticaldigittimer", remarks);
        pattern.extra_digit_timer = milliseconds(element, "extradigittimer", remarks);
        pattern.long = milliseconds(element, "long", remarks);
        pattern.long_repeat = flag(element, "longrepeat", remarks);
        pattern.no_partial = flag(element, "nopartial", remarks);
        pattern.enter_key = element
            .attribute("enterkey")
            .filter(|keys| !keys.is_empty() && keys.len() <= limits::FIELD_BYTES)
            .map(str::to_owned);
        for child in element.children() {
            if child.is(NAMESPACE, "flush") {
                match child.trimmed() {
                    "yes" => pattern.flush = Flush::Yes,
                    "no" => {}
                    _ => remarks.warn(child, "neither 'yes' nor 'no', ignored", "RFC 4730 §3.5"),
                }
            } else if !child.is(NAMESPACE, "regex") {
                remarks.ignore(child, NOT_UNDERSTOOD, SCHEMA);
            } else if pattern.regexes.len() == limits::REGEXES {
                remarks.warn(child, "one expression too many, ignored", "RFC 4730 §3.3");
            } else if let Some(regex) = Regex::read(child, remarks) {
                pattern.regexes.push(regex);
            }
        }
    }
}

impl Pattern {
    fn write(&self, out: &mut String) {
        out.push_str("  <pattern");
        // Writing to a string cannot fail.
        if self.persist != Persistence::OneShot {
            let _ = write!(out, " persist=\"{}\"", self.persist.token());
        }
        for (name, value) in [
            ("interdigittimer", self.interdigit_timer),
            ("criticaldigittimer", self.critical_digit_timer),
            ("extradigittimer", self.extra_digit_timer),
            ("long", self.long),
        ] {
            if let Some(value) = value {
                let _ = write!(out, " {name}=\"{value}\"");
            }
        }
        for (name, value) in [
            ("longrepeat", self.long_repeat),
            ("nopartial", self.no_partial),
        ] {
            if value {
                let _ = write!(out, " {name}=\"true\"");
            }
        }
        if let Some(keys) = &self.enter_key {
            let _ = write!(out, " enterkey=\"{}\"", escape(keys));
        }
        out.push_str(">\n");
        if self.flush == Flush::Yes {
            out.push_str("    <flush>yes</flush>\n");
        }
        for regex in &self.regexes {
            out.push_str("    <regex");
            if let Some(tag) = &regex.tag {
                let _ = write!(out, " tag=\"{}\"", escape(tag));
            }
            out.push('>');
            if let Some(pre) = &regex.pre {
                let _ = write!(out, "<pre>{pre}</pre>");
            }
            let _ = writeln!(out, "{}</regex>", regex.pattern);
        }
        out.push_str("  </pattern>\n");
    }
}

impl Regex {
    fn read(element: Element<'_>, remarks: &mut Remarks) -> Option<Self> {
        let mut pre = None;
        for child in element.children() {
            if !child.is(NAMESPACE, "pre") {
                remarks.ignore(child, NOT_UNDERSTOOD, SCHEMA);
            } else if pre.is_some() {
                remarks.warn(child, "only the first pre counts", "RFC 4730 §3.4");
            } else {
                match DigitPattern::new(child.trimmed()) {
                    Ok(pattern) => pre = Some(pattern),
                    Err(error) => remarks.warn(child, &error.to_string(), "RFC 4730 §5.1"),
                }
            }
        }
        match DigitPattern::new(element.trimmed()) {
            Ok(pattern) => Some(Self {
                tag: element
                    .attribute("tag")
                    .filter(|tag| tag.len() <= limits::FIELD_BYTES)
                    .map(str::to_owned),
                pre,
                pattern,
            }),
            Err(error) => {
                remarks.warn(element, &error.to_string(), "RFC 4730 §5.1");
                None
            }
        }
    }
}

impl Persistence {
    /// The word in documents.
    pub fn token(self) -> &'static str {
        match self {
            Self::OneShot => "one-shot",
            Self::Persist => "persist",
            Self::SingleNotify => "single-notify",
        }
    }

    /// Reads the word, whose case matters.
    pub fn from_token(token: &str) -> Option<Self> {
        [Self::OneShot, Self::Persist, Self::SingleNotify]
            .into_iter()
            .find(|persistence| persistence.token() == token)
    }
}

/// Notes a version other than the one there is.
pub(super) fn check_version(root: Element<'_>, remarks: &mut Remarks) {
    match root.attribute("version").map(str::trim) {
        Some("1.0") => {}
        Some(_) => remarks.warn(root, "a version other than 1.0, read as 1.0", SCHEMA),
        None => remarks.warn(
            root,
            "the attribute version is missing, read as 1.0",
            SCHEMA,
        ),
    }
}

fn milliseconds(element: Element<'_>, name: &str, remarks: &mut Remarks) -> Option<u32> {
    let written = element.attribute(name)?;
    let read = written.trim().parse().ok();
    if read.is_none() {
        let message = format!("{name} is no number of milliseconds, ignored");
        remarks.warn(element, &message, SCHEMA);
    }
    read
}

fn flag(element: Element<'_>, name: &str, remarks: &mut Remarks) -> bool {
    let Some(written) = element.attribute(name) else {
        return false;
    };
    xml::boolean(written).unwrap_or_else(|| {
        let message = format!("{name} is neither true nor false, taken as false");
        remarks.warn(element, &message, SCHEMA);
        false
    })
}

/// Namespace of requests.
const NAMESPACE: &str = "urn:ietf:params:xml:ns:kpml-request";
/// Where the grammar of requests stands.
const SCHEMA: &str = "RFC 4730 §5.2";
