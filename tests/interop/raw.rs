//! `siskin subscribe` on any package, and what servers refuse.

use serde_json::json;

use crate::server::{Kamailio, Options};
use crate::siskin::Siskin;
use crate::story::{SOON, address, subscription};

/// A package that Siskin has no room for is subscribed to and shown as it comes.
#[test]
fn subscribes_to_any_package() {
    let server = Kamailio::start(Options::default());
    let mut alice = Siskin::start(
        &server,
        "udp",
        "alice",
        &[
            "subscribe",
            "--event",
            "dialog",
            "--accept",
            "application/dialog-info+xml",
            &address("bob"),
            "--until",
            "first-notify",
        ],
    );
    let notify = alice.wait_for_line(SOON, "notify", &[("package", json!("dialog"))]);
    assert_eq!(notify["resource"], address("bob"));
    assert_eq!(alice.wait_exit(SOON).0, 0);
}

/// An event package that the server does not know: said so, exit status 5, no second try.
#[test]
fn says_what_the_server_does_not_support() {
    let server = Kamailio::start(Options::default());
    let mut alice = Siskin::start(
        &server,
        "udp",
        "alice",
        &[
            "subscribe",
            "--event",
            "weather",
            &address("bob"),
            "--until",
            "active",
        ],
    );
    let (status, messages) = alice.wait_exit(SOON);
    assert_eq!(status, 5, "{messages}");
    assert!(alice.seen().iter().any(|line| {
        line["reason"]
            .as_str()
            .is_some_and(|reason| reason.contains("489"))
    }));
}

/// The server asks for an interval of at least 60 seconds, and gets it. It does so for its own packages only: its list
/// server, which looks first at whoever can read lists, drops a request for less without a word.
#[test]
fn raises_an_interval_that_is_too_brief() {
    let server = Kamailio::start(Options {
        min_expires: 60,
        ..Options::default()
    });
    let mut alice = Siskin::start(&server, "udp", "alice", &["watchers", "--expires", "20"]);
    let line = subscription(&mut alice, "presence.winfo", "alice", "active", SOON);
    assert!(line["expires_s"].as_u64() > Some(30), "{line}");
    alice.finish();
}

/// A server that is busy for a moment is tried again when it said, and not before.
#[test]
fn waits_as_long_as_the_server_asks() {
    let server = Kamailio::start(Options::default());
    server.retry_after(4);
    server.fail_next("SUBSCRIBE", 1, 503);
    let mut alice = Siskin::start(&server, "udp", "alice", &["watch", &address("bob")]);
    let waiting = subscription(&mut alice, "presence", "bob", "waiting_to_retry", SOON);
    assert!(
        waiting["reason"].as_str().unwrap().contains("503"),
        "{waiting}"
    );
    assert!(waiting["retry_in_s"].as_u64() >= Some(3), "{waiting}");
    subscription(&mut alice, "presence", "bob", "pending", SOON);
    alice.finish();
}
