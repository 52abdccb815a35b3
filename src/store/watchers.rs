//! Who has watched the user or asked to: a bounded memory that the user can clear.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::file::{create_private, later_version, remove, replace};
use super::place::{WATCHERS, account_file};

/// Everybody who is remembered.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KeptWatchers(pub Vec<KeptWatcher>);

/// One person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptWatcher {
    /// The address, in canonical form.
    pub watcher: String,
    /// The name that it last gave itself; empty for none.
    pub display_name: String,
    /// When it was first seen.
    pub first: Timestamp,
    /// When it was last seen to come, change or go.
    pub last: Timestamp,
    /// How often it has subscribed.
    pub asked: u32,
    /// Whether it still waits for an answer, present or not.
    pub asks: bool,
    /// The id of its last subscription on the server.
    pub id: String,
    /// Where it asked this device itself, how far it was known who it was; empty where a server told of it.
    pub source: String,
}

/// The same as the file has it.
#[derive(Serialize, Deserialize)]
struct Entry {
    watcher: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    display_name: String,
    first: String,
    last: String,
    asked: u32,
    #[serde(default)]
    asks: bool,
    #[serde(default)]
    id: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    source: String,
}

#[derive(Serialize, Deserialize)]
struct Table {
    /// Files of before there were versions are like the first.
    #[serde(default)]
    version: u32,
    #[serde(default)]
    watchers: Vec<Entry>,
}

impl KeptWatchers {
    /// Those whom an account remembers in this folder; nobody when there is no legible file. An entry that is not
    /// legible is passed over.
    ///
    /// # Errors
    /// The file is of a later version. It is not to be written over.
    pub fn load(folder: &Path, account: &str) -> io::Result<Self> {
        let text = read(&account_file(folder, WATCHERS, account)).unwrap_or_default();
        if let Some(version) = later_version(&text, VERSION) {
            let detail = format!("it is of a later version ({version}) and is left alone");
            return Err(io::Error::other(detail));
        }
        let table = toml::from_str::<Table>(&text).ok();
        let entries = table.map(|table| table.watchers).unwrap_or_default();
        let known = entries.into_iter().take(MAX_WATCHERS).filter_map(|entry| {
            Some(KeptWatcher {
                first: entry.first.parse().ok()?,
                last: entry.last.parse().ok()?,
                watcher: entry.watcher,
                display_name: entry.display_name,
                asked: entry.asked,
                asks: entry.asks,
                id: entry.id,
                source: entry.source,
            })
        });
        Ok(Self(known.collect()))
    }

    /// Keeps them for the next start; of more than [`MAX_WATCHERS`] the first.
    ///
    /// # Errors
    /// The folder or the file cannot be written.
    pub fn save(&self, folder: &Path, account: &str) -> io::Result<()> {
        let entries = self.0.iter().take(MAX_WATCHERS).map(|kept| Entry {
            watcher: kept.watcher.clone(),
            display_name: kept.display_name.clone(),
            first: kept.first.to_string(),
            last: kept.last.to_string(),
            asked: kept.asked,
            asks: kept.asks,
            id: kept.id.clone(),
            source: kept.source.clone(),
        });
        let table = Table {
            version: VERSION,
            watchers: entries.collect(),
        };
        let text = toml::to_string(&table).map_err(io::Error::other)?;
        create_private(folder)?;
        replace(&account_file(folder, WATCHERS, account), folder, &text)
    }

    /// Forgets everybody; that nobody is remembered is no error.
    ///
    /// # Errors
    /// The file cannot be removed.
    pub fn forget(folder: &Path, account: &str) -> io::Result<()> {
        remove(&account_file(folder, WATCHERS, account))
    }
}

/// `None` when there is no file, or no text in it.
fn read(path: &Path) -> Option<String> {
    let mut text = String::new();
    let file = File::open(path).ok()?;
    file.take(MAX_BYTES).read_to_string(&mut text).ok()?;
    Some(text)
}

/// So many are remembered.
pub const MAX_WATCHERS: usize = 1000;

const VERSION: u32 = 1;
/// What is written stays below it: addresses and names are limited.
const MAX_BYTES: u64 = 4 * 1024 * 1024;

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn bob() -> KeptWatcher {
        KeptWatcher {
            watcher: "sip:bob@example.com".to_owned(),
            display_name: "Bob \"the\" \\ Builder".to_owned(),
            first: "2026-01-02T03:04:05Z".parse().unwrap(),
            last: "2026-02-03T04:05:06Z".parse().unwrap(),
            asked: 3,
            asks: true,
            id: "7".to_owned(),
            source: "claimed".to_owned(),
        }
    }

    #[test]
    fn who_asked_is_remembered_and_forgotten() {
        let home = tempfile::tempdir().unwrap();
        let (folder, alice) = (home.path(), "sip:alice@example.com");
        assert_eq!(KeptWatchers::load(folder, alice).unwrap().0, []);
        let known = KeptWatchers(vec![bob(); MAX_WATCHERS + 5]);
        known.save(folder, alice).unwrap();
        let read = KeptWatchers::load(folder, alice).unwrap();
        assert_eq!((read.0.len(), &read.0[0]), (MAX_WATCHERS, &bob()));
        assert_eq!(
            KeptWatchers::load(folder, "sip:bob@example.com").unwrap().0,
            []
        );
        KeptWatchers::forget(folder, alice).unwrap();
        KeptWatchers::forget(folder, alice).unwrap();
        assert_eq!(KeptWatchers::load(folder, alice).unwrap().0, []);
    }

    #[test]
    fn an_entry_that_is_not_legible_takes_nobody_with_it() {
        let home = tempfile::tempdir().unwrap();
        let (folder, alice) = (home.path(), "sip:alice@example.com");
        let mut known = KeptWatchers(vec![bob(), bob()]);
        known.0[1].watcher = "sip:carol@example.com".to_owned();
        known.save(folder, alice).unwrap();
        let path = account_file(folder, WATCHERS, alice);
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, text.replacen("2026-01-02", "once", 1)).unwrap();
        let read = KeptWatchers::load(folder, alice).unwrap();
        assert_eq!(read.0.len(), 1);
        assert_eq!(read.0[0].watcher, "sip:carol@example.com");
    }

    #[test]
    fn a_file_of_a_later_version_is_left_alone_and_one_without_a_version_read() {
        let home = tempfile::tempdir().unwrap();
        let (folder, alice) = (home.path(), "sip:alice@example.com");
        KeptWatchers(vec![bob()]).save(folder, alice).unwrap();
        let path = account_file(folder, WATCHERS, alice);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains("version = 1\n"), "{text}");
        fs::write(&path, text.replacen("version = 1\n", "", 1)).unwrap();
        assert_eq!(KeptWatchers::load(folder, alice).unwrap().0, [bob()]);
        let newer = "version = 2\nwatchers = \"elsewhere\"\n";
        fs::write(&path, newer).unwrap();
        KeptWatchers::load(folder, alice).unwrap_err();
    }
}
