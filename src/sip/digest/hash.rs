//! The algorithms and the digest itself.

use std::fmt;

use md5::Md5;
use sha2::{Sha256, Sha512_256};

use super::{Qop, Session};

/// A digest algorithm. The order is that of strength.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Algorithm {
    /// `MD5`: for old servers only.
    Md5,
    /// `MD5-sess`.
    Md5Sess,
    /// `SHA-256`.
    Sha256,
    /// `SHA-256-sess`.
    Sha256Sess,
    /// `SHA-512-256`.
    Sha512_256,
    /// `SHA-512-256-sess`.
    Sha512_256Sess,
}

impl Algorithm {
    /// Reads the name, in any case.
    pub fn parse(name: &str) -> Option<Self> {
        ALL.into_iter()
            .find(|algorithm| algorithm.as_str().eq_ignore_ascii_case(name))
    }

    /// The name as RFC 7616 §6.1 registers it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Md5 => "MD5",
            Self::Md5Sess => "MD5-sess",
            Self::Sha256 => "SHA-256",
            Self::Sha256Sess => "SHA-256-sess",
            Self::Sha512_256 => "SHA-512-256",
            Self::Sha512_256Sess => "SHA-512-256-sess",
        }
    }

    /// Whether the hash of user, realm and password is bound to a session.
    pub fn is_session(self) -> bool {
        matches!(
            self,
            Self::Md5Sess | Self::Sha256Sess | Self::Sha512_256Sess
        )
    }

    /// How strong the hash is: 0 for MD5, 1 for SHA-256, 2 for SHA-512-256. A realm that falls back is suspect
    /// (RFC 7616 §5.8).
    pub fn strength(self) -> u8 {
        match self {
            Self::Md5 | Self::Md5Sess => 0,
            Self::Sha256 | Self::Sha256Sess => 1,
            Self::Sha512_256 | Self::Sha512_256Sess => 2,
        }
    }

    /// The hash of the parts, joined, in lower-case hexadecimal digits.
    pub(super) fn hash(self, parts: &[&[u8]]) -> String {
        match self {
            Self::Md5 | Self::Md5Sess => hex::<Md5>(parts),
            Self::Sha256 | Self::Sha256Sess => hex::<Sha256>(parts),
            Self::Sha512_256 | Self::Sha512_256Sess => hex::<Sha512_256>(parts),
        }
    }

    /// The hash of parts joined by colons.
    pub(super) fn hash_joined(self, parts: &[&str]) -> String {
        self.hash(&[parts.join(":").as_bytes()])
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What goes into a digest; names as in RFC 7616 §3.4.
pub(super) struct Input<'a> {
    pub(super) algorithm: Algorithm,
    pub(super) username: &'a str,
    pub(super) realm: &'a str,
    pub(super) password: &'a str,
    pub(super) nonce: &'a str,
    /// Protection, nonce count as sent, and cnonce; `None` for the old form of RFC 2069.
    pub(super) protection: Option<(Qop, &'a str, &'a str)>,
    pub(super) session: Option<&'a Session>,
    pub(super) cnonce: &'a str,
    /// Empty for the digest of a response (`rspauth`).
    pub(super) method: &'a str,
    pub(super) uri: &'a str,
    pub(super) body: &'a [u8],
}

impl Input<'_> {
    /// The digest (RFC 7616 §3.4.1).
    pub(super) fn response(&self) -> String {
        let algorithm = self.algorithm;
        let mut key = algorithm.hash_joined(&[self.username, self.realm, self.password]);
        if algorithm.is_session() {
            let (nonce, cnonce) = self.session.map_or((self.nonce, self.cnonce), |session| {
                (&session.nonce, &session.cnonce)
            });
            key = algorithm.hash_joined(&[&key, nonce, cnonce]);
        }
        match self.protection {
            None => {
                let request = algorithm.hash_joined(&[self.method, self.uri]);
                algorithm.hash_joined(&[&key, self.nonce, &request])
            }
            Some((qop, count, cnonce)) => {
                let request = match qop {
                    Qop::Auth => algorithm.hash_joined(&[self.method, self.uri]),
                    Qop::AuthInt => algorithm.hash_joined(&[
                        self.method,
                        self.uri,
                        &algorithm.hash(&[self.body]),
                    ]),
                };
                algorithm.hash_joined(&[&key, self.nonce, count, cnonce, qop.as_str(), &request])
            }
        }
    }
}

/// Compares without telling by the time taken where the difference is.
pub(super) fn same(one: &str, other: &str) -> bool {
    one.len() == other.len()
        && one
            .bytes()
            .zip(other.bytes())
            .fold(0, |sum, (a, b)| sum | (a ^ b))
            == 0
}

fn hex<D: sha2::Digest>(parts: &[&[u8]]) -> String {
    let mut hash = D::new();
    for part in parts {
        hash.update(part);
    }
    let hash = hash.finalize();
    let mut text = Vec::with_capacity(2 * hash.len());
    for byte in hash.as_slice() {
        text.push(DIGITS[usize::from(byte >> 4)]);
        text.push(DIGITS[usize::from(byte & 15)]);
    }
    String::from_utf8(text).unwrap_or_default()
}

const DIGITS: &[u8; 16] = b"0123456789abcdef";
const ALL: [Algorithm; 6] = [
    Algorithm::Md5,
    Algorithm::Md5Sess,
    Algorithm::Sha256,
    Algorithm::Sha256Sess,
    Algorithm::Sha512_256,
    Algorithm::Sha512_256Sess,
];
