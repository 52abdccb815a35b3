//! Bodies of SUBSCRIBE: filters (RFC 4660) and ad-hoc lists of resources (RFC 5367).
//!
//! A notifier keeps a filter for as long as the dialog lives, so that refreshes do not repeat it; and it gives no
//! meaning to a list in them. Without its filter a subscription tells more than was wanted, which does no harm; without
//! its list it would be one to the list server itself, so that it is given up when the list is refused, and whoever
//! wanted it subscribes to the members one by one.

use bytes::Bytes;

use super::{Purpose, Subscription, Usage};
use crate::engine::engine::Engine;
use crate::engine::{Moment, SubscriptionId};
use crate::sip::HeaderName;

/// What goes along with a SUBSCRIBE.
#[derive(Debug)]
pub(super) struct Enclosed {
    /// What a new dialog begins with: its media type and its bytes.
    initial: Option<(String, Bytes)>,
    /// What dialogs that exist have to be told.
    change: Option<(String, Bytes)>,
    /// It is a list of resources, not a filter.
    list: bool,
}

impl Enclosed {
    /// The body of a new subscription.
    pub(super) fn new(body: Option<(String, Bytes)>, list: bool) -> Option<Box<Self>> {
        body.map(|body| {
            Box::new(Self {
                initial: Some(body),
                change: None,
                list,
            })
        })
    }
}

impl Subscription {
    /// Whether the request brings the list of its resources along.
    pub(super) fn has_list(&self) -> bool {
        self.enclosed.as_ref().is_some_and(|body| body.list)
    }

    /// Whether it can be asked for in another way than with its body.
    pub(super) fn can_do_without_body(&self) -> bool {
        let body = self.enclosed.as_ref();
        body.is_some_and(|body| body.initial.is_some() && !body.list) && !self.variant.plain
    }

    /// What the initial SUBSCRIBE under way said is no longer what is wanted: the dialog that it makes is told so.
    pub(super) fn outdate_attempt(&mut self) {
        if let Some(attempt) = &mut self.attempt {
            attempt.outdated = attempt.sent_at.is_some();
        }
    }

    /// Whether dialogs have to be told of another filter than they began with.
    pub(super) fn has_change(&self) -> bool {
        let body = self.enclosed.as_ref();
        body.is_some_and(|body| body.change.is_some())
    }

    /// The body of an initial SUBSCRIBE.
    pub(super) fn initial_body(&self) -> Option<(String, Bytes)> {
        let body = self.enclosed.as_ref()?.initial.as_ref();
        body.filter(|_| !self.variant.plain).cloned()
    }

    /// The body of a SUBSCRIBE in a dialog.
    pub(super) fn body_in_dialog(&self, usage: &Usage) -> Option<(String, Bytes)> {
        let change = self.enclosed.as_ref()?.change.as_ref();
        change
            // Also where the request is sent again, with credentials or to another server.
            .filter(|_| (usage.untold || usage.telling) && usage.purpose == Purpose::Refresh)
            .cloned()
    }

    /// The headers of an initial SUBSCRIBE that say what its body is.
    pub(super) fn body_headers(&self) -> impl Iterator<Item = (HeaderName, String)> {
        let list = [
            (HeaderName::Require, RECIPIENT_LIST_SUBSCRIBE),
            (HeaderName::ContentDisposition, "recipient-list"),
        ];
        let list = list.map(|(name, value)| (name, value.to_owned()));
        list.into_iter().filter(|_| self.has_list())
    }
}

impl Engine {
    /// Changes the filter of a subscription (RFC 4660 §3.3.3). `change` is told once to each notifier, which keeps what
    /// it does not mention: a filter is removed by one with its id and `remove="true"`. `initial` is what a new dialog
    /// begins with from now on; `None`: no filter.
    ///
    /// For the rooms above, which do not use it yet: their filters are those a subscription begins with.
    pub fn set_filter(
        &mut self,
        now: Moment,
        id: SubscriptionId,
        change: (String, Bytes),
        initial: Option<(String, Bytes)>,
    ) {
        let Some(subscription) = self.subscriptions.get_mut(id) else {
            return;
        };
        if subscription.has_list() {
            return;
        }
        subscription.variant.plain = false;
        subscription.enclosed = Some(Box::new(Enclosed {
            initial,
            change: Some(change),
            list: false,
        }));
        subscription.outdate_attempt();
        let mut told = Vec::new();
        for usage in &mut subscription.usages {
            if usage.state.is_live() {
                usage.untold = true;
                told.push(usage.id);
            }
        }
        for usage in told {
            self.subscribe_in_dialog(id, usage, Purpose::Refresh);
        }
        self.pump(now);
    }
}

impl Usage {
    /// A SUBSCRIBE in the dialog is over, by this code if it was answered. True if it told of a filter whose type, or
    /// something in it, is not accepted (RFC 4660 §3.3.4); after another failure it is told once more.
    pub(super) fn after_telling(&mut self, code: Option<u16>) -> bool {
        let told = std::mem::take(&mut self.telling);
        let refused = told && matches!(code, Some(415 | 488));
        self.untold |= told && !refused && code.is_none_or(|code| code >= 300);
        refused
    }
}

const RECIPIENT_LIST_SUBSCRIBE: &str = "recipient-list-subscribe";
