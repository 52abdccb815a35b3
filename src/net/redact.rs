//! Takes the secrets out of a message (RB-006).

use std::borrow::Cow;

use crate::sip::disclose::{Caution, caution, disclosed, without_passwords};

/// The message without what proves who somebody is: of credentials and challenges the response, the nonces and the
/// opaque value; of any other scheme than Digest everything; fields whose name speaks of a secret, such as cookies;
/// keys of a media description; passwords in URIs.
///
/// The bytes need not be a well-formed message. Every line is looked at, in a body too, because a body may be a
/// message (`message/sipfrag`).
pub fn redact(message: &[u8]) -> Cow<'_, [u8]> {
    let mut out: Option<Vec<u8>> = None;
    let mut done = 0;
    while done < message.len() {
        let (length, replaced) = redact_first(&message[done..]);
        if let Some(text) = replaced {
            out.get_or_insert_with(|| message[..done].to_vec())
                .extend_from_slice(&text);
        } else if let Some(out) = &mut out {
            out.extend_from_slice(&message[done..done + length]);
        }
        done += length;
    }
    out.map_or(Cow::Borrowed(message), Cow::Owned)
}

/// How long the first line is, with its continuation lines (RFC 3261 §7.3.1) if it is a field with secrets, and what
/// stands for it when something was taken out.
fn redact_first(text: &[u8]) -> (usize, Option<Vec<u8>>) {
    let line = &text[..line_end(text)];
    let colon = memchr::memchr(b':', line).unwrap_or(line.len());
    let name = std::str::from_utf8(line[..colon].trim_ascii()).unwrap_or_default();
    let caution = if MEDIA_KEYS.iter().any(|key| name.starts_with(key)) {
        Caution::Hidden
    } else if name.bytes().all(is_in_name) {
        caution(name)
    } else {
        Caution::Shown
    };
    if caution == Caution::Shown {
        return (line.len(), without_passwords(line));
    }
    let field = &text[..field_end(text)];
    let name_end = line.len() - line.trim_ascii_start().len() + name.len();
    // The colon may stand on a line of its own.
    let Some(value) = field[name_end..].trim_ascii_start().strip_prefix(b":") else {
        return (line.len(), without_passwords(line));
    };
    let begin = &field[..field.len() - value.len()];
    let (value, end) = split_line_end(value);
    let shown = match caution {
        Caution::Credentials { has_scheme } => credentials(value, has_scheme),
        _ => MASK.to_owned(),
    };
    let out = [begin, b" ", shown.as_bytes(), end].concat();
    // The parameters that are shown may have addresses in them.
    let masked = without_passwords(&out);
    (field.len(), masked.or(Some(out)))
}

/// The end of the first line, with its line end. A lone CR ends a line, too: somebody may read it so.
fn line_end(text: &[u8]) -> usize {
    match memchr::memchr2(b'\r', b'\n', text) {
        None => text.len(),
        Some(at) if text[at..].starts_with(b"\r\n") => at + 2,
        Some(at) => at + 1,
    }
}

/// The end of the first line and its continuation lines.
fn field_end(text: &[u8]) -> usize {
    let mut end = line_end(text);
    while matches!(text.get(end), Some(b' ' | b'\t')) {
        end += line_end(&text[end..]);
    }
    end
}

fn is_in_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.')
}

/// Keeps the public parameters of Digest and nothing of the others, and says that something is gone.
fn credentials(value: &[u8], has_scheme: bool) -> String {
    let value = String::from_utf8_lossy(value);
    let mut parts = Vec::new();
    for scheme in disclosed(&value, has_scheme) {
        parts.push(scheme.scheme.to_owned());
        let parameters = scheme.parameters.iter();
        parts.extend(parameters.map(|(name, value)| format!("{name}={value},")));
    }
    parts.push(MASK.to_owned());
    parts.retain(|part| !part.is_empty());
    parts.join(" ")
}

fn split_line_end(value: &[u8]) -> (&[u8], &[u8]) {
    let text = value.trim_ascii_end().len();
    let end = value[text..]
        .iter()
        .position(|byte| matches!(byte, b'\r' | b'\n'))
        .map_or(value.len(), |at| text + at);
    (&value[..text], &value[end..])
}

/// Stands where something was taken out.
const MASK: &str = "<masked>";
/// How lines of a media description begin that hold a key (RFC 4566 §5.12, RFC 4567 §3, RFC 4568 §4).
const MEDIA_KEYS: [&str; 3] = ["k=", "a=key-mgmt", "a=crypto"];

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
    fn rb_006_malformed_fields_show_no_secret() {
        for field in [
            "Authorization: Digest username=\"alice, realm=\"x\", nonce=\"n0nce\", response=\"n0nce\"",
            "WWW-Authenticate: Digest realm=\"x\"; nonce=\"n0nce\"",
            "Proxy-Authenticate: Digest realm=\"x\", Bearer n0nce",
            "AUTHORIZATION\r\n : Digest nonce=\"n0nce\"",
            "Subject: x\r\n Authorization: Bearer n0nce",
            "Subject: x\rAuthorization: Bearer n0nce\rTo: y",
            "Authorization: Digest qop=auth,\r\n\tnonce=n0nce",
            "X-Authorization: n0nce",
            "X-Api-Key : n0nce",
            "Authorization: Digest uri=\"sip:alice:n0nce@example.test\"",
            "GET http://alice:n0nce@example.test/ HTTP/1.1",
            "v=0\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:n0nce\r\nk=clear:n0nce",
        ] {
            let shown = text(&[field, "\r\n"].concat());
            assert!(!shown.contains("n0nce"), "{shown}");
            assert!(shown.ends_with("\r\n"), "{shown}");
        }
        let harmless = "Key\r\n  x: y\r\n<x key=\"a:b\"/>\r\n";
        assert_eq!(text(harmless), harmless);
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
