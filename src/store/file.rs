//! The settings file: never half-written, never lost, never guessed at.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use directories::ProjectDirs;
use tempfile::NamedTempFile;
use thiserror::Error;
use toml::Table;

use super::instance::new_instance;
use super::merge::merge;
use super::presets::PresetError;
use super::settings::{SETTINGS_VERSION, Settings};
use super::whole::sync_folder;

/// What is kept between two starts, and the file it is kept in. Its calls touch the disk, briefly.
#[derive(Debug)]
pub struct Store {
    place: Result<PathBuf, StoreError>,
    settings: Settings,
    /// What was last read from the file, or written into it.
    kept: Settings,
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
    /// What administrators have settled is wrong somewhere; the rest of it is used.
    #[error("what is settled for this machine is not all used: {0}")]
    Preset(PresetError),
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
        let mut notices = Vec::new();
        let mut store = Self {
            place: Self::folder(data_dir)
                .map(|folder| folder.join(FILE_NAME))
                .ok_or(StoreError::NoPlace),
            settings: Settings::default(),
            kept: Settings::default(),
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
        store.kept.clone_from(&store.settings);
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

    /// The folder of a profile: `data_dir`, or else the user's folder for settings; `None` on a system that has none.
    pub fn folder(data_dir: Option<&Path>) -> Option<PathBuf> {
        match data_dir {
            Some(folder) => Some(folder.to_owned()),
            None => ProjectDirs::from("io.github", "siskin", "Siskin")
                .map(|folders| folders.config_dir().to_owned()),
        }
    }

    /// Keeps other settings. They are in force for this run even if they cannot be written.
    ///
    /// Only what they change goes into the file: another program may have changed something else there meanwhile.
    pub fn save(&mut self, settings: &Settings) -> Result<(), StoreError> {
        self.settings = Settings {
            version: SETTINGS_VERSION,
            ..settings.clone()
        };
        let path = self.place.as_ref().map_err(Clone::clone)?;
        write(path, &self.kept, &self.settings).map_err(|fault| match fault {
            Fault::Store(error) => error,
            Fault::Broken(detail) => StoreError::NotWritable {
                path: path.clone(),
                detail,
            },
        })?;
        self.kept.clone_from(&self.settings);
        Ok(())
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
    /// What is in the file, or is to be in it, is no settings.
    Broken(String),
    Store(StoreError),
}

/// `None`: there is no file.
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
    let table: Table = text.parse().map_err(broken)?;
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
    // What version 2 has more is empty in older files; a version that changes more changes the table here first.
    let settings = table.try_into().map_err(broken)?;
    Ok(Some(settings))
}

/// Puts what is changed since `kept` into the file, beside what others have changed in it.
fn write(path: &Path, kept: &Settings, settings: &Settings) -> Result<(), Fault> {
    // The place may be a link into a folder of a person's choice; the link stays.
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let folder = path.parent().unwrap_or_else(|| Path::new("."));
    let failed = |error: io::Error| {
        Fault::Store(StoreError::NotWritable {
            path: path.clone(),
            detail: error.to_string(),
        })
    };
    create_private(folder).map_err(failed)?;
    let _turn = take_turn(folder);
    let ours = table(settings)?;
    let all = match read(&path) {
        Ok(Some(theirs)) => merge(&table(kept)?, &ours, &table(&theirs)?),
        Ok(None) => ours,
        Err(Fault::Broken(_)) => {
            put_aside(&path).map_err(failed)?;
            ours
        }
        Err(fault) => return Err(fault),
    };
    // Through the settings, so that the file has their order.
    let all: Settings = all
        .try_into()
        .map_err(|error: toml::de::Error| Fault::Broken(error.message().to_owned()))?;
    let text = toml::to_string_pretty(&all).map_err(|error| Fault::Broken(error.to_string()))?;
    if text.len() as u64 > MAX_BYTES {
        // It could not be read again.
        return Err(Fault::Broken(format!(
            "it would be larger than {MAX_BYTES} bytes"
        )));
    }
    replace(&path, folder, &text).map_err(failed)
}

fn table(settings: &Settings) -> Result<Table, Fault> {
    Table::try_from(settings).map_err(|error| Fault::Broken(error.to_string()))
}

/// Keeps other programs from writing until it is dropped. Where that is not possible a file is still never
/// half-written, but of two who write in the same moment only one is heard.
fn take_turn(folder: &Path) -> Option<File> {
    let folder = File::open(folder).ok()?;
    folder.lock().ok()?;
    Some(folder)
}

/// Writes beside, makes sure that it is on the disk, and only then puts it in the place of the old file.
pub(super) fn replace(path: &Path, folder: &Path, text: &str) -> io::Result<()> {
    let mut file = NamedTempFile::new_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    sync_folder(folder);
    Ok(())
}

/// The version that a file names, where it is later than the one that is known here. Such a file is left alone: only
/// the later program knows what else has changed in it.
pub(super) fn later_version(text: &str, known: u32) -> Option<i64> {
    let table: Table = text.parse().ok()?;
    let version = table.get("version")?.as_integer()?;
    (version > i64::from(known)).then_some(version)
}

/// Removes a file; that there is none is no error.
pub(super) fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

/// Buddies are nobody else's business (RB-007).
pub(super) fn create_private(folder: &Path) -> io::Result<()> {
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
/// Bytes of a settings file; ten thousand buddies, and as many on the server, take a tenth of it.
const MAX_BYTES: u64 = 32 * 1024 * 1024;
/// Broken files of one second.
const MAX_KEPT_AT_ONCE: u32 = 100;

#[cfg(test)]
mod tests;
