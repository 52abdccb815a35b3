//! Whether two URIs are the same (RFC 3261 §19.1.4, RFC 5954 §4.2, RFC 3966 §4), and the key made of one.

use std::fmt::Write as _;

use super::{Host, Scheme, Uri, parse};

/// Whether the two URIs are equivalent.
pub(super) fn equivalent(one: &Uri, other: &Uri) -> bool {
    if one.scheme() != other.scheme() {
        return false;
    }
    match one.scheme() {
        Scheme::Other => {
            let (scheme, rest) = one.as_str().split_once(':').unwrap_or_default();
            let (other_scheme, other_rest) = other.as_str().split_once(':').unwrap_or_default();
            scheme.eq_ignore_ascii_case(other_scheme) && rest == other_rest
        }
        Scheme::Tel => {
            digits(one) == digits(other)
                && params_match(one, other, |_| true)
                && params_match(other, one, |_| true)
        }
        Scheme::Sip | Scheme::Sips | Scheme::Pres => {
            same_text(one.user(), other.user())
                && same_text(one.password(), other.password())
                && same_host(one.host(), other.host())
                && one.port() == other.port()
                && params_match(one, other, is_significant)
                && params_match(other, one, is_significant)
                && headers_match(one, other)
                && headers_match(other, one)
        }
    }
}

/// The address of record as a key.
pub(super) fn aor(uri: &Uri) -> String {
    match uri.scheme() {
        Scheme::Other => uri.as_str().to_owned(),
        Scheme::Tel => format!("tel:{}", digits(uri)),
        Scheme::Sip | Scheme::Sips | Scheme::Pres => {
            let mut key = String::with_capacity(uri.as_str().len());
            key.push_str("sip:");
            if let Some(user) = uri.user() {
                for octet in octets(user) {
                    match octet {
                        // What may not stand in a URI stays escaped.
                        Octet::Plain(byte)
                            if byte.is_ascii_graphic() && !UNWISE.contains(&byte) =>
                        {
                            key.push(char::from(byte));
                        }
                        Octet::Plain(byte) | Octet::Reserved(byte) => {
                            let _ = write!(key, "%{byte:02X}");
                        }
                    }
                }
                key.push('@');
            }
            match uri.host() {
                Some(Host::Name(name)) => {
                    key.push_str(&name.trim_end_matches('.').to_ascii_lowercase());
                }
                Some(host) => {
                    let _ = write!(key, "{host}");
                }
                None => {}
            }
            if let Some(port) = uri.port() {
                let _ = write!(key, ":{port}");
            }
            key
        }
    }
}

/// An octet of a URI, and whether it was escaped although it is a reserved one, which makes a difference.
#[derive(PartialEq, Eq, Clone, Copy)]
enum Octet {
    Plain(u8),
    Reserved(u8),
}

fn octets(text: &str) -> impl Iterator<Item = Octet> + '_ {
    let mut rest = text.as_bytes();
    std::iter::from_fn(move || {
        let (first, after) = rest.split_first()?;
        let Some(byte) = parse::escape(*first, after) else {
            rest = after;
            return Some(Octet::Plain(*first));
        };
        rest = &after[2..];
        Some(if RESERVED.contains(&byte) {
            Octet::Reserved(byte)
        } else {
            Octet::Plain(byte)
        })
    })
}

fn same_text(one: Option<&str>, other: Option<&str>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => octets(one).eq(octets(other)),
        (None, None) => true,
        _ => false,
    }
}

fn same_text_any_case(one: Option<&str>, other: Option<&str>) -> bool {
    let fold = |octet| match octet {
        Octet::Plain(byte) => Octet::Plain(byte.to_ascii_lowercase()),
        reserved @ Octet::Reserved(_) => reserved,
    };
    match (one, other) {
        (Some(one), Some(other)) => octets(one).map(fold).eq(octets(other).map(fold)),
        (None, None) => true,
        _ => false,
    }
}

fn same_host(one: Option<Host<'_>>, other: Option<Host<'_>>) -> bool {
    match (one, other) {
        (Some(Host::Name(one)), Some(Host::Name(other))) => one.eq_ignore_ascii_case(other),
        (one, other) => one == other,
    }
}

/// Whether each parameter of the one is the same in the other, or absent there and not significant.
fn params_match(one: &Uri, other: &Uri, significant: impl Fn(&str) -> bool) -> bool {
    one.params()
        .all(|(name, value)| match find(other.params(), name) {
            Some((_, other)) => same_text_any_case(value, other),
            None => !significant(name),
        })
}

fn headers_match(one: &Uri, other: &Uri) -> bool {
    one.headers().all(|(name, value)| {
        find(other.headers(), name).is_some_and(|(_, other)| same_text_any_case(value, other))
    })
}

fn find<'a>(
    mut pairs: impl Iterator<Item = (&'a str, Option<&'a str>)>,
    name: &str,
) -> Option<(&'a str, Option<&'a str>)> {
    pairs.find(|(key, _)| same_text_any_case(Some(key), Some(name)))
}

/// Parameters that must be in both URIs or in none (RFC 3261 §19.1.4).
fn is_significant(name: &str) -> bool {
    ["transport", "user", "ttl", "method", "maddr"]
        .iter()
        .any(|known| known.eq_ignore_ascii_case(name))
}

/// A telephone number without visual separators, in lower case (RFC 3966 §4).
fn digits(uri: &Uri) -> String {
    uri.user()
        .unwrap_or_default()
        .chars()
        .filter(|character| !matches!(character, '-' | '.' | '(' | ')'))
        .map(|character| character.to_ascii_lowercase())
        .collect()
}

/// The reserved set of RFC 2396 §2.2.
const RESERVED: &[u8] = b";/?:@&=+$,";
/// Visible characters that a URI may not have unescaped (RFC 2396 §2.4.3).
const UNWISE: &[u8] = b"%<>\"\\^`";
