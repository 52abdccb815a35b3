//! Credentials and challenges, without what proves anything (RB-006).

use crate::sip::HeaderName;
use crate::sip::digest::{self, Authorization, Challenge};

/// What may be told of a header with credentials or a challenge: the scheme and the public parameters.
pub(super) fn public(name: HeaderName, value: &str) -> String {
    let value = value.trim();
    let has_scheme = !matches!(
        name,
        HeaderName::AuthenticationInfo | HeaderName::ProxyAuthenticationInfo
    );
    let (scheme, parameters) = if has_scheme {
        value.split_once([' ', '\t']).unwrap_or((value, ""))
    } else {
        ("", value)
    };
    if has_scheme && !scheme.eq_ignore_ascii_case("digest") {
        let known = SCHEMES
            .iter()
            .find(|known| known.eq_ignore_ascii_case(scheme));
        return format!("{} (not shown)", known.unwrap_or(&"credentials"));
    }
    let shown = parameters_of(parameters)
        .filter(|(name, _)| digest::is_public(name))
        .map(|(name, value)| format!("{} {value}", name.to_ascii_lowercase()));
    let shown = shown.collect::<Vec<_>>().join(", ");
    match (has_scheme, shown.is_empty()) {
        (true, true) => "digest".to_owned(),
        (true, false) => format!("digest, {shown}"),
        (false, _) => shown,
    }
}

/// The value of one public parameter.
pub(super) fn parameter(value: &str, name: &str) -> Option<String> {
    let (_, parameters) = value.trim().split_once([' ', '\t'])?;
    parameters_of(parameters)
        .find(|(found, _)| found.eq_ignore_ascii_case(name))
        .map(|(_, value)| value)
}

/// Why a challenge or credentials cannot be read; `None` when they can, or when secrets were taken out before.
pub(super) fn fault(name: HeaderName, value: &str) -> Option<String> {
    let scheme = value.split_whitespace().next().unwrap_or_default();
    if value.contains("<masked>") || !scheme.eq_ignore_ascii_case("digest") {
        return None;
    }
    let error = match name {
        HeaderName::WwwAuthenticate => Challenge::parse_all(value, false).err(),
        HeaderName::ProxyAuthenticate => Challenge::parse_all(value, true).err(),
        HeaderName::Authorization => Authorization::parse(value, false).err(),
        HeaderName::ProxyAuthorization => Authorization::parse(value, true).err(),
        _ => None,
    };
    error.map(|error| error.to_string())
}

/// `name=value` pairs between commas outside quotes; values without their quotes.
fn parameters_of(text: &str) -> impl Iterator<Item = (&str, String)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        loop {
            if rest.trim().is_empty() {
                return None;
            }
            let (mut quoted, mut escaped) = (false, false);
            let end = rest.find(|c| match c {
                _ if escaped => {
                    escaped = false;
                    false
                }
                '\\' if quoted => {
                    escaped = true;
                    false
                }
                '"' => {
                    quoted = !quoted;
                    false
                }
                ',' => !quoted,
                _ => false,
            });
            let part = &rest[..end.unwrap_or(rest.len())];
            rest = end.map_or("", |end| &rest[end + 1..]);
            if let Some((name, value)) = part.split_once('=') {
                let value = value.trim().trim_matches('"').replace('\\', "");
                return Some((name.trim(), value));
            }
        }
    })
}

/// Schemes whose name may be told.
const SCHEMES: [&str; 4] = ["Basic", "Bearer", "Negotiate", "NTLM"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rb_006_only_public_parameters_are_told() {
        let value = "Digest username=\"alice, a\", realm=\"x\", nonce=\"n,1\", uri=\"sip:x\", \
                     response=\"0123\", cnonce=\"q\", opaque=\"o\", qop=auth, nc=00000001";
        assert_eq!(
            public(HeaderName::Authorization, value),
            "digest, username alice, a, realm x, uri sip:x, qop auth, nc 00000001"
        );
        assert_eq!(
            public(HeaderName::Authorization, "Basic YWxpY2U6cw=="),
            "Basic (not shown)"
        );
        assert_eq!(
            public(HeaderName::Authorization, "YWxpY2U6cw=="),
            "credentials (not shown)"
        );
        assert_eq!(
            public(HeaderName::AuthenticationInfo, "nextnonce=\"z\", qop=auth"),
            "qop auth"
        );
        assert_eq!(parameter(value, "REALM").as_deref(), Some("x"));
    }
}
