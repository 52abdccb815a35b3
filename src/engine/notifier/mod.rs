//! The notifier: who asks this program itself for the account's state, and what they are told (RFC 6665 §4.2).
//!
//! Where a network has no presence server, or its registrar forwards a SUBSCRIBE to whoever is registered, the user's own
//! device is asked: it is the presence agent then (RFC 3856 §3). The room above says which package it answers for
//! ([`Engine::answer_subscriptions`]), and of each watcher how it is treated ([`Engine::tell_watcher`]); dialogs, expiry,
//! NOTIFYs and their pace are kept here.
//!
//! While the account is registered, or wants to be, new watchers come only over a flow on which the registrar has
//! bound it: that server has looked who they are. An account that registers nowhere takes them from anybody, and says so
//! ([`Proof::Claimed`]). What belongs to a dialog may come from elsewhere, since a proxy need not stay in it; who knows
//! its tags was there when it was made.

mod identity;
mod notify;
mod standing;
mod subscribe;

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use super::arena::Arena;
use super::deadline::Timer;
use super::dialog::{Dialog, Routing};
use super::engine::Engine;
use super::health::{Counters, Course, Failure};
use super::{Event, Moment};
use crate::sip::Uri;

pub use identity::{Identity, Proof};
use standing::Ending;

/// The package that the account answers for, as data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotifierSpec {
    /// The token in the Event header.
    pub package: String,
    /// The media type of the state.
    pub content_type: String,
    /// For how long a watcher is served that says nothing about it, and at most, in seconds.
    pub expires: u32,
    /// The shortest time that is granted, in seconds; one that is shorter is refused (423).
    pub min_expires: u32,
}

impl NotifierSpec {
    /// Presence: an hour (RFC 3856 §6.4), and not less than a minute.
    pub fn presence() -> Self {
        Self {
            package: "presence".to_owned(),
            content_type: "application/pidf+xml".to_owned(),
            expires: 3600,
            min_expires: 60,
        }
    }
}

/// Names a watcher that the account itself serves: one dialog.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct WatcherId(pub u32);

/// How a watcher is treated (RFC 6665 §4.2.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// Nothing is decided yet: it is told so, and nothing else.
    Pending,
    /// It is told this state.
    Active(Bytes),
    /// It is refused.
    Rejected,
}

/// How the notifier fares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotifierHealth {
    /// The package.
    pub package: String,
    /// Watchers who are told the state.
    pub active: usize,
    /// Watchers about whom nothing is decided.
    pub pending: usize,
    /// SUBSCRIBEs that were refused.
    pub refused: u32,
    /// NOTIFYs sent, and those of them that failed.
    pub counters: Counters,
    /// What last went wrong with a NOTIFY.
    pub last_failure: Option<Failure>,
}

/// All watchers that the account itself serves.
#[derive(Debug)]
pub(crate) struct Notifier {
    /// What is answered for, or was: the last NOTIFYs still name it.
    spec: Option<NotifierSpec>,
    open: bool,
    usages: Arena<Usage>,
    /// Dialogs by their Call-ID; the tags are compared there.
    by_call: HashMap<Arc<str>, Vec<WatcherId>>,
    /// Those about whom the room above has still to say something in this turn.
    unspoken: Vec<WatcherId>,
    /// Those whose NOTIFY may go as soon as fewer are out.
    ready: VecDeque<WatcherId>,
    /// The same of those who have not answered any.
    ready_new: VecDeque<WatcherId>,
    /// NOTIFYs on their way.
    out: usize,
    /// Those of them that go to whoever has not answered any.
    out_new: usize,
    refused: u32,
    course: Course,
}

/// The dialog with one watcher.
#[derive(Debug)]
struct Usage {
    dialog: Dialog,
    /// From of its SUBSCRIBE, To of its NOTIFYs.
    remote: Uri,
    /// Who it is.
    address: Arc<str>,
    event_id: Option<Box<str>>,
    /// `CSeq` of the SUBSCRIBE that made it, and when: the same on another way is no other watcher.
    made_by: u32,
    made_at: Moment,
    expires_at: Moment,
    /// It was asked by `sips:`.
    secure: bool,
    /// It was asked over TLS.
    over_tls: bool,
    standing: Standing,
    /// The room above has said how it is treated.
    spoken: bool,
    /// Why the next NOTIFY is the last.
    ending: Option<Ending>,
    /// The last one was sent.
    is_last: bool,
    /// The room above was told that it is gone.
    told: bool,
    exchange: Option<u32>,
    /// It has answered a NOTIFY.
    known: bool,
    /// It stands in the queue.
    queued: bool,
    /// A NOTIFY is owed.
    due: Option<Haste>,
    /// What is not urgent is told no sooner.
    not_before: Moment,
}

/// How soon a NOTIFY has to be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Haste {
    /// The state has changed: not more often than every five seconds (RFC 3856 §6.10).
    Paced,
    /// A SUBSCRIBE is to be confirmed, or the end to be told: at once (RFC 6665 §4.2.1.2).
    AtOnce,
}

impl Notifier {
    pub(crate) fn new() -> Self {
        Self {
            spec: None,
            open: false,
            usages: Arena::new(),
            by_call: HashMap::new(),
            unspoken: Vec::new(),
            ready: VecDeque::new(),
            ready_new: VecDeque::new(),
            out: 0,
            out_new: 0,
            refused: 0,
            course: Course::default(),
        }
    }

    /// Whether SUBSCRIBEs are answered at all.
    pub(crate) fn answers(&self) -> bool {
        self.open
    }

    /// The one package that is answered for.
    pub(crate) fn package(&self) -> Option<&str> {
        let spec = self.spec.as_ref().filter(|_| self.open)?;
        Some(&spec.package)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.usages.is_empty()
    }

    pub(crate) fn len(&self) -> usize {
        self.usages.len()
    }

    fn ids(&self) -> Vec<WatcherId> {
        self.usages.ids().map(WatcherId).collect()
    }

    fn get(&self, id: WatcherId) -> Option<&Usage> {
        self.usages.get(id.0)
    }

    fn get_mut(&mut self, id: WatcherId) -> Option<&mut Usage> {
        self.usages.get_mut(id.0)
    }

    /// Of those that go on, how many are like this.
    fn count(&self, which: impl Fn(&Usage) -> bool) -> usize {
        let usages = self.usages.iter().map(|(_, usage)| usage);
        usages
            .filter(|usage| usage.ending.is_none() && which(usage))
            .count()
    }

    /// The NOTIFY on its way to this watcher has come to its end; whether there was one.
    fn is_answered(&mut self, id: WatcherId) -> bool {
        let Some(usage) = self.usages.get_mut(id.0) else {
            return false;
        };
        let answered = usize::from(usage.exchange.take().is_some());
        self.out -= answered;
        self.out_new -= if usage.known { 0 } else { answered };
        answered > 0
    }

    /// Takes a usage out of every table.
    fn remove(&mut self, id: WatcherId) -> Option<Usage> {
        let exchange = self.get(id)?.exchange;
        self.is_answered(id);
        let usage = Usage {
            exchange,
            ..self.usages.remove(id.0)?
        };
        if let Some(same) = self.by_call.get_mut(&usage.dialog.call_id) {
            same.retain(|other| *other != id);
            if same.is_empty() {
                self.by_call.remove(&usage.dialog.call_id);
            }
        }
        Some(usage)
    }
}

impl Usage {
    fn is_pending(&self) -> bool {
        self.standing == Standing::Pending
    }
}

impl Engine {
    /// From now on SUBSCRIBEs for this package are answered, or with `None` no longer; then those who watch are told
    /// that it is over, and may ask whoever answers later.
    pub fn answer_subscriptions(&mut self, now: Moment, spec: Option<NotifierSpec>) {
        self.notifier.open = spec.is_some();
        match spec {
            Some(spec) => self.notifier.spec = Some(spec),
            None => self.deactivate_watchers(now),
        }
        self.pump(now);
    }

    /// How the notifier fares; `None` where it answers for nothing.
    pub fn notifier_health(&self) -> Option<NotifierHealth> {
        let package = self.notifier.package()?.to_owned();
        let active = |usage: &Usage| matches!(usage.standing, Standing::Active(_));
        Some(NotifierHealth {
            package,
            active: self.notifier.count(active),
            pending: self.notifier.count(Usage::is_pending),
            refused: self.notifier.refused,
            counters: self.notifier.course.counters(),
            last_failure: self.notifier.course.last_failure().cloned(),
        })
    }

    /// How the next request to a watcher is routed.
    pub(super) fn watcher_routing(&self, id: WatcherId) -> Option<Routing> {
        Some(self.notifier.get(id)?.dialog.route())
    }

    /// Gives up what an orderly stop has no more time for.
    pub(super) fn stop_notifying(&mut self) {
        for id in self.notifier.ids() {
            self.remove_watcher(id);
        }
    }

    /// Removes a usage with its timers and its request, and tells so unless that was done.
    fn remove_watcher(&mut self, id: WatcherId) {
        let Some(usage) = self.notifier.remove(id) else {
            return;
        };
        self.cancel_timer(Timer::WatcherNotify(id));
        self.cancel_timer(Timer::WatcherExpiry(id));
        self.abandon(usage.exchange);
        if !usage.told {
            let ending = usage.ending.unwrap_or(Ending::GaveUp);
            self.event(Event::WatcherGone {
                watcher: id,
                reason: ending.token(),
            });
        }
    }
}

/// Who is refused because of too many others may come back after so long.
const COME_BACK: Duration = Duration::from_secs(300);
