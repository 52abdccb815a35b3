//! How a subscription fares, for people: state, times, the last word of the notifier, the next step.

use std::time::Duration;

use super::Tolerance;
use super::state::State;
use crate::engine::deadline::Timer;
use crate::engine::engine::Engine;
use crate::engine::health::{Counters, Failure, NextAction};
use crate::engine::{Moment, Rates, Reason, SubscriptionId, SubscriptionState, UsageId};

/// Everything that is known about how one subscription fares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubscriptionHealth {
    /// The subscription.
    pub id: SubscriptionId,
    /// The package's name.
    pub package: String,
    /// The resource's URI.
    pub resource: String,
    /// Where it stands.
    pub state: SubscriptionState,
    /// Why it ended or waits.
    pub reason: Option<Reason>,
    /// Each dialog with a notifier.
    pub usages: Vec<UsageHealth>,
    /// When the last NOTIFY came.
    pub last_notify: Option<Moment>,
    /// What last went wrong.
    pub last_failure: Option<Failure>,
    /// What happens next by itself, and when.
    pub next: Option<(NextAction, Moment)>,
    /// How often what happened.
    pub counters: Counters,
    /// NOTIFYs taken.
    pub notifies: u32,
    /// Forks refused because the package allows one notifier, or there were too many.
    pub refused_forks: u32,
    /// What the servers do their own way.
    pub tolerances: Vec<Tolerance>,
}

/// How one dialog fares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsageHealth {
    /// The usage.
    pub id: UsageId,
    /// The remote tag: tells notifiers apart.
    pub notifier: String,
    /// Where the notifier sits: the remote target.
    pub target: String,
    /// `notify wait`, `pending`, `active`, `ending`, `rejected`.
    pub state: &'static str,
    /// For how long it was granted, by the last word of the notifier; `None` where it has not said.
    pub granted: Option<Duration>,
    /// When it runs out unless it is refreshed.
    pub expires_at: Moment,
    /// What is left.
    pub remaining: Duration,
    /// When it is refreshed.
    pub refresh_at: Option<Moment>,
    /// The rates it keeps to, of those that were asked for (RFC 6446); what is missing it does not know.
    pub rates: Rates,
}

impl Engine {
    /// How a subscription fares.
    pub fn health(&self, now: Moment, id: SubscriptionId) -> Option<SubscriptionHealth> {
        let subscription = self.subscriptions.get(id)?;
        let usages: Vec<UsageHealth> = subscription
            .usages
            .iter()
            .map(|usage| UsageHealth {
                id: usage.id,
                notifier: usage.dialog.remote_tag.to_string(),
                target: usage.dialog.remote_target.to_string(),
                state: name(usage.state),
                granted: usage.lease.granted(),
                expires_at: usage.lease.expires_at(),
                remaining: usage.lease.remaining(now),
                refresh_at: self.timer_at(Timer::UsageRefresh(id, usage.id)),
                rates: usage.agreed.as_deref().copied().unwrap_or_default(),
            })
            .collect();
        let refresh = usages.iter().filter_map(|usage| usage.refresh_at).min();
        let retry = self.timer_at(Timer::SubscribeRetry(id));
        let wait = self.timer_at(Timer::SubscribeNotifyWait(id));
        let next = [
            retry.map(|at| (NextAction::Retry, at)),
            refresh.map(|at| (NextAction::Refresh, at)),
            // Beside a living dialog only further forks are waited for.
            wait.filter(|_| usages.is_empty())
                .map(|at| (NextAction::StopWaiting, at)),
        ];
        Some(SubscriptionHealth {
            id,
            package: subscription.package.name.clone(),
            resource: subscription.resource.to_string(),
            state: subscription.reported.as_ref()?.state,
            reason: subscription.reason.as_deref().cloned(),
            usages,
            last_notify: subscription.last_notify,
            last_failure: subscription.course.last_failure().cloned(),
            next: next.into_iter().flatten().min_by_key(|(_, at)| *at),
            counters: subscription.course.counters(),
            notifies: subscription.notifies,
            refused_forks: subscription.refused_forks,
            tolerances: subscription.tolerated.list(),
        })
    }
}

fn name(state: State) -> &'static str {
    match state {
        State::NotifyWait => "notify wait",
        State::Pending => "pending",
        State::Active => "active",
        State::Ending => "ending",
        State::Rejected => "rejected",
        State::Terminated => "terminated",
    }
}
