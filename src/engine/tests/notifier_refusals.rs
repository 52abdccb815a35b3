//! SUBSCRIBEs that the account does not take, and crowds of them (RFC 6665 §4.2.1.1).

use super::bench::{Bench, header};
use super::notifier::{Ask, active, state};
use crate::engine::{Event, Flow, FlowId, Input, Proof, Standing, limits};
use crate::sip::{HeaderName, Message, Transport};

/// A request on another way than that of the registrar.
fn elsewhere(bench: &mut Bench, ask: &Ask, transport: Transport) -> Option<Message> {
    let flow = Flow {
        id: FlowId(77),
        transport,
        local: "192.0.2.1:5062".parse().unwrap(),
        remote: "198.51.100.7:5060".parse().unwrap(),
    };
    let bytes = ask.bytes(&format!("elsewhere{}", ask.cseq));
    bench.input(Input::Received { flow, bytes });
    bench.responses.pop_back()
}

#[test]
fn each_refusal_has_its_code_and_changes_nothing() {
    let ask = || Ask::of("bob");
    let other = |event: &str| Ask {
        event: event.to_owned(),
        ..ask()
    };
    let filter = Ask {
        body: "<filter-set/>".to_owned(),
        ..ask().with("Content-Type: application/simple-filter+xml")
    };
    let nobody = Ask {
        target: "sip:nobody@192.0.2.1:5062".to_owned(),
        ..ask()
    };
    let stale = Ask {
        to_tag: Some("forgotten".to_owned()),
        ..ask()
    };
    let cases = [
        (other("presence.winfo"), 489),
        (other("message-summary"), 489),
        (ask().with("Accept: application/xpidf+xml, text/plain"), 406),
        (ask().expires(Some(1)), 423),
        (ask().with("Require: eventlist"), 420),
        (filter, 415),
        (nobody, 404),
        (stale, 481),
        (ask().with("Event: presence"), 400),
        (ask().with("Accept: nonsense"), 400),
        (ask().with("Content-Disposition: ;"), 400),
        (ask().with("Expires: soon"), 400),
        (ask().with("Record-Route: nonsense"), 400),
    ];
    let mut bench = Bench::notifier();
    bench.advance_secs(40);
    let before = bench.engine.census();
    for (number, (mut ask, code)) in (0_u32..).zip(cases) {
        ask.cseq = number + 1;
        let answer = bench.ask(&ask).unwrap();
        assert_eq!(answer.status(), Some(code), "{number}");
        match code {
            489 => assert_eq!(
                header(&answer, HeaderName::AllowEvents).as_deref(),
                Some("presence")
            ),
            406 => assert!(header(&answer, HeaderName::Accept).is_some()),
            420 => assert!(answer.unsupported().unwrap().contains("eventlist")),
            _ => {}
        }
    }
    assert!(bench.try_request().is_none());
    bench.advance_secs(40);
    assert_eq!(bench.engine.census(), before);
    assert!(
        !bench
            .events
            .iter()
            .any(|event| matches!(event, Event::Watcher { .. }))
    );
    // What cannot be read as a message, or belongs to nothing, counts as bad input.
    assert_eq!(bench.engine.notifier_health().unwrap().refused, 9);
    // Each of these words may also mean what we have.
    for accept in ["application/pidf+xml", "text/plain, application/*", "*/*"] {
        let mut bench = Bench::notifier();
        bench.watched(&ask().with(&format!("Accept: {accept}")));
    }
}

#[test]
fn one_request_on_two_ways_is_one_watcher() {
    let mut bench = Bench::notifier();
    let ask = Ask::of("bob");
    bench.watched(&ask);
    bench.receive(ask.bytes("another-way"));
    assert_eq!(bench.responses.pop_back().unwrap().status(), Some(482));
    assert_eq!(bench.engine.census().watchers, 1);
    // A second dialog of the same program is one more.
    bench.watched(&Ask { cseq: 2, ..ask });
    assert_eq!(bench.engine.census().watchers, 2);
}

#[test]
fn only_the_registrar_brings_watchers() {
    let mut bench = Bench::notifier();
    let refused = elsewhere(&mut bench, &Ask::of("bob"), Transport::Udp).unwrap();
    assert_eq!(refused.status(), Some(403));
    assert_eq!(bench.engine.census().watchers, 0);
    let asserted = Ask::of("anonymous")
        .with("P-Asserted-Identity: <tel:+12015550123>, \"Bob\" <sip:bob@example.com>");
    let (ok, _) = bench.watched(&asserted);
    let told = bench.events.iter().find_map(|event| match event {
        Event::Watcher { identity, .. } => Some(identity.clone()),
        _ => None,
    });
    let identity = told.unwrap();
    assert_eq!(
        (&*identity.address, identity.proof),
        ("sip:bob@example.com", Proof::Asserted)
    );
    // A proxy need not stay in the dialog: who knows its tags belongs to it.
    let again = asserted.again(&ok);
    let answer = elsewhere(&mut bench, &again, Transport::Udp).unwrap();
    assert_eq!(answer.status(), Some(200));
}

#[test]
fn what_began_over_tls_is_not_changed_in_clear() {
    let mut bench = Bench::new();
    bench.transport = Transport::Tls;
    super::registration::registered(&mut bench, 3600);
    bench.serve();
    let (ok, _) = bench.watched(&Ask::of("bob"));
    let end = Ask::of("bob").again(&ok).expires(Some(0));
    let answer = elsewhere(&mut bench, &end, Transport::Udp).unwrap();
    assert_eq!(answer.status(), Some(481));
    assert_eq!(bench.engine.census().watchers, 1);
}

#[test]
fn options_tell_what_is_answered_for() {
    let options = |bench: &mut Bench| {
        let text = String::from_utf8(Ask::of("bob").bytes("options").to_vec()).unwrap();
        bench.receive(text.replace("SUBSCRIBE", "OPTIONS").into());
        bench.responses.pop_back().unwrap()
    };
    let answer = options(&mut Bench::notifier());
    assert!(answer.allow().unwrap().contains("SUBSCRIBE"));
    assert_eq!(
        header(&answer, HeaderName::AllowEvents).as_deref(),
        Some("presence")
    );
    let mut bench = Bench::new();
    super::registration::registered(&mut bench, 3600);
    let answer = options(&mut bench);
    assert!(!answer.allow().unwrap().contains("SUBSCRIBE"));
    assert_eq!(header(&answer, HeaderName::AllowEvents), None);
}

#[test]
fn ten_thousand_who_ask_are_bounded_and_harm_nobody() {
    let mut bench = Bench::notifier();
    let (_, bob) = bench.allowed("bob");
    let mut granted = 0;
    for number in 0..10_000 {
        let answer = bench.ask(&Ask::of(&format!("w{number}")));
        let Some(answer) = answer else { continue };
        match answer.status() {
            Some(200) => granted += 1,
            Some(480) => assert!(answer.retry_after().unwrap().is_some()),
            other => panic!("{other:?}"),
        }
        bench.now += std::time::Duration::from_millis(1);
    }
    assert_eq!(granted, limits::WATCHERS - 1);
    let census = bench.engine.census();
    assert!(census.watchers <= limits::WATCHERS, "{census:?}");
    // Of those who are out at a time there are few, and nobody of them answers.
    assert!(census.outstanding <= limits::NEW_NOTIFIES, "{census:?}");
    // Who has answered before comes first.
    bench.advance_secs(5);
    bench.tell(bob, active("<two/>"));
    let told = |message: &Message| message.body().as_ref() == b"<two/>";
    assert!(bench.log.iter().any(|(_, message)| told(message)));
    // Own requests go all the same.
    bench.subscribe();
    let log = bench.log.iter().map(|(_, message)| message);
    let subscribed = |message: &Message| message.method().unwrap().as_str() == "SUBSCRIBE";
    assert_eq!(log.filter(|message| subscribed(message)).count(), 1);
    // Each who is silent is given up, and then there is room again.
    bench.advance_secs(700);
    assert_eq!(bench.engine.census().watchers, 0);
    assert_eq!(bench.ask(&Ask::of("carol")).unwrap().status(), Some(200));
}

#[test]
fn a_crowd_about_whom_nothing_is_decided_leaves_room() {
    let mut bench = Bench::notifier();
    let mut ends = 0;
    for number in 0..limits::PENDING_WATCHERS + 5 {
        let (_, watcher) = bench.watched(&Ask::of(&format!("w{number}")));
        bench.tell(watcher, Standing::Pending);
        bench.advance_secs(1);
        while let Some(notify) = bench.try_request() {
            let over = state(&notify) == "terminated;reason=probation;retry-after=300";
            ends += usize::from(over);
            bench.respond(&notify, 200, &[]);
        }
    }
    assert_eq!(ends, 5);
    bench.allowed("bob");
    let health = bench.engine.notifier_health().unwrap();
    assert_eq!(
        (health.pending, health.active),
        (limits::PENDING_WATCHERS, 1)
    );
}

#[test]
fn one_person_has_so_many_devices() {
    let mut bench = Bench::notifier();
    for number in 0..=limits::USAGES_OF_WATCHER {
        let ask = Ask {
            call_id: format!("call{number}"),
            ..Ask::of("bob")
        };
        let answer = bench.ask(&ask).unwrap();
        let expected = if number < limits::USAGES_OF_WATCHER {
            200
        } else {
            480
        };
        assert_eq!(answer.status(), Some(expected), "{number}");
    }
}

#[test]
fn a_thousand_broken_ones_are_no_trouble() {
    let mut bench = Bench::notifier();
    let (_, watcher) = bench.allowed("bob");
    let good = Ask::of("carol")
        .with("Accept: application/pidf+xml")
        .bytes("good");
    for at in 0..good.len() {
        let mut bytes = good.to_vec();
        bytes[at] = b"\0<;\"@:,\xff"[at % 8];
        bench.receive(bytes.into());
        if at % 100 == 0 {
            bench.advance_secs(1);
        }
    }
    assert!(bench.engine.census().watchers <= limits::WATCHERS);
    bench.advance_secs(6);
    bench.tell(watcher, active("<two/>"));
    let told = |message: &Message| message.body().as_ref() == b"<two/>";
    let log: Vec<_> = bench
        .log
        .iter()
        .filter(|(_, message)| told(message))
        .collect();
    assert_eq!(log.len(), 1);
}
