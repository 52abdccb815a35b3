//! From a next hop to addresses (RFC 3263).
//!
//! `plan` is the procedure, told apart from the questions it asks; `dns` asks them.

mod dns;
mod located;
mod plan;
mod record;

pub use dns::DnsResolver;
pub use located::{Located, Missing, Question, RecordType, Step};

use std::future::Future;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;

use crate::engine::{FlowError, NextHop};
use crate::sip::Transport;

/// An address to try, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Target {
    /// Where to.
    pub address: SocketAddr,
    /// Over what.
    pub transport: Transport,
}

/// What a [`Resolver`] answers with.
pub type Resolution<'a> = Pin<Box<dyn Future<Output = Result<Located, FlowError>> + Send + 'a>>;

/// Finds the servers of a next hop (RFC 3263 §4).
pub trait Resolver: Send + Sync {
    /// The targets in the order in which they are tried; never empty when `Ok`.
    fn locate<'a>(&'a self, next_hop: &'a NextHop) -> Resolution<'a>;
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

/// Moves what failed a moment ago behind the rest (RFC 3263 §4.3). `avoid` begins with what failed longest ago: that is
/// tried first among them, since it has had most time to recover.
pub(super) fn avoided_last(mut targets: Vec<Target>, avoid: &[SocketAddr]) -> Vec<Target> {
    targets.sort_by_key(|target| avoid.iter().position(|failed| *failed == target.address));
    targets
}

#[cfg(test)]
mod tests;
