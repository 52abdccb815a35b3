//! How fast the bodies of the smaller event packages become data: a mailbox with twenty new messages, a thousand
//! watchers and a thousand registered contacts applied to a table, the progress of a reference, a report of keys.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "a bench has no callers, and stops at a fault"
)]

use std::fmt::Write as _;
use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use jiff::Timestamp;
use siskin::package::{Body, kpml, message_summary, refer, reg_info, watcher_info};

fn summary(criterion: &mut Criterion) {
    let mut body = "Messages-Waiting: yes\r\nMessage-Account: sip:alice@example.com\r\nVoice-Message: 20/8 (1/2)\r\n".to_owned();
    for number in 0..20 {
        let _ = write!(
            body,
            "\r\nFrom: \"Bob\" <sip:bob@example.com>\r\nSubject: Message {number}\r\nPriority: normal\r\nMessage-ID: {number}@vm.example.com\r\n"
        );
    }
    let body = Body::new(message_summary::CONTENT_TYPE, body.as_bytes());
    let mut group = criterion.benchmark_group("events");
    group.throughput(Throughput::Bytes(body.bytes.len() as u64));
    group.bench_function("message_summary_20_messages", |bench| {
        bench.iter(|| message_summary::Summary::parse(black_box(&body)).unwrap());
    });
}

fn watchers(criterion: &mut Criterion) {
    let mut text =
        "<watcherinfo xmlns='urn:ietf:params:xml:ns:watcherinfo' version='0' state='full'>\
         <watcher-list resource='sip:alice@example.com' package='presence'>"
            .to_owned();
    for number in 0..ROWS {
        let _ = write!(
            text,
            "<watcher id='w{number}' status='active' event='approved' duration-subscribed='509'>sip:user{number}@example.com</watcher>"
        );
    }
    text.push_str("</watcher-list></watcherinfo>");
    let body = Body::new(watcher_info::CONTENT_TYPE, text.as_bytes());
    let mut group = criterion.benchmark_group("events");
    group.throughput(Throughput::Elements(ROWS));
    group.bench_function("watcher_info_1000_rows", |bench| {
        bench.iter(|| {
            let document = watcher_info::Document::parse(black_box(&body)).unwrap();
            let mut table = watcher_info::Table::new("presence");
            table.apply(&document, Timestamp::UNIX_EPOCH);
            table
        });
    });
}

fn contacts(criterion: &mut Criterion) {
    let mut text = "<reginfo xmlns='urn:ietf:params:xml:ns:reginfo' version='0' state='full'>\
         <registration aor='sip:alice@example.com' id='a' state='active'>"
        .to_owned();
    for number in 0..ROWS {
        let _ = write!(
            text,
            "<contact id='c{number}' state='active' event='registered' expires='3600' callid='x{number}@192.0.2.1' cseq='7'>\
             <uri>sip:alice@192.0.2.1:{number}</uri></contact>"
        );
    }
    text.push_str("</registration></reginfo>");
    let body = Body::new(reg_info::CONTENT_TYPE, text.as_bytes());
    let mut group = criterion.benchmark_group("events");
    group.throughput(Throughput::Elements(ROWS));
    group.bench_function("reg_info_1000_contacts", |bench| {
        bench.iter(|| {
            let document = reg_info::Document::parse(black_box(&body)).unwrap();
            let mut table = reg_info::Table::default();
            table.apply(&document, Timestamp::UNIX_EPOCH);
            table
        });
    });
}

fn short(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("events");
    let fragment = Body::new(
        refer::CONTENT_TYPE,
        b"SIP/2.0 503 Service Unavailable\r\nWarning: 399 example.com \"down\"\r\n",
    );
    group.bench_function("refer", |bench| {
        bench.iter(|| refer::Document::parse(black_box(&fragment)).unwrap());
    });
    let keys = Body::new(
        kpml::RESPONSE_TYPE,
        b"<kpml-response xmlns='urn:ietf:params:xml:ns:kpml-response' version='1.0' code='200' text='OK' digits='4336'/>",
    );
    group.bench_function("kpml_response", |bench| {
        bench.iter(|| kpml::Response::parse(black_box(&keys)).unwrap());
    });
}

criterion_group!(benches, summary, watchers, contacts, short);
criterion_main!(benches);

/// Rows of the large documents.
const ROWS: u64 = 1000;
