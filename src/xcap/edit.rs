//! Changing a document that others change too (XC-017, XC-018).

use thiserror::Error;

use super::client::{Client, Condition, Document, Stored};
use super::error::XcapError;
use super::limits;
use super::selector::Selector;

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

/// A document as it is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// The whole of it.
    pub document: Vec<u8>,
    /// The one part in which it differs from what it was, where there is such a part.
    pub part: Option<Part>,
}

/// A part of a document as it is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The root element of the document.
    pub root: Selector,
    /// The element that changes.
    pub selector: Selector,
    /// The element as it is to be, with every declaration that it needs; `None`: it goes.
    pub element: Option<String>,
}

impl From<Vec<u8>> for Changed {
    fn from(document: Vec<u8>) -> Self {
        Self {
            document,
            part: None,
        }
    }
}

impl Client {
    /// Takes the last version of a document that is known, or reads it, changes it, and writes it if nobody else has
    /// changed it meanwhile; otherwise reads it and does the same again on what the other has written, in at most three
    /// rounds, and then fails with [`XcapError::Changed`].
    ///
    /// `change` gets `None` where there is no document yet. What it leaves as it was is not written.
    ///
    /// Where the server gives its documents no entity tags, the document is read once more just before it is written;
    /// a change that comes between the two is lost, which only such servers let happen.
    ///
    /// # Errors
    /// [`EditError`].
    pub async fn edit<E, C: Into<Changed>>(
        &self,
        auid: &str,
        file: &str,
        content_type: &str,
        mut change: impl FnMut(Option<&[u8]>) -> Result<C, E>,
    ) -> Result<Stored, EditError<E>> {
        let address = self.document_uri(auid, file).to_string();
        let (mut round, mut ask) = (1, false);
        loop {
            let copy = self.copies().copy(&address).filter(|_| !ask);
            let from_copy = copy.is_some();
            let current = match copy {
                Some(copy) => Some(copy),
                None => self.fetch(auid, file).await.map_err(EditError::Xcap)?,
            };
            let bytes = current.as_ref().map(|document| &*document.bytes);
            let changed: Changed = change(bytes).map_err(EditError::Change)?.into();
            if bytes == Some(&changed.document) {
                if from_copy {
                    // Nobody would find out that the copy is an old one.
                    ask = true;
                    continue;
                }
                let etag = current.and_then(|document| document.etag);
                return Ok(Stored { etag });
            }
            let stored = self
                .put(auid, file, content_type, current.as_ref(), changed)
                .await;
            match stored {
                Err(XcapError::Changed) if round < limits::ROUNDS => {
                    round += 1;
                    ask = true;
                }
                other => return other.map_err(EditError::Xcap),
            }
        }
    }

    /// Writes a changed document, or the part of it that has changed.
    async fn put(
        &self,
        auid: &str,
        file: &str,
        content_type: &str,
        before: Option<&Document>,
        after: Changed,
    ) -> Result<Stored, XcapError> {
        let condition = match before {
            None => Condition::Absent,
            Some(Document {
                etag: Some(etag), ..
            }) => Condition::IfMatch(etag.clone()),
            Some(before) => {
                let now = self.fetch(auid, file).await?;
                if now.is_none_or(|now| now.bytes != before.bytes) {
                    return Err(XcapError::Changed);
                }
                Condition::None
            }
        };
        let large = before.is_some_and(|before| before.bytes.len() > limits::WORTH_A_PART);
        if let (Some(part), Condition::IfMatch(_), true) = (&after.part, &condition, large)
            && self.serves_parts(auid, file, &part.root).await
        {
            let stored = match &part.element {
                Some(element) => {
                    self.store_element(auid, file, &part.selector, element, &condition)
                        .await
                }
                None => {
                    self.delete_node(auid, file, &part.selector, &condition)
                        .await
                }
            };
            match stored {
                // Whoever cannot put it there may still take the whole.
                Err(XcapError::Server { .. } | XcapError::Conflict(_) | XcapError::Misuse(_)) => {}
                stored => return stored,
            }
        }
        self.store(auid, file, content_type, after.document, &condition)
            .await
    }
}
