//! What must hold at every moment.

mod pace;

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::time::Duration;

use siskin::engine::{
    Census, Moment, SubscriptionEvent, SubscriptionId, SubscriptionState, limits,
};

use super::branch::{ByBranch, branch_key};
use super::scenario::{Scenario, secs};
use super::subscriber::Subscriber;
use pace::Pace;

/// The one who checks. All moments are those of the subscriber's clock.
pub(super) struct Watch {
    /// How each subscription stood when it last said so, and by when it has to say something new.
    stands: HashMap<SubscriptionId, Stand>,
    due: BTreeSet<(Moment, SubscriptionId)>,
    /// Subscriptions that are no longer wanted, and when they must be gone.
    unwanted: VecDeque<(Moment, SubscriptionId)>,
    /// Changes of state, and when each must be shown, or nothing.
    changes: VecDeque<(Moment, usize, u64)>,
    /// The answers to NOTIFYs of late.
    answers: ByBranch<Vec<u8>>,
    answered: VecDeque<(Moment, u64)>,
    /// NOTIFYs that have come and have no answer.
    open: Vec<u64>,
    pace: Pace,
    patience: Duration,
    longest_wait: Duration,
    term: Duration,
    forks: usize,
}

struct Stand {
    event: SubscriptionEvent,
    /// Since when it only waits for a NOTIFY.
    waits_since: Option<Moment>,
    due: Moment,
}

impl Watch {
    pub(super) fn new(scenario: &Scenario) -> Self {
        Self {
            stands: HashMap::new(),
            due: BTreeSet::new(),
            unwanted: VecDeque::new(),
            changes: VecDeque::new(),
            answers: ByBranch::default(),
            answered: VecDeque::new(),
            open: Vec::new(),
            pace: Pace::default(),
            patience: scenario.patience(),
            longest_wait: scenario.longest_wait(),
            // Then it was refreshed, which brings the state, or it ran out, also for the subscriber.
            term: scenario.term(),
            forks: scenario.habits.forks,
        }
    }

    /// A new life: nothing is known of what was before, but the pace.
    pub(super) fn start_over(&mut self) {
        self.stands.clear();
        self.due.clear();
        self.unwanted.clear();
        self.answers.clear();
        self.answered.clear();
        self.open.clear();
        self.pace.start_over();
    }

    /// Time has leapt: what waits for others has not waited so long.
    pub(super) fn leapt(&mut self, now: Moment) {
        let patience = self.patience;
        for (id, stand) in &mut self.stands {
            if stand.waits_since.is_some() {
                self.due.remove(&(stand.due, *id));
                stand.waits_since = Some(now);
                stand.due = now + patience;
                self.due.insert((stand.due, *id));
            }
        }
        for (until, _) in &mut self.unwanted {
            *until = (*until).max(now + patience);
        }
        for (until, ..) in &mut self.changes {
            *until = (*until).max(now + patience);
        }
        self.pace.leapt();
    }

    /// A subscription says how it stands.
    pub(super) fn stands(&mut self, now: Moment, event: &SubscriptionEvent, dismissed: bool) {
        let before = self.stands.remove(&event.id);
        if let Some(before) = &before {
            self.due.remove(&(before.due, event.id));
        }
        let mut waits_since = None;
        let due = match event.state {
            SubscriptionState::Active | SubscriptionState::Pending => {
                let expires_at = event.expires_at.expect("active, and no end of the term");
                // The end is reported when it moves by two seconds or more.
                expires_at + secs(2)
            }
            SubscriptionState::NotifyWait => {
                let since = before.and_then(|before| before.waits_since).unwrap_or(now);
                waits_since = Some(since);
                since + self.patience
            }
            SubscriptionState::WaitingToRetry => {
                let retry_at = event.retry_at.expect("it waits, but not for anything");
                assert!(
                    retry_at <= now + self.longest_wait,
                    "the next try is too far away: {event:?} at {now:?}"
                );
                retry_at
            }
            SubscriptionState::Terminated => {
                assert!(dismissed, "given up: {event:?} at {now:?}");
                // Never by itself.
                now + secs(u32::MAX)
            }
        };
        self.due.insert((due, event.id));
        self.stands.insert(
            event.id,
            Stand {
                event: event.clone(),
                waits_since,
                due,
            },
        );
    }

    /// A subscription is no longer wanted.
    pub(super) fn unwant(&mut self, now: Moment, id: SubscriptionId) {
        if let Some(stand) = self.stands.remove(&id) {
            self.due.remove(&(stand.due, id));
        }
        self.unwanted.push_back((now + self.patience, id));
    }

    /// A resource has a new state.
    pub(super) fn changed(&mut self, now: Moment, resource: usize, value: u64) {
        let until = now + self.term + secs(64) + self.patience;
        self.changes.push_back((until, resource, value));
    }

    /// A NOTIFY has come.
    pub(super) fn notified(&mut self, branch: &str) {
        let branch = branch_key(branch);
        if !self.answers.contains_key(&branch) {
            self.open.push(branch);
        }
    }

    /// A NOTIFY is answered.
    pub(super) fn answer(&mut self, now: Moment, branch: &str, bytes: &[u8]) {
        let branch = branch_key(branch);
        self.open.retain(|open| *open != branch);
        while self
            .answered
            .front()
            .is_some_and(|(until, _)| *until <= now)
        {
            if let Some((_, branch)) = self.answered.pop_front() {
                self.answers.remove(&branch);
            }
        }
        if let Some(before) = self.answers.get(&branch) {
            assert_eq!(before, bytes, "two answers to one NOTIFY");
        } else {
            self.answers.insert(branch, bytes.to_vec());
            // Timer J: what comes later is a new request.
            self.answered.push_back((now + secs(32), branch));
        }
    }

    /// A request, or the same again; whether it is a new one.
    pub(super) fn request(&mut self, now: Moment, branch: &str, urgent: bool) -> bool {
        self.pace.request(now, branch_key(branch), urgent)
    }

    /// Whether there may be too many requests at once, so that the engine has to be asked (RB-008).
    pub(super) fn is_crowded(&self) -> bool {
        self.pace.is_crowded()
    }

    /// An answer reaches the engine.
    pub(super) fn response(&mut self, now: Moment, branch: &str, code: u16) {
        self.pace.response(now, branch_key(branch), code);
    }

    pub(super) fn flow_opened(&mut self) {
        self.pace.flow_opened();
    }

    pub(super) fn flow_lost(&mut self) {
        self.pace.flow_lost();
    }

    /// Looks at everything that is due, and at all when a minute is over.
    pub(super) fn check(&mut self, now: Moment, subscriber: &Subscriber) {
        if !self.open.is_empty() {
            // Of those that belong to nothing only so many are answered in a second (RB-005); they come again.
            let answered = self.answered.iter().rev();
            let of_late = answered.take_while(|(until, _)| now + secs(31) <= *until);
            let most = usize::try_from(limits::STRAY_ANSWERS).unwrap() / 2;
            assert!(of_late.count() > most, "a NOTIFY has no answer at {now:?}");
            self.open.clear();
        }
        if let Some((due, id)) = self.due.first()
            && *due < now
        {
            let event = &self.stands[id].event;
            let health = subscriber.engine.health(now, *id);
            panic!("nothing happens: {event:?} {health:?} at {now:?}");
        }
        while let Some((until, id)) = self.unwanted.front().copied()
            && until <= now
        {
            self.unwanted.pop_front();
            let left = subscriber.engine.health(now, id);
            assert!(left.is_none(), "not wanted, and still there: {left:?}");
        }
        while let Some((until, resource, value)) = self.changes.front().copied()
            && until <= now
        {
            self.changes.pop_front();
            let Some((id, wanted)) = subscriber.of(resource) else {
                continue;
            };
            let newest = wanted.shown.values().all(|shown| *shown >= value);
            let health = || subscriber.engine.health(now, id);
            assert!(
                newest,
                "stale and shown: {wanted:?} {value} {:?} at {now:?}",
                health()
            );
        }
    }

    /// Whether the engine still stands as its events have said, and knows all that is wanted.
    pub(super) fn sweep(&self, now: Moment, subscriber: &Subscriber) {
        for (id, wanted) in &subscriber.wanted {
            let event = subscriber.engine.subscription(*id);
            let event = event.unwrap_or_else(|| panic!("{wanted:?} is gone at {now:?}"));
            let said = self.stands.get(id).map(|stand| &stand.event);
            assert_eq!(said, Some(&event), "it has not said so at {now:?}");
            let notifiers = usize::try_from(event.notifiers).unwrap();
            assert!(
                wanted.shown.len() <= notifiers.max(1),
                "{wanted:?} shows more than {event:?} at {now:?}"
            );
        }
    }

    /// Whether the engine keeps no more than what is wanted needs.
    pub(super) fn weigh(&self, census: &Census, wanted: usize) {
        // Each notifier has one dialog, and while it is replaced another.
        let dialogs = wanted * 2 * self.forks;
        let most = Census {
            // One that is not wanted any more needs some seconds to end.
            subscriptions: wanted + self.unwanted.len(),
            usages: dialogs + self.unwanted.len() * self.forks,
            calls: wanted * 2 + dialogs,
            publications: 1,
            exchanges: wanted + dialogs + 2,
            client_transactions: 4 * (wanted + dialogs) + 16,
            timers: 3 * dialogs + 2 * wanted + 16,
            departed: limits::DEPARTED,
            servers: 8,
            // As many as come in half a minute.
            server_transactions: usize::MAX,
            ..Census::default()
        };
        let pairs = [
            (census.subscriptions, most.subscriptions),
            (census.usages, most.usages),
            (census.calls, most.calls),
            (census.publications, most.publications),
            (census.exchanges, most.exchanges),
            (census.client_transactions, most.client_transactions),
            (census.timers, most.timers),
            (census.unanswered, most.unanswered),
            (census.outputs, most.outputs),
            (census.departed, most.departed),
            (census.servers, most.servers),
        ];
        let grown = pairs.iter().any(|(there, most)| there > most);
        assert!(!grown, "too much is kept: {census:?}, not {most:?}");
    }
}
