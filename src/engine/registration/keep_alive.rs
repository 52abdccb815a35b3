//! Keeping the flows of a registration alive, and finding out when one is not (RFC 5626 §4.4, §8).
//!
//! On a connection the room below writes the empty lines and hears their answers; it is told how often, and that each
//! has to be answered. On UDP it is STUN, and all of it is here. Nothing of either is done unless the server has said
//! that it takes part: to others STUN is noise for which they may lock us out.

use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;

use super::offer::Terms;
use super::{BindingId, KeepAliveKind};
use crate::engine::deadline::Timer;
use crate::engine::engine::Engine;
use crate::engine::stun::{self, Answer, TransactionId};
use crate::engine::{Flow, FlowId, Moment, Output, limits};
use crate::sip::Transport;

/// How the flow of one binding is kept alive.
#[derive(Debug)]
pub(super) struct KeepAlive {
    kind: KeepAliveKind,
    flow: Option<FlowId>,
    /// The shortest and the longest time between two keep-alives.
    every: (Duration, Duration),
    probe: Option<Probe>,
    mapped: Option<SocketAddr>,
    answered_at: Option<Moment>,
    /// A server that promised to answer, and on how many flows in a row it did not.
    deaf: Option<(SocketAddr, u8)>,
}

/// A STUN request on its way.
#[derive(Debug, Clone, Copy)]
struct Probe {
    id: TransactionId,
    sent: u8,
}

impl Default for KeepAlive {
    fn default() -> Self {
        Self {
            kind: KeepAliveKind::NotAgreed,
            flow: None,
            every: STUN,
            probe: None,
            mapped: None,
            answered_at: None,
            deaf: None,
        }
    }
}

impl KeepAlive {
    /// Whether the flow was a good one: without keep-alives, or with an answered one (RFC 5626 §4.5).
    pub(super) fn was_answered(&self) -> bool {
        let in_use = matches!(self.kind, KeepAliveKind::Lines | KeepAliveKind::Stun);
        !in_use || self.answered_at.is_some()
    }

    /// Another network, another chance.
    pub(super) fn forget(&mut self) {
        self.deaf = None;
    }

    pub(super) fn kind(&self) -> KeepAliveKind {
        self.kind
    }

    pub(super) fn answered_at(&self) -> Option<Moment> {
        self.answered_at
    }

    pub(super) fn mapped(&self) -> Option<SocketAddr> {
        self.mapped
    }

    fn is_on(&self, flow: FlowId) -> bool {
        self.flow == Some(flow)
    }

    /// The flow to this server is lost; it may be one more on which it answered nothing.
    pub(super) fn lost(&mut self, server: SocketAddr) {
        if self.was_answered() {
            return;
        }
        let times = match self.deaf {
            Some((known, times)) if known == server => times.saturating_add(1),
            _ => 1,
        };
        self.deaf = Some((server, times));
    }

    fn is_deaf(&self, server: SocketAddr) -> bool {
        self.deaf
            .is_some_and(|(known, times)| known == server && times >= DEAF_FLOWS)
    }

    fn answered(&mut self, now: Moment) {
        self.answered_at = Some(now);
        self.deaf = None;
    }
}

impl Engine {
    /// A keep-alive on a connection was answered.
    pub(in crate::engine) fn keep_alive_answered(&mut self, now: Moment, flow: FlowId) {
        for id in self.registration.ids() {
            if let Some(binding) = self.registration.get_mut(id)
                && binding.keep_alive.is_on(flow)
            {
                binding.keep_alive.answered(now);
                binding.backoff.reset();
            }
        }
    }

    /// STUN came on a flow.
    pub(in crate::engine) fn stun_received(&mut self, now: Moment, flow: Flow, bytes: &Bytes) {
        let answer = stun::binding_answer(bytes);
        let asked = |id: &BindingId, transaction: TransactionId| {
            self.registration.get(*id).is_some_and(|binding| {
                let probe = binding.keep_alive.probe;
                probe.is_some_and(|probe| probe.id == transaction) && binding.flow == Some(flow)
            })
        };
        let found = answer.and_then(|(transaction, answer)| {
            let id = self.registration.ids().find(|id| asked(id, transaction))?;
            Some((id, answer))
        });
        let Some((id, answer)) = found else {
            return self.stray(&flow, "a STUN message that nobody asked for".to_owned());
        };
        let Some(binding) = self.registration.get_mut(id) else {
            return;
        };
        let keep_alive = &mut binding.keep_alive;
        keep_alive.probe = None;
        let fault = match answer {
            Answer::Refused => Some("the server refuses keep-alives on it"),
            Answer::Mapped(Some(mapped)) if keep_alive.mapped.is_some_and(|old| old != mapped) => {
                Some("our address behind it has changed")
            }
            Answer::Mapped(mapped) => {
                keep_alive.mapped = mapped.or(keep_alive.mapped);
                None
            }
        };
        if answer != Answer::Refused {
            keep_alive.answered(now);
            binding.backoff.reset();
        }
        match fault {
            Some(fault) => self.flow_failed_us(now, id, fault),
            None => self.next_keep_alive(now, id),
        }
    }

    /// Begins, changes or ends keep-alives as the 2xx to a REGISTER says.
    pub(super) fn keep_alive(&mut self, now: Moment, id: BindingId) {
        let Some(binding) = self.registration.get_mut(id) else {
            return;
        };
        let Some(flow) = binding.flow else { return };
        let kind = match flow.transport {
            _ if !binding.terms.keep_alive => KeepAliveKind::NotAgreed,
            _ if binding.keep_alive.is_deaf(flow.remote) => KeepAliveKind::Unanswered,
            Transport::Udp => KeepAliveKind::Stun,
            Transport::Tcp | Transport::Tls => KeepAliveKind::Lines,
        };
        let goes_on = binding.keep_alive.is_on(flow.id) && binding.keep_alive.kind == kind;
        let every = interval(kind, binding.terms);
        let changed = binding.keep_alive.every != every;
        if goes_on && !changed {
            return;
        }
        if !goes_on {
            self.stop_keep_alive(id);
        }
        let Some(binding) = self.registration.get_mut(id) else {
            return;
        };
        let keep_alive = &mut binding.keep_alive;
        keep_alive.kind = kind;
        keep_alive.flow = Some(flow.id);
        keep_alive.every = every;
        match kind {
            KeepAliveKind::Lines => {
                let (shortest, longest) = every;
                self.output(Output::KeepAlive {
                    flow: flow.id,
                    shortest,
                    longest,
                });
            }
            KeepAliveKind::Stun if keep_alive.probe.is_none() => self.next_keep_alive(now, id),
            KeepAliveKind::Stun => {}
            KeepAliveKind::NotAgreed | KeepAliveKind::Unanswered => {
                // Nothing has to be answered for the flow to be a good one.
                binding.backoff.reset();
            }
        }
    }

    /// Ends the keep-alives of a binding; what is known of the server stays.
    pub(super) fn stop_keep_alive(&mut self, id: BindingId) {
        self.cancel_timer(Timer::KeepAlive(id));
        if let Some(binding) = self.registration.get_mut(id) {
            binding.keep_alive = KeepAlive {
                deaf: binding.keep_alive.deaf,
                ..KeepAlive::default()
            };
        }
    }

    /// Sends a STUN request, again if it is not answered, until the flow counts as failed (RFC 5389 §7.2.1).
    pub(in crate::engine) fn keep_alive_due(&mut self, now: Moment, id: BindingId) {
        let Some(binding) = self.registration.get_mut(id) else {
            return;
        };
        let Some(flow) = binding.flow else { return };
        let mut probe = match binding.keep_alive.probe {
            Some(probe) if probe.sent >= REQUESTS => {
                return self.flow_failed_us(now, id, "the server answers no keep-alive on it");
            }
            Some(probe) => probe,
            None => Probe {
                id: self.entropy.stun_id(),
                sent: 0,
            },
        };
        let wait = if probe.sent + 1 == REQUESTS {
            LAST_WAIT
        } else {
            RTO * (1 << probe.sent)
        };
        probe.sent += 1;
        binding.keep_alive.probe = Some(probe);
        self.set_timer(Timer::KeepAlive(id), now + wait);
        self.output(Output::Transmit {
            flow,
            bytes: stun::binding_request(&probe.id),
        });
    }

    fn next_keep_alive(&mut self, now: Moment, id: BindingId) {
        let Some(binding) = self.registration.get(id) else {
            return;
        };
        let (shortest, longest) = binding.keep_alive.every;
        let wait = self.entropy.between(shortest, longest);
        self.set_timer(Timer::KeepAlive(id), now + wait);
    }

    /// The keep-alives show that the flow of a binding has failed.
    fn flow_failed_us(&mut self, now: Moment, id: BindingId, why: &str) {
        let Some(flow) = self.registration.get(id).and_then(|binding| binding.flow) else {
            return;
        };
        self.give_up_flow(now, flow, why);
    }
}

/// How often: as the server says, or what the RFC proposes. On UDP no longer than NATs keep a mapping.
fn interval(kind: KeepAliveKind, terms: Terms) -> (Duration, Duration) {
    let usual = if kind == KeepAliveKind::Stun {
        STUN
    } else {
        LINES
    };
    let Some(longest) = terms.flow_timer else {
        return usual;
    };
    let most = if kind == KeepAliveKind::Stun {
        usual.1
    } else {
        limits::LONGEST_KEEP_ALIVE
    };
    let longest = longest.clamp(limits::SHORTEST_KEEP_ALIVE, most);
    (longest.mul_f64(0.8), longest)
}

/// Between two STUN requests (RFC 5626 §4.4.2).
const STUN: (Duration, Duration) = (Duration::from_secs(24), Duration::from_secs(29));
/// Between two empty lines, where power is no concern (RFC 5626 §4.4.1).
const LINES: (Duration, Duration) = (Duration::from_secs(95), Duration::from_secs(120));
/// How long the first answer is waited for (RFC 5389 §7.2.1); each further one twice as long.
const RTO: Duration = Duration::from_millis(500);
/// Rc of RFC 5389 §7.2.1: with the last wait, the retransmissions that RFC 5626 §4.4.2 speaks of.
const REQUESTS: u8 = 7;
/// Rm of RFC 5389 §7.2.1: 16 times RTO after the last request.
const LAST_WAIT: Duration = Duration::from_secs(8);
/// After so many flows without any answer a server is taken at its deeds and not at its word.
const DEAF_FLOWS: u8 = 2;
