//! Dialogs are not shared, and nothing is subscribed to by REFER (A.8, A.9): what is left to put up with.

use std::sync::Arc;

use super::bench::{Bench, Notify, call_id, expires, header, messages, uri};
use crate::engine::{
    Event, ForkPolicy, PackageSpec, SubscribeRequest, SubscriptionId, SubscriptionState,
};
use crate::sip::{HeaderName, Message};

fn refer(id: Option<&str>) -> Arc<PackageSpec> {
    let mut package = PackageSpec::new("refer", "message/sipfrag");
    package.forks = ForkPolicy::Several;
    package.event_params = id.map(|id| format!("id={id}")).into_iter().collect();
    Arc::new(package)
}

/// Two active subscriptions to the same peer.
fn two() -> (Bench, [(SubscriptionId, Message); 2]) {
    let mut bench = Bench::new();
    let one = bench.active();
    let id = bench.subscribe_with(messages(), Some(600));
    let other = bench.request();
    bench.respond(&other, 200, &["Expires: 600"]);
    bench.notify(Notify::to(&other)).assert_status(200);
    (bench, [one, (id, other)])
}

#[test]
fn ev_082_kpml_is_sent_to_one_device() {
    let mut bench = Bench::new();
    let mut package = PackageSpec::new("kpml", "application/kpml-response+xml");
    package.forks = ForkPolicy::Forbidden;
    let package = Arc::new(package);
    for (target, disposition) in [
        ("sip:bob@example.com", Some("no-fork")),
        ("sip:bob@example.com;gr=abc", None),
    ] {
        let request = SubscribeRequest::new(package.clone(), uri(target));
        let id = bench.engine.subscribe(bench.now, request);
        bench.drain();
        let first = bench.request();
        assert_eq!(
            header(&first, HeaderName::RequestDisposition).as_deref(),
            disposition
        );
        bench.respond(&first, 200, &["Expires: 7200"]);
        bench
            .notify(Notify::to(&first).from("a"))
            .assert_status(200);
        bench
            .notify(Notify::to(&first).from("b"))
            .assert_status(481);
        assert_eq!(bench.subscription(id).notifiers, 1);
        // In the dialog there is nothing to fork.
        bench.engine.refresh(bench.now, id);
        bench.drain();
        let poll = bench.request();
        assert_eq!(header(&poll, HeaderName::RequestDisposition), None);
    }
}

#[test]
fn ev_082_the_answers_of_several_to_refer_are_kept_apart() {
    let mut bench = Bench::new();
    let id = bench.subscribe_with(refer(None), Some(60));
    let first = bench.request();
    bench.respond(&first, 200, &["Expires: 60"]);
    for tag in ["a", "b"] {
        let notify = Notify::to(&first).from(tag);
        let progress = format!("SIP/2.0 18{} {tag}", tag.len());
        bench
            .notify(notify.body("message/sipfrag", &progress))
            .assert_status(200);
    }
    let told = bench.events.iter().filter_map(|event| match event {
        Event::Notify {
            usage, notifier, ..
        } => Some((*usage, notifier.clone())),
        _ => None,
    });
    let told: Vec<_> = told.collect();
    assert_eq!((told[0].1.as_str(), told[1].1.as_str()), ("a", "b"));
    assert_ne!(told[0].0, told[1].0);
    assert_eq!(bench.subscription(id).notifiers, 2);
    let last = Notify::to(&first).from("a").cseq(2);
    bench
        .notify(last.state("terminated;reason=noresource"))
        .assert_status(200);
    assert_eq!(bench.subscription(id).notifiers, 1);
}

#[test]
fn ev_084_what_ends_one_subscription_spares_the_other() {
    for code in [404, 405, 410, 416, 480, 481, 482, 485, 489, 501, 604] {
        let (mut bench, [(one, first), (other, second)]) = two();
        assert_ne!(call_id(&first), call_id(&second));
        let refresh = loop {
            let refresh = bench.request_within(600);
            if call_id(&refresh) == call_id(&first) {
                break refresh;
            }
            bench.respond(&refresh, 200, &["Expires: 600"]);
            bench.notify(Notify::to(&second).cseq(2)).assert_status(200);
        };
        bench.respond(&refresh, code, &[]);
        assert_ne!(bench.state(one), SubscriptionState::Active, "{code}");
        assert_eq!(bench.state(other), SubscriptionState::Active, "{code}");
        bench.notify(Notify::to(&second).cseq(9)).assert_status(200);
    }
}

#[test]
fn ev_084_a_peer_that_shares_our_dialog_does_not_disturb_it() {
    let (mut bench, [(one, first), (other, _)]) = two();
    let before = (bench.subscription(one), bench.notified());
    for event in ["message-summary", "presence;id=2", "dialog", "refer;id=7"] {
        let foreign = Notify::to(&first).event(event).cseq(40);
        let answer = bench.notify(foreign.state("terminated;reason=noresource"));
        let code = answer.0.unwrap().status();
        assert!(matches!(code, Some(481 | 489)), "{event}: {code:?}");
    }
    assert_eq!((bench.subscription(one), bench.notified()), before);
    assert_eq!(bench.state(other), SubscriptionState::Active);
    // Nor does it move the count of its NOTIFYs.
    bench.notify(Notify::to(&first).cseq(2)).assert_status(200);
}

#[test]
fn ev_085_nothing_is_subscribed_to_by_refer() {
    let (mut bench, [(_, first), _]) = two();
    let before = bench.notified();
    let mut stranger = Notify::to(&first).event("refer");
    stranger.to_tag = "guess".into();
    bench.notify(stranger).assert_status(481);
    bench
        .notify(Notify::to(&first).event("refer;id=93809824").cseq(2))
        .assert_status(481);
    assert_eq!(bench.notified(), before);
}

#[test]
fn ev_085_the_id_of_a_refer_subscription_is_matched_and_repeated() {
    let mut bench = Bench::new();
    let id = bench.subscribe_with(refer(Some("93809824")), Some(60));
    let first = bench.request();
    let event = "refer;id=93809824";
    assert_eq!(header(&first, HeaderName::Event).unwrap(), event);
    bench.respond(&first, 200, &["Expires: 60"]);
    bench
        .notify(Notify::to(&first).event("refer;id=93809825"))
        .assert_status(481);
    bench
        .notify(Notify::to(&first).event("refer"))
        .assert_status(481);
    bench
        .notify(Notify::to(&first).state("active;expires=60"))
        .assert_status(200);
    let refresh = bench.request_within(60);
    assert_eq!(header(&refresh, HeaderName::Event).unwrap(), event);
    bench.respond(&refresh, 200, &["Expires: 60"]);
    bench.notify(Notify::to(&first).cseq(2)).assert_status(200);
    bench.unsubscribe(id);
    let end = bench.request();
    assert_eq!(header(&end, HeaderName::Event).unwrap(), event);
    assert_eq!(expires(&end), Some(0));
}
