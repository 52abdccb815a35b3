//! URIs (RFC 3261 §19.1, RFC 3966, RFC 3859): read, written, compared.

mod compare;
mod input;
mod parse;

use std::borrow::Cow;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;
use std::sync::Arc;

pub(crate) use parse::ipv6_reference;
use parse::{Parts, Span};

use super::Transport;

/// A URI, kept as it was written. A clone costs a reference count.
///
/// `==` compares the text byte by byte; [`Uri::equivalent`] compares as RFC 3261 §19.1.4 says.
#[derive(Clone)]
pub struct Uri {
    text: Arc<str>,
    parts: Parts,
}

/// The scheme of a URI.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scheme {
    /// `sip`
    Sip,
    /// `sips`: every hop is to be encrypted.
    Sips,
    /// `tel` (RFC 3966).
    Tel,
    /// `pres` (RFC 3859).
    Pres,
    /// Any other, such as `im`, `mailto` or `urn`; see [`Uri::scheme_text`].
    Other,
}

/// Where a URI points to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Host<'a> {
    /// A domain or host name, as written.
    Name(&'a str),
    /// An IPv4 address.
    V4(Ipv4Addr),
    /// An IPv6 address; it is displayed in brackets and in canonical form (RFC 5952).
    V6(Ipv6Addr),
}

/// Why a text is not a URI.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UriError {
    /// No scheme, or nothing behind it.
    #[error("no scheme")]
    Scheme,
    /// The user part is empty or has characters that must be escaped.
    #[error("malformed user part")]
    User,
    /// The host is missing or is neither a name nor an address.
    #[error("malformed host")]
    Host,
    /// The port is not a number up to 65535.
    #[error("malformed port")]
    Port,
    /// A parameter is empty or has characters that must be escaped.
    #[error("malformed parameter")]
    Parameter,
    /// A header is empty or has characters that must be escaped.
    #[error("malformed header part")]
    Header,
    /// A percent sign without two hexadecimal digits.
    #[error("malformed escape")]
    Escape,
    /// A telephone number without digits.
    #[error("malformed telephone number")]
    Number,
    /// A character that no URI may have, white space and non-ASCII included.
    #[error("character that must be escaped")]
    Character,
    /// Longer than [`limits::URI`](super::limits::URI).
    #[error("too long")]
    TooLong,
}

impl Uri {
    /// Reads a URI: `sip`, `sips`, `pres` and `tel` in full; of others the scheme only.
    pub fn parse(text: &str) -> Result<Self, UriError> {
        let parts = parse::parse(text)?;
        Ok(Self {
            text: text.into(),
            parts,
        })
    }

    /// The scheme.
    pub fn scheme(&self) -> Scheme {
        self.parts.scheme
    }

    /// The scheme as written.
    pub fn scheme_text(&self) -> &str {
        self.text.split(':').next().unwrap_or_default()
    }

    /// The user part as written, without password; for `tel` the number.
    pub fn user(&self) -> Option<&str> {
        self.parts.user().map(|span| self.span(span))
    }

    /// The user part with its escapes resolved; octets that are not UTF-8 become replacement characters.
    pub fn user_decoded(&self) -> Option<Cow<'_, str>> {
        self.user().map(decode)
    }

    /// The password as written. URIs should have none (RFC 3261 §19.1.1).
    pub fn password(&self) -> Option<&str> {
        self.parts.password().map(|span| self.span(span))
    }

    /// The host; `None` for `tel` and for schemes that are kept as text.
    pub fn host(&self) -> Option<Host<'_>> {
        self.parts.host(self.span(self.parts.host))
    }

    /// The port, if one is written.
    pub fn port(&self) -> Option<u16> {
        self.parts.port
    }

    /// The value of a parameter with its escapes resolved: `Some(None)` if it has no value, `None` if it is absent.
    pub fn param(&self, name: &str) -> Option<Option<Cow<'_, str>>> {
        let (_, value) = self
            .params()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))?;
        Some(value.map(decode))
    }

    /// Each parameter in order, as written.
    pub fn params(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        pairs(self.span(self.parts.params), ';')
    }

    /// Each header part in order, as written: `?Subject=x&Priority=y`.
    pub fn headers(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        let headers = self.text.get(usize::from(self.parts.headers)..);
        pairs(headers.unwrap_or_default(), '&')
    }

    /// Whether the URI has header parts.
    pub fn has_headers(&self) -> bool {
        usize::from(self.parts.headers) < self.text.len()
    }

    /// Whether the scheme is `sips`.
    pub fn is_secure(&self) -> bool {
        self.parts.scheme == Scheme::Sips
    }

    /// The `transport` parameter, if it is a transport that is spoken here.
    pub fn transport(&self) -> Option<Transport> {
        self.param("transport")
            .flatten()
            .and_then(|value| Transport::parse(&value))
    }

    /// Whether the `lr` parameter is there: a loose router (RFC 3261 §16.12.1).
    pub fn is_loose_router(&self) -> bool {
        self.param("lr").is_some()
    }

    /// The URI as written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether both name the same resource by RFC 3261 §19.1.4 and RFC 5954 §4. The relation is not transitive.
    pub fn equivalent(&self, other: &Self) -> bool {
        compare::equivalent(self, other)
    }

    /// The address of record as a key: `sip:user@host` without password, parameters and header parts, host in lower case or
    /// canonical form, escapes normalised; a port stays. `sips` and `pres` give the same key as `sip`, since they name the
    /// same person; `tel` gives `tel:` and the bare number. Other schemes give their text.
    pub fn aor(&self) -> String {
        compare::aor(self)
    }

    /// The URI without parameters and header parts.
    #[must_use]
    pub fn without_params(&self) -> Self {
        let mut parts = self.parts;
        let end = if parts.params.0 < parts.params.1 {
            parts.params.0 - 1
        } else if self.has_headers() {
            parts.headers - 1
        } else {
            return self.clone();
        };
        parts.params = (end, end);
        parts.headers = end;
        Self {
            text: self.span((0, end)).into(),
            parts,
        }
    }

    /// The URI as a Request-URI: without header parts and the `method` parameter (RFC 3261 §19.1.5).
    #[must_use]
    pub fn request_uri(&self) -> Self {
        if !self.has_headers() && self.param("method").is_none() {
            return self.clone();
        }
        let mut text = self.without_params().text.to_string();
        for (name, value) in self
            .params()
            .filter(|(name, _)| !name.eq_ignore_ascii_case("method"))
        {
            text.push(';');
            text.push_str(name);
            if let Some(value) = value {
                text.push('=');
                text.push_str(value);
            }
        }
        Self::parse(&text).unwrap_or_else(|_| self.without_params())
    }

    /// A URI from what a person types: `bob`, `bob@example.com`, `+1 201 555 0123`, `sip:bob@example.com`. A bare name or
    /// number gets the default domain; without one it is an error, except for a number, which becomes a `tel` URI.
    pub fn from_user_input(input: &str, default_domain: Option<&str>) -> Result<Self, UriError> {
        input::from_user_input(input, default_domain)
    }

    fn span(&self, (start, end): Span) -> &str {
        self.text
            .get(usize::from(start)..usize::from(end))
            .unwrap_or_default()
    }
}

impl FromStr for Uri {
    type Err = UriError;

    fn from_str(text: &str) -> Result<Self, UriError> {
        Self::parse(text)
    }
}

impl PartialEq for Uri {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Uri {}

impl std::hash::Hash for Uri {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

impl fmt::Display for Uri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl AsRef<str> for Uri {
    fn as_ref(&self) -> &str {
        &self.text
    }
}

impl fmt::Debug for Uri {
    /// Shows the URI without password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.parts.password() {
            Some((start, end)) => {
                write!(
                    f,
                    "Uri({}***{})",
                    self.span((0, start)),
                    &self.text[usize::from(end)..]
                )
            }
            None => write!(f, "Uri({})", self.text),
        }
    }
}

impl Host<'_> {
    /// The address, if it is one.
    pub fn address(&self) -> Option<IpAddr> {
        match self {
            Self::Name(_) => None,
            Self::V4(address) => Some(IpAddr::V4(*address)),
            Self::V6(address) => Some(IpAddr::V6(*address)),
        }
    }
}

impl fmt::Display for Host<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => f.write_str(name),
            Self::V4(address) => address.fmt(f),
            Self::V6(address) => write!(f, "[{address}]"),
        }
    }
}

fn pairs(text: &str, separator: char) -> impl Iterator<Item = (&str, Option<&str>)> {
    text.split(separator)
        .filter(|pair| !pair.is_empty())
        .map(|pair| match pair.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (pair, None),
        })
}

/// Resolves percent escapes.
fn decode(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return Cow::Borrowed(text);
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        rest = after;
        match parse::escape(*first, after) {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => bytes.push(*first),
        }
    }
    Cow::Owned(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests;
