//! What documents and NOTIFYs cost: heap for a document that is kept, and allocations for one NOTIFY. What a subscription
//! at rest costs is measured beside the account's code.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::sync::Arc;
use std::time::Duration;

use allocation_counter::measure;
use bytes::Bytes;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use siskin::engine::{
    Engine, EngineConfig, Event, Flow, FlowId, Input, Moment, Output, PackageSpec, SubscribeRequest,
};
use siskin::package::Body;
use siskin::package::presence::{CONTENT_TYPE, Document};
use siskin::sip::{HeaderName, Limits, Message, ResponseBuilder, Transport, Uri};

/// A document of 700 bytes: a tuple with note and time, and a person with an activity.
const PIDF: &str = include_str!("fixtures/package/seven_hundred_bytes.pidf.xml");
/// What a document may take that has to be kept.
const DOCUMENT: i64 = 4000;

struct Peer {
    engine: Engine,
    now: Moment,
    flow: Flow,
    serial: u64,
}

impl Peer {
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
            serial: 0,
        }
    }

    /// Accepts every SUBSCRIBE with a 200 and one NOTIFY.
    fn serve(&mut self) {
        loop {
            let bytes = match self.engine.poll_output() {
                Output::Timeout(_) => return,
                Output::OpenFlow { request, .. } => {
                    let flow = self.flow;
                    let input = Input::FlowOpened {
                        request,
                        flow,
                        away: false,
                    };
                    self.engine.handle_input(self.now, input);
                    continue;
                }
                Output::Event(Event::Notify { token, .. }) => {
                    self.engine.answer_notify(self.now, token, Ok(()));
                    continue;
                }
                Output::Transmit { bytes, .. } => bytes,
                _ => continue,
            };
            let message = Message::parse_datagram(bytes, &Limits::default()).unwrap();
            if message.is_request() {
                let ok = ResponseBuilder::new(&message, 200, "")
                    .to_tag("n")
                    .header(HeaderName::Expires, "3600");
                self.receive(ok.build().unwrap());
                let notify = self.notify(&message, 1);
                self.receive(notify);
            }
        }
    }

    fn receive(&mut self, bytes: Bytes) {
        let flow = self.flow;
        self.engine
            .handle_input(self.now, Input::Received { flow, bytes });
    }

    fn notify(&mut self, subscribe: &Message, cseq: u32) -> Bytes {
        self.serial += 1;
        let body = PIDF;
        Bytes::from(format!(
            "NOTIFY sip:alice@192.0.2.1:5060 SIP/2.0\r\n\
             Via: SIP/2.0/UDP 192.0.2.9:5060;branch=z9hG4bKn{}\r\nMax-Forwards: 70\r\n\
             From: <{}>;tag=28271997b783b27cdd952d40a846fab5-433d8aa5\r\nTo: <sip:alice@example.com>;tag={}\r\n\
             Call-ID: {}\r\nCSeq: {cseq} NOTIFY\r\nEvent: presence\r\nContact: <sip:192.0.2.9:5060;transport=udp>\r\n\
             Subscription-State: active;expires=3600\r\nContent-Type: application/pidf+xml\r\n\
             Content-Length: {}\r\n\r\n{body}",
            self.serial,
            subscribe.to().unwrap().uri,
            subscribe.from().unwrap().tag().unwrap(),
            subscribe.call_id().unwrap(),
            body.len()
        ))
    }
}

/// A document is kept only where it has to be looked at again: several that are merged, and times in it that will come.
#[test]
fn a_document_that_is_kept_is_no_larger_than_it_has_to_be() {
    const COUNT: i64 = 100;
    let mut documents = Vec::with_capacity(100);
    let cost = measure(|| {
        for _ in 0..COUNT {
            let body = Body::new(CONTENT_TYPE, PIDF.as_bytes());
            documents.push(Box::new(Document::parse(&body).unwrap()));
        }
    });
    let each = cost.bytes_current / COUNT;
    println!("{each} bytes of heap for each document that is kept");
    assert!(each < DOCUMENT, "{each} bytes");
}

#[test]
fn a_notify_costs_few_allocations() {
    let package = Arc::new(PackageSpec::new("presence", "application/pidf+xml"));
    let mut peer = Peer::new();
    let uri = Uri::parse("sip:bob@example.com").unwrap();
    let now = peer.now;
    peer.engine
        .subscribe(now, SubscribeRequest::new(package, uri));
    let mut subscribe = None;
    loop {
        match peer.engine.poll_output() {
            Output::Timeout(_) => break,
            Output::OpenFlow { request, .. } => {
                let flow = peer.flow;
                let input = Input::FlowOpened {
                    request,
                    flow,
                    away: false,
                };
                peer.engine.handle_input(now, input);
            }
            Output::Transmit { bytes, .. } => {
                subscribe = Message::parse_datagram(bytes, &Limits::default()).ok();
            }
            _ => {}
        }
    }
    let subscribe = subscribe.unwrap();
    let mut notifies: Vec<Bytes> = (1..102)
        .map(|number| peer.notify(&subscribe, number))
        .collect();
    let first = notifies.remove(0);
    peer.receive(first);
    peer.serve();
    let cost = measure(|| {
        for notify in notifies {
            peer.receive(notify);
            peer.serve();
        }
    });
    // The bench itself parses each answer of the engine.
    let each = cost.count_total / 100;
    println!("{each} allocations for each NOTIFY and its answer");
    assert!(each <= 40, "{each}");
}
