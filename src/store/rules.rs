//! The presence rules of an account that no server keeps any for: a document of the same kind as on an XCAP server.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::file::{create_private, replace};
use super::place::rules_file;

/// The rules of one account in a folder, in a file that is never half-written. Several programs may have it: each reads
/// it before it writes, and looks whether another has written ([`KeptRules::stamp`]).
#[derive(Debug, Clone)]
pub struct KeptRules {
    folder: PathBuf,
    path: PathBuf,
}

/// Tells one version of a file from the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp(SystemTime, u64);

impl KeptRules {
    /// Those of an account, by its address in canonical form, in this folder; there need not be any yet.
    pub fn of(folder: &Path, account: &str) -> Self {
        Self {
            folder: folder.to_owned(),
            path: rules_file(folder, account),
        }
    }

    /// The version that is there; `None` where there are no rules.
    pub fn stamp(&self) -> Option<Stamp> {
        let file = fs::metadata(&self.path).ok()?;
        Some(Stamp(file.modified().ok()?, file.len()))
    }

    /// The document; `None` where there is none.
    ///
    /// # Errors
    /// It cannot be read, or is too large.
    pub fn read(&self) -> io::Result<Option<Vec<u8>>> {
        let file = match File::open(&self.path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            other => other?,
        };
        let mut bytes = Vec::new();
        file.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > MAX_BYTES {
            return Err(io::Error::other("it is too large"));
        }
        Ok(Some(bytes))
    }

    /// Puts another document in its place.
    ///
    /// # Errors
    /// It cannot be written; then what was there is still there.
    pub fn write(&self, document: &str) -> io::Result<()> {
        create_private(&self.folder)?;
        replace(&self.path, &self.folder, document)
    }
}

/// As much as a server would keep.
const MAX_BYTES: u64 = 1 << 20;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::forget_account;

    #[test]
    fn each_account_has_its_rules_and_they_go_with_it() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("made when it is needed");
        let (alice, bob) = ("sip:alice@example.com", "sip:bob@example.com");
        let rules = KeptRules::of(&folder, alice);
        assert_eq!((rules.stamp(), rules.read().unwrap()), (None, None));
        rules.write("<a/>").unwrap();
        let stamp = rules.stamp();
        assert!(stamp.is_some());
        assert_eq!(rules.read().unwrap().as_deref(), Some(b"<a/>".as_slice()));
        rules.write("<longer/>").unwrap();
        assert_ne!(rules.stamp(), stamp);
        let other = KeptRules::of(&folder, bob);
        assert_eq!(other.stamp(), None);
        other.write("<b/>").unwrap();
        forget_account(&folder, alice).unwrap();
        assert_eq!(rules.read().unwrap(), None);
        assert!(other.stamp().is_some());
        fs::write(&other.path, vec![b' '; 1 << 21]).unwrap();
        assert!(other.read().is_err());
    }
}
