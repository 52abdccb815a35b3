//! From a next hop to addresses (RFC 3263).

use std::future::Future;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;

use crate::engine::{FlowError, NextHop};
use crate::sip::Transport;

use super::limits;

/// An address to try, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Target {
    /// Where to.
    pub address: SocketAddr,
    /// Over what.
    pub transport: Transport,
}

/// What a [`Resolver`] answers with.
pub type Resolution<'a> = Pin<Box<dyn Future<Output = Result<Vec<Target>, FlowError>> + Send + 'a>>;

/// Finds the addresses of a next hop, best first. NAPTR and SRV (RFC 3263 §4) have their place behind this.
pub trait Resolver: Send + Sync {
    /// The targets in the order in which they are tried; never empty when `Ok`.
    fn targets<'a>(&'a self, next_hop: &'a NextHop) -> Resolution<'a>;
}

/// A and AAAA records through the system's resolver.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemResolver;

impl Resolver for SystemResolver {
    fn targets<'a>(&'a self, next_hop: &'a NextHop) -> Resolution<'a> {
        Box::pin(async move {
            let transport = transport(next_hop);
            let port = next_hop.port.unwrap_or_else(|| transport.default_port());
            let addresses = match literal(&next_hop.host) {
                Some(ip) => vec![SocketAddr::new(ip, port)],
                None => happy_order(look_up(&next_hop.host, port).await?),
            };
            Ok(addresses
                .into_iter()
                .take(limits::TARGETS)
                .map(|address| Target { address, transport })
                .collect())
        })
    }
}

/// The transport for a next hop without NAPTR and SRV (RFC 3263 §4.1): TLS for `sips:` whatever else the URI says
/// (RFC 3261 §26.2.2), else the one the URI names, else UDP.
pub fn transport(next_hop: &NextHop) -> Transport {
    if next_hop.secure {
        Transport::Tls
    } else {
        next_hop.transport.unwrap_or(Transport::Udp)
    }
}

/// The address that a host is, when it is no name. Brackets around an IPv6 address are tolerated.
pub(super) fn literal(host: &str) -> Option<IpAddr> {
    let inner = host
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
        .unwrap_or(host);
    inner.parse().ok()
}

/// Moves what failed a moment ago behind the rest (RFC 3263 §4.3).
pub(super) fn avoided_last(targets: Vec<Target>, avoid: &[SocketAddr]) -> Vec<Target> {
    let (last, mut first): (Vec<_>, Vec<_>) = targets
        .into_iter()
        .partition(|target| avoid.contains(&target.address));
    first.extend(last);
    first
}

async fn look_up(host: &str, port: u16) -> Result<Vec<SocketAddr>, FlowError> {
    let fail = |detail: String| FlowError::Name {
        host: host.to_owned(),
        detail,
    };
    // getaddrinfo takes a name of any kind; what cannot be one is refused before it gets there.
    let plausible = !host.is_empty()
        && host.len() <= 255
        && host
            .bytes()
            .all(|byte| byte.is_ascii_graphic() || byte >= 0x80);
    if !plausible {
        return Err(fail("this is not a host name".to_owned()));
    }
    let found = tokio::time::timeout(
        limits::RESOLVE_TIMEOUT,
        tokio::net::lookup_host((host, port)),
    );
    let addresses: Vec<SocketAddr> = match found.await {
        Err(_) => return Err(fail("no answer in time".to_owned())),
        Ok(Err(error)) => return Err(fail(error.to_string())),
        Ok(Ok(addresses)) => addresses.collect(),
    };
    if addresses.is_empty() {
        return Err(fail("the name has no address".to_owned()));
    }
    Ok(addresses)
}

/// Alternates the families, beginning with the one that the system puts first (RFC 8305 §4), so that one broken
/// family costs one attempt.
fn happy_order(addresses: Vec<SocketAddr>) -> Vec<SocketAddr> {
    let mut seen = Vec::with_capacity(addresses.len());
    for address in addresses {
        if !seen.contains(&address) {
            seen.push(address);
        }
    }
    let v6_first = seen.first().is_some_and(SocketAddr::is_ipv6);
    let (first, second): (Vec<_>, Vec<_>) = seen
        .into_iter()
        .partition(|address| address.is_ipv6() == v6_first);
    let mut ordered = Vec::with_capacity(first.len() + second.len());
    let mut first = first.into_iter();
    let mut second = second.into_iter();
    loop {
        match (first.next(), second.next()) {
            (None, None) => return ordered,
            (one, other) => ordered.extend(one.into_iter().chain(other)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hop(host: &str) -> NextHop {
        NextHop {
            host: host.to_owned(),
            port: None,
            transport: None,
            secure: false,
            identity: "example.test".to_owned(),
        }
    }

    fn addresses(texts: &[&str]) -> Vec<SocketAddr> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    #[test]
    fn families_alternate_and_doubles_vanish() {
        let given = addresses(&[
            "[::1]:5060",
            "[::2]:5060",
            "192.0.2.1:5060",
            "[::1]:5060",
            "[::3]:5060",
        ]);
        let wanted = addresses(&["[::1]:5060", "192.0.2.1:5060", "[::2]:5060", "[::3]:5060"]);
        assert_eq!(happy_order(given), wanted);
    }

    #[test]
    fn what_failed_is_tried_last() {
        let targets: Vec<_> = addresses(&["192.0.2.1:5060", "192.0.2.2:5060"])
            .into_iter()
            .map(|address| Target {
                address,
                transport: Transport::Udp,
            })
            .collect();
        let ordered = avoided_last(targets.clone(), &[targets[0].address]);
        assert_eq!(ordered, [targets[1], targets[0]]);
    }

    #[test]
    fn au_019_sips_is_tls_whatever_the_uri_says() {
        let mut next_hop = hop("example.test");
        next_hop.transport = Some(Transport::Udp);
        next_hop.secure = true;
        assert_eq!(transport(&next_hop), Transport::Tls);
    }

    #[tokio::test]
    async fn literals_need_no_names() {
        let mut next_hop = hop("[2001:db8::1]");
        let found = SystemResolver.targets(&next_hop).await.unwrap();
        assert_eq!(found[0].address, "[2001:db8::1]:5060".parse().unwrap());
        next_hop.host = "192.0.2.7".to_owned();
        next_hop.transport = Some(Transport::Tls);
        let found = SystemResolver.targets(&next_hop).await.unwrap();
        assert_eq!(found[0].address, "192.0.2.7:5061".parse().unwrap());
    }

    #[tokio::test]
    async fn a_name_that_is_none_is_refused() {
        let next_hop = hop("exa mple");
        let error = SystemResolver.targets(&next_hop).await.unwrap_err();
        assert!(matches!(error, FlowError::Name { ref host, .. } if host == "exa mple"));
    }
}
