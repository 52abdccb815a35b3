//! One request of ours until its final outcome: finding a flow, answering challenges, trying the next server.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::time::Duration;

use super::authentication::Rounds;
use super::entropy::Entropy;
use super::limits;
use super::pacing::LaneId;
use super::registration::BindingId;
use super::transaction::ClientId;
use super::transaction::TIMER_F;
use super::{Flow, FlowError, FlowId, FlowRequest, Moment, NextHop};
use super::{PublicationId, SubscriptionId, UsageId, WatcherId};
use crate::sip::{Message, Transport};

/// Whose request it is. Each has at most one at a time (EV-048, RP-002, RP-018).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Owner {
    /// REGISTER of one binding.
    Registration(BindingId),
    /// PUBLISH.
    Publication(PublicationId),
    /// A SUBSCRIBE outside a dialog.
    Subscription(SubscriptionId),
    /// A SUBSCRIBE in a dialog.
    Usage(SubscriptionId, UsageId),
    /// A NOTIFY to somebody who watches the account.
    Watcher(WatcherId),
}

/// A request on its way.
#[derive(Debug)]
pub(crate) struct Exchange {
    pub(crate) owner: Owner,
    pub(crate) rounds: Rounds,
    pub(crate) stage: Stage,
    /// The server that it counts for, once it has left the queue.
    pub(crate) lane: Option<LaneId>,
    /// It was sent at least once: the other side may act on it.
    pub(crate) left: bool,
    /// Servers that did not serve it.
    pub(crate) tried: Vec<SocketAddr>,
    /// What the first of them said.
    pub(crate) failure: Option<Outcome>,
    pub(crate) size: SizeRule,
    /// How often another server was looked for.
    pub(crate) failovers: usize,
    /// The outbound proxy of its last way, for a request outside a dialog.
    pub(crate) proxy: usize,
}

/// How far a request has got.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Stage {
    /// In the queue.
    Queued,
    /// Waiting for a flow.
    Opening,
    /// Sent.
    Sent {
        client: ClientId,
        flow: Flow,
        at: Moment,
        /// Whether Request-URI and next hop are the account's own, for learning realms.
        own: [bool; 2],
        /// Whether it went to the account's own servers, so that a challenge may be answered.
        trusted: bool,
    },
}

/// What the size of a request means for its transport (RFC 3261 §18.1.1, TX-018).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SizeRule {
    /// Not looked at yet.
    Unknown,
    /// Too large for a datagram: a stream is opened.
    Stream,
    /// The server takes no stream: a datagram after all.
    Datagram,
}

/// How a request ended.
#[derive(Debug, Clone)]
pub(crate) enum Outcome {
    /// A final response.
    Response(Message),
    /// No answer in time (408).
    TimedOut,
    /// No way to the server (503).
    Flow(FlowError),
    /// The server wants to be left alone for so long.
    Paused(Duration),
    /// The password was refused or is missing; the status that said so.
    Credentials(u16),
    /// The request cannot be written; why.
    Unwritable(String),
    /// The response is not from somebody who knows the password; why (AU-014).
    Untrusted(&'static str),
    /// The server found every nonce too old (AU-013); [`STALE`] in words.
    Stale,
}

impl Exchange {
    pub(crate) fn new(owner: Owner) -> Self {
        Self {
            owner,
            rounds: Rounds::default(),
            stage: Stage::Queued,
            lane: None,
            left: false,
            tried: Vec::new(),
            failure: None,
            size: SizeRule::Unknown,
            failovers: 0,
            proxy: 0,
        }
    }
}

/// The flows that are open or being opened, by next hop.
#[derive(Debug, Default)]
pub(crate) struct Hops {
    by_target: HashMap<NextHop, Hop>,
    /// Flows by the other side's address, so that a numeric target finds the connection that is there.
    by_remote: HashMap<(SocketAddr, Transport), (Flow, NextHop)>,
    requests: HashMap<FlowRequest, NextHop>,
    serial: u64,
    /// Addresses that failed a moment ago, and until when they are tried last (TX-009).
    avoid: Vec<(SocketAddr, Moment)>,
}

#[derive(Debug)]
enum Hop {
    Opening {
        request: FlowRequest,
        waiting: Vec<u32>,
        /// The flow that is there, while a better server is looked for.
        before: Option<Flow>,
    },
    Open(Flow),
}

impl Hop {
    /// The flow that is there.
    fn flow(&self) -> Option<&Flow> {
        match self {
            Self::Open(flow) => Some(flow),
            Self::Opening { before, .. } => before.as_ref(),
        }
    }
}

/// What to do to get a flow.
#[derive(Debug)]
pub(crate) enum Way {
    /// There is one.
    Open(Flow),
    /// Somebody has asked already; the exchange will be told.
    Waiting,
    /// Ask for one.
    Ask {
        request: FlowRequest,
        avoid: Vec<SocketAddr>,
    },
}

impl Hops {
    /// Finds the way to a next hop for this exchange.
    pub(crate) fn way(&mut self, now: Moment, next_hop: &NextHop, exchange: u32) -> Way {
        match self.by_target.get_mut(next_hop) {
            Some(Hop::Open(flow)) => return Way::Open(*flow),
            Some(Hop::Opening { waiting, .. }) => {
                waiting.push(exchange);
                return Way::Waiting;
            }
            None => {}
        }
        if let Some(flow) = self.open_to_address(next_hop) {
            return Way::Open(flow);
        }
        self.ask(now, next_hop, exchange, None)
    }

    /// Asks for a flow to a next hop that has one, since there may be a better server. `None` if it has none.
    pub(crate) fn look_again(
        &mut self,
        now: Moment,
        next_hop: &NextHop,
        exchange: u32,
    ) -> Option<Way> {
        let Some(Hop::Open(flow)) = self.by_target.get(next_hop) else {
            return None;
        };
        let before = Some(*flow);
        Some(self.ask(now, next_hop, exchange, before))
    }

    fn ask(&mut self, now: Moment, next_hop: &NextHop, exchange: u32, before: Option<Flow>) -> Way {
        if self.by_target.len() >= limits::HOPS {
            self.by_target
                .retain(|_, hop| matches!(hop, Hop::Opening { .. }));
            self.by_remote.clear();
        }
        self.serial += 1;
        let request = FlowRequest(self.serial);
        self.requests.insert(request, next_hop.clone());
        let opening = Hop::Opening {
            request,
            waiting: vec![exchange],
            before,
        };
        self.by_target.insert(next_hop.clone(), opening);
        self.avoid.retain(|(_, until)| *until > now);
        let avoid = self.avoid.iter().map(|(address, _)| *address).collect();
        Way::Ask { request, avoid }
    }

    /// The flow was opened; the answer is who waited for it.
    pub(crate) fn opened(&mut self, request: FlowRequest, flow: Flow) -> Vec<u32> {
        let Some(next_hop) = self.requests.remove(&request) else {
            return Vec::new();
        };
        let waiting = self.take_waiting(&next_hop, request);
        let there = (flow.remote, flow.transport);
        self.by_remote.insert(there, (flow, next_hop.clone()));
        self.by_target.insert(next_hop, Hop::Open(flow));
        waiting
    }

    /// The flow cannot be opened; the answer is who waited for it, and the flow that was there before and remains.
    pub(crate) fn failed(&mut self, request: FlowRequest) -> (Vec<u32>, Option<Flow>) {
        let Some(next_hop) = self.requests.remove(&request) else {
            return (Vec::new(), None);
        };
        let waiting = self.take_waiting(&next_hop, request);
        let hop = self.by_target.remove(&next_hop);
        let before = hop.and_then(|hop| hop.flow().copied());
        if let Some(flow) = before {
            self.by_target.insert(next_hop, Hop::Open(flow));
        }
        (waiting, before)
    }

    /// The flow is no longer there; tells whether it was one that requests would have used.
    pub(crate) fn closed(&mut self, id: FlowId) -> bool {
        let before = self.by_target.len() + self.by_remote.len();
        self.leave(|flow| flow.id == id);
        self.by_remote.retain(|_, (flow, _)| flow.id != id);
        self.by_target.len() + self.by_remote.len() < before
    }

    /// The server at this address did not serve: the next request looks for another first, for a while.
    pub(crate) fn avoid(&mut self, remote: SocketAddr, until: Moment) {
        self.avoid.retain(|(other, _)| *other != remote);
        if self.avoid.len() >= limits::PAUSES {
            self.avoid.remove(0);
        }
        self.avoid.push((remote, until));
        self.leave(|flow| flow.remote == remote);
        self.by_remote.retain(|(other, _), _| *other != remote);
    }

    /// Every server gets a new chance.
    pub(crate) fn forget_failures(&mut self) {
        self.avoid.clear();
    }

    /// Every open flow, in a fixed order.
    pub(crate) fn open_flows(&self) -> Vec<FlowId> {
        let named = self.by_target.values().filter_map(Hop::flow);
        // Dialogs go on where they began, though the name leads elsewhere by now.
        let left = self.by_remote.values().map(|(flow, _)| flow);
        let mut flows: Vec<FlowId> = named.chain(left).map(|flow| flow.id).collect();
        flows.sort_unstable();
        flows.dedup();
        flows
    }

    /// The open flow that a request to this next hop would take.
    pub(crate) fn found(&self, next_hop: &NextHop) -> Option<Flow> {
        match self.by_target.get(next_hop) {
            Some(Hop::Open(flow)) => Some(*flow),
            Some(Hop::Opening { .. }) => None,
            None => self.open_to_address(next_hop),
        }
    }

    /// How many next hops are known.
    pub(crate) fn len(&self) -> usize {
        self.by_target.len()
    }

    /// Where a flow of ours leads.
    pub(crate) fn remote(&self, id: FlowId) -> Option<SocketAddr> {
        let flows = self.by_remote.values();
        flows
            .map(|(flow, _)| flow)
            .find(|flow| flow.id == id)
            .map(|flow| flow.remote)
    }

    /// The next hop that the request was about.
    pub(crate) fn asked(&self, request: FlowRequest) -> Option<&NextHop> {
        self.requests.get(&request)
    }

    /// Whether something we use is at the other end.
    pub(crate) fn is_known(&self, flow: Flow) -> bool {
        self.opened_for(flow).is_some()
    }

    /// The next hop for which the flow to that end was opened.
    pub(crate) fn opened_for(&self, flow: Flow) -> Option<&NextHop> {
        let (_, hop) = self.by_remote.get(&(flow.remote, flow.transport))?;
        Some(hop)
    }

    /// An open flow to a numeric address, if the hop asks for nothing that it does not have (TX-024).
    fn open_to_address(&self, next_hop: &NextHop) -> Option<Flow> {
        let address = SocketAddr::new(next_hop.host.parse().ok()?, next_hop.port?);
        let wanted = match next_hop.transport {
            Some(transport) => &[transport][..],
            // What the URI without a transport means comes first (TX-014).
            None => &[Transport::Udp, Transport::Tcp, Transport::Tls],
        };
        wanted.iter().find_map(|transport| {
            let (flow, opened_for) = self.by_remote.get(&(address, *transport))?;
            let secure_fits = !next_hop.secure || transport.is_secure();
            let identity_fits = !transport.is_secure() || opened_for.identity == next_hop.identity;
            (secure_fits && identity_fits).then_some(*flow)
        })
    }

    /// Requests take these flows no longer.
    fn leave(&mut self, which: impl Fn(&Flow) -> bool) {
        self.by_target.retain(|_, hop| match hop {
            Hop::Open(flow) => !which(flow),
            Hop::Opening { before, .. } => {
                *before = before.take().filter(|flow| !which(flow));
                true
            }
        });
    }

    fn take_waiting(&mut self, next_hop: &NextHop, answered: FlowRequest) -> Vec<u32> {
        match self.by_target.get_mut(next_hop) {
            Some(Hop::Opening {
                request, waiting, ..
            }) if *request == answered => std::mem::take(waiting),
            _ => Vec::new(),
        }
    }
}

/// Flows lost in a row: a server that hangs up at once is not called back at once for ever.
#[derive(Debug, Default)]
pub(crate) struct Losses {
    row: u32,
    last: Moment,
    flow: Option<FlowId>,
}

impl Losses {
    /// One more flow is lost: how long to wait before everything is brought back. The first time not at all.
    /// `None` where this loss was told before, as it is by each message that was still written to the flow.
    pub(crate) fn hold(
        &mut self,
        now: Moment,
        flow: FlowId,
        entropy: &mut Entropy,
    ) -> Option<Duration> {
        if self.flow.replace(flow) == Some(flow) {
            return None;
        }
        if now.saturating_since(self.last) > LOSSES_FORGOTTEN {
            self.row = 0;
        }
        self.last = now;
        let longest = match self.row {
            0 => Duration::ZERO,
            row => Duration::from_secs(1 << row.min(8)),
        };
        self.row = self.row.saturating_add(1);
        Some(entropy.between(longest / 2, longest))
    }
}

/// When something last came on each connection that we opened: one may be dead though nobody says so (TX-025).
#[derive(Debug, Default)]
pub(crate) struct Silences {
    by_flow: HashMap<FlowId, Silence>,
}

#[derive(Debug)]
struct Silence {
    since: Moment,
    /// Whether anything ever came.
    spoken: bool,
}

impl Silences {
    /// The connection is there; it may have been before.
    pub(crate) fn opened(&mut self, now: Moment, flow: &Flow) {
        if flow.transport.is_reliable() {
            self.by_flow.entry(flow.id).or_insert(Silence {
                since: now,
                spoken: false,
            });
        }
    }

    /// Something came on it.
    pub(crate) fn heard(&mut self, now: Moment, flow: &Flow) {
        if flow.transport.is_reliable()
            && let Some(silence) = self.by_flow.get_mut(&flow.id)
        {
            silence.since = now;
            silence.spoken = true;
        }
    }

    /// It is no longer there. Tells whether anything ever came on it.
    pub(crate) fn closed(&mut self, flow: FlowId) -> bool {
        self.by_flow
            .remove(&flow)
            .is_some_and(|silence| silence.spoken)
    }

    /// Whether nothing has come on it for as long as a transaction takes.
    pub(crate) fn is_dead(&self, now: Moment, flow: FlowId) -> bool {
        self.by_flow
            .get(&flow)
            .is_some_and(|silence| now.saturating_since(silence.since) >= TIMER_F)
    }
}

/// A flow that lived so long was a good one.
const LOSSES_FORGOTTEN: Duration = Duration::from_secs(600);
/// How long an address that failed is tried last.
pub(crate) const AVOID: Duration = Duration::from_secs(300);
/// [`Outcome::Stale`] in words.
pub(crate) const STALE: &str = "the server finds each of its nonces too old";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::testing::at;

    fn hop(host: &str, port: Option<u16>, transport: Option<Transport>) -> NextHop {
        NextHop {
            host: host.into(),
            port,
            transport,
            secure: false,
            identity: "example.com".into(),
        }
    }

    fn flow(id: u64, remote: &str, transport: Transport) -> Flow {
        Flow {
            id: FlowId(id),
            transport,
            local: "192.0.2.1:5060".parse().unwrap(),
            remote: remote.parse().unwrap(),
        }
    }

    fn ask(hops: &mut Hops, hop: &NextHop, exchange: u32) -> (FlowRequest, Vec<SocketAddr>) {
        match hops.way(at(0), hop, exchange) {
            Way::Ask { request, avoid } => (request, avoid),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn one_request_for_all_who_wait() {
        let mut hops = Hops::default();
        let name = hop("example.com", None, None);
        let (request, _) = ask(&mut hops, &name, 1);
        assert!(matches!(hops.way(at(0), &name, 2), Way::Waiting));
        let open = flow(7, "192.0.2.9:5060", Transport::Udp);
        assert_eq!(hops.opened(request, open), [1, 2]);
        assert!(matches!(hops.way(at(0), &name, 3), Way::Open(found) if found == open));
        assert!(hops.opened(request, open).is_empty());
        hops.closed(FlowId(7));
        ask(&mut hops, &name, 4);
    }

    #[test]
    fn tx_024_a_numeric_target_finds_the_connection() {
        let mut hops = Hops::default();
        let (request, _) = ask(
            &mut hops,
            &hop("example.com", None, Some(Transport::Tls)),
            1,
        );
        hops.opened(request, flow(7, "192.0.2.9:5061", Transport::Tls));
        let same = hop("192.0.2.9", Some(5061), Some(Transport::Tls));
        assert!(matches!(hops.way(at(0), &same, 2), Way::Open(_)));
        let unnamed = hop("192.0.2.9", Some(5061), None);
        assert!(matches!(hops.way(at(0), &unnamed, 2), Way::Open(_)));
        // Two domains on one address: two connections.
        let foreign = NextHop {
            identity: "example.org".into(),
            ..same.clone()
        };
        assert!(matches!(hops.way(at(0), &foreign, 2), Way::Ask { .. }));
        let udp = hop("192.0.2.9", Some(5061), Some(Transport::Udp));
        assert!(matches!(hops.way(at(0), &udp, 2), Way::Ask { .. }));
    }

    #[test]
    fn tx_024_a_connection_that_ends_leaves_the_datagrams_to_the_same_server() {
        let mut hops = Hops::default();
        let udp = flow(7, "192.0.2.9:5060", Transport::Udp);
        let tcp = flow(8, "192.0.2.9:5060", Transport::Tcp);
        for open in [udp, tcp] {
            let name = hop("example.com", None, Some(open.transport));
            let (request, _) = ask(&mut hops, &name, 1);
            hops.opened(request, open);
        }
        let numeric = hop("192.0.2.9", Some(5060), None);
        assert!(matches!(hops.way(at(0), &numeric, 2), Way::Open(found) if found == udp));
        hops.closed(tcp.id);
        assert!(hops.is_known(udp) && !hops.is_known(tcp));
        assert!(matches!(hops.way(at(0), &numeric, 2), Way::Open(found) if found == udp));
    }

    #[test]
    fn tx_009_a_silent_server_is_tried_last_for_a_while() {
        let mut hops = Hops::default();
        let name = hop("example.com", None, None);
        let (request, _) = ask(&mut hops, &name, 1);
        let dead = flow(7, "192.0.2.9:5060", Transport::Udp);
        hops.opened(request, dead);
        hops.avoid(dead.remote, at(300));
        let (request, avoid) = ask(&mut hops, &name, 1);
        assert_eq!(avoid, [dead.remote]);
        assert_eq!(hops.failed(request), (vec![1], None));
        assert!(matches!(hops.way(at(301), &name, 1), Way::Ask { avoid, .. } if avoid.is_empty()));
    }
}
