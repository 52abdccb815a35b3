//! Authentication-Info: what the server says after it was satisfied (RFC 7616 §3.5).

use std::fmt::Write as _;

use super::params::{bare, escape};
use super::{DigestError, Qop};

/// The values of Authentication-Info or Proxy-Authentication-Info.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AuthenticationInfo {
    /// The nonce to use from now on, as it stands between its quotes.
    pub nextnonce: Option<String>,
    /// The protection of `rspauth`.
    pub qop: Option<Qop>,
    /// The server's proof; see [`Challenge::proves`](super::Challenge::proves).
    pub rspauth: Option<String>,
    /// The client's nonce, given back.
    pub cnonce: Option<String>,
    /// The nonce count, given back.
    pub nc: Option<u32>,
}

impl AuthenticationInfo {
    /// Reads the value of the header.
    pub fn parse(value: &str) -> Result<Self, DigestError> {
        let params = bare(value)?;
        let nc = match params.value("nc") {
            None => None,
            Some(digits) => {
                Some(u32::from_str_radix(digits, 16).map_err(|_| DigestError::Value("nc"))?)
            }
        };
        Ok(Self {
            nextnonce: params.owned("nextnonce"),
            qop: params.value("qop").and_then(Qop::parse),
            rspauth: params.owned("rspauth"),
            cnonce: params.owned("cnonce"),
            nc,
        })
    }

    /// The value of the header.
    pub fn to_value(&self) -> String {
        let mut parts = Vec::new();
        let mut quoted = |name: &str, value: &Option<String>| {
            if let Some(value) = value {
                parts.push(format!("{name}=\"{}\"", escape(value)));
            }
        };
        quoted("nextnonce", &self.nextnonce);
        quoted("rspauth", &self.rspauth);
        quoted("cnonce", &self.cnonce);
        let mut text = parts.join(", ");
        if let Some(qop) = self.qop {
            let _ = write!(
                text,
                "{}qop={}",
                if text.is_empty() { "" } else { ", " },
                qop.as_str()
            );
        }
        if let Some(nc) = self.nc {
            let _ = write!(
                text,
                "{}nc={nc:08x}",
                if text.is_empty() { "" } else { ", " }
            );
        }
        text
    }
}
