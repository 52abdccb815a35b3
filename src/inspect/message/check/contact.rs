//! Whether a Contact can be reached by whoever gets it.

use std::net::IpAddr;

use super::Checker;
use crate::sip::{Contact, HeaderName, Method};

/// Notes a Contact with an address of another network than the one the message travelled through.
pub(super) fn check(checker: &mut Checker<'_, '_>) {
    let message = checker.message;
    // In a redirection, and in answers to REGISTER, a Contact is somebody else's.
    let is_own = message.is_request() || message.status().is_some_and(|s| s < 300);
    if !is_own || (!message.is_request() && checker.is(&Method::Register)) {
        return;
    }
    // The last Via is the one of whoever made a request.
    let Some(via) = message.vias().filter_map(Result::ok).last() else {
        return;
    };
    let sent_by = via.host_address();
    let came_from = via.received_address();
    let contact = message
        .contacts()
        .filter_map(Result::ok)
        .find_map(|c| match c {
            Contact::Address(address) => address.parse_uri().ok(),
            Contact::Star => None,
        });
    let Some(address) = contact.and_then(|uri| uri.host().and_then(|host| host.address())) else {
        return;
    };
    if address.is_unspecified() {
        checker.error(
            HeaderName::Contact,
            format!("nobody can be reached at {address}"),
            "RFC 3261 §8.1.1.8",
        );
        return;
    }
    if !message.is_request() {
        return;
    }
    let seen = came_from.or(sent_by);
    if seen.is_some_and(|seen| reach(address) < reach(seen)) {
        let from = if came_from.is_some() {
            "came from"
        } else {
            "was sent by"
        };
        let seen = seen.map_or_else(String::new, |seen| seen.to_string());
        checker.warn(
            HeaderName::Contact,
            format!(
                "Contact is {address}, which is {}, but the request {from} {seen}: answers go back, later requests do not",
                name(address)
            ),
            "RFC 5626 §1",
        );
    }
}

/// How far away an address can be reached from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Reach {
    Machine,
    Network,
    World,
}

fn reach(address: IpAddr) -> Reach {
    let address = address.to_canonical();
    if address.is_loopback() {
        return Reach::Machine;
    }
    let private = match address {
        IpAddr::V4(v4) => {
            let [a, b, ..] = v4.octets();
            // Carriers' own networks count in (RFC 6598).
            v4.is_private() || v4.is_link_local() || (a == 100 && (64..128).contains(&b))
        }
        IpAddr::V6(v6) => v6.is_unique_local() || v6.is_unicast_link_local(),
    };
    if private {
        Reach::Network
    } else {
        Reach::World
    }
}

fn name(address: IpAddr) -> &'static str {
    match reach(address) {
        Reach::Machine => "the machine itself",
        Reach::Network => "a private address",
        Reach::World => "a public address",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_reach_so_far() {
        for (address, reach) in [
            ("127.0.0.1", Reach::Machine),
            ("::1", Reach::Machine),
            ("::ffff:127.0.0.1", Reach::Machine),
            ("10.1.2.3", Reach::Network),
            ("100.64.0.1", Reach::Network),
            ("100.128.0.1", Reach::World),
            ("fd00::1", Reach::Network),
            ("fe80::1", Reach::Network),
            ("192.0.2.1", Reach::World),
            ("2001:db8::1", Reach::World),
        ] {
            assert_eq!(self::reach(address.parse().unwrap()), reach, "{address}");
        }
    }
}
