//! How watchers are treated: what the room above says, time, and the end (RFC 6665 §4.2.1.4, §4.2.2).

use super::{COME_BACK, Haste, Standing, WatcherId};
use crate::engine::deadline::Timer;
use crate::engine::engine::Engine;
use crate::engine::{Event, Moment, limits};

/// Why a watcher's subscription ends (RFC 6665 §4.1.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    /// The watcher wants no more, or wanted to know only once: with the last state.
    Unsubscribed,
    /// It was not refreshed.
    Expired,
    /// The user refuses it.
    Rejected,
    /// The notifier goes, or the user's approval has ended: it may ask anew at once.
    Deactivated,
    /// There are too many: it may ask anew later.
    Probation,
    /// Its NOTIFYs lead nowhere; nothing more is sent.
    GaveUp,
}

impl Ending {
    /// The reason in Subscription-State, and what the room above is told.
    pub(super) fn token(self) -> &'static str {
        match self {
            Self::Unsubscribed | Self::Expired => "timeout",
            Self::Rejected => "rejected",
            Self::Deactivated => "deactivated",
            Self::Probation => "probation",
            Self::GaveUp => "giveup",
        }
    }

    /// The value of Subscription-State.
    pub(super) fn state(self) -> String {
        let token = self.token();
        match self {
            Self::Probation => {
                let wait = COME_BACK.as_secs();
                format!("terminated;reason={token};retry-after={wait}")
            }
            _ => format!("terminated;reason={token}"),
        }
    }
}

impl Engine {
    /// Says how a watcher is treated: in the turn in which [`Event::Watcher`] came for the first time, or it is `pending`
    /// until then, and whenever that or the state changes. What it knows already is not told again. A watcher that is
    /// not approved any more is told that its subscription is over, so that it can ask anew.
    pub fn tell_watcher(&mut self, now: Moment, id: WatcherId, standing: Standing) {
        self.stand(now, id, standing);
        self.pump(now);
    }

    fn stand(&mut self, now: Moment, id: WatcherId, standing: Standing) {
        let crowded = self
            .notifier
            .count(|usage| usage.spoken && usage.is_pending())
            >= limits::PENDING_WATCHERS;
        let Some(usage) = self.notifier.get_mut(id) else {
            return;
        };
        let first = !std::mem::replace(&mut usage.spoken, true);
        let once = first && usage.ending == Some(Ending::Unsubscribed);
        if usage.ending.is_some() && !once {
            return;
        }
        let was_active = matches!(usage.standing, Standing::Active(_));
        let ending = match &standing {
            Standing::Rejected => Some(Ending::Rejected),
            // Those who are allowed find room, however many others ask.
            Standing::Pending if first && crowded && !once => Some(Ending::Probation),
            Standing::Pending if was_active => Some(Ending::Deactivated),
            Standing::Pending | Standing::Active(_) => None,
        };
        if !first && ending.is_none() && usage.standing == standing {
            return;
        }
        usage.standing = standing;
        match ending {
            Some(ending) => self.end_watcher(now, id, ending),
            None if once => self.end_watcher(now, id, Ending::Unsubscribed),
            None if first => self.owe(now, id, Haste::AtOnce),
            None => self.owe(now, id, Haste::Paced),
        }
    }

    /// Nobody has said in its turn how a watcher is treated: it waits.
    pub(in crate::engine) fn confirm_unspoken(&mut self, now: Moment) {
        for id in std::mem::take(&mut self.notifier.unspoken) {
            if self.notifier.get(id).is_some_and(|usage| !usage.spoken) {
                self.stand(now, id, Standing::Pending);
            }
        }
    }

    /// A watcher was not refreshed in time.
    pub(in crate::engine) fn watcher_expired(&mut self, now: Moment, id: WatcherId) {
        self.end_watcher(now, id, Ending::Expired);
    }

    /// Everybody is told that it is over.
    pub(in crate::engine) fn deactivate_watchers(&mut self, now: Moment) {
        for id in self.notifier.ids() {
            let goes_on = |ending: Option<Ending>| ending.is_none();
            if self
                .notifier
                .get(id)
                .is_some_and(|usage| goes_on(usage.ending))
            {
                self.end_watcher(now, id, Ending::Deactivated);
            }
        }
    }

    /// Our address may be another one: watchers learn it from the next NOTIFY (RFC 6665 §4.4.1, target refresh).
    pub(in crate::engine) fn recover_watchers(&mut self, now: Moment) {
        for id in self.notifier.ids() {
            if self.notifier.get(id).is_some_and(|usage| usage.spoken) {
                self.owe(now, id, Haste::Paced);
            }
        }
    }

    /// The next NOTIFY to a watcher is the last.
    pub(super) fn end_watcher(&mut self, now: Moment, id: WatcherId, ending: Ending) {
        let Some(usage) = self.notifier.get_mut(id) else {
            return;
        };
        usage.ending = Some(ending);
        usage.spoken = true;
        let told = std::mem::replace(&mut usage.told, true);
        self.cancel_timer(Timer::WatcherExpiry(id));
        if !told {
            let reason = ending.token();
            let watcher = id;
            self.event(Event::WatcherGone { watcher, reason });
        }
        self.owe(now, id, Haste::AtOnce);
    }
}
