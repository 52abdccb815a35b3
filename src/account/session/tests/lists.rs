//! The buddy list between this machine and the server.

use super::*;
use crate::account::buddies::{BuddyEdit, ListState};
use crate::account::cause::{DocumentCause, UnusableDocument};
use crate::account::job::MergedList;
use crate::lists::{Contact, Roster, limits};
use crate::rules::{Circumstances, Decision, Disclosure, Edit, Ruleset, Target};
use crate::store::Buddy;

#[test]
fn a_list_is_merged_once_at_a_time_and_again_when_it_has_changed_meanwhile() {
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
    assert_eq!((wish.base, wish.in_order), (roster(&["bob", "dave"]), true));
    assert_eq!(wish.ours.contacts().len(), 3);
    let fault = JobFault {
        again: true,
        ..JobFault::lasting(Fault::Unreachable, "no such host")
    };
    session.job_done(now(), JobResult::Merged(Err(fault)));
    let waiting = session.snapshot(now());
    assert_eq!(waiting.list.state, ListState::Waiting);
    assert!(matches!(waiting.troubles[0].topic, Topic::Buddies(..)));
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

fn merged(roster: Roster) -> JobResult {
    JobResult::Merged(Ok(Box::new(MergedList {
        roster,
        ..MergedList::default()
    })))
}

fn server_is_away() -> JobFault {
    JobFault {
        again: true,
        ..JobFault::lasting(Fault::Unreachable, "no such host")
    }
}

#[test]
fn a_merge_that_goes_well_takes_along_a_decision_that_waits_and_the_other_way_round() {
    let home = tempfile::tempdir().unwrap();
    let mut session = session_in(Some(home.path()), |_| {});
    session.command(
        now(),
        Command::Decide {
            watcher: "sip:heidi@example.com".to_owned(),
            decision: Decision::Block,
            valid_until: None,
            shows: Disclosure::Everything,
        },
    );
    session.release();
    let Some(Job::Edit(mut wishes)) = session.jobs.pop_front() else {
        panic!("it is written at once");
    };
    let wish = wishes.remove(0);
    let refused = |wish| JobResult::Edited(vec![(wish, Err(server_is_away()))]);
    session.job_done(now(), refused(wish));
    assert!(session.deadline().is_some() && session.jobs.is_empty());
    // The merge of the log-in.
    session.job_done(now(), merged(Roster::default()));
    let Some(Job::Edit(mut wishes)) = session.jobs.pop_front() else {
        panic!("the decision is stranded");
    };
    session.command(now(), Command::MergeBuddies);
    session.jobs.clear();
    session.job_done(now(), JobResult::Merged(Err(server_is_away())));
    assert!(session.buddies.waits());
    let at = Circumstances {
        now: Timestamp::UNIX_EPOCH,
        sphere: None,
    };
    let heidi = Target::new("sip:heidi@example.com").unwrap();
    let edited = Ruleset::empty().unwrap().edit(&heidi, Edit::Block, &at);
    let wish = wishes.remove(0);
    let done = JobResult::Edited(vec![(wish, Ok(edited.unwrap()))]);
    session.job_done(now(), done);
    assert!(
        session.jobs.iter().any(|job| matches!(job, Job::Merge(_))),
        "the list is stranded"
    );
}

#[test]
fn a_group_that_is_dissolved_during_a_merge_goes_with_the_next_one() {
    let mut session = session();
    let dissolve = |session: &mut Session, group: &str| {
        let group = group.to_owned();
        session.command(
            now(),
            Command::EditBuddies(vec![BuddyEdit::RemoveGroup { group }]),
        );
    };
    // The merge of the log-in runs.
    dissolve(&mut session, "Work");
    session.job_done(now(), merged(Roster::default()));
    let Some(Job::Merge(wish)) = session.jobs.pop_front() else {
        panic!("the list stays on the server");
    };
    assert_eq!(wish.dropped, ["Work"]);
    dissolve(&mut session, "Friends");
    session.job_done(now(), merged(Roster::default()));
    let Some(Job::Merge(wish)) = session.jobs.pop_front() else {
        panic!("the list stays on the server");
    };
    assert_eq!(wish.dropped, ["Friends"]);
}

#[test]
fn a_list_that_finds_no_room_is_not_merged_and_nobody_is_lost() {
    let person = |number: usize| Buddy {
        address: format!("sip:u{number}@example.com"),
        ..Buddy::default()
    };
    let mut session = session_with(|settings| {
        settings.buddies = (0..limits::CONTACTS).map(person).collect();
    });
    let buddy = person(limits::CONTACTS);
    let put = BuddyEdit::Put { buddy, place: None };
    session.command(now(), Command::EditBuddies(vec![put]));
    let before: Roster = (0..limits::CONTACTS)
        .filter_map(|number| Contact::new(&person(number).address))
        .collect();
    session.job_done(now(), merged(before));
    let list = session.snapshot(now()).list;
    assert_eq!(list.buddies.len(), limits::CONTACTS + 1);
    assert!(
        list.reason
            .as_ref()
            .unwrap()
            .contains("no room for sip:u10000@")
    );
    // What was put off is told to have no room before anything is asked for.
    let Some(Job::Merge(wish)) = session.jobs.pop_front() else {
        panic!("another merge was put off");
    };
    assert_eq!(wish.no_room.as_deref(), Some("sip:u10000@example.com"));
    let full = JobFault::full("sip:u10000@example.com");
    session.job_done(now(), JobResult::Merged(Err(full)));
    let list = session.snapshot(now()).list;
    assert_eq!(
        list.state,
        ListState::Failed,
        "it is not tried again and again"
    );
}

#[test]
fn a_list_that_cannot_be_used_is_replaced_only_after_a_copy_is_kept() {
    let unusable = || JobFault {
        cause: DocumentCause::Unusable(Arc::new(UnusableDocument {
            bytes: b"<half".to_vec(),
            detail: "no XML".to_owned(),
        })),
        ..JobFault::lasting(Fault::Other, "no XML")
    };
    let mut nowhere = session();
    nowhere.job_done(now(), JobResult::Merged(Err(unusable())));
    nowhere.command(now(), Command::RenewBuddies);
    assert!(nowhere.jobs.is_empty());
    assert!(matches!(nowhere.snapshot(now()).list_copy, Some(Err(_))));

    let home = tempfile::tempdir().unwrap();
    let mut session = session_in(Some(home.path()), |_| {});
    session.command(now(), Command::RenewBuddies);
    assert!(session.jobs.is_empty() && session.list_copy.is_none());
    session.job_done(now(), JobResult::Merged(Err(unusable())));
    let topic = session.troubles[0].topic.clone();
    assert!(matches!(
        topic,
        Topic::Buddies(_, DocumentCause::Unusable(_))
    ));
    session.command(now(), Command::RenewBuddies);
    let Some(Ok(copy)) = session.snapshot(now()).list_copy else {
        panic!("no copy");
    };
    assert_eq!(std::fs::read(copy).unwrap(), b"<half");
    let Some(Job::RenewList(_, expected)) = session.jobs.pop_front() else {
        panic!("nothing is written");
    };
    assert_eq!(expected, b"<half");
    // Refused: it lies there as before, and can be tried again.
    let refused = JobFault::lasting(Fault::Refused, "403");
    session.job_done(now(), JobResult::Merged(Err(refused)));
    session.command(now(), Command::RenewBuddies);
    assert!(matches!(session.jobs.pop_front(), Some(Job::RenewList(..))));
    session.job_done(now(), merged(Roster::default()));
    let shot = session.snapshot(now());
    assert_eq!(
        (shot.list.state, shot.troubles.len()),
        (ListState::Synced, 0)
    );
}
