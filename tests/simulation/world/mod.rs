//! The engine, the notifier, the network between them, and the clock.

mod branch;
mod dice;
mod happening;
mod line;
mod notifier;
mod plan;
mod processor;
mod recovery;
pub(crate) mod scenario;
mod subscriber;
mod watch;

use std::collections::BTreeMap;
use std::time::Duration;

use allocation_counter::measure;
use bytes::Bytes;
use siskin::engine::{Event, Flow, Input, Moment, Output, Substate, limits, stun};
use siskin::sip::{Limits, Message};

use branch::branch_of;
use dice::Dice;
use happening::Happening;
use line::{Line, Towards};
use notifier::{Notifier, Tally};
use scenario::{Scenario, secs};
use subscriber::{Clock, Subscriber};
use watch::Watch;

/// One run.
pub(crate) struct World {
    scenario: Scenario,
    dice: Dice,
    now: Moment,
    begin: Moment,
    queue: BTreeMap<(Moment, u64), Happening>,
    serial: u64,
    subscriber: Subscriber,
    notifier: Notifier,
    line: Line,
    watch: Watch,
    /// Whether the server runs.
    up: bool,
    /// When the subscriber's machine wakes up, if it sleeps.
    asleep_until: Option<Moment>,
    /// When the engine wants to be woken.
    wake: Option<Moment>,
    stopping: bool,
    swept: Moment,
    /// A second of the run, and the new requests in it.
    second: (u64, u64),
    /// Every message that either side sent, and when, if somebody wants to know.
    trace: Option<Trace>,
    report: Report,
}

/// Messages with the moments when they were sent.
pub(crate) type Trace = Vec<(Moment, Bytes)>;

/// What came of a run.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Report {
    /// Things that happened in the world: messages that arrived, and everything that was planned.
    pub(crate) events: u64,
    /// New requests of the engine.
    pub(crate) requests: u64,
    /// NOTIFYs that the engine handed up.
    pub(crate) notifies: u64,
    /// Those of them that only said that what is held already counts.
    pub(crate) unchanged: u64,
    /// Messages that the network lost.
    pub(crate) lost: u64,
    /// The most new requests in one second, but for the orderly stop.
    pub(crate) fastest: u64,
    /// The most objects that the engine had at a time.
    pub(crate) peak: usize,
    /// The most bytes of heap that the whole run held, the world included.
    pub(crate) heap: u64,
    /// Bytes that all but the first day, or half of what is no longer, added to that.
    pub(crate) growth: i64,
    /// How long it took after the last disturbance until all was well.
    pub(crate) recovery: Duration,
    /// How long a processor was busy with it.
    pub(crate) cpu: Duration,
    /// What the server saw.
    pub(crate) tally: Tally,
}

impl World {
    /// Runs the time of the scenario, the recovery and an orderly stop. Panics where anything is not as it must be.
    pub(crate) fn run(seed: u64, scenario: &Scenario) -> Report {
        let mut report = Report::default();
        let began = processor::time();
        let cost = measure(|| report = Self::traced(seed, scenario, None).0);
        report.heap = cost.bytes_max;
        report.cpu = processor::time().saturating_sub(began);
        report
    }

    /// The same; every message that either side sends is kept in the trace, if there is one.
    pub(crate) fn traced(
        seed: u64,
        scenario: &Scenario,
        trace: Option<Trace>,
    ) -> (Report, Option<Trace>) {
        let mut world = Self::new(seed, scenario);
        world.trace = trace;
        let report = world.live();
        (report, world.trace)
    }

    fn new(seed: u64, scenario: &Scenario) -> Self {
        let mut dice = Dice::new(seed);
        let now = Moment::from_start(secs(10));
        let wants = (scenario.subscriptions, scenario.asked());
        let subscriber = Subscriber::start(Clock::default(), now, &mut dice, wants, None);
        let mut world = Self {
            scenario: *scenario,
            dice,
            now,
            begin: now,
            queue: BTreeMap::new(),
            serial: 0,
            subscriber,
            notifier: Notifier::new(scenario),
            line: Line::new(scenario.network),
            watch: Watch::new(scenario),
            up: true,
            asleep_until: None,
            wake: None,
            stopping: false,
            swept: now,
            second: (0, 0),
            trace: None,
            report: Report::default(),
        };
        world.plan();
        world
    }

    fn live(&mut self) -> Report {
        self.serve();
        let end = self.begin + self.scenario.length;
        let part = DAY.min(self.scenario.length / 2);
        let mut part_end = self.begin + part;
        let mut grown = Vec::new();
        while self.now < end || self.asleep_until.is_some() {
            let until = part_end.min(end.max(self.asleep_until.unwrap_or(end)));
            let cost = measure(|| self.until(until));
            if self.now >= part_end {
                grown.push(cost.bytes_current);
                part_end += part;
            }
        }
        // The first day fills the memory; afterwards nothing is added to it.
        self.report.growth = grown.iter().skip(1).sum();
        assert!(
            part < DAY || self.report.growth <= GROWTH,
            "bytes that each day added: {grown:?}"
        );
        self.recover();
        self.report.tally = self.notifier.tally;
        self.report.lost = self.line.lost();
        self.stop();
        self.report
    }

    fn until(&mut self, end: Moment) {
        while self.now < end {
            self.step(end);
        }
    }

    /// Goes to the next moment at which anything happens, but not beyond the end.
    fn step(&mut self, end: Moment) {
        let awake = self.asleep_until.is_none();
        let wake = self.wake.filter(|_| awake);
        let next = [
            wake.map(|at| self.subscriber.clock.reaches(at)),
            self.notifier.next_timeout().filter(|_| self.up),
            self.queue.first_key_value().map(|((at, _), _)| *at),
            Some(end),
        ];
        self.now = self.now.max(next.into_iter().flatten().min().unwrap());
        if self.up {
            self.notifier.tick(self.now);
            self.flush();
        }
        while let Some(next) = self.queue.first_entry()
            && next.key().0 <= self.now
        {
            let happening = next.remove();
            self.report.events += 1;
            self.happen(happening);
        }
        let now = self.subscriber.now(self.now);
        if self.asleep_until.is_none() {
            if self.wake.is_some_and(|at| at <= now) {
                self.input(Input::Tick);
            }
            if !self.stopping {
                self.watch.check(now, &self.subscriber);
            }
        }
        if self.swept + SWEEP <= self.now {
            self.swept = self.now;
            self.sweep();
        }
    }

    fn sweep(&mut self) {
        let census = self.subscriber.engine.census();
        self.report.peak = self.report.peak.max(census.total());
        if self.asleep_until.is_none() && !self.stopping {
            let now = self.subscriber.now(self.now);
            self.watch.sweep(now, &self.subscriber);
            self.watch.weigh(&census, self.subscriber.wanted.len());
        }
    }

    /// Tells the engine something and carries out what it wants.
    fn input(&mut self, input: Input) {
        let now = self.subscriber.now(self.now);
        self.subscriber.engine.handle_input(now, input);
        self.serve();
    }

    /// Carries out what the engine wants.
    fn serve(&mut self) {
        loop {
            match self.subscriber.engine.poll_output() {
                Output::Timeout(at) => {
                    self.wake = at;
                    return;
                }
                Output::OpenFlow { request, .. } => {
                    self.push(
                        self.now + Duration::from_millis(3),
                        Happening::Open(request),
                    );
                }
                Output::Transmit { flow, bytes } => self.transmitted(flow, &bytes),
                Output::CloseFlow(flow) => {
                    if flow == self.line.flow().id {
                        self.line.close();
                        self.watch.flow_lost();
                    }
                }
                Output::KeepAlive { flow, .. } => self.keeps_alive(flow),
                Output::Event(event) => self.event(event),
            }
        }
    }

    /// Sends what the notifier wants to send.
    fn flush(&mut self) {
        for (path, bytes) in self.notifier.take() {
            self.note(&bytes);
            for at in self
                .line
                .arrivals(self.now, Towards::Client, &mut self.dice)
            {
                let Some(at) = at else { continue };
                self.push(at, Happening::ToClient(path, bytes.clone()));
            }
        }
    }

    fn note(&mut self, bytes: &Bytes) {
        if let Some(trace) = &mut self.trace {
            trace.push((self.now, bytes.clone()));
        }
    }

    fn transmitted(&mut self, flow: Flow, bytes: &Bytes) {
        self.note(bytes);
        if !stun::is_stun(bytes) {
            let now = self.subscriber.now(self.now);
            let branch = branch_of(bytes);
            if bytes.starts_with(b"SIP/2.0 ") {
                self.watch.answer(now, branch, bytes);
            } else {
                let ends = self.stopping && bytes.starts_with(b"SUBSCRIBE ");
                let urgent = self.stopping || bytes.starts_with(b"REGISTER ");
                let new = self.watch.request(now, branch, urgent);
                self.count(new);
                if new && (ends || (!urgent && self.watch.is_crowded())) {
                    let out = self.subscriber.engine.census().outstanding;
                    let most = limits::WINDOW;
                    assert!(out <= most, "{out} requests at once at {now:?}");
                }
            }
        }
        let Some(path) = self.line.path_of(flow.id) else {
            return;
        };
        for at in self
            .line
            .arrivals(self.now, Towards::Server, &mut self.dice)
        {
            let Some(at) = at else { continue };
            self.push(at, Happening::ToServer(path, bytes.clone()));
        }
    }

    /// Counts a request if it is a new one.
    fn count(&mut self, new: bool) {
        let second = self.now.saturating_since(self.begin).as_secs();
        if self.second.0 != second {
            self.second = (second, 0);
        }
        self.second.1 += u64::from(new);
        self.report.requests += u64::from(new);
        if !self.stopping {
            self.report.fastest = self.report.fastest.max(self.second.1);
        }
    }

    fn event(&mut self, event: Event) {
        let now = self.subscriber.now(self.now);
        let wanted = &mut self.subscriber.wanted;
        match event {
            Event::Subscription(event) => {
                if let Some(wanted) = wanted.get(&event.id) {
                    self.watch.stands(now, &event, wanted.dismissed);
                }
            }
            Event::Notify {
                subscription,
                usage,
                substate,
                body,
                unchanged,
                entity_tag,
                token,
                ..
            } => {
                self.report.notifies += 1;
                if let Some(wanted) = wanted.get_mut(&subscription) {
                    let mut value = std::str::from_utf8(&body).unwrap().parse().ok();
                    if unchanged {
                        self.report.unchanged += 1;
                        value = wanted.shown.get(&usage).copied().or(wanted.kept);
                        let tag = value.map(|value| tag_of(wanted.resource, value));
                        assert_eq!(tag, entity_tag, "{wanted:?} does not hold what is meant");
                    }
                    let before = value.and_then(|value| wanted.shown.insert(usage, value));
                    assert!(before <= value || value.is_none(), "{wanted:?} goes back");
                    wanted.dismissed = is_final(&substate, before.is_some());
                }
                self.subscriber.engine.answer_notify(now, token, Ok(()));
            }
            Event::Unsolicited { token, .. } => {
                self.subscriber.engine.answer_notify(now, token, Ok(()));
            }
            Event::UsageEnded {
                subscription,
                usage,
                ..
            } => {
                if let Some(wanted) = wanted.get_mut(&subscription) {
                    wanted.kept = wanted.shown.remove(&usage).or(wanted.kept);
                }
            }
            Event::CredentialsRefused { .. }
            | Event::CredentialsMissing { .. }
            | Event::WeakerChallenge { .. }
            | Event::WeakChallenge { .. }
            | Event::BadInput { .. }
            // Nobody is served here.
            | Event::Watcher { .. }
            | Event::WatcherRefreshed { .. }
            | Event::WatcherGone { .. } => panic!("{event:?} at {now:?}"),
            // What was late or sent twice belongs to nothing.
            Event::Stray { .. }
            | Event::DigestOffers
            | Event::Registration(_)
            | Event::Publication(_) => {}
        }
    }

    fn push(&mut self, at: Moment, happening: Happening) {
        self.serial += 1;
        self.queue.insert((at, self.serial), happening);
    }
}

/// Whether the notifier wants not to be asked again (EV-059, EV-062).
fn is_final(substate: &Substate, known: bool) -> bool {
    match substate {
        Substate::Terminated(Some(reason)) => {
            reason == "rejected" || (reason == "noresource" && !known)
        }
        _ => false,
    }
}

fn resource_uri(number: usize) -> String {
    format!("sip:buddy{number}@example.com")
}

fn resource_number(uri: &str) -> usize {
    let name = uri.strip_prefix("sip:buddy").unwrap();
    name.split('@').next().unwrap().parse().unwrap()
}

/// The entity tag of a state.
fn tag_of(resource: usize, value: u64) -> String {
    format!("t{resource}.{value}")
}

fn parse(bytes: &Bytes, stream: bool) -> Message {
    if stream {
        Message::parse_stream(bytes.clone(), &Limits::default()).unwrap()
    } else {
        Message::parse_datagram(bytes.clone(), &Limits::default()).unwrap()
    }
}

/// Everything is looked at so often.
const SWEEP: Duration = Duration::from_secs(300);
const DAY: Duration = Duration::from_secs(24 * 3600);
/// Bytes that all days but the first may add to the memory together: tables grow in leaps.
const GROWTH: i64 = 100_000;
