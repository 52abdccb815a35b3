//! What follows when an attempt or a usage is over, and telling the room above.

use std::time::Duration;

use super::ForkPolicy;
use super::Reported;
use super::retry::Next;
use super::state::State;
use crate::engine::deadline::Timer;
use crate::engine::engine::Engine;
use crate::engine::{Event, Moment, SubscriptionEvent, SubscriptionId, SubscriptionState, UsageId};

impl Engine {
    /// Decides what follows when an attempt or a usage is over, and reports it.
    pub(super) fn settle(&mut self, now: Moment, id: SubscriptionId, next: Next) {
        let Some(subscription) = self.subscriptions.get(id) else {
            return;
        };
        let attempt = subscription.attempt.is_some();
        // Nobody has answered it yet: it may bring back who was lost.
        let hopeful = subscription
            .attempt
            .as_ref()
            .is_some_and(|attempt| !attempt.made_usage);
        let live = subscription.is_live();
        let ending = subscription
            .usages
            .iter()
            .any(|usage| usage.state == State::Ending);
        let (wanted, fetch) = (subscription.wanted, subscription.fetch);
        let several = subscription.package.forks == ForkPolicy::Several;
        if attempt || live || (ending && !wanted) {
            // One of several notifiers is lost: a SUBSCRIBE beside the dialogs that are left brings it back.
            match next {
                Next::Again(wait) if wanted && !fetch && several && live && !hopeful => {
                    self.set_timer(Timer::SubscribeRetry(id), now + wait);
                }
                _ => {}
            }
            self.report(id);
            return;
        }
        if !wanted || fetch {
            self.report(id);
            for usage in self.rejected_usages(id) {
                self.remove_usage(now, id, usage);
            }
            self.cancel_timer(Timer::SubscribeRetry(id));
            self.subscriptions.arena.remove(id.0);
            return;
        }
        match next {
            Next::Again(wait) if wait.is_zero() => self.start_attempt(id),
            Next::Again(wait) => {
                self.set_timer(Timer::SubscribeRetry(id), now + wait);
                self.report(id);
            }
            Next::Never => {
                self.cancel_timer(Timer::SubscribeRetry(id));
                self.report(id);
            }
        }
    }

    pub(super) fn rejected_usages(&self, id: SubscriptionId) -> Vec<UsageId> {
        self.subscriptions
            .get(id)
            .map(|subscription| subscription.usages.iter().map(|usage| usage.id).collect())
            .unwrap_or_default()
    }

    /// Reports the state if anything in it is new.
    pub(super) fn report(&mut self, id: SubscriptionId) {
        let retry_at = self.timer_at(Timer::SubscribeRetry(id));
        let Some(subscription) = self.subscriptions.get_mut(id) else {
            return;
        };
        let has = |state| subscription.usages.iter().any(|usage| usage.state == state);
        let state = if has(State::Active) {
            SubscriptionState::Active
        } else if has(State::Pending) {
            SubscriptionState::Pending
        } else if subscription.attempt.is_some() || has(State::NotifyWait) {
            SubscriptionState::NotifyWait
        } else if has(State::Ending) && !subscription.wanted {
            subscription
                .reported
                .as_ref()
                .map_or(SubscriptionState::NotifyWait, |reported| reported.state)
        } else if retry_at.is_some() {
            SubscriptionState::WaitingToRetry
        } else {
            SubscriptionState::Terminated
        };
        let expires_at = subscription
            .live()
            .map(|usage| usage.lease.expires_at())
            .min();
        let notifiers = u32::try_from(subscription.live().count()).unwrap_or(u32::MAX);
        // While it works, why it once did not is history.
        let reason = match state {
            SubscriptionState::Active | SubscriptionState::Pending => None,
            _ => subscription.reason.as_deref(),
        };
        let same = subscription.reported.as_ref().is_some_and(|reported| {
            (
                reported.state,
                reported.notifiers,
                reported.reason.as_deref(),
                reported.retry_at,
            ) == (state, notifiers, reason, retry_at)
                && is_about(reported.expires_at, expires_at)
        });
        if same {
            return;
        }
        let event = SubscriptionEvent {
            id,
            state,
            expires_at,
            retry_at,
            notifiers,
            reason: reason.cloned(),
        };
        subscription.reported = Some(Reported {
            state,
            expires_at,
            retry_at,
            notifiers,
            reason: event.reason.clone().map(Box::new),
        });
        self.event(Event::Subscription(event));
    }
}

/// Whether two expiries differ by less than is worth reporting: notifiers count in whole seconds.
fn is_about(one: Option<Moment>, other: Option<Moment>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => {
            let apart = one.max(other).saturating_since(one.min(other));
            apart < Duration::from_secs(2)
        }
        (None, None) => true,
        _ => false,
    }
}
