//! The end of a usage: by time, by an answer, by a NOTIFY, and what follows from it (RFC 6665 §4.1.2, §4.1.3).

use super::retry::{Ending, Next};
use super::state::{Happening, State};
use crate::engine::deadline::Timer;
use crate::engine::engine::Engine;
use crate::engine::{Event, Moment, Reason, SubscriptionId, UsageId};

impl Engine {
    /// The last known expiry has passed (EV-049), or a rejected dialog will not come back.
    pub(in crate::engine) fn usage_expired(
        &mut self,
        now: Moment,
        id: SubscriptionId,
        usage_id: UsageId,
    ) {
        let Some(usage) = self.subscriptions.usage_mut(id, usage_id) else {
            return;
        };
        if usage.state == State::Rejected {
            self.remove_usage(now, id, usage_id);
            self.settle(now, id, Next::Never);
            return;
        }
        if usage.state == State::Ending {
            return;
        }
        usage.state = usage.state.after(Happening::Expired);
        let was_fetch = !usage.has_begun();
        let paused = usage.not_before.map(|at| at.saturating_since(now));
        let failed = usage.backoff.failures() > 0;
        let next = match paused {
            Some(wait) if !wait.is_zero() => Next::Again(wait),
            _ if failed => Next::Again(self.wait_after_failure(id, None)),
            _ => self.next_after_loss(now, id, usage_id),
        };
        self.close_usage(now, id, usage_id, was_fetch, None, next);
    }

    /// Removes a usage and tells so, then decides what follows.
    pub(super) fn close_usage(
        &mut self,
        now: Moment,
        id: SubscriptionId,
        usage_id: UsageId,
        keep_state: bool,
        reason: Option<Reason>,
        next: Next,
    ) {
        let told = self
            .subscriptions
            .usage(id, usage_id)
            .is_some_and(|usage| usage.told);
        let wanted = self
            .subscriptions
            .get(id)
            .is_some_and(|subscription| subscription.wanted);
        self.remove_usage(now, id, usage_id);
        if told && wanted {
            // Another took its place long ago.
            return;
        }
        if !told {
            self.event(Event::UsageEnded {
                subscription: id,
                usage: usage_id,
                keep_state,
            });
        }
        if let (Some(reason), Some(subscription)) = (reason, self.subscriptions.get_mut(id)) {
            subscription.reason = Some(Box::new(reason));
        }
        self.close_window(id);
        self.settle(now, id, next);
    }

    /// Removes a usage with its timers and requests, without a word.
    pub(super) fn remove_usage(&mut self, now: Moment, id: SubscriptionId, usage_id: UsageId) {
        self.cancel_usage_timers(id, usage_id);
        let Some(subscription) = self.subscriptions.get_mut(id) else {
            return;
        };
        let Some(at) = subscription
            .usages
            .iter()
            .position(|usage| usage.id == usage_id)
        else {
            return;
        };
        let mut usage = subscription.usages.swap_remove(at);
        if !usage.told && usage.state != State::Rejected {
            subscription.keep_tag(usage.held.tag.take());
        }
        self.abandon(usage.exchange);
        self.subscriptions.depart(now, &usage.dialog);
        self.subscriptions.release_call(id, &usage.dialog.call_id);
    }

    pub(super) fn cancel_usage_timers(&mut self, id: SubscriptionId, usage: UsageId) {
        for timer in [
            Timer::UsageNotifyWait(id, usage),
            Timer::UsageRefresh(id, usage),
            Timer::UsageExpiry(id, usage),
        ] {
            self.cancel_timer(timer);
        }
    }

    /// A usage that was lost is replaced at once, unless that happens again and again.
    pub(super) fn next_after_loss(
        &mut self,
        now: Moment,
        id: SubscriptionId,
        usage_id: UsageId,
    ) -> Next {
        let Some(subscription) = self.subscriptions.get_mut(id) else {
            return Next::Never;
        };
        let usage = subscription
            .usages
            .iter()
            .find(|usage| usage.id == usage_id);
        let Some(usage) = usage else {
            return Next::Never;
        };
        let ending = Ending {
            reason: Some("timeout"),
            retry_after: None,
            established: usage.established && usage.has_begun(),
            lived: usage.lived(now),
        };
        subscription
            .retry
            .after_terminated(ending, &mut self.entropy)
    }
}
