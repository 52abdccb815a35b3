//! Presence in whole and partial documents, on the wire.
//!
//! No server in Debian sends partial presence documents (Kamailio's presence module knows whole ones alone), so the
//! notifier is scripted: it keeps to RFC 5263 until it is told otherwise.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use tempfile::TempDir;

use crate::notifier::{Draft, PIDF, Server, polite};
use crate::office;

#[test]
fn fm_019_and_fm_022_parts_are_applied_and_given_up_when_they_fail_twice() {
    let version = Arc::new(AtomicU32::new(0));
    let next = Arc::clone(&version);
    let server = Server::scripted(move |request, port| {
        let mut answers = polite(request, port);
        if request.method() == "SUBSCRIBE" && request.expires() > 0 {
            // Each SUBSCRIBE brings the whole document, in parts' clothing where that is asked for.
            let parts = accepts(request.header("Accept").unwrap_or_default());
            for answer in answers.iter_mut().filter(|answer| answer.is_request()) {
                let version = next.fetch_add(1, Ordering::SeqCst) + 1;
                let whole = answer.clone();
                *answer = if parts {
                    whole.body(PARTIAL, &full(version, "open", "From the start"))
                } else {
                    whole.body(PIDF, &pidf("open", "Whole from now on"))
                };
            }
        }
        answers
    });
    let home = TempDir::new().unwrap();
    let proxy = server.proxy("udp");
    let arguments = [
        "--account",
        "sip:alice@example.test",
        "--proxy",
        &proxy,
        "--json",
        "watch",
        "bob",
    ];
    let mut watch = office::start(&arguments, home.path(), &[("SISKIN_PASSWORD", "secret")]);
    watch.until("presence", |line| line["note"] == "From the start");
    let dialog = server.dialog("presence");
    let send = |draft: Draft| assert_eq!(server.ask(&draft), Some(200));
    let tell = |version: u32, operations: &str| {
        let notify = dialog.notify("active;expires=600");
        send(notify.body(PARTIAL, &changes(version, operations)));
    };
    // A change in order.
    tell(
        2,
        "<p:replace sel='*/note/text()'>In a call</p:replace>\
         <p:add sel='*'><d:person id='p'><r:activities><r:on-the-phone/></r:activities></d:person></p:add>",
    );
    let line = watch.until("presence", |line| line["note"] == "In a call");
    assert_eq!(line["status"], "on-the-phone");
    // One that cannot be made: what is shown stays, and the whole document is asked for.
    version.store(3, Ordering::SeqCst);
    let before = server.count("SUBSCRIBE");
    tell(
        3,
        "<p:remove sel='*/d:person'/><p:remove sel='*/d:person'/>",
    );
    let line = watch.then("presence", |line| line["stale"] == true);
    assert_eq!(
        line["status"], "on-the-phone",
        "changed whole or not at all"
    );
    watch.then("presence", |line| line["note"] == "From the start");
    assert_eq!(server.count("SUBSCRIBE"), before + 1);
    // A number is missing: the second failure in a row.
    tell(9, "<p:remove sel='*/tuple'/>");
    let line = watch.until("presence", |line| line["note"] == "Whole from now on");
    assert_eq!(
        (&line["status"], &line["stale"]),
        (&"available".into(), &false.into())
    );
    assert_eq!(watch.stop().status, 0);
    let requests = server.requests();
    let subscribes: Vec<_> = requests
        .iter()
        .filter(|it| it.method() == "SUBSCRIBE")
        .collect();
    let asked: Vec<&str> = subscribes
        .iter()
        .map(|it| it.header("Accept").unwrap_or_default())
        .collect();
    // Whoever asks for presence can read a list, too.
    let list = "application/rlmi+xml, multipart/related";
    let both = format!("application/pidf+xml, application/pidf-diff+xml, {list}");
    let whole = format!("{PIDF}, {list}");
    assert_eq!(asked[..3], [&both, &both, &whole]);
    assert!(
        asked[3..].iter().all(|accept| *accept == whole),
        "and so it stays: {asked:?}"
    );
}

fn accepts(accept: &str) -> bool {
    accept.split(',').any(|kind| kind.trim() == PARTIAL)
}

fn full(version: u32, basic: &str, note: &str) -> String {
    format!(
        "<p:pidf-full xmlns='urn:ietf:params:xml:ns:pidf' xmlns:p='urn:ietf:params:xml:ns:pidf-diff' \
         entity='sip:bob@example.test' version='{version}'>{}</p:pidf-full>",
        content(basic, note)
    )
}

fn pidf(basic: &str, note: &str) -> String {
    format!(
        "<presence xmlns='urn:ietf:params:xml:ns:pidf' entity='sip:bob@example.test'>{}</presence>",
        content(basic, note)
    )
}

fn content(basic: &str, note: &str) -> String {
    format!("<tuple id='t'><status><basic>{basic}</basic></status></tuple><note>{note}</note>")
}

fn changes(version: u32, operations: &str) -> String {
    format!(
        "<p:pidf-diff xmlns='urn:ietf:params:xml:ns:pidf' xmlns:p='urn:ietf:params:xml:ns:pidf-diff' \
         xmlns:d='urn:ietf:params:xml:ns:pidf:data-model' xmlns:r='urn:ietf:params:xml:ns:pidf:rpid' \
         entity='sip:bob@example.test' version='{version}'>{operations}</p:pidf-diff>"
    )
}

const PARTIAL: &str = "application/pidf-diff+xml";
