//! The account between engine and user, told by hand what the engine would say.

use std::time::Duration;

use jiff::Timestamp;
use rand_core::SeedableRng as _;
use tokio::sync::mpsc;

use super::*;
use crate::account::command::Command;
use crate::account::event::Fault;
use crate::account::job::{JobFault, JobResult};
use crate::account::rules_state::{RulesCause, RulesState, UnusableRules};
use crate::account::snapshot::Connection;
use crate::engine::{self, FlowError, Moment, Reason, RegistrationState, SubscriptionState};
use crate::rules::{Circumstances, Decision, Disclosure, Edit, Ruleset, Target};
use crate::store::AccountSettings;

fn now() -> Now {
    Now {
        moment: Moment::from_start(Duration::from_secs(1)),
        wall: Timestamp::UNIX_EPOCH,
    }
}

fn session() -> Session {
    session_with(|_| {})
}

fn session_with(change: impl FnOnce(&mut AccountSettings)) -> Session {
    session_in(None, change)
}

fn session_in(
    folder: Option<&std::path::Path>,
    change: impl FnOnce(&mut AccountSettings),
) -> Session {
    let mut settings = AccountSettings {
        address: "sip:alice@example.com".to_owned(),
        xcap_root: "https://xcap.example.com".to_owned(),
        ..AccountSettings::default()
    };
    change(&mut settings);
    let (sender, _) = mpsc::channel(1);
    let mut config = Config::desktop(settings, "urn:uuid:1");
    config.keep_in = folder.map(std::path::Path::to_owned);
    let made = Session::new(
        config,
        Some(Secret::new("secret")),
        Box::new(rand_chacha::ChaCha20Rng::seed_from_u64(1)),
        Reports::new(sender),
    );
    let Ok(mut session) = made else {
        panic!("the settings are right");
    };
    session.begin(now());
    session.jobs.clear();
    session
}

fn registration(session: &mut Session, state: RegistrationState, reason: Option<Reason>) {
    let event = RegistrationEvent {
        state,
        expires_at: None,
        retry_at: None,
        contact: None,
        reason,
    };
    session.engine_event(now(), engine::Event::Registration(event));
}

fn unreachable() -> Reason {
    Reason::Flow(FlowError::Name {
        host: "example.com".to_owned(),
        detail: "no such name".to_owned(),
    })
}

#[test]
fn au_004_and_au_019_a_downgrade_is_told_once() {
    let mut session = session();
    for _ in 0..3 {
        let realm = "example.com".to_owned();
        session.engine_event(now(), engine::Event::WeakerChallenge { realm });
        session.tls_withdrawn("example.com");
    }
    let told: Vec<_> = session.snapshot(now()).troubles;
    let topics: Vec<_> = told.iter().map(|trouble| trouble.topic.clone()).collect();
    assert_eq!(
        topics,
        [
            Topic::TlsWithdrawn("example.com".into()),
            Topic::WeakerDigest("example.com".into())
        ]
    );
    assert!(told.iter().all(|it| it.code == 0 && it.hint.is_some()));
    assert_eq!(session.bad_input.total(), 0);
}

#[test]
fn a_server_that_is_lost_is_told_though_subscriptions_still_run() {
    let mut session = session();
    registration(&mut session, RegistrationState::Registered, None);
    assert_eq!(session.connection(now()), Connection::Online);
    let subscription = engine::SubscriptionEvent {
        id: *session.by_engine.keys().next().unwrap(),
        state: SubscriptionState::Active,
        reason: None,
        expires_at: None,
        retry_at: None,
        notifiers: 1,
    };
    session.engine_event(now(), engine::Event::Subscription(subscription));
    registration(&mut session, RegistrationState::Failed, Some(unreachable()));
    assert!(matches!(
        session.connection(now()),
        Connection::Trouble {
            fault: Some(Fault::Unreachable),
            ..
        }
    ));
    // A server that only does not register anybody is no trouble.
    let forbidden = Reason::Response(403, "Forbidden".to_owned());
    registration(&mut session, RegistrationState::Failed, Some(forbidden));
    assert_eq!(session.connection(now()), Connection::Online);
}

#[test]
fn a_changed_password_counts_once_the_registrar_has_taken_it() {
    let mut session = session();
    registration(&mut session, RegistrationState::Registered, None);
    session.command(now(), Command::Password(Secret::new("other")));
    assert_eq!(session.connection(now()), Connection::Connecting);
    registration(&mut session, RegistrationState::Registered, None);
    assert_eq!(session.connection(now()), Connection::Online);
    session.command(now(), Command::Password(Secret::new("wrong")));
    let realm = "example.com".to_owned();
    session.engine_event(now(), engine::Event::CredentialsRefused { realm });
    assert_eq!(
        session.connection(now()),
        Connection::PasswordNeeded { refused: true }
    );
}

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

/// What is shown of the mailboxes: whose, and whether the lamp is on.
fn lamps(session: &mut Session) -> Vec<(String, bool)> {
    let shot = session.snapshot(now());
    let told = shot.mailboxes.into_iter().filter_map(|it| it.messages);
    told.map(|it| (it.mailbox, it.waiting)).collect()
}

#[test]
fn ev_066_an_unsolicited_summary_lights_the_lamp_of_its_account_only() {
    let mut session = session();
    let mut tell = |account: &str, waiting: &str| {
        let body = format!("Messages-Waiting: {waiting}\r\n{account}");
        let kind = Some("application/simple-message-summary");
        let answer = session.unsolicited(now(), kind, None, &Bytes::from(body));
        for index in 0..session.subjects.len() {
            if let Some(Content::Messages(view)) =
                session.subjects[index].as_mut().map(|it| &mut it.content)
            {
                view.news();
            }
        }
        (answer, lamps(&mut session), session.bad_input.total())
    };
    let alice = |waiting| vec![("sip:alice@example.com".to_owned(), waiting)];
    assert_eq!(
        tell("Message-Account: sip:bob@example.com\r\n", "yes"),
        (Ok(()), vec![], 1)
    );
    assert_eq!(
        tell("Message-Account: sip:alice@vm.example.com\r\n", "yes"),
        (Ok(()), alice(true), 1)
    );
    assert_eq!(
        tell("Message-Account: sip:bob@example.com\r\n", "no"),
        (Ok(()), alice(true), 2)
    );
    assert_eq!(tell("", "no"), (Ok(()), alice(false), 2));
    let (answer, lamps, _) = tell("", "perhaps");
    assert_eq!(
        (answer, lamps),
        (Err(engine::BodyFault::Unusable), alice(false))
    );
}

#[test]
fn ev_011_whether_watchers_are_told_is_found_by_trying() {
    for (state, reason, supported) in [
        (SubscriptionState::Active, None, Some(true)),
        (SubscriptionState::Pending, None, None),
        (
            SubscriptionState::Terminated,
            Some((489, "Bad Event")),
            Some(false),
        ),
        (
            SubscriptionState::WaitingToRetry,
            Some((500, "Trouble")),
            None,
        ),
    ] {
        let mut session = session();
        registration(&mut session, RegistrationState::Registered, None);
        assert_eq!(session.watchers_supported, None);
        let watchers = |index: &usize| {
            let subject = session.subjects[*index].as_ref().unwrap();
            matches!(subject.content, Content::Watchers(_))
        };
        let found = session.by_engine.iter().find(|(_, index)| watchers(index));
        let id = *found.expect("asked for without a look at Allow-Events").0;
        let event = engine::SubscriptionEvent {
            id,
            state,
            reason: reason.map(|(code, words)| Reason::Response(code, words.to_owned())),
            expires_at: None,
            retry_at: None,
            notifiers: 0,
        };
        session.engine_event(now(), engine::Event::Subscription(event));
        assert_eq!(session.watchers_supported, supported, "{state:?}");
    }
}

#[test]
fn mg_002_an_account_may_want_the_devices_of_a_person_merged() {
    for (merge, expected) in [
        (false, vec![("closed", None)]),
        (
            true,
            vec![("open", Some("mobile")), ("closed", Some("desk"))],
        ),
    ] {
        let mut session = session_with(|settings| settings.merge_presence = merge);
        registration(&mut session, RegistrationState::Registered, None);
        let address = "sip:bob@example.com".to_owned();
        session.command(now(), Command::Watch { address });
        let index = session.presentities["sip:bob@example.com"];
        let subscription = session.subjects[index].as_ref().unwrap().engine.unwrap();
        // With one notifier the engine lets only the first one through; what it sends counts.
        let answers = [(1, "mobile", "open"), (2, "desk", "closed")];
        for (usage, notifier, basic) in answers {
            let body = format!(
                "<presence xmlns='urn:ietf:params:xml:ns:pidf' entity='sip:bob@example.com'>\
                 <tuple id='t'><status><basic>{basic}</basic></status></tuple></presence>"
            );
            let notify = notify(subscription, (usage, notifier), false, body);
            session.engine_event(now(), notify);
        }
        let shot = session.snapshot(now());
        let bob = shot
            .buddies
            .iter()
            .find(|buddy| buddy.address.contains("bob"));
        let devices = bob.unwrap().presence.devices.iter();
        let devices: Vec<_> = devices
            .map(|device| (device.basic.unwrap(), device.notifier.as_deref()))
            .collect();
        assert_eq!(devices, expected);
    }
}

/// A NOTIFY with a presence document.
fn notify(
    subscription: SubscriptionId,
    (usage, notifier): (u32, &str),
    secure: bool,
    body: String,
) -> engine::Event {
    engine::Event::Notify {
        subscription,
        usage: engine::UsageId(usage),
        notifier: notifier.to_owned(),
        secure,
        substate: engine::Substate::Active,
        content_type: Some("application/pidf+xml".to_owned()),
        content_language: None,
        content_encoding: None,
        body: Bytes::from(body),
        unchanged: false,
        entity_tag: None,
        token: engine::NotifyToken(u64::MAX),
    }
}

#[test]
fn fm_011_the_same_body_in_a_new_dialog_is_flagged_old_unless_it_came_over_tls() {
    for secure in [false, true] {
        let mut session = session_with(|_| {});
        registration(&mut session, RegistrationState::Registered, None);
        let address = "sip:bob@example.com".to_owned();
        session.command(now(), Command::Watch { address });
        let index = session.presentities["sip:bob@example.com"];
        let subscription = session.subjects[index].as_ref().unwrap().engine.unwrap();
        let mut seen = Vec::new();
        for (usage, basic) in [(1, "open"), (2, "open"), (2, "closed")] {
            let body = format!(
                "<presence xmlns='urn:ietf:params:xml:ns:pidf' entity='sip:bob@example.com'>\
                 <tuple id='t'><status><basic>{basic}</basic></status></tuple></presence>"
            );
            let event = notify(subscription, (usage, "a"), secure, body);
            session.engine_event(now(), event);
            let shot = session.snapshot(now());
            let bob = &shot.buddies[0].presence;
            seen.push((bob.basic, bob.may_be_old));
        }
        let repeated = (Some("open"), !secure);
        assert_eq!(
            seen,
            [(Some("open"), false), repeated, (Some("closed"), false)]
        );
    }
}

#[test]
fn rp_007_several_proxies_are_written_with_spaces_between() {
    let read = |proxies: &str| {
        let settings = AccountSettings {
            address: "sip:alice@example.com".to_owned(),
            outbound_proxy: proxies.to_owned(),
            gruu: true,
            strong_digest: true,
            ..AccountSettings::default()
        };
        engine_config(&Config::desktop(settings, "urn:uuid:1"), None)
    };
    let (_, engine) = read(" sip:one.example.com;lr  two.example.com:5070 ").unwrap();
    let proxies: Vec<&str> = engine.outbound_proxies.iter().map(Uri::as_str).collect();
    assert_eq!(
        proxies,
        ["sip:one.example.com;lr", "sip:two.example.com:5070"]
    );
    assert!(engine.gruu && engine.strong_digest);
    let trouble = read("one.example.com ::::").unwrap_err();
    assert_eq!(trouble.code, 2);
    assert!(trouble.message.contains("'::::'"), "{}", trouble.message);
}

#[test]
fn a_list_is_merged_once_at_a_time_and_again_when_it_has_changed_meanwhile() {
    use crate::account::buddies::{BuddyEdit, ListState};
    use crate::account::job::MergedList;
    use crate::lists::{Contact, Roster};
    use crate::store::Buddy;

    let mut session = session_with(|settings| {
        settings.buddies = vec![Buddy {
            address: "sip:bob@example.com".to_owned(),
            ..Buddy::default()
        }];
    });
    let roster = |people: &[&str]| -> Roster {
        let people = people.iter();
        people
            .map(|who| Contact::new(&format!("sip:{who}@example.com")).unwrap())
            .collect()
    };
    let merged = |people: &[&str]| {
        JobResult::Merged(Ok(Box::new(MergedList {
            roster: roster(people),
            ..MergedList::default()
        })))
    };
    let add = |session: &mut Session, who: &str| {
        let buddy = Buddy {
            address: format!("sip:{who}@example.com"),
            ..Buddy::default()
        };
        let put = BuddyEdit::Put { buddy, place: None };
        session.command(now(), Command::EditBuddies(vec![put]));
    };
    let watched = |session: &mut Session| session.snapshot(now()).buddies.len();
    // The first merge was sent at log-in.
    add(&mut session, "carol");
    assert!(session.jobs.is_empty());
    assert_eq!(watched(&mut session), 2);
    session.job_done(now(), merged(&["bob", "dave"]));
    let list = session.snapshot(now()).list;
    let people: Vec<&str> = list.buddies.iter().map(|it| it.address.as_str()).collect();
    assert_eq!(
        people,
        [
            "sip:bob@example.com",
            "sip:carol@example.com",
            "sip:dave@example.com"
        ]
    );
    assert_eq!(list.synced.as_ref().unwrap().buddies.len(), 2);
    assert_eq!(watched(&mut session), 3);
    let Some(Job::Merge(wish)) = session.jobs.pop_front() else {
        panic!("carol is not there yet");
    };
    assert_eq!(wish.base, roster(&["bob", "dave"]));
    assert_eq!(wish.ours.contacts().len(), 3);
    let fault = JobFault {
        again: true,
        ..JobFault::lasting(Fault::Unreachable, "no such host")
    };
    session.job_done(now(), JobResult::Merged(Err(fault)));
    let waiting = session.snapshot(now());
    assert_eq!(waiting.list.state, ListState::Waiting);
    assert!(matches!(waiting.troubles[0].topic, Topic::Buddies(_)));
    let due = session.deadline().unwrap();
    session.pass_time(Now {
        moment: due,
        ..now()
    });
    assert!(matches!(session.jobs.pop_front(), Some(Job::Merge(_))));
    session.job_done(now(), merged(&["carol", "dave"]));
    let shot = session.snapshot(now());
    assert_eq!(
        (shot.list.state, shot.list.buddies.len()),
        (ListState::Synced, 2)
    );
    assert!(shot.troubles.is_empty() && session.jobs.is_empty());
    assert_eq!(watched(&mut session), 2, "bob is gone");
}

/// What is read when a web page or half a document lies on the server.
fn unusable(bytes: &[u8]) -> JobFault {
    let rules = UnusableRules {
        bytes: bytes.to_owned(),
        detail: "no XML".to_owned(),
    };
    JobFault {
        cause: RulesCause::Unusable(Arc::new(rules)),
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
    session.job_done(
        now(),
        JobResult::Fetched(Ok(Some(Ruleset::empty().unwrap()))),
    );
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
