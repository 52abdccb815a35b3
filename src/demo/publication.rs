//! Published event state (RFC 3903 §6).

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use bytes::Bytes;

use super::answer::Answer;
use super::limits::{PUBLICATIONS, PUBLISHED_BYTES};
use super::options::ExpiryBounds;
use super::registrar::granted;
use crate::engine::Moment;
use crate::sip::{HeaderName, Message};
use crate::xml::Document;

/// What presentities have published.
#[derive(Debug, Default)]
pub(super) struct Publications {
    entries: HashMap<String, Vec<Publication>>,
    /// Who has ever published in the life of this server.
    known: HashSet<String>,
}

#[derive(Debug, Clone)]
struct Publication {
    etag: String,
    body: Bytes,
    /// `None` lasts for ever.
    expires_at: Option<Moment>,
}

impl Publications {
    /// Answers a PUBLISH of presence by its owner. True when what watchers see has changed. `etag` is a fresh random tag.
    pub(super) fn publish(
        &mut self,
        now: Moment,
        presentity: &str,
        request: &Message,
        bounds: ExpiryBounds,
        etag: String,
    ) -> (Answer, bool) {
        match self.apply(now, presentity, request, bounds, etag) {
            Ok(done) => done,
            Err(answer) => (answer, false),
        }
    }

    fn apply(
        &mut self,
        now: Moment,
        presentity: &str,
        request: &Message,
        bounds: ExpiryBounds,
        etag: String,
    ) -> Result<(Answer, bool), Answer> {
        let bad = |_| Answer::new(400);
        let condition = request.sip_if_match().map_err(bad)?;
        let asked = request.expires().map_err(bad)?.unwrap_or(bounds.max_s);
        self.expire(now);
        let entries = self.entries.entry(presentity.to_owned()).or_default();
        let at = match condition {
            Some(tag) => Some(
                entries
                    .iter()
                    .position(|publication| publication.etag == tag)
                    .ok_or_else(|| Answer::new(412))?,
            ),
            None => None,
        };
        let body = request.body();
        if asked == 0 {
            let Some(at) = at else {
                return Err(Answer::reason(400, "Nothing To Remove"));
            };
            entries.remove(at);
            let answer = Answer::new(200)
                .with(HeaderName::Expires, "0")
                .with(HeaderName::SipEtag, etag);
            return Ok((answer, true));
        }
        let expires = granted(asked, bounds)?;
        let expires_at = Some(now + Duration::from_secs(expires.into()));
        let changed = !body.is_empty();
        if changed {
            check(request, &body)?;
        }
        if at.is_none() && !changed {
            return Err(Answer::reason(400, "No Body To Publish"));
        }
        if at.is_none() && entries.len() >= PUBLICATIONS {
            return Err(Answer::reason(403, "Too Many Publications"));
        }
        match at.and_then(|at| entries.get_mut(at)) {
            Some(publication) => {
                publication.etag.clone_from(&etag);
                publication.expires_at = expires_at;
                if changed {
                    publication.body = body;
                }
            }
            None => entries.push(Publication {
                etag: etag.clone(),
                body,
                expires_at,
            }),
        }
        self.known.insert(presentity.to_owned());
        let answer = Answer::new(200)
            .with(HeaderName::Expires, expires.to_string())
            .with(HeaderName::SipEtag, etag);
        Ok((answer, changed))
    }

    /// Sets or removes what a scripted presentity publishes.
    pub(super) fn set(&mut self, presentity: &str, body: Option<Bytes>) {
        let entries = self.entries.entry(presentity.to_owned()).or_default();
        entries.retain(|publication| publication.etag != SCRIPTED);
        if let Some(body) = body {
            entries.push(Publication {
                etag: SCRIPTED.to_owned(),
                body,
                expires_at: None,
            });
        }
        self.known.insert(presentity.to_owned());
    }

    /// Drops what has run out and says whose state changed by it.
    pub(super) fn expire(&mut self, now: Moment) -> Vec<String> {
        let mut changed = Vec::new();
        for (presentity, entries) in &mut self.entries {
            let before = entries.len();
            entries.retain(|publication| publication.expires_at.is_none_or(|at| at > now));
            if entries.len() != before {
                changed.push(presentity.clone());
            }
        }
        changed.sort_unstable();
        changed
    }

    /// When the next publication runs out.
    pub(super) fn next_expiry(&self) -> Option<Moment> {
        let entries = self.entries.values().flatten();
        entries
            .filter_map(|publication| publication.expires_at)
            .min()
    }

    /// The documents of a presentity, oldest first; `None` if it has never published.
    pub(super) fn of(&self, presentity: &str) -> Option<Vec<Bytes>> {
        if !self.known.contains(presentity) {
            return None;
        }
        let entries = self.entries.get(presentity).into_iter().flatten();
        Some(
            entries
                .map(|publication| publication.body.clone())
                .collect(),
        )
    }
}

fn check(request: &Message, body: &Bytes) -> Result<(), Answer> {
    let content_type = request.content_type().map_err(|_| Answer::new(400))?;
    if !content_type
        .is_some_and(|content_type| content_type.is(crate::package::presence::CONTENT_TYPE))
    {
        return Err(
            Answer::new(415).with(HeaderName::Accept, crate::package::presence::CONTENT_TYPE)
        );
    }
    if body.len() > PUBLISHED_BYTES {
        return Err(Answer::new(413));
    }
    match Document::parse(body, None) {
        Ok(document) if document.root().is(super::compose::PIDF, "presence") => Ok(()),
        _ => Err(Answer::reason(400, "Not A Presence Document")),
    }
}

/// No tag of a PUBLISH looks like this.
const SCRIPTED: &str = "(scripted)";
