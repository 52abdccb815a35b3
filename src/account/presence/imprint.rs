//! What is remembered of a document to recognise it, or an older one, when a later dialog brings it (FM-011).
//!
//! Inside a dialog the order of the NOTIFYs tells which document is the newest, and a timestamp tells nothing: whoever
//! switches a device off takes its timestamp out. Between dialogs there is no such order. A document of the past may be
//! the truth there as well (nothing has changed, or a device is gone), or somebody may be sending again what was
//! overheard (RFC 3863 section 6, RFC 3856 section 9.4). As nobody can tell, it is shown, and marked.

use std::hash::{DefaultHasher, Hasher as _};

use jiff::Timestamp;

use crate::package::Body;
use crate::package::presence::Document;

/// What one document was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Imprint {
    /// Its newest timestamp.
    newest: Option<Timestamp>,
    /// A hash of the body as it came.
    body: u64,
}

impl Imprint {
    /// The imprint of a document and the body that brought it.
    pub(super) fn of(document: &Document, body: &Body<'_>) -> Self {
        let mut hasher = DefaultHasher::new();
        hasher.write(body.bytes);
        Self {
            newest: document.newest(),
            body: hasher.finish(),
        }
    }

    /// Whether it came in the same body as an earlier one.
    pub(super) fn repeats(self, earlier: Self) -> bool {
        self.body == earlier.body
    }

    /// Whether everything in it is older than the newest of an earlier one.
    pub(super) fn is_older(self, earlier: Self) -> bool {
        let times = self.newest.zip(earlier.newest);
        times.is_some_and(|(own, earlier)| own < earlier)
    }
}
