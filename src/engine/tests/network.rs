//! Flows that die, networks that change, servers that forget (A.11).

use std::collections::HashSet;
use std::time::Duration;

use super::bench::{Bench, Notify, call_id};
use super::registration::{accept, registered};
use crate::engine::{Input, PublicationState, RegistrationState, SubscriptionState};
use crate::sip::Transport;

#[test]
fn ev_093_a_dead_connection_brings_everything_back() {
    let mut bench = Bench::new();
    bench.transport = Transport::Tcp;
    registered(&mut bench, 3600);
    let mut subscriptions = Vec::new();
    for _ in 0..50 {
        let id = bench.subscribe();
        let subscribe = bench.request_within(3);
        bench.respond(&subscribe, 200, &["Expires: 600"]);
        bench.notify(Notify::to(&subscribe)).assert_status(200);
        subscriptions.push((id, subscribe));
    }
    let before = bench.log.len();
    bench.close_flow();
    let begin = bench.now;
    let register = bench.request_within(2);
    assert_eq!(register.method().unwrap().as_str(), "REGISTER");
    assert!(
        bench.try_request().is_none(),
        "a subscription overtook the registration"
    );
    accept(&mut bench, &register, 3600);
    let mut refreshed = HashSet::new();
    for _ in 0..50 {
        let refresh = bench.request_within(10);
        refreshed.insert(call_id(&refresh));
        bench.respond(&refresh, 200, &["Expires: 600"]);
        bench
            .notify(Notify::to(&refresh).cseq(2))
            .assert_status(200);
    }
    let spread = bench
        .log
        .last()
        .unwrap()
        .0
        .saturating_since(bench.log[before + 1].0);
    assert!(spread >= Duration::from_secs(1), "{spread:?}");
    assert!(bench.now.saturating_since(begin) < Duration::from_secs(10));
    for (id, subscribe) in subscriptions {
        assert!(refreshed.contains(&call_id(&subscribe)));
        assert_eq!(bench.state(id), SubscriptionState::Active);
    }
}

#[test]
fn ev_093_the_server_restarts_and_has_forgotten_everything() {
    let mut bench = Bench::new();
    bench.transport = Transport::Tcp;
    registered(&mut bench, 3600);
    let publication = bench.published(600);
    let (id, first) = bench.active();
    bench.advance_secs(60);
    bench.close_flow();
    let register = bench.request_within(2);
    accept(&mut bench, &register, 3600);
    let mut initial_publish = false;
    let mut initial_subscribe = false;
    for _ in 0..4 {
        let request = bench.request_within(10);
        match request.method().unwrap().as_str() {
            "PUBLISH" if request.sip_if_match().unwrap().is_some() => {
                bench.respond(&request, 412, &[]);
            }
            "PUBLISH" => {
                initial_publish = true;
                bench.respond(&request, 200, &["SIP-ETag: b1", "Expires: 600"]);
            }
            "SUBSCRIBE" if request.to().unwrap().tag().is_some() => {
                assert_eq!(call_id(&request), call_id(&first));
                bench.respond(&request, 481, &[]);
            }
            _ => {
                initial_subscribe = true;
                bench.respond(&request, 200, &["Expires: 600"]);
                bench.notify(Notify::to(&request)).assert_status(200);
            }
        }
        if initial_publish && initial_subscribe {
            break;
        }
        bench.advance_secs(1);
    }
    assert_eq!(bench.state(id), SubscriptionState::Active);
    assert_eq!(
        bench.engine.publication(publication).unwrap().state,
        PublicationState::Published
    );
    assert_eq!(
        bench.engine.registration().unwrap().state,
        RegistrationState::Registered
    );
}

#[test]
fn ev_093_the_network_changes() {
    let mut bench = Bench::new();
    registered(&mut bench, 3600);
    let (id, subscribe) = bench.active();
    bench.input(Input::NetworkChanged);
    let register = bench.request_within(1);
    accept(&mut bench, &register, 3600);
    let refresh = bench.request_within(3);
    assert_eq!(call_id(&refresh), call_id(&subscribe));
    bench.respond(&refresh, 200, &["Expires: 600"]);
    bench
        .notify(Notify::to(&subscribe).cseq(2))
        .assert_status(200);
    assert_eq!(bench.state(id), SubscriptionState::Active);
}

#[test]
fn ev_093_without_a_registration_the_subscriptions_come_back_alone() {
    let mut bench = Bench::new();
    bench.transport = Transport::Tcp;
    let (_, subscribe) = bench.active();
    bench.close_flow();
    assert_eq!(call_id(&bench.request_within(3)), call_id(&subscribe));
}

#[test]
fn rb_008_who_waits_for_a_connection_leaves_at_the_pace_of_the_server() {
    let mut bench = Bench::new();
    bench.hold_flows = true;
    for _ in 0..100 {
        bench.subscribe();
    }
    bench.advance_secs(9);
    bench.open_held();
    let mut burst = 0;
    while bench.try_request().is_some() {
        burst += 1;
    }
    assert!((1..=6).contains(&burst), "{burst}");
}

#[test]
fn who_waits_for_a_connection_that_cannot_be_had_need_not_try_it() {
    let mut bench = Bench::new();
    bench.hold_flows = true;
    let ids: Vec<_> = (0..100).map(|_| bench.subscribe()).collect();
    bench.advance_secs(1);
    bench.refuse_flows = true;
    bench.open_held();
    for id in ids {
        assert_eq!(bench.state(id), SubscriptionState::WaitingToRetry);
    }
}

#[test]
fn what_failed_for_want_of_a_server_is_tried_when_it_is_back() {
    let mut bench = Bench::new();
    bench.transport = Transport::Tcp;
    registered(&mut bench, 3600);
    let (id, _) = bench.active();
    bench.refuse_flows = true;
    bench.close_flow();
    bench.advance_secs(1000);
    assert_eq!(
        bench.engine.registration().unwrap().state,
        RegistrationState::Failed
    );
    assert_eq!(bench.state(id), SubscriptionState::WaitingToRetry);
    assert!(bench.opened.len() < 40, "{}", bench.opened.len());
    bench.refuse_flows = false;
    // Whichever is tried first; the registration brings the rest.
    loop {
        let request = bench.request_within(1900);
        if request.method().unwrap().as_str() == "REGISTER" {
            accept(&mut bench, &request, 3600);
            break;
        }
    }
    let subscribe = bench.request_within(3);
    assert_eq!(subscribe.method().unwrap().as_str(), "SUBSCRIBE");
}

#[test]
fn tx_025_a_connection_that_dies_under_a_request_is_opened_again() {
    let mut bench = Bench::new();
    bench.transport = Transport::Tcp;
    bench.subscribe();
    let first = bench.request();
    bench.close_flow();
    let again = bench.request();
    assert_eq!(call_id(&again), call_id(&first));
    assert_ne!(
        again.top_via().unwrap().branch,
        first.top_via().unwrap().branch
    );
    assert_eq!(
        again.cseq().unwrap().number,
        first.cseq().unwrap().number + 1
    );
}

#[test]
fn tx_025_a_server_that_always_hangs_up_is_not_tried_for_ever() {
    let mut bench = Bench::new();
    bench.transport = Transport::Tcp;
    let id = bench.subscribe();
    let mut requests = 0;
    while bench.try_request().is_some() {
        requests += 1;
        assert!(requests < 20);
        bench.close_flow();
    }
    assert_eq!(bench.state(id), SubscriptionState::WaitingToRetry);
}

#[test]
fn tx_025_a_server_that_hangs_up_after_each_answer_is_called_back_ever_later() {
    let mut bench = Bench::new();
    bench.transport = Transport::Tcp;
    registered(&mut bench, 3600);
    for _ in 0..12 {
        bench.close_flow();
        let register = bench.request_within(300);
        accept(&mut bench, &register, 3600);
    }
    let times = bench.times("REGISTER");
    let lasted = times[12].saturating_since(times[0]);
    assert!(lasted > Duration::from_secs(300), "{lasted:?}");
    assert!(times[1].saturating_since(times[0]) <= Duration::from_secs(1));
}

#[test]
fn tx_025_a_loss_that_is_told_for_each_message_counts_once() {
    let mut bench = Bench::new();
    bench.transport = Transport::Tcp;
    registered(&mut bench, 3600);
    bench.subscribe();
    let subscribe = bench.request_within(3);
    bench.respond(&subscribe, 200, &["Expires: 600"]);
    bench.notify(Notify::to(&subscribe)).assert_status(200);
    for _ in 0..8 {
        bench.close_flow();
    }
    let register = bench.request_within(3);
    accept(&mut bench, &register, 3600);
    bench.close_flow();
    bench.request_within(3);
}

#[test]
fn ev_093_after_a_long_sleep_everything_comes_back_once_and_paced() {
    const BUDDIES: usize = 40;
    let mut bench = Bench::new();
    registered(&mut bench, 600);
    let mut calls = Vec::new();
    for _ in 0..BUDDIES {
        let id = bench.subscribe();
        let subscribe = bench.request_within(5);
        bench.respond(&subscribe, 200, &["Expires: 600"]);
        bench.notify(Notify::to(&subscribe)).assert_status(200);
        assert_eq!(bench.state(id), SubscriptionState::Active);
        calls.push(call_id(&subscribe));
    }
    bench.sleep(Duration::from_secs(8 * 3600));
    // The registration first, and once.
    let register = bench.request();
    assert_eq!(register.method().unwrap().as_str(), "REGISTER");
    assert!(bench.try_request().is_none());
    accept(&mut bench, &register, 600);
    let begin = bench.now;
    let mut back = 0;
    while let Some(subscribe) = bench.wait_for_request(60) {
        assert_eq!(subscribe.method().unwrap().as_str(), "SUBSCRIBE");
        assert_eq!(subscribe.to().unwrap().tag(), None);
        assert!(!calls.contains(&call_id(&subscribe)));
        calls.push(call_id(&subscribe));
        // A slow server: the rate stays what it is at first.
        back += 1;
        bench.respond(&subscribe, 200, &["Expires: 600"]);
        bench.notify(Notify::to(&subscribe)).assert_status(200);
        if back == BUDDIES {
            break;
        }
    }
    let took = bench.now.saturating_since(begin);
    assert_eq!(back, BUDDIES);
    assert!(
        Duration::from_millis(200) < took && took < Duration::from_secs(5),
        "{took:?}"
    );
    bench.assert_silent(300);
}
