//! Decisions about watchers that the server has not got yet: they outlive the program, and wait until it is back.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::file::{create_private, later_version, remove, replace};
use super::place::{BROKEN, DECISIONS, account_file};

/// A decision that waits.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct KeptDecision {
    /// The watcher's address, or `*@domain`.
    pub watcher: String,
    /// The decision by its stable name.
    pub decision: String,
    /// When an approval ends (RFC 3339); empty: it does not.
    pub valid_until: String,
    /// How much an approval shows, by its stable name.
    pub shows: String,
    /// What the rules said when it was decided, by its stable name.
    pub was: String,
    /// What another device has decided meanwhile, by its stable name: then it waits for the user. Empty: for the server.
    pub against: String,
}

/// The decisions of one account that wait, in a file that is never half-written.
#[derive(Debug, Default)]
pub struct Journal {
    /// Where they are kept; `None`: nowhere.
    place: Option<(PathBuf, PathBuf)>,
    decisions: Vec<KeptDecision>,
}

#[derive(Serialize, Deserialize)]
struct File {
    version: u32,
    #[serde(default)]
    decisions: Vec<KeptDecision>,
}

impl Journal {
    /// What was kept of an account in this folder. A file that cannot be understood is put aside; one of a later version
    /// is left alone, and then nothing is kept in this run.
    ///
    /// # Errors
    /// What was wrong with the file; there is a journal all the same.
    pub fn open(folder: &Path, account: &str) -> (Self, Option<io::Error>) {
        let path = account_file(folder, DECISIONS, account);
        let place = Some((folder.to_owned(), path.clone()));
        let broken = |detail: String| {
            let aside = fs::rename(&path, path.with_extension(BROKEN));
            let journal = Self {
                // What cannot be put aside must not be overwritten.
                place: aside.is_ok().then(|| place.clone()).flatten(),
                decisions: Vec::new(),
            };
            (journal, Some(io::Error::other(detail)))
        };
        let text = match fs::metadata(&path).and_then(|file| {
            if file.len() > MAX_BYTES {
                return Err(io::Error::other("it is too large"));
            }
            fs::read_to_string(&path)
        }) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let decisions = Vec::new();
                return (Self { place, decisions }, None);
            }
            Err(error) => return broken(error.to_string()),
        };
        // A later version may have another shape, so that only its number can be read.
        if let Some(version) = later_version(&text, VERSION) {
            let detail = format!("it is of a later version ({version}) and is left alone");
            return (Self::default(), Some(io::Error::other(detail)));
        }
        match toml::from_str::<File>(&text) {
            Ok(File { decisions, .. }) => (Self { place, decisions }, None),
            Err(error) => broken(error.message().to_owned()),
        }
    }

    /// Whether what is put here outlives the program.
    pub fn is_kept(&self) -> bool {
        self.place.is_some()
    }

    /// The decisions, the oldest first.
    pub fn decisions(&self) -> &[KeptDecision] {
        &self.decisions
    }

    /// Keeps decisions in the place of older ones about the same watchers.
    ///
    /// # Errors
    /// That it could not be written, or that there are too many: it then lasts until the program ends.
    pub fn put(&mut self, decisions: impl IntoIterator<Item = KeptDecision>) -> io::Result<()> {
        let decisions: Vec<KeptDecision> = decisions.into_iter().collect();
        if decisions.is_empty() {
            return Ok(());
        }
        let anew: BTreeSet<&str> = decisions.iter().map(|it| it.watcher.as_str()).collect();
        self.decisions
            .retain(|kept| !anew.contains(kept.watcher.as_str()));
        self.decisions.extend(decisions);
        self.write()
    }

    /// Forgets what was decided about some watchers; that there is nothing is no error.
    ///
    /// # Errors
    /// That it could not be written.
    pub fn remove(&mut self, whom: impl Fn(&str) -> bool) -> io::Result<()> {
        let before = self.decisions.len();
        self.decisions.retain(|kept| !whom(&kept.watcher));
        if self.decisions.len() == before {
            return Ok(());
        }
        self.write()
    }

    fn write(&self) -> io::Result<()> {
        let Some((folder, path)) = &self.place else {
            return Ok(());
        };
        if self.decisions.is_empty() {
            return remove(path);
        }
        let file = File {
            version: VERSION,
            decisions: self.decisions.clone(),
        };
        let text = toml::to_string_pretty(&file).map_err(io::Error::other)?;
        if text.len() as u64 > MAX_BYTES {
            return Err(io::Error::other("there are too many decisions"));
        }
        create_private(folder)?;
        replace(path, folder, &text)
    }
}

const VERSION: u32 = 1;
/// Bytes of a journal; ten thousand decisions take half of it.
const MAX_BYTES: u64 = 4 * 1024 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    const ALICE: &str = "sip:alice@example.com";

    fn decision(watcher: &str, decision: &str) -> KeptDecision {
        KeptDecision {
            watcher: watcher.to_owned(),
            decision: decision.to_owned(),
            ..KeptDecision::default()
        }
    }

    #[test]
    fn decisions_outlive_the_program_one_for_each_watcher() {
        let folder = tempfile::tempdir().unwrap();
        let folder = &folder.path().join("made when it is needed");
        let (mut journal, fault) = Journal::open(folder, ALICE);
        assert!(fault.is_none() && journal.is_kept());
        journal
            .put([decision("sip:bob@example.com", "allow")])
            .unwrap();
        journal
            .put([decision("sip:carol@example.com", "block")])
            .unwrap();
        journal
            .put([decision("sip:bob@example.com", "block")])
            .unwrap();
        let (mut again, _) = Journal::open(folder, ALICE);
        assert_eq!(
            again.decisions(),
            [
                decision("sip:carol@example.com", "block"),
                decision("sip:bob@example.com", "block")
            ]
        );
        assert!(
            Journal::open(folder, "sip:bob@example.com")
                .0
                .decisions()
                .is_empty()
        );
        for kept in journal.decisions() {
            again.remove(|watcher| watcher == kept.watcher).unwrap();
        }
        assert_eq!(fs::read_dir(folder).unwrap().count(), 0);
    }

    #[test]
    fn what_is_not_legible_is_put_aside_and_what_is_newer_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = account_file(folder.path(), "decisions", ALICE);
        fs::write(&path, "version = 1\n[[decisions]]\nwatcher = ").unwrap();
        let (mut journal, fault) = Journal::open(folder.path(), ALICE);
        assert!(fault.is_some() && journal.is_kept());
        assert!(path.with_extension("broken").exists() && !path.exists());
        journal
            .put([decision("sip:bob@example.com", "allow")])
            .unwrap();
        for newer in [
            "version = 2\nelse = 1",
            "version = 2\ndecisions = \"elsewhere\"",
            "version = 3\n[decisions]\nbob = 1",
        ] {
            fs::write(&path, newer).unwrap();
            let (mut journal, fault) = Journal::open(folder.path(), ALICE);
            assert!(fault.is_some() && !journal.is_kept(), "{newer}");
            journal
                .put([decision("sip:bob@example.com", "allow")])
                .unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), newer);
        }
    }
}
