//! Where things are kept that belong to one account.

use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use super::file::remove;

/// Removes everything that a folder keeps of an account for the next start, except its part of the settings. That there is
/// nothing is no error. `account` is the address in canonical form.
///
/// # Errors
/// A file cannot be removed; the others are gone.
pub fn forget_account(folder: &Path, account: &str) -> io::Result<()> {
    let files = KINDS.map(|kind| account_file(folder, kind, account));
    let broken = files.clone().map(|file| file.with_extension(BROKEN));
    let rules = rules_file(folder, account);
    let all = files.iter().chain(&broken).chain([&rules]);
    let removed = all.map(|file| remove(file));
    // One that stays does not keep the others.
    removed.fold(Ok(()), io::Result::and)
}

/// Each account has a file of its own, so that none waits for another; an address may have more letters than a name of a
/// file.
pub(super) fn account_file(folder: &Path, kind: &str, account: &str) -> PathBuf {
    folder.join(name(kind, account) + ".toml")
}

/// Rules are a document as other programs have it, too.
pub(super) fn rules_file(folder: &Path, account: &str) -> PathBuf {
    folder.join(name(RULES, account) + ".xml")
}

fn name(kind: &str, account: &str) -> String {
    let mut name = format!("{kind}-");
    for byte in &Sha256::digest(account)[..16] {
        // Writing to a string cannot fail.
        let _ = write!(name, "{byte:02x}");
    }
    name
}

/// The entity tag of the own publication.
pub(super) const PUBLICATION: &str = "publication";
/// Decisions that wait for the server.
pub(super) const DECISIONS: &str = "decisions";
/// Who has watched.
pub(super) const WATCHERS: &str = "watchers";
/// How strong the challenges were that servers sent.
pub(super) const OFFERS: &str = "digest";
/// What has changed lately.
pub(super) const ACTIVITY: &str = "activity";
/// Which domains offered TLS.
pub(super) const TLS_DOMAINS: &str = "tls";
/// Presence rules that no server keeps.
const RULES: &str = "rules";
/// All of them but the rules.
const KINDS: [&str; 6] = [
    PUBLICATION,
    DECISIONS,
    WATCHERS,
    OFFERS,
    ACTIVITY,
    TLS_DOMAINS,
];
/// How the name of a file ends that could not be understood.
pub(super) const BROKEN: &str = "broken";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_of_one_account_goes_and_nothing_else() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path();
        let (alice, bob) = ("sip:alice@example.com", "sip:bob@example.com");
        let settings = folder.join("settings.toml");
        std::fs::write(&settings, "").unwrap();
        for account in [alice, bob] {
            for kind in KINDS {
                let file = account_file(folder, kind, account);
                std::fs::write(file.with_extension(BROKEN), "").unwrap();
                std::fs::write(file, "").unwrap();
            }
        }
        forget_account(folder, alice).unwrap();
        forget_account(folder, alice).unwrap();
        assert!(settings.exists());
        assert_eq!(
            std::fs::read_dir(folder).unwrap().count(),
            1 + 2 * KINDS.len()
        );
        assert!(account_file(folder, WATCHERS, bob).exists());
        // What cannot be removed does not keep the rest.
        std::fs::remove_file(account_file(folder, PUBLICATION, bob)).unwrap();
        std::fs::create_dir(account_file(folder, PUBLICATION, bob)).unwrap();
        assert!(forget_account(folder, bob).is_err());
        assert!(!account_file(folder, WATCHERS, bob).exists());
    }
}
