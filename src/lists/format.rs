//! What other programs take and give: files of people.

mod json;
mod lines;
mod vcard;

use super::ResourceLists;
use super::document::ListsError;
use super::library::Library;
use super::limits;
use super::roster::{Contact, Roster};

/// The shape of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// Everything that Siskin keeps about people.
    Json,
    /// vCard (RFC 6350); version 3 is understood too.
    VCard,
    /// A list document (RFC 4826).
    ResourceLists,
    /// One address a line, a name may follow it; `#` begins a comment.
    Lines,
}

/// Why a file cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FormatError {
    /// Not in UTF-8.
    #[error("it is not in UTF-8")]
    NotUtf8,
    /// Not of this format.
    #[error("it is no list of this format: {0}")]
    Json(String),
    /// Not a list document.
    #[error("{0}")]
    Lists(#[from] ListsError),
    /// No card in it.
    #[error("there is no vCard in it")]
    NoCard,
    /// More people than are kept.
    #[error("there are more than {} people in it", limits::CONTACTS)]
    TooMany,
}

/// What was read from a file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Imported {
    /// The people.
    pub roster: Roster,
    /// What names nobody whose presence can be asked for: lines, cards, entries.
    pub skipped: Vec<String>,
}

impl Imported {
    fn add(&mut self, contact: Contact) -> Result<(), FormatError> {
        if self.roster.add(contact) {
            Ok(())
        } else {
            Err(FormatError::TooMany)
        }
    }

    fn skip(&mut self, what: &str) {
        if self.skipped.len() < SKIPPED {
            self.skipped.push(what.chars().take(limits::NAME).collect());
        }
    }
}

impl Format {
    /// Reads a stable name.
    pub fn from_token(token: &str) -> Option<Self> {
        Some(match token {
            "json" => Self::Json,
            "vcard" => Self::VCard,
            "resource-lists" => Self::ResourceLists,
            "lines" => Self::Lines,
            _ => return None,
        })
    }

    /// The format that the ending of a file's name stands for.
    pub fn of_ending(ending: &str) -> Option<Self> {
        Some(match ending.to_ascii_lowercase().as_str() {
            "json" => Self::Json,
            "vcf" | "vcard" => Self::VCard,
            "xml" => Self::ResourceLists,
            "txt" | "list" => Self::Lines,
            _ => return None,
        })
    }

    /// The format that a content looks like.
    pub fn guess(bytes: &[u8]) -> Self {
        let text = bytes.strip_prefix("\u{FEFF}".as_bytes()).unwrap_or(bytes);
        let text = text.trim_ascii_start();
        match text.first() {
            Some(b'{') => Self::Json,
            Some(b'<') => Self::ResourceLists,
            _ if text.len() >= 11 && text[..11].eq_ignore_ascii_case(b"BEGIN:VCARD") => Self::VCard,
            _ => Self::Lines,
        }
    }

    /// Reads a file.
    ///
    /// # Errors
    /// [`FormatError`].
    pub fn read(self, bytes: &[u8]) -> Result<Imported, FormatError> {
        if self == Self::ResourceLists {
            let lists = ResourceLists::parse(bytes, "")?;
            let reading = Library::new("", lists).read();
            let mut imported = Imported {
                roster: reading.own,
                skipped: Vec::new(),
            };
            for dangling in &reading.dangling {
                imported.skip(&dangling.to_string());
            }
            return Ok(imported);
        }
        let text = std::str::from_utf8(bytes).map_err(|_| FormatError::NotUtf8)?;
        let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
        match self {
            Self::Json => json::read(text),
            Self::VCard => vcard::read(text),
            Self::Lines | Self::ResourceLists => lines::read(text),
        }
    }

    /// Writes a file.
    ///
    /// # Errors
    /// None in practice: what is written is our own.
    pub fn write(self, roster: &Roster) -> Result<Vec<u8>, FormatError> {
        Ok(match self {
            Self::Json => json::write(roster)?,
            Self::VCard => vcard::write(roster),
            Self::ResourceLists => ResourceLists::empty("")?.brought_to(roster)?.to_bytes(),
            Self::Lines => lines::write(roster),
        })
    }
}

/// What is skipped and told of.
const SKIPPED: usize = 100;
