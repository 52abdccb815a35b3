//! What one NOTIFY about a list of a thousand costs, from its body to applied state: parts, the list's document, and a
//! presence document for each member. The goal is less than 10 ms on one thread.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "a bench has no callers, and stops at a fault"
)]

use std::fmt::Write as _;
use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use siskin::package::Body;
use siskin::package::resource_list::{Notice, Table};

#[path = "../fuzz/exercise/members.rs"]
mod members;

use members::Members;

fn list(criterion: &mut Criterion) {
    let body = body();
    let body = Body::new(KIND, body.as_bytes());
    let mut group = criterion.benchmark_group("rlmi_1000");
    group.bench_function("notice", |bench| {
        bench.iter(|| Notice::read(black_box(&body)).unwrap().unwrap());
    });
    group.bench_function("applied", |bench| {
        bench.iter(|| {
            let notice = Notice::read(black_box(&body)).unwrap().unwrap();
            let mut table = Table::default();
            let applied = table.apply(&notice, &mut Members);
            assert!(applied.faults.is_empty());
            assert_eq!(table.entries().len(), MEMBERS);
            table
        });
    });
    group.finish();
}

/// A full list with the document of each member.
fn body() -> String {
    let (mut resources, mut parts) = (String::new(), String::new());
    for number in 0..MEMBERS {
        write!(
            resources,
            "<resource uri=\"sip:user{number}@example.com\"><name>User {number}</name>\
             <instance id=\"i\" state=\"active\" cid=\"{number}@rls.example.com\"/></resource>\r\n"
        )
        .unwrap();
        write!(
            parts,
            "--boundary\r\nContent-Transfer-Encoding: binary\r\nContent-ID: <{number}@rls.example.com>\r\n\
             Content-Type: application/pidf+xml;charset=\"UTF-8\"\r\n\r\n\
             <?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n\
             <presence xmlns=\"urn:ietf:params:xml:ns:pidf\" xmlns:dm=\"urn:ietf:params:xml:ns:pidf:data-model\" \
             xmlns:rpid=\"urn:ietf:params:xml:ns:pidf:rpid\" entity=\"sip:user{number}@example.com\">\r\n\
             <tuple id=\"t1\"><status><basic>open</basic></status><contact priority=\"0.8\">\
             sip:user{number}@example.com</contact><note xml:lang=\"en\">At the desk</note>\
             <timestamp>2026-01-01T00:00:00Z</timestamp></tuple>\r\n\
             <dm:person id=\"p1\"><rpid:activities><rpid:on-the-phone/></rpid:activities></dm:person>\r\n\
             </presence>\r\n"
        )
        .unwrap();
    }
    format!(
        "--boundary\r\nContent-ID: <list@rls.example.com>\r\nContent-Type: application/rlmi+xml\r\n\r\n\
         <list xmlns=\"urn:ietf:params:xml:ns:rlmi\" uri=\"sip:team@example.com\" version=\"1\" fullState=\"true\">\
         {resources}</list>\r\n{parts}--boundary--\r\n"
    )
}

const MEMBERS: usize = 1000;
const KIND: &str = "multipart/related;type=\"application/rlmi+xml\";start=\"<list@rls.example.com>\";boundary=boundary";

criterion_group!(benches, list);
criterion_main!(benches);
