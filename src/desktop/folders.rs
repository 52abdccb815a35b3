//! Folders of the user.

use std::path::PathBuf;

/// Where files go that somebody saves: the folder for downloads, else the home folder; `None` where there is neither.
pub fn downloads() -> Option<PathBuf> {
    let folders = directories::UserDirs::new()?;
    let downloads = folders.download_dir().filter(|folder| folder.is_dir());
    Some(downloads.unwrap_or_else(|| folders.home_dir()).to_owned())
}
