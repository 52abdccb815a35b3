//! NOTIFY: finding its subscription, what it changes, how it is answered (RFC 6665 §4.1.3, §4.4.1).

use super::attempt::takes_another;
use super::state::Happening;
use crate::engine::engine::Engine;
use crate::engine::incoming::Answer;
use crate::engine::transaction::ServerId;
use crate::engine::{Flow, Moment, Rates, SubscriptionId, Substate, UsageId};
use crate::sip::{HeaderError, HeaderName, Message, SubscriptionState};

/// What a NOTIFY says about the subscription, apart from its body.
#[derive(Debug)]
pub(super) struct Word {
    pub(super) substate: Substate,
    pub(super) happening: Happening,
    pub(super) reason: Option<String>,
    pub(super) expires: Option<u32>,
    pub(super) retry_after: Option<u32>,
}

/// Whose NOTIFY it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Target {
    /// Of a usage that exists.
    Known(SubscriptionId, UsageId),
    /// The first one of a new usage.
    New(SubscriptionId),
    /// Of none; to be answered with this code.
    Nobody(u16),
    /// Of one notifier more than there may be.
    TooMany,
}

impl Engine {
    /// A NOTIFY that has passed the checks of every request.
    pub(in crate::engine) fn notify(
        &mut self,
        now: Moment,
        flow: Flow,
        server: ServerId,
        message: &Message,
    ) {
        let word = match read(message) {
            Ok(word) => word,
            Err(error) => {
                self.bad_input(&flow, error.to_string());
                return self.answer_stranger(now, server, flow, message, Answer::code(400));
            }
        };
        match self.find(now, &flow, message, &word) {
            Target::Nobody(200) => {
                self.reply(now, server, flow, message, &Answer::code(200));
            }
            Target::Nobody(_) if self.is_unsolicited(&flow, message) => {
                self.hand_up_unsolicited(flow, server, message);
            }
            // Whoever answers a SUBSCRIBE does not tell without being asked.
            Target::TooMany => self.refuse_stray(now, server, flow, message, 481),
            Target::Nobody(code) => self.refuse_stray(now, server, flow, message, code),
            Target::Known(id, usage) => self.known(now, flow, server, message, (id, usage), word),
            Target::New(id) => self.first(now, flow, server, message, id, &word),
        }
    }

    /// Finds the usage or attempt by Call-ID, our tag, and Event (EV-017).
    fn find(&mut self, now: Moment, flow: &Flow, message: &Message, word: &Word) -> Target {
        let (Ok(call_id), Ok(from), Ok(to), Ok(Some(event))) = (
            message.call_id(),
            message.from(),
            message.to(),
            message.event(),
        ) else {
            return Target::Nobody(400);
        };
        let known_package = self
            .subscriptions
            .packages
            .iter()
            .any(|name| name == event.package)
            || event.package == IMPLICIT;
        let over = matches!(
            word.happening,
            Happening::NotifyTerminated | Happening::NotifyRejected
        );
        let nobody = if over && self.subscriptions.has_departed(now, call_id, from.tag()) {
            Target::Nobody(200)
        } else {
            Target::Nobody(if known_package { 481 } else { 489 })
        };
        let Some(id) = self.subscriptions.by_call.get(call_id).copied() else {
            return nobody;
        };
        let Some(subscription) = self.subscriptions.get_mut(id) else {
            return nobody;
        };
        if subscription.package.name != event.package || subscription.package.event_id() != event.id
        {
            return nobody;
        }
        let (Some(ours), Some(theirs)) = (to.tag(), from.tag()) else {
            return nobody;
        };
        let usage = subscription.usages.iter().find(|usage| {
            &*usage.dialog.remote_tag == theirs
                && usage.dialog.local_tag.is(ours)
                && &*usage.dialog.call_id == call_id
        });
        if let Some(usage) = usage {
            // What was asked for over TLS is not taken from elsewhere in clear (EV-076).
            if usage.flow.transport.is_secure() && !flow.transport.is_secure() {
                return Target::Nobody(481);
            }
            return Target::Known(id, usage.id);
        }
        let Some(attempt) = &subscription.attempt else {
            return nobody;
        };
        let fits = &*attempt.call_id == call_id
            && attempt.local_tag.is(ours)
            && attempt.sent_at.is_some()
            && attempt
                .flow
                .is_none_or(|sent| !sent.transport.is_secure() || flow.transport.is_secure());
        if !fits {
            return nobody;
        }
        if takes_another(subscription, attempt) {
            return Target::New(id);
        }
        subscription.refused_forks = subscription.refused_forks.saturating_add(1);
        Target::TooMany
    }
}

impl Word {
    /// Whether nothing will ever change, so that the last word stays valid (EV-063).
    pub(super) fn is_invariant(&self) -> bool {
        self.is("invariant")
    }

    /// Whether this is the reason for the end.
    pub(super) fn is(&self, token: &str) -> bool {
        self.reason
            .as_deref()
            .is_some_and(|reason| reason.eq_ignore_ascii_case(token))
    }
}

/// The rates that the notifier says it keeps to (RFC 6446 §5.2).
pub(super) fn agreed(message: &Message) -> Option<Box<Rates>> {
    let state = message.subscription_state().ok().flatten()?;
    let rates = Rates::agreed(&state);
    (!rates.is_empty()).then(|| Box::new(rates))
}

/// Reads what must be there; a fault is answered 400 and changes nothing (EV-068).
fn read(message: &Message) -> Result<Word, HeaderError> {
    if message.event()?.is_none() {
        return Err(HeaderError::missing(HeaderName::Event));
    }
    let state: SubscriptionState<'_> = message
        .subscription_state()?
        .ok_or_else(|| HeaderError::missing(HeaderName::SubscriptionState))?;
    let reason = state.reason.map(str::to_owned);
    let rejected = state
        .reason
        .is_some_and(|reason| reason.eq_ignore_ascii_case("rejected"));
    let (substate, happening) = if state.is_active() {
        (Substate::Active, Happening::NotifyActive)
    } else if state.is_pending() {
        (Substate::Pending, Happening::NotifyPending)
    } else if state.is_terminated() {
        let happening = if rejected {
            Happening::NotifyRejected
        } else {
            Happening::NotifyTerminated
        };
        (Substate::Terminated(reason.clone()), happening)
    } else {
        (
            Substate::Unknown(state.state.to_owned()),
            Happening::NotifyUnknown,
        )
    };
    Ok(Word {
        substate,
        happening,
        reason,
        expires: state.expires,
        retry_after: state.retry_after,
    })
}

/// The one package whose subscriptions begin without a SUBSCRIBE (RFC 3515 §2.4.4). A notifier of it is told that there
/// is none, rather than that nobody knows the package.
const IMPLICIT: &str = "refer";
