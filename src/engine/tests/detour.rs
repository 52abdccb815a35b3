//! The way back to a better server (TX-017).

use std::net::SocketAddr;
use std::time::Duration;

use super::bench::{Bench, header};
use super::registration::{accept, register};
use crate::engine::{Input, Moment, RegistrationState};
use crate::sip::{HeaderName, Message};

const MINUTE: u64 = 60;

/// Two servers, the better of which takes no connection.
fn with_a_spare() -> (Bench, [SocketAddr; 2]) {
    let mut bench = Bench::new();
    let servers = [bench.servers[0], "192.0.2.10:5060".parse().unwrap()];
    bench.servers = servers.to_vec();
    bench.unreachable = vec![servers[0]];
    (bench, servers)
}

fn remote(bench: &Bench) -> SocketAddr {
    bench.flow.unwrap().remote
}

fn is_registered(bench: &Bench) -> bool {
    bench.engine.registration().unwrap().state == RegistrationState::Registered
}

fn method(request: &Message) -> String {
    request.method().unwrap().as_str().to_owned()
}

/// The next request, which is a REGISTER, and the minutes until it came.
fn next_register(bench: &mut Bench) -> (Message, u64) {
    let since = bench.now;
    let request = bench.request_within(3600);
    assert_eq!(method(&request), "REGISTER");
    (request, minutes(bench.now, since))
}

fn subscribe_in_vain(bench: &mut Bench) {
    bench.subscribe();
    let subscribe = bench.request();
    bench.respond(&subscribe, 403, &[]);
}

fn minutes(now: Moment, since: Moment) -> u64 {
    now.saturating_since(since).as_secs() / MINUTE
}

#[test]
fn tx_017_the_better_server_is_taken_back_and_register_leads() {
    let (mut bench, [better, lesser]) = with_a_spare();
    let first = register(&mut bench, 3600);
    accept(&mut bench, &first, 3600);
    assert_eq!(remote(&bench), lesser);
    bench.unreachable.clear();
    bench.advance_secs(9 * MINUTE);
    subscribe_in_vain(&mut bench);
    assert_eq!(remote(&bench), lesser, "not so soon");
    let opened = bench.opened.len();
    let (again, minutes) = next_register(&mut bench);
    assert!(minutes <= 6, "{minutes}");
    assert_eq!(bench.opened.len(), opened + 1);
    assert_eq!(remote(&bench), better);
    assert_eq!(
        header(&again, HeaderName::CallId),
        header(&first, HeaderName::CallId)
    );
    assert!(is_registered(&bench), "the old binding stands meanwhile");
    accept(&mut bench, &again, 3600);
    subscribe_in_vain(&mut bench);
    assert_eq!(remote(&bench), better);
    // Now there is nothing better, and the registration is as lazy as ever.
    let (_, minutes) = next_register(&mut bench);
    assert!(minutes >= 25, "{minutes}");
    assert_eq!(bench.opened.len(), opened + 1);
}

#[test]
fn tx_017_looking_in_vain_costs_less_and_less_and_loses_nothing() {
    let (mut bench, [_, lesser]) = with_a_spare();
    let first = register(&mut bench, 7200);
    accept(&mut bench, &first, 7200);
    let mut looked = Vec::new();
    let begin = bench.now;
    let mut opened = bench.opened.len();
    while bench.now.saturating_since(begin) < Duration::from_secs(24 * 3600) {
        let request = bench.request_within(7200);
        assert!(is_registered(&bench));
        assert_eq!(remote(&bench), lesser);
        if bench.opened.len() > opened {
            opened = bench.opened.len();
            looked.push(minutes(bench.now, begin));
        }
        accept(&mut bench, &request, 7200);
    }
    assert!((5..=10).contains(&looked.len()), "{looked:?}");
    let pauses: Vec<u64> = looked.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert!((10..=15).contains(&looked[0]), "{looked:?}");
    assert!((20..=30).contains(&pauses[0]), "{pauses:?}");
    assert!((40..=60).contains(&pauses[1]), "{pauses:?}");
}

#[test]
fn tx_017_a_better_server_that_is_silent_again_is_left_for_longer() {
    let (mut bench, [better, lesser]) = with_a_spare();
    let first = register(&mut bench, 7200);
    accept(&mut bench, &first, 7200);
    bench.unreachable.clear();
    let (_, before) = next_register(&mut bench);
    assert_eq!(remote(&bench), better);
    let again = bench.request_within(40);
    assert_eq!(remote(&bench), lesser);
    assert!(is_registered(&bench));
    accept(&mut bench, &again, 7200);
    let (_, after) = next_register(&mut bench);
    assert_eq!(remote(&bench), better);
    assert!((10..=15).contains(&before), "{before}");
    assert!((20..=30).contains(&after), "{after}");
}

#[test]
fn tx_017_a_search_that_fails_leaves_the_flow_that_is_there() {
    let (mut bench, [better, lesser]) = with_a_spare();
    let first = register(&mut bench, 3600);
    accept(&mut bench, &first, 3600);
    let flow = bench.flow;
    bench.refuse_flows = true;
    let opened = bench.opened.len();
    let (again, _) = next_register(&mut bench);
    assert_eq!((bench.flow, bench.opened.len()), (flow, opened));
    accept(&mut bench, &again, 3600);
    assert!(is_registered(&bench));
    bench.refuse_flows = false;
    bench.unreachable.clear();
    assert_eq!(remote(&bench), lesser);
    next_register(&mut bench);
    assert_eq!(remote(&bench), better);
}

#[test]
fn tx_017_a_flow_that_dies_while_a_better_one_is_looked_for_is_not_used() {
    let (mut bench, _) = with_a_spare();
    let first = register(&mut bench, 3600);
    accept(&mut bench, &first, 3600);
    bench.hold_flows = true;
    bench.assert_silent(16 * MINUTE);
    bench.close_flow();
    bench.hold_flows = false;
    let lost = bench.flow.take().unwrap();
    bench.open_held();
    bench.request_within(10);
    assert_ne!(bench.flow.unwrap().id, lost.id);
}

#[test]
fn tx_017_without_a_registration_any_request_finds_the_better_server() {
    let (mut bench, [better, lesser]) = with_a_spare();
    let (_, _) = bench.active();
    assert_eq!(remote(&bench), lesser);
    bench.unreachable.clear();
    bench.advance_secs(4 * MINUTE);
    bench.fetch(super::bench::presence());
    bench.request();
    assert_eq!(remote(&bench), lesser);
    bench.advance_secs(12 * MINUTE);
    while bench.try_request().is_some() {}
    bench.fetch(super::bench::presence());
    bench.request();
    assert_eq!(remote(&bench), better);
}

#[test]
fn tx_009_another_network_is_another_chance() {
    let mut bench = Bench::new();
    bench.servers.push("192.0.2.10:5060".parse().unwrap());
    let [better, lesser] = [bench.servers[0], bench.servers[1]];
    register(&mut bench, 3600);
    let second = bench.request_within(40);
    assert_eq!(remote(&bench), lesser);
    accept(&mut bench, &second, 3600);
    bench.input(Input::NetworkChanged);
    bench.request_within(10);
    assert!(bench.avoided.is_empty());
    assert_eq!(remote(&bench), better);
}
