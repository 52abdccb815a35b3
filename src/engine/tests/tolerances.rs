//! What real servers do their own way: put up with, and noted in the subscription's health.

use std::sync::Arc;
use std::time::Duration;

use super::bench::{Bench, Notify, call_id, presence};
use crate::engine::{PackageSpec, SubscriptionId, SubscriptionState, Tolerance};
use crate::sip::Message;

fn noted(bench: &Bench, id: SubscriptionId) -> Vec<Tolerance> {
    bench.engine.health(bench.now, id).unwrap().tolerances
}

fn accept(bench: &mut Bench, subscribe: &Message) {
    bench.respond(subscribe, 200, &["Expires: 600"]);
    bench.notify(Notify::to(subscribe)).assert_status(200);
}

#[test]
fn a_server_that_does_as_it_should_needs_none() {
    let mut bench = Bench::new();
    let (id, first) = bench.active();
    let refresh = bench.request_within(600);
    bench.respond(&refresh, 423, &["Min-Expires: 1200"]);
    let longer = bench.request();
    bench.respond(&longer, 200, &["Expires: 1200"]);
    bench.notify(Notify::to(&first).cseq(2)).assert_status(200);
    assert_eq!(noted(&bench, id), []);
}

#[test]
fn ev_030_a_423_without_a_minimum_is_noted() {
    let mut bench = Bench::new();
    let id = bench.subscribe();
    let first = bench.request();
    bench.respond(&first, 423, &[]);
    let longer = bench.request();
    bench.respond(&longer, 200, &["Expires: 1200"]);
    let notify = Notify::to(&longer).state("active;expires=1200");
    bench.notify(notify).assert_status(200);
    assert_eq!(noted(&bench, id), [Tolerance::DoubledExpiry]);
    // In the dialog likewise.
    let mut bench = Bench::new();
    let (id, _) = bench.active();
    let refresh = bench.request_within(600);
    bench.respond(&refresh, 423, &[]);
    let longer = bench.request();
    assert_eq!(longer.expires().unwrap(), Some(1200));
    assert_eq!(noted(&bench, id), [Tolerance::DoubledExpiry]);
}

#[test]
fn ev_031_an_accept_header_that_is_refused_is_noted() {
    let mut bench = Bench::new();
    let mut package = PackageSpec::new("presence", "application/pidf+xml");
    package.accept.push("application/xpidf+xml".into());
    let id = bench.subscribe_with(Arc::new(package), Some(600));
    let first = bench.request();
    bench.respond(&first, 489, &[]);
    let second = bench.request();
    accept(&mut bench, &second);
    assert_eq!(bench.state(id), SubscriptionState::Active);
    assert_eq!(noted(&bench, id), [Tolerance::FewerTypes]);
}

#[test]
fn ev_062_noresource_after_activity_is_retried_ever_more_slowly() {
    let mut bench = Bench::new();
    let (id, mut subscribe) = bench.active();
    let mut waits = Vec::new();
    for _ in 0..8 {
        bench.advance_secs(100);
        let last = Notify::to(&subscribe).cseq(2);
        bench
            .notify(last.state("terminated;reason=noresource"))
            .assert_status(200);
        assert_eq!(bench.state(id), SubscriptionState::WaitingToRetry);
        let begin = bench.now;
        subscribe = bench.request_within(7 * 3600);
        waits.push(bench.now.saturating_since(begin));
        accept(&mut bench, &subscribe);
    }
    assert_eq!(noted(&bench, id), [Tolerance::Vanished]);
    assert!(waits[0] <= Duration::from_secs(600), "{waits:?}");
    assert!(waits[0] >= Duration::from_secs(450), "{waits:?}");
    assert!(waits[7] >= Duration::from_secs(4 * 3600), "{waits:?}");
    assert!(waits[7] <= Duration::from_secs(6 * 3600), "{waits:?}");
    assert!(
        waits.windows(2).all(|pair| pair[0] < pair[1] * 2),
        "{waits:?}"
    );
}

#[test]
fn ev_062_noresource_as_the_first_answer_is_final() {
    let mut bench = Bench::new();
    let id = bench.subscribe();
    let first = bench.request();
    bench.respond(&first, 200, &["Expires: 600"]);
    bench
        .notify(Notify::to(&first).state("terminated;reason=noresource"))
        .assert_status(200);
    bench.assert_silent(13 * 3600);
    assert_eq!(noted(&bench, id), []);
}

#[test]
fn ev_059_a_rejected_dialog_that_comes_back_is_noted_and_only_for_ten_minutes() {
    for (seconds, back) in [(590, true), (610, false)] {
        let mut bench = Bench::new();
        let (id, first) = bench.active();
        let notify = |cseq, state| Notify::to(&first).cseq(cseq).state(state);
        bench
            .notify(notify(2, "terminated;reason=rejected"))
            .assert_status(200);
        bench.advance_secs(seconds);
        bench
            .notify(notify(3, "active;expires=600"))
            .assert_status(if back { 200 } else { 481 });
        assert_eq!(bench.state(id) == SubscriptionState::Active, back);
        assert_eq!(noted(&bench, id).contains(&Tolerance::CameBack), back);
    }
    // Another dialog of the same Call-ID is another matter, and so is one that nobody wants any more.
    let mut bench = Bench::new();
    let (id, first) = bench.active();
    let notify = |cseq, state| Notify::to(&first).cseq(cseq).state(state);
    bench
        .notify(notify(2, "terminated;reason=rejected"))
        .assert_status(200);
    bench
        .notify(notify(3, "active").from("other"))
        .assert_status(481);
    bench.unsubscribe(id);
    bench.notify(notify(3, "active")).assert_status(481);
    assert!(bench.engine.subscription(id).is_none());
}

#[test]
fn ev_013_a_server_that_never_notifies_after_a_refresh_is_known_to_all() {
    let mut bench = Bench::new();
    let (id, _) = bench.active();
    for round in 0..3 {
        let refresh = bench.request_within(600);
        bench.respond(&refresh, 200, &["Expires: 600"]);
        if round < 2 {
            let anew = bench.request_within(33);
            accept(&mut bench, &anew);
        }
    }
    let before = bench.times("SUBSCRIBE").len();
    bench.advance_secs(100);
    assert_eq!(bench.times("SUBSCRIBE").len(), before);
    assert_eq!(bench.state(id), SubscriptionState::Active);
    assert_eq!(noted(&bench, id), [Tolerance::SilentRefreshes]);
    // It is refreshed in its dialog.
    let refresh = bench.request_within(600);
    assert!(refresh.to().unwrap().tag().is_some());
    bench.respond(&refresh, 200, &["Expires: 600"]);
    // Another subscription there does not have to learn it again.
    let other = bench.subscribe_with(presence(), Some(100));
    let first = bench.request();
    bench.respond(&first, 200, &["Expires: 100"]);
    bench
        .notify(Notify::to(&first).state("active;expires=100"))
        .assert_status(200);
    let refresh = bench.request_within(100);
    bench.respond(&refresh, 200, &["Expires: 100"]);
    bench.advance_secs(40);
    assert_eq!(bench.state(other), SubscriptionState::Active);
    assert_eq!(noted(&bench, other), [Tolerance::SilentRefreshes]);
    assert!(bench.usage_ends().len() == 2, "only what was lost before");
    // A NOTIFY after a refresh shows that it can: then its absence means something again.
    let refresh = bench.request_within(100);
    bench.respond(&refresh, 200, &["Expires: 100"]);
    bench
        .notify(Notify::to(&first).cseq(2).state("active;expires=100"))
        .assert_status(200);
    let refresh = bench.request_within(100);
    assert_eq!(call_id(&refresh), call_id(&first));
    bench.respond(&refresh, 200, &["Expires: 100"]);
    let anew = bench.request_within(33);
    assert_ne!(call_id(&anew), call_id(&first));
}

#[test]
fn ev_069_a_notifier_that_counts_anew_gets_a_new_dialog() {
    for (last, next, times) in [(50_000, 1, 1), (60, 1, 3)] {
        let mut bench = Bench::new();
        let (id, first) = bench.active();
        let notify = |cseq| Notify::to(&first).cseq(cseq);
        bench.notify(notify(last)).assert_status(200);
        bench.advance_secs(70);
        for number in 0..times {
            assert!(bench.try_request().is_none());
            bench.notify(notify(next + number)).assert_status(500);
        }
        let anew = bench.request();
        assert_ne!(call_id(&anew), call_id(&first));
        accept(&mut bench, &anew);
        assert_eq!(bench.state(id), SubscriptionState::Active);
        assert_eq!(noted(&bench, id), [Tolerance::CountedAnew]);
    }
}

#[test]
fn ev_069_a_late_notify_is_no_new_count() {
    let mut bench = Bench::new();
    let (id, first) = bench.active();
    let notify = |cseq| Notify::to(&first).cseq(cseq);
    for (cseq, code) in [
        (9, 200),
        (7, 500),
        (8, 500),
        (10, 200),
        (8, 500),
        (9, 500),
        (11, 200),
    ] {
        bench.notify(notify(cseq)).assert_status(code);
    }
    assert!(bench.try_request().is_none());
    assert_eq!(noted(&bench, id), []);
}
