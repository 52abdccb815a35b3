//! What real servers do their own way: put up with, and noted in the subscription's health.

use std::sync::Arc;
use std::time::Duration;

use super::bench::{Bench, Notify, call_id, messages};
use crate::engine::{PackageSpec, Reason, SubscriptionId, SubscriptionState, Tolerance};
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
            .notify(last.state("terminated;reason=noresource;retry-after=5"))
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
        .notify(Notify::to(&first).state("terminated;reason=noresource;retry-after=5"))
        .assert_status(200);
    assert_eq!(
        bench.subscription(id).reason,
        Some(Reason::Terminated(Some("noresource".into())))
    );
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

/// Answers a refresh 200, and sends no NOTIFY.
fn refresh_in_silence(bench: &mut Bench) -> Message {
    let refresh = bench.request_within(600);
    bench.respond(&refresh, 200, &["Expires: 600"]);
    refresh
}

/// A subscription whose notifier has been silent after three refreshes; its first dialog of those that stay.
fn believed(bench: &mut Bench) -> (SubscriptionId, Message) {
    let (id, mut first) = bench.active();
    for _ in 0..2 {
        refresh_in_silence(bench);
        first = bench.request_within(33);
        accept(bench, &first);
    }
    refresh_in_silence(bench);
    (id, first)
}

#[test]
fn ev_013_a_notifier_that_never_notifies_after_a_refresh_is_believed() {
    let mut bench = Bench::new();
    let (id, first) = believed(&mut bench);
    let before = bench.times("SUBSCRIBE").len();
    bench.advance_secs(100);
    assert_eq!(bench.times("SUBSCRIBE").len(), before);
    assert_eq!(bench.state(id), SubscriptionState::Active);
    assert_eq!(noted(&bench, id), [Tolerance::SilentRefreshes]);
    // It is refreshed in its dialog.
    assert_eq!(call_id(&refresh_in_silence(&mut bench)), call_id(&first));
    bench.advance_secs(40);
    assert_eq!(bench.usage_ends().len(), 2, "only what was lost before");
    // A NOTIFY after a refresh shows that it can: then its absence means something again.
    let refresh = bench.request_within(600);
    bench.respond(&refresh, 200, &["Expires: 600"]);
    bench.notify(Notify::to(&first).cseq(2)).assert_status(200);
    refresh_in_silence(&mut bench);
    let anew = bench.request_within(33);
    assert_ne!(call_id(&anew), call_id(&first));
}

#[test]
fn ev_013_what_one_subscription_meets_says_nothing_about_another() {
    // What was lost of three subscriptions, once each, is no habit of the server.
    let mut bench = Bench::new();
    let ids = [(); 3].map(|()| bench.active().0);
    let mut renewed = 0;
    while renewed < 3 {
        let request = bench.request_within(600);
        if request.to().unwrap().tag().is_none() {
            renewed += 1;
            accept(&mut bench, &request);
        } else {
            bench.respond(&request, 200, &["Expires: 600"]);
        }
    }
    for id in ids {
        assert_eq!(noted(&bench, id), []);
    }
    // Nor does the one that is told of everything excuse the one that is not.
    let mut bench = Bench::new();
    let (silent, _) = bench.active();
    let (told, first) = bench.active();
    let mut cseq = 1;
    for _ in 0..12 {
        let request = bench.request_within(600);
        if call_id(&request) == call_id(&first) {
            cseq += 1;
            bench.respond(&request, 200, &["Expires: 600"]);
            let notify = Notify::to(&first).cseq(cseq);
            bench.notify(notify).assert_status(200);
        } else if request.to().unwrap().tag().is_some() {
            bench.respond(&request, 200, &["Expires: 600"]);
        } else {
            accept(&mut bench, &request);
        }
    }
    assert_eq!(noted(&bench, silent), [Tolerance::SilentRefreshes]);
    assert_eq!(noted(&bench, told), []);
}

#[test]
fn ev_013_of_several_notifiers_the_silent_one_is_believed() {
    let mut bench = Bench::new();
    let id = bench.subscribe_with(messages(), Some(600));
    let notify = |request: &Message, tag: &str| {
        let target = format!("<sip:{tag}.example.com>");
        Notify::to(request).from(tag).contact(&target)
    };
    let mut silences = 0;
    let mut cseqs = std::collections::HashMap::new();
    while silences < 3 {
        let request = bench.request_within(600);
        bench.respond(&request, 200, &["Expires: 600"]);
        let tag = request.to().unwrap().tag().map(str::to_owned);
        let tags = match tag.as_deref() {
            Some("silent") => {
                silences += 1;
                &[][..]
            }
            Some(_) => &["told"],
            None => &["told", "silent"],
        };
        for tag in tags {
            let cseq = cseqs.entry((call_id(&request), *tag)).or_insert(0);
            *cseq += 1;
            bench
                .notify(notify(&request, tag).cseq(*cseq))
                .assert_status(200);
        }
    }
    let before = bench.usage_ends().len();
    bench.advance_secs(40);
    assert_eq!(bench.usage_ends().len(), before);
    assert_eq!(noted(&bench, id), [Tolerance::SilentRefreshes]);
}

#[test]
fn ev_013_who_asks_for_another_try_gets_one_that_is_not_believed() {
    let mut bench = Bench::new();
    let (_, first) = believed(&mut bench);
    bench.advance_secs(40);
    bench.engine.retry_now(bench.now);
    bench.drain();
    assert_eq!(call_id(&refresh_in_silence(&mut bench)), call_id(&first));
    // It has been lost so often that the next comes a little later.
    bench.advance_secs(33);
    assert_eq!(bench.usage_ends().len(), 3);
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
    // It changes nothing, whatever it says.
    let late = notify(6).state("terminated;reason=rejected");
    bench.notify(late).assert_status(500);
    assert_eq!(bench.state(id), SubscriptionState::Active);
    let expires_at = bench.subscription(id).expires_at;
    let late = notify(10).state("active;expires=60");
    bench.notify(late).assert_status(500);
    assert_eq!(bench.subscription(id).expires_at, expires_at);
    assert!(bench.try_request().is_none());
    assert_eq!(noted(&bench, id), []);
}
