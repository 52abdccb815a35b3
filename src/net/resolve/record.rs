//! The records that lead to a server, and which of them come first.

use std::collections::HashSet;
use std::net::IpAddr;
use std::time::Duration;

use super::located::Missing;
use crate::sip::Transport;

/// A NAPTR record (RFC 3403 §4.1). Its regular expression is of no use to SIP (RFC 3263 §4.1) and left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Naptr {
    pub(super) order: u16,
    pub(super) preference: u16,
    pub(super) flags: String,
    pub(super) services: String,
    /// Without the root's dot.
    pub(super) replacement: String,
}

/// An SRV record (RFC 2782).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Srv {
    pub(super) priority: u16,
    pub(super) weight: u16,
    pub(super) port: u16,
    /// Without the root's dot; empty for the root itself.
    pub(super) target: String,
}

/// Records, at least one, and how long they are valid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Records<T> {
    pub(super) records: Vec<T>,
    pub(super) valid_for: Option<Duration>,
}

/// What a question for records of one kind comes to.
pub(super) type Answer<T> = Result<Records<T>, Missing>;

/// A whole number between zero and the one given, both included, each as likely as the others.
pub(super) type Dice<'a> = &'a mut (dyn FnMut(u32) -> u32 + Send);

/// A service that a domain offers and that we support: the transport, and the name of its SRV records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Service {
    pub(super) order: u16,
    pub(super) transport: Transport,
    pub(super) name: String,
}

impl Service {
    /// The name of a domain's SRV records for a transport (RFC 3263 §4.2).
    pub(super) fn of(transport: Transport, domain: &str) -> Self {
        let prefix = match transport {
            Transport::Udp => "_sip._udp.",
            Transport::Tcp => "_sip._tcp.",
            Transport::Tls => "_sips._tcp.",
        };
        Self {
            order: 0,
            transport,
            name: format!("{prefix}{domain}"),
        }
    }
}

/// The services among NAPTR records that we support and, under `sips:`, that the URI allows: by order, then by
/// preference (RFC 3263 §4.1).
pub(super) fn services(records: &[Naptr], secure: bool) -> Vec<Service> {
    let mut usable: Vec<(&Naptr, Transport)> = records
        .iter()
        // A record of SIP leads to SRV records, and says so by its flag.
        .filter(|record| record.flags.eq_ignore_ascii_case("s"))
        .filter(|record| is_plausible(&record.replacement))
        .filter_map(|record| Some((record, transport_of(&record.services)?)))
        .filter(|(_, transport)| !secure || transport.is_secure())
        .collect();
    usable.sort_by_key(|(record, _)| (record.order, record.preference));
    usable
        .into_iter()
        .map(|(record, transport)| Service {
            order: record.order,
            transport,
            name: record.replacement.clone(),
        })
        .collect()
}

/// The order in which the servers of a service are tried (RFC 2782, "Usage rules"): by priority, within one by lot, in
/// proportion to the weights. What leads nowhere is left out.
pub(super) fn in_order(records: Vec<Srv>, dice: Dice<'_>) -> Vec<Srv> {
    let mut seen = HashSet::new();
    let mut usable: Vec<Srv> = records
        .into_iter()
        .filter(|record| record.port != 0 && is_plausible(&record.target))
        .filter(|record| seen.insert((record.target.to_ascii_lowercase(), record.port)))
        .collect();
    // Those without weight stand first, and so have their small chance.
    usable.sort_by_key(|record| (record.priority, record.weight != 0));
    let mut ordered = Vec::with_capacity(usable.len());
    for equals in usable.chunk_by(|one, other| one.priority == other.priority) {
        let mut left = equals.to_vec();
        while !left.is_empty() {
            let sum = left.iter().map(|record| u32::from(record.weight)).sum();
            let lot = dice(sum);
            let mut running = 0;
            let drawn = left.iter().position(|record| {
                running += u32::from(record.weight);
                running >= lot
            });
            ordered.push(left.remove(drawn.unwrap_or(0)));
        }
    }
    ordered
}

/// Alternates the families, beginning with that of the first address (RFC 8305 §4), so that one broken family costs one
/// attempt. Doubles vanish.
pub(super) fn happy_order(addresses: Vec<IpAddr>) -> Vec<IpAddr> {
    let mut seen = Vec::with_capacity(addresses.len());
    for address in addresses {
        if !seen.contains(&address) {
            seen.push(address);
        }
    }
    let v6_first = seen.first().is_some_and(IpAddr::is_ipv6);
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

/// Whether a text can be the name of a host or of a service. Names beyond ASCII are left to whoever looks them up.
pub(super) fn is_plausible(name: &str) -> bool {
    let name = name.strip_suffix('.').unwrap_or(name);
    !name.is_empty()
        && name.len() <= LONGEST_NAME
        && name.split('.').all(|label| {
            (1..=LONGEST_LABEL).contains(&label.len())
                && label.bytes().all(|byte| {
                    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_') || byte >= 0x80
                })
        })
}

/// The transport that a NAPTR service means, if it is one of ours (RFC 3263 §8).
fn transport_of(services: &str) -> Option<Transport> {
    [
        ("SIPS+D2T", Transport::Tls),
        ("SIP+D2T", Transport::Tcp),
        ("SIP+D2U", Transport::Udp),
    ]
    .into_iter()
    .find_map(|(service, transport)| services.eq_ignore_ascii_case(service).then_some(transport))
}

/// Bytes of a name, and of one label in it (RFC 1035 §2.3.4).
const LONGEST_NAME: usize = 253;
const LONGEST_LABEL: usize = 63;
