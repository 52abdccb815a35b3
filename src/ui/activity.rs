//! What has changed with an account: made by comparing its snapshots.

use std::collections::VecDeque;

use jiff::{Span, Timestamp, Zoned};

use super::address;
use super::changed::{self, Changed};
use super::plain_text;
use crate::account::{Activity, ActivityKind, Connection, Indicator, Messages, Snapshot};

/// What has changed, the oldest first; a bounded number.
#[derive(Debug, Clone, Default)]
pub struct Log {
    entries: VecDeque<Activity>,
    /// Counts changes of it.
    revision: u64,
    /// The revision that was kept last.
    kept: u64,
    /// Whether what an earlier run has kept is in it, or was cleared: before that nothing is put in its place.
    whole: bool,
    /// What was last told of the connection.
    connection: &'static str,
}

impl Log {
    /// Compares two snapshots.
    pub fn learn(&mut self, before: &Snapshot, after: &Snapshot, at: Timestamp) {
        let mut new = Vec::new();
        people(before, after, &mut new);
        calls(before, after, &mut new);
        messages(before, after, &mut new);
        requests(before, after, &mut new);
        decisions(before, after, &mut new);
        let connection = match after.connection {
            Connection::Online => ONLINE,
            Connection::Trouble { .. } => LOST,
            Connection::PasswordNeeded { .. } => PASSWORD,
            Connection::LoggedOut | Connection::Connecting => self.connection,
        };
        if connection != self.connection {
            self.connection = connection;
            new.push((
                ActivityKind::Connection,
                after.account.clone(),
                connection.to_owned(),
            ));
        }
        for (kind, who, text) in new {
            self.add(Activity {
                at,
                kind,
                who,
                text,
            });
        }
    }

    fn add(&mut self, activity: Activity) {
        if self.entries.len() >= MAX_ENTRIES {
            self.entries.pop_front();
        }
        self.entries.push_back(activity);
        self.revision += 1;
    }

    /// Puts what an earlier run has kept before what has changed since.
    pub fn recall(&mut self, kept: Vec<Activity>) {
        self.whole = true;
        let room = MAX_ENTRIES.saturating_sub(self.entries.len());
        let skip = kept.len().saturating_sub(room);
        for activity in kept.into_iter().skip(skip).rev() {
            self.entries.push_front(activity);
        }
        self.revision += 1;
    }

    /// Forgets what is older than so many days; 0: only what is older than today, which nobody keeps.
    pub fn forget_older(&mut self, days: u16, now: &Zoned) {
        let Some(oldest) = oldest(days, now) else {
            return;
        };
        let before = self.entries.len();
        self.entries.retain(|entry| entry.at >= oldest);
        if self.entries.len() != before {
            self.revision += 1;
        }
    }

    /// Forgets everything; the answer is what it was.
    pub fn clear(&mut self) -> Vec<Activity> {
        self.whole = true;
        self.revision += 1;
        std::mem::take(&mut self.entries).into()
    }

    /// What has changed, the oldest first.
    pub fn entries(&self) -> &VecDeque<Activity> {
        &self.entries
    }

    /// What has changed with somebody, the newest first.
    pub fn of(&self, who: &str) -> impl Iterator<Item = &Activity> {
        let who = who.to_owned();
        self.entries
            .iter()
            .rev()
            .filter(move |entry| entry.who == who)
    }

    /// Changes whenever it does.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// Whether it has changed since it was kept.
    pub fn is_unkept(&self) -> bool {
        self.whole && self.revision != self.kept
    }

    /// What was kept is no longer what is to be.
    pub fn outdate(&mut self) {
        self.revision += 1;
    }

    /// What is to be kept now.
    pub fn to_keep(&mut self) -> Vec<Activity> {
        self.kept = self.revision;
        self.entries.iter().cloned().collect()
    }
}

/// The beginning of what is kept for so many days.
fn oldest(days: u16, now: &Zoned) -> Option<Timestamp> {
    let span = Span::new().try_days(i64::from(days.max(1))).ok()?;
    if days == 0 {
        return now.start_of_day().ok().map(|day| day.timestamp());
    }
    now.checked_sub(span).ok().map(|day| day.timestamp())
}

type New = Vec<(ActivityKind, String, String)>;

fn people(before: &Snapshot, after: &Snapshot, new: &mut New) {
    for Changed {
        then,
        now,
        from,
        to,
    } in changed::people(before, after)
    {
        if from != to {
            new.push((
                ActivityKind::Status,
                now.address.clone(),
                to.token().to_owned(),
            ));
        }
        if then.presence.note != now.presence.note {
            let note = now.presence.note.as_deref();
            let note = note.map(plain_text::note).unwrap_or_default();
            new.push((ActivityKind::Note, now.address.clone(), note));
        }
    }
}

fn calls(before: &Snapshot, after: &Snapshot, new: &mut New) {
    for (place, now) in after.dialogs.iter().enumerate() {
        let same = before
            .dialogs
            .get(place)
            .filter(|then| then.address == now.address);
        let mut all = before.dialogs.iter();
        let Some(then) = same.or_else(|| all.find(|then| then.address == now.address)) else {
            continue;
        };
        if then.indicator == now.indicator || then.indicator == Indicator::Unknown {
            continue;
        }
        let token = match now.indicator {
            Indicator::Unknown => continue,
            Indicator::Idle => "idle",
            Indicator::Calling => "calling",
            Indicator::Ringing => "ringing",
            Indicator::Busy => "busy",
        };
        new.push((ActivityKind::Call, now.address.clone(), token.to_owned()));
    }
}

fn messages(before: &Snapshot, after: &Snapshot, new: &mut New) {
    let count = |messages: &Messages| {
        let counts = messages.classes.values().map(|counts| counts.new);
        counts.fold(0, u32::saturating_add)
    };
    for now in after.mailboxes.iter().filter_map(|it| it.messages.as_ref()) {
        let mut known = before
            .mailboxes
            .iter()
            .filter_map(|it| it.messages.as_ref());
        let then = known.find(|then| then.mailbox == now.mailbox);
        if let Some(then) = then
            && count(then) != count(now)
        {
            let text = count(now).to_string();
            new.push((ActivityKind::Messages, now.mailbox.clone(), text));
        }
    }
}

fn requests(before: &Snapshot, after: &Snapshot, new: &mut New) {
    if before.watchers == after.watchers {
        return;
    }
    let known = before.requests();
    for request in after.requests() {
        if !known.iter().any(|known| known.watcher == request.watcher) {
            let who = request.watcher.to_owned();
            let name = request.display_name.map(plain_text::name);
            new.push((ActivityKind::Request, who, name.unwrap_or_default()));
        }
    }
}

fn decisions(before: &Snapshot, after: &Snapshot, new: &mut New) {
    for rule in &after.rules {
        let done = |state| matches!(state, "written" | "effective");
        let known = before.rules.iter().any(|known| {
            known.watcher == rule.watcher && known.decision == rule.decision && done(known.state)
        });
        if done(rule.state) && !known {
            let who = address::key(&rule.watcher);
            new.push((ActivityKind::Decision, who, rule.decision.clone()));
        }
    }
}

/// The connection stands.
pub const ONLINE: &str = "online";
/// The server is not reached, or refuses.
pub const LOST: &str = "lost";
/// The server wants another password.
pub const PASSWORD: &str = "password";

/// So much is remembered, as much as a file keeps.
const MAX_ENTRIES: usize = 5_000;

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::account::Rule;
    use crate::account::Status;
    use crate::ui::testing::{buddy, calls as phone, mailbox, online, watcher};

    const BOB: &str = "sip:bob@example.test";

    fn told(log: &Log) -> Vec<String> {
        let entries = log.entries().iter();
        entries
            .map(|one| format!("{:?} {} {}", one.kind, one.who, one.text))
            .collect()
    }

    fn with(status: Status, note: Option<&str>) -> Snapshot {
        let mut bob = buddy(BOB, status);
        Arc::make_mut(&mut bob.presence).note = note.map(Into::into);
        Snapshot {
            buddies: vec![Arc::new(bob)],
            ..online()
        }
    }

    #[test]
    fn who_comes_and_goes_calls_and_writes_is_noted() {
        let mut log = Log::default();
        let at = Timestamp::UNIX_EPOCH;
        let unknown = with(Status::Unknown, None);
        let mut there = with(Status::Available, Some("Here"));
        log.learn(&unknown, &there, at);
        assert_eq!(told(&log), ["Connection sip:alice@example.test online"]);
        there.dialogs = vec![phone(BOB, Indicator::Idle)];
        there.mailboxes = vec![mailbox(1, 0, 0)];
        let mut busy = with(Status::Busy, Some("Not now"));
        busy.dialogs = vec![phone(BOB, Indicator::Ringing)];
        busy.mailboxes = vec![mailbox(2, 0, 0)];
        busy.watchers = vec![watcher("sip:heidi@example.test", Some("Heidi"))];
        log.learn(&there, &busy, at);
        assert_eq!(
            told(&log)[1..],
            [
                "Status sip:bob@example.test busy",
                "Note sip:bob@example.test Not now",
                "Call sip:bob@example.test ringing",
                "Messages sip:alice@example.test 2",
                "Request sip:heidi@example.test Heidi",
            ]
        );
        assert_eq!(log.of(BOB).count(), 3);
        let before = log.revision();
        log.learn(&busy, &busy.clone(), at);
        assert_eq!(log.revision(), before, "nothing has changed");
    }

    #[test]
    fn decisions_and_the_connection_are_noted_once() {
        let mut log = Log::default();
        let at = Timestamp::UNIX_EPOCH;
        let rule = |state| Snapshot {
            rules: vec![Rule {
                watcher: "sip:heidi@example.test".to_owned(),
                decision: "allow".to_owned(),
                state,
                reason: None,
                fault: None,
                cause: crate::account::DocumentCause::Other,
            }],
            ..online()
        };
        let lost = Snapshot {
            connection: Connection::Trouble {
                message: "gone".to_owned(),
                fault: None,
                retry_in_s: None,
            },
            ..rule("effective")
        };
        for pair in [
            [online(), rule("waiting")],
            [rule("waiting"), rule("written")],
            [rule("written"), rule("effective")],
            [rule("effective"), lost.clone()],
            [
                lost.clone(),
                Snapshot {
                    connection: Connection::Connecting,
                    ..lost.clone()
                },
            ],
            [lost.clone(), lost.clone()],
        ] {
            log.learn(&pair[0], &pair[1], at);
        }
        assert_eq!(
            told(&log),
            [
                "Connection sip:alice@example.test online",
                "Decision sip:heidi@example.test allow",
                "Connection sip:alice@example.test lost",
            ]
        );
    }

    #[test]
    fn the_memory_is_bounded_and_ends_with_time() {
        let now: Zoned = "2026-03-05T14:30:00[UTC]".parse().unwrap();
        let at = |hours: i64| Activity {
            at: now.timestamp() - jiff::SignedDuration::from_hours(hours),
            kind: ActivityKind::Note,
            who: BOB.to_owned(),
            text: String::new(),
        };
        let mut log = Log::default();
        for hours in (0..24 * 40).rev() {
            log.add(at(hours));
        }
        let mut left = |days| {
            log.forget_older(days, &now);
            log.entries().len()
        };
        assert_eq!((left(30), left(7), left(1)), (721, 169, 25));
        assert_eq!(left(0), 15, "today is there as long as the program runs");
        log.recall(vec![at(30); 6_000]);
        assert_eq!(log.entries().len(), MAX_ENTRIES);
        assert!(log.is_unkept() && log.to_keep().len() == MAX_ENTRIES && !log.is_unkept());
        assert_eq!((log.clear().len(), log.entries().len()), (MAX_ENTRIES, 0));
    }
}
