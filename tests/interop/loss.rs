//! A bad line: datagrams that are lost, come twice, or late and in another order.

use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use crate::agent::Agent;
use crate::line::{Fate, Line, Way, Weather};
use crate::server::{Kamailio, Options, password};
use crate::siskin::Siskin;
use crate::story::{SOON, address, presence, registration, subscription};
use crate::trace::{Traced, requests};

/// A server behind a line that grants no more than this, and somebody who runs a command over that.
fn behind(line: &Line, max_expires: u32) -> Kamailio {
    let server = Kamailio::start(Options {
        max_expires,
        behind_proxy: Some(line.port()),
        ..Options::default()
    });
    line.to(server.sip_address());
    server
}

fn start(line: &Line, server: &Kamailio, user: &str, arguments: &[&str]) -> Siskin {
    Siskin::start_over(server, &line.proxy(), user, &password(user), arguments)
}

/// A quarter of all datagrams is lost each way, some come twice, some late: everything is set up all the same, what is
/// shown in the end is the last word, and nothing older comes after it.
#[test]
fn shows_the_last_word_over_a_bad_line() {
    let line = Line::open(20_261_126);
    let server = behind(&line, 30);
    let mut bob = Agent::new(&server, "bob");
    bob.allow(&server, &["alice"]);
    line.weather(Weather {
        loss: 25,
        doubled: 10,
        late: 15,
        delay: Duration::from_millis(300),
    });
    let mut alice = start(
        &line,
        &server,
        "alice",
        &["watch", &address("bob"), "--expires", "30"],
    );
    let mut carol = start(
        &line,
        &server,
        "carol",
        &["publish", "away", "--expires", "30"],
    );
    subscription(&mut alice, "presence", "bob", "active", LONG);
    for round in 0..8 {
        let activity = if round % 2 == 0 { "away" } else { "meeting" };
        let note = format!("round {round}");
        assert_eq!(
            bob.publish_presence("open", Some(activity), &note).status(),
            200
        );
        thread::sleep(Duration::from_millis(400));
    }
    let last = |line: &Value| {
        line["type"] == "presence" && line["note"] == "round 7" && line["stale"] == false
    };
    alice.wait_for(LONG, last);
    alice.stays_without(Duration::from_secs(4), |line| {
        line["type"] == "presence" && line["note"] != "round 7"
    });
    carol.wait_for_line(LONG, "publication", &[("state", json!("published"))]);
    if !carol
        .seen()
        .iter()
        .any(|line| line["state"] == "registered")
    {
        registration(&mut carol, "registered", LONG);
    }
    let counts = line.counts();
    assert!(
        counts.lost > 5 && counts.doubled > 0 && counts.late > 0,
        "{counts:?}"
    );
    line.weather(Weather::default());
    alice.finish();
    carol.finish();
}

/// The NOTIFY overtakes the 200 that belongs to it: it is believed, and the 200 changes nothing.
#[test]
fn believes_a_notify_that_comes_before_the_200() {
    let line = Line::open(1);
    let server = behind(&line, 3600);
    let mut bob = Agent::new(&server, "bob");
    bob.allow(&server, &["alice"]);
    assert_eq!(
        bob.publish_presence("open", Some("meeting"), "Budget")
            .status(),
        200
    );
    line.order(
        Way::Down,
        ("200", "SUBSCRIBE"),
        1,
        Fate::Late(Duration::from_secs(1)),
    );
    let mut alice = start(&line, &server, "alice", &["watch", &address("bob")]);
    presence(&mut alice, "bob", "in-a-meeting", SOON);
    assert!(
        position(&alice.trace(), "200").is_none(),
        "the 200 was not late"
    );
    alice.stays_without(Duration::from_secs(2), |line| {
        line["type"] == "presence" || line["type"] == "subscription" && line["state"] != "active"
    });
    let trace = alice.trace();
    assert!(
        position(&trace, "NOTIFY") < position(&trace, "200"),
        "{trace:?}"
    );
    assert_eq!(server.subscriptions("presence"), 1);
    alice.finish();
    assert_eq!(
        server.subscriptions("presence"),
        0,
        "unsubscribed at the end"
    );
}

/// No 200 to a SUBSCRIBE ever arrives: the NOTIFY alone makes the subscription (RFC 6665 §4.1.2.4), and Timer F, half a
/// minute later, does not end it.
#[test]
fn lives_with_notifies_alone() {
    let line = Line::open(2);
    let server = behind(&line, 3600);
    let mut bob = Agent::new(&server, "bob");
    bob.allow(&server, &["alice"]);
    line.order(Way::Down, ("200", "SUBSCRIBE"), 1000, Fate::Lost);
    let mut alice = start(&line, &server, "alice", &["watch", &address("bob")]);
    subscription(&mut alice, "presence", "bob", "active", SOON);
    alice.stays_without(Duration::from_secs(35), |line| {
        line["type"] == "subscription" && line["state"] != "active"
    });
    assert_eq!(
        bob.publish_presence("open", Some("meeting"), "Budget")
            .status(),
        200
    );
    presence(&mut alice, "bob", "in-a-meeting", SOON);
    assert_eq!(server.subscriptions("presence"), 1);
    alice.interrupt();
    alice.wait_exit(SOON);
    assert_eq!(
        server.subscriptions("presence"),
        0,
        "unsubscribed at the end"
    );
}

/// Our answers to the first NOTIFYs are lost: each repetition is answered again, and shown once.
#[test]
fn answers_a_repeated_notify_again_and_shows_it_once() {
    let line = Line::open(3);
    let server = behind(&line, 3600);
    line.order(Way::Up, ("200", "NOTIFY"), 3, Fate::Lost);
    let arguments = [
        "subscribe",
        "--event",
        "dialog",
        "--accept",
        "application/dialog-info+xml",
        &address("bob"),
    ];
    let mut alice = start(&line, &server, "alice", &arguments);
    alice.wait_for_line(SOON, "notify", &[]);
    alice.stays_without(Duration::from_secs(5), |line| line["type"] == "notify");
    let trace = alice.trace();
    let came = trace
        .iter()
        .filter(|one| !one.sent && one.message.method() == "NOTIFY")
        .count();
    let answered = trace
        .iter()
        .filter(|one| one.sent && one.message.status() == 200)
        .count();
    assert!(came >= 4, "{trace:?}");
    assert_eq!(came, answered);
    assert_eq!(requests(&trace, "SUBSCRIBE"), 1, "{trace:?}");
    assert_eq!(
        server.subscriptions("dialog"),
        1,
        "it was answered in the end"
    );
    alice.finish();
}

/// The first NOTIFYs are lost, the 200 is not: nothing is made up before one comes.
#[test]
fn waits_for_the_notify_after_the_200() {
    let line = Line::open(4);
    let server = behind(&line, 3600);
    Agent::new(&server, "bob").allow(&server, &["alice"]);
    line.order(Way::Down, ("NOTIFY", ""), 2, Fate::Lost);
    let mut alice = start(&line, &server, "alice", &["watch", &address("bob")]);
    subscription(&mut alice, "presence", "bob", "notify_wait", SOON);
    subscription(&mut alice, "presence", "bob", "active", SOON);
    alice.finish();
}

/// Where in a trace the first such message to a subscription came.
fn position(trace: &[Traced], kind: &str) -> Option<usize> {
    trace.iter().position(|one| {
        let of_subscription = one
            .message
            .header("CSeq")
            .is_some_and(|sequence| !sequence.ends_with("REGISTER"));
        let is = one.message.method() == kind || one.message.status().to_string() == kind;
        !one.sent && of_subscription && is
    })
}

/// Longer than a request may take that is lost again and again, and a refresh after that.
const LONG: Duration = Duration::from_secs(75);
