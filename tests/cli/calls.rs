//! `siskin dialogs`: calls as notifiers tell of them, and what the command line makes of each.

use tempfile::TempDir;

use crate::notifier::{Server, polite};
use crate::office::{self, Running};

const DIALOG_INFO: &str = "application/dialog-info+xml";

/// Alice, who watches Bob's calls.
fn watch(server: &Server, more: &[&str]) -> (Running, TempDir) {
    let home = TempDir::new().unwrap();
    let proxy = server.proxy("udp");
    let mut all = vec!["--account", "sip:alice@example.test", "--proxy", &proxy];
    all.extend(["dialogs", "bob"]);
    all.extend(more);
    let running = office::start(&all, home.path(), &[("SISKIN_PASSWORD", "secret")]);
    (running, home)
}

fn document(version: u32, state: &str, dialogs: &str) -> String {
    format!(
        "<dialog-info xmlns='urn:ietf:params:xml:ns:dialog-info' version='{version}' state='{state}' \
         entity='sip:bob@example.test'>{dialogs}</dialog-info>"
    )
}

const CAROL: &str = "<remote><identity display='Carol'>sip:carol@example.test</identity></remote>";

#[test]
fn fm_034_a_gap_is_healed_by_a_refresh() {
    let server = Server::polite();
    let (mut alice, _home) = watch(&server, &["--json"]);
    alice.until("subscription", |line| line["state"] == "active");
    let dialog = server.dialog("dialog");
    let tell = |body: &str| {
        let notify = dialog.notify("active;expires=600").body(DIALOG_INFO, body);
        assert_eq!(server.ask(&notify), Some(200));
    };
    tell(&document(0, "full", ""));
    let before = server.count("SUBSCRIBE");
    let early =
        format!("<dialog id='1' direction='recipient'><state>early</state>{CAROL}</dialog>");
    tell(&document(1, "partial", &early));
    tell(&document(3, "full", &early));
    let line = alice.until("dialog", |line| line["state"] == "early");
    assert_eq!(
        (&line["remote"], &line["remote_display"]),
        (&"sip:carol@example.test".into(), &"Carol".into())
    );
    assert_eq!(
        server.count("SUBSCRIBE"),
        before,
        "a full document leaves no gap"
    );
    tell(&document(
        5,
        "partial",
        "<dialog id='1'><state>confirmed</state></dialog>",
    ));
    let line = alice.until("dialog", |line| line["state"] == "confirmed");
    assert_eq!(line["remote"], "sip:carol@example.test", "still she");
    let mut patience = 100;
    while server.count("SUBSCRIBE") == before && patience > 0 {
        patience -= 1;
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    assert!(
        server.count("SUBSCRIBE") > before,
        "it asks for the full state"
    );
    assert_eq!(alice.stop().status, 0);
}

#[test]
fn rb_001_an_unusable_document_is_answered_and_marks_what_is_shown() {
    let server = Server::polite();
    let (mut alice, _home) = watch(&server, &["--json"]);
    alice.until("subscription", |line| line["state"] == "active");
    let dialog = server.dialog("dialog");
    let tell =
        |kind: &str, body: &str| server.ask(&dialog.notify("active;expires=600").body(kind, body));
    let call = "<dialog id='1'><state>confirmed</state><duration>60</duration></dialog>";
    assert_eq!(tell(DIALOG_INFO, &document(0, "full", call)), Some(200));
    let line = alice.until("dialog", |line| line["state"] == "confirmed");
    assert!(line["duration_s"].as_u64() >= Some(60), "{line}");
    assert_eq!(tell(DIALOG_INFO, "<dialog-info"), Some(200));
    alice.until("dialog", |line| {
        line["stale"] == true && line["state"] == "confirmed"
    });
    assert_eq!(tell("text/plain", "hello"), Some(415));
    assert_eq!(tell(DIALOG_INFO, &document(1, "full", call)), Some(200));
    alice.until("dialog", |line| line["stale"] == false);
    assert_eq!(alice.stop().status, 0);
}

#[test]
fn people_read_who_is_on_the_phone_with_whom() {
    let server = Server::polite();
    let (alice, _home) = watch(&server, &["--for", "3s"]);
    let dialog = server.dialog("dialog");
    for (version, state) in [
        (0, "<state>early</state>"),
        (1, "<state>confirmed</state>"),
        (2, "<state event='remote-bye'>terminated</state>"),
    ] {
        let call = format!("<dialog id='1' direction='recipient'>{state}{CAROL}</dialog>");
        let notify = dialog.notify("active;expires=600");
        let notify = notify.body(DIALOG_INFO, &document(version, "full", &call));
        assert_eq!(server.ask(&notify), Some(200));
    }
    let done = alice.wait();
    assert_eq!(done.status, 0, "{}", done.errors);
    let lines: Vec<&str> = done
        .text
        .lines()
        .filter(|line| line.starts_with("sip:bob"))
        .collect();
    assert_eq!(
        lines,
        [
            "sip:bob@example.test: calls are watched",
            "sip:bob@example.test: rings, called by Carol (sip:carol@example.test)",
            "sip:bob@example.test: on the phone with Carol (sip:carol@example.test)",
            "sip:bob@example.test: call with Carol (sip:carol@example.test) ended (the other side hung up), no other call",
        ]
    );
}

#[test]
fn fm_038_one_call_is_asked_for_with_its_tags() {
    let server = Server::scripted(polite);
    let more = [
        "--json",
        "--call-id",
        "a@b",
        "--to-tag",
        "l",
        "--from-tag",
        "r",
    ];
    let (mut alice, _home) = watch(&server, &more);
    let active = alice.until("subscription", |line| line["state"] == "active");
    assert!(
        active["expires_s"].as_u64() > Some(3600),
        "two hours: {active}"
    );
    let requests = server.requests();
    let subscribe = requests
        .iter()
        .find(|it| it.method() == "SUBSCRIBE")
        .unwrap();
    let event = subscribe.header("Event").unwrap();
    assert_eq!(event, "dialog;call-id=\"a@b\";to-tag=l;from-tag=r");
    assert_eq!(subscribe.header("Expires"), Some("7200"));
    assert_eq!(alice.stop().status, 0);
}

#[test]
fn ev_003_all_calls_are_asked_for_for_an_hour() {
    let server = Server::polite();
    let (mut alice, _home) = watch(&server, &["--json"]);
    alice.until("subscription", |line| line["state"] == "active");
    let requests = server.requests();
    let subscribe = requests
        .iter()
        .find(|it| it.method() == "SUBSCRIBE")
        .unwrap();
    assert_eq!(subscribe.header("Event"), Some("dialog"));
    assert_eq!(subscribe.header("Expires"), Some("3600"));
    assert_eq!(subscribe.header("Accept"), Some(DIALOG_INFO));
    assert_eq!(alice.stop().status, 0);
}

#[test]
fn what_names_no_call_is_two() {
    let account = ["--account", "sip:alice@example.test", "dialogs"];
    for wrong in [
        &[][..],
        &["bob", "--call-id", "a@b"],
        &["bob", "--to-tag", "l"],
        &["bob", "carol", "--call-id", "a@b", "--to-tag", "l"],
        &["bob", "--call-id", "a b", "--to-tag", "l"],
        &["bob", "--call-id", "a@b", "--to-tag", "l;x"],
        &["b b"],
    ] {
        let all = [&account[..], wrong].concat();
        let done = office::run(&all, &[("SISKIN_PASSWORD", "secret")]);
        assert_eq!(done.status, 2, "{wrong:?}: {}", done.errors);
    }
}
