//! One binding: an address of ours that the registrar knows, on one flow.

use std::sync::Arc;

use super::DEFAULT_EXPIRES;
use super::keep_alive::KeepAlive;
use super::offer::{Offer, Terms};
use crate::engine::config::EngineConfig;
use crate::engine::entropy::{Entropy, Tag};
use crate::engine::soft_state::{Backoff, SoftState};
use crate::engine::{Flow, FlowId, Reason, RegistrationState, limits};
use crate::sip::Uri;

/// What is known of a binding. `state` is empty as long as it was not needed.
#[derive(Debug)]
pub(super) struct Binding {
    pub(super) state: Option<RegistrationState>,
    /// Why it failed.
    pub(super) reason: Option<Reason>,
    /// One Call-ID for each flow, for the life of the engine (RP-001; RFC 5626 §4.2.1).
    pub(super) call_id: Arc<str>,
    pub(super) tag: Tag,
    pub(super) cseq: u32,
    pub(super) held: SoftState,
    /// Failures in a row to form a flow and register on it (RFC 5626 §4.5).
    pub(super) backoff: Backoff,
    pub(super) flow: Option<Flow>,
    pub(super) contact: Option<Uri>,
    /// Contacts that were sent on earlier flows and that the registrar may still have beside this one: nobody is reached
    /// there any more. Where outbound is in force it replaces them by itself (RFC 5626 §4.2.1).
    pub(super) left: Vec<Uri>,
    pub(super) exchange: Option<u32>,
    /// What the request under way is for.
    pub(super) removing: bool,
    /// Something changed while a request was under way (RP-002).
    pub(super) again: bool,
    /// The extensions that are offered.
    pub(super) offer: Offer,
    /// What the last 2xx agreed to.
    pub(super) terms: Terms,
    pub(super) keep_alive: KeepAlive,
    pub(super) service_route: Vec<String>,
    pub(super) gruu: Option<Uri>,
    pub(super) temporary_gruu: Option<Uri>,
}

impl Binding {
    pub(super) fn new(config: &EngineConfig, entropy: &mut Entropy) -> Self {
        Self {
            state: None,
            reason: None,
            call_id: entropy.call_id().into(),
            tag: entropy.tag(),
            cseq: entropy.cseq(),
            held: SoftState::new(DEFAULT_EXPIRES),
            backoff: Backoff::default(),
            flow: None,
            contact: None,
            left: Vec::new(),
            exchange: None,
            removing: false,
            again: false,
            offer: Offer::new(config),
            terms: Terms::default(),
            keep_alive: KeepAlive::default(),
            service_route: Vec::new(),
            gruu: None,
            temporary_gruu: None,
        }
    }

    pub(super) fn ask_for(&mut self, seconds: u32) {
        self.held.ask_for(seconds);
        self.backoff.reset();
    }

    /// What failed before counts no more.
    pub(super) fn forgive(&mut self) {
        self.held.forgive();
        self.backoff.reset();
    }

    /// The registrar no longer has it. What it gave for it goes with it.
    pub(super) fn lost(&mut self) {
        self.held.lost();
        self.left.clear();
        self.forget_grants();
    }

    /// What the registrar gave holds no more (RFC 3608 §6.1, RFC 5627 §4.4).
    pub(super) fn forget_grants(&mut self) {
        self.service_route.clear();
        self.gruu = None;
        self.temporary_gruu = None;
    }

    /// From now on we are reached there.
    pub(super) fn move_to(&mut self, contact: Option<Uri>) {
        let old = std::mem::replace(&mut self.contact, contact);
        let here = |uri: &Uri| self.contact.as_ref().is_some_and(|now| now.equivalent(uri));
        if let Some(old) = old.filter(|_| !self.terms.outbound) {
            self.left.push(old);
        }
        self.left.retain(|left| !here(left));
        if self.left.len() > limits::CONTACTS_LEFT {
            self.left.remove(0);
        }
    }

    pub(super) fn is_registered(&self) -> bool {
        self.state == Some(RegistrationState::Registered)
    }

    /// Whether it, or its last REGISTER, is on this flow.
    pub(super) fn uses(&self, flow: FlowId) -> bool {
        self.flow.is_some_and(|bound| bound.id == flow)
    }

    /// Whether the registrar has nothing of it, and is not asked.
    pub(super) fn is_over(&self) -> bool {
        self.exchange.is_none() && self.held.expires_at().is_none()
    }
}
