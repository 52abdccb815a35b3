//! Receiving NOTIFYs (A.7).

use std::sync::Arc;

use super::bench::{Bench, Notify, call_id, config, header};
use crate::engine::{
    BodyFault, Event, Flow, FlowId, Input, Output, PackageSpec, SubscriptionState, Substate,
};
use crate::sip::{HeaderName, Message, Transport};

#[test]
fn ev_066_a_notify_for_nobody() {
    let mut bench = Bench::new();
    let (id, subscribe) = bench.active();
    let before = (bench.subscription(id), bench.notified());
    let mut foreign = Notify::to(&subscribe)
        .cseq(2)
        .body("application/pidf+xml", "<x/>");
    foreign.to_tag = "guess".into();
    bench.notify(foreign).assert_status(481);
    assert_eq!((bench.subscription(id), bench.notified()), before);
}

#[test]
fn ev_067_a_package_nobody_knows() {
    let mut bench = Bench::new();
    let (_, subscribe) = bench.active();
    let mut foreign = Notify::to(&subscribe).event("foo");
    foreign.to_tag = "guess".into();
    bench.notify(foreign).assert_status(489);
}

#[test]
fn ev_068_malformed_notifies_change_nothing() {
    let mut bench = Bench::new();
    let (id, subscribe) = bench.active();
    let before = (bench.subscription(id), bench.notified());
    bench
        .notify(Notify::to(&subscribe).cseq(2).state(""))
        .assert_status(400);
    bench
        .notify(Notify::to(&subscribe).cseq(3).header("Event: presence"))
        .assert_status(400);
    let text = String::from_utf8(Notify::to(&subscribe).cseq(4).bytes(500).to_vec()).unwrap();
    bench.receive(text.replace("Event: presence\r\n", "").into());
    assert_eq!(bench.responses.pop_back().unwrap().status(), Some(400));
    assert_eq!((bench.subscription(id), bench.notified()), before);
    bench
        .notify(Notify::to(&subscribe).cseq(2))
        .assert_status(200);
}

#[test]
fn ev_069_cseq_order() {
    let mut bench = Bench::new();
    bench.subscribe();
    let subscribe = bench.request();
    for (number, code) in [(5, 200), (9, 200), (7, 500), (9, 200)] {
        bench
            .notify(Notify::to(&subscribe).cseq(number))
            .assert_status(code);
    }
    assert_eq!(bench.notified(), 3);
}

#[test]
fn ev_069_a_notifier_that_counts_anew_gets_a_new_dialog() {
    let mut bench = Bench::new();
    let (id, subscribe) = bench.active();
    bench
        .notify(Notify::to(&subscribe).cseq(100_000))
        .assert_status(200);
    bench.advance_secs(100);
    bench
        .notify(Notify::to(&subscribe).cseq(3))
        .assert_status(500);
    let again = bench.request_within(1);
    assert_ne!(call_id(&again), call_id(&subscribe));
    assert_eq!(bench.state(id), SubscriptionState::NotifyWait);
}

#[test]
fn ev_070_the_answer_is_immediate() {
    let mut bench = Bench::new();
    bench.subscribe();
    let subscribe = bench.request();
    let at = bench.now;
    bench.notify(Notify::to(&subscribe)).assert_status(200);
    assert_eq!(bench.now, at);
}

#[test]
fn ev_070_a_notify_the_room_above_forgot_is_answered_500() {
    let mut bench = Bench::new();
    bench.subscribe();
    let subscribe = bench.request();
    let flow = bench.flow.unwrap();
    let bytes = Notify::to(&subscribe).bytes(1);
    bench
        .engine
        .handle_input(bench.now, Input::Received { flow, bytes });
    while !matches!(bench.engine.poll_output(), Output::Timeout(_)) {}
    bench.input(Input::Tick);
    assert_eq!(bench.responses.pop_back().unwrap().status(), Some(500));
}

#[test]
fn ev_072_unknown_types_and_codings() {
    let mut bench = Bench::new();
    let (id, subscribe) = bench.active();
    bench.verdict = Err(BodyFault::UnsupportedType);
    let html = Notify::to(&subscribe).cseq(2).body("text/html", "<p>");
    let answer = bench.notify(html.clone()).0.unwrap();
    assert_eq!(answer.status(), Some(415));
    assert_eq!(
        header(&answer, HeaderName::Accept).unwrap(),
        "application/pidf+xml"
    );
    bench
        .notify(
            html.cseq(3)
                .header("Content-Disposition: x;handling=optional"),
        )
        .assert_status(200);
    bench.verdict = Err(BodyFault::UnsupportedCoding);
    let packed = Notify::to(&subscribe)
        .cseq(4)
        .header("e: br")
        .body("application/pidf+xml", "?");
    let answer = bench.notify(packed).0.unwrap();
    assert_eq!(answer.status(), Some(415));
    assert_eq!(
        header(&answer, HeaderName::AcceptEncoding).unwrap(),
        "identity"
    );
    assert!(header(&answer, HeaderName::Accept).is_none());
    let coding = bench.events.iter().rev().find_map(|event| match event {
        Event::Notify {
            content_encoding, ..
        } => content_encoding.as_deref(),
        _ => None,
    });
    assert_eq!(coding, Some("br"));
    assert_eq!(bench.state(id), SubscriptionState::Active);
}

#[test]
fn ev_075_a_notify_that_is_refused_moves_nothing() {
    let mut bench = Bench::new();
    let (_, subscribe) = bench.active();
    bench.verdict = Err(BodyFault::UnsupportedType);
    let moved = Notify::to(&subscribe).cseq(2).contact("<sip:b@192.0.2.66>");
    bench
        .notify(moved.body("text/html", "<p>"))
        .assert_status(415);
    let refresh = bench.request_within(600);
    assert_eq!(refresh.request_line().unwrap().uri, "sip:192.0.2.9:5060");
}

#[test]
fn ev_073_require() {
    let mut bench = Bench::new();
    let (_, subscribe) = bench.active();
    bench
        .notify(Notify::to(&subscribe).cseq(2).header("Require: eventlist"))
        .assert_status(200);
    let answer = bench
        .notify(
            Notify::to(&subscribe)
                .cseq(3)
                .header("Require: eventlist, foo"),
        )
        .0
        .unwrap();
    assert_eq!(answer.status(), Some(420));
    assert_eq!(header(&answer, HeaderName::Unsupported).unwrap(), "foo");
}

#[test]
fn ev_074_a_notify_without_a_body_comes_up_without_a_type() {
    let mut bench = Bench::new();
    let (_, subscribe) = bench.active();
    bench
        .notify(Notify::to(&subscribe).cseq(2))
        .assert_status(200);
    let Some(Event::Notify {
        content_type,
        body,
        substate,
        ..
    }) = bench
        .events
        .iter()
        .rev()
        .find(|event| matches!(event, Event::Notify { .. }))
    else {
        panic!("no NOTIFY came up");
    };
    assert_eq!(
        (content_type, body.len(), substate),
        (&None, 0, &Substate::Active)
    );
}

#[test]
fn ev_076_what_was_asked_over_tls_is_not_taken_in_clear() {
    let mut settings = config();
    settings.transport = Some(Transport::Tls);
    let mut bench = Bench::with(settings);
    bench.transport = Transport::Tls;
    let (id, subscribe) = bench.active();
    let before = bench.subscription(id);
    let flow = Flow {
        id: FlowId(900),
        transport: Transport::Udp,
        local: "192.0.2.1:5060".parse().unwrap(),
        remote: "198.51.100.7:5060".parse().unwrap(),
    };
    let bytes = Notify::to(&subscribe)
        .cseq(2)
        .state("terminated;reason=rejected")
        .bytes(1);
    bench.input(Input::Received { flow, bytes });
    assert_eq!(bench.responses.pop_back().unwrap().status(), Some(481));
    assert_eq!(bench.subscription(id), before);
}

#[test]
fn fm_011_a_notify_tells_whether_it_could_have_been_sent_again_by_somebody() {
    for transport in [Transport::Udp, Transport::Tcp, Transport::Tls] {
        let mut settings = config();
        settings.transport = Some(transport);
        let mut bench = Bench::with(settings);
        bench.transport = transport;
        bench.active();
        let told = bench.events.iter().find_map(|event| match event {
            Event::Notify { secure, .. } => Some(*secure),
            _ => None,
        });
        assert_eq!(told, Some(transport == Transport::Tls), "{transport:?}");
    }
}

#[test]
fn rb_001_unusable_bodies_lead_to_one_refresh_a_minute() {
    let mut bench = Bench::new();
    let (_, subscribe) = bench.active();
    bench.verdict = Err(BodyFault::Unusable);
    for number in 2..12 {
        bench
            .notify(
                Notify::to(&subscribe)
                    .cseq(number)
                    .body("application/pidf+xml", "<"),
            )
            .assert_status(200);
    }
    let refresh = bench.request();
    bench.respond(&refresh, 200, &["Expires: 600"]);
    assert!(bench.try_request().is_none());
    bench.advance_secs(61);
    bench
        .notify(
            Notify::to(&subscribe)
                .cseq(20)
                .body("application/pidf+xml", "<"),
        )
        .assert_status(200);
    bench.request();
}

#[test]
fn fm_022_less_is_asked_for_from_the_next_subscribe_on() {
    let mut bench = Bench::new();
    let mut package = PackageSpec::new("presence", "application/pidf+xml");
    package.accept.push("application/pidf-diff+xml".into());
    let package = Arc::new(package);
    let id = bench.subscribe_with(Arc::clone(&package), Some(600));
    let subscribe = bench.request();
    let accept = |message: &Message| header(message, HeaderName::Accept);
    let both = "application/pidf+xml, application/pidf-diff+xml";
    assert_eq!(accept(&subscribe).as_deref(), Some(both));
    bench.respond(&subscribe, 200, &["Expires: 600"]);
    bench.notify(Notify::to(&subscribe)).assert_status(200);
    // The gap is answered with what was asked for so far, and closed with less.
    bench
        .engine
        .narrow_accept(id, &["application/pidf+xml", "text/plain"]);
    bench.verdict = Err(BodyFault::Gap);
    let gap = Notify::to(&subscribe).cseq(2);
    bench
        .notify(gap.body("application/pidf-diff+xml", "<x/>"))
        .assert_status(200);
    let refresh = bench.request();
    assert_eq!(accept(&refresh).as_deref(), Some("application/pidf+xml"));
    bench.respond(&refresh, 200, &["Expires: 600"]);
    // So it stays in a new dialog, and others of the package ask as before.
    bench.verdict = Ok(());
    let last = Notify::to(&subscribe).cseq(3);
    bench
        .notify(last.state("terminated;reason=deactivated"))
        .assert_status(200);
    let again = bench.request_within(5);
    assert_ne!(call_id(&again), call_id(&subscribe));
    assert_eq!(accept(&again).as_deref(), Some("application/pidf+xml"));
    assert_eq!(package.accept.len(), 2);
}

#[test]
fn a_gap_leads_to_a_refresh_for_full_state() {
    let mut bench = Bench::new();
    let (_, subscribe) = bench.active();
    bench.verdict = Err(BodyFault::Gap);
    bench
        .notify(
            Notify::to(&subscribe)
                .cseq(2)
                .body("application/watcherinfo+xml", "<x/>"),
        )
        .assert_status(200);
    let refresh = bench.request();
    assert_eq!(refresh.to().unwrap().tag(), Some("notifier"));
}

#[test]
fn tx_007_a_repeated_notify_is_answered_and_not_seen_twice() {
    let mut bench = Bench::new();
    bench.subscribe();
    let subscribe = bench.request();
    let bytes = Notify::to(&subscribe).bytes(1);
    for _ in 0..3 {
        bench.receive(bytes.clone());
        assert_eq!(bench.responses.pop_back().unwrap().status(), Some(200));
        bench.advance_secs(3);
    }
    assert_eq!(bench.notified(), 1);
}

#[test]
fn rb_010_a_new_life_knows_nothing_of_the_old_dialogs() {
    let mut bench = Bench::new();
    let (_, subscribe) = bench.active();
    let mut reborn = Bench::seeded(config(), 8);
    reborn.subscribe();
    reborn.request();
    reborn
        .notify(Notify::to(&subscribe).cseq(2))
        .assert_status(481);
}

#[test]
fn ev_071_passing_trouble_never_ends_a_subscription() {
    // No code of the list that ends a usage is used for a NOTIFY of a usage that is wanted.
    let mut bench = Bench::new();
    let (id, subscribe) = bench.active();
    bench
        .notify(Notify::to(&subscribe).cseq(50))
        .assert_status(200);
    bench
        .notify(Notify::to(&subscribe).cseq(49))
        .assert_status(500);
    bench
        .notify(Notify::to(&subscribe).cseq(51))
        .assert_status(200);
    // A room above that does not come to it.
    let flow = bench.flow.unwrap();
    let bytes = Notify::to(&subscribe).cseq(52).bytes(900);
    bench
        .engine
        .handle_input(bench.now, Input::Received { flow, bytes });
    while !matches!(bench.engine.poll_output(), Output::Timeout(_)) {}
    bench.input(Input::Tick);
    assert_eq!(bench.responses.pop_back().unwrap().status(), Some(500));
    // Bodies that cannot be used, in whatever way.
    for (cseq, fault) in [
        (53, BodyFault::Gap),
        (54, BodyFault::UnsupportedType),
        (55, BodyFault::UnsupportedCoding),
    ] {
        bench.verdict = Err(fault);
        let notify = Notify::to(&subscribe).cseq(cseq).body("text/html", "<p>");
        let code = bench.notify(notify).0.unwrap().status().unwrap();
        let ends = [404, 405, 410, 416, 489, 501, 604].contains(&code);
        assert!(!ends && !(480..=485).contains(&code), "{code}");
    }
    bench.verdict = Ok(());
    bench
        .notify(Notify::to(&subscribe).cseq(56))
        .assert_status(200);
    assert_eq!(bench.state(id), SubscriptionState::Active);
}

#[test]
fn rb_007_requests_name_this_machine_only_where_they_must() {
    let mut bench = Bench::new();
    super::registration::registered(&mut bench, 600);
    bench.published(600);
    bench.active();
    let mut methods = std::collections::BTreeSet::new();
    bench.advance_secs(590);
    for (_, request) in &bench.log {
        methods.insert(request.method().unwrap().as_str().to_owned());
        for raw in request.all_headers() {
            let text = raw.text().unwrap();
            let may = ["Via", "Contact"]
                .iter()
                .any(|name| raw.name().eq_ignore_ascii_case(name));
            assert!(may || !text.contains("192.0.2.1"), "{}: {text}", raw.name());
        }
        assert_eq!(request.from().unwrap().uri, "sip:alice@example.com");
    }
    assert_eq!(
        methods.into_iter().collect::<Vec<_>>(),
        ["PUBLISH", "REGISTER", "SUBSCRIBE"]
    );
}

#[test]
fn rb_010_headers_without_effect_change_nothing() {
    const IDLE: [&str; 4] = [
        "Reason: SIP;cause=480;text=\"Gone\"",
        "Warning: 399 example.com \"terminated\"",
        "Date: Sat, 13 Nov 2010 23:29:00 GMT",
        "Server: Another",
    ];
    let run = |headers: &[&str]| {
        let mut bench = Bench::new();
        let id = bench.subscribe();
        let subscribe = bench.request();
        let mut with = vec!["Expires: 600"];
        with.extend(headers);
        bench.respond(&subscribe, 200, &with);
        let mut notify = Notify::to(&subscribe);
        for header in headers {
            notify = notify.header(header);
        }
        bench.notify(notify).assert_status(200);
        let refresh = bench.request_within(600);
        bench.respond(&refresh, 200, &with);
        let times = bench.times("SUBSCRIBE");
        (
            bench.subscription(id),
            times,
            bench.engine.health(bench.now, id),
        )
    };
    assert_eq!(run(&IDLE), run(&[]));
}
