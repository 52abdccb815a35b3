//! The rules of the user: read, edited, replaced.

use super::*;
use crate::account::cause::{DocumentCause, UnusableDocument};
use crate::account::rules_state::RulesState;
use crate::rules::{Circumstances, Decision, Disclosure, Edit, Ruleset, Target};

#[test]
fn xc_012_rules_that_could_not_be_read_are_read_when_the_server_is_back() {
    let mut session = session();
    let fault = || JobFault::lasting(Fault::Unreachable, "no such host");
    session.job_done(now(), JobResult::Fetched(Err(fault())));
    assert_eq!(session.troubles.len(), 1);
    registration(&mut session, RegistrationState::Registered, None);
    assert!(matches!(session.jobs.pop_front(), Some(Job::Fetch)));
    session.job_done(now(), JobResult::Fetched(Err(fault())));
    // A refresh is no come-back.
    registration(&mut session, RegistrationState::Registered, None);
    assert!(session.jobs.is_empty());
    registration(&mut session, RegistrationState::Failed, Some(unreachable()));
    registration(&mut session, RegistrationState::Registered, None);
    session.job_done(now(), JobResult::Fetched(Ok(None)));
    assert!(session.troubles.is_empty());
    session.jobs.clear();
    registration(&mut session, RegistrationState::Failed, Some(unreachable()));
    registration(&mut session, RegistrationState::Registered, None);
    assert!(session.jobs.is_empty(), "they are known");
}

/// An approval of Bob that ends so many seconds after the beginning of all times.
fn approval(until: i64) -> Ruleset {
    let at = Circumstances {
        now: Timestamp::UNIX_EPOCH,
        sphere: None,
    };
    let allow = Edit::Allow {
        until: Some(Timestamp::from_second(until).unwrap()),
        shows: Disclosure::Everything,
    };
    let bob = Target::new("sip:bob@example.com").unwrap();
    let empty = Ruleset::empty().unwrap();
    empty.edit(&bob, allow, &at).unwrap().document
}

#[test]
fn xc_006_an_approval_that_ends_is_taken_out() {
    let mut session = session();
    let until = 2_000_000_000;
    let at = |seconds: i64, moment: u64| Now {
        moment: Moment::from_start(Duration::from_secs(moment)),
        wall: Timestamp::from_second(seconds).unwrap(),
    };
    let bob = "sip:bob@example.com";
    session.job_done(
        at(until - 100, 1),
        JobResult::Fetched(Ok(Some(approval(until)))),
    );
    assert!(session.jobs.is_empty());
    assert_eq!(
        session.decisions.deadline(),
        Some(Moment::from_start(Duration::from_secs(101)))
    );
    session.pass_time(at(until - 1, 100));
    assert!(session.jobs.is_empty());
    session.pass_time(at(until, 101));
    assert!(matches!(session.jobs.pop_front(), Some(Job::Tidy)));
    let late = Timestamp::from_second(until).unwrap();
    assert_eq!(session.decisions.decision(bob, late), Decision::Undecided);
    assert_eq!(session.decisions.deadline(), None);
    session.pass_time(at(until + 1, 102));
    assert!(session.jobs.is_empty(), "once is enough");
}

#[test]
fn a_preview_waits_for_the_rules() {
    let mut session = session();
    let watcher = "bob".to_owned();
    session.command(now(), Command::Preview { watcher });
    assert!(matches!(session.jobs.pop_front(), Some(Job::Fetch)));
    assert_eq!(session.preview, None);
    session.job_done(now(), JobResult::Fetched(Ok(None)));
    let preview = session.preview.clone().unwrap();
    assert_eq!(preview.watcher, "sip:bob@example.com");
    assert_eq!(
        (preview.decision.as_str(), preview.document),
        ("undecided", None)
    );
}

/// What is read when a web page or half a document lies on the server.
fn unusable(bytes: &[u8]) -> JobFault {
    let rules = UnusableDocument {
        bytes: bytes.to_owned(),
        detail: "no XML".to_owned(),
    };
    JobFault {
        cause: DocumentCause::Unusable(Arc::new(rules)),
        ..JobFault::lasting(Fault::Other, "no XML")
    }
}

#[test]
fn rules_that_cannot_be_used_are_replaced_only_after_a_copy_is_kept() {
    let home = tempfile::tempdir().unwrap();
    let mut session = session_in(Some(home.path()), |_| {});
    session.command(now(), Command::RenewRules);
    assert!(session.jobs.is_empty() && session.rules_copy.is_none());
    session.job_done(now(), JobResult::Fetched(Err(unusable(b"<half"))));
    session.command(now(), Command::KeepRules);
    assert!(session.jobs.is_empty());
    let Some(Ok(copy)) = session.snapshot(now()).rules_copy else {
        panic!("no copy");
    };
    assert_eq!(std::fs::read(copy).unwrap(), b"<half");
    session.command(now(), Command::RenewRules);
    let Some(Job::Renew(expected)) = session.jobs.pop_front() else {
        panic!("nothing is written");
    };
    assert_eq!(expected, b"<half");
    // Refused: they are still those that cannot be used, and it can be tried again.
    let refused = JobFault::lasting(Fault::Refused, "403");
    session.job_done(now(), JobResult::Renewed(Err(refused)));
    let state = session.snapshot(now()).rules_state;
    assert!(matches!(
        state,
        RulesState::Failed(_, DocumentCause::Unusable(_))
    ));
    let said = &session.troubles[0];
    assert!(
        said.message.contains("could not be replaced: 403"),
        "{said:?}"
    );
    session.command(now(), Command::RenewRules);
    assert!(matches!(session.jobs.pop_front(), Some(Job::Renew(_))));
    session.job_done(now(), JobResult::Renewed(Ok(Ruleset::empty().unwrap())));
    assert!(session.troubles.is_empty());
    let known = RulesState::Known { versioned: true };
    assert_eq!(session.snapshot(now()).rules_state, known);
}

#[test]
fn without_a_place_for_the_copy_nothing_is_replaced() {
    let mut session = session();
    session.job_done(now(), JobResult::Fetched(Err(unusable(b"<half"))));
    session.command(now(), Command::RenewRules);
    assert!(session.jobs.is_empty());
    assert!(matches!(session.rules_copy, Some(Err(_))));
}

#[test]
fn xc_020_a_server_without_entity_tags_is_told_from_others() {
    let mut session = session();
    let read = |session: &mut Session, etag: Option<&str>| {
        let held = JobResult::Held {
            auid: crate::rules::AUID,
            etag: etag.map(str::to_owned),
            content: Vec::new(),
        };
        session.job_done(now(), held);
        session.job_done(now(), JobResult::Fetched(Ok(None)));
        session.snapshot(now()).rules_state
    };
    assert_eq!(
        read(&mut session, None),
        RulesState::Known { versioned: false }
    );
    assert_eq!(
        read(&mut session, Some("\"1\"")),
        RulesState::Known { versioned: true }
    );
}

#[test]
fn many_decisions_are_written_with_few_requests() {
    let mut session = session();
    let watchers = (0..120).map(|number| format!("sip:w{number}@example.com"));
    session.command(
        now(),
        Command::DecideAll {
            watchers: watchers.chain(["mailto:nobody".to_owned()]).collect(),
            decision: Decision::Block,
            valid_until: None,
            shows: Disclosure::Everything,
        },
    );
    let held = session.decisions.release(&[]);
    session.write(held);
    let sizes: Vec<usize> = session
        .jobs
        .drain(..)
        .filter_map(|job| match job {
            Job::Edit(wishes) => Some(wishes.len()),
            _ => None,
        })
        .collect();
    assert_eq!(sizes, [50, 50, 20]);
    let refused = session.decisions.last().next().unwrap();
    assert_eq!(
        (refused.watcher.as_str(), refused.state),
        ("mailto:nobody", "failed")
    );
}

#[test]
fn what_a_later_version_has_kept_is_left_alone_and_told() {
    let home = tempfile::tempdir().unwrap();
    let decided = Command::Decide {
        watcher: "sip:heidi@example.com".to_owned(),
        decision: Decision::Block,
        valid_until: None,
        shows: Disclosure::Everything,
    };
    let mut first = session_in(Some(home.path()), |_| {});
    first.command(now(), decided);
    let files = || std::fs::read_dir(home.path()).unwrap();
    let path = files().next().unwrap().unwrap().path();
    let newer = "version = 9\ndecisions = \"elsewhere\"\n";
    std::fs::write(&path, newer).unwrap();
    let name = path.to_str().unwrap().replace("decisions-", "watchers-");
    std::fs::write(&name, "version = 9\nwatchers = 1\n").unwrap();
    let mut session = session_in(Some(home.path()), |_| {});
    let topics: Vec<&Topic> = session.troubles.iter().map(|it| &it.topic).collect();
    let expected = [
        Topic::NotKept(Kept::Decisions),
        Topic::NotKept(Kept::Watchers),
    ];
    assert_eq!(topics, expected.iter().collect::<Vec<_>>());
    session.stop(now());
    assert_eq!(std::fs::read_to_string(&path).unwrap(), newer);
    assert_eq!(files().count(), 2, "nothing is put aside");
}
