//! The demo server without I/O: SIP requests in, responses and NOTIFYs out.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use jiff::Timestamp;
use rand_chacha::ChaCha20Rng;
use rand_core::Rng;

use super::answer::Answer;
use super::auth::{Asked, Auth, Rejection, User};
use super::limits::DELAYED;
use super::options::{ExpiryBounds, Faults};
use super::publication::Publications;
use super::registrar::Registrar;
use super::subscription::{DialogKey, Package, Subscription};
use super::watchers::Watching;
use super::xcap::Documents;
use crate::engine::timer::TimerQueue;
use crate::engine::transaction::{
    ClientId, Received, ServerId, TransactionOutput, Transactions, response_flow,
};
use crate::engine::{Flow, FlowError, FlowId, Moment};
use crate::package::message_summary::Summary;
use crate::sip::{Fault, HeaderName, Limits, Message, Method, Transport, Uri};

/// What a server needs to begin.
#[derive(Debug)]
pub(super) struct Setup {
    pub(super) domain: String,
    /// Where it is reached, on UDP and TCP.
    pub(super) address: SocketAddr,
    pub(super) users: Vec<User>,
    pub(super) expiry: ExpiryBounds,
    pub(super) nonce_lifetime: Duration,
    pub(super) faults: Faults,
    /// The wall clock at [`Moment::ZERO`].
    pub(super) epoch: Timestamp,
    pub(super) random: ChaCha20Rng,
}

/// What has to be done outside.
#[derive(Debug)]
pub(super) enum Output {
    /// Send these bytes; a stream that is not open is opened to `flow.remote`.
    Transmit { flow: Flow, bytes: Bytes },
    /// Close every connection.
    CloseAll,
}

/// Registrar, presence agent, watcher information, voicemail notifier and XCAP documents of one small domain.
#[derive(Debug)]
pub(super) struct Server {
    pub(super) domain: String,
    pub(super) address: SocketAddr,
    pub(super) expiry: ExpiryBounds,
    pub(super) faults: Faults,
    epoch: Timestamp,
    random: ChaCha20Rng,
    pub(super) auth: Auth,
    pub(super) transactions: Transactions,
    pub(super) registrar: Registrar,
    pub(super) publications: Publications,
    pub(super) documents: Documents,
    pub(super) mailboxes: HashMap<String, Summary>,
    pub(super) subscriptions: BTreeMap<u64, Subscription>,
    pub(super) dialogs: HashMap<DialogKey, u64>,
    pub(super) requests: HashMap<ClientId, u64>,
    pub(super) expiries: TimerQueue<u64>,
    pub(super) waiting: BTreeMap<String, Vec<Watching>>,
    /// Subscriptions that have something to tell.
    pub(super) dirty: BTreeSet<u64>,
    pub(super) last_id: u64,
    delayed: VecDeque<(Moment, ServerId, Flow, Message)>,
    outputs: VecDeque<Output>,
}

impl Server {
    pub(super) fn new(setup: Setup) -> Self {
        let mut random = setup.random;
        let auth = Auth::new(
            &setup.domain,
            setup.users,
            bytes(&mut random),
            setup.nonce_lifetime,
        );
        Self {
            domain: setup.domain,
            address: setup.address,
            expiry: setup.expiry,
            faults: setup.faults,
            epoch: setup.epoch,
            random,
            auth,
            transactions: Transactions::new(),
            registrar: Registrar::default(),
            publications: Publications::default(),
            documents: Documents::default(),
            mailboxes: HashMap::new(),
            subscriptions: BTreeMap::new(),
            dialogs: HashMap::new(),
            requests: HashMap::new(),
            expiries: TimerQueue::new(),
            waiting: BTreeMap::new(),
            dirty: BTreeSet::new(),
            last_id: 0,
            delayed: VecDeque::new(),
            outputs: VecDeque::new(),
        }
    }

    /// Takes a datagram, or a message cut from a stream.
    pub(super) fn receive(&mut self, now: Moment, flow: Flow, bytes: Bytes) {
        let limits = Limits::default();
        let parsed = if flow.transport.is_reliable() {
            Message::parse_stream(bytes.clone(), &limits)
        } else {
            Message::parse_datagram(bytes.clone(), &limits)
        };
        match parsed {
            Ok(message) => self.receive_message(now, flow, &message),
            Err(_) => {
                if let Ok(head) = Message::parse_head(bytes, &limits) {
                    self.refuse(flow, &head, 400);
                }
            }
        }
        self.finish(now);
    }

    /// A connection is gone.
    pub(super) fn flow_closed(&mut self, now: Moment, flow: FlowId) {
        let error = FlowError::Closed {
            address: String::new(),
            detail: String::new(),
        };
        self.transactions.flow_closed(flow, &error);
        self.finish(now);
    }

    /// Does what is due.
    pub(super) fn handle_timeout(&mut self, now: Moment) {
        self.transactions.handle_timeout(now);
        while self.delayed.front().is_some_and(|(at, ..)| *at <= now) {
            if let Some((_, server, flow, request)) = self.delayed.pop_front() {
                self.serve(now, server, flow, &request);
            }
        }
        self.expire_subscriptions(now);
        for presentity in self.publications.expire(now) {
            self.presence_changed(&presentity);
        }
        self.give_up_waiting(now);
        self.finish(now);
    }

    /// The next output.
    pub(super) fn poll(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// When [`Server::handle_timeout`] is to be called next.
    pub(super) fn next_timeout(&self) -> Option<Moment> {
        [
            self.transactions.next_timeout(),
            self.delayed.front().map(|(at, ..)| *at),
            self.expiries.next(),
            self.publications.next_expiry(),
            self.waiting
                .values()
                .flatten()
                .filter_map(|watching| watching.until)
                .min(),
        ]
        .into_iter()
        .flatten()
        .min()
    }

    /// Behaves as a server that was started again: connections and nonces are gone, and, where `lose_state` says so,
    /// registrations, publications and subscriptions too. Accounts, rules and messages stay.
    pub(super) fn restart(&mut self, lose_state: bool) {
        self.transactions = Transactions::new();
        self.requests.clear();
        self.delayed.clear();
        for subscription in self.subscriptions.values_mut() {
            subscription.outstanding = None;
        }
        let secret = bytes(&mut self.random);
        self.auth.forget(secret);
        if lose_state {
            self.registrar = Registrar::default();
            self.publications = Publications::default();
            self.subscriptions.clear();
            self.dialogs.clear();
            self.waiting.clear();
            self.dirty.clear();
            self.expiries = TimerQueue::new();
        }
        self.outputs.clear();
        self.outputs.push_back(Output::CloseAll);
    }

    /// Sends what changed to those who have to know; called at the end of every input.
    pub(super) fn finish(&mut self, now: Moment) {
        loop {
            while let Some(id) = self.dirty.pop_first() {
                self.notify(now, id);
            }
            let Some(output) = self.transactions.poll() else {
                break;
            };
            match output {
                TransactionOutput::Transmit { flow, bytes } => {
                    self.outputs.push_back(Output::Transmit { flow, bytes });
                }
                TransactionOutput::TimedOut(client) | TransactionOutput::Failed(client, _) => {
                    self.notify_answered(client, None);
                }
            }
        }
        let subscriptions = &self.subscriptions;
        self.expiries.prune(|at, id| {
            subscriptions
                .get(&id)
                .is_some_and(|subscription| subscription.expires_at == at)
        });
    }

    /// The wall clock.
    pub(super) fn wall(&self, now: Moment) -> Timestamp {
        self.epoch
            .checked_add(now.since_start())
            .unwrap_or(self.epoch)
    }

    /// Random hexadecimal digits, 128 bits.
    pub(super) fn token(&mut self) -> String {
        format!(
            "{:016x}{:016x}",
            self.random.next_u64(),
            self.random.next_u64()
        )
    }

    /// The sent-by of the server.
    pub(super) fn sent_by(&self) -> String {
        self.address.to_string()
    }

    /// The Contact of a notifier, on a transport.
    pub(super) fn contact(&self, notifier: usize, transport: Transport) -> String {
        let (address, transport) = (self.address, transport.parameter());
        format!("<sip:notifier-{notifier}@{address};transport={transport}>")
    }

    /// The address of record of somebody here; `None` for other domains and schemes.
    pub(super) fn local_aor(&self, uri: &str) -> Option<String> {
        let uri = Uri::parse(uri).ok()?;
        let aor = uri.aor();
        let domain = aor.rsplit_once('@').map(|(_, domain)| domain)?;
        (domain == self.domain).then_some(aor)
    }

    fn receive_message(&mut self, now: Moment, flow: Flow, message: &Message) {
        if let Err(error) = message.validate() {
            if message.is_request() {
                let code = if error.fault == Fault::Version {
                    505
                } else {
                    400
                };
                self.refuse(flow, message, code);
            }
            return;
        }
        match self.transactions.receive(now, flow, message) {
            Received::Request(server) if self.faults.delay.is_zero() => {
                self.serve(now, server, flow, message);
            }
            Received::Request(server) => {
                if self.delayed.len() < DELAYED {
                    let at = now + self.faults.delay;
                    self.delayed.push_back((at, server, flow, message.clone()));
                }
            }
            Received::Response {
                client,
                provisional: false,
            } => self.notify_answered(client, message.status()),
            Received::Response { .. } | Received::Absorbed | Received::Stray => {}
        }
    }

    /// Answers a request that cannot be served, without a transaction. An ACK is never answered.
    fn refuse(&mut self, flow: Flow, request: &Message, code: u16) {
        let is_ack = request
            .request_line()
            .is_none_or(|line| line.method == Method::Ack.as_str());
        let tag = self.token();
        if is_ack {
            return;
        }
        if let Some(bytes) = Answer::new(code).render(request, flow.remote, &tag) {
            let flow = request
                .top_via()
                .map_or(flow, |via| response_flow(flow, &via));
            self.outputs.push_back(Output::Transmit { flow, bytes });
        }
    }

    fn serve(&mut self, now: Moment, server: ServerId, flow: Flow, request: &Message) {
        let answer = self
            .answer(now, flow, request)
            .unwrap_or_else(|answer| answer);
        let tag = self.token();
        if let Some(bytes) = answer.render(request, flow.remote, &tag) {
            self.transactions.respond(now, server, bytes);
        }
    }

    fn answer(&mut self, now: Moment, flow: Flow, request: &Message) -> Result<Answer, Answer> {
        let method = request.method().map_err(|_| Answer::new(400))?;
        if let Ok(required) = request.require()
            && !required.is_empty()
        {
            let tags: Vec<_> = required.iter().collect();
            return Err(Answer::new(420).with(HeaderName::Unsupported, tags.join(", ")));
        }
        match method {
            Method::Options => Ok(capabilities(Answer::new(200))),
            Method::Register | Method::Subscribe | Method::Publish => {
                let user = self.authenticate(now, request, &method)?;
                match method {
                    Method::Register => self.register(now, request, &user),
                    Method::Publish => self.publish(now, request, &user),
                    _ => self.subscribe(now, flow, request, &user),
                }
            }
            Method::Cancel => Err(Answer::new(481)),
            Method::Other(_) => Err(capabilities(Answer::new(501))),
            _ => Err(capabilities(Answer::new(405))),
        }
    }

    /// The user who sent a request, and whose address From shows.
    fn authenticate(
        &mut self,
        now: Moment,
        request: &Message,
        method: &Method,
    ) -> Result<String, Answer> {
        let credentials = request
            .authorizations()
            .map_err(|_| Answer::reason(400, "Bad Credentials"))?;
        let asked = Asked {
            method: method.as_str(),
            uri: request.request_line().map_or("", |line| line.uri),
            body: request.body_bytes(),
        };
        let user = match self.auth.check(now, &credentials, asked) {
            Ok(user) => user,
            Err(Rejection::Mismatch) => {
                return Err(Answer::reason(400, "Credentials For Another URI"));
            }
            Err(Rejection::Challenge(values)) => {
                return Err(values.into_iter().fold(Answer::new(401), |answer, value| {
                    answer.with(HeaderName::WwwAuthenticate, value)
                }));
            }
        };
        let from = request.from().map_err(|_| Answer::new(400))?;
        if self.local_aor(from.uri).as_deref() == Some(&*user) {
            Ok(user)
        } else {
            Err(Answer::reason(403, "From Is Somebody Else"))
        }
    }

    fn register(&mut self, now: Moment, request: &Message, user: &str) -> Result<Answer, Answer> {
        let to = request.to().map_err(|_| Answer::new(400))?;
        match self.local_aor(to.uri) {
            None => Err(Answer::new(404)),
            Some(aor) if aor != user => Err(Answer::new(403)),
            Some(aor) => Ok(self.registrar.register(now, &aor, request, self.expiry)),
        }
    }

    fn publish(&mut self, now: Moment, request: &Message, user: &str) -> Result<Answer, Answer> {
        let event = request
            .event()
            .map_err(|_| Answer::new(400))?
            .ok_or_else(bad_event)?;
        if event.package != Package::Presence.token() {
            return Err(bad_event());
        }
        let uri = request.request_line().map_or("", |line| line.uri);
        let presentity = self.local_aor(uri).ok_or_else(|| Answer::new(404))?;
        if presentity != user {
            return Err(Answer::new(403));
        }
        let etag = self.token();
        let (answer, changed) =
            self.publications
                .publish(now, &presentity, request, self.expiry, etag);
        if changed {
            self.presence_changed(&presentity);
        }
        Ok(answer)
    }
}

/// The 489 with what is served.
pub(super) fn bad_event() -> Answer {
    // Template packages are not listed (RFC 6665 §7.2).
    Answer::new(489).with(HeaderName::AllowEvents, EVENTS)
}

fn capabilities(answer: Answer) -> Answer {
    answer
        .with(HeaderName::Allow, "REGISTER, SUBSCRIBE, PUBLISH, OPTIONS")
        .with(HeaderName::AllowEvents, EVENTS)
        .with(HeaderName::Accept, crate::package::presence::CONTENT_TYPE)
        .with(HeaderName::Supported, "")
}

fn bytes<const N: usize>(random: &mut ChaCha20Rng) -> [u8; N] {
    let mut bytes = [0; N];
    random.fill_bytes(&mut bytes);
    bytes
}

const EVENTS: &str = "presence, message-summary";
