use super::super::limits::SERVER_TRANSACTIONS;
use super::*;
use crate::sip::{Limits, Transport};

const BRANCH: &str = "z9hG4bKalice1";

fn at(seconds: f64) -> Moment {
    Moment::from_start(Duration::from_secs_f64(seconds))
}

fn flow(transport: Transport) -> Flow {
    Flow {
        id: FlowId(1),
        transport,
        local: "192.0.2.1:5062".parse().unwrap(),
        remote: "192.0.2.9:5060".parse().unwrap(),
    }
}

fn message(text: &str) -> Message {
    let bytes = text.replace('\n', "\r\n").into_bytes();
    Message::parse_datagram(bytes.into(), &Limits::default()).unwrap()
}

fn response(code: u16, branch: &str, method: &str) -> Message {
    message(&format!(
        "SIP/2.0 {code} X\nVia: SIP/2.0/UDP 192.0.2.1:5062;branch={branch};rport=5062\n\
         From: <sip:alice@example.test>;tag=a\nTo: <sip:alice@example.test>;tag=b\nCall-ID: c1\nCSeq: 1 {method}\n\
         Content-Length: 0\n\n"
    ))
}

fn notify(via: &str, extra: &str) -> Message {
    message(&format!(
        "NOTIFY sip:alice@192.0.2.1:5062 SIP/2.0\nVia: {via}\nMax-Forwards: 70\nFrom: <sip:bob@example.test>;tag=b\n\
         To: <sip:alice@example.test>;tag=a\nCall-ID: c2\nCSeq: 7 NOTIFY\n{extra}Event: presence\n\
         Subscription-State: active;expires=600\nContent-Length: 0\n\n"
    ))
}

const VIA: &str = "SIP/2.0/UDP 192.0.2.9;branch=z9hG4bKbob1;rport";

/// Runs the clock from wake-up to wake-up and notes when what came out.
fn run(transactions: &mut Transactions, until: f64) -> (Vec<f64>, Vec<(f64, ClientId)>) {
    let (mut sent, mut timed_out) = (Vec::new(), Vec::new());
    while let Some(next) = transactions.next_timeout() {
        if next > at(until) {
            break;
        }
        transactions.handle_timeout(next);
        while let Some(output) = transactions.poll() {
            let when = next.since_start().as_secs_f64();
            match output {
                TransactionOutput::Transmit { .. } => sent.push(when),
                TransactionOutput::TimedOut(id) => timed_out.push((when, id)),
                TransactionOutput::Failed(..) => panic!("no flow failed"),
            }
        }
    }
    (sent, timed_out)
}

fn send(transactions: &mut Transactions, transport: Transport) -> ClientId {
    let request = Bytes::from_static(b"SUBSCRIBE ...");
    let id = transactions.send_request(
        Moment::ZERO,
        flow(transport),
        BRANCH,
        &Method::Subscribe,
        request,
    );
    assert!(matches!(
        transactions.poll(),
        Some(TransactionOutput::Transmit { .. })
    ));
    id
}

#[test]
fn tx_001_resends_on_udp_until_timer_f() {
    let mut transactions = Transactions::new();
    let id = send(&mut transactions, Transport::Udp);
    let (sent, timed_out) = run(&mut transactions, 100.0);
    assert_eq!(
        sent,
        [0.5, 1.5, 3.5, 7.5, 11.5, 15.5, 19.5, 23.5, 27.5, 31.5]
    );
    assert_eq!(timed_out, [(32.0, id)]);
    assert_eq!(
        (transactions.clients(), transactions.next_timeout()),
        (0, None)
    );
}

#[test]
fn tx_001_sends_once_on_a_stream() {
    let mut transactions = Transactions::new();
    let id = send(&mut transactions, Transport::Tcp);
    let (sent, timed_out) = run(&mut transactions, 100.0);
    assert!(sent.is_empty());
    assert_eq!(timed_out, [(32.0, id)]);
}

#[test]
fn tx_001_a_sleep_brings_no_burst() {
    let mut transactions = Transactions::new();
    send(&mut transactions, Transport::Udp);
    transactions.handle_timeout(at(20.0));
    assert!(transactions.poll().is_some());
    assert!(transactions.poll().is_none());
    assert_eq!(transactions.next_timeout(), Some(at(21.0)));
}

#[test]
fn tx_002_a_provisional_response_slows_resending_only() {
    let mut transactions = Transactions::new();
    let id = send(&mut transactions, Transport::Udp);
    let trying = response(100, BRANCH, "SUBSCRIBE");
    let received = transactions.receive(at(0.2), flow(Transport::Udp), &trying);
    assert_eq!(
        received,
        Received::Response {
            client: id,
            provisional: true
        }
    );
    let (sent, timed_out) = run(&mut transactions, 100.0);
    assert_eq!(sent, [0.5, 4.5, 8.5, 12.5, 16.5, 20.5, 24.5, 28.5]);
    assert_eq!(timed_out, [(32.0, id)]);
}

#[test]
fn tx_003_a_final_response_is_reported_once() {
    let mut transactions = Transactions::new();
    let id = send(&mut transactions, Transport::Udp);
    let ok = response(200, BRANCH, "SUBSCRIBE");
    let udp = flow(Transport::Udp);
    let first = transactions.receive(at(1.0), udp, &ok);
    assert_eq!(
        first,
        Received::Response {
            client: id,
            provisional: false
        }
    );
    for seconds in [2.0, 4.0] {
        assert_eq!(
            transactions.receive(at(seconds), udp, &ok),
            Received::Absorbed
        );
    }
    assert_eq!(transactions.next_timeout(), Some(at(6.0)));
    run(&mut transactions, 10.0);
    assert_eq!(transactions.clients(), 0);
    assert_eq!(transactions.receive(at(7.0), udp, &ok), Received::Stray);

    send(&mut transactions, Transport::Tls);
    transactions.receive(at(1.0), flow(Transport::Tls), &ok);
    assert_eq!(
        (transactions.clients(), transactions.next_timeout()),
        (0, None)
    );
}

#[test]
fn tx_004_branch_and_method_must_match() {
    let mut transactions = Transactions::new();
    let id = send(&mut transactions, Transport::Udp);
    let udp = flow(Transport::Udp);
    for stray in [
        response(200, BRANCH, "NOTIFY"),
        response(200, "z9hG4bKother", "SUBSCRIBE"),
    ] {
        assert_eq!(transactions.receive(at(1.0), udp, &stray), Received::Stray);
    }
    assert_eq!(run(&mut transactions, 40.0).1, [(32.0, id)]);
    let late = response(200, BRANCH, "SUBSCRIBE");
    assert_eq!(transactions.receive(at(40.0), udp, &late), Received::Stray);
}

#[test]
fn tx_005_a_response_for_somebody_else_is_stray() {
    let mut transactions = Transactions::new();
    send(&mut transactions, Transport::Udp);
    let head = "From: <sip:a@example.test>;tag=a\nTo: <sip:a@example.test>\nCall-ID: c\nCSeq: 1 SUBSCRIBE\n\n";
    for vias in [
        format!("Via: SIP/2.0/UDP 192.0.2.77:5062;branch={BRANCH}\n"),
        format!("Via: SIP/2.0/UDP 192.0.2.1:5999;branch={BRANCH}\n"),
        format!("Via: SIP/2.0/UDP 192.0.2.1:5062;branch={BRANCH}\nVia: SIP/2.0/UDP 192.0.2.5\n"),
    ] {
        let stray = message(&format!("SIP/2.0 200 OK\n{vias}{head}"));
        let received = transactions.receive(at(1.0), flow(Transport::Udp), &stray);
        assert_eq!(received, Received::Stray, "{vias}");
    }
    assert_eq!(transactions.clients(), 1);
}

#[test]
fn tx_006_branch_sent_by_and_method_tell_requests_apart() {
    let mut transactions = Transactions::new();
    let udp = flow(Transport::Udp);
    let mut is_new = |request: &Message| {
        matches!(
            transactions.receive(at(0.0), udp, request),
            Received::Request(_)
        )
    };
    assert!(is_new(&notify(VIA, "")));
    assert!(!is_new(&notify(VIA, "")));
    assert!(!is_new(&notify(&VIA.replace("rport", "x=1"), "")));
    assert!(is_new(&notify(&VIA.replace("192.0.2.9", "192.0.2.8"), "")));
    assert!(is_new(&notify(&VIA.replace("bob1", "bob2"), "")));

    let old = "SIP/2.0/UDP 192.0.2.9;branch=1";
    assert!(is_new(&notify(old, "")));
    assert!(!is_new(&notify(old, "")));
    assert!(is_new(&notify("SIP/2.0/UDP 192.0.2.9;branch=2", "")));
    let text = notify(old, "");
    let text = std::str::from_utf8(text.bytes()).unwrap();
    for (here, there) in [
        ("CSeq: 7", "CSeq: 8"),
        ("tag=b", "tag=other"),
        ("tag=a", "tag=other"),
        ("Call-ID: c2", "Call-ID: other"),
        ("sip:alice@192.0.2.1:5062", "sip:alice@192.0.2.1:5064"),
    ] {
        let other = text.replace(here, there).replace('\r', "");
        assert!(is_new(&message(&other)), "{there}");
        assert!(!is_new(&message(&other)), "{there}");
    }
}

#[test]
fn tx_007_a_repeated_request_gets_the_stored_response() {
    let mut transactions = Transactions::new();
    let udp = flow(Transport::Udp);
    let request = notify(VIA, "");
    let Received::Request(server) = transactions.receive(at(0.0), udp, &request) else {
        panic!("a new request")
    };
    let answer = Bytes::from_static(b"SIP/2.0 200 OK\r\n\r\n");
    transactions.respond(at(0.1), server, answer.clone());
    for seconds in [0.1, 10.0, 32.0] {
        if seconds > 1.0 {
            let received = transactions.receive(at(seconds), udp, &request);
            assert_eq!(received, Received::Absorbed);
        }
        let Some(TransactionOutput::Transmit { bytes, .. }) = transactions.poll() else {
            panic!("a response at {seconds}")
        };
        assert_eq!(bytes, answer);
    }
    // A second answer to the same request goes nowhere.
    transactions.respond(
        at(11.0),
        server,
        Bytes::from_static(b"SIP/2.0 500 X\r\n\r\n"),
    );
    assert!(transactions.poll().is_none());
    run(&mut transactions, 32.2);
    assert_eq!(
        (transactions.servers(), transactions.next_timeout()),
        (0, None)
    );

    let tcp = flow(Transport::Tcp);
    let Received::Request(server) = transactions.receive(at(40.0), tcp, &request) else {
        panic!("a new request")
    };
    transactions.respond(at(40.0), server, answer);
    assert_eq!(
        (transactions.servers(), transactions.next_timeout()),
        (0, None)
    );
}

#[test]
fn tx_008_a_slow_answer_is_preceded_by_100_on_udp_only() {
    let mut transactions = Transactions::new();
    let udp = flow(Transport::Udp);
    let request = notify(VIA, "");
    let Received::Request(server) = transactions.receive(at(0.0), udp, &request) else {
        panic!("a new request")
    };
    assert_eq!(
        transactions.receive(at(1.0), udp, &request),
        Received::Absorbed
    );
    assert!(transactions.poll().is_none());
    assert_eq!(run(&mut transactions, 5.0).0, [3.5]);
    assert_eq!(
        transactions.receive(at(5.5), udp, &request),
        Received::Absorbed
    );
    let Some(TransactionOutput::Transmit { bytes, flow: to }) = transactions.poll() else {
        panic!("the 100 again")
    };
    assert_eq!(to, udp);
    let trying = Message::parse_datagram(bytes, &Limits::default()).unwrap();
    assert_eq!(trying.status(), Some(100));
    assert_eq!(trying.call_id(), Ok("c2"));
    transactions.respond(
        at(6.0),
        server,
        Bytes::from_static(b"SIP/2.0 200 OK\r\n\r\n"),
    );
    assert!(transactions.poll().is_some());

    // Unanswered for ever: no 408, and it is forgotten.
    let mut transactions = Transactions::new();
    transactions.receive(at(0.0), udp, &request);
    transactions.receive(
        at(0.0),
        flow(Transport::Tcp),
        &notify(&VIA.replace("bob1", "bob3"), ""),
    );
    assert_eq!(run(&mut transactions, 100.0).0, [3.5]);
    assert_eq!(transactions.servers(), 0);
}

#[test]
fn tx_010_max_forwards_zero_is_served() {
    let mut transactions = Transactions::new();
    let text = notify(VIA, "");
    let text = std::str::from_utf8(text.bytes()).unwrap().replace('\r', "");
    let request = message(&text.replace("Max-Forwards: 70", "Max-Forwards: 0"));
    let received = transactions.receive(at(0.0), flow(Transport::Udp), &request);
    assert!(matches!(received, Received::Request(_)));
}

#[test]
fn tx_021_the_response_goes_to_rport_or_sent_by() {
    let mut transactions = Transactions::new();
    let mut from = flow(Transport::Udp);
    from.remote = "192.0.2.9:40000".parse().unwrap();
    for (via, to) in [
        (
            "SIP/2.0/UDP 192.0.2.9:5060;branch=z9hG4bK1;rport",
            "192.0.2.9:40000",
        ),
        (
            "SIP/2.0/UDP bob.example.test:5070;branch=z9hG4bK2",
            "192.0.2.9:5070",
        ),
        (
            "SIP/2.0/UDP 198.51.100.4;branch=z9hG4bK3;maddr=203.0.113.1",
            "192.0.2.9:5060",
        ),
    ] {
        let Received::Request(server) = transactions.receive(at(0.0), from, &notify(via, ""))
        else {
            panic!("a new request")
        };
        transactions.respond(at(0.0), server, Bytes::from_static(b"x"));
        let Some(TransactionOutput::Transmit { flow, .. }) = transactions.poll() else {
            panic!("a response")
        };
        assert_eq!(flow.remote.to_string(), to);
    }
}

#[test]
fn tx_025_requests_on_a_dead_flow_fail_at_once() {
    let mut transactions = Transactions::new();
    let lost = send(&mut transactions, Transport::Tcp);
    let mut other = flow(Transport::Tcp);
    other.id = FlowId(2);
    transactions.send_request(at(0.0), other, "z9hG4bKx", &Method::Publish, Bytes::new());
    transactions.poll();
    let error = FlowError::Closed {
        address: "192.0.2.9:5060".to_owned(),
        detail: "reset".to_owned(),
    };
    transactions.flow_closed(FlowId(1), &error);
    let Some(TransactionOutput::Failed(id, why)) = transactions.poll() else {
        panic!("a failure")
    };
    assert_eq!((id, why), (lost, error));
    assert!(transactions.poll().is_none());
    assert_eq!(transactions.clients(), 1);
}

#[test]
fn an_abandoned_request_ends_silently() {
    let mut transactions = Transactions::new();
    let id = send(&mut transactions, Transport::Udp);
    transactions.abandon(id);
    assert_eq!(transactions.next_timeout(), None);
    let late = response(200, BRANCH, "SUBSCRIBE");
    let received = transactions.receive(at(1.0), flow(Transport::Udp), &late);
    assert_eq!(received, Received::Stray);
    // The slot is used again, the id is not.
    let next = transactions.send_request(
        at(2.0),
        flow(Transport::Udp),
        "z9hG4bKx",
        &Method::Options,
        Bytes::new(),
    );
    transactions.abandon(id);
    assert_ne!(id, next);
    assert_eq!(transactions.clients(), 1);
}

#[test]
fn an_ack_starts_nothing() {
    let mut transactions = Transactions::new();
    let text = notify(VIA, "");
    let text = std::str::from_utf8(text.bytes()).unwrap().replace('\r', "");
    let ack = message(&text.replace("NOTIFY", "ACK"));
    let received = transactions.receive(at(0.0), flow(Transport::Udp), &ack);
    assert_eq!((received, transactions.servers()), (Received::Absorbed, 0));
}

#[test]
fn rb_005_a_flood_drops_the_oldest() {
    let mut transactions = Transactions::new();
    let udp = flow(Transport::Udp);
    for number in 0..SERVER_TRANSACTIONS + 10 {
        let request = notify(&VIA.replace("bob1", &format!("n{number}")), "");
        let now = Moment::from_start(Duration::from_micros(number as u64));
        let Received::Request(server) = transactions.receive(now, udp, &request) else {
            panic!("a new request")
        };
        transactions.respond(now, server, Bytes::from_static(b"x"));
        transactions.poll();
    }
    assert_eq!(transactions.servers(), SERVER_TRANSACTIONS);
    assert_eq!(transactions.dropped(), 10);
    let last = notify(&VIA.replace("bob1", "n16000"), "");
    assert_eq!(
        transactions.receive(at(1.0), udp, &last),
        Received::Absorbed
    );
    let first = notify(&VIA.replace("bob1", "n3"), "");
    assert!(matches!(
        transactions.receive(at(1.0), udp, &first),
        Received::Request(_)
    ));
}

#[test]
fn tx_026_on_a_stream_the_response_takes_the_same_connection() {
    let mut transactions = Transactions::new();
    let mut from = flow(Transport::Tls);
    from.remote = "192.0.2.9:40000".parse().unwrap();
    for via in [
        "SIP/2.0/TLS bob.example.test:5070;branch=z9hG4bK1;alias",
        "SIP/2.0/TLS 198.51.100.4;branch=z9hG4bK2;maddr=203.0.113.1",
    ] {
        let Received::Request(server) = transactions.receive(at(0.0), from, &notify(via, ""))
        else {
            panic!("a new request")
        };
        transactions.respond(at(0.0), server, Bytes::from_static(b"x"));
        let Some(TransactionOutput::Transmit { flow, .. }) = transactions.poll() else {
            panic!("a response")
        };
        assert_eq!(flow, from);
    }
}
