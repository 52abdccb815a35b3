//! SUBSCRIBE: who may ask for what, and for how long (RFC 6665 §4.2.1).

use super::standing::Ending;
use super::{COME_BACK, Haste, Identity, NotifierSpec, Standing, Usage, WatcherId};
use crate::engine::deadline::Timer;
use crate::engine::dialog::Dialog;
use crate::engine::engine::Engine;
use crate::engine::incoming::Answer;
use crate::engine::soft_state::secs;
use crate::engine::transaction::{ServerId, TIMER_J};
use crate::engine::{Event, Flow, Moment, limits};
use crate::sip::{HeaderError, HeaderName, Message, Uri};

/// A SUBSCRIBE that has been read.
struct Asked<'a> {
    call_id: &'a str,
    from_tag: &'a str,
    cseq: u32,
    event_id: Option<&'a str>,
    /// For how long it is to be, in seconds; cut down to what is granted.
    expires: u32,
}

impl Engine {
    /// A SUBSCRIBE that has passed the checks of every request.
    pub(in crate::engine) fn subscribed(
        &mut self,
        now: Moment,
        flow: Flow,
        server: ServerId,
        message: &Message,
    ) {
        let Some(spec) = self.notifier.spec.clone() else {
            return self.refuse_stray(now, server, flow, message, 405);
        };
        let asked = match read(message, &spec) {
            Ok(asked) => asked,
            Err(error) => {
                self.bad_input(&flow, error.to_string());
                return self.refuse(now, server, flow, message, Answer::code(400));
            }
        };
        let local_tag = message.to().ok().and_then(|to| to.tag());
        if let Some(local_tag) = local_tag {
            let Some(id) = self.find_watcher(flow, &asked, local_tag) else {
                return self.refuse_stray(now, server, flow, message, 481);
            };
            return self.asked_again(now, flow, server, message, id, &asked, &spec);
        }
        let relayed = self.registration.is_on(&flow);
        if self.registration.is_wanted() && !relayed {
            return self.refuse_stray(now, server, flow, message, 403);
        }
        let answer = match self.objection(now, message, &asked, &spec) {
            Some(answer) => answer,
            None => match self.watcher_of(now, flow, message, &asked, relayed) {
                Ok((usage, identity)) => {
                    return self.take_watcher(now, flow, server, message, usage, identity);
                }
                Err(error) => {
                    self.bad_input(&flow, error.to_string());
                    Answer::code(400)
                }
            },
        };
        self.refuse(now, server, flow, message, answer);
    }

    /// What stands against a new watcher.
    fn objection(
        &self,
        now: Moment,
        message: &Message,
        asked: &Asked<'_>,
        spec: &NotifierSpec,
    ) -> Option<Answer> {
        if self.stop.has_begun() {
            return Some(Answer::code(480));
        }
        if !self.is_for_us(message) {
            return Some(Answer::code(404));
        }
        if let Some(answer) = objection_to_content(message, asked, spec) {
            return Some(answer);
        }
        // The same request on another way (RFC 3261 §8.2.2.2).
        let merged = |usage: &Usage| {
            usage.made_by == asked.cseq
                && *usage.dialog.remote_tag == *asked.from_tag
                && now.saturating_since(usage.made_at) < TIMER_J
        };
        let same_call = self.notifier.by_call.get(asked.call_id);
        let mut same_call = same_call.into_iter().flatten();
        if same_call.any(|id| self.notifier.get(*id).is_some_and(merged)) {
            return Some(Answer::code(482));
        }
        None
    }

    /// Whether the request is for this account: by the address that we have registered, or by its own.
    fn is_for_us(&self, message: &Message) -> bool {
        let asked = message
            .request_line()
            .and_then(|line| Uri::parse(line.uri).ok());
        let Some(asked) = asked else { return false };
        let own = &self.config.address;
        let same_user = asked.user_decoded() == own.user_decoded();
        same_user
            || self
                .registration
                .gruu()
                .is_some_and(|gruu| gruu.equivalent(&asked))
    }

    /// The usage that a SUBSCRIBE makes.
    fn watcher_of(
        &mut self,
        now: Moment,
        flow: Flow,
        message: &Message,
        asked: &Asked<'_>,
        relayed: bool,
    ) -> Result<(Usage, Identity), HeaderError> {
        let identity = Identity::of(message, relayed)?;
        let local_tag = self.entropy.tag();
        let local_cseq = self.entropy.cseq();
        let dialog = Dialog::of_request(message, asked.call_id.into(), local_tag, local_cseq)?;
        let secure = message
            .request_line()
            .is_some_and(|line| line.uri.starts_with("sips:"));
        let usage = Usage {
            dialog,
            remote: message.from()?.parse_uri()?.without_params(),
            address: identity.address.as_str().into(),
            event_id: asked.event_id.map(Into::into),
            made_by: asked.cseq,
            made_at: now,
            expires_at: now + secs(asked.expires),
            secure,
            over_tls: flow.transport.is_secure(),
            standing: Standing::Pending,
            spoken: false,
            ending: (asked.expires == 0).then_some(Ending::Unsubscribed),
            is_last: false,
            told: false,
            exchange: None,
            known: false,
            queued: false,
            due: None,
            not_before: now,
        };
        Ok((usage, identity))
    }

    /// Answers 200 and tells the room above, unless there are too many.
    fn take_watcher(
        &mut self,
        now: Moment,
        flow: Flow,
        server: ServerId,
        message: &Message,
        usage: Usage,
        identity: Identity,
    ) {
        let of_one = self.notifier.count(|other| other.address == usage.address);
        // Whoever was there before stays: nobody can be pushed out by a crowd.
        if self.notifier.len() >= limits::WATCHERS || of_one >= limits::USAGES_OF_WATCHER {
            let wait = COME_BACK.as_secs().to_string();
            let answer = Answer::code(480).header(HeaderName::RetryAfter, wait);
            return self.refuse(now, server, flow, message, answer);
        }
        // A datagram's sender can be forged, and a NOTIFY is sent to whoever it names.
        let known = self.hops.is_known(flow);
        if !known && !self.incoming.may_answer(now, known) {
            return self.transactions.ignore(server);
        }
        let (call_id, expires_at) = (usage.dialog.call_id.clone(), usage.expires_at);
        let answer = granted(usage.expires_at, now).tag(usage.dialog.local_tag);
        let Some(id) = self.notifier.usages.insert(usage).map(WatcherId) else {
            return;
        };
        self.notifier.by_call.entry(call_id).or_default().push(id);
        self.notifier.unspoken.push(id);
        if expires_at > now {
            self.set_timer(Timer::WatcherExpiry(id), expires_at);
        }
        self.reply(now, server, flow, message, &answer);
        self.event(Event::Watcher {
            watcher: id,
            identity,
            expires_at,
        });
    }

    /// A SUBSCRIBE in the dialog: a new term, or the end.
    #[expect(
        clippy::too_many_arguments,
        reason = "the request, and what was found out about it"
    )]
    fn asked_again(
        &mut self,
        now: Moment,
        flow: Flow,
        server: ServerId,
        message: &Message,
        id: WatcherId,
        asked: &Asked<'_>,
        spec: &NotifierSpec,
    ) {
        let Some(usage) = self.notifier.get(id) else {
            return;
        };
        // One that is older than another that came before it (RFC 3261 §12.2.2).
        if asked.cseq <= usage.dialog.remote_cseq {
            return self.refuse(now, server, flow, message, Answer::code(500));
        }
        if usage.ending.is_some() || usage.event_id.as_deref() != asked.event_id {
            return self.refuse(now, server, flow, message, Answer::code(481));
        }
        if let Some(answer) = objection_to_content(message, asked, spec) {
            return self.refuse(now, server, flow, message, answer);
        }
        let Some(usage) = self.notifier.get_mut(id) else {
            return;
        };
        usage.dialog.remote_cseq = asked.cseq;
        usage.dialog.refresh_target(message);
        usage.expires_at = now + secs(asked.expires);
        let (expires_at, was_told) = (usage.expires_at, usage.told);
        self.reply(now, server, flow, message, &granted(expires_at, now));
        if asked.expires == 0 {
            return self.end_watcher(now, id, Ending::Unsubscribed);
        }
        self.set_timer(Timer::WatcherExpiry(id), expires_at);
        self.owe(now, id, Haste::AtOnce);
        if !was_told {
            self.event(Event::WatcherRefreshed {
                watcher: id,
                expires_at,
            });
        }
    }

    /// The dialog that a SUBSCRIBE belongs to.
    fn find_watcher(&self, flow: Flow, asked: &Asked<'_>, local_tag: &str) -> Option<WatcherId> {
        let same_call = self.notifier.by_call.get(asked.call_id)?;
        same_call.iter().copied().find(|id| {
            self.notifier.get(*id).is_some_and(|usage| {
                usage.dialog.local_tag.is(local_tag)
                    && *usage.dialog.remote_tag == *asked.from_tag
                    // What was asked for over TLS is not changed from elsewhere in clear (EV-076).
                    && (flow.transport.is_secure() || !usage.over_tls)
            })
        })
    }

    /// Refuses a SUBSCRIBE, and counts it.
    fn refuse(
        &mut self,
        now: Moment,
        server: ServerId,
        flow: Flow,
        message: &Message,
        answer: Answer,
    ) {
        self.notifier.refused = self.notifier.refused.saturating_add(1);
        self.answer_stranger(now, server, flow, message, answer);
    }
}

/// Reads what a SUBSCRIBE must say.
fn read<'a>(message: &'a Message, spec: &NotifierSpec) -> Result<Asked<'a>, HeaderError> {
    let event = message
        .event()?
        .ok_or_else(|| HeaderError::missing(HeaderName::Event))?;
    let from_tag = message.from()?.tag();
    let expires = message.expires()?.unwrap_or(spec.expires);
    // What is not read now is not to fail later.
    message.accept()?;
    message.content_disposition()?;
    Ok(Asked {
        call_id: message.call_id()?,
        from_tag: from_tag.ok_or_else(|| HeaderError::missing(HeaderName::From))?,
        cseq: message.cseq()?.number,
        event_id: event.id,
        expires: expires.min(spec.expires),
    })
}

/// What stands against the package, the types or the time that a SUBSCRIBE asks for.
fn objection_to_content(
    message: &Message,
    asked: &Asked<'_>,
    spec: &NotifierSpec,
) -> Option<Answer> {
    let event = message.event().ok().flatten();
    if event.is_none_or(|event| event.package != spec.package) {
        let package = spec.package.clone();
        return Some(Answer::code(489).header(HeaderName::AllowEvents, package));
    }
    // Without the header it is the type of the package (RFC 3856 §6.7).
    let accepted = message.accept().ok().flatten();
    let is_read = accepted.is_none_or(|ranges| {
        let mut ranges = ranges.iter();
        ranges.any(|range| range.covers(&spec.content_type))
    });
    if !is_read {
        return Some(Answer::code(406).accept(spec.content_type.clone()));
    }
    // A filter or a list would have to be obeyed (RFC 3261 §8.2.3).
    let disposition = message.content_disposition().ok().flatten();
    let is_optional = disposition.is_some_and(|disposition| disposition.is_optional());
    if !message.body().is_empty() && !is_optional {
        return Some(Answer::code(415));
    }
    if asked.expires > 0 && asked.expires < spec.min_expires {
        let least = spec.min_expires.to_string();
        return Some(Answer::code(423).header(HeaderName::MinExpires, least));
    }
    None
}

/// The answer that grants a subscription until then.
fn granted(expires_at: Moment, now: Moment) -> Answer {
    let seconds = expires_at.saturating_since(now).as_secs();
    Answer::code(200)
        .dialog()
        .header(HeaderName::Expires, seconds.to_string())
}
