//! The engine, the notifier, the network between them, and the clock.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, HashMap, HashSet, VecDeque};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use siskin::engine::{
    Engine, EngineConfig, Event, Flow, FlowError, FlowId, ForkPolicy, Input, Moment, Output,
    PackageSpec, PublicationState, RegistrationState, SubscribeRequest, SubscriptionId,
    SubscriptionState, UsageId,
};
use siskin::sip::{Limits, Message, Transport, Uri};

use super::notifier::{Notifier, Quirks};

/// What kind of hour it is.
#[derive(Clone, Copy)]
pub(crate) struct Scenario {
    pub(crate) stream: bool,
    pub(crate) loss: f64,
    pub(crate) duplication: f64,
    pub(crate) longest_delay: Duration,
    pub(crate) restarts: u32,
    pub(crate) keeps_state: bool,
    pub(crate) longest_outage: Duration,
    pub(crate) network_changes: u32,
    pub(crate) subscriptions: u32,
    pub(crate) granted: u32,
    /// How long it is disturbed, and how long it then has to recover.
    pub(crate) disturbed: Duration,
    pub(crate) calm: Duration,
    pub(crate) digest: bool,
    pub(crate) quirks: Quirks,
    /// Ends that nobody asked for.
    pub(crate) ends: u32,
    /// How often the machine sleeps, for up to eight hours.
    pub(crate) sleeps: u32,
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Happening {
    ToServer(u64, Vec<u8>),
    ToClient(u64, Vec<u8>),
    Open(siskin_request::Key),
    Change(u32),
    End,
    Down,
    Up,
    NetworkChange,
    Sleep(Duration),
}

mod siskin_request {
    //! A flow request as something that can be put in order.
    #[derive(PartialEq, Eq, PartialOrd, Ord, Clone, Copy)]
    pub(crate) struct Key(pub(crate) u64);
}

/// A subscription as a person sees it.
struct Wanted {
    resource: String,
    forks: usize,
    /// By notifier; what ended is not shown any more.
    shown: BTreeMap<UsageId, u64>,
}

pub(crate) struct World {
    scenario: Scenario,
    random: ChaCha8Rng,
    now: Moment,
    queue: BinaryHeap<Reverse<(Moment, u64, Happening)>>,
    serial: u64,
    engine: Engine,
    notifier: Notifier,
    up: bool,
    lives: u64,
    /// The one connection, or socket, that both use, and whether it is open.
    flow: u64,
    open: bool,
    /// What is wanted, and what is shown of it.
    wanted: BTreeMap<SubscriptionId, Wanted>,
    /// The engine's new requests of late, for the storm check.
    sent: VecDeque<Moment>,
    branches: HashSet<String>,
    answers: HashMap<String, Vec<u8>>,
    calm_from: Moment,
}

impl World {
    pub(crate) fn new(seed: u64, scenario: Scenario) -> Self {
        let mut config = EngineConfig::new(Uri::parse("sip:alice@example.com").unwrap());
        config.password = Some("secret".into());
        "urn:uuid:00000000-0000-4000-8000-000000000001".clone_into(&mut config.instance);
        let now = Moment::from_start(Duration::from_secs(10));
        let mut world = Self {
            scenario,
            random: ChaCha8Rng::seed_from_u64(seed),
            now,
            queue: BinaryHeap::new(),
            serial: 0,
            engine: Engine::new(config, Box::new(ChaCha8Rng::seed_from_u64(seed ^ 0xabcd))),
            notifier: Notifier::new(
                scenario.digest,
                scenario.granted,
                scenario.stream,
                scenario.quirks,
            ),
            up: true,
            lives: 0,
            flow: 1,
            open: false,
            wanted: BTreeMap::new(),
            sent: VecDeque::new(),
            branches: HashSet::new(),
            answers: HashMap::new(),
            calm_from: now + scenario.disturbed,
        };
        world.plan();
        world
    }

    /// Runs the hour and the recovery, and looks at the end.
    pub(crate) fn run(mut self) {
        self.engine.register(self.now, Some(600));
        let presence = Arc::new(PackageSpec::new("presence", "text/plain"));
        let mut messages = PackageSpec::new("message-summary", "text/plain");
        messages.forks = ForkPolicy::Several;
        let messages = Arc::new(messages);
        for number in 0..self.scenario.subscriptions {
            let forks = match self.scenario.quirks.forks {
                0 => 1,
                _ if number % 2 == 0 => 1,
                forks => forks as usize,
            };
            let package = if forks > 1 { &messages } else { &presence };
            let resource = resource(number);
            let mut request =
                SubscribeRequest::new(package.clone(), Uri::parse(&resource).unwrap());
            if self.scenario.quirks.nameless_minimum {
                request.expires = Some(300);
            }
            let id = self.engine.subscribe(self.now, request);
            let shown = BTreeMap::new();
            self.wanted.insert(
                id,
                Wanted {
                    resource,
                    forks,
                    shown,
                },
            );
        }
        let publication = self.engine.publish(
            self.now,
            "presence",
            "text/plain",
            Bytes::from_static(b"me"),
            None,
        );
        self.serve();
        // A sleep puts the end off.
        while self.now < self.calm_from + self.scenario.calm {
            self.step(self.calm_from + self.scenario.calm);
            self.check();
        }
        for (id, wanted) in &self.wanted {
            let resource = &wanted.resource;
            let event = self.engine.subscription(*id).unwrap();
            let health = self.engine.health(self.now, *id);
            let context = format!("{resource}: {event:?} {health:?} at {:?}", self.now);
            assert_eq!(event.state, SubscriptionState::Active, "{context}");
            assert!(event.notifiers as usize >= wanted.forks, "{context}");
            assert_eq!(wanted.shown.len(), event.notifiers as usize, "{context}");
            let said = self.notifier.states.get(resource).copied();
            for shown in wanted.shown.values() {
                assert_eq!(*shown, said.unwrap_or_default(), "{context}");
            }
        }
        let registration = self.engine.registration().unwrap();
        assert_eq!(
            registration.state,
            RegistrationState::Registered,
            "{registration:?}"
        );
        let publication = self.engine.publication(publication).unwrap();
        assert_eq!(
            publication.state,
            PublicationState::Published,
            "{publication:?}"
        );
        // One dialog per subscription is all that is left at the notifier, but for those it will soon forget.
        let held = self.notifier.subscriptions.len();
        assert!(held >= self.wanted.len(), "{held}");
        self.engine.stop(self.now);
        let end = self.now + Duration::from_secs(30);
        self.serve();
        while self.now < end {
            self.step(end);
        }
        assert!(self.engine.is_stopped());
    }

    /// What must hold at every moment.
    fn check(&mut self) {
        let latest = self.now + Duration::from_secs(1900);
        for id in self.wanted.keys() {
            let event = self
                .engine
                .subscription(*id)
                .expect("a wanted subscription is gone");
            match event.state {
                SubscriptionState::Active | SubscriptionState::Pending => {
                    let expires_at = event
                        .expires_at
                        .expect("an active subscription without an end");
                    assert!(
                        expires_at + Duration::from_secs(40) >= self.now,
                        "{event:?} at {:?}",
                        self.now
                    );
                }
                SubscriptionState::NotifyWait => {}
                SubscriptionState::WaitingToRetry => {
                    assert!(
                        event.retry_at.is_some_and(|at| at <= latest),
                        "{event:?} at {:?}",
                        self.now
                    );
                }
                SubscriptionState::Terminated => panic!("given up: {event:?} at {:?}", self.now),
            }
        }
        while self
            .sent
            .front()
            .is_some_and(|at| *at + Duration::from_secs(10) < self.now)
        {
            self.sent.pop_front();
        }
        let dialogs: usize = self.wanted.values().map(|wanted| wanted.forks).sum();
        let most = 30 + 8 * dialogs;
        assert!(
            self.sent.len() <= most,
            "{} requests in 10 s at {:?}",
            self.sent.len(),
            self.now
        );
    }

    fn plan(&mut self) {
        let Scenario {
            disturbed,
            restarts,
            network_changes,
            longest_outage,
            subscriptions,
            ..
        } = self.scenario;
        for _ in 0..restarts {
            let at = self.now
                + self.between(
                    Duration::from_secs(20),
                    disturbed.saturating_sub(longest_outage),
                );
            let outage = self.between(Duration::from_millis(500), longest_outage);
            self.push(at, Happening::Down);
            self.push(at + outage, Happening::Up);
        }
        for _ in 0..network_changes {
            let at = self.now + self.between(Duration::from_secs(20), disturbed);
            self.push(at, Happening::NetworkChange);
        }
        for _ in 0..self.scenario.ends {
            let at = self.now + self.between(Duration::from_secs(20), disturbed);
            self.push(at, Happening::End);
        }
        for _ in 0..self.scenario.sleeps {
            let at = self.now + self.between(Duration::from_secs(20), disturbed);
            let time = self.between(Duration::from_secs(5), Duration::from_secs(8 * 3600));
            self.push(at, Happening::Sleep(time));
        }
        let mut at = self.now;
        let end = self.calm_from + self.scenario.calm - Duration::from_secs(60);
        loop {
            at += self.between(Duration::from_secs(1), Duration::from_secs(240));
            if at >= end {
                break;
            }
            let number = self.random.next_u32() % subscriptions;
            self.push(at, Happening::Change(number));
        }
    }

    fn step(&mut self, end: Moment) {
        let wake = self.serve();
        let next = [
            wake,
            self.notifier.next_timeout().filter(|_| self.up),
            self.queue.peek().map(|Reverse((at, _, _))| *at),
            Some(end),
        ];
        self.now = self.now.max(next.into_iter().flatten().min().unwrap());
        if self.up {
            self.notifier.tick(self.now);
        }
        while self
            .queue
            .peek()
            .is_some_and(|Reverse((at, _, _))| *at <= self.now)
        {
            let Some(Reverse((_, _, happening))) = self.queue.pop() else {
                break;
            };
            self.happen(happening);
        }
        self.engine.handle_input(self.now, Input::Tick);
        self.serve();
    }

    fn happen(&mut self, happening: Happening) {
        match happening {
            Happening::ToServer(flow, bytes) => {
                if self.up && self.open && flow == self.flow {
                    let message = parse(&bytes, self.scenario.stream);
                    self.notifier.receive(self.now, &message);
                }
            }
            Happening::ToClient(flow, bytes) => {
                let flow = self.flow_named(flow);
                self.engine.handle_input(
                    self.now,
                    Input::Received {
                        flow,
                        bytes: bytes.into(),
                    },
                );
            }
            Happening::Open(siskin_request::Key(request)) => {
                let request = siskin::engine::FlowRequest(request);
                let input = if self.scenario.stream && !self.up {
                    Input::FlowFailed {
                        request,
                        error: closed(),
                    }
                } else {
                    if !self.open {
                        self.flow += 1;
                        self.open = true;
                    }
                    Input::FlowOpened {
                        request,
                        flow: self.flow_named(self.flow),
                        away: false,
                    }
                };
                self.engine.handle_input(self.now, input);
            }
            Happening::Change(number) => {
                if self.up {
                    self.notifier.change(self.now, &resource(number));
                }
            }
            Happening::End => {
                if self.up {
                    let choice = self.random.next_u64();
                    self.notifier.end_one(self.now, choice);
                }
            }
            Happening::Down => {
                self.up = false;
                self.notifier.take();
                if self.scenario.stream {
                    let flow = FlowId(self.flow);
                    self.open = false;
                    self.engine.handle_input(
                        self.now,
                        Input::FlowClosed {
                            flow,
                            error: closed(),
                        },
                    );
                }
            }
            Happening::Up => {
                if !self.up {
                    self.up = true;
                    self.lives += 1;
                    self.notifier.restart(self.scenario.keeps_state, self.lives);
                }
            }
            Happening::NetworkChange => {
                self.flow += 1;
                self.engine.handle_input(self.now, Input::NetworkChanged);
            }
            Happening::Sleep(time) => self.sleep(time),
        }
        self.serve();
    }

    /// Nobody looks at the network or the clock for so long; the notifier talks to the wall. What was planned for the
    /// disturbed hour comes as much later.
    fn sleep(&mut self, time: Duration) {
        let awake = self.now + time;
        while let Some(at) = self.notifier.next_timeout().filter(|at| *at < awake) {
            self.now = self.now.max(at);
            self.notifier.tick(self.now);
            self.notifier.take();
        }
        self.now = awake;
        let planned = std::mem::take(&mut self.queue);
        for Reverse((at, serial, happening)) in planned {
            let is_lost = matches!(happening, Happening::ToServer(..) | Happening::ToClient(..));
            if !(is_lost && at < awake) {
                self.queue.push(Reverse((at + time, serial, happening)));
            }
        }
        self.calm_from += time;
        self.engine.handle_input(self.now, Input::Tick);
    }

    /// Carries out what both sides want; answers when the engine wants to be woken.
    fn serve(&mut self) -> Option<Moment> {
        let wake = loop {
            match self.engine.poll_output() {
                Output::Timeout(at) => break at,
                Output::OpenFlow { request, .. } => {
                    let at = self.now + Duration::from_millis(3);
                    self.push(at, Happening::Open(siskin_request::Key(request.0)));
                }
                Output::Transmit { flow, bytes } => self.transmitted(flow, &bytes),
                Output::CloseFlow(_) | Output::KeepAlive { .. } => {}
                Output::Event(event) => self.event(event),
            }
        };
        for bytes in self.notifier.take() {
            let flow = self.flow;
            self.carry(|bytes| Happening::ToClient(flow, bytes), &bytes);
        }
        wake
    }

    fn transmitted(&mut self, flow: Flow, bytes: &Bytes) {
        let message = parse(bytes, self.scenario.stream);
        let branch = message.top_via().unwrap().branch.unwrap().to_owned();
        if message.is_request() {
            if self.branches.insert(branch) {
                self.sent.push_back(self.now);
            }
        } else if let Some(before) = self.answers.insert(branch, bytes.to_vec()) {
            // Each NOTIFY has one answer, however often it is sent.
            assert_eq!(before, bytes.to_vec(), "two answers to one NOTIFY");
        }
        let id = flow.id.0;
        self.carry(|bytes| Happening::ToServer(id, bytes), bytes);
    }

    fn event(&mut self, event: Event) {
        match event {
            Event::Notify {
                subscription,
                usage,
                body,
                token,
                ..
            } => {
                let value = std::str::from_utf8(&body).unwrap().parse().unwrap();
                let wanted = self.wanted.get_mut(&subscription).unwrap();
                wanted.shown.insert(usage, value);
                self.engine.answer_notify(self.now, token, Ok(()));
            }
            Event::UsageEnded {
                subscription,
                usage,
                ..
            } => {
                if let Some(wanted) = self.wanted.get_mut(&subscription) {
                    wanted.shown.remove(&usage);
                }
            }
            Event::CredentialsRefused { .. } | Event::CredentialsMissing { .. } => {
                panic!("{event:?}")
            }
            _ => {}
        }
    }

    /// One message on its way: lost, doubled, late, or in time.
    fn carry(&mut self, happening: impl Fn(Vec<u8>) -> Happening, bytes: &Bytes) {
        let shortest = Duration::from_millis(2);
        if self.scenario.stream {
            let at = self.now + shortest;
            return self.push(at, happening(bytes.to_vec()));
        }
        let bad = self.now < self.calm_from;
        if bad && self.chance(self.scenario.loss) {
            return;
        }
        let copies = if bad && self.chance(self.scenario.duplication) {
            2
        } else {
            1
        };
        for _ in 0..copies {
            let longest = if bad {
                self.scenario.longest_delay
            } else {
                Duration::from_millis(20)
            };
            let at = self.now + self.between(shortest, longest);
            self.push(at, happening(bytes.to_vec()));
        }
    }

    fn push(&mut self, at: Moment, happening: Happening) {
        self.serial += 1;
        self.queue.push(Reverse((at, self.serial, happening)));
    }

    fn flow_named(&self, id: u64) -> Flow {
        let remote: SocketAddr = "192.0.2.9:5060".parse().unwrap();
        let port = 5000 + u16::try_from(id % 1000).unwrap();
        let transport = if self.scenario.stream {
            Transport::Tcp
        } else {
            Transport::Udp
        };
        Flow {
            id: FlowId(id),
            transport,
            local: SocketAddr::new("192.0.2.1".parse().unwrap(), port),
            remote,
        }
    }

    #[allow(clippy::cast_precision_loss)]
    fn chance(&mut self, probability: f64) -> bool {
        (self.random.next_u64() as f64 / u64::MAX as f64) < probability
    }

    fn between(&mut self, shortest: Duration, longest: Duration) -> Duration {
        let span = u64::try_from(longest.saturating_sub(shortest).as_micros()).unwrap();
        shortest + Duration::from_micros(self.random.next_u64() % (span + 1))
    }
}

fn resource(number: u32) -> String {
    format!("sip:buddy{number}@example.com")
}

fn parse(bytes: &[u8], stream: bool) -> Message {
    let bytes = Bytes::copy_from_slice(bytes);
    if stream {
        Message::parse_stream(bytes, &Limits::default()).unwrap()
    } else {
        Message::parse_datagram(bytes, &Limits::default()).unwrap()
    }
}

fn closed() -> FlowError {
    FlowError::Closed {
        address: "192.0.2.9:5060".to_owned(),
        detail: "the server went away".to_owned(),
    }
}
