//! Credentials as a server sees them.

use std::fmt;

use super::hash::{Input, same};
use super::params::{escape, schemes};
use super::{Algorithm, DigestError, Qop, Session};
use crate::sip::Secret;

/// A client's answer to a challenge. `Debug` shows neither the response nor the nonces.
#[derive(Clone, PartialEq, Eq)]
pub struct Authorization {
    /// The user name as it stands between its quotes, or its hash if [`Authorization::userhash`].
    pub username: String,
    /// The realm as it stands between its quotes.
    pub realm: String,
    /// The nonce as it stands between its quotes.
    pub nonce: String,
    /// The URI the client hashed; compare it with the Request-URI.
    pub uri: String,
    /// The algorithm; MD5 if none is named.
    pub algorithm: Algorithm,
    /// The protection; `None` for the old form.
    pub qop: Option<Qop>,
    /// The nonce count.
    pub nc: Option<u32>,
    /// The client's nonce.
    pub cnonce: Option<String>,
    /// The opaque value.
    pub opaque: Option<String>,
    /// Whether the user name is a hash.
    pub userhash: bool,
    /// Whether it came in Proxy-Authorization.
    pub proxy: bool,
    response: String,
    count: String,
}

impl Authorization {
    /// Reads the value of an Authorization or Proxy-Authorization header.
    pub fn parse(value: &str, proxy: bool) -> Result<Self, DigestError> {
        let schemes = schemes(value)?;
        let [scheme] = schemes.as_slice() else {
            return Err(DigestError::Scheme);
        };
        if !scheme.is_digest() {
            return Err(DigestError::Scheme);
        }
        let qop = match scheme.value("qop") {
            None => None,
            Some(token) => Some(Qop::parse(token).ok_or(DigestError::Value("qop"))?),
        };
        let count = scheme.value("nc");
        let nc = match count {
            None => None,
            Some(digits)
                if digits.len() == 8 && digits.bytes().all(|digit| digit.is_ascii_hexdigit()) =>
            {
                u32::from_str_radix(digits, 16).ok()
            }
            Some(_) => return Err(DigestError::Value("nc")),
        };
        if qop.is_some() {
            scheme.require("nc")?;
            scheme.require("cnonce")?;
        }
        let algorithm = match scheme.value("algorithm") {
            None => Algorithm::Md5,
            Some(name) => Algorithm::parse(name).ok_or(DigestError::Value("algorithm"))?,
        };
        Ok(Self {
            username: scheme.require("username")?.to_owned(),
            realm: scheme.require("realm")?.to_owned(),
            nonce: scheme.require("nonce")?.to_owned(),
            uri: scheme.require("uri")?.to_owned(),
            response: scheme.require("response")?.to_ascii_lowercase(),
            algorithm,
            qop,
            nc,
            count: count.unwrap_or_default().to_owned(),
            cnonce: scheme.owned("cnonce"),
            opaque: scheme.owned("opaque"),
            userhash: scheme.is_true("userhash"),
            proxy,
        })
    }

    /// Whether this user is meant, by name or by its hash.
    pub fn is_user(&self, username: &str) -> bool {
        let username = escape(username);
        if self.userhash {
            same(
                &self.username.to_ascii_lowercase(),
                &self.algorithm.hash_joined(&[&username, &self.realm]),
            )
        } else {
            self.username == username
        }
    }

    /// Whether the response proves that the client knows the password of this user. `session` is what the first request
    /// of a `-sess` session used, `None` if this is the first. Nonce, count, realm and URI are the caller's to check.
    pub fn verify(
        &self,
        username: &str,
        password: &Secret,
        method: &str,
        body: &[u8],
        session: Option<&Session>,
    ) -> bool {
        let expected = self.proof(username, password, method, body, session);
        self.is_user(username) && same(&expected, &self.response)
    }

    /// The `rspauth` value with which a server proves itself in Authentication-Info (RFC 7616 §3.5).
    pub fn rspauth(
        &self,
        username: &str,
        password: &Secret,
        body: &[u8],
        session: Option<&Session>,
    ) -> String {
        self.proof(username, password, "", body, session)
    }

    fn proof(
        &self,
        username: &str,
        password: &Secret,
        method: &str,
        body: &[u8],
        session: Option<&Session>,
    ) -> String {
        let cnonce = self.cnonce.as_deref().unwrap_or_default();
        Input {
            algorithm: self.algorithm,
            username: &escape(username),
            realm: &self.realm,
            password: password.expose(),
            nonce: &self.nonce,
            protection: self.qop.map(|qop| (qop, &*self.count, cnonce)),
            session,
            cnonce,
            method,
            uri: &self.uri,
            body,
        }
        .response()
    }
}

impl fmt::Debug for Authorization {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authorization")
            .field("username", &self.username)
            .field("realm", &self.realm)
            .field("algorithm", &self.algorithm)
            .field("nc", &self.nc)
            .finish_non_exhaustive()
    }
}
