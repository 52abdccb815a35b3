//! Every timer of the engine above the transactions, in one queue.

use std::collections::HashMap;

use super::registration::BindingId;
use super::timer::TimerQueue;
use super::{Moment, PublicationId, SubscriptionId, UsageId};

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
    /// The next queued request may go (RB-008).
    Pace,
    /// The phase of an orderly stop has taken long enough (RP-013).
    StopPhase,
}

/// The timers that are set, and when they fire. Setting a timer again moves it.
#[derive(Debug, Default)]
pub(crate) struct Deadlines {
    set: HashMap<Timer, Moment>,
    queue: TimerQueue<Timer>,
}

impl Deadlines {
    /// Sets or moves a timer.
    pub(crate) fn set(&mut self, timer: Timer, at: Moment) {
        if self.set.insert(timer, at) != Some(at) {
            self.queue.schedule(at, timer);
            self.prune();
        }
    }

    /// Stops a timer; tells whether it was set.
    pub(crate) fn cancel(&mut self, timer: Timer) -> bool {
        let set = self.set.remove(&timer).is_some();
        if set {
            self.prune();
        }
        set
    }

    /// Takes the first timer whose moment has come.
    pub(crate) fn pop_due(&mut self, now: Moment) -> Option<Timer> {
        while let Some((at, timer)) = self.queue.pop_due(now) {
            if self.set.get(&timer) == Some(&at) {
                self.set.remove(&timer);
                self.prune();
                return Some(timer);
            }
        }
        None
    }

    /// When a timer fires, if it is set.
    pub(crate) fn at(&self, timer: Timer) -> Option<Moment> {
        self.set.get(&timer).copied()
    }

    /// When the first timer fires.
    pub(crate) fn next(&self) -> Option<Moment> {
        self.queue.next()
    }

    /// How many timers are set.
    pub(crate) fn len(&self) -> usize {
        self.set.len()
    }

    fn prune(&mut self) {
        let set = &self.set;
        self.queue.prune(|at, timer| set.get(&timer) == Some(&at));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::testing::at;

    #[test]
    fn a_timer_moves_and_stops() {
        let mut deadlines = Deadlines::default();
        deadlines.set(Timer::StopPhase, at(5));
        deadlines.set(Timer::StopPhase, at(9));
        deadlines.set(Timer::Pace, at(7));
        assert_eq!(deadlines.next(), Some(at(7)));
        deadlines.cancel(Timer::Pace);
        assert_eq!(deadlines.next(), Some(at(9)));
        assert_eq!(deadlines.pop_due(at(8)), None);
        assert_eq!(deadlines.at(Timer::StopPhase), Some(at(9)));
        assert_eq!(deadlines.pop_due(at(9)), Some(Timer::StopPhase));
        assert_eq!(deadlines.pop_due(at(99)), None);
        assert_eq!(deadlines.next(), None);
    }
}
