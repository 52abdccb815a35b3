//! From a next hop to addresses (RFC 3263).
//!
//! `plan` is the procedure, told apart from the questions it asks; `dns` asks them.
//!
//! What RFC 3263 §4 leaves open, and is decided here:
//! - **Transports.** Without NAPTR records and without a word on the transport, TLS comes before TCP before UDP, if there
//!   are SRV records for it: the order that §4.1 recommends to domains, and NOTIFYs may be large.
//! - **TLS.** Where TLS comes first, nothing in clear text is tried in its stead for a `sip:` URI, be its servers out of
//!   reach, without a known address, or their records not to be had: whoever can block a port or an answer could
//!   otherwise listen. Only the answer that there is no TLS opens the way to the next transport. A domain that
//!   offered TLS is remembered: from it a missing answer is not taken for that one.
//! - **No SRV at all.** Where every question about services fails, the DNS that is asked may know only addresses, as that
//!   of some home routers does. Then the address of the domain is taken, as if there were no records. As soon as one of
//!   the questions is answered, a failed one about TLS counts again: nothing is found for now.
//! - **Not known is not absent.** A server whose address cannot be looked up now (SERVFAIL, no answer) is passed over for
//!   this once. It stands in [`Located::hidden`], the choice counts as a makeshift where it is among the best, and
//!   the next search asks for it again.
//! - **Failover.** A server that failed is put behind the others for five minutes (TX-009). While a lesser server is used
//!   (a later priority or transport, not another address of equal rank), the better ones are looked for again from time
//!   to time; when, the engine says (`engine::detour`).

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
