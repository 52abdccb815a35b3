//! Digest as servers want it: each algorithm, with and without qop, from the server or as from a proxy, and nonces that
//! do not last.

use std::time::Duration;

use serde_json::Value;

use crate::agent::Agent;
use crate::server::{Kamailio, Options};
use crate::siskin::Siskin;
use crate::story::{SOON, address, presence, registration, subscription};
use crate::trace::{Traced, answers, requests};

/// Registration, subscription and publication answer all eight kinds of challenge, and with nothing else than asked for.
#[test]
fn answers_every_kind_of_challenge() {
    for kind in 0..8 {
        let (sha_256, qop, proxy_challenge) = (kind & 1 > 0, kind & 2 > 0, kind & 4 > 0);
        let server = Kamailio::start(Options {
            qop,
            sha_256,
            proxy_challenge,
            ..Options::default()
        });
        Agent::new(&server, "bob").allow(&server, &["alice"]);
        let mut bob = Siskin::start(&server, "udp", "bob", &["publish", "away"]);
        let mut alice = Siskin::start(&server, "udp", "alice", &["watch", &address("bob")]);
        registration(&mut alice, "registered", SOON);
        presence(&mut alice, "bob", "away", SOON);
        registration(&mut bob, "registered", SOON);
        let trace = [alice.trace(), bob.trace()].concat();
        for method in ["REGISTER", "SUBSCRIBE", "PUBLISH"] {
            let header = if proxy_challenge && method != "REGISTER" {
                "Proxy-Authorization"
            } else {
                "Authorization"
            };
            let credentials = credentials(&trace, method, header);
            assert!(
                !credentials.is_empty(),
                "{method} without {header}: {trace:?}"
            );
            for value in credentials {
                assert_eq!(value.contains("algorithm=SHA-256"), sha_256, "{value}");
                assert_eq!(value.contains("qop=auth"), qop, "{value}");
            }
        }
        alice.finish();
        bob.finish();
    }
}

/// A nonce is good for two seconds, and refreshes come later than that: each is challenged anew, and nobody notices.
#[test]
fn a_nonce_that_ran_out_is_no_refusal() {
    let options = Options {
        nonce_expires: 2,
        max_expires: 12,
        ..Options::default()
    };
    let trace = keeps_everything_for(options, Duration::from_secs(14));
    let stale = |one: &&Traced| one.message.text().contains("stale=true");
    let challenged = trace.iter().filter(stale).count();
    assert!(challenged >= 2, "{trace:?}");
    // One first challenge; after that each is for a nonce that ran out, and costs one request.
    assert_eq!(answers(&trace, 401), challenged + 1);
    assert!(
        requests(&trace, "REGISTER") + requests(&trace, "SUBSCRIBE") >= 6 + challenged,
        "{trace:?}"
    );
}

/// Every nonce is good for one request. Each request costs one challenge, and none costs two.
#[test]
fn a_nonce_for_one_request_only_costs_one_challenge_each() {
    let options = Options {
        one_time_nonce: true,
        max_expires: 12,
        ..Options::default()
    };
    let trace = keeps_everything_for(options, Duration::from_secs(14));
    let welcome = trace
        .iter()
        .filter(|one| !one.sent && one.message.status() == 200)
        .count();
    let challenged = answers(&trace, 401);
    assert!(
        challenged >= 4 && challenged <= welcome,
        "{challenged} of {welcome}"
    );
    assert_eq!(
        requests(&trace, "REGISTER") + requests(&trace, "SUBSCRIBE"),
        challenged + welcome
    );
}

/// The server counts how often a nonce was used: it is used again, with the next number, and no request is sent in vain
/// but the first.
#[test]
fn a_nonce_that_is_counted_is_used_again() {
    let options = Options {
        nonce_count: true,
        max_expires: 12,
        ..Options::default()
    };
    let trace = keeps_everything_for(options, Duration::from_secs(14));
    assert_eq!(answers(&trace, 401), 1, "{trace:?}");
    let mut counts = Vec::new();
    for one in trace.iter().filter(|one| one.sent) {
        let value = one.message.header("Authorization").unwrap_or_default();
        counts.extend(value.split("nc=").nth(1).map(|rest| rest[..8].to_owned()));
    }
    let expected: Vec<String> = (1..=counts.len())
        .map(|count| format!("{count:08x}"))
        .collect();
    assert_eq!(counts, expected);
}

/// Alice is registered and watches Bob, both for 12 seconds at a time, and it stays so.
fn keeps_everything_for(options: Options, span: Duration) -> Vec<Traced> {
    let server = Kamailio::start(options);
    let mut bob = Agent::new(&server, "bob");
    bob.allow(&server, &["alice"]);
    let arguments = ["watch", &address("bob"), "--expires", "12"];
    let mut alice = Siskin::start(&server, "udp", "alice", &arguments);
    subscription(&mut alice, "presence", "bob", "active", SOON);
    alice.stays_without(span, |line| {
        let wanted: &[Value] = match line["type"].as_str() {
            Some("registration") => &["registered".into()],
            Some("subscription") => &["active".into()],
            kind => return kind == Some("error"),
        };
        !wanted.contains(&line["state"])
    });
    assert_eq!(server.subscriptions("presence"), 1);
    assert_eq!(
        bob.publish_presence("open", Some("meeting"), "Budget")
            .status(),
        200
    );
    presence(&mut alice, "bob", "in-a-meeting", SOON);
    let trace = alice.trace();
    alice.finish();
    trace
}

fn credentials(trace: &[Traced], method: &str, header: &str) -> Vec<String> {
    trace
        .iter()
        .filter(|one| one.sent && one.message.method() == method)
        .filter_map(|one| one.message.header(header).map(str::to_owned))
        .collect()
}
