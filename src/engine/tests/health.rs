//! How registration and publication fare, for people.

use std::time::Duration;

use super::bench::{Bench, config, uri};
use super::outbound::{REQUIRE, agree};
use super::registration::{accept, register};
use crate::engine::{NextAction, Reason, RegistrationState};

#[test]
fn what_went_wrong_with_a_registration_is_told_in_words() {
    let mut bench = Bench::new();
    assert_eq!(bench.engine.registration_health(), None);
    let first = register(&mut bench, 600);
    let health = |bench: &Bench| bench.engine.registration_health().unwrap();
    assert_eq!(health(&bench).granted, None);
    assert_eq!(health(&bench).expires_at, None, "only asked for");
    bench.respond(
        &first,
        423,
        &["Min-Expires: 1200", "Warning: 399 example.com \"longer\""],
    );
    let longer = bench.request();
    accept(&mut bench, &longer, 1000);
    let granted = health(&bench);
    assert_eq!(granted.granted, Some(Duration::from_secs(1000)));
    assert_eq!(
        granted.expires_at,
        bench.engine.registration().unwrap().expires_at
    );
    assert_eq!(granted.next.unwrap().0, NextAction::Refresh);
    let failure = granted.last_failure.unwrap();
    assert_eq!(failure.detail.as_deref(), Some("longer"));
    let refresh = bench.request_within(1000);
    bench.respond(
        &refresh,
        503,
        &["Retry-After: 60", "Reason: SIP;text=\"Maintenance\""],
    );
    let failed = health(&bench);
    let failure = failed.last_failure.unwrap();
    assert!(matches!(failure.reason, Reason::Response(503, _)));
    assert_eq!(failure.detail.as_deref(), Some("Maintenance"));
    assert_eq!(failure.at, bench.now);
    let wait = (NextAction::Retry, bench.now + Duration::from_secs(60));
    assert_eq!(failed.next, Some(wait));
    // The binding still stands, for what is left.
    assert_eq!(failed.expires_at, granted.expires_at);
    assert_eq!((failed.counters.requests, failed.counters.failures), (3, 2));
    // A removal that fails is a failure too.
    let again = bench.request_within(60);
    accept(&mut bench, &again, 1000);
    bench.engine.unregister(bench.now);
    bench.drain();
    let removal = bench.request();
    bench.respond(&removal, 403, &[]);
    let removed = health(&bench);
    assert_eq!(removed.granted, None);
    assert_eq!(removed.next, None);
    assert_eq!(removed.counters.failures, 3);
}

#[test]
fn a_registrar_that_does_not_list_us_is_a_failure() {
    let mut bench = Bench::new();
    let request = register(&mut bench, 600);
    bench.respond(&request, 200, &[]);
    let health = bench.engine.registration_health().unwrap();
    assert!(matches!(
        health.last_failure.unwrap().reason,
        Reason::Protocol(_)
    ));
    assert_eq!(health.counters.failures, 1);
    assert_eq!(health.granted, None);
}

#[test]
fn two_flows_of_a_registration_fare_as_one() {
    let mut settings = config();
    settings.outbound_proxies = vec![
        uri("sip:one.example.com;transport=tcp"),
        uri("sip:two.example.com;transport=tcp"),
    ];
    let mut bench = Bench::with(settings);
    let one = register(&mut bench, 600);
    agree(&mut bench, &one, &[REQUIRE]);
    let two = bench.request();
    bench.respond(&two, 403, &["Reason: SIP;text=\"One is enough\""]);
    let health = bench.engine.registration_health().unwrap();
    assert_eq!(health.granted, Some(Duration::from_secs(600)));
    assert_eq!(health.next.unwrap().0, NextAction::Refresh);
    assert_eq!((health.counters.requests, health.counters.failures), (2, 1));
    let failure = health.last_failure.unwrap();
    assert_eq!(failure.detail.as_deref(), Some("One is enough"));
}

#[test]
fn a_flow_that_answers_no_keep_alive_is_a_failure() {
    let mut bench = Bench::new();
    let register = register(&mut bench, 600);
    agree(&mut bench, &register, &[REQUIRE]);
    while bench.engine.registration().unwrap().state == RegistrationState::Registered {
        bench.advance_secs(1);
    }
    let health = bench.engine.registration_health().unwrap();
    let failure = health.last_failure.unwrap();
    assert!(failure.reason.to_string().contains("keep-alive"));
    assert_eq!(health.next.unwrap().0, NextAction::Retry);
}

#[test]
fn what_went_wrong_with_a_publication_is_told_in_words() {
    let mut bench = Bench::new();
    let id = bench.publish(Some(600));
    let initial = bench.request();
    let health = |bench: &Bench| bench.engine.publication_health(id).unwrap();
    assert_eq!(
        (health(&bench).granted, health(&bench).expires_at),
        (None, None)
    );
    bench.respond(&initial, 200, &["SIP-ETag: a1", "Expires: 120"]);
    let granted = health(&bench);
    assert_eq!(granted.granted, Some(Duration::from_secs(120)));
    assert_eq!(granted.next.unwrap().0, NextAction::Refresh);
    assert_eq!(granted.last_failure, None);
    let refresh = bench.request_within(120);
    let warning = "Warning: 399 example.com \"out of memory\"";
    bench.respond(&refresh, 503, &["Retry-After: 20", warning]);
    let failed = health(&bench);
    let failure = failed.last_failure.unwrap();
    assert!(matches!(failure.reason, Reason::Response(503, _)));
    assert_eq!(failure.detail.as_deref(), Some("out of memory"));
    let wait = (NextAction::Retry, bench.now + Duration::from_secs(20));
    assert_eq!(failed.next, Some(wait));
    assert_eq!(failed.expires_at, granted.expires_at, "it is still there");
    assert_eq!((failed.counters.requests, failed.counters.failures), (2, 1));
    // What the server no longer knows runs out no more.
    let again = bench.request_within(20);
    bench.respond(&again, 412, &[]);
    let lost = health(&bench);
    assert_eq!((lost.granted, lost.expires_at), (None, None));
    assert_eq!(lost.counters.failures, 2);
    let whole = bench.request();
    bench.respond(&whole, 200, &["SIP-ETag: b1", "Expires: 0"]);
    let forgotten = health(&bench);
    assert_eq!(forgotten.granted, None);
    assert!(matches!(
        forgotten.last_failure.unwrap().reason,
        Reason::Protocol(_)
    ));
    bench.engine.unpublish(bench.now, id);
    bench.drain();
    assert!(bench.engine.publication_health(id).is_none());
}
