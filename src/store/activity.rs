//! What has changed lately, as the user sees it: a bounded memory that ends with time, and that the user can clear.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::file::{create_private, remove, replace};
use super::place::{ACTIVITY, account_file};

/// One thing that has changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Activity {
    /// When it was seen here.
    pub at: Timestamp,
    /// What it is about.
    pub kind: ActivityKind,
    /// Whom it is about: an address in canonical form.
    pub who: String,
    /// What it is now: the stable name of a status, of the telephone, of a decision or of the connection; the note; how many
    /// messages are new.
    pub text: String,
}

/// What a change is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ActivityKind {
    /// Somebody's status.
    Status,
    /// Somebody's note.
    Note,
    /// Somebody's telephone.
    Call,
    /// New messages in a mailbox.
    Messages,
    /// Somebody asks to see the own presence.
    Request,
    /// What was decided about somebody.
    Decision,
    /// The own connection.
    Connection,
}

/// The same as the file has it.
#[derive(Serialize, Deserialize)]
struct Entry {
    at: String,
    kind: ActivityKind,
    who: String,
    #[serde(default)]
    text: String,
}

#[derive(Serialize, Deserialize)]
struct Table {
    version: u32,
    #[serde(default)]
    changes: Vec<Entry>,
}

impl Activity {
    /// What an account remembers in this folder, the oldest first; nothing when there is no legible file, or one of a later
    /// version.
    pub fn load(folder: &Path, account: &str) -> Vec<Self> {
        let table =
            read(&account_file(folder, ACTIVITY, account)).filter(|it| it.version <= VERSION);
        let entries = table.map(|table| table.changes).unwrap_or_default();
        let known = entries.into_iter().take(MAX_ACTIVITY).filter_map(|entry| {
            Some(Self {
                at: entry.at.parse().ok()?,
                kind: entry.kind,
                who: entry.who,
                text: entry.text,
            })
        });
        known.collect()
    }

    /// Keeps it for the next start, whole or not at all; of more than [`MAX_ACTIVITY`] the last. With nothing to keep there
    /// is no file.
    ///
    /// # Errors
    /// The file cannot be written, or is of a later version of this program.
    pub fn save(all: &[Self], folder: &Path, account: &str) -> io::Result<()> {
        let path = account_file(folder, ACTIVITY, account);
        if all.is_empty() {
            return remove(&path);
        }
        if read(&path).is_some_and(|table| table.version > VERSION) {
            return Err(io::Error::other("it was written by a later version"));
        }
        let last = all.iter().skip(all.len().saturating_sub(MAX_ACTIVITY));
        let table = Table {
            version: VERSION,
            changes: last
                .map(|one| Entry {
                    at: one.at.to_string(),
                    kind: one.kind,
                    who: one.who.clone(),
                    text: one.text.clone(),
                })
                .collect(),
        };
        let text = toml::to_string(&table).map_err(io::Error::other)?;
        create_private(folder)?;
        replace(&path, folder, &text)
    }
}

/// `None` when there is no file, or nothing legible in it.
fn read(path: &Path) -> Option<Table> {
    let mut text = String::new();
    let file = File::open(path).ok()?;
    file.take(MAX_BYTES).read_to_string(&mut text).ok()?;
    toml::from_str(&text).ok()
}

/// So much is remembered.
pub const MAX_ACTIVITY: usize = 5_000;

const VERSION: u32 = 1;
/// What is written stays below it: addresses and notes are limited.
const MAX_BYTES: u64 = 16 * 1024 * 1024;

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn bob(second: i64) -> Activity {
        Activity {
            at: Timestamp::from_second(second).unwrap(),
            kind: ActivityKind::Note,
            who: "sip:bob@example.com".to_owned(),
            text: "Back \"soon\" \\ or\nlater".to_owned(),
        }
    }

    #[test]
    fn it_is_remembered_within_bounds_and_cleared() {
        let home = tempfile::tempdir().unwrap();
        let (folder, alice) = (home.path(), "sip:alice@example.com");
        assert_eq!(Activity::load(folder, alice), []);
        let all: Vec<Activity> = (0..5_010).map(bob).collect();
        Activity::save(&all, folder, alice).unwrap();
        assert_eq!(Activity::load(folder, alice), all[10..]);
        assert_eq!(Activity::load(folder, "sip:bob@example.com"), []);
        Activity::save(&[], folder, alice).unwrap();
        Activity::save(&[], folder, alice).unwrap();
        assert_eq!(fs::read_dir(folder).unwrap().count(), 0);
    }

    #[test]
    fn a_file_of_a_later_version_is_left_alone() {
        let home = tempfile::tempdir().unwrap();
        let (folder, alice) = (home.path(), "sip:alice@example.com");
        Activity::save(&[bob(1)], folder, alice).unwrap();
        let path = account_file(folder, ACTIVITY, alice);
        let text = fs::read_to_string(&path).unwrap();
        let later = text.replace("version = 1", "version = 2");
        fs::write(&path, &later).unwrap();
        assert_eq!(Activity::load(folder, alice), []);
        Activity::save(&[bob(2)], folder, alice).unwrap_err();
        assert_eq!(fs::read_to_string(&path).unwrap(), later);
        // One that is not legible is no reason to remember nothing ever again.
        fs::write(&path, "rubbish").unwrap();
        Activity::save(&[bob(3)], folder, alice).unwrap();
        assert_eq!(Activity::load(folder, alice), [bob(3)]);
    }
}
