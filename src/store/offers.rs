//! How strong the servers of an account ever asked for its password, so that the next start notices when they ask in a
//! weaker way than in an earlier run (RFC 7616 §5.8).

use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::place::{OFFERS, account_file};
use super::small;

/// The strongest digest algorithm that a realm ever offered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptOffer {
    /// The realm.
    pub realm: String,
    /// Whether it asked as a proxy.
    #[serde(default)]
    pub proxy: bool,
    /// The strength: 0 is MD5, more is stronger.
    pub strength: u8,
}

/// All of them, as the file has them.
#[derive(Serialize, Deserialize)]
struct Table {
    #[serde(default, rename = "offer")]
    offers: Vec<KeptOffer>,
}

impl KeptOffer {
    /// What was kept of an account's servers in this folder; nothing when there is none, or nothing legible.
    pub fn load(folder: &Path, account: &str) -> Vec<Self> {
        let table: Option<Table> = small::read(&file(folder, account), MAX_BYTES);
        table.map(|table| table.offers).unwrap_or_default()
    }

    /// Keeps them for the next start. More than any account has are not kept, and what was kept before stays.
    pub fn save(offers: Vec<Self>, folder: &Path, account: &str) -> io::Result<()> {
        small::write(&Table { offers }, &file(folder, account), MAX_BYTES)
    }
}

fn file(folder: &Path, account: &str) -> PathBuf {
    account_file(folder, OFFERS, account)
}

const MAX_BYTES: u64 = 16 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn au_004_what_was_offered_is_kept_for_each_account() {
        let folder = tempfile::tempdir().unwrap();
        let folder = &folder.path().join("made when it is needed");
        let offer = |realm: &str, strength| KeptOffer {
            realm: realm.to_owned(),
            proxy: strength == 0,
            strength,
        };
        let (alice, bob) = ("sip:alice@example.com", "sip:bob@example.com");
        assert_eq!(KeptOffer::load(folder, alice), []);
        let offers = vec![offer("a \"=\\", 2), offer("b", 0)];
        KeptOffer::save(offers.clone(), folder, alice).unwrap();
        assert_eq!(KeptOffer::load(folder, alice), offers);
        assert_eq!(KeptOffer::load(folder, bob), []);
        let long = vec![offer(&"r".repeat(20_000), 2)];
        assert!(KeptOffer::save(long, folder, alice).is_err());
        assert_eq!(KeptOffer::load(folder, alice), offers);
    }

    #[test]
    fn what_is_not_legible_is_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let large = format!("[[offer]]\nrealm = \"a\"\nstrength = 2\n#{:20000}", "");
        for text in ["", "offer = 1", "[[offer]]\nstrength = -1", "\u{0}", &large] {
            std::fs::write(file(folder.path(), "sip:a@b"), text).unwrap();
            assert_eq!(KeptOffer::load(folder.path(), "sip:a@b"), [], "{text:.40}");
        }
    }
}
