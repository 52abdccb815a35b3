//! The settings file: never half-written, never lost, never guessed at.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use directories::ProjectDirs;
use tempfile::NamedTempFile;
use thiserror::Error;

use super::instance::new_instance;
use super::settings::{SETTINGS_VERSION, Settings};

/// What is kept between two starts, and the file it is kept in. Its calls touch the disk, briefly.
#[derive(Debug)]
pub struct Store {
    place: Result<PathBuf, StoreError>,
    settings: Settings,
}

/// Something that a person should know about the settings. The program goes on.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Notice {
    /// The file could not be understood; it was kept under another name, and the defaults are used.
    #[error("the settings could not be read ({detail}) and were kept as {}; starting afresh", kept_as.display())]
    Broken {
        /// Where the old file is now.
        kept_as: PathBuf,
        /// What was wrong with it.
        detail: String,
    },
    /// Nothing that is changed now will be there at the next start.
    #[error("{0}; changes last until the program ends")]
    NotKept(StoreError),
}

/// Why settings are not kept.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum StoreError {
    /// There is no folder for them on this machine.
    #[error("no folder for settings is known, as there is no home folder")]
    NoPlace,
    /// The file is of a later version of this program, and would lose what only that one knows.
    #[error("{} was written by a later version of Siskin (format {version}) and is left alone", path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its format.
        version: u64,
    },
    /// The file is there, but cannot be read or put aside.
    #[error("{} cannot be read: {detail}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        detail: String,
    },
    /// The file cannot be written: a read-only place, a full disk.
    #[error("{} cannot be written: {detail}", path.display())]
    NotWritable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        detail: String,
    },
}

impl Store {
    /// Opens the settings in `data_dir`, which then is a profile of its own, or else in the user's folder for settings.
    ///
    /// There is always a store: what is wrong is told in the notices, and the defaults are used.
    pub fn open(data_dir: Option<&Path>) -> (Self, Vec<Notice>) {
        let folder = match data_dir {
            Some(folder) => Some(folder.to_owned()),
            None => ProjectDirs::from("io.github", "siskin", "Siskin")
                .map(|folders| folders.config_dir().to_owned()),
        };
        let mut notices = Vec::new();
        let mut store = Self {
            place: folder
                .map(|folder| folder.join(FILE_NAME))
                .ok_or(StoreError::NoPlace),
            settings: Settings::default(),
        };
        if let Ok(path) = store.place.clone() {
            match read(&path) {
                Ok(Some(settings)) => store.settings = settings,
                Ok(None) => {}
                Err(Fault::Broken(detail)) => match put_aside(&path) {
                    Ok(kept_as) => notices.push(Notice::Broken { kept_as, detail }),
                    Err(error) => {
                        store.place = Err(StoreError::Unreadable {
                            path,
                            detail: format!("{detail}, and it cannot be put aside: {error}"),
                        });
                    }
                },
                Err(Fault::Store(error)) => store.place = Err(error),
            }
        }
        if store.settings.instance.is_empty() {
            // Drawn once for this installation, and kept at once, so that the next start has the same.
            store.settings.instance = new_instance();
            let settings = store.settings.clone();
            if let Err(error) = store.save(&settings) {
                notices.push(Notice::NotKept(error));
            }
        } else if let Err(error) = &store.place {
            notices.push(Notice::NotKept(error.clone()));
        }
        (store, notices)
    }

    /// Keeps other settings. They are in force for this run even if they cannot be written.
    pub fn save(&mut self, settings: &Settings) -> Result<(), StoreError> {
        self.settings = Settings {
            version: SETTINGS_VERSION,
            ..settings.clone()
        };
        let path = self.place.as_ref().map_err(Clone::clone)?;
        write(path, &self.settings).map_err(|error| StoreError::NotWritable {
            path: path.clone(),
            detail: error.to_string(),
        })
    }

    /// The settings.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The file they are kept in, if they are.
    pub fn path(&self) -> Option<&Path> {
        self.place.as_deref().ok()
    }
}

enum Fault {
    Broken(String),
    Store(StoreError),
}

fn read(path: &Path) -> Result<Option<Settings>, Fault> {
    let unreadable = |error: io::Error| {
        Fault::Store(StoreError::Unreadable {
            path: path.to_owned(),
            detail: error.to_string(),
        })
    };
    let mut bytes = Vec::new();
    match File::open(path) {
        Ok(file) => file
            .take(MAX_BYTES + 1)
            .read_to_end(&mut bytes)
            .map_err(unreadable)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unreadable(error)),
    };
    if bytes.len() as u64 > MAX_BYTES {
        return Err(Fault::Broken(format!(
            "it is larger than {MAX_BYTES} bytes"
        )));
    }
    let text = std::str::from_utf8(&bytes).map_err(|error| Fault::Broken(error.to_string()))?;
    let broken = |error: toml::de::Error| {
        // The first line says where and what; the rest shows the text.
        Fault::Broken(error.message().to_owned())
    };
    let table: toml::Table = text.parse().map_err(broken)?;
    let version = match table.get("version") {
        None => 0,
        Some(value) => value
            .as_integer()
            .and_then(|version| u64::try_from(version).ok())
            .ok_or_else(|| Fault::Broken("its version is not a number".to_owned()))?,
    };
    if version > u64::from(SETTINGS_VERSION) {
        return Err(Fault::Store(StoreError::Newer {
            path: path.to_owned(),
            version,
        }));
    }
    // There is one format so far; a later one changes the table here before it is read.
    let settings = table.try_into().map_err(broken)?;
    Ok(Some(settings))
}

/// Writes beside, makes sure that it is on the disk, and only then puts it in the place of the old file.
fn write(path: &Path, settings: &Settings) -> io::Result<()> {
    let text = toml::to_string_pretty(settings).map_err(io::Error::other)?;
    // The place may be a link into a folder of a person's choice; the link stays.
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let folder = path.parent().unwrap_or_else(|| Path::new("."));
    create_private(folder)?;
    let mut file = NamedTempFile::new_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    file.persist(&path).map_err(|error| error.error)?;
    #[cfg(unix)]
    File::open(folder)?.sync_all()?;
    Ok(())
}

/// Buddies are nobody else's business (RB-007).
fn create_private(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

fn put_aside(path: &Path) -> io::Result<PathBuf> {
    let now = jiff::Timestamp::now()
        .strftime("%Y%m%dT%H%M%SZ")
        .to_string();
    for attempt in 0..MAX_KEPT_AT_ONCE {
        let suffix = if attempt == 0 {
            String::new()
        } else {
            format!("-{attempt}")
        };
        let aside = path.with_file_name(format!("{FILE_NAME}.broken-{now}{suffix}"));
        if !aside.try_exists()? {
            fs::rename(path, &aside)?;
            return Ok(aside);
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

const FILE_NAME: &str = "settings.toml";
/// Bytes of a settings file; a thousand buddies take a tenth of it.
const MAX_BYTES: u64 = 4 * 1024 * 1024;
/// Broken files of one second.
const MAX_KEPT_AT_ONCE: u32 = 100;

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used)]
mod tests {
    use super::*;
    use crate::store::{AccountSettings, Buddy, TransportChoice};
    use tempfile::TempDir;

    fn folder() -> (TempDir, PathBuf) {
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("profile").join(FILE_NAME);
        (folder, file)
    }

    fn open(file: &Path) -> (Store, Vec<Notice>) {
        Store::open(file.parent())
    }

    fn put(file: &Path, text: &str) {
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }

    fn names(file: &Path) -> Vec<String> {
        let mut names: Vec<_> = fs::read_dir(file.parent().unwrap())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn what_is_saved_is_there_at_the_next_start() {
        let (_folder, file) = folder();
        let (mut store, notices) = open(&file);
        assert_eq!(notices, []);
        let mut settings = store.settings().clone();
        assert!(settings.instance.starts_with("urn:uuid:"));
        settings.accounts.push(AccountSettings {
            address: "sip:alice@example.com".to_owned(),
            transport: Some(TransportChoice::Tls),
            note: "a \"quoted\" note\nof two lines \u{1f426}".to_owned(),
            buddies: vec![Buddy {
                address: "sip:bob@example.com".to_owned(),
                name: "Bob".to_owned(),
            }],
            ..AccountSettings::default()
        });
        store.save(&settings).unwrap();
        let (store, notices) = open(&file);
        assert_eq!((store.settings(), notices), (&settings, vec![]));
        assert_eq!(names(&file), [FILE_NAME]);
    }

    #[cfg(unix)]
    #[test]
    fn rb_007_nobody_else_may_read_it() {
        use std::os::unix::fs::PermissionsExt;
        let (_folder, file) = folder();
        open(&file);
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o077;
        assert_eq!((mode(&file), mode(file.parent().unwrap())), (0, 0));
    }

    #[test]
    fn a_broken_file_is_kept_aside() {
        for text in [
            "version = ",
            "version = 1\naccounts = 7\n",
            "version = \"x\"",
            "\u{0}",
        ] {
            let (_folder, file) = folder();
            put(&file, text);
            let (store, notices) = open(&file);
            let [Notice::Broken { kept_as, .. }] = &notices[..] else {
                panic!("{notices:?}");
            };
            assert_eq!(fs::read_to_string(kept_as).unwrap(), text);
            assert_eq!(store.settings().accounts, []);
            let name = kept_as.file_name().unwrap().to_str().unwrap();
            assert!(name.starts_with("settings.toml.broken-2"), "{name}");
            // The new one is whole again, and a second broken one does not replace the first.
            assert_eq!(open(&file).1, []);
            put(&file, text);
            open(&file);
            assert_eq!(names(&file).len(), 3);
        }
        let (_folder, file) = folder();
        put(&file, "");
        fs::write(&file, [0xff, 0xfe]).unwrap();
        assert!(matches!(open(&file).1[..], [Notice::Broken { .. }]));
    }

    #[test]
    fn an_empty_or_incomplete_file_has_the_defaults() {
        let (_folder, file) = folder();
        put(&file, "[[accounts]]\naddress = \"sip:alice@example.com\"\n");
        let (store, notices) = open(&file);
        assert_eq!(notices, []);
        assert_eq!(
            store.settings().accounts[0].address,
            "sip:alice@example.com"
        );
    }

    #[test]
    fn a_file_of_a_later_version_is_left_alone() {
        let (_folder, file) = folder();
        let text = "version = 7\nfuture = true\n";
        put(&file, text);
        let (mut store, notices) = open(&file);
        let newer = StoreError::Newer {
            path: file.clone(),
            version: 7,
        };
        assert_eq!(notices, [Notice::NotKept(newer.clone())]);
        let settings = Settings {
            instance: "urn:uuid:x".to_owned(),
            ..Settings::default()
        };
        assert_eq!(store.save(&settings), Err(newer));
        assert_eq!(store.settings(), &settings);
        assert_eq!(fs::read_to_string(&file).unwrap(), text);
    }

    #[test]
    fn a_place_that_cannot_be_written_is_a_typed_error() {
        // A file where the folder should be: unlike a mode, this stops root too.
        let (folder, _) = folder();
        let blocker = folder.path().join("blocker");
        fs::write(&blocker, "").unwrap();
        let (mut store, notices) = Store::open(Some(&blocker));
        assert!(matches!(notices[..], [Notice::NotKept(_)]), "{notices:?}");
        let settings = Settings::default();
        assert!(store.save(&settings).is_err());
        assert_eq!(store.settings(), &settings);
        let (_, notices) = Store::open(Some(Path::new("/proc/siskin")));
        assert!(
            matches!(
                &notices[..],
                [Notice::NotKept(StoreError::NotWritable { .. })]
            ),
            "{notices:?}"
        );
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_a_link() {
        let (folder, file) = folder();
        open(&file);
        let elsewhere = folder.path().join("elsewhere.toml");
        fs::rename(&file, &elsewhere).unwrap();
        std::os::unix::fs::symlink(&elsewhere, &file).unwrap();
        let (mut store, _) = open(&file);
        let settings = store.settings().clone();
        store.save(&settings).unwrap();
        assert!(fs::symlink_metadata(&file).unwrap().is_symlink());
        assert!(!fs::symlink_metadata(&elsewhere).unwrap().is_symlink());
    }
}
