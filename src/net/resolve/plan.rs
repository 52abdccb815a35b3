//! The procedure of RFC 3263 §4: which questions are asked, and what follows from the answers.

use std::future::Future;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use futures_util::future::join_all;

use super::located::{Located, Missing, Question, RecordType, Step};
use super::record::{
    Answer, Dice, Naptr, Service, Srv, happy_order, in_order, is_plausible, services,
};
use super::{Target, literal, transport};
use crate::engine::{FlowError, NextHop};
use crate::net::limits;
use crate::sip::Transport;

/// Somebody who knows names.
pub(super) trait Names: Sync {
    /// The NAPTR records of a domain.
    fn naptr(&self, name: &str) -> impl Future<Output = Answer<Naptr>> + Send;
    /// The SRV records of a service.
    fn srv(&self, name: &str) -> impl Future<Output = Answer<Srv>> + Send;
    /// The addresses of a host, the family to begin with first.
    fn addresses(&self, name: &str) -> impl Future<Output = Answer<IpAddr>> + Send;
}

/// Finds the servers of a next hop.
///
/// A server that failed is put behind the others for some minutes by whoever asks (TX-009); after that the order of the
/// DNS counts again for the next flow. A flow that works is not left for a better server: one that wants its clients
/// back closes their connections.
///
/// Three choices that RFC 3263 leaves open:
/// - Without NAPTR records and without a word on the transport, TLS comes before TCP before UDP, if there are SRV records
///   for it: the order that §4.1 recommends to domains, and NOTIFYs may be large.
/// - Once servers with TLS are found for a `sip:` URI, nothing in clear text is tried in their stead: whoever can block a
///   port could otherwise listen. The same goes for an answer: where others come and the one about TLS does not, nothing
///   is found for now.
/// - SRV records that cannot be asked for at all count as none, since some home routers know only addresses; where the address
///   does not help either, that first trouble is told.
pub(super) async fn locate(
    next_hop: &NextHop,
    names: &impl Names,
    dice: Dice<'_>,
) -> Result<Located, FlowError> {
    let mut search = Search {
        next_hop,
        names,
        dice,
        located: Located::default(),
    };
    let found = tokio::time::timeout(limits::SEARCH_TIMEOUT, search.run())
        .await
        .unwrap_or_else(|_| Err(Missing::TimedOut.to_string()));
    let mut located = search.located;
    for step in &located.steps {
        tracing::debug!(host = %next_hop.host, "{step}");
    }
    match found {
        Ok(targets) => {
            located.targets = targets;
            located.targets.truncate(limits::TARGETS);
            tracing::debug!(host = %next_hop.host, targets = ?located.targets, "located");
            Ok(located)
        }
        Err(detail) => Err(FlowError::Name {
            host: next_hop.host.clone(),
            detail,
        }),
    }
}

struct Search<'a, N> {
    next_hop: &'a NextHop,
    names: &'a N,
    dice: Dice<'a>,
    located: Located,
}

/// What came of a service.
enum Served {
    By(Vec<Target>),
    /// It has servers, but none with an address; in words.
    Unknown(String),
    Missing(Missing),
}

impl<N: Names> Search<'_, N> {
    /// The targets, or in words why there are none.
    async fn run(&mut self) -> Result<Vec<Target>, String> {
        let NextHop { host, port, .. } = self.next_hop;
        let plain = transport(self.next_hop);
        if let Some(ip) = literal(host) {
            let address = SocketAddr::new(ip, port.unwrap_or(plain.default_port()));
            return Ok(vec![Target {
                address,
                transport: plain,
            }]);
        }
        if !is_plausible(host) {
            return Err(Missing::NotAName.to_string());
        }
        let domain = host.strip_suffix('.').unwrap_or(host);
        if let Some(port) = *port {
            let found = self.addresses(domain, port, plain).await;
            return found.map_err(|missing| missing.to_string());
        }
        if self.next_hop.transport.is_some() {
            let service = Service::of(plain, domain);
            return self.offered(domain, vec![service], plain).await;
        }
        let secure = self.next_hop.secure;
        let answer = self.names.naptr(domain).await;
        let naptr = self.note(RecordType::Naptr, domain, answer);
        let mut offered = naptr.map_or_else(|_| Vec::new(), |records| services(&records, secure));
        offered.truncate(limits::SERVICES);
        self.located.offers_tls |= offered.iter().any(|service| service.transport.is_secure());
        if offered.is_empty() {
            let supported: &[Transport] = if secure {
                &[Transport::Tls]
            } else {
                &[Transport::Tls, Transport::Tcp, Transport::Udp]
            };
            let services = supported
                .iter()
                .map(|transport| Service::of(*transport, domain));
            return self.offered(domain, services.collect(), plain).await;
        }
        let fallback = offered.first().map_or(plain, |service| service.transport);
        // Another order is looked at only when nothing of the one before exists (RFC 3403 §4.1).
        let mut refused = false;
        for equals in offered.chunk_by(|one, other| one.order == other.order) {
            let (targets, others) = self.served(equals).await;
            if !targets.is_empty() {
                return Ok(targets);
            }
            for (_, served) in others {
                match served {
                    Served::Missing(missing) if missing.is_certain() => {
                        refused |= missing == Missing::NotOffered;
                    }
                    Served::Missing(missing) => {
                        return self.address_itself(domain, fallback, Some(&missing)).await;
                    }
                    Served::Unknown(words) => return Err(words),
                    Served::By(_) => {}
                }
            }
        }
        if refused {
            return Err(Missing::NotOffered.to_string());
        }
        self.address_itself(domain, fallback, None).await
    }

    /// The targets of services in order of preference; without SRV records the address of the domain itself
    /// (RFC 3263 §4.2).
    async fn offered(
        &mut self,
        domain: &str,
        services: Vec<Service>,
        plain: Transport,
    ) -> Result<Vec<Target>, String> {
        let (targets, others) = self.served(&services).await;
        if !targets.is_empty() {
            return Ok(targets);
        }
        let mut trouble = None;
        for (transport, served) in others {
            match served {
                Served::Unknown(words) => return Err(words),
                Served::Missing(Missing::NotOffered) if transport == plain => {
                    return Err(Missing::NotOffered.to_string());
                }
                Served::Missing(missing) if !missing.is_certain() => {
                    trouble.get_or_insert(missing);
                }
                Served::Missing(_) | Served::By(_) => {}
            }
        }
        self.address_itself(domain, plain, trouble.as_ref()).await
    }

    async fn address_itself(
        &mut self,
        domain: &str,
        transport: Transport,
        trouble: Option<&Missing>,
    ) -> Result<Vec<Target>, String> {
        let found = self
            .addresses(domain, transport.default_port(), transport)
            .await;
        found.map_err(|missing| match trouble {
            Some(trouble) if missing.is_certain() => trouble.to_string(),
            _ => missing.to_string(),
        })
    }

    /// Asks for several services at once: the targets of all that have any, and what came of the others.
    async fn served(&mut self, services: &[Service]) -> (Vec<Target>, Vec<(Transport, Served)>) {
        let names = self.names;
        let answers = join_all(services.iter().map(|service| names.srv(&service.name))).await;
        let mut targets = Vec::new();
        let mut others = Vec::new();
        for (service, answer) in services.iter().zip(answers) {
            match self.servers(service, answer).await {
                Served::By(found) => targets.extend(found),
                other => others.push((service.transport, other)),
            }
        }
        if targets
            .first()
            .is_some_and(|target: &Target| target.transport.is_secure())
        {
            targets.retain(|target| target.transport.is_secure());
        } else if !targets.is_empty()
            && let Some(missing) = about_tls(&others)
        {
            let words = format!("it cannot be told whether there is TLS: {missing}");
            return (Vec::new(), vec![(Transport::Tls, Served::Unknown(words))]);
        }
        (targets, others)
    }

    async fn servers(&mut self, service: &Service, answer: Answer<Srv>) -> Served {
        let transport = service.transport;
        let answer = answer.and_then(|mut answer| {
            if answer.records.iter().all(|record| record.target.is_empty()) {
                return Err(Missing::NotOffered);
            }
            answer.records = in_order(answer.records, self.dice);
            answer.records.truncate(limits::SERVERS);
            if answer.records.is_empty() {
                return Err(Missing::NoRecord);
            }
            Ok(answer)
        });
        let records = match self.note(RecordType::Srv, &service.name, answer) {
            Ok(records) => records,
            Err(missing) => return Served::Missing(missing),
        };
        self.located.offers_tls |= transport.is_secure();
        let names = self.names;
        let answers = join_all(records.iter().map(|record| async {
            match literal(&record.target) {
                // Against RFC 2782, but its meaning is clear.
                Some(ip) => Ok(super::record::Records {
                    records: vec![ip],
                    valid_for: None,
                }),
                None => names.addresses(&record.target).await,
            }
        }))
        .await;
        let mut targets = Vec::new();
        let mut words = None;
        for (record, answer) in records.iter().zip(answers) {
            match self.note(RecordType::Address, &record.target, answer) {
                Ok(found) => targets.extend(to_targets(found, record.port, transport)),
                Err(missing) => {
                    words.get_or_insert_with(|| {
                        format!("its server {} has no address: {missing}", record.target)
                    });
                }
            }
        }
        match words {
            Some(words) if targets.is_empty() => Served::Unknown(words),
            _ => Served::By(targets),
        }
    }

    async fn addresses(
        &mut self,
        name: &str,
        port: u16,
        transport: Transport,
    ) -> Result<Vec<Target>, Missing> {
        let answer = self.names.addresses(name).await;
        let found = self.note(RecordType::Address, name, answer)?;
        Ok(to_targets(found, port, transport))
    }

    /// Remembers an answer as a step on the way.
    fn note<T>(
        &mut self,
        record: RecordType,
        name: &str,
        answer: Answer<T>,
    ) -> Result<Vec<T>, Missing> {
        let located = &mut self.located;
        if let Some(valid_for) = answer.as_ref().ok().and_then(|answer| answer.valid_for) {
            let shortest: Duration = located.valid_for.unwrap_or(valid_for).min(valid_for);
            located.valid_for = Some(shortest);
        }
        let answer = answer.map(|answer| answer.records);
        located.steps.push(Step {
            question: Question {
                record,
                name: name.to_owned(),
            },
            answer: answer.as_ref().map(Vec::len).map_err(Clone::clone),
        });
        answer
    }
}

/// Why nothing is known about servers with TLS, where that is so.
fn about_tls(others: &[(Transport, Served)]) -> Option<&Missing> {
    others.iter().find_map(|(transport, served)| match served {
        Served::Missing(missing) if transport.is_secure() && !missing.is_certain() => Some(missing),
        _ => None,
    })
}

fn to_targets(addresses: Vec<IpAddr>, port: u16, transport: Transport) -> Vec<Target> {
    happy_order(addresses)
        .into_iter()
        .take(limits::ADDRESSES)
        .map(|ip| Target {
            address: SocketAddr::new(ip, port),
            transport,
        })
        .collect()
}
