//! The first NOTIFY of a notifier: it makes the dialog (RFC 6665 §4.4.1).

use std::time::Duration;

use super::condition::{Heard, Held, entity_tag};
use super::notify::{Word, agreed};
use super::retry::{Ending, Next};
use super::state::{Happening, State};
use super::{ForkPolicy, Purpose, Usage};
use crate::engine::deadline::{Alarm, Timer};
use crate::engine::dialog::Dialog;
use crate::engine::engine::Engine;
use crate::engine::incoming::Answer;
use crate::engine::soft_state::{Backoff, Lease};
use crate::engine::transaction::ServerId;
use crate::engine::{Event, Flow, Moment, Reason, SubscriptionId, UsageId};
use crate::sip::Message;

impl Engine {
    /// The first NOTIFY of a notifier makes the dialog (EV-018), unless it says that all is over already (EV-021).
    pub(super) fn first(
        &mut self,
        now: Moment,
        flow: Flow,
        server: ServerId,
        message: &Message,
        id: SubscriptionId,
        word: &Word,
    ) {
        let shared = self.subscriptions.share_flow(flow);
        let home = self.attempt_is_home(id);
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
        let dialog = Dialog::of_request(
            message,
            attempt.call_id.clone(),
            attempt.local_tag,
            attempt.cseq,
        );
        let dialog = match dialog {
            Ok(dialog) => Some(dialog),
            // Nothing will be sent in it.
            Err(_) if over => None,
            Err(error) => {
                self.bad_input(&flow, error.to_string());
                self.reply(now, server, flow, message, &Answer::code(400));
                return;
            }
        };
        let usage_id = UsageId(subscription.next_usage);
        subscription.next_usage = subscription.next_usage.wrapping_add(1);
        subscription.notifies = subscription.notifies.saturating_add(1);
        subscription.last_notify = Some(now);
        let notifier = message.from().ok().and_then(|from| from.tag());
        let notifier = notifier.unwrap_or_default().to_owned();
        let wanted = subscription.wanted;
        let fetch = subscription.fetch;
        let state = State::NotifyWait.after(word.happening);
        attempt.fetched |= over;
        let sent_at = attempt.sent_at.unwrap_or(now);
        let keeps_dialog = dialog.is_some() && (!over || (state == State::Rejected && wanted));
        let mut held = Held {
            tag: subscription.kept.take(),
            asked: attempt.conditional,
            quiet: false,
        };
        let conditional = subscription.package.conditional;
        let told = (conditional).then(|| held.hear(message, state == State::Pending));
        let unchanged = told == Some(Heard::Unchanged);
        // It left the body out but does not say of what.
        let unclear = attempt.conditional
            && state == State::Active
            && !unchanged
            && message.body_bytes().is_empty()
            && entity_tag(message).is_none();
        let outdated = attempt.outdated;
        let asked_at = attempt.flow.unwrap_or(flow).remote;
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
            // Most have one for ever; a vector would begin with room for four.
            if subscription.usages.is_empty() {
                subscription.usages.reserve_exact(1);
            }
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
                held: std::mem::take(&mut held),
                agreed: subscription.rates.as_ref().and_then(|_| agreed(message)),
                behind: 0,
                notified: true,
                accepted,
                superseded: false,
                told: false,
                backoff: Backoff::default(),
                too_brief: 0,
                not_before: None,
                flow: shared,
                home,
                alarm: Alarm::default(),
            });
            made = Some(usage_id);
        } else if state != State::Rejected {
            subscription.keep_tag(held.tag);
        }
        if wanted || fetch {
            let subject = Some((id, usage_id));
            self.hand_up(
                flow,
                server,
                message,
                subject,
                &notifier,
                word,
                unchanged,
                made.is_some(),
            );
        } else {
            let ok = Answer::code(200);
            let ok = if made.is_some() {
                ok.dialog().contact(self.answer_contact(id, &flow, message))
            } else {
                ok
            };
            self.reply(now, server, flow, message, &ok);
        }
        if over || fetch {
            self.first_was_last(now, id, usage_id, made, word);
            return;
        }
        self.cancel_timer(Timer::SubscribeRetry(id));
        self.supersede(now, id, usage_id);
        if wanted {
            self.worked(id);
            self.schedule(now, id, usage_id, true);
            self.report(id);
            if outdated {
                self.subscribe_in_dialog(id, usage_id, Purpose::Refresh);
            }
            if unclear {
                self.switch_conditions_off(id, asked_at);
                self.ask_for_full_state(id);
            }
        } else {
            // Unsubscribed meanwhile: the dialog exists now and can be ended (EV-025).
            self.end_usage(id, usage_id);
        }
    }

    /// What follows when the first NOTIFY of a notifier is also its last.
    pub(super) fn first_was_last(
        &mut self,
        now: Moment,
        id: SubscriptionId,
        usage_id: UsageId,
        rejected: Option<UsageId>,
        word: &Word,
    ) {
        let Some(subscription) = self.subscriptions.get_mut(id) else {
            return;
        };
        let fetch = subscription.fetch;
        let timeout = word
            .reason
            .as_deref()
            .is_some_and(|reason| reason.eq_ignore_ascii_case("timeout"));
        let invariant = word.is_invariant();
        subscription.reason = Some(Box::new(Reason::Terminated(word.reason.clone())));
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
        let several = subscription.package.forks == ForkPolicy::Several;
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

    /// A new dialog takes the place of the one that the same notifier had, or of any where there can be only one. The
    /// old one is ended in order (EV-047).
    pub(super) fn supersede(&mut self, now: Moment, id: SubscriptionId, made: UsageId) {
        let Some(subscription) = self.subscriptions.get(id) else {
            return;
        };
        let Some(new) = subscription.usages.iter().find(|usage| usage.id == made) else {
            return;
        };
        let single = subscription.package.forks != ForkPolicy::Several;
        let old: Vec<(UsageId, State)> = subscription
            .usages
            .iter()
            .filter(|usage| usage.dialog.call_id != new.dialog.call_id)
            .filter(|usage| usage.superseded || usage.state == State::Rejected)
            .filter(|usage| single || usage.dialog.remote_target == new.dialog.remote_target)
            .map(|usage| (usage.id, usage.state))
            .collect();
        for (usage, state) in old {
            if state == State::Rejected {
                self.remove_usage(now, id, usage);
                continue;
            }
            if let Some(usage) = self.subscriptions.usage_mut(id, usage) {
                usage.told = true;
            }
            self.event(Event::UsageEnded {
                subscription: id,
                usage,
                keep_state: false,
            });
            self.end_usage(id, usage);
        }
    }
}
