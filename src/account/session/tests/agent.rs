//! Who asks this device itself.

use super::*;
use crate::account::config::RulesHere;
use crate::account::rules_state::RulesState;
use crate::engine::{Identity, Proof, SubscriptionId, Substate, UsageId, WatcherId};
use crate::rules::{Circumstances, Disclosure, Edit, Ruleset, Target};

fn come(session: &mut Session, number: u32, who: &str) {
    let event = engine::Event::Watcher {
        watcher: WatcherId(number),
        identity: Identity {
            address: format!("sip:{who}@EXAMPLE.com;user=phone"),
            display_name: Some(format!("{who}\u{202e}")),
            proof: Proof::Asserted,
        },
        expires_at: now().moment + Duration::from_secs(600),
    };
    session.engine_event(now(), event);
}

fn without_server(folder: &std::path::Path) -> Session {
    session_in(Some(folder), |settings| settings.xcap_root.clear())
}

fn allows_bob() -> Ruleset {
    let at = Circumstances {
        now: Timestamp::UNIX_EPOCH,
        sphere: None,
    };
    let allow = Edit::Allow {
        until: None,
        shows: Disclosure::Everything,
    };
    let bob = Target::new("sip:bob@example.com").unwrap();
    let empty = Ruleset::empty().unwrap();
    empty.edit(&bob, allow, &at).unwrap().document
}

#[test]
fn who_asks_is_a_request_and_rules_are_made_for_the_first() {
    let home = tempfile::tempdir().unwrap();
    let mut session = without_server(home.path());
    come(&mut session, 1, "bob");
    come(&mut session, 2, "carol");
    assert!(matches!(session.jobs.pop_front(), Some(Job::Adopt)));
    assert!(session.jobs.is_empty(), "once");
    let shot = session.snapshot(now());
    let requests = shot.requests();
    let who: Vec<&str> = requests.iter().map(|request| request.watcher).collect();
    assert_eq!(who, ["sip:bob@example.com", "sip:carol@example.com"]);
    assert!(!requests[0].display_name.unwrap().contains('\u{202e}'));
    let bob = &shot.watchers[0];
    assert_eq!((bob.source, bob.expires_s), (Some("asserted"), Some(600)));
    assert_eq!(shot.watchers_supported, Some(true));

    session.job_done(now(), JobResult::Fetched(Ok(Some(allows_bob()))));
    let shot = session.snapshot(now());
    let stands = |who: &str| {
        let watcher = shot.watchers.iter().find(|it| it.watcher.contains(who));
        watcher.map(|it| (it.status.clone(), it.decision.clone()))
    };
    let word = |status: &str, decision: &str| Some((status.to_owned(), decision.to_owned()));
    assert_eq!(stands("bob"), word("active", "allow"));
    assert_eq!(stands("carol"), word("pending", "undecided"));
    assert_eq!(shot.requests().len(), 1);
    let gone = engine::Event::WatcherGone {
        watcher: WatcherId(2),
        reason: "timeout",
    };
    session.engine_event(now(), gone);
    let shot = session.snapshot(now());
    assert_eq!(shot.watchers.len(), 1);
    // A request stays until it is decided.
    assert!(shot.requests()[0].gone.is_some());
}

#[test]
fn rules_on_a_server_count_before_those_here() {
    let home = tempfile::tempdir().unwrap();
    let mut session = session_in(Some(home.path()), |_| {});
    come(&mut session, 1, "bob");
    assert!(session.jobs.is_empty());
    session.job_done(now(), JobResult::Fetched(Ok(Some(allows_bob()))));
    assert_eq!(session.snapshot(now()).watchers[0].status, "active");
    assert_eq!(std::fs::read_dir(home.path()).unwrap().count(), 0);
}

#[test]
fn a_file_that_another_program_changes_is_read_again() {
    let home = tempfile::tempdir().unwrap();
    let mut session = without_server(home.path());
    come(&mut session, 1, "bob");
    session.jobs.clear();
    let kept = crate::store::KeptRules::of(home.path(), "sip:alice@example.com");
    kept.write(allows_bob().source()).unwrap();
    let later = |seconds| Now {
        moment: now().moment + Duration::from_secs(seconds),
        ..now()
    };
    session.pass_time(later(1));
    assert!(session.jobs.is_empty());
    assert!(session.deadline().is_some_and(|at| at <= later(2).moment));
    session.pass_time(later(2));
    assert!(matches!(session.jobs.pop_front(), Some(Job::Fetch)));
    session.pass_time(later(4));
    assert!(session.jobs.is_empty());
}

#[test]
fn whoever_a_server_tells_of_is_shown_once() {
    let home = tempfile::tempdir().unwrap();
    let mut session = without_server(home.path());
    registration(&mut session, RegistrationState::Registered, None);
    let subject = session.subjects.iter().flatten().find(|subject| {
        matches!(subject.content, Content::Watchers(_)) && subject.engine.is_some()
    });
    let id: SubscriptionId = subject.unwrap().engine.unwrap();
    let body = "<watcherinfo xmlns='urn:ietf:params:xml:ns:watcherinfo' version='0' state='full'>\
        <watcher-list resource='sip:alice@example.com' package='presence'>\
        <watcher id='1' status='pending' event='subscribe'>sip:bob@example.com</watcher>\
        </watcher-list></watcherinfo>";
    let event = engine::Event::Notify {
        subscription: id,
        usage: UsageId(1),
        notifier: "tag".to_owned(),
        secure: false,
        substate: Substate::Active,
        content_type: Some("application/watcherinfo+xml".to_owned()),
        content_language: None,
        content_encoding: None,
        body: Bytes::from(body),
        unchanged: false,
        entity_tag: None,
        token: engine::NotifyToken(0),
    };
    session.engine_event(now(), event);
    come(&mut session, 1, "bob");
    come(&mut session, 2, "carol");
    let shot = session.snapshot(now());
    let sources: Vec<_> = shot.watchers.iter().map(|it| it.source).collect();
    assert_eq!(sources, [None, Some("asserted")]);
}

/// What is to be done after this answer to the question who watches.
fn jobs_after(session: &mut Session, state: SubscriptionState, code: u16) -> Vec<&'static str> {
    registration(session, RegistrationState::Registered, None);
    session.jobs.clear();
    let subjects = session.subjects.iter().flatten();
    let mut subjects = subjects.filter(|subject| matches!(subject.content, Content::Watchers(_)));
    let id = subjects.find_map(|subject| subject.engine).unwrap();
    let event = engine::SubscriptionEvent {
        id,
        state,
        reason: Some(Reason::Response(code, "No".to_owned())),
        expires_at: None,
        retry_at: None,
        notifiers: 0,
    };
    for _ in 0..2 {
        let again = engine::Event::Subscription(event.clone());
        session.engine_event(now(), again);
    }
    let jobs = session.jobs.drain(..);
    jobs.map(|job| match job {
        Job::Alone => "alone",
        Job::Fetch => "fetch",
        _ => "other",
    })
    .collect()
}

#[test]
fn that_no_server_tells_of_watchers_is_found_out_by_asking() {
    let home = tempfile::tempdir().unwrap();
    let over = SubscriptionState::Terminated;
    let again = SubscriptionState::WaitingToRetry;
    for (state, code, jobs) in [
        (over, 489, &["alone", "fetch"][..]),
        (again, 404, &["alone", "fetch"]),
        (again, 480, &["alone", "fetch"]),
        // It is only away.
        (again, 503, &[]),
        (again, 500, &[]),
    ] {
        let mut session = session_in(Some(home.path()), |_| {});
        assert_eq!(jobs_after(&mut session, state, code), jobs, "{code}");
    }
    // Where no server is named none is asked unasked.
    let mut session = without_server(home.path());
    assert_eq!(jobs_after(&mut session, over, 489), ["alone"]);
    let mut session = session_in(Some(home.path()), |_| {});
    session.config.rules_here = RulesHere::Kept;
    assert_eq!(jobs_after(&mut session, over, 489), [""; 0]);
}

#[test]
fn rules_that_turn_out_to_be_here_hold_for_those_who_ask_already() {
    let home = tempfile::tempdir().unwrap();
    let mut session = session_in(Some(home.path()), |_| {});
    come(&mut session, 1, "bob");
    assert!(session.jobs.is_empty(), "the server named decides");
    session.job_done(now(), JobResult::RulesHere { instead: true });
    session.job_done(now(), JobResult::Fetched(Ok(Some(allows_bob()))));
    let shot = session.snapshot(now());
    assert_eq!(shot.rules_state, RulesState::Here);
    assert_eq!(shot.watchers[0].status, "active");
    // From now on it is looked whether another program changes them.
    let later = Now {
        moment: now().moment + Duration::from_secs(2),
        ..now()
    };
    session.jobs.clear();
    session.pass_time(later);
    assert_eq!(session.jobs.len(), 1);
}
