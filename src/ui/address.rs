//! What a person types for an address, checked and completed as they type.

use crate::account;

/// Why an address cannot be used yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AddressProblem {
    /// Nothing there.
    #[error("nothing was typed")]
    Empty,
    /// No `@domain`.
    #[error("the domain is missing")]
    NoDomain,
    /// Nothing before the `@`.
    #[error("the name before the @ is missing")]
    NoUser,
    /// A character that no address has.
    #[error("an address cannot contain {0:?}")]
    BadCharacter(char),
    /// A scheme other than sip, sips, pres or tel.
    #[error("only sip:, sips: and tel: addresses can be used")]
    OtherScheme,
    /// Something else.
    #[error("this is not an address")]
    Malformed,
}

/// The own address of an account: `alice@example.com`, with or without `sip:`.
pub fn own(typed: &str) -> Result<String, AddressProblem> {
    let (scheme, rest) = split_scheme(typed.trim())?;
    if scheme == "tel" {
        return Err(AddressProblem::OtherScheme);
    }
    with_domain(scheme, rest)
}

/// Somebody else's address; a bare name or number gets the account's domain.
pub fn other(typed: &str, account: &str) -> Result<String, AddressProblem> {
    let (scheme, rest) = split_scheme(typed.trim())?;
    if rest.is_empty() {
        return Err(AddressProblem::Empty);
    }
    if scheme == "tel" {
        let bad = rest
            .chars()
            .find(|c| !c.is_ascii_digit() && !"+-.()*#".contains(*c));
        return bad.map_or_else(
            || Ok(format!("tel:{rest}")),
            |bad| Err(AddressProblem::BadCharacter(bad)),
        );
    }
    match (rest.contains('@'), domain(account)) {
        (false, Some(domain)) => with_domain(scheme, &format!("{rest}@{domain}")),
        _ => with_domain(scheme, rest),
    }
}

/// The domain of an address.
pub fn domain(address: &str) -> Option<&str> {
    let (_, host) = address.rsplit_once('@')?;
    let host = host.split(';').next().unwrap_or(host);
    (!host.is_empty()).then_some(host)
}

/// Whether two addresses mean the same.
pub fn same(one: &str, other: &str) -> bool {
    key(one) == key(other)
}

/// What [`same`] compares.
pub fn key(address: &str) -> String {
    account::compared(address)
}

fn split_scheme(typed: &str) -> Result<(&'static str, &str), AddressProblem> {
    for scheme in ["sips", "sip", "tel", "pres"] {
        let prefix = typed.get(..scheme.len());
        if prefix.is_some_and(|prefix| prefix.eq_ignore_ascii_case(scheme))
            && let Some(rest) = typed[scheme.len()..].strip_prefix(':')
        {
            // A presence URI leads to the SIP address of the same name (RFC 3861).
            return Ok((if scheme == "pres" { "sip" } else { scheme }, rest));
        }
    }
    match typed.split_once(':') {
        Some((word, _))
            if !typed.contains('@')
                && !word.is_empty()
                && word.chars().all(|c| c.is_ascii_alphabetic()) =>
        {
            Err(AddressProblem::OtherScheme)
        }
        _ => Ok(("sip", typed)),
    }
}

fn with_domain(scheme: &str, rest: &str) -> Result<String, AddressProblem> {
    if rest.is_empty() {
        return Err(AddressProblem::Empty);
    }
    let (user, host) = rest.rsplit_once('@').ok_or(AddressProblem::NoDomain)?;
    let is_bad = |c: &char| c.is_whitespace() || c.is_control() || "<>\"@,\\".contains(*c);
    if let Some(bad) = user.chars().chain(host.chars()).find(is_bad) {
        return Err(AddressProblem::BadCharacter(bad));
    }
    if user.is_empty() {
        return Err(AddressProblem::NoUser);
    }
    let name = host.split([':', ';']).next().unwrap_or(host);
    if name.is_empty() && !host.starts_with('[') {
        return Err(AddressProblem::NoDomain);
    }
    let uri = format!("{scheme}:{user}@{}", host.to_ascii_lowercase());
    // The account's own reading has the last word, also on what nobody thought of here.
    account::resolve(&uri, "").map_err(|_| AddressProblem::Malformed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_addresses_are_completed_and_checked() {
        assert_eq!(
            own(" alice@Example.com "),
            Ok("sip:alice@example.com".into())
        );
        assert_eq!(
            own("sips:alice@example.com"),
            Ok("sips:alice@example.com".into())
        );
        assert_eq!(
            own("SIP:201@10.0.0.1:5080"),
            Ok("sip:201@10.0.0.1:5080".into())
        );
        assert_eq!(own(""), Err(AddressProblem::Empty));
        assert_eq!(own("alice"), Err(AddressProblem::NoDomain));
        assert_eq!(own("alice@"), Err(AddressProblem::NoDomain));
        assert_eq!(own("@example.com"), Err(AddressProblem::NoUser));
        assert_eq!(
            own("a b@example.com"),
            Err(AddressProblem::BadCharacter(' '))
        );
        assert_eq!(own("mailto:alice"), Err(AddressProblem::OtherScheme));
        assert_eq!(own("ä"), Err(AddressProblem::NoDomain));
    }

    #[test]
    fn a_bare_name_gets_the_domain_of_the_account() {
        let account = "sip:alice@example.com";
        assert_eq!(other("bob", account), Ok("sip:bob@example.com".into()));
        assert_eq!(other("201", account), Ok("sip:201@example.com".into()));
        assert_eq!(other("tel:+15551234", account), Ok("tel:+15551234".into()));
        assert_eq!(
            other("tel:call me", account),
            Err(AddressProblem::BadCharacter('c'))
        );
        assert_eq!(
            other("pres:bob@example.test", account),
            Ok("sip:bob@example.test".into())
        );
    }

    #[test]
    fn domains_have_no_case_and_names_have() {
        assert!(same("sip:bob@Example.com", "sip:bob@example.com"));
        assert!(!same("sip:Bob@example.com", "sip:bob@example.com"));
    }
}
