//! The buddy list between this machine and the server.

use super::*;

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
