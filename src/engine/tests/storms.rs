//! Servers whose every word asks for another request (EV-094, RP-011, RP-019, RP-021, RB-001), and what must not be
//! forgotten meanwhile.

use std::time::Duration;

use super::bench::{Bench, Notify};
use super::registration::{accept, registered};
use crate::engine::{BodyFault, Event, PublicationState, Reason, SubscriptionState, limits};
use crate::sip::{Message, Transport};

/// How many requests a server gets in ten minutes that answers each at once.
fn requests(bench: &mut Bench, mut answer: impl FnMut(&mut Bench, &Message)) -> usize {
    let begin = bench.now;
    let mut count = 0;
    while bench.now.saturating_since(begin) < Duration::from_secs(600) && count < 1000 {
        let Some(request) = bench.wait_for_request(600) else {
            break;
        };
        count += 1;
        answer(bench, &request);
        bench.advance(Duration::from_millis(20));
    }
    count
}

#[test]
fn rp_011_a_registrar_that_always_says_at_once_is_not_asked_at_once_for_ever() {
    for code in [500, 503] {
        let mut bench = Bench::new();
        bench.engine.register(bench.now, Some(600));
        bench.drain();
        let count = requests(&mut bench, |bench, request| {
            bench.respond(request, code, &["Retry-After: 0"]);
        });
        assert!((3..15).contains(&count), "{code}: {count}");
    }
}

#[test]
fn rp_021_a_retry_after_of_nothing_is_no_loop() {
    let mut bench = Bench::new();
    bench.publish(Some(600));
    let count = requests(&mut bench, |bench, request| {
        bench.respond(request, 480, &["Retry-After: 0"]);
    });
    assert!((3..15).contains(&count), "{count}");
}

#[test]
fn rp_019_a_publication_granted_no_time_is_no_loop() {
    let mut bench = Bench::new();
    let id = bench.publish(Some(600));
    let count = requests(&mut bench, |bench, request| {
        bench.respond(request, 200, &["SIP-ETag: a1", "Expires: 0"]);
    });
    assert!((3..15).contains(&count), "{count}");
    assert_eq!(
        bench.engine.publication(id).unwrap().state,
        PublicationState::Failed
    );
}

#[test]
fn rp_019_an_answer_that_comes_after_the_expiry_still_counts() {
    let mut bench = Bench::new();
    let id = bench.publish(Some(600));
    let first = bench.request();
    bench.respond(&first, 200, &["SIP-ETag: a1", "Expires: 20"]);
    let refresh = bench.request_within(20);
    bench.advance_secs(15);
    bench.respond(&refresh, 200, &["SIP-ETag: a2", "Expires: 600"]);
    bench.drain();
    assert_eq!(
        bench.engine.publication(id).unwrap().state,
        PublicationState::Published
    );
    // What expired meanwhile is sent whole, and then kept.
    let mut kept = 0;
    while let Some(request) = bench.wait_for_request(700) {
        kept += 1;
        bench.respond(&request, 200, &["SIP-ETag: a3", "Expires: 600"]);
        if kept == 3 {
            return;
        }
    }
    panic!("the publication was forgotten after {kept} requests");
}

#[test]
fn ev_039_a_retry_after_of_nothing_is_no_loop() {
    for code in [500, 480, 503] {
        let mut bench = Bench::new();
        bench.subscribe();
        let count = requests(&mut bench, |bench, request| {
            bench.respond(request, code, &["Retry-After: 0"]);
        });
        assert!((3..15).contains(&count), "{code}: {count}");
    }
}

#[test]
fn au_013_challenges_without_end_are_no_storm_and_are_counted() {
    let begin: [fn(&mut Bench); 3] = [
        |bench| bench.engine.register(bench.now, Some(600)),
        |bench| {
            bench.publish(Some(600));
        },
        |bench| {
            bench.subscribe();
        },
    ];
    for begin in begin {
        let mut bench = Bench::new();
        begin(&mut bench);
        bench.drain();
        let mut nonce = 0;
        let count = requests(&mut bench, |bench, request| {
            nonce += 1;
            let challenge = format!(
                "WWW-Authenticate: Digest realm=\"example.com\", nonce=\"{nonce}\", stale=true, qop=\"auth\""
            );
            bench.respond(request, 401, &[&challenge]);
        });
        // Each attempt has its rounds, and the attempts wait ever longer.
        let rounds = 1 + usize::from(limits::CHALLENGE_ROUNDS);
        assert!((rounds..=6 * rounds).contains(&count), "{count}");
        let told = |event: &&Event| matches!(event, Event::BadInput { fault, .. } if fault.contains("nonces too old"));
        let told = bench.events.iter().filter(told).count();
        assert!((1..=6).contains(&told), "{told}");
    }
}

#[test]
fn ev_036_redirections_without_end_end_and_are_counted() {
    let mut bench = Bench::new();
    let id = bench.subscribe();
    let mut host = 0;
    let count = requests(&mut bench, |bench, request| {
        host += 1;
        let contact = format!("Contact: <sip:bob@h{host}.example.com>");
        bench.respond(request, 302, &[&contact]);
    });
    assert_eq!(count, 1 + limits::REDIRECTIONS);
    assert_eq!(bench.state(id), SubscriptionState::Terminated);
    let health = bench.engine.health(bench.now, id).unwrap();
    assert_eq!(health.counters.failures, 1);
    assert!(matches!(
        health.last_failure.unwrap().reason,
        Reason::Response(302, _)
    ));
}

#[test]
fn ev_058_probation_without_any_time_is_no_loop() {
    for reason in ["probation", "giveup"] {
        let mut bench = Bench::new();
        bench.subscribe();
        let mut cseq = 0;
        let count = requests(&mut bench, |bench, request| {
            bench.respond(request, 200, &["Expires: 600"]);
            cseq += 2;
            let notify = Notify::to(request).cseq(cseq);
            bench.notify(notify.clone()).assert_status(200);
            let end = format!("terminated;reason={reason};retry-after=0");
            bench
                .notify(notify.cseq(cseq + 1).state(&end))
                .assert_status(200);
        });
        assert!((3..15).contains(&count), "{reason}: {count}");
    }
}

#[test]
fn rb_001_a_notifier_that_always_leaves_a_gap_is_no_loop() {
    let mut bench = Bench::new();
    let (id, _) = bench.active();
    bench.verdict = Err(BodyFault::Gap);
    let first = bench.log[0].1.clone();
    let mut cseq = 2;
    let gap = |bench: &mut Bench, cseq: u32| {
        bench
            .notify(
                Notify::to(&first)
                    .cseq(cseq)
                    .body("application/watcherinfo+xml", "<x/>"),
            )
            .assert_status(200);
    };
    gap(&mut bench, cseq);
    let count = requests(&mut bench, |bench, request| {
        bench.respond(request, 200, &["Expires: 600"]);
        cseq += 1;
        gap(bench, cseq);
    });
    assert!((5..80).contains(&count), "{count}");
    assert_eq!(bench.state(id), SubscriptionState::Active);
}

#[test]
fn rb_001_a_second_gap_is_mended_a_little_later() {
    let mut bench = Bench::new();
    let (_, first) = bench.active();
    bench.verdict = Err(BodyFault::Gap);
    for cseq in [2, 3] {
        bench
            .notify(
                Notify::to(&first)
                    .cseq(cseq)
                    .body("application/watcherinfo+xml", "<x/>"),
            )
            .assert_status(200);
        let refresh = bench.request_within(30);
        bench.respond(&refresh, 200, &["Expires: 600"]);
    }
}

#[test]
fn tx_025_a_silent_registrar_brings_the_subscriptions_to_the_new_connection() {
    let mut bench = Bench::new();
    bench.transport = Transport::Tcp;
    registered(&mut bench, 100);
    let (id, _) = bench.active();
    let old = bench.flow.unwrap();
    // The connection is dead, though nobody says so: the REGISTER on it is never answered.
    let register = bench.request_within(100);
    assert_eq!(register.method().unwrap().as_str(), "REGISTER");
    let again = bench.request_within(36);
    assert_eq!(again.method().unwrap().as_str(), "REGISTER");
    assert_ne!(bench.flow.unwrap().id, old.id);
    assert_eq!(bench.given_up, [old.id]);
    accept(&mut bench, &again, 100);
    let refresh = bench.request_within(4);
    assert_eq!(refresh.method().unwrap().as_str(), "SUBSCRIBE");
    assert_eq!(bench.state(id), SubscriptionState::Active);
}

#[test]
fn tx_025_a_connection_on_which_nothing_comes_is_given_up() {
    let mut bench = Bench::new();
    bench.transport = Transport::Tcp;
    let (id, _) = bench.active();
    let old = bench.flow.unwrap();
    // Nobody is registered, and the refresh is never answered.
    let refresh = bench.request_within(600);
    let again = bench.request_within(33);
    assert_eq!(
        super::bench::call_id(&again),
        super::bench::call_id(&refresh)
    );
    assert_eq!(bench.given_up, [old.id]);
    bench.respond(&again, 200, &["Expires: 600"]);
    assert_eq!(bench.state(id), SubscriptionState::Active);
}

#[test]
fn tx_025_one_request_without_an_answer_leaves_the_connection_to_the_others() {
    let mut bench = Bench::new();
    bench.transport = Transport::Tcp;
    let (_, subscribe) = bench.active();
    bench.request_within(600);
    bench.advance_secs(10);
    bench
        .notify(Notify::to(&subscribe).cseq(2))
        .assert_status(200);
    bench.advance_secs(60);
    assert_eq!(bench.given_up, []);
}

#[test]
fn ev_093_a_change_of_network_is_a_reason_to_try_again_what_waits() {
    let mut bench = Bench::new();
    bench.transport = Transport::Tcp;
    bench.refuse_flows = true;
    let id = bench.subscribe();
    bench.advance_secs(600);
    assert_eq!(bench.state(id), SubscriptionState::WaitingToRetry);
    bench.refuse_flows = false;
    bench.input(crate::engine::Input::NetworkChanged);
    bench.request_within(3);
}

#[test]
fn ev_093_a_subscribe_that_waits_for_its_notify_on_a_dead_connection_is_sent_again() {
    let mut bench = Bench::new();
    bench.transport = Transport::Tcp;
    bench.subscribe();
    let first = bench.request();
    bench.respond(&first, 200, &["Expires: 600"]);
    bench.close_flow();
    let again = bench.request_within(4);
    assert_ne!(super::bench::call_id(&again), super::bench::call_id(&first));
}

#[test]
fn ev_050_a_notifier_that_never_stops_does_not_hold_the_end_up() {
    let mut bench = Bench::new();
    let (id, subscribe) = bench.active();
    bench.unsubscribe(id);
    let end = bench.request();
    bench.respond(&end, 200, &["Expires: 0"]);
    for cseq in 2..12 {
        bench.advance_secs(10);
        bench.notify(Notify::to(&subscribe).cseq(cseq));
    }
    assert!(bench.engine.subscription(id).is_none());
}

#[test]
fn ev_029_a_dialog_that_comes_back_lives_no_longer_than_was_asked() {
    let mut bench = Bench::new();
    let (id, subscribe) = bench.active();
    let rejected = Notify::to(&subscribe).cseq(2);
    bench
        .notify(rejected.state("terminated;reason=rejected"))
        .assert_status(200);
    bench.advance_secs(100);
    bench
        .notify(
            Notify::to(&subscribe)
                .cseq(3)
                .state("active;expires=4294967295"),
        )
        .assert_status(200);
    assert_eq!(bench.state(id), SubscriptionState::Active);
    bench.request_within(600);
}

#[test]
fn ev_030_a_423_to_the_time_that_is_left_leads_to_a_whole_term() {
    let mut bench = Bench::new();
    let (id, subscribe) = bench.active();
    bench.advance_secs(300);
    bench.engine.refresh(bench.now, id);
    bench.drain();
    let poll = bench.request();
    assert_eq!(super::bench::expires(&poll), Some(300));
    bench.respond(&poll, 423, &["Min-Expires: 500"]);
    let refresh = bench.request_within(1);
    assert_eq!(super::bench::expires(&refresh), Some(600));
    bench.respond(&refresh, 200, &["Expires: 600"]);
    bench
        .notify(Notify::to(&subscribe).cseq(2))
        .assert_status(200);
}
