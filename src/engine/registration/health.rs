//! How each flow of a registration fares, for people.

use std::net::SocketAddr;

use super::BindingId;
use crate::engine::deadline::Timer;
use crate::engine::engine::Engine;
use crate::engine::health::{Failure, SoftStateHealth};
use crate::engine::{Moment, Reason, RegistrationState};
use crate::sip::Transport;

/// One flow on which the account is, or is to be, registered (RFC 5626 §4.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegistrationFlow {
    /// Its number in Contact: 1 for the first outbound proxy.
    pub reg_id: u8,
    /// The outbound proxy, if there is one.
    pub proxy: Option<String>,
    /// How it stands.
    pub state: RegistrationState,
    /// Why it failed.
    pub reason: Option<Reason>,
    /// Our Contact URI.
    pub contact: Option<String>,
    /// When the binding runs out, if registered.
    pub expires_at: Option<Moment>,
    /// The next attempt, if one is planned.
    pub retry_at: Option<Moment>,
    /// Failures in a row (RFC 5626 §4.5).
    pub failures: u32,
    /// Outbound is in force: the registrar reaches us on this flow and no other way.
    pub outbound: bool,
    /// The server at its other end.
    pub server: Option<(SocketAddr, Transport)>,
    /// How the flow is kept alive.
    pub keep_alive: KeepAliveKind,
    /// When the server last answered a keep-alive.
    pub answered_at: Option<Moment>,
    /// Our address as the server sees it, where it has told.
    pub mapped: Option<SocketAddr>,
}

/// How a flow is kept alive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KeepAliveKind {
    /// Nothing was agreed. Connections are pinged all the same; nobody has to answer.
    NotAgreed,
    /// Empty lines on a connection, each of which the server answers (RFC 5626 §4.4.1).
    Lines,
    /// STUN Binding requests over UDP (RFC 5626 §4.4.2).
    Stun,
    /// The server promised to answer and never did, on one flow after the other: it is no longer asked.
    Unanswered,
}

impl Engine {
    /// How each flow of the registration fares, in the order of preference; those that were never needed are left out.
    pub fn registration_flows(&self) -> Vec<RegistrationFlow> {
        let ids = self.registration.ids();
        ids.filter_map(|id| self.registration_flow(id)).collect()
    }

    /// How the registration fares over all its flows: times as the flow has them that speaks for the whole, the first
    /// step that any of them takes, the requests of all, and the last failure of any. `None` if nobody asked for one.
    pub fn registration_health(&self) -> Option<SoftStateHealth> {
        let on = |id: BindingId| {
            let next = self.next_for(Timer::RegisterRetry(id), Timer::RegisterRefresh(id));
            let binding = self.registration.get(id)?;
            Some(SoftStateHealth::new(&binding.held, next))
        };
        let speaker = self.registration.speaker()?;
        let others = self.registration.ids().filter(|id| *id != speaker);
        let mut whole = on(speaker)?;
        for other in others.filter_map(on) {
            let steps = [whole.next, other.next].into_iter().flatten();
            whole.next = steps.min_by_key(|(_, at)| *at);
            whole.counters += other.counters;
            let at = |failure: &Failure| failure.at;
            if whole.last_failure.as_ref().map(at) < other.last_failure.as_ref().map(at) {
                whole.last_failure = other.last_failure;
            }
        }
        Some(whole)
    }

    fn registration_flow(&self, id: BindingId) -> Option<RegistrationFlow> {
        let binding = self.registration.get(id)?;
        let state = binding.state?;
        let registered = binding.is_registered();
        let proxy = self.config.proxies().get(usize::from(id.0));
        Some(RegistrationFlow {
            reg_id: id.reg_id(),
            proxy: proxy.map(ToString::to_string),
            state,
            reason: binding.reason.clone(),
            contact: binding.contact.as_ref().map(ToString::to_string),
            expires_at: binding.held.expires_at().filter(|_| registered),
            retry_at: self.timer_at(Timer::RegisterRetry(id)),
            failures: binding.backoff.failures(),
            outbound: registered && binding.terms.outbound,
            server: binding.flow.map(|flow| (flow.remote, flow.transport)),
            keep_alive: binding.keep_alive.kind(),
            answered_at: binding.keep_alive.answered_at(),
            mapped: binding.keep_alive.mapped(),
        })
    }
}
