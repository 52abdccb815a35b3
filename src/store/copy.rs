//! Copies of what is about to be replaced elsewhere.

use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::file::create_private;

/// Keeps a copy of a document in a folder, under a name that begins with `name` and ends with `extension`; nothing that
/// is there already is written over. Says where the copy is.
///
/// # Errors
/// The folder or the file cannot be written; then there is no copy.
pub fn keep_copy(
    folder: &Path,
    name: &str,
    extension: &str,
    content: &[u8],
) -> io::Result<PathBuf> {
    create_private(folder)?;
    let now = jiff::Timestamp::now().strftime("%Y%m%dT%H%M%SZ");
    for attempt in 1..=MAX_COPIES_AT_ONCE {
        let number = if attempt == 1 {
            String::new()
        } else {
            format!("-{attempt}")
        };
        let path = folder.join(format!("{name}-{now}{number}.{extension}"));
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = match options.open(&path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
            other => other?,
        };
        file.write_all(content)?;
        file.sync_all()?;
        return Ok(path);
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

/// Copies of one second.
const MAX_COPIES_AT_ONCE: u32 = 100;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_are_whole_private_and_never_written_over() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("made when it is needed");
        let one = keep_copy(&folder, "rules", "xml", b"<a/>").unwrap();
        let two = keep_copy(&folder, "rules", "xml", b"\xff").unwrap();
        assert_ne!(one, two);
        assert_eq!(std::fs::read(&one).unwrap(), b"<a/>");
        assert_eq!(std::fs::read(&two).unwrap(), b"\xff");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = std::fs::metadata(&one).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        let file = home.path().join("a file");
        std::fs::write(&file, "").unwrap();
        assert!(keep_copy(&file, "rules", "xml", b"").is_err());
    }
}
