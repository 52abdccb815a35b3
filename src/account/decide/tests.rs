//! What decisions are known to do.

use super::*;
use crate::engine::{Substate, UsageId};
use crate::package::Body;

const BOB: &str = "sip:bob@example.com";

fn now(seconds: u64) -> Now {
    Now {
        moment: Moment::from_start(Duration::from_secs(seconds)),
        wall: Timestamp::UNIX_EPOCH,
    }
}

fn view(status: Option<&str>) -> WatchersView {
    let row = status.map_or_else(String::new, |status| {
        format!("<watcher id='7' status='{status}' event='subscribe'>{BOB}</watcher>")
    });
    let body = format!(
        "<watcherinfo xmlns='urn:ietf:params:xml:ns:watcherinfo' version='1' state='full'>\
         <watcher-list resource='sip:alice@example.com' package='presence'>{row}</watcher-list>\
         </watcherinfo>"
    );
    let mut view = WatchersView::new();
    let body = Body::new("application/watcherinfo+xml", body.as_bytes());
    let undecided = |_: &str| Decision::Undecided.into();
    let at = Timestamp::UNIX_EPOCH;
    view.notify(UsageId(1), &Substate::Active, Some(body), &undecided, at);
    view
}

fn edited(decision: Decision, listed: &WatchersView) -> JobResult {
    let mut wish = Wish {
        watcher: BOB.to_owned(),
        decision,
        valid_until: None,
        shows: Disclosure::Everything,
        listed: false,
        was: Decision::Undecided,
        waited: false,
    };
    wish.listed_in(&[listed]);
    let at = Circumstances {
        now: Timestamp::UNIX_EPOCH,
        sphere: None,
    };
    let edited = Ruleset::empty()
        .unwrap()
        .edit(&target(BOB).unwrap(), wish.edit(), &at)
        .unwrap();
    JobResult::Edited(vec![(wish, Ok(edited))])
}

#[test]
fn xc_012_an_approval_is_effective_when_the_watcher_is_active() {
    let mut decisions = Decisions::default();
    let pending = view(Some("pending"));
    let told = decisions.done(edited(Decision::Allow, &pending), now(0));
    assert_eq!(told.rules[0].state, "written");
    assert!(told.confirm);
    assert_eq!(
        decisions.decision(BOB, Timestamp::UNIX_EPOCH),
        Decision::Allow
    );
    assert!(decisions.confirm(&[&pending], false).is_empty());
    let rules = decisions.confirm(&[&view(Some("active"))], false);
    assert_eq!(rules[0].state, "effective");
    assert!(
        decisions
            .confirm(&[&view(Some("active"))], false)
            .is_empty()
    );
    assert_eq!(decisions.deadline(), None);
}

#[test]
fn xc_012_a_block_is_effective_when_the_watcher_is_gone() {
    let mut decisions = Decisions::default();
    decisions.done(edited(Decision::Block, &view(Some("active"))), now(0));
    assert!(
        decisions
            .confirm(&[&view(Some("active"))], false)
            .is_empty()
    );
    assert_eq!(
        decisions.confirm(&[&view(None)], false)[0].state,
        "effective"
    );
    // Nobody who was not there can be seen to go.
    decisions.done(edited(Decision::Block, &view(None)), now(0));
    assert!(decisions.confirm(&[&view(None)], false).is_empty());
}

#[test]
fn xc_012_a_decision_that_never_shows_is_told() {
    let mut decisions = Decisions::default();
    decisions.done(edited(Decision::Allow, &view(Some("pending"))), now(0));
    assert!(decisions.give_up(now(59)).is_empty());
    assert_eq!(decisions.give_up(now(60)).len(), 1);
    assert!(decisions.give_up(now(61)).is_empty());
}

#[test]
fn xc_012_a_decision_of_another_device_is_read_once() {
    let row = |status: &str, decision: &str| crate::account::event::Watcher {
        resource: "sip:alice@example.com".to_owned(),
        package: "presence".to_owned(),
        watcher: BOB.to_owned(),
        display_name: None,
        status: status.to_owned(),
        event: "subscribe".to_owned(),
        id: "7".to_owned(),
        decision: decision.to_owned(),
        ..crate::account::event::Watcher::default()
    };
    let mut decisions = Decisions::default();
    assert!(
        !decisions.outdated(&[row("active", "undecided")]),
        "nothing was ever read"
    );
    decisions.done(JobResult::Fetched(Ok(None)), now(0));
    assert!(!decisions.outdated(&[row("pending", "undecided")]));
    assert!(!decisions.outdated(&[row("active", "allow")]));
    assert!(decisions.outdated(&[row("active", "undecided")]));
    assert!(
        !decisions.outdated(&[row("active", "undecided")]),
        "already asked"
    );
    decisions.done(JobResult::Fetched(Ok(None)), now(0));
    assert!(decisions.outdated(&[row("pending", "allow")]));
}

#[test]
fn a_failure_says_why() {
    let mut decisions = Decisions::default();
    let JobResult::Edited(mut results) = edited(Decision::Allow, &view(None)) else {
        return;
    };
    let (wish, _) = results.remove(0);
    let fault = JobFault::lasting(Fault::Unreachable, "no such host");
    let other = Wish {
        watcher: "sip:carol@example.com".to_owned(),
        ..wish.clone()
    };
    let again = wish.clone();
    let told = decisions.done(JobResult::Edited(vec![(wish, Err(fault))]), now(0));
    assert_eq!(told.rules[0].state, "failed");
    assert_eq!(told.rules[0].fault, Some(Fault::Unreachable));
    assert_eq!(decisions.last().count(), 1);
    decisions.begin(&[other]);
    assert_eq!(decisions.last().count(), 1);
    decisions.begin(&[again]);
    assert_eq!(decisions.last().count(), 0, "it is being tried again");
}
