//! Bindings of addresses of record (RFC 3261 §10.3).

use std::collections::HashMap;
use std::time::Duration;

use super::answer::Answer;
use super::limits::BINDINGS;
use super::options::ExpiryBounds;
use crate::engine::Moment;
use crate::sip::{Contact, HeaderName, Message, Uri};

/// Who is reachable where.
#[derive(Debug, Default)]
pub(super) struct Registrar {
    bindings: HashMap<String, Vec<Binding>>,
}

#[derive(Debug, Clone)]
struct Binding {
    contact: Uri,
    call_id: String,
    cseq: u32,
    expires_at: Moment,
}

impl Registrar {
    /// Answers a REGISTER of a user who has proved to be `aor`: all its contacts are taken, or none.
    pub(super) fn register(
        &mut self,
        now: Moment,
        aor: &str,
        request: &Message,
        bounds: ExpiryBounds,
    ) -> Answer {
        self.expire(now);
        let held = self.bindings.get(aor).cloned().unwrap_or_default();
        match changed(held, now, request, bounds) {
            Ok(bindings) => {
                let answer = listing(now, &bindings);
                self.bindings.insert(aor.to_owned(), bindings);
                answer
            }
            Err(answer) => answer,
        }
    }

    /// Drops what has run out.
    pub(super) fn expire(&mut self, now: Moment) {
        self.bindings.retain(|_, bindings| {
            bindings.retain(|binding| binding.expires_at > now);
            !bindings.is_empty()
        });
    }

    /// Whether somebody is reachable.
    pub(super) fn is_registered(&self, now: Moment, aor: &str) -> bool {
        self.bindings
            .get(aor)
            .is_some_and(|bindings| bindings.iter().any(|binding| binding.expires_at > now))
    }
}

fn changed(
    mut bindings: Vec<Binding>,
    now: Moment,
    request: &Message,
    bounds: ExpiryBounds,
) -> Result<Vec<Binding>, Answer> {
    let bad = |_| Answer::new(400);
    let call_id = request.call_id().map_err(bad)?;
    let cseq = request.cseq().map_err(bad)?.number;
    let header = request.expires().map_err(bad)?;
    let mut contacts = Vec::new();
    for contact in request.contacts() {
        contacts.push(contact.map_err(bad)?);
    }
    let is_late = |binding: &Binding| binding.call_id == call_id && cseq <= binding.cseq;
    if contacts.contains(&Contact::Star) {
        if contacts.len() != 1 || header != Some(0) {
            return Err(Answer::reason(400, "Bad Wildcard Contact"));
        }
        if bindings.iter().any(is_late) {
            return Err(Answer::reason(500, "CSeq Out Of Order"));
        }
        return Ok(Vec::new());
    }
    for contact in contacts.iter().filter_map(Contact::address) {
        let uri = contact.parse_uri().map_err(bad)?;
        let asked = contact.expires().or(header).unwrap_or(bounds.max_s);
        let at = bindings
            .iter()
            .position(|binding| binding.contact.equivalent(&uri));
        if let Some(binding) = at.and_then(|at| bindings.get(at))
            && is_late(binding)
        {
            return Err(Answer::reason(500, "CSeq Out Of Order"));
        }
        if asked == 0 {
            at.map(|at| bindings.remove(at));
            continue;
        }
        let expires_at = now + Duration::from_secs(granted(asked, bounds)?.into());
        let binding = Binding {
            contact: uri,
            call_id: call_id.to_owned(),
            cseq,
            expires_at,
        };
        if at.is_none() && bindings.len() >= BINDINGS {
            return Err(Answer::reason(403, "Too Many Contacts"));
        }
        match at.and_then(|at| bindings.get_mut(at)) {
            Some(held) => *held = binding,
            None => bindings.push(binding),
        }
    }
    Ok(bindings)
}

fn listing(now: Moment, bindings: &[Binding]) -> Answer {
    bindings.iter().fold(Answer::new(200), |answer, binding| {
        let left = binding.expires_at.saturating_since(now).as_secs();
        answer.with(
            HeaderName::Contact,
            format!("<{}>;expires={left}", binding.contact),
        )
    })
}

/// The expiry granted, in seconds, or the 423 (RFC 3261 §10.3, RFC 3903 §6, RFC 6665 §4.2.1.1). An asked 0 is not for
/// this function.
pub(super) fn granted(asked_s: u32, bounds: ExpiryBounds) -> Result<u32, Answer> {
    if asked_s < bounds.min_s && asked_s < 3600 {
        return Err(Answer::new(423).with(HeaderName::MinExpires, bounds.min_s.to_string()));
    }
    Ok(asked_s.min(bounds.max_s))
}
