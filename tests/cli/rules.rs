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
