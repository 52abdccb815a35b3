//! Addresses in the one form in which lists have them (RFC 4826 section 5, XC-022).

use std::fmt::Write as _;

use crate::sip::{Host, Scheme, Uri};

/// An address as it is written into a list: domain and tokens in lower case, needless escapes undone, parameters in
/// order, header parts dropped. `None` for what is no address, or a longer one than is kept.
pub fn canonical(text: &str) -> Option<String> {
    let text = text.trim();
    if text.len() > super::limits::ADDRESS_BYTES {
        return None;
    }
    let uri = Uri::parse(text).ok()?;
    let scheme = uri.scheme_text().to_ascii_lowercase();
    let rest = text.split_once(':').map(|(_, rest)| rest)?;
    let mut out = match uri.scheme() {
        Scheme::Other => return Some(format!("{scheme}:{rest}")),
        Scheme::Tel => {
            let number = uri.user().unwrap_or_default();
            let digits = number
                .chars()
                .filter(|c| !matches!(c, '-' | '.' | '(' | ')'));
            format!("tel:{}", digits.collect::<String>().to_ascii_lowercase())
        }
        Scheme::Sip | Scheme::Sips | Scheme::Pres => {
            let mut out = format!("{scheme}:");
            if let Some(user) = uri.user() {
                // A password has no place in a list that others read.
                out.push_str(&unescaped(user));
                out.push('@');
            }
            match uri.host()? {
                Host::Name(name) => out.push_str(&name.to_ascii_lowercase()),
                host => {
                    let _ = write!(out, "{host}");
                }
            }
            if let Some(port) = uri.port() {
                let _ = write!(out, ":{port}");
            }
            out
        }
    };
    let mut parameters: Vec<(String, Option<String>)> = uri
        .params()
        .map(|(name, value)| {
            let name = unescaped(name).to_ascii_lowercase();
            // The name of a method is the only value whose case matters (RFC 3261 section 19.1.4).
            let lower = |value: String| match name.as_str() {
                "method" => value,
                _ => value.to_ascii_lowercase(),
            };
            let value = value.map(|value| lower(unescaped(value)));
            (name, value)
        })
        .collect();
    parameters.sort();
    for (name, value) in parameters {
        out.push(';');
        out.push_str(&name);
        if let Some(value) = value {
            out.push('=');
            out.push_str(&value);
        }
    }
    Some(out)
}

/// Whose address it is: the same for all spellings and routes of one person.
pub(super) fn person(address: &str) -> String {
    Uri::parse(address).map_or_else(|_| address.to_owned(), |uri| uri.aor())
}

/// Undoes escapes that make no difference; those that are left have capital digits. The reserved characters stay
/// escaped: unescaped they are another user to RFC 3261 section 19.1.4.
fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('%') {
        out.push_str(before);
        let digits = after.get(..2);
        let Some(byte) = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) else {
            out.push('%');
            rest = after;
            continue;
        };
        let c = char::from(byte);
        if c.is_ascii_alphanumeric() || "-_.!~*'()".contains(c) {
            out.push(c);
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
        rest = &after[2..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn xc_022_addresses_have_one_form() {
        for (written, form) in [
            (
                "sip:Bob@EX.example.com;b=1;a=2",
                "sip:Bob@ex.example.com;a=2;b=1",
            ),
            (
                "SIP:%6aoe%20smith@example.com",
                "sip:joe%20smith@example.com",
            ),
            (
                "sip:bob@example.com;Transport=UDP;lr?Subject=x",
                "sip:bob@example.com;lr;transport=udp",
            ),
            ("sip:bob:secret@example.com", "sip:bob@example.com"),
            ("sip:bob@[2001:DB8::1]:5070", "sip:bob@[2001:db8::1]:5070"),
            (
                "sip:a%2fb@example.com;method=INVITE",
                "sip:a%2Fb@example.com;method=INVITE",
            ),
            ("pres:bob@Example.com", "pres:bob@example.com"),
            ("tel:+1-201-555-0123", "tel:+12015550123"),
            (
                "tel:7042;phone-context=Example.com",
                "tel:7042;phone-context=example.com",
            ),
            (" MAILTO:bob@example.com ", "mailto:bob@example.com"),
        ] {
            assert_eq!(canonical(written).as_deref(), Some(form), "{written}");
            assert_eq!(canonical(form).as_deref(), Some(form), "it is stable");
        }
        let long = format!("sip:{}@example.com", "b".repeat(2000));
        for wrong in ["", "bob", "sip:", "sip:b b@example.com", &long] {
            assert_eq!(canonical(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn xc_022_spellings_of_one_person_are_one_person() {
        let bob = person("sip:bob@example.com");
        assert_eq!(person("sips:%62ob@EXAMPLE.com;transport=tls"), bob);
        assert_eq!(person("pres:bob@example.com"), bob);
        assert_ne!(person("sip:Bob@example.com"), bob);
    }
}
