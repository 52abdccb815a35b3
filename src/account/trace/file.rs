//! The file behind `--trace`: every message as it is sent or received, secrets redacted.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use crate::net::trace::{Entry, Tap};

/// An open trace file.
#[derive(Debug)]
pub(in crate::account) struct TraceFile {
    file: Mutex<(File, Vec<u8>)>,
}

impl TraceFile {
    /// Begins a new file, which nobody else may read: who watches whom is in it; `goes_on`: or goes on in the one that is
    /// there. Several accounts may write to one. The error names it.
    pub(in crate::account) fn create(path: &Path, goes_on: bool) -> io::Result<Self> {
        let mut options = OpenOptions::new();
        options.append(true).create(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let opened = options.open(path).and_then(|file| {
            if !goes_on {
                file.set_len(0)?;
            }
            Ok(file)
        });
        let file = opened.map_err(|error| {
            io::Error::new(
                error.kind(),
                format!("cannot write the trace {}: {error}", path.display()),
            )
        })?;
        Ok(Self {
            file: Mutex::new((file, Vec::new())),
        })
    }
}

impl Tap for TraceFile {
    fn message(&self, entry: Entry) {
        let mut guard = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let (file, buffer) = &mut *guard;
        buffer.clear();
        let written = entry.write_to(buffer).and_then(|()| file.write_all(buffer));
        if let Err(error) = written {
            tracing::warn!(%error, "the trace could not be written");
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn rb_007_nobody_else_may_read_a_trace() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("trace");
        TraceFile::create(&path, false).unwrap();
        let mode = path.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0);
        let error = TraceFile::create(&path.join("none"), false).unwrap_err();
        assert!(error.to_string().contains("none"), "{error}");
    }
}
