//! Thousands of subscriptions that all come at once: how fast their servers are asked (RB-008).

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::time::Duration;

use bytes::Bytes;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

use super::bench::{Bench, Notify, closed, config, presence, response, uri};
use crate::engine::{
    Engine, Event, Flow, FlowId, Input, Moment, Output, SubscribeRequest, SubscriptionId,
    SubscriptionState, limits,
};
use crate::sip::{Limits, Message, Transport};

/// An engine and its servers, each of which takes its time over an answer. Server `n` has `n.example.com`.
struct Crowd {
    engine: Engine,
    now: Moment,
    servers: Vec<Server>,
    under_way: BinaryHeap<Reverse<(Moment, u64, usize, Bytes)>>,
    serial: u64,
    ids: Vec<SubscriptionId>,
}

struct Server {
    /// How long it takes over each answer; `None`: it is dead.
    takes: Option<Duration>,
    flow: u64,
    asked: Vec<Moment>,
    out: usize,
    most_out: usize,
    cseq: HashMap<String, u32>,
}

impl Crowd {
    fn new(takes: &[Option<Duration>]) -> Self {
        let servers = takes.iter().enumerate().map(|(number, takes)| Server {
            takes: *takes,
            flow: number as u64,
            asked: Vec::new(),
            out: 0,
            most_out: 0,
            cseq: HashMap::new(),
        });
        Self {
            engine: Engine::new(config(), Box::new(ChaCha8Rng::seed_from_u64(3))),
            now: Moment::from_start(Duration::from_secs(1)),
            servers: servers.collect(),
            under_way: BinaryHeap::new(),
            serial: 0,
            ids: Vec::new(),
        }
    }

    fn subscribe(&mut self, server: usize, count: usize) {
        for number in 0..count {
            let resource = uri(&format!("sip:buddy{number}@{server}.example.com"));
            let request = SubscribeRequest::new(presence(), resource);
            self.ids.push(self.engine.subscribe(self.now, request));
        }
    }

    fn advance(&mut self, time: Duration) {
        let end = self.now + time;
        loop {
            let wake = self.serve();
            let arrival = self.under_way.peek().map(|Reverse(first)| first.0);
            let next = [wake, arrival].into_iter().flatten().min();
            let Some(next) = next.filter(|next| *next <= end) else {
                self.now = end;
                return;
            };
            self.now = self.now.max(next);
            while self
                .under_way
                .peek()
                .is_some_and(|Reverse(first)| first.0 <= self.now)
            {
                let Some(Reverse((_, _, server, bytes))) = self.under_way.pop() else {
                    break;
                };
                if bytes.starts_with(b"SIP/2.0") {
                    self.servers[server].out -= 1;
                }
                let flow = self.flow(server);
                self.engine
                    .handle_input(self.now, Input::Received { flow, bytes });
                self.serve();
            }
            self.engine.handle_input(self.now, Input::Tick);
        }
    }

    fn serve(&mut self) -> Option<Moment> {
        loop {
            match self.engine.poll_output() {
                Output::Timeout(at) => return at,
                Output::OpenFlow {
                    request, next_hop, ..
                } => {
                    let server = match next_hop.host.split_once('.') {
                        Some((number, "example.com")) => number.parse().unwrap(),
                        _ => usize::from(next_hop.host.bytes().last().unwrap() - b'0'),
                    };
                    self.servers[server].flow += 100;
                    let flow = self.flow(server);
                    self.engine.handle_input(
                        self.now,
                        Input::FlowOpened {
                            request,
                            flow,
                            away: false,
                        },
                    );
                }
                Output::Event(Event::Notify { token, .. }) => {
                    self.engine.answer_notify(self.now, token, Ok(()));
                }
                Output::Transmit { flow, bytes } if !bytes.starts_with(b"SIP/2.0") => {
                    self.asked(flow, bytes);
                }
                _ => {}
            }
        }
    }

    fn asked(&mut self, flow: Flow, bytes: Bytes) {
        let number = usize::from(flow.remote.port() - 6000);
        let server = &mut self.servers[number];
        server.asked.push(self.now);
        server.out += 1;
        server.most_out = server.most_out.max(server.out);
        let Some(takes) = server.takes else { return };
        let message = Message::parse_stream(bytes, &Limits::default()).unwrap();
        let cseq = server
            .cseq
            .entry(message.call_id().unwrap().to_owned())
            .or_default();
        *cseq += 1;
        let contact = format!(
            "<sip:192.0.2.{number}:{};transport=tcp>",
            flow.remote.port()
        );
        let notify = Notify::to(&message)
            .cseq(*cseq)
            .state("active;expires=3600")
            .contact(&contact);
        let at = self.now + takes;
        for bytes in [
            response(
                &message,
                200,
                &["Expires: 3600", &format!("Contact: {contact}")],
            ),
            notify.bytes(self.serial),
        ] {
            self.serial += 1;
            self.under_way
                .push(Reverse((at, self.serial, number, bytes)));
        }
    }

    /// Every server restarts and forgets its clients' connections, not their dialogs.
    fn restart(&mut self) {
        for number in 0..self.servers.len() {
            let flow = self.flow(number).id;
            self.servers[number].asked.clear();
            self.servers[number].most_out = 0;
            self.engine.handle_input(
                self.now,
                Input::FlowClosed {
                    flow,
                    error: closed(),
                },
            );
        }
    }

    fn flow(&self, server: usize) -> Flow {
        Flow {
            id: FlowId(self.servers[server].flow),
            transport: Transport::Tcp,
            local: "192.0.2.1:5062".parse().unwrap(),
            remote: format!("192.0.2.{server}:{}", 6000 + server)
                .parse()
                .unwrap(),
        }
    }

    fn active(&self) -> usize {
        let active = |id: &&SubscriptionId| {
            self.engine.subscription(**id).unwrap().state == SubscriptionState::Active
        };
        self.ids.iter().filter(active).count()
    }

    /// The requests to one server in each tenth of a second from `begin` on.
    fn curve(&self, server: usize, begin: Moment) -> Vec<usize> {
        let mut curve = Vec::new();
        for at in &self.servers[server].asked {
            let tenth = at.saturating_since(begin).as_millis() / 100;
            let tenth = usize::try_from(tenth).unwrap();
            if curve.len() <= tenth {
                curve.resize(tenth + 1, 0);
            }
            curve[tenth] += 1;
        }
        curve
    }
}

/// A start without a flood: five at once, two a tenth of a second, then at most four times what the tenth before had.
fn assert_ramp(curve: &[usize]) {
    let begin = curve.iter().position(|count| *count > 0).unwrap();
    let mut before = 2;
    for count in &curve[begin..] {
        assert!(
            *count <= 6 + 4 * before,
            "{count} after {before}: {curve:?}"
        );
        before = *count;
    }
}

#[test]
fn rb_008_ten_thousand_subscriptions_start_and_come_back_in_a_ramp() {
    const COUNT: usize = 10_000;
    let mut crowd = Crowd::new(&[Some(Duration::from_millis(20))]);
    let begin = crowd.now;
    crowd.subscribe(0, COUNT);
    crowd.advance(Duration::from_secs(30));
    assert_eq!(crowd.active(), COUNT);
    let curve = crowd.curve(0, begin);
    println!("start, requests in each 100 ms: {curve:?}");
    assert_ramp(&curve);
    assert!(curve.len() < 60, "{curve:?}");
    assert!(crowd.servers[0].most_out <= limits::WINDOW);
    crowd.advance(Duration::from_secs(600));
    let begin = crowd.now;
    crowd.restart();
    crowd.advance(Duration::from_secs(30));
    let curve = crowd.curve(0, begin);
    println!("come-back, requests in each 100 ms: {curve:?}");
    assert_ramp(&curve);
    assert!(curve.len() < 70, "{curve:?}");
    assert!(crowd.servers[0].most_out <= limits::WINDOW);
    assert_eq!(curve.iter().sum::<usize>(), COUNT);
    assert_eq!(crowd.active(), COUNT);
}

#[test]
fn rb_008_refreshes_of_what_began_together_are_spread() {
    let mut crowd = Crowd::new(&[Some(Duration::from_millis(5))]);
    crowd.subscribe(0, 2000);
    crowd.advance(Duration::from_secs(60));
    crowd.servers[0].asked.clear();
    let begin = crowd.now;
    crowd.advance(Duration::from_secs(3600));
    let curve = crowd.curve(0, begin);
    assert_eq!(curve.iter().sum::<usize>(), 2000);
    // A second of the start becomes minutes, with no peak.
    let busy = curve.iter().filter(|count| **count > 0).count();
    let most = curve.iter().max().unwrap();
    assert!(busy > 800 && *most <= 10, "{busy} {most}");
}

#[test]
fn rb_008_neither_a_dead_nor_a_slow_server_slows_another() {
    let alone = {
        let mut crowd = Crowd::new(&[Some(Duration::from_millis(5))]);
        crowd.subscribe(0, 500);
        let begin = crowd.now;
        crowd.advance(Duration::from_secs(10));
        assert_eq!(crowd.active(), 500);
        crowd.curve(0, begin).len()
    };
    let takes = [
        Some(Duration::from_millis(5)),
        None,
        Some(Duration::from_secs(4)),
    ];
    let mut crowd = Crowd::new(&takes);
    let begin = crowd.now;
    // The dead and the slow one come first.
    for (server, count) in [(1, 500), (2, 500), (0, 500)] {
        crowd.subscribe(server, count);
    }
    crowd.advance(Duration::from_secs(10));
    let together = crowd.curve(0, begin);
    assert_eq!(together.iter().sum::<usize>(), 500);
    assert!(together.len() <= alone + 2, "{alone}: {together:?}");
    for server in 1..3 {
        assert!(crowd.servers[server].most_out <= limits::WINDOW, "{server}");
    }
}

#[test]
fn rb_008_a_request_that_waited_for_its_connection_finds_the_window_full() {
    let mut bench = Bench::new();
    bench.hold_flows = true;
    let subscribe = |bench: &mut Bench, resource: &str| {
        let request = SubscribeRequest::new(presence(), uri(resource));
        bench.engine.subscribe(bench.now, request);
    };
    for number in 0..60 {
        subscribe(&mut bench, &format!("sip:buddy{number}@a.example.com"));
    }
    subscribe(&mut bench, "sip:bob@b.example.com");
    bench.drain();
    bench.open_first_held();
    bench.advance_secs(10);
    assert_eq!(bench.log.len(), limits::WINDOW);
    // Both names lead to one server.
    bench.open_first_held();
    bench.advance_secs(10);
    assert_eq!(bench.log.len(), limits::WINDOW);
    assert_eq!(bench.engine.census().outstanding, limits::WINDOW);
    while let Some(request) = bench.wait_for_request(2) {
        bench.respond(&request, 403, &[]);
        assert!(bench.engine.census().outstanding <= limits::WINDOW);
    }
    assert_eq!(bench.log.len(), 61);
    let to = |message: &Message| message.to().unwrap().uri.contains("b.example.com");
    assert_eq!(
        bench.log.iter().filter(|(_, message)| to(message)).count(),
        1
    );
}

#[test]
fn rb_008_and_rp_013_a_stop_ends_as_many_as_the_server_can_answer() {
    // Each server has two seconds: the quick one answers 50 in every 20 ms, the slow one 50 in every half second.
    for (takes, count, least) in [(20, 1000, 1000), (20, 10_000, 4500), (500, 1000, 200)] {
        let mut crowd = Crowd::new(&[Some(Duration::from_millis(takes))]);
        crowd.subscribe(0, count);
        crowd.advance(Duration::from_secs(60));
        assert_eq!(crowd.active(), count);
        crowd.servers[0].asked.clear();
        crowd.servers[0].most_out = 0;
        let begin = crowd.now;
        crowd.engine.stop(crowd.now);
        crowd.advance(Duration::from_secs(2));
        let ended = crowd.servers[0].asked.len();
        assert!((least..=count).contains(&ended), "{takes}: {ended}");
        assert!(crowd.servers[0].most_out <= limits::WINDOW, "{takes}");
        crowd.advance(Duration::from_secs(1));
        assert!(
            crowd.engine.is_stopped(),
            "{:?}",
            crowd.now.saturating_since(begin)
        );
        assert_eq!(crowd.servers[0].asked.len(), ended);
    }
}
