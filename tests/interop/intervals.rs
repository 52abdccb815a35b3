//! How long things are asked for, and what the server makes of it.

use serde_json::{Value, json};

use crate::agent::Agent;
use crate::server::{Kamailio, Options};
use crate::siskin::Siskin;
use crate::story::{SOON, address, registration, subscription};
use crate::trace::{Traced, requests};

/// What is asked for too briefly is asked for again, as long as the server wants it at least, and only once.
#[test]
fn raises_every_interval_that_is_too_brief() {
    let server = Kamailio::start(Options {
        min_expires: 60,
        register_min_expires: 90,
        ..Options::default()
    });
    let mut alice = Siskin::start(
        &server,
        "udp",
        "alice",
        &["publish", "busy", "--expires", "20"],
    );
    let line = registration(&mut alice, "registered", SOON);
    assert!(
        (80..=90).contains(&line["expires_s"].as_u64().unwrap()),
        "{line}"
    );
    let line = alice.wait_for_line(SOON, "publication", &[("state", json!("published"))]);
    assert!(
        (50..=60).contains(&line["expires_s"].as_u64().unwrap()),
        "{line}"
    );
    assert!(
        !alice.seen().iter().any(|line| line["state"] == "failed"),
        "{:?}",
        alice.seen()
    );
    let trace = alice.trace();
    assert_eq!(asked(&trace, "REGISTER"), ["20", "20", "90"]);
    assert_eq!(asked(&trace, "PUBLISH"), ["20", "60"]);
    alice.finish();

    let mut bob = Siskin::start(&server, "udp", "bob", &["watchers", "--expires", "20"]);
    let line = subscription(&mut bob, "presence.winfo", "bob", "active", SOON);
    assert!(
        (50..=60).contains(&line["expires_s"].as_u64().unwrap()),
        "{line}"
    );
    bob.finish();
}

/// What the server grants counts, not what was asked for.
#[test]
fn believes_in_what_is_granted() {
    let server = Kamailio::start(Options {
        max_expires: 100,
        ..Options::default()
    });
    Agent::new(&server, "bob").allow(&server, &["alice"]);
    let arguments = ["watch", &address("bob"), "--expires", "9000"];
    let mut alice = Siskin::start(&server, "udp", "alice", &arguments);
    let line = registration(&mut alice, "registered", SOON);
    assert!(
        (3500..=3600).contains(&line["expires_s"].as_u64().unwrap()),
        "{line}"
    );
    let line = subscription(&mut alice, "presence", "bob", "active", SOON);
    assert!(
        (80..=100).contains(&line["expires_s"].as_u64().unwrap()),
        "{line}"
    );
    alice.finish();
}

/// A server that wants more but does not say how much: each time it is asked for twice as much.
#[test]
fn asks_for_more_where_the_server_does_not_say_how_much() {
    let server = Kamailio::start(Options::default());
    Agent::new(&server, "bob").allow(&server, &["alice"]);
    server.fail_without_a_word();
    server.fail_next("SUBSCRIBE", 2, 423);
    let arguments = ["watch", &address("bob"), "--expires", "100"];
    let mut alice = Siskin::start(&server, "udp", "alice", &arguments);
    let line = subscription(&mut alice, "presence", "bob", "active", SOON);
    assert!(
        (350..=400).contains(&line["expires_s"].as_u64().unwrap()),
        "{line}"
    );
    let expires = asked(&alice.trace(), "SUBSCRIBE");
    assert_eq!(expires, ["100", "200", "400"]);
    alice.finish();
}

/// Nothing is long enough for this server: it is not asked for ever, and the user learns what he can do.
#[test]
fn gives_up_where_no_interval_is_long_enough() {
    let server = Kamailio::start(Options::default());
    let arguments = [
        "watch",
        &address("err-423"),
        "--until",
        "active",
        "--for",
        "8s",
    ];
    let mut alice = Siskin::start(&server, "udp", "alice", &arguments);
    let (status, messages) = alice.wait_exit(SOON);
    assert_eq!(status, 1, "{messages}");
    assert!(
        messages.contains("423") && messages.contains("--expires"),
        "{messages}"
    );
    assert!(
        requests(&alice.trace(), "SUBSCRIBE") <= 3,
        "{:?}",
        alice.trace()
    );
    let last = alice
        .seen()
        .iter()
        .rfind(|line| line["type"] == "subscription");
    assert_eq!(
        last.map(|line| &line["state"]),
        Some(&Value::from("terminated"))
    );
}

/// The Expires of the requests of a method, in their order.
fn asked(trace: &[Traced], method: &str) -> Vec<String> {
    let requests = trace
        .iter()
        .filter(|one| one.sent && one.message.method() == method);
    requests
        .map(|one| one.message.header("Expires").unwrap_or_default().to_owned())
        .collect()
}
