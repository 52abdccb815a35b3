//! The server goes away and comes back: with everything, after a crash, and after a while.

use std::time::Duration;

use serde_json::{Value, json};

use crate::agent::Agent;
use crate::server::{Kamailio, Options, Restart};
use crate::siskin::Siskin;
use crate::story::{AFTER_REFRESH, SOON, address, over_every_transport, presence, registration};

/// Alice watches Bob, who publishes, and both are registered, for 30 seconds at a time.
fn at_work(transport: &str) -> (Kamailio, Siskin, Siskin) {
    let server = Kamailio::start(Options {
        max_expires: 30,
        ..Options::default()
    });
    Agent::new(&server, "bob").allow(&server, &["alice"]);
    let start = |who: &str, arguments: &[&str]| {
        Siskin::start(
            &server,
            transport,
            who,
            &[arguments, &["--expires", "30"]].concat(),
        )
    };
    let mut alice = start("alice", &["watch", &address("bob")]);
    let mut bob = start("bob", &["publish", "busy", "--note", "Budget"]);
    registration(&mut bob, "registered", SOON);
    bob.wait_for_line(SOON, "publication", &[("state", json!("published"))]);
    presence(&mut alice, "bob", "busy", SOON);
    (server, alice, bob)
}

/// What Bob does now reaches Alice, what he did is still there, and there is one subscription only.
fn all_is_well(server: &Kamailio, alice: &mut Siskin, bob: &mut Siskin) {
    let mut telephone = Agent::new(server, "bob");
    let status = telephone
        .publish_presence("open", Some("on-the-phone"), "With Carol")
        .status();
    assert_eq!(status, 200);
    let shown = alice.wait_for(AFTER_REFRESH, |line| {
        line["type"] == "presence"
            && line["stale"] == false
            && line.to_string().contains("With Carol")
    });
    assert!(shown.to_string().contains("Budget"), "{shown}");
    assert_eq!(shown["notifiers"], 1);
    for (siskin, kind, state) in [
        (alice, "subscription", "active"),
        (bob, "publication", "published"),
    ] {
        // Who asked just while nobody was there tries again by himself.
        siskin.stays_without(Duration::from_secs(2), |_| false);
        let last = siskin.seen().iter().rfind(|line| line["type"] == kind);
        if last.is_some_and(|line| line["state"] != state) {
            siskin.wait_for_line(A_MINUTE, kind, &[("state", json!(state))]);
        }
    }
    assert_eq!(server.subscriptions("presence"), 1);
}

over_every_transport! {
    /// Stopped in order and started again at once, with what it knew.
    fn survives_a_restart_with_everything_kept(transport: &str) {
        let (mut server, mut alice, mut bob) = at_work(transport);
        server.restart(Restart::Keep);
        all_is_well(&server, &mut alice, &mut bob);
        let lines = alice.finish();
        let ended = |line: &&Value| {
            line["type"] == "subscription" && line["reason"].to_string().contains("481")
        };
        // Over a stream the server may have sent to the connection that is no more, and given up.
        assert!(transport != "udp" || !lines.iter().any(|line| ended(&line)), "{lines:?}");
        bob.finish();
        assert_eq!(server.subscriptions("presence"), 0, "unsubscribed at the end");
    }

    /// Killed in the midst of its work and started again.
    fn survives_a_crash(transport: &str) {
        let (mut server, mut alice, mut bob) = at_work(transport);
        server.restart(Restart::Crash);
        all_is_well(&server, &mut alice, &mut bob);
        alice.finish();
        bob.finish();
    }
}

/// The server is gone for a while: what was seen is not shown as current any more when the refresh fails, and everything
/// is there again when the server is.
#[test]
fn says_that_the_server_is_gone_and_comes_back_with_it() {
    let (mut server, mut alice, mut bob) = at_work("tcp");
    server.stop();
    let failed = registration(&mut alice, "failed", SOON);
    // RFC 5626 §4.5: where no flow is left, between half a minute and a whole one after the second failure.
    assert!(failed["retry_in_s"].as_u64() <= Some(60), "{failed}");
    let old = alice.wait_for(AFTER_REFRESH, |line| {
        line["type"] == "presence" && line["stale"] == true
    });
    assert_eq!(old["status"], "busy", "the last word is still told: {old}");
    server.restart(Restart::Lose);
    Agent::new(&server, "bob").allow(&server, &["alice"]);
    presence(&mut alice, "bob", "busy", A_MINUTE);
    all_is_well(&server, &mut alice, &mut bob);
    alice.finish();
    bob.finish();
}

/// The longest wait after two failures, and a little.
const A_MINUTE: Duration = Duration::from_secs(65);
