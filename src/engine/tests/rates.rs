//! Rate control (A.10, RFC 6446): asked for, agreed, changed, dropped.

use std::sync::Arc;

use super::bench::{Bench, Notify, expires, header, presence, uri};
use crate::engine::{Rates, SubscribeRequest, SubscriptionId, SubscriptionState};
use crate::sip::{HeaderName, Message};

fn rates(params: &[(&'static str, &'static str)]) -> Rates {
    Rates::from_params(params.iter().copied()).unwrap()
}

fn event(message: &Message) -> String {
    header(message, HeaderName::Event).unwrap()
}

fn agreed(bench: &Bench, id: SubscriptionId) -> Rates {
    bench.engine.health(bench.now, id).unwrap().usages[0].rates
}

/// A subscription with `max-rate` 0.2 for ten minutes, accepted, with its first SUBSCRIBE.
fn rated(state: &str) -> (Bench, SubscriptionId, Message) {
    let mut bench = Bench::new();
    let mut package = presence();
    Arc::make_mut(&mut package).event_params = vec!["foo=1".into()];
    let mut request = SubscribeRequest::new(package, uri("sip:bob@example.com"));
    request.expires = Some(600);
    request.rates = rates(&[("max-rate", "0.2")]);
    let id = bench.engine.subscribe(bench.now, request);
    bench.drain();
    let first = bench.request();
    assert_eq!(event(&first), "presence;foo=1;max-rate=0.2");
    bench.respond(&first, 200, &["Expires: 600"]);
    let notify = Notify::to(&first).event("presence").state(state);
    bench.notify(notify).assert_status(200);
    (bench, id, first)
}

#[test]
fn ev_090_a_rate_is_asked_for_in_each_subscribe_and_shown_as_agreed() {
    let (mut bench, id, first) = rated("active;expires=600;max-rate=0.2");
    assert_eq!(agreed(&bench, id), rates(&[("max-rate", "0.2")]));
    let refresh = bench.request_within(600);
    assert_eq!(event(&refresh), event(&first));
    bench.respond(&refresh, 200, &["Expires: 600"]);
    // The last word of the notifier counts; what is no number it has not agreed to.
    for (word, expected) in [
        (
            "active;max-rate=0.1;min-rate=0.01",
            rates(&[("max-rate", "0.1"), ("min-rate", "0.01")]),
        ),
        ("active;max-rate=0", Rates::default()),
        ("active;MAX-RATE=2", rates(&[("max-rate", "2")])),
        ("active", Rates::default()),
    ] {
        let notify = Notify::to(&first).event("presence").cseq(2).state(word);
        bench.notify(notify).assert_status(200);
        assert_eq!(agreed(&bench, id), expected, "{word}");
    }
}

#[test]
fn ev_090_a_rate_left_out_is_removed() {
    let (mut bench, id, first) = rated("active;expires=600;max-rate=0.2");
    bench.engine.set_rates(bench.now, id, Rates::default());
    bench.drain();
    let refresh = bench.request();
    assert_eq!(
        (event(&refresh), expires(&refresh)),
        ("presence;foo=1".into(), Some(600))
    );
    assert_eq!(agreed(&bench, id), Rates::default());
    bench.respond(&refresh, 200, &["Expires: 600"]);
    // Nobody asked for what it still says.
    let notify = Notify::to(&first).event("presence").cseq(2);
    bench
        .notify(notify.state("active;max-rate=0.2"))
        .assert_status(200);
    assert_eq!(agreed(&bench, id), Rates::default());
    assert_eq!(event(&bench.request_within(600)), "presence;foo=1");
}

#[test]
fn ev_090_an_answer_to_a_notify_has_no_event_header() {
    for params in [&[][..], &[("max-rate", "0.2"), ("min-rate", "0.1")]] {
        let mut bench = Bench::new();
        let mut request = SubscribeRequest::new(presence(), uri("sip:bob@example.com"));
        request.rates = rates(params);
        bench.engine.subscribe(bench.now, request);
        bench.drain();
        let first = bench.request();
        bench.respond(&first, 200, &["Expires: 600"]);
        let answer = bench.notify(Notify::to(&first)).0.unwrap();
        assert_eq!(answer.status(), Some(200));
        assert_eq!(answer.headers(HeaderName::Event).count(), 0);
    }
}

#[test]
fn ev_048_and_ev_090_a_change_of_rates_waits_for_the_answer() {
    let (mut bench, id, _) = rated("active;expires=600");
    let refresh = bench.request_within(600);
    let wanted = rates(&[("max-rate", "1"), ("adaptive-min-rate", "0.5")]);
    bench.engine.set_rates(bench.now, id, wanted);
    bench.drain();
    assert!(bench.try_request().is_none(), "one at a time");
    bench.respond(&refresh, 200, &["Expires: 600"]);
    let change = bench.request();
    assert_eq!(
        event(&change),
        "presence;foo=1;max-rate=1;adaptive-min-rate=0.5"
    );
    assert_eq!(
        change.cseq().unwrap().number,
        refresh.cseq().unwrap().number + 1
    );
    assert_eq!(bench.state(id), SubscriptionState::Active);
}
