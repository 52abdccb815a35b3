//! Whether a server's certificate is trusted, and if not, everything that is wrong with it.

use std::sync::{Arc, OnceLock};

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{verify_server_cert_signed_by_trust_anchor, verify_server_name};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, DigitallySignedStruct, OtherError, RootCertStore, SignatureScheme};

use super::certificate::Certificate;
use super::identity::{Expected, Identities, check_dates, signs_itself, within_dates};
use super::tls::describe_certificate;
use super::trust::{Distrust, Refused, Trust};

/// The certificate that a server shows, whatever becomes of it.
pub(super) type Shown = Arc<OnceLock<CertificateDer<'static>>>;

/// Checks the path with webpki (RFC 5280: signatures, dates, extended key usage), then the identity.
///
/// A server without an authority signs its certificate itself. Where the configured file holds that very certificate,
/// there is no path to check, only its dates; everything else holds as for any other. A certificate that the user has
/// pinned is trusted as it is: the handshake still proves that the server has its key.
#[derive(Debug)]
pub(super) struct Verifier {
    pub(super) provider: Arc<CryptoProvider>,
    pub(super) roots: Arc<RootCertStore>,
    pub(super) own: Arc<[CertificateDer<'static>]>,
    pub(super) wanted: Wanted,
    pub(super) trust: Trust,
    pub(super) shown: Shown,
    /// Which machine this is, as [`Refused::at`] has it.
    pub(super) at: String,
}

/// For whom a certificate has to stand.
#[derive(Debug)]
pub(super) enum Wanted {
    /// A SIP domain (RFC 5922).
    Sip(Expected),
    /// The host of a web address (RFC 9110 §4.3.4).
    Web,
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        // Nobody shows a second one.
        let _ = self.shown.set(end_entity.clone().into_owned());
        let (server, web) = match &self.wanted {
            Wanted::Sip(expected) => (expected.domain.clone(), false),
            Wanted::Web => (server_name.to_str().into_owned(), true),
        };
        let verified = if self.trust.is_pinned(end_entity, &server) {
            Ok(())
        } else {
            self.verify(end_entity, intermediates, server_name, now)
        };
        match verified {
            Ok(()) => {
                self.trust.accepted(&server, web);
                Ok(ServerCertVerified::assertion())
            }
            Err(error) => {
                let why = self.why(end_entity, intermediates, server_name, now, &error);
                if let Some(certificate) = Certificate::read(end_entity) {
                    self.trust.refuse(Refused {
                        server,
                        web,
                        at: self.at.clone(),
                        certificate,
                        why,
                    });
                }
                Err(error)
            }
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, cert, dss, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, cert, dss, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider
            .signature_verification_algorithms
            .supported_schemes()
    }
}

impl Verifier {
    /// The ordinary way.
    fn verify(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        now: UnixTime,
    ) -> Result<(), rustls::Error> {
        if self.own.contains(end_entity) {
            check_dates(end_entity, now)?;
        } else {
            self.verify_path(end_entity, intermediates, now)?;
        }
        self.verify_identity(end_entity, server_name)
    }

    fn verify_path(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<(), rustls::Error> {
        verify_server_cert_signed_by_trust_anchor(
            &ParsedCertificate::try_from(end_entity)?,
            &self.roots,
            intermediates,
            now,
            self.provider.signature_verification_algorithms.all,
        )
        .map_err(|error| {
            // That it could sign others is what webpki says first; that nobody trusts it is what matters.
            if signs_itself(end_entity) {
                CertificateError::UnknownIssuer.into()
            } else {
                error
            }
        })
    }

    fn verify_identity(
        &self,
        end_entity: &CertificateDer<'_>,
        server_name: &ServerName<'_>,
    ) -> Result<(), rustls::Error> {
        match &self.wanted {
            Wanted::Sip(expected) => Identities::read(end_entity)
                .and_then(|identities| identities.verify(expected))
                .map_err(|error| CertificateError::Other(OtherError(Arc::new(error))).into()),
            Wanted::Web => {
                verify_server_name(&ParsedCertificate::try_from(end_entity)?, server_name)
            }
        }
    }

    /// Everything that is wrong: whoever decides about a certificate has to know more than the first thing.
    fn why(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        now: UnixTime,
        error: &rustls::Error,
    ) -> Vec<Distrust> {
        let mut why = Vec::new();
        match check_dates(end_entity, now) {
            Ok(()) => {}
            Err(CertificateError::NotValidYet) => why.push(Distrust::NotYetValid),
            Err(_) => why.push(Distrust::Expired),
        }
        // At a time when its dates do not hide the rest.
        let then = within_dates(end_entity, now);
        if !self.own.contains(end_entity)
            && let Err(error) = self.verify_path(end_entity, intermediates, then)
        {
            why.push(distrust(&error, signs_itself(end_entity)));
        }
        if self.verify_identity(end_entity, server_name).is_err() {
            why.push(Distrust::OtherName(match &self.wanted {
                Wanted::Sip(expected) => expected.domain.clone(),
                Wanted::Web => server_name.to_str().into_owned(),
            }));
        }
        if why.is_empty() {
            why.push(distrust(error, false));
        }
        why
    }
}

fn distrust(error: &rustls::Error, signs_itself: bool) -> Distrust {
    let rustls::Error::InvalidCertificate(fault) = error else {
        return Distrust::Other(error.to_string());
    };
    match fault {
        CertificateError::UnknownIssuer if signs_itself => Distrust::SignsItself,
        CertificateError::UnknownIssuer => Distrust::UnknownIssuer,
        CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. } => {
            Distrust::OtherPurpose
        }
        CertificateError::Revoked => Distrust::Revoked,
        other => Distrust::Other(describe_certificate(other)),
    }
}
