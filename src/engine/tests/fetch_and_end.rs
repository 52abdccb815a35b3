//! Ending, asking once, and what each reason for an end leads to (A.5, A.6).

use std::time::Duration;

use super::bench::{Bench, Notify, call_id, expires, messages, presence};
use crate::engine::{Reason, SubscriptionState};

#[test]
fn ev_050_unsubscribe_ends_with_the_final_notify() {
    for with_body in [true, false] {
        let mut bench = Bench::new();
        let (id, subscribe) = bench.active();
        bench.unsubscribe(id);
        let end = bench.request();
        assert_eq!(
            (expires(&end), end.to().unwrap().tag()),
            (Some(0), Some("notifier"))
        );
        bench.respond(&end, 200, &["Expires: 0"]);
        assert!(bench.engine.subscription(id).is_some());
        let mut last = Notify::to(&subscribe)
            .cseq(2)
            .state("terminated;reason=timeout");
        if with_body {
            last = last.body("application/pidf+xml", "<presence/>");
        }
        bench.notify(last).assert_status(200);
        assert!(bench.engine.subscription(id).is_none());
        bench.assert_silent(300);
    }
}

#[test]
fn ev_050_without_a_final_notify_timer_n_ends_it() {
    let mut bench = Bench::new();
    let (id, _) = bench.active();
    bench.unsubscribe(id);
    let end = bench.request();
    bench.respond(&end, 200, &["Expires: 0"]);
    bench.advance_secs(33);
    assert!(bench.engine.subscription(id).is_none());
    bench.assert_silent(300);
}

#[test]
fn ev_051_the_own_end_is_not_repaired() {
    let mut bench = Bench::new();
    let (id, subscribe) = bench.active();
    bench.unsubscribe(id);
    let end = bench.request();
    bench
        .notify(
            Notify::to(&subscribe)
                .cseq(2)
                .state("terminated;reason=timeout"),
        )
        .assert_status(200);
    bench.respond(&end, 200, &["Expires: 0"]);
    bench.assert_silent(300);
    assert!(bench.engine.subscription(id).is_none());
}

#[test]
fn ev_052_a_crossing_notify_revives_nothing() {
    let mut bench = Bench::new();
    let (id, subscribe) = bench.active();
    bench.unsubscribe(id);
    let end = bench.request();
    let before = bench.notified();
    bench
        .notify(Notify::to(&subscribe).cseq(2))
        .assert_status(200);
    assert_eq!(bench.notified(), before);
    bench.respond(&end, 200, &["Expires: 0"]);
    bench
        .notify(Notify::to(&subscribe).cseq(3).state("terminated"))
        .assert_status(200);
    assert!(bench.engine.subscription(id).is_none());
}

#[test]
fn ev_053_a_refusal_after_a_notify_leaves_the_window_for_others_open() {
    for code in [403, 500, 503] {
        let mut bench = Bench::new();
        let id = bench.fetch(messages());
        let fetch = bench.request();
        let told = |tag: &str| {
            Notify::to(&fetch)
                .from(tag)
                .state("terminated;reason=timeout")
        };
        bench.notify(told("a")).assert_status(200);
        // Another branch of the fork said no.
        bench.respond(&fetch, code, &[]);
        bench.notify(told("b")).assert_status(200);
        assert_eq!(bench.notified(), 2, "{code}");
        bench.assert_silent(4000);
        assert!(bench.engine.subscription(id).is_none(), "{code}");
    }
}

#[test]
fn ev_053_fetch_takes_one_answer() {
    let mut bench = Bench::new();
    bench.fetch(presence());
    let fetch = bench.request();
    assert_eq!(expires(&fetch), Some(0));
    bench.respond(&fetch, 200, &["Expires: 0"]);
    let answer = Notify::to(&fetch)
        .state("terminated;reason=timeout")
        .body("application/pidf+xml", "<x/>");
    bench.notify(answer.clone().from("a")).assert_status(200);
    bench.notify(answer.from("b")).assert_status(481);
    assert_eq!((bench.notified(), bench.usage_ends()), (1, vec![true]));
    bench.assert_silent(300);
}

#[test]
fn ev_053_fetch_of_several_notifiers_collects_until_timer_n() {
    let mut bench = Bench::new();
    let id = bench.fetch(messages());
    let fetch = bench.request();
    bench.respond(&fetch, 200, &["Expires: 0"]);
    let answer = Notify::to(&fetch).state("terminated;reason=timeout");
    bench.notify(answer.clone().from("a")).assert_status(200);
    bench.notify(answer.clone().from("b")).assert_status(200);
    assert!(bench.engine.subscription(id).is_some());
    bench.advance_secs(33);
    bench.notify(answer.from("c")).assert_status(481);
    assert_eq!(bench.usage_ends(), [true, true]);
    assert!(bench.engine.subscription(id).is_none());
    bench.assert_silent(300);
}

#[test]
fn ev_053_refresh_now_asks_for_the_time_that_is_left() {
    let mut bench = Bench::new();
    let (id, subscribe) = bench.active();
    bench.advance_secs(100);
    bench.engine.refresh(bench.now, id);
    bench.drain();
    let poll = bench.request();
    assert_eq!(
        (expires(&poll), call_id(&poll)),
        (Some(500), call_id(&subscribe))
    );
}

#[test]
fn ev_055_cancel_for_a_notify() {
    let mut bench = Bench::new();
    let (id, subscribe) = bench.active();
    let bytes = Notify::to(&subscribe).cseq(2).bytes(77);
    let cancel = String::from_utf8(bytes.to_vec())
        .unwrap()
        .replace("NOTIFY", "CANCEL");
    bench.receive(bytes);
    assert_eq!(bench.responses.pop_back().unwrap().status(), Some(200));
    let before = bench.notified();
    bench.receive(cancel.clone().into());
    assert_eq!(bench.responses.pop_back().unwrap().status(), Some(200));
    assert_eq!(bench.notified(), before, "the NOTIFY was taken, once");
    // It is forgotten, and so is the first CANCEL.
    bench.advance_secs(33);
    bench.receive(cancel.into());
    assert_eq!(bench.responses.pop_back().unwrap().status(), Some(481));
    assert_eq!(bench.state(id), SubscriptionState::Active);
    assert!(bench.times("CANCEL").is_empty());
}

/// An active subscription of two minutes ends so.
fn ended(state: &str) -> (Bench, crate::engine::SubscriptionId, String) {
    let mut bench = Bench::new();
    let (id, subscribe) = bench.active();
    bench.advance_secs(120);
    bench
        .notify(Notify::to(&subscribe).cseq(2).state(state))
        .assert_status(200);
    (bench, id, call_id(&subscribe))
}

#[test]
fn ev_056_expires_of_terminated_means_nothing() {
    let (mut bench, id, _) = ended("terminated;expires=600;reason=invariant");
    assert_eq!(bench.subscription(id).expires_at, None);
    bench.assert_silent(4000);
}

#[test]
fn ev_057_deactivated_is_repaired_at_once() {
    let (mut bench, _, old) = ended("terminated;reason=deactivated;retry-after=300");
    let begin = bench.now;
    let again = bench.request_within(2);
    assert!(bench.now.saturating_since(begin) < Duration::from_secs(1));
    assert_ne!(call_id(&again), old);
    assert_eq!(again.to().unwrap().tag(), None);
}

#[test]
fn ev_057_ten_in_a_minute_are_slowed_down() {
    let mut bench = Bench::new();
    bench.subscribe();
    let begin = bench.now;
    let mut rounds = 0;
    while bench.now.saturating_since(begin) < Duration::from_secs(600) && rounds < 100 {
        let Some(subscribe) = bench.wait_for_request(600) else {
            break;
        };
        bench.respond(&subscribe, 200, &["Expires: 600"]);
        bench.notify(Notify::to(&subscribe)).assert_status(200);
        bench.advance_secs(1);
        bench
            .notify(
                Notify::to(&subscribe)
                    .cseq(2)
                    .state("terminated;reason=deactivated"),
            )
            .assert_status(200);
        rounds += 1;
    }
    assert!((3..12).contains(&rounds), "{rounds}");
}

#[test]
fn ev_058_probation() {
    let (mut bench, id, _) = ended("terminated;reason=probation;retry-after=30");
    assert_eq!(bench.state(id), SubscriptionState::WaitingToRetry);
    bench.assert_silent(29);
    bench.request_within(10);
}

#[test]
fn ev_059_rejected() {
    let (mut bench, id, _) = ended("terminated;reason=rejected;retry-after=5");
    assert_eq!(bench.state(id), SubscriptionState::Terminated);
    bench.assert_silent(1200);
    bench.engine.retry_now(bench.now);
    bench.drain();
    bench.request();
}

#[test]
fn ev_059_a_rejected_dialog_may_come_back() {
    let mut bench = Bench::new();
    let (id, subscribe) = bench.active();
    bench
        .notify(
            Notify::to(&subscribe)
                .cseq(2)
                .state("terminated;reason=rejected"),
        )
        .assert_status(200);
    assert_eq!(bench.state(id), SubscriptionState::Terminated);
    bench.advance_secs(500);
    bench
        .notify(Notify::to(&subscribe).cseq(3).state("active;expires=100"))
        .assert_status(200);
    assert_eq!(bench.state(id), SubscriptionState::Active);
    let refresh = bench.request_within(100);
    assert_eq!(call_id(&refresh), call_id(&subscribe));

    let mut bench = Bench::new();
    let (_, subscribe) = bench.active();
    bench
        .notify(
            Notify::to(&subscribe)
                .cseq(2)
                .state("terminated;reason=rejected"),
        )
        .assert_status(200);
    bench.advance_secs(601);
    bench
        .notify(Notify::to(&subscribe).cseq(3).state("active;expires=100"))
        .assert_status(481);
}

#[test]
fn ev_060_timeout() {
    let (mut bench, _, old) = ended("terminated;reason=timeout;retry-after=99");
    assert_ne!(call_id(&bench.request_within(1)), old);
}

#[test]
fn ev_061_giveup() {
    let (mut bench, _, _) = ended("terminated;reason=giveup;retry-after=600");
    bench.assert_silent(599);
    bench.request_within(60);
}

#[test]
fn ev_062_noresource() {
    let (mut bench, id, _) = ended("terminated;reason=noresource");
    assert_eq!(bench.state(id), SubscriptionState::WaitingToRetry);
    bench.assert_silent(440);
    bench.request_within(200);
    let mut bench = Bench::new();
    let id = bench.subscribe();
    let subscribe = bench.request();
    bench
        .notify(Notify::to(&subscribe).state("terminated;reason=noresource"))
        .assert_status(200);
    assert_eq!(bench.state(id), SubscriptionState::Terminated);
    bench.assert_silent(24 * 3600);
}

#[test]
fn ev_063_invariant() {
    let (mut bench, id, _) = ended("terminated;reason=invariant;retry-after=31536000");
    assert_eq!(bench.usage_ends(), [true]);
    assert_eq!(bench.state(id), SubscriptionState::Terminated);
    assert_eq!(
        bench.subscription(id).reason,
        Some(Reason::Terminated(Some("invariant".into())))
    );
    bench.assert_silent(24 * 3600);
}

#[test]
fn ev_064_unknown_reason() {
    let (mut bench, _, _) = ended("terminated;reason=foo;retry-after=20");
    bench.assert_silent(19);
    bench.request_within(10);
    let (mut bench, _, _) = ended("terminated");
    bench.request_within(1);
}

#[test]
fn ev_065_nothing_more_is_sent_in_a_dialog_that_ended() {
    let (mut bench, _, old) = ended("terminated;reason=timeout");
    bench.advance_secs(3600);
    let in_old = bench
        .log
        .iter()
        .filter(|(_, request)| call_id(request) == old)
        .count();
    assert_eq!(in_old, 1);
    assert!(bench.times("BYE").is_empty());
}

#[test]
fn ev_054_polls_keep_their_credentials() {
    let mut bench = Bench::new();
    let mut challenges = 0;
    for _ in 0..3 {
        bench.fetch(presence());
        let mut fetch = bench.request_within(2);
        if fetch.authorizations().unwrap().is_empty() {
            challenges += 1;
            bench.respond(
                &fetch,
                401,
                &["WWW-Authenticate: Digest realm=\"example.com\", nonce=\"1\", qop=\"auth\""],
            );
            fetch = bench.request();
        }
        bench.respond(&fetch, 200, &["Expires: 0"]);
        bench
            .notify(Notify::to(&fetch).state("terminated;reason=timeout"))
            .assert_status(200);
    }
    assert_eq!(challenges, 1);
}

#[test]
fn ev_083_each_subscription_has_a_dialog_of_its_own() {
    let mut bench = Bench::new();
    let (_, one) = bench.active();
    bench
        .notify(
            Notify::to(&one)
                .cseq(2)
                .contact("<sip:bob@example.com;gr=abc>"),
        )
        .assert_status(200);
    let request = crate::engine::SubscribeRequest::new(
        messages(),
        super::bench::uri("sip:bob@example.com;gr=abc"),
    );
    bench.engine.subscribe(bench.now, request);
    bench.drain();
    let other = bench.request();
    assert_ne!(call_id(&other), call_id(&one));
    assert_eq!(other.to().unwrap().tag(), None);
    assert_eq!(
        other.request_line().unwrap().uri,
        "sip:bob@example.com;gr=abc"
    );
}

#[test]
fn ev_025_what_nobody_wants_any_more_is_taken_to_no_other_server() {
    let mut bench = Bench::new();
    let other = "192.0.2.10:5060".parse().unwrap();
    bench.servers.push(other);
    let id = bench.subscribe();
    bench.request();
    bench.unsubscribe(id);
    bench.assert_silent(600);
    assert!(bench.engine.subscription(id).is_none());
    assert_eq!(bench.engine.census().in_use(), 0);
    // Wanted, it is.
    let mut bench = Bench::new();
    bench.servers.push(other);
    bench.subscribe();
    bench.request();
    bench.request_within(40);
    assert_eq!(bench.flow.unwrap().remote, other);
}
