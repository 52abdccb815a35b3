//! The root of an XCAP server (RFC 4825 §6.1): which server, and whether a password is safe on the way there.

use std::net::IpAddr;

use reqwest::Url;

use super::error::XcapError;

/// A root that credentials may be sent to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Root {
    authority: String,
    encrypted: bool,
    private: bool,
}

impl Root {
    /// Reads a root: `https`, or `http` to this machine; to other machines only with `insecure`.
    ///
    /// # Errors
    /// [`XcapError::Root`] when it is none, [`XcapError::Insecure`] when a password would go over an open line.
    pub fn parse(text: &str, insecure: bool) -> Result<Self, XcapError> {
        let fail = |detail: String| XcapError::Root {
            root: text.to_owned(),
            detail,
        };
        let url = Url::parse(text).map_err(|error| fail(error.to_string()))?;
        let encrypted = match url.scheme() {
            "https" => true,
            "http" => false,
            other => return Err(fail(format!("{other} is neither https nor http"))),
        };
        if url.query().is_some()
            || url.fragment().is_some()
            || !url.username().is_empty()
            || url.password().is_some()
        {
            return Err(fail("it has more than a host and a path".to_owned()));
        }
        let host = url.host_str().unwrap_or_default();
        let private = encrypted || is_this_machine(host);
        if !private && !insecure {
            return Err(XcapError::Insecure {
                root: text.to_owned(),
            });
        }
        let port = url.port_or_known_default().unwrap_or_default();
        Ok(Self {
            authority: format!("{host}:{port}"),
            encrypted,
            private,
        })
    }

    /// The server as `host:port`.
    pub(super) fn authority(&self) -> &str {
        &self.authority
    }

    /// Whether it is spoken to over TLS.
    pub(super) fn is_encrypted(&self) -> bool {
        self.encrypted
    }

    /// Whether nobody can listen.
    pub(super) fn is_private(&self) -> bool {
        self.private
    }
}

/// Whether what is sent to a host stays on this machine.
fn is_this_machine(host: &str) -> bool {
    let literal = host.trim_start_matches('[').trim_end_matches(']');
    literal.parse::<IpAddr>().map_or_else(
        |_| host.eq_ignore_ascii_case("localhost"),
        |ip| ip.is_loopback(),
    )
}
