//! What one subscription costs: what the engine keeps of it, what is shown of its document, what a document that is kept
//! takes, and what a NOTIFY allocates.

use std::collections::HashMap;
use std::time::Duration;

use allocation_counter::measure;
use bytes::Bytes;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

use super::*;
use crate::engine::{
    Engine, EngineConfig, Event, Flow, FlowId, Input, Moment, Output, PackageSpec,
    SubscribeRequest, SubscriptionId, SubscriptionState,
};
use crate::package::presence::{CONTENT_TYPE, Document};
use crate::sip::{HeaderName, Limits, Message, ResponseBuilder, Transport, Uri};

/// A document of 700 bytes: a tuple with note and time, and a person with an activity.
const PIDF: &str = include_str!("../../../../tests/fixtures/package/seven_hundred_bytes.pidf.xml");

/// What may be kept of a subscription at rest, in bytes of heap.
const ALL: i64 = 1500;

/// What a document may take that has to be kept.
const KEPT: i64 = 4000;

/// What a subscription costs is what so many cost together: the tables grow in leaps.
const COUNT: u32 = 1000;

/// An engine whose notifiers accept everything, and what is shown of their documents.
struct Crowd {
    engine: Engine,
    now: Moment,
    flow: Flow,
    serial: u64,
    /// The last SUBSCRIBE.
    asked: Option<Message>,
    /// What is shown, if anything is to be kept.
    views: Option<HashMap<SubscriptionId, Box<PresenceView>>>,
}

impl Crowd {
    fn new(shows: bool) -> Self {
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
            asked: None,
            // The account has each in its own place; the table is the test's.
            views: shows.then(|| HashMap::with_capacity(2 * COUNT as usize)),
        }
    }

    /// Bytes that each subscription takes, of so many at rest.
    fn cost(shows: bool) -> i64 {
        let package = Arc::new(PackageSpec::new("presence", CONTENT_TYPE));
        let mut crowd = Self::new(shows);
        crowd.subscribe(&package, 0);
        crowd.advance(120);
        let mut ids = Vec::with_capacity(COUNT as usize);
        let cost = measure(|| {
            for number in 1..=COUNT {
                ids.push(crowd.subscribe(&package, number));
                crowd.advance(1);
            }
            // All transactions are over, all windows closed.
            crowd.advance(120);
        });
        for id in ids {
            let state = crowd.engine.subscription(id).unwrap().state;
            assert_eq!(state, SubscriptionState::Active);
            if let Some(views) = &crowd.views {
                let person = views[&id].shown();
                assert_eq!(*person.status, *"on-the-phone");
                assert_eq!(person.devices.len(), 1);
                assert!(person.note.as_deref().unwrap().contains("harvest"));
            }
        }
        cost.bytes_current / i64::from(COUNT)
    }

    fn subscribe(&mut self, package: &Arc<PackageSpec>, number: u32) -> SubscriptionId {
        let address = format!("sip:buddy{number}@example.com");
        let request = SubscribeRequest::new(package.clone(), Uri::parse(&address).unwrap());
        let id = self.engine.subscribe(self.now, request);
        if let Some(views) = &mut self.views {
            views.insert(id, Box::new(PresenceView::new(&address)));
        }
        self.serve();
        id
    }

    fn advance(&mut self, seconds: u64) {
        for _ in 0..seconds * 10 {
            self.now += Duration::from_millis(100);
            self.engine.handle_input(self.now, Input::Tick);
            self.serve();
        }
    }

    /// Accepts every SUBSCRIBE with a 200 and one NOTIFY.
    fn serve(&mut self) {
        loop {
            match self.engine.poll_output() {
                Output::Timeout(_) => return,
                Output::OpenFlow { request, .. } => {
                    let flow = self.flow;
                    let away = false;
                    let opened = Input::FlowOpened {
                        request,
                        flow,
                        away,
                    };
                    self.engine.handle_input(self.now, opened);
                }
                Output::Event(event) => self.hear(event),
                Output::Transmit { bytes, .. } => self.answer(bytes),
                _ => {}
            }
        }
    }

    fn hear(&mut self, event: Event) {
        let Event::Notify {
            subscription,
            usage,
            notifier,
            body,
            substate,
            token,
            ..
        } = event
        else {
            return;
        };
        if let Some(views) = &mut self.views {
            let from = Source {
                usage,
                notifier: &notifier,
                secure: false,
            };
            let body = Body::new(CONTENT_TYPE, &body);
            let view = views.get_mut(&subscription).unwrap();
            let (news, result) = view.notify(from, &substate, Some(body), &["en"], NOW);
            assert!(news && result.is_ok());
        }
        self.engine.answer_notify(self.now, token, Ok(()));
    }

    fn answer(&mut self, bytes: Bytes) {
        let message = Message::parse_datagram(bytes, &Limits::default()).unwrap();
        if !message.is_request() {
            return;
        }
        let ok = ResponseBuilder::new(&message, 200, "")
            .to_tag("n")
            .header(HeaderName::Expires, "3600");
        let notify = self.notify(&message, 1);
        for bytes in [ok.build().unwrap(), notify] {
            self.receive(bytes);
        }
        self.asked = Some(message);
    }

    fn receive(&mut self, bytes: Bytes) {
        let flow = self.flow;
        let received = Input::Received { flow, bytes };
        self.engine.handle_input(self.now, received);
    }

    fn notify(&mut self, subscribe: &Message, cseq: u32) -> Bytes {
        self.serial += 1;
        Bytes::from(format!(
            "NOTIFY sip:alice@192.0.2.1:5060 SIP/2.0\r\n\
             Via: SIP/2.0/UDP 192.0.2.9:5060;branch=z9hG4bKn{}\r\nMax-Forwards: 70\r\n\
             From: <{}>;tag=28271997b783b27cdd952d40a846fab5-433d8aa5\r\nTo: <sip:alice@example.com>;tag={}\r\n\
             Call-ID: {}\r\nCSeq: {cseq} NOTIFY\r\nEvent: presence\r\nContact: <sip:192.0.2.9:5060;transport=udp>\r\n\
             Subscription-State: active;expires=3600\r\nContent-Type: {CONTENT_TYPE}\r\n\
             Content-Length: {}\r\n\r\n{PIDF}",
            self.serial,
            subscribe.to().unwrap().uri,
            subscribe.from().unwrap().tag().unwrap(),
            subscribe.call_id().unwrap(),
            PIDF.len()
        ))
    }
}

#[test]
fn a_subscription_at_rest_and_what_is_shown_of_it_are_small() {
    assert_eq!(PIDF.len(), 700);
    let (engine, all) = (Crowd::cost(false), Crowd::cost(true));
    println!(
        "{all} bytes of heap for each subscription at rest: {engine} in the engine, {} of what is shown",
        all - engine
    );
    assert!(all < ALL, "{all} bytes");
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
    assert!(each < KEPT, "{each} bytes");
}

#[test]
fn a_notify_costs_few_allocations() {
    let package = Arc::new(PackageSpec::new("presence", CONTENT_TYPE));
    let mut crowd = Crowd::new(false);
    crowd.subscribe(&package, 0);
    let subscribe = crowd.asked.take().unwrap();
    let notifies: Vec<Bytes> = (2..102)
        .map(|number| crowd.notify(&subscribe, number))
        .collect();
    let cost = measure(|| {
        for notify in notifies {
            crowd.receive(notify);
            crowd.serve();
        }
    });
    // The test itself parses each answer of the engine.
    let each = cost.count_total / 100;
    println!("{each} allocations for each NOTIFY and its answer");
    assert!(each <= 40, "{each}");
}

#[test]
fn the_window_is_given_what_is_shown_without_a_copy() {
    let mut view = PresenceView::new(BOB);
    let (news, result) = tell(&mut view, &Body::new(CONTENT_TYPE, PIDF.as_bytes()));
    assert!(news && result.is_ok());
    let shared = measure(|| drop(std::hint::black_box(view.share())));
    assert_eq!(shared.count_total, 0);
}
