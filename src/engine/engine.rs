//! The engine as a value: what goes in, what comes out, and who of its parts is asked.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use rand_core::Rng;

use super::arena::Arena;
use super::authentication::Authentication;
use super::config::{DigestOffer, EngineConfig};
use super::deadline::{Deadlines, Timer};
use super::detour::Detours;
use super::dialog::Routing;
use super::entropy::Entropy;
use super::exchange::{Exchange, Hops, Losses, Outcome, Silences};
use super::incoming::Incoming;
use super::notifier::Notifier;
use super::pacing::Pacing;
use super::publication::Publications;
use super::registration::Registration;
use super::request::contact_uri;
use super::stop::Stop;
use super::subscription::Subscriptions;
use super::transaction::{ClientId, Received, TransactionOutput, Transactions};
use super::{Event, Flow, FlowError, FlowId, Input, Moment, Output, limits, stun};
use crate::sip::{Limits, Message, Secret, Transport, Uri};

/// A subscriber, publisher and registrant for one account, and its notifier where that is wanted, without I/O.
///
/// It is a plain value: whatever happens is handed to [`Engine::handle_input`] or is a wish of the user (the other
/// methods that take a moment); after each of them [`Engine::poll_output`] is called until it answers
/// [`Output::Timeout`]. It names no clock, opens no socket and never panics on input.
#[derive(Debug)]
pub struct Engine {
    pub(super) config: EngineConfig,
    pub(super) entropy: Entropy,
    pub(super) deadlines: Deadlines,
    pub(super) transactions: Transactions,
    pub(super) outputs: VecDeque<Output>,
    pub(super) authentication: Authentication,
    pub(super) exchanges: Arena<Exchange>,
    pub(super) hops: Hops,
    pub(super) detours: Detours,
    pub(super) pacing: Pacing,
    pub(super) registration: Registration,
    pub(super) subscriptions: Subscriptions,
    pub(super) publications: Publications,
    pub(super) notifier: Notifier,
    pub(super) incoming: Incoming,
    pub(super) stop: Stop,
    losses: Losses,
    pub(super) silences: Silences,
    pub(super) by_client: HashMap<ClientId, u32>,
    message_limits: Limits,
}

impl Engine {
    /// An engine for this account. `random` is its only source of chance: hand in a cryptographic one, or a seeded one
    /// in a test.
    pub fn new(config: EngineConfig, random: Box<dyn Rng + Send>) -> Self {
        let mut entropy = Entropy::new(random);
        let authentication = Authentication::new(&config);
        Self {
            registration: Registration::new(&config, &mut entropy),
            incoming: Incoming::new(&mut entropy),
            config,
            entropy,
            deadlines: Deadlines::default(),
            transactions: Transactions::new(),
            outputs: VecDeque::new(),
            authentication,
            exchanges: Arena::new(),
            hops: Hops::default(),
            detours: Detours::default(),
            pacing: Pacing::new(),
            subscriptions: Subscriptions::default(),
            publications: Publications::default(),
            notifier: Notifier::new(),
            stop: Stop::default(),
            losses: Losses::default(),
            silences: Silences::default(),
            by_client: HashMap::new(),
            message_limits: Limits::default(),
        }
    }

    /// Takes what happened outside.
    pub fn handle_input(&mut self, now: Moment, input: Input) {
        self.refuse_unanswered(now);
        self.confirm_unspoken(now);
        match input {
            Input::Received { flow, bytes } => self.received(now, flow, bytes),
            Input::FlowOpened {
                request,
                flow,
                away,
            } => self.flow_opened(now, request, flow, away),
            Input::FlowFailed { request, error } => self.flow_failed(now, request, &error),
            Input::FlowClosed { flow, error } => {
                self.silences.closed(flow);
                if let Some(remote) = self.hops.remote(flow) {
                    self.pacing.start_over(now, Some(remote));
                }
                let used = self.hops.closed(flow) || self.is_used(flow);
                self.transactions.flow_closed(flow, &error);
                // Connections of strangers come and go as they like (RB-005).
                if used {
                    self.recover(now, Some(flow));
                }
            }
            Input::KeepAliveAnswered(flow) => self.keep_alive_answered(now, flow),
            Input::NetworkChanged => self.network_changed(now),
            Input::Tick => {}
        }
        self.pump(now);
    }

    /// What has to be done outside, in order; [`Output::Timeout`] comes when there is nothing else.
    pub fn poll_output(&mut self) -> Output {
        if let Some(output) = self.outputs.pop_front() {
            return output;
        }
        let next = [self.next_timer(), self.transactions.next_timeout()];
        Output::Timeout(next.into_iter().flatten().min())
    }

    /// Takes a new password and tries again what was refused or could not be answered without one.
    pub fn set_password(&mut self, now: Moment, password: Secret) {
        self.authentication.set_password(password);
        self.retry_refused();
        self.pump(now);
    }

    /// The strongest digest algorithm that each realm ever offered; to be kept for the next run when
    /// [`Event::DigestOffers`] comes (AU-004).
    pub fn digest_offers(&self) -> &[DigestOffer] {
        self.authentication.offers()
    }

    /// Tries everything now that waits for a retry or was given up; a person asked for it.
    pub fn retry_now(&mut self, now: Moment) {
        self.pacing.forget_pauses();
        self.retry_registration();
        self.retry_subscriptions();
        self.retry_publications();
        self.pump(now);
    }

    /// Does what is due, until nothing is.
    pub(super) fn pump(&mut self, now: Moment) {
        loop {
            self.transactions.handle_timeout(now);
            while let Some(output) = self.transactions.poll() {
                match output {
                    TransactionOutput::Transmit { flow, bytes } => {
                        self.output(Output::Transmit { flow, bytes });
                    }
                    TransactionOutput::TimedOut(client) => {
                        self.unserved(now, client, Outcome::TimedOut);
                    }
                    TransactionOutput::Failed(client, error) => {
                        self.unserved(now, client, Outcome::Flow(error));
                    }
                }
            }
            if let Some(timer) = self.pop_timer(now) {
                self.fire(now, timer);
                continue;
            }
            self.notify_watchers();
            self.sort_requests(now);
            let open = self.gate_is_open();
            let exchanges = &self.exchanges;
            let is_wanted = |id| exchanges.get(id).is_some();
            if let Some((id, lane)) = self.pacing.next(now, open, is_wanted) {
                if let Some(exchange) = self.exchanges.get_mut(id) {
                    exchange.lane = lane;
                }
                self.launch(now, id);
                continue;
            }
            if self.transactions.next_timeout().is_some_and(|at| at <= now) {
                continue;
            }
            if !self.advance_stop(now) {
                break;
            }
        }
        let open = self.gate_is_open();
        match self.pacing.wake_at(now, open) {
            Some(at) => self.set_timer(Timer::Pace, at),
            None => {
                self.cancel_timer(Timer::Pace);
            }
        }
    }

    pub(super) fn output(&mut self, output: Output) {
        if self.outputs.len() < limits::OUTPUTS {
            self.outputs.push_back(output);
        }
    }

    pub(super) fn event(&mut self, event: Event) {
        self.output(Output::Event(event));
    }

    /// The Route values of a request outside a dialog: what the registrar said (RFC 3608), or the outbound proxy.
    pub(super) fn initial_routing(&self, target: &Uri) -> Routing {
        let service_route = self.registration.service_route();
        if service_route.is_empty() {
            let route = self.config.preloaded_route(self.registration.proxy());
            return Routing::new(target, route.as_deref());
        }
        Routing::new(target, service_route.iter().map(String::as_str))
    }

    /// Our Contact URI on a flow. With `ob` later requests of the dialog come back on this flow (RFC 5626 §4.3), unless the
    /// registrar has shown that it does not know outbound.
    pub(super) fn contact_on(&self, flow: &Flow, secure: bool) -> String {
        self.contact_of(self.config.contact_user(), flow, secure)
    }

    /// The same with another user part.
    pub(super) fn contact_of(&self, user: &str, flow: &Flow, secure: bool) -> String {
        let mut uri = contact_uri(user, flow, secure);
        if self.config.outbound && self.registration.has_outbound(flow.id) != Some(false) {
            uri.push_str(";ob");
        }
        uri
    }

    fn received(&mut self, now: Moment, flow: Flow, bytes: bytes::Bytes) {
        self.silences.heard(now, &flow);
        if flow.transport == Transport::Udp && stun::is_stun(&bytes) {
            return self.stun_received(now, flow, &bytes);
        }
        let parsed = if flow.transport.is_reliable() {
            Message::parse_stream(bytes.clone(), &self.message_limits)
        } else {
            Message::parse_datagram(bytes.clone(), &self.message_limits)
        };
        let message = match parsed {
            Ok(message) => message,
            Err(crate::sip::MessageError::Empty) => return,
            Err(error) => {
                self.bad_input(&flow, error.to_string());
                // A request whose body or length is wrong can still be answered (RFC 3261 §18.3).
                if let Ok(head) = Message::parse_head(bytes, &self.message_limits)
                    && head.is_request()
                {
                    self.reject_malformed(now, flow, &head, 400);
                }
                return;
            }
        };
        if let Err(error) = message.validate() {
            self.bad_input(&flow, error.to_string());
            if message.is_request() {
                self.reject_malformed(now, flow, &message, error.status());
            }
            return;
        }
        match self.transactions.receive(now, flow, &message) {
            Received::Request(server) => self.incoming_request(now, flow, server, &message),
            Received::Response {
                provisional: true, ..
            }
            | Received::Absorbed => {}
            Received::Response { client, .. } => self.response(now, client, message),
            Received::Stray if message.is_request() => {
                self.stray(&flow, "a request that nobody could answer".to_owned());
            }
            Received::Stray => {
                let what = "a response to nothing that this address was asked";
                self.stray(&flow, what.to_owned());
            }
        }
    }

    fn fire(&mut self, now: Moment, timer: Timer) {
        match timer {
            Timer::RegisterRefresh(id) | Timer::RegisterRetry(id) => self.start_binding(id),
            Timer::RegisterExpiry(id) => self.binding_expired(id),
            Timer::KeepAlive(id) => self.keep_alive_due(now, id),
            Timer::PublishRefresh(id) | Timer::PublishRetry(id) => self.start_publish(id),
            Timer::PublishExpiry(id) => self.publication_expired(id),
            Timer::SubscribeNotifyWait(id) => self.attempt_wait_over(now, id),
            Timer::SubscribeRetry(id) => self.start_attempt(id),
            Timer::UsageNotifyWait(id, usage) => self.usage_wait_over(now, id, usage),
            Timer::UsageRefresh(id, usage) => self.refresh_usage(id, usage),
            Timer::UsageExpiry(id, usage) => self.usage_expired(now, id, usage),
            Timer::WatcherNotify(id) => self.watcher_due(now, id),
            Timer::WatcherExpiry(id) => self.watcher_expired(now, id),
            Timer::Pace => {}
            Timer::StopPhase => self.stop_phase_over(now),
        }
    }

    /// A flow died, or all are suspect (`None`): what depends on them is brought back at once, spread by jitter, the
    /// registration first (EV-093).
    pub(super) fn recover(&mut self, now: Moment, flow: Option<FlowId>) {
        let hold = match flow {
            Some(flow) => self.losses.hold(now, flow, &mut self.entropy),
            None => Some(Duration::ZERO),
        };
        let Some(hold) = hold else { return };
        let bound = flow.is_some_and(|flow| self.registration.has_outbound(flow) == Some(true));
        self.recover_registration(now, flow, hold);
        self.recover_subscriptions(now, flow, hold, bound);
        self.recover_publications(now, flow, hold);
        self.recover_watchers(now);
    }

    fn network_changed(&mut self, now: Moment) {
        for flow in self.hops.open_flows() {
            let error = FlowError::Closed {
                address: "the old network".to_owned(),
                detail: "the network changed".to_owned(),
            };
            self.silences.closed(flow);
            self.hops.closed(flow);
            self.transactions.flow_closed(flow, &error);
            self.output(Output::CloseFlow(flow));
        }
        // What failed over there says nothing about here.
        self.hops.forget_failures();
        self.detours.forget();
        self.pacing.forget_pauses();
        self.pacing.start_over(now, None);
        self.recover(now, None);
        if !self.registration.is_wanted() {
            // Otherwise the registration, once it is there, brings the rest.
            self.retry_unreached();
        }
    }

    /// Whether more than urgent requests may go. What is to end does not wait for a registration.
    fn gate_is_open(&self) -> bool {
        self.stop.has_begun() || self.registration.gate_is_open()
    }

    /// Whether anything of ours depends on the flow.
    fn is_used(&self, flow: FlowId) -> bool {
        self.registration.uses(flow)
            || self.subscriptions.use_flow(flow)
            || self.publications.use_flow(flow)
    }
}
