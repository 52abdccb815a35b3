//! REGISTER (D.1) and the orderly stop.

use std::time::Duration;

use super::bench::{Bench, Notify, call_id, config, expires, header};
use crate::engine::{Event, Input, Reason, RegistrationState};
use crate::sip::{HeaderName, Message};

pub(super) fn register(bench: &mut Bench, expires: u32) -> Message {
    bench.engine.register(bench.now, Some(expires));
    bench.drain();
    bench.request()
}

/// Answers 200 with the Contact of the request and this lifetime.
pub(super) fn accept(bench: &mut Bench, register: &Message, granted: u32) {
    let contact = register.contacts().next().unwrap().unwrap();
    let own = contact.address().unwrap().uri.to_owned();
    bench.respond(
        register,
        200,
        &[&format!("Contact: <{own}>;expires={granted}")],
    );
}

pub(super) fn registered(bench: &mut Bench, seconds: u32) -> Message {
    let request = register(bench, seconds);
    accept(bench, &request, seconds);
    assert_eq!(state(bench), RegistrationState::Registered);
    request
}

fn state(bench: &Bench) -> RegistrationState {
    bench.engine.registration().unwrap().state
}

#[test]
fn rp_001_register_and_refresh() {
    let mut bench = Bench::new();
    let mut last = registered(&mut bench, 600);
    assert_eq!(last.request_line().unwrap().uri, "sip:example.com");
    assert_eq!(last.from().unwrap().uri, "sip:alice@example.com");
    assert_eq!(last.to().unwrap().uri, "sip:alice@example.com");
    assert_eq!(last.to().unwrap().tag(), None);
    for _ in 0..3 {
        let next = bench.request_within(600);
        assert_eq!(call_id(&next), call_id(&last));
        assert_eq!(next.cseq().unwrap().number, last.cseq().unwrap().number + 1);
        assert_eq!(next.request_line().unwrap().uri, "sip:example.com");
        accept(&mut bench, &next, 600);
        last = next;
    }
}

#[test]
fn rp_002_one_register_at_a_time() {
    let mut bench = Bench::new();
    let first = register(&mut bench, 600);
    bench.engine.register(bench.now, Some(900));
    bench.drain();
    assert!(bench.try_request().is_none());
    accept(&mut bench, &first, 600);
    assert_eq!(expires(&bench.request()), Some(900));
}

#[test]
fn rp_003_the_own_binding_counts() {
    let mut bench = Bench::new();
    let request = register(&mut bench, 600);
    let foreign = "Contact: <sip:alice@192.0.2.200>;expires=9, <sip:alice@192.0.2.201>;expires=9";
    bench.respond(
        &request,
        200,
        &[foreign, "Contact: <sip:alice@192.0.2.1:5062>;expires=60"],
    );
    assert_eq!(state(&bench), RegistrationState::Registered);
    let begin = bench.now;
    let again = bench.request_within(60);
    assert!(bench.now.saturating_since(begin) <= Duration::from_secs(30));
    bench.respond(&again, 200, &[foreign]);
    let event = bench.engine.registration().unwrap();
    assert_eq!(event.state, RegistrationState::Failed);
    assert!(matches!(event.reason, Some(Reason::Protocol(_))));
    assert!(event.retry_at.is_some());
}

#[test]
fn rp_003_expires_header_and_malformed_values() {
    for (headers, latest) in [
        (
            vec!["Contact: <sip:alice@192.0.2.1:5062>", "Expires: 100"],
            68,
        ),
        (
            vec![
                "Contact: <sip:alice@192.0.2.1:5062>;expires=soon",
                "Expires: 100",
            ],
            568,
        ),
        (vec!["Contact: <sip:alice@192.0.2.1:5062>"], 568),
    ] {
        let mut bench = Bench::new();
        let request = register(&mut bench, 600);
        bench.respond(&request, 200, &headers);
        let begin = bench.now;
        bench.request_within(600);
        let after = bench.now.saturating_since(begin).as_secs();
        assert!(
            after <= latest && after * 10 >= latest * 8,
            "{headers:?}: {after}"
        );
    }
}

#[test]
fn rp_004_423() {
    let mut bench = Bench::new();
    let request = register(&mut bench, 60);
    bench.respond(&request, 423, &["Min-Expires: 300"]);
    let again = bench.request();
    assert_eq!(expires(&again), Some(300));
    bench.respond(&again, 423, &["Min-Expires: 300"]);
    bench.assert_silent(3600);
    assert_eq!(state(&bench), RegistrationState::Failed);
}

#[test]
fn rp_005_removal_names_only_our_contact() {
    let mut bench = Bench::new();
    let request = registered(&mut bench, 600);
    bench.engine.unregister(bench.now);
    bench.drain();
    let removal = bench.request();
    let contact = header(&removal, HeaderName::Contact).unwrap();
    assert!(
        contact.contains(";expires=0") && contact.starts_with("<sip:alice@"),
        "{contact}"
    );
    assert_eq!(
        (expires(&removal), call_id(&removal)),
        (Some(0), call_id(&request))
    );
    bench.respond(&removal, 200, &[]);
    assert_eq!(state(&bench), RegistrationState::Unregistered);
    bench.assert_silent(3600);
}

#[test]
fn rp_006_the_instance_is_always_the_same() {
    let mut contacts = Vec::new();
    for seed in 0..2 {
        let mut bench = Bench::seeded(config(), seed);
        let request = register(&mut bench, 600);
        contacts.push(header(&request, HeaderName::Contact).unwrap());
        accept(&mut bench, &request, 600);
        bench.input(Input::NetworkChanged);
        let elsewhere = bench.request_within(3);
        contacts.push(header(&elsewhere, HeaderName::Contact).unwrap());
    }
    assert!(
        contacts.iter().all(|contact| *contact == contacts[0]),
        "{contacts:?}"
    );
    assert!(
        contacts[0].contains("+sip.instance=\"<urn:uuid:00000000-0000-4000-8000-000000000001>\"")
    );
}

#[test]
fn rp_008_outbound_is_offered_and_given_up_on_439() {
    let mut bench = Bench::new();
    let request = register(&mut bench, 600);
    assert!(request.supported().unwrap().contains("outbound"));
    assert!(request.supported().unwrap().contains("path"));
    assert!(
        header(&request, HeaderName::Contact)
            .unwrap()
            .contains(";reg-id=1")
    );
    bench.respond(&request, 439, &[]);
    let plain = bench.request();
    assert!(!plain.supported().unwrap().contains("outbound"));
    assert!(
        !header(&plain, HeaderName::Contact)
            .unwrap()
            .contains("reg-id")
    );
}

#[test]
fn rp_009_a_gruu_becomes_the_contact() {
    let mut settings = config();
    settings.gruu = true;
    let mut bench = Bench::with(settings);
    let request = register(&mut bench, 600);
    assert!(request.supported().unwrap().contains("gruu"));
    let contact = "Contact: <sip:alice@192.0.2.1:5062>;expires=600;pub-gruu=\"sip:alice@example.com;gr=urn:uuid:1\"";
    bench.respond(&request, 200, &[contact]);
    bench.subscribe();
    let subscribe = bench.request();
    assert_eq!(
        header(&subscribe, HeaderName::Contact).unwrap(),
        "<sip:alice@example.com;gr=urn:uuid:1>"
    );
}

#[test]
fn rp_009_a_gruu_lasts_as_long_as_its_binding_and_no_longer() {
    let mut settings = config();
    settings.gruu = true;
    let mut bench = Bench::with(settings);
    let request = register(&mut bench, 600);
    let gruu = "sip:alice@example.com;gr=urn:uuid:1";
    let contact = format!(
        "Contact: <sip:alice@192.0.2.1:5062>;expires=600;pub-gruu=\"{gruu}\";temp-gruu=\"sip:t@example.com;gr\""
    );
    bench.respond(&request, 200, &[&contact]);
    let ours = |bench: &mut Bench| {
        bench.subscribe();
        header(&bench.request(), HeaderName::Contact).unwrap()
    };
    let refresh = bench.request_within(600);
    assert_eq!(
        ours(&mut bench),
        format!("<{gruu}>"),
        "while it is refreshed"
    );
    bench.respond(&refresh, 500, &["Retry-After: 10"]);
    assert_eq!(ours(&mut bench), format!("<{gruu}>"), "after a failure");
    bench.engine.unregister(bench.now);
    bench.drain();
    let removal = bench.request();
    bench.respond(&removal, 200, &[]);
    assert!(!ours(&mut bench).contains("gr="), "without a registration");
    // One of both kinds, or none, is as good.
    for (kind, there) in [
        ("temp-gruu=\"sip:t@example.com;gr\"", false),
        ("x=y", false),
    ] {
        let mut settings = config();
        settings.gruu = true;
        let mut bench = Bench::with(settings);
        let request = register(&mut bench, 600);
        let contact = format!("Contact: <sip:alice@192.0.2.1:5062>;expires=600;{kind}");
        bench.respond(&request, 200, &[&contact]);
        assert_eq!(state(&bench), RegistrationState::Registered);
        assert_eq!(ours(&mut bench).contains("gr"), there, "{kind}");
    }
}

#[test]
fn rp_011_refusals_and_waits() {
    for code in [403, 404] {
        let mut bench = Bench::new();
        let request = register(&mut bench, 600);
        bench.respond(&request, code, &[]);
        bench.assert_silent(4000);
        assert_eq!(bench.engine.registration().unwrap().retry_at, None);
    }
    let mut bench = Bench::new();
    let request = register(&mut bench, 600);
    bench.respond(&request, 500, &["Retry-After: 20"]);
    bench.assert_silent(19);
    bench.request_within(2);
}

#[test]
fn rp_011_503_with_retry_after_zero_is_tried_elsewhere_at_once() {
    let mut bench = Bench::new();
    bench.servers.push("192.0.2.10:5060".parse().unwrap());
    let request = register(&mut bench, 600);
    bench.respond(&request, 503, &["Retry-After: 0"]);
    bench.request();
    assert_eq!(bench.flow.unwrap().remote, bench.servers[1]);
}

#[test]
fn subscriptions_wait_for_the_registration() {
    let mut bench = Bench::new();
    bench.engine.register(bench.now, Some(600));
    bench.subscribe();
    let request = bench.request();
    assert_eq!(request.method().unwrap().as_str(), "REGISTER");
    assert!(bench.try_request().is_none());
    accept(&mut bench, &request, 600);
    assert_eq!(bench.request().method().unwrap().as_str(), "SUBSCRIBE");
}

#[test]
fn subscriptions_go_on_when_the_registration_fails() {
    let mut bench = Bench::new();
    bench.engine.register(bench.now, Some(600));
    bench.subscribe();
    let request = bench.request();
    bench.respond(&request, 403, &[]);
    assert_eq!(bench.request().method().unwrap().as_str(), "SUBSCRIBE");
}

#[test]
fn a_service_route_is_followed() {
    let mut bench = Bench::new();
    let request = register(&mut bench, 600);
    let contact = "Contact: <sip:alice@192.0.2.1:5062>;expires=600";
    bench.respond(
        &request,
        200,
        &[contact, "Service-Route: <sip:edge.example.com;lr>"],
    );
    bench.subscribe();
    let subscribe = bench.request();
    assert_eq!(
        header(&subscribe, HeaderName::Route).unwrap(),
        "<sip:edge.example.com;lr>"
    );
}

#[test]
fn rp_013_an_orderly_stop() {
    let mut bench = Bench::new();
    registered(&mut bench, 600);
    let publication = bench.published(600);
    let (id, subscribe) = bench.active();
    bench.engine.stop(bench.now);
    bench.drain();
    let unpublish = bench.request();
    assert_eq!(
        (unpublish.method().unwrap().as_str(), expires(&unpublish)),
        ("PUBLISH", Some(0))
    );
    assert!(bench.try_request().is_none());
    bench.respond(&unpublish, 200, &["SIP-ETag: e2", "Expires: 0"]);
    assert!(bench.engine.publication(publication).is_none());
    let end = bench.request();
    assert_eq!(
        (end.method().unwrap().as_str(), expires(&end)),
        ("SUBSCRIBE", Some(0))
    );
    bench.respond(&end, 200, &["Expires: 0"]);
    assert!(bench.try_request().is_none());
    bench
        .notify(
            Notify::to(&subscribe)
                .cseq(2)
                .state("terminated;reason=timeout"),
        )
        .assert_status(200);
    assert!(bench.engine.subscription(id).is_none());
    let removal = bench.request();
    assert_eq!(
        (removal.method().unwrap().as_str(), expires(&removal)),
        ("REGISTER", Some(0))
    );
    assert!(!bench.engine.is_stopped());
    bench.respond(&removal, 200, &[]);
    assert!(bench.engine.is_stopped());
}

#[test]
fn rp_013_a_silent_server_does_not_hold_up_the_stop() {
    let mut bench = Bench::new();
    registered(&mut bench, 600);
    bench.active();
    bench.publish(None);
    bench.engine.stop(bench.now);
    bench.drain();
    bench.advance_secs(7);
    assert!(bench.engine.is_stopped());
    let told = |event: &Event| matches!(event, Event::Registration(event) if event.state == RegistrationState::Unregistered);
    assert!(bench.events.iter().any(told));
}

#[test]
fn rp_013_what_is_wanted_during_the_stop_comes_too_late() {
    let mut bench = Bench::new();
    registered(&mut bench, 600);
    bench.published(600);
    bench.active();
    let wish = |bench: &mut Bench| {
        bench.engine.register(bench.now, None);
        let id = bench.subscribe();
        assert!(bench.engine.subscription(id).is_none());
        let id = bench.publish(None);
        assert!(bench.engine.publication(id).is_none());
    };
    bench.engine.stop(bench.now);
    bench.drain();
    for (method, asked) in [("PUBLISH", 0), ("SUBSCRIBE", 0), ("REGISTER", 0)] {
        wish(&mut bench);
        let request = bench.request();
        assert_eq!(request.method().unwrap().as_str(), method);
        assert_eq!(expires(&request), Some(asked));
        bench.respond(&request, 200, &["SIP-ETag: e2", "Expires: 0"]);
        if method == "SUBSCRIBE" {
            let end = Notify::to(&request).cseq(2);
            bench
                .notify(end.state("terminated;reason=timeout"))
                .assert_status(200);
        }
    }
    assert!(bench.engine.is_stopped());
    wish(&mut bench);
    bench.assert_silent(3600);
}

/// A person asks for a subscription anew, and leaves in the same breath.
#[test]
fn rp_013_what_begins_anew_in_the_first_moment_of_the_stop_holds_nothing_up() {
    let mut bench = Bench::new();
    registered(&mut bench, 600);
    let (id, _) = bench.active();
    bench.publish(None);
    bench.engine.stop(bench.now);
    bench.engine.resubscribe(bench.now, id);
    bench.drain();
    bench.advance_secs(7);
    assert!(bench.engine.is_stopped());
    assert_eq!(bench.engine.census().subscriptions, 0);
}

#[test]
fn an_engine_with_nothing_to_do_stops_at_once() {
    let mut bench = Bench::new();
    bench.engine.stop(bench.now);
    assert!(bench.engine.is_stopped());
}

#[test]
fn rp_010_a_watcher_that_does_not_register_is_reached_on_its_flow() {
    let mut bench = Bench::new();
    bench.transport = crate::sip::Transport::Tcp;
    let (_, subscribe) = bench.active();
    let contact = header(&subscribe, HeaderName::Contact).unwrap();
    assert_eq!(contact, "<sip:alice@192.0.2.1:5062;transport=tcp;ob>");
    assert!(bench.times("REGISTER").is_empty());
}

#[test]
fn a_pause_that_the_registrar_asked_for_outlives_the_binding() {
    let mut bench = Bench::new();
    registered(&mut bench, 100);
    let refresh = bench.request_within(100);
    bench.respond(&refresh, 500, &["Retry-After: 300"]);
    bench.assert_silent(299);
    bench.request_within(5);
}

#[test]
fn a_silent_registrar_on_a_connection_gets_a_new_connection() {
    let mut bench = Bench::new();
    bench.transport = crate::sip::Transport::Tcp;
    registered(&mut bench, 100);
    let flow = bench.flow.unwrap();
    bench.request_within(100);
    bench.request_within(100);
    assert_ne!(bench.flow.unwrap().id, flow.id);
}

#[test]
fn rp_003_the_binding_of_an_old_connection_does_not_count() {
    let mut bench = Bench::new();
    let instance = "+sip.instance=\"<urn:uuid:00000000-0000-4000-8000-000000000001>\"";
    let request = register(&mut bench, 600);
    let stale = format!("Contact: <sip:alice@192.0.2.1:40000>;expires=500;{instance}");
    let own = format!("Contact: <sip:alice@192.0.2.1:5062>;expires=60;{instance}");
    bench.respond(&request, 200, &[&stale, &own]);
    let begin = bench.now;
    let again = bench.request_within(60);
    assert!(bench.now.saturating_since(begin) <= Duration::from_secs(30));
    // Where nobody has our address, the instance tells.
    bench.respond(&again, 200, &[&stale]);
    assert_eq!(state(&bench), RegistrationState::Registered);
    assert!(bench.wait_for_request(400).is_none());
}

#[test]
fn rp_002_an_expiry_while_a_register_is_under_way_brings_no_second_one() {
    let mut bench = Bench::new();
    let first = register(&mut bench, 600);
    accept(&mut bench, &first, 20);
    let refresh = bench.request_within(20);
    bench.advance_secs(15);
    assert_eq!(state(&bench), RegistrationState::Registering);
    accept(&mut bench, &refresh, 600);
    assert_eq!(state(&bench), RegistrationState::Registered);
    bench.assert_silent(300);
}

#[test]
fn rp_013_who_leaves_before_the_connection_is_there_was_never_there() {
    let mut bench = Bench::new();
    bench.hold_flows = true;
    bench.engine.register(bench.now, Some(600));
    bench.subscribe();
    bench.drain();
    bench.engine.stop(bench.now);
    bench.drain();
    assert!(bench.engine.is_stopped());
    assert_eq!(state(&bench), RegistrationState::Unregistered);
    bench.open_held();
    bench.assert_silent(120);
}
