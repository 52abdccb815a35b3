//! Who sees what: presence rules applied to watchers, and the watchers of a presentity (RFC 5025 §3.2.1, RFC 3857).

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;

use super::compose::{Attributes, View, closed, compose};
use super::limits::WAITING_WATCHERS;
use super::server::Server;
use super::subscription::{Ending, Package, Subscription, Substate};
use super::watchers::{GIVE_UP, Watching};
use super::xcap::{PERMANENT, PRES_RULES};
use crate::engine::Moment;
use crate::package::watcher_info::{WatcherEvent, WatcherStatus};
use crate::rules::{Circumstances, Decision, Permissions, Ruleset, Watcher};

impl Server {
    /// What is decided about a watcher: by the rules of the presentity (the maximum wins), else by its default. Nobody is
    /// kept from seeing oneself.
    pub(super) fn decide(&self, now: Moment, presentity: &str, watcher: &str) -> Decision {
        self.ruling(now, presentity, watcher).0
    }

    /// The presence document for a watcher.
    pub(super) fn presence_for(&self, now: Moment, presentity: &str, watcher: &str) -> String {
        let (decision, view) = self.ruling(now, presentity, watcher);
        if decision != Decision::Allow {
            return closed(presentity);
        }
        compose(presentity, self.said(presentity).as_deref(), &view)
    }

    /// What a presentity says of itself: the document that stays, and what is published, oldest first; `None` if it has
    /// never said anything.
    fn said(&self, presentity: &str) -> Option<Vec<Bytes>> {
        let published = self.publications.of(presentity);
        match self.documents.get(presentity, PERMANENT) {
            None => published,
            Some(permanent) => {
                let mut said = vec![permanent.clone()];
                said.extend(published.unwrap_or_default());
                Some(said)
            }
        }
    }

    /// The rules of a presentity, or its default, have changed.
    pub(super) fn rules_changed(&mut self, now: Moment, presentity: &str) {
        let watched: Vec<_> = self
            .subscriptions
            .iter()
            .filter(|(_, subscription)| {
                subscription.package == Package::Presence
                    && subscription.presentity == presentity
                    && subscription.ending.is_none()
            })
            .map(|(id, subscription)| (*id, subscription.watcher.clone()))
            .collect();
        for (id, watcher) in watched {
            let decision = self.decide(now, presentity, &watcher);
            let Some(subscription) = self.subscriptions.get_mut(&id) else {
                continue;
            };
            let state = match decision {
                Decision::Block => {
                    self.end(now, id, Ending::Rejected);
                    continue;
                }
                Decision::Undecided | Decision::Confirm => Substate::Pending,
                Decision::PoliteBlock | Decision::Allow => Substate::Active,
            };
            self.dirty.insert(id);
            if subscription.state != state {
                subscription.state = state;
                subscription.event = match state {
                    Substate::Active => WatcherEvent::Approved,
                    Substate::Pending => WatcherEvent::Subscribe,
                };
                let watching = subscription.watching();
                self.watcher_changed(presentity, &watching);
            }
        }
        let waiting = self.waiting.get(presentity).cloned().unwrap_or_default();
        for watching in waiting {
            let event = match self.decide(now, presentity, &watching.uri) {
                Decision::Block => WatcherEvent::Rejected,
                Decision::PoliteBlock | Decision::Allow => WatcherEvent::Approved,
                Decision::Undecided | Decision::Confirm => continue,
            };
            self.forget_waiting(presentity, &watching.uri, &event);
        }
    }

    /// Everybody who watches a presentity or waits for its decision.
    pub(super) fn watchers_of(&self, presentity: &str) -> Vec<Watching> {
        let subscribed = self.subscriptions.values().filter(|subscription| {
            subscription.package == Package::Presence
                && subscription.presentity == presentity
                && subscription.ending.is_none()
        });
        let waiting = self.waiting.get(presentity).into_iter().flatten();
        subscribed
            .map(Subscription::watching)
            .chain(waiting.cloned())
            .collect()
    }

    /// One watcher changed: those who watch the watchers hear of it.
    pub(super) fn watcher_changed(&mut self, presentity: &str, watching: &Watching) {
        for (id, subscription) in &mut self.subscriptions {
            if subscription.package == Package::Watchers && subscription.presentity == presentity {
                subscription
                    .changed
                    .insert(watching.id.clone(), watching.clone());
                self.dirty.insert(*id);
            }
        }
    }

    /// A subscription ended before anybody decided about it.
    pub(super) fn keep_waiting(&mut self, now: Moment, presentity: &str, mut watching: Watching) {
        watching.status = WatcherStatus::Waiting;
        watching.event = WatcherEvent::Timeout;
        watching.until = Some(now + GIVE_UP);
        let waiting = self.waiting.entry(presentity.to_owned()).or_default();
        if waiting.len() < WAITING_WATCHERS {
            waiting.push(watching.clone());
            self.watcher_changed(presentity, &watching);
        }
    }

    /// Somebody waits no longer.
    pub(super) fn forget_waiting(&mut self, presentity: &str, uri: &str, event: &WatcherEvent) {
        let Some(waiting) = self.waiting.get_mut(presentity) else {
            return;
        };
        let (gone, kept) = std::mem::take(waiting)
            .into_iter()
            .partition::<Vec<_>, _>(|watching| watching.uri == uri);
        *waiting = kept;
        for watching in gone {
            self.watcher_changed(presentity, &watching.ended(event.clone()));
        }
    }

    pub(super) fn give_up_waiting(&mut self, now: Moment) {
        let over: Vec<_> = self
            .waiting
            .iter()
            .flat_map(|(presentity, waiting)| waiting.iter().map(move |w| (presentity, w)))
            .filter(|(_, watching)| watching.until.is_some_and(|until| until <= now))
            .map(|(presentity, watching)| (presentity.clone(), watching.uri.clone()))
            .collect();
        for (presentity, uri) in over {
            self.forget_waiting(&presentity, &uri, &WatcherEvent::GiveUp);
        }
    }

    /// Subscribes somebody who needs no messages: a person of the scripted office. `None` if that is refused.
    pub(super) fn watch_scripted(
        &mut self,
        now: Moment,
        presentity: &str,
        watcher: &str,
        lasts: Duration,
    ) -> Option<u64> {
        let state = self
            .admit(now, Package::Presence, presentity, watcher)
            .ok()?;
        let display_name = self
            .auth
            .user(watcher)
            .map(|user| user.display_name.clone());
        let watcher_id = self.token();
        let id = self.insert(Subscription {
            package: Package::Presence,
            presentity: presentity.to_owned(),
            watcher: watcher.to_owned(),
            display_name,
            state,
            started: now,
            expires_at: now + lasts,
            ending: None,
            watcher_id,
            event: WatcherEvent::Subscribe,
            dialog: None,
            outstanding: None,
            news: false,
            version: 0,
            full: true,
            changed: BTreeMap::new(),
            documents: BTreeMap::new(),
        });
        self.finish(now);
        Some(id)
    }

    /// Refreshes the subscription of a scripted person at half time; false when it is over.
    pub(super) fn refresh_scripted(&mut self, now: Moment, id: u64, lasts: Duration) -> bool {
        let Some(subscription) = self.subscriptions.get_mut(&id) else {
            return false;
        };
        if subscription.expires_at.saturating_since(now) < lasts / 2 {
            subscription.expires_at = now + lasts;
            self.expiries.schedule(subscription.expires_at, id);
        }
        true
    }

    fn ruling(&self, now: Moment, presentity: &str, watcher: &str) -> (Decision, View) {
        if presentity == watcher {
            return (Decision::Allow, View::all());
        }
        let ruleset = self
            .documents
            .get(presentity, PRES_RULES)
            .and_then(|bytes| Ruleset::parse(bytes).ok());
        if let (Some(ruleset), Some(watcher)) = (ruleset, Watcher::new(watcher)) {
            let at = Circumstances {
                now: self.wall(now),
                sphere: None,
            };
            let decision = ruleset.decide(&watcher, &at).maximum;
            if decision != Decision::Undecided {
                return (decision, view(&ruleset.permissions(&watcher, &at)));
            }
        }
        let default = self.auth.user(presentity).map(|user| user.default);
        (default.unwrap_or(Decision::Block), View::all())
    }
}

fn view(permissions: &Permissions) -> View {
    View {
        services: !permissions.services.is_empty(),
        persons: !permissions.persons.is_empty(),
        devices: !permissions.devices.is_empty(),
        attributes: if permissions.all_attributes {
            Attributes::All
        } else {
            let mut names: Vec<_> = permissions.attributes.iter().cloned().collect();
            if permissions.shows("user-input") {
                names.push("user-input".to_owned());
            }
            Attributes::Only(names)
        },
    }
}
