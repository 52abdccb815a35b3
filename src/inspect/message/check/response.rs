//! Responses: what each code must bring along.

use super::Checker;
use crate::sip::{HeaderName, Method};

/// Notes what a response lacks.
pub(super) fn check(checker: &mut Checker<'_, '_>) {
    let Some(status) = checker.message.status() else {
        return;
    };
    let lacks = |name| checker.message.header(name).is_none();
    let needs: &[(HeaderName, &str)] = match status {
        401 => &[(HeaderName::WwwAuthenticate, "RFC 3261 §21.4.2")],
        405 => &[(HeaderName::Allow, "RFC 3261 §21.4.6")],
        407 => &[(HeaderName::ProxyAuthenticate, "RFC 3261 §21.4.8")],
        415 => &[(HeaderName::Accept, "RFC 3261 §21.4.13")],
        420 => &[(HeaderName::Unsupported, "RFC 3261 §21.4.15")],
        421 => &[(HeaderName::Require, "RFC 3261 §21.4.16")],
        423 => &[(HeaderName::MinExpires, "RFC 3261 §21.4.17")],
        489 => &[(HeaderName::AllowEvents, "RFC 6665 §8.3.2")],
        _ => &[],
    };
    let missing: Vec<_> = needs.iter().filter(|(name, _)| lacks(*name)).collect();
    for (name, source) in missing {
        checker.warn(
            *name,
            format!("{status} without {name}: the client does not learn what to do"),
            source,
        );
    }
    if !(200..300).contains(&status) {
        return;
    }
    if checker.is(&Method::Subscribe) {
        let what = format!("{status} to SUBSCRIBE");
        checker.require(HeaderName::Expires, &what, "RFC 6665 §3.1.1");
        if checker.message.header(HeaderName::Contact).is_none() {
            checker.error(
                HeaderName::Contact,
                format!("{status} to SUBSCRIBE without Contact: it cannot be refreshed"),
                "RFC 3261 §12.1.1",
            );
        }
        if status == 202 {
            checker.warn(
                HeaderName::Expires,
                "202 is out of use; 200 says the same",
                "RFC 6665 §8.3.1",
            );
        }
    } else if checker.is(&Method::Publish) {
        let what = format!("{status} to PUBLISH");
        checker.require(HeaderName::SipEtag, &what, "RFC 3903 §11.3.1");
        checker.require(HeaderName::Expires, &what, "RFC 3903 §6");
    }
}
