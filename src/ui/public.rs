//! What other programs of the session are told of the accounts: harmless texts, no secrets.

use std::sync::Arc;

use super::address;
use super::plain_text;
use super::session::Session;
use super::sessions::Sessions;
use super::words;
use crate::account::{BuddyState, Connection, Messages, Snapshot, Status};
use crate::desktop::dbus::{Asking, Mailbox, Person, Public};

/// Builds what is told, and keeps what has not changed since.
#[derive(Debug, Default)]
pub struct Telling {
    /// Of what the last one was made.
    of: Vec<(Arc<Snapshot>, u64)>,
    last: Arc<Public>,
}

impl Telling {
    /// What is told of these accounts; `None`: the same as before.
    pub fn of(&mut self, sessions: &Sessions) -> Option<Arc<Public>> {
        let same = self.of.len() == sessions.len()
            && self
                .of
                .iter()
                .zip(sessions)
                .all(|((snapshot, renamed), session)| {
                    Arc::ptr_eq(snapshot, &session.snapshot) && *renamed == session.renamed
                });
        if same {
            return None;
        }
        let public = Arc::new(self.build(sessions));
        self.of = sessions
            .iter()
            .map(|session| (Arc::clone(&session.snapshot), session.renamed))
            .collect();
        self.last = Arc::clone(&public);
        Some(public)
    }

    fn build(&self, sessions: &Sessions) -> Public {
        let mut public = Public::default();
        if let Some(first) = sessions.speaker() {
            let snapshot = &first.snapshot;
            first_status(snapshot).clone_into(&mut public.status);
            public.note = plain_text::note(&snapshot.own_note);
            public.online = snapshot.connection == Connection::Online;
        }
        let mut place = 0;
        for session in sessions {
            let snapshot = &session.snapshot;
            let before = self.of.iter().find(|(before, renamed)| {
                before.account == snapshot.account && *renamed == session.renamed
            });
            for (index, buddy) in snapshot.buddies.iter().enumerate() {
                // Ten thousand people are not put into words because one of them has changed.
                let unchanged = before.is_some_and(|(before, _)| {
                    let same = |before: &Arc<BuddyState>| Arc::ptr_eq(before, buddy);
                    before.dialogs == snapshot.dialogs
                        && before.buddies.get(index).is_some_and(same)
                });
                let kept = self.last.buddies.get(place).filter(|_| unchanged);
                public.buddies.push(match kept {
                    Some(person) if person.address == buddy.address => Arc::clone(person),
                    _ => Arc::new(person(buddy, session)),
                });
                place += 1;
            }
            let mailboxes = snapshot.mailboxes.iter();
            let known = mailboxes.filter_map(|mailbox| mailbox.messages.as_ref());
            public
                .mailboxes
                .extend(known.map(|messages| mailbox(messages, session)));
            let requests = snapshot.requests();
            public
                .requests
                .extend(requests.iter().map(|request| Asking {
                    address: plain_text::one_line(request.watcher, LONG),
                    name: words::watcher::name(request.watcher, request.display_name, session),
                    account: session.account.address.clone(),
                }));
        }
        public
    }
}

fn first_status(snapshot: &Snapshot) -> &str {
    if snapshot.own_away {
        Status::Away.token()
    } else {
        snapshot.own_status.token()
    }
}

fn person(buddy: &BuddyState, session: &Session) -> Person {
    let given = session.names.get(&address::key(&buddy.address));
    let name = given.map(|name| plain_text::name(name));
    let calls = session.calls(&buddy.address);
    let telephones = calls.is_some_and(|calls| !calls.stale && !calls.calls.is_empty());
    Person {
        address: plain_text::one_line(&buddy.address, LONG),
        name: name
            .filter(|name| !name.is_empty())
            .unwrap_or_else(|| plain_text::address(&buddy.address)),
        state: plain_text::one_line(buddy.status.token(), LONG),
        note: buddy
            .presence
            .note
            .as_deref()
            .map(plain_text::note)
            .unwrap_or_default(),
        on_the_phone: telephones || buddy.status == Status::OnThePhone,
        account: session.account.address.clone(),
    }
}

fn mailbox(messages: &Messages, session: &Session) -> Mailbox {
    let counts = || messages.classes.values();
    let sum = |counts: &mut dyn Iterator<Item = u32>| counts.fold(0, u32::saturating_add);
    Mailbox {
        mailbox: plain_text::one_line(&messages.mailbox, LONG),
        waiting: messages.waiting,
        new: sum(&mut counts().map(|counts| counts.new)),
        old: sum(&mut counts().map(|counts| counts.old)),
        urgent: sum(&mut counts().filter_map(|counts| counts.urgent_new)),
        account: session.account.address.clone(),
    }
}

/// The longest address, in characters.
const LONG: usize = 512;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::testing::{buddy, mailbox, online, session, watcher};

    #[test]
    fn people_mailboxes_and_requests_are_told_and_what_stays_is_kept() {
        let bob = Arc::new(buddy("sip:bob@example.test", Status::OnThePhone));
        let carol = |status| Arc::new(buddy("sip:carol@example.test", status));
        let session = session(Snapshot {
            buddies: vec![Arc::clone(&bob), carol(Status::Available)],
            mailboxes: vec![mailbox(2, 1, 1)],
            watchers: vec![watcher("sip:heidi@example.test", Some("Hei\u{202e}di\n"))],
            own_status: Status::Busy,
            ..online()
        });
        let mut sessions = Sessions::from_iter([session]);
        let mut telling = Telling::default();
        let first = telling.of(&sessions).unwrap();
        assert_eq!((first.status.as_str(), first.online), ("busy", true));
        let told: Vec<_> = first
            .buddies
            .iter()
            .map(|person| {
                (
                    person.name.as_str(),
                    person.state.as_str(),
                    person.on_the_phone,
                )
            })
            .collect();
        assert_eq!(
            told,
            [
                ("Bob", "on-the-phone", true),
                ("carol@example.test", "available", false)
            ]
        );
        let lamp = &first.mailboxes[0];
        assert_eq!(
            (lamp.waiting, lamp.new, lamp.old, lamp.urgent),
            (true, 2, 1, 1)
        );
        assert_eq!(first.requests[0].name, "Heidi", "made harmless");
        assert_eq!(telling.of(&sessions), None, "nothing has changed");

        let session = sessions.chosen_mut().unwrap();
        Arc::make_mut(&mut session.snapshot).buddies = vec![bob, carol(Status::Away)];
        let second = telling.of(&sessions).unwrap();
        assert!(Arc::ptr_eq(&first.buddies[0], &second.buddies[0]));
        assert_eq!(second.buddies[1].state, "away");
        let nobody = telling.of(&Sessions::default()).unwrap();
        assert_eq!(*nobody, Public::default());
    }
}
