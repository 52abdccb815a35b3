//! What the answers to an initial SUBSCRIBE lead to (A.3), and waiting between attempts (A.11).

use std::sync::Arc;
use std::time::Duration;

use super::bench::{Bench, Notify, call_id, config, expires, header, presence, uri};
use crate::engine::{PackageSpec, Reason, SubscribeRequest, SubscriptionState};
use crate::sip::HeaderName;

/// Subscribes, answers so, and gives the bench after that.
fn refused(code: u16, headers: &[&str]) -> (Bench, crate::engine::SubscriptionId) {
    let mut bench = Bench::new();
    let id = bench.subscribe();
    let subscribe = bench.request();
    bench.respond(&subscribe, code, headers);
    (bench, id)
}

#[test]
fn ev_026_202_is_no_pending() {
    let (bench, id) = refused(202, &["Expires: 600"]);
    assert_eq!(bench.state(id), SubscriptionState::NotifyWait);
    let mut bench = Bench::new();
    let id = bench.subscribe();
    let subscribe = bench.request();
    bench.respond(&subscribe, 202, &["Expires: 600"]);
    bench.notify(Notify::to(&subscribe)).assert_status(200);
    assert_eq!(bench.state(id), SubscriptionState::Active);
}

#[test]
fn ev_027_a_short_grant_is_believed_and_a_long_one_cut() {
    for (granted, latest) in [(60, 30), (6000, 568)] {
        let mut bench = Bench::new();
        bench.subscribe();
        let subscribe = bench.request();
        bench.respond(&subscribe, 200, &[&format!("Expires: {granted}")]);
        bench
            .notify(Notify::to(&subscribe).state("active"))
            .assert_status(200);
        let begin = bench.now;
        bench.request_within(600);
        assert!(
            bench.now.saturating_since(begin) <= Duration::from_secs(latest),
            "{granted}"
        );
    }
}

#[test]
fn ev_028_a_notifier_that_shortens_to_nothing_is_not_asked_at_once() {
    let mut bench = Bench::new();
    let id = bench.subscribe();
    let mut subscribe = bench.request();
    let mut waits = Vec::new();
    for _ in 0..5 {
        bench.respond(&subscribe, 200, &["Expires: 0"]);
        let notify = Notify::to(&subscribe)
            .state("terminated;reason=timeout")
            .body("application/pidf+xml", "<x/>");
        bench.notify(notify).assert_status(200);
        assert_eq!(bench.state(id), SubscriptionState::WaitingToRetry);
        let begin = bench.now;
        subscribe = bench.request_within(1900);
        waits.push(bench.now.saturating_since(begin));
    }
    assert_eq!(bench.notified(), 5);
    assert_eq!(bench.usage_ends(), [true; 5]);
    assert!(waits[0] >= Duration::from_secs(15), "{waits:?}");
    assert!(waits[4] > waits[0], "{waits:?}");
}

#[test]
fn ev_030_interval_too_brief() {
    let mut bench = Bench::new();
    let id = bench.subscribe();
    let first = bench.request();
    bench.respond(&first, 423, &["Min-Expires: 1800"]);
    let second = bench.request();
    assert_eq!(expires(&second), Some(1800));
    assert_eq!(call_id(&second), call_id(&first));
    assert_eq!(second.from().unwrap().tag(), first.from().unwrap().tag());
    assert_eq!(
        second.cseq().unwrap().number,
        first.cseq().unwrap().number + 1
    );
    bench.respond(&second, 423, &["Min-Expires: 1800"]);
    bench.assert_silent(4000);
    assert_eq!(bench.state(id), SubscriptionState::Terminated);
}

#[test]
fn ev_030_a_423_that_names_no_minimum() {
    let mut bench = Bench::new();
    bench.subscribe();
    for asked in [600, 1200, 2400, 3600] {
        let subscribe = bench.request();
        assert_eq!(expires(&subscribe), Some(asked));
        bench.respond(&subscribe, 423, &[]);
    }
    bench.assert_silent(4000);
}

#[test]
fn ev_031_489_leads_to_plainer_requests_and_then_to_none() {
    let mut bench = Bench::new();
    let mut package = PackageSpec::new("presence", "application/pidf+xml");
    package.accept.push("application/xpidf+xml".into());
    package.lists = true;
    let id = bench.subscribe_with(Arc::new(package), Some(600));
    let other = bench.subscribe();
    let first = bench.request();
    let unrelated = bench.request();
    bench.respond(&unrelated, 200, &["Expires: 600"]);
    bench.notify(Notify::to(&unrelated)).assert_status(200);
    bench.respond(&first, 489, &[]);
    let second = bench.request();
    assert_eq!(
        header(&second, HeaderName::Accept).unwrap(),
        "application/pidf+xml"
    );
    assert_eq!(header(&second, HeaderName::Supported), None);
    bench.respond(&second, 489, &[]);
    let third = bench.request();
    assert_eq!(header(&third, HeaderName::Accept), None);
    bench.respond(&third, 489, &[]);
    assert_eq!(bench.state(id), SubscriptionState::Terminated);
    assert_eq!(bench.state(other), SubscriptionState::Active);
    bench.assert_silent(400);
}

#[test]
fn ev_032_and_ev_033_refusals_are_final() {
    for code in [403, 405, 410, 501, 603, 604] {
        let (mut bench, id) = refused(code, &[]);
        bench.assert_silent(2 * 3600);
        let event = bench.subscription(id);
        assert_eq!(event.state, SubscriptionState::Terminated, "{code}");
        assert!(matches!(event.reason, Some(Reason::Response(found, _)) if found == code));
        // A person may try again.
        bench.engine.retry_now(bench.now);
        bench.drain();
        bench.request();
    }
}

#[test]
fn ev_033_404_waits_long_and_480_as_told() {
    let (mut bench, id) = refused(404, &[]);
    assert_eq!(bench.state(id), SubscriptionState::WaitingToRetry);
    bench.assert_silent(3500);
    bench.request_within(200);
    let (mut bench, _) = refused(480, &["Retry-After: 90"]);
    bench.assert_silent(89);
    bench.request_within(30);
}

#[test]
fn ev_034_415_drops_the_body() {
    let mut bench = Bench::new();
    let mut request = SubscribeRequest::new(presence(), uri("sip:bob@example.com"));
    request.body = Some((
        "application/simple-filter+xml".into(),
        "<filter-set/>".into(),
    ));
    bench.engine.subscribe(bench.now, request);
    bench.drain();
    let first = bench.request();
    assert_eq!(first.body_bytes(), b"<filter-set/>");
    bench.respond(&first, 415, &["Accept: application/other"]);
    let second = bench.request();
    assert!(second.body_bytes().is_empty());
    bench.respond(&second, 415, &[]);
    bench.assert_silent(4000);
}

#[test]
fn ev_035_420_and_421() {
    let mut package = PackageSpec::new("presence", "application/pidf+xml");
    package.lists = true;
    let package = Arc::new(package);
    let mut bench = Bench::new();
    bench.subscribe_with(package.clone(), Some(600));
    let first = bench.request();
    bench.respond(&first, 420, &["Unsupported: eventlist"]);
    let second = bench.request();
    assert_eq!(header(&second, HeaderName::Supported), None);
    bench.respond(&second, 421, &["Require: eventlist"]);
    assert_eq!(
        header(&bench.request(), HeaderName::Supported).unwrap(),
        "eventlist"
    );
    let (mut bench, id) = refused(421, &["Require: foo"]);
    bench.assert_silent(4000);
    assert_eq!(bench.state(id), SubscriptionState::Terminated);
}

#[test]
fn ev_036_redirections_are_followed_once_each() {
    let mut bench = Bench::new();
    let id = bench.subscribe();
    let first = bench.request();
    bench.respond(
        &first,
        302,
        &["Contact: <sip:bob@b.example.com?Route=%3Csip:evil%3E>"],
    );
    let second = bench.request();
    assert_eq!(second.request_line().unwrap().uri, "sip:bob@b.example.com");
    assert_eq!(header(&second, HeaderName::Route), None);
    bench.respond(&second, 302, &["Contact: <sip:bob@example.com>"]);
    bench.assert_silent(4000);
    assert_eq!(bench.state(id), SubscriptionState::Terminated);
    assert_eq!(bench.times("SUBSCRIBE").len(), 2);
}

#[test]
fn ev_036_sips_is_not_redirected_to_sip() {
    let mut bench = Bench::new();
    bench.transport = crate::sip::Transport::Tls;
    bench.engine.subscribe(
        bench.now,
        SubscribeRequest::new(presence(), uri("sips:bob@example.com")),
    );
    bench.drain();
    let first = bench.request();
    bench.respond(&first, 302, &["Contact: <sip:bob@b.example.com>"]);
    bench.assert_silent(4000);
}

#[test]
fn ev_009_416_to_pres_leads_to_sip_once() {
    let mut bench = Bench::new();
    bench.engine.subscribe(
        bench.now,
        SubscribeRequest::new(presence(), uri("pres:bob@example.com")),
    );
    bench.drain();
    let first = bench.request();
    assert_eq!(first.request_line().unwrap().uri, "pres:bob@example.com");
    bench.respond(&first, 416, &[]);
    let second = bench.request();
    assert_eq!(second.request_line().unwrap().uri, "sip:bob@example.com");
    bench.respond(&second, 416, &[]);
    bench.assert_silent(4000);
}

#[test]
fn ev_037_a_refusal_ends_the_wait_for_a_notify() {
    for code in [499, 599, 699] {
        let mut bench = Bench::new();
        let id = bench.subscribe();
        let subscribe = bench.request();
        bench.respond(&subscribe, code, &[]);
        assert_eq!(bench.state(id), SubscriptionState::WaitingToRetry);
        bench.notify(Notify::to(&subscribe)).assert_status(481);
        bench.assert_silent(14);
        bench.request_within(17);
    }
}

#[test]
fn ev_038_and_tx_017_the_next_server_is_tried_before_waiting() {
    let mut bench = Bench::new();
    bench.servers.push("192.0.2.10:5060".parse().unwrap());
    let id = bench.subscribe();
    let first = bench.request();
    let second = bench.request_within(33);
    assert_eq!(call_id(&first), call_id(&second));
    assert_ne!(
        first.top_via().unwrap().branch,
        second.top_via().unwrap().branch
    );
    assert_eq!(bench.flow.unwrap().remote, bench.servers[1]);
    bench.respond(&second, 200, &["Expires: 600"]);
    bench.notify(Notify::to(&second)).assert_status(200);
    assert_eq!(bench.state(id), SubscriptionState::Active);
    // The silent one is tried last for a while (TX-009).
    bench.subscribe();
    bench.request();
    assert_eq!(bench.flow.unwrap().remote, bench.servers[1]);
}

#[test]
fn ev_038_no_server_at_all() {
    let mut bench = Bench::new();
    bench.refuse_flows = true;
    let id = bench.subscribe();
    let event = bench.subscription(id);
    assert_eq!(event.state, SubscriptionState::WaitingToRetry);
    assert!(matches!(event.reason, Some(Reason::Flow(_))));
    bench.refuse_flows = false;
    bench.request_within(31);
}

#[test]
fn ev_039_retry_after_with_a_comment() {
    let (mut bench, _) = refused(486, &["Retry-After: 120 (busy);duration=3600"]);
    bench.assert_silent(119);
    bench.request_within(30);
}

#[test]
fn ev_039_each_code_that_may_have_a_retry_after_waits_for_it() {
    for code in [404, 413, 480, 486, 500, 503, 600] {
        let (mut bench, id) = refused(code, &["Retry-After: 5000"]);
        let state = bench.state(id);
        assert_eq!(state, SubscriptionState::WaitingToRetry, "{code}");
        bench.assert_silent(4999);
        bench.request_within(2600);
    }
    // Who declines is not asked again by itself, whatever stands beside it (EV-032).
    let (mut bench, id) = refused(603, &["Retry-After: 10"]);
    bench.assert_silent(5000);
    assert_eq!(bench.state(id), SubscriptionState::Terminated);
}

#[test]
fn ev_040_503_with_retry_after_goes_elsewhere() {
    let mut bench = Bench::new();
    bench.servers.push("192.0.2.10:5060".parse().unwrap());
    bench.subscribe();
    let first = bench.request();
    bench.respond(&first, 503, &["Retry-After: 60"]);
    let second = bench.request();
    assert_eq!(bench.flow.unwrap().remote, bench.servers[1]);
    bench.respond(&second, 200, &["Expires: 600"]);
    bench.notify(Notify::to(&second)).assert_status(200);
    for _ in 0..3 {
        bench.subscribe();
        let other = bench.request_within(2);
        bench.respond(&other, 200, &["Expires: 600"]);
        assert_eq!(bench.flow.unwrap().remote, bench.servers[1]);
    }
}

#[test]
fn ev_040_503_after_the_notify_makes_no_second_subscription() {
    for retry in [&[][..], &["Retry-After: 60"]] {
        let mut bench = Bench::new();
        bench.servers.push("192.0.2.10:5060".parse().unwrap());
        let id = bench.subscribe();
        let first = bench.request();
        bench.notify(Notify::to(&first)).assert_status(200);
        bench.respond(&first, 503, retry);
        // The NOTIFY has made the dialog: whose the 503 is, is nobody's business.
        bench.assert_silent(400);
        assert_eq!(bench.state(id), SubscriptionState::Active);
        let refresh = bench.request_within(600);
        assert_eq!(call_id(&refresh), call_id(&first));
        assert_eq!(refresh.to().unwrap().tag(), Some("notifier"));
    }
}

#[test]
fn ev_040_503_from_the_only_server_keeps_everybody_away() {
    let (mut bench, _) = refused(503, &["Retry-After: 60"]);
    bench.subscribe();
    bench.assert_silent(59);
    bench.request_within(20);
}

#[test]
fn ev_094_attempts_at_a_dead_server_fit_the_formula() {
    let mut bench = Bench::new();
    bench.subscribe();
    bench.advance_secs(2 * 3600);
    let times = bench.times("SUBSCRIBE");
    let gaps: Vec<f64> = times
        .windows(2)
        .map(|pair| pair[1].saturating_since(pair[0]).as_secs_f64() - 32.0)
        .collect();
    assert!(gaps.len() >= 7, "{gaps:?}");
    for (failure, gap) in gaps.iter().enumerate() {
        let longest = (30.0 * 2_f64.powi(i32::try_from(failure).unwrap())).min(1800.0);
        assert!(
            longest / 2.0 - 0.1 <= *gap && *gap <= longest + 0.1,
            "{failure}: {gap}"
        );
    }
}

#[test]
fn ev_094_a_notify_resets_the_wait() {
    let mut bench = Bench::with(config());
    bench.subscribe();
    let mut subscribe = bench.request();
    for _ in 0..5 {
        bench.respond(&subscribe, 500, &[]);
        subscribe = bench.request_within(1000);
    }
    bench.respond(&subscribe, 200, &["Expires: 600"]);
    bench.notify(Notify::to(&subscribe)).assert_status(200);
    let refresh = bench.request_within(600);
    bench.respond(&refresh, 481, &[]);
    let again = bench.request_within(1);
    bench.respond(&again, 500, &[]);
    bench.request_within(31);
}

#[test]
fn tx_010_a_loop_is_not_sent_into_again() {
    for code in [482, 483] {
        let (mut bench, _) = refused(code, &[]);
        bench.assert_silent(3000);
    }
}

#[test]
fn ev_028_a_grant_of_nothing_after_an_active_notify_is_no_loop() {
    for (grant, state) in [
        ("Expires: 0", "active;expires=600"),
        ("Expires: 600", "active;expires=0"),
    ] {
        let mut bench = Bench::new();
        let id = bench.subscribe();
        let mut subscribe = bench.request();
        for round in 0..4 {
            bench
                .notify(Notify::to(&subscribe).state(state))
                .assert_status(200);
            bench.respond(&subscribe, 200, &[grant]);
            // A fetch that worked: what it told stays valid, and the next is not asked for at once.
            assert_eq!(bench.state(id), SubscriptionState::WaitingToRetry);
            assert_eq!(bench.usage_ends(), vec![true; round + 1]);
            let begin = bench.now;
            subscribe = bench.request_within(1900);
            let wait = bench.now.saturating_since(begin);
            assert!(wait >= Duration::from_secs(15), "{round}: {wait:?}");
        }
    }
}

#[test]
fn tx_011_codes_without_a_rule_count_as_their_class() {
    for code in [494, 513, 414, 505, 430] {
        let mut bench = Bench::new();
        let (id, first) = bench.active();
        let refresh = bench.request_within(600);
        bench.respond(&refresh, code, &[]);
        assert_eq!(bench.state(id), SubscriptionState::Active, "{code}");
        // Alive until it runs out, and not asked again in the same breath.
        bench.assert_silent(10);
        bench.notify(Notify::to(&first).cseq(4)).assert_status(200);
        let later = bench.request_within(60);
        assert_eq!(call_id(&later), call_id(&first), "{code}");
        // As the answer to the first request they are a failure of their class: nothing unchanged follows at once.
        let (mut bench, id) = refused(code, &[]);
        assert_ne!(bench.state(id), SubscriptionState::Active, "{code}");
        bench.assert_silent(10);
    }
}
