//! The server's challenge, and the client's answer to it.

use std::fmt::{self, Write as _};

use super::hash::Input;
use super::params::{Scheme, escape, schemes};
use super::{Algorithm, Credentials, DigestError, Qop, Session};
use crate::sip::HeaderName;

/// A digest challenge that can be answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Challenge {
    /// The realm as it stands between its quotes, escapes untouched; it goes back byte for byte.
    pub realm: String,
    /// The nonce as it stands between its quotes.
    pub nonce: String,
    /// The opaque value as it stands between its quotes.
    pub opaque: Option<String>,
    /// The algorithm; MD5 if the challenge names none.
    pub algorithm: Algorithm,
    /// Whether the challenge names its algorithm, so that the answer must.
    pub names_algorithm: bool,
    /// The protections offered; empty for an old server that knows none.
    pub qop: Vec<Qop>,
    /// Whether only the nonce was too old (`stale=true`), and not the credentials wrong.
    pub stale: bool,
    /// Whether the user name is wanted as a hash.
    pub userhash: bool,
    /// The character set named, which can be UTF-8 only.
    pub charset: Option<String>,
    /// Whether it came in Proxy-Authenticate.
    pub proxy: bool,
}

/// The request for which a challenge is answered.
#[derive(Debug, Clone, Copy)]
pub struct Answer<'a> {
    /// The request method.
    pub method: &'a str,
    /// The Request-URI as it is put on the wire.
    pub uri: &'a str,
    /// The body as it is put on the wire.
    pub body: &'a [u8],
    /// A fresh random value; only characters that need no escape.
    pub cnonce: &'a str,
    /// How many requests have used this nonce, this one included.
    pub nc: u32,
    /// Whether `auth-int` is taken where `auth` is offered too.
    pub prefer_integrity: bool,
    /// The first request of the session, for a `-sess` algorithm; `None` if this is the first.
    pub session: Option<&'a Session>,
}

impl Challenge {
    /// A challenge to send, with `auth` and `auth-int` offered.
    pub fn new(realm: &str, nonce: &str, algorithm: Algorithm) -> Self {
        Self {
            realm: escape(realm),
            nonce: escape(nonce),
            opaque: None,
            algorithm,
            names_algorithm: true,
            qop: vec![Qop::Auth, Qop::AuthInt],
            stale: false,
            userhash: false,
            charset: None,
            proxy: false,
        }
    }

    /// Reads the challenges of one WWW-Authenticate or Proxy-Authenticate value. Those that cannot be answered are passed
    /// over: other schemes, unknown algorithms, no realm or nonce, only unknown qop values (RFC 8760 §2.4).
    pub fn parse_all(value: &str, proxy: bool) -> Result<Vec<Self>, DigestError> {
        let schemes = schemes(value)?;
        Ok(schemes
            .iter()
            .filter(|scheme| scheme.is_digest())
            .filter_map(|scheme| Self::of(scheme, proxy))
            .collect())
    }

    /// The header in which the answer goes back.
    pub fn answer_header(&self) -> HeaderName {
        if self.proxy {
            HeaderName::ProxyAuthorization
        } else {
            HeaderName::Authorization
        }
    }

    /// The header in which the challenge is sent.
    pub fn header(&self) -> HeaderName {
        if self.proxy {
            HeaderName::ProxyAuthenticate
        } else {
            HeaderName::WwwAuthenticate
        }
    }

    /// The protection an answer takes: `auth` if offered, unless integrity is preferred and offered; `None` for an old
    /// challenge without qop.
    pub fn choose_qop(&self, prefer_integrity: bool) -> Option<Qop> {
        let preferred = if prefer_integrity {
            Qop::AuthInt
        } else {
            Qop::Auth
        };
        if self.qop.contains(&preferred) {
            Some(preferred)
        } else {
            self.qop.first().copied()
        }
    }

    /// The value of the Authorization or Proxy-Authorization header (RFC 7616 §3.4, RFC 3261 §22.4).
    pub fn answer(&self, credentials: &Credentials, request: &Answer<'_>) -> String {
        let username = escape(&credentials.username);
        let qop = self.choose_qop(request.prefer_integrity);
        let count = format!("{:08x}", request.nc);
        let response = Input {
            algorithm: self.algorithm,
            username: &username,
            realm: &self.realm,
            password: credentials.password.expose(),
            nonce: &self.nonce,
            protection: qop.map(|qop| (qop, &*count, request.cnonce)),
            session: request.session,
            cnonce: request.cnonce,
            method: request.method,
            uri: request.uri,
            body: request.body,
        }
        .response();
        let name = if self.userhash {
            self.algorithm.hash_joined(&[&username, &self.realm])
        } else {
            username
        };
        let mut value = format!(
            "Digest username=\"{name}\", realm=\"{}\", nonce=\"{}\", uri=\"{}\", response=\"{response}\"",
            self.realm, self.nonce, request.uri
        );
        if self.names_algorithm {
            let _ = write!(value, ", algorithm={}", self.algorithm);
        }
        match qop {
            Some(qop) => {
                let _ = write!(
                    value,
                    ", cnonce=\"{}\", qop={}, nc={count}",
                    request.cnonce,
                    qop.as_str()
                );
            }
            // A session's key is made with a cnonce even where the old form is used.
            None if self.algorithm.is_session() => {
                let _ = write!(value, ", cnonce=\"{}\"", request.cnonce);
            }
            None => {}
        }
        if let Some(opaque) = &self.opaque {
            let _ = write!(value, ", opaque=\"{opaque}\"");
        }
        if self.userhash {
            value.push_str(", userhash=true");
        }
        value
    }

    /// Whether `rspauth` of an answer proves that the server knows the password (RFC 7616 §3.5). `request` is what was
    /// answered, `body` that of the response.
    pub fn proves(
        &self,
        info: &super::AuthenticationInfo,
        credentials: &Credentials,
        request: &Answer<'_>,
        body: &[u8],
    ) -> Option<bool> {
        let rspauth = info.rspauth.as_deref()?;
        let count = info
            .nc
            .map_or_else(|| format!("{:08x}", request.nc), |nc| format!("{nc:08x}"));
        let cnonce = info.cnonce.as_deref().unwrap_or(request.cnonce);
        if cnonce != request.cnonce {
            return Some(false);
        }
        let qop = info
            .qop
            .or_else(|| self.choose_qop(request.prefer_integrity));
        let expected = Input {
            algorithm: self.algorithm,
            username: &escape(&credentials.username),
            realm: &self.realm,
            password: credentials.password.expose(),
            nonce: &self.nonce,
            protection: qop.map(|qop| (qop, &*count, cnonce)),
            session: request.session,
            cnonce,
            method: "",
            uri: request.uri,
            body,
        }
        .response();
        Some(super::hash::same(&expected, &rspauth.to_ascii_lowercase()))
    }

    fn of(scheme: &Scheme<'_>, proxy: bool) -> Option<Self> {
        let algorithm = scheme.value("algorithm");
        let qop = scheme.value("qop");
        let known: Vec<_> = qop
            .unwrap_or_default()
            .split(',')
            .filter_map(|token| Qop::parse(token.trim()))
            .collect();
        if known.is_empty() && qop.is_some_and(|list| !list.trim().is_empty()) {
            return None;
        }
        Some(Self {
            realm: scheme.owned("realm")?,
            nonce: scheme.owned("nonce")?,
            opaque: scheme.owned("opaque"),
            algorithm: algorithm.map_or(Some(Algorithm::Md5), Algorithm::parse)?,
            names_algorithm: algorithm.is_some(),
            qop: known,
            stale: scheme.is_true("stale"),
            userhash: scheme.is_true("userhash"),
            charset: scheme.owned("charset"),
            proxy,
        })
    }
}

impl fmt::Display for Challenge {
    /// The value of the header in which the challenge is sent.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Digest realm=\"{}\", nonce=\"{}\"",
            self.realm, self.nonce
        )?;
        if let Some(opaque) = &self.opaque {
            write!(f, ", opaque=\"{opaque}\"")?;
        }
        if self.names_algorithm {
            write!(f, ", algorithm={}", self.algorithm)?;
        }
        if !self.qop.is_empty() {
            let list: Vec<_> = self.qop.iter().map(|qop| qop.as_str()).collect();
            write!(f, ", qop=\"{}\"", list.join(","))?;
        }
        if self.stale {
            f.write_str(", stale=true")?;
        }
        if self.userhash {
            f.write_str(", userhash=true")?;
        }
        if let Some(charset) = &self.charset {
            write!(f, ", charset={charset}")?;
        }
        Ok(())
    }
}
