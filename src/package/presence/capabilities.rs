//! User agent capabilities (RFC 5196): what a service or a device says it can do.
//!
//! What is not said is not known, and never a no (RFC 4479 section 3.6).

use crate::package::limits;
use crate::xml::{self, Element};

use super::namespace::Space;
use super::pidf::Note;
use super::read::Reader;

/// What a service can do (section 3.2).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ServiceCapabilities {
    /// Streams of audio.
    pub audio: Option<bool>,
    /// Streams of application data.
    pub application: Option<bool>,
    /// Streams of data.
    pub data: Option<bool>,
    /// Streams of control.
    pub control: Option<bool>,
    /// Streams of video.
    pub video: Option<bool>,
    /// Streams of text.
    pub text: Option<bool>,
    /// Messages.
    pub message: Option<bool>,
    /// Whether a machine answers.
    pub automata: Option<bool>,
    /// Whether it is a conference server.
    pub isfocus: Option<bool>,
    /// Content types, such as `text/plain`.
    pub types: Vec<String>,
    /// Settings: `business`, `personal`.
    pub class: Listed,
    /// `full`, `half`, `receive-only`, `send-only`.
    pub duplex: Listed,
    /// Event packages.
    pub event_packages: Listed,
    /// SIP methods that are taken.
    pub methods: Listed,
    /// Option tags of SIP extensions.
    pub extensions: Listed,
    /// URI schemes.
    pub schemes: Listed,
    /// Who answers: `principal`, `attendant`, `msg-taker`, `information`.
    pub actor: Listed,
    /// Languages, as tags.
    pub languages: Listed,
    /// Call priorities that are taken.
    pub priorities: Vec<Priorities>,
    /// Call priorities that are not.
    pub priorities_refused: Vec<Priorities>,
    /// What it is, in words.
    pub descriptions: Vec<Note>,
}

/// What a device can do (section 3.3).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DeviceCapabilities {
    /// `fixed`, `mobile`.
    pub mobility: Listed,
    /// What it is, in words.
    pub descriptions: Vec<Note>,
}

/// What is listed as supported and as not supported; everything else is open.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Listed {
    /// What is supported.
    pub supported: Vec<String>,
    /// What is said not to be.
    pub not_supported: Vec<String>,
}

/// A range of call priorities, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Priorities {
    /// The lowest, if there is one.
    pub lowest: Option<i64>,
    /// The highest, if there is one.
    pub highest: Option<i64>,
}

impl ServiceCapabilities {
    /// Names of the media that are supported, in the order of the standard.
    pub fn media(&self) -> impl Iterator<Item = &'static str> {
        let flags = [
            ("audio", self.audio),
            ("application", self.application),
            ("data", self.data),
            ("control", self.control),
            ("video", self.video),
            ("text", self.text),
            ("message", self.message),
        ];
        flags
            .into_iter()
            .filter(|(_, is)| *is == Some(true))
            .map(|(name, _)| name)
    }

    /// Reads a `servcaps`.
    pub(super) fn read(reader: &mut Reader<'_>, element: Element<'_>) -> Self {
        let mut read = Self::default();
        for child in own(element) {
            let flag = match child.name() {
                "audio" => &mut read.audio,
                "application" => &mut read.application,
                "data" => &mut read.data,
                "control" => &mut read.control,
                "video" => &mut read.video,
                "text" => &mut read.text,
                "message" => &mut read.message,
                "automata" => &mut read.automata,
                "isfocus" => &mut read.isfocus,
                _ => {
                    read.take_list(reader, child);
                    continue;
                }
            };
            *flag = xml::boolean(child.text());
            if flag.is_none() {
                let message = "neither 'true' nor 'false'; taken as not said";
                reader.remarks.warn(child, message, SOURCE);
            }
        }
        read
    }

    fn take_list(&mut self, reader: &mut Reader<'_>, element: Element<'_>) {
        let list = match element.name() {
            "description" => return reader.note(element, &mut self.descriptions),
            "type" if self.types.len() < limits::CAPABILITIES => {
                let text = element.trimmed();
                if !text.is_empty() {
                    self.types.push(text.to_owned());
                }
                return;
            }
            "priority" => {
                for side in own(element) {
                    match side.name() {
                        "supported" => self.priorities = priorities(side),
                        "notsupported" => self.priorities_refused = priorities(side),
                        _ => {}
                    }
                }
                return;
            }
            "class" => &mut self.class,
            "duplex" => &mut self.duplex,
            "event-packages" => &mut self.event_packages,
            "methods" => &mut self.methods,
            "extensions" => &mut self.extensions,
            "schemes" => &mut self.schemes,
            "actor" => &mut self.actor,
            "languages" => &mut self.languages,
            _ => return reader.not_understood(element),
        };
        *list = Listed::read(element);
    }
}

impl DeviceCapabilities {
    /// Reads a `devcaps`.
    pub(super) fn read(reader: &mut Reader<'_>, element: Element<'_>) -> Self {
        let mut read = Self::default();
        for child in own(element) {
            match child.name() {
                "mobility" => read.mobility = Listed::read(child),
                "description" => reader.note(child, &mut read.descriptions),
                _ => reader.not_understood(child),
            }
        }
        read
    }
}

impl Listed {
    /// Whether something is supported; `None` when that is not said. What is listed on both sides is (section 4.1).
    pub fn supports(&self, name: &str) -> Option<bool> {
        let is_in = |list: &[String]| list.iter().any(|n| n == name);
        if is_in(&self.supported) {
            Some(true)
        } else {
            is_in(&self.not_supported).then_some(false)
        }
    }

    fn read(element: Element<'_>) -> Self {
        let mut read = Self::default();
        for side in own(element) {
            let list = match side.name() {
                "supported" => &mut read.supported,
                "notsupported" => &mut read.not_supported,
                _ => continue,
            };
            for child in side.children().take(limits::CAPABILITIES) {
                let name = match child.name() {
                    "s" | "l" => child.trimmed(),
                    // The name of an element cannot begin with a digit, that of an option tag can.
                    "rel100" => "100rel",
                    name => name,
                };
                if !name.is_empty() {
                    list.push(name.to_owned());
                }
            }
        }
        read
    }
}

impl Priorities {
    /// Whether a priority is in the range.
    pub fn contains(self, priority: i64) -> bool {
        self.lowest.is_none_or(|lowest| lowest <= priority)
            && self.highest.is_none_or(|highest| priority <= highest)
    }
}

fn priorities(side: Element<'_>) -> Vec<Priorities> {
    let read = |element: Element<'_>| {
        let number = |name| element.attribute(name)?.trim().parse().ok();
        let (lowest, highest) = match element.name() {
            "lowerthan" => (None, Some(number("maxvalue")?)),
            // The schema leaves out a letter.
            "higherthan" | "higherhan" => (Some(number("minvalue")?), None),
            "equals" => (Some(number("value")?), Some(number("value")?)),
            "range" => (Some(number("minvalue")?), Some(number("maxvalue")?)),
            _ => return None,
        };
        Some(Priorities { lowest, highest })
    };
    own(side)
        .filter_map(read)
        .take(limits::CAPABILITIES)
        .collect()
}

fn own(element: Element<'_>) -> impl Iterator<Item = Element<'_>> {
    element
        .children()
        .filter(|child| Space::of(*child) == Space::Capabilities)
}

/// Where the elements are defined.
const SOURCE: &str = "RFC 5196 §3.2";
