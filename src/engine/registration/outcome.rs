//! What comes of a REGISTER.

use super::binding::Binding;
use super::offer::Terms;
use super::{BindingId, DEFAULT_EXPIRES, Wish};
use crate::engine::deadline::Timer;
use crate::engine::engine::Engine;
use crate::engine::exchange::Outcome;
use crate::engine::health::Failure;
use crate::engine::limits;
use crate::engine::soft_state::retry_after;
use crate::engine::{Event, Moment, Reason, RegistrationEvent, RegistrationState};
use crate::sip::{Contact, HeaderName, Message, NameAddr, Uri};
use std::time::Duration;

/// What a 2xx says about our own binding.
struct Granted {
    seconds: u32,
    gruu: Option<Uri>,
    temporary_gruu: Option<Uri>,
}

impl Engine {
    pub(in crate::engine) fn registration_outcome(
        &mut self,
        now: Moment,
        id: BindingId,
        outcome: Outcome,
    ) {
        let Some(binding) = self.registration.get_mut(id) else {
            return;
        };
        binding.exchange = None;
        let removing = binding.removing;
        let failure = Failure::of(now, &outcome);
        let reason = failure.as_ref().map(|failure| failure.reason.clone());
        if let Some(failure) = failure {
            binding.held.note(failure);
        }
        match (outcome, reason) {
            // Where it failed, the binding runs out by itself.
            (_, reason) if removing => self.binding_removed(id, reason),
            (Outcome::Response(message), None) => self.registered(now, id, &message),
            (Outcome::Response(message), Some(reason)) => {
                self.registration_refused(now, id, &message, reason);
            }
            (Outcome::Credentials(_), reason) => {
                binding.service_route.clear();
                self.binding_failed(now, id, reason, None);
            }
            (Outcome::Paused(wait), reason) => self.binding_failed(now, id, reason, Some(wait)),
            (_, reason) => {
                let wait = self.wait_for_flow(id, None);
                self.binding_failed(now, id, reason, wait);
            }
        }
        let stale = self.registration.wish == Wish::Removed && !removing;
        let Some(binding) = self.registration.get_mut(id) else {
            return;
        };
        if std::mem::take(&mut binding.again) || stale {
            self.start_binding(id);
        }
    }

    /// Notes how a binding stands, and reports what is new about the whole.
    pub(super) fn binding_state(
        &mut self,
        id: BindingId,
        state: RegistrationState,
        reason: Option<Reason>,
    ) {
        let Some(binding) = self.registration.get_mut(id) else {
            return;
        };
        binding.state = Some(state);
        binding.reason = reason;
        self.report_registration();
    }

    fn report_registration(&mut self) {
        let Some(state) = self.registration.state() else {
            return;
        };
        let Some(id) = self.registration.speaker() else {
            return;
        };
        let Some(binding) = self.registration.get(id) else {
            return;
        };
        let registered = state == RegistrationState::Registered;
        let event = RegistrationEvent {
            state,
            expires_at: binding.held.expires_at().filter(|_| registered),
            retry_at: self.timer_at(Timer::RegisterRetry(id)),
            contact: binding.contact.as_ref().map(Uri::to_string),
            reason: binding.reason.clone(),
        };
        let flows = self.registration_flows();
        let registration = &mut self.registration;
        if registration.reported.as_ref() != Some(&event) || registration.reported_flows != flows {
            registration.reported = Some(event.clone());
            registration.reported_flows = flows;
            self.event(Event::Registration(event));
        }
    }

    fn binding_removed(&mut self, id: BindingId, reason: Option<Reason>) {
        if let Some(binding) = self.registration.get_mut(id) {
            binding.lost();
        }
        self.binding_state(id, RegistrationState::Unregistered, reason);
    }

    fn registered(&mut self, now: Moment, id: BindingId, message: &Message) {
        let was_registered = self.registration.state() == Some(RegistrationState::Registered);
        let Some(binding) = self.registration.get_mut(id) else {
            return;
        };
        let Some(granted) = own_binding(binding, id, &self.config.instance, message) else {
            let reason = Reason::Protocol("the registrar does not list our binding".to_owned());
            binding.held.note(Failure::new(now, reason.clone()));
            binding.forget_grants();
            let wait = self.wait_for_flow(id, None);
            return self.binding_failed(now, id, Some(reason), wait);
        };
        binding.left.clear();
        let service_route = message.raw_values(HeaderName::ServiceRoute);
        binding.service_route = service_route
            .filter_map(Result::ok)
            .take(limits::ROUTES)
            .map(str::to_owned)
            .collect();
        binding.gruu = granted.gruu.filter(|_| binding.offer.gruu);
        binding.temporary_gruu = granted.temporary_gruu.filter(|_| binding.offer.gruu);
        binding.terms = Terms::of(message, binding.offer);
        let outbound = binding.terms.outbound;
        let (expires_at, refresh_at) =
            binding
                .held
                .granted(now, Some(granted.seconds), &mut self.entropy);
        // A better server is looked for by the refresh.
        let away = binding.flow.and_then(|flow| self.hops.opened_for(flow));
        let look_at = away.and_then(|hop| self.detours.look_at(hop));
        let refresh_at = look_at
            .filter(|at| *at > now)
            .map_or(refresh_at, |at| at.min(refresh_at));
        self.set_timer(Timer::RegisterExpiry(id), expires_at);
        self.set_timer(Timer::RegisterRefresh(id), refresh_at);
        self.cancel_timer(Timer::RegisterRetry(id));
        self.keep_alive(now, id);
        self.binding_state(id, RegistrationState::Registered, None);
        for other in self.registration.ids() {
            let state = self.registration.get(other).and_then(|it| it.state);
            if outbound && state.is_none() {
                self.start_binding(other);
            } else if !outbound && other > id {
                self.drop_binding(other);
            }
        }
        if !was_registered {
            self.retry_unreached();
        }
    }

    fn registration_refused(
        &mut self,
        now: Moment,
        id: BindingId,
        message: &Message,
        reason: Reason,
    ) {
        let code = message.status().unwrap_or(500);
        let has_instance = !self.config.instance.is_empty();
        let bound = self.timer_at(Timer::RegisterExpiry(id)).is_some();
        let Some(binding) = self.registration.get_mut(id) else {
            return;
        };
        match code {
            423 if binding.held.lengthen(message) => binding.again = true,
            420 | 421 | 439 if binding.offer.adapt(code, message, has_instance) => {
                binding.again = true;
            }
            // Refused for good: no automatic attempt (RP-011). A challenge that cannot be answered is like that too.
            401 | 403 | 404 | 407 | 420 | 421 | 423 => {
                binding.service_route.clear();
                if !bound {
                    // Nothing is bound, so there is nothing to remove later.
                    binding.lost();
                }
                self.binding_failed(now, id, Some(reason), None);
            }
            _ => {
                if (400..500).contains(&code) {
                    // It may be that it takes one Contact only.
                    binding.left.clear();
                }
                let told = retry_after(message);
                let wait = match told {
                    // The flow stands, and the server knows best (RP-011).
                    Some(_) => Some(binding.backoff.fail_told(told, &mut self.entropy)),
                    None => self.wait_for_flow(id, None),
                };
                self.binding_failed(now, id, Some(reason), wait);
            }
        }
    }

    /// The binding, if there still is one, runs on; a retry is set if there is to be one, and the next proxy is tried
    /// meanwhile.
    fn binding_failed(
        &mut self,
        now: Moment,
        id: BindingId,
        reason: Option<Reason>,
        wait: Option<Duration>,
    ) {
        self.cancel_timer(Timer::RegisterRefresh(id));
        if let Some(wait) = wait {
            self.set_timer(Timer::RegisterRetry(id), now + wait);
            let spare = self.registration.ids().find(|other| {
                let binding = self.registration.get(*other);
                binding.is_some_and(|binding| binding.state.is_none())
            });
            if let Some(spare) = spare.filter(|_| self.registration.is_alone(id)) {
                self.start_binding(spare);
            }
        }
        self.binding_state(id, RegistrationState::Failed, reason);
    }

    /// How long to wait until a flow is formed anew (RFC 5626 §4.5).
    fn wait_for_flow(&mut self, id: BindingId, told: Option<Duration>) -> Option<Duration> {
        let alone = self.registration.is_alone(id);
        let binding = self.registration.get_mut(id)?;
        Some(binding.backoff.fail_flow(alone, told, &mut self.entropy))
    }
}

/// What was granted to our own binding in a 200 (RP-003): its `expires`, the Expires header, or an hour.
fn own_binding(
    binding: &Binding,
    id: BindingId,
    instance: &str,
    message: &Message,
) -> Option<Granted> {
    let ours = binding.contact.as_ref()?;
    let bracketed = format!("<{instance}>");
    let reg_id = id.reg_id().to_string();
    let same_uri = |address: &NameAddr| address.parse_uri().is_ok_and(|uri| uri.equivalent(ours));
    let same_instance = |address: &NameAddr| {
        !instance.is_empty()
            && address.params.value("+sip.instance").as_deref() == Some(&*bracketed)
    };
    // Another flow of ours is no other name for this one.
    let same_flow = |address: &NameAddr| {
        let named = address.params.value("reg-id");
        named.is_none_or(|named| named == reg_id)
    };
    let addresses = || {
        let contacts = message.contacts().filter_map(Result::ok);
        contacts.filter_map(|contact| match contact {
            Contact::Address(address) => Some(address),
            Contact::Star => None,
        })
    };
    // The binding of a connection that is gone has our instance too. Only where nobody has our URI (a server that
    // writes it anew) does the instance tell which is ours.
    let address = addresses()
        .find(|address| same_uri(address) && same_flow(address))
        .or_else(|| addresses().find(|address| same_instance(address) && same_flow(address)))?;
    let gruu = |name: &str| {
        let text = address.params.value(name)?;
        Uri::parse(&text).ok()
    };
    let granted = if address.params.has("expires") {
        address.expires()
    } else {
        message.expires().ok().flatten()
    };
    let granted = granted.unwrap_or(DEFAULT_EXPIRES);
    (granted > 0).then_some(Granted {
        seconds: granted,
        gruu: gruu("pub-gruu"),
        temporary_gruu: gruu("temp-gruu"),
    })
}
