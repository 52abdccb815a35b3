//! PUBLISH: our own state at a server (RFC 3903).

mod outcome;
mod request;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use super::arena::Arena;
use super::deadline::Timer;
use super::engine::Engine;
use super::entropy::Tag;
use super::exchange::Owner;
use super::health::SoftStateHealth;
use super::soft_state::SoftState;
use super::{Event, FlowId, Moment, PublicationEvent, PublicationId, PublicationState, Reason};

/// All publications of the account.
#[derive(Debug)]
pub(crate) struct Publications {
    arena: Arena<Publication>,
}

impl Default for Publications {
    fn default() -> Self {
        Self {
            arena: Arena::new(),
        }
    }
}

impl Publications {
    pub(crate) fn is_empty(&self) -> bool {
        self.arena.is_empty()
    }

    pub(crate) fn len(&self) -> usize {
        self.arena.len()
    }

    /// Whether a publication was last sent on this flow.
    pub(crate) fn use_flow(&self, flow: FlowId) -> bool {
        self.arena
            .iter()
            .any(|(_, publication)| publication.flow == Some(flow))
    }
}

#[derive(Debug)]
struct Publication {
    package: String,
    content_type: String,
    /// The whole current state.
    body: Bytes,
    /// The server does not have this body yet.
    changed: bool,
    wanted: bool,
    held: SoftState,
    call_id: Arc<str>,
    tag: Tag,
    cseq: u32,
    etag: Option<Box<str>>,
    exchange: Option<u32>,
    /// The flow of the last PUBLISH.
    flow: Option<FlowId>,
    sending: Sending,
    /// 412 answered to an initial PUBLISH is impossible; this guards against a loop (RP-017).
    conflicts: u8,
    /// The server does not serve publications, or not ours: nothing more is sent (RP-021).
    off: bool,
    reported: Option<PublicationEvent>,
}

/// What the request under way is (RP-014).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sending {
    Initial,
    Refresh,
    Modify,
    Remove,
}

impl Engine {
    /// Publishes this state for the account's address, and keeps it published. `expires` in seconds (default 3600). Once an
    /// orderly stop has begun, the answer names nothing and nothing is sent.
    pub fn publish(
        &mut self,
        now: Moment,
        package: &str,
        content_type: &str,
        body: Bytes,
        expires: Option<u32>,
    ) -> PublicationId {
        self.publish_state(now, package, (content_type, body), expires, None)
    }

    /// Publishes like [`Engine::publish`], in the place of what an earlier run has published under this entity tag and the
    /// server may still hold: otherwise there were two states until that one runs out (RFC 3903 §4.2, RP-020). If the
    /// server no longer holds it (412), it is published anew.
    pub fn publish_again(
        &mut self,
        now: Moment,
        package: &str,
        content_type: &str,
        body: Bytes,
        expires: Option<u32>,
        tag: &str,
    ) -> PublicationId {
        self.publish_state(now, package, (content_type, body), expires, Some(tag))
    }

    fn publish_state(
        &mut self,
        now: Moment,
        package: &str,
        (content_type, body): (&str, Bytes),
        expires: Option<u32>,
        tag: Option<&str>,
    ) -> PublicationId {
        if self.stop.has_begun() {
            return PublicationId(u32::MAX);
        }
        let publication = Publication {
            package: package.to_owned(),
            content_type: content_type.to_owned(),
            body,
            changed: true,
            wanted: true,
            held: SoftState::new(expires.unwrap_or(DEFAULT_EXPIRES)),
            call_id: self.entropy.call_id().into(),
            tag: self.entropy.tag(),
            cseq: self.entropy.cseq(),
            etag: tag.map(Into::into),
            exchange: None,
            flow: None,
            sending: Sending::Initial,
            conflicts: 0,
            off: false,
            reported: None,
        };
        // An account has a handful of these; the arena is never full.
        let id = PublicationId(
            self.publications
                .arena
                .insert(publication)
                .unwrap_or(u32::MAX),
        );
        self.start_publish(id);
        self.pump(now);
        id
    }

    /// Publishes a new state in place of the old one. While a PUBLISH is under way the newest state waits for its end
    /// (RP-018).
    pub fn update_publication(
        &mut self,
        now: Moment,
        id: PublicationId,
        content_type: &str,
        body: Bytes,
    ) {
        let Some(publication) = self.publications.arena.get_mut(id.0) else {
            return;
        };
        content_type.clone_into(&mut publication.content_type);
        publication.body = body;
        publication.changed = true;
        // A pause that a server asked for is kept.
        if self.timer_at(Timer::PublishRetry(id)).is_none() {
            self.start_publish(id);
        }
        self.pump(now);
    }

    /// Refreshes a publication now, as a person asks for it; what failed before counts no more.
    pub fn refresh_publication(&mut self, now: Moment, id: PublicationId) {
        let Some(publication) = self.publications.arena.get_mut(id.0) else {
            return;
        };
        publication.held.forgive();
        publication.conflicts = 0;
        publication.off = false;
        self.start_publish(id);
        self.pump(now);
    }

    /// Removes the publication from the server.
    pub fn unpublish(&mut self, now: Moment, id: PublicationId) {
        self.remove_publication(id);
        self.pump(now);
    }

    /// How a publication stands.
    pub fn publication(&self, id: PublicationId) -> Option<&PublicationEvent> {
        self.publications.arena.get(id.0)?.reported.as_ref()
    }

    /// The entity tag under which the server holds a publication, while it does.
    pub fn publication_tag(&self, id: PublicationId) -> Option<&str> {
        self.publications.arena.get(id.0)?.etag.as_deref()
    }

    /// How a publication fares.
    pub fn publication_health(&self, id: PublicationId) -> Option<SoftStateHealth> {
        let held = &self.publications.arena.get(id.0)?.held;
        let next = self.next_for(Timer::PublishRetry(id), Timer::PublishRefresh(id));
        Some(SoftStateHealth::new(held, next))
    }

    pub(super) fn remove_publication(&mut self, id: PublicationId) {
        let Some(publication) = self.publications.arena.get_mut(id.0) else {
            return;
        };
        publication.wanted = false;
        self.withdraw_publish(id);
        self.start_publish(id);
    }

    pub(super) fn publication_ids(&self) -> Vec<PublicationId> {
        self.publications.arena.ids().map(PublicationId).collect()
    }

    /// Sends what the server needs to hear, unless a PUBLISH is under way.
    pub(super) fn start_publish(&mut self, id: PublicationId) {
        let urgent = self.stop.has_begun();
        self.cancel_timer(Timer::PublishRefresh(id));
        self.cancel_timer(Timer::PublishRetry(id));
        let Some(publication) = self.publications.arena.get_mut(id.0) else {
            return;
        };
        if publication.exchange.is_some() || (publication.off && publication.wanted) {
            return;
        }
        publication.sending = match (&publication.etag, publication.wanted) {
            (None, false) => {
                self.forget_publication(id, None);
                return;
            }
            (Some(_), false) => Sending::Remove,
            (None, true) => Sending::Initial,
            (Some(_), true) if publication.changed => Sending::Modify,
            (Some(_), true) => Sending::Refresh,
        };
        let exchange = self.request(Owner::Publication(id), urgent);
        if let Some(publication) = self.publications.arena.get_mut(id.0) {
            publication.exchange = exchange;
            if publication.sending == Sending::Initial || publication.reported.is_none() {
                self.publication_state(id, PublicationState::Publishing, None);
            }
        }
    }

    pub(super) fn publication_expired(&mut self, id: PublicationId) {
        let Some(publication) = self.publications.arena.get_mut(id.0) else {
            return;
        };
        publication.etag = None;
        publication.held.lost();
        publication.changed = true;
        // A refresh that has not left yet has nothing to refresh any more.
        self.withdraw_publish(id);
        if self.timer_at(Timer::PublishRetry(id)).is_none() {
            self.start_publish(id);
        }
    }

    /// Tries those again that wait or were given up.
    pub(super) fn retry_publications(&mut self) {
        self.retry_publications_if(|_| true);
    }

    pub(super) fn retry_publications_if(&mut self, which: impl Fn(&Reason) -> bool) {
        for id in self.publication_ids() {
            let failed = self.publication(id).is_some_and(|event| {
                event.state == PublicationState::Failed && event.reason.as_ref().is_none_or(&which)
            });
            if failed {
                if let Some(publication) = self.publications.arena.get_mut(id.0) {
                    publication.held.forgive();
                    publication.conflicts = 0;
                    publication.off = false;
                }
                self.start_publish(id);
            }
        }
    }

    /// The flow to the server died, perhaps with it, or all are suspect (`None`): what it holds is refreshed at once.
    pub(super) fn recover_publications(
        &mut self,
        now: Moment,
        flow: Option<FlowId>,
        hold: Duration,
    ) {
        for id in self.publication_ids() {
            let is_kept = self
                .publications
                .arena
                .get(id.0)
                .is_some_and(|publication| {
                    publication.wanted
                        && (flow.is_none() || publication.flow == flow)
                        && publication.etag.is_some()
                        && publication.exchange.is_none()
                });
            if is_kept && self.timer_at(Timer::PublishRetry(id)).is_none() {
                let wait = hold + self.entropy.between(Duration::ZERO, RECOVERY_SPREAD);
                self.set_timer(Timer::PublishRefresh(id), now + wait);
            }
        }
    }

    pub(super) fn stop_publishing(&mut self) {
        for id in self.publication_ids() {
            let publication = self.publications.arena.get_mut(id.0);
            let exchange = publication.and_then(|publication| publication.exchange.take());
            self.abandon(exchange);
            self.forget_publication(id, Some(Reason::TimedOut));
        }
    }

    /// Takes back a PUBLISH that has not left yet.
    fn withdraw_publish(&mut self, id: PublicationId) {
        let exchange = self
            .publications
            .arena
            .get(id.0)
            .and_then(|publication| publication.exchange);
        if exchange.is_none() || self.is_sent(exchange) {
            return;
        }
        self.abandon(exchange);
        if let Some(publication) = self.publications.arena.get_mut(id.0) {
            publication.exchange = None;
        }
    }

    fn forget_publication(&mut self, id: PublicationId, reason: Option<Reason>) {
        for timer in [
            Timer::PublishRefresh(id),
            Timer::PublishRetry(id),
            Timer::PublishExpiry(id),
        ] {
            self.cancel_timer(timer);
        }
        if self.publications.arena.remove(id.0).is_some() {
            self.event(Event::Publication(PublicationEvent {
                id,
                state: PublicationState::Removed,
                expires_at: None,
                retry_at: None,
                reason,
            }));
        }
    }
}

const DEFAULT_EXPIRES: u32 = 3600;
const RECOVERY_SPREAD: Duration = Duration::from_secs(2);
