//! Credentials and challenges, without what proves anything (RB-006).

use crate::sip::digest::{Authorization, Challenge};
use crate::sip::disclose::disclosed;
use crate::sip::{HeaderName, Message};

/// What may be told of a header with credentials or a challenge: the schemes and the public parameters.
pub(super) fn public(value: &str, has_scheme: bool) -> String {
    let mut schemes = Vec::new();
    for scheme in disclosed(value, has_scheme) {
        if has_scheme && !scheme.is_digest() {
            let name = if scheme.scheme.is_empty() {
                "credentials"
            } else {
                scheme.scheme
            };
            return format!("{name} (not shown)");
        }
        let mut parts = Vec::new();
        if has_scheme {
            parts.push("digest".to_owned());
        }
        let parameters = scheme.parameters.iter();
        parts.extend(
            parameters
                .map(|(name, value)| format!("{} {}", name.to_ascii_lowercase(), bare(value))),
        );
        schemes.push(parts.join(", "));
    }
    schemes.join("; ")
}

/// The values of one public parameter, one for each scheme that has it.
pub(super) fn parameters(value: &str, name: &str) -> Vec<String> {
    let all = disclosed(value, true);
    let parameters = all.iter().flat_map(|scheme| &scheme.parameters);
    parameters
        .filter(|(found, _)| found.eq_ignore_ascii_case(name))
        .map(|(_, value)| bare(value))
        .collect()
}

/// Who asks for credentials, or whom they are for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::inspect) struct Challenger {
    /// Whether it is a proxy.
    pub(in crate::inspect) is_proxy: bool,
    /// The realm, as far as it is told.
    pub(in crate::inspect) realm: Option<String>,
}

/// Whom the challenges or credentials of a message are from or for.
pub(in crate::inspect) fn challengers(message: &Message) -> Vec<Challenger> {
    let mut all = Vec::new();
    for (name, is_proxy) in [
        (HeaderName::Authorization, false),
        (HeaderName::WwwAuthenticate, false),
        (HeaderName::ProxyAuthorization, true),
        (HeaderName::ProxyAuthenticate, true),
    ] {
        for header in message.headers(name) {
            let value = header.unfolded().unwrap_or_default();
            let realms = parameters(&value, "realm");
            if realms.is_empty() {
                let realm = None;
                all.push(Challenger { is_proxy, realm });
            }
            let realms = realms.into_iter().map(Some);
            all.extend(realms.map(|realm| Challenger { is_proxy, realm }));
        }
    }
    all
}

/// Whether a challenge says that only the nonce was too old.
pub(in crate::inspect) fn is_stale(message: &Message) -> bool {
    [HeaderName::WwwAuthenticate, HeaderName::ProxyAuthenticate]
        .into_iter()
        .flat_map(|name| message.headers(name))
        .filter_map(|header| header.unfolded().ok())
        .flat_map(|value| parameters(&value, "stale"))
        .any(|stale| stale.eq_ignore_ascii_case("true"))
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

/// A value without its quotes and escapes.
fn bare(value: &str) -> String {
    let inside = value.strip_prefix('"').and_then(|v| v.strip_suffix('"'));
    inside.map_or_else(|| value.to_owned(), |inside| inside.replace('\\', ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rb_006_only_public_parameters_are_told() {
        let value = "Digest username=\"alice, a\", realm=\"x\", nonce=\"n,1\", uri=\"sip:x\", \
                     response=\"0123\", cnonce=\"q\", opaque=\"o\", qop=auth, nc=00000001";
        assert_eq!(
            public(value, true),
            "digest, username alice, a, realm x, uri sip:x, qop auth, nc 00000001"
        );
        assert_eq!(public("Basic YWxpY2U6cw==", true), "Basic (not shown)");
        assert_eq!(public("YWxpY2U6cw==", true), "credentials (not shown)");
        assert_eq!(public("nextnonce=\"z\", qop=auth", false), "qop auth");
        assert_eq!(parameters(value, "REALM"), ["x"]);
        assert_eq!(
            public("Digest realm=\"a\", nonce=\"n\", Digest realm=\"b\"", true),
            "digest, realm a; digest, realm b"
        );
        let open = "Digest username=\"alice, realm=\"x\", nonce=\"n\", response=\"r\"";
        assert_eq!(public(open, true), "digest");
    }
}
