//! Subscriptions: what the user wants to know (RFC 6665).
//!
//! A *subscription* is a package and a resource. It owns an *attempt* while an initial SUBSCRIBE is under way, and one
//! *usage* for each notifier that answered, each with its own dialog, state and expiry.
//!
//! Dialogs are never shared (RFC 6665 §4.5.2 allows it for old peers only, and forbids it where the other side is known
//! by a GRUU): a SUBSCRIBE outside a dialog always begins one of its own, so that what ends one subscription spares all
//! others. What a peer sends in such a dialog for anything but its one subscription gets 481. This program sends no
//! REFER and so has no implicit subscriptions (RFC 3515 §2.4.4); one to `refer` that was asked for by SUBSCRIBE keeps
//! the answers of several notifiers apart, like any other package with forks.

mod answer;
mod attempt;
mod body;
mod closing;
mod condition;
mod contact;
mod first;
mod further;
mod habits;
mod health;
mod notify;
mod recovery;
mod report;
mod response;
mod retry;
mod silence;
mod state;
mod tolerance;
mod usage;
mod variant;

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use super::arena::Arena;
use super::config::{ForkPolicy, PackageSpec, SubscribeRequest};
use super::deadline::{Alarm, Timer};
use super::dialog::Dialog;
use super::engine::Engine;
use super::entropy::Tag;
use super::health::Course;
use super::soft_state::{Backoff, Lease};
use super::transaction::TIMER_F;
use super::{
    Flow, FlowId, Moment, Rates, Reason, SubscriptionEvent, SubscriptionId, SubscriptionState,
    UsageId, limits,
};
use crate::sip::Uri;

pub use health::{SubscriptionHealth, UsageHealth};
pub use tolerance::Tolerance;

use body::Enclosed;
use condition::{Held, names_a_state};
use habits::Habits;
use retry::{Next, Retry};
use silence::Silence;
use state::State;
use tolerance::Tolerated;
use variant::Variant;

/// All subscriptions of the account, and how NOTIFYs find them.
#[derive(Debug)]
pub(crate) struct Subscriptions {
    arena: Arena<Subscription>,
    /// Our Call-IDs are unguessable, so each leads to one subscription; tags are compared there.
    by_call: HashMap<Arc<str>, SubscriptionId>,
    /// Dialogs that have ended, to answer what is still under way (EV-049).
    departed: VecDeque<Departed>,
    /// What was learned about servers.
    habits: Habits,
    /// Names of packages that were ever subscribed to: a NOTIFY for another gets 489.
    packages: Vec<String>,
    /// The flow of the last SUBSCRIBE, which most others go on as well.
    common_flow: Option<Arc<Flow>>,
}

impl Default for Subscriptions {
    fn default() -> Self {
        Self {
            arena: Arena::new(),
            by_call: HashMap::new(),
            departed: VecDeque::new(),
            habits: Habits::default(),
            packages: Vec::new(),
            common_flow: None,
        }
    }
}

/// A dialog that has ended.
#[derive(Debug)]
struct Departed {
    call_id: Arc<str>,
    remote_tag: Box<str>,
    /// Until when something of it may still be under way.
    until: Moment,
}

/// A package and a resource that the user wants to know about.
#[derive(Debug)]
struct Subscription {
    package: Arc<PackageSpec>,
    resource: Uri,
    expires: u32,
    enclosed: Option<Box<Enclosed>>,
    rates: Option<Box<Rates>>,
    fetch: bool,
    /// The notifier is not to learn who asks.
    anonymous: bool,
    wanted: bool,
    attempt: Option<Box<Attempt>>,
    usages: Vec<Usage>,
    next_usage: u32,
    retry: Retry,
    /// Hardly any notifier wants to be asked in another way than the usual.
    variant: Option<Box<Variant>>,
    tolerated: Tolerated,
    /// The entity tag of the state that the room above still holds from a usage that has ended.
    kept: Option<Box<str>>,
    reason: Option<Box<Reason>>,
    /// When a refresh was last asked for because of an unusable body (RB-001).
    mended_at: Option<Moment>,
    /// Hardly any notifier has kept silent.
    silence: Option<Box<Silence>>,
    reported: Option<Reported>,
    course: Course,
    /// NOTIFYs taken.
    notifies: u32,
    /// Forks refused.
    refused_forks: u32,
    last_notify: Option<Moment>,
    alarm: Alarm,
}

/// An initial SUBSCRIBE, from its first sending until its window for NOTIFYs closes.
#[derive(Debug)]
struct Attempt {
    call_id: Arc<str>,
    local_tag: Tag,
    cseq: u32,
    asked: u32,
    sent_at: Option<Moment>,
    /// What a 2xx granted, once there is one.
    granted: Option<u32>,
    exchange: Option<u32>,
    flow: Option<Flow>,
    made_usage: bool,
    too_brief: u8,
    /// The last SUBSCRIBE had a condition.
    conditional: bool,
    /// Where redirections have led so far (EV-036).
    redirected: Vec<Uri>,
    /// Redirection targets still to be tried.
    targets: VecDeque<Uri>,
    /// A NOTIFY that was first and last has come: the answer to a fetch, or a refusal.
    fetched: bool,
    /// Other rates are wanted since it was sent.
    outdated: bool,
}

/// The dialog with one notifier.
#[derive(Debug)]
struct Usage {
    id: UsageId,
    state: State,
    dialog: Dialog,
    lease: Lease,
    made_at: Moment,
    established: bool,
    exchange: Option<u32>,
    purpose: Purpose,
    queued: Option<Purpose>,
    /// What the room above holds of this notifier.
    held: Held,
    /// The rates that the notifier keeps to, of those that were asked for.
    agreed: Option<Box<Rates>>,
    /// NOTIFYs in a row whose number was lower than one before.
    behind: u8,
    /// A NOTIFY has come since the last SUBSCRIBE.
    notified: bool,
    /// The last SUBSCRIBE was answered 2xx.
    accepted: bool,
    /// A fresh SUBSCRIBE is under way that may bring another dialog with the same notifier (EV-047).
    superseded: bool,
    /// The room above was told of its end already.
    told: bool,
    backoff: Backoff,
    too_brief: u8,
    /// Nobody is to be asked again before this (Retry-After).
    not_before: Option<Moment>,
    /// The flow of the last SUBSCRIBE.
    flow: Arc<Flow>,
    /// It was asked for in our own domain, without a detour.
    home: bool,
    alarm: Alarm,
}

/// What a SUBSCRIBE in a dialog is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Purpose {
    /// Full state now, for the time that is left (EV-053).
    Poll,
    /// A new term.
    Refresh,
    /// The end (EV-050).
    End,
}

/// What was last reported, to report only what is new.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Reported {
    state: SubscriptionState,
    expires_at: Option<Moment>,
    retry_at: Option<Moment>,
    notifiers: u32,
    reason: Option<Box<Reason>>,
}

impl Subscriptions {
    pub(crate) fn is_empty(&self) -> bool {
        self.arena.is_empty()
    }

    pub(crate) fn len(&self) -> usize {
        self.arena.len()
    }

    /// How many usages, Call-IDs and dialogs of the past there are.
    pub(crate) fn census(&self) -> (usize, usize, usize) {
        let subscriptions = self.arena.iter();
        let usages = subscriptions.map(|(_, subscription)| subscription.usages.len());
        (usages.sum(), self.by_call.len(), self.departed.len())
    }

    /// Whether a SUBSCRIBE was last sent on this flow, so that its NOTIFYs come there.
    pub(crate) fn use_flow(&self, flow: FlowId) -> bool {
        self.arena.iter().any(|(_, subscription)| {
            let sent = subscription
                .attempt
                .as_ref()
                .and_then(|attempt| attempt.flow);
            let dialogs = subscription.usages.iter().map(|usage| usage.flow.id);
            let mut used = sent.map(|sent| sent.id).into_iter().chain(dialogs);
            used.any(|used| used == flow)
        })
    }

    /// The timers of a subscription.
    pub(crate) fn alarm(&self, id: SubscriptionId) -> Option<&Alarm> {
        Some(&self.get(id)?.alarm)
    }

    /// The same, to set them.
    pub(crate) fn alarm_mut(&mut self, id: SubscriptionId) -> Option<&mut Alarm> {
        Some(&mut self.get_mut(id)?.alarm)
    }

    /// The timers of a usage.
    pub(crate) fn usage_alarm(&self, id: SubscriptionId, usage: UsageId) -> Option<&Alarm> {
        Some(&self.usage(id, usage)?.alarm)
    }

    /// The same, to set them.
    pub(crate) fn usage_alarm_mut(
        &mut self,
        id: SubscriptionId,
        usage: UsageId,
    ) -> Option<&mut Alarm> {
        Some(&mut self.usage_mut(id, usage)?.alarm)
    }

    /// The timers of all subscriptions and usages.
    pub(crate) fn alarms(&self) -> impl Iterator<Item = &Alarm> {
        self.arena.iter().flat_map(|(_, subscription)| {
            let usages = subscription.usages.iter().map(|usage| &usage.alarm);
            usages.chain(std::iter::once(&subscription.alarm))
        })
    }

    fn get(&self, id: SubscriptionId) -> Option<&Subscription> {
        self.arena.get(id.0)
    }

    fn get_mut(&mut self, id: SubscriptionId) -> Option<&mut Subscription> {
        self.arena.get_mut(id.0)
    }

    fn usage_mut(&mut self, id: SubscriptionId, usage: UsageId) -> Option<&mut Usage> {
        self.get_mut(id)?
            .usages
            .iter_mut()
            .find(|other| other.id == usage)
    }

    fn usage(&self, id: SubscriptionId, usage: UsageId) -> Option<&Usage> {
        self.get(id)?.usages.iter().find(|other| other.id == usage)
    }

    /// Forgets a Call-ID that no dialog or attempt of the subscription has any more.
    fn release_call(&mut self, id: SubscriptionId, call_id: &Arc<str>) {
        let used = self.get(id).is_some_and(|subscription| {
            let attempt = subscription.attempt.as_ref();
            attempt.is_some_and(|attempt| attempt.call_id == *call_id)
                || subscription
                    .usages
                    .iter()
                    .any(|usage| usage.dialog.call_id == *call_id)
        });
        if !used {
            self.by_call.remove(call_id);
        }
    }

    /// The flow, kept once for all that use it.
    fn share_flow(&mut self, flow: Flow) -> Arc<Flow> {
        match &self.common_flow {
            Some(common) if **common == flow => Arc::clone(common),
            _ => Arc::clone(self.common_flow.insert(Arc::new(flow))),
        }
    }

    /// Remembers for a while that a dialog existed.
    fn depart(&mut self, now: Moment, dialog: &Dialog) {
        if self.departed.len() >= limits::DEPARTED {
            self.departed.pop_front();
        }
        self.departed.push_back(Departed {
            call_id: dialog.call_id.clone(),
            remote_tag: dialog.remote_tag.clone(),
            until: now + TIMER_N,
        });
    }

    /// Whether a dialog with these identifiers ended a moment ago.
    fn has_departed(&self, now: Moment, call_id: &str, remote_tag: Option<&str>) -> bool {
        self.departed.iter().any(|departed| {
            &*departed.call_id == call_id
                && Some(&*departed.remote_tag) == remote_tag
                && departed.until > now
        })
    }
}

impl Subscription {
    /// Dialogs that tell something.
    fn live(&self) -> impl Iterator<Item = &Usage> {
        self.usages.iter().filter(|usage| usage.state.is_live())
    }

    fn is_live(&self) -> bool {
        self.live().next().is_some()
    }

    /// Wanted, and nothing is under way.
    fn is_idle(&self) -> bool {
        self.wanted && self.attempt.is_none() && !self.is_live()
    }

    /// What is asked for on the wire, in seconds.
    fn asked(&self) -> u32 {
        if self.fetch {
            0
        } else {
            self.variant().expires.unwrap_or(self.expires)
        }
    }

    fn target(&self) -> &Uri {
        self.variant().target.as_deref().unwrap_or(&self.resource)
    }
}

impl Engine {
    /// Subscribes, and stays subscribed until [`Engine::unsubscribe`]; or asks once, for a fetch. Beyond about a million
    /// subscriptions, and once an orderly stop has begun, the answer names nothing and nothing is sent.
    pub fn subscribe(&mut self, now: Moment, request: SubscribeRequest) -> SubscriptionId {
        if self.stop.has_begun() {
            return SubscriptionId(u32::MAX);
        }
        let name = &request.package.name;
        if !self
            .subscriptions
            .packages
            .iter()
            .any(|known| known == name)
        {
            self.subscriptions.packages.push(name.clone());
        }
        let subscription = Subscription {
            expires: request
                .expires
                .unwrap_or(request.package.default_expires)
                .max(1),
            package: request.package,
            resource: request.resource,
            enclosed: Enclosed::new(request.body, request.list),
            rates: boxed(request.rates),
            fetch: request.fetch,
            anonymous: request.anonymous,
            wanted: true,
            attempt: None,
            usages: Vec::new(),
            next_usage: 0,
            retry: Retry::default(),
            variant: None,
            tolerated: Tolerated::default(),
            kept: request
                .entity_tag
                .filter(|tag| names_a_state(tag))
                .map(Into::into),
            reason: None,
            mended_at: None,
            silence: None,
            reported: None,
            course: Course::default(),
            notifies: 0,
            refused_forks: 0,
            last_notify: None,
            alarm: Alarm::default(),
        };
        let slot = self.subscriptions.arena.insert(subscription);
        let id = SubscriptionId(slot.unwrap_or(u32::MAX));
        self.start_attempt(id);
        self.pump(now);
        id
    }

    /// Ends a subscription: Expires 0 in every dialog (EV-081). Before the first NOTIFY there is none to end; the one that
    /// a NOTIFY still makes is ended then (EV-025). Its last event says `Terminated`; afterwards the id names nothing.
    pub fn unsubscribe(&mut self, now: Moment, id: SubscriptionId) {
        self.end_subscription(now, id);
        self.pump(now);
    }

    /// Asks every notifier for its full state now (EV-053); one that waits for a retry is tried at once.
    pub fn refresh(&mut self, now: Moment, id: SubscriptionId) {
        self.ask_for_full_state(id);
        self.pump(now);
    }

    /// Asks for other rates of notifications, or for none any more (RFC 6446 §4.1). It is told to the notifiers by a
    /// SUBSCRIBE, never by a header in the answer to a NOTIFY, which not every proxy or notifier would understand.
    pub fn set_rates(&mut self, now: Moment, id: SubscriptionId, rates: Rates) {
        let Some(subscription) = self.subscriptions.get_mut(id) else {
            return;
        };
        subscription.rates = boxed(rates);
        // What the initial SUBSCRIBE said is no longer wanted: the dialog that it makes is told so.
        if let Some(attempt) = &mut subscription.attempt {
            attempt.outdated = attempt.sent_at.is_some();
        }
        let usages: Vec<UsageId> = subscription.live().map(|usage| usage.id).collect();
        for usage in usages {
            self.subscribe_in_dialog(id, usage, Purpose::Refresh);
        }
        self.pump(now);
    }

    /// From the next SUBSCRIBE on, asks for these body types alone, the mandatory one first; types that the package does
    /// not have are left out. For a notifier that turned out not to master one that it was offered (FM-022); otherwise
    /// every SUBSCRIBE asks as the first did (EV-005).
    pub fn narrow_accept(&mut self, id: SubscriptionId, types: &[&str]) {
        let Some(subscription) = self.subscriptions.get_mut(id) else {
            return;
        };
        let kept = |kind: &String| types.contains(&kind.as_str());
        if !subscription.package.accept.iter().all(kept) {
            // The package is shared with other subscriptions.
            Arc::make_mut(&mut subscription.package).accept.retain(kept);
        }
    }

    /// How a subscription stands; `None` once it is over and was not wanted any more.
    pub fn subscription(&self, id: SubscriptionId) -> Option<SubscriptionEvent> {
        let subscription = self.subscriptions.get(id)?;
        let reported = subscription.reported.as_ref()?;
        Some(SubscriptionEvent {
            id,
            state: reported.state,
            expires_at: reported.expires_at,
            retry_at: reported.retry_at,
            notifiers: reported.notifiers,
            reason: reported.reason.as_deref().cloned(),
        })
    }

    /// Every subscription there is.
    pub fn subscription_ids(&self) -> Vec<SubscriptionId> {
        self.subscriptions.arena.ids().map(SubscriptionId).collect()
    }

    pub(super) fn end_subscription(&mut self, now: Moment, id: SubscriptionId) {
        let Some(subscription) = self.subscriptions.get_mut(id) else {
            return;
        };
        subscription.wanted = false;
        self.cancel_timer(Timer::SubscribeRetry(id));
        let exchange = self
            .subscriptions
            .get(id)
            .and_then(|subscription| subscription.attempt.as_ref()?.exchange);
        let unsent = exchange.is_some() && !self.is_sent(exchange);
        // Of one that was notified only the window for others is open.
        if unsent || self.attempt_was_notified(id) {
            self.drop_attempt(id);
        }
        let usages: Vec<(UsageId, State)> = match self.subscriptions.get(id) {
            Some(subscription) => subscription
                .usages
                .iter()
                .map(|usage| (usage.id, usage.state))
                .collect(),
            None => return,
        };
        for (usage, state) in usages {
            if state == State::Rejected {
                self.remove_usage(now, id, usage);
            } else {
                self.end_usage(id, usage);
            }
        }
        self.settle(now, id, Next::Never);
    }

    pub(super) fn ask_for_full_state(&mut self, id: SubscriptionId) {
        let Some(subscription) = self.subscriptions.get(id) else {
            return;
        };
        let usages: Vec<UsageId> = subscription.live().map(|usage| usage.id).collect();
        if usages.is_empty() {
            if subscription.wanted
                && subscription.attempt.is_none()
                && self.timer_at(Timer::SubscribeRetry(id)).is_some()
            {
                self.start_attempt(id);
            }
            return;
        }
        for usage in usages {
            self.subscribe_in_dialog(id, usage, Purpose::Poll);
        }
    }
}

/// Hardly any subscription has rates.
fn boxed(rates: Rates) -> Option<Box<Rates>> {
    (!rates.is_empty()).then(|| Box::new(rates))
}

/// Timer N: 64*T1 (RFC 6665 §4.1.2).
const TIMER_N: Duration = TIMER_F;
