//! The command line from outside: the real binary on the demo server, by the words of its contract.

#![allow(clippy::unwrap_used, clippy::expect_used)]
// A test program exports nothing, so `pub` here means: for the other files.
#![allow(unreachable_pub)]
#![cfg(target_os = "linux")]

mod anonymous;
mod buddies;
mod calls;
#[path = "../support/desktop.rs"]
mod desktop;
mod doctor;
mod documents;
mod health;
mod here;
mod hostile;
mod idle;
#[path = "../support/leash.rs"]
#[allow(dead_code, reason = "shared with other test programs")]
mod leash;
mod lists;
#[path = "../support/message.rs"]
#[allow(dead_code, reason = "shared with other test programs")]
mod message;
#[path = "../support/name_server.rs"]
#[allow(dead_code, reason = "shared with other test programs")]
mod name_server;
mod names;
mod notifier;
mod office;
mod own;
mod partial;
mod presets;
mod profile;
mod rules;
#[path = "../support/shelf.rs"]
#[allow(dead_code, reason = "shared with other test programs")]
mod shelf;
mod trouble;

use std::time::Duration;

use office::Office;

#[test]
fn register_registers_and_takes_it_back() {
    let office = Office::open();
    let done = office.run(&["register", "--json", "--for", "1s", "--expires", "120"]);
    assert_eq!(done.status, 0, "{}", done.errors);
    assert_eq!(
        done.fields("registration", "state"),
        ["registering", "registered", "unregistered"]
    );
    let registered = done.of("registration")[1];
    assert_eq!(registered["account"], "sip:alice@example.test");
    assert_eq!(registered["expires_s"], 120);
    assert!(
        registered["contact"]
            .as_str()
            .unwrap()
            .starts_with("sip:alice@127.0.0.1:")
    );
    assert!(
        done.text
            .lines()
            .all(|line| line.starts_with("{\"time\":\"") && line.contains("Z\",\"type\":\""))
    );
}

#[test]
fn watch_shows_presence_and_its_changes() {
    let office = Office::open();
    let mut watch = office.start(&["watch", "bob", "grace@example.test", "--json"]);
    watch.until("presence", |line| {
        line["resource"] == "sip:bob@example.test" && line["basic"] == "open"
    });
    watch.until("subscription", |line| line["state"] == "pending");
    let publish = office.run_as(
        "bob",
        &[
            "publish",
            "do-not-disturb",
            "--note",
            "Deadline",
            "--json",
            "--for",
            "1s",
        ],
    );
    assert_eq!(
        publish.fields("publication", "state"),
        ["publishing", "published", "removed"]
    );
    let done = watch.stop();
    assert_eq!(done.status, 0, "{}", done.errors);
    let bob: Vec<_> = done
        .of("presence")
        .into_iter()
        .filter(|line| line["resource"] == "sip:bob@example.test")
        .collect();
    assert_eq!(bob[0]["basic"], "open");
    assert!(
        bob.iter()
            .any(|line| line["status"] == "do-not-disturb" && line["note"] == "Deadline"),
        "{bob:?}"
    );
    assert_eq!(bob.last().unwrap()["stale"], true, "ended is not live");
    let grace: Vec<_> = done
        .of("subscription")
        .into_iter()
        .filter(|line| line["resource"] == "sip:grace@example.test")
        .map(|line| line["state"].as_str().unwrap())
        .collect();
    assert_eq!(grace, ["notify_wait", "pending", "terminated"]);
    let shown = done
        .of("presence")
        .into_iter()
        .find(|line| line["resource"] == "sip:grace@example.test");
    assert_eq!(shown.unwrap()["status"], "unknown", "waiting, not offline");
}

#[test]
fn watch_takes_a_list_and_stops_when_all_are_known() {
    let office = Office::open();
    let list = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(
        list.path(),
        "sip:bob@example.test\n\n# a comment\ncarol\nbob\n",
    )
    .unwrap();
    let path = list.path().to_str().unwrap();
    let done = office.run(&[
        "--json",
        "watch",
        "--list",
        path,
        "--until",
        "active",
        "--no-register",
    ]);
    assert_eq!(done.status, 0, "{}", done.errors);
    assert!(done.of("registration").is_empty());
    let mut known = done.fields("presence", "resource");
    known.sort();
    known.dedup();
    assert_eq!(known, ["sip:bob@example.test", "sip:carol@example.test"]);
}

#[test]
fn messages_show_the_lamp() {
    let office = Office::open();
    let done = office.run(&["messages", "--json", "--until", "first-notify"]);
    assert_eq!(done.status, 0, "{}", done.errors);
    let messages = done.of("messages")[0];
    assert_eq!(messages["mailbox"], "sip:alice@example.test");
    assert_eq!(messages["notifiers"], 1);
    assert!(messages["classes"]["voice"]["old"].is_u64());
}

#[test]
fn a_watcher_is_allowed_and_blocked() {
    let office = Office::open();
    let mut heidi = office.start_as("heidi", &["watch", "alice", "--json"]);
    let mut heidi_is = |state: &str| heidi.until("subscription", |line| line["state"] == state);
    heidi_is("pending");
    let list = office.run(&["watchers", "--json", "--for", "1s"]);
    assert_eq!(list.status, 0, "{}", list.errors);
    let asks = list.of("watcher").into_iter().any(|line| {
        line["watcher"] == "sip:heidi@example.test"
            && line["status"] == "pending"
            && line["decision"] == "undecided"
    });
    assert!(asks, "{}", list.text);
    let allow = office.run(&["watchers", "allow", "sip:heidi@example.test", "--json"]);
    assert_eq!(allow.status, 0, "{}", allow.errors);
    assert_eq!(allow.fields("rule", "state"), ["written", "effective"]);
    assert_eq!(allow.of("rule")[0]["decision"], "allow");
    heidi_is("active");
    let block = office.run(&["watchers", "block", "heidi", "--json"]);
    assert_eq!(block.status, 0, "{}", block.errors);
    assert_eq!(block.fields("rule", "state"), ["written", "effective"]);
    heidi_is("terminated");
    heidi.signal("INT");
    let watched = heidi.wait();
    let states = watched.fields("subscription", "state");
    assert_eq!(states, ["notify_wait", "pending", "active", "terminated"]);
    assert_eq!(watched.status, 6, "rejected: {}", watched.errors);
}

#[test]
fn a_rule_about_somebody_absent_is_written_with_a_warning() {
    let office = Office::open();
    let forget = office.run(&["watchers", "forget", "*@example.com", "--json"]);
    assert_eq!(forget.status, 0, "{}", forget.errors);
    assert_eq!(forget.fields("rule", "state"), ["written"]);
    assert!(
        forget.last_word().contains("did not say"),
        "{}",
        forget.errors
    );
    assert!(forget.took > Duration::from_secs(9));
}

#[test]
fn subscribe_prints_what_comes() {
    let office = Office::open();
    let done = office.run(&[
        "subscribe",
        "--event",
        "message-summary",
        "alice",
        "--fetch",
        "--json",
        "--accept",
        "application/simple-message-summary",
    ]);
    assert_eq!(done.status, 0, "{}", done.errors);
    let notify = done.of("notify")[0];
    assert_eq!(notify["package"], "message-summary");
    assert_eq!(notify["substate"], "terminated");
    assert_eq!(notify["content_type"], "application/simple-message-summary");
    assert!(
        notify["body"]
            .as_str()
            .unwrap()
            .contains("Messages-Waiting:")
    );
    assert!(!notify["notifier"].as_str().unwrap().is_empty());
    assert_eq!(notify["understood"][0]["line"], 1);
    assert_eq!(notify["understood"][0]["label"], "waiting");
    assert_eq!(notify["problems"], serde_json::json!([]));
    let done = office.run(&["subscribe", "--event", "presence", "bob", "--fetch"]);
    assert_eq!(done.status, 0, "{}", done.errors);
    let below = done
        .text
        .lines()
        .find(|line| line.starts_with("  presence document (PIDF): "));
    assert!(
        below.is_some_and(|line| line.contains("because")),
        "{}",
        done.text
    );
}

#[test]
fn a_trace_is_told_as_a_story() {
    let office = Office::open();
    let home = tempfile::tempdir().unwrap();
    let trace = home.path().join("trace");
    let trace = trace.to_str().unwrap();
    let done = office.run(&["watch", "bob", "grace", "--for", "1s", "--trace", trace]);
    assert_eq!(done.status, 0, "{}", done.errors);
    let done = office.run(&["inspect", trace, "--json"]);
    assert_eq!(done.status, 0, "{}", done.errors);
    assert_eq!(done.of("document")[0]["format"], "trace");
    let stories = done.of("story");
    let story = |kind: &str, resource: &str| {
        let mut found = stories.iter().filter(|s| s["kind"] == kind);
        let found = found.find(|story| story["resource"] == resource);
        found.unwrap_or_else(|| panic!("no {kind} of {resource} in {}", done.text))
    };
    let bob = story("subscription", "sip:bob@example.test");
    assert_eq!(bob["package"], "presence");
    assert_eq!(bob["owner"], "sip:alice@example.test");
    assert_eq!(bob["end"], "ended: as asked");
    story("registration", "sip:alice@example.test");
    story("subscription", "sip:grace@example.test");
    assert!(
        done.of("presence")
            .iter()
            .any(|line| line["basic"] == "open")
    );
    let errors = done
        .of("problem")
        .into_iter()
        .filter(|p| p["severity"] == "error");
    assert_eq!(errors.count(), 0, "{}", done.text);
    assert!(!done.text.contains("nonce="));
}

#[test]
fn the_terminal_demo_needs_nothing() {
    let done = office::run(&["demo", "--terminal", "--for", "3s"], &[]);
    assert_eq!(done.status, 0, "{}", done.errors);
    assert!(
        done.text.contains("sip:bob@example.test: "),
        "{}",
        done.text
    );
    assert!(
        done.text
            .contains("sip:grace@example.test: waiting for approval")
    );
    let json = office::run(&["demo", "--terminal", "--for", "2s", "--json"], &[]);
    assert!(json.of("presence").len() > 3, "{}", json.text);
    assert_eq!(
        json.fields("registration", "state").last().unwrap(),
        "unregistered"
    );
}

#[test]
fn a_signal_stops_cleanly() {
    let office = Office::open();
    for signal in ["INT", "TERM"] {
        let mut watch = office.start(&["watch", "bob", "--json"]);
        watch.until("subscription", |line| line["state"] == "active");
        watch.signal(signal);
        let done = watch.wait();
        assert_eq!(done.status, 0, "{signal}: {}", done.errors);
        assert_eq!(
            done.fields("subscription", "state").last().unwrap(),
            "terminated"
        );
        assert_eq!(
            done.fields("registration", "state").last().unwrap(),
            "unregistered"
        );
    }
}

#[test]
fn a_trace_holds_every_message_and_no_secret() {
    let office = Office::open();
    let file = tempfile::NamedTempFile::new().unwrap();
    let path = file.path().to_str().unwrap();
    let done = office.run(&["watchers", "--json", "--for", "1s", "--trace", path]);
    assert_eq!(done.status, 0, "{}", done.errors);
    let trace = String::from_utf8(std::fs::read(file.path()).unwrap()).unwrap();
    for part in [
        "REGISTER sip:example.test SIP/2.0",
        "SUBSCRIBE ",
        "NOTIFY ",
        "GET /xcap-root/",
    ] {
        assert!(trace.contains(part), "no {part}");
    }
    assert!(!trace.contains(office.text("password")));
    assert!(!trace.contains("response=\"") && !trace.contains("nonce=\""));
}
