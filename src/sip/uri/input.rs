//! URIs from what people type.

use std::fmt::Write as _;

use super::{Uri, UriError};

/// Makes a URI of a text typed by a person.
pub(super) fn from_user_input(input: &str, default_domain: Option<&str>) -> Result<Uri, UriError> {
    let text = input.trim();
    let text = text
        .strip_prefix('<')
        .and_then(|text| text.strip_suffix('>'))
        .unwrap_or(text);
    if text.is_empty() {
        return Err(UriError::User);
    }
    if let Some((scheme, rest)) = text.split_once(':')
        && ["sip", "sips", "tel", "pres"]
            .iter()
            .any(|known| known.eq_ignore_ascii_case(scheme))
    {
        if scheme.eq_ignore_ascii_case("tel") {
            return Uri::parse(&format!("tel:{}", rest.replace(' ', "")));
        }
        return Uri::parse(text).or_else(|error| match rest.rsplit_once('@') {
            Some((user, host)) => {
                Uri::parse(&format!("{scheme}:{}@{}", escaped(user), bracketed(host)))
            }
            None => Err(error),
        });
    }
    if let Some((user, host)) = text.rsplit_once('@') {
        return Uri::parse(&format!("sip:{}@{}", escaped(user), bracketed(host)));
    }
    let number: String = text
        .chars()
        .filter(|character| !matches!(character, ' ' | '-' | '(' | ')'))
        .collect();
    let is_number = !number.is_empty()
        && number
            .strip_prefix('+')
            .unwrap_or(&number)
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'*');
    match default_domain {
        Some(domain) if is_number => Uri::parse(&format!("sip:{number}@{}", bracketed(domain))),
        Some(domain) => Uri::parse(&format!("sip:{}@{}", escaped(text), bracketed(domain))),
        None if is_number => Uri::parse(&format!("tel:{number}")),
        None => Err(UriError::Host),
    }
}

/// The user part with everything escaped that must be; escapes that are there stay.
fn escaped(user: &str) -> String {
    let mut text = String::with_capacity(user.len());
    for byte in user.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.!~*'()&=+$,;?/:%".contains(&byte) {
            text.push(char::from(byte));
        } else {
            let _ = write!(text, "%{byte:02X}");
        }
    }
    text
}

/// An IPv6 address gets its brackets.
fn bracketed(host: &str) -> String {
    match host.parse::<std::net::Ipv6Addr>() {
        Ok(address) => format!("[{address}]"),
        Err(_) => host.to_owned(),
    }
}
