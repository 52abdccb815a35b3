//! The domains whose DNS records offered TLS, so that the next start notices when one no longer does (RFC 3263 §7).

use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::place::{TLS_DOMAINS, account_file};
use super::small;

/// All of them, as one account has met them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct KeptTlsDomains {
    /// Their names, in lower case.
    #[serde(default)]
    pub domains: Vec<String>,
}

impl KeptTlsDomains {
    /// What was kept of an account in this folder; nothing when there is none, or nothing legible.
    pub fn load(folder: &Path, account: &str) -> Self {
        small::read(&file(folder, account), MAX_BYTES).unwrap_or_default()
    }

    /// Keeps them for the next start.
    ///
    /// # Errors
    /// They cannot be written, or are more than any account meets. What was kept before stays.
    pub fn save(&self, folder: &Path, account: &str) -> io::Result<()> {
        small::write(self, &file(folder, account), MAX_BYTES)
    }
}

fn file(folder: &Path, account: &str) -> PathBuf {
    account_file(folder, TLS_DOMAINS, account)
}

/// As many of the longest names as are remembered.
const MAX_BYTES: u64 = 80 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn au_019_who_offered_tls_is_kept_for_each_account() {
        let folder = tempfile::tempdir().unwrap();
        let folder = &folder.path().join("made when it is needed");
        let (alice, bob) = ("sip:alice@example.com", "sip:bob@example.com");
        let nobody = KeptTlsDomains::default();
        assert_eq!(KeptTlsDomains::load(folder, alice), nobody);
        let all = (0..256).map(|number| format!("{number:0>250}.test"));
        let all = KeptTlsDomains {
            domains: all.collect(),
        };
        all.save(folder, alice).unwrap();
        assert_eq!(KeptTlsDomains::load(folder, alice), all);
        assert_eq!(KeptTlsDomains::load(folder, bob), nobody);
        let long = KeptTlsDomains {
            domains: vec!["d".repeat(100_000)],
        };
        assert!(long.save(folder, alice).is_err());
        assert_eq!(KeptTlsDomains::load(folder, alice), all);
        std::fs::write(file(folder, bob), "domains = [1]").unwrap();
        assert_eq!(KeptTlsDomains::load(folder, bob), nobody);
    }
}
