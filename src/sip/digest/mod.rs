//! Digest authentication (RFC 3261 §22, RFC 7616, RFC 8760), both sides. It serves HTTP as well as SIP: method and URI are
//! plain text. Random values (cnonce, nonce) are handed in.

mod authorization;
mod challenge;
mod hash;
mod info;
mod params;

pub use authorization::Authorization;
pub use challenge::{Answer, Challenge};
pub use hash::Algorithm;
pub use info::AuthenticationInfo;

use super::Secret;

/// A user name and its password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The name the server knows.
    pub username: String,
    /// The password.
    pub password: Secret,
}

/// Quality of protection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Qop {
    /// `auth`: method and URI are covered.
    Auth,
    /// `auth-int`: the body too.
    AuthInt,
}

impl Qop {
    /// The token.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Auth => "auth",
            Self::AuthInt => "auth-int",
        }
    }

    fn parse(token: &str) -> Option<Self> {
        [Self::Auth, Self::AuthInt]
            .into_iter()
            .find(|qop| qop.as_str().eq_ignore_ascii_case(token))
    }
}

/// What the first request of a `-sess` session used; later requests keep hashing with it (RFC 7616 §3.4.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// The nonce of the first request.
    pub nonce: String,
    /// The cnonce of the first request.
    pub cnonce: String,
}

/// Why a challenge or credentials cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DigestError {
    /// The text does not follow the grammar.
    #[error("malformed at byte {offset}")]
    Syntax {
        /// Where, in bytes.
        offset: usize,
    },
    /// The scheme is not Digest.
    #[error("the scheme is not Digest")]
    Scheme,
    /// A parameter that must be there is not.
    #[error("no {0}")]
    Missing(&'static str),
    /// A parameter has a value it must not have.
    #[error("malformed {0}")]
    Value(&'static str),
    /// A parameter occurs twice.
    #[error("repeated parameter")]
    Repeated,
}

/// Whether a parameter of a challenge or answer may be shown to people. Those that may help to see why a server refuses;
/// the others prove who somebody is.
pub fn is_public(parameter: &str) -> bool {
    let mut public = PUBLIC_PARAMETERS.iter();
    public.any(|public| public.eq_ignore_ascii_case(parameter))
}

const PUBLIC_PARAMETERS: [&str; 11] = [
    "username",
    "realm",
    "uri",
    "algorithm",
    "qop",
    "nc",
    "stale",
    "domain",
    "charset",
    "userhash",
    "scope",
];

#[cfg(test)]
mod tests;
