//! REGISTER: where NOTIFYs reach us (RFC 3261 §10, RFC 5626, RFC 5627).
//!
//! The account has one registration, made of one binding for each outbound proxy. A registrar that knows outbound
//! (RFC 5626) keeps them beside each other, so that there still is one when a flow or a proxy fails. To any other two
//! bindings would be two devices: there the next proxy is tried only when the one before cannot be had.

mod binding;
mod health;
mod keep_alive;
mod offer;
mod outcome;
mod request;

use std::time::Duration;

use super::config::EngineConfig;
use super::deadline::Timer;
use super::engine::Engine;
use super::entropy::Entropy;
use super::exchange::Owner;
use super::health::Failure;
use super::{Flow, FlowId, Moment, Reason, RegistrationEvent, RegistrationState};
use crate::sip::Uri;
use binding::Binding;
pub(crate) use offer::extensions;

pub use health::{KeepAliveKind, RegistrationFlow};

/// Names one of the account's bindings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct BindingId(u8);

impl BindingId {
    /// The number in Contact: 1 for the first proxy, and so on, after every start (RFC 5626 §4.2.1).
    pub(crate) fn reg_id(self) -> u8 {
        self.0 + 1
    }
}

/// The account's registration: its bindings, the preferred first.
#[derive(Debug)]
pub(crate) struct Registration {
    wish: Wish,
    bindings: Vec<Binding>,
    /// The proxy that is used without a registration.
    unregistered: usize,
    reported: Option<RegistrationEvent>,
    reported_flows: Vec<RegistrationFlow>,
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
    pub(crate) fn new(config: &EngineConfig, entropy: &mut Entropy) -> Self {
        let count = config.proxies().len().max(1);
        Self {
            wish: Wish::Nothing,
            unregistered: 0,
            bindings: (0..count).map(|_| Binding::new(config, entropy)).collect(),
            reported: None,
            reported_flows: Vec::new(),
        }
    }

    /// Whether subscriptions and publications may be sent: nobody wants a registration, or it has come to a result.
    pub(crate) fn gate_is_open(&self) -> bool {
        self.wish != Wish::Bound
            || matches!(
                self.state(),
                Some(RegistrationState::Registered | RegistrationState::Failed)
            )
    }

    /// The proxy over which requests outside a dialog go: that of the first binding that stands; without one the first
    /// that has not failed. Who does not register stays with one as long as it can be had.
    pub(crate) fn proxy(&self) -> usize {
        if self.wish == Wish::Nothing {
            return self.unregistered;
        }
        let find = |wanted: fn(&Binding) -> bool| self.bindings.iter().position(wanted);
        find(Binding::is_registered)
            .or_else(|| find(|binding| binding.state != Some(RegistrationState::Failed)))
            .unwrap_or(0)
    }

    /// A request over this proxy got no answer: without a registration the next one goes over another.
    pub(crate) fn proxy_failed(&mut self, proxy: usize) {
        if proxy == self.unregistered {
            self.unregistered = (proxy + 1) % self.bindings.len();
        }
    }

    /// The Route values that the registrar gave for requests outside a dialog, as long as it keeps the binding. A refresh
    /// that is under way or has failed for now takes nothing away; one that is refused, and the end, do (RFC 3608 §6.1).
    pub(crate) fn service_route(&self) -> &[String] {
        let mut bindings = self.bindings.iter();
        let routed = || bindings.find(|binding| !binding.service_route.is_empty());
        self.first()
            .or_else(routed)
            .map_or(&[], |binding| &binding.service_route)
    }

    /// Our public GRUU, while registered (RFC 5627 §4.4).
    pub(crate) fn gruu(&self) -> Option<&Uri> {
        // A refresh that is under way or has failed takes nothing away (RFC 5627 §4.2): the binding has it until it ends.
        self.bindings
            .iter()
            .find_map(|binding| binding.gruu.as_ref())
    }

    /// The last of our temporary GRUUs, for who is not to be known. All of them hold as long as the binding does, since each
    /// REGISTER for it has the same Call-ID (RFC 5627 §3.1.2).
    pub(crate) fn temporary_gruu(&self) -> Option<&Uri> {
        self.bindings
            .iter()
            .find_map(|binding| binding.temporary_gruu.as_ref())
    }

    /// Whether we are registered on this flow.
    pub(crate) fn is_on(&self, flow: &Flow) -> bool {
        self.bindings.iter().any(|binding| {
            binding.is_registered()
                && binding
                    .flow
                    .is_some_and(|bound| bound.id == flow.id && bound.remote == flow.remote)
        })
    }

    /// Whether outbound is in force on this flow; `None` where no answer has said yet.
    pub(crate) fn has_outbound(&self, flow: FlowId) -> Option<bool> {
        let on_it = |binding: &&Binding| binding.uses(flow) && binding.is_registered();
        let binding = self.bindings.iter().find(on_it)?;
        Some(binding.terms.outbound)
    }

    /// Whether somebody wants to be registered.
    pub(crate) fn is_wanted(&self) -> bool {
        self.wish == Wish::Bound
    }

    /// Whether a request of this owner may look for a better server. A REGISTER leads the way and the others follow; who
    /// is not registered goes with any. On the way out there is nothing to be gained.
    pub(crate) fn leads(&self, owner: Owner) -> bool {
        match self.wish {
            Wish::Nothing => true,
            Wish::Bound => {
                matches!(owner, Owner::Registration(_))
                    || self.state() == Some(RegistrationState::Failed)
            }
            Wish::Removed => false,
        }
    }

    /// Whether a binding, or its last REGISTER, is on this flow.
    pub(crate) fn uses(&self, flow: FlowId) -> bool {
        self.bindings.iter().any(|binding| binding.uses(flow))
    }

    /// How it stands, as last reported.
    pub(crate) fn last_event(&self) -> Option<&RegistrationEvent> {
        self.reported.as_ref()
    }

    /// Whether there is a binding, or a request, left.
    pub(crate) fn is_over(&self) -> bool {
        self.wish == Wish::Nothing || self.bindings.iter().all(Binding::is_over)
    }

    /// How it stands over all bindings: one that stands is enough.
    fn state(&self) -> Option<RegistrationState> {
        let has = |state| {
            self.bindings
                .iter()
                .any(|binding| binding.state == Some(state))
        };
        [
            RegistrationState::Registered,
            RegistrationState::Registering,
            RegistrationState::Failed,
            RegistrationState::Unregistered,
        ]
        .into_iter()
        .find(|state| has(*state))
    }

    /// The binding that speaks for the whole: the first of those that stand as it does.
    fn speaker(&self) -> Option<BindingId> {
        let state = self.state()?;
        let stands = |id: &BindingId| {
            let binding = self.get(*id);
            binding.is_some_and(|binding| binding.state == Some(state))
        };
        self.ids().find(stands)
    }

    fn first(&self) -> Option<&Binding> {
        self.bindings.iter().find(|binding| binding.is_registered())
    }

    /// Whether no other binding stands: the wait for this one is the shorter (RFC 5626 §4.5).
    fn is_alone(&self, id: BindingId) -> bool {
        let others = self.bindings.iter().enumerate();
        !others
            .filter(|(at, _)| *at != usize::from(id.0))
            .any(|(_, binding)| binding.is_registered())
    }

    fn ids(&self) -> impl Iterator<Item = BindingId> + use<> {
        let count = u8::try_from(self.bindings.len()).unwrap_or(u8::MAX);
        (0..count).map(BindingId)
    }

    fn get(&self, id: BindingId) -> Option<&Binding> {
        self.bindings.get(usize::from(id.0))
    }

    fn get_mut(&mut self, id: BindingId) -> Option<&mut Binding> {
        self.bindings.get_mut(usize::from(id.0))
    }
}

impl Engine {
    /// Registers, and keeps the registration. `expires` is what to ask for in seconds (default 3600). Once an orderly stop
    /// has begun nothing is sent.
    pub fn register(&mut self, now: Moment, expires: Option<u32>) {
        if self.stop.has_begun() {
            return;
        }
        self.registration.wish = Wish::Bound;
        let mut begun = false;
        for id in self.registration.ids() {
            if let Some(binding) = self.registration.get_mut(id) {
                binding.ask_for(expires.unwrap_or(DEFAULT_EXPIRES));
                // What stands or is under way is asked for anew; otherwise the first proxy is tried first.
                let is_there = binding
                    .state
                    .is_some_and(|state| state != RegistrationState::Unregistered);
                if is_there || !begun {
                    begun = true;
                    self.start_binding(id);
                }
            }
        }
        self.pump(now);
    }

    /// Removes our own bindings, and no other device's (RP-005).
    pub fn unregister(&mut self, now: Moment) {
        self.remove_bindings();
        self.pump(now);
    }

    /// How the registration stands; `None` if nobody asked for one.
    pub fn registration(&self) -> Option<&RegistrationEvent> {
        self.registration.last_event()
    }

    pub(super) fn remove_bindings(&mut self) {
        if self.registration.wish == Wish::Nothing {
            return;
        }
        self.registration.wish = Wish::Removed;
        for id in self.registration.ids() {
            self.remove_binding(id);
        }
    }

    /// Sends a REGISTER, or remembers to when the one under way is over.
    pub(super) fn start_binding(&mut self, id: BindingId) {
        if self.registration.wish == Wish::Nothing {
            return;
        }
        self.cancel_timer(Timer::RegisterRetry(id));
        self.cancel_timer(Timer::RegisterRefresh(id));
        let removing = self.registration.wish == Wish::Removed;
        let Some(binding) = self.registration.get_mut(id) else {
            return;
        };
        if binding.exchange.is_some() {
            binding.again = true;
            return;
        }
        binding.removing = removing;
        let is_new = !binding.is_registered() && !removing;
        let exchange = self.request(Owner::Registration(id), true);
        if let Some(binding) = self.registration.get_mut(id) {
            binding.exchange = exchange;
        }
        if is_new {
            self.binding_state(id, RegistrationState::Registering, None);
        }
    }

    pub(super) fn binding_expired(&mut self, id: BindingId) {
        self.stop_keep_alive(id);
        let Some(binding) = self.registration.get_mut(id) else {
            return;
        };
        binding.lost();
        let idle = binding.exchange.is_none();
        // A retry that is planned is not hastened, as the registrar may have asked for the pause; where none is, the
        // refresh was refused for good (RP-011).
        let failed = binding.state == Some(RegistrationState::Failed);
        let planned = self.timer_at(Timer::RegisterRetry(id)).is_some();
        if self.registration.wish != Wish::Bound || planned || failed {
            return;
        }
        self.binding_state(id, RegistrationState::Registering, None);
        if idle {
            self.start_binding(id);
        }
    }

    pub(super) fn retry_registration(&mut self) {
        for id in self.registration.ids() {
            let Some(binding) = self.registration.get_mut(id) else {
                continue;
            };
            let waits = matches!(
                binding.state,
                Some(RegistrationState::Failed | RegistrationState::Registering)
            );
            let idle = waits && binding.exchange.is_none();
            if self.registration.wish == Wish::Bound && idle {
                if let Some(binding) = self.registration.get_mut(id) {
                    binding.forgive();
                }
                self.start_binding(id);
            }
        }
    }

    /// The flow of a binding is gone, or all are suspect (`None`): NOTIFYs would not reach us on it. It is replaced under
    /// the same reg-id (RFC 5626 §4.5).
    pub(super) fn recover_registration(
        &mut self,
        now: Moment,
        flow: Option<FlowId>,
        hold: Duration,
    ) {
        for id in self.registration.ids() {
            let Some(binding) = self.registration.get_mut(id) else {
                continue;
            };
            if flow.is_some_and(|flow| !binding.uses(flow)) {
                continue;
            }
            let proven = flow.is_none() || binding.keep_alive.was_answered();
            if flow.is_none() {
                binding.keep_alive.forget();
            } else if let Some(flow) = binding.flow {
                binding.keep_alive.lost(flow.remote);
            }
            self.stop_keep_alive(id);
            self.recover_binding(now, id, flow.is_some(), hold, proven);
        }
    }

    pub(super) fn stop_registering(&mut self) {
        for id in self.registration.ids() {
            self.stop_keep_alive(id);
            let binding = self.registration.get_mut(id);
            let exchange = binding.and_then(|binding| {
                binding.lost();
                binding.exchange.take()
            });
            self.abandon(exchange);
            let asked = self
                .registration
                .get(id)
                .is_some_and(|binding| binding.state.is_some());
            if asked {
                self.binding_state(id, RegistrationState::Unregistered, None);
            }
        }
    }

    fn recover_binding(
        &mut self,
        now: Moment,
        id: BindingId,
        lost: bool,
        hold: Duration,
        proven: bool,
    ) {
        let alone = self.registration.is_alone(id);
        let wanted = self.registration.wish == Wish::Bound;
        let Some(binding) = self.registration.get_mut(id) else {
            return;
        };
        let idle = binding.exchange.is_none() && binding.state.is_some();
        if !wanted || !idle || (binding.state == Some(RegistrationState::Failed) && lost) {
            return;
        }
        let (wait, state, reason) = if proven {
            let wait = hold + self.entropy.between(Duration::ZERO, RECOVERY_SPREAD);
            (wait, RegistrationState::Registering, None)
        } else {
            let reason = Reason::Protocol("the server answers no keep-alive".to_owned());
            binding.held.note(Failure::new(now, reason.clone()));
            // It never was a good one: like a flow that could not be formed.
            let wait = binding.backoff.fail_flow(alone, None, &mut self.entropy);
            (wait, RegistrationState::Failed, Some(reason))
        };
        self.cancel_timer(Timer::RegisterRefresh(id));
        self.set_timer(Timer::RegisterRetry(id), now + wait);
        self.binding_state(id, state, reason);
    }

    fn remove_binding(&mut self, id: BindingId) {
        for timer in [
            Timer::RegisterRefresh(id),
            Timer::RegisterRetry(id),
            Timer::RegisterExpiry(id),
        ] {
            self.cancel_timer(timer);
        }
        self.stop_keep_alive(id);
        let exchange = self
            .registration
            .get(id)
            .and_then(|binding| binding.exchange);
        if exchange.is_some() && !self.is_sent(exchange) {
            self.abandon(exchange);
            if let Some(binding) = self.registration.get_mut(id) {
                binding.exchange = None;
            }
        }
        let Some(binding) = self.registration.get(id) else {
            return;
        };
        if binding.is_over() {
            let first = id == BindingId(0);
            if binding.state.is_some() || first {
                self.binding_state(id, RegistrationState::Unregistered, None);
            }
            return;
        }
        self.start_binding(id);
    }

    /// Forgets a binding that is not needed beside the ones before it; it runs out at the registrar by itself. To remove
    /// it there could remove another with the same address.
    fn drop_binding(&mut self, id: BindingId) {
        for timer in [
            Timer::RegisterRefresh(id),
            Timer::RegisterRetry(id),
            Timer::RegisterExpiry(id),
        ] {
            self.cancel_timer(timer);
        }
        self.stop_keep_alive(id);
        let binding = self.registration.get_mut(id);
        let exchange = binding.and_then(|binding| {
            binding.lost();
            binding.state = None;
            binding.exchange.take()
        });
        self.abandon(exchange);
    }
}

const DEFAULT_EXPIRES: u32 = 3600;
/// After the loss of a flow the REGISTER follows within this time.
const RECOVERY_SPREAD: Duration = Duration::from_millis(500);
