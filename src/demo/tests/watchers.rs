//! Watcher information, and decisions about watchers.

use super::*;
use crate::package::Body;
use crate::package::watcher_info::{CONTENT_TYPE, Document, State};

/// Version, completeness, and of each watcher address, status and event.
fn told(notify: &Message) -> (u64, State, Vec<String>) {
    let bytes = notify.body();
    let document = Document::parse(&Body::new(CONTENT_TYPE, &bytes)).unwrap();
    assert_eq!(document.lists.len(), 1);
    let watchers = document.lists[0].watchers.iter().map(|watcher| {
        let (status, event) = (watcher.status.token(), watcher.event.token());
        format!("{} {status} {event}", watcher.uri)
    });
    (document.version, document.state, watchers.collect())
}

fn list(watchers: &[&str]) -> Vec<String> {
    watchers.iter().map(|text| format!("sip:{text}")).collect()
}

#[test]
fn a_watcher_is_pending_until_a_rule_decides() {
    let mut desk = Desk::new();
    desk.subscribe("alice", "presence.winfo", "alice", 3600);
    assert_eq!(told(&desk.notify()), (0, State::Full, list(&[])));

    desk.subscribe("heidi", "presence", "alice", 3600);
    let both = [desk.notify(), desk.notify()];
    let (winfo, hers) = if both[0].to().unwrap().tag() == Some("alice") {
        (&both[0], &both[1])
    } else {
        (&both[1], &both[0])
    };
    assert_eq!(
        told(winfo),
        (
            1,
            State::Partial,
            list(&["heidi@example.test pending subscribe"])
        )
    );
    assert_eq!(state(hers), "pending");
    assert!(hers.body_bytes().is_empty());

    desk.publish("alice", None, 3600, &pidf("alice", "secret"));
    assert!(desk.inbox.is_empty(), "nothing for somebody who waits");

    let put = desk.put_rules("alice", &ruleset(&[("heidi", "allow")]));
    assert_eq!(put.status, 201);
    let mut notifies = [desk.notify(), desk.notify()];
    notifies.sort_by_key(|notify| notify.to().unwrap().tag().unwrap().to_owned());
    assert_eq!(
        told(&notifies[0]),
        (
            2,
            State::Partial,
            list(&["heidi@example.test active approved"])
        )
    );
    assert_eq!(state(&notifies[1]), "active");
    assert!(body(&notifies[1]).contains("secret"));

    let put = desk.put_rules("alice", &ruleset(&[("heidi", "block")]));
    assert_eq!(put.status, 200);
    let mut notifies = [desk.notify(), desk.notify()];
    notifies.sort_by_key(|notify| notify.to().unwrap().tag().unwrap().to_owned());
    assert_eq!(
        told(&notifies[0]),
        (
            3,
            State::Partial,
            list(&["heidi@example.test terminated rejected"])
        )
    );
    assert_eq!(state(&notifies[1]), "terminated;rejected");
    assert_eq!(
        desk.subscribe("heidi", "presence", "alice", 600).status(),
        Some(403)
    );
}

#[test]
fn who_ran_out_undecided_is_waiting() {
    let mut desk = Desk::new();
    desk.subscribe("heidi", "presence", "alice", 30);
    desk.notify();
    desk.pass(30);
    assert_eq!(state(&desk.notify()), "terminated;timeout");
    desk.subscribe("alice", "presence.winfo", "alice", 3600);
    let winfo = desk.notify();
    assert_eq!(
        told(&winfo),
        (
            0,
            State::Full,
            list(&["heidi@example.test waiting timeout"])
        )
    );
    // She asks again: the old wait is given up.
    desk.subscribe("heidi", "presence", "alice", 3600);
    let mut notifies = [desk.notify(), desk.notify()];
    notifies.sort_by_key(|notify| notify.to().unwrap().tag().unwrap().to_owned());
    let (version, partial, mut watchers) = told(&notifies[0]);
    watchers.sort_unstable();
    assert_eq!((version, partial), (1, State::Partial));
    assert_eq!(
        watchers,
        list(&[
            "heidi@example.test pending subscribe",
            "heidi@example.test terminated giveup"
        ])
    );
    // A refresh of the list tells everything again.
    assert_eq!(desk.resubscribe("alice", &winfo, 3600).status(), Some(200));
    let (version, full, watchers) = told(&desk.notify());
    assert_eq!((version, full, watchers.len()), (2, State::Full, 1));
}

#[test]
fn a_wait_ends_with_a_decision_or_after_a_day() {
    let mut desk = Desk::new();
    desk.subscribe("heidi", "presence", "alice", 0);
    desk.notify();
    assert_eq!(desk.server.watchers_of(&office::aor("alice")).len(), 1);
    desk.put_rules("alice", &ruleset(&[("heidi", "allow")]));
    assert!(desk.server.watchers_of(&office::aor("alice")).is_empty());

    desk.put_rules("alice", &ruleset(&[]));
    desk.subscribe("heidi", "presence", "alice", 0);
    desk.notify();
    desk.pass(24 * 3600 + 1);
    assert!(desk.server.watchers_of(&office::aor("alice")).is_empty());
}

#[test]
fn a_scripted_watcher_is_seen_and_decided_about() {
    let mut desk = Desk::new();
    let (alice, heidi) = (office::aor("alice"), office::aor("heidi"));
    let lasts = Duration::from_secs(3600);
    let id = desk.server.watch_scripted(desk.now, &alice, &heidi, lasts);
    assert!(desk.server.subscriptions.contains_key(&id.unwrap()));
    desk.subscribe("alice", "presence.winfo", "alice", 3600);
    let (.., watchers) = told(&desk.notify());
    assert_eq!(watchers, list(&["heidi@example.test pending subscribe"]));
    desk.put_rules("alice", &ruleset(&[("heidi", "block")]));
    let (.., watchers) = told(&desk.notify());
    assert_eq!(watchers, list(&["heidi@example.test terminated rejected"]));
    assert!(!desk.server.subscriptions.contains_key(&id.unwrap()));
    assert_eq!(
        desk.server.watch_scripted(desk.now, &alice, &heidi, lasts),
        None
    );
}
