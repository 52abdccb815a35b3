//! How the account, its registration, subscriptions and publication fare, for people who look after them. It is made
//! only when it is asked for.

use serde::Serialize;

use super::clock::Now;
use super::event::Publication;
use super::plain::plain;
use super::served::ServedBy;
use super::session::Session;
use super::snapshot::Connection;
use crate::engine::{
    Counters as EngineCounters, Failure, Moment, NextAction, SoftStateHealth, SubscriptionHealth,
    UsageHealth,
};

/// How one of them fares. Fields ending in `_s` are seconds still to run, or passed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Health {
    /// `account`, `registration`, `subscription`, `publication`, or `notifier` for those who ask this device itself.
    pub subject: &'static str,
    /// The number of the subscription, as its lines have it.
    pub id: Option<u32>,
    /// The event package of a subscription or publication.
    pub package: Option<String>,
    /// Whom it is about.
    pub resource: String,
    /// As the line of the subject has it; of the account `logged_out`, `connecting`, `online`, `password_needed` or
    /// `trouble`.
    pub state: &'static str,
    /// Why it failed, waits or ended.
    pub reason: Option<String>,
    /// For how long the server granted it; of a subscription with several notifiers that which runs out first.
    pub granted_s: Option<u64>,
    /// Time until it runs out.
    pub expires_s: Option<u64>,
    /// What it does next by itself.
    pub next: Option<Next>,
    /// Each notifier that answers a subscription.
    pub notifiers: Vec<Notifier>,
    /// Time since the last NOTIFY.
    pub last_notify_s: Option<u64>,
    /// What went wrong last.
    pub last_failure: Option<LastFailure>,
    /// How often what happened; `None` before anything is known.
    pub counters: Option<Counters>,
    /// What the server does its own way, and is put up with, in words.
    pub tolerances: Vec<String>,
    /// The server of each flow of a registration.
    pub servers: Vec<ServedBy>,
    /// Of the notifier: who asks this device itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub watchers: Option<WatcherCounts>,
    /// Of the account: messages from the network that were malformed, or belonged to nothing, and were left out.
    pub bad_input: Option<u64>,
}

/// Those who ask this device itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct WatcherCounts {
    /// Who is told the state.
    pub active: usize,
    /// Who waits for a decision.
    pub pending: usize,
    /// SUBSCRIBEs that were refused.
    pub refused: u32,
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
    /// For how long it was granted.
    pub granted_s: Option<u64>,
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
    /// Requests sent.
    pub requests: u32,
    /// Requests that failed.
    pub failures: u32,
    /// NOTIFYs taken, of a subscription.
    pub notifies: Option<u32>,
    /// Notifiers of a subscription refused because there may be one only, or were too many.
    pub refused_forks: Option<u32>,
}

impl Session {
    /// How everything fares that the account keeps alive: the account as a whole, the registration, the publication, those
    /// who ask this device itself, then the subscriptions in the order in which they began.
    pub(super) fn health(&self, now: Now) -> Vec<Health> {
        let publication = self.publishing.publication(now);
        let publication = publication.map(|publication| self.of_publication(now, publication));
        let mut all = vec![self.of_account(now)];
        all.extend(self.of_registration(now));
        all.extend(publication);
        all.extend(self.of_notifier(now));
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
                health.add_subscription(now, known);
            }
            all.push(health);
        }
        all
    }

    fn of_account(&self, now: Now) -> Health {
        let (state, reason) = match self.connection(now) {
            Connection::LoggedOut => ("logged_out", None),
            Connection::Connecting => ("connecting", None),
            Connection::Online => ("online", None),
            Connection::PasswordNeeded { .. } => ("password_needed", None),
            Connection::Trouble { message, .. } => ("trouble", Some(message)),
        };
        Health {
            subject: "account",
            resource: self.account.clone(),
            state,
            reason,
            bad_input: Some(self.bad_input.total()),
            ..Health::new()
        }
    }

    fn of_registration(&self, now: Now) -> Option<Health> {
        let registration = self.registration(now)?;
        let mut health = Health {
            subject: "registration",
            resource: registration.account,
            state: registration.state,
            reason: registration.reason,
            expires_s: registration.expires_s,
            servers: self.served_by(now),
            ..Health::new()
        };
        if let Some(known) = self.engine.registration_health() {
            health.add(now, known);
        }
        Some(health)
    }

    /// Nothing is told of it before anybody has asked.
    fn of_notifier(&self, now: Now) -> Option<Health> {
        let known = self.engine.notifier_health()?;
        let watchers = WatcherCounts {
            active: known.active,
            pending: known.pending,
            refused: known.refused,
        };
        if known.counters.requests == 0 && known.refused == 0 && !self.agent.is_asked() {
            return None;
        }
        Some(Health {
            subject: "notifier",
            package: Some(known.package),
            resource: self.account.clone(),
            state: "active",
            last_failure: known
                .last_failure
                .map(|failure| LastFailure::new(now, &failure)),
            counters: Some(Counters::new(known.counters)),
            watchers: Some(watchers),
            ..Health::new()
        })
    }

    fn of_publication(&self, now: Now, publication: Publication) -> Health {
        let mut health = Health {
            subject: "publication",
            package: Some("presence".to_owned()),
            resource: self.account.clone(),
            state: publication.state,
            reason: publication.reason,
            expires_s: publication.expires_s,
            ..Health::new()
        };
        let known = self.publishing.health(&self.engine);
        if let Some(known) = known {
            health.add(now, known);
        }
        health
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
            granted_s: None,
            expires_s: None,
            next: None,
            notifiers: Vec::new(),
            last_notify_s: None,
            last_failure: None,
            counters: None,
            tolerances: Vec::new(),
            servers: Vec::new(),
            watchers: None,
            bad_input: None,
        }
    }

    /// What a registration or a publication has.
    fn add(&mut self, now: Now, known: SoftStateHealth) {
        self.granted_s = known.granted.map(|granted| granted.as_secs());
        self.expires_s = known
            .expires_at
            .map(|at| now.seconds_until(at))
            .or(self.expires_s);
        self.next = known.next.map(|next| Next::new(now, next));
        self.last_failure = known
            .last_failure
            .map(|failure| LastFailure::new(now, &failure));
        self.counters = Some(Counters::new(known.counters));
    }

    fn add_subscription(&mut self, now: Now, known: SubscriptionHealth) {
        let first = known.usages.iter().min_by_key(|usage| usage.expires_at);
        self.granted_s = first
            .and_then(|usage| usage.granted)
            .map(|granted| granted.as_secs());
        self.next = known.next.map(|next| Next::new(now, next));
        self.notifiers = known
            .usages
            .iter()
            .map(|usage| Notifier::new(now, usage))
            .collect();
        self.last_notify_s = known.last_notify.map(|at| ago(now, at));
        self.last_failure = known
            .last_failure
            .map(|failure| LastFailure::new(now, &failure));
        self.counters = Some(Counters {
            notifies: Some(known.notifies),
            refused_forks: Some(known.refused_forks),
            ..Counters::new(known.counters)
        });
        self.tolerances = known.tolerances.iter().map(ToString::to_string).collect();
    }
}

impl Next {
    fn new(now: Now, (action, at): (NextAction, Moment)) -> Self {
        Self {
            action: match action {
                NextAction::Retry => "retry",
                NextAction::Refresh => "refresh",
                NextAction::StopWaiting => "stop_waiting",
            },
            in_s: now.seconds_until(at),
        }
    }
}

impl LastFailure {
    fn new(now: Now, failure: &Failure) -> Self {
        Self {
            reason: plain(&failure.reason.to_string()).into_owned(),
            detail: failure
                .detail
                .as_deref()
                .map(|detail| plain(detail).into_owned()),
            ago_s: ago(now, failure.at),
        }
    }
}

impl Counters {
    fn new(known: EngineCounters) -> Self {
        Self {
            requests: known.requests,
            failures: known.failures,
            notifies: None,
            refused_forks: None,
        }
    }
}

impl Notifier {
    fn new(now: Now, usage: &UsageHealth) -> Self {
        Self {
            tag: plain(&usage.notifier).into_owned(),
            target: plain(&usage.target).into_owned(),
            state: usage.state,
            granted_s: usage.granted.map(|granted| granted.as_secs()),
            expires_s: now.seconds_until(usage.expires_at),
            refresh_in_s: usage.refresh_at.map(|at| now.seconds_until(at)),
        }
    }
}

fn ago(now: Now, at: Moment) -> u64 {
    now.moment.saturating_since(at).as_secs()
}
