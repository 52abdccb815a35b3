//! REGISTER: where NOTIFYs reach us (RFC 3261 §10, RFC 5626, RFC 5627).

use std::sync::Arc;
use std::time::Duration;

use super::deadline::Timer;
use super::dialog::Routing;
use super::engine::Engine;
use super::entropy::Entropy;
use super::exchange::{Outcome, Owner};
use super::request::{ALLOW, Draft, contact_uri};
use super::soft_state::SoftState;
use super::{Event, Flow, FlowId, Moment, Reason, RegistrationEvent, RegistrationState};
use crate::sip::{Contact, HeaderName, Message, Method, NameAddr, Uri};

/// The account's one binding.
#[derive(Debug)]
pub(crate) struct Registration {
    wish: Wish,
    state: Option<RegistrationState>,
    /// One Call-ID for the life of the engine (RP-001).
    call_id: Arc<str>,
    tag: Arc<str>,
    cseq: u32,
    binding: SoftState,
    flow: Option<Flow>,
    contact: Option<Uri>,
    exchange: Option<u32>,
    /// What the request under way is for.
    removing: bool,
    /// Something changed while a request was under way (RP-002).
    again: bool,
    /// The first hop cannot do outbound: registered without it (439, RP-008).
    plain: bool,
    service_route: Vec<String>,
    gruu: Option<Uri>,
    reported: Option<RegistrationEvent>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wish {
    /// Nobody asked for a registration.
    Nothing,
    /// To be kept.
    Bound,
    /// To be removed, or removed.
    Removed,
}

impl Registration {
    pub(crate) fn new(entropy: &mut Entropy) -> Self {
        Self {
            wish: Wish::Nothing,
            state: None,
            call_id: entropy.call_id().into(),
            tag: entropy.tag().into(),
            cseq: entropy.cseq(),
            binding: SoftState::new(DEFAULT_EXPIRES),
            flow: None,
            contact: None,
            exchange: None,
            removing: false,
            again: false,
            plain: false,
            service_route: Vec::new(),
            gruu: None,
            reported: None,
        }
    }

    /// Whether subscriptions and publications may be sent: nobody wants a registration, or it has come to a result.
    pub(crate) fn gate_is_open(&self) -> bool {
        self.wish != Wish::Bound
            || matches!(
                self.state,
                Some(RegistrationState::Registered | RegistrationState::Failed)
            )
    }

    /// The Route values that the registrar gave for requests outside a dialog (RFC 3608).
    pub(crate) fn service_route(&self) -> &[String] {
        &self.service_route
    }

    /// Our public GRUU, while registered (RFC 5627 §4.4).
    pub(crate) fn gruu(&self) -> Option<&Uri> {
        self.gruu
            .as_ref()
            .filter(|_| self.state == Some(RegistrationState::Registered))
    }

    /// The flow on which we are registered.
    pub(crate) fn flow(&self) -> Option<Flow> {
        self.flow
            .filter(|_| self.state == Some(RegistrationState::Registered))
    }

    /// Whether somebody wants to be registered.
    pub(crate) fn is_wanted(&self) -> bool {
        self.wish == Wish::Bound
    }

    /// Whether the binding, or the last REGISTER, is on this flow.
    pub(crate) fn uses(&self, flow: FlowId) -> bool {
        self.flow.is_some_and(|bound| bound.id == flow)
    }

    /// How it stands, as last reported.
    pub(crate) fn last_event(&self) -> Option<&RegistrationEvent> {
        self.reported.as_ref()
    }

    /// Whether there is a binding, or a request, left.
    pub(crate) fn is_over(&self) -> bool {
        self.exchange.is_none()
            && (self.binding.expires_at().is_none() || self.wish == Wish::Nothing)
    }
}

impl Engine {
    /// Registers, and keeps the registration. `expires` is what to ask for in seconds (default 3600).
    pub fn register(&mut self, now: Moment, expires: Option<u32>) {
        let registration = &mut self.registration;
        registration.wish = Wish::Bound;
        registration
            .binding
            .ask_for(expires.unwrap_or(DEFAULT_EXPIRES));
        self.start_registration();
        self.pump(now);
    }

    /// Removes our own binding, and no other device's (RP-005).
    pub fn unregister(&mut self, now: Moment) {
        self.remove_binding();
        self.pump(now);
    }

    /// How the registration stands; `None` if nobody asked for one.
    pub fn registration(&self) -> Option<&RegistrationEvent> {
        self.registration.last_event()
    }

    pub(super) fn remove_binding(&mut self) {
        if self.registration.wish == Wish::Nothing {
            return;
        }
        self.registration.wish = Wish::Removed;
        for timer in [
            Timer::RegisterRefresh,
            Timer::RegisterRetry,
            Timer::RegisterExpiry,
        ] {
            self.deadlines.cancel(timer);
        }
        if self.registration.exchange.is_some() && !self.is_sent(self.registration.exchange) {
            let exchange = self.registration.exchange.take();
            self.abandon(exchange);
        }
        if self.registration.binding.expires_at().is_none() && self.registration.exchange.is_none()
        {
            self.registration_state(RegistrationState::Unregistered, None);
            return;
        }
        self.start_registration();
    }

    /// Sends a REGISTER, or remembers to when the one under way is over.
    pub(super) fn start_registration(&mut self) {
        if self.registration.wish == Wish::Nothing {
            return;
        }
        self.deadlines.cancel(Timer::RegisterRetry);
        self.deadlines.cancel(Timer::RegisterRefresh);
        if self.registration.exchange.is_some() {
            self.registration.again = true;
            return;
        }
        self.registration.removing = self.registration.wish == Wish::Removed;
        self.registration.exchange = self.request(Owner::Registration, true);
        if self.registration.state != Some(RegistrationState::Registered)
            && !self.registration.removing
        {
            self.registration_state(RegistrationState::Registering, None);
        }
    }

    pub(super) fn registration_routing(&self) -> Routing {
        let registrar = Uri::parse(&self.config.registrar());
        let registrar = registrar.unwrap_or_else(|_| self.config.address.clone());
        let route = self.config.preloaded_route();
        Routing::new(&registrar, route.as_deref())
    }

    pub(super) fn compose_register(&self, flow: &Flow) -> Draft {
        let config = &self.config;
        let registration = &self.registration;
        let uri = contact_uri(config, flow, config.address.is_secure());
        let expires = if registration.removing {
            0
        } else {
            registration.binding.asked()
        };
        let mut contact = format!("<{uri}>;expires={expires}");
        let outbound = config.outbound && !registration.plain && !config.instance.is_empty();
        if !config.instance.is_empty() {
            contact.push_str(";+sip.instance=\"<");
            contact.push_str(&config.instance);
            contact.push_str(">\"");
        }
        if outbound {
            contact.push_str(";reg-id=1");
        }
        let mut supported = String::from("path");
        for (option, asked) in [("outbound", outbound), ("gruu", config.gruu)] {
            if asked {
                supported.push_str(", ");
                supported.push_str(option);
            }
        }
        Draft {
            method: Method::Register,
            routing: self.registration_routing(),
            from_tag: registration.tag.clone(),
            to: config.address.without_params(),
            to_tag: None,
            call_id: registration.call_id.clone(),
            cseq: registration.cseq + 1,
            contact: Some(contact),
            headers: vec![
                (HeaderName::Expires, expires.to_string()),
                (HeaderName::Supported, supported),
                (HeaderName::Allow, ALLOW.to_owned()),
            ],
            body: None,
        }
    }

    pub(super) fn register_sent(&mut self, now: Moment, draft: &Draft, flow: Flow) {
        let uri = contact_uri(&self.config, &flow, self.config.address.is_secure());
        let registration = &mut self.registration;
        registration.cseq = draft.cseq;
        registration.flow = Some(flow);
        registration.contact = Uri::parse(&uri).ok();
        registration.binding.sent(now);
    }

    pub(super) fn registration_outcome(&mut self, now: Moment, outcome: Outcome) {
        self.registration.exchange = None;
        let removing = self.registration.removing;
        match outcome {
            Outcome::Response(message) if message.status().is_some_and(|code| code < 300) => {
                if removing {
                    self.registration.binding.lost();
                    self.registration_state(RegistrationState::Unregistered, None);
                } else {
                    self.registered(now, &message);
                }
            }
            outcome if removing => {
                // The binding runs out by itself.
                self.registration.binding.lost();
                let reason = reason_of(&outcome);
                self.registration_state(RegistrationState::Unregistered, Some(reason));
            }
            Outcome::Response(message) => self.registration_refused(now, &message),
            outcome => {
                let wait = match &outcome {
                    Outcome::Credentials(_) => None,
                    Outcome::Paused(wait) => Some(*wait),
                    _ => Some(self.registration.binding.failed(&mut self.entropy)),
                };
                self.registration_failed(now, reason_of(&outcome), wait);
            }
        }
        if std::mem::take(&mut self.registration.again)
            || (self.registration.wish == Wish::Removed && !removing)
        {
            self.start_registration();
        }
    }

    pub(super) fn registration_expired(&mut self) {
        self.registration.binding.lost();
        // A retry that is planned is not hastened: the registrar may have asked for the pause.
        let planned = self.deadlines.at(Timer::RegisterRetry).is_some();
        if self.registration.wish != Wish::Bound || planned {
            return;
        }
        self.registration_state(RegistrationState::Registering, None);
        if self.registration.exchange.is_none() {
            self.start_registration();
        }
    }

    pub(super) fn retry_registration(&mut self) {
        let waits = matches!(
            self.registration.state,
            Some(RegistrationState::Failed | RegistrationState::Registering)
        );
        if self.registration.wish == Wish::Bound && waits && self.registration.exchange.is_none() {
            self.registration.binding.forgive();
            self.start_registration();
        }
    }

    /// The flow of the binding is gone, or suspect: NOTIFYs would not reach us.
    pub(super) fn recover_registration(
        &mut self,
        now: Moment,
        flow: Option<FlowId>,
        hold: Duration,
    ) {
        let bound = self.registration.flow.map(|flow| flow.id);
        let affected = flow.is_none() || (flow == bound && bound.is_some());
        if self.registration.wish != Wish::Bound || !affected {
            return;
        }
        if self.registration.exchange.is_some() {
            return;
        }
        if self.registration.state == Some(RegistrationState::Failed) && flow.is_some() {
            return;
        }
        self.deadlines.cancel(Timer::RegisterRefresh);
        self.registration_state(RegistrationState::Registering, None);
        let wait = hold + self.entropy.between(Duration::ZERO, RECOVERY_SPREAD);
        self.deadlines.set(Timer::RegisterRetry, now + wait);
    }

    pub(super) fn stop_registering(&mut self) {
        let exchange = self.registration.exchange.take();
        self.abandon(exchange);
        self.registration.binding.lost();
        if self.registration.wish != Wish::Nothing {
            self.registration_state(RegistrationState::Unregistered, None);
        }
    }

    fn registered(&mut self, now: Moment, message: &Message) {
        let Some(granted) = self.own_binding(message) else {
            let reason = Reason::Protocol("the registrar does not list our binding".to_owned());
            let wait = self.registration.binding.failed(&mut self.entropy);
            self.registration_failed(now, reason, Some(wait));
            return;
        };
        let registration = &mut self.registration;
        let service_route = message.raw_values(HeaderName::ServiceRoute);
        registration.service_route = service_route
            .filter_map(Result::ok)
            .take(super::limits::ROUTES)
            .map(str::to_owned)
            .collect();
        let was_registered = registration.state == Some(RegistrationState::Registered);
        let (expires_at, refresh_at) =
            registration
                .binding
                .granted(now, Some(granted), &mut self.entropy);
        self.deadlines.set(Timer::RegisterExpiry, expires_at);
        self.deadlines.set(Timer::RegisterRefresh, refresh_at);
        self.registration_state(RegistrationState::Registered, None);
        if !was_registered {
            self.retry_unreached();
        }
    }

    /// What was granted to our own binding in a 200 (RP-003): its `expires`, the Expires header, or an hour.
    fn own_binding(&mut self, message: &Message) -> Option<u32> {
        let ours = self.registration.contact.as_ref()?;
        let instance = format!("<{}>", self.config.instance);
        let same_uri =
            |address: &NameAddr| address.parse_uri().is_ok_and(|uri| uri.equivalent(ours));
        let same_instance = |address: &NameAddr| {
            !self.config.instance.is_empty()
                && address.params.value("+sip.instance").as_deref() == Some(&*instance)
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
            .find(same_uri)
            .or_else(|| addresses().find(same_instance))?;
        let gruu = address
            .params
            .value("pub-gruu")
            .filter(|_| self.config.gruu);
        self.registration.gruu = gruu.and_then(|text| Uri::parse(&text).ok());
        let granted = if address.params.has("expires") {
            address.expires()
        } else {
            message.expires().ok().flatten()
        };
        let granted = granted.unwrap_or(DEFAULT_EXPIRES);
        (granted > 0).then_some(granted)
    }

    fn registration_refused(&mut self, now: Moment, message: &Message) {
        let (code, phrase) = message.status_line().map_or((500, String::new()), |line| {
            (line.code, line.reason.to_owned())
        });
        let reason = Reason::Response(code, phrase);
        let registration = &mut self.registration;
        match code {
            423 if registration.binding.lengthen(message) => registration.again = true,
            439 if !registration.plain => {
                registration.plain = true;
                registration.again = true;
            }
            // Refused for good: no automatic attempt (RP-011). A challenge that cannot be answered is like that too.
            401 | 403 | 404 | 407 | 423 => {
                if self.deadlines.at(Timer::RegisterExpiry).is_none() {
                    // Nothing is bound, so there is nothing to remove later.
                    registration.binding.lost();
                }
                self.registration_failed(now, reason, None);
            }
            _ => {
                let wait = registration.binding.refused(message, &mut self.entropy);
                self.registration_failed(now, reason, Some(wait));
            }
        }
    }

    /// The binding, if there still is one, runs on; a retry is set if there is to be one.
    fn registration_failed(&mut self, now: Moment, reason: Reason, wait: Option<Duration>) {
        self.deadlines.cancel(Timer::RegisterRefresh);
        if let Some(wait) = wait {
            self.deadlines.set(Timer::RegisterRetry, now + wait);
        }
        self.registration_state(RegistrationState::Failed, Some(reason));
    }

    /// Reports the state if anything in it is new.
    fn registration_state(&mut self, state: RegistrationState, reason: Option<Reason>) {
        let registration = &mut self.registration;
        registration.state = Some(state);
        let registered = state == RegistrationState::Registered;
        let event = RegistrationEvent {
            state,
            expires_at: registration.binding.expires_at().filter(|_| registered),
            retry_at: self.deadlines.at(Timer::RegisterRetry),
            contact: registration.contact.as_ref().map(Uri::to_string),
            reason,
        };
        if registration.reported.as_ref() != Some(&event) {
            registration.reported = Some(event.clone());
            self.event(Event::Registration(event));
        }
    }
}

/// The outcome in the words of an event.
pub(crate) fn reason_of(outcome: &Outcome) -> Reason {
    match outcome {
        Outcome::Response(message) => message.status_line().map_or(Reason::TimedOut, |line| {
            Reason::Response(line.code, line.reason.to_owned())
        }),
        Outcome::TimedOut => Reason::TimedOut,
        Outcome::Flow(error) => Reason::Flow(error.clone()),
        Outcome::Paused(_) => Reason::Response(503, "the server asked for a pause".to_owned()),
        Outcome::Credentials(code) => Reason::Credentials(*code),
        Outcome::Unwritable(fault) => Reason::Protocol(fault.clone()),
        Outcome::Untrusted(fault) => Reason::Protocol((*fault).to_owned()),
    }
}

const DEFAULT_EXPIRES: u32 = 3600;
/// After the loss of a flow the REGISTER follows within this time.
const RECOVERY_SPREAD: Duration = Duration::from_millis(500);
