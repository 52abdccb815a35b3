//! NOTIFY: when it goes, what it says, and what its answers mean (RFC 6665 §4.2.2, RFC 3856 §6.8, §6.10).

use std::time::Duration;

use bytes::Bytes;

use super::standing::Ending;
use super::{Haste, Standing, Usage, WatcherId};
use crate::engine::deadline::Timer;
use crate::engine::engine::Engine;
use crate::engine::exchange::{Outcome, Owner};
use crate::engine::health::Failure;
use crate::engine::request::Draft;
use crate::engine::soft_state::retry_after;
use crate::engine::{Flow, Moment, limits};
use crate::sip::{HeaderName, Method};

impl Engine {
    /// A NOTIFY is owed to a watcher. There is one on its way at most; the next one has what is newest then.
    pub(super) fn owe(&mut self, now: Moment, id: WatcherId, haste: Haste) {
        let Some(usage) = self.notifier.get_mut(id) else {
            return;
        };
        usage.due = usage.due.max(Some(haste));
        if usage.exchange.is_some() || usage.queued {
            return;
        }
        if usage.due == Some(Haste::Paced) && now < usage.not_before {
            let at = usage.not_before;
            self.set_timer(Timer::WatcherNotify(id), at);
            return;
        }
        usage.queued = true;
        let queue = if usage.known {
            &mut self.notifier.ready
        } else {
            &mut self.notifier.ready_new
        };
        queue.push_back(id);
        self.cancel_timer(Timer::WatcherNotify(id));
    }

    /// The next NOTIFY to a watcher may go now.
    pub(in crate::engine) fn watcher_due(&mut self, now: Moment, id: WatcherId) {
        self.owe(now, id, Haste::AtOnce);
    }

    /// Sends the NOTIFYs that are ready, as many as may be out.
    pub(in crate::engine) fn notify_watchers(&mut self) {
        // On the way out there is no time to lose.
        let (most, most_new) = if self.stop.has_begun() {
            (limits::WINDOW, limits::WINDOW)
        } else {
            (limits::NOTIFIES, limits::NEW_NOTIFIES)
        };
        while self.notifier.out < most {
            let notifier = &mut self.notifier;
            let room = notifier.out_new < most_new;
            let next = notifier.ready.pop_front();
            let Some(id) = next.or_else(|| room.then(|| notifier.ready_new.pop_front())?) else {
                return;
            };
            if notifier.get(id).is_none() {
                continue;
            }
            let exchange = self.request(Owner::Watcher(id), false);
            if let Some(usage) = self.notifier.get_mut(id) {
                usage.queued = false;
                usage.exchange = exchange;
                let out = usize::from(exchange.is_some());
                let new = if usage.known { 0 } else { out };
                self.notifier.out += out;
                self.notifier.out_new += new;
            }
        }
    }

    pub(in crate::engine) fn compose_notify(
        &self,
        now: Moment,
        id: WatcherId,
        flow: &Flow,
    ) -> Option<Draft> {
        let spec = self.notifier.spec.as_ref()?;
        let usage = self.notifier.get(id)?;
        let mut event = spec.package.clone();
        if let Some(id) = &usage.event_id {
            event.push_str(";id=");
            event.push_str(id);
        }
        let headers = vec![
            (HeaderName::Event, event),
            (HeaderName::SubscriptionState, usage.state(now)),
        ];
        let body = usage.body();
        Some(Draft {
            method: Method::Notify,
            routing: usage.dialog.route(),
            from_tag: usage.dialog.local_tag,
            to: usage.remote.clone(),
            to_tag: Some(usage.dialog.remote_tag.clone()),
            call_id: usage.dialog.call_id.clone(),
            cseq: usage.dialog.local_cseq + 1,
            anonymous: false,
            contact: Some(format!("<{}>", self.contact_on(flow, usage.secure))),
            headers,
            body: body.map(|body| (spec.content_type.clone(), body)),
        })
    }

    pub(in crate::engine) fn notify_sent(&mut self, now: Moment, id: WatcherId, draft: &Draft) {
        self.notifier.course.sent();
        if let Some(usage) = self.notifier.get_mut(id) {
            usage.dialog.local_cseq = draft.cseq;
            usage.is_last = usage.ending.is_some();
            usage.due = None;
            usage.not_before = now + PACE;
        }
    }

    pub(in crate::engine) fn notify_outcome(
        &mut self,
        now: Moment,
        id: WatcherId,
        outcome: &Outcome,
    ) {
        if let Some(failure) = Failure::of(now, outcome) {
            self.notifier.course.failed(failure);
        }
        if !self.notifier.is_answered(id) {
            return;
        }
        let Some(usage) = self.notifier.get_mut(id) else {
            return;
        };
        let (code, told) = match outcome {
            Outcome::Response(message) => (message.status().unwrap_or(500), retry_after(message)),
            Outcome::TimedOut => (408, None),
            Outcome::Paused(wait) => (503, Some(*wait)),
            _ => (500, None),
        };
        if usage.is_last || ends(code) {
            return self.remove_watcher(id);
        }
        usage.known = true;
        if code >= 300 {
            // It may go better later; until then the subscription stays.
            let wait = told.unwrap_or_default().max(TRY_AGAIN);
            usage.not_before = now + wait;
            let haste = if usage.ending.is_some() {
                // It was on its way when the end came.
                Haste::AtOnce
            } else {
                Haste::Paced
            };
            usage.due = usage.due.max(Some(haste));
        }
        if let Some(haste) = usage.due {
            self.owe(now, id, haste);
        }
    }
}

impl Usage {
    /// The value of Subscription-State.
    fn state(&self, now: Moment) -> String {
        if let Some(ending) = self.ending {
            return ending.state();
        }
        let word = match self.standing {
            Standing::Active(_) => "active",
            Standing::Pending | Standing::Rejected => "pending",
        };
        let left = self.expires_at.saturating_since(now).as_secs().max(1);
        format!("{word};expires={left}")
    }

    /// The state, where it is told: not when the end comes by itself.
    fn body(&self) -> Option<Bytes> {
        match (&self.standing, self.ending) {
            (Standing::Active(body), None | Some(Ending::Unsubscribed)) => Some(body.clone()),
            _ => None,
        }
    }
}

/// Whether this answer to a NOTIFY ends the subscription (RFC 6665 §4.2.2). 408 is what no answer counts as.
fn ends(code: u16) -> bool {
    matches!(
        code,
        404 | 405 | 408 | 410 | 416 | 480..=485 | 489 | 501 | 604
    )
}

/// A watcher is told of changes not more often (RFC 3856 §6.10).
const PACE: Duration = Duration::from_secs(5);
/// A NOTIFY that failed for the time being is tried again after so long.
const TRY_AGAIN: Duration = Duration::from_secs(30);
