//! Whole documents: read, written, deleted, and their last versions kept (RFC 4825 §7.1 to §7.3, XC-017, XC-020).

use std::collections::HashMap;

use bytes::Bytes;
use reqwest::header::{CONTENT_TYPE, ETAG, HeaderName, HeaderValue, IF_MATCH, IF_NONE_MATCH};
use reqwest::{Method, Url};

use super::client::{Client, Condition, Document, Stored};
use super::conflict::Conflict;
use super::error::XcapError;
use super::http::{Incoming, Outgoing};
use super::limits;
use super::uri::XcapUri;

/// The last version of each document that was read or written, by its address; only those that have an entity tag.
#[derive(Debug, Default)]
pub(super) struct Copies {
    kept: HashMap<String, Document>,
}

impl Client {
    /// Reads a document; `None` when there is none (404). What has not changed is not sent again (304).
    ///
    /// # Errors
    /// [`XcapError`].
    pub async fn fetch(&self, auid: &str, file: &str) -> Result<Option<Document>, XcapError> {
        self.read(&self.document_uri(auid, file), None).await
    }

    /// Reads anybody's document, by its path below the root with the escapes resolved; `None` when there is none, or when
    /// the path is not that of a document.
    ///
    /// # Errors
    /// [`XcapError`].
    pub async fn fetch_path(&self, path: &str) -> Result<Option<Document>, XcapError> {
        let parts: Vec<&str> = path.split('/').collect();
        let uri = match parts[..] {
            [auid, "users", user, file] => XcapUri::document(self.root(), auid, user, file),
            [auid, "global", file] => XcapUri::global(self.root(), auid, file),
            _ => return Ok(None),
        };
        self.read(&uri, None).await
    }

    /// Writes a whole document.
    ///
    /// # Errors
    /// [`XcapError`].
    pub async fn store(
        &self,
        auid: &str,
        file: &str,
        content_type: &str,
        document: impl Into<Bytes>,
        condition: &Condition,
    ) -> Result<Stored, XcapError> {
        let (uri, bytes) = (self.document_uri(auid, file), document.into());
        let stored = self
            .write(&uri, content_type, bytes.clone(), condition)
            .await?;
        let etag = stored.etag.clone();
        self.copies()
            .keep(uri.to_string(), Document { bytes, etag });
        Ok(stored)
    }

    /// Deletes a document; that there is none is no error.
    ///
    /// # Errors
    /// [`XcapError`].
    pub async fn delete(
        &self,
        auid: &str,
        file: &str,
        condition: &Condition,
    ) -> Result<(), XcapError> {
        let uri = self.document_uri(auid, file);
        let deleted = self.remove(&uri, condition).await;
        if deleted == Err(XcapError::Server { status: 500 }) {
            // So Kamailio answers when there is nothing to delete.
            return match self.read(&uri, None).await {
                Ok(None) => Ok(()),
                _ => deleted.map(|_| ()),
            };
        }
        deleted.map(|_| ())
    }

    /// Reads what an address names. `kind` is the type that alone is what was asked for, if it matters.
    pub(super) async fn read(
        &self,
        uri: &XcapUri,
        kind: Option<&str>,
    ) -> Result<Option<Document>, XcapError> {
        let address = uri.to_string();
        let copy = self.copies().copy(&address);
        let mut headers = Vec::new();
        if let Some(etag) = copy.as_ref().and_then(|copy| copy.etag.as_deref()) {
            headers.push((IF_NONE_MATCH, self.value(etag)?));
        }
        let incoming = self
            .exchange(self.request(Method::GET, &address, headers, Bytes::new())?)
            .await?;
        match (incoming.status, copy) {
            (200, _) => {
                self.check_kind(&incoming)?;
                if kind.is_some_and(|kind| incoming.content_type() != kind) {
                    return Err(XcapError::Server { status: 501 });
                }
                let etag = strong_tag(&incoming);
                let document = Document {
                    bytes: incoming.body,
                    etag,
                };
                self.copies().keep(address, document.clone());
                Ok(Some(document))
            }
            (304, Some(copy)) => Ok(Some(copy)),
            (404, _) => {
                self.copies().forget(&address);
                Ok(None)
            }
            _ => Err(failure(&incoming)),
        }
    }

    /// Writes what an address names.
    pub(super) async fn write(
        &self,
        uri: &XcapUri,
        content_type: &str,
        body: Bytes,
        condition: &Condition,
    ) -> Result<Stored, XcapError> {
        let mut headers = vec![(CONTENT_TYPE, self.value(content_type)?)];
        headers.extend(self.condition(condition)?);
        let incoming = self.change(Method::PUT, uri, headers, body).await?;
        match incoming.status {
            // Some servers say 200 for what is new, and 204 for what has no body.
            200 | 201 | 204 => self.stored(&incoming),
            _ => Err(failure(&incoming)),
        }
    }

    /// Deletes what an address names.
    pub(super) async fn remove(
        &self,
        uri: &XcapUri,
        condition: &Condition,
    ) -> Result<Stored, XcapError> {
        let headers = self.condition(condition)?.into_iter().collect();
        let incoming = self
            .change(Method::DELETE, uri, headers, Bytes::new())
            .await?;
        match incoming.status {
            200 | 202 | 204 => self.stored(&incoming),
            404 => Ok(Stored { etag: None }),
            _ => Err(failure(&incoming)),
        }
    }

    /// What the server says about a change that it has made. A portal, too, answers 200, and has made none.
    fn stored(&self, incoming: &Incoming) -> Result<Stored, XcapError> {
        if !incoming.body.is_empty() {
            self.check_kind(incoming)?;
        }
        let etag = strong_tag(incoming);
        Ok(Stored { etag })
    }

    /// Sends a change. Whatever comes of it, the copy is no longer known to be the last version.
    async fn change(
        &self,
        method: Method,
        uri: &XcapUri,
        headers: Vec<(HeaderName, HeaderValue)>,
        body: Bytes,
    ) -> Result<Incoming, XcapError> {
        let whole = XcapUri {
            node: String::new(),
            namespaces: Vec::new(),
            ..uri.clone()
        };
        self.copies().forget(&whole.to_string());
        let request = self.request(method, &uri.to_string(), headers, body)?;
        self.exchange(request).await
    }

    fn request(
        &self,
        method: Method,
        address: &str,
        headers: Vec<(HeaderName, HeaderValue)>,
        body: Bytes,
    ) -> Result<Outgoing, XcapError> {
        let url = Url::parse(address).map_err(|error| self.misuse(&error.to_string()))?;
        Ok(Outgoing {
            method,
            url,
            headers,
            body,
        })
    }

    fn condition(
        &self,
        condition: &Condition,
    ) -> Result<Option<(HeaderName, HeaderValue)>, XcapError> {
        Ok(match condition {
            Condition::IfMatch(etag) => Some((IF_MATCH, self.value(etag)?)),
            Condition::Absent => Some((IF_NONE_MATCH, HeaderValue::from_static("*"))),
            Condition::None => None,
        })
    }

    fn value(&self, text: &str) -> Result<HeaderValue, XcapError> {
        HeaderValue::from_str(text).map_err(|error| self.misuse(&error.to_string()))
    }

    /// A web page instead of a document: the root is wrong, or a portal stands in the way.
    fn check_kind(&self, incoming: &Incoming) -> Result<(), XcapError> {
        let content_type = incoming.content_type();
        let start = incoming.body.trim_ascii_start();
        let page = |tag: &[u8]| {
            start
                .get(..tag.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(tag))
        };
        if content_type.contains("html") || page(b"<html") || page(b"<!doctype html") {
            return Err(XcapError::NotXcap {
                address: self.authority().to_owned(),
                content_type: if content_type.is_empty() {
                    "a web page".to_owned()
                } else {
                    content_type
                },
            });
        }
        Ok(())
    }
}

impl Copies {
    /// The last version of a document.
    pub(super) fn copy(&self, address: &str) -> Option<Document> {
        self.kept.get(address).cloned()
    }

    /// Keeps a version. Without an entity tag nobody could tell whether it is still the last one.
    pub(super) fn keep(&mut self, address: String, document: Document) {
        if document.etag.is_none() {
            self.kept.remove(&address);
            return;
        }
        if self.kept.len() >= limits::COPIES && !self.kept.contains_key(&address) {
            // Whichever it is, it is read again when it is needed.
            let other = self.kept.keys().next().cloned();
            if let Some(other) = other {
                self.kept.remove(&other);
            }
        }
        self.kept.insert(address, document);
    }

    /// Forgets a version that may no longer be the last one.
    pub(super) fn forget(&mut self, address: &str) {
        self.kept.remove(address);
    }
}

/// The entity tag, when it names this version to the octet: a weak one can be no condition of a change (RFC 9110
/// §13.1.1).
fn strong_tag(incoming: &Incoming) -> Option<String> {
    let etag = incoming.header(&ETAG)?.trim();
    (!etag.is_empty() && !etag.starts_with("W/")).then(|| etag.to_owned())
}

fn failure(incoming: &Incoming) -> XcapError {
    match incoming.status {
        409 => XcapError::Conflict(Conflict::read(&incoming.body)),
        412 => XcapError::Changed,
        413 => XcapError::TooLarge {
            limit: limits::BODY,
        },
        status => XcapError::Server { status },
    }
}
