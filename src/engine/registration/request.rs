//! The REGISTER request (RFC 3261 §10.2, RFC 5626 §4.2).

use std::fmt::Write as _;

use super::BindingId;
use super::binding::Binding;
use crate::engine::dialog::Routing;
use crate::engine::engine::Engine;
use crate::engine::request::{Draft, contact_uri};
use crate::engine::{Flow, Moment};
use crate::sip::{HeaderName, Method, Uri};

impl Engine {
    pub(in crate::engine) fn registration_routing(&self, id: BindingId) -> Routing {
        let registrar = Uri::parse(&self.config.registrar());
        let registrar = registrar.unwrap_or_else(|_| self.config.address.clone());
        let route = self.config.preloaded_route(usize::from(id.0));
        Routing::new(&registrar, route.as_deref())
    }

    pub(in crate::engine) fn compose_register(&self, id: BindingId, flow: &Flow) -> Option<Draft> {
        let config = &self.config;
        let binding = self.registration.get(id)?;
        let uri = self.register_contact(binding, flow);
        let expires = if binding.removing {
            0
        } else {
            binding.held.asked()
        };
        let mut contact = format!("<{uri}>;expires={expires}");
        if !config.instance.is_empty() {
            contact.push_str(";+sip.instance=\"<");
            contact.push_str(&config.instance);
            contact.push_str(">\"");
        }
        if binding.offer.outbound {
            let _ = write!(contact, ";reg-id={}", id.reg_id());
        }
        for left in self.contacts_left(binding, &uri) {
            let _ = write!(contact, ", <{left}>;expires=0");
        }
        let mut headers = vec![(HeaderName::Expires, expires.to_string())];
        if let Some(supported) = binding.offer.supported() {
            headers.push((HeaderName::Supported, supported));
        }
        headers.push((HeaderName::Allow, self.allow().to_owned()));
        Some(Draft {
            method: Method::Register,
            routing: self.registration_routing(id),
            anonymous: false,
            from_tag: binding.tag,
            to: config.address.without_params(),
            to_tag: None,
            call_id: binding.call_id.clone(),
            cseq: binding.cseq + 1,
            contact: Some(contact),
            headers,
            body: None,
        })
    }

    pub(in crate::engine) fn register_sent(
        &mut self,
        now: Moment,
        id: BindingId,
        draft: &Draft,
        flow: Flow,
    ) {
        let Some(binding) = self.registration.get(id) else {
            return;
        };
        let uri = Uri::parse(&self.register_contact(binding, &flow)).ok();
        if !binding.uses(flow.id) {
            self.stop_keep_alive(id);
        }
        let Some(binding) = self.registration.get_mut(id) else {
            return;
        };
        binding.cseq = draft.cseq;
        binding.flow = Some(flow);
        binding.move_to(uri);
        binding.held.sent(now);
    }

    /// Our Contacts of earlier flows, to be taken back (RFC 3261 §10.2.2): those that no binding of ours has now, `contact`
    /// is the one of this.
    fn contacts_left<'a>(&'a self, binding: &'a Binding, contact: &str) -> Vec<&'a Uri> {
        let contact = Uri::parse(contact).ok();
        let before = binding.contact.iter().filter(|_| !binding.terms.outbound);
        let in_use = |uri: &Uri| {
            let others = self.registration.bindings.iter();
            let others = others.filter(|other| other.call_id != binding.call_id);
            let mut others = others.filter_map(|other| other.contact.as_ref());
            contact.as_ref().is_none_or(|now| now.equivalent(uri))
                || others.any(|other| other.equivalent(uri))
        };
        let gone = binding.left.iter().chain(before);
        gone.filter(|uri| !in_use(uri)).collect()
    }

    /// Where we are to be reached. With `ob`, a GRUU made of it stands for the flow (RFC 5626 §4.3).
    fn register_contact(&self, binding: &Binding, flow: &Flow) -> String {
        let secure = self.config.address.is_secure();
        let mut uri = contact_uri(self.config.contact_user(), flow, secure);
        if binding.offer.outbound && binding.offer.gruu {
            uri.push_str(";ob");
        }
        uri
    }
}
