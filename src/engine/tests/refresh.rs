//! Refreshing a subscription, and what goes wrong with that (A.4).

use std::time::Duration;

use super::bench::{Bench, Notify, call_id, expires, header};
use crate::engine::{Reason, SubscriptionState};
use crate::sip::{HeaderName, Message};

/// An active subscription whose refresh has just been sent.
fn refreshing() -> (Bench, crate::engine::SubscriptionId, Message, Message) {
    let mut bench = Bench::new();
    let (id, subscribe) = bench.active();
    let refresh = bench.request_within(600);
    (bench, id, subscribe, refresh)
}

#[test]
fn ev_041_a_refresh_is_in_the_dialog() {
    let (_, _, first, refresh) = refreshing();
    assert_eq!(call_id(&refresh), call_id(&first));
    assert_eq!(refresh.from().unwrap().tag(), first.from().unwrap().tag());
    assert_eq!(refresh.to().unwrap().tag(), Some("notifier"));
    assert_eq!(
        refresh.cseq().unwrap().number,
        first.cseq().unwrap().number + 1
    );
    assert_eq!(refresh.request_line().unwrap().uri, "sip:192.0.2.9:5060");
    assert_eq!(
        header(&refresh, HeaderName::Event),
        header(&first, HeaderName::Event)
    );
    assert_eq!(header(&refresh, HeaderName::Route), None);
    assert_eq!(refresh.contacts().count(), 1);
    assert_eq!(expires(&refresh), Some(600));
}

#[test]
fn ev_042_refresh_in_time_with_jitter() {
    let mut seen = std::collections::HashSet::new();
    for seed in 0..8 {
        let mut bench = Bench::seeded(super::bench::config(), seed);
        let (_, _) = bench.active();
        let begin = bench.now;
        bench.request_within(600);
        let after = bench.now.saturating_since(begin);
        assert!(
            after <= Duration::from_secs(568) && after >= Duration::from_secs(500),
            "{after:?}"
        );
        seen.insert(after);
    }
    assert!(seen.len() > 5);
}

#[test]
fn ev_029_notify_sets_a_shorter_time() {
    let mut bench = Bench::new();
    let (_, subscribe) = bench.active();
    bench
        .notify(Notify::to(&subscribe).cseq(2).state("active;expires=120"))
        .assert_status(200);
    let begin = bench.now;
    bench.request_within(120);
    assert!(bench.now.saturating_since(begin) <= Duration::from_secs(88));
}

#[test]
fn ev_029_a_notify_without_expires_changes_no_time() {
    let mut bench = Bench::new();
    let (id, subscribe) = bench.active();
    let before = bench.subscription(id).expires_at;
    bench.advance_secs(100);
    bench
        .notify(Notify::to(&subscribe).cseq(2).state("active"))
        .assert_status(200);
    bench
        .notify(Notify::to(&subscribe).cseq(3).state("active;expires=99999"))
        .assert_status(200);
    assert_eq!(bench.subscription(id).expires_at, before);
}

#[test]
fn ev_029_many_notifies_do_not_put_the_refresh_off() {
    let mut bench = Bench::new();
    let (_, subscribe) = bench.active();
    for second in 1..60_u32 {
        bench.advance_secs(10);
        if bench.times("SUBSCRIBE").len() > 1 {
            assert!(second >= 50);
            return;
        }
        let left = 600 - second * 10;
        bench.notify(
            Notify::to(&subscribe)
                .cseq(second + 1)
                .state(&format!("active;expires={left}")),
        );
    }
    panic!("never refreshed");
}

#[test]
fn ev_013_a_refresh_without_a_notify_starts_over() {
    let (mut bench, _, first, refresh) = refreshing();
    bench.respond(&refresh, 200, &["Expires: 600"]);
    let again = bench.request_within(33);
    assert_ne!(call_id(&again), call_id(&first));
    assert_eq!(again.to().unwrap().tag(), None);
}

#[test]
fn ev_014_204_needs_no_notify() {
    let (mut bench, id, _, refresh) = refreshing();
    bench.respond(&refresh, 204, &["Expires: 600"]);
    bench.assert_silent(60);
    assert_eq!(bench.state(id), SubscriptionState::Active);
}

#[test]
fn ev_043_codes_that_end_the_dialog() {
    for code in [
        404, 405, 410, 416, 480, 481, 482, 483, 484, 485, 489, 501, 604,
    ] {
        let (mut bench, id, first, refresh) = refreshing();
        bench.respond(&refresh, code, &[]);
        assert_ne!(bench.state(id), SubscriptionState::Active, "{code}");
        assert_eq!(bench.usage_ends(), [false], "{code}");
        bench.notify(Notify::to(&first).cseq(9)).assert_status(481);
        bench.advance_secs(4000);
        let in_dialog = bench
            .log
            .iter()
            .filter(|(_, request)| call_id(request) == call_id(&first))
            .count();
        assert_eq!(in_dialog, 2, "{code}");
        let permanent = [405, 410, 416, 489, 501, 604].contains(&code);
        assert_eq!(bench.times("SUBSCRIBE").len() == 2, permanent, "{code}");
    }
}

#[test]
fn ev_044_other_failures_spare_it() {
    for code in [400, 408, 413, 500, 503, 600] {
        let (mut bench, id, first, refresh) = refreshing();
        bench.respond(&refresh, code, &[]);
        assert_eq!(bench.state(id), SubscriptionState::Active, "{code}");
        bench
            .notify(Notify::to(&first).cseq(5).state("active"))
            .assert_status(200);
        let second = bench.request_within(40);
        assert_eq!(call_id(&second), call_id(&first), "{code}");
        assert_eq!(
            second.cseq().unwrap().number,
            refresh.cseq().unwrap().number + 1
        );
        bench.respond(&second, 200, &["Expires: 600"]);
        bench.notify(Notify::to(&first).cseq(6)).assert_status(200);
        assert_eq!(bench.state(id), SubscriptionState::Active);
        assert!(bench.usage_ends().is_empty());
    }
}

#[test]
fn ev_045_481_leads_to_a_new_dialog_at_once() {
    let mut bench = Bench::new();
    bench.subscribe();
    let first = bench.request();
    bench.respond(&first, 200, &["Expires: 600"]);
    bench
        .notify(Notify::to(&first).header("Record-Route: <sip:p1.example.com;lr>"))
        .assert_status(200);
    let refresh = bench.request_within(600);
    bench.respond(&refresh, 481, &[]);
    let again = bench.request_within(1);
    assert_ne!(call_id(&again), call_id(&first));
    assert_ne!(again.from().unwrap().tag(), first.from().unwrap().tag());
    assert_eq!(again.to().unwrap().tag(), None);
    assert_eq!(header(&again, HeaderName::Route), None);
    assert_eq!(again.request_line().unwrap().uri, "sip:bob@example.com");
}

#[test]
fn ev_046_a_refresh_into_the_void() {
    let (mut bench, _, first, _) = refreshing();
    let begin = bench.now;
    let again = bench.request_within(40);
    assert_ne!(call_id(&again), call_id(&first));
    let after = bench.now.saturating_since(begin).as_secs_f64();
    assert!((31.9..33.0).contains(&after), "{after}");

    let (mut bench, id, first, _) = refreshing();
    bench.advance_secs(10);
    bench.notify(Notify::to(&first).cseq(4)).assert_status(200);
    bench.assert_silent(60);
    assert_eq!(bench.state(id), SubscriptionState::Active);
    assert_eq!(call_id(&bench.request_within(600)), call_id(&first));
}

#[test]
fn ev_047_a_dialog_that_still_ends_says_nothing_of_the_one_that_took_its_place() {
    for (word, state) in [
        ("rejected", SubscriptionState::Terminated),
        (
            "probation;retry-after=60",
            SubscriptionState::WaitingToRetry,
        ),
    ] {
        let (mut bench, id, first, refresh) = refreshing();
        bench.respond(&refresh, 502, &[]);
        let parallel = bench.request_within(1);
        bench.respond(&parallel, 200, &["Expires: 600"]);
        bench.notify(Notify::to(&parallel)).assert_status(200);
        let end = bench.request();
        assert_eq!((expires(&end), call_id(&end)), (Some(0), call_id(&first)));
        let over = format!("terminated;reason={word}");
        bench
            .notify(Notify::to(&parallel).cseq(2).state(&over))
            .assert_status(200);
        let event = bench.subscription(id);
        assert_eq!((event.state, event.expires_at), (state, None));
        bench.respond(&end, 481, &[]);
        assert_eq!(bench.state(id), state);
    }
}

#[test]
fn ev_047_502_opens_a_second_way_and_keeps_the_first() {
    let (mut bench, id, first, refresh) = refreshing();
    bench.respond(&refresh, 502, &[]);
    assert_eq!(bench.state(id), SubscriptionState::Active);
    let parallel = bench.request_within(1);
    assert_ne!(call_id(&parallel), call_id(&first));
    bench.respond(&parallel, 200, &["Expires: 600"]);
    bench.notify(Notify::to(&parallel)).assert_status(200);
    assert_eq!(bench.subscription(id).notifiers, 1);
    assert_eq!(bench.usage_ends(), [false]);
    // The old dialog is ended in order, and tells nothing more.
    let end = bench.request();
    assert_eq!((expires(&end), call_id(&end)), (Some(0), call_id(&first)));
    let before = bench.notified();
    bench.notify(Notify::to(&first).cseq(9)).assert_status(200);
    assert_eq!(bench.notified(), before);
    bench.respond(&end, 481, &[]);
    assert_eq!(bench.usage_ends(), [false]);
    assert_eq!(bench.state(id), SubscriptionState::Active);
    bench.assert_silent(300);
}

#[test]
fn ev_048_one_subscribe_at_a_time() {
    let (mut bench, id, first, refresh) = refreshing();
    bench.engine.refresh(bench.now, id);
    bench.drain();
    assert!(bench.try_request().is_none());
    bench.respond(&refresh, 200, &["Expires: 600"]);
    let queued = bench.request();
    assert_eq!(
        queued.cseq().unwrap().number,
        refresh.cseq().unwrap().number + 1
    );
    assert_eq!(call_id(&queued), call_id(&first));
}

#[test]
fn ev_049_expiry_without_a_refresh() {
    let (mut bench, id, first, mut refresh) = refreshing();
    // Each refresh is answered 500, until there is no time left.
    loop {
        bench.respond(&refresh, 500, &[]);
        refresh = bench.request_within(100);
        if call_id(&refresh) != call_id(&first) {
            break;
        }
    }
    assert_eq!(bench.usage_ends(), [false]);
    assert_ne!(bench.state(id), SubscriptionState::Active);
    assert!(bench.times("SUBSCRIBE").len() < 12);
    bench
        .notify(
            Notify::to(&first)
                .cseq(7)
                .state("terminated;reason=timeout"),
        )
        .assert_status(200);
    bench.notify(Notify::to(&first).cseq(8)).assert_status(481);
}

#[test]
fn ev_075_the_target_moves_with_notify_and_2xx_but_the_route_stays() {
    let mut bench = Bench::new();
    bench.subscribe();
    let first = bench.request();
    bench.respond(&first, 200, &["Expires: 100"]);
    let notify = Notify::to(&first)
        .state("active")
        .header("Record-Route: <sip:p1.example.com;lr>");
    bench.notify(notify).assert_status(200);
    let moved = Notify::to(&first)
        .cseq(2)
        .state("active")
        .contact("<sip:b@192.0.2.51>");
    bench
        .notify(moved.header("Record-Route: <sip:p9.example.com;lr>"))
        .assert_status(200);
    let refresh = bench.request_within(100);
    assert_eq!(refresh.request_line().unwrap().uri, "sip:b@192.0.2.51");
    assert_eq!(
        header(&refresh, HeaderName::Route).unwrap(),
        "<sip:p1.example.com;lr>"
    );
    bench.respond(
        &refresh,
        200,
        &["Expires: 100", "Contact: <sip:b@192.0.2.52>"],
    );
    bench
        .notify({
            let mut notify = Notify::to(&first).cseq(3).state("active");
            notify.contact = None;
            notify
        })
        .assert_status(200);
    let refresh = bench.request_within(100);
    assert_eq!(refresh.request_line().unwrap().uri, "sip:b@192.0.2.52");
}

#[test]
fn ev_039_503_to_a_refresh_with_retry_after() {
    let (mut bench, id, first, refresh) = refreshing();
    bench.respond(&refresh, 503, &["Retry-After: 600"]);
    bench.assert_silent(599);
    let event = bench.subscription(id);
    assert_ne!(event.state, SubscriptionState::Active);
    let again = bench.request_within(60);
    assert_ne!(call_id(&again), call_id(&first));
}

#[test]
fn ev_030_423_to_a_refresh() {
    let (mut bench, _, first, refresh) = refreshing();
    bench.respond(&refresh, 423, &["Min-Expires: 1200"]);
    let longer = bench.request();
    assert_eq!(
        (expires(&longer), call_id(&longer)),
        (Some(1200), call_id(&first))
    );
    bench.respond(&longer, 200, &["Expires: 1200"]);
    bench
        .notify(Notify::to(&first).cseq(3).state("active;expires=1200"))
        .assert_status(200);
    bench.assert_silent(900);
}

#[test]
fn a_failure_is_told_in_words() {
    let (mut bench, id, _, refresh) = refreshing();
    bench.respond(
        &refresh,
        500,
        &[
            "Warning: 399 example.com \"out of dialogs\"",
            "Reason: SIP ;cause=500 ;text=\"x\"",
        ],
    );
    let health = bench.engine.health(bench.now, id).unwrap();
    let failure = health.last_failure.unwrap();
    assert!(matches!(failure.reason, Reason::Response(500, _)));
    assert!(failure.detail.unwrap().contains("out of dialogs"));
    assert_eq!(health.counters.failures, 1);
    assert_eq!(health.usages.len(), 1);
    assert!(health.next.is_some());
}

#[test]
fn ev_036_a_redirected_refresh_goes_where_it_is_told() {
    let (mut bench, id, first, refresh) = refreshing();
    bench.respond(&refresh, 302, &["Contact: <sip:bob@192.0.2.9:5070>"]);
    let elsewhere = bench.request();
    assert_eq!(
        elsewhere.request_line().unwrap().uri,
        "sip:bob@192.0.2.9:5070"
    );
    assert_eq!(elsewhere.to().unwrap().tag(), None);
    assert_ne!(call_id(&elsewhere), call_id(&first));
    // What there is stays until the new one tells something; then it is ended in order.
    assert_eq!(bench.state(id), SubscriptionState::Active);
    bench.respond(&elsewhere, 200, &["Expires: 600"]);
    bench
        .notify(Notify::to(&elsewhere).from("other"))
        .assert_status(200);
    let end = bench.request();
    assert_eq!((call_id(&end), expires(&end)), (call_id(&first), Some(0)));
    assert_eq!(bench.subscription(id).notifiers, 1);
}

#[test]
fn ev_036_and_ev_047_a_short_term_does_not_wait_for_timer_n() {
    for (code, contact, to) in [
        (
            302,
            "Contact: <sip:bob@192.0.2.9:5070>",
            "sip:bob@192.0.2.9:5070",
        ),
        (502, "X: y", "sip:bob@example.com"),
    ] {
        let mut bench = Bench::new();
        let id = bench.subscribe();
        let first = bench.request();
        bench.respond(&first, 200, &["Expires: 20"]);
        bench
            .notify(Notify::to(&first).state("active;expires=20"))
            .assert_status(200);
        // Well before others could no longer answer the first SUBSCRIBE.
        let refresh = bench.request_within(10);
        bench.respond(&refresh, code, &[contact]);
        let other = bench.request_within(1);
        assert_eq!(other.request_line().unwrap().uri, to);
        assert_ne!(call_id(&other), call_id(&first));
        assert_eq!(bench.state(id), SubscriptionState::Active);
    }
}

#[test]
fn tx_018_a_refresh_with_a_long_route_goes_by_tcp() {
    let mut bench = Bench::new();
    bench.subscribe();
    let first = bench.request();
    bench.respond(&first, 200, &["Expires: 600"]);
    let hop = format!("Record-Route: <sip:{}.example.com;lr>", "x".repeat(60));
    let notify = (0..12).fold(Notify::to(&first), |notify, _| notify.header(&hop));
    bench.notify(notify).assert_status(200);
    let refresh = bench.request_within(600);
    assert!(refresh.bytes().len() > 1300 && refresh.body_bytes().is_empty());
    assert_eq!(refresh.top_via().unwrap().transport, "TCP");
}

#[test]
fn a_person_refreshes_one_that_is_active_in_its_dialog_and_one_that_was_given_up_anew() {
    let mut bench = Bench::new();
    let (id, first) = bench.active();
    bench.engine.look_after(bench.now, id);
    bench.drain();
    let asked = bench.request();
    assert_eq!(call_id(&asked), call_id(&first));
    bench.respond(&asked, 200, &["Expires: 600"]);
    let rejected = "terminated;reason=rejected";
    bench.notify(Notify::to(&first).cseq(2).state(rejected));
    assert_eq!(bench.state(id), SubscriptionState::Terminated);
    bench.assert_silent(60);
    bench.engine.look_after(bench.now, id);
    bench.drain();
    let again = bench.request();
    assert_ne!(call_id(&again), call_id(&first));
    bench.respond(&again, 200, &["Expires: 600"]);
    bench.notify(Notify::to(&again)).assert_status(200);
    assert_eq!(bench.state(id), SubscriptionState::Active);
}

#[test]
fn a_person_begins_a_subscription_anew() {
    let mut bench = Bench::new();
    let (id, first) = bench.active();
    bench.engine.resubscribe(bench.now, id);
    bench.drain();
    let (one, other) = (bench.request(), bench.request());
    let (end, again) = if expires(&one) == Some(0) {
        (one, other)
    } else {
        (other, one)
    };
    assert_eq!((call_id(&end), expires(&end)), (call_id(&first), Some(0)));
    assert_ne!(call_id(&again), call_id(&first));
    assert_eq!(bench.usage_ends(), [false]);
    bench.respond(&again, 200, &["Expires: 600"]);
    bench.notify(Notify::to(&again)).assert_status(200);
    // The old one says good-bye late, and takes nothing with it.
    bench.respond(&end, 200, &["Expires: 0"]);
    let over = "terminated;reason=timeout";
    bench
        .notify(Notify::to(&first).cseq(2).state(over))
        .assert_status(200);
    assert_eq!(bench.state(id), SubscriptionState::Active);
    assert_eq!(bench.usage_ends(), [false], "told once");
    // Whoever presses twice gets one more.
    bench.engine.resubscribe(bench.now, id);
    bench.engine.resubscribe(bench.now, id);
    bench.drain();
    let sent: Vec<_> = std::iter::from_fn(|| bench.try_request()).collect();
    let begun = sent.iter().filter(|request| expires(request) != Some(0));
    assert!(begun.count() <= 2 && sent.len() <= 3, "{}", sent.len());
}

#[test]
fn a_new_begin_that_fails_is_tried_again_though_the_old_one_ends_meanwhile() {
    let mut bench = Bench::new();
    let (id, first) = bench.active();
    bench.engine.resubscribe(bench.now, id);
    bench.drain();
    let both = [bench.request(), bench.request()];
    let again = both.iter().find(|request| expires(request) != Some(0));
    bench.respond(again.unwrap(), 404, &[]);
    let over = "terminated;reason=timeout";
    bench.notify(Notify::to(&first).cseq(2).state(over));
    assert_eq!(bench.state(id), SubscriptionState::WaitingToRetry);
    let retry = bench.request_within(2 * 3600);
    assert_ne!(call_id(&retry), call_id(&first));
}
