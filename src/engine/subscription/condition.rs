//! Conditional notification (RFC 5839): the entity tag of the state that the room above holds, and when it is sent.
//!
//! A tag stands for the complete state of one resource in one package (§4). It is kept beside the usage that brought it,
//! and only while the room above says by its answer to each NOTIFY that it holds that state and is in step: after an
//! unusable body, a gap or `pending` there is none. A resource with one notifier keeps it beyond the end of the usage,
//! to resume with (§5.5). With several notifiers the tag of one may by chance be that of another's state, so that a
//! request that reaches them all never carries one.
//!
//! No subscription is paused (`*`, §6.4): what changes while nobody looks is told afterwards, and a notifier that knows
//! no conditions would answer each pause with the whole state.

use super::{Purpose, Subscription, Usage};
use crate::engine::config::ForkPolicy;
use crate::engine::engine::Engine;
use crate::engine::{SubscriptionId, Tolerance, UsageId, limits};
use crate::sip::{HeaderName, Message};

/// The state that the room above holds of a notifier, as that notifier names it.
#[derive(Debug, Default)]
pub(super) struct Held {
    /// The tag, byte for byte; `None` while nothing is held or the notifier names nothing.
    pub(super) tag: Option<Box<str>>,
    /// The last SUBSCRIBE had a condition.
    pub(super) asked: bool,
    /// It was answered 204, and nothing has come since.
    pub(super) quiet: bool,
}

/// What the tag of a NOTIFY means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Heard {
    /// The body, or its absence, counts as it is.
    Plain,
    /// The state is the one that is held already (§5.5).
    Unchanged,
    /// The notifier, or something on the way, does not get along with conditions (§5.8).
    Confused,
}

impl Held {
    /// Takes the tag of a NOTIFY.
    pub(super) fn hear(&mut self, message: &Message, pending: bool) -> Heard {
        let told = entity_tag(message);
        let empty = message.body_bytes().is_empty();
        let same = told.is_some() && told == self.tag.as_deref();
        let (asked, quiet) = (self.asked, std::mem::take(&mut self.quiet));
        if pending {
            // No document is believed until the other side has decided, so that none is held.
            self.tag = None;
            return Heard::Plain;
        }
        match told {
            Some(_) if same && empty => return Heard::Unchanged,
            Some(_) if same => {}
            Some(told) => self.tag = Some(told.into()),
            None if empty => {}
            None => self.tag = None,
        }
        // Right after a 204 a body can only be another one than the one that is held.
        let confused = quiet && asked && !empty && (same || told.is_none());
        if confused {
            Heard::Confused
        } else {
            Heard::Plain
        }
    }
}

impl Subscription {
    /// The condition of an initial SUBSCRIBE: what is still held from before.
    fn resumes_with(&self) -> Option<&str> {
        let single = self.package.forks != ForkPolicy::Several;
        self.kept
            .as_deref()
            .filter(|_| self.package.conditional && single)
    }

    /// The condition of a SUBSCRIBE in a dialog. Who asks for the full state gets it.
    fn refreshes_with<'a>(&self, usage: &'a Usage) -> Option<&'a str> {
        match usage.purpose {
            Purpose::Poll => None,
            Purpose::Refresh | Purpose::End => usage.held.tag.as_deref(),
        }
        .filter(|_| self.package.conditional)
    }

    /// Keeps the tag of a usage that ends, if what it stands for can be taken up again.
    pub(super) fn keep_tag(&mut self, tag: Option<Box<str>>) {
        if self.package.forks != ForkPolicy::Several {
            self.kept = tag;
        }
    }
}

impl Engine {
    /// The header of an initial SUBSCRIBE to this server.
    pub(super) fn initial_condition(
        &self,
        subscription: &Subscription,
        server: std::net::SocketAddr,
    ) -> Option<(HeaderName, String)> {
        let tag = subscription.resumes_with()?;
        (!self.subscriptions.habits.is_unconditional(server))
            .then(|| (HeaderName::SuppressIfMatch, tag.to_owned()))
    }

    /// The header of a SUBSCRIBE in a dialog to this server.
    pub(super) fn condition_in_dialog(
        &self,
        subscription: &Subscription,
        usage: &Usage,
        server: std::net::SocketAddr,
    ) -> Option<(HeaderName, String)> {
        let tag = subscription.refreshes_with(usage)?;
        (!self.subscriptions.habits.is_unconditional(server))
            .then(|| (HeaderName::SuppressIfMatch, tag.to_owned()))
    }

    /// Conditions do more harm than good at this server: no more of them (RFC 5839 §5.8).
    pub(super) fn switch_conditions_off(
        &mut self,
        id: SubscriptionId,
        server: std::net::SocketAddr,
    ) {
        self.subscriptions.habits.stop_conditions(server);
        if let Some(subscription) = self.subscriptions.get_mut(id) {
            subscription.tolerated.note(Tolerance::Unconditional);
        }
    }

    /// The room above does not hold what the last NOTIFY of this usage stood for.
    pub(in crate::engine) fn forget_tag(&mut self, id: SubscriptionId, usage_id: UsageId) {
        let Some(subscription) = self.subscriptions.get_mut(id) else {
            return;
        };
        let usage = subscription
            .usages
            .iter_mut()
            .find(|usage| usage.id == usage_id);
        match usage {
            Some(usage) => usage.held.tag = None,
            None => subscription.kept = None,
        }
    }
}

/// Whether this answer to a SUBSCRIBE may be due to its condition.
pub(super) fn chokes_on_condition(code: u16) -> bool {
    matches!(code, 400 | 412 | 420 | 500 | 513)
}

/// The entity tag of a NOTIFY, if it has a usable one.
pub(super) fn entity_tag(message: &Message) -> Option<&str> {
    let tag = message.sip_etag().ok().flatten()?;
    names_a_state(tag).then_some(tag)
}

/// Whether an entity tag can stand for one state, and is short enough to be kept.
pub(super) fn names_a_state(tag: &str) -> bool {
    tag != ANY && tag.len() <= limits::ENTITY_TAG
}

/// Matches whatever there is (RFC 5839 §5.2), and so names nothing.
const ANY: &str = "*";
