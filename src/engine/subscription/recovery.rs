//! Trying again: when a person asks, when the server is back, when the way to it has changed, and when it is time to go.

use std::time::Duration;

use super::retry::Next;
use super::state::State;
use crate::engine::deadline::Timer;
use crate::engine::engine::Engine;
use crate::engine::{Event, FlowId, Moment, Reason, SubscriptionId, UsageId};

impl Engine {
    /// Looks after one subscription now, as a person asks for it: every notifier is asked for its full state (EV-053); what
    /// waits or was given up is tried again.
    pub fn look_after(&mut self, now: Moment, id: SubscriptionId) {
        let Some(subscription) = self.subscriptions.get_mut(id) else {
            return;
        };
        subscription.silence = None;
        if subscription.is_live() {
            self.ask_for_full_state(id);
        } else {
            self.retry_subscription(id);
        }
        self.pump(now);
    }

    /// Begins a subscription anew, as a person asks for it: its dialogs are ended in order (EV-081), and a SUBSCRIBE
    /// outside of them begins others.
    pub fn resubscribe(&mut self, now: Moment, id: SubscriptionId) {
        let Some(subscription) = self.subscriptions.get_mut(id) else {
            return;
        };
        if !subscription.wanted || subscription.fetch {
            return;
        }
        subscription.silence = None;
        subscription.retry.forget();
        subscription.variant = None;
        let mut old: Vec<(UsageId, State)> = Vec::new();
        for usage in &mut subscription.usages {
            // What is told of it from now on is nobody's business.
            if usage.state != State::Ending && !std::mem::replace(&mut usage.told, true) {
                old.push((usage.id, usage.state));
            }
        }
        for (usage, state) in old {
            if state == State::Rejected {
                self.remove_usage(now, id, usage);
                continue;
            }
            self.event(Event::UsageEnded {
                subscription: id,
                usage,
                keep_state: false,
            });
            self.end_usage(id, usage);
        }
        self.start_attempt(id);
        self.pump(now);
    }

    /// Everything is tried again that waits or was given up; a person asked for it.
    pub(in crate::engine) fn retry_subscriptions(&mut self) {
        self.subscriptions.habits.forget();
        for id in self.subscription_ids() {
            if let Some(subscription) = self.subscriptions.get_mut(id) {
                subscription.silence = None;
            }
        }
        self.retry_subscriptions_if(|_| true);
    }

    /// The way to the server is there again: what failed for want of it is tried at once, paced (EV-094 is for a server
    /// that stays away).
    pub(in crate::engine) fn retry_unreached(&mut self) {
        let unreached = |reason: &Reason| {
            matches!(
                reason,
                Reason::TimedOut | Reason::Flow(_) | Reason::Response(503, _)
            )
        };
        self.retry_subscriptions_if(unreached);
        self.retry_publications_if(unreached);
    }

    /// New credentials: what was refused is tried again.
    pub(in crate::engine) fn retry_refused(&mut self) {
        self.retry_registration();
        let refused = |reason: &Reason| matches!(reason, Reason::Credentials(_));
        self.retry_subscriptions_if(refused);
        self.retry_publications_if(refused);
    }

    /// The flow on which NOTIFYs come is gone: refresh at once in the same dialogs, with the new Contact (EV-093). Where
    /// the dialogs are `bound` to it, since outbound is in force and a proxy on the way keeps sending their NOTIFYs there,
    /// they are replaced by new ones.
    pub(in crate::engine) fn recover_subscriptions(
        &mut self,
        now: Moment,
        flow: Option<FlowId>,
        hold: Duration,
        bound: bool,
    ) {
        for id in self.subscription_ids() {
            let usages: Vec<(UsageId, bool)> = match self.subscriptions.get(id) {
                Some(subscription) => subscription
                    .live()
                    .filter(|usage| flow.is_none_or(|flow| usage.flow.id == flow))
                    .filter(|usage| usage.exchange.is_none())
                    .map(|usage| (usage.id, bound && usage.dialog.has_route()))
                    .collect(),
                None => continue,
            };
            let waits = self.subscriptions.get(id).is_some_and(|subscription| {
                subscription.attempt.as_ref().is_some_and(|attempt| {
                    let here = attempt
                        .flow
                        .is_some_and(|used| flow.is_none_or(|flow| used.id == flow));
                    here && attempt.exchange.is_none() && !attempt.made_usage && !attempt.fetched
                })
            });
            if waits {
                // The NOTIFY that it waits for cannot come any more: asked again from the beginning.
                let wait = hold + self.entropy.between(Duration::ZERO, RECOVERY_SPREAD);
                self.set_timer(Timer::SubscribeRetry(id), now + wait);
            }
            for (usage, bound) in usages {
                let wait = hold + self.entropy.between(Duration::ZERO, RECOVERY_SPREAD);
                let timer = if bound {
                    Timer::SubscribeRetry(id)
                } else {
                    Timer::UsageRefresh(id, usage)
                };
                let at = self
                    .timer_at(timer)
                    .map_or(now + wait, |at| at.min(now + wait));
                self.set_timer(timer, at);
            }
        }
    }

    /// The bound of an orderly stop has passed: what is left is forgotten.
    pub(in crate::engine) fn stop_subscribing(&mut self, now: Moment) {
        for id in self.subscription_ids() {
            self.drop_attempt(id);
            let usages: Vec<UsageId> = match self.subscriptions.get(id) {
                Some(subscription) => subscription.usages.iter().map(|usage| usage.id).collect(),
                None => continue,
            };
            for usage in usages {
                self.remove_usage(now, id, usage);
            }
            self.settle(now, id, Next::Never);
        }
    }

    fn retry_subscriptions_if(&mut self, which: impl Fn(&Reason) -> bool) {
        for id in self.subscription_ids() {
            let Some(subscription) = self.subscriptions.get(id) else {
                continue;
            };
            let idle = subscription.is_idle();
            if idle && subscription.reason.as_deref().is_none_or(&which) {
                self.retry_subscription(id);
            } else if !idle {
                self.retry_refreshes(id);
            }
        }
    }

    /// Begins again where nothing is under way; what failed before counts no more.
    fn retry_subscription(&mut self, id: SubscriptionId) {
        if let Some(subscription) = self.subscriptions.get_mut(id)
            && subscription.is_idle()
        {
            subscription.retry.forget();
            subscription.variant = None;
            self.start_attempt(id);
        }
    }
}

/// After the loss of a flow, refreshes are spread over this time.
const RECOVERY_SPREAD: Duration = Duration::from_secs(2);
