//! Every timer of the engine above the transactions, in one queue.
//!
//! When the timers of a subscription or a usage fire is kept in it, and the queue wakes it for the first of them: a NOTIFY
//! that puts off the end of its usage changes a number there and nothing else, however many subscriptions there are.

use std::collections::HashMap;

use super::engine::Engine;
use super::registration::BindingId;
use super::subscription::Subscriptions;
use super::timer::TimerQueue;
use super::{Moment, PublicationId, SubscriptionId, UsageId, WatcherId};

/// What is to be done when its moment comes. There is at most one of each at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Timer {
    /// REGISTER again well before the binding runs out (RFC 5627 §4.2, RP-004).
    RegisterRefresh(BindingId),
    /// The binding has run out (RFC 3261 §10.2.4).
    RegisterExpiry(BindingId),
    /// The next REGISTER after a failure (RFC 5626 §4.5).
    RegisterRetry(BindingId),
    /// The next STUN keep-alive on the flow of a binding, or its repetition (RFC 5626 §4.4.2, RFC 5389 §7.2.1).
    KeepAlive(BindingId),
    /// PUBLISH again well before the publication runs out (RFC 3903 §4.3).
    PublishRefresh(PublicationId),
    /// The publication has run out (RFC 3903 §4.2).
    PublishExpiry(PublicationId),
    /// The next PUBLISH after a failure.
    PublishRetry(PublicationId),
    /// Timer N of an initial SUBSCRIBE (RFC 6665 §4.1.2): the end of the wait for the first NOTIFY and of the window for
    /// forks.
    SubscribeNotifyWait(SubscriptionId),
    /// The next initial SUBSCRIBE after an end or a failure (RFC 6665 §4.1.3, EV-094).
    SubscribeRetry(SubscriptionId),
    /// Timer N of a SUBSCRIBE in a dialog (RFC 6665 §4.1.2.2).
    UsageNotifyWait(SubscriptionId, UsageId),
    /// SUBSCRIBE again well before the usage runs out (EV-042), or the next try after a refresh that failed.
    UsageRefresh(SubscriptionId, UsageId),
    /// The usage has run out (EV-049), or has been rejected for so long that it will not come back.
    UsageExpiry(SubscriptionId, UsageId),
    /// The next NOTIFY to a watcher: five seconds after the one before (RFC 3856 §6.10), or the next try.
    WatcherNotify(WatcherId),
    /// A watcher's subscription has run out (RFC 6665 §4.2.1.4).
    WatcherExpiry(WatcherId),
    /// The next queued request may go (RB-008).
    Pace,
    /// The phase of an orderly stop has taken long enough (RP-013).
    StopPhase,
}

/// When the timers of one owner fire.
#[derive(Debug, Default)]
pub(crate) struct Alarm {
    due: [Option<Moment>; 3],
    /// When the queue wakes the owner: not later than the first that is due.
    queued: Option<Moment>,
}

/// Whom the queue wakes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Owner {
    /// A timer by itself.
    Timer(Timer),
    Subscription(SubscriptionId),
    Usage(SubscriptionId, UsageId),
}

/// The queue of all timers, and those that nobody else keeps.
#[derive(Debug, Default)]
pub(crate) struct Deadlines {
    set: HashMap<Timer, Alarm>,
    queue: TimerQueue<Owner>,
}

impl Engine {
    /// Sets or moves a timer. One of a subscription or usage that is gone is not set.
    pub(super) fn set_timer(&mut self, timer: Timer, at: Moment) {
        let (owner, which) = timer.place();
        if let Owner::Timer(timer) = owner {
            self.deadlines.set.entry(timer).or_default();
        }
        let Some(alarm) = self.alarm(owner) else {
            return;
        };
        if alarm.set(which, at) {
            let Deadlines { set, queue } = &mut self.deadlines;
            queue.schedule(at, owner);
            queue.prune(|at, owner| {
                let alarm = find(set, &self.subscriptions, owner);
                alarm.is_some_and(|alarm| alarm.queued == Some(at))
            });
        }
    }

    /// Stops a timer; tells whether it was set.
    pub(super) fn cancel_timer(&mut self, timer: Timer) -> bool {
        let (owner, _) = timer.place();
        if let Owner::Timer(timer) = owner {
            return self.deadlines.set.remove(&timer).is_some();
        }
        let alarm = self.alarm(owner);
        alarm.is_some_and(|alarm| alarm.cancel(timer))
    }

    /// Takes the first timer whose moment has come.
    pub(super) fn pop_timer(&mut self, now: Moment) -> Option<Timer> {
        let (at, owner) = self.first_timer().filter(|(at, _)| *at <= now)?;
        let due = self.alarm(owner)?.due;
        let which = due.iter().position(|due| *due == Some(at))?;
        let timer = owner.timer(which);
        self.cancel_timer(timer);
        Some(timer)
    }

    /// When the first timer fires.
    pub(super) fn next_timer(&mut self) -> Option<Moment> {
        self.first_timer().map(|(at, _)| at)
    }

    /// When a timer fires, if it is set.
    pub(super) fn timer_at(&self, timer: Timer) -> Option<Moment> {
        let (owner, which) = timer.place();
        find(&self.deadlines.set, &self.subscriptions, owner)?.due[which]
    }

    /// How many timers are set.
    pub(super) fn timers(&self) -> usize {
        let alarms = self
            .deadlines
            .set
            .values()
            .chain(self.subscriptions.alarms());
        alarms.flat_map(|alarm| alarm.due.iter().flatten()).count()
    }

    /// When the first timer fires, and whose it is. What stands before it in the queue was stopped or put off, and is
    /// put off there as well.
    fn first_timer(&mut self) -> Option<(Moment, Owner)> {
        loop {
            let (at, owner) = self.deadlines.queue.first()?;
            let alarm = self.alarm(owner);
            let alarm = alarm.filter(|alarm| alarm.queued == Some(at));
            let first = alarm.and_then(|alarm| {
                alarm.queued = alarm.first();
                alarm.queued
            });
            if first == Some(at) {
                return Some((at, owner));
            }
            self.deadlines.queue.pop_first();
            if let Some(first) = first {
                self.deadlines.queue.schedule(first, owner);
            }
        }
    }

    fn alarm(&mut self, owner: Owner) -> Option<&mut Alarm> {
        match owner {
            Owner::Timer(timer) => self.deadlines.set.get_mut(&timer),
            Owner::Subscription(id) => self.subscriptions.alarm_mut(id),
            Owner::Usage(id, usage) => self.subscriptions.usage_alarm_mut(id, usage),
        }
    }
}

fn find<'a>(
    set: &'a HashMap<Timer, Alarm>,
    subscriptions: &'a Subscriptions,
    owner: Owner,
) -> Option<&'a Alarm> {
    match owner {
        Owner::Timer(timer) => set.get(&timer),
        Owner::Subscription(id) => subscriptions.alarm(id),
        Owner::Usage(id, usage) => subscriptions.usage_alarm(id, usage),
    }
}

impl Alarm {
    /// Sets or moves a timer; tells whether the queue has to wake the owner earlier.
    fn set(&mut self, which: usize, at: Moment) -> bool {
        self.due[which] = Some(at);
        let early = self.queued.is_none_or(|queued| at < queued);
        if early {
            self.queued = Some(at);
        }
        early
    }

    /// When the first of its timers fires.
    fn first(&self) -> Option<Moment> {
        let [mut first, others @ ..] = self.due;
        for due in others {
            if let Some(due) = due
                && first.is_none_or(|first| due < first)
            {
                first = Some(due);
            }
        }
        first
    }

    /// Stops one of its owner's timers; tells whether it was set.
    pub(crate) fn cancel(&mut self, timer: Timer) -> bool {
        let (_, which) = timer.place();
        self.due[which].take().is_some()
    }
}

impl Timer {
    /// Who keeps it, and which of the owner's timers it is.
    fn place(self) -> (Owner, usize) {
        match self {
            Self::SubscribeNotifyWait(id) => (Owner::Subscription(id), 0),
            Self::SubscribeRetry(id) => (Owner::Subscription(id), 1),
            Self::UsageNotifyWait(id, usage) => (Owner::Usage(id, usage), 0),
            Self::UsageRefresh(id, usage) => (Owner::Usage(id, usage), 1),
            Self::UsageExpiry(id, usage) => (Owner::Usage(id, usage), 2),
            other => (Owner::Timer(other), 0),
        }
    }
}

impl Owner {
    /// The timer that stands in this place.
    fn timer(self, which: usize) -> Timer {
        match (self, which) {
            (Self::Timer(timer), _) => timer,
            (Self::Subscription(id), 0) => Timer::SubscribeNotifyWait(id),
            (Self::Subscription(id), _) => Timer::SubscribeRetry(id),
            (Self::Usage(id, usage), 0) => Timer::UsageNotifyWait(id, usage),
            (Self::Usage(id, usage), 1) => Timer::UsageRefresh(id, usage),
            (Self::Usage(id, usage), _) => Timer::UsageExpiry(id, usage),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use rand_chacha::ChaCha8Rng;
    use rand_chacha::rand_core::SeedableRng;

    use super::*;
    use crate::engine::testing::at;
    use crate::engine::{EngineConfig, PackageSpec, SubscribeRequest};
    use crate::sip::Uri;

    fn engine() -> Engine {
        let config = EngineConfig::new(Uri::parse("sip:alice@example.com").unwrap());
        Engine::new(config, Box::new(ChaCha8Rng::seed_from_u64(1)))
    }

    fn subscription(engine: &mut Engine) -> SubscriptionId {
        let package = Arc::new(PackageSpec::new("presence", "application/pidf+xml"));
        let bob = Uri::parse("sip:bob@example.com").unwrap();
        engine.subscribe(at(0), SubscribeRequest::new(package, bob))
    }

    #[test]
    fn a_timer_moves_and_stops() {
        let mut engine = engine();
        engine.set_timer(Timer::StopPhase, at(5));
        engine.set_timer(Timer::StopPhase, at(9));
        engine.set_timer(Timer::Pace, at(7));
        assert_eq!(engine.next_timer(), Some(at(7)));
        assert!(engine.cancel_timer(Timer::Pace));
        assert!(!engine.cancel_timer(Timer::Pace));
        assert_eq!(engine.next_timer(), Some(at(9)));
        assert_eq!(engine.pop_timer(at(8)), None);
        assert_eq!(engine.timer_at(Timer::StopPhase), Some(at(9)));
        assert_eq!(engine.pop_timer(at(9)), Some(Timer::StopPhase));
        assert_eq!(engine.pop_timer(at(99)), None);
        assert_eq!((engine.next_timer(), engine.timers()), (None, 0));
    }

    #[test]
    fn timers_of_one_owner_fire_each_at_its_time() {
        let mut engine = engine();
        let id = subscription(&mut engine);
        let (wait, retry) = (Timer::SubscribeNotifyWait(id), Timer::SubscribeRetry(id));
        engine.set_timer(retry, at(20));
        engine.set_timer(wait, at(10));
        engine.set_timer(retry, at(30));
        engine.set_timer(wait, at(5));
        engine.set_timer(wait, at(15));
        assert_eq!(engine.timers(), 2);
        assert_eq!(engine.next_timer(), Some(at(15)), "not when it was queued");
        assert_eq!(engine.pop_timer(at(14)), None);
        assert_eq!(engine.pop_timer(at(40)), Some(wait));
        assert_eq!(engine.timer_at(wait), None);
        engine.set_timer(wait, at(30));
        assert_eq!(engine.pop_timer(at(30)), Some(wait));
        assert_eq!(engine.pop_timer(at(30)), Some(retry));
        assert_eq!(engine.pop_timer(at(99)), None);
        assert_eq!(engine.timers(), 0);
    }

    #[test]
    fn what_is_put_off_a_thousand_times_stands_in_the_queue_once() {
        let mut engine = engine();
        let id = subscription(&mut engine);
        let retry = Timer::SubscribeRetry(id);
        for second in 1..=1000 {
            engine.set_timer(retry, at(1000 + second));
        }
        assert_eq!(engine.deadlines.queue.len(), 1);
        // Brought forward and stopped again and again, it leaves traces, but few.
        for second in 1..=1000 {
            engine.set_timer(retry, at(1000 - second));
            engine.cancel_timer(retry);
        }
        assert!(engine.deadlines.queue.len() < 200);
        assert_eq!((engine.next_timer(), engine.timers()), (None, 0));
    }

    #[test]
    fn the_timers_of_who_is_gone_are_gone() {
        let mut engine = engine();
        let id = subscription(&mut engine);
        engine.set_timer(Timer::SubscribeRetry(id), at(9));
        engine.unsubscribe(at(1), id);
        assert!(engine.subscription(id).is_none());
        engine.set_timer(Timer::SubscribeRetry(id), at(9));
        assert_eq!(engine.timer_at(Timer::SubscribeRetry(id)), None);
        assert_eq!((engine.next_timer(), engine.timers()), (None, 0));
    }
}
