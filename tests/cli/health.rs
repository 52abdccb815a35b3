//! `--health`: how registration, publication and subscriptions fare.

use crate::notifier::{Server, polite};
use crate::office::{self, Office};

#[test]
fn what_an_account_keeps_alive_is_told_again_and_again_and_at_the_end() {
    let office = Office::open();
    let mut watch = office.start(&["watch", "bob", "--json", "--health", "1s"]);
    let account = watch.until("health", |line| line["subject"] == "account");
    assert_eq!(account["resource"], "sip:alice@example.test");
    assert_eq!(account["bad_input"], 0);
    let is = |what: &'static str| move |line: &serde_json::Value| line["subject"] == what;
    let registration = watch.until("health", is("registration"));
    assert_eq!(registration["resource"], "sip:alice@example.test");
    let registration = watch.until("health", |line| line["state"] == "registered");
    let (granted, left) = (&registration["granted_s"], &registration["expires_s"]);
    assert!(granted.as_u64() >= left.as_u64() && left.as_u64() > Some(0));
    assert_eq!(registration["next"]["action"], "refresh");
    assert!(registration["counters"]["requests"].as_u64() >= Some(1));
    assert!(registration["counters"]["notifies"].is_null());
    let bob = watch.until("health", |line| {
        line["subject"] == "subscription" && line["state"] == "active"
    });
    assert_eq!(bob["resource"], "sip:bob@example.test");
    assert_eq!(bob["package"], "presence");
    assert_eq!(bob["next"]["action"], "refresh");
    assert!(bob["expires_s"].as_u64().unwrap() > 0);
    assert!(bob["granted_s"].as_u64() >= bob["expires_s"].as_u64());
    assert_eq!(bob["notifiers"][0]["granted_s"], bob["granted_s"]);
    assert_eq!(bob["notifiers"][0]["state"], "active");
    assert!(bob["counters"]["notifies"].as_u64().unwrap() >= 1);
    assert!(bob["last_notify_s"].is_u64());
    assert!(bob["last_failure"].is_null());
    let before = watch.until("health", is("subscription"))["time"].clone();
    watch.until("health", |line| {
        line["subject"] == "subscription" && line["time"] != before
    });
    let done = watch.stop();
    assert_eq!(done.status, 0, "{}", done.errors);
}

#[test]
fn a_failure_is_told_with_the_words_of_the_server() {
    for (method, subject, command) in [
        ("SUBSCRIBE", "subscription", &["watch", "bob"][..]),
        ("PUBLISH", "publication", &["publish", "away"]),
        ("REGISTER", "registration", &["watch", "bob"]),
    ] {
        let server = Server::scripted(move |request, port| {
            let mut answers = polite(request, port);
            if request.method() == method {
                let refused = request
                    .answer(503, "Service Unavailable")
                    .add("Retry-After", "60")
                    .add("Reason", "SIP;cause=503;text=\"Maintenance\"")
                    .add("Warning", "399 example.test \"Back at noon\"");
                answers = vec![refused];
            }
            answers
        });
        let mut arguments = command.to_vec();
        arguments.extend(["--health", "1s"]);
        let (mut running, _home) = office::start_at(&server.proxy("udp"), &arguments, &[]);
        let line = running.until("health", |line| {
            line["subject"] == subject && !line["last_failure"].is_null()
        });
        let failure = &line["last_failure"];
        assert!(
            failure["reason"].as_str().unwrap().starts_with("503"),
            "{failure}"
        );
        let detail = failure["detail"].as_str().unwrap();
        assert!(
            detail.contains("Maintenance") && detail.contains("Back at noon"),
            "{detail}"
        );
        assert_eq!(line["next"]["action"], "retry", "{line}");
        assert!(line["counters"]["failures"].as_u64() >= Some(1), "{line}");
        running.stop();
    }
}

#[test]
fn people_read_it_on_one_line() {
    let office = Office::open();
    let publish = office.run(&["publish", "away", "--health", "1s", "--for", "3s"]);
    for expected in [
        "publication presence sip:alice",
        " left of ",
        ", refresh in ",
        " requests, 0 failures",
    ] {
        assert!(
            publish.text.contains(expected),
            "{expected}: {}",
            publish.text
        );
    }
}
