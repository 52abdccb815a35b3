//! Which SIP domains a certificate stands for (RFC 5922).

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use rustls::CertificateError;
use rustls::pki_types::UnixTime;
use x509_parser::extensions::GeneralName;
use x509_parser::prelude::{FromDer, X509Certificate};

/// The identities in a certificate's subjectAltName. The common name is not looked at (RFC 5922 §7.1 leaves it open).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Identities {
    domains: Vec<String>,
    addresses: Vec<IpAddr>,
    has_alternative_names: bool,
}

/// Whom we want to talk to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Expected {
    /// The domain of the URI that was resolved.
    pub(super) domain: String,
    /// The address, where the next hop was given as one; it may be named instead of the domain.
    pub(super) literal: Option<IpAddr>,
}

/// Why a certificate does not stand for a domain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum IdentityError {
    /// It cannot be read.
    Unreadable,
    /// It stands for others.
    Other {
        /// For whom, as far as can be shown.
        names: Vec<String>,
        /// Who was wanted.
        expected: Expected,
        /// False: it has no alternative names at all, only perhaps a common name.
        has_alternative_names: bool,
    },
}

impl Identities {
    /// Reads a certificate in DER.
    pub(super) fn read(der: &[u8]) -> Result<Self, IdentityError> {
        let (_, certificate) =
            X509Certificate::from_der(der).map_err(|_| IdentityError::Unreadable)?;
        let extension = certificate
            .subject_alternative_name()
            .map_err(|_| IdentityError::Unreadable)?;
        let Some(extension) = extension else {
            return Ok(Self::default());
        };
        let (mut uris, mut names, mut addresses) = (Vec::new(), Vec::new(), Vec::new());
        for name in &extension.value.general_names {
            match name {
                GeneralName::URI(uri) => uris.extend(sip_domain(uri)),
                GeneralName::DNSName(name) => names.push((*name).to_owned()),
                GeneralName::IPAddress(bytes) => addresses.extend(ip_address(bytes)),
                _ => {}
            }
        }
        Ok(Self {
            // A DNS name counts only where no SIP URI says it better.
            domains: if uris.is_empty() { names } else { uris },
            addresses,
            has_alternative_names: true,
        })
    }

    /// Everybody for whom the certificate stands.
    pub(super) fn names(&self) -> Vec<String> {
        let addresses = self.addresses.iter().map(ToString::to_string);
        self.domains.iter().cloned().chain(addresses).collect()
    }

    /// Stands for somebody else, too: the user has said so.
    pub(super) fn vouched(&mut self, expected: &Expected) {
        self.domains.push(expected.domain.clone());
    }

    /// Whether the certificate stands for whom we want: names as a whole, without regard to case, no wildcards
    /// (RFC 5922 §7.2).
    pub(super) fn verify(&self, expected: &Expected) -> Result<(), IdentityError> {
        let wanted = without_root(&expected.domain);
        let named = self
            .domains
            .iter()
            .any(|domain| without_root(domain).eq_ignore_ascii_case(wanted));
        let is_literal = expected
            .literal
            .is_some_and(|literal| self.addresses.contains(&literal));
        if named || is_literal {
            return Ok(());
        }
        Err(IdentityError::Other {
            names: self.names(),
            expected: expected.clone(),
            has_alternative_names: self.has_alternative_names,
        })
    }
}

/// Whether a certificate in DER names itself as its issuer.
pub(super) fn signs_itself(der: &[u8]) -> bool {
    X509Certificate::from_der(der)
        .is_ok_and(|(_, certificate)| certificate.subject() == certificate.issuer())
}

/// Whether the time of a certificate in DER has come, and has not passed.
pub(super) fn check_dates(der: &[u8], now: UnixTime) -> Result<(), CertificateError> {
    let (_, certificate) =
        X509Certificate::from_der(der).map_err(|_| CertificateError::BadEncoding)?;
    let now = i64::try_from(now.as_secs()).unwrap_or(i64::MAX);
    let validity = certificate.validity();
    if now < validity.not_before.timestamp() {
        Err(CertificateError::NotValidYet)
    } else if now > validity.not_after.timestamp() {
        Err(CertificateError::Expired)
    } else {
        Ok(())
    }
}

/// The time, or the nearest one at which a certificate in DER is valid.
pub(super) fn within_dates(der: &[u8], now: UnixTime) -> UnixTime {
    let Ok((_, certificate)) = X509Certificate::from_der(der) else {
        return now;
    };
    let second = |time: i64| u64::try_from(time).unwrap_or_default();
    let validity = certificate.validity();
    let (first, last) = (
        second(validity.not_before.timestamp()),
        second(validity.not_after.timestamp()),
    );
    UnixTime::since_unix_epoch(Duration::from_secs(now.as_secs().min(last).max(first)))
}

/// The host of a `sip:` URI without user part.
fn sip_domain(uri: &str) -> Option<String> {
    let (scheme, rest) = uri.split_once(':')?;
    if !scheme.eq_ignore_ascii_case("sip") || rest.contains('@') {
        return None;
    }
    let host_port = rest.split([';', '?']).next()?;
    let host = match host_port.strip_prefix('[') {
        Some(v6) => v6.split(']').next()?,
        None => host_port.split(':').next()?,
    };
    (!host.is_empty()).then(|| host.to_owned())
}

fn ip_address(bytes: &[u8]) -> Option<IpAddr> {
    if let Ok(octets) = <[u8; 4]>::try_from(bytes) {
        return Some(Ipv4Addr::from(octets).into());
    }
    <[u8; 16]>::try_from(bytes)
        .ok()
        .map(|octets| Ipv6Addr::from(octets).into())
}

fn without_root(name: &str) -> &str {
    name.strip_suffix('.').unwrap_or(name)
}

impl fmt::Display for IdentityError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable => f.write_str("the certificate cannot be read"),
            Self::Other {
                names,
                expected,
                has_alternative_names,
            } => {
                if names.is_empty() {
                    f.write_str(if *has_alternative_names {
                        "the certificate is for no SIP domain"
                    } else {
                        "the certificate has no alternative names (a common name is not enough)"
                    })?;
                } else {
                    // The names come from the network: few, short, and nothing that moves a cursor.
                    let shown: Vec<String> = names
                        .iter()
                        .take(NAMES_SHOWN)
                        .map(|name| shown(name))
                        .collect();
                    write!(f, "the certificate is for {}", shown.join(", "))?;
                    if names.len() > NAMES_SHOWN {
                        f.write_str(", ...")?;
                    }
                }
                write!(f, ", not for {}", expected.domain)?;
                match expected.literal {
                    Some(literal) if literal.to_string() != expected.domain => {
                        write!(f, " or {literal}")
                    }
                    _ => Ok(()),
                }
            }
        }
    }
}

impl std::error::Error for IdentityError {}

fn shown(name: &str) -> String {
    name.chars()
        .take(NAME_LENGTH_SHOWN)
        .map(|char| if char.is_ascii_graphic() { char } else { '?' })
        .collect()
}

/// Names of a certificate in an error text.
const NAMES_SHOWN: usize = 4;
/// Characters of a name in an error text.
const NAME_LENGTH_SHOWN: usize = 100;

#[cfg(test)]
mod tests {
    use super::*;
    use rcgen::{CertificateParams, KeyPair, SanType};

    fn certificate(names: &[SanType]) -> Identities {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.subject_alt_names = names.to_vec();
        let key = KeyPair::generate().unwrap();
        Identities::read(params.self_signed(&key).unwrap().der()).unwrap()
    }

    fn dns(name: &str) -> SanType {
        SanType::DnsName(name.try_into().unwrap())
    }

    fn uri(uri: &str) -> SanType {
        SanType::URI(uri.try_into().unwrap())
    }

    fn accepts(identities: &Identities, domain: &str) -> bool {
        let expected = Expected {
            domain: domain.to_owned(),
            literal: None,
        };
        identities.verify(&expected).is_ok()
    }

    #[test]
    fn au_020_a_sip_uri_stands_before_dns_names() {
        let both = certificate(&[dns("example.test"), uri("SIP:Example.COM;transport=tls")]);
        assert!(accepts(&both, "example.com"));
        assert!(!accepts(&both, "example.test"));
    }

    #[test]
    fn au_020_a_uri_with_a_user_is_no_domain() {
        let user = certificate(&[
            uri("sip:alice@example.com"),
            uri("sips:example.com"),
            uri("https://example.com"),
        ]);
        assert!(!accepts(&user, "example.com"));
        // It is none of the URIs that keep a DNS name from counting.
        let with_name = certificate(&[uri("sip:alice@example.org"), dns("example.com")]);
        assert!(accepts(&with_name, "EXAMPLE.com."));
    }

    #[test]
    fn au_020_no_wildcards_no_suffixes() {
        let wild = certificate(&[dns("*.example.com"), dns("example.com")]);
        assert!(!accepts(&wild, "sip.example.com"));
        assert!(accepts(&wild, "example.com"));
        assert!(!accepts(
            &certificate(&[dns("sip.example.com")]),
            "example.com"
        ));
    }

    #[test]
    fn au_020_a_common_name_is_not_enough() {
        let bare = certificate(&[]);
        let expected = Expected {
            domain: "example.com".to_owned(),
            literal: None,
        };
        let error = bare.verify(&expected).unwrap_err().to_string();
        assert_eq!(
            error,
            "the certificate has no alternative names (a common name is not enough), not for example.com"
        );
    }

    #[test]
    fn au_020_an_address_may_be_named_where_one_was_given() {
        let address: IpAddr = "2001:db8::1".parse().unwrap();
        let by_address = certificate(&[SanType::IpAddress(address)]);
        let mut expected = Expected {
            domain: "example.com".to_owned(),
            literal: Some(address),
        };
        assert_eq!(by_address.verify(&expected), Ok(()));
        expected.literal = Some("2001:db8::2".parse().unwrap());
        assert_eq!(
            by_address.verify(&expected).unwrap_err().to_string(),
            "the certificate is for 2001:db8::1, not for example.com or 2001:db8::2"
        );
        expected.literal = None;
        assert!(by_address.verify(&expected).is_err());
    }

    #[test]
    fn noise_is_no_certificate() {
        assert_eq!(
            Identities::read(b"\x30\x03abc"),
            Err(IdentityError::Unreadable)
        );
    }
}
