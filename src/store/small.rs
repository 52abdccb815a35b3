//! Small tables, which are read and written whole.

use std::fs;
use std::io;
use std::path::Path;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::file::{create_private, replace};

/// What a file says; `None` when there is none, nothing legible, or more than `most` bytes.
pub(super) fn read<T: DeserializeOwned>(path: &Path, most: u64) -> Option<T> {
    if fs::metadata(path).ok()?.len() > most {
        return None;
    }
    toml::from_str(&fs::read_to_string(path).ok()?).ok()
}

/// Writes a file whole, and the folder that it is in.
///
/// # Errors
/// It cannot be written; [`io::ErrorKind::FileTooLarge`] if it would have more than `most` bytes. What was there stays.
pub(super) fn write<T: Serialize>(table: &T, path: &Path, most: u64) -> io::Result<()> {
    let text = toml::to_string(table).map_err(io::Error::other)?;
    if text.len() as u64 > most {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    let folder = path.parent().unwrap_or_else(|| Path::new("."));
    create_private(folder)?;
    replace(path, folder, &text)
}
