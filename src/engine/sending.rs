//! A request's way out: the queue, a flow, credentials, the next server, and the outcome to its owner.

use std::time::Duration;

use super::authentication::Verdict;
use super::dialog::Routing;
use super::engine::Engine;
use super::exchange::{AVOID, Exchange, Outcome, Owner, STALE, SizeRule, Stage, Way};
use super::pacing::Server;
use super::request::Draft;
use super::soft_state::{retry_after, secs};
use super::transaction::ClientId;
use super::{Event, Flow, FlowError, FlowRequest, Moment, NextHop, Output, limits};
use crate::sip::{Message, Transport};

impl Engine {
    /// Queues a request for its owner; the answer names it.
    pub(super) fn request(&mut self, owner: Owner, urgent: bool) -> Option<u32> {
        let exchange = self.exchanges.insert(Exchange::new(owner))?;
        self.pacing.push(exchange, urgent);
        Some(exchange)
    }

    /// Forgets a request; its owner has gone or no longer wants it.
    pub(super) fn abandon(&mut self, exchange: Option<u32>) {
        let Some(exchange) = exchange.and_then(|id| self.exchanges.remove(id)) else {
            return;
        };
        match exchange.stage {
            // It is still in the queue and will be passed over there.
            Stage::Queued => {}
            Stage::Opening => self.pacing.done(exchange.lane),
            Stage::Sent { client, .. } => {
                self.by_client.remove(&client);
                self.transactions.abandon(client);
                self.pacing.done(exchange.lane);
            }
        }
    }

    /// Whether the request has left. One that waits for its turn or for a connection has not.
    pub(super) fn is_sent(&self, exchange: Option<u32>) -> bool {
        exchange
            .and_then(|id| self.exchanges.get(id))
            .is_some_and(|exchange| exchange.left)
    }

    pub(super) fn flow_opened(
        &mut self,
        now: Moment,
        request: FlowRequest,
        flow: Flow,
        away: bool,
    ) {
        self.silences.opened(now, &flow);
        let Some(next_hop) = self.hops.asked(request).cloned() else {
            return;
        };
        let waiting = self.hops.opened(request, flow);
        self.served(now, &next_hop, waiting, flow, away);
    }

    /// Sends what waited for a flow to this next hop.
    fn served(
        &mut self,
        now: Moment,
        next_hop: &NextHop,
        waiting: Vec<u32>,
        flow: Flow,
        away: bool,
    ) {
        self.detours.served(now, next_hop, away, &mut self.entropy);
        for id in waiting {
            let Some(exchange) = self.exchanges.get(id) else {
                continue;
            };
            if exchange.tried.contains(&flow.remote) {
                // There is no other server: what the first one said stands.
                let failure = exchange.failure.clone();
                self.finish(now, id, failure.unwrap_or(Outcome::TimedOut));
            } else {
                self.transmit(now, id, flow);
            }
        }
        self.pacing.sort_named_again();
    }

    pub(super) fn flow_failed(&mut self, now: Moment, request: FlowRequest, error: &FlowError) {
        let Some(next_hop) = self.hops.asked(request).cloned() else {
            return;
        };
        let (waiting, before) = self.hops.failed(request);
        if let Some(flow) = before {
            // Only a better server was looked for.
            return self.served(now, &next_hop, waiting, flow, true);
        }
        for id in waiting {
            let Some(exchange) = self.exchanges.get_mut(id) else {
                continue;
            };
            if exchange.size == SizeRule::Stream {
                exchange.size = SizeRule::Datagram;
                self.launch(now, id);
                continue;
            }
            let failure = exchange.failure.clone();
            self.finish(
                now,
                id,
                failure.unwrap_or_else(|| Outcome::Flow(error.clone())),
            );
        }
        // Those that have not tried it yet need not, unless they go elsewhere now.
        let server = Server::Named(next_hop);
        for id in self.pacing.take_waiting(&server) {
            if self.server_of(id).as_ref() != Some(&server) {
                self.pacing.push(id, false);
                continue;
            }
            let proxy = self.registration.proxy();
            if let Some(exchange) = self.exchanges.get_mut(id) {
                exchange.proxy = proxy;
            }
            self.finish(now, id, Outcome::Flow(error.clone()));
        }
    }

    /// Tells the pacing where the requests go that are new in the queue, or have to go elsewhere now.
    pub(super) fn sort_requests(&mut self, now: Moment) {
        while let Some(id) = self.pacing.take_unsorted() {
            match self.server_of(id) {
                Some(server) => self.pacing.sort(now, id, server),
                None => self.abandon(Some(id)),
            }
        }
    }

    /// Where a request goes as things are now; `None` if nobody wants it any more.
    fn server_of(&self, id: u32) -> Option<Server> {
        let exchange = self.exchanges.get(id)?;
        let next_hop = self.next_hop_of(exchange.owner, exchange.size)?;
        Some(match self.hops.found(&next_hop) {
            Some(flow) => Server::Found(flow.remote),
            None => Server::Named(next_hop),
        })
    }

    fn next_hop_of(&self, owner: Owner, size: SizeRule) -> Option<NextHop> {
        let routing = self.routing(owner)?;
        let mut next_hop = self.config.next_hop(&routing.first);
        if size == SizeRule::Stream {
            next_hop.transport = Some(Transport::Tcp);
        }
        Some(next_hop)
    }

    /// Puts a request back that may not leave yet: only now it is known which server it goes to, and of that one enough
    /// are out (RB-008).
    fn queue_again(&mut self, id: u32) {
        let Some(exchange) = self.exchanges.get_mut(id) else {
            return;
        };
        exchange.stage = Stage::Queued;
        let lane = exchange.lane.take();
        self.pacing.done(lane);
        self.pacing.push(id, false);
    }

    /// Finds a flow for a request that may go.
    pub(super) fn launch(&mut self, now: Moment, id: u32) {
        let Some(exchange) = self.exchanges.get_mut(id) else {
            return;
        };
        exchange.stage = Stage::Opening;
        exchange.proxy = self.registration.proxy();
        let (owner, size) = (exchange.owner, exchange.size);
        if let Some(code) = self.authentication.refused() {
            self.finish(now, id, Outcome::Credentials(code));
            return;
        }
        let Some(next_hop) = self.next_hop_of(owner, size) else {
            self.abandon(Some(id));
            return;
        };
        let again = self.detours.is_due(now, &next_hop) && self.registration.leads(owner);
        let again = again.then(|| self.hops.look_again(now, &next_hop, id));
        let way = again
            .flatten()
            .unwrap_or_else(|| self.hops.way(now, &next_hop, id));
        match way {
            Way::Open(flow) => self.transmit(now, id, flow),
            Way::Waiting => {}
            Way::Ask { request, avoid } => self.output(Output::OpenFlow {
                request,
                next_hop,
                avoid,
            }),
        }
    }

    /// Composes the request for the flow and sends it.
    fn transmit(&mut self, now: Moment, id: u32, flow: Flow) {
        let Some(exchange) = self.exchanges.get(id) else {
            return;
        };
        let (owner, size) = (exchange.owner, exchange.size);
        if let Some(wait) = self.pacing.paused(now, flow.remote) {
            self.finish(now, id, Outcome::Paused(wait));
            return;
        }
        if !exchange.left && self.pacing.is_full(exchange.lane, flow.remote) {
            return self.queue_again(id);
        }
        let Some(draft) = self.compose(now, owner, &flow) else {
            self.abandon(Some(id));
            return;
        };
        if flow.transport == Transport::Udp
            && size == SizeRule::Unknown
            && self.is_too_large(&draft, &flow)
        {
            if let Some(exchange) = self.exchanges.get_mut(id) {
                exchange.size = SizeRule::Stream;
            }
            self.launch(now, id);
            return;
        }
        let own_server = self
            .hops
            .opened_for(flow)
            .is_some_and(|hop| self.config.is_own_host(&hop.host));
        let direct = draft.routing.routes.is_empty();
        let own = [
            self.config.is_own_domain(&draft.routing.request_uri) || (direct && own_server),
            self.config.is_own_domain(&draft.routing.first) || own_server,
        ];
        let home = self.is_home(owner);
        // What goes to our own proxy on its way elsewhere may meet other proxies, but not be read at its end (RB-006).
        let through = own[1] || home || self.follows_service_route(owner);
        let Some(exchange) = self.exchanges.get_mut(id) else {
            return;
        };
        let credentials = self.authentication.headers(
            &mut exchange.rounds,
            &draft.method,
            draft.routing.request_uri.as_str(),
            draft.body_bytes(),
            [home, through],
            &mut self.entropy,
        );
        let branch = self.entropy.branch();
        let bytes = match draft.build(&self.config, &flow, &branch, &credentials) {
            Ok(bytes) => bytes,
            Err(error) => {
                self.finish(now, id, Outcome::Unwritable(error.to_string()));
                return;
            }
        };
        let client = self
            .transactions
            .send_request(now, flow, &branch, &draft.method, bytes);
        self.by_client.insert(client, id);
        if let Some(exchange) = self.exchanges.get_mut(id) {
            exchange.left = true;
            exchange.lane = self.pacing.at(now, exchange.lane, flow.remote);
            exchange.stage = Stage::Sent {
                client,
                flow,
                at: now,
                own,
                trusted: through,
            };
        }
        self.sent(now, owner, &draft, flow);
    }

    /// Whether the request, with the credentials it will carry, is too large for a datagram (RFC 3261 §18.1.1).
    fn is_too_large(&self, draft: &Draft, flow: &Flow) -> bool {
        let credentials = self.authentication.size(draft.routing.request_uri.as_str());
        // Hardly any comes near, and then need not be written twice.
        if draft.size_at_most(&self.config) + credentials <= limits::DATAGRAM {
            return false;
        }
        draft
            .build(&self.config, flow, BRANCH_AS_LONG, &[])
            .is_ok_and(|bytes| bytes.len() + credentials > limits::DATAGRAM)
    }

    pub(super) fn response(&mut self, now: Moment, client: ClientId, message: Message) {
        let Some(id) = self.by_client.remove(&client) else {
            return;
        };
        let Some(exchange) = self.exchanges.get_mut(id) else {
            return;
        };
        let Stage::Sent {
            flow,
            at,
            own,
            trusted,
            ..
        } = exchange.stage
        else {
            return;
        };
        let owner = exchange.owner;
        let code = message.status().unwrap_or(500);
        let took = now.saturating_since(at);
        self.pacing.answered(now, exchange.lane, code, took);
        if matches!(code, 401 | 407) {
            let verdict = if trusted {
                self.authentication
                    .challenged(&mut exchange.rounds, &message, own)
            } else {
                Verdict::Unanswerable("the server that asks is not ours")
            };
            if self.authentication.has_learnt() {
                self.event(Event::DigestOffers);
            }
            match verdict {
                Verdict::Again { weaker } => {
                    if let Some(realm) = weaker {
                        self.event(Event::WeakerChallenge { realm });
                    }
                    if self.may_go_again(owner) {
                        self.transmit(now, id, flow);
                    } else {
                        self.finish(now, id, Outcome::Response(message));
                    }
                }
                Verdict::TooWeak(realm) => {
                    self.event(Event::WeakChallenge { realm });
                    self.finish(now, id, Outcome::Response(message));
                }
                Verdict::Missing(realm) => {
                    self.event(Event::CredentialsMissing { realm });
                    self.finish(now, id, Outcome::Credentials(code));
                }
                Verdict::Refused(realm) => {
                    self.event(Event::CredentialsRefused { realm });
                    self.finish(now, id, Outcome::Credentials(code));
                }
                Verdict::Stale => {
                    self.bad_input(&flow, STALE.to_owned());
                    self.finish(now, id, Outcome::Stale);
                }
                Verdict::Malformed(error) => {
                    self.bad_input(&flow, error.to_string());
                    self.finish(now, id, Outcome::Response(message));
                }
                Verdict::Unanswerable(why) => {
                    self.bad_input(&flow, why.to_owned());
                    self.finish(now, id, Outcome::Response(message));
                }
            }
            return;
        }
        if !self.authentication.accepted(&exchange.rounds, &message) {
            let fault = "the server does not know our password: its rspauth is wrong";
            self.bad_input(&flow, fault.to_owned());
            self.finish(now, id, Outcome::Untrusted(fault));
            return;
        }
        if code == 503 {
            let wait = message.retry_after().ok().flatten();
            if let Some(seconds) = wait.map(|wait| wait.seconds).filter(|wait| *wait > 0) {
                let pause = secs(seconds).min(LONGEST_PAUSE);
                self.pacing.pause(flow.remote, now + pause);
            }
            if !self.has_its_dialog(owner) {
                return self.fail_over(now, id, flow, Outcome::Response(message));
            }
        }
        self.finish(now, id, Outcome::Response(message));
    }

    /// A request got no response at all.
    pub(super) fn unserved(&mut self, now: Moment, client: ClientId, outcome: Outcome) {
        let Some(id) = self.by_client.remove(&client) else {
            return;
        };
        let Some(exchange) = self.exchanges.get(id) else {
            return;
        };
        let Stage::Sent { flow, .. } = exchange.stage else {
            return;
        };
        let owner = exchange.owner;
        // In a dialog the notifier still has to be told of the next connection.
        let is_settled =
            matches!(outcome, Outcome::TimedOut) || matches!(owner, Owner::Subscription(_));
        if is_settled && !self.blames_server(owner) {
            // Its server is well (EV-024).
            return self.hand_over(now, id, outcome);
        }
        self.pacing.lost(now, exchange.lane);
        self.fail_over(now, id, flow, outcome);
    }

    /// Looks for another server (RFC 3263 §4.3); if there is none, the outcome stands.
    fn fail_over(&mut self, now: Moment, id: u32, flow: Flow, outcome: Outcome) {
        let Some(exchange) = self.exchanges.get_mut(id) else {
            return;
        };
        let owner = exchange.owner;
        // A server that says when it is back is not asked before.
        let back = match &outcome {
            Outcome::Response(message) => retry_after(message),
            _ => None,
        };
        let away = AVOID.max(back.unwrap_or_default().min(LONGEST_PAUSE));
        self.hops.avoid(flow.remote, now + away);
        self.pacing.sort_again(&Server::Found(flow.remote));
        exchange.failure.get_or_insert_with(|| outcome.clone());
        exchange.failovers += 1;
        let failovers = exchange.failovers;
        // A registrar answers by itself: if it does not, the connection leads nowhere any more. Others may be far behind
        // the server; but where it said nothing at all meanwhile, that is so too.
        let mut died = matches!(outcome, Outcome::Flow(_));
        if flow.transport.is_reliable()
            && matches!(outcome, Outcome::TimedOut)
            && (matches!(exchange.owner, Owner::Registration(_))
                || self.silences.is_dead(now, flow.id))
        {
            // A server that never spoke would not do so on another connection either.
            died = self.give_up_flow(now, flow, "the server no longer answers on it");
        }
        // A connection that died may be opened once more to the same server (TX-025).
        if !died && let Some(exchange) = self.exchanges.get_mut(id) {
            exchange.tried.push(flow.remote);
        }
        if failovers <= limits::FAILOVERS && self.may_go_again(owner) {
            self.launch(now, id);
        } else {
            self.finish(now, id, outcome);
        }
    }

    /// Closes a flow that leads nowhere any more, and brings back what depends on it. Whether anything ever came on it.
    pub(super) fn give_up_flow(&mut self, now: Moment, flow: Flow, why: &str) -> bool {
        let error = FlowError::Closed {
            address: flow.remote.to_string(),
            detail: why.to_owned(),
        };
        let spoken = self.silences.closed(flow.id);
        self.hops.closed(flow.id);
        self.output(Output::CloseFlow(flow.id));
        // Nobody else tells those who depend on it.
        self.transactions.flow_closed(flow.id, &error);
        self.recover(now, Some(flow.id));
        spoken
    }

    /// Ends a request with this outcome.
    fn finish(&mut self, now: Moment, id: u32, outcome: Outcome) {
        if let Some(exchange) = self.exchanges.get(id)
            && matches!(
                exchange.owner,
                Owner::Subscription(_) | Owner::Publication(_)
            )
            && matches!(outcome, Outcome::TimedOut | Outcome::Flow(_))
        {
            self.registration.proxy_failed(exchange.proxy);
        }
        self.hand_over(now, id, outcome);
    }

    /// Hands the outcome to the owner.
    fn hand_over(&mut self, now: Moment, id: u32, outcome: Outcome) {
        let Some(exchange) = self.exchanges.remove(id) else {
            return;
        };
        self.pacing.done(exchange.lane);
        match exchange.owner {
            Owner::Registration(id) => self.registration_outcome(now, id, outcome),
            Owner::Publication(id) => self.publication_outcome(now, id, &outcome),
            Owner::Subscription(id) => self.attempt_outcome(now, id, outcome),
            Owner::Usage(id, usage) => self.usage_outcome(now, id, usage, outcome),
            Owner::Watcher(id) => self.notify_outcome(now, id, &outcome),
        }
    }

    /// Whether silence says something about the server. Where a NOTIFY has come for what was asked it took the request,
    /// and only the response was lost (EV-024). Of a NOTIFY that it passes on to a watcher it is the watcher who is silent,
    /// perhaps on purpose.
    fn blames_server(&self, owner: Owner) -> bool {
        match owner {
            Owner::Registration(_) | Owner::Publication(_) => true,
            Owner::Subscription(id) => !self.attempt_was_notified(id),
            Owner::Usage(id, usage) => !self.usage_was_notified(id, usage),
            Owner::Watcher(_) => false,
        }
    }

    /// Whether the request may be sent once more, with credentials or to another server. One that nobody wants any more
    /// may not, nor an initial SUBSCRIBE that has its dialog: a challenge that comes after the NOTIFY is that of another
    /// branch of a fork, or of a server that has taken the request all the same. With a new `CSeq` and no To tag the
    /// notifier could not know it again and would make a second subscription (RFC 6665 §4.4.1), so that the one that is
    /// there stands, as after any other refusal. The challenge is remembered: the first refresh answers it (RFC 3261
    /// §22.2).
    fn may_go_again(&self, owner: Owner) -> bool {
        match owner {
            Owner::Subscription(id) => self.attempt_is_wanted(id) && !self.attempt_was_notified(id),
            _ => true,
        }
    }

    /// Whether a NOTIFY has come for an initial SUBSCRIBE, whatever its response says: sent to one more server it would
    /// make a second subscription (RFC 6665 §4.4.1).
    fn has_its_dialog(&self, owner: Owner) -> bool {
        matches!(owner, Owner::Subscription(id) if self.attempt_was_notified(id))
    }

    fn routing(&self, owner: Owner) -> Option<Routing> {
        match owner {
            Owner::Registration(id) => Some(self.registration_routing(id)),
            Owner::Publication(_) => Some(self.initial_routing(&self.config.address)),
            Owner::Subscription(id) => self.attempt_routing(id),
            Owner::Usage(id, usage) => self.usage_routing(id, usage),
            Owner::Watcher(id) => self.watcher_routing(id),
        }
    }

    fn compose(&self, now: Moment, owner: Owner, flow: &Flow) -> Option<Draft> {
        match owner {
            Owner::Registration(id) => self.compose_register(id, flow),
            Owner::Publication(id) => self.compose_publish(id),
            Owner::Subscription(id) => self.compose_subscribe(id, flow),
            Owner::Usage(id, usage) => self.compose_in_dialog(now, id, usage, flow),
            Owner::Watcher(id) => self.compose_notify(now, id, flow),
        }
    }

    fn sent(&mut self, now: Moment, owner: Owner, draft: &Draft, flow: Flow) {
        match owner {
            Owner::Registration(id) => self.register_sent(now, id, draft, flow),
            Owner::Publication(id) => self.publish_sent(now, id, draft, flow),
            Owner::Subscription(id) => self.subscribe_sent(now, id, draft, flow),
            Owner::Usage(id, usage) => self.in_dialog_sent(now, id, usage, draft, flow),
            Owner::Watcher(id) => self.notify_sent(now, id, draft),
        }
    }

    /// Whether the request is for our own domain, so that whoever challenges it at its end is ours.
    fn is_home(&self, owner: Owner) -> bool {
        match owner {
            Owner::Registration(_) | Owner::Publication(_) => true,
            Owner::Subscription(id) => self.attempt_is_home(id),
            Owner::Usage(id, usage) => self.usage_is_home(id, usage),
            // It is a watcher who is at its end, wherever that lives.
            Owner::Watcher(_) => false,
        }
    }

    /// Whether the request goes where the registrar said (RFC 3608).
    fn follows_service_route(&self, owner: Owner) -> bool {
        matches!(owner, Owner::Subscription(_)) && !self.registration.service_route().is_empty()
    }
}

/// As long as every branch of ours.
const BRANCH_AS_LONG: &str = "z9hG4bKaaaaaaaaaaaaaaaa";
/// No server is left alone for longer on its own word.
const LONGEST_PAUSE: Duration = Duration::from_secs(24 * 3600);
