//! Certificates that the user has looked at and trusts as they are, and those that nothing vouches for.

use std::fmt::{self, Write as _};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sha2::{Digest as _, Sha256};
use thiserror::Error;

use super::certificate::Certificate;
use super::limits;

/// Names one certificate and no other: the SHA-256 of the whole of it in DER. Written as `AB:CD:...`.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fingerprint([u8; 32]);

/// A certificate that is trusted as it is, and for whom it stands.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Pin {
    /// The certificate.
    pub fingerprint: Fingerprint,
    /// The server that it stands for, as [`Refused::server`] has it; empty: every server of the account.
    pub server: String,
}

/// What an account trusts beside the authorities, shared by everything that connects for it. Cheap to clone.
///
/// A certificate that is pinned is trusted whatever it says, for the server that it is pinned for and no other. Every
/// other one is looked at in the ordinary way.
#[derive(Debug, Clone, Default)]
pub struct Trust(Arc<Mutex<Inner>>);

#[derive(Debug, Default)]
struct Inner {
    pinned: Vec<Pin>,
    refused: Vec<Refused>,
    revision: u64,
}

/// A server that showed a certificate which is not trusted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Whom we wanted: a domain, or the host of a web address.
    pub server: String,
    /// Whether it was asked over HTTPS, and not over SIP.
    pub web: bool,
    /// Which machine of it has answered: its address with its port for SIP, `https` for the web, where that is not known.
    pub at: String,
    /// What it showed.
    pub certificate: Certificate,
    /// Everything that is wrong with it, at least one thing.
    pub why: Vec<Distrust>,
}

/// Why a certificate is not trusted.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Distrust {
    /// Its time is over.
    #[error("it has expired")]
    Expired,
    /// Its time has not come.
    #[error("it is not valid yet")]
    NotYetValid,
    /// It names itself as its issuer.
    #[error("it signs itself, and nobody else vouches for it")]
    SignsItself,
    /// Nobody who is trusted here has signed it.
    #[error("it is not signed by an authority that is trusted here")]
    UnknownIssuer,
    /// It stands for others than this.
    #[error("it is not for {0}")]
    OtherName(String),
    /// It is not meant for servers (extended key usage).
    #[error("it is not meant for servers")]
    OtherPurpose,
    /// Its authority has taken it back.
    #[error("it was revoked")]
    Revoked,
    /// Anything else.
    #[error("{0}")]
    Other(String),
}

/// A text that is no fingerprint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("a SHA-256 fingerprint has 64 hexadecimal digits, with or without colons")]
pub struct NoFingerprint;

impl Fingerprint {
    /// That of a certificate in DER.
    pub fn of(der: &[u8]) -> Self {
        Self(Sha256::digest(der).into())
    }

    /// Reads what people and tools write: 64 hexadecimal digits, with or without colons and blanks.
    ///
    /// # Errors
    /// It is something else.
    pub fn parse(text: &str) -> Result<Self, NoFingerprint> {
        let mut bytes = [0; 32];
        let mut digits = text
            .chars()
            .filter(|char| !matches!(char, ':' | ' '))
            .map(|char| char.to_digit(16).and_then(|digit| u8::try_from(digit).ok()));
        for byte in &mut bytes {
            let (Some(Some(high)), Some(Some(low))) = (digits.next(), digits.next()) else {
                return Err(NoFingerprint);
            };
            *byte = high << 4 | low;
        }
        if digits.next().is_some() {
            return Err(NoFingerprint);
        }
        Ok(Self(bytes))
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, byte) in self.0.iter().enumerate() {
            if place > 0 {
                f.write_char(':')?;
            }
            write!(f, "{byte:02X}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Pin {
    /// A certificate that stands for every server of the account.
    pub fn anywhere(fingerprint: Fingerprint) -> Self {
        Self {
            fingerprint,
            server: String::new(),
        }
    }

    /// Whether it says that this server is to be trusted when it shows this certificate. Domains have no case.
    fn covers(&self, fingerprint: Fingerprint, server: &str) -> bool {
        let meant = self.server.is_empty() || self.server.eq_ignore_ascii_case(server);
        meant && self.fingerprint == fingerprint
    }
}

impl Trust {
    /// Trusts these certificates.
    pub fn new(pinned: impl IntoIterator<Item = Pin>) -> Self {
        let inner = Inner {
            pinned: pinned.into_iter().take(limits::PINNED).collect(),
            ..Inner::default()
        };
        Self(Arc::new(Mutex::new(inner)))
    }

    /// Trusts a certificate from now on.
    pub fn pin(&self, pin: Pin) {
        let mut inner = self.lock();
        let refused = inner.refused.len();
        inner
            .refused
            .retain(|refused| !pin.covers(refused.certificate.fingerprint, &refused.server));
        inner.changed(refused);
        if inner.pinned.len() < limits::PINNED && !inner.pinned.contains(&pin) {
            inner.pinned.push(pin);
        }
    }

    /// Trusts a certificate no longer by itself. Connections that are open stay so.
    pub fn unpin(&self, pin: &Pin) {
        self.lock().pinned.retain(|pinned| pinned != pin);
    }

    /// Whether this server may show this certificate, whatever it says.
    pub fn has_pinned(&self, fingerprint: Fingerprint, server: &str) -> bool {
        let inner = self.lock();
        let mut pinned = inner.pinned.iter();
        pinned.any(|pin| pin.covers(fingerprint, server))
    }

    /// Servers that were not trusted when they were last tried, and have not been since; the latest last, a bounded
    /// number.
    pub fn refused(&self) -> Vec<Refused> {
        self.lock().refused.clone()
    }

    /// Changes whenever [`Trust::refused`] does.
    pub fn revision(&self) -> u64 {
        self.lock().revision
    }

    /// Whether this server may show this certificate in DER, whatever it says.
    pub(super) fn is_pinned(&self, der: &[u8], server: &str) -> bool {
        let none = self.lock().pinned.is_empty();
        !none && self.has_pinned(Fingerprint::of(der), server)
    }

    /// A server was not trusted.
    pub(super) fn refuse(&self, refused: Refused) {
        let mut inner = self.lock();
        let is_same = |other: &Refused| {
            (&other.server, other.web, other.certificate.fingerprint)
                == (
                    &refused.server,
                    refused.web,
                    refused.certificate.fingerprint,
                )
        };
        if inner.refused.iter().any(is_same) {
            return;
        }
        if inner.refused.len() >= limits::REMEMBERED_REFUSALS {
            inner.refused.remove(0);
        }
        inner.refused.push(refused);
        inner.revision += 1;
    }

    /// A server is trusted: what it showed before no longer matters.
    pub(super) fn accepted(&self, server: &str, web: bool) {
        let mut inner = self.lock();
        let before = inner.refused.len();
        inner
            .refused
            .retain(|refused| refused.server != server || refused.web != web);
        inner.changed(before);
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    /// Something may have been left out of what was refused.
    fn changed(&mut self, before: usize) {
        if self.refused.len() != before {
            self.revision += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_is_read_as_people_write_it() {
        let fingerprint = Fingerprint::of(b"a certificate");
        let text = fingerprint.to_string();
        assert_eq!(text.len(), 95);
        for written in [
            text.clone(),
            text.to_lowercase(),
            text.replace(':', ""),
            text.replace(':', " "),
        ] {
            assert_eq!(Fingerprint::parse(&written), Ok(fingerprint), "{written}");
        }
        for wrong in [
            "",
            "AB:CD",
            &text[1..],
            &format!("{text}0"),
            &text.replace(':', "-"),
            &format!("é{}", &text[2..]),
        ] {
            assert_eq!(Fingerprint::parse(wrong), Err(NoFingerprint), "{wrong}");
        }
    }

    #[test]
    fn refusals_are_few_and_go_when_they_no_longer_matter() {
        let trust = Trust::default();
        let refused = |server: &str, der: &[u8]| Refused {
            server: server.to_owned(),
            web: false,
            at: "192.0.2.1:5061".to_owned(),
            certificate: Certificate {
                names: Vec::new(),
                issuer: String::new(),
                not_before: jiff::Timestamp::UNIX_EPOCH,
                not_after: jiff::Timestamp::UNIX_EPOCH,
                fingerprint: Fingerprint::of(der),
            },
            why: vec![Distrust::Expired],
        };
        trust.refuse(refused("example.com", b"1"));
        let revision = trust.revision();
        trust.refuse(refused("example.com", b"1"));
        trust.accepted("example.com", true);
        trust.accepted("example.test", false);
        assert_eq!((trust.refused().len(), trust.revision()), (1, revision));
        trust.accepted("example.com", false);
        assert!(trust.refused().is_empty() && trust.revision() > revision);
        trust.refuse(refused("example.com", b"2"));
        trust.refuse(refused("example.test", b"2"));
        let pin = |server: &str, der: &[u8]| Pin {
            fingerprint: Fingerprint::of(der),
            server: server.to_owned(),
        };
        trust.pin(pin("Example.com", b"2"));
        assert_eq!(
            trust.refused().len(),
            1,
            "the other server has to be looked at"
        );
        assert!(trust.is_pinned(b"2", "example.COM") && !trust.is_pinned(b"2", "example.test"));
        assert!(!trust.is_pinned(b"1", "example.com"));
        trust.pin(Pin::anywhere(Fingerprint::of(b"2")));
        assert!(trust.refused().is_empty() && trust.is_pinned(b"2", "example.test"));
        trust.unpin(&Pin::anywhere(Fingerprint::of(b"2")));
        assert!(!trust.is_pinned(b"2", "example.test"));
        trust.unpin(&pin("Example.com", b"2"));
        assert!(!trust.is_pinned(b"2", "example.com"));
        for number in 0..100_u32 {
            trust.refuse(refused("example.com", &number.to_be_bytes()));
            trust.pin(Pin::anywhere(Fingerprint::of(&[0, 0, 0, 0, 0])));
        }
        assert_eq!(trust.refused().len(), limits::REMEMBERED_REFUSALS);
    }
}
