//! PUBLISH: our own state at a server (RFC 3903).

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use super::arena::Arena;
use super::deadline::Timer;
use super::engine::Engine;
use super::exchange::{Outcome, Owner};
use super::registration::reason_of;
use super::request::Draft;
use super::soft_state::SoftState;
use super::{
    Event, Flow, FlowId, Moment, PublicationEvent, PublicationId, PublicationState, Reason,
};
use crate::sip::{HeaderName, Message, Method};

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
    tag: Arc<str>,
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

impl Publication {
    /// What the request under way has to be. A challenge may come after the state has run out: then there is nothing to
    /// refresh or to change any more, and it is published anew.
    fn operation(&self) -> Sending {
        match self.sending {
            Sending::Refresh | Sending::Modify if self.etag.is_none() => Sending::Initial,
            sending => sending,
        }
    }
}

impl Engine {
    /// Publishes this state for the account's address, and keeps it published. `expires` in seconds (default 3600).
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
        let publication = Publication {
            package: package.to_owned(),
            content_type: content_type.to_owned(),
            body,
            changed: true,
            wanted: true,
            held: SoftState::new(expires.unwrap_or(DEFAULT_EXPIRES)),
            call_id: self.entropy.call_id().into(),
            tag: self.entropy.tag().into(),
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
        if self.deadlines.at(Timer::PublishRetry(id)).is_none() {
            self.start_publish(id);
        }
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
        self.deadlines.cancel(Timer::PublishRefresh(id));
        self.deadlines.cancel(Timer::PublishRetry(id));
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

    pub(super) fn compose_publish(&self, id: PublicationId) -> Option<Draft> {
        let routing = self.initial_routing(&self.config.address.without_params());
        let publication = self.publications.arena.get(id.0)?;
        let sending = publication.operation();
        let expires = match sending {
            Sending::Remove => 0,
            _ => publication.held.asked(),
        };
        let mut headers = vec![
            (HeaderName::Event, publication.package.clone()),
            (HeaderName::Expires, expires.to_string()),
        ];
        if sending != Sending::Initial
            && let Some(etag) = &publication.etag
        {
            headers.push((HeaderName::SipIfMatch, etag.to_string()));
        }
        let with_body = matches!(sending, Sending::Initial | Sending::Modify);
        let body = (publication.content_type.clone(), publication.body.clone());
        Some(Draft {
            method: Method::Publish,
            routing,
            from_tag: publication.tag.clone(),
            to: self.config.address.without_params(),
            to_tag: None,
            call_id: publication.call_id.clone(),
            cseq: publication.cseq + 1,
            contact: None,
            headers,
            body: with_body.then_some(body),
        })
    }

    pub(super) fn publish_sent(
        &mut self,
        now: Moment,
        id: PublicationId,
        draft: &Draft,
        flow: Flow,
    ) {
        let Some(publication) = self.publications.arena.get_mut(id.0) else {
            return;
        };
        publication.cseq = draft.cseq;
        publication.flow = Some(flow.id);
        publication.sending = publication.operation();
        publication.held.sent(now);
        if draft.body.is_some() {
            publication.changed = false;
        }
    }

    pub(super) fn publication_outcome(
        &mut self,
        now: Moment,
        id: PublicationId,
        outcome: &Outcome,
    ) {
        let Some(publication) = self.publications.arena.get_mut(id.0) else {
            return;
        };
        publication.exchange = None;
        if publication.sending == Sending::Remove {
            let failed = match outcome {
                Outcome::Response(message) if message.status().is_some_and(|code| code < 300) => {
                    None
                }
                outcome => Some(reason_of(outcome)),
            };
            self.forget_publication(id, failed);
            return;
        }
        match outcome {
            Outcome::Response(message) if message.status().is_some_and(|code| code < 300) => {
                self.published(now, id, message);
            }
            Outcome::Response(message) => self.publish_refused(now, id, message),
            Outcome::Credentials(_) => self.publish_failed(now, id, reason_of(outcome), None),
            Outcome::Paused(wait) => self.publish_failed(now, id, reason_of(outcome), Some(*wait)),
            outcome => {
                let wait = publication.held.failed(&mut self.entropy);
                self.publish_failed(now, id, reason_of(outcome), Some(wait));
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
        if self.deadlines.at(Timer::PublishRetry(id)).is_none() {
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
            if is_kept && self.deadlines.at(Timer::PublishRetry(id)).is_none() {
                let wait = hold + self.entropy.between(Duration::ZERO, RECOVERY_SPREAD);
                self.deadlines.set(Timer::PublishRefresh(id), now + wait);
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

    fn published(&mut self, now: Moment, id: PublicationId, message: &Message) {
        let Some(publication) = self.publications.arena.get_mut(id.0) else {
            return;
        };
        // Without a tag the server cannot be asked to change anything: the next one is initial (RP-016).
        let etag = message.sip_etag().ok().flatten();
        publication.etag = etag.map(Into::into);
        publication.conflicts = 0;
        let granted = message.expires().ok().flatten();
        if granted == Some(0) {
            // Accepted and forgotten: to be asked again, but not at once.
            let wait = publication.held.failed(&mut self.entropy);
            publication.etag = None;
            self.deadlines.cancel(Timer::PublishExpiry(id));
            let reason =
                Reason::Protocol("the server keeps the publication for no time".to_owned());
            return self.publish_failed(now, id, reason, Some(wait));
        }
        let (expires_at, refresh_at) = publication.held.granted(now, granted, &mut self.entropy);
        let (changed, wanted) = (publication.changed, publication.wanted);
        self.deadlines.set(Timer::PublishExpiry(id), expires_at);
        self.deadlines.set(Timer::PublishRefresh(id), refresh_at);
        if wanted {
            self.publication_state(id, PublicationState::Published, None);
        }
        if changed || !wanted {
            self.start_publish(id);
        }
    }

    fn publish_refused(&mut self, now: Moment, id: PublicationId, message: &Message) {
        let (code, phrase) = message.status_line().map_or((500, String::new()), |line| {
            (line.code, line.reason.to_owned())
        });
        let reason = Reason::Response(code, phrase);
        let Some(publication) = self.publications.arena.get_mut(id.0) else {
            return;
        };
        let conditional = publication.sending != Sending::Initial;
        // A server that lost its memory says 412; Kamailio says 500 to a tag of another program.
        let lost = code == 412 || (conditional && code == 500);
        if lost && publication.conflicts == 0 {
            publication.conflicts += 1;
            publication.etag = None;
            publication.changed = true;
            self.deadlines.cancel(Timer::PublishExpiry(id));
            self.start_publish(id);
            return;
        }
        match code {
            423 if publication.held.lengthen(message) => {
                publication.changed = publication.sending != Sending::Refresh;
                self.start_publish(id);
            }
            401 | 403 | 404 | 405 | 407 | 412 | 415 | 423 | 489 | 501 | 603 | 604 => {
                self.publish_failed(now, id, reason, None);
            }
            _ => {
                let wait = publication.held.refused(message, &mut self.entropy);
                self.publish_failed(now, id, reason, Some(wait));
            }
        }
    }

    fn publish_failed(
        &mut self,
        now: Moment,
        id: PublicationId,
        reason: Reason,
        wait: Option<Duration>,
    ) {
        let Some(publication) = self.publications.arena.get_mut(id.0) else {
            return;
        };
        // What was sent may not have arrived: the whole state goes again.
        publication.changed = true;
        publication.off = wait.is_none();
        if !publication.wanted {
            self.forget_publication(id, Some(reason));
            return;
        }
        self.deadlines.cancel(Timer::PublishRefresh(id));
        if let Some(wait) = wait {
            self.deadlines.set(Timer::PublishRetry(id), now + wait);
        }
        self.publication_state(id, PublicationState::Failed, Some(reason));
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
            self.deadlines.cancel(timer);
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

    fn publication_state(
        &mut self,
        id: PublicationId,
        state: PublicationState,
        reason: Option<Reason>,
    ) {
        let retry_at = self.deadlines.at(Timer::PublishRetry(id));
        let Some(publication) = self.publications.arena.get_mut(id.0) else {
            return;
        };
        let published = state == PublicationState::Published;
        let event = PublicationEvent {
            id,
            state,
            expires_at: publication.held.expires_at().filter(|_| published),
            retry_at,
            reason,
        };
        if publication.reported.as_ref() != Some(&event) {
            publication.reported = Some(event.clone());
            self.event(Event::Publication(event));
        }
    }
}

const DEFAULT_EXPIRES: u32 = 3600;
const RECOVERY_SPREAD: Duration = Duration::from_secs(2);
