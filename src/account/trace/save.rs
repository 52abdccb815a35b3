//! A trace as a file: as text, or as a capture (pcap).

use std::io::{self, Write as _};
use std::path::Path;
use std::sync::Arc;

use tempfile::NamedTempFile;

use super::{TraceEntry, packet};

/// In which form a trace is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TraceFormat {
    /// As `--trace` writes it: a line about each message, and its bytes.
    Text,
    /// A capture file (pcap). What came encrypted is in it as if it had not been.
    Capture,
}

impl TraceFormat {
    /// What the names of such files end with.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Text => "txt",
            Self::Capture => "pcap",
        }
    }
}

/// Writes messages into a new file that nobody else may read, whole or not at all.
///
/// # Errors
/// The file is there already, or cannot be written.
pub fn save_trace(path: &Path, format: TraceFormat, entries: &[Arc<TraceEntry>]) -> io::Result<()> {
    let bytes = match format {
        TraceFormat::Text => entries.iter().flat_map(|entry| entry.to_bytes()).collect(),
        TraceFormat::Capture => packet::capture(entries),
    };
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    // Its mode lets nobody else read it: who watches whom is in it.
    let mut file = NamedTempFile::new_in(folder.unwrap_or_else(|| Path::new(".")))?;
    file.write_all(&bytes)?;
    file.as_file().sync_all()?;
    file.persist_noclobber(path).map_err(|error| error.error)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use bytes::Bytes;
    use jiff::Timestamp;

    use super::*;

    #[test]
    fn a_file_is_new_or_left_alone() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("trace.txt");
        let entry = Arc::new(TraceEntry {
            number: 0,
            time: Timestamp::UNIX_EPOCH,
            sent: false,
            protocol: "TCP",
            local: "192.0.2.1:5060".to_owned(),
            peer: "192.0.2.2:5060".to_owned(),
            bytes: Bytes::from_static(b"hello"),
        });
        let entries = [Arc::clone(&entry), entry];
        save_trace(&path, TraceFormat::Text, &entries).unwrap();
        let text = fs::read_to_string(&path).unwrap();
        assert_eq!(text.matches("RECV TCP").count(), 2, "{text}");
        let again = save_trace(&path, TraceFormat::Capture, &entries).unwrap_err();
        assert_eq!(again.kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read_to_string(&path).unwrap(), text);
        let nowhere = home.path().join("none/trace.txt");
        save_trace(&nowhere, TraceFormat::Text, &entries).unwrap_err();
        let left: Vec<_> = fs::read_dir(home.path()).unwrap().collect();
        assert_eq!(left.len(), 1, "nothing half-written stays");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(path.metadata().unwrap().permissions().mode() & 0o077, 0);
        }
    }
}
