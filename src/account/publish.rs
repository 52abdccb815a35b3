//! The own status: from the user's words to a publication (RFC 3903).

use std::path::PathBuf;

use bytes::Bytes;
use jiff::SignedDuration;

use super::clock::Now;
use super::config::Config;
use super::event::Publication;
use super::fault::fault_of;
use super::plain::plain;
use crate::engine::{Engine, PublicationEvent, PublicationId, PublicationState};
use crate::package::presence::{CONTENT_TYPE, OwnPresence, Publisher, Status};
use crate::store::KeptPublication;

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
    account: String,
    /// Where the entity tag is kept.
    keep_in: Option<PathBuf>,
    kept: Option<KeptPublication>,
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
            account: account.to_owned(),
            keep_in: config.keep_in.clone(),
            kept: None,
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
        let body = Bytes::from(self.publisher.document(&self.presence(), now.wall));
        if let Some(id) = self.id {
            engine.update_publication(now.moment, id, CONTENT_TYPE, body);
        } else {
            let folder = self.keep_in.as_deref();
            let kept = folder.and_then(|folder| KeptPublication::load(folder, &self.account));
            let moment = now.moment;
            let id = match kept.filter(|kept| kept.expires > now.wall) {
                // An earlier run did not come to take its own back.
                Some(kept) => {
                    engine.publish_again(moment, "presence", CONTENT_TYPE, body, expires, &kept.tag)
                }
                None => engine.publish(moment, "presence", CONTENT_TYPE, body, expires),
            };
            self.id = Some(id);
        }
    }

    /// What is or would be published now; not counted as a publication.
    pub(super) fn sample(&self, now: Now) -> Vec<u8> {
        self.publisher.clone().document(&self.presence(), now.wall)
    }

    fn presence(&self) -> OwnPresence {
        let note = Some(self.note.clone()).filter(|note| !note.is_empty());
        OwnPresence {
            status: self.status.clone(),
            language: self.language.clone().filter(|_| note.is_some()),
            note,
            input: None,
        }
    }

    /// Keeps the entity tag of what the server holds for the next start (RP-020).
    pub(super) fn keep(&mut self, engine: &Engine, now: Now) {
        let (Some(folder), Some(event)) = (&self.keep_in, &self.event) else {
            return;
        };
        let tag = engine.publication_tag(event.id);
        let kept = match (event.state, tag, event.expires_at) {
            (PublicationState::Published, Some(tag), Some(expires_at)) => {
                let left = SignedDuration::try_from(expires_at.saturating_since(now.moment));
                Some(KeptPublication {
                    tag: tag.to_owned(),
                    expires: now
                        .wall
                        .saturating_add(left.unwrap_or_default())
                        .unwrap_or(now.wall),
                })
            }
            (PublicationState::Removed, ..) => None,
            // The server may still hold the last one.
            _ => return,
        };
        if kept == self.kept && kept.is_some() {
            return;
        }
        let done = match &kept {
            Some(kept) => kept.save(folder, &self.account),
            None => KeptPublication::forget(folder, &self.account),
        };
        if let Err(error) = done {
            tracing::warn!(%error, "the publication is not remembered");
        }
        self.kept = kept;
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

    /// Time until the next attempt, if it failed and is tried again.
    pub(super) fn retry_in_s(&self, now: Now) -> Option<u64> {
        let at = self.event.as_ref()?.retry_at?;
        Some(now.seconds_until(at))
    }

    /// What the user wants others to see.
    pub(super) fn status(&self) -> (&Status, &str) {
        (&self.status, &self.note)
    }
}
