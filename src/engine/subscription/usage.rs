//! A usage after its first NOTIFY: refreshing it, ending it, and what the answers mean (RFC 6665 §4.1.2.2, §4.1.2.3).

use std::time::Duration;

use super::attempt::headers;
use super::condition::chokes_on_condition;
use super::response::{OnRefresh, on_refresh};
use super::retry::Next;
use super::state::{Happening, State};
use super::{Purpose, Subscription, TIMER_N, Tolerance, Usage};
use crate::engine::deadline::Timer;
use crate::engine::dialog::Routing;
use crate::engine::engine::Engine;
use crate::engine::exchange::{Outcome, Owner};
use crate::engine::health::Failure;
use crate::engine::request::Draft;
use crate::engine::soft_state::{longer_expiry, retry_after};
use crate::engine::{Flow, Moment, Reason, SubscriptionId, UsageId};
use crate::sip::{HeaderName, Message, Method};

impl Engine {
    /// The refresh timer: a new term in the same dialog.
    pub(in crate::engine) fn refresh_usage(&mut self, id: SubscriptionId, usage: UsageId) {
        self.subscribe_in_dialog(id, usage, Purpose::Refresh);
    }

    /// Sends a SUBSCRIBE in the dialog, or remembers to when the one under way is over (EV-048).
    pub(super) fn subscribe_in_dialog(
        &mut self,
        id: SubscriptionId,
        usage_id: UsageId,
        purpose: Purpose,
    ) {
        let Some(usage) = self.subscriptions.usage_mut(id, usage_id) else {
            return;
        };
        let may_end = usage.state == State::Ending && purpose == Purpose::End;
        if !(usage.state.is_live() || may_end) {
            return;
        }
        if usage.exchange.is_some() {
            usage.queued = usage.queued.max(Some(purpose));
            return;
        }
        usage.purpose = purpose;
        self.cancel_timer(Timer::UsageRefresh(id, usage_id));
        let exchange = self.request(Owner::Usage(id, usage_id), false);
        if let Some(usage) = self.subscriptions.usage_mut(id, usage_id) {
            usage.exchange = exchange;
        }
    }

    /// The user wants it no longer: Expires 0 as soon as no other SUBSCRIBE of the dialog is under way.
    pub(super) fn end_usage(&mut self, id: SubscriptionId, usage_id: UsageId) {
        let Some(usage) = self.subscriptions.usage_mut(id, usage_id) else {
            return;
        };
        if usage.state == State::Ending {
            return;
        }
        usage.state = usage.state.after(Happening::Unwanted);
        let exchange = usage.exchange;
        if exchange.is_some() && !self.is_sent(exchange) {
            self.abandon(exchange);
            if let Some(usage) = self.subscriptions.usage_mut(id, usage_id) {
                usage.exchange = None;
            }
        }
        self.subscribe_in_dialog(id, usage_id, Purpose::End);
    }

    pub(in crate::engine) fn usage_routing(
        &self,
        id: SubscriptionId,
        usage: UsageId,
    ) -> Option<Routing> {
        Some(self.subscriptions.usage(id, usage)?.dialog.route())
    }

    /// Whether the dialog was asked for in our own domain, without a detour.
    pub(in crate::engine) fn usage_is_home(&self, id: SubscriptionId, usage: UsageId) -> bool {
        self.subscriptions
            .usage(id, usage)
            .is_some_and(|usage| usage.home)
    }

    /// Whether a NOTIFY has come for the SUBSCRIBE under way.
    pub(in crate::engine) fn usage_was_notified(&self, id: SubscriptionId, usage: UsageId) -> bool {
        self.subscriptions
            .usage(id, usage)
            .is_some_and(|usage| usage.notified)
    }

    pub(in crate::engine) fn compose_in_dialog(
        &self,
        now: Moment,
        id: SubscriptionId,
        usage_id: UsageId,
        flow: &Flow,
    ) -> Option<Draft> {
        let routing = self.usage_routing(id, usage_id)?;
        let subscription = self.subscriptions.get(id)?;
        let contact = self.subscribe_contact(subscription, &routing, flow);
        let usage = self.subscriptions.usage(id, usage_id)?;
        let expires = match usage.purpose {
            Purpose::Refresh => subscription.asked(),
            Purpose::End => 0,
            Purpose::Poll => {
                let left = usage.lease.remaining(now).as_secs_f64().round();
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "a lease is at most 2^32 seconds, and never negative"
                )]
                let left = left as u32;
                left.max(1)
            }
        };
        let dialog = &usage.dialog;
        let extensions = self.extensions(subscription, flow);
        let mut headers = headers(subscription, expires, &extensions, self.allow());
        // A notifier says what rates it keeps to in a NOTIFY, so that one has to come.
        let unagreed = subscription.rates.is_some() && usage.agreed.is_none();
        if !unagreed {
            headers.extend(self.condition_in_dialog(subscription, usage, flow.remote));
        }
        Some(Draft {
            method: Method::Subscribe,
            routing,
            anonymous: subscription.anonymous,
            from_tag: dialog.local_tag,
            to: subscription.target().without_params(),
            to_tag: Some(dialog.remote_tag.clone()),
            call_id: dialog.call_id.clone(),
            cseq: dialog.local_cseq + 1,
            contact: Some(contact),
            headers,
            // The notifier keeps a filter, and takes no list here (EV-091, EV-092).
            body: None,
        })
    }

    pub(in crate::engine) fn in_dialog_sent(
        &mut self,
        now: Moment,
        id: SubscriptionId,
        usage_id: UsageId,
        draft: &Draft,
        flow: Flow,
    ) {
        let Some(subscription) = self.subscriptions.get_mut(id) else {
            return;
        };
        subscription.course.sent();
        let asked = subscription.asked();
        let rated = subscription.rates.is_some();
        let shared = self.subscriptions.share_flow(flow);
        let Some(usage) = self.subscriptions.usage_mut(id, usage_id) else {
            return;
        };
        if !rated {
            usage.agreed = None;
        }
        usage.dialog.local_cseq = draft.cseq;
        usage.notified = false;
        usage.accepted = false;
        usage.held.asked = draft.has(HeaderName::SuppressIfMatch);
        usage.held.quiet = false;
        usage.flow = shared;
        if usage.purpose == Purpose::Refresh {
            usage.lease.ask(now, asked);
        }
        self.set_timer(Timer::UsageNotifyWait(id, usage_id), now + TIMER_N);
    }

    pub(in crate::engine) fn usage_outcome(
        &mut self,
        now: Moment,
        id: SubscriptionId,
        usage_id: UsageId,
        outcome: Outcome,
    ) {
        let Some(usage) = self.subscriptions.usage_mut(id, usage_id) else {
            return;
        };
        usage.exchange = None;
        let code = match &outcome {
            Outcome::Response(message) => message.status(),
            _ => None,
        };
        if let Some(failure) = Failure::of(now, &outcome)
            && let Some(subscription) = self.subscriptions.get_mut(id)
        {
            subscription.course.failed(failure);
        }
        match (outcome, code) {
            (Outcome::Response(message), Some(code)) => {
                self.usage_answered(now, id, usage_id, code, &message);
            }
            (Outcome::TimedOut, _) => self.usage_unanswered(now, id, usage_id),
            (outcome, _) => self.usage_unreached(now, id, usage_id, &outcome),
        }
        let queued = self
            .subscriptions
            .usage_mut(id, usage_id)
            .filter(|usage| usage.exchange.is_none())
            .and_then(|usage| usage.queued.take());
        if let Some(purpose) = queued {
            self.subscribe_in_dialog(id, usage_id, purpose);
        }
    }

    /// Timer N of a SUBSCRIBE in the dialog.
    pub(in crate::engine) fn usage_wait_over(
        &mut self,
        now: Moment,
        id: SubscriptionId,
        usage_id: UsageId,
    ) {
        let Some(usage) = self.subscriptions.usage(id, usage_id) else {
            return;
        };
        // The transaction is not over: its end decides.
        if usage.exchange.is_some() || usage.notified {
            return;
        }
        if usage.state.after(Happening::NotifyMissing) != State::Terminated {
            return;
        }
        let ending = usage.state == State::Ending;
        let accepted = usage.accepted;
        let server = usage.flow.remote;
        if !ending && accepted && usage.held.asked {
            // The NOTIFY was suppressed, but without the 204 that says so: asked again in the plain way.
            self.switch_conditions_off(id, server);
            return self.subscribe_in_dialog(id, usage_id, Purpose::Refresh);
        }
        let target = usage.dialog.remote_target.clone();
        if !ending
            && accepted
            && let Some(subscription) = self.subscriptions.get_mut(id)
            && subscription
                .silence
                .get_or_insert_default()
                .was_silent(&target)
        {
            // It never sends a NOTIFY after a refresh: what it granted is believed.
            subscription.tolerated.note(Tolerance::SilentRefreshes);
            return self.schedule(now, id, usage_id, false);
        }
        let reason = (!ending).then_some(Reason::TimedOut);
        let next = self.next_after_loss(now, id, usage_id);
        self.close_usage(now, id, usage_id, false, reason, next);
    }

    /// Sets expiry and refresh by the lease. A NOTIFY (`told`) may bring the refresh forward but never puts it off.
    pub(super) fn schedule(
        &mut self,
        now: Moment,
        id: SubscriptionId,
        usage_id: UsageId,
        told: bool,
    ) {
        let Some(usage) = self.subscriptions.usage(id, usage_id) else {
            return;
        };
        let (lease, busy) = (usage.lease, usage.exchange.is_some());
        self.set_timer(Timer::UsageExpiry(id, usage_id), lease.expires_at());
        if busy {
            return;
        }
        let timer = Timer::UsageRefresh(id, usage_id);
        let at = lease.refresh_at(now, &mut self.entropy);
        match self.timer_at(timer) {
            Some(earlier) if told && earlier <= at => {}
            _ => self.set_timer(timer, at),
        }
    }

    /// Tries refreshes again at once that wait after a failure.
    pub(super) fn retry_refreshes(&mut self, id: SubscriptionId) {
        let failed: Vec<UsageId> = match self.subscriptions.get(id) {
            Some(subscription) => subscription
                .live()
                .filter(|usage| usage.backoff.failures() > 0 && usage.exchange.is_none())
                .map(|usage| usage.id)
                .collect(),
            None => return,
        };
        for usage in failed {
            self.subscribe_in_dialog(id, usage, Purpose::Refresh);
        }
    }

    fn usage_answered(
        &mut self,
        now: Moment,
        id: SubscriptionId,
        usage_id: UsageId,
        code: u16,
        message: &Message,
    ) {
        let effect = on_refresh(code);
        if effect != OnRefresh::Refreshed {
            // No NOTIFY is to come for it (EV-014, EV-037).
            self.cancel_timer(Timer::UsageNotifyWait(id, usage_id));
        }
        let Some(usage) = self.subscriptions.usage_mut(id, usage_id) else {
            return;
        };
        let ending = usage.state == State::Ending;
        if ending && !matches!(effect, OnRefresh::Refreshed) && usage.purpose == Purpose::End {
            // Gone already, or it runs out by itself: nothing more is to be done for it.
            self.close_usage(now, id, usage_id, false, None, Next::Never);
            return;
        }
        if !ending && usage.held.asked && chokes_on_condition(code) {
            let (server, purpose) = (usage.flow.remote, usage.purpose);
            self.switch_conditions_off(id, server);
            return self.subscribe_in_dialog(id, usage_id, purpose);
        }
        let reason = Reason::answered(message);
        match effect {
            OnRefresh::Refreshed | OnRefresh::RefreshedQuietly => {
                usage.accepted = true;
                usage.held.quiet = effect == OnRefresh::RefreshedQuietly;
                usage.dialog.refresh_target(message);
                usage.not_before = None;
                if ending {
                    return;
                }
                usage.backoff.reset();
                usage.too_brief = 0;
                if usage.purpose == Purpose::Refresh {
                    usage.lease.grant(message.expires().ok().flatten());
                }
                self.schedule(now, id, usage_id, false);
                self.report(id);
            }
            OnRefresh::TooBrief => {
                if usage.purpose == Purpose::Poll {
                    // Only what is left of the term was asked for.
                    return self.subscribe_in_dialog(id, usage_id, Purpose::Refresh);
                }
                let tries = usage.too_brief;
                usage.too_brief = tries.saturating_add(1);
                let minimum = message.min_expires().ok().flatten();
                let asked = self.subscriptions.get(id).map_or(0, Subscription::asked);
                match longer_expiry(asked, minimum, tries) {
                    Some(longer) => {
                        if let Some(subscription) = self.subscriptions.get_mut(id) {
                            subscription.variant.get_or_insert_default().expires = Some(longer);
                            if minimum.is_none() {
                                subscription.tolerated.note(Tolerance::DoubledExpiry);
                            }
                        }
                        self.subscribe_in_dialog(id, usage_id, Purpose::Refresh);
                    }
                    None => self.spare(now, id, usage_id, None),
                }
            }
            OnRefresh::EndedRenew => {
                usage.state = usage.state.after(Happening::ResponseEnds);
                let next = self.next_after_loss(now, id, usage_id);
                self.close_usage(now, id, usage_id, false, Some(reason), next);
            }
            OnRefresh::EndedWait => {
                let wait = retry_after(message);
                let wait = self.wait_after_failure(id, wait);
                let next = Next::Again(wait);
                self.close_usage(now, id, usage_id, false, Some(reason), next);
            }
            OnRefresh::EndedStop => {
                self.close_usage(now, id, usage_id, false, Some(reason), Next::Never);
            }
            OnRefresh::Spared => self.spare(now, id, usage_id, retry_after(message)),
            OnRefresh::SparedSilent => {
                self.cancel_timer(Timer::UsageRefresh(id, usage_id));
            }
            OnRefresh::SparedParallel => {
                // One that only keeps the window for other notifiers open gives way.
                let idle = self.subscriptions.get(id).is_some_and(|subscription| {
                    let attempt = subscription.attempt.as_ref();
                    attempt.is_none_or(|it| it.made_usage && it.exchange.is_none())
                });
                if idle {
                    self.start_attempt(id);
                    // A redirection says where (EV-036).
                    self.redirect(id, message);
                }
            }
        }
    }

    /// No answer in time: a NOTIFY meanwhile keeps the usage, none ends it (EV-046).
    fn usage_unanswered(&mut self, now: Moment, id: SubscriptionId, usage_id: UsageId) {
        self.cancel_timer(Timer::UsageNotifyWait(id, usage_id));
        let Some(usage) = self.subscriptions.usage_mut(id, usage_id) else {
            return;
        };
        if usage.state == State::Ending {
            self.close_usage(now, id, usage_id, false, None, Next::Never);
        } else if usage.notified {
            self.schedule(now, id, usage_id, false);
            self.report(id);
        } else {
            let next = self.next_after_loss(now, id, usage_id);
            self.close_usage(now, id, usage_id, false, Some(Reason::TimedOut), next);
        }
    }

    /// The request did not get through, or was not sent.
    fn usage_unreached(
        &mut self,
        now: Moment,
        id: SubscriptionId,
        usage_id: UsageId,
        outcome: &Outcome,
    ) {
        self.cancel_timer(Timer::UsageNotifyWait(id, usage_id));
        let ending = self
            .subscriptions
            .usage(id, usage_id)
            .is_none_or(|usage| usage.state == State::Ending);
        match outcome {
            _ if ending => self.close_usage(now, id, usage_id, false, None, Next::Never),
            Outcome::Credentials(_) | Outcome::Unwritable(_) => {
                let reason = Some(outcome.reason());
                self.close_usage(now, id, usage_id, false, reason, Next::Never);
            }
            Outcome::Paused(wait) => self.spare(now, id, usage_id, Some(*wait)),
            _ => self.spare(now, id, usage_id, None),
        }
    }

    /// The usage lives on until its expiry; another try before that if there is time (EV-044).
    fn spare(
        &mut self,
        now: Moment,
        id: SubscriptionId,
        usage_id: UsageId,
        retry_after: Option<Duration>,
    ) {
        let Some(usage) = self.subscriptions.usage_mut(id, usage_id) else {
            return;
        };
        let wait = usage.backoff.fail(&mut self.entropy);
        let wait = retry_after.map_or(wait, |least| wait.max(least));
        usage.not_before = retry_after.map(|least| now + least);
        let expires_at = usage.lease.expires_at();
        // With little time left it is tried in half of it, if nobody forbade that.
        let hurried = (expires_at.saturating_since(now) / 2).max(Duration::from_secs(1));
        let wait = match retry_after {
            None => wait.min(hurried),
            Some(_) => wait,
        };
        let timer = Timer::UsageRefresh(id, usage_id);
        if now + wait < expires_at {
            self.set_timer(timer, now + wait);
        } else {
            self.cancel_timer(timer);
        }
        self.set_timer(Timer::UsageExpiry(id, usage_id), expires_at.max(now));
    }
}

impl Usage {
    /// How long it has lived.
    pub(super) fn lived(&self, now: Moment) -> Duration {
        now.saturating_since(self.made_at)
    }

    /// Whether it was granted any time at all; one that was not has been a fetch (EV-028).
    pub(super) fn has_begun(&self) -> bool {
        self.lease.expires_at() > self.made_at
    }
}
