//! What a server that cannot or does not want to makes of a command: its lines, its exit status, its last words, and how
//! often it asks.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::server::{Kamailio, Options};
use crate::siskin::Siskin;
use crate::story::{SOON, address, registration, subscription};
use crate::trace::requests;

/// Whom nobody can watch: code of the answer, exit status, a word of the hint, whether it is tried again, and how often
/// it is asked in these seconds at most.
const REFUSALS: [(u16, i32, &str, bool, usize); 16] = [
    (400, 1, "-v", true, 2),
    (403, 6, "permission", false, 1),
    (404, 1, "address", true, 1),
    (405, 5, "operator", false, 1),
    (406, 5, "operator", false, 3),
    (410, 1, "address", false, 1),
    (415, 5, "operator", false, 1),
    (420, 5, "operator", false, 3),
    (480, 1, "later", true, 2),
    (486, 1, "later", true, 2),
    (489, 5, "operator", false, 3),
    (500, 1, "later", true, 2),
    (503, 1, "later", true, 2),
    (600, 1, "later", true, 2),
    (603, 6, "permission", false, 1),
    (604, 1, "address", false, 1),
];

/// Each refusal has its exit status and advice, and none is answered with a flood.
#[test]
fn every_refusal_has_its_words_and_its_exit_status() {
    let server = Kamailio::start(Options::default());
    server.retry_after(30);
    let start = |(code, ..): &(u16, i32, &str, bool, usize)| {
        let who = address(&format!("err-{code}"));
        let arguments = ["watch", &who, "--no-register", "--for", "4s"];
        Siskin::start(&server, "udp", "alice", &arguments)
    };
    let running: Vec<_> = REFUSALS.iter().map(|one| (one, start(one))).collect();
    let mut faults = String::new();
    for ((code, expected, hint, again, most), mut alice) in running {
        let (status, messages) = alice.wait_exit(SOON);
        let last = messages.lines().last().unwrap_or_default();
        let trace = alice.trace();
        let asked = requests(&trace, "SUBSCRIBE");
        let state = alice
            .seen()
            .iter()
            .rfind(|line| line["type"] == "subscription" && line["reason"] != json!(null));
        let waits = state.is_some_and(|line| line["state"] == "waiting_to_retry");
        let named = state
            .and_then(|line| line["reason"].as_str())
            .is_some_and(|reason| reason.contains(&code.to_string()));
        if status != *expected || !last.contains(hint) || waits != *again || !named || asked > *most
        {
            let _ = writeln!(
                faults,
                "{code}: exit {status} for {expected}, asked {asked} of {most}, again {waits}, \
                 last words {last:?}, last state {state:?}"
            );
        }
    }
    assert!(faults.is_empty(), "\n{faults}");
}

/// A package that the server knows, and an Accept that it may choke on: fewer types are tried before it is believed.
#[test]
fn a_refused_package_is_tried_with_fewer_types_before_it_is_believed() {
    let server = Kamailio::start(Options::default());
    server.fail_next("SUBSCRIBE", 2, 489);
    let mut alice = Siskin::start(&server, "udp", "alice", &["watch", &address("bob")]);
    subscription(&mut alice, "presence", "bob", "pending", SOON);
    let trace = alice.trace();
    let accepts: Vec<_> = trace
        .iter()
        .filter(|one| one.sent && one.message.method() == "SUBSCRIBE")
        .map(|one| {
            one.message
                .header("Accept")
                .map_or(0, |types| types.split(',').count())
        })
        .collect();
    assert!(
        accepts.windows(2).all(|pair| pair[0] >= pair[1]),
        "{accepts:?}"
    );
    assert!(accepts.first() > accepts.last(), "{accepts:?}");
    alice.finish();
}

/// A registrar and a presence server that are busy for a moment: said so, waited for, and not asked before.
#[test]
fn waits_as_long_as_registrar_and_presence_server_ask() {
    let server = Kamailio::start(Options::default());
    server.retry_after(3);
    for (method, kind) in [("REGISTER", "registration"), ("PUBLISH", "publication")] {
        server.fail_next(method, 1, 503);
        let mut alice = Siskin::start(&server, "tcp", "alice", &["publish", "busy"]);
        let failed = alice.wait_for_line(SOON, kind, &[("state", json!("failed"))]);
        let began = Instant::now();
        assert!(
            failed["reason"].as_str().unwrap().contains("503"),
            "{failed}"
        );
        alice.wait_for_line(SOON, "publication", &[("state", json!("published"))]);
        registration_is_there(&mut alice);
        assert!(began.elapsed() > Duration::from_millis(2500), "too early");
        alice.finish();
    }
}

fn registration_is_there(siskin: &mut Siskin) {
    let there = |line: &Value| line["type"] == "registration" && line["state"] == "registered";
    if !siskin.seen().iter().any(there) {
        registration(siskin, "registered", SOON);
    }
}

/// The server answers nothing at all to the first requests, as one that is just starting.
#[test]
fn repeats_what_was_lost() {
    let server = Kamailio::start(Options::default());
    let mut alice = Siskin::start(&server, "udp", "alice", &["watch", &address("drop-2")]);
    subscription(&mut alice, "presence", "drop-2", "pending", SOON);
    alice.finish();
}
