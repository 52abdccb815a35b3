//! Strangers, floods and garbage (H).

use bytes::Bytes;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use super::bench::{Bench, Notify, config, response};
use crate::engine::{Event, Flow, FlowId, Input, SubscriptionState};
use crate::sip::{HeaderName, Transport};

fn request(method: &str, extra: &str) -> Bytes {
    let pad = "x".repeat(300);
    Bytes::from(format!(
        "{method} sip:alice@192.0.2.1:5062 SIP/2.0\r\nVia: SIP/2.0/UDP 198.51.100.7:5060;branch=z9hG4bK{method}{}\r\n\
         From: <sip:dave@example.org>;tag=e\r\nTo: <sip:alice@192.0.2.1>\r\nCall-ID: {method}\r\n\
         CSeq: 1 {method}\r\nMax-Forwards: 0\r\nX-Pad: {pad}\r\n{extra}Content-Length: 0\r\n\r\n",
        extra.len()
    ))
}

fn stranger() -> Flow {
    Flow {
        id: FlowId(77),
        transport: Transport::Udp,
        local: "192.0.2.1:5062".parse().unwrap(),
        remote: "198.51.100.7:5060".parse().unwrap(),
    }
}

fn ask(bench: &mut Bench, bytes: Bytes) -> Option<crate::sip::Message> {
    bench.input(Input::Received {
        flow: stranger(),
        bytes,
    });
    bench.responses.pop_back()
}

/// Takes out what was counted and told of since the last look.
fn faults(bench: &mut Bench) -> Vec<String> {
    let mut faults = Vec::new();
    bench.events.retain(|event| match event {
        Event::BadInput { fault: what, .. } | Event::Stray { what, .. } => {
            faults.push(what.clone());
            false
        }
        _ => true,
    });
    faults
}

#[test]
fn rb_002_and_rb_005_methods() {
    let mut bench = Bench::new();
    for (method, code) in [
        ("SUBSCRIBE", 405),
        ("MESSAGE", 405),
        ("REFER", 405),
        ("BYE", 405),
        ("FOO", 501),
        ("OPTIONS", 200),
        ("INVITE", 405),
        ("CANCEL", 481),
    ] {
        let answer = ask(&mut bench, request(method, "")).unwrap();
        assert_eq!(answer.status(), Some(code), "{method}");
        assert!(answer.to().unwrap().tag().is_some());
        if matches!(code, 405 | 501 | 200) {
            assert!(answer.allow().unwrap().contains("NOTIFY"), "{method}");
        }
    }
    assert!(ask(&mut bench, request("ACK", "")).is_none());
    assert!(bench.try_request().is_none());
    // Each but OPTIONS, and ACK, which says nothing, was counted.
    let told = faults(&mut bench);
    assert_eq!(told.len(), 7, "{told:?}");
    assert!(!told.iter().any(|fault| fault.contains("FOO")));
}

#[test]
fn rb_002_options_are_told_what_is_understood() {
    let mut config = config();
    config.media_types = vec!["application/pidf+xml".into(), "multipart/related".into()];
    config.codings = "gzip, identity".into();
    config.instance = "urn:uuid:00000000-0000-4000-8000-000000000001".into();
    let mut bench = Bench::with(config);
    let answer = ask(&mut bench, request("OPTIONS", "")).unwrap();
    assert_eq!(answer.status(), Some(200));
    for (name, value) in [
        (HeaderName::Allow, Some("NOTIFY, OPTIONS, CANCEL, ACK")),
        (
            HeaderName::Accept,
            Some("application/pidf+xml, multipart/related"),
        ),
        (HeaderName::AcceptEncoding, Some("gzip, identity")),
        (HeaderName::AcceptLanguage, Some("*")),
        (HeaderName::Supported, Some("eventlist, path, outbound")),
        // Nobody is answered for (RFC 6665 §4.4.4).
        (HeaderName::AllowEvents, None),
    ] {
        let there = answer.header_text(name).unwrap();
        assert_eq!(there.as_deref(), value, "{name}");
    }
}

#[test]
fn rb_002_options_with_an_unknown_requirement() {
    let mut bench = Bench::new();
    let answer = ask(&mut bench, request("OPTIONS", "Require: foo\r\n")).unwrap();
    assert_eq!(answer.status(), Some(420));
    assert!(answer.unsupported().unwrap().contains("foo"));
}

#[test]
fn rb_003_malformed_requests() {
    let mut bench = Bench::new();
    for (change, with, code) in [
        ("CSeq: 1 OPTIONS", "CSeq: 4294967296 OPTIONS", 400),
        ("CSeq: 1 OPTIONS", "CSeq: 1 NOTIFY", 400),
        ("SIP/2.0\r\nVia", "SIP/7.0\r\nVia", 505),
        (
            "tag=e\r\n",
            "tag=e\r\nFrom: <sip:x@example.org>;tag=f\r\n",
            400,
        ),
        (
            "<sip:dave@example.org>",
            "\"dave <sip:dave@example.org>",
            400,
        ),
        ("Content-Length: 0", "Content-Length: 9999", 400),
    ] {
        let text = String::from_utf8(request("OPTIONS", "").to_vec())
            .unwrap()
            .replacen(change, with, 1);
        let answer = ask(&mut bench, text.into()).unwrap();
        assert_eq!(answer.status(), Some(code), "{with}");
    }
    let bad = bench
        .events
        .iter()
        .filter(|event| matches!(event, Event::BadInput { .. }))
        .count();
    assert_eq!(bad, 6);
}

#[test]
fn rb_005_a_flood_of_forged_notifies() {
    let mut bench = Bench::new();
    let (id, subscribe) = bench.active();
    let mut answers = 0;
    for number in 0..10_000_u64 {
        let mut forged = Notify::to(&subscribe).header(&format!("X-Pad: {}", "x".repeat(200)));
        forged.to_tag = format!("guess{number}");
        let bytes = forged.bytes(1_000_000 + number);
        answers += usize::from(ask(&mut bench, bytes).is_some());
    }
    assert!(answers <= 101, "{answers}");
    bench
        .notify(Notify::to(&subscribe).cseq(2))
        .assert_status(200);
    assert_eq!(bench.state(id), SubscriptionState::Active);
    bench.advance_secs(2);
    assert!(ask(&mut bench, request("OPTIONS", "")).is_some());
}

#[test]
fn rb_005_a_flood_of_bad_requests_is_hardly_answered() {
    let mut bench = Bench::new();
    let (id, subscribe) = bench.active();
    let spoil: [fn(String) -> String; 4] = [
        |text| text.replacen("Subscription-State", "X-State", 1),
        |text| text.replacen("X-Pad", "Require: foo\r\nX-Pad", 1),
        |text| text.replacen("X-Pad", "Content-Encoding: gzip\r\nX-Pad", 1),
        |text| text.replacen(" NOTIFY\r\n", " OPTIONS\r\n", 1),
    ];
    for known in [false, true] {
        let mut answers = 0;
        for number in 0..4_000_u64 {
            let mut forged = Notify::to(&subscribe).header(&format!("X-Pad: {}", "x".repeat(200)));
            forged.to_tag = format!("guess{number}");
            let bytes = forged.bytes(2_000_000 + number + u64::from(known) * 100_000);
            let text = String::from_utf8(bytes.to_vec()).unwrap();
            let bytes = spoil[usize::try_from(number).unwrap() % 4](text).into();
            let flow = if known {
                bench.flow.unwrap()
            } else {
                stranger()
            };
            bench.input(Input::Received { flow, bytes });
            answers += usize::from(bench.responses.pop_back().is_some());
        }
        assert!((1..=101).contains(&answers), "{answers}");
        // Who gets no answer gets no 100 either.
        bench.advance_secs(1);
        assert!(bench.responses.is_empty(), "{:?}", bench.responses);
    }
    bench
        .notify(Notify::to(&subscribe).cseq(2))
        .assert_status(200);
    assert_eq!(bench.state(id), SubscriptionState::Active);
}

#[test]
fn rb_005_an_answer_is_not_given_again_for_ever() {
    let mut bench = Bench::new();
    let options = request("OPTIONS", "");
    let mut answers = 0;
    for _ in 0..1000 {
        answers += usize::from(ask(&mut bench, options.clone()).is_some());
    }
    assert_eq!(answers, 12, "one, and as many repeats as Timer E allows");
}

#[test]
fn rb_005_no_answer_is_larger_than_the_question() {
    let mut bench = Bench::new();
    let small = "INVITE sip:a SIP/2.0\r\nv:SIP/2.0/UDP h;branch=z9hG4bK1\r\nf:<sip:e>;tag=1\r\nt:<sip:a>\r\ni:1\r\nCSeq:1 INVITE\r\n\r\n";
    assert!(ask(&mut bench, small.into()).is_none());
}

#[test]
fn rb_005_a_short_question_gets_a_short_answer() {
    let mut bench = Bench::new();
    let short = "OPTIONS sip:alice@192.0.2.1:5062 SIP/2.0\r\nVia: SIP/2.0/UDP 198.51.100.7:5060;branch=z9hG4bK1;rport\r\n\
         Max-Forwards: 70\r\nFrom: <sip:dave@example.org>;tag=1\r\nTo: <sip:alice@192.0.2.1>\r\nCall-ID: 1\r\n\
         CSeq: 1 OPTIONS\r\nContact: <sip:198.51.100.7:5060>\r\nContent-Length: 0\r\n\r\n";
    let answer = ask(&mut bench, short.into()).unwrap();
    assert_eq!(answer.status(), Some(200));
    let optional = answer.header_text(HeaderName::Supported).unwrap();
    assert_eq!(optional, None);
    assert!(answer.bytes().len() <= short.len());
}

#[test]
fn tx_004_and_tx_005_responses_that_are_not_ours() {
    let mut bench = Bench::new();
    let id = bench.subscribe();
    let subscribe = bench.request();
    let good = String::from_utf8(response(&subscribe, 403, &[]).to_vec()).unwrap();
    let branch = subscribe.top_via().unwrap().branch.unwrap().to_owned();
    for bad in [
        good.replace(&branch, "z9hG4bKother"),
        good.replace("SUBSCRIBE", "NOTIFY"),
        good.replacen("Via: ", "Via: SIP/2.0/UDP 192.0.2.66;branch=z9hG4bKx, ", 1),
        good.replacen("403", "703", 1),
    ] {
        bench.receive(bad.into());
        assert_eq!(bench.state(id), SubscriptionState::NotifyWait);
        assert_eq!(faults(&mut bench).len(), 1);
    }
    bench.receive(good.into());
    assert_eq!(bench.state(id), SubscriptionState::Terminated);
}

#[test]
fn tx_004_a_late_response_changes_nothing() {
    let mut bench = Bench::new();
    let id = bench.subscribe();
    let subscribe = bench.request();
    bench.advance_secs(40);
    let before = bench.subscription(id);
    faults(&mut bench);
    bench.respond(&subscribe, 403, &[]);
    assert_eq!(bench.subscription(id), before);
    assert_eq!(faults(&mut bench).len(), 1);
}

#[test]
fn tx_004_an_answer_from_another_address_changes_nothing() {
    for transport in [Transport::Udp, Transport::Tls] {
        let mut bench = Bench::new();
        bench.transport = transport;
        let id = bench.subscribe();
        let subscribe = bench.request();
        let asked = bench.flow.unwrap();
        let elsewhere = Flow {
            id: FlowId(77),
            remote: "192.0.2.66:5060".parse().unwrap(),
            ..asked
        };
        // The same host in clear is not who was asked under TLS.
        let in_clear = Flow {
            id: FlowId(78),
            transport: Transport::Udp,
            ..asked
        };
        let answer = response(&subscribe, 403, &[]);
        let mut flows = vec![elsewhere];
        flows.extend((transport == Transport::Tls).then_some(in_clear));
        for flow in flows {
            bench.input(Input::Received {
                flow,
                bytes: answer.clone(),
            });
            assert_eq!(bench.state(id), SubscriptionState::NotifyWait);
            assert_eq!(
                faults(&mut bench),
                ["a response to nothing that this address was asked"]
            );
        }
        // From another port it is the server all the same.
        let port = Flow {
            remote: "192.0.2.9:40000".parse().unwrap(),
            ..asked
        };
        bench.input(Input::Received {
            flow: port,
            bytes: answer,
        });
        assert_eq!(bench.state(id), SubscriptionState::Terminated);
        assert!(faults(&mut bench).is_empty());
    }
}

#[test]
fn rb_005_a_header_of_a_megabyte_changes_nothing() {
    let mut bench = Bench::new();
    let (id, subscribe) = bench.active();
    let before = (bench.subscription(id), bench.notified());
    let large = "x".repeat(1_000_000);
    let notify = Notify::to(&subscribe).cseq(2);
    let answer = String::from_utf8(response(&subscribe, 481, &[]).to_vec()).unwrap();
    let answer = answer.replacen("\r\n", &format!("\r\nX-Large: {large}\r\n"), 1);
    let known = bench.flow.unwrap();
    for transport in [Transport::Udp, Transport::Tcp] {
        for bytes in [
            notify
                .clone()
                .header(&format!("X-Large: {large}"))
                .bytes(900),
            notify
                .clone()
                .header(&"X: y\r\n".repeat(200_000))
                .bytes(901),
            Bytes::from(answer.clone()),
        ] {
            faults(&mut bench);
            bench.input(Input::Received {
                flow: Flow { transport, ..known },
                bytes,
            });
            assert_eq!((bench.subscription(id), bench.notified()), before);
            let told = faults(&mut bench);
            assert_eq!(told.len(), 1, "{told:?}");
            assert!(told[0].len() < 300, "{}", told[0].len());
        }
    }
    bench.notify(notify).assert_status(200);
}

#[test]
fn rb_002_garbage_changes_nothing_and_never_panics() {
    let mut random = ChaCha8Rng::seed_from_u64(42);
    let mut bench = Bench::new();
    let (id, subscribe) = bench.active();
    let before = (bench.subscription(id), bench.notified());
    let mut counted = 0;
    let samples = [
        Notify::to(&subscribe).cseq(2).bytes(1),
        response(&subscribe, 200, &["Expires: 600"]),
        request("OPTIONS", ""),
        request("INVITE", "Require: foo\r\n"),
    ];
    for round in 0..6000_u32 {
        let sample = &samples[round as usize % samples.len()];
        let mut bytes = sample.to_vec();
        if round % 7 == 0 {
            bytes = (0..random.next_u32() % 600)
                .map(|_| random.next_u32().to_le_bytes()[0])
                .collect();
        } else {
            // The Call-ID is spoiled, so that no mutation is a valid NOTIFY of the subscription.
            let at = sample
                .windows(8)
                .position(|window| window == b"Call-ID:")
                .unwrap();
            bytes[at + 10] = b'!';
            bytes[at + 11] = b'!';
            for _ in 0..=random.next_u32() % 4 {
                if bytes.len() < 2 {
                    break;
                }
                let at = random.next_u32() as usize % bytes.len();
                match random.next_u32() % 4 {
                    0 => bytes[at] = random.next_u32().to_le_bytes()[0],
                    1 => {
                        bytes.remove(at);
                    }
                    2 => bytes.truncate(at.max(1)),
                    _ => bytes.insert(at, b",;:\r\n<>\"@ "[random.next_u32() as usize % 10]),
                }
            }
        }
        let transport = if round % 3 == 0 {
            Transport::Tcp
        } else {
            Transport::Udp
        };
        let flow = Flow {
            transport,
            ..stranger()
        };
        bench.input(Input::Received {
            flow,
            bytes: bytes.into(),
        });
        counted += faults(&mut bench).len();
    }
    assert!(counted > 3000, "{counted}");
    assert_eq!((bench.subscription(id), bench.notified()), before);
    assert!(bench.try_request().is_none());
    bench
        .notify(Notify::to(&subscribe).cseq(2))
        .assert_status(200);
}

#[test]
fn ev_066_unsolicited_message_summary_from_the_own_server_is_taken() {
    let mut bench = Bench::with(config());
    super::registration::registered(&mut bench, 600);
    bench.subscribe();
    let subscribe = bench.request();
    let mut notify = Notify::to(&subscribe)
        .event("message-summary")
        .state("terminated")
        .body(
            "application/simple-message-summary",
            "Messages-Waiting: yes\r\n",
        );
    notify.to_tag = "none".into();
    bench.notify(notify.clone()).assert_status(200);
    let taken = |event: &Event| matches!(event, Event::Unsolicited { package, .. } if package == "message-summary");
    assert_eq!(bench.events.iter().filter(|event| taken(event)).count(), 1);
    // From elsewhere it is refused.
    let answer = ask(
        &mut bench,
        notify
            .header(&format!("X-Pad: {}", "x".repeat(200)))
            .bytes(31),
    )
    .unwrap();
    assert_ne!(answer.status(), Some(200));
    assert_eq!(answer.headers(HeaderName::Allow).count(), 0);
}
