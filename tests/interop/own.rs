//! Alice's own presence, as Bob sees it: absence, an end, what stays for good, and the end of the program.

use std::time::Duration;

use serde_json::json;

use crate::agent::Agent;
use crate::desktop::Desktop;
use crate::server::{Kamailio, Options};
use crate::siskin::Siskin;
use crate::story::{SOON, address, presence, subscription};

/// A server on which Bob watches Alice and may.
fn watched() -> (Kamailio, Siskin) {
    watched_on(Options::default())
}

fn watched_on(options: Options) -> (Kamailio, Siskin) {
    let server = Kamailio::start(options);
    Agent::new(&server, "alice").allow(&server, &["bob"]);
    let mut bob = Siskin::start(&server, "tls", "bob", &["watch", &address("alice")]);
    subscription(&mut bob, "presence", "alice", "active", SOON);
    (server, bob)
}

#[test]
fn rp_024_who_leaves_the_machine_is_away_and_back_again() {
    let (desktop, (server, mut bob)) = (Desktop::start(), watched());
    let arguments = ["publish", "available", "--idle-after", "1s"];
    let alice = Siskin::start_on(&server, &desktop.address, "alice", &arguments);
    presence(&mut bob, "alice", "available", SOON);
    desktop.idle_for(90);
    let away = presence(&mut bob, "alice", "away", LATER);
    assert_eq!(
        (&away["basic"], &away["idle"]),
        (&json!("open"), &json!(true))
    );
    assert!(
        away["idle_since"].is_null(),
        "nobody asked to tell it: {away}"
    );
    desktop.idle_for(0);
    let back = presence(&mut bob, "alice", "available", LATER);
    assert_ne!(back["idle"], true, "{back}");
    alice.finish();
    bob.finish();
}

#[test]
fn a_status_for_a_time_ends_by_itself() {
    let (server, mut bob) = watched();
    let until = jiff::Timestamp::now() + jiff::SignedDuration::from_secs(8);
    let until = until.to_string();
    let arguments = [
        "publish",
        "in-a-meeting",
        "--note",
        "Budget",
        "--valid-until",
        &until,
    ];
    let alice = Siskin::start(&server, "tls", "alice", &arguments);
    let meeting = presence(&mut bob, "alice", "in-a-meeting", SOON);
    assert_eq!(meeting["note"], "Budget");
    // Whoever watches may know the end before it is published.
    bob.wait_for(LATER, |line| {
        let is_available = line["type"] == "presence" && line["status"] == "available";
        is_available && line["note"].is_null()
    });
    alice.finish();
    bob.finish();
}

#[test]
fn rp_020_the_end_of_the_session_takes_everything_back() {
    let (server, mut bob) = watched();
    let mut alice = Siskin::start(&server, "tls", "alice", &["publish", "busy"]);
    presence(&mut bob, "alice", "busy", SOON);
    alice.terminate();
    let (status, messages) = alice.wait_exit(SOON * 2);
    assert_eq!(status, 0, "{messages}");
    presence(&mut bob, "alice", "offline", SOON);
    let last = alice
        .seen()
        .iter()
        .rev()
        .find(|line| line["type"] == "publication");
    assert_eq!(last.expect("a publication")["state"], "removed");
    bob.finish();
}

/// Kamailio 5.6 tells it to those who watch already; of its end, and to those who come later, it tells
/// nothing.
#[test]
fn xc_025_a_permanent_status_is_told_while_nobody_is_logged_in() {
    let (server, mut bob) = watched_on(Options {
        hard_state: true,
        ..Options::default()
    });
    let permanent = |arguments: &[&str]| {
        let words = [&["publish", "--permanent"][..], arguments].concat();
        let mut alice = Siskin::start(&server, "tls", "alice", &words);
        let (status, messages) = alice.wait_exit(SOON);
        assert_eq!(status, 0, "{messages}");
    };
    permanent(&["vacation", "--note", "back on Monday"]);
    let absent = presence(&mut bob, "alice", "vacation", LATER);
    assert_eq!(absent["note"], "back on Monday");
    // Another one takes its place.
    permanent(&["offline", "--note", "gone fishing"]);
    let other = presence(&mut bob, "alice", "offline", LATER);
    assert_eq!(other["note"], "gone fishing");
    let kept = || Agent::new(&server, "alice").document_now(&server, "pidf-manipulation");
    assert_eq!(kept().status, 200);
    permanent(&["--remove"]);
    assert_eq!(kept().status, 404);
    bob.finish();
}

/// A status that ends, a desktop that is asked every two seconds, and a server that is asked about documents.
const LATER: Duration = Duration::from_secs(30);
