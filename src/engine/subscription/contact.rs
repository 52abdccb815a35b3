//! Our Contact in a subscription: where its NOTIFYs reach us (EV-007, RB-007).

use super::Subscription;
use crate::engine::dialog::Routing;
use crate::engine::engine::Engine;
use crate::engine::{Flow, SubscriptionId};
use crate::sip::{Message, Uri};

impl Engine {
    /// Our Contact in a SUBSCRIBE.
    pub(super) fn subscribe_contact(
        &self,
        subscription: &Subscription,
        routing: &Routing,
        flow: &Flow,
    ) -> String {
        let secure = routing.request_uri.is_secure() || routing.first.is_secure();
        self.own_contact(subscription, flow, secure)
    }

    /// Our Contact in the answer to the NOTIFY that makes the dialog: the same, as the notifier goes by the last that it
    /// has seen (EV-019, RFC 5627 §4.4).
    pub(super) fn answer_contact(
        &self,
        id: SubscriptionId,
        flow: &Flow,
        notify: &Message,
    ) -> Option<String> {
        let asked = notify.request_line().map(|line| line.uri);
        let secure = asked.is_some_and(|uri| uri.starts_with("sips:"));
        Some(self.own_contact(self.subscriptions.get(id)?, flow, secure))
    }

    /// The option tags of what our Contact makes use of (RFC 5626 §4.3, RFC 5627 §4.4). Servers that have not shown that
    /// they know them are not told.
    pub(super) fn extensions(&self, subscription: &Subscription, flow: &Flow) -> Vec<&'static str> {
        let gruu = self.gruu_for(subscription).is_some();
        let outbound = self.registration.has_outbound(flow.id) == Some(true);
        let tags = [("outbound", outbound), ("gruu", gruu)];
        let used = tags.into_iter().filter(|(_, used)| *used);
        used.map(|(tag, _)| tag).collect()
    }

    /// The GRUU if there is one, else the address on the flow.
    fn own_contact(&self, subscription: &Subscription, flow: &Flow, secure: bool) -> String {
        if let Some(gruu) = self.gruu_for(subscription) {
            return format!("<{gruu}>");
        }
        let contact = if subscription.anonymous {
            self.contact_of(NOBODY, flow, secure)
        } else {
            self.contact_on(flow, secure)
        };
        format!("<{contact}>")
    }

    /// The public GRUU names the account; who is not to be known gives a temporary one (RFC 5627 §3.1.2).
    fn gruu_for(&self, subscription: &Subscription) -> Option<&Uri> {
        if subscription.anonymous {
            self.registration.temporary_gruu()
        } else {
            self.registration.gruu()
        }
    }
}

/// The user part of an anonymous Contact; whatever it is, requests reach us by the address behind it.
const NOBODY: &str = "anonymous";
