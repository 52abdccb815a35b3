//! Further NOTIFYs in a dialog, up to the final one and, after a rejection, beyond (RFC 6665 §4.1.3).

use super::Tolerance;
use super::condition::Heard;
use super::notify::{Word, agreed};
use super::retry::{COME_BACK, Ending, Next};
use super::state::State;
use crate::engine::deadline::{Alarm, Timer};
use crate::engine::engine::Engine;
use crate::engine::incoming::Answer;
use crate::engine::soft_state::Lease;
use crate::engine::transaction::ServerId;
use crate::engine::{Event, Flow, Moment, Reason, SubscriptionId, UsageId};
use crate::sip::Message;

impl Engine {
    /// A further NOTIFY in a dialog.
    pub(super) fn known(
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
            usage.behind = usage.behind.saturating_add(1);
            let anew = last - number > CSEQ_FAR_BACK || usage.behind >= BEHIND;
            self.reply(now, server, flow, message, &Answer::code(500));
            // A notifier that begins to count anew has lost the dialog's thread (FreeSWITCH after a restart).
            if anew {
                self.renew(now, id, usage_id);
            }
            return;
        }
        usage.behind = 0;
        usage.dialog.remote_cseq = number;
        usage.notified = true;
        subscription.notifies = subscription.notifies.saturating_add(1);
        subscription.last_notify = Some(now);
        if subscription.rates.is_some() {
            usage.agreed = agreed(message);
        }
        let before = usage.state;
        let after = before.after(word.happening);
        let (address, conditional) = (usage.flow.remote, subscription.package.conditional);
        let told = conditional.then(|| {
            let pending = after == State::Pending;
            usage.held.hear(message, pending)
        });
        if before == State::Ending {
            // Nobody wants to know any more; also a NOTIFY that crosses our Expires 0 is answered (EV-050, EV-052).
            self.reply(now, server, flow, message, &Answer::code(200));
            if after == State::Terminated {
                self.close_usage(now, id, usage_id, false, None, Next::Never);
            } else if let Some(usage) = self.subscriptions.usage_mut(id, usage_id) {
                // Timer N of the Expires 0 goes on: this was not the final one.
                usage.notified = false;
            }
            return;
        }
        if usage.alarm.cancel(Timer::UsageNotifyWait(id, usage_id))
            && let Some(silence) = &mut subscription.silence
        {
            silence.spoke(&usage.dialog.remote_target);
        }
        if told == Some(Heard::Confused) {
            self.switch_conditions_off(id, address);
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
            told == Some(Heard::Unchanged),
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
    pub(super) fn terminated(
        &mut self,
        now: Moment,
        id: SubscriptionId,
        usage_id: UsageId,
        word: Word,
    ) {
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
        if next != Next::Never && word.is("noresource") {
            subscription.tolerated.note(Tolerance::Vanished);
        }
        let keep_state = word.is_invariant();
        let reason = Some(Reason::Terminated(word.reason));
        self.close_usage(now, id, usage_id, keep_state, reason, next);
    }

    /// `rejected`: not tried again (EV-059), but the dialog is remembered for a while, since some notifiers let it come
    /// back when their user changes his mind.
    pub(super) fn rejected(
        &mut self,
        now: Moment,
        id: SubscriptionId,
        usage_id: UsageId,
        word: Word,
    ) {
        self.event(Event::UsageEnded {
            subscription: id,
            usage: usage_id,
            keep_state: false,
        });
        if let Some(subscription) = self.subscriptions.get_mut(id) {
            subscription.reason = Some(Box::new(Reason::Terminated(word.reason)));
        }
        self.await_come_back(now, id, usage_id);
        self.close_window(id);
        self.settle(now, id, Next::Never);
    }

    pub(super) fn await_come_back(&mut self, now: Moment, id: SubscriptionId, usage_id: UsageId) {
        self.cancel_usage_timers(id, usage_id);
        let exchange = self
            .subscriptions
            .usage_mut(id, usage_id)
            .and_then(|usage| usage.exchange.take());
        self.abandon(exchange);
        self.set_timer(Timer::UsageExpiry(id, usage_id), now + COME_BACK);
    }

    /// A rejected dialog is alive again: a new usage in the eyes of the room above.
    pub(super) fn come_back(
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
        subscription.tolerated.note(Tolerance::CameBack);
        // Never for longer than it was asked for (EV-029).
        let asked = subscription.asked();
        let new_id = UsageId(subscription.next_usage);
        subscription.next_usage = subscription.next_usage.wrapping_add(1);
        if let Some(usage) = self.subscriptions.usage_mut(id, usage_id) {
            usage.id = new_id;
            usage.alarm = Alarm::default();
            usage.made_at = now;
            usage.lease = Lease::new(now, asked);
            if let Some(seconds) = word.expires {
                usage.lease.tell(now, seconds);
            }
        }
        // It needs no other.
        self.cancel_timer(Timer::SubscribeRetry(id));
        self.drop_attempt(id);
        new_id
    }

    /// The dialog is of no use any more: a new one takes its place.
    pub(super) fn renew(&mut self, now: Moment, id: SubscriptionId, usage_id: UsageId) {
        let usage = self.subscriptions.usage(id, usage_id);
        // One that is over, or was rejected, is not asked for again because of what arrives late.
        let Some(usage) = usage.filter(|usage| usage.state.is_live()) else {
            return;
        };
        let lived = usage.lived(now);
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
        subscription.tolerated.note(Tolerance::CountedAnew);
        let next = subscription
            .retry
            .after_terminated(ending, &mut self.entropy);
        let reason = Reason::Protocol("the notifier counts anew".to_owned());
        self.close_usage(now, id, usage_id, false, Some(reason), next);
    }

    pub(super) fn worked(&mut self, id: SubscriptionId) {
        if let Some(subscription) = self.subscriptions.get_mut(id) {
            subscription.retry.worked();
        }
    }
}

/// So many NOTIFYs in a row that are behind come from a notifier that counts anew, however little they are.
const BEHIND: u8 = 3;
/// A NOTIFY whose `CSeq` is this far behind comes from a notifier that counts anew.
const CSEQ_FAR_BACK: u32 = 100;
