//! Outbound on one flow: what is offered and agreed, keep-alives, and what follows when they fail (RFC 5626).

use std::time::Duration;

use super::bench::{Bench, Notify, call_id, config, header};
use super::registration::register;
use crate::engine::stun::{self, tests as answers};
use crate::engine::{
    FlowId, Input, KeepAliveKind, Moment, RegistrationFlow, RegistrationState, SubscriptionState,
};
use crate::sip::{HeaderName, Message, Transport};

/// Answers 200 with the Contact of the request as it is, for an hour, and these headers.
pub(super) fn agree(bench: &mut Bench, register: &Message, headers: &[&str]) {
    let contact = header(register, HeaderName::Contact).unwrap();
    let contact = contact.replace(";expires=600", ";expires=3600");
    let contact = format!("Contact: {contact}");
    let mut all = vec![contact.as_str()];
    all.extend(headers);
    bench.respond(register, 200, &all);
}

pub(super) const REQUIRE: &str = "Require: outbound";

/// A bench that is registered, with these headers in the 200.
fn registered_with(transport: Transport, headers: &[&str]) -> Bench {
    let mut bench = Bench::new();
    bench.transport = transport;
    let request = register(&mut bench, 600);
    agree(&mut bench, &request, headers);
    assert_eq!(flow_health(&bench).state, RegistrationState::Registered);
    bench
}

fn flow_health(bench: &Bench) -> RegistrationFlow {
    bench.engine.registration_flows().remove(0)
}

/// Lets the clock run until there is a keep-alive, and answers when it came and its transaction id.
fn probe(bench: &mut Bench, seconds: u64) -> (Moment, stun::TransactionId) {
    let end = bench.now + Duration::from_secs(seconds);
    while bench.stun.is_empty() && bench.now < end {
        bench.advance(Duration::from_millis(100));
    }
    let (at, flow, bytes) = bench.stun.pop_front().expect("a keep-alive");
    assert_eq!(flow, bench.flow.unwrap());
    (at, bytes[8..].try_into().unwrap())
}

fn answer(bench: &mut Bench, id: &stun::TransactionId, mapped: &str) {
    bench.receive(answers::success(id, mapped.parse().unwrap()));
}

#[test]
fn tx_028_no_stun_where_nothing_was_agreed() {
    for (transport, headers) in [
        (Transport::Udp, &[][..]),
        (Transport::Udp, &["Supported: outbound"]),
        (Transport::Udp, &["Path: <sip:edge.example.com;lr>"]),
        (Transport::Tcp, &[REQUIRE]),
    ] {
        let mut bench = registered_with(transport, headers);
        bench.advance_secs(500);
        assert!(bench.stun.is_empty(), "{headers:?}");
    }
}

#[test]
fn tx_028_stun_every_24_to_29_seconds_where_it_was() {
    for headers in [
        &[REQUIRE][..],
        &["Path: <sip:token@edge.example.com;lr;ob>"],
        &["Flow-Timer: 120"],
    ] {
        let mut bench = registered_with(Transport::Udp, headers);
        let mut last = bench.now;
        let mut intervals = Vec::new();
        for _ in 0..20 {
            let (at, id) = probe(&mut bench, 30);
            let interval = at.saturating_since(last).as_secs_f64();
            let bounds = if headers[0].starts_with("Flow") {
                23.1..=29.2
            } else {
                23.9..=29.2
            };
            assert!(bounds.contains(&interval), "{headers:?}: {interval}");
            intervals.push(interval);
            last = bench.now;
            answer(&mut bench, &id, "203.0.113.7:40000");
        }
        assert!(
            intervals
                .iter()
                .any(|other| (other - intervals[0]).abs() > 0.5)
        );
        let health = flow_health(&bench);
        assert_eq!(health.keep_alive, KeepAliveKind::Stun);
        assert_eq!(health.mapped, Some("203.0.113.7:40000".parse().unwrap()));
        assert!(health.answered_at.is_some());
        assert_eq!(bench.times("REGISTER").len(), 1);
    }
}

#[test]
fn tx_028_a_short_flow_timer_is_kept() {
    let mut bench = registered_with(Transport::Udp, &[REQUIRE, "Flow-Timer: 10"]);
    let begin = bench.now;
    let (at, _) = probe(&mut bench, 11);
    let wait = at.saturating_since(begin);
    assert!(wait >= Duration::from_secs(8) && wait <= Duration::from_secs(10));
    // One of no time at all is no reason to send without end.
    let mut bench = registered_with(Transport::Udp, &[REQUIRE, "Flow-Timer: 0"]);
    bench.advance_secs(60);
    assert!(bench.stun.len() < 30, "{}", bench.stun.len());
}

#[test]
fn tx_028_another_mapped_address_brings_a_new_registration() {
    let mut bench = registered_with(Transport::Udp, &[REQUIRE]);
    let old = bench.flow.unwrap().id;
    for _ in 0..3 {
        let (_, id) = probe(&mut bench, 30);
        answer(&mut bench, &id, "203.0.113.7:40000");
    }
    assert!(bench.try_request().is_none());
    let (_, id) = probe(&mut bench, 30);
    answer(&mut bench, &id, "203.0.113.7:40001");
    assert_eq!(bench.given_up, [old]);
    let again = bench.request_within(1);
    let contact = header(&again, HeaderName::Contact).unwrap();
    assert!(contact.contains(";reg-id=1"), "{contact}");
    agree(&mut bench, &again, &[REQUIRE]);
    // The address on the new flow is another one by right.
    let (_, id) = probe(&mut bench, 30);
    answer(&mut bench, &id, "203.0.113.7:40001");
    bench.advance_secs(20);
    assert!(bench.try_request().is_none());
    assert_eq!(flow_health(&bench).failures, 0);
}

#[test]
fn tx_028_seven_requests_without_an_answer_are_a_failed_flow() {
    let mut bench = registered_with(Transport::Udp, &[REQUIRE]);
    let (_, id) = probe(&mut bench, 30);
    answer(&mut bench, &id, "203.0.113.7:40000");
    let (first, id) = probe(&mut bench, 30);
    let again = bench.request_within(60);
    assert_eq!(again.method().unwrap().as_str(), "REGISTER");
    let lasted = bench.now.saturating_since(first).as_secs_f64();
    // 63 times half a second until the last request, and sixteen times after it.
    assert!((39.4..=40.1).contains(&lasted), "{lasted}");
    assert_eq!(bench.stun.len(), 6);
    assert!(bench.stun.iter().all(|(_, _, bytes)| bytes[8..] == id));
}

#[test]
fn tx_028_a_lost_keep_alive_is_repeated_and_harms_nothing() {
    let mut bench = registered_with(Transport::Udp, &[REQUIRE]);
    for _ in 0..5 {
        probe(&mut bench, 30);
        let (_, id) = probe(&mut bench, 1);
        answer(&mut bench, &id, "203.0.113.7:40000");
    }
    assert_eq!(bench.times("REGISTER").len(), 1);
}

#[test]
fn tx_028_an_error_response_is_a_failed_flow() {
    let mut bench = registered_with(Transport::Udp, &[REQUIRE]);
    let (_, id) = probe(&mut bench, 30);
    answer(&mut bench, &id, "203.0.113.7:40000");
    let (_, id) = probe(&mut bench, 30);
    bench.receive(answers::error(&id));
    bench.request_within(1);
}

#[test]
fn tx_028_answers_that_are_not_ours_change_nothing() {
    let mut bench = registered_with(Transport::Udp, &[REQUIRE]);
    let (_, id) = probe(&mut bench, 30);
    let own = bench.flow.unwrap();
    for (id, flow) in [
        (*b"another one.", own),
        (
            id,
            crate::engine::Flow {
                remote: "192.0.2.66:5060".parse().unwrap(),
                ..own
            },
        ),
    ] {
        for bytes in [
            answers::error(&id),
            answers::success(&id, "198.51.100.1:1".parse().unwrap()),
            stun::binding_request(&id),
        ] {
            bench.input(Input::Received { flow, bytes });
        }
    }
    assert_eq!(flow_health(&bench).mapped, None);
    assert!(bench.try_request().is_none());
    answer(&mut bench, &id, "203.0.113.7:40000");
    assert_eq!(
        flow_health(&bench).mapped,
        Some("203.0.113.7:40000".parse().unwrap())
    );
}

#[test]
fn tx_028_a_server_that_never_answers_is_believed_no_longer() {
    let mut bench = registered_with(Transport::Udp, &[REQUIRE]);
    for _ in 0..2 {
        // A flow on which nothing was answered was no good one: its replacement waits (RFC 5626 §4.5).
        let lost = loop {
            bench.advance_secs(1);
            if flow_health(&bench).state == RegistrationState::Failed {
                break bench.now;
            }
        };
        let again = bench.request_within(130);
        let waited = bench.now.saturating_since(lost).as_secs();
        assert!((28..=120).contains(&waited), "{waited}");
        agree(&mut bench, &again, &[REQUIRE]);
        bench.stun.clear();
    }
    assert_eq!(flow_health(&bench).keep_alive, KeepAliveKind::Unanswered);
    bench.advance_secs(500);
    assert!(bench.stun.is_empty());
    assert_eq!(bench.times("REGISTER").len(), 3);
    // Another network, another chance.
    bench.input(Input::NetworkChanged);
    let again = bench.request_within(1);
    agree(&mut bench, &again, &[REQUIRE]);
    probe(&mut bench, 30);
}

#[test]
fn tx_028_keep_alives_end_with_the_registration() {
    let mut bench = registered_with(Transport::Udp, &[REQUIRE]);
    bench.engine.unregister(bench.now);
    bench.drain();
    let removal = bench.request();
    bench.respond(&removal, 200, &[]);
    bench.advance_secs(100);
    assert!(bench.stun.is_empty());
    // And when the registrar no longer agrees.
    let mut bench = Bench::new();
    let request = register(&mut bench, 600);
    super::registration::accept(&mut bench, &request, 600);
    let mut bench = registered_with(Transport::Udp, &[REQUIRE]);
    bench.engine.register(bench.now, Some(600));
    bench.drain();
    let request = bench.request();
    agree(&mut bench, &request, &[]);
    bench.advance_secs(100);
    assert!(bench.stun.is_empty());
}

#[test]
fn tx_027_pings_have_to_be_answered_where_outbound_is_in_force() {
    let bench = registered_with(Transport::Tcp, &[REQUIRE]);
    let flow = bench.flow.unwrap().id;
    let secs = Duration::from_secs;
    assert_eq!(bench.kept_alive, [(flow, secs(95), secs(120))]);
    let bench = registered_with(Transport::Tls, &[REQUIRE, "Flow-Timer: 200"]);
    let flow = bench.flow.unwrap().id;
    assert_eq!(bench.kept_alive, [(flow, secs(160), secs(200))]);
    assert_eq!(flow_health(&bench).keep_alive, KeepAliveKind::Lines);
    let bench = registered_with(Transport::Tcp, &[]);
    assert!(bench.kept_alive.is_empty());
    assert_eq!(flow_health(&bench).keep_alive, KeepAliveKind::NotAgreed);
}

#[test]
fn tx_027_a_connection_with_answered_pings_is_replaced_at_once() {
    for answered in [true, false] {
        let mut bench = registered_with(Transport::Tcp, &[REQUIRE]);
        let flow = bench.flow.unwrap().id;
        bench.input(Input::KeepAliveAnswered(FlowId(flow.0 + 7)));
        assert_eq!(flow_health(&bench).answered_at, None);
        if answered {
            bench.input(Input::KeepAliveAnswered(flow));
        }
        bench.close_flow();
        let lost = bench.now;
        let again = bench.request_within(61);
        let waited = bench.now.saturating_since(lost).as_secs();
        assert_eq!(waited < 1, answered, "{waited}");
        let contact = header(&again, HeaderName::Contact).unwrap();
        assert!(contact.contains(";reg-id=1"), "{contact}");
    }
}

#[test]
fn tx_029_the_first_retry_comes_after_30_to_60_seconds_and_the_next_ever_later() {
    let mut bench = Bench::new();
    bench.transport = Transport::Tcp;
    bench.refuse_flows = true;
    bench.engine.register(bench.now, Some(600));
    bench.drain();
    let mut longest: u64 = 60;
    for _ in 0..9 {
        let failed = bench.now;
        let retry = flow_health(&bench).retry_at.unwrap();
        let wait = retry.saturating_since(failed);
        let bounds = Duration::from_secs(longest / 2)..=Duration::from_secs(longest);
        assert!(bounds.contains(&wait), "{longest}: {wait:?}");
        longest = (longest * 2).min(1800);
        bench.advance(wait);
    }
}

#[test]
fn tx_029_a_longer_retry_after_wins_and_the_connection_stays() {
    let mut bench = Bench::new();
    bench.transport = Transport::Tcp;
    let request = register(&mut bench, 600);
    bench.respond(&request, 500, &["Retry-After: 600"]);
    bench.assert_silent(599);
    bench.request_within(2);
    assert!(bench.given_up.is_empty());
}

#[test]
fn ev_093_dialogs_that_are_bound_to_a_lost_flow_are_replaced() {
    for (agreed, route) in [(true, true), (true, false), (false, true)] {
        let headers = if agreed { &[REQUIRE][..] } else { &[] };
        let mut bench = registered_with(Transport::Tcp, headers);
        let flow = bench.flow.unwrap().id;
        bench.input(Input::KeepAliveAnswered(flow));
        let id = bench.subscribe();
        let subscribe = bench.request();
        let contact = header(&subscribe, HeaderName::Contact).unwrap();
        assert_eq!(contact.ends_with(";ob>"), agreed, "{contact}");
        assert_eq!(subscribe.supported().unwrap().contains("outbound"), agreed);
        bench.respond(&subscribe, 200, &["Expires: 600"]);
        let mut notify = Notify::to(&subscribe);
        if route {
            notify = notify.header("Record-Route: <sip:token@edge.example.com;lr>");
        }
        bench.notify(notify).assert_status(200);
        bench.close_flow();
        let register = bench.request_within(2);
        agree(&mut bench, &register, headers);
        let next = bench.request_within(3);
        let anew = agreed && route;
        assert_eq!(call_id(&next) != call_id(&subscribe), anew);
        assert_eq!(next.to().unwrap().tag().is_none(), anew);
        bench.respond(&next, 200, &["Expires: 600"]);
        bench.notify(Notify::to(&next).cseq(5)).assert_status(200);
        assert_eq!(bench.state(id), SubscriptionState::Active);
    }
}

#[test]
fn rp_008_420_and_421_change_what_is_offered() {
    let mut bench = Bench::new();
    let request = register(&mut bench, 600);
    bench.respond(&request, 420, &["Unsupported: outbound, path"]);
    let plain = bench.request();
    assert_eq!(header(&plain, HeaderName::Supported), None);
    assert!(
        !header(&plain, HeaderName::Contact)
            .unwrap()
            .contains("reg-id")
    );
    bench.respond(&plain, 420, &["Unsupported: outbound"]);
    bench.assert_silent(4000);
    assert_eq!(flow_health(&bench).state, RegistrationState::Failed);

    let mut settings = config();
    settings.outbound = false;
    let mut bench = Bench::with(settings);
    let request = register(&mut bench, 600);
    assert_eq!(header(&request, HeaderName::Supported).unwrap(), "path");
    bench.respond(&request, 421, &["Require: outbound, gruu"]);
    let full = bench.request();
    let supported = header(&full, HeaderName::Supported).unwrap();
    assert_eq!(supported, "path, outbound, gruu");
    // Nothing more can be offered.
    bench.respond(&full, 421, &["Require: sec-agree"]);
    bench.assert_silent(4000);
}

#[test]
fn rp_008_a_registrar_that_contradicts_itself_is_not_followed_for_ever() {
    let mut bench = Bench::new();
    let mut request = register(&mut bench, 600);
    for turn in 0.. {
        let (code, list) = if turn % 2 == 0 {
            (420, "Unsupported: outbound")
        } else {
            (421, "Require: outbound")
        };
        bench.respond(&request, code, &[list]);
        match bench.wait_for_request(4000) {
            Some(next) => request = next,
            None => break,
        }
        assert!(turn < 4);
    }
}

#[test]
fn rp_009_a_gruu_of_an_outbound_flow_stands_for_the_flow() {
    let mut settings = config();
    settings.gruu = true;
    let mut bench = Bench::with(settings);
    let request = register(&mut bench, 600);
    let contact = header(&request, HeaderName::Contact).unwrap();
    assert!(contact.contains(":5062;ob>"), "{contact}");
    let gruu = ";pub-gruu=\"sip:alice@example.com;gr=1\"";
    let listed = format!("Contact: {contact}{gruu}");
    bench.respond(&request, 200, &[&listed, REQUIRE]);
    bench.subscribe();
    let subscribe = bench.request();
    let contact = header(&subscribe, HeaderName::Contact).unwrap();
    assert_eq!(contact, "<sip:alice@example.com;gr=1>");
    assert_eq!(
        header(&subscribe, HeaderName::Supported).unwrap(),
        "outbound, gruu"
    );
}

#[test]
fn a_service_route_lives_as_long_as_its_registration() {
    let route = |message: &Message| header(message, HeaderName::Route);
    let mut bench = registered_with(Transport::Udp, &["Service-Route: <sip:a.example.com;lr>"]);
    bench.publish(None);
    let publish = bench.request();
    assert_eq!(route(&publish).unwrap(), "<sip:a.example.com;lr>");
    // Each 2xx replaces it, also by nothing.
    bench.engine.register(bench.now, Some(600));
    bench.drain();
    let request = bench.request();
    assert_eq!(route(&request), None);
    agree(
        &mut bench,
        &request,
        &["Service-Route: <sip:b.example.com;lr>"],
    );
    bench.subscribe();
    assert_eq!(route(&bench.request()).unwrap(), "<sip:b.example.com;lr>");
    bench.engine.unregister(bench.now);
    bench.drain();
    let removal = bench.request();
    bench.respond(&removal, 200, &[]);
    bench.subscribe();
    assert_eq!(route(&bench.request()), None);
}
