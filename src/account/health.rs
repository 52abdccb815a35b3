//! How the account's registration, subscriptions and publication fare, for people who look after them. It is made only
//! when it is asked for.

use serde::Serialize;

use super::clock::Now;
use super::event::{Publication, Registration};
use super::plain::plain;
use super::served::ServedBy;
use super::session::Session;
use crate::engine::{Moment, NextAction, SubscriptionHealth, UsageHealth};

/// How one of them fares. Fields ending in `_s` are seconds still to run, or passed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Health {
    /// `registration`, `subscription` or `publication`.
    pub subject: &'static str,
    /// The number of the subscription, as its lines have it.
    pub id: Option<u32>,
    /// The event package; `None` for a registration.
    pub package: Option<String>,
    /// Whom it is about.
    pub resource: String,
    /// As the line of the subject has it.
    pub state: &'static str,
    /// Why it failed, waits or ended.
    pub reason: Option<String>,
    /// Time until it runs out.
    pub expires_s: Option<u64>,
    /// What it does next by itself.
    pub next: Option<Next>,
    /// Each notifier that answers a subscription.
    pub notifiers: Vec<Notifier>,
    /// Time since the last NOTIFY.
    pub last_notify_s: Option<u64>,
    /// What went wrong last with a subscription.
    pub last_failure: Option<LastFailure>,
    /// How often what happened to a subscription.
    pub counters: Option<Counters>,
    /// What the server does its own way, and is put up with, in words.
    pub tolerances: Vec<String>,
    /// The server of each flow of a registration.
    pub servers: Vec<ServedBy>,
}

/// A next step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Next {
    /// `retry`, `refresh`, `stop_waiting`.
    pub action: &'static str,
    /// Time until then.
    pub in_s: u64,
}

/// The dialog with one notifier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Notifier {
    /// The remote tag, as the lines of calls and NOTIFYs have it.
    pub tag: String,
    /// Where it sits: its Contact URI.
    pub target: String,
    /// `notify wait`, `pending`, `active`, `ending`, `rejected`.
    pub state: &'static str,
    /// Time until the dialog runs out unless it is refreshed.
    pub expires_s: u64,
    /// Time until it is refreshed.
    pub refresh_in_s: Option<u64>,
}

/// What went wrong last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LastFailure {
    /// The status code and its words, or what happened instead.
    pub reason: String,
    /// What the server's Reason and Warning header fields say (RFC 3326).
    pub detail: Option<String>,
    /// Time since then.
    pub ago_s: u64,
}

/// How often what happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Counters {
    /// SUBSCRIBEs sent.
    pub requests: u32,
    /// NOTIFYs taken.
    pub notifies: u32,
    /// Requests that failed.
    pub failures: u32,
    /// Notifiers refused because there may be one only, or were too many.
    pub refused_forks: u32,
}

impl Session {
    /// How everything fares that the account keeps alive: the registration first, then the publication, then the
    /// subscriptions in the order in which they began.
    pub(super) fn health(&self, now: Now) -> Vec<Health> {
        let registration = self.registration(now);
        let publication = self.publishing.publication(now);
        let mut all: Vec<Health> = registration
            .iter()
            .map(|registration| Health {
                servers: self.served_by(now),
                ..Health::of_registration(registration)
            })
            .chain(publication.map(|publication| self.of_publication(now, publication)))
            .collect();
        for subject in self
            .subjects
            .iter()
            .flatten()
            .filter(|subject| subject.wanted)
        {
            let line = subject.subscription(now);
            let known = subject
                .engine
                .and_then(|id| self.engine.health(now.moment, id));
            let mut health = Health {
                subject: "subscription",
                id: Some(line.id),
                package: Some(line.package),
                resource: line.resource,
                state: line.state,
                reason: line.reason,
                expires_s: line.expires_s,
                ..Health::new()
            };
            if let Some(known) = known {
                health.add(now, known);
            }
            all.push(health);
        }
        all
    }

    fn of_publication(&self, now: Now, publication: Publication) -> Health {
        Health {
            subject: "publication",
            package: Some("presence".to_owned()),
            resource: self.account.clone(),
            state: publication.state,
            reason: publication.reason,
            expires_s: publication.expires_s,
            next: self.publishing.retry_in_s(now).map(Next::retry),
            ..Health::new()
        }
    }
}

impl Health {
    fn new() -> Self {
        Self {
            subject: "",
            id: None,
            package: None,
            resource: String::new(),
            state: "",
            reason: None,
            expires_s: None,
            next: None,
            notifiers: Vec::new(),
            last_notify_s: None,
            last_failure: None,
            counters: None,
            tolerances: Vec::new(),
            servers: Vec::new(),
        }
    }

    fn of_registration(registration: &Registration) -> Self {
        Self {
            subject: "registration",
            resource: registration.account.clone(),
            state: registration.state,
            reason: registration.reason.clone(),
            expires_s: registration.expires_s,
            next: registration.retry_in_s.map(Next::retry),
            ..Self::new()
        }
    }

    fn add(&mut self, now: Now, known: SubscriptionHealth) {
        let ago = |at: Moment| now.moment.saturating_since(at).as_secs();
        self.next = known.next.map(|(action, at)| Next {
            action: match action {
                NextAction::Retry => "retry",
                NextAction::Refresh => "refresh",
                NextAction::StopWaiting => "stop_waiting",
            },
            in_s: now.seconds_until(at),
        });
        self.notifiers = known
            .usages
            .iter()
            .map(|usage| Notifier::new(now, usage))
            .collect();
        self.last_notify_s = known.last_notify.map(ago);
        self.last_failure = known.last_failure.map(|failure| LastFailure {
            reason: plain(&failure.reason.to_string()).into_owned(),
            detail: failure.detail.map(|detail| plain(&detail).into_owned()),
            ago_s: ago(failure.at),
        });
        self.counters = Some(Counters {
            requests: known.counters.requests,
            notifies: known.counters.notifies,
            failures: known.counters.failures,
            refused_forks: known.counters.refused_forks,
        });
        self.tolerances = known.tolerances.iter().map(ToString::to_string).collect();
    }
}

impl Next {
    fn retry(in_s: u64) -> Self {
        Self {
            action: "retry",
            in_s,
        }
    }
}

impl Notifier {
    fn new(now: Now, usage: &UsageHealth) -> Self {
        Self {
            tag: plain(&usage.notifier).into_owned(),
            target: plain(&usage.target).into_owned(),
            state: usage.state,
            expires_s: now.seconds_until(usage.expires_at),
            refresh_in_s: usage.refresh_at.map(|at| now.seconds_until(at)),
        }
    }
}
