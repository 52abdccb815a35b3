//! Presence rules that other devices change too.

use crate::office::Office;

#[test]
fn xc_027_a_decision_that_no_watcher_shows_is_seen_by_the_other_device() {
    let office = Office::open();
    let mut heidi = office.start_as("heidi", &["watch", "alice", "--json"]);
    heidi.until("subscription", |line| line["state"] == "pending");
    let mut other = office.start(&["watchers", "--json"]);
    let mut decided = |decision: &str| {
        other.until("watcher", |line| {
            line["watcher"] == "sip:heidi@example.test" && line["decision"] == decision
        })
    };
    decided("undecided");
    let address = "sip:heidi@example.test";
    let allow = office.run(&["watchers", "allow", address, "--json"]);
    assert_eq!(allow.status, 0, "{}", allow.errors);
    decided("allow");
    // She stays active, so that only the document tells.
    let block = office.run(&["watchers", "polite-block", address, "--json"]);
    assert_eq!(block.status, 0, "{}", block.errors);
    assert_eq!(decided("polite-block")["status"], "active");
    let done = other.stop();
    assert_eq!(done.status, 0, "{}", done.errors);
    // What is asked for beside is not told of.
    let packages = done.fields("subscription", "package");
    assert!(
        packages.iter().all(|it| it == "presence.winfo"),
        "{}",
        done.text
    );
    heidi.stop();
}

#[test]
fn xc_008_an_approval_shows_as_much_as_was_wished_and_the_preview_says_so() {
    let office = Office::open();
    let mut heidi = office.start_as("heidi", &["watch", "alice", "--json"]);
    heidi.until("subscription", |line| line["state"] == "pending");
    let mut alice = office.start(&["publish", "away", "--note", "at the sea", "--json"]);
    alice.until("publication", |line| line["state"] == "published");
    let preview = |who: &str| {
        let done = office.run(&["watchers", "preview", who, "--json"]);
        assert_eq!(done.status, 0, "{}", done.errors);
        done.of("preview")[0].clone()
    };
    assert_eq!(preview("heidi")["decision"], "undecided");
    assert!(preview("heidi")["document"].is_null());
    let allow = |level: &str| {
        let arguments = ["watchers", "allow", "heidi", "--show", level, "--json"];
        let done = office.run(&arguments);
        assert_eq!(done.status, 0, "{}", done.errors);
    };
    allow("state");
    let seen = heidi.until("presence", |line| line["basic"] == "open");
    assert!(seen["note"].is_null(), "{seen}");
    let told = preview("heidi");
    assert_eq!(told["shows"], "state");
    assert_eq!(told["rules"].as_array().unwrap().len(), 1);
    let document = told["document"].as_str().unwrap();
    assert!(document.contains("<basic>open") && !document.contains("person"));
    allow("activity");
    heidi.until("presence", |line| {
        line["status"] == "away" && line["note"] == "at the sea"
    });
    assert_eq!(preview("heidi")["shows"], "activity");
    let plain = office.run(&["watchers", "preview", "heidi"]);
    assert!(
        plain
            .text
            .starts_with("sip:heidi@example.test sees what you do"),
        "{}",
        plain.text
    );
    alice.stop();
    heidi.stop();
}
