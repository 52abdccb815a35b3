//! The own status: for a time, for good, and what becomes of it at the end.

use serde_json::Value;

use crate::office::Office;

const ALICE: &str = "sip:alice@example.test";

fn is(line: &Value, status: &str) -> bool {
    line["resource"] == ALICE && line["status"] == status
}

#[test]
fn a_signal_takes_the_own_status_back() {
    let office = Office::open();
    let mut watch = office.start(&["watch", "alice", "--json"]);
    for signal in ["TERM", "INT"] {
        let mut publish = office.start(&["publish", "in-a-meeting", "--note", signal, "--json"]);
        let shown = watch.until("presence", |line| {
            is(line, "in-a-meeting") && line["note"] == signal
        });
        assert_eq!(shown["basic"], "open");
        // The watcher may be told before the publisher.
        publish.until("publication", |line| line["state"] == "published");
        publish.signal(signal);
        let done = publish.wait();
        assert_eq!(done.status, 0, "{}", done.errors);
        assert_eq!(
            done.fields("publication", "state"),
            ["publishing", "published", "removed"]
        );
    }
    watch.stop();
}

#[test]
fn a_status_ends_by_itself() {
    let office = Office::open();
    let mut watch = office.start(&["watch", "alice", "--json"]);
    let until = jiff::Timestamp::now() + jiff::SignedDuration::from_secs(10);
    let until = until.to_string();
    let mut publish = office.start(&[
        "publish",
        "in-a-meeting",
        "--note",
        "budget",
        "--valid-until",
        &until,
        "--json",
    ]);
    let published = publish.until("publication", |line| line["state"] == "published");
    assert_eq!(published["status"], "in-a-meeting");
    assert_eq!(published["until"], until);
    watch.until("presence", |line| is(line, "in-a-meeting"));
    let after = publish.until("publication", |line| {
        line["state"] == "published" && line["status"] == "available"
    });
    assert!(
        after["until"].is_null() && after["note"].is_null(),
        "{after}"
    );
    let done = publish.stop();
    let states = done.fields("publication", "state");
    assert_eq!(states, ["publishing", "published", "published", "removed"]);
    watch.stop();
    let past = office.run(&["publish", "busy", "--valid-until", "2020-01-01T00:00:00Z"]);
    assert_eq!(past.status, 2, "{}", past.errors);
    let never = office.run(&["publish", "busy", "--valid-until", "noon"]);
    assert_eq!(never.status, 2, "{}", never.errors);
}

#[test]
fn xc_025_a_permanent_status_outlives_the_log_in_and_is_removed_by_name() {
    let office = Office::open();
    let mut watch = office.start(&["watch", "alice", "--json"]);
    let publish = office.start(&["publish", "busy", "--json"]);
    watch.until("presence", |line| is(line, "busy"));
    // It changes nothing about what is published: no PUBLISH is sent, and none is taken back.
    let kept = office.run(&[
        "publish",
        "vacation",
        "--permanent",
        "--note",
        "back on Monday",
        "--json",
    ]);
    assert_eq!(kept.status, 0, "{}", kept.errors);
    let lines = kept.of("publication");
    assert_eq!(lines.len(), 1, "{}", kept.text);
    assert_eq!(lines[0]["state"], "published");
    assert_eq!(lines[0]["permanent"], true);
    assert!(lines[0]["expires_s"].is_null());
    assert!(kept.of("registration").is_empty());
    let done = publish.stop();
    assert_eq!(
        done.fields("publication", "state"),
        ["publishing", "published", "removed"]
    );
    let absent = watch.until("presence", |line| {
        is(line, "vacation") && line["note"] == "back on Monday"
    });
    assert_eq!(absent["basic"], "open");
    let other = office.run(&["publish", "offline", "--permanent"]);
    assert_eq!(other.status, 0, "{}", other.errors);
    assert_eq!(other.text.trim(), "kept on the server: offline");
    watch.until("presence", |line| is(line, "offline"));
    let removed = office.run(&["publish", "--permanent", "--remove", "--json"]);
    assert_eq!(removed.status, 0, "{}", removed.errors);
    assert_eq!(removed.of("publication")[0]["state"], "removed");
    // There is nothing left to remove, which is as it should be.
    let again = office.run(&["publish", "--permanent", "--remove"]);
    assert_eq!(again.status, 0, "{}", again.errors);
    watch.stop();
    for wrong in [
        &["publish", "--permanent"][..],
        &["publish", "busy", "--remove"],
        &["publish", "busy", "--permanent", "--remove"],
        &["publish", "busy", "--permanent", "--valid-until", "15:00"],
    ] {
        assert_eq!(office.run(wrong).status, 2, "{wrong:?}");
    }
}

#[test]
fn mg_010_what_others_see_is_what_a_subscription_to_oneself_says() {
    let office = Office::open();
    let mut watch = office.start(&["watch", "alice", "--json"]);
    let mut desk = office.start(&["publish", "available", "--json"]);
    desk.until("publication", |line| line["state"] == "published");
    let mut laptop = office.start(&["publish", "busy", "--note", "deadline", "--json"]);
    laptop.until("publication", |line| line["state"] == "published");
    // The server puts both together, and neither device claims to know what comes of that.
    let both = watch.until("presence", |line| {
        is(line, "busy") && line["devices"].as_array().is_some_and(|all| all.len() >= 2)
    });
    assert_eq!(
        (&both["basic"], &both["note"]),
        (&"open".into(), &"deadline".into())
    );
    laptop.stop();
    watch.until("presence", |line| {
        is(line, "available") && line["stale"] == false
    });
    let done = watch.stop();
    let seen = done.of("presence");
    let last = seen
        .iter()
        .rev()
        .find(|line| line["resource"] == ALICE && line["stale"] == false);
    assert_eq!(last.unwrap()["status"], "available", "{}", done.text);
    let done = desk.stop();
    let said = done.fields("publication", "status");
    assert!(said.iter().all(|status| status == "available"), "{said:?}");
    assert!(done.of("presence").is_empty(), "{}", done.text);
}
