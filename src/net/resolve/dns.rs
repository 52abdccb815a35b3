//! Asks the DNS.

use std::collections::BTreeSet;
use std::future::Future;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use hickory_resolver::TokioResolver;
use hickory_resolver::config::{
    ConnectionConfig, NameServerConfig, ResolveHosts, ResolverConfig, ResolverOpts,
};
use hickory_resolver::lookup::Lookup;
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::net::{DnsError, NetError};
use hickory_resolver::proto::op::ResponseCode;
use hickory_resolver::proto::rr::{self, Name, RData};
use tokio::time::timeout;

use super::located::{Located, Missing};
use super::plan::{self, Names};
use super::record::{Answer, Naptr, Records, Srv};
use super::{Resolution, Resolver};
use crate::engine::{FlowError, NextHop};
use crate::net::limits;

/// NAPTR, SRV and addresses from the DNS servers of the system, or from one alone.
///
/// Answers are kept for as long as they are valid. The hosts file comes before the DNS; what the DNS does not know, the
/// system is asked for, which may know more ways (`.local` names and the like). Without a DNS server the system's
/// addresses remain.
#[derive(Debug, Default)]
pub struct DnsResolver {
    only: Option<SocketAddr>,
    client: Mutex<Option<Client>>,
    offered_tls: Mutex<OfferedTls>,
}

/// Domains that offered TLS.
#[derive(Debug, Default)]
struct OfferedTls {
    /// In lower case, no more than [`limits::REMEMBERED_DOMAINS`].
    domains: BTreeSet<String>,
    /// Whether there are more than somebody was told.
    grown: bool,
}

/// One reading of the configuration, with its cache.
#[derive(Debug, Clone)]
struct Client {
    /// Or why there is none.
    resolver: Result<Arc<TokioResolver>, String>,
    /// Whether the system may be asked where the DNS knows nothing.
    ask_system: bool,
    read_at: Instant,
    changed_at: Option<SystemTime>,
}

impl DnsResolver {
    /// Asks the DNS servers that the system names, and follows when it names others.
    pub fn system() -> Self {
        Self::default()
    }

    /// Asks this DNS server only, and neither hosts file nor system: for tests, and to look for faults.
    pub fn only(server: SocketAddr) -> Self {
        Self {
            only: Some(server),
            ..Self::default()
        }
    }

    /// The same, with what an earlier one was told by [`DnsResolver::take_offered_tls`].
    #[must_use]
    pub fn knowing(mut self, offered_tls: impl IntoIterator<Item = String>) -> Self {
        let memory = self.offered_tls.get_mut();
        let memory = memory.unwrap_or_else(PoisonError::into_inner);
        let domains = offered_tls.into_iter();
        memory.domains = domains.take(limits::REMEMBERED_DOMAINS).collect();
        self
    }

    /// All domains that have offered TLS (RFC 3263 §7), if there are more of them than when this was last asked.
    pub fn take_offered_tls(&self) -> Option<Vec<String>> {
        let mut memory = self.offered_tls();
        let grown = std::mem::take(&mut memory.grown);
        grown.then(|| memory.domains.iter().cloned().collect())
    }

    fn offered_tls(&self) -> MutexGuard<'_, OfferedTls> {
        self.offered_tls
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// The same, grown older, with another DNS server.
    #[cfg(test)]
    pub(in crate::net) fn and_now(self, server: SocketAddr) -> Self {
        Self {
            only: Some(server),
            client: Mutex::default(),
            ..self
        }
    }

    fn client(&self) -> Client {
        let changed_at = std::fs::metadata(RESOLV_CONF)
            .and_then(|file| file.modified())
            .ok();
        let mut kept = self.client.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = kept.as_ref()
            && (self.only.is_some() || client.is_fresh(changed_at))
        {
            return client.clone();
        }
        let client = Client::read(self.only, changed_at);
        kept.insert(client).clone()
    }

    /// Remembers who offers TLS, and says so when somebody no longer does (RFC 3263 §7). Where that cannot be told, the
    /// servers without TLS are not taken for now.
    fn compare(&self, next_hop: &NextHop, mut located: Located) -> Result<Located, FlowError> {
        let mut memory = self.offered_tls();
        let domain = next_hop.host.to_ascii_lowercase();
        if located.offers_tls {
            if memory.domains.len() < limits::REMEMBERED_DOMAINS {
                memory.grown |= memory.domains.insert(domain);
            }
        } else if !next_hop.secure && memory.domains.contains(&domain) {
            if let Some(missing) = located.unsure_of_tls() {
                return Err(FlowError::Name {
                    host: next_hop.host.clone(),
                    detail: format!(
                        "it offered TLS before, and now that cannot be told: {missing}"
                    ),
                });
            }
            tracing::warn!(
                domain,
                "the domain offered TLS before and no longer does: perhaps its DNS answers are forged"
            );
            located.downgraded = true;
        }
        Ok(located)
    }
}

impl Resolver for DnsResolver {
    fn locate<'a>(&'a self, next_hop: &'a NextHop) -> Resolution<'a> {
        Box::pin(async move {
            let client = self.client();
            let limit = limits::SEARCH_TIMEOUT;
            let located = plan::locate(next_hop, &client, &mut lot, limit).await?;
            // Only where the DNS was asked for the transport does its answer say anything about TLS.
            if next_hop.transport.is_none() && next_hop.port.is_none() {
                self.compare(next_hop, located)
            } else {
                Ok(located)
            }
        })
    }
}

impl Client {
    fn read(only: Option<SocketAddr>, changed_at: Option<SystemTime>) -> Self {
        let builder = match only {
            None => TokioResolver::builder_tokio(),
            Some(server) => Ok(TokioResolver::builder_with_config(
                alone(server),
                TokioRuntimeProvider::default(),
            )),
        };
        let resolver = builder
            .and_then(|mut builder| {
                adjust(builder.options_mut(), only.is_some());
                builder.build()
            })
            .map(Arc::new)
            .map_err(|error| error.to_string());
        if let Err(error) = &resolver {
            tracing::warn!(%error, "the system names no DNS server: only addresses can be looked up");
        }
        Self {
            resolver,
            ask_system: only.is_none(),
            read_at: Instant::now(),
            changed_at,
        }
    }

    /// Whether the system's configuration is still the same, as far as can be seen.
    fn is_fresh(&self, changed_at: Option<SystemTime>) -> bool {
        self.changed_at == changed_at
            && (changed_at.is_some() || self.read_at.elapsed() < limits::CONFIGURATION_AGE)
    }

    /// The records of one kind that an answer has for a name, or for what the name is an alias of.
    async fn records<T>(
        &self,
        name: &Name,
        kind: rr::RecordType,
        read: impl Fn(&RData) -> Option<T>,
    ) -> Result<Records<T>, Failure> {
        let resolver = self
            .resolver
            .as_ref()
            .map_err(|why| Missing::NoServer(why.clone()))?;
        let lookup = timeout(
            limits::QUESTION_TIMEOUT,
            resolver.lookup(name.clone(), kind),
        )
        .await
        .map_err(|_| Missing::TimedOut)?
        .map_err(|error| Failure::of(error, name))?;
        let mut owner = lookup.query().name().clone();
        let mut seen = 0;
        while let Some(alias) = alias(&lookup, &owner) {
            owner = alias;
            seen += 1;
            if seen > limits::ALIASES {
                return Err(Missing::NoRecord.into());
            }
        }
        let records: Vec<T> = lookup
            .answers()
            .iter()
            .filter(|record| record.name == owner)
            .filter_map(|record| read(&record.data))
            .take(limits::RECORDS)
            .collect();
        if records.is_empty() {
            return Err(Missing::NoRecord.into());
        }
        Ok(Records {
            records,
            valid_for: Some(
                lookup
                    .valid_until()
                    .saturating_duration_since(Instant::now()),
            ),
        })
    }

    /// The addresses that the DNS and the hosts file know.
    async fn known_addresses(&self, name: &Name) -> Answer<IpAddr> {
        let v4 = self.records(name, rr::RecordType::A, |data| match data {
            RData::A(address) => Some(IpAddr::V4(address.0)),
            _ => None,
        });
        let v6 = self.records(name, rr::RecordType::AAAA, |data| match data {
            RData::AAAA(address) => Some(IpAddr::V6(address.0)),
            _ => None,
        });
        let (v4, v6) = both(v4, v6).await;
        match (v6, v4) {
            (Some(Ok(mut v6)), Some(Ok(mut v4))) => {
                let valid_for = v6.valid_for.min(v4.valid_for);
                let [first, second] = if v6.records.first().is_some_and(|ip| has_route(*ip)) {
                    [&mut v6.records, &mut v4.records]
                } else {
                    [&mut v4.records, &mut v6.records]
                };
                first.append(second);
                Ok(Records {
                    records: std::mem::take(first),
                    valid_for,
                })
            }
            (Some(Ok(found)), _) | (_, Some(Ok(found))) => Ok(found),
            (one, other) => {
                let failures = [other, one].into_iter().flatten().filter_map(Result::err);
                let missing: Vec<Missing> = failures.map(|failure| failure.missing).collect();
                // That one family has failed means that the name may well have an address.
                let first = missing.iter().find(|missing| !missing.is_certain());
                Err(first
                    .or_else(|| missing.first())
                    .cloned()
                    .unwrap_or(Missing::TimedOut))
            }
        }
    }

    /// What the system knows, by whatever ways it has.
    async fn ask_system(&self, name: &str) -> Option<Records<IpAddr>> {
        let found = timeout(limits::QUESTION_TIMEOUT, tokio::net::lookup_host((name, 0)));
        let addresses = found.await.ok()?.ok()?;
        let records: Vec<IpAddr> = addresses
            .map(|address| address.ip())
            .take(limits::RECORDS)
            .collect();
        (!records.is_empty()).then_some(Records {
            records,
            valid_for: None,
        })
    }
}

impl Names for Client {
    async fn naptr(&self, name: &str) -> Answer<Naptr> {
        let name = absolute(name)?;
        let read = |data: &RData| match data {
            RData::NAPTR(naptr) => Some(Naptr {
                order: naptr.order,
                preference: naptr.preference,
                flags: String::from_utf8_lossy(&naptr.flags).into_owned(),
                services: String::from_utf8_lossy(&naptr.services).into_owned(),
                replacement: text(&naptr.replacement),
            }),
            _ => None,
        };
        let answer = self.records(&name, rr::RecordType::NAPTR, read).await;
        answer.map_err(|failure| failure.missing)
    }

    async fn srv(&self, name: &str) -> Answer<Srv> {
        let mut name = absolute(name)?;
        let read = |data: &RData| match data {
            RData::SRV(srv) => Some(Srv {
                priority: srv.priority,
                weight: srv.weight,
                port: srv.port,
                target: text(&srv.target),
            }),
            _ => None,
        };
        for _ in 0..limits::ALIASES {
            let failure = match self.records(&name, rr::RecordType::SRV, read).await {
                Ok(records) => return Ok(records),
                Err(failure) => failure,
            };
            // The library takes the target of the record behind an alias for a further alias, and finds nothing.
            if !failure.behind_alias {
                return Err(failure.missing);
            }
            let read = |data: &RData| match data {
                RData::CNAME(alias) => Some(alias.0.clone()),
                _ => None,
            };
            let alias = self.records(&name, rr::RecordType::CNAME, read).await;
            let alias = alias.map_err(|failure| failure.missing)?;
            name = alias.records.into_iter().next().ok_or(Missing::NoRecord)?;
        }
        Err(Missing::NoRecord)
    }

    async fn addresses(&self, name: &str) -> Answer<IpAddr> {
        // One label may be short for a name of the local network, more may not.
        let asked = if name.contains('.') {
            absolute(name)?
        } else {
            Name::from_str_relaxed(name).map_err(|_| Missing::NotAName)?
        };
        let answer = self.known_addresses(&asked).await;
        match answer {
            Err(missing) if self.ask_system => self.ask_system(name).await.ok_or(missing),
            answer => answer,
        }
    }
}

/// Why there are no records.
struct Failure {
    missing: Missing,
    /// The name is an alias, and the search ended behind it.
    behind_alias: bool,
}

impl From<Missing> for Failure {
    fn from(missing: Missing) -> Self {
        Self {
            missing,
            behind_alias: false,
        }
    }
}

impl Failure {
    fn of(error: NetError, asked: &Name) -> Self {
        let missing = match error {
            NetError::Timeout | NetError::NoConnections => Missing::TimedOut,
            NetError::Dns(DnsError::NoRecordsFound(none)) => {
                let missing = match none.response_code {
                    ResponseCode::NXDomain => Missing::NoName,
                    ResponseCode::NoError => Missing::NoRecord,
                    code => Missing::Failed(words(code)),
                };
                return Self {
                    missing,
                    behind_alias: asked.is_fqdn() && none.query.name() != asked,
                };
            }
            NetError::Dns(DnsError::ResponseCode(code)) => Missing::Failed(words(code)),
            error => Missing::Failed(error.to_string()),
        };
        missing.into()
    }
}

/// The code as administrators know it, and what it means.
fn words(code: ResponseCode) -> String {
    match code {
        ResponseCode::ServFail => "SERVFAIL, it cannot get an answer".to_owned(),
        ResponseCode::Refused => "REFUSED, it does not serve us".to_owned(),
        code => code.to_string(),
    }
}

/// What a name is an alias of, according to an answer.
fn alias(lookup: &Lookup, owner: &Name) -> Option<Name> {
    if lookup.query().query_type() == rr::RecordType::CNAME {
        return None;
    }
    lookup.answers().iter().find_map(|record| {
        let RData::CNAME(alias) = &record.data else {
            return None;
        };
        (record.name == *owner).then(|| alias.0.clone())
    })
}

/// A name as it is, to which no local domain is added.
fn absolute(name: &str) -> Result<Name, Missing> {
    let mut name = Name::from_str_relaxed(name).map_err(|_| Missing::NotAName)?;
    name.set_fqdn(true);
    Ok(name)
}

/// A name without the root's dot. Bytes that no host name has are escaped, and refused where it is read.
fn text(name: &Name) -> String {
    let mut text = name.to_ascii();
    if text.ends_with('.') {
        text.pop();
    }
    text
}

/// Waits for both, but for the second only a short time when the first has been a success.
async fn both<T, E>(
    one: impl Future<Output = Result<T, E>>,
    other: impl Future<Output = Result<T, E>>,
) -> (Option<Result<T, E>>, Option<Result<T, E>>) {
    tokio::pin!(one, other);
    tokio::select! {
        first = &mut one => {
            let patience = patience(first.is_ok());
            (Some(first), timeout(patience, other).await.ok())
        }
        first = &mut other => {
            let patience = patience(first.is_ok());
            (timeout(patience, one).await.ok(), Some(first))
        }
    }
}

fn patience(found: bool) -> Duration {
    if found {
        limits::OTHER_FAMILY
    } else {
        limits::QUESTION_TIMEOUT
    }
}

/// Whether the system knows a way to an address; nothing is sent.
fn has_route(ip: IpAddr) -> bool {
    let any: IpAddr = if ip.is_ipv6() {
        Ipv6Addr::UNSPECIFIED.into()
    } else {
        Ipv4Addr::UNSPECIFIED.into()
    };
    UdpSocket::bind((any, 0)).is_ok_and(|socket| socket.connect((ip, ANY_PORT)).is_ok())
}

/// A random number up to and with this one. Without random bytes the first is as good as any.
fn lot(highest: u32) -> u32 {
    let random = u64::from(getrandom::u32().unwrap_or(0));
    u32::try_from((random * (u64::from(highest) + 1)) >> 32).unwrap_or(highest)
}

fn alone(server: SocketAddr) -> ResolverConfig {
    let connections = [ConnectionConfig::udp(), ConnectionConfig::tcp()].map(|mut connection| {
        connection.port = server.port();
        connection
    });
    let server = NameServerConfig::new(server.ip(), true, connections.into());
    ResolverConfig::from_parts(None, Vec::new(), vec![server])
}

fn adjust(options: &mut ResolverOpts, only: bool) {
    options.timeout = options.timeout.min(limits::QUESTION_REPEAT);
    options.attempts = options.attempts.max(1);
    if only {
        options.use_hosts_file = ResolveHosts::Never;
    }
}

/// Changes of it are changes of the network.
const RESOLV_CONF: &str = "/etc/resolv.conf";
/// A port for a question that is never sent.
const ANY_PORT: u16 = 9;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lots_reach_both_ends() {
        let mut drawn = [false; 3];
        for _ in 0..1000 {
            drawn[usize::try_from(lot(2)).unwrap()] = true;
        }
        assert_eq!(drawn, [true; 3]);
        assert_eq!(lot(0), 0);
    }

    #[test]
    fn names_are_absolute_and_come_back_as_they_were() {
        let name = absolute("_sip._udp.example.com").unwrap();
        assert!(name.is_fqdn());
        assert_eq!(text(&name), "_sip._udp.example.com");
        assert_eq!(text(&Name::root()), "");
        assert_eq!(
            text(&absolute("bücher.example").unwrap()),
            "xn--bcher-kva.example"
        );
    }
}
