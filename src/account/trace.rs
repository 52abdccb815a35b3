//! The file behind `--trace`: every message as it is sent or received, secrets redacted.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use crate::net::trace::{Entry, Tap};

/// An open trace file.
#[derive(Debug)]
pub(super) struct TraceFile {
    file: Mutex<(File, Vec<u8>)>,
}

impl TraceFile {
    /// Begins a new file. The error names it.
    pub(super) fn create(path: &Path) -> io::Result<Self> {
        let file = File::create(path).map_err(|error| {
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
