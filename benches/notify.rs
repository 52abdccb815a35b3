//! What one presence NOTIFY costs, apart from the network: reading its document and making of it what is shown, and the
//! engine's part from the datagram to the answer, however many subscriptions it has. The goal is 5 µs for each on one
//! thread.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "a bench has no callers, and stops at a fault"
)]

use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use criterion::{BatchSize, BenchmarkId, Criterion, criterion_group, criterion_main};
use jiff::Timestamp;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use siskin::engine::{
    Engine, EngineConfig, Event, Flow, FlowId, Input, Moment, Output, PackageSpec, SubscribeRequest,
};
use siskin::package::Body;
use siskin::package::presence::{CONTENT_TYPE, Document, compose};
use siskin::sip::{HeaderName, Limits, Message, ResponseBuilder, Transport, Uri};
use siskin::xml;

fn document(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("pidf_700");
    group.bench_function("xml", |bench| {
        bench.iter(|| xml::Document::parse(black_box(PIDF.as_bytes()), None).unwrap());
    });
    group.bench_function("shown", |bench| {
        bench.iter(|| {
            let body = Body::new(CONTENT_TYPE, black_box(PIDF.as_bytes()));
            let document = Document::parse(&body).unwrap();
            compose(&document, &["en"], Timestamp::UNIX_EPOCH)
        });
    });
    group.finish();
}

fn engine(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("engine_notify");
    for count in [1, 1_000, 100_000] {
        let mut subscriber = Subscriber::new();
        let mut notifies = Notifies::default();
        for number in 0..count {
            let subscribe = subscriber.subscribe(number);
            let first = notifies.begin(&subscribe);
            subscriber.notify(first);
        }
        // For one that was not touched for long; and for the same one again and again, which shows what of the time is
        // waiting for memory.
        for (which, stride) in [("each", 7919), ("same", 0)] {
            group.bench_function(BenchmarkId::new(which, count), |bench| {
                bench.iter_batched(
                    || notifies.next(stride),
                    |notify| subscriber.notify(notify),
                    BatchSize::SmallInput,
                );
            });
        }
    }
    group.finish();
}

/// An engine on a clock of its own.
struct Subscriber {
    engine: Engine,
    now: Moment,
    flow: Flow,
}

impl Subscriber {
    fn new() -> Self {
        let config = EngineConfig::new(Uri::parse("sip:alice@example.com").unwrap());
        Self {
            engine: Engine::new(config, Box::new(ChaCha8Rng::seed_from_u64(1))),
            now: Moment::from_start(Duration::from_secs(1)),
            flow: Flow {
                id: FlowId(1),
                transport: Transport::Udp,
                local: "192.0.2.1:5060".parse().unwrap(),
                remote: "192.0.2.9:5060".parse().unwrap(),
            },
        }
    }

    /// Subscribes to the presence of one more and is answered 200; the answer is the SUBSCRIBE.
    fn subscribe(&mut self, number: u32) -> Message {
        // As fast as one server may be asked by who has nothing else in the queue.
        self.now += Duration::from_millis(100);
        let package = Arc::new(PackageSpec::new("presence", CONTENT_TYPE));
        let resource = Uri::parse(&format!("sip:bob{number}@example.com")).unwrap();
        let mut request = SubscribeRequest::new(package, resource);
        // No refresh falls into the time of the bench.
        request.expires = Some(u32::MAX);
        self.engine.subscribe(self.now, request);
        loop {
            match self.engine.poll_output() {
                Output::OpenFlow { request, .. } => {
                    let flow = self.flow;
                    self.input(Input::FlowOpened {
                        request,
                        flow,
                        away: false,
                    });
                }
                Output::Transmit { bytes, .. } => {
                    let subscribe = Message::parse_datagram(bytes, &Limits::default()).unwrap();
                    let answer = ResponseBuilder::new(&subscribe, 200, "")
                        .to_tag("b")
                        .header(HeaderName::Expires, u32::MAX.to_string())
                        .header(HeaderName::Contact, "<sip:192.0.2.9>")
                        .build();
                    let (flow, bytes) = (self.flow, answer.unwrap());
                    self.input(Input::Received { flow, bytes });
                    return subscribe;
                }
                Output::Timeout(_) => panic!("nothing is sent"),
                _ => {}
            }
        }
    }

    /// Takes a NOTIFY in; it is answered 200.
    fn notify(&mut self, bytes: Bytes) {
        // So slowly that the answers kept until Timer J are few.
        self.now += Duration::from_millis(10);
        let flow = self.flow;
        self.input(Input::Received { flow, bytes });
        loop {
            match self.engine.poll_output() {
                Output::Event(Event::Notify { token, .. }) => {
                    self.engine.answer_notify(self.now, token, Ok(()));
                }
                Output::Transmit { bytes, .. } => {
                    assert!(bytes.starts_with(b"SIP/2.0 200 "));
                    return;
                }
                Output::Timeout(_) => panic!("no answer is sent"),
                _ => {}
            }
        }
    }

    fn input(&mut self, input: Input) {
        self.engine.handle_input(self.now, input);
    }
}

/// NOTIFYs of all dialogs in turn, each with a branch and a number of its own.
#[derive(Default)]
struct Notifies {
    heads: Vec<String>,
    number: u32,
}

impl Notifies {
    /// The first NOTIFY of a new dialog.
    fn begin(&mut self, subscribe: &Message) -> Bytes {
        let value = |name| subscribe.header_text(name).unwrap().unwrap().into_owned();
        self.heads.push(format!(
            "Max-Forwards: 70\r\nFrom: {};tag=b\r\nTo: {}\r\nCall-ID: {}\r\nContact: <sip:192.0.2.9>\r\n\
             Event: presence\r\nSubscription-State: active;expires=4000000000\r\nContent-Type: {CONTENT_TYPE}\r\n",
            value(HeaderName::To),
            value(HeaderName::From),
            value(HeaderName::CallId),
        ));
        self.of(self.heads.len() - 1)
    }

    /// One of the dialog that is so far behind that of the last one.
    fn next(&mut self, stride: usize) -> Bytes {
        self.of(self.number as usize * stride % self.heads.len())
    }

    fn of(&mut self, dialog: usize) -> Bytes {
        self.number += 1;
        let number = self.number;
        Bytes::from(format!(
            "NOTIFY sip:alice@192.0.2.1 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.9;branch=z9hG4bK{number}\r\n\
             CSeq: {number} NOTIFY\r\n{}Content-Length: {}\r\n\r\n{PIDF}",
            self.heads[dialog],
            PIDF.len()
        ))
    }
}

/// A document of 700 bytes: a tuple with note and time, and a person with an activity.
const PIDF: &str = include_str!("../tests/fixtures/package/seven_hundred_bytes.pidf.xml");

criterion_group!(benches, document, engine);
criterion_main!(benches);
