//! What reading a message costs in allocations: one for the table of headers, whatever their number, and none for a
//! header that nobody reads.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use allocation_counter::measure;
use bytes::Bytes;
use siskin::sip::{Limits, Message};

fn parse(bytes: &Bytes) -> Message {
    Message::parse_datagram(bytes.clone(), &Limits::default()).unwrap()
}

fn with_headers(count: usize) -> Bytes {
    let extra = "X-Note: \"quoted\" <sip:carol@example.com>;a=b, c\r\n".repeat(count);
    Bytes::from(format!(
        "OPTIONS sip:alice@example.com SIP/2.0\r\n{extra}\r\n"
    ))
}

#[test]
fn an_unread_header_costs_no_allocation() {
    for count in [0, 1, 10, 24] {
        let bytes = with_headers(count);
        // The first clone of `Bytes` that own a vector makes their counter.
        let _shared = bytes.clone();
        let cost = measure(|| drop(parse(&bytes)));
        assert!(
            cost.count_total <= 1,
            "{count} headers: {} allocations",
            cost.count_total
        );
    }
    // More than fit on the stack go through a vector first.
    let bytes = with_headers(200);
    let _shared = bytes.clone();
    assert!(measure(|| drop(parse(&bytes))).count_total <= 8);
}

#[test]
fn typed_reading_of_a_notify_allocates_nothing() {
    let message = parse(&Bytes::from_static(include_bytes!("wire/notify-882.msg")));
    let cost = measure(|| {
        message.from().unwrap();
        message.to().unwrap();
        message.call_id().unwrap();
        message.cseq().unwrap();
        assert_eq!(message.vias().map(Result::unwrap).count(), 2);
        assert_eq!(message.contacts().map(Result::unwrap).count(), 1);
        message.event().unwrap();
        message.subscription_state().unwrap();
        message.content_type().unwrap();
        message.content_length().unwrap();
    });
    assert_eq!(cost.count_total, 0);
    assert_eq!(measure(|| drop(message.clone())).count_total, 0);
    assert_eq!(measure(|| drop(message.body())).count_total, 0);
}

#[test]
fn tx_007_an_answered_notify_is_remembered_in_few_bytes() {
    use siskin::engine::transaction::{Received, Transactions};
    use siskin::engine::{Flow, FlowId, Moment};
    use siskin::sip::{ResponseBuilder, Transport};

    const NUMBER: usize = 10_000;
    let flow = Flow {
        id: FlowId(1),
        transport: Transport::Udp,
        local: "192.0.2.1:5062".parse().unwrap(),
        remote: "192.0.2.9:5060".parse().unwrap(),
    };
    let notify = String::from_utf8_lossy(include_bytes!("wire/notify-882.msg")).into_owned();
    let mut transactions = Transactions::new();
    let mut response = 0;
    let cost = measure(|| {
        for number in 0..NUMBER {
            // Another branch for each.
            let bytes = notify.replacen("z9hG4bK", &format!("z9hG4bK{number}-"), 1);
            let request = parse(&Bytes::from(bytes));
            let Received::Request(server) = transactions.receive(Moment::ZERO, flow, &request)
            else {
                panic!("a new request")
            };
            let answer = ResponseBuilder::new(&request, 200, "").build().unwrap();
            response = answer.len();
            transactions.respond(Moment::ZERO, server, answer);
            transactions.poll().unwrap();
        }
    });
    let each = usize::try_from(cost.bytes_current).unwrap() / NUMBER;
    println!("{each} bytes, of which {response} of the response");
    assert!(
        each <= 700,
        "{each} bytes, of which {response} of the response"
    );
}
