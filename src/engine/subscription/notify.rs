//! NOTIFY: finding its subscription, what it changes, how it is answered (RFC 6665 §4.1.3, §4.4.1).

use std::time::Duration;

use super::attempt::takes_another;
use super::retry::{COME_BACK, Ending, Next};
use super::state::{Happening, State};
use super::{Purpose, Usage};
use crate::engine::deadline::Timer;
use crate::engine::dialog::Dialog;
use crate::engine::engine::Engine;
use crate::engine::incoming::{Answer, PendingAnswer};
use crate::engine::soft_state::{Backoff, Lease};
use crate::engine::transaction::ServerId;
use crate::engine::{
    BodyFault, Event, Flow, Moment, NotifyToken, Reason, SubscriptionId, Substate, UsageId,
};
use crate::sip::{HeaderError, HeaderName, Message, SubscriptionState};

/// What a NOTIFY says about the subscription, apart from its body.
#[derive(Debug)]
struct Word {
    substate: Substate,
    happening: Happening,
    reason: Option<String>,
    expires: Option<u32>,
    retry_after: Option<u32>,
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
}

impl Engine {
    /// Answers a NOTIFY that came up as [`Event::Notify`]: 200; or 415 with the types the package takes; or 200 and a
    /// request for full state, at most once a minute for a body that cannot be read (EV-072, RB-001).
    pub fn answer_notify(
        &mut self,
        now: Moment,
        token: NotifyToken,
        answer: Result<(), BodyFault>,
    ) {
        let Some(pending) = self.incoming.take_answer(token) else {
            return;
        };
        let PendingAnswer {
            server,
            flow,
            message,
            makes_dialog,
            subscription,
            ..
        } = pending;
        let optional = message
            .content_disposition()
            .is_ok_and(|disposition| disposition.is_some_and(|value| value.is_optional()));
        if answer == Err(BodyFault::UnsupportedType) && !optional {
            let accept = self.accepted_types(subscription);
            self.reply(
                now,
                server,
                flow,
                &message,
                Answer::code(415).accept(accept),
            );
        } else {
            if let Some((id, usage)) = subscription
                && let Some(usage) = self.subscriptions.usage_mut(id, usage)
            {
                usage.dialog.refresh_target(&message);
            }
            let mut ok = Answer::code(200);
            if makes_dialog {
                ok = ok.dialog();
            }
            self.reply(now, server, flow, &message, ok);
        }
        if let (Some((id, _)), Err(fault)) = (subscription, &answer) {
            match fault {
                BodyFault::UnsupportedType => {}
                BodyFault::Gap => self.ask_for_full_state(now, id),
                BodyFault::Unusable => self.mend(now, id),
            }
        }
        self.pump(now);
    }

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
                self.reply(now, server, flow, message, Answer::code(400));
                return;
            }
        };
        match self.find(now, &flow, message, &word) {
            Target::Nobody(200) => {
                self.reply(now, server, flow, message, Answer::code(200));
            }
            Target::Nobody(_) if self.is_unsolicited(&flow, message) => {
                self.hand_up_unsolicited(flow, server, message);
            }
            Target::Nobody(code) => self.refuse_stray(now, server, flow, message, code),
            Target::Known(id, usage) => self.known(now, flow, server, message, (id, usage), word),
            Target::New(id) => self.first(now, flow, server, message, id, word),
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
            .any(|name| name == event.package);
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
                && &*usage.dialog.local_tag == ours
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
            && &*attempt.local_tag == ours
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
        subscription.counters.refused_forks += 1;
        Target::Nobody(481)
    }

    /// The first NOTIFY of a notifier makes the dialog (EV-018), unless it says that all is over already (EV-021).
    fn first(
        &mut self,
        now: Moment,
        flow: Flow,
        server: ServerId,
        message: &Message,
        id: SubscriptionId,
        word: Word,
    ) {
        let Some(subscription) = self.subscriptions.get_mut(id) else {
            return;
        };
        let Some(attempt) = &mut subscription.attempt else {
            return;
        };
        let over = matches!(
            word.happening,
            Happening::NotifyTerminated | Happening::NotifyRejected
        );
        let dialog = Dialog::from_notify(
            message,
            attempt.call_id.clone(),
            attempt.local_tag.clone(),
            attempt.cseq,
        );
        let dialog = match dialog {
            Ok(dialog) => Some(dialog),
            // Nothing will be sent in it.
            Err(_) if over => None,
            Err(error) => {
                self.bad_input(&flow, error.to_string());
                self.reply(now, server, flow, message, Answer::code(400));
                return;
            }
        };
        let usage_id = UsageId(subscription.next_usage);
        subscription.next_usage = subscription.next_usage.wrapping_add(1);
        subscription.counters.notifies += 1;
        subscription.last_notify = Some(now);
        let notifier = message.from().ok().and_then(|from| from.tag());
        let notifier = notifier.unwrap_or_default().to_owned();
        let wanted = subscription.wanted;
        let fetch = subscription.fetch;
        let state = State::NotifyWait.after(word.happening);
        attempt.fetched |= over;
        let sent_at = attempt.sent_at.unwrap_or(now);
        let keeps_dialog = dialog.is_some() && (!over || (state == State::Rejected && wanted));
        let mut made = None;
        if let (Some(dialog), true) = (dialog, keeps_dialog && !fetch) {
            attempt.made_usage = true;
            let mut lease = Lease::new(sent_at, attempt.asked);
            if attempt.granted.is_some() {
                lease.grant(attempt.granted);
            }
            if let (Some(seconds), false) = (word.expires, over) {
                lease.tell(now, seconds);
            }
            let accepted = attempt.granted.is_some();
            subscription.usages.push(Usage {
                id: usage_id,
                state,
                dialog,
                lease,
                made_at: now,
                established: matches!(state, State::Active | State::Pending),
                exchange: None,
                purpose: Purpose::Refresh,
                queued: None,
                notified: true,
                accepted,
                superseded: false,
                backoff: Backoff::default(),
                too_brief: 0,
                not_before: None,
                flow,
            });
            made = Some(usage_id);
        }
        if wanted || fetch {
            let subject = Some((id, usage_id));
            self.hand_up(
                flow,
                server,
                message,
                subject,
                &notifier,
                &word,
                made.is_some(),
            );
        } else {
            let ok = Answer::code(200);
            let ok = if made.is_some() { ok.dialog() } else { ok };
            self.reply(now, server, flow, message, ok);
        }
        if over || fetch {
            self.first_was_last(now, id, usage_id, made, word);
            return;
        }
        self.supersede(now, id, usage_id);
        if wanted {
            self.worked(id);
            self.schedule(now, id, usage_id, true);
            self.report(id);
        } else {
            // Unsubscribed meanwhile: the dialog exists now and can be ended (EV-025).
            self.end_usage(now, id, usage_id);
        }
    }

    /// What follows when the first NOTIFY of a notifier is also its last.
    fn first_was_last(
        &mut self,
        now: Moment,
        id: SubscriptionId,
        usage_id: UsageId,
        rejected: Option<UsageId>,
        word: Word,
    ) {
        let Some(subscription) = self.subscriptions.get_mut(id) else {
            return;
        };
        let fetch = subscription.fetch;
        let timeout = word
            .reason
            .as_deref()
            .is_some_and(|reason| reason.eq_ignore_ascii_case("timeout"));
        let invariant = is_invariant(&word);
        subscription.reason = Some(Reason::Terminated(word.reason.clone()));
        self.event(Event::UsageEnded {
            subscription: id,
            usage: usage_id,
            keep_state: fetch || invariant || timeout,
        });
        if let Some(usage) = rejected {
            self.await_come_back(now, id, usage);
        }
        let Some(subscription) = self.subscriptions.get_mut(id) else {
            return;
        };
        let several = subscription.package.forks == super::ForkPolicy::Several;
        let next = if fetch {
            Next::Never
        } else {
            let ending = Ending {
                reason: word.reason.as_deref(),
                retry_after: word.retry_after,
                established: false,
                lived: Duration::ZERO,
            };
            subscription
                .retry
                .after_terminated(ending, &mut self.entropy)
        };
        // Other notifiers may still answer, until Timer N.
        if several && (fetch || next != Next::Never) {
            self.report(id);
            return;
        }
        self.drop_attempt(id);
        self.settle(now, id, next);
    }

    /// A further NOTIFY in a dialog.
    fn known(
        &mut self,
        now: Moment,
        flow: Flow,
        server: ServerId,
        message: &Message,
        (id, usage_id): (SubscriptionId, UsageId),
        word: Word,
    ) {
        let number = message.cseq().map_or(0, |cseq| cseq.number);
        let Some(subscription) = self.subscriptions.get_mut(id) else {
            return;
        };
        let Some(usage) = subscription
            .usages
            .iter_mut()
            .find(|usage| usage.id == usage_id)
        else {
            return;
        };
        let last = usage.dialog.remote_cseq;
        if number < last {
            self.reply(now, server, flow, message, Answer::code(500));
            // A notifier that begins to count anew has lost the dialog's thread (FreeSWITCH after a restart).
            if last - number > CSEQ_FAR_BACK {
                self.renew(now, id, usage_id);
            }
            return;
        }
        usage.dialog.remote_cseq = number;
        usage.notified = true;
        subscription.counters.notifies = subscription.counters.notifies.saturating_add(1);
        subscription.last_notify = Some(now);
        subscription.silent_refreshes = 0;
        let before = usage.state;
        let after = before.after(word.happening);
        self.deadlines.cancel(Timer::UsageNotifyWait(id, usage_id));
        if before == State::Ending {
            // Nobody wants to know any more; also a NOTIFY that crosses our Expires 0 is answered (EV-050, EV-052).
            self.reply(now, server, flow, message, Answer::code(200));
            if after == State::Terminated {
                self.close_usage(now, id, usage_id, false, None, Next::Never);
            } else {
                self.wait_for_the_end(now, id, usage_id);
            }
            return;
        }
        let came_back = before == State::Rejected && after.is_live();
        let subject = if came_back {
            self.come_back(now, id, usage_id, &word)
        } else {
            usage_id
        };
        let notifier = match self.subscriptions.usage_mut(id, subject) {
            Some(usage) => {
                usage.state = after;
                usage.established |= matches!(after, State::Active | State::Pending);
                usage.dialog.remote_tag.to_string()
            }
            None => String::new(),
        };
        self.hand_up(
            flow,
            server,
            message,
            Some((id, subject)),
            &notifier,
            &word,
            false,
        );
        match after {
            State::Terminated => self.terminated(now, id, subject, word),
            State::Rejected if before == State::Rejected => {}
            State::Rejected => self.rejected(now, id, subject, word),
            _ => {
                if let (Some(seconds), Some(usage)) =
                    (word.expires, self.subscriptions.usage_mut(id, subject))
                {
                    usage.lease.tell(now, seconds);
                }
                self.worked(id);
                self.schedule(now, id, subject, true);
                self.report(id);
            }
        }
    }

    /// The final NOTIFY of a usage that was wanted.
    fn terminated(&mut self, now: Moment, id: SubscriptionId, usage_id: UsageId, word: Word) {
        let Some(subscription) = self.subscriptions.get_mut(id) else {
            return;
        };
        let usage = subscription
            .usages
            .iter()
            .find(|usage| usage.id == usage_id);
        let Some(usage) = usage else { return };
        let ending = Ending {
            reason: word.reason.as_deref(),
            retry_after: word.retry_after,
            established: usage.established,
            lived: usage.lived(now),
        };
        let next = subscription
            .retry
            .after_terminated(ending, &mut self.entropy);
        let keep_state = is_invariant(&word);
        let reason = Some(Reason::Terminated(word.reason));
        self.close_usage(now, id, usage_id, keep_state, reason, next);
    }

    /// `rejected`: not tried again (EV-059), but the dialog is remembered for a while, since some notifiers let it come
    /// back when their user changes his mind.
    fn rejected(&mut self, now: Moment, id: SubscriptionId, usage_id: UsageId, word: Word) {
        self.event(Event::UsageEnded {
            subscription: id,
            usage: usage_id,
            keep_state: false,
        });
        if let Some(subscription) = self.subscriptions.get_mut(id) {
            subscription.reason = Some(Reason::Terminated(word.reason));
        }
        self.await_come_back(now, id, usage_id);
        self.close_window(id);
        self.settle(now, id, Next::Never);
    }

    fn await_come_back(&mut self, now: Moment, id: SubscriptionId, usage_id: UsageId) {
        self.cancel_usage_timers(id, usage_id);
        let exchange = self
            .subscriptions
            .usage_mut(id, usage_id)
            .and_then(|usage| usage.exchange.take());
        self.abandon(exchange);
        self.deadlines
            .set(Timer::UsageExpiry(id, usage_id), now + COME_BACK);
    }

    /// A rejected dialog is alive again: a new usage in the eyes of the room above.
    fn come_back(
        &mut self,
        now: Moment,
        id: SubscriptionId,
        usage_id: UsageId,
        word: &Word,
    ) -> UsageId {
        self.cancel_usage_timers(id, usage_id);
        let Some(subscription) = self.subscriptions.get_mut(id) else {
            return usage_id;
        };
        let seconds = word.expires.unwrap_or(subscription.expires);
        let new_id = UsageId(subscription.next_usage);
        subscription.next_usage = subscription.next_usage.wrapping_add(1);
        if let Some(usage) = self.subscriptions.usage_mut(id, usage_id) {
            usage.id = new_id;
            usage.made_at = now;
            usage.lease = Lease::new(now, seconds);
        }
        // It needs no other.
        self.deadlines.cancel(Timer::SubscribeRetry(id));
        self.drop_attempt(id);
        new_id
    }

    /// Timer N of the Expires 0 goes on after a NOTIFY that was not the final one.
    fn wait_for_the_end(&mut self, now: Moment, id: SubscriptionId, usage_id: UsageId) {
        if let Some(usage) = self.subscriptions.usage_mut(id, usage_id) {
            usage.notified = false;
        }
        self.deadlines
            .set(Timer::UsageNotifyWait(id, usage_id), now + super::TIMER_N);
    }

    /// The dialog is of no use any more: a new one takes its place.
    fn renew(&mut self, now: Moment, id: SubscriptionId, usage_id: UsageId) {
        let lived = self
            .subscriptions
            .usage(id, usage_id)
            .map_or(Duration::ZERO, |usage| usage.lived(now));
        let ending = Ending {
            reason: None,
            retry_after: None,
            established: true,
            lived,
        };
        let Some(subscription) = self.subscriptions.get_mut(id) else {
            return;
        };
        if !subscription.wanted {
            return;
        }
        let next = subscription
            .retry
            .after_terminated(ending, &mut self.entropy);
        let reason = Reason::Protocol("the notifier counts anew".to_owned());
        self.close_usage(now, id, usage_id, false, Some(reason), next);
    }

    /// A new dialog has taken the place of those whose way is broken (EV-047).
    fn supersede(&mut self, now: Moment, id: SubscriptionId, made: UsageId) {
        let old: Vec<UsageId> = match self.subscriptions.get(id) {
            Some(subscription) => subscription
                .usages
                .iter()
                .filter(|usage| usage.id != made)
                .filter(|usage| usage.superseded || usage.state == State::Rejected)
                .map(|usage| usage.id)
                .collect(),
            None => return,
        };
        for usage in old {
            let rejected = self
                .subscriptions
                .usage(id, usage)
                .is_some_and(|usage| usage.state == State::Rejected);
            self.remove_usage(now, id, usage);
            if !rejected {
                self.event(Event::UsageEnded {
                    subscription: id,
                    usage,
                    keep_state: false,
                });
            }
        }
    }

    fn worked(&mut self, id: SubscriptionId) {
        if let Some(subscription) = self.subscriptions.get_mut(id) {
            subscription.retry.worked();
        }
    }

    /// Asks for a good body in place of an unusable one, at most once a minute.
    fn mend(&mut self, now: Moment, id: SubscriptionId) {
        let Some(subscription) = self.subscriptions.get_mut(id) else {
            return;
        };
        let soon = subscription
            .mended_at
            .is_some_and(|at| now.saturating_since(at) < MEND_INTERVAL);
        if !soon {
            subscription.mended_at = Some(now);
            self.ask_for_full_state(now, id);
        }
    }

    fn accepted_types(&self, subject: Option<(SubscriptionId, UsageId)>) -> String {
        subject
            .and_then(|(id, _)| self.subscriptions.get(id))
            .map(|subscription| subscription.package.accept.join(", "))
            .unwrap_or_default()
    }

    /// Tells the room above, which answers in the same turn.
    #[allow(clippy::too_many_arguments)]
    fn hand_up(
        &mut self,
        flow: Flow,
        server: ServerId,
        message: &Message,
        subject: Option<(SubscriptionId, UsageId)>,
        notifier: &str,
        word: &Word,
        makes_dialog: bool,
    ) {
        let Some((subscription, usage)) = subject else {
            return;
        };
        let token =
            self.incoming
                .await_answer(server, flow, message.clone(), subject, makes_dialog);
        let content_type = message.header(HeaderName::ContentType);
        let content_type = content_type.and_then(|header| header.unfolded().ok());
        self.event(Event::Notify {
            subscription,
            usage,
            notifier: notifier.to_owned(),
            substate: word.substate.clone(),
            content_type: content_type.map(std::borrow::Cow::into_owned),
            body: message.body(),
            token,
        });
    }

    /// Whether a NOTIFY that nobody asked for is message-summary from the server we are registered with.
    fn is_unsolicited(&self, flow: &Flow, message: &Message) -> bool {
        self.config.allow_unsolicited_messages
            && message
                .event()
                .is_ok_and(|event| event.is_some_and(|event| event.package == "message-summary"))
            && self.registration.flow().is_some_and(|registered| {
                registered.id == flow.id && registered.remote == flow.remote
            })
    }

    fn hand_up_unsolicited(&mut self, flow: Flow, server: ServerId, message: &Message) {
        let token = self
            .incoming
            .await_answer(server, flow, message.clone(), None, false);
        let content_type = message.header(HeaderName::ContentType);
        let content_type = content_type.and_then(|header| header.unfolded().ok());
        self.event(Event::Unsolicited {
            package: "message-summary".to_owned(),
            content_type: content_type.map(std::borrow::Cow::into_owned),
            body: message.body(),
            token,
        });
    }
}

fn is_invariant(word: &Word) -> bool {
    word.reason
        .as_deref()
        .is_some_and(|reason| reason.eq_ignore_ascii_case("invariant"))
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

/// A NOTIFY whose CSeq is this far behind comes from a notifier that counts anew.
const CSEQ_FAR_BACK: u32 = 100;
/// An unusable body leads to one refresh in this time (RB-001).
const MEND_INTERVAL: Duration = Duration::from_secs(60);
