//! What strangers can make us do, keep or forget (RB-005).

use std::time::Duration;

use bytes::Bytes;

use super::bench::{Bench, closed};
use super::registration::registered;
use crate::engine::{Flow, FlowId, Input};
use crate::sip::Transport;

fn flow(id: u64, transport: Transport) -> Flow {
    Flow {
        id: FlowId(id),
        transport,
        local: "192.0.2.1:5062".parse().unwrap(),
        remote: "198.51.100.7:5060".parse().unwrap(),
    }
}

fn notify(number: u32, extra: &str) -> Bytes {
    Bytes::from(format!(
        "NOTIFY sip:alice@192.0.2.1:5062 SIP/2.0\r\nVia: SIP/2.0/UDP 198.51.100.7:5060;branch=z9hG4bKf{number}\r\n\
         From: <sip:dave@example.org>;tag=e{number}\r\nTo: <sip:alice@192.0.2.1>;tag=x\r\nCall-ID: {number}\r\n\
         CSeq: 1 NOTIFY\r\nMax-Forwards: 70\r\nX-Pad: {}\r\n{extra}Content-Length: 0\r\n\r\n",
        "x".repeat(300)
    ))
}

/// The answers to two thousand forged NOTIFYs a second for eight seconds.
fn answers_to_a_flood(extra: &str) -> usize {
    let mut bench = Bench::new();
    let mut answers = 0;
    for number in 0..16_000 {
        bench.advance(Duration::from_micros(500));
        bench.input(Input::Received {
            flow: flow(77, Transport::Udp),
            bytes: notify(number, extra),
        });
        answers += bench.responses.drain(..).count();
    }
    bench.advance_secs(40);
    answers + bench.responses.len()
}

#[test]
fn rb_005_what_is_not_answered_gets_no_provisional_answer_either() {
    let answers = answers_to_a_flood("Event: presence\r\nSubscription-State: active\r\n");
    assert!(answers <= 900, "{answers}");
}

#[test]
fn rb_005_refusals_of_bad_requests_are_rationed_too() {
    for extra in [
        "Event: presence\r\n",
        "Event: presence\r\nSubscription-State: active\r\nRequire: foo\r\n",
        "Event: presence\r\nSubscription-State: active\r\nContent-Encoding: gzip\r\n",
        "Event: presence\r\nSubscription-State: active\r\nRequire: <\r\n",
    ] {
        let answers = answers_to_a_flood(extra);
        assert!(answers <= 900, "{extra}: {answers}");
    }
}

#[test]
fn rb_005_what_is_not_answered_is_not_kept() {
    let mut bench = Bench::new();
    for number in 0..1000 {
        bench.input(Input::Received {
            flow: flow(77, Transport::Udp),
            bytes: notify(number, "Event: presence\r\nSubscription-State: active\r\n"),
        });
    }
    assert!(
        bench.engine.transactions.servers() <= 101,
        "{}",
        bench.engine.transactions.servers()
    );
}

#[test]
fn rb_005_connections_of_strangers_do_not_slow_down_our_own() {
    let mut bench = Bench::new();
    bench.transport = Transport::Tcp;
    registered(&mut bench, 3600);
    let publication = bench.published(3600);
    let expires_at = bench.engine.publication(publication).unwrap().expires_at;
    bench.active();
    for number in 0..20 {
        bench.input(Input::FlowClosed {
            flow: FlowId(1000 + number),
            error: closed(),
        });
    }
    // Nobody publishes anew because a stranger hung up.
    bench.assert_silent(20);
    assert_eq!(
        bench.engine.publication(publication).unwrap().expires_at,
        expires_at
    );
    let lost = bench.now;
    bench.close_flow();
    let register = bench.request_within(300);
    assert_eq!(register.method().unwrap().as_str(), "REGISTER");
    assert!(bench.now.saturating_since(lost) < Duration::from_secs(2));
}
