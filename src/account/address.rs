//! Addresses as people type them, and as they are compared.

use thiserror::Error;

use crate::sip::{Scheme, Uri, UriError};

/// An address that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("'{input}' is not an address: {fault}")]
pub struct AddressError {
    /// What was typed, made harmless.
    pub input: String,
    /// What is wrong with it.
    pub fault: UriError,
}

/// The URI that a person means: a URI, a bare address, or a bare name or number of the account's domain.
///
/// Parameters that do not matter are left out; `tel:` is taken as it is.
pub fn resolve(input: &str, account: &str) -> Result<String, AddressError> {
    uri(input, account).map(|uri| uri.as_str().to_owned())
}

/// Whom a rule is about: as [`resolve`], `*@domain` for everybody there, or `*` for everybody of whom nothing else is said.
pub fn resolve_watcher(input: &str, account: &str) -> Result<String, AddressError> {
    let text = input.trim();
    if text == "*" {
        return Ok(text.to_owned());
    }
    let bare = text.strip_prefix("sip:").unwrap_or(text);
    let Some(domain) = bare.strip_prefix("*@") else {
        return uri(text, account).map(|uri| key(&uri));
    };
    let error = |fault| AddressError {
        input: super::plain(input).into_owned(),
        fault,
    };
    let somebody = uri(&format!("somebody@{domain}"), "").map_err(|found| error(found.fault))?;
    let host = somebody.host().ok_or_else(|| error(UriError::Host))?;
    Ok(format!("*@{}", host.to_string().to_ascii_lowercase()))
}

/// The form of an address in which equal ones are equal texts.
pub fn compared(address: &str) -> String {
    crate::package::address::canonical(address)
}

pub(super) fn uri(input: &str, account: &str) -> Result<Uri, AddressError> {
    let error = |fault| AddressError {
        input: super::plain(input).into_owned(),
        fault,
    };
    let domain = if input.contains('@') {
        // It has one of its own.
        None
    } else {
        let account = Uri::parse(account).ok();
        account.and_then(|account| account.host().map(|host| host.to_string()))
    };
    let uri = Uri::from_user_input(input.trim(), domain.as_deref()).map_err(error)?;
    // A blank is a slip of the pen, or two addresses; who means one writes %20.
    let has_blank = |text: &str| text.contains(char::is_whitespace);
    if has_blank(input.trim()) && uri.user_decoded().is_some_and(|user| has_blank(&user)) {
        return Err(error(UriError::Character));
    }
    // A password has no place in an address (RFC 3261 §19.1.1), and `mailto:bob@...` looks like one.
    if uri.password().is_some() {
        return Err(error(UriError::User));
    }
    match uri.scheme() {
        Scheme::Other => Err(error(UriError::Scheme)),
        _ => Ok(uri),
    }
}

/// The form in which equal addresses are equal texts.
pub(super) fn key(uri: &Uri) -> String {
    compared(uri.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_type_short_addresses() {
        let alice = "sip:alice@example.com";
        for (input, meant) in [
            ("bob", "sip:bob@example.com"),
            ("200", "sip:200@example.com"),
            ("bob@example.test", "sip:bob@example.test"),
            (" sip:bob@example.test ", "sip:bob@example.test"),
            ("20 0", "sip:200@example.com"),
            ("b%20b", "sip:b%20b@example.com"),
        ] {
            assert_eq!(resolve(input, alice).unwrap(), meant);
        }
        assert!(
            resolve("tel:+12015550123", alice)
                .unwrap()
                .starts_with("tel:")
        );
        for wrong in ["", "sip:", "mailto:bob@example.com", "bob@exa mple", "b b"] {
            assert!(resolve(wrong, alice).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_rule_may_be_about_a_domain() {
        let alice = "sip:alice@example.com";
        for (input, meant) in [
            ("bob", "sip:bob@example.com"),
            (" *@Example.TEST", "*@example.test"),
            ("sip:*@example.test", "*@example.test"),
        ] {
            assert_eq!(resolve_watcher(input, alice).unwrap(), meant);
        }
        for wrong in ["", "*@", "*@exa mple", "*@*"] {
            let error = resolve_watcher(wrong, alice).unwrap_err();
            assert_eq!(error.input, wrong);
        }
    }
}
