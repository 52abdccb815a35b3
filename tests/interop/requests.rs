//! Requests to see Alice, over TLS: decided while nobody of the two is there at the same time, taken back, and many of
//! them.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::{Value, json};

use crate::agent::Agent;
use crate::server::{Kamailio, Options};
use crate::siskin::Siskin;
use crate::story::{SOON, address, presence, subscription};

/// Decides as Alice, and waits until that is written.
fn decide(server: &Kamailio, verdict: &str, who: &str) {
    let arguments = ["watchers", verdict, &address(who)];
    let mut decision = Siskin::start(server, "tls", "alice", &arguments);
    let (status, messages) = decision.wait_exit(Duration::from_secs(25));
    assert_eq!(status, 0, "{messages}");
}

fn row(who: &str, status: &str) -> [(&'static str, Value); 2] {
    [("watcher", json!(address(who))), ("status", json!(status))]
}

/// RFC 3857 section 5, and the request that outlives the one who made it: Bob and Carol are allowed, Dave is not. He asks
/// while Alice is away, and gives up; she sees that he has asked, and allows him; at his next try he is let in at once.
#[test]
fn fm_032_who_asked_and_gave_up_is_allowed_though_both_are_never_there_together() {
    let server = Kamailio::start(Options::default());
    let mut alice = Agent::new(&server, "alice");
    alice.allow(&server, &["bob", "carol"]);
    assert_eq!(alice.publish_presence("open", None, "here").status(), 200);
    let watch = ["watch", &address("alice")];
    for who in ["bob", "carol"] {
        let mut watcher = Siskin::start(&server, "tls", who, &watch);
        presence(&mut watcher, "alice", "available", SOON);
        watcher.finish();
    }
    let mut dave = Siskin::start(&server, "tls", "dave", &watch);
    subscription(&mut dave, "presence", "alice", "pending", SOON);
    dave.finish();
    let mut owner = Siskin::start(&server, "tls", "alice", &["watchers"]);
    let request = owner.wait_for_line(SOON, "watcher", &row("dave", "waiting"));
    assert_eq!(request["decision"], "undecided");
    owner.finish();
    decide(&server, "allow", "dave");
    let mut dave = Siskin::start(&server, "tls", "dave", &watch);
    presence(&mut dave, "alice", "available", SOON);
    let lines = dave.seen().iter();
    let waited = lines
        .clone()
        .any(|line| line["type"] == "subscription" && line["state"] == "pending");
    assert!(!waited, "he was allowed before he came");
    dave.finish();
}

/// An approval is taken back, and given again.
#[test]
fn an_approval_is_revoked_and_given_again_while_the_watcher_stays() {
    let server = Kamailio::start(Options::default());
    let mut alice = Agent::new(&server, "alice");
    assert_eq!(alice.publish_presence("open", None, "here").status(), 200);
    let mut bob = Siskin::start(&server, "tls", "bob", &["watch", &address("alice")]);
    subscription(&mut bob, "presence", "alice", "pending", SOON);
    decide(&server, "allow", "bob");
    presence(&mut bob, "alice", "available", SOON);
    decide(&server, "confirm", "bob");
    let revoked = |line: &Value| line["type"] == "subscription" && line["state"] != "active";
    bob.wait_for(SOON * 2, revoked);
    decide(&server, "allow", "bob");
    presence(&mut bob, "alice", "available", SOON * 4);
    bob.finish();
}

/// Five hundred people wait at once: each is told once, and a decision about one of them is about nobody else.
#[test]
fn rb_008_five_hundred_requests_are_told_and_one_is_answered() {
    let server = Kamailio::start(Options::default());
    let crowd: Vec<String> = (0..CROWD).map(|number| format!("crowd{number}")).collect();
    server.enrol(&crowd);
    let mut agents: Vec<Agent> = Vec::new();
    for name in &crowd {
        let mut agent = Agent::new(&server, name);
        let answer = agent.subscribe("presence", &address("alice"), "application/pidf+xml", 600);
        assert!(matches!(answer.status(), 200 | 202), "{name}");
        assert!(agent.notify(SOON).is_some(), "{name} hears that it waits");
        agents.push(agent);
    }
    let mut alice = Siskin::start(&server, "tls", "alice", &["watchers"]);
    let asked = RefCell::new(BTreeSet::new());
    alice.wait_for(SOON * 3, |line| {
        if line["type"] == "watcher" && line["status"] == "pending" {
            assert_eq!(line["decision"], "undecided");
            asked.borrow_mut().insert(line["watcher"].to_string());
        }
        asked.borrow().len() == CROWD
    });
    decide(&server, "allow", "crowd7");
    alice.wait_for_line(SOON * 2, "watcher", &row("crowd7", "active"));
    let lines = alice.seen().iter();
    let mut others = lines.filter(|line| line["type"] == "watcher" && line["status"] == "active");
    assert!(others.all(|line| line["watcher"] == address("crowd7")));
    alice.finish();
}

const CROWD: usize = 500;
