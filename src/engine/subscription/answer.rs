//! Handing a NOTIFY to the room above, and answering it.

use std::time::Duration;

use super::attempt::types;
use super::condition::entity_tag;
use super::notify::Word;
use crate::engine::deadline::Timer;
use crate::engine::engine::Engine;
use crate::engine::incoming::{Answer, PendingAnswer};
use crate::engine::transaction::ServerId;
use crate::engine::{BodyFault, Event, Flow, Moment, NotifyToken, SubscriptionId, UsageId};
use crate::sip::{HeaderName, Message};

impl Engine {
    /// Answers a NOTIFY that came up as [`Event::Notify`]: 200; or 415 with the types the package takes; or 200 and a
    /// request for full state, at most once a minute for a body that cannot be read (EV-072, RB-001).
    #[expect(
        clippy::needless_pass_by_value,
        reason = "an answer is handed over, not lent"
    )]
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
        let refusal = match answer {
            _ if optional => None,
            Err(BodyFault::UnsupportedType) => {
                Some(Answer::code(415).accept(self.accepted_types(subscription)))
            }
            Err(BodyFault::UnsupportedCoding) => {
                let codings = self.config.codings.clone();
                Some(Answer::code(415).header(HeaderName::AcceptEncoding, codings))
            }
            Ok(()) | Err(BodyFault::Unusable | BodyFault::Gap) => None,
        };
        if let Some(refusal) = refusal {
            self.reply(now, server, flow, &message, &refusal);
        } else {
            if let Some((id, usage)) = subscription
                && let Some(usage) = self.subscriptions.usage_mut(id, usage)
            {
                usage.dialog.refresh_target(&message);
            }
            let mut ok = Answer::code(200);
            if makes_dialog {
                let contact =
                    subscription.and_then(|(id, _)| self.answer_contact(id, &flow, &message));
                ok = ok.dialog().contact(contact);
            }
            self.reply(now, server, flow, &message, &ok);
        }
        if let (Some((id, usage)), Err(fault)) = (subscription, &answer) {
            self.forget_tag(id, usage);
            match fault {
                BodyFault::UnsupportedType | BodyFault::UnsupportedCoding => {}
                BodyFault::Gap => self.close_gap(now, id),
                BodyFault::Unusable => self.mend(now, id),
            }
        }
        self.pump(now);
    }

    /// Asks for what was missed: at once, but a notifier that always leaves a gap is not asked without end.
    pub(super) fn close_gap(&mut self, now: Moment, id: SubscriptionId) {
        let Some(subscription) = self.subscriptions.get_mut(id) else {
            return;
        };
        let allowed = subscription.mended_at.map_or(now, |at| at + GAP_INTERVAL);
        if allowed <= now {
            subscription.mended_at = Some(now);
            return self.ask_for_full_state(id);
        }
        if subscription.mended_at.is_some_and(|at| at > now) {
            // It is planned already.
            return;
        }
        subscription.mended_at = Some(allowed);
        let usages: Vec<UsageId> = subscription.live().map(|usage| usage.id).collect();
        for usage in usages {
            let timer = Timer::UsageRefresh(id, usage);
            let at = self.timer_at(timer).map_or(allowed, |at| at.min(allowed));
            self.set_timer(timer, at);
        }
    }

    /// Asks for a good body in place of an unusable one, at most once a minute.
    pub(super) fn mend(&mut self, now: Moment, id: SubscriptionId) {
        let Some(subscription) = self.subscriptions.get_mut(id) else {
            return;
        };
        let soon = subscription
            .mended_at
            .is_some_and(|at| now.saturating_since(at) < MEND_INTERVAL);
        if !soon {
            subscription.mended_at = Some(now);
            self.ask_for_full_state(id);
        }
    }

    pub(super) fn accepted_types(&self, subject: Option<(SubscriptionId, UsageId)>) -> String {
        subject
            .and_then(|(id, _)| self.subscriptions.get(id))
            .map(|subscription| types(subscription).join(", "))
            .unwrap_or_default()
    }

    /// Tells the room above, which answers in the same turn.
    #[expect(
        clippy::too_many_arguments,
        reason = "all that a NOTIFY was found to be; a struct would have this one use"
    )]
    pub(super) fn hand_up(
        &mut self,
        flow: Flow,
        server: ServerId,
        message: &Message,
        subject: Option<(SubscriptionId, UsageId)>,
        notifier: &str,
        word: &Word,
        unchanged: bool,
        makes_dialog: bool,
    ) {
        let Some((subscription, usage)) = subject else {
            return;
        };
        let token =
            self.incoming
                .await_answer(server, flow, message.clone(), subject, makes_dialog);
        let conditional = self
            .subscriptions
            .get(subscription)
            .is_some_and(|subscription| subscription.package.conditional);
        let entity_tag = conditional.then(|| entity_tag(message)).flatten();
        self.event(Event::Notify {
            subscription,
            usage,
            notifier: notifier.to_owned(),
            secure: flow.transport.is_secure(),
            substate: word.substate.clone(),
            content_type: text(message, HeaderName::ContentType),
            content_language: text(message, HeaderName::ContentLanguage),
            content_encoding: text(message, HeaderName::ContentEncoding),
            body: message.body(),
            unchanged,
            entity_tag: entity_tag.map(str::to_owned),
            token,
        });
    }

    /// Whether a NOTIFY that nobody asked for is message-summary from the server we are registered with.
    pub(super) fn is_unsolicited(&self, flow: &Flow, message: &Message) -> bool {
        self.config.allow_unsolicited_messages
            && message
                .event()
                .is_ok_and(|event| event.is_some_and(|event| event.package == "message-summary"))
            && self.registration.is_on(flow)
    }

    pub(super) fn hand_up_unsolicited(&mut self, flow: Flow, server: ServerId, message: &Message) {
        let token = self
            .incoming
            .await_answer(server, flow, message.clone(), None, false);
        self.event(Event::Unsolicited {
            package: "message-summary".to_owned(),
            content_type: text(message, HeaderName::ContentType),
            content_encoding: text(message, HeaderName::ContentEncoding),
            body: message.body(),
            token,
        });
    }
}

fn text(message: &Message, name: HeaderName) -> Option<String> {
    let header = message.header(name)?;
    Some(header.unfolded().ok()?.into_owned())
}

/// An unusable body leads to one refresh in this time (RB-001).
const MEND_INTERVAL: Duration = Duration::from_secs(60);
/// Gaps lead to one refresh in this time.
const GAP_INTERVAL: Duration = Duration::from_secs(10);
