//! The client: which server, who we are there, and what is known of both.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use rustls::client::danger::ServerCertVerifier;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore};

use super::auth::{Known, Request, Rounds};
use super::capabilities::Asked;
use super::document::Copies;
use super::error::XcapError;
use super::limits;
use super::node::Parts;
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
    /// Decides whom to trust under TLS; `None`: nobody.
    pub verifier: Option<Arc<dyn ServerCertVerifier>>,
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
    copies: Mutex<Copies>,
    capabilities: Mutex<Asked>,
    parts: Mutex<Parts>,
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
    /// Its new entity tag, if the server sent one that names this version and no other.
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
            .map_err(|error| fail(error.to_string()))?;
        let tls = match &config.verifier {
            None => tls.with_root_certificates(RootCertStore::empty()),
            Some(verifier) => tls
                .dangerous()
                .with_custom_certificate_verifier(Arc::clone(verifier)),
        };
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
                copies: Mutex::default(),
                capabilities: Mutex::default(),
                parts: Mutex::default(),
            }),
        })
    }

    /// Where a document of the user lies.
    pub(super) fn document_uri(&self, auid: &str, file: &str) -> XcapUri {
        XcapUri::document(self.root(), auid, &self.inner.config.user, file)
    }

    pub(super) fn root(&self) -> &str {
        &self.inner.config.root
    }

    pub(super) fn misuse(&self, detail: &str) -> XcapError {
        XcapError::Root {
            root: self.inner.config.root.clone(),
            detail: detail.to_owned(),
        }
    }

    /// The last versions of documents.
    pub(super) fn copies(&self) -> MutexGuard<'_, Copies> {
        lock(&self.inner.copies)
    }

    /// What the server said that it can do, once it was asked.
    pub(super) fn capabilities_known(&self) -> MutexGuard<'_, Asked> {
        lock(&self.inner.capabilities)
    }

    /// Whether the server serves parts of documents.
    pub(super) fn parts(&self) -> MutexGuard<'_, Parts> {
        lock(&self.inner.parts)
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
        lock(&self.inner.known)
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

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
