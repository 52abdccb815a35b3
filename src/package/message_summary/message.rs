//! A new message as its header fields describe it (RFC 3842 section 3.5).

use crate::package::address;

/// A message as described by its header fields.
///
/// Which fields come is the messaging system's choice; names do not depend on case.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Message {
    /// Names and values as written, folded lines joined.
    pub fields: Vec<(String, String)>,
}

/// Who left a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sender<'a> {
    /// The address without angle brackets, as written; not always a URI.
    pub address: &'a str,
    /// The name beside it: a claim.
    pub display_name: Option<&'a str>,
}

impl Message {
    /// The first value of a field.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields
            .iter()
            .find(|(n, value)| n.eq_ignore_ascii_case(name) && !value.is_empty())
            .map(|(_, value)| value.as_str())
    }

    /// Who left it.
    pub fn from(&self) -> Option<Sender<'_>> {
        let value = self.field("From")?;
        let display_name = value
            .split_once('<')
            .map(|(name, _)| name.trim().trim_matches('"').trim())
            .filter(|name| !name.is_empty());
        Some(Sender {
            address: address::bare(value),
            display_name,
        })
    }

    /// For whom it is, without angle brackets.
    pub fn to(&self) -> Option<&str> {
        self.field("To").map(address::bare)
    }

    /// What it is about.
    pub fn subject(&self) -> Option<&str> {
        self.field("Subject")
    }

    /// When it was left, as written (RFC 5322 date or another).
    pub fn date(&self) -> Option<&str> {
        self.field("Date")
    }

    /// How urgent it is, as written (`normal`, `urgent`, ...).
    pub fn priority(&self) -> Option<&str> {
        self.field("Priority")
    }

    /// Its key at the messaging system, without angle brackets.
    pub fn id(&self) -> Option<&str> {
        self.field("Message-ID").map(address::bare)
    }

    /// Its class, such as `voice-message` (RFC 3458 section 4).
    pub fn context(&self) -> Option<&str> {
        self.field("Message-Context")
    }
}
