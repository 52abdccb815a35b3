//! One's own presence document, ready to be published (RFC 3903 section 10.4).

use std::fmt::Write as _;

use jiff::Timestamp;

use crate::xml::{escape, is_ncname};

use super::namespace::{DATA_MODEL, PIDF, RPID};
use super::rpid::Input;
use super::status::Status;

/// What somebody wants others to see.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OwnPresence {
    /// The status.
    pub status: Status,
    /// A comment, with no meaning but what people read.
    pub note: Option<String>,
    /// Language tag of the comment.
    pub language: Option<String>,
    /// Whether the device has been used lately; `None` is not said.
    pub input: Option<Input>,
}

/// Writes the documents of one device of one presentity: ids stay the same, times never repeat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publisher {
    entity: String,
    contact: String,
    device: String,
    stem: String,
    last: Option<Timestamp>,
}

impl Publisher {
    /// A publisher for an address, reached at `contact`, on a device named by a URN (`urn:uuid:...`).
    ///
    /// The ids in the documents come from the URN, so that two devices of one person do not take each other's.
    pub fn new(entity: &str, contact: &str, device: &str) -> Self {
        let tail: String = device.chars().filter(char::is_ascii_alphanumeric).collect();
        let stem = tail
            .get(tail.len().saturating_sub(12)..)
            .unwrap_or_default()
            .to_ascii_lowercase();
        Self {
            entity: entity.to_owned(),
            contact: contact.to_owned(),
            device: device.to_owned(),
            stem,
            last: None,
        }
    }

    /// The next document. Its timestamp is `now`, or a millisecond after the last one where the clock has not moved:
    /// two documents never carry the same (RFC 3863 section 4.1.7).
    pub fn document(&mut self, presence: &OwnPresence, now: Timestamp) -> Vec<u8> {
        let millisecond = jiff::SignedDuration::from_millis(1);
        let now = Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now);
        let time = match self.last {
            Some(last) if now <= last => last.checked_add(millisecond).unwrap_or(last),
            _ => now,
        };
        self.last = Some(time);
        self.write(presence, time).into_bytes()
    }

    /// Id of the tuple in every document.
    pub fn tuple_id(&self) -> String {
        format!("t{}", self.stem)
    }

    fn write(&self, presence: &OwnPresence, time: Timestamp) -> String {
        let basic = if presence.status == Status::Offline {
            "closed"
        } else {
            "open"
        };
        let entity = escape(&self.entity);
        let contact = escape(&self.contact);
        let device = escape(&self.device);
        let stem = &self.stem;
        let mut out = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
             <presence xmlns=\"{PIDF}\" xmlns:dm=\"{DATA_MODEL}\" xmlns:rpid=\"{RPID}\" entity=\"{entity}\">\n  \
             <tuple id=\"t{stem}\">\n    <status><basic>{basic}</basic></status>\n    \
             <dm:deviceID>{device}</dm:deviceID>\n    <contact>{contact}</contact>\n    \
             <timestamp>{time}</timestamp>\n  </tuple>\n  <dm:person id=\"p{stem}\">\n"
        );
        let activities = activities(&presence.status);
        if !activities.is_empty() {
            // Writing to a string cannot fail.
            let _ = writeln!(out, "    <rpid:activities>{activities}</rpid:activities>");
        }
        if let Some(input) = presence.input {
            let word = if input == Input::Active {
                "active"
            } else {
                "idle"
            };
            let _ = writeln!(out, "    <rpid:user-input>{word}</rpid:user-input>");
        }
        if let Some(note) = presence
            .note
            .as_deref()
            .map(str::trim)
            .filter(|n| !n.is_empty())
        {
            let language = presence.language.as_deref().filter(|l| !l.is_empty());
            let language =
                language.map_or_else(String::new, |l| format!(" xml:lang=\"{}\"", escape(l)));
            let _ = writeln!(out, "    <dm:note{language}>{}</dm:note>", escape(note));
        }
        let _ = write!(
            out,
            "    <dm:timestamp>{time}</dm:timestamp>\n  </dm:person>\n  \
             <dm:device id=\"d{stem}\">\n    <dm:deviceID>{device}</dm:deviceID>\n    \
             <dm:timestamp>{time}</dm:timestamp>\n  </dm:device>\n</presence>\n"
        );
        out
    }
}

fn activities(status: &Status) -> String {
    if let Status::Other(name) = status {
        // Names outside RPID's vocabulary have no element of their own.
        let known = is_ncname(name) && super::rpid::is_activity(name);
        return if known {
            format!("<rpid:{name}/>")
        } else {
            format!("<rpid:other>{}</rpid:other>", escape(name))
        };
    }
    let element = |(name, text): &(&str, &str)| match *text {
        "" => format!("<rpid:{name}/>"),
        text => format!("<rpid:{name}>{text}</rpid:{name}>"),
    };
    status.activities().iter().map(element).collect()
}
