//! What a certificate says, for people.

use jiff::Timestamp;
use x509_parser::prelude::{FromDer, X509Certificate};

use super::identity::Identities;
use super::trust::Fingerprint;

/// A server's own certificate, trusted or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// The domains and addresses for which it stands (RFC 5922 §7.1).
    pub names: Vec<String>,
    /// Who signed it.
    pub issuer: String,
    /// From when it is valid.
    pub not_before: Timestamp,
    /// Until when it is valid.
    pub not_after: Timestamp,
    /// Its fingerprint.
    pub fingerprint: Fingerprint,
}

impl Certificate {
    /// Reads a certificate in DER; `None` when it is none.
    pub(super) fn read(der: &[u8]) -> Option<Self> {
        let (_, certificate) = X509Certificate::from_der(der).ok()?;
        let validity = certificate.validity();
        Some(Self {
            names: Identities::read(der).ok()?.names(),
            issuer: certificate.issuer().to_string(),
            not_before: Timestamp::from_second(validity.not_before.timestamp()).ok()?,
            not_after: Timestamp::from_second(validity.not_after.timestamp()).ok()?,
            fingerprint: Fingerprint::of(der),
        })
    }
}

#[cfg(test)]
mod tests {
    use rcgen::{CertificateParams, KeyPair, date_time_ymd};

    use super::*;

    #[test]
    fn everything_a_person_compares_is_there() {
        let names = vec!["example.test".to_owned(), "127.0.0.1".to_owned()];
        let mut params = CertificateParams::new(names.clone()).unwrap();
        params.not_before = date_time_ymd(2024, 1, 2);
        params.not_after = date_time_ymd(2034, 5, 6);
        let certificate = params.self_signed(&KeyPair::generate().unwrap()).unwrap();
        let read = Certificate::read(certificate.der()).unwrap();
        assert_eq!(read.names, names);
        assert_eq!(read.not_before.to_string(), "2024-01-02T00:00:00Z");
        assert_eq!(read.not_after.to_string(), "2034-05-06T00:00:00Z");
        assert!(read.issuer.contains("CN="), "{}", read.issuer);
        assert_eq!(read.fingerprint, Fingerprint::of(certificate.der()));
        assert_eq!(Certificate::read(b"nonsense"), None);
    }
}
