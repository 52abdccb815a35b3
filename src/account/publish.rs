//! The own status: from the user's words to a publication (RFC 3903).

use bytes::Bytes;

use super::clock::Now;
use super::config::Config;
use super::event::Publication;
use super::fault::fault_of;
use super::plain::plain;
use crate::engine::{Engine, PublicationEvent, PublicationId, PublicationState};
use crate::package::presence::{CONTENT_TYPE, OwnPresence, Publisher, Status};

/// What the user wants others to see, and how that stands.
#[derive(Debug)]
pub(super) struct Publishing {
    publisher: Publisher,
    id: Option<PublicationId>,
    status: Status,
    note: String,
    language: Option<String>,
    wanted: bool,
    /// The last document is not the one that is wanted now.
    outdated: bool,
    event: Option<PublicationEvent>,
}

impl Publishing {
    pub(super) fn new(account: &str, config: &Config) -> Self {
        let settings = &config.settings;
        let status = match settings.status.as_str() {
            "" => Status::Available,
            token => Some(Status::from_token(token))
                .filter(|status| Status::PUBLISHABLE.contains(status))
                .unwrap_or(Status::Available),
        };
        Self {
            publisher: Publisher::new(account, account, &config.instance),
            id: None,
            status,
            note: settings.note.clone(),
            language: config.languages.first().cloned(),
            wanted: false,
            outdated: true,
            event: None,
        }
    }

    /// The status in the settings is to be published.
    pub(super) fn want(&mut self) {
        self.wanted = true;
    }

    /// Another status, or another note.
    pub(super) fn set(&mut self, status: Status, note: String) {
        self.wanted = true;
        self.outdated = true;
        self.status = status;
        self.note = note;
    }

    /// Publishes what is wanted, if it is not published already.
    pub(super) fn publish(&mut self, engine: &mut Engine, now: Now, expires: Option<u32>) {
        if !self.wanted || !self.outdated {
            return;
        }
        self.outdated = false;
        let note = Some(self.note.clone()).filter(|note| !note.is_empty());
        let presence = OwnPresence {
            status: self.status.clone(),
            language: self.language.clone().filter(|_| note.is_some()),
            note,
            input: None,
        };
        let body = Bytes::from(self.publisher.document(&presence, now.wall));
        if let Some(id) = self.id {
            engine.update_publication(now.moment, id, CONTENT_TYPE, body);
        } else {
            let id = engine.publish(now.moment, "presence", CONTENT_TYPE, body, expires);
            self.id = Some(id);
        }
    }

    /// Takes what the engine says; what is to be reported.
    pub(super) fn stand(&mut self, event: &PublicationEvent, now: Now) -> Option<Publication> {
        self.event = Some(event.clone());
        self.publication(now)
    }

    /// How it stands, as reported.
    pub(super) fn publication(&self, now: Now) -> Option<Publication> {
        let event = self.event.as_ref()?;
        Some(Publication {
            state: match event.state {
                PublicationState::Publishing => "publishing",
                PublicationState::Published => "published",
                PublicationState::Failed => "failed",
                PublicationState::Removed => "removed",
            },
            status: self.status.token().to_owned(),
            note: Some(self.note.clone()).filter(|note| !note.is_empty()),
            expires_s: event.expires_at.map(|moment| now.seconds_until(moment)),
            reason: event
                .reason
                .as_ref()
                .map(|reason| plain(&reason.to_string()).into_owned()),
            fault: event
                .reason
                .as_ref()
                .filter(|_| event.state == PublicationState::Failed)
                .and_then(|reason| fault_of(reason, false)),
        })
    }

    /// What the user wants others to see.
    pub(super) fn status(&self) -> (&Status, &str) {
        (&self.status, &self.note)
    }
}
