//! The entity tag of one's own publication: with it the next start changes what the server still has, instead of
//! publishing a second state beside it (RFC 3903 §4.2).

use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::file::remove;
use super::place::{PUBLICATION, account_file};
use super::small;

/// A publication that a server holds until it runs out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptPublication {
    /// The entity tag; opaque.
    pub tag: String,
    /// When it runs out.
    pub expires: Timestamp,
}

/// The same as the file has it.
#[derive(Serialize, Deserialize)]
struct Entry {
    tag: String,
    expires: String,
}

impl KeptPublication {
    /// What was kept of an account's publication in this folder. `None` when there is nothing, or nothing legible: the
    /// next publication then is a new one.
    pub fn load(folder: &Path, account: &str) -> Option<Self> {
        let entry: Entry = small::read(&file(folder, account), MAX_BYTES)?;
        Some(Self {
            expires: entry.expires.parse().ok()?,
            tag: entry.tag,
        })
    }

    /// Keeps it for the next start. A tag that is longer than any server's is not kept.
    pub fn save(&self, folder: &Path, account: &str) -> io::Result<()> {
        let entry = Entry {
            tag: self.tag.clone(),
            expires: self.expires.to_string(),
        };
        match small::write(&entry, &file(folder, account), MAX_BYTES) {
            Err(error) if error.kind() == io::ErrorKind::FileTooLarge => {
                Self::forget(folder, account)
            }
            written => written,
        }
    }

    /// Forgets it; that there is none is no error.
    pub fn forget(folder: &Path, account: &str) -> io::Result<()> {
        remove(&file(folder, account))
    }
}

fn file(folder: &Path, account: &str) -> PathBuf {
    account_file(folder, PUBLICATION, account)
}

const MAX_BYTES: u64 = 4096;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rp_020_the_tag_of_each_account_is_kept_and_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        let folder = &folder.path().join("made when it is needed");
        let kept = |tag: &str| KeptPublication {
            tag: tag.to_owned(),
            expires: "2030-01-02T03:04:05Z".parse().unwrap(),
        };
        let (alice, bob) = ("sip:alice@example.com", "sip:bob@example.com");
        assert_eq!(KeptPublication::load(folder, alice), None);
        kept("a1\"=\\").save(folder, alice).unwrap();
        kept("b1").save(folder, bob).unwrap();
        kept("b2").save(folder, bob).unwrap();
        assert_eq!(KeptPublication::load(folder, alice), Some(kept("a1\"=\\")));
        assert_eq!(KeptPublication::load(folder, bob), Some(kept("b2")));
        KeptPublication::forget(folder, alice).unwrap();
        KeptPublication::forget(folder, alice).unwrap();
        assert_eq!(KeptPublication::load(folder, alice), None);
        kept(&"b".repeat(5000)).save(folder, bob).unwrap();
        assert_eq!(KeptPublication::load(folder, bob), None);
    }

    #[test]
    fn what_is_not_legible_is_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let large = format!(
            "tag = \"a\"\nexpires = \"2030-01-02T03:04:05Z\"\n#{:5000}",
            ""
        );
        for text in [
            "",
            "tag = 1",
            "tag = \"a\"\nexpires = \"soon\"",
            "\u{0}",
            &large,
        ] {
            std::fs::write(file(folder.path(), "sip:a@b"), text).unwrap();
            assert_eq!(KeptPublication::load(folder.path(), "sip:a@b"), None);
        }
    }
}
