//! Lists that a server keeps: `watch --rls`, and addresses that turn out to be lists.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use crate::notifier::{Dialog, Draft, PIDF, Server, polite};
use crate::office::{self, Done, Running};

fn start(server: &Server, arguments: &[&str]) -> (Running, TempDir) {
    office::start_at(&server.proxy("udp"), arguments, &[])
}

/// A command that has a subscription, at a server that has told it who is on the list.
fn watching(arguments: &[&str], members: &[(&str, &str)]) -> (Server, Running, Dialog, TempDir) {
    let server = bare();
    let (mut watch, home) = start(&server, arguments);
    watch.until("subscription", |line| line["state"] == "active");
    let dialog = server.dialog("presence");
    let first = list(&dialog, 0, true, members);
    assert_eq!(server.ask(&first), Some(200));
    (server, watch, dialog, home)
}

/// A server whose first NOTIFY has no body.
fn bare() -> Server {
    Server::scripted(|request, port| {
        let mut answers = polite(request, port);
        if request.method() == "SUBSCRIBE" {
            for answer in answers.iter_mut().filter(|answer| answer.is_request()) {
                if request.expires() > 0 {
                    *answer = Dialog::of(request, port).notify("active;expires=600");
                }
            }
        }
        answers
    })
}

/// A NOTIFY about a list: each member with `open`, `closed`, another state of the server's subscription, or nothing.
fn list(dialog: &Dialog, version: u32, full: bool, members: &[(&str, &str)]) -> Draft {
    let (mut resources, mut parts) = (String::new(), String::new());
    for (number, (who, state)) in members.iter().enumerate() {
        let instance = match *state {
            "" => String::new(),
            "open" | "closed" => {
                let _ = write!(
                    parts,
                    "--b\r\nContent-ID: <{number}@b>\r\nContent-Type: {PIDF}\r\n\r\n\
                     <presence xmlns='urn:ietf:params:xml:ns:pidf' entity='pres:{who}@example.test'>\
                     <tuple id='t'><status><basic>{state}</basic></status></tuple></presence>\r\n"
                );
                format!("<instance id='1' state='active' cid='{number}@b'/>")
            }
            "pending" => "<instance id='1' state='pending'/>".to_owned(),
            reason => format!("<instance id='1' state='terminated' reason='{reason}'/>"),
        };
        let _ = write!(
            resources,
            "<resource uri='sip:{who}@example.test'><name>The {who}</name>{instance}</resource>"
        );
    }
    let body = format!(
        "--b\r\nContent-Type: application/rlmi+xml\r\n\r\n<list xmlns='urn:ietf:params:xml:ns:rlmi' \
         uri='sip:team@example.test' version='{version}' fullState='{full}'>{resources}</list>\r\n{parts}--b--\r\n"
    );
    let notify = dialog
        .notify("active;expires=600")
        .add("Require", "eventlist");
    notify.body(RELATED, &body)
}

fn port(server: &Server) -> u16 {
    let proxy = server.proxy("udp");
    let port = proxy.split([':', ';']).nth(2).unwrap();
    port.parse().unwrap()
}

/// The lines about somebody's presence, apart from the last ones, which say that nothing is current any more.
fn current(done: &Done) -> Vec<&Value> {
    let lines = done.of("presence");
    lines
        .into_iter()
        .filter(|line| line["stale"] == false)
        .collect()
}

fn eventually(fits: impl Fn() -> bool) {
    let end = Instant::now() + Duration::from_secs(15);
    while !fits() {
        assert!(Instant::now() < end, "it does not happen");
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn mg_009_everybody_on_a_list_is_shown() {
    let members = [
        ("bob", "open"),
        ("carol", "pending"),
        ("dave", "rejected"),
        ("erin", ""),
    ];
    let (server, mut watch, dialog, _home) = watching(&["watch", "--rls", "team"], &members);
    let line = watch.until("presence", |line| line["status"] == "available");
    assert_eq!(line["resource"], "sip:bob@example.test");
    assert_eq!(
        line["member"],
        serde_json::json!({
            "list": "sip:team@example.test", "name": "The bob", "state": "active", "reason": null
        })
    );
    watch.until("presence", |line| line["member"]["state"] == "pending");
    let line = watch.until("presence", |line| line["member"]["reason"] == "rejected");
    assert_eq!(line["status"], "unknown");
    let line = watch.until("presence", |line| line["member"]["state"] == "unknown");
    assert_eq!(line["resource"], "sip:erin@example.test");
    // One change is one line.
    assert_eq!(
        server.ask(&list(&dialog, 1, false, &[("bob", "closed")])),
        Some(200)
    );
    watch.until("presence", |line| line["status"] == "offline");
    assert_eq!(server.count("SUBSCRIBE"), 1);
    let done = watch.stop();
    assert_eq!(done.status, 0, "{}", done.errors);
    let offline = current(&done);
    assert_eq!(
        offline
            .iter()
            .filter(|line| line["status"] == "offline")
            .count(),
        1
    );
    // The request said what a list needs, and nobody was asked by himself (FM-041).
    let requests = server.requests();
    let subscribe = requests
        .iter()
        .find(|it| it.method() == "SUBSCRIBE")
        .unwrap();
    assert_eq!(subscribe.header("Supported"), Some("eventlist"));
    let accept = subscribe.header("Accept").unwrap();
    for kind in [PIDF, "application/rlmi+xml", "multipart/related"] {
        assert!(accept.contains(kind), "{accept}");
    }
    assert!(subscribe.header("Accept-Encoding").is_none());
    let of = |it: &&crate::message::Message| it.method() == "SUBSCRIBE";
    let everybody = requests.iter().filter(of);
    assert!(
        everybody
            .clone()
            .all(|it| it.header("To").unwrap().contains("team@"))
    );
}

#[test]
fn fm_040_a_gap_is_closed_by_a_refresh() {
    let (server, mut watch, dialog, _home) = watching(&["watch", "--rls", "team"], BOB);
    assert_eq!(
        server.ask(&list(&dialog, 1, false, &[("bob", "closed")])),
        Some(200)
    );
    assert_eq!(server.count("SUBSCRIBE"), 1);
    assert_eq!(
        server.ask(&list(&dialog, 3, false, &[("carol", "open")])),
        Some(200)
    );
    watch.until("presence", |line| {
        line["resource"] == "sip:carol@example.test"
    });
    eventually(|| server.count("SUBSCRIBE") == 2);
    assert_eq!(
        server.ask(&list(&dialog, 3, true, &[("bob", "open")])),
        Some(200)
    );
    let done = watch.stop();
    let shown = current(&done);
    assert_eq!(shown.len(), 3, "{shown:?}");
}

#[test]
fn fm_042_a_list_does_not_turn_into_somebody() {
    let (server, mut watch, dialog, _home) = watching(&["watch", "--rls", "team"], BOB);
    watch.until("presence", |line| line["status"] == "available");
    let pidf = "<presence xmlns='urn:ietf:params:xml:ns:pidf' entity='sip:bob@example.test'/>";
    let notify = dialog.notify("active;expires=600").body(PIDF, pidf);
    assert_eq!(server.ask(&notify), Some(200));
    let line = watch.until("presence", |line| line["stale"] == true);
    assert_eq!(line["status"], "available");
    eventually(|| server.count("SUBSCRIBE") == 2);
    assert_eq!(watch.stop().status, 0);
}

#[test]
fn ev_006_an_address_may_turn_out_to_be_a_list() {
    let (server, mut watch, dialog, _home) = watching(&["watch", "team"], BOB);
    watch.until("presence", |line| {
        line["resource"] == "sip:bob@example.test"
    });
    assert_eq!(
        server.ask(&list(&dialog, 1, false, &[("bob", "closed")])),
        Some(200)
    );
    watch.until("presence", |line| line["status"] == "offline");
    assert_eq!(watch.stop().status, 0);
}

#[test]
fn ev_006_who_was_a_list_may_be_somebody_again() {
    let (server, mut watch, dialog, _home) = watching(&["watch", "team"], BOB);
    watch.until("presence", |line| {
        line["resource"] == "sip:bob@example.test"
    });
    let over = dialog.notify("terminated;reason=deactivated");
    assert_eq!(server.ask(&over), Some(200));
    eventually(|| server.count("SUBSCRIBE") == 2);
    let dialog = server.dialog("presence");
    let pidf = "<presence xmlns='urn:ietf:params:xml:ns:pidf' entity='sip:team@example.test'>\
                <tuple id='t'><status><basic>open</basic></status></tuple></presence>";
    let notify = dialog.notify("active;expires=600").body(PIDF, pidf);
    assert_eq!(server.ask(&notify), Some(200));
    watch.until("presence", |line| {
        line["resource"] == "sip:team@example.test" && line["status"] == "available"
    });
    let done = watch.stop();
    assert_eq!(done.status, 0, "{}", done.errors);
    let removed = done
        .of("presence")
        .into_iter()
        .any(|line| line["member"]["state"] == "removed");
    assert!(removed, "Bob is on no list any more");
}

#[test]
fn ev_006_what_is_no_list_is_told_and_given_up() {
    let server = Server::polite();
    let (watch, _home) = start(&server, &["watch", "--rls", "bob"]);
    let done = watch.wait();
    assert_eq!(done.status, 5, "{}", done.errors);
    assert!(done.errors.contains("not a list"), "{}", done.errors);
    assert!(done.of("presence").is_empty());
}

#[test]
fn ev_034_a_server_without_lists_is_told() {
    for (code, words, status) in [
        (420, "Bad Extension", 5),
        (489, "Bad Event", 5),
        (404, "Not Found", 1),
    ] {
        let server = Server::scripted(move |request, port| match request.method() {
            "SUBSCRIBE" => vec![request.answer(code, words)],
            _ => polite(request, port),
        });
        // A list that is not there may come to be: it is asked for again later.
        let (watch, _home) = start(&server, &["watch", "--rls", "team", "--for", "3s"]);
        let done = watch.wait();
        assert_eq!(done.status, status, "{code}: {}", done.errors);
        assert!(done.errors.contains(words), "{}", done.errors);
        // A list is not asked for as if it were a person.
        let requests = server.requests();
        let asked = requests.iter().filter(|it| it.method() == "SUBSCRIBE");
        assert!(
            asked
                .clone()
                .all(|it| it.header("Supported") == Some("eventlist"))
        );
    }
}

#[test]
fn mg_002_who_is_watched_alone_is_not_told_about_by_the_list() {
    let server = bare();
    let (mut watch, _home) = start(&server, &["watch", "--rls", "team", "bob"]);
    for _ in 0..2 {
        watch.until("subscription", |line| line["state"] == "active");
    }
    let requests = server.requests();
    let dialog = |who: &str| {
        let of = |it: &&crate::message::Message| {
            it.method() == "SUBSCRIBE" && it.header("To").unwrap().contains(who)
        };
        Dialog::of(requests.iter().find(of).unwrap(), port(&server))
    };
    let alone = dialog("bob@");
    let pidf = "<presence xmlns='urn:ietf:params:xml:ns:pidf' entity='sip:bob@example.test'>\
         <tuple id='t'><status><basic>open</basic></status></tuple></presence>";
    let notify = alone.notify("active;expires=600").body(PIDF, pidf);
    assert_eq!(server.ask(&notify), Some(200));
    let members = [("bob", "closed"), ("carol", "open")];
    assert_eq!(
        server.ask(&list(&dialog("team@"), 0, true, &members)),
        Some(200)
    );
    let line = watch.until("presence", |line| {
        line["resource"] == "sip:carol@example.test"
    });
    assert_eq!(line["status"], "available");
    let over = alone.notify("terminated;reason=noresource");
    assert_eq!(server.ask(&over), Some(200));
    let line = watch.until("presence", |line| line["status"] == "offline");
    assert_eq!(line["resource"], "sip:bob@example.test");
    let done = watch.stop();
    let bob = current(&done);
    let told = bob
        .iter()
        .filter(|line| line["resource"] == "sip:bob@example.test");
    let before: Vec<&str> = told.filter_map(|line| line["status"].as_str()).collect();
    assert_eq!(
        before.iter().filter(|status| **status == "offline").count(),
        1,
        "{before:?}"
    );
}

#[test]
fn fm_005_bad_lists_are_answered_and_change_nothing() {
    let (server, mut watch, dialog, _home) = watching(&["watch", "--rls", "team"], BOB);
    watch.until("presence", |line| line["status"] == "available");
    let good = "--b\r\nContent-Type: application/rlmi+xml\r\n\r\n<list xmlns='urn:ietf:params:xml:ns:rlmi' \
        uri='sip:team@example.test' version='1' fullState='true'/>\r\n--b--\r\n";
    let notify = |kind: &str, body: &str| dialog.notify("active;expires=600").body(kind, body);
    let many = "--b\r\n\r\n\r\n".repeat(6_000);
    for (kind, body) in [
        (RELATED, &good[..good.len() - 8]),
        (RELATED, &good.replace("version='1'", "version='x'")[..]),
        (RELATED, "no parts"),
        ("multipart/related", good),
        (RELATED, &many[..]),
    ] {
        assert_eq!(server.ask(&notify(kind, body)), Some(200), "{kind}");
    }
    // A packed body is read, a packed one that is broken is not, and what nobody reads is refused.
    let packed = notify(RELATED, good).add("Content-Encoding", "gzip");
    assert_eq!(server.ask(&packed), Some(200));
    let packed = notify(RELATED, good).add("Content-Encoding", "br");
    assert_eq!(server.ask(&packed), Some(415));
    let line = watch.until("presence", |line| line["stale"] == true);
    assert_eq!(line["status"], "available");
    // Ten bad bodies ask for a good one once.
    assert!(server.count("SUBSCRIBE") <= 2);
    assert_eq!(server.ask(&notify(RELATED, good)), Some(200));
    watch.until("presence", |line| line["member"]["state"] == "removed");
    assert_eq!(watch.stop().status, 0);
}

const BOB: &[(&str, &str)] = &[("bob", "open")];
const RELATED: &str = "multipart/related;type=\"application/rlmi+xml\";boundary=b";
