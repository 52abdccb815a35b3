//! What is published of a desktop that says when nobody is there.

use std::time::Duration;

use crate::desktop::Desktop;
use crate::office::Office;

#[test]
fn rp_024_one_publish_when_nobody_is_there_and_one_when_somebody_comes_back() {
    let (office, desktop) = (Office::open(), Desktop::start());
    let trace = tempfile::NamedTempFile::new().unwrap();
    let mut watch = office.start(&["watch", "alice", "--json"]);
    let mut alice = office.start_on(
        &desktop.address,
        "alice",
        &[
            "publish",
            "available",
            "--idle-after",
            "1s",
            "--json",
            "--trace",
            trace.path().to_str().unwrap(),
        ],
    );
    let mut alice_is = |status: &str, idle: bool| {
        watch.until("presence", |line| {
            line["resource"] == "sip:alice@example.test"
                && line["status"] == status
                && (line["idle"] == true) == idle
        })
    };
    alice_is("available", false);
    desktop.idle_for(90);
    let away = alice_is("away", true);
    assert_eq!(away["activities"], serde_json::json!(["away"]));
    assert!(away["idle_since"].is_null(), "{away}");
    // However often it is looked.
    desktop.idle_for(95);
    std::thread::sleep(Duration::from_secs(3));
    desktop.idle_for(0);
    alice.until("publication", |line| {
        line["status"] == "away" && line["state"] == "published"
    });
    alice_is("available", false);
    let done = alice.stop();
    assert_eq!(done.status, 0, "{}", done.errors);
    let trace = std::fs::read_to_string(trace.path()).unwrap();
    let with = |what: &str| trace.matches(what).count();
    // The first, one for each change, and the removal; those that were challenged come twice.
    assert_eq!(
        with("<rpid:user-input idle-threshold=\"1\">idle"),
        2,
        "person and device"
    );
    assert!(!trace.contains("last-input"));
    watch.stop();
}

#[test]
fn rp_024_what_was_chosen_stays_and_the_last_input_is_told_only_if_wanted() {
    let (office, desktop) = (Office::open(), Desktop::start());
    desktop.idle_for(90);
    let mut watch = office.start(&["watch", "alice", "--json"]);
    let arguments = [
        "publish",
        "busy",
        "--idle-after",
        "1s",
        "--last-input",
        "--json",
    ];
    let alice = office.start_on(&desktop.address, "alice", &arguments);
    let busy = watch.until("presence", |line| {
        line["resource"] == "sip:alice@example.test" && line["idle"] == true
    });
    assert_eq!(busy["status"], "busy");
    assert!(busy["idle_since"].is_string(), "{busy}");
    alice.stop();
    // Without a desktop it is said, and the rest goes on.
    let done = office.run(&[
        "publish",
        "busy",
        "--idle-after",
        "1s",
        "--for",
        "2s",
        "--json",
    ]);
    assert_eq!(done.status, 0, "{}", done.errors);
    assert!(
        done.errors.contains("does not tell whether somebody is"),
        "{}",
        done.errors
    );
    watch.stop();
}
