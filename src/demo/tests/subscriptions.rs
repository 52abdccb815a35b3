//! SUBSCRIBE and NOTIFY.

use super::*;
use crate::package::message_summary::{Class, Counts, Summary, Urgent};
use crate::sip::HeaderName;

#[test]
fn a_subscription_lives_through_refresh_to_its_end() {
    let mut desk = Desk::new();
    desk.publish("bob", None, 3600, &pidf("bob", "hello"));
    let response = desk.subscribe("alice", "presence", "bob", 60);
    assert_eq!(response.status(), Some(200));
    assert_eq!(response.expires(), Ok(Some(60)));
    let first = desk.notify();
    assert_eq!(state(&first), "active");
    assert!(body(&first).contains("hello"));
    assert_eq!(first.from().unwrap().tag(), response.to().unwrap().tag());
    assert_eq!(first.to().unwrap().tag(), Some("alice"));
    assert_eq!(
        first.request_line().unwrap().uri,
        "sip:client@127.0.0.1:7000"
    );
    assert_eq!(
        first.header(HeaderName::ContentType).unwrap().value(),
        b"application/pidf+xml"
    );

    desk.pass(40);
    assert_eq!(desk.resubscribe("alice", &first, 60).status(), Some(200));
    let second = desk.notify();
    assert_eq!(second.cseq().unwrap().number, 2);
    desk.pass(40);
    assert!(desk.inbox.is_empty());

    assert_eq!(desk.resubscribe("alice", &first, 0).status(), Some(200));
    assert_eq!(state(&desk.notify()), "terminated;timeout");
    assert_eq!(desk.resubscribe("alice", &first, 60).status(), Some(481));
    assert!(desk.server.subscriptions.is_empty() && desk.server.dialogs.is_empty());
}

#[test]
fn a_subscription_runs_out() {
    let mut desk = Desk::new();
    desk.subscribe("alice", "presence", "bob", 30);
    let notify = desk.notify();
    // Bob has never published: an empty document.
    assert!(!body(&notify).contains("tuple"));
    desk.pass(30);
    assert_eq!(state(&desk.notify()), "terminated;timeout");
    assert!(desk.server.subscriptions.is_empty());
}

#[test]
fn a_fetch_ends_with_its_first_notify() {
    let mut desk = Desk::new();
    desk.publish("bob", None, 3600, &pidf("bob", "hello"));
    let response = desk.subscribe("alice", "presence", "bob", 0);
    assert_eq!(response.expires(), Ok(Some(0)));
    let notify = desk.notify();
    assert_eq!(state(&notify), "terminated;timeout");
    assert!(body(&notify).contains("hello"));
    assert!(desk.server.subscriptions.is_empty());
}

#[test]
fn changes_wait_for_the_answer_and_the_last_one_is_told() {
    let mut desk = Desk::new();
    desk.subscribe("alice", "presence", "bob", 600);
    let first = desk.publish("bob", None, 3600, &pidf("bob", "one"));
    desk.publish("bob", Some(&etag(&first)), 3600, &pidf("bob", "two"));
    assert_eq!(desk.inbox.len(), 1);
    assert!(!body(&desk.notify()).contains("tuple"));
    assert!(body(&desk.notify()).contains("two"));
    assert!(desk.inbox.is_empty());
}

#[test]
fn an_unanswered_or_refused_notify_ends_the_subscription() {
    let mut desk = Desk::new();
    desk.subscribe("alice", "presence", "bob", 600);
    desk.pass(33);
    assert_eq!(desk.inbox.len(), 11, "sends of an unanswered NOTIFY");
    assert!(desk.server.subscriptions.is_empty());
    desk.inbox.clear();

    desk.subscribe("alice", "presence", "bob", 600);
    desk.notify_and(481);
    assert!(desk.server.subscriptions.is_empty());
    desk.subscribe("alice", "presence", "bob", 600);
    desk.notify_and(500);
    assert_eq!(desk.server.subscriptions.len(), 1);
}

#[test]
fn bad_subscriptions_are_refused() {
    let mut desk = Desk::new();
    assert_eq!(
        desk.subscribe("alice", "dialog", "bob", 600).status(),
        Some(489)
    );
    assert_eq!(
        desk.subscribe("alice", "presence", "nobody", 600).status(),
        Some(404)
    );
    assert_eq!(
        desk.subscribe("alice", "presence", "bob", 2).status(),
        Some(423)
    );
    assert_eq!(
        desk.subscribe("alice", "message-summary", "bob", 600)
            .status(),
        Some(403)
    );
    assert_eq!(
        desk.subscribe("alice", "presence.winfo", "bob", 600)
            .status(),
        Some(403)
    );
    let bob = office::aor("bob");
    let mut request = Request::new("SUBSCRIBE", &bob);
    request.extra = "Event: presence\nAccept: text/plain\n".to_owned();
    assert_eq!(desk.request("alice", &request).status(), Some(406));
    request.extra = "Event: presence\n".to_owned();
    request.contact = "";
    assert_eq!(desk.request("alice", &request).status(), Some(400));
    request.contact = "<sip:a@127.0.0.1>";
    request.to.push_str(";tag=unknown");
    assert_eq!(desk.request("alice", &request).status(), Some(481));
    assert!(desk.server.subscriptions.is_empty());
}

#[test]
fn the_event_id_and_the_route_come_back() {
    let mut desk = Desk::new();
    let bob = office::aor("bob");
    let mut request = Request::new("SUBSCRIBE", &bob);
    request.extra = "Event: presence;id=7\nRecord-Route: <sip:127.0.0.1:9;lr>\n".to_owned();
    let response = desk.request("alice", &request);
    assert_eq!(response.record_routes().count(), 1);
    let notify = desk.notify();
    assert_eq!(notify.event().unwrap().unwrap().id, Some("7"));
    assert_eq!(
        notify.routes().next().unwrap().unwrap(),
        "<sip:127.0.0.1:9;lr>"
    );
}

#[test]
fn messages_are_counted() {
    let mut desk = Desk::new();
    desk.subscribe("alice", "message-summary", "alice", 600);
    assert_eq!(body(&desk.notify()), "Messages-Waiting: no\r\n");
    let voice = Counts {
        new: 2,
        old: 8,
        urgent: Some(Urgent { new: 1, old: 0 }),
    };
    let summary = Summary {
        waiting: true,
        account: Some(office::aor("alice")),
        classes: vec![(Class::Voice, voice)],
        ..Summary::default()
    };
    desk.server.mailboxes.insert(office::aor("alice"), summary);
    desk.server.messages_changed(&office::aor("alice"));
    desk.server.finish(desk.now);
    desk.collect();
    let text = body(&desk.notify());
    assert!(text.contains("Voice-Message: 2/8 (1/0)"), "{text}");
}

#[test]
fn several_notifiers_answer_when_told_to_fork() {
    let faults = Faults {
        extra_notifiers: 2,
        ..Faults::default()
    };
    let mut desk = Desk::with(ExpiryBounds::default(), faults);
    let response = desk.subscribe("alice", "message-summary", "alice", 600);
    let mut tags: Vec<_> = (0..3)
        .map(|_| desk.notify().from().unwrap().tag().unwrap().to_owned())
        .collect();
    assert_eq!(Some(&*tags[0]), response.to().unwrap().tag());
    tags.sort_unstable();
    tags.dedup();
    assert_eq!(tags.len(), 3);
    assert!(desk.inbox.is_empty());
}

#[test]
fn a_restart_can_lose_everything() {
    let mut desk = Desk::new();
    let published = desk.publish("bob", None, 600, &pidf("bob", "one"));
    desk.subscribe("alice", "presence", "bob", 600);
    let notify = desk.notify();
    desk.server.restart(true);
    assert_eq!(desk.resubscribe("alice", &notify, 600).status(), Some(481));
    let again = desk.publish("bob", Some(&etag(&published)), 600, "");
    assert_eq!(again.status(), Some(412));
}
