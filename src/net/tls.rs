//! TLS for connections that we open: whom to trust, and that it is who we want.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use jiff::Timestamp;
use rustls::client::Resumption;
use rustls::client::danger::ServerCertVerifier;
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{AlertDescription, CertificateError, ClientConfig, RootCertStore};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::client_certificate::{ClientCertificate, client_certificate};
use super::config::TlsConfig;
use super::identity::{Expected, Identities};
use super::resolve::literal;
use super::trust::Trust;
use super::verify::{Shown, Verifier, Wanted};
use crate::engine::{CertificateFault, FlowError, NextHop};

/// What is loaded once for all connections.
pub(super) struct Tls {
    config: TlsConfig,
    trust: Trust,
    loaded: OnceLock<Loaded>,
}

#[derive(Clone)]
struct Loaded {
    roots: Arc<RootCertStore>,
    /// The certificates of the configured file, each of which a server may also show as its own.
    own: Arc<[CertificateDer<'static>]>,
    client: Option<Arc<ClientCertificate>>,
}

type Authorities = (Arc<RootCertStore>, Arc<[CertificateDer<'static>]>);

/// The authorities among them.
fn trusted_roots(config: &TlsConfig) -> Result<RootCertStore, FlowError> {
    let mut roots = RootCertStore::empty();
    let system = rustls_native_certs::load_native_certs();
    for error in &system.errors {
        tracing::warn!(%error, "some of the system's certificate authorities cannot be read");
    }
    let (_, ignored) = roots.add_parsable_certificates(system.certs);
    if ignored > 0 {
        tracing::debug!(ignored, "certificate authorities that are not understood");
    }
    if let Some(path) = &config.extra_ca {
        let certificates = certificates(path)?;
        for certificate in certificates {
            roots.add(certificate).map_err(|error| {
                unusable(path, CertificateFault::NotUnderstood(error.to_string()))
            })?;
        }
    }
    Ok(roots)
}

/// The kind of next hop for which a certificate has to stand.
pub(super) fn expected(next_hop: &NextHop) -> Expected {
    Expected {
        domain: next_hop.identity.clone(),
        literal: literal(&next_hop.host),
    }
}

impl Tls {
    pub(super) fn new(config: TlsConfig, trust: Trust) -> Self {
        Self {
            config,
            trust,
            loaded: OnceLock::new(),
        }
    }

    /// Reads the files that the configuration names, if it names any, so that a missing one is known at the start.
    pub(super) async fn check(&self) -> Result<(), FlowError> {
        if self.config == TlsConfig::default() {
            return Ok(());
        }
        self.loaded().await.map(|_| ())
    }

    /// Makes a connection a TLS connection with whom the next hop names, and tells for whom else its certificate stands.
    pub(super) async fn connect(
        &self,
        tcp: TcpStream,
        remote: SocketAddr,
        next_hop: &NextHop,
        shown: Shown,
    ) -> Result<(TlsStream<TcpStream>, Identities), FlowError> {
        let fail = |detail: String| FlowError::Tls {
            address: remote.to_string(),
            detail,
        };
        let Loaded { roots, own, client } = self.loaded().await?;
        // RFC 5922 §7.8: the name that is asked for is the one that is checked.
        let name = ServerName::try_from(next_hop.identity.clone())
            .map_err(|_| fail(format!("{:?} is no domain name", next_hop.identity)))?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let verifier = Arc::new(Verifier {
            provider: Arc::clone(&provider),
            roots,
            own,
            wanted: Wanted::Sip(expected(next_hop)),
            trust: self.trust.clone(),
            shown,
            at: remote.to_string(),
        });
        let builder = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| fail(error.to_string()))?
            .dangerous()
            .with_custom_certificate_verifier(verifier);
        let mut config = match client {
            None => builder.with_no_client_auth(),
            Some(client) => builder
                .with_client_auth_cert(client.0.clone(), client.1.clone_key())
                .map_err(|error| fail(format!("our certificate cannot be used: {error}")))?,
        };
        // A resumed session is not verified again, and may have been made for another domain.
        config.resumption = Resumption::disabled();
        let stream = TlsConnector::from(Arc::new(config))
            .connect(name, tcp)
            .await
            .map_err(|error| fail(describe(&error)))?;
        let chain = stream.get_ref().1.peer_certificates();
        let shown = chain.and_then(<[_]>::first);
        let mut identities = shown
            .and_then(|shown| Identities::read(shown).ok())
            .unwrap_or_default();
        let pinned = |shown| self.trust.is_pinned(shown, &next_hop.identity);
        if shown.is_some_and(|shown| pinned(shown)) {
            identities.vouched(&expected(next_hop));
        }
        Ok((stream, identities))
    }

    async fn loaded(&self) -> Result<Loaded, FlowError> {
        if let Some(loaded) = self.loaded.get() {
            return Ok(loaded.clone());
        }
        let config = self.config.clone();
        let loaded = tokio::task::spawn_blocking(move || load(&config))
            .await
            .map_err(|error| FlowError::Certificates {
                file: "the system's store".to_owned(),
                fault: CertificateFault::Unreadable(error.to_string()),
            })??;
        Ok(self.loaded.get_or_init(|| loaded).clone())
    }
}

/// What a web client verifies servers with: the same authorities as for SIP, and the same trust beside them. Reads files.
///
/// # Errors
/// [`FlowError::Certificates`]: a file of the configuration cannot be used.
pub fn web_verifier(
    config: &TlsConfig,
    trust: &Trust,
) -> Result<Arc<dyn ServerCertVerifier>, FlowError> {
    let (roots, own) = authorities(config)?;
    Ok(Arc::new(Verifier {
        provider: Arc::new(rustls::crypto::ring::default_provider()),
        roots,
        own,
        wanted: Wanted::Web,
        trust: trust.clone(),
        shown: Shown::default(),
        at: "https".to_owned(),
    }))
}

fn load(config: &TlsConfig) -> Result<Loaded, FlowError> {
    let (roots, own) = authorities(config)?;
    Ok(Loaded {
        roots,
        own,
        client: client_certificate(config)?.map(Arc::new),
    })
}

/// Whom to trust: the system's authorities and those of the configuration; and which certificates that file has.
fn authorities(config: &TlsConfig) -> Result<Authorities, FlowError> {
    let roots = Arc::new(trusted_roots(config)?);
    let own = match &config.extra_ca {
        None => Vec::new(),
        Some(path) => certificates(path)?,
    };
    Ok((roots, own.into()))
}

/// The certificates in a file, at least one.
pub(super) fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, FlowError> {
    let certificates: Vec<_> = CertificateDer::pem_file_iter(path)
        .and_then(Iterator::collect)
        .map_err(|error| {
            let fault = match error {
                pem::Error::Io(error) => CertificateFault::Unreadable(error.to_string()),
                other => CertificateFault::NotUnderstood(other.to_string()),
            };
            unusable(path, fault)
        })?;
    if certificates.is_empty() {
        return Err(unusable(path, CertificateFault::NoCertificate));
    }
    Ok(certificates)
}

fn unusable(path: &Path, fault: CertificateFault) -> FlowError {
    FlowError::Certificates {
        file: path.display().to_string(),
        fault,
    }
}

/// What was wrong, in words for a person.
fn describe(error: &std::io::Error) -> String {
    let inner = error
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<rustls::Error>());
    match inner {
        Some(rustls::Error::InvalidCertificate(fault)) => describe_certificate(fault),
        Some(rustls::Error::AlertReceived(AlertDescription::CertificateRequired)) => {
            "the server wants a client certificate".to_owned()
        }
        Some(rustls::Error::AlertReceived(alert)) => format!("the server refused: {alert:?}"),
        Some(rustls::Error::InvalidMessage(_)) => "the server does not speak TLS there".to_owned(),
        Some(other) => other.to_string(),
        None if error.kind() == std::io::ErrorKind::UnexpectedEof => {
            "the server closed the connection during the handshake".to_owned()
        }
        None => error.to_string(),
    }
}

pub(super) fn describe_certificate(fault: &CertificateError) -> String {
    match fault {
        CertificateError::Expired => "the certificate has expired".to_owned(),
        CertificateError::ExpiredContext { not_after, .. } => {
            format!("the certificate expired on {}", date(*not_after))
        }
        CertificateError::NotValidYet => "the certificate is not valid yet".to_owned(),
        CertificateError::NotValidYetContext { not_before, .. } => {
            format!("the certificate is not valid before {}", date(*not_before))
        }
        CertificateError::UnknownIssuer => {
            "the certificate is not signed by an authority that is trusted here".to_owned()
        }
        CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. } => {
            "the certificate is not meant for servers (extended key usage)".to_owned()
        }
        CertificateError::Revoked => "the certificate was revoked".to_owned(),
        CertificateError::Other(other) => other.0.to_string(),
        other => format!("the certificate is not valid: {other}"),
    }
}

fn date(time: UnixTime) -> String {
    i64::try_from(time.as_secs())
        .ok()
        .and_then(|seconds| Timestamp::from_second(seconds).ok())
        .map_or_else(
            || "an unknown day".to_owned(),
            |time| time.strftime("%Y-%m-%d").to_string(),
        )
}
