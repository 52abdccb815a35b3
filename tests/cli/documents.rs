//! Documents as notifiers write them, and what the command line makes of each.

use std::net::TcpListener;

use tempfile::TempDir;

use crate::notifier::{Draft, PIDF, SUMMARY, Server, Stranger, WINFO, polite, winfo};
use crate::office::{self, Running};

/// A command as Alice, who reads French, at a server.
fn start(server: &Server, arguments: &[&str]) -> (Running, TempDir) {
    let french = [("LC_ALL", "fr_FR.UTF-8")];
    office::start_at(&server.proxy("udp"), arguments, &french)
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

#[test]
fn mg_001_the_last_document_in_the_order_of_the_notifier_is_the_state() {
    let server = Server::polite();
    let (mut watch, _home) = start(&server, &["watch", "bob"]);
    watch.until("presence", |line| line["note"] == "First");
    let dialog = server.dialog("presence");
    let tuple = |id: &str, basic: &str| {
        format!("<tuple id='{id}'><status><basic>{basic}</basic></status></tuple>")
    };
    let document = |tuples: &str| {
        format!(
            "<presence xmlns='urn:ietf:params:xml:ns:pidf' entity='sip:bob@example.test'>{tuples}</presence>"
        )
    };
    let two = document(&(tuple("t1", "open") + &tuple("t2", "closed")));
    let one = document(&tuple("t1", "closed"));
    for (cseq, body, code) in [
        (5005, &*two, 200),
        (5006, &one, 200),
        (5007, "", 200),
        (5005, &two, 500),
    ] {
        let notify = dialog
            .notify("active;expires=600")
            .set("CSeq", &format!("{cseq} NOTIFY"));
        let notify = if body.is_empty() {
            notify
        } else {
            notify.body(PIDF, body)
        };
        assert_eq!(server.ask(&notify), Some(code), "{cseq}");
    }
    watch.until("presence", |line| line["basic"] == "closed");
    let done = watch.stop();
    // The end marks the last word as old; it stays the last word.
    let seen = done.fields("presence", "basic");
    assert_eq!(seen.last().unwrap(), "closed", "{seen:?}");
    assert_eq!(
        seen.iter().filter(|basic| *basic == "open").count(),
        2,
        "{seen:?}"
    );
}

#[test]
fn mg_002_presence_of_a_second_notifier_is_never_merged() {
    let server = Server::polite();
    let (mut watch, _home) = start(&server, &["watch", "bob"]);
    watch.until("presence", |line| line["note"] == "First");
    let dialog = server.dialog("presence");
    let other = |draft: Draft| draft.set("From", "<sip:bob@example.test>;tag=other");
    let closed = bob("closed", "", "<r:away/>");
    let notify = |body: &str| dialog.notify("active;expires=600").body(PIDF, body);
    assert_eq!(server.ask(&other(notify(&closed))), Some(481));
    // A complete document replaces the one before: nothing of it is carried over, of a stranger's still less.
    assert_eq!(
        server.ask(&notify(&bob("open", "", "<r:meeting/>"))),
        Some(200)
    );
    let line = watch.until("presence", |line| line["status"] == "in-a-meeting");
    assert_eq!(line["basic"], "open");
    assert_eq!(line["note"], serde_json::Value::Null);
    assert_eq!(line["notifiers"], 1);
    let done = watch.stop();
    let seen = done.fields("presence", "basic");
    assert!(!seen.contains(&"closed".to_owned()), "{seen:?}");
}

#[test]
fn fm_017_nothing_is_fetched_that_a_document_points_to() {
    let web = TcpListener::bind("127.0.0.1:0").unwrap();
    web.set_nonblocking(true).unwrap();
    let at = format!("http://{}/picture.png", web.local_addr().unwrap());
    let body = format!(
        "<presence xmlns='urn:ietf:params:xml:ns:pidf' xmlns:d='urn:ietf:params:xml:ns:pidf:data-model' \
         xmlns:r='urn:ietf:params:xml:ns:pidf:rpid' xmlns:c='urn:ietf:params:xml:ns:pidf:cipid' \
         entity='sip:bob@example.test'><tuple id='t'><status><basic>open</basic></status>\
         <r:status-icon>{at}</r:status-icon><c:icon>{at}</c:icon><c:card>{at}</c:card></tuple>\
         <d:person id='p'><r:status-icon>{at}</r:status-icon><c:icon>{at}</c:icon><c:card>{at}</c:card>\
         <c:map>{at}</c:map><c:sound>{at}</c:sound><c:homepage>{at}</c:homepage>\
         <d:note>Look</d:note></d:person></presence>"
    );
    let server = Server::polite();
    let (mut watch, _home) = start(&server, &["watch", "bob"]);
    watch.until("presence", |line| line["note"] == "First");
    let notify = server.dialog("presence").notify("active;expires=600");
    assert_eq!(server.ask(&notify.body(PIDF, &body)), Some(200));
    watch.until("presence", |line| line["note"] == "Look");
    assert_eq!(watch.stop().status, 0);
    // A connection would wait here to be accepted, whether or not it was used.
    let nobody = web.accept().unwrap_err();
    assert_eq!(nobody.kind(), std::io::ErrorKind::WouldBlock);
}

#[test]
fn au_022_nothing_signed_or_sealed_is_asked_for_or_taken() {
    for (event, command) in [
        ("presence", &["watch", "bob"][..]),
        ("message-summary", &["messages"]),
        ("presence.winfo", &["watchers"]),
    ] {
        let server = Server::polite();
        let (mut running, _home) = start(&server, command);
        running.until("subscription", |line| line["state"] == "active");
        let dialog = server.dialog(event);
        for kind in ["multipart/signed", "application/pkcs7-mime"] {
            let notify = dialog.notify("active;expires=600").body(kind, "sealed");
            assert_eq!(server.ask(&notify), Some(415), "{event}: {kind}");
        }
        assert_eq!(running.stop().status, 0);
        for request in server.requests() {
            let accept = request.header("Accept").unwrap_or_default();
            assert!(
                !accept.contains("signed") && !accept.contains("pkcs7"),
                "{accept}"
            );
        }
    }
}

#[test]
fn fm_027_accounts_of_a_group_have_a_line_each() {
    let server = Server::polite();
    let (mut messages, _home) = start(&server, &["messages", "--mailbox", "sales"]);
    messages.until("messages", |line| line["waiting"] == true);
    let dialog = server.dialog("message-summary");
    let tell = |body: &str| {
        let notify = dialog.notify("active;expires=600").body(SUMMARY, body);
        assert_eq!(server.ask(&notify), Some(200));
    };
    tell(
        "Messages-Waiting: yes\r\nMessage-Account: sip:bob@example.test\r\nVoice-Message: 1/0\r\n",
    );
    tell(
        "Messages-Waiting: no\r\nMessage-Account: sip:carol@example.test\r\nFax-Message: 0/3 (0/1)\r\n",
    );
    // Another body about Bob replaces the one before, and describes what came in between.
    tell(
        "Messages-Waiting: yes\r\nMessage-Account: <sip:bob@EXAMPLE.test>\r\nVoice-Message: 2/0\r\n\r\n\
         From: \"Dave\" <sip:dave@example.test>\r\nSubject: Offer\r\nPriority: urgent\r\n",
    );
    messages.until("messages", |line| {
        line["classes"]["voice"]["new"] == 2 && line["mailbox"] == "sip:bob@example.test"
    });
    let done = messages.stop();
    assert_eq!(done.status, 0, "{}", done.errors);
    let lines = done.of("messages");
    // The end is told of all of them once more.
    let live = lines.iter().take(4);
    let seen: Vec<_> = live
        .map(|line| (line["mailbox"].as_str().unwrap(), line["waiting"] == true))
        .collect();
    assert_eq!(
        seen,
        [
            ("sip:sales@example.test", true),
            ("sip:bob@example.test", true),
            ("sip:carol@example.test", false),
            ("sip:bob@example.test", true),
        ]
    );
    let carol = lines
        .iter()
        .find(|line| line["mailbox"] == "sip:carol@example.test");
    assert_eq!(carol.unwrap()["classes"]["fax"]["urgent_old"], 1);
    let offer = lines
        .iter()
        .find(|line| line["new_messages"][0]["subject"] == "Offer");
    let offer = &offer.unwrap()["new_messages"][0];
    assert_eq!(
        (&offer["from"], &offer["from_display"]),
        (&"sip:dave@example.test".into(), &"Dave".into())
    );
    assert_eq!(offer["date"], serde_json::Value::Null);
}

#[test]
fn packages_of_the_family_are_asked_for_without_options() {
    let server = Server::polite();
    for (event, expires, accept) in [
        ("reg", "3761", "application/reginfo+xml"),
        ("kpml", "7200", "application/kpml-response+xml"),
        ("refer", "300", "message/sipfrag"),
        ("dialog.winfo", "3600", WINFO),
        ("message-summary.winfo", "3600", WINFO),
        ("presence.winfo.winfo", "3600", WINFO),
    ] {
        let arguments = ["subscribe", "--event", event, "sip:alice@example.test"];
        let (mut raw, _home) = start(&server, &arguments);
        raw.until("notify", |line| line["package"] == event);
        assert_eq!(raw.stop().status, 0, "{event}");
        let requests = server.requests();
        let asked = requests.iter().find(|it| it.header("Event") == Some(event));
        let header = |name| asked.unwrap().header(name);
        assert_eq!(header("Expires"), Some(expires), "{event}");
        assert_eq!(header("Accept"), Some(accept), "{event}");
    }
    let arguments = [
        "subscribe",
        "--event",
        "dialog.winfo",
        "--accept",
        "application/x-own",
        "sip:carol@example.test",
    ];
    let (mut raw, _home) = start(&server, &arguments);
    raw.until("notify", |_| true);
    assert_eq!(raw.stop().status, 0);
    let requests = server.requests();
    let mut wishes = requests.iter().filter_map(|it| it.header("Accept"));
    assert!(
        wishes.any(|accept| accept.contains("application/x-own") && accept.contains(WINFO)),
        "the mandatory type is always there"
    );
}

/// A NOTIFY that nobody asked for, as Asterisk sends it, with a body.
fn unasked(server: &Server, number: u32, body: &str) -> Draft {
    server
        .dialog("message-summary")
        .notify("terminated")
        .set("Call-ID", &format!("unasked-{number}"))
        .set("From", "<sip:asterisk@example.test>;tag=pbx")
        .set("To", "<sip:alice@example.test>")
        .body(SUMMARY, body)
}

#[test]
fn ev_066_an_unsolicited_summary_of_the_own_server_is_told() {
    // The server takes subscriptions to mailboxes, but says nothing in them.
    let server = Server::scripted(|request, port| {
        let mut answers = polite(request, port);
        if request.header("Event") == Some("message-summary") {
            answers.truncate(1);
        }
        answers
    });
    let (mut messages, _home) = start(&server, &["messages"]);
    messages.until("registration", |line| line["state"] == "registered");
    let bobs =
        "Messages-Waiting: yes\r\nMessage-Account: sip:bob@example.test\r\nVoice-Message: 7/0\r\n";
    assert_eq!(server.ask(&unasked(&server, 1, bobs)), Some(200));
    let own = "Messages-Waiting: yes\r\nMessage-Account: sip:alice@192.0.2.10\r\nVoice-Message: 2/1 (0/0)\r\n\
               \r\nFrom: <sip:carol@example.test>\r\nSubject: Lunch\r\n";
    assert_eq!(server.ask(&unasked(&server, 2, own)), Some(200));
    let line = messages.until("messages", |line| line["waiting"] == true);
    assert_eq!(line["mailbox"], "sip:alice@example.test");
    assert_eq!(line["classes"]["voice"]["new"], 2);
    assert_eq!(line["new_messages"][0]["from"], "sip:carol@example.test");
    assert_eq!(line["new_messages"][0]["subject"], "Lunch");
    // A stranger's is refused, whatever it says.
    let stranger = Stranger::new();
    let client = server.dialog("message-summary").client();
    let port = stranger.port();
    let forged = unasked(&server, 3, "Messages-Waiting: no\r\n").set(
        "Via",
        &format!("SIP/2.0/UDP 127.0.0.1:{port};rport;branch=z9hG4bK-forged"),
    );
    stranger.send(client, &forged.bytes());
    assert_eq!(stranger.drain().into_keys().collect::<Vec<_>>(), [481]);
    assert_eq!(
        server.ask(&unasked(&server, 4, "Messages-Waiting: no\r\n")),
        Some(200)
    );
    messages.until("messages", |line| line["waiting"] == false);
    let done = messages.stop();
    assert_eq!(
        done.fields("messages", "mailbox"),
        ["sip:alice@example.test"; 2]
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
