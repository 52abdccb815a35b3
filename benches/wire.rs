//! How fast messages are read, on an 882-byte NOTIFY. The goal is a million a second on one thread, parsed and with
//! From, To, Call-ID, `CSeq`, every Via, Contact, Event, Subscription-State, Content-Type and Content-Length read.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "a bench has no callers, and stops at a fault"
)]

use std::hint::black_box;

use bytes::Bytes;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use siskin::sip::framing::StreamFramer;
use siskin::sip::{Limits, Message, ResponseBuilder, Uri};

fn typed(message: &Message) {
    black_box(message.from().unwrap().tag());
    black_box(message.to().unwrap().tag());
    black_box(message.call_id().unwrap());
    black_box(message.cseq().unwrap());
    for via in message.vias() {
        black_box(via.unwrap());
    }
    for contact in message.contacts() {
        black_box(contact.unwrap());
    }
    black_box(message.event().unwrap());
    black_box(message.subscription_state().unwrap());
    black_box(message.content_type().unwrap());
    black_box(message.content_length().unwrap());
}

fn wire(criterion: &mut Criterion) {
    let notify = Bytes::from_static(NOTIFY);
    let limits = Limits::default();
    assert_eq!(notify.len(), 882);

    let mut group = criterion.benchmark_group("notify_882");
    group.throughput(Throughput::Elements(1));
    group.bench_function("parse", |bench| {
        bench.iter(|| Message::parse_datagram(black_box(notify.clone()), &limits).unwrap());
    });
    group.bench_function("parse_and_typed", |bench| {
        bench.iter(|| {
            let message = Message::parse_datagram(black_box(notify.clone()), &limits).unwrap();
            typed(&message);
            message
        });
    });
    group.bench_function("validate", |bench| {
        let message = Message::parse_datagram(notify.clone(), &limits).unwrap();
        bench.iter(|| black_box(&message).validate().unwrap());
    });
    group.bench_function("answer", |bench| {
        let message = Message::parse_datagram(notify.clone(), &limits).unwrap();
        bench.iter(|| {
            ResponseBuilder::new(black_box(&message), 200, "")
                .received([192, 0, 2, 1].into(), 5060)
                .build()
                .unwrap()
        });
    });
    group.bench_function("frame", |bench| {
        let mut framer = StreamFramer::new(limits);
        bench.iter(|| {
            framer.push(black_box(NOTIFY));
            framer.next().unwrap().unwrap()
        });
    });
    group.finish();

    criterion.bench_function("uri_parse", |bench| {
        bench.iter(|| Uri::parse(black_box("sip:alice@192.0.2.10:5062;transport=udp")).unwrap());
    });
}

criterion_group!(benches, wire);
criterion_main!(benches);

const NOTIFY: &[u8] = include_bytes!("../tests/wire/notify-882.msg");
