//! The procedure of RFC 3263 §4: which questions are asked, and what follows from the answers.

use std::future::Future;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use futures_util::future::join_all;

use super::located::{Located, Missing, Question, RecordType, Step};
use super::record::{
    Answer, Dice, Naptr, Records, Service, Srv, happy_order, in_order, is_plausible, services,
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

/// Finds the servers of a next hop, within this time for all questions together.
pub(super) async fn locate(
    next_hop: &NextHop,
    names: &impl Names,
    dice: Dice<'_>,
    limit: Duration,
) -> Result<Located, FlowError> {
    let mut search = Search {
        next_hop,
        names,
        dice,
        located: Located::default(),
    };
    let found = tokio::time::timeout(limit, search.run())
        .await
        .unwrap_or_else(|_| Err(Missing::TimedOut.to_string()));
    let mut located = search.located;
    for step in &located.steps {
        tracing::debug!(host = %next_hop.host, "{step}");
    }
    match found {
        Ok(Choice {
            targets, preferred, ..
        }) => {
            located.targets = targets;
            located.targets.truncate(limits::TARGETS);
            located.preferred = preferred;
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

/// Targets in the order in which they are tried.
#[derive(Default)]
struct Choice {
    targets: Vec<Target>,
    /// How many of the first are as good as the very first.
    preferred: usize,
    /// The best have been added; what follows is less.
    has_best: bool,
}

impl Choice {
    /// The addresses of one server.
    fn of(targets: Vec<Target>) -> Self {
        Self {
            preferred: targets.len(),
            has_best: true,
            targets,
        }
    }

    /// Adds servers that are equally good, and not better than those before. Some may be `hidden`: they are there, but
    /// where cannot be told now.
    fn add(&mut self, equals: Vec<Target>, hidden: bool) {
        if !self.has_best {
            self.preferred = equals.len();
            self.has_best = hidden || !equals.is_empty();
        }
        self.targets.extend(equals);
    }
}

/// Why a service has no targets.
enum Unserved {
    /// It has servers, but none whose address is known; in words.
    Unknown(String),
    Missing(Missing),
}

impl Unserved {
    /// Whether the service may be there all the same.
    fn is_open(&self) -> bool {
        match self {
            Self::Unknown(_) => true,
            Self::Missing(missing) => !missing.is_certain(),
        }
    }
}

impl<N: Names> Search<'_, N> {
    /// The targets, or in words why there are none.
    async fn run(&mut self) -> Result<Choice, String> {
        let NextHop { host, port, .. } = self.next_hop;
        let plain = transport(self.next_hop);
        if let Some(ip) = literal(host) {
            let address = SocketAddr::new(ip, port.unwrap_or(plain.default_port()));
            return Ok(Choice::of(vec![Target {
                address,
                transport: plain,
            }]));
        }
        if !is_plausible(host) {
            return Err(Missing::NotAName.to_string());
        }
        let domain = host.strip_suffix('.').unwrap_or(host);
        if let Some(port) = *port {
            let found = self.addresses(domain, port, plain).await;
            return found.map(Choice::of).map_err(|missing| missing.to_string());
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
            let (choice, others) = self.served(equals).await;
            if !choice.targets.is_empty() {
                return Ok(choice);
            }
            for (transport, unserved) in others {
                match unserved {
                    Unserved::Missing(missing) if missing.is_certain() => {
                        refused |= missing == Missing::NotOffered;
                    }
                    Unserved::Missing(missing) => {
                        return self.address_itself(domain, transport, Some(&missing)).await;
                    }
                    Unserved::Unknown(words) => return Err(words),
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
    ) -> Result<Choice, String> {
        let (choice, others) = self.served(&services).await;
        if !choice.targets.is_empty() {
            return Ok(choice);
        }
        let mut trouble = None;
        for (transport, unserved) in others {
            match unserved {
                Unserved::Unknown(words) => return Err(words),
                Unserved::Missing(Missing::NotOffered) if transport == plain => {
                    return Err(Missing::NotOffered.to_string());
                }
                Unserved::Missing(missing) if !missing.is_certain() => {
                    if transport.is_secure() && !plain.is_secure() && self.knows_services() {
                        return Err(format!("it cannot be told whether there is TLS: {missing}"));
                    }
                    trouble.get_or_insert(missing);
                }
                Unserved::Missing(_) => {}
            }
        }
        self.address_itself(domain, plain, trouble.as_ref()).await
    }

    async fn address_itself(
        &mut self,
        domain: &str,
        transport: Transport,
        trouble: Option<&Missing>,
    ) -> Result<Choice, String> {
        let found = self
            .addresses(domain, transport.default_port(), transport)
            .await;
        let targets = found.map_err(|missing| match trouble {
            Some(trouble) if missing.is_certain() => trouble.to_string(),
            _ => missing.to_string(),
        })?;
        let mut choice = Choice::default();
        // It stands in for servers that may be there.
        choice.add(Vec::new(), trouble.is_some());
        choice.add(targets, false);
        Ok(choice)
    }

    /// Whether the DNS that is asked knows services at all, as far as the answers show.
    fn knows_services(&self) -> bool {
        self.located.steps.iter().any(|step| {
            let asked = matches!(step.question.record, RecordType::Naptr | RecordType::Srv);
            asked && step.answer.as_ref().err().is_none_or(Missing::is_certain)
        })
    }

    /// Asks for several services at once: the targets of all that have any, and why the others have none. Nothing in
    /// clear text follows TLS that is there or may be.
    async fn served(&mut self, services: &[Service]) -> (Choice, Vec<(Transport, Unserved)>) {
        let names = self.names;
        let answers = join_all(services.iter().map(|service| names.srv(&service.name))).await;
        let mut choice = Choice::default();
        let mut others = Vec::new();
        let mut encrypted = false;
        for (service, answer) in services.iter().zip(answers) {
            let transport = service.transport;
            let records = self.records(service, answer);
            if encrypted && !transport.is_secure() {
                continue;
            }
            let served = match records {
                Ok(records) => self.servers(records, transport, &mut choice).await,
                Err(missing) => Err(Unserved::Missing(missing)),
            };
            encrypted |=
                transport.is_secure() && served.as_ref().err().is_none_or(Unserved::is_open);
            if let Err(unserved) = served {
                choice.add(Vec::new(), unserved.is_open());
                others.push((transport, unserved));
            }
        }
        (choice, others)
    }

    /// The usable records of a service, in the order in which its servers are tried.
    fn records(&mut self, service: &Service, answer: Answer<Srv>) -> Result<Vec<Srv>, Missing> {
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
        let records = self.note(RecordType::Srv, &service.name, answer)?;
        self.located.offers_tls |= service.transport.is_secure();
        Ok(records)
    }

    /// Looks the servers of a service up, and adds them.
    async fn servers(
        &mut self,
        records: Vec<Srv>,
        transport: Transport,
        choice: &mut Choice,
    ) -> Result<(), Unserved> {
        let names = self.names;
        let answers = join_all(records.iter().map(|record| async {
            match literal(&record.target) {
                // Against RFC 2782, but its meaning is clear.
                Some(ip) => Ok(Records {
                    records: vec![ip],
                    valid_for: None,
                }),
                None => names.addresses(&record.target).await,
            }
        }))
        .await;
        let before = choice.targets.len();
        let mut absent = None;
        let mut hidden = None;
        let mut answers = answers.into_iter();
        for equals in records.chunk_by(|one, other| one.priority == other.priority) {
            let mut targets = Vec::new();
            let mut some_hidden = false;
            for (record, answer) in equals.iter().zip(answers.by_ref()) {
                let name = &record.target;
                match self.note(RecordType::Address, name, answer) {
                    Ok(found) => targets.extend(to_targets(found, record.port, transport)),
                    Err(missing) if missing.is_certain() => {
                        let words = || format!("its server {name} has no address: {missing}");
                        absent.get_or_insert_with(words);
                    }
                    Err(missing) => {
                        some_hidden = true;
                        let words =
                            || format!("the address of its server {name} is not known: {missing}");
                        hidden.get_or_insert_with(words);
                    }
                }
            }
            choice.add(targets, some_hidden);
        }
        match hidden.or(absent) {
            Some(words) if choice.targets.len() == before => Err(Unserved::Unknown(words)),
            _ => Ok(()),
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
