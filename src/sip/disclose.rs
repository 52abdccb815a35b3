//! What of a message may be shown to people: everything but what proves who somebody is.

use std::ops::Range;

use super::HeaderName;
use super::digest::is_public;
use super::scan::{is_lws, is_token};

/// How far the value of a header field may be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Caution {
    /// As it is, without the passwords in its addresses.
    Shown,
    /// Only what [`disclosed`] gives, because it holds credentials or a challenge.
    Credentials {
        /// Whether it begins with a scheme, as all but Authentication-Info and its like do.
        has_scheme: bool,
    },
    /// Not at all.
    Hidden,
}

/// How far the field of this name may be shown. Of a field that nobody defined the name alone tells.
pub fn caution(name: &str) -> Caution {
    match HeaderName::lookup(name.as_bytes()) {
        Some(
            HeaderName::Authorization
            | HeaderName::ProxyAuthorization
            | HeaderName::WwwAuthenticate
            | HeaderName::ProxyAuthenticate,
        ) => Caution::Credentials { has_scheme: true },
        Some(HeaderName::AuthenticationInfo | HeaderName::ProxyAuthenticationInfo) => {
            Caution::Credentials { has_scheme: false }
        }
        None if is_secretive(name) => Caution::Hidden,
        _ => Caution::Shown,
    }
}

/// Whether a name, of a field or an element, says that its value is a secret.
pub fn is_secretive(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    SECRETIVE.iter().any(|part| name.contains(part))
}

/// One scheme of credentials or of a challenge, as far as it may be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disclosed<'a> {
    /// The scheme; empty when there is none, or when it might be a secret itself.
    pub scheme: &'a str,
    /// The public parameters in their order; values as they are written, with their quotes.
    pub parameters: Vec<(&'a str, &'a str)>,
}

impl<'a> Disclosed<'a> {
    fn new(scheme: &'a str) -> Self {
        Self {
            scheme,
            parameters: Vec::new(),
        }
    }

    /// Whether it is Digest, the only scheme that has public parameters.
    pub fn is_digest(&self) -> bool {
        self.scheme.eq_ignore_ascii_case("digest")
    }
}

/// What of the value of a field with [`Caution::Credentials`] may be shown: never empty.
///
/// From the first thing on that does not follow the grammar (RFC 7616 §3.3) nothing is shown any more: behind a quote
/// that does not close, nobody can tell a name from a secret.
pub fn disclosed(value: &str, has_scheme: bool) -> Vec<Disclosed<'_>> {
    let value = value.trim_matches(is_blank);
    let mut rest = value;
    let mut all = Vec::new();
    if has_scheme {
        let (scheme, after) = value.split_at(value.find(is_blank).unwrap_or(value.len()));
        if !scheme.eq_ignore_ascii_case("digest") {
            let is_known = SCHEMES.iter().any(|name| name.eq_ignore_ascii_case(scheme));
            all.push(Disclosed::new(if is_known { scheme } else { "" }));
            return all;
        }
        all.push(Disclosed::new(scheme));
        rest = after;
    } else {
        all.push(Disclosed::new(""));
    }
    loop {
        rest = rest.trim_start_matches(|c| is_blank(c) || c == ',');
        let (name, after) = token(rest);
        if name.is_empty() {
            return all;
        }
        let behind = after.trim_start_matches(is_blank);
        if let Some(value) = behind.strip_prefix('=') {
            let Some((value, after)) = whole(value.trim_start_matches(is_blank)) else {
                return all;
            };
            if is_public(name)
                && !hides(value)
                && let Some(last) = all.last_mut()
            {
                last.parameters.push((name, value));
            }
            rest = after;
        } else if has_scheme && name.eq_ignore_ascii_case("digest") && behind.len() < after.len() {
            all.push(Disclosed::new(name));
            rest = behind;
        } else {
            return all;
        }
    }
}

/// A quoted string or a token in front of a comma or the end, and what follows it.
fn whole(text: &str) -> Option<(&str, &str)> {
    let (value, rest) = if let Some(inside) = text.strip_prefix('"') {
        let mut escaped = false;
        let end = inside.find(|c| {
            let ends = c == '"' && !escaped;
            escaped = c == '\\' && !escaped;
            ends
        })?;
        text.split_at(end + 2)
    } else {
        token(text)
    };
    let rest = rest.trim_start_matches(is_blank);
    let is_whole = !value.is_empty() && (rest.is_empty() || rest.starts_with(','));
    is_whole.then_some((value, rest))
}

fn token(text: &str) -> (&str, &str) {
    let end = text.find(|c| !u8::try_from(c).is_ok_and(is_token));
    text.split_at(end.unwrap_or(text.len()))
}

fn is_blank(c: char) -> bool {
    u8::try_from(c).is_ok_and(is_lws)
}

/// Whether a value looks as if a quote had closed too late, and others were in it.
fn hides(value: &str) -> bool {
    let value = value.to_ascii_lowercase();
    value.contains('=') && SECRET_PARAMETERS.iter().any(|name| value.contains(name))
}

/// The text with `***` for the password in each `sip:user:password@host` and `scheme://user:password@host` (RFC 3261
/// §19.1.1, RFC 3986 §3.2.1), and for what follows a telling name in an address, such as `?Authorization=`; `None` when
/// there is no such thing in it. A text that was cut, and ends in `…`, may end inside a password.
pub fn without_passwords(text: &[u8]) -> Option<Vec<u8>> {
    let mut secrets = passwords(text);
    secrets.extend(query_secrets(text));
    if secrets.is_empty() {
        return None;
    }
    secrets.sort_unstable_by_key(|secret| secret.start);
    let mut out = Vec::with_capacity(text.len());
    let mut done = 0;
    for secret in secrets {
        // One may lie in another.
        if secret.start >= done {
            out.extend_from_slice(&text[done..secret.start]);
            out.extend_from_slice(b"***");
        }
        done = done.max(secret.end);
    }
    out.extend_from_slice(&text[done..]);
    Some(out)
}

/// Where passwords are.
fn passwords(text: &[u8]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = memchr::memchr(b':', &text[from..]) {
        let colon = from + at;
        let is_web = text[colon + 1..].starts_with(b"//");
        if !is_web && !ends_with_scheme(&text[..colon]) {
            from = colon + 1;
            continue;
        }
        let start = colon + if is_web { 3 } else { 1 };
        let (looked_at, password) = password(&text[start..], is_web);
        // The search goes on behind what was looked at, so that no byte is looked at more than a few times.
        from = start + looked_at;
        found.extend(password.map(|(begin, end)| start + begin..start + end));
    }
    found
}

/// Where values with telling names are, among the headers of a SIP URI or in the query of another.
fn query_secrets(text: &[u8]) -> impl Iterator<Item = Range<usize>> {
    memchr::memchr2_iter(b'?', b'&', text).filter_map(|at| {
        let rest = &text[at + 1..];
        // XML writes an ampersand so.
        let rest = rest.strip_prefix(b"amp;").unwrap_or(rest);
        let length = rest.iter().take_while(|byte| is_token(**byte)).count();
        let (name, value) = rest.split_at(length);
        let value = value.strip_prefix(b"=")?;
        let ends = |b: &u8| is_lws(*b) || matches!(b, b'&' | b'<' | b'>' | b'"' | b';' | b',');
        let length = value.iter().position(ends).unwrap_or(value.len());
        let start = text.len() - value.len();
        let is_secret = length > 0 && std::str::from_utf8(name).is_ok_and(is_secretive);
        is_secret.then_some(start..start + length)
    })
}

fn ends_with_scheme(text: &[u8]) -> bool {
    ["sip", "sips"].iter().any(|scheme| {
        let start = text.len().checked_sub(scheme.len());
        start.is_some_and(|start| text[start..].eq_ignore_ascii_case(scheme.as_bytes()))
    })
}

/// How much was looked at from the user name on, and where in it the password begins and ends.
fn password(text: &[u8], is_web: bool) -> (usize, Option<(usize, usize)>) {
    let ends = |byte: &u8| is_lws(*byte) || matches!(byte, b'<' | b'>' | b'"');
    let mut span = &text[..text.iter().position(ends).unwrap_or(text.len())];
    if is_web {
        let authority = span.iter().position(|b| matches!(b, b'/' | b'?' | b'#'));
        let authority = &span[..authority.unwrap_or(span.len())];
        if !is_broken(authority) {
            span = authority;
        }
    }
    let at = memchr::memchr(b'@', span).map(|first| last_at(span, first));
    let cut = || span.strip_suffix("…".as_bytes()).map(<[u8]>::len);
    let Some(end) = at.or_else(cut) else {
        return (span.len(), None);
    };
    let colon = memchr::memchr(b':', &span[..end]);
    (end, colon.map(|colon| (colon + 1, end)))
}

/// Whether what should be host and port has no port behind its colon, so that it is more likely the beginning of a
/// password with a slash in it.
fn is_broken(authority: &[u8]) -> bool {
    let port = memchr::memrchr(b':', authority).map(|colon| &authority[colon + 1..]);
    !authority.starts_with(b"[")
        && !authority.contains(&b'@')
        && port.is_some_and(|port| !port.iter().all(u8::is_ascii_digit))
}

/// The `@` that ends the user information, when a password has one in it, unescaped.
fn last_at(span: &[u8], first: usize) -> usize {
    let mut last = first;
    loop {
        let next = span[last + 1..]
            .iter()
            .position(|byte| matches!(byte, b'@' | b',' | b';' | b'?' | b'/'));
        match next.map(|next| last + 1 + next) {
            Some(next) if span[next] == b'@' => last = next,
            _ => return last,
        }
    }
}

/// Schemes whose name may be shown.
const SCHEMES: [&str; 4] = ["basic", "bearer", "negotiate", "ntlm"];
/// Parts of names whose values are not shown.
const SECRETIVE: [&str; 6] = ["auth", "cookie", "token", "secret", "password", "key"];
/// Parts of the names of parameters that are secret.
const SECRET_PARAMETERS: [&str; 6] = ["nonce", "response", "opaque", "rspauth", "auts", "token"];

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(value: &str) -> String {
        let all = disclosed(value, true);
        let texts = all.iter().map(|scheme| {
            let parameters = scheme.parameters.iter();
            let texts: Vec<_> = parameters.map(|(name, v)| format!("{name}={v}")).collect();
            format!("{}({})", scheme.scheme, texts.join(" "))
        });
        texts.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn rb_006_only_whole_public_values_are_shown() {
        for (value, expected) in [
            (
                "Digest username=\"alice, a\", realm = \"\\\"x\", nonce=\"n\", qop=auth,response=\"r\"",
                "Digest(username=\"alice, a\" realm=\"\\\"x\" qop=auth)",
            ),
            // A quote that does not close, at every place.
            (
                "Digest username=\"alice, realm=\"x\", nonce=\"n\", response=\"r\"",
                "Digest()",
            ),
            (
                "Digest realm=\"x, nonce=\"n\", algorithm=MD5, response=\"r\"",
                "Digest()",
            ),
            (
                "Digest realm=\"x\", username=\"a, nonce=n, uri=\", qop=auth",
                "Digest(realm=\"x\" qop=auth)",
            ),
            (
                "Digest realm=\"x\", uri=\"sip:a, response=\"r\"",
                "Digest(realm=\"x\")",
            ),
            ("Digest realm=\"x\\\", nonce=\"n", "Digest()"),
            // The wrong thing between parameters.
            (
                "Digest realm=\"x\"; nonce=\"n\"; response=\"r\"",
                "Digest()",
            ),
            ("Digest algorithm=MD5;nonce=abc", "Digest()"),
            ("Digest username=alice nonce=n", "Digest()"),
            ("Digest realm=x\" nonce=\"n\"", "Digest()"),
            ("Digest realm==n", "Digest()"),
            ("Digest =n, realm=x", "Digest()"),
            ("Digest", "Digest()"),
            ("Digest, realm=\"x\"", "()"),
            // Several schemes in one line.
            (
                "Digest realm=\"a\", nonce=\"n\", Digest realm=\"b\", nonce=\"m\"",
                "Digest(realm=\"a\") Digest(realm=\"b\")",
            ),
            (
                "Digest realm=\"a\", Bearer scope=\"s\", realm=\"b\"",
                "Digest(realm=\"a\")",
            ),
            ("Digest realm=\"a\", Basic dXNlcg==", "Digest(realm=\"a\")"),
            ("Bearer abc.def", "Bearer()"),
            ("dXNlcjpzZWNyZXQ=", "()"),
            ("", "()"),
        ] {
            assert_eq!(shown(value), expected, "{value}");
        }
        let info = disclosed(
            "nextnonce=\"z\", qop=auth, rspauth=\"r\", nc=00000001",
            false,
        );
        assert_eq!(info[0].parameters, [("qop", "auth"), ("nc", "00000001")]);
    }

    #[test]
    fn rb_006_the_name_tells_how_far_a_field_is_shown() {
        for name in ["WWW-AUTHENTICATE", "proxy-authorization"] {
            assert_eq!(caution(name), Caution::Credentials { has_scheme: true });
        }
        let info = Caution::Credentials { has_scheme: false };
        assert_eq!(caution("Proxy-Authentication-Info"), info);
        for name in ["X-Auth-Token", "Set-Cookie", "Authorisation", "X-API-Key"] {
            assert_eq!(caution(name), Caution::Hidden);
        }
        for name in ["v", "Via", "Subject", "X-Mood", ""] {
            assert_eq!(caution(name), Caution::Shown);
        }
    }

    #[test]
    fn rb_006_passwords_in_addresses_are_masked() {
        for (text, expected) in [
            (
                "<sip:alice:hunter2@example.test;x=y>, \"B\" <SIPS:bob:pw@example.test>",
                "<sip:alice:***@example.test;x=y>, \"B\" <SIPS:bob:***@example.test>",
            ),
            ("<sip:sip:sip:pw@h> sip:sip:x", "<sip:sip:***@h> sip:sip:x"),
            (
                "GET https://alice:hunter2@example.test:443/x?y:z@w HTTP/1.1",
                "GET https://alice:***@example.test:443/x?y:z@w HTTP/1.1",
            ),
            ("http://alice:p@s@h/a@b", "http://alice:***@h/a@b"),
            ("http://alice:pa/ss?w@h/", "http://alice:***@h/"),
            ("sip:alice:p@s!s@h;x=a@b", "sip:alice:***@h;x=a@b"),
            ("sip://alice:pw@h", "sip://alice:***@h"),
            ("see sip:alice:hunt…", "see sip:alice:***…"),
            ("ws://alice:hunt…", "ws://alice:***…"),
            (
                "<sip:b@h?Authorization=Digest%20hunter2&Subject=x>",
                "<sip:b@h?Authorization=***&Subject=x>",
            ),
            (
                "'http://a:hunter2@h/?x=y&amp;access_token=hunter2' z",
                "'http://a:***@h/?x=y&amp;access_token=*** z",
            ),
            ("sip:a:b?key=c@h", "sip:a:***"),
        ] {
            let masked = without_passwords(text.as_bytes()).unwrap_or_default();
            assert_eq!(String::from_utf8(masked).unwrap(), expected);
        }
        for harmless in [
            "sip:alice@example.test:5060",
            "<sip:192.0.2.1:5060>",
            "http://[::1]/x@y",
            "http://example.test:80/xcap/users/sip:bob@example.test/index",
            "https://alice@example.test/",
            "tel:+1",
            "/index?xmlns(key=x)&subject=y&key=",
            "é sip:ü",
            "sip:",
            "://",
            ":",
            "",
        ] {
            assert_eq!(without_passwords(harmless.as_bytes()), None, "{harmless}");
        }
    }
}
