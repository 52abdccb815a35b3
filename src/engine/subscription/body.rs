//! Bodies of SUBSCRIBE: filters (RFC 4660) and ad-hoc lists of resources (RFC 5367).
//!
//! A notifier keeps a filter for as long as the dialog lives, so that refreshes do not repeat it, and it gives no
//! meaning to a list in them. Who wants another filter, or none any more, subscribes anew: the end of the subscription
//! removes it like `remove="true"` would (RFC 4660 §3.3.3). Without its filter a subscription tells more than was
//! wanted, which does no harm; without its list it would be one to the list server itself, so that it is given up when
//! the list is refused, and whoever wanted it subscribes to the members one by one.

use bytes::Bytes;

use super::Subscription;
use crate::sip::HeaderName;

/// What goes along with a SUBSCRIBE.
#[derive(Debug)]
pub(super) struct Enclosed {
    /// What a new dialog begins with: its media type and its bytes.
    body: (String, Bytes),
    /// It is a list of resources, not a filter.
    list: bool,
}

impl Enclosed {
    /// The body of a new subscription.
    pub(super) fn new(body: Option<(String, Bytes)>, list: bool) -> Option<Box<Self>> {
        body.map(|body| Box::new(Self { body, list }))
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
        body.is_some_and(|body| !body.list) && !self.variant().plain
    }

    /// The body of an initial SUBSCRIBE.
    pub(super) fn initial_body(&self) -> Option<(String, Bytes)> {
        let body = self.enclosed.as_ref().filter(|_| !self.variant().plain)?;
        Some(body.body.clone())
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

const RECIPIENT_LIST_SUBSCRIBE: &str = "recipient-list-subscribe";
