//! When commands end, and how.

use super::*;
use crate::account::{DocumentCause, Topic};

fn registration(state: &'static str, fault: Option<Fault>, retry: Option<u64>) -> Event {
    Event::Registration(Registration {
        account: "sip:alice@example.com".into(),
        state,
        expires_s: None,
        contact: None,
        reason: fault.map(|_| "a reason".into()),
        retry_in_s: retry,
        flows: Vec::new(),
        fault,
    })
}

fn subscription(id: u32, state: &'static str, fault: Option<Fault>) -> Event {
    Event::Subscription(Subscription {
        id,
        package: "presence".into(),
        resource: "sip:bob@example.com".into(),
        state,
        reason: fault.map(|_| "a reason".into()),
        expires_s: None,
        notifiers: 1,
        retry_in_s: None,
        fault,
    })
}

#[test]
fn a_warning_does_not_end_a_command() {
    let trouble = |code| {
        Event::Error(Trouble {
            code,
            message: "what was noticed".into(),
            hint: None,
            topic: Topic::default(),
        })
    };
    let warned = after(Goal::Register, None, &[trouble(0)]);
    assert_eq!(code(&warned), Fault::TimedOut.code());
    let failed = after(Goal::Register, None, &[trouble(4), trouble(0)]);
    assert_eq!(code(&failed), 4);
}

fn after(goal: Goal, until: Option<Until>, events: &[Event]) -> Outcome {
    let mut outcome = Outcome::new(goal, until);
    for event in events {
        outcome.observe(event);
    }
    outcome
}

fn code(outcome: &Outcome) -> u8 {
    outcome
        .result()
        .map_or_else(|failure| failure.fault.code(), |()| 0)
}

#[test]
fn a_registration_decides_register() {
    let goal = Goal::Register;
    let trying = after(goal, None, &[registration("registering", None, None)]);
    assert!(!trying.is_done());
    assert_eq!(code(&trying), 7);
    let good = after(goal, None, &[registration("registered", None, None)]);
    assert!(!good.is_done());
    assert_eq!(code(&good), 0);
    let until = after(
        goal,
        Some(Until::Active),
        &[registration("registered", None, None)],
    );
    assert!(until.is_done());
    let unreachable = registration("failed", Some(Fault::Unreachable), Some(30));
    let unreachable = after(goal, None, &[unreachable]);
    assert!(!unreachable.is_done(), "it is tried again");
    assert_eq!(code(&unreachable), 4);
    let refused = registration("failed", Some(Fault::Authentication), None);
    let refused = after(goal, None, &[refused]);
    assert!(refused.is_done());
    assert_eq!(code(&refused), 3);
}

#[test]
fn a_refused_password_ends_a_watch_too() {
    let refused = registration("failed", Some(Fault::Authentication), None);
    let outcome = after(Goal::Subscriptions(1), None, &[refused]);
    assert!(outcome.is_done());
    assert_eq!(code(&outcome), 3);
}

#[test]
fn every_subscription_has_to_be_active() {
    let until = Some(Until::Active);
    let goal = Goal::Subscriptions(2);
    let one = subscription(1, "active", None);
    let outcome = after(goal, until, &[one.clone(), one.clone(), one]);
    assert!(!outcome.is_done());
    let both = after(
        goal,
        until,
        &[
            subscription(1, "active", None),
            subscription(2, "pending", None),
            subscription(2, "active", None),
        ],
    );
    assert!(both.is_done());
    assert_eq!(code(&both), 0);
    let lost = after(
        goal,
        until,
        &[
            subscription(1, "active", None),
            subscription(1, "pending", None),
            subscription(2, "active", None),
        ],
    );
    assert!(!lost.is_done());
}

#[test]
fn pending_counts_as_notified_but_not_as_active() {
    let pending = [
        subscription(1, "notify_wait", None),
        subscription(1, "pending", None),
    ];
    let goal = Goal::Subscriptions(1);
    assert!(after(goal, Some(Until::FirstNotify), &pending).is_done());
    assert!(!after(goal, Some(Until::Active), &pending).is_done());
    assert_eq!(code(&after(goal, None, &pending)), 0);
}

#[test]
fn the_hint_fits_the_answer() {
    let hint = |reason| match failed("x", Some(Fault::Other), Some(reason), false) {
        State::Failed { failure, .. } => failure.hint,
        other => panic!("{other:?}"),
    };
    assert_eq!(hint("404 Not Found"), "check the address");
    assert_eq!(
        hint("423 Interval Too Brief"),
        "ask for more time with --expires"
    );
    assert_eq!(hint("500 Oops"), hint("503 Service Unavailable"));
    assert_eq!(hint("499 Strange"), Failure::new(Fault::Other, "").hint);
}

#[test]
fn the_last_failure_is_the_exit_status() {
    for (fault, status) in [
        (Fault::Authentication, 3),
        (Fault::Unreachable, 4),
        (Fault::Unsupported, 5),
        (Fault::Refused, 6),
        (Fault::TimedOut, 7),
        (Fault::Other, 1),
    ] {
        let events = [
            subscription(1, "active", None),
            subscription(1, "terminated", Some(fault)),
        ];
        let outcome = after(Goal::Subscriptions(1), None, &events);
        assert_eq!(outcome.is_done(), fault != Fault::Refused);
        assert_eq!(code(&outcome), status);
        let outcome = after(Goal::Subscriptions(1), Some(Until::Terminated), &events);
        assert!(outcome.is_done());
        assert_eq!(code(&outcome), status, "a refusal is not an end");
        let events = [
            subscription(1, "waiting_to_retry", Some(fault)),
            subscription(1, "active", None),
        ];
        assert_eq!(code(&after(Goal::Subscriptions(1), None, &events)), 0);
    }
}

#[test]
fn an_end_is_what_until_terminated_waits_for() {
    let goal = Goal::Subscriptions(1);
    let until = Some(Until::Terminated);
    for fault in [None, Some(Fault::Ended)] {
        let events = [
            subscription(1, "active", None),
            subscription(1, "terminated", fault),
        ];
        let outcome = after(goal, until, &events);
        assert!(outcome.is_done());
        assert_eq!(code(&outcome), 0);
        let outcome = after(goal, None, &events);
        assert!(outcome.is_done());
        assert_eq!(code(&outcome), fault.map_or(0, Fault::code));
    }
    let later = [subscription(1, "waiting_to_retry", Some(Fault::Ended))];
    let outcome = after(goal, until, &later);
    assert!(!outcome.is_done());
    assert_eq!(
        code(&outcome),
        0,
        "the notifier has asked to come back later"
    );
    let refused = registration("failed", Some(Fault::Refused), None);
    let outcome = after(Goal::Register, until, &[refused]);
    assert!(outcome.is_done());
    assert_eq!(code(&outcome), 6);
}

#[test]
fn a_fetch_is_done_when_it_is_answered() {
    let goal = Goal::Fetch(1);
    assert!(!after(goal, None, &[subscription(1, "active", None)]).is_done());
    let outcome = after(goal, None, &[subscription(1, "terminated", None)]);
    assert!(outcome.is_done());
    assert_eq!(code(&outcome), 0);
    let refused = subscription(1, "terminated", Some(Fault::Unsupported));
    let outcome = after(goal, None, &[refused]);
    assert!(outcome.is_done());
    assert_eq!(code(&outcome), 5);
}

#[test]
fn a_rule_is_done_when_it_is_effective() {
    let rule = |state, fault| {
        Event::Rule(Rule {
            watcher: "sip:bob@example.com".into(),
            decision: "allow".into(),
            state,
            reason: None,
            fault,
            cause: DocumentCause::Other,
        })
    };
    let written = after(Goal::Rule, None, &[rule("written", None)]);
    assert!(!written.is_done());
    assert!(written.is_unconfirmed());
    assert_eq!(code(&written), 0);
    assert!(after(Goal::Rule, None, &[rule("effective", None)]).is_done());
    let failed = after(
        Goal::Rule,
        None,
        &[rule("failed", Some(Fault::Unreachable))],
    );
    assert!(failed.is_done());
    assert_eq!(code(&failed), 4);
    assert!(failed.result().unwrap_err().hint.contains("--xcap-root"));
    assert_eq!(code(&after(Goal::Rule, None, &[])), 7);
}

#[test]
fn a_publication_that_is_not_tried_again_ends_the_command_with_advice() {
    let failed = |reason: &str, fault, retry_in_s| {
        Event::Publication(Publication {
            state: "failed",
            status: "busy".into(),
            note: None,
            until: None,
            permanent: false,
            expires_s: None,
            reason: Some(reason.into()),
            retry_in_s,
            fault: Some(fault),
        })
    };
    let mut outcome = Outcome::new(Goal::Publish, None);
    outcome.observe(&failed("503 Busy", Fault::Other, Some(30)));
    assert!(!outcome.is_done());
    outcome.observe(&failed("404 Not here", Fault::Other, None));
    assert!(outcome.is_done());
    let failure = outcome.result().unwrap_err();
    assert_eq!(failure.status, 1);
    assert!(failure.hint.contains("--here"), "{}", failure.hint);
    let mut outcome = Outcome::new(Goal::Publish, None);
    outcome.observe(&failed("415 No", Fault::Unsupported, None));
    let failure = outcome.result().unwrap_err();
    assert!(!failure.hint.contains("--here"), "{}", failure.hint);
}
