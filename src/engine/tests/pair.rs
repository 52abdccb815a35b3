//! One engine watches another over a network that loses, delays and repeats, in virtual time.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use super::bench::{presence, uri};
use crate::engine::{
    Engine, EngineConfig, Event, Flow, FlowId, Input, Moment, NotifierSpec, Output, Standing,
    SubscribeRequest, SubscriptionState, WatcherId,
};
use crate::sip::Transport;

/// Alice tells, Bob watches; the state is a number that only grows.
struct Pair {
    sides: [Engine; 2],
    now: Moment,
    wakes: [Option<Moment>; 2],
    /// Datagrams on their way, by their arrival, each with whom it is for.
    line: BTreeMap<(Moment, u64), (usize, Bytes)>,
    serial: u64,
    dice: ChaCha8Rng,
    /// How many of a hundred datagrams are lost.
    loss: u32,
    value: u64,
    watchers: BTreeSet<WatcherId>,
    seen: u64,
    notifies: u32,
}

const ALICE: usize = 0;
const BOB: usize = 1;

fn engine(side: usize, seed: u64) -> Engine {
    let who = ["alice", "bob"][side];
    let config = EngineConfig::new(uri(&format!("sip:{who}@example.com")));
    Engine::new(config, Box::new(ChaCha8Rng::seed_from_u64(seed)))
}

fn flow(side: usize) -> Flow {
    let address = |last: usize| SocketAddr::from(([192, 0, 2, u8::try_from(last).unwrap()], 5060));
    Flow {
        id: FlowId(1),
        transport: Transport::Udp,
        local: address(side + 1),
        remote: address(2 - side),
    }
}

impl Pair {
    fn new(seed: u64) -> Self {
        let now = Moment::from_start(Duration::from_secs(10));
        let mut pair = Self {
            sides: [engine(ALICE, seed), engine(BOB, seed + 1)],
            now,
            wakes: [None; 2],
            line: BTreeMap::new(),
            serial: 0,
            dice: ChaCha8Rng::seed_from_u64(seed + 2),
            loss: 0,
            value: 1,
            watchers: BTreeSet::new(),
            seen: 0,
            notifies: 0,
        };
        pair.sides[ALICE].answer_subscriptions(now, Some(NotifierSpec::presence()));
        let mut request = SubscribeRequest::new(presence(), uri("sip:alice@192.0.2.1:5060"));
        request.expires = Some(300);
        pair.sides[BOB].subscribe(now, request);
        pair
    }

    fn standing(&self) -> Standing {
        Standing::Active(Bytes::from(self.value.to_string()))
    }

    fn change(&mut self) {
        self.value += 1;
        for watcher in self.watchers.clone() {
            let standing = self.standing();
            self.sides[ALICE].tell_watcher(self.now, watcher, standing);
        }
    }

    /// Alice's program ends without a word, and begins anew.
    fn crash(&mut self, seed: u64) {
        self.sides[ALICE] = engine(ALICE, seed + 3);
        self.watchers.clear();
        self.sides[ALICE].answer_subscriptions(self.now, Some(NotifierSpec::presence()));
    }

    fn drain(&mut self) {
        for side in [ALICE, BOB, ALICE] {
            loop {
                match self.sides[side].poll_output() {
                    Output::Timeout(wake) => {
                        self.wakes[side] = wake;
                        break;
                    }
                    Output::OpenFlow { request, .. } => {
                        let opened = Input::FlowOpened {
                            request,
                            flow: flow(side),
                            away: false,
                        };
                        self.sides[side].handle_input(self.now, opened);
                    }
                    Output::Transmit { bytes, .. } => self.send(1 - side, &bytes),
                    Output::KeepAlive { .. } | Output::CloseFlow(_) => {}
                    Output::Event(event) => self.event(side, event),
                }
            }
        }
    }

    fn send(&mut self, to: usize, bytes: &Bytes) {
        let copies = if self.loss > 0 && self.dice.next_u32().is_multiple_of(10) {
            2
        } else {
            1
        };
        for _ in 0..copies {
            if self.dice.next_u32() % 100 >= self.loss {
                let delay = Duration::from_millis(u64::from(1 + self.dice.next_u32() % 200));
                self.serial += 1;
                self.line
                    .insert((self.now + delay, self.serial), (to, bytes.clone()));
            }
        }
    }

    fn event(&mut self, side: usize, event: Event) {
        match event {
            Event::Watcher { watcher, .. } => {
                self.watchers.insert(watcher);
                let standing = self.standing();
                self.sides[side].tell_watcher(self.now, watcher, standing);
            }
            Event::WatcherGone { watcher, .. } => {
                self.watchers.remove(&watcher);
            }
            Event::Notify { body, token, .. } => {
                self.notifies += 1;
                if let Ok(value) = String::from_utf8_lossy(&body).parse::<u64>() {
                    assert!(value >= self.seen && value <= self.value, "{value}");
                    self.seen = value;
                }
                self.sides[side].answer_notify(self.now, token, Ok(()));
            }
            Event::BadInput { fault, .. } => panic!("{fault}"),
            _ => {}
        }
    }

    /// Lets so much time pass, with a change of the state now and then.
    fn run(&mut self, seconds: u64, changes: bool) {
        let end = self.now + Duration::from_secs(seconds);
        let mut change = self.now + Duration::from_secs(1);
        loop {
            self.drain();
            let arrival = self.line.keys().next().map(|(at, _)| *at);
            let next = self.wakes.iter().flatten().copied().chain(arrival);
            let next = next.chain(changes.then_some(change)).min();
            let Some(next) = next.filter(|next| *next <= end) else {
                self.now = end;
                return;
            };
            self.now = self.now.max(next);
            if changes && change <= self.now {
                self.change();
                let wait = 1 + u64::from(self.dice.next_u32() % 60);
                change = self.now + Duration::from_secs(wait);
            }
            if arrival.is_some_and(|at| at <= self.now) {
                let Some((_, (to, bytes))) = self.line.pop_first() else {
                    continue;
                };
                let flow = flow(to);
                self.sides[to].handle_input(self.now, Input::Received { flow, bytes });
            } else {
                for side in [ALICE, BOB] {
                    self.sides[side].handle_input(self.now, Input::Tick);
                }
            }
        }
    }
}

#[test]
fn what_is_watched_is_what_is_told_whatever_the_network_does() {
    let mut notifies = 0;
    for seed in 0..24 {
        let mut pair = Pair::new(seed * 10);
        pair.loss = u32::try_from(seed % 4).unwrap() * 15;
        pair.run(1500, true);
        if seed % 3 == 0 {
            pair.crash(seed);
        }
        pair.run(1500, true);
        pair.loss = 0;
        // What was given up meanwhile is tried again, and what is left over runs out.
        pair.run(4000, true);
        pair.run(60, false);
        assert_eq!(pair.seen, pair.value, "seed {seed}");
        let bob = &pair.sides[BOB];
        let id = bob.subscription_ids()[0];
        let state = bob.subscription(id).unwrap().state;
        assert_eq!(state, SubscriptionState::Active, "seed {seed}");
        assert_eq!(pair.sides[ALICE].census().watchers, 1, "seed {seed}");
        notifies += pair.notifies;
        let now = pair.now;
        pair.sides[BOB].stop(now);
        pair.run(60, false);
        assert_eq!(pair.sides[ALICE].census().watchers, 0, "seed {seed}");
        pair.sides[ALICE].stop(now);
        pair.run(60, false);
        for side in &pair.sides {
            assert_eq!(side.census().in_use(), 0, "seed {seed}");
        }
    }
    assert!(notifies > 24 * 100, "{notifies}");
}
