//! A registrar without presence, as far as Alice is concerned: it passes a SUBSCRIBE for her telephone (`ua-alice`) on to
//! her device, and that answers by itself (RFC 3856 §3).

use std::time::Duration;

use serde_json::json;

use crate::server::{Kamailio, Options, password};
use crate::siskin::Siskin;
use crate::story::{SOON, address, presence, registration, subscription};
use crate::trace::requests;

/// A command of Alice's, who has no XCAP server, in this profile or one of its own.
fn alice(server: &Kamailio, transport: &str, profile: Option<&Siskin>, command: &[&str]) -> Siskin {
    let (account, proxy) = (address("alice"), server.proxy(transport));
    let authority = server.ca_file().to_string_lossy();
    let mut all = vec!["--json", "--account", &account, "--proxy", &proxy];
    all.extend(["--tls-ca", &authority]);
    all.extend(command);
    let Some(profile) = profile else {
        return Siskin::run(&all, &password("alice"));
    };
    let folder = profile.home().to_string_lossy();
    all.extend(["--data-dir", &folder]);
    Siskin::stand_in(env!("CARGO_BIN_EXE_siskin"), &all, &password("alice"))
}

fn decide(server: &Kamailio, profile: &Siskin, verdict: &[&str]) {
    let mut command = vec!["watchers"];
    command.extend(verdict);
    let mut decision = alice(server, "udp", Some(profile), &command);
    let (status, messages) = decision.wait_exit(Duration::from_secs(25));
    assert_eq!(status, 0, "{messages}");
}

fn answers_by_itself(transport: &str) {
    let server = Kamailio::start(Options::default());
    let mut owner = alice(&server, transport, None, &["watchers", "--here"]);
    registration(&mut owner, "registered", SOON);
    let watch = ["watch", &address("ua-alice")];
    let mut bob = Siskin::start(&server, transport, "bob", &watch);
    subscription(&mut bob, "presence", "ua-alice", "pending", SOON);
    let row = |status: &str| {
        [
            ("watcher", json!(address("bob"))),
            ("status", json!(status)),
        ]
    };
    let request = owner.wait_for_line(SOON, "watcher", &row("pending"));
    assert_eq!(
        (&request["decision"], &request["source"]),
        (&json!("undecided"), &json!("relayed"))
    );
    let who = address("bob");
    decide(&server, &owner, &["allow", &who, "--show", "state"]);
    presence(&mut bob, "ua-alice", "available", SOON * 3);
    owner.wait_for_line(SOON, "watcher", &row("active"));
    decide(&server, &owner, &["polite-block", &who]);
    presence(&mut bob, "ua-alice", "offline", SOON * 3);
    // When Alice goes the subscription is over, and Bob knows that he may come back.
    owner.finish();
    let over = bob.wait_for(SOON, |line| {
        line["type"] == "subscription" && line["state"] == "waiting_to_retry"
    });
    assert_eq!(over["notifiers"], 0, "{over}");
    // He does so at once, and finds nobody.
    bob.interrupt();
    bob.wait_exit(SOON);
}

#[test]
fn this_device_answers_over_udp() {
    answers_by_itself("udp");
}

#[test]
fn this_device_answers_over_tls() {
    answers_by_itself("tls");
}

/// Bob is allowed before he has asked, by a decision that no server is told of, and sees the status that is told and not
/// published.
#[test]
fn a_status_is_told_without_any_presence_server() {
    let server = Kamailio::start(Options::default());
    let status = ["publish", "busy", "--note", "Writing", "--here"];
    let mut owner = alice(&server, "udp", None, &status);
    registration(&mut owner, "registered", SOON);
    let who = address("bob");
    decide(&server, &owner, &["allow", &who, "--here"]);
    let watch = ["watch", &address("ua-alice")];
    let mut bob = Siskin::start(&server, "udp", "bob", &watch);
    let seen = presence(&mut bob, "ua-alice", "busy", SOON);
    assert_eq!(seen["note"], "Writing");
    owner.wait_for_line(
        SOON,
        "watcher",
        &[("watcher", json!(who)), ("status", json!("active"))],
    );
    assert_eq!(
        requests(&owner.trace(), "PUBLISH"),
        0,
        "nothing is published"
    );
    owner.finish();
    bob.interrupt();
    bob.wait_exit(SOON);
}
