//! Takes the secrets out of a message (RB-006).

use std::borrow::Cow;

use crate::sip::digest;

/// The message without what proves who somebody is: of credentials and challenges the response, the nonces and the
/// opaque value; of any other scheme than Digest everything; cookies; passwords in SIP URIs.
///
/// The bytes need not be a well-formed message. Every line is looked at, in a body too, because a body may be a
/// message (`message/sipfrag`).
pub fn redact(message: &[u8]) -> Cow<'_, [u8]> {
    let mut out: Option<Vec<u8>> = None;
    let mut rest = message;
    let mut done = 0;
    while !rest.is_empty() {
        let field = logical_line(rest);
        let replaced = redact_line(field);
        if let Some(line) = replaced {
            out.get_or_insert_with(|| message[..done].to_vec())
                .extend_from_slice(&line);
        } else if let Some(out) = &mut out {
            out.extend_from_slice(field);
        }
        done += field.len();
        rest = &rest[field.len()..];
    }
    out.map_or(Cow::Borrowed(message), Cow::Owned)
}

/// The first line with its line end and its continuation lines (RFC 3261 §7.3.1).
fn logical_line(text: &[u8]) -> &[u8] {
    let mut end = 0;
    loop {
        match text[end..].iter().position(|byte| *byte == b'\n') {
            None => return text,
            Some(at) => end += at + 1,
        }
        if !matches!(text.get(end), Some(b' ' | b'\t')) {
            return &text[..end];
        }
    }
}

fn redact_line(line: &[u8]) -> Option<Vec<u8>> {
    let colon = line.iter().position(|byte| *byte == b':');
    let name = colon.map(|at| line[..at].trim_ascii());
    match (name, colon) {
        (Some(name), Some(colon)) if is_one_of(name, &CREDENTIAL_HEADERS) => {
            let (value, end) = split_line_end(&line[colon + 1..]);
            let mut out = line[..=colon].to_vec();
            out.push(b' ');
            out.extend_from_slice(&credentials(value, is_one_of(name, &INFO_HEADERS)));
            out.extend_from_slice(end);
            Some(out)
        }
        (Some(name), Some(colon)) if is_one_of(name, &OPAQUE_HEADERS) => {
            let (_, end) = split_line_end(&line[colon + 1..]);
            let mut out = line[..=colon].to_vec();
            out.push(b' ');
            out.extend_from_slice(MASK);
            out.extend_from_slice(end);
            Some(out)
        }
        _ => uri_passwords(line),
    }
}

/// Keeps the public parameters of Digest and nothing of the others, and says that something is gone.
fn credentials(value: &[u8], without_scheme: bool) -> Vec<u8> {
    let value = value.trim_ascii();
    let (scheme, parameters) = if without_scheme {
        (&b""[..], value)
    } else {
        let end = value
            .iter()
            .position(u8::is_ascii_whitespace)
            .unwrap_or(value.len());
        (&value[..end], &value[end..])
    };
    if !without_scheme && !scheme.eq_ignore_ascii_case(b"digest") {
        // Of what has no scheme, or one glued to its token, nothing can be shown.
        let known = is_one_of(scheme, &["basic", "bearer", "negotiate", "ntlm"]);
        return [if known { scheme } else { b"" }, b" ", MASK]
            .concat()
            .trim_ascii()
            .to_vec();
    }
    let mut out = scheme.to_vec();
    for parameter in split_quoted(parameters) {
        let name = parameter
            .split(|byte| *byte == b'=')
            .next()
            .unwrap_or_default()
            .trim_ascii();
        if std::str::from_utf8(name).is_ok_and(digest::is_public) {
            separate(&mut out, scheme.len());
            out.extend_from_slice(parameter.trim_ascii());
        }
    }
    separate(&mut out, scheme.len());
    out.extend_from_slice(MASK);
    out
}

fn separate(out: &mut Vec<u8>, scheme: usize) {
    if out.len() > scheme {
        out.push(b',');
    }
    if !out.is_empty() {
        out.push(b' ');
    }
}

/// Splits at commas that stand outside quotes.
fn split_quoted(text: &[u8]) -> Vec<&[u8]> {
    let mut parts = Vec::new();
    let (mut start, mut quoted, mut escaped) = (0, false, false);
    for (at, byte) in text.iter().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b',' if !quoted => {
                parts.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}

/// Masks `secret` in each `sip:user:secret@host` (RFC 3261 §19.1.1).
fn uri_passwords(line: &[u8]) -> Option<Vec<u8>> {
    let mut out: Option<Vec<u8>> = None;
    let mut done = 0;
    let mut at = 0;
    // `ips:` finds `sips:`.
    while let Some(found) = line[at..].windows(4).position(|window| {
        window.eq_ignore_ascii_case(b"sip:") || window.eq_ignore_ascii_case(b"ips:")
    }) {
        let user = at + found + 4;
        let uri = &line[user..];
        // The search goes on behind what was looked at, so that no byte is looked at more than a few times.
        let end = uri.iter().position(|byte| {
            byte.is_ascii_whitespace() || matches!(byte, b'<' | b'>' | b'"' | b'@')
        });
        at = user + end.unwrap_or(uri.len());
        if line.get(at) != Some(&b'@') {
            continue;
        }
        let Some(colon) = line[user..at].iter().position(|byte| *byte == b':') else {
            continue;
        };
        let out = out.get_or_insert_with(Vec::new);
        out.extend_from_slice(&line[done..=user + colon]);
        out.extend_from_slice(b"***");
        done = at;
    }
    out.map(|mut out| {
        out.extend_from_slice(&line[done..]);
        out
    })
}

fn split_line_end(value: &[u8]) -> (&[u8], &[u8]) {
    let text = value.trim_ascii_end().len();
    let end = value[text..]
        .iter()
        .position(|byte| matches!(byte, b'\r' | b'\n'))
        .map_or(value.len(), |at| text + at);
    (&value[..text], &value[end..])
}

fn is_one_of(name: &[u8], names: &[&str]) -> bool {
    names
        .iter()
        .any(|candidate| name.eq_ignore_ascii_case(candidate.as_bytes()))
}

/// Stands where something was taken out.
const MASK: &[u8] = b"<masked>";
/// Headers with credentials or challenges, of SIP and of HTTP.
const CREDENTIAL_HEADERS: [&str; 6] = [
    "authorization",
    "proxy-authorization",
    "www-authenticate",
    "proxy-authenticate",
    "authentication-info",
    "proxy-authentication-info",
];
/// Those of them that begin with a parameter, not with a scheme.
const INFO_HEADERS: [&str; 2] = ["authentication-info", "proxy-authentication-info"];
/// Headers of which nothing may be shown.
const OPAQUE_HEADERS: [&str; 3] = ["cookie", "set-cookie", "x-auth-token"];

#[cfg(test)]
mod tests {
    use super::*;

    fn text(message: &str) -> String {
        String::from_utf8(redact(message.as_bytes()).into_owned()).unwrap()
    }

    #[test]
    fn rb_006_digest_secrets_are_masked() {
        let message = "REGISTER sip:example.test SIP/2.0\r\n\
            Authorization : Digest username=\"alice, a\", realm=\"x\",\r\n \
            nonce=\"abc,def\", uri=\"sip:example.test\", response=\"0123\", cnonce=\"q\",\r\n\
            \topaque=\"o\", qop=auth, nc=00000001\r\n\
            WWW-Authenticate: Digest realm=\"x\",nonce=\"n\",stale=TRUE\r\n\
            Authentication-Info: nextnonce=\"z\", qop=auth\r\n\
            Content-Length: 0\r\n\r\n";
        let shown = text(message);
        for secret in ["nonce", "response=", "opaque", "0123", "abc", "\"z\""] {
            assert!(!shown.contains(secret), "{secret} in {shown}");
        }
        assert!(shown.contains("Authorization : Digest username=\"alice, a\", realm=\"x\", uri=\"sip:example.test\", qop=auth, nc=00000001, <masked>\r\n"), "{shown}");
        assert!(
            shown.contains("WWW-Authenticate: Digest realm=\"x\", stale=TRUE, <masked>\r\n"),
            "{shown}"
        );
        assert!(
            shown.contains("Authentication-Info: qop=auth, <masked>\r\nContent-Length: 0\r\n\r\n"),
            "{shown}"
        );
    }

    #[test]
    fn rb_006_other_schemes_vanish_whole() {
        assert_eq!(
            text("authorization: Basic YWxpY2U6cw==\r\n"),
            "authorization: Basic <masked>\r\n"
        );
        assert_eq!(
            text("Authorization: YWxpY2U6cw==\r\n"),
            "Authorization: <masked>\r\n"
        );
        assert_eq!(
            text("Proxy-Authorization:Bearer\ttoken\n"),
            "Proxy-Authorization: Bearer <masked>\n"
        );
        assert_eq!(text("Set-Cookie: a=b"), "Set-Cookie: <masked>");
        assert_eq!(
            text("Authorization:\r\n\r\nbody"),
            "Authorization: <masked>\r\n\r\nbody"
        );
    }

    #[test]
    fn rb_006_passwords_in_uris_are_masked() {
        assert_eq!(
            text("To: <sip:alice:hunter2@example.test;x=y>, \"B\" <SIPS:bob:pw@example.test>\r\n"),
            "To: <sip:alice:***@example.test;x=y>, \"B\" <SIPS:bob:***@example.test>\r\n"
        );
        let harmless = "Contact: <sip:192.0.2.1:5060>\r\nFrom: <sip:alice@example.test:5060>\r\n";
        assert_eq!(text(harmless), harmless);
    }

    #[test]
    fn rb_006_a_line_of_schemes_is_masked_from_the_first_on() {
        assert_eq!(
            text("<sip:sip:sip:pw@example.test> sip:sip:x"),
            "<sip:sip:***@example.test> sip:sip:x"
        );
    }

    #[test]
    fn what_holds_no_secret_is_not_copied() {
        let message = b"NOTIFY sip:a SIP/2.0\r\nVia: SIP/2.0/UDP h\r\n\r\n\xff\x00\n \n";
        assert!(matches!(redact(message), Cow::Borrowed(_)));
        assert!(redact(b"").is_empty());
        assert!(matches!(redact(b"\r\n \r\n:"), Cow::Borrowed(_)));
    }

    #[test]
    fn a_message_in_a_body_is_masked_too() {
        let shown = text(
            "NOTIFY sip:a SIP/2.0\r\n\r\nSIP/2.0 401 No\r\nWWW-Authenticate: Digest nonce=\"1\"\r\n",
        );
        assert!(
            shown.ends_with("WWW-Authenticate: Digest <masked>\r\n"),
            "{shown}"
        );
    }
}
