//! One's own presence document, ready to be published (RFC 3903 section 10.4).

use jiff::Timestamp;

use super::pidf::Basic;
use super::rpid::UserInput;
use super::status::Status;
use super::write::{Writer, declarations};

/// What somebody wants others to see.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OwnPresence {
    /// The status.
    pub status: Status,
    /// A comment, with no meaning but what people read.
    pub note: Option<String>,
    /// Language tag of the comment.
    pub language: Option<String>,
    /// A label for the rules of servers, not for display (RFC 4480 section 3.3).
    pub class: Option<String>,
    /// Whether the device has been used lately; `None` is not said.
    pub input: Option<UserInput>,
    /// When the status ends, if that is known.
    pub end: Option<End>,
}

/// The end of a status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct End {
    /// When.
    pub at: Timestamp,
    /// Whether the person can be reached from then on.
    pub then: Basic,
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

impl OwnPresence {
    /// Whether the person can be reached.
    pub fn basic(&self) -> Basic {
        self.status.basic()
    }
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
        let declarations = declarations(presence, time);
        let mut writer = Writer::new(presence, time);
        writer.begin(&self.entity, &declarations);
        writer.tuple(&self.tuple_id(), Some(&self.device), &self.contact, "");
        writer.person(&format!("p{}", self.stem), "");
        writer.device(&format!("d{}", self.stem), &self.device);
        writer.end()
    }
}
