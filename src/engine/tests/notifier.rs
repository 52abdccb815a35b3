//! Watchers that the account serves itself (RFC 6665 §4.2).

use std::fmt::Write as _;

use bytes::Bytes;

use super::bench::{Bench, config, expires, header, response};
use super::registration::registered;
use crate::engine::{Event, Flow, FlowId, Input, NotifierSpec, Output, Proof, Standing, WatcherId};
use crate::sip::{HeaderName, Message, Transport};

/// A SUBSCRIBE as a watcher's server passes it on.
#[derive(Clone)]
pub(super) struct Ask {
    pub(super) who: String,
    pub(super) call_id: String,
    pub(super) from_tag: String,
    pub(super) to_tag: Option<String>,
    pub(super) cseq: u32,
    pub(super) event: String,
    pub(super) headers: Vec<String>,
    pub(super) target: String,
    pub(super) body: String,
}

impl Ask {
    pub(super) fn of(who: &str) -> Self {
        Self {
            who: who.to_owned(),
            call_id: format!("call-{who}"),
            from_tag: format!("tag-{who}"),
            to_tag: None,
            cseq: 1,
            event: "presence".to_owned(),
            headers: vec!["Expires: 600".to_owned()],
            target: "sip:alice@192.0.2.1:5062".to_owned(),
            body: String::new(),
        }
    }

    pub(super) fn with(mut self, header: &str) -> Self {
        self.headers.push(header.to_owned());
        self
    }

    pub(super) fn expires(mut self, seconds: Option<u32>) -> Self {
        self.headers
            .retain(|header| !header.starts_with("Expires:"));
        self.headers
            .extend(seconds.map(|seconds| format!("Expires: {seconds}")));
        self
    }

    /// The same in the dialog that this 200 made.
    pub(super) fn again(mut self, ok: &Message) -> Self {
        self.to_tag = ok.to().unwrap().tag().map(str::to_owned);
        self.cseq += 1;
        self
    }

    pub(super) fn bytes(&self, branch: &str) -> Bytes {
        let who = &self.who;
        let tag = self.to_tag.as_ref();
        let tag = tag.map_or_else(String::new, |tag| format!(";tag={tag}"));
        let mut text = format!(
            "SUBSCRIBE {} SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.9:5060;branch=z9hG4bK{branch}\r\n\
             From: \"A name\" <sip:{who}@example.com>;tag={}\r\nTo: <sip:alice@example.com>{tag}\r\n\
             Call-ID: {}\r\nCSeq: {} SUBSCRIBE\r\nMax-Forwards: 70\r\nEvent: {}\r\n\
             Contact: <sip:{who}@192.0.2.77:5070>\r\n",
            self.target, self.from_tag, self.call_id, self.cseq, self.event
        );
        for header in &self.headers {
            let _ = write!(text, "{header}\r\n");
        }
        let _ = write!(
            text,
            "Content-Length: {}\r\n\r\n{}",
            self.body.len(),
            self.body
        );
        Bytes::from(text)
    }
}

impl Bench {
    /// An account that is registered and answers for its presence.
    pub(super) fn notifier() -> Self {
        let mut bench = Self::new();
        registered(&mut bench, 3600);
        bench.serve();
        bench
    }

    pub(super) fn serve(&mut self) {
        let spec = Some(NotifierSpec::presence());
        self.engine.answer_subscriptions(self.now, spec);
        self.drain();
    }

    /// Sends a SUBSCRIBE; the answer is what the engine said to it.
    pub(super) fn ask(&mut self, ask: &Ask) -> Option<Message> {
        let branch = format!("{}-{}", ask.call_id, ask.cseq);
        self.receive(ask.bytes(&branch));
        self.responses.pop_back()
    }

    /// Sends a SUBSCRIBE that is answered 200; the answer and the watcher.
    pub(super) fn watched(&mut self, ask: &Ask) -> (Message, WatcherId) {
        let ok = self.ask(ask).unwrap();
        assert_eq!(ok.status(), Some(200));
        let asked = self.events.iter().rev().find_map(|event| match event {
            Event::Watcher { watcher, .. } => Some(*watcher),
            _ => None,
        });
        (ok, asked.expect("the room above is told"))
    }

    pub(super) fn tell(&mut self, watcher: WatcherId, standing: Standing) {
        self.engine.tell_watcher(self.now, watcher, standing);
        self.drain();
    }

    /// Somebody is allowed and has had the first NOTIFY; the 200, and the watcher.
    pub(super) fn allowed(&mut self, who: &str) -> (Message, WatcherId) {
        let (ok, watcher) = self.watched(&Ask::of(who));
        self.tell(watcher, active("<one/>"));
        let notify = self.request();
        assert!(state(&notify).starts_with("active;"));
        self.respond(&notify, 200, &[]);
        (ok, watcher)
    }

    fn gone(&self) -> Vec<&'static str> {
        let gone = self.events.iter().filter_map(|event| match event {
            Event::WatcherGone { reason, .. } => Some(*reason),
            _ => None,
        });
        gone.collect()
    }
}

pub(super) fn active(body: &'static str) -> Standing {
    Standing::Active(Bytes::from_static(body.as_bytes()))
}

pub(super) fn state(notify: &Message) -> String {
    assert_eq!(notify.method().unwrap().as_str(), "NOTIFY");
    header(notify, HeaderName::SubscriptionState).unwrap()
}

fn body(notify: &Message) -> String {
    String::from_utf8(notify.body().to_vec()).unwrap()
}

#[test]
fn a_watcher_is_granted_a_dialog_and_told_at_once() {
    let mut bench = Bench::notifier();
    let ask = Ask::of("bob")
        .with("Record-Route: <sip:p1.example.com;lr>")
        .with("Record-Route: <sip:192.0.2.9:5060;lr>");
    let (ok, watcher) = bench.watched(&ask);
    assert_eq!(expires(&ok), Some(600));
    let tag = ok.to().unwrap().tag().unwrap().to_owned();
    let contact = header(&ok, HeaderName::Contact).unwrap();
    assert!(contact.contains("alice@192.0.2.1:5062"), "{contact}");
    assert_eq!(ok.record_routes().count(), 2);
    bench.tell(watcher, active("<one/>"));
    let notify = bench.request();
    assert_eq!(state(&notify), "active;expires=600");
    assert_eq!(
        (notify.from().unwrap().tag(), body(&notify)),
        (Some(&*tag), "<one/>".to_owned())
    );
    assert_eq!(notify.to().unwrap().tag(), Some("tag-bob"));
    assert_eq!(
        notify.request_line().unwrap().uri,
        "sip:bob@192.0.2.77:5070"
    );
    let routes: Vec<_> = notify.routes().map(Result::unwrap).collect();
    assert_eq!(
        routes,
        ["<sip:p1.example.com;lr>", "<sip:192.0.2.9:5060;lr>"]
    );
    assert_eq!(
        header(&notify, HeaderName::Event).as_deref(),
        Some("presence")
    );
    let kind = header(&notify, HeaderName::ContentType);
    assert_eq!(kind.as_deref(), Some("application/pidf+xml"));
    let told = bench.events.iter().find_map(|event| match event {
        Event::Watcher { identity, .. } => Some(identity.clone()),
        _ => None,
    });
    let identity = told.unwrap();
    assert_eq!(identity.address, "sip:bob@example.com");
    assert_eq!(identity.display_name.as_deref(), Some("A name"));
    assert_eq!(identity.proof, Proof::Relayed);
}

#[test]
fn without_a_word_in_its_turn_a_watcher_waits() {
    let mut bench = Bench::notifier();
    let (_, watcher) = bench.watched(&Ask::of("bob"));
    assert!(bench.try_request().is_none());
    bench.input(Input::Tick);
    let notify = bench.request();
    assert_eq!(state(&notify), "pending;expires=600");
    assert!(notify.body().is_empty());
    bench.respond(&notify, 200, &[]);
    // Allowed a day later, or at once: but not two within five seconds (RFC 3856 §6.10).
    bench.tell(watcher, active("<one/>"));
    assert!(bench.try_request().is_none());
    bench.advance_secs(5);
    let notify = bench.request();
    assert_eq!(
        (state(&notify).as_str(), body(&notify).as_str()),
        ("active;expires=595", "<one/>")
    );
    assert_eq!(bench.engine.notifier_health().unwrap().active, 1);
}

#[test]
fn a_refused_watcher_is_told_so_and_is_gone() {
    let mut bench = Bench::notifier();
    let (_, watcher) = bench.watched(&Ask::of("bob"));
    bench.tell(watcher, Standing::Rejected);
    let notify = bench.request();
    assert_eq!(state(&notify), "terminated;reason=rejected");
    assert!(notify.body().is_empty());
    bench.respond(&notify, 200, &[]);
    assert_eq!(bench.gone(), ["rejected"]);
    assert_eq!(bench.engine.census().watchers, 0);
    // Nothing more can be said about it.
    bench.tell(watcher, active("<one/>"));
    bench.assert_silent(700);
}

#[test]
fn changes_are_told_in_the_pace_of_five_seconds_and_only_the_newest() {
    let mut bench = Bench::notifier();
    let (_, watcher) = bench.allowed("bob");
    bench.tell(watcher, active("<one/>"));
    bench.assert_silent(5);
    for state in ["<two/>", "<three/>", "<four/>"] {
        bench.tell(watcher, active(state));
    }
    let notify = bench.request();
    assert_eq!(body(&notify), "<two/>");
    // One at a time, whatever changes while it is on its way.
    bench.tell(watcher, active("<five/>"));
    bench.advance_secs(6);
    assert!(bench.try_request().is_none());
    bench.respond(&notify, 200, &[]);
    let next = bench.request();
    assert_eq!(body(&next), "<five/>");
    let number = |message: &Message| message.cseq().unwrap().number;
    assert_eq!(number(&next), number(&notify) + 1);
    bench.respond(&next, 200, &[]);
    bench.assert_silent(60);
}

#[test]
fn a_refresh_is_granted_and_confirmed_at_once() {
    let mut bench = Bench::notifier();
    let (ok, _) = bench.allowed("bob");
    let first = Ask::of("bob");
    let again = first.clone().again(&ok).expires(Some(900));
    let answer = bench.ask(&again).unwrap();
    assert_eq!((answer.status(), expires(&answer)), (Some(200), Some(900)));
    let notify = bench.request();
    assert_eq!(
        (state(&notify).as_str(), body(&notify).as_str()),
        ("active;expires=900", "<one/>")
    );
    bench.respond(&notify, 200, &[]);
    let refreshed = |event: &Event| matches!(event, Event::WatcherRefreshed { .. });
    assert_eq!(
        bench.events.iter().filter(|event| refreshed(event)).count(),
        1
    );
    // One that was overtaken changes nothing (RFC 3261 §12.2.2).
    let mut old = again.clone().expires(Some(0));
    old.call_id.clone_from(&again.call_id);
    bench.receive(old.bytes("late"));
    assert_eq!(bench.responses.pop_back().unwrap().status(), Some(500));
    // Without a refresh it runs out.
    bench.advance_secs(899);
    assert!(bench.try_request().is_none());
    bench.advance_secs(1);
    let notify = bench.request();
    assert_eq!(state(&notify), "terminated;reason=timeout");
    bench.respond(&notify, 200, &[]);
    assert_eq!(
        (bench.gone(), bench.engine.census().watchers),
        (vec!["timeout"], 0)
    );
    let late = again.again(&ok);
    assert_eq!(bench.ask(&late).unwrap().status(), Some(481));
}

#[test]
fn the_time_is_bounded_and_has_a_default() {
    for (asked, granted) in [(None, 3600), (Some(60), 60), (Some(100_000), 3600)] {
        let mut bench = Bench::notifier();
        let (ok, _) = bench.watched(&Ask::of("bob").expires(asked));
        assert_eq!(expires(&ok), Some(granted));
    }
    let mut bench = Bench::notifier();
    let refused = bench.ask(&Ask::of("bob").expires(Some(59))).unwrap();
    assert_eq!(
        (refused.status(), refused.min_expires().unwrap()),
        (Some(423), Some(60))
    );
    assert_eq!(bench.engine.census().watchers, 0);
}

#[test]
fn expires_0_asks_once_or_ends() {
    let mut bench = Bench::notifier();
    let (ok, watcher) = bench.watched(&Ask::of("bob").expires(Some(0)));
    assert_eq!(expires(&ok), Some(0));
    bench.tell(watcher, active("<one/>"));
    let notify = bench.request();
    assert_eq!(
        (state(&notify).as_str(), body(&notify).as_str()),
        ("terminated;reason=timeout", "<one/>")
    );
    bench.respond(&notify, 200, &[]);
    // Whoever is not allowed learns nothing.
    for (who, standing) in [("carol", Standing::Pending), ("dave", Standing::Rejected)] {
        let (_, watcher) = bench.watched(&Ask::of(who).expires(Some(0)));
        bench.tell(watcher, standing);
        let notify = bench.request();
        assert!(state(&notify).starts_with("terminated;") && notify.body().is_empty());
        bench.respond(&notify, 200, &[]);
    }
    let (ok, _) = bench.allowed("erin");
    let ask = Ask::of("erin").again(&ok).expires(Some(0));
    assert_eq!(expires(&bench.ask(&ask).unwrap()), Some(0));
    let notify = bench.request();
    assert_eq!(
        (state(&notify).as_str(), body(&notify).as_str()),
        ("terminated;reason=timeout", "<one/>")
    );
    bench.respond(&notify, 200, &[]);
    assert_eq!(bench.gone(), ["timeout", "timeout", "rejected", "timeout"]);
    assert_eq!(bench.engine.census().watchers, 0);
}

#[test]
fn an_approval_that_ends_ends_the_subscription() {
    let mut bench = Bench::notifier();
    let (_, watcher) = bench.allowed("bob");
    bench.tell(watcher, Standing::Pending);
    let notify = bench.request();
    assert_eq!(state(&notify), "terminated;reason=deactivated");
    assert!(notify.body().is_empty());
    // Also when the answer to the last is lost.
    bench.advance_secs(40);
    assert_eq!(
        (bench.gone(), bench.engine.census().watchers),
        (vec!["deactivated"], 0)
    );
}

#[test]
fn answers_that_end_the_subscription() {
    for code in [
        404, 405, 408, 410, 416, 480, 481, 482, 483, 484, 485, 489, 501, 604,
    ] {
        let mut bench = Bench::notifier();
        let (_, watcher) = bench.allowed("bob");
        bench.advance_secs(5);
        bench.tell(watcher, active("<two/>"));
        let notify = bench.request();
        bench.respond(&notify, code, &[]);
        assert_eq!(
            (bench.gone(), bench.engine.census().watchers),
            (vec!["giveup"], 0),
            "{code}"
        );
        bench.assert_silent(700);
    }
}

#[test]
fn silence_ends_the_subscription_and_blames_no_server() {
    let mut bench = Bench::notifier();
    bench.servers.push("192.0.2.10:5060".parse().unwrap());
    let opened = bench.opened.len();
    let ask = Ask::of("bob").with("Record-Route: <sip:192.0.2.9:5060;lr>");
    let (_, watcher) = bench.watched(&ask);
    bench.tell(watcher, active("<one/>"));
    bench.advance_secs(33);
    assert_eq!(
        (bench.gone(), bench.engine.census().watchers),
        (vec!["giveup"], 0)
    );
    // The next request of the account goes where it always went.
    bench.request();
    bench.subscribe();
    bench.request();
    assert_eq!(bench.opened.len(), opened);
    assert!(bench.avoided.is_empty());
    let health = bench.engine.notifier_health().unwrap();
    assert_eq!((health.counters.requests, health.counters.failures), (1, 1));
}

#[test]
fn trouble_that_may_pass_is_waited_out() {
    let mut bench = Bench::notifier();
    let (_, watcher) = bench.allowed("bob");
    bench.advance_secs(5);
    bench.tell(watcher, active("<two/>"));
    let notify = bench.request();
    bench.respond(&notify, 500, &["Retry-After: 45"]);
    bench.tell(watcher, active("<three/>"));
    bench.advance_secs(44);
    assert!(bench.try_request().is_none());
    let notify = bench.request_within(2);
    assert_eq!(body(&notify), "<three/>");
    bench.respond(&notify, 200, &[]);
    assert!(bench.gone().is_empty());
}

#[test]
fn a_challenge_of_the_own_proxy_is_answered() {
    let mut bench = Bench::notifier();
    let ask = Ask::of("bob").with("Record-Route: <sip:192.0.2.9:5060;lr>");
    let (_, watcher) = bench.watched(&ask);
    bench.tell(watcher, active("<one/>"));
    let notify = bench.request();
    let challenge = "Proxy-Authenticate: Digest realm=\"example.com\", nonce=\"n1\", qop=\"auth\"";
    bench.respond(&notify, 407, &[challenge]);
    let again = bench.request();
    assert!(again.header(HeaderName::ProxyAuthorization).is_some());
    assert_eq!(
        again.cseq().unwrap().number,
        notify.cseq().unwrap().number + 1
    );
    assert_eq!(body(&again), "<one/>");
    bench.respond(&again, 200, &[]);
    assert_eq!(bench.engine.notifier_health().unwrap().active, 1);
}

#[test]
fn an_orderly_stop_tells_everybody() {
    let mut bench = Bench::notifier();
    bench.allowed("bob");
    let (_, watcher) = bench.watched(&Ask::of("carol"));
    bench.tell(watcher, Standing::Pending);
    let pending = bench.request();
    bench.engine.stop(bench.now);
    bench.drain();
    let bob = bench.request();
    assert_eq!(state(&bob), "terminated;reason=deactivated");
    assert!(bob.body().is_empty());
    // Nobody new is taken meanwhile.
    assert_eq!(bench.ask(&Ask::of("dave")).unwrap().status(), Some(480));
    bench.respond(&pending, 200, &[]);
    let carol = bench.request();
    assert_eq!(state(&carol), "terminated;reason=deactivated");
    bench.respond(&bob, 200, &[]);
    bench.respond(&carol, 200, &[]);
    let register = bench.request();
    assert_eq!(register.method().unwrap().as_str(), "REGISTER");
    assert_eq!(
        (bench.gone(), bench.engine.census().watchers),
        (vec!["deactivated"; 2], 0)
    );
}

#[test]
fn a_silent_watcher_does_not_hold_up_the_stop() {
    let mut bench = Bench::notifier();
    bench.allowed("bob");
    bench.engine.stop(bench.now);
    bench.drain();
    assert_eq!(state(&bench.request()), "terminated;reason=deactivated");
    let register = bench.request_within(3);
    assert_eq!(register.method().unwrap().as_str(), "REGISTER");
    assert_eq!(bench.engine.census().watchers, 0);
}

#[test]
fn who_answers_no_longer_says_so() {
    let mut bench = Bench::notifier();
    bench.allowed("bob");
    bench.engine.answer_subscriptions(bench.now, None);
    bench.drain();
    let notify = bench.request();
    assert_eq!(state(&notify), "terminated;reason=deactivated");
    assert_eq!(
        header(&notify, HeaderName::Event).as_deref(),
        Some("presence")
    );
    bench.respond(&notify, 200, &[]);
    assert_eq!(bench.engine.notifier_health(), None);
    assert_eq!(bench.ask(&Ask::of("carol")).unwrap().status(), Some(405));
}

#[test]
fn retransmissions_are_answered_and_do_nothing() {
    let mut bench = Bench::notifier();
    let ask = Ask::of("bob");
    let (ok, watcher) = bench.watched(&ask);
    bench.tell(watcher, active("<one/>"));
    let notify = bench.request();
    for _ in 0..3 {
        let again = bench.ask(&ask).unwrap();
        assert_eq!(again.bytes(), ok.bytes());
    }
    assert!(bench.try_request().is_none());
    assert_eq!(bench.engine.census().watchers, 1);
    // The NOTIFY is sent again until it is answered, and a late answer is good enough.
    bench.advance_secs(20);
    assert!(bench.try_request().is_none());
    bench.receive(response(&notify, 200, &[]));
    bench.advance_secs(20);
    assert_eq!(bench.engine.notifier_health().unwrap().active, 1);
}

#[test]
fn a_new_network_is_told_to_everybody() {
    let mut bench = Bench::notifier();
    let ask = Ask::of("bob").with("Record-Route: <sip:192.0.2.9:5060;lr>");
    let (_, watcher) = bench.watched(&ask);
    bench.tell(watcher, active("<one/>"));
    let first = bench.request();
    bench.respond(&first, 200, &[]);
    bench.advance_secs(10);
    bench.input(Input::NetworkChanged);
    let mut told = 0;
    while let Some(request) = bench.wait_for_request(40) {
        match request.method().unwrap().as_str() {
            "NOTIFY" => {
                told += 1;
                assert!(state(&request).starts_with("active;"));
                bench.respond(&request, 200, &[]);
            }
            _ => super::registration::accept(&mut bench, &request, 3600),
        }
    }
    assert_eq!(told, 1);
}

#[test]
fn an_account_that_registers_nowhere_serves_anybody_and_says_so() {
    let mut bench = Bench::with(config());
    bench.serve();
    let stranger = Flow {
        id: FlowId(77),
        transport: Transport::Udp,
        local: "192.0.2.1:5062".parse().unwrap(),
        remote: "192.0.2.77:5070".parse().unwrap(),
    };
    // What only a server may say is not believed.
    let ask = Ask::of("bob").with("P-Asserted-Identity: <sip:carol@example.com>");
    let bytes = ask.bytes("one");
    bench.input(Input::Received {
        flow: stranger,
        bytes,
    });
    let asked = bench.events.iter().find_map(|event| match event {
        Event::Watcher {
            watcher, identity, ..
        } => Some((*watcher, identity.clone())),
        _ => None,
    });
    let (watcher, identity) = asked.unwrap();
    assert_eq!(
        (&*identity.address, identity.proof),
        ("sip:bob@example.com", Proof::Claimed)
    );
    bench.servers = vec![stranger.remote];
    bench.tell(watcher, active("<one/>"));
    let notify = bench.request();
    assert_eq!(
        notify.request_line().unwrap().uri,
        "sip:bob@192.0.2.77:5070"
    );
    let timeout = bench.engine.poll_output();
    assert!(matches!(timeout, Output::Timeout(Some(_))));
}
