//! Changing a document that others change too (XC-017, XC-018).

use thiserror::Error;

use super::client::{Client, Condition, Stored};
use super::error::XcapError;
use super::limits;

/// Why a document could not be changed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum EditError<E> {
    /// The caller's change failed; nothing was written.
    #[error("{0}")]
    Change(E),
    /// The server, or the way to it, failed.
    #[error("{0}")]
    Xcap(XcapError),
}

impl Client {
    /// Reads a document, changes it, and writes it if nobody else has changed it meanwhile; otherwise does the same
    /// again on what the other has written, in at most three rounds, and then fails with [`XcapError::Changed`].
    ///
    /// `change` gets `None` where there is no document yet. What it leaves as it was is not written.
    pub async fn edit<E>(
        &self,
        auid: &str,
        file: &str,
        content_type: &str,
        mut change: impl FnMut(Option<&[u8]>) -> Result<Vec<u8>, E>,
    ) -> Result<Stored, EditError<E>> {
        let mut round = 1;
        loop {
            let current = self.fetch(auid, file).await.map_err(EditError::Xcap)?;
            let bytes = current.as_ref().map(|document| &*document.bytes);
            let changed = change(bytes).map_err(EditError::Change)?;
            if bytes == Some(&changed) {
                let etag = current.and_then(|document| document.etag);
                return Ok(Stored { etag });
            }
            let condition = match current {
                None => Condition::Absent,
                Some(document) => document.etag.map_or(Condition::None, Condition::IfMatch),
            };
            let stored = self
                .store(auid, file, content_type, changed, &condition)
                .await;
            match stored {
                Err(XcapError::Changed) if round < limits::ROUNDS => round += 1,
                other => return other.map_err(EditError::Xcap),
            }
        }
    }
}
