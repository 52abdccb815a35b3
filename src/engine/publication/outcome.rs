//! What comes of a PUBLISH (RFC 3903 §4, §11.1).

use std::time::Duration;

use super::Sending;
use crate::engine::deadline::Timer;
use crate::engine::engine::Engine;
use crate::engine::exchange::Outcome;
use crate::engine::health::Failure;
use crate::engine::{Event, Moment, PublicationEvent, PublicationId, PublicationState, Reason};
use crate::sip::Message;

impl Engine {
    pub(in crate::engine) fn publication_outcome(
        &mut self,
        now: Moment,
        id: PublicationId,
        outcome: &Outcome,
    ) {
        let Some(publication) = self.publications.arena.get_mut(id.0) else {
            return;
        };
        publication.exchange = None;
        let failure = Failure::of(now, outcome);
        let reason = failure.as_ref().map(|failure| failure.reason.clone());
        if publication.sending == Sending::Remove {
            return self.forget_publication(id, reason);
        }
        if let Some(failure) = failure {
            publication.held.note(failure);
        }
        match (outcome, reason) {
            (Outcome::Response(message), None) => self.published(now, id, message),
            (Outcome::Response(message), Some(reason)) => {
                self.publish_refused(now, id, message, reason);
            }
            (Outcome::Credentials(_), reason) => self.publish_failed(now, id, reason, None),
            (Outcome::Paused(wait), reason) => self.publish_failed(now, id, reason, Some(*wait)),
            (_, reason) => {
                let wait = publication.held.failed(&mut self.entropy);
                self.publish_failed(now, id, reason, Some(wait));
            }
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
            publication.held.lost();
            let reason =
                Reason::Protocol("the server keeps the publication for no time".to_owned());
            publication.held.note(Failure::new(now, reason.clone()));
            self.cancel_timer(Timer::PublishExpiry(id));
            return self.publish_failed(now, id, Some(reason), Some(wait));
        }
        let (expires_at, refresh_at) = publication.held.granted(now, granted, &mut self.entropy);
        let (changed, wanted) = (publication.changed, publication.wanted);
        self.set_timer(Timer::PublishExpiry(id), expires_at);
        self.set_timer(Timer::PublishRefresh(id), refresh_at);
        if wanted {
            self.publication_state(id, PublicationState::Published, None);
        }
        if changed || !wanted {
            self.start_publish(id);
        }
    }

    fn publish_refused(
        &mut self,
        now: Moment,
        id: PublicationId,
        message: &Message,
        reason: Reason,
    ) {
        let code = message.status().unwrap_or(500);
        let Some(publication) = self.publications.arena.get_mut(id.0) else {
            return;
        };
        let conditional = publication.sending != Sending::Initial;
        // A server that lost its memory says 412; Kamailio says 500 to a tag of another program.
        let lost = code == 412 || (conditional && code == 500);
        if lost && publication.conflicts == 0 {
            publication.conflicts += 1;
            publication.etag = None;
            publication.held.lost();
            publication.changed = true;
            self.cancel_timer(Timer::PublishExpiry(id));
            self.start_publish(id);
            return;
        }
        match code {
            423 if publication.held.lengthen(message) => {
                publication.changed = publication.sending != Sending::Refresh;
                self.start_publish(id);
            }
            401 | 403 | 404 | 405 | 407 | 412 | 415 | 423 | 489 | 501 | 603 | 604 => {
                self.publish_failed(now, id, Some(reason), None);
            }
            _ => {
                let wait = publication.held.refused(message, &mut self.entropy);
                self.publish_failed(now, id, Some(reason), Some(wait));
            }
        }
    }

    fn publish_failed(
        &mut self,
        now: Moment,
        id: PublicationId,
        reason: Option<Reason>,
        wait: Option<Duration>,
    ) {
        let Some(publication) = self.publications.arena.get_mut(id.0) else {
            return;
        };
        // What was sent may not have arrived: the whole state goes again.
        publication.changed = true;
        publication.off = wait.is_none();
        if !publication.wanted {
            return self.forget_publication(id, reason);
        }
        self.cancel_timer(Timer::PublishRefresh(id));
        if let Some(wait) = wait {
            self.set_timer(Timer::PublishRetry(id), now + wait);
        }
        self.publication_state(id, PublicationState::Failed, reason);
    }

    /// Reports how it stands, if anything of that is new.
    pub(super) fn publication_state(
        &mut self,
        id: PublicationId,
        state: PublicationState,
        reason: Option<Reason>,
    ) {
        let retry_at = self.timer_at(Timer::PublishRetry(id));
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
