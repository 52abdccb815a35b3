//! The PUBLISH request (RFC 3903 §4).

use super::{Publication, Sending};
use crate::engine::engine::Engine;
use crate::engine::request::Draft;
use crate::engine::{Flow, Moment, PublicationId};
use crate::sip::{HeaderName, Method};

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
    pub(in crate::engine) fn compose_publish(&self, id: PublicationId) -> Option<Draft> {
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
            anonymous: false,
            from_tag: publication.tag,
            to: self.config.address.without_params(),
            to_tag: None,
            call_id: publication.call_id.clone(),
            cseq: publication.cseq + 1,
            contact: None,
            headers,
            body: with_body.then_some(body),
        })
    }

    pub(in crate::engine) fn publish_sent(
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
}
