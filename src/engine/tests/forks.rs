//! Several notifiers for one SUBSCRIBE (A.8).

use std::sync::Arc;
use std::time::Duration;

use super::bench::{Bench, Notify, call_id, expires, messages};
use super::registration::registered;
use crate::engine::{Event, ForkPolicy, PackageSpec, SubscriptionState, limits};

#[test]
fn ev_077_presence_takes_one_notifier() {
    let mut bench = Bench::new();
    let id = bench.subscribe();
    let subscribe = bench.request();
    bench
        .notify(Notify::to(&subscribe).from("a"))
        .assert_status(200);
    bench
        .notify(Notify::to(&subscribe).from("b"))
        .assert_status(481);
    bench.respond(&subscribe, 200, &["Expires: 600"]);
    assert_eq!(bench.subscription(id).notifiers, 1);
    assert_eq!(bench.request_within(600).to().unwrap().tag(), Some("a"));
    assert_eq!(bench.engine.health(bench.now, id).unwrap().refused_forks, 1);
}

#[test]
fn ev_078_message_summary_takes_each() {
    let mut bench = Bench::new();
    let id = bench.subscribe_with(messages(), Some(600));
    let subscribe = bench.request();
    bench.respond(&subscribe, 200, &["Expires: 600"]);
    for tag in ["a", "b", "c"] {
        bench
            .notify(
                Notify::to(&subscribe)
                    .from(tag)
                    .contact(&format!("<sip:{tag}@192.0.2.9>")),
            )
            .assert_status(200);
    }
    assert_eq!(bench.subscription(id).notifiers, 3);
    // Each has its own expiry and refresh.
    bench
        .notify(
            Notify::to(&subscribe)
                .from("b")
                .cseq(2)
                .state("active;expires=100"),
        )
        .assert_status(200);
    let refresh = bench.request_within(100);
    assert_eq!(refresh.to().unwrap().tag(), Some("b"));
    bench.respond(&refresh, 200, &["Expires: 600"]);
    bench
        .notify(Notify::to(&subscribe).from("b").cseq(3))
        .assert_status(200);
    let others = [bench.request_within(600), bench.request_within(600)];
    let mut tags: Vec<_> = others
        .iter()
        .map(|other| other.to().unwrap().tag().unwrap().to_owned())
        .collect();
    tags.sort();
    assert_eq!(tags, ["a", "c"]);
}

#[test]
fn ev_079_the_window_closes_with_timer_n() {
    let mut bench = Bench::new();
    let id = bench.subscribe_with(messages(), Some(600));
    let subscribe = bench.request();
    bench.respond(&subscribe, 200, &["Expires: 600"]);
    bench
        .notify(Notify::to(&subscribe).from("a"))
        .assert_status(200);
    bench.advance_secs(33);
    bench
        .notify(Notify::to(&subscribe).from("b"))
        .assert_status(481);
    bench
        .notify(Notify::to(&subscribe).from("a").cseq(2))
        .assert_status(200);
    assert_eq!(bench.subscription(id).notifiers, 1);
}

#[test]
fn ev_080_the_tag_of_the_200_means_nothing() {
    let mut bench = Bench::new();
    let id = bench.subscribe();
    let subscribe = bench.request();
    // The bench's 200 has To tag `server`, the NOTIFY comes from `notifier`.
    bench.respond(&subscribe, 200, &["Expires: 600"]);
    bench.notify(Notify::to(&subscribe)).assert_status(200);
    assert_eq!(bench.state(id), SubscriptionState::Active);
    assert_eq!(
        bench.request_within(600).to().unwrap().tag(),
        Some("notifier")
    );
}

#[test]
fn ev_081_one_end_leaves_the_others() {
    let mut bench = Bench::new();
    let id = bench.subscribe_with(messages(), Some(600));
    let subscribe = bench.request();
    bench.respond(&subscribe, 200, &["Expires: 600"]);
    for tag in ["a", "b", "c"] {
        bench
            .notify(Notify::to(&subscribe).from(tag))
            .assert_status(200);
    }
    bench.advance(Duration::from_secs(70));
    bench
        .notify(
            Notify::to(&subscribe)
                .from("a")
                .cseq(2)
                .state("terminated;reason=noresource"),
        )
        .assert_status(200);
    assert_eq!(bench.subscription(id).notifiers, 2);
    assert_eq!(bench.state(id), SubscriptionState::Active);
    bench.assert_silent(10);
    bench.unsubscribe(id);
    for _ in 0..2 {
        let end = bench.request();
        assert_eq!(
            (expires(&end), call_id(&end)),
            (Some(0), call_id(&subscribe))
        );
        bench.respond(&end, 200, &["Expires: 0"]);
        let tag = end.to().unwrap().tag().unwrap().to_owned();
        bench
            .notify(
                Notify::to(&subscribe)
                    .from(&tag)
                    .cseq(5)
                    .state("terminated"),
            )
            .assert_status(200);
    }
    assert!(bench.engine.subscription(id).is_none());
}

#[test]
fn forks_are_bounded_and_the_oldest_kept() {
    let mut bench = Bench::new();
    // Who is registered there is told of messages without asking; these are no such words.
    registered(&mut bench, 3600);
    let id = bench.subscribe_with(messages(), Some(600));
    let subscribe = bench.request();
    bench.respond(&subscribe, 200, &["Expires: 600"]);
    for number in 0..10_000 {
        let notify = Notify::to(&subscribe).from(&format!("t{number}"));
        let taken = number < limits::USAGES;
        let answer = bench.notify(notify);
        // Who is refused too often gets no answer any more (RB-005).
        if taken {
            answer.assert_status(200);
        }
    }
    assert_eq!(bench.subscription(id).notifiers as usize, limits::USAGES);
    let health = bench.engine.health(bench.now, id).unwrap();
    assert_eq!(health.refused_forks as usize, 10_000 - limits::USAGES);
    let stray = |event: &&Event| matches!(event, Event::Stray { .. });
    let counted = bench.events.iter().filter(stray).count();
    assert_eq!(counted, 10_000 - limits::USAGES);
    assert_eq!(bench.notified(), limits::USAGES);
    let unasked = |event: &Event| matches!(event, Event::Unsolicited { .. });
    assert!(!bench.events.iter().any(unasked));
    bench
        .notify(Notify::to(&subscribe).from("t0").cseq(2))
        .assert_status(200);
}

#[test]
fn ev_081_a_lost_fork_is_brought_back_beside_the_others() {
    let mut bench = Bench::new();
    let id = bench.subscribe_with(messages(), Some(600));
    let first = bench.request();
    bench.respond(&first, 200, &["Expires: 600"]);
    let notify = |subscribe: &crate::sip::Message, tag: &str, host: &str| {
        Notify::to(subscribe)
            .from(tag)
            .contact(&format!("<sip:{host}@192.0.2.9>"))
    };
    bench.notify(notify(&first, "a1", "a")).assert_status(200);
    bench.notify(notify(&first, "b1", "b")).assert_status(200);
    bench.advance_secs(100);
    bench
        .notify(
            notify(&first, "a1", "a")
                .cseq(2)
                .state("terminated;reason=deactivated"),
        )
        .assert_status(200);
    assert_eq!(bench.state(id), SubscriptionState::Active);
    let second = bench.request_within(1);
    assert_eq!(second.to().unwrap().tag(), None);
    assert_ne!(call_id(&second), call_id(&first));
    bench.respond(&second, 200, &["Expires: 600"]);
    bench.notify(notify(&second, "a2", "a")).assert_status(200);
    assert_eq!(bench.subscription(id).notifiers, 2);
    assert!(bench.try_request().is_none());
    // The other one answers again: its old dialog gives way to the new one.
    bench.notify(notify(&second, "b2", "b")).assert_status(200);
    assert_eq!(bench.subscription(id).notifiers, 2);
    let end = bench.request();
    assert_eq!(
        (expires(&end), end.to().unwrap().tag()),
        (Some(0), Some("b1"))
    );
    bench.respond(&end, 200, &["Expires: 0"]);
    bench
        .notify(
            notify(&first, "b1", "b")
                .cseq(7)
                .state("terminated;reason=timeout"),
        )
        .assert_status(200);
    assert_eq!(bench.usage_ends(), [false, false]);
    assert_eq!(bench.subscription(id).notifiers, 2);
    bench.assert_silent(300);
}

#[test]
fn ev_081_a_fork_lost_while_the_window_is_open_is_brought_back_too() {
    let mut bench = Bench::new();
    bench.subscribe_with(messages(), Some(600));
    let first = bench.request();
    bench.respond(&first, 200, &["Expires: 600"]);
    bench
        .notify(Notify::to(&first).from("a").contact("<sip:a@192.0.2.9>"))
        .assert_status(200);
    bench
        .notify(Notify::to(&first).from("b").contact("<sip:b@192.0.2.9>"))
        .assert_status(200);
    bench.advance_secs(5);
    let last = Notify::to(&first).from("a").cseq(2);
    bench
        .notify(last.state("terminated;reason=deactivated"))
        .assert_status(200);
    assert_ne!(call_id(&bench.request_within(1)), call_id(&first));
}

#[test]
fn ev_082_kpml_has_one_notifier() {
    let mut bench = Bench::new();
    let package = PackageSpec::new("kpml", "application/kpml-response+xml");
    let id = bench.subscribe_with(Arc::new(package), Some(7200));
    let subscribe = bench.request();
    for (tag, code) in [("a", 200), ("b", 481), ("a2", 481)] {
        bench
            .notify(Notify::to(&subscribe).from(tag))
            .assert_status(code);
    }
    bench.respond(&subscribe, 200, &["Expires: 7200"]);
    assert_eq!(bench.subscription(id).notifiers, 1);
}

#[test]
fn ev_082_references_are_kept_apart() {
    let mut bench = Bench::new();
    let mut package = PackageSpec::new("refer", "message/sipfrag");
    package.forks = ForkPolicy::Several;
    let id = bench.subscribe_with(Arc::new(package), Some(300));
    let subscribe = bench.request();
    bench.respond(&subscribe, 200, &["Expires: 300"]);
    let told = |tag: &str, cseq: u32, state: &str, line: &str| {
        Notify::to(&subscribe)
            .from(tag)
            .cseq(cseq)
            .state(state)
            .body("message/sipfrag;version=2.0", line)
    };
    let active = "active;expires=300";
    bench
        .notify(told("a", 1, active, "SIP/2.0 100 Trying"))
        .assert_status(200);
    bench
        .notify(told("b", 1, active, "SIP/2.0 100 Trying"))
        .assert_status(200);
    bench
        .notify(told(
            "a",
            2,
            "terminated;reason=noresource",
            "SIP/2.0 603 Declined",
        ))
        .assert_status(200);
    bench
        .notify(told("b", 2, active, "SIP/2.0 180 Ringing"))
        .assert_status(200);
    let heard: Vec<_> = bench
        .events
        .iter()
        .filter_map(|event| match event {
            Event::Notify {
                usage, notifier, ..
            } => Some((*usage, notifier.as_str())),
            _ => None,
        })
        .collect();
    let notifiers: Vec<_> = heard.iter().map(|(_, notifier)| *notifier).collect();
    assert_eq!(notifiers, ["a", "b", "a", "b"]);
    assert_eq!((heard[0].0, heard[1].0), (heard[2].0, heard[3].0));
    assert_ne!(heard[0].0, heard[1].0, "each has its own usage");
    assert_eq!(bench.subscription(id).notifiers, 1, "the other goes on");
    assert_eq!(bench.state(id), SubscriptionState::Active);
}
