//! What becomes of a binding when its flow, its registrar or its expiry fails (RP-002, RP-008, RP-011).

use super::bench::{Bench, config, header, uri};
use super::outbound::{REQUIRE, agree};
use super::registration::{accept, register, registered};
use crate::engine::{Input, RegistrationState};
use crate::sip::{HeaderName, Message, Transport};

/// The Contacts of a REGISTER with what is asked for each.
fn contacts(register: &Message) -> Vec<(String, Option<u32>)> {
    let contacts = register.contacts().map(|contact| {
        let contact = contact.unwrap();
        let address = contact.address().unwrap();
        (address.uri.to_owned(), address.expires())
    });
    contacts.collect()
}

/// From now on connections come from another local port.
fn on_port(bench: &mut Bench, port: u16) {
    bench.local = std::net::SocketAddr::new(bench.local.ip(), port);
}

const OLD: &str = "sip:alice@192.0.2.1:5062;transport=tcp";
const NEW: &str = "sip:alice@192.0.2.1:6000;transport=tcp";

/// Registered over TCP, with these headers in the 200; then the connection is lost, and the next one is from another port.
fn moved(headers: &[&str]) -> (Bench, Message) {
    let mut bench = Bench::new();
    bench.transport = Transport::Tcp;
    let request = register(&mut bench, 600);
    assert_eq!(contacts(&request), [(OLD.to_owned(), Some(600))]);
    agree(&mut bench, &request, headers);
    on_port(&mut bench, 6000);
    bench.close_flow();
    let again = bench.request_within(61);
    (bench, again)
}

#[test]
fn rp_008_a_contact_nobody_is_reached_at_is_taken_back() {
    let (mut bench, again) = moved(&[]);
    let both = [(NEW.to_owned(), Some(600)), (OLD.to_owned(), Some(0))];
    assert_eq!(contacts(&again), both);
    let value = header(&again, HeaderName::Contact).unwrap();
    assert_eq!(value.matches("+sip.instance").count(), 1, "{value}");
    // Until the registrar has said yes, it may still have the old one.
    bench.respond(&again, 500, &["Retry-After: 5"]);
    let again = bench.request_within(10);
    assert_eq!(contacts(&again), both);
    accept(&mut bench, &again, 600);
    let refresh = bench.request_within(600);
    assert_eq!(contacts(&refresh), [(NEW.to_owned(), Some(600))]);
}

#[test]
fn rp_008_where_outbound_is_in_force_the_registrar_replaces_the_contact() {
    let (_, again) = moved(&[REQUIRE]);
    assert_eq!(contacts(&again), [(NEW.to_owned(), Some(600))]);
}

#[test]
fn rp_008_the_end_takes_all_of_ours_back() {
    let (mut bench, _) = moved(&[]);
    bench.engine.unregister(bench.now);
    bench.drain();
    bench.advance_secs(33);
    let removal = bench.request();
    let all = [(NEW.to_owned(), Some(0)), (OLD.to_owned(), Some(0))];
    assert_eq!(contacts(&removal), all);
}

#[test]
fn rp_008_a_registrar_that_takes_one_contact_only_gets_one() {
    let (mut bench, again) = moved(&[]);
    bench.respond(&again, 400, &[]);
    let plain = bench.request_within(61);
    assert_eq!(contacts(&plain), [(NEW.to_owned(), Some(600))]);
}

#[test]
fn rp_008_what_another_binding_of_ours_has_is_left_alone() {
    let mut settings = config();
    settings.outbound_proxies = vec![uri("sip:one.example.com"), uri("sip:two.example.com")];
    let mut bench = Bench::with(settings);
    let first = register(&mut bench, 600);
    accept(&mut bench, &first, 600);
    // The refresh fails, and the second proxy stands in, reached from the same address.
    let refresh = bench.request_within(600);
    bench.respond(&refresh, 500, &["Retry-After: 300"]);
    let second = bench.request_within(1);
    let old = "sip:alice@192.0.2.1:5062".to_owned();
    assert_eq!(contacts(&second), [(old.clone(), Some(600))]);
    accept(&mut bench, &second, 600);
    on_port(&mut bench, 6000);
    bench.input(Input::NetworkChanged);
    // Whoever moves last takes it back.
    let new = ("sip:alice@192.0.2.1:6000".to_owned(), Some(600));
    let (one, two) = (bench.request_within(2), bench.request_within(2));
    assert_eq!(contacts(&one), std::slice::from_ref(&new));
    assert_eq!(contacts(&two), [new, (old, Some(0))]);
}

#[test]
fn rp_002_a_silent_registrar_is_not_asked_again_at_once() {
    let mut bench = Bench::new();
    let first = register(&mut bench, 600);
    let second = bench.request_within(100);
    assert_ne!(
        second.top_via().unwrap().branch,
        first.top_via().unwrap().branch
    );
    let [first, second] = bench.times("REGISTER")[..] else {
        panic!("two requests");
    };
    // Timer F, and half a minute at least.
    let waited = second.saturating_since(first).as_secs();
    assert!((62..=92).contains(&waited), "{waited}");
}

#[test]
fn rp_011_a_refresh_that_is_refused_for_good_is_not_made_up_for_at_the_expiry() {
    for code in [403, 404] {
        let mut bench = Bench::new();
        registered(&mut bench, 600);
        let refresh = bench.request_within(600);
        bench.respond(&refresh, code, &[]);
        bench.assert_silent(2 * 3600);
        let event = bench.engine.registration().unwrap();
        assert_eq!(
            (event.state, event.retry_at),
            (RegistrationState::Failed, None)
        );
        // A person may try again.
        bench.engine.retry_now(bench.now);
        bench.drain();
        bench.request();
    }
}

#[test]
fn rp_001_the_contact_of_a_sips_account_is_sips() {
    let settings = crate::engine::EngineConfig::new(uri("sips:alice@example.com"));
    let mut bench = Bench::with(settings);
    bench.transport = Transport::Tls;
    let request = register(&mut bench, 600);
    assert_eq!(request.request_line().unwrap().uri, "sips:example.com");
    assert_eq!(contacts(&request)[0].0, "sips:alice@192.0.2.1:5062");
    assert!(bench.opened[0].secure);
}

/// Registered with a service route; its refresh, which is under way.
fn routed() -> (Bench, Message) {
    let mut bench = Bench::new();
    let request = register(&mut bench, 600);
    let route = "Service-Route: <sip:a.example.com;lr>";
    agree(&mut bench, &request, &[route]);
    let refresh = bench.request_within(3600);
    (bench, refresh)
}

fn route_of_next(bench: &mut Bench) -> Option<String> {
    bench.subscribe();
    header(&bench.request_within(1), HeaderName::Route)
}

#[test]
fn a_service_route_outlives_a_refresh_that_fails_for_now_only() {
    let kept = Some("<sip:a.example.com;lr>".to_owned());
    let (mut bench, refresh) = routed();
    assert_eq!(route_of_next(&mut bench), kept, "while it is refreshed");
    bench.respond(&refresh, 500, &[]);
    assert_eq!(route_of_next(&mut bench), kept, "after a failure");
    let (mut bench, refresh) = routed();
    bench.respond(&refresh, 403, &[]);
    assert_eq!(route_of_next(&mut bench), None, "refused");
    let (mut bench, refresh) = routed();
    bench.respond(&refresh, 500, &["Retry-After: 5000"]);
    bench.advance_secs(3700);
    assert_eq!(route_of_next(&mut bench), None, "run out");
    let (mut bench, refresh) = routed();
    bench.respond(
        &refresh,
        200,
        &["Contact: <sip:alice@192.0.2.77>;expires=600"],
    );
    assert_eq!(route_of_next(&mut bench), None, "no longer bound");
}
