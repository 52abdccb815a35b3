//! `--health`: how registration, publication and subscriptions fare.

use std::time::Duration;

use crate::notifier::{Server, polite};
use crate::office::{self, Office};

#[test]
fn what_an_account_keeps_alive_is_told_again_and_again_and_at_the_end() {
    let office = Office::open();
    let mut watch = office.start(&["watch", "bob", "--json", "--health", "1s"]);
    let is = |what: &'static str| move |line: &serde_json::Value| line["subject"] == what;
    let registration = watch.until("health", is("registration"));
    assert_eq!(registration["resource"], "sip:alice@example.test");
    let bob = watch.until("health", |line| {
        line["subject"] == "subscription" && line["state"] == "active"
    });
    assert_eq!(bob["resource"], "sip:bob@example.test");
    assert_eq!(bob["package"], "presence");
    assert_eq!(bob["next"]["action"], "refresh");
    assert!(bob["expires_s"].as_u64().unwrap() > 0);
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
    let server = Server::scripted(|request, port| {
        let mut answers = polite(request, port);
        if request.method() == "SUBSCRIBE" {
            let refused = request
                .answer(503, "Service Unavailable")
                .add("Retry-After", "60")
                .add("Reason", "SIP;cause=503;text=\"Maintenance\"")
                .add("Warning", "399 example.test \"Back at noon\"");
            answers = vec![refused];
        }
        answers
    });
    let (mut watch, _home) = office::start_at(
        &server.proxy("udp"),
        &["watch", "bob", "--health", "1s"],
        &[],
    );
    let line = watch.until("health", |line| !line["last_failure"].is_null());
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
    assert_eq!(line["next"]["action"], "retry");
    std::thread::sleep(Duration::from_millis(10));
    watch.stop();
}
