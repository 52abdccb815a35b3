//! Takes a URI apart; allocates nothing.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::{Host, Scheme, UriError};
use crate::sip::limits;

/// A place in the text, which [`limits::URI`] keeps short: every subscription has URIs, so they are small.
pub(super) type Span = (u16, u16);

/// Where the parts of a URI stand.
#[derive(Debug, Clone, Copy)]
pub(super) struct Parts {
    pub(super) scheme: Scheme,
    user: Span,
    password: Span,
    pub(super) host: Span,
    pub(super) host_kind: HostKind,
    pub(super) port: Option<u16>,
    /// Behind the first semicolon.
    pub(super) params: Span,
    /// Behind the question mark, up to the end; the end where there is none.
    pub(super) headers: u16,
}

/// What the host is. An address is read again when somebody asks for it.
#[derive(Debug, Clone, Copy)]
pub(super) enum HostKind {
    None,
    Name,
    V4,
    V6,
}

impl Parts {
    /// The user part.
    pub(super) fn user(self) -> Option<Span> {
        Some(self.user).filter(|span| *span != NOWHERE)
    }

    /// The password, which may be empty.
    pub(super) fn password(self) -> Option<Span> {
        Some(self.password).filter(|span| *span != NOWHERE)
    }

    /// The host, of which `written` is the text.
    pub(super) fn host(self, written: &str) -> Option<Host<'_>> {
        match self.host_kind {
            HostKind::None => None,
            HostKind::Name => Some(Host::Name(written)),
            HostKind::V4 => written.parse().ok().map(Host::V4),
            HostKind::V6 => {
                let address = written.strip_prefix('[')?.strip_suffix(']')?;
                ipv6_reference(address).map(Host::V6)
            }
        }
    }
}

/// Reads the parts of a URI.
pub(super) fn parse(text: &str) -> Result<Parts, UriError> {
    if text.len() > limits::URI {
        return Err(UriError::TooLong);
    }
    if !text
        .bytes()
        .all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'<' | b'>' | b'"'))
    {
        return Err(UriError::Character);
    }
    let (name, rest) = text.split_once(':').ok_or(UriError::Scheme)?;
    let well_formed = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'));
    if !well_formed || rest.is_empty() {
        return Err(UriError::Scheme);
    }
    let start = name.len() + 1;
    let scheme = [
        ("sip", Scheme::Sip),
        ("sips", Scheme::Sips),
        ("tel", Scheme::Tel),
        ("pres", Scheme::Pres),
    ]
    .into_iter()
    .find(|(known, _)| known.eq_ignore_ascii_case(name))
    .map_or(Scheme::Other, |(_, scheme)| scheme);
    match scheme {
        Scheme::Sip | Scheme::Sips | Scheme::Pres => hierarchical(text, start, scheme),
        Scheme::Tel => telephone(text, start),
        Scheme::Other => Ok(empty(Scheme::Other, text.len())),
    }
}

/// An IPv6 address as it stands between brackets. The extra colon before an IPv4 part, which the grammar of RFC 3261
/// allows by mistake, is let pass (RFC 5118 §4.10).
pub(crate) fn ipv6_reference(text: &str) -> Option<Ipv6Addr> {
    text.parse().ok().or_else(|| {
        let (before, after) = text.split_once(":::")?;
        after.parse::<Ipv4Addr>().ok()?;
        format!("{before}::{after}").parse().ok()
    })
}

/// The octet of a percent escape, given its first byte and those behind it.
pub(super) fn escape(first: u8, after: &[u8]) -> Option<u8> {
    let hex = |digit: u8| {
        char::from(digit)
            .to_digit(16)
            .and_then(|value| u8::try_from(value).ok())
    };
    match (first, after) {
        (b'%', [high, low, ..]) => Some(hex(*high)? << 4 | hex(*low)?),
        _ => None,
    }
}

/// `user:password@host:port;params?headers`.
fn hierarchical(text: &str, start: usize, scheme: Scheme) -> Result<Parts, UriError> {
    let mut parts = empty(scheme, text.len());
    let mut position = start;
    if let Some(at) = text[start..].find('@') {
        let userinfo = &text[start..start + at];
        let user_length = userinfo.find(':').unwrap_or(userinfo.len());
        check_escapes(userinfo)?;
        if user_length == 0
            || userinfo
                .bytes()
                .any(|byte| matches!(byte, b'\\' | b'^' | b'`'))
        {
            return Err(UriError::User);
        }
        parts.user = span(start, start + user_length);
        if user_length < userinfo.len() {
            parts.password = span(start + user_length + 1, start + at);
        }
        position = start + at + 1;
    }
    position = host(text, position, &mut parts)?;
    let rest = &text[position..];
    if let Some(digits) = rest.strip_prefix(':') {
        let length = digits.bytes().take_while(u8::is_ascii_digit).count();
        parts.port = Some(digits[..length].parse().map_err(|_| UriError::Port)?);
        position += 1 + length;
    }
    tail(text, position, &mut parts)?;
    Ok(parts)
}

fn host(text: &str, start: usize, parts: &mut Parts) -> Result<usize, UriError> {
    let rest = &text[start..];
    if let Some(inner) = rest.strip_prefix('[') {
        let length = inner.find(']').ok_or(UriError::Host)?;
        ipv6_reference(&inner[..length]).ok_or(UriError::Host)?;
        parts.host_kind = HostKind::V6;
        parts.host = span(start, start + length + 2);
        return Ok(start + length + 2);
    }
    let length = rest
        .bytes()
        .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_'))
        .count();
    let name = &rest[..length];
    if name.is_empty() || length > NAME || name.starts_with(['.', '-']) || name.contains("..") {
        return Err(UriError::Host);
    }
    parts.host_kind = match name.parse::<Ipv4Addr>() {
        Ok(_) => HostKind::V4,
        Err(_) => HostKind::Name,
    };
    parts.host = span(start, start + length);
    Ok(start + length)
}

/// Parameters and header parts, which end the URI.
fn tail(text: &str, mut position: usize, parts: &mut Parts) -> Result<(), UriError> {
    if text[position..].starts_with(';') {
        let length = text[position..].find('?').unwrap_or(text.len() - position);
        let params = &text[position + 1..position + length];
        check_escapes(params)?;
        for param in params.split(';') {
            let (name, value) = param
                .split_once('=')
                .map_or((param, None), |(name, value)| (name, Some(value)));
            if name.is_empty() || value == Some("") {
                return Err(UriError::Parameter);
            }
        }
        parts.params = span(position + 1, position + length);
        position += length;
    }
    if text[position..].starts_with('?') {
        let headers = &text[position + 1..];
        check_escapes(headers)?;
        if headers
            .split('&')
            .any(|header| header.is_empty() || header.starts_with('='))
        {
            return Err(UriError::Header);
        }
        parts.headers = place(position + 1);
        position = text.len();
    }
    match text[position..].bytes().next() {
        None => Ok(()),
        Some(b':') => Err(UriError::Port),
        Some(_) => Err(if parts.port.is_some() {
            UriError::Port
        } else {
            UriError::Host
        }),
    }
}

/// `tel:+1-201-555-0123;phone-context=example.com` (RFC 3966).
fn telephone(text: &str, start: usize) -> Result<Parts, UriError> {
    let mut parts = empty(Scheme::Tel, text.len());
    let length = text[start..].find([';', '?']).unwrap_or(text.len() - start);
    let number = &text[start..start + length];
    let digits = number.strip_prefix('+').unwrap_or(number);
    let visual = |byte| matches!(byte, b'-' | b'.' | b'(' | b')');
    let dialled = |byte: u8| byte.is_ascii_hexdigit() || matches!(byte, b'*' | b'#');
    if !digits.bytes().any(dialled) || !digits.bytes().all(|byte| dialled(byte) || visual(byte)) {
        return Err(UriError::Number);
    }
    parts.user = span(start, start + length);
    tail(text, start + length, &mut parts).map_err(|error| match error {
        UriError::Host | UriError::Port => UriError::Number,
        other => other,
    })?;
    Ok(parts)
}

fn check_escapes(text: &str) -> Result<(), UriError> {
    let bytes = text.as_bytes();
    let mut rest = bytes;
    while let Some(at) = memchr::memchr(b'%', rest) {
        escape(rest[at], &rest[at + 1..]).ok_or(UriError::Escape)?;
        rest = &rest[at + 3..];
    }
    Ok(())
}

fn empty(scheme: Scheme, length: usize) -> Parts {
    let end = span(length, length);
    Parts {
        scheme,
        user: NOWHERE,
        password: NOWHERE,
        host: end,
        host_kind: HostKind::None,
        port: None,
        params: end,
        headers: place(length),
    }
}

fn span(start: usize, end: usize) -> Span {
    (place(start), place(end))
}

/// A place in a text that [`limits::URI`] bounds.
fn place(at: usize) -> u16 {
    u16::try_from(at).unwrap_or(u16::MAX)
}

/// Where no part stands: the scheme comes before all of them.
const NOWHERE: Span = (0, 0);

/// Bytes of a domain name (RFC 1035 §2.3.4).
const NAME: usize = 255;

const _: () = assert!(
    limits::URI <= u16::MAX as usize,
    "a span names every place in a URI"
);
