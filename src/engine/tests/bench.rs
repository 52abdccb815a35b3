//! The bench: an engine, a clock, and a server whose every word is scripted.

use std::collections::VecDeque;
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

use crate::engine::{
    BodyFault, Engine, EngineConfig, Event, Flow, FlowError, FlowId, FlowRequest, ForkPolicy,
    Input, Moment, NextHop, Output, PackageSpec, PublicationId, PublicationState, SubscribeRequest,
    SubscriptionEvent, SubscriptionId, SubscriptionState,
};
use crate::sip::{HeaderName, Limits, Message, ResponseBuilder, Transport, Uri};

pub(super) struct Bench {
    pub(super) engine: Engine,
    pub(super) now: Moment,
    /// Requests of the engine that the script has not looked at.
    requests: VecDeque<Message>,
    /// Responses of the engine.
    pub(super) responses: VecDeque<Message>,
    pub(super) events: Vec<Event>,
    /// Each request with its time, for counting.
    pub(super) log: Vec<(Moment, Message)>,
    pub(super) transport: Transport,
    pub(super) opened: Vec<NextHop>,
    pub(super) avoided: Vec<std::net::SocketAddr>,
    /// Connections that the engine has given up.
    pub(super) given_up: Vec<FlowId>,
    /// Connections that are to be pinged, and how often.
    pub(super) kept_alive: Vec<(FlowId, Duration, Duration)>,
    /// Keep-alives on UDP, with their times.
    pub(super) stun: VecDeque<(Moment, Flow, Bytes)>,
    /// Servers in order of preference; a flow goes to the first that can be had and is not to be avoided.
    pub(super) servers: Vec<std::net::SocketAddr>,
    /// Servers that take no connection.
    pub(super) unreachable: Vec<std::net::SocketAddr>,
    pub(super) refuse_flows: bool,
    /// Connections take their time; see [`Bench::open_held`].
    pub(super) hold_flows: bool,
    held: Vec<(FlowRequest, NextHop)>,
    pub(super) verdict: Result<(), BodyFault>,
    /// Our address on the next flow.
    pub(super) local: std::net::SocketAddr,
    next_flow: u64,
    branch: u64,
    pub(super) flow: Option<Flow>,
}

pub(super) fn uri(text: &str) -> Uri {
    Uri::parse(text).unwrap()
}

pub(super) fn presence() -> Arc<PackageSpec> {
    Arc::new(PackageSpec::new("presence", "application/pidf+xml"))
}

pub(super) fn messages() -> Arc<PackageSpec> {
    let mut package = PackageSpec::new("message-summary", "application/simple-message-summary");
    package.forks = ForkPolicy::Several;
    Arc::new(package)
}

pub(super) fn config() -> EngineConfig {
    let mut config = EngineConfig::new(uri("sip:alice@example.com"));
    config.password = Some("secret".into());
    config.instance = "urn:uuid:00000000-0000-4000-8000-000000000001".to_owned();
    config
}

impl Bench {
    pub(super) fn new() -> Self {
        Self::with(config())
    }

    pub(super) fn with(config: EngineConfig) -> Self {
        Self::seeded(config, 7)
    }

    pub(super) fn seeded(config: EngineConfig, seed: u64) -> Self {
        Self {
            engine: Engine::new(config, Box::new(ChaCha8Rng::seed_from_u64(seed))),
            now: Moment::from_start(Duration::from_secs(1000)),
            requests: VecDeque::new(),
            responses: VecDeque::new(),
            events: Vec::new(),
            log: Vec::new(),
            transport: Transport::Udp,
            opened: Vec::new(),
            avoided: Vec::new(),
            given_up: Vec::new(),
            kept_alive: Vec::new(),
            stun: VecDeque::new(),
            servers: vec!["192.0.2.9:5060".parse().unwrap()],
            unreachable: Vec::new(),
            refuse_flows: false,
            hold_flows: false,
            held: Vec::new(),
            verdict: Ok(()),
            local: "192.0.2.1:5062".parse().unwrap(),
            next_flow: 1,
            branch: 0,
            flow: None,
        }
    }

    /// Subscribes to Bob's presence for ten minutes.
    pub(super) fn subscribe(&mut self) -> SubscriptionId {
        self.subscribe_with(presence(), Some(600))
    }

    pub(super) fn subscribe_with(
        &mut self,
        package: Arc<PackageSpec>,
        expires: Option<u32>,
    ) -> SubscriptionId {
        let mut request = SubscribeRequest::new(package, uri("sip:bob@example.com"));
        request.expires = expires;
        let id = self.engine.subscribe(self.now, request);
        self.drain();
        id
    }

    pub(super) fn fetch(&mut self, package: Arc<PackageSpec>) -> SubscriptionId {
        let mut request = SubscribeRequest::new(package, uri("sip:bob@example.com"));
        request.fetch = true;
        let id = self.engine.subscribe(self.now, request);
        self.drain();
        id
    }

    /// Subscribes, is answered 200 and `active` for ten minutes; the answer is the SUBSCRIBE.
    pub(super) fn active(&mut self) -> (SubscriptionId, Message) {
        let id = self.subscribe();
        let subscribe = self.request();
        self.respond(&subscribe, 200, &["Expires: 600"]);
        self.notify(Notify::to(&subscribe)).assert_status(200);
        assert_eq!(self.state(id), SubscriptionState::Active);
        (id, subscribe)
    }

    pub(super) fn unsubscribe(&mut self, id: SubscriptionId) {
        self.engine.unsubscribe(self.now, id);
        self.drain();
    }

    /// Publishes a presence document.
    pub(super) fn publish(&mut self, expires: Option<u32>) -> PublicationId {
        let (kind, body) = ("application/pidf+xml", "<one/>".into());
        let id = self
            .engine
            .publish(self.now, "presence", kind, body, expires);
        self.drain();
        id
    }

    /// Publishes, and is granted `expires` seconds and the entity tag `a1`.
    pub(super) fn published(&mut self, expires: u32) -> PublicationId {
        let id = self.publish(Some(expires));
        let publish = self.request();
        let granted = format!("Expires: {expires}");
        self.respond(&publish, 200, &["SIP-ETag: a1", &granted]);
        assert_eq!(
            self.engine.publication(id).unwrap().state,
            PublicationState::Published
        );
        id
    }

    /// Carries out what the engine wants; NOTIFYs are answered by `verdict`.
    pub(super) fn drain(&mut self) {
        for _ in 0..100_000 {
            match self.engine.poll_output() {
                Output::Timeout(_) => return,
                Output::OpenFlow {
                    request,
                    next_hop,
                    avoid,
                } => self.open(request, next_hop, &avoid),
                Output::Transmit { flow, bytes } => self.transmitted(flow, bytes),
                Output::CloseFlow(flow) => self.given_up.push(flow),
                Output::KeepAlive {
                    flow,
                    shortest,
                    longest,
                } => self.kept_alive.push((flow, shortest, longest)),
                Output::Event(event) => {
                    if let Event::Notify { token, .. } | Event::Unsolicited { token, .. } = &event {
                        let (token, verdict) = (*token, self.verdict.clone());
                        self.events.push(event);
                        self.engine.answer_notify(self.now, token, verdict);
                    } else {
                        self.events.push(event);
                    }
                }
            }
        }
        panic!("the engine never comes to rest");
    }

    pub(super) fn input(&mut self, input: Input) {
        self.engine.handle_input(self.now, input);
        self.drain();
    }

    /// Lets the clock run, waking the engine whenever it asked for it.
    pub(super) fn advance(&mut self, time: Duration) {
        let end = self.now + time;
        for _ in 0..1_000_000 {
            let next = match self.engine.poll_output() {
                Output::Timeout(next) => next,
                other => panic!("not drained: {other:?}"),
            };
            let Some(next) = next.filter(|next| *next <= end) else {
                self.now = end;
                return self.input(Input::Tick);
            };
            self.now = self.now.max(next);
            self.input(Input::Tick);
        }
        panic!("the engine asks to be woken without end");
    }

    pub(super) fn advance_secs(&mut self, seconds: u64) {
        self.advance(Duration::from_secs(seconds));
    }

    /// The next new request of the engine; retransmissions are passed over.
    pub(super) fn request(&mut self) -> Message {
        self.try_request().expect("a request")
    }

    pub(super) fn try_request(&mut self) -> Option<Message> {
        self.requests.pop_front()
    }

    /// Lets the clock run until there is a request, for `seconds` at most.
    pub(super) fn request_within(&mut self, seconds: u64) -> Message {
        self.wait_for_request(seconds)
            .unwrap_or_else(|| panic!("no request within {seconds} s"))
    }

    pub(super) fn wait_for_request(&mut self, seconds: u64) -> Option<Message> {
        let end = self.now + Duration::from_secs(seconds);
        while self.requests.is_empty() && self.now < end {
            let next = match self.engine.poll_output() {
                Output::Timeout(Some(next)) if next <= end => next,
                _ => end,
            };
            self.now = self.now.max(next);
            self.input(Input::Tick);
        }
        self.try_request()
    }

    /// Nothing new is sent for so long.
    pub(super) fn assert_silent(&mut self, seconds: u64) {
        if let Some(request) = self.wait_for_request(seconds) {
            panic!("{request:?} after all, at {:?}", self.now);
        }
    }

    pub(super) fn respond(&mut self, request: &Message, code: u16, headers: &[&str]) {
        let bytes = response(request, code, headers);
        self.receive(bytes);
    }

    pub(super) fn receive(&mut self, bytes: Bytes) {
        let flow = self.flow.expect("a flow");
        self.input(Input::Received { flow, bytes });
    }

    /// Sends a NOTIFY; the answer is what the engine said to it.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "a NOTIFY is built where it is sent"
    )]
    pub(super) fn notify(&mut self, notify: Notify) -> Answered {
        self.branch += 1;
        let bytes = notify.bytes(self.branch);
        self.receive(bytes);
        Answered(self.responses.pop_back())
    }

    pub(super) fn state(&self, id: SubscriptionId) -> SubscriptionState {
        self.subscription(id).state
    }

    pub(super) fn subscription(&self, id: SubscriptionId) -> SubscriptionEvent {
        self.engine
            .subscription(id)
            .expect("the subscription is there")
    }

    /// The connections that took their time are there.
    pub(super) fn open_held(&mut self) {
        self.hold_flows = false;
        for (request, next_hop) in std::mem::take(&mut self.held) {
            self.open(request, next_hop, &[]);
        }
        self.drain();
    }

    /// The first of the connections that took their time is there, the others are not.
    pub(super) fn open_first_held(&mut self) {
        let (request, next_hop) = self.held.remove(0);
        self.hold_flows = false;
        self.open(request, next_hop, &[]);
        self.hold_flows = true;
        self.drain();
    }

    /// The machine slept: nothing was done for so long, and everything that was due meanwhile is due now.
    pub(super) fn sleep(&mut self, time: Duration) {
        self.now += time;
        self.input(Input::Tick);
    }

    /// The times of the requests of one method, retransmissions left out.
    pub(super) fn times(&self, method: &str) -> Vec<Moment> {
        let of_method =
            |message: &Message| message.method().is_ok_and(|found| found.as_str() == method);
        self.log
            .iter()
            .filter(|(_, message)| of_method(message))
            .map(|(at, _)| *at)
            .collect()
    }

    /// How many NOTIFYs came up.
    pub(super) fn notified(&self) -> usize {
        self.events
            .iter()
            .filter(|event| matches!(event, Event::Notify { .. }))
            .count()
    }

    pub(super) fn usage_ends(&self) -> Vec<bool> {
        let ends = self.events.iter().filter_map(|event| match event {
            Event::UsageEnded { keep_state, .. } => Some(*keep_state),
            _ => None,
        });
        ends.collect()
    }

    pub(super) fn close_flow(&mut self) {
        let flow = self.flow.expect("a flow").id;
        self.input(Input::FlowClosed {
            flow,
            error: closed(),
        });
    }

    fn open(&mut self, request: FlowRequest, next_hop: NextHop, avoid: &[std::net::SocketAddr]) {
        self.avoided = avoid.to_vec();
        if self.hold_flows {
            return self.held.push((request, next_hop));
        }
        if self.refuse_flows {
            let error = closed();
            return self
                .engine
                .handle_input(self.now, Input::FlowFailed { request, error });
        }
        let there = || {
            let servers = self.servers.iter();
            servers.filter(|server| !self.unreachable.contains(server))
        };
        let server = there().find(|server| !avoid.contains(server));
        let remote = *server.or_else(|| there().next()).expect("a server");
        let transport = next_hop.transport.unwrap_or(self.transport);
        let reused = self
            .flow
            .filter(|flow| flow.remote == remote && flow.transport == transport)
            .filter(|flow| !self.given_up.contains(&flow.id));
        let flow = reused
            .filter(|_| transport == Transport::Udp)
            .unwrap_or_else(|| {
                self.next_flow += 1;
                Flow {
                    id: FlowId(self.next_flow),
                    transport,
                    local: self.local,
                    remote,
                }
            });
        self.flow = Some(flow);
        self.opened.push(next_hop);
        self.engine.handle_input(
            self.now,
            Input::FlowOpened {
                request,
                flow,
                away: remote != self.servers[0],
            },
        );
    }

    fn transmitted(&mut self, flow: Flow, bytes: Bytes) {
        if crate::engine::stun::is_stun(&bytes) {
            return self.stun.push_back((self.now, flow, bytes));
        }
        let message = if flow.transport.is_reliable() {
            Message::parse_stream(bytes, &Limits::default()).unwrap()
        } else {
            Message::parse_datagram(bytes, &Limits::default()).unwrap()
        };
        if !message.is_request() {
            return self.responses.push_back(message);
        }
        message
            .validate()
            .unwrap_or_else(|error| panic!("{message:?}: {error}"));
        let branch = |message: &Message| message.top_via().unwrap().branch.map(str::to_owned);
        let known = self
            .log
            .iter()
            .rev()
            .take(100)
            .any(|(_, other)| branch(other) == branch(&message));
        if !known {
            self.log.push((self.now, message.clone()));
            self.requests.push_back(message);
        }
    }
}

pub(super) fn closed() -> FlowError {
    FlowError::Closed {
        address: "192.0.2.9:5060".into(),
        detail: "end of stream".into(),
    }
}

/// A response with a To tag and these headers.
pub(super) fn response(request: &Message, code: u16, headers: &[&str]) -> Bytes {
    let mut builder = ResponseBuilder::new(request, code, "").to_tag("server");
    for header in headers {
        let (name, value) = header.split_once(": ").unwrap();
        builder = builder.header_named(name, value);
    }
    builder.build().unwrap()
}

pub(super) fn header(message: &Message, name: HeaderName) -> Option<String> {
    message
        .header_text(name)
        .unwrap()
        .map(std::borrow::Cow::into_owned)
}

pub(super) fn expires(message: &Message) -> Option<u32> {
    message.expires().unwrap()
}

pub(super) fn call_id(message: &Message) -> String {
    message.call_id().unwrap().to_owned()
}

/// What the engine answered to a request.
pub(super) struct Answered(pub(super) Option<Message>);

impl Answered {
    #[track_caller]
    pub(super) fn assert_status(&self, code: u16) {
        assert_eq!(self.0.as_ref().and_then(Message::status), Some(code));
    }
}

/// A NOTIFY as a notifier would send it in answer to a SUBSCRIBE.
#[derive(Clone)]
pub(super) struct Notify {
    pub(super) call_id: String,
    pub(super) to_tag: String,
    pub(super) from_tag: String,
    pub(super) cseq: u32,
    pub(super) event: String,
    pub(super) state: String,
    pub(super) contact: Option<String>,
    pub(super) extra: Vec<String>,
    pub(super) body: Option<(String, String)>,
}

impl Notify {
    pub(super) fn to(subscribe: &Message) -> Self {
        Self {
            call_id: call_id(subscribe),
            to_tag: subscribe.from().unwrap().tag().unwrap().to_owned(),
            from_tag: "notifier".into(),
            cseq: 1,
            event: header(subscribe, HeaderName::Event).unwrap(),
            state: "active;expires=600".into(),
            contact: Some("<sip:192.0.2.9:5060>".into()),
            extra: Vec::new(),
            body: None,
        }
    }

    pub(super) fn cseq(mut self, number: u32) -> Self {
        self.cseq = number;
        self
    }

    pub(super) fn state(mut self, state: &str) -> Self {
        self.state = state.into();
        self
    }

    pub(super) fn from(mut self, tag: &str) -> Self {
        self.from_tag = tag.into();
        self
    }

    pub(super) fn event(mut self, event: &str) -> Self {
        self.event = event.into();
        self
    }

    pub(super) fn contact(mut self, contact: &str) -> Self {
        self.contact = Some(contact.into());
        self
    }

    pub(super) fn header(mut self, header: &str) -> Self {
        self.extra.push(header.into());
        self
    }

    pub(super) fn body(mut self, content_type: &str, body: &str) -> Self {
        self.body = Some((content_type.into(), body.into()));
        self
    }

    pub(super) fn bytes(&self, branch: u64) -> Bytes {
        let mut text = format!(
            "NOTIFY sip:alice@192.0.2.1:5062 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.9:5060;branch=z9hG4bKn{branch}\r\n\
             From: <sip:bob@example.com>;tag={}\r\nTo: <sip:alice@example.com>;tag={}\r\nCall-ID: {}\r\n\
             CSeq: {} NOTIFY\r\nMax-Forwards: 70\r\nEvent: {}\r\n",
            self.from_tag, self.to_tag, self.call_id, self.cseq, self.event
        );
        if !self.state.is_empty() {
            let _ = write!(text, "Subscription-State: {}\r\n", self.state);
        }
        if let Some(contact) = &self.contact {
            let _ = write!(text, "Contact: {contact}\r\n");
        }
        for header in &self.extra {
            text.push_str(header);
            text.push_str("\r\n");
        }
        let body = match &self.body {
            Some((content_type, body)) => {
                let _ = write!(text, "Content-Type: {content_type}\r\n");
                body.as_str()
            }
            None => "",
        };
        let _ = write!(text, "Content-Length: {}\r\n\r\n{body}", body.len());
        Bytes::from(text)
    }
}
