//! Who asks this device itself for the own presence, as a list of watchers (RFC 3856 §3, presence agent).

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::address;
use super::decide::Ruling;
use super::event::Watcher;
use super::plain::plain;
use super::watchers::WatchersView;
use crate::engine::{Identity, Moment, Proof, UsageId, WatcherId};
use crate::package::State;
use crate::package::watcher_info::{self, Document, List, WatcherEvent, WatcherStatus};
use crate::store::Stamp;

/// The watchers whom this device serves, shown in the same way as those that a server tells of.
#[derive(Debug)]
pub(super) struct Agent {
    account: String,
    view: WatchersView,
    watching: BTreeMap<WatcherId, Watching>,
    version: u64,
    /// The version of the rules on this machine that was last read, and when to look for another.
    pub(super) rules: Option<Stamp>,
    pub(super) look_at: Option<Moment>,
    /// Rules on this machine were asked for.
    pub(super) adopted: bool,
    /// No server tells of watchers.
    pub(super) alone: bool,
}

/// Somebody who asks.
#[derive(Debug)]
struct Watching {
    address: String,
    display_name: Option<String>,
    proof: Proof,
    status: WatcherStatus,
    event: WatcherEvent,
    since: Timestamp,
    until: Timestamp,
}

impl Agent {
    /// Nobody asks yet.
    pub(super) fn new(account: &str) -> Self {
        Self {
            account: account.to_owned(),
            view: WatchersView::new(),
            watching: BTreeMap::new(),
            version: 0,
            rules: None,
            look_at: None,
            adopted: false,
            alone: false,
        }
    }

    /// Somebody asks until then.
    pub(super) fn come(
        &mut self,
        id: WatcherId,
        identity: Identity,
        until: Timestamp,
        now: Timestamp,
    ) {
        let watching = Watching {
            address: address::compared(&identity.address),
            display_name: identity.display_name,
            proof: identity.proof,
            status: WatcherStatus::Pending,
            event: WatcherEvent::Subscribe,
            since: now,
            until,
        };
        self.watching.insert(id, watching);
    }

    /// Somebody asks for longer.
    pub(super) fn stay(&mut self, id: WatcherId, until: Timestamp) {
        if let Some(watching) = self.watching.get_mut(&id) {
            watching.until = until;
        }
    }

    /// Somebody is told the state, or waits for that.
    pub(super) fn stand(&mut self, id: WatcherId, active: bool) {
        if let Some(watching) = self.watching.get_mut(&id)
            && active
        {
            watching.status = WatcherStatus::Active;
            watching.event = WatcherEvent::Approved;
        }
    }

    /// Somebody asks no longer.
    pub(super) fn go(&mut self, id: WatcherId, reason: &str) {
        if let Some(watching) = self.watching.get_mut(&id) {
            watching.status = WatcherStatus::Terminated;
            watching.event = WatcherEvent::from_token(reason);
        }
    }

    /// Whom they are, by their addresses in canonical form.
    pub(super) fn watchers(&self) -> impl Iterator<Item = (WatcherId, &str)> {
        let watching = self.watching.iter();
        watching
            .filter(|(_, watching)| watching.status != WatcherStatus::Terminated)
            .map(|(id, watching)| (*id, watching.address.as_str()))
    }

    /// Whether anybody asks.
    pub(super) fn is_asked(&self) -> bool {
        self.watchers().next().is_some()
    }

    /// Shows what has changed; the persons about whom something has.
    pub(super) fn update(
        &mut self,
        decide: &dyn Fn(&str) -> Ruling,
        now: Timestamp,
    ) -> Vec<Watcher> {
        let document = self.document(now);
        let changed = self.view.apply(HERE, &document, decide, now).changed;
        let changed = self.marked(changed);
        self.watching
            .retain(|_, watching| watching.status != WatcherStatus::Terminated);
        changed
    }

    /// The rules are other ones now.
    pub(super) fn rules_changed(
        &mut self,
        decide: &dyn Fn(&str) -> Ruling,
        now: Timestamp,
    ) -> Vec<Watcher> {
        let changed = self.view.rules_changed(decide, now);
        self.marked(changed)
    }

    /// What is shown.
    pub(super) fn shown(&self, now: Timestamp) -> Vec<Watcher> {
        self.marked(self.view.shown(now))
    }

    /// The same, as decisions look for those that they are about.
    pub(super) fn view(&self) -> &WatchersView {
        &self.view
    }

    /// Says of each how far it is known who it is.
    fn marked(&self, mut watchers: Vec<Watcher>) -> Vec<Watcher> {
        for watcher in &mut watchers {
            let id = watcher.id.parse().ok().map(WatcherId);
            let known = id.and_then(|id| self.watching.get(&id));
            watcher.source = known.map(|watching| watching.proof.token());
        }
        watchers
    }

    /// Everybody, as a server would tell it.
    fn document(&mut self, now: Timestamp) -> Document {
        self.version += 1;
        let seconds = |from: Timestamp, to: Timestamp| {
            u64::try_from(to.duration_since(from).as_secs()).unwrap_or(0)
        };
        let watchers = self
            .watching
            .iter()
            .map(|(id, watching)| watcher_info::Watcher {
                id: id.0.to_string(),
                uri: watching.address.clone(),
                display_name: watching
                    .display_name
                    .as_deref()
                    .map(|name| plain(name).into_owned()),
                language: None,
                status: watching.status.clone(),
                event: watching.event.clone(),
                expiration: Some(seconds(now, watching.until)),
                duration_subscribed: Some(seconds(watching.since, now)),
            });
        Document {
            version: self.version,
            state: State::Full,
            lists: vec![List {
                resource: self.account.clone(),
                package: "presence".to_owned(),
                watchers: watchers.collect(),
            }],
            remarks: crate::package::Remarks::default(),
        }
    }
}

/// The one that tells of them.
const HERE: UsageId = UsageId(0);
