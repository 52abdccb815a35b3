//! Reading and writing whole documents.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use reqwest::header::{CONTENT_TYPE, ETAG, HeaderName, HeaderValue, IF_MATCH, IF_NONE_MATCH};
use reqwest::{Method, Url};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore};

use super::auth::{Known, Request, Rounds};
use super::error::{Conflict, XcapError};
use super::http::{Incoming, Outgoing};
use super::limits;
use super::root::Root;
use super::uri::XcapUri;
use crate::sip::digest::Credentials;

/// Sees every request and response. Called on the client's task: it must not wait.
pub type Tap = Arc<dyn Fn(Exchange) + Send + Sync>;

/// A request or a response as text. The bytes hold credentials: what shows them has to leave those out.
#[derive(Debug, Clone)]
pub struct Exchange {
    /// True for a request, false for a response.
    pub sent: bool,
    /// The server as `host:port`.
    pub authority: String,
    /// Start line, headers, body.
    pub bytes: Bytes,
}

/// Which server, and who we are there.
#[derive(Clone)]
pub struct Config {
    /// The XCAP root. `http` only to this machine, unless `insecure`.
    pub root: String,
    /// The user's name in the documents' addresses: the address of record with its `sip:`.
    pub user: String,
    /// Who we are for Digest and Basic.
    pub credentials: Option<Credentials>,
    /// The only realm that gets an answer, if it is known.
    pub realm: Option<String>,
    /// Whom to trust under TLS.
    pub roots: RootCertStore,
    /// What to show under TLS where the server asks for it: the certificate with those above it, and its key.
    pub certificate: Option<Arc<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>)>>,
    /// Allows credentials over plain HTTP to other machines.
    pub insecure: bool,
    /// Sees every request and response.
    pub tap: Option<Tap>,
}

/// An XCAP client for one user on one server. Cheap to clone; clones share the last challenge.
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
}

struct Inner {
    http: reqwest::Client,
    config: Config,
    root: Root,
    known: Mutex<Known>,
}

/// A document with what names its present state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// The document.
    pub bytes: Bytes,
    /// The entity tag, if the server sent one.
    pub etag: Option<String>,
}

/// Under which condition a document is written (RFC 4825 §7.11).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// It still has this entity tag.
    IfMatch(String),
    /// There is none yet.
    Absent,
    /// Whatever is there. For servers that send no entity tags.
    None,
}

/// A document was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// Its new entity tag, if the server sent one.
    pub etag: Option<String>,
}

impl Client {
    /// Fails when the root is none, or would send a password over an open line.
    pub fn new(config: Config) -> Result<Self, XcapError> {
        let root = Root::parse(&config.root, config.insecure)?;
        let fail = |detail: String| XcapError::Root {
            root: config.root.clone(),
            detail,
        };
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| fail(error.to_string()))?
            .with_root_certificates(config.roots.clone());
        let tls = match &config.certificate {
            None => tls.with_no_client_auth(),
            Some(own) => tls
                .with_client_auth_cert(own.0.clone(), own.1.clone_key())
                .map_err(|error| fail(error.to_string()))?,
        };
        let mut http = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            // Some servers (Kamailio) close each connection behind their answer without saying so; a request on such a
            // connection is lost. Requests are few, so each has its own.
            .pool_max_idle_per_host(0)
            .connect_timeout(limits::CONNECT_TIMEOUT)
            .timeout(limits::REQUEST_TIMEOUT)
            .user_agent(concat!("Siskin/", env!("CARGO_PKG_VERSION")));
        if !root.is_encrypted() {
            // A proxy would read what is only safe on this machine.
            http = http.no_proxy();
        }
        let http = http.build().map_err(|error| fail(error.to_string()))?;
        Ok(Self {
            inner: Arc::new(Inner {
                http,
                config,
                root,
                known: Mutex::default(),
            }),
        })
    }

    /// Reads a document; `None` when there is none (404).
    pub async fn fetch(&self, auid: &str, file: &str) -> Result<Option<Document>, XcapError> {
        let request = self.request(Method::GET, auid, file, Vec::new(), Bytes::new())?;
        let incoming = self.exchange(request).await?;
        match incoming.status {
            200 => {
                self.check_kind(&incoming)?;
                let etag = incoming.header(&ETAG).map(str::to_owned);
                Ok(Some(Document {
                    bytes: incoming.body,
                    etag,
                }))
            }
            404 => Ok(None),
            _ => Err(failure(&incoming)),
        }
    }

    /// Writes a whole document.
    pub async fn store(
        &self,
        auid: &str,
        file: &str,
        content_type: &str,
        document: impl Into<Bytes>,
        condition: &Condition,
    ) -> Result<Stored, XcapError> {
        let mut headers = vec![(CONTENT_TYPE, self.value(content_type)?)];
        headers.extend(self.condition(condition)?);
        let request = self.request(Method::PUT, auid, file, headers, document.into())?;
        let incoming = self.exchange(request).await?;
        match incoming.status {
            // Some servers say 200 for what is new, and 204 for what has no body.
            200 | 201 | 204 => Ok(Stored {
                etag: incoming.header(&ETAG).map(str::to_owned),
            }),
            _ => Err(failure(&incoming)),
        }
    }

    /// Deletes a document; that there is none is no error.
    pub async fn delete(
        &self,
        auid: &str,
        file: &str,
        condition: &Condition,
    ) -> Result<(), XcapError> {
        let headers = self.condition(condition)?.into_iter().collect();
        let request = self.request(Method::DELETE, auid, file, headers, Bytes::new())?;
        let incoming = self.exchange(request).await?;
        match incoming.status {
            200 | 202 | 204 | 404 => Ok(()),
            _ => Err(failure(&incoming)),
        }
    }

    fn request(
        &self,
        method: Method,
        auid: &str,
        file: &str,
        headers: Vec<(HeaderName, HeaderValue)>,
        body: Bytes,
    ) -> Result<Outgoing, XcapError> {
        let config = &self.inner.config;
        let uri = XcapUri::document(&config.root, auid, &config.user, file).to_string();
        let url = Url::parse(&uri).map_err(|error| self.misuse(&error.to_string()))?;
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

    fn misuse(&self, detail: &str) -> XcapError {
        XcapError::Root {
            root: self.inner.config.root.clone(),
            detail: detail.to_owned(),
        }
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

    pub(super) fn authorize(&self, request: Request<'_>, rounds: &mut Rounds) -> Option<String> {
        let credentials = self.inner.config.credentials.as_ref()?;
        self.known().authorize(credentials, request, rounds)
    }

    pub(super) fn has_credentials(&self) -> bool {
        self.inner.config.credentials.is_some()
    }

    pub(super) fn realm(&self) -> Option<&str> {
        self.inner.config.realm.as_deref()
    }

    /// Whether nobody can listen.
    pub(super) fn is_private(&self) -> bool {
        self.inner.root.is_private()
    }

    pub(super) fn known(&self) -> MutexGuard<'_, Known> {
        self.inner
            .known
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn http(&self) -> &reqwest::Client {
        &self.inner.http
    }

    pub(super) fn authority(&self) -> &str {
        self.inner.root.authority()
    }

    pub(super) fn tap(&self) -> Option<&Tap> {
        self.inner.config.tap.as_ref()
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("authority", &self.authority())
            .field("user", &self.inner.config.user)
            .finish_non_exhaustive()
    }
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
