//! Documents as notifiers write them, and what the command line makes of each.

use tempfile::TempDir;

use crate::notifier::{PIDF, Server, WINFO, polite, winfo};
use crate::office::{self, Running};

/// A command as Alice, who reads French, at a server.
fn start(server: &Server, arguments: &[&str]) -> (Running, TempDir) {
    let home = TempDir::new().unwrap();
    let proxy = server.proxy("udp");
    let mut all = vec!["--account", "sip:alice@example.test", "--proxy", &proxy];
    all.push("--json");
    all.extend(arguments);
    let variables = [("SISKIN_PASSWORD", "secret"), ("LC_ALL", "fr_FR.UTF-8")];
    let running = office::start(&all, home.path(), &variables);
    (running, home)
}

/// A server whose first NOTIFY is empty.
fn silent() -> Server {
    Server::scripted(|request, port| {
        let mut answers = polite(request, port);
        if request.method() == "SUBSCRIBE" {
            for answer in answers.iter_mut().filter(|answer| answer.is_request()) {
                *answer = answer.clone().body(PIDF, EMPTY);
            }
        }
        answers
    })
}

/// Bob, reachable as told, doing something.
fn bob(basic: &str, attributes: &str, activities: &str) -> String {
    format!(
        "<presence xmlns='urn:ietf:params:xml:ns:pidf' xmlns:d='urn:ietf:params:xml:ns:pidf:data-model' \
         xmlns:r='urn:ietf:params:xml:ns:pidf:rpid' entity='sip:bob@example.test'>\
         <tuple id='t'><status><basic>{basic}</basic></status></tuple>\
         <d:person id='p'><r:activities {attributes}>{activities}</r:activities></d:person></presence>"
    )
}

#[test]
fn every_status_of_the_contract_is_read_from_its_documents() {
    let server = silent();
    let (mut watch, _home) = start(&server, &["watch", "bob"]);
    watch.until("presence", |line| line["status"] == "unknown");
    let dialog = server.dialog("presence");
    let show = |body: &str| {
        let notify = dialog.notify("active;expires=600");
        assert_eq!(server.ask(&notify.body(PIDF, body)), Some(200));
    };
    let mut expected = vec![("unknown", "")];
    for (status, activities) in STATUSES {
        for activity in *activities {
            show(&bob("open", "", activity));
            expected.push((status, "open"));
        }
    }
    // Whoever is closed is offline, whatever is being done.
    show(&bob("closed", "", "<r:meeting/>"));
    expected.push(("offline", "closed"));
    watch.until("presence", |line| line["status"] == "offline");
    let done = watch.stop();
    assert_eq!(done.status, 0, "{}", done.errors);
    let lines = done.of("presence");
    let seen = lines.iter().map(|line| {
        let text = |field: &str| line[field].as_str().unwrap_or_default();
        (text("status"), text("basic"))
    });
    let seen: Vec<_> = seen.take(expected.len()).collect();
    assert_eq!(seen, expected);
}

#[test]
fn fm_015_an_activity_ends_without_a_notify() {
    let server = silent();
    let (mut watch, _home) = start(&server, &["watch", "bob"]);
    watch.until("presence", |line| line["status"] == "unknown");
    let end = jiff::Timestamp::now() + jiff::SignedDuration::from_secs(2);
    let body = bob("open", &format!("until='{end}'"), "<r:meeting/>");
    let notify = server.dialog("presence").notify("active;expires=600");
    assert_eq!(server.ask(&notify.body(PIDF, &body)), Some(200));
    watch.until("presence", |line| line["status"] == "in-a-meeting");
    let line = watch.until("presence", |line| line["status"] == "available");
    assert_eq!(line["activities"], serde_json::json!([]));
    assert_eq!(line["stale"], false);
    assert!(jiff::Timestamp::now() >= end, "not before its time");
    assert_eq!(watch.stop().status, 0);
}

#[test]
fn fm_010_a_note_without_a_language_is_in_that_of_the_message() {
    let server = silent();
    let (mut watch, _home) = start(&server, &["watch", "bob"]);
    watch.until("presence", |line| line["status"] == "unknown");
    let body = "<presence xmlns='urn:ietf:params:xml:ns:pidf'>\
         <note xml:lang='en'>closed</note><note>fermé</note></presence>";
    let dialog = server.dialog("presence");
    for (language, note) in [("fr", "fermé"), ("de, fr", "closed")] {
        let notify = dialog.notify("active;expires=600");
        let notify = notify.add("Content-Language", language);
        assert_eq!(server.ask(&notify.body(PIDF, body)), Some(200));
        watch.until("presence", |line| line["note"] == note);
    }
    assert_eq!(watch.stop().status, 0);
}

#[test]
fn rb_009_a_watcher_who_hides_the_address_is_not_asked_about() {
    let row = |id: &str, who: &str| {
        format!("<watcher id='{id}' status='pending' event='subscribe'>{who}</watcher>")
    };
    let rows = [
        row("1", ""),
        row("2", "sip:mallory\u{202e}@example.test"),
        row("3", "sip:mal lory@example.test"),
        row("4", " sip:carol@example.test\n"),
    ];
    let rows = rows.concat();
    let server = Server::scripted(move |request, port| {
        let mut answers = polite(request, port);
        if request.method() == "SUBSCRIBE" && request.expires() > 0 {
            for answer in answers.iter_mut().filter(|answer| answer.is_request()) {
                *answer = answer.clone().body(WINFO, &winfo(1, "full", &rows));
            }
        }
        answers
    });
    let (mut watchers, _home) = start(&server, &["watchers"]);
    watchers.until("watcher", |line| line["status"] == "pending");
    let done = watchers.stop();
    assert_eq!(
        done.fields("watcher", "watcher"),
        ["sip:carol@example.test"]
    );
}

/// A document that tells nothing.
const EMPTY: &str = "<presence xmlns='urn:ietf:params:xml:ns:pidf' entity='sip:bob@example.test'/>";

/// Statuses with the activities they are read from. No two documents in a row show the same.
const STATUSES: &[(&str, &[&str])] = &[
    ("available", &[""]),
    ("away", &["<r:away/>"]),
    (
        "busy",
        &[
            "<r:busy/>",
            "<r:appointment/>",
            "<r:performance/>",
            "<r:presentation/>",
            "<r:worship/>",
            "<r:away/><r:busy/>",
        ],
    ),
    (
        "on-the-phone",
        &["<r:on-the-phone/>", "<r:busy/><r:on-the-phone/>"],
    ),
    (
        "in-a-meeting",
        &["<r:meeting/>", "<r:meeting/><r:on-the-phone/>"],
    ),
    (
        "do-not-disturb",
        &[
            "<r:busy/><r:other>do-not-disturb</r:other>",
            "<r:other>dnd</r:other>",
            "<r:other>Do Not Disturb</r:other>",
        ],
    ),
    (
        "out-to-lunch",
        &["<r:meal/>", "<r:breakfast/>", "<r:dinner/>"],
    ),
    (
        "vacation",
        &["<r:vacation/>", "<r:holiday/>", "<r:away/><r:vacation/>"],
    ),
    (
        "travel",
        &["<r:travel/>", "<r:in-transit/>", "<r:steering/>"],
    ),
    ("playing", &["<r:playing/>"]),
    ("sleeping", &["<r:sleeping/>"]),
];
