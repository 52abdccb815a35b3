//! Addresses inside documents: bare, and in a form that can be compared.

use std::borrow::Cow;

/// An address without angle brackets, display name and blanks: `"Bob" <sip:bob@x>;tag=1` is `sip:bob@x`.
pub fn bare(text: &str) -> &str {
    let text = text.trim();
    match text.split_once('<') {
        Some((_, rest)) => rest.split('>').next().unwrap_or_default().trim(),
        None => text,
    }
}

/// Whether an address can be shown and told from others: nothing in it is blank, invisible, or turns the direction of
/// what follows. RFC 3986 has ASCII only; letters of other scripts are tolerated.
pub fn is_legible(text: &str) -> bool {
    text.chars()
        .all(|c| c.is_ascii_graphic() || (!c.is_ascii() && c.is_alphanumeric()))
}

/// An address in the form in which equal ones are equal texts: bare, scheme and host in lower case, escapes of
/// harmless characters undone, the default port, parameters and headers left out (RFC 3261 section 19.1.4, loosely:
/// documents name people, not routes).
pub fn canonical(text: &str) -> String {
    let text = bare(text);
    let Some((scheme, rest)) = text.split_once(':') else {
        return text.to_owned();
    };
    let scheme = scheme.to_ascii_lowercase();
    match scheme.as_str() {
        "sip" | "sips" | "pres" | "im" | "mailto" => {
            let rest = rest.split('?').next().unwrap_or_default();
            // A `;` before the `@` belongs to the user part.
            let (user, host) = match rest.rsplit_once('@') {
                Some((user, host)) => (Some(user), host),
                None => (None, rest),
            };
            let host = host
                .split(';')
                .next()
                .unwrap_or_default()
                .to_ascii_lowercase();
            let default_port = if scheme == "sips" { ":5061" } else { ":5060" };
            let host = host.strip_suffix(default_port).unwrap_or(&host);
            match user {
                Some(user) => [scheme.as_str(), ":", &unescape(user), "@", host].concat(),
                None => [scheme.as_str(), ":", host].concat(),
            }
        }
        "tel" => {
            let (number, parameters) = rest.split_once(';').unwrap_or((rest, ""));
            let digits: String = number
                .chars()
                .filter(|c| !matches!(c, '-' | '.' | '(' | ')' | ' '))
                .collect();
            let digits = digits.to_ascii_lowercase();
            // A local number means something in its context only.
            let context = parameters
                .split(';')
                .find(|p| p.to_ascii_lowercase().starts_with("phone-context="));
            match context {
                Some(context) if !digits.starts_with('+') => {
                    format!("tel:{digits};{}", context.to_ascii_lowercase())
                }
                _ => format!("tel:{digits}"),
            }
        }
        _ => format!("{scheme}:{rest}"),
    }
}

/// Undoes escapes of unreserved characters, which need none (RFC 3986 section 2.3); others get capital digits.
fn unescape(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return text.into();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        out.push_str(&rest[..at]);
        let digits = rest.get(at + 1..at + 3);
        let read = digits.and_then(|d| Some((d, u8::from_str_radix(d, 16).ok()?)));
        if let Some((digits, byte)) = read {
            let c = char::from(byte);
            if c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_' | '~') {
                out.push(c);
            } else {
                out.push('%');
                out.push_str(&digits.to_ascii_uppercase());
            }
            rest = &rest[at + 3..];
        } else {
            out.push('%');
            rest = &rest[at + 1..];
        }
    }
    out.push_str(rest);
    out.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_address_are_equal() {
        for same in [
            "sip:bob@example.test",
            " SIP:bob@EXAMPLE.test:5060;transport=tcp ",
            "\"Bob\" <sip:%62ob@example.test;x=y?Subject=z>;tag=1",
        ] {
            assert_eq!(canonical(same), "sip:bob@example.test", "{same}");
        }
        assert_eq!(canonical("tel:+1-555.01"), "tel:+155501");
        assert_eq!(
            canonical("tel:7042;phone-context=Example.test"),
            "tel:7042;phone-context=example.test"
        );
        assert_eq!(canonical("sip:a%2fb@x"), "sip:a%2Fb@x");
    }

    #[test]
    fn rb_009_addresses_that_hide_something_are_not_legible() {
        for good in [
            "sip:bob@example.test",
            "sip:bücher@example.test",
            "tel:+1-555",
            "",
        ] {
            assert!(is_legible(good), "{good}");
        }
        for bad in [
            "sip:bob\u{202e}@x",
            "sip:b ob@x",
            "sip:b\u{1b}[1m@x",
            "sip:b\u{200b}@x",
        ] {
            assert!(!is_legible(bad), "{bad:?}");
        }
    }

    #[test]
    fn different_people_stay_different() {
        assert_ne!(
            canonical("sip:Bob@example.test"),
            canonical("sip:bob@example.test")
        );
        assert_ne!(
            canonical("sips:bob@example.test"),
            canonical("sip:bob@example.test")
        );
        assert_ne!(
            canonical("sip:bob@example.test:5080"),
            canonical("sip:bob@example.test")
        );
        assert_ne!(canonical("tel:7042"), canonical("tel:+7042"));
    }
}
