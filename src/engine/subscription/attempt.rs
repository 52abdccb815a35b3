//! The initial SUBSCRIBE: sending it, its answers, and the wait for the first NOTIFY (RFC 6665 §4.1.2).

use std::collections::VecDeque;
use std::time::Duration;

use super::condition::chokes_on_condition;
use super::response::{OnInitial, on_initial};
use super::retry::{LONG_WAIT, Next};
use super::variant::Accept;
use super::{Attempt, ForkPolicy, Subscription, TIMER_N, Tolerance};
use crate::engine::deadline::Timer;
use crate::engine::dialog::Routing;
use crate::engine::engine::Engine;
use crate::engine::exchange::{Outcome, Owner};
use crate::engine::health::Failure;
use crate::engine::request::Draft;
use crate::engine::soft_state::{longer_expiry, retry_after};
use crate::engine::{Flow, Moment, Reason, SubscriptionId, limits};
use crate::sip::{HeaderName, Message, Method, NameAddr, Scheme, Uri};

impl Engine {
    /// Begins a new initial SUBSCRIBE: new Call-ID, new From tag, nothing of an old dialog (EV-001, EV-045).
    pub(in crate::engine) fn start_attempt(&mut self, id: SubscriptionId) {
        self.cancel_timer(Timer::SubscribeRetry(id));
        let wanted = self
            .subscriptions
            .get(id)
            .map(|subscription| subscription.wanted);
        if wanted != Some(true) {
            return;
        }
        self.drop_attempt(id);
        let attempt = Attempt {
            call_id: self.entropy.call_id().into(),
            local_tag: self.entropy.tag(),
            cseq: self.entropy.cseq(),
            asked: 0,
            sent_at: None,
            granted: None,
            exchange: None,
            flow: None,
            made_usage: false,
            too_brief: 0,
            conditional: false,
            redirected: Vec::new(),
            targets: VecDeque::new(),
            fetched: false,
            outdated: false,
        };
        self.subscriptions
            .by_call
            .insert(attempt.call_id.clone(), id);
        if let Some(subscription) = self.subscriptions.get_mut(id) {
            for usage in &mut subscription.usages {
                usage.superseded = usage.state.is_live();
            }
            subscription.attempt = Some(Box::new(attempt));
        }
        self.send_attempt(id);
        self.report(id);
    }

    /// Forgets an attempt that has made its usage and only kept the window for others open.
    pub(super) fn close_window(&mut self, id: SubscriptionId) {
        let only_window = self.subscriptions.get(id).is_some_and(|subscription| {
            let attempt = subscription.attempt.as_ref();
            attempt.is_some_and(|attempt| attempt.made_usage) && !subscription.is_live()
        });
        if only_window {
            self.drop_attempt(id);
        }
    }

    /// Forgets the attempt, sent or not.
    pub(super) fn drop_attempt(&mut self, id: SubscriptionId) {
        self.cancel_timer(Timer::SubscribeNotifyWait(id));
        let attempt = self
            .subscriptions
            .get_mut(id)
            .and_then(|subscription| subscription.attempt.take());
        if let Some(attempt) = attempt {
            self.abandon(attempt.exchange);
            self.subscriptions.release_call(id, &attempt.call_id);
        }
    }

    pub(in crate::engine) fn attempt_routing(&self, id: SubscriptionId) -> Option<Routing> {
        let subscription = self.subscriptions.get(id)?;
        let attempt = subscription.attempt.as_ref()?;
        let target = attempt.redirected.last();
        Some(self.initial_routing(target.unwrap_or_else(|| subscription.target())))
    }

    /// Whether the SUBSCRIBE goes to somebody in our own domain, and to where he lives.
    pub(in crate::engine) fn attempt_is_home(&self, id: SubscriptionId) -> bool {
        let Some(subscription) = self.subscriptions.get(id) else {
            return false;
        };
        let attempt = subscription.attempt.as_ref();
        let redirected = attempt.and_then(|attempt| attempt.redirected.last());
        self.config
            .is_own_domain(redirected.unwrap_or_else(|| subscription.target()))
    }

    pub(in crate::engine) fn compose_subscribe(
        &self,
        id: SubscriptionId,
        flow: &Flow,
    ) -> Option<Draft> {
        let routing = self.attempt_routing(id)?;
        let subscription = self.subscriptions.get(id)?;
        let contact = self.subscribe_contact(subscription, &routing, flow);
        let attempt = subscription.attempt.as_ref()?;
        let extensions = self.extensions(subscription, flow);
        let mut headers = headers(
            subscription,
            subscription.asked(),
            &extensions,
            self.allow(),
        );
        headers.extend(subscription.body_headers());
        if subscription.package.forks == ForkPolicy::Forbidden
            && routing.request_uri.param("gr").is_none()
        {
            headers.push((HeaderName::RequestDisposition, "no-fork".to_owned()));
        }
        headers.extend(self.initial_condition(subscription, flow.remote));
        Some(Draft {
            method: Method::Subscribe,
            routing,
            anonymous: subscription.anonymous,
            from_tag: attempt.local_tag,
            to: subscription.target().without_params(),
            to_tag: None,
            call_id: attempt.call_id.clone(),
            cseq: attempt.cseq + 1,
            contact: Some(contact),
            headers,
            body: subscription.initial_body(),
        })
    }

    pub(in crate::engine) fn subscribe_sent(
        &mut self,
        now: Moment,
        id: SubscriptionId,
        draft: &Draft,
        flow: Flow,
    ) {
        let Some(subscription) = self.subscriptions.get_mut(id) else {
            return;
        };
        let asked = subscription.asked();
        subscription.course.sent();
        if let Some(attempt) = &mut subscription.attempt {
            attempt.cseq = draft.cseq;
            attempt.asked = asked;
            attempt.sent_at = Some(now);
            attempt.flow = Some(flow);
            attempt.outdated = false;
            attempt.conditional = draft.has(HeaderName::SuppressIfMatch);
        }
        // Sent again with credentials or to another server, the wait begins anew (EV-015).
        self.set_timer(Timer::SubscribeNotifyWait(id), now + TIMER_N);
    }

    pub(in crate::engine) fn attempt_outcome(
        &mut self,
        now: Moment,
        id: SubscriptionId,
        outcome: Outcome,
    ) {
        let Some(subscription) = self.subscriptions.get_mut(id) else {
            return;
        };
        let Some(attempt) = &mut subscription.attempt else {
            return;
        };
        attempt.exchange = None;
        let made_usage = attempt.made_usage;
        let fetched = attempt.fetched;
        let message = match outcome {
            Outcome::Response(message) => message,
            // A NOTIFY was answered, so the subscription stands (EV-024), or what was asked for is there.
            _ if made_usage || fetched => return,
            outcome => {
                let next = match outcome {
                    // Time alone mends neither.
                    Outcome::Credentials(_) | Outcome::Unwritable(_) => Next::Never,
                    Outcome::Paused(wait) => Next::Again(self.wait_after_failure(id, Some(wait))),
                    _ => Next::Again(self.wait_after_failure(id, None)),
                };
                let failure = Failure::new(now, outcome.reason());
                return self.attempt_failed(now, id, failure, next);
            }
        };
        let code = message.status().unwrap_or(500);
        if on_initial(code) == OnInitial::Accepted {
            self.attempt_accepted(now, id, &message);
        } else if made_usage || fetched {
            // Another branch of a fork said no; the dialogs that exist, or what was told, are not its business.
        } else {
            self.attempt_refused(now, id, code, &message);
        }
    }

    /// Whether the user still wants what is asked for.
    pub(in crate::engine) fn attempt_is_wanted(&self, id: SubscriptionId) -> bool {
        let subscription = self.subscriptions.get(id);
        subscription.is_some_and(|subscription| subscription.wanted)
    }

    /// Whether a NOTIFY has come for the attempt under way.
    pub(in crate::engine) fn attempt_was_notified(&self, id: SubscriptionId) -> bool {
        let subscription = self.subscriptions.get(id);
        let attempt = subscription.and_then(|subscription| subscription.attempt.as_ref());
        attempt.is_some_and(|attempt| attempt.made_usage || attempt.fetched)
    }

    /// Timer N: the window for new dialogs closes (EV-079); without one the attempt has failed (EV-012).
    pub(in crate::engine) fn attempt_wait_over(&mut self, now: Moment, id: SubscriptionId) {
        let Some(subscription) = self.subscriptions.get(id) else {
            return;
        };
        let Some(attempt) = &subscription.attempt else {
            return;
        };
        if self.attempt_was_notified(id) {
            let live = subscription.is_live();
            self.drop_attempt(id);
            let next = if live {
                Next::Never
            } else {
                Next::Again(self.wait_after_failure(id, None))
            };
            self.settle(now, id, next);
            return;
        }
        if attempt.exchange.is_some() {
            // Another server is being looked for; the outcome of that will come.
            return;
        }
        if let (true, Some(flow)) = (attempt.conditional, attempt.flow) {
            self.switch_conditions_off(id, flow.remote);
        }
        let wait = self.wait_after_failure(id, None);
        let failure = Failure::new(now, Reason::TimedOut);
        self.attempt_failed(now, id, failure, Next::Again(wait));
    }

    /// Gives the attempt up.
    pub(super) fn attempt_failed(
        &mut self,
        now: Moment,
        id: SubscriptionId,
        failure: Failure,
        next: Next,
    ) {
        self.drop_attempt(id);
        if let Some(subscription) = self.subscriptions.get_mut(id) {
            // An end that was our own wish has no reason.
            subscription.reason = subscription
                .wanted
                .then(|| Box::new(failure.reason.clone()));
            subscription.course.failed(failure);
        }
        self.settle(now, id, next);
    }

    pub(super) fn wait_after_failure(
        &mut self,
        id: SubscriptionId,
        retry_after: Option<Duration>,
    ) -> Duration {
        match self.subscriptions.get_mut(id) {
            Some(subscription) => subscription
                .retry
                .after_failure(retry_after, &mut self.entropy),
            None => Duration::ZERO,
        }
    }

    fn send_attempt(&mut self, id: SubscriptionId) {
        let exchange = self.request(Owner::Subscription(id), false);
        if let Some(attempt) = self
            .subscriptions
            .get_mut(id)
            .and_then(|subscription| subscription.attempt.as_mut())
        {
            attempt.exchange = exchange;
        }
    }

    fn attempt_accepted(&mut self, now: Moment, id: SubscriptionId, message: &Message) {
        let granted = message.expires().ok().flatten();
        let Some(subscription) = self.subscriptions.get_mut(id) else {
            return;
        };
        let Some(attempt) = &mut subscription.attempt else {
            return;
        };
        attempt.granted = Some(granted.unwrap_or(attempt.asked).min(attempt.asked));
        let call_id = attempt.call_id.clone();
        let mut made = Vec::new();
        for usage in &mut subscription.usages {
            if usage.dialog.call_id == call_id && usage.state.is_live() {
                usage.lease.grant(granted);
                usage.accepted = true;
                made.push(usage.id);
            }
        }
        for usage in made {
            self.schedule(now, id, usage, false);
        }
        self.report(id);
    }

    fn attempt_refused(&mut self, now: Moment, id: SubscriptionId, code: u16, message: &Message) {
        let retry_after = retry_after(message);
        let wanted = self
            .subscriptions
            .get(id)
            .is_some_and(|subscription| subscription.wanted);
        if wanted && chokes_on_condition(code) && self.attempt_without_condition(id) {
            return self.send_attempt(id);
        }
        let next = match on_initial(code) {
            OnInitial::Accepted => return,
            _ if !wanted => Next::Never,
            OnInitial::Redirected if self.redirect(id, message) => return self.send_attempt(id),
            OnInitial::TooBrief if self.lengthen(id, message) => return self.send_attempt(id),
            OnInitial::Vary if self.vary(id, code, message) => return self.send_attempt(id),
            OnInitial::Redirected | OnInitial::TooBrief | OnInitial::Vary | OnInitial::Stop => {
                if self.next_target(id) {
                    return self.send_attempt(id);
                }
                Next::Never
            }
            OnInitial::LongWait => {
                let wait = retry_after.unwrap_or(LONG_WAIT);
                Next::Again(self.wait_after_failure(id, Some(wait)))
            }
            OnInitial::Wait => Next::Again(self.wait_after_failure(id, retry_after)),
        };
        self.attempt_failed(now, id, Failure::answered(now, message), next);
    }

    /// The refusal may be due to the condition, if there was one: the same without.
    fn attempt_without_condition(&mut self, id: SubscriptionId) -> bool {
        let Some(subscription) = self.subscriptions.get(id) else {
            return false;
        };
        let sent = subscription
            .attempt
            .as_ref()
            .filter(|attempt| attempt.conditional)
            .and_then(|attempt| attempt.flow);
        let Some(flow) = sent else { return false };
        self.switch_conditions_off(id, flow.remote);
        true
    }

    /// 423: asks for more, as long as that leads anywhere.
    fn lengthen(&mut self, id: SubscriptionId, message: &Message) -> bool {
        let Some(subscription) = self.subscriptions.get_mut(id) else {
            return false;
        };
        let Some(attempt) = &mut subscription.attempt else {
            return false;
        };
        let minimum = message.min_expires().ok().flatten();
        let Some(longer) = longer_expiry(attempt.asked, minimum, attempt.too_brief) else {
            return false;
        };
        attempt.too_brief += 1;
        if minimum.is_none() {
            subscription.tolerated.note(Tolerance::DoubledExpiry);
        }
        subscription.variant.get_or_insert_default().expires = Some(longer);
        true
    }

    /// Asks in the next way that this notifier may understand better; false when none is left.
    fn vary(&mut self, id: SubscriptionId, code: u16, message: &Message) -> bool {
        let Some(subscription) = self.subscriptions.get_mut(id) else {
            return false;
        };
        let lists = subscription.package.lists;
        let ad_hoc = subscription.has_list();
        let dispensable = subscription.can_do_without_body();
        let list_only = subscription.package.list_only;
        let variant = subscription.variant.get_or_insert_default();
        match code {
            // A list server that takes no lists, or cannot tell of them, is of no use.
            _ if ad_hoc => false,
            406 | 489 => {
                variant.accept = match variant.accept {
                    Accept::All if list_only && subscription.package.accept.len() > 1 => {
                        Accept::Mandatory
                    }
                    _ if list_only => return false,
                    Accept::All if subscription.package.accept.len() > 1 || lists => {
                        variant.without_eventlist = true;
                        Accept::Mandatory
                    }
                    Accept::All | Accept::Mandatory => Accept::Nothing,
                    Accept::Nothing => return false,
                };
                subscription.tolerated.note(Tolerance::FewerTypes);
                true
            }
            415 | 488 if dispensable => {
                variant.plain = true;
                subscription.tolerated.note(Tolerance::WithoutBody);
                true
            }
            416 if variant.target.is_none() && subscription.resource.scheme() == Scheme::Pres => {
                let text = subscription.resource.as_str();
                let sip = text.split_once(':').map(|(_, rest)| format!("sip:{rest}"));
                variant.target = sip.and_then(|text| Uri::parse(&text).ok()).map(Box::new);
                variant.target.is_some()
            }
            420 if lists && !list_only && !variant.without_eventlist => {
                variant.without_eventlist = true;
                true
            }
            421 if variant.without_eventlist || !lists => {
                let known = message.require().is_ok_and(|tags| {
                    !tags.is_empty() && tags.iter().all(|tag| tag == "eventlist")
                });
                known && lists && {
                    variant.without_eventlist = false;
                    true
                }
            }
            _ => false,
        }
    }

    /// 3xx: takes the Contacts as further targets; false when there is none left to try (EV-036).
    pub(super) fn redirect(&mut self, id: SubscriptionId, message: &Message) -> bool {
        let Some(subscription) = self.subscriptions.get_mut(id) else {
            return false;
        };
        let secure = subscription.resource.is_secure();
        // Who the members are is for the server that was chosen, not for others.
        let host = subscription
            .has_list()
            .then(|| subscription.target().host().map(|host| host.to_string()));
        let original = subscription.target().clone();
        let Some(attempt) = &mut subscription.attempt else {
            return false;
        };
        for contact in message.contacts().filter_map(Result::ok) {
            let Some(Ok(uri)) = contact.address().map(NameAddr::parse_uri) else {
                continue;
            };
            // Nothing that the URI would put into the request is honoured.
            let uri = uri.request_uri();
            let usable = matches!(uri.scheme(), Scheme::Sip | Scheme::Sips)
                && (uri.is_secure() || !secure)
                && !uri.equivalent(&original)
                && host
                    .as_ref()
                    .is_none_or(|host| *host == uri.host().map(|host| host.to_string()));
            let known = attempt
                .redirected
                .iter()
                .chain(&attempt.targets)
                .any(|other| other.equivalent(&uri));
            if usable
                && !known
                && attempt.redirected.len() + attempt.targets.len() < limits::REDIRECTIONS
            {
                attempt.targets.push_back(uri);
            }
        }
        self.next_target(id)
    }

    fn next_target(&mut self, id: SubscriptionId) -> bool {
        let attempt = self
            .subscriptions
            .get_mut(id)
            .and_then(|subscription| subscription.attempt.as_mut());
        let Some(attempt) = attempt else {
            return false;
        };
        match attempt.targets.pop_front() {
            Some(target) => {
                attempt.redirected.push(target);
                true
            }
            None => false,
        }
    }
}

/// The headers of a SUBSCRIBE, the same in a refresh as at first (EV-005).
pub(super) fn headers(
    subscription: &Subscription,
    expires: u32,
    extensions: &[&str],
    allow: &str,
) -> Vec<(HeaderName, String)> {
    let package = &subscription.package;
    let variant = subscription.variant();
    let rates = subscription.rates.as_deref();
    let lists = subscription.has_list() || (package.lists && !variant.without_eventlist);
    let mut headers = vec![
        (HeaderName::Event, package.event_value(rates)),
        (HeaderName::Expires, expires.to_string()),
    ];
    let mut types: Vec<&str> = match variant.accept {
        Accept::All => package.accept.iter().map(String::as_str).collect(),
        Accept::Mandatory => package
            .accept
            .first()
            .map(String::as_str)
            .into_iter()
            .collect(),
        Accept::Nothing => Vec::new(),
    };
    if lists && variant.accept != Accept::Nothing {
        with_lists(&mut types);
    }
    if !types.is_empty() {
        headers.push((HeaderName::Accept, types.join(", ")));
    }
    let lists = lists.then_some("eventlist");
    let supported: Vec<&str> = lists
        .into_iter()
        .chain(extensions.iter().copied())
        .collect();
    if !supported.is_empty() {
        headers.push((HeaderName::Supported, supported.join(", ")));
    }
    headers.push((HeaderName::Allow, allow.to_owned()));
    if subscription.anonymous {
        headers.push((HeaderName::Privacy, "id".to_owned()));
    }
    headers
}

/// The types that a body may have, those of lists included.
pub(super) fn types(subscription: &Subscription) -> Vec<&str> {
    let package = &subscription.package;
    let mut types: Vec<&str> = package.accept.iter().map(String::as_str).collect();
    if package.lists && !subscription.variant().without_eventlist {
        with_lists(&mut types);
    }
    types
}

/// Adds what every list needs (RFC 4662 §4.3).
fn with_lists(types: &mut Vec<&str>) {
    for list_type in ["application/rlmi+xml", "multipart/related"] {
        if !types.contains(&list_type) {
            types.push(list_type);
        }
    }
}

/// Whether one more notifier may answer this attempt (EV-077, EV-078).
pub(super) fn takes_another(subscription: &Subscription, attempt: &Attempt) -> bool {
    match subscription.package.forks {
        ForkPolicy::Single | ForkPolicy::Forbidden => !attempt.made_usage && !attempt.fetched,
        ForkPolicy::Several => subscription.usages.len() < limits::USAGES,
    }
}
