//! Dialogs made by a request from the other side, a NOTIFY or a SUBSCRIBE (RFC 6665 §4.4.1, RFC 3261 §12.1.1), and the
//! route of a request.

use std::sync::Arc;

use super::entropy::Tag;
use super::limits;
use crate::sip::{Contact, HeaderError, HeaderName, Message, NameAddr, Uri};

/// A dialog with a notifier, made by its first NOTIFY and not by the 2xx; or with a watcher, made by its SUBSCRIBE.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Dialog {
    /// Shared by all dialogs of one SUBSCRIBE.
    pub(crate) call_id: Arc<str>,
    /// From tag of our requests.
    pub(crate) local_tag: Tag,
    /// From tag of the request that made it.
    pub(crate) remote_tag: Box<str>,
    /// `CSeq` of our last request in it.
    pub(crate) local_cseq: u32,
    /// Highest `CSeq` of the other side's requests.
    pub(crate) remote_cseq: u32,
    /// Contact of the other side's last request, or of a 2xx in the dialog (EV-075).
    pub(crate) remote_target: Uri,
    /// Record-Route of the request that made it, in the order received: this side is its UAS (EV-018).
    pub(crate) route_set: Box<[Box<str>]>,
}

impl Dialog {
    /// The dialog that this request makes.
    pub(crate) fn of_request(
        request: &Message,
        call_id: Arc<str>,
        local_tag: Tag,
        local_cseq: u32,
    ) -> Result<Self, HeaderError> {
        let mut route_set: Vec<Box<str>> = Vec::new();
        for route in request.record_routes() {
            let route = route?;
            NameAddr::parse(HeaderName::RecordRoute, route)?.parse_uri()?;
            route_set.push(route.into());
        }
        route_set.truncate(limits::ROUTES);
        Ok(Self {
            call_id,
            local_tag,
            remote_tag: request.from()?.tag().unwrap_or_default().into(),
            local_cseq,
            remote_cseq: request.cseq()?.number,
            remote_target: contact(request)?.parse_uri()?,
            route_set: route_set.into(),
        })
    }

    /// Takes the Contact of a message in the dialog as the new remote target. The route set never changes.
    pub(crate) fn refresh_target(&mut self, message: &Message) {
        // Hardly any moves it: as long as it is written the same there is nothing to read.
        if let Ok(contact) = contact(message)
            && contact.uri != self.remote_target.as_str()
            && let Ok(target) = contact.parse_uri()
        {
            self.remote_target = target;
        }
    }

    /// Whether a proxy on the way stays in it.
    pub(crate) fn has_route(&self) -> bool {
        !self.route_set.is_empty()
    }

    /// How the next request in the dialog is routed.
    pub(crate) fn route(&self) -> Routing {
        Routing::new(
            &self.remote_target,
            self.route_set.iter().map(|route| &**route),
        )
    }
}

/// The one Contact of a message.
fn contact(message: &Message) -> Result<NameAddr<'_>, HeaderError> {
    match message.contacts().next() {
        Some(Ok(Contact::Address(address))) => Ok(address),
        Some(Ok(Contact::Star)) | None => Err(HeaderError::missing(HeaderName::Contact)),
        Some(Err(error)) => Err(error),
    }
}

/// Request-URI, Route and where to send (RFC 3261 §12.2.1.1, TX-012, TX-013).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Routing {
    /// What goes into the request line.
    pub(crate) request_uri: Uri,
    /// The Route headers, in order.
    pub(crate) routes: Vec<String>,
    /// The URI that is resolved to find the next hop.
    pub(crate) first: Uri,
}

impl Routing {
    /// The way to `target` over these Route values.
    pub(crate) fn new<'a>(target: &Uri, routes: impl IntoIterator<Item = &'a str>) -> Self {
        let mut routes: Vec<String> = routes.into_iter().map(str::to_owned).collect();
        let first = routes.first().and_then(|route| {
            NameAddr::parse(HeaderName::Route, route)
                .and_then(|address| address.parse_uri())
                .ok()
        });
        match first {
            None => Self {
                request_uri: target.request_uri(),
                routes: Vec::new(),
                first: target.clone(),
            },
            Some(first) if first.is_loose_router() => Self {
                request_uri: target.request_uri(),
                routes,
                first,
            },
            // A strict router: it wants to see itself in the request line, and the target last.
            Some(first) => {
                routes.remove(0);
                routes.push(format!("<{target}>"));
                Self {
                    request_uri: first.request_uri(),
                    routes,
                    first,
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::engine::testing::entropy;
    use crate::sip::Limits;

    fn notify(extra: &str) -> Message {
        let text = format!(
            "NOTIFY sip:alice@192.0.2.1 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.9;branch=z9hG4bK1\r\n\
             From: <sip:bob@example.com>;tag=them\r\nTo: <sip:alice@example.com>;tag=us\r\nCall-ID: c\r\n\
             CSeq: 7 NOTIFY\r\n{extra}Content-Length: 0\r\n\r\n"
        );
        Message::parse_datagram(Bytes::from(text), &Limits::default()).unwrap()
    }

    fn dialog(extra: &str) -> Result<Dialog, HeaderError> {
        let us = entropy(1).tag();
        Dialog::of_request(&notify(extra), "c".into(), us, 10)
    }

    #[test]
    fn ev_018_notify_creates_dialog() {
        let dialog = dialog(
            "Record-Route: <sip:p1.example.com;lr>, <sip:p2.example.com;lr>\r\nContact: <sip:bob@192.0.2.9:5070>\r\n",
        )
        .unwrap();
        assert_eq!(&*dialog.remote_tag, "them");
        assert_eq!((dialog.local_cseq, dialog.remote_cseq), (10, 7));
        let routing = dialog.route();
        assert_eq!(routing.request_uri.as_str(), "sip:bob@192.0.2.9:5070");
        assert_eq!(
            routing.routes,
            ["<sip:p1.example.com;lr>", "<sip:p2.example.com;lr>"]
        );
        assert_eq!(routing.first.as_str(), "sip:p1.example.com;lr");
    }

    #[test]
    fn ev_018_no_contact_no_dialog() {
        assert!(dialog("").is_err());
        assert!(dialog("Contact: *\r\n").is_err());
        assert!(dialog("Contact: <sip:b@h>\r\nRecord-Route: <nonsense>\r\n").is_err());
    }

    #[test]
    fn ev_075_contact_moves_the_target_and_record_route_nothing() {
        let mut dialog =
            dialog("Record-Route: <sip:p1;lr>\r\nContact: <sip:bob@192.0.2.9>\r\n").unwrap();
        dialog.refresh_target(&notify(
            "Record-Route: <sip:p9;lr>\r\nContact: <sip:bob@192.0.2.77>\r\n",
        ));
        let routing = dialog.route();
        assert_eq!(routing.request_uri.as_str(), "sip:bob@192.0.2.77");
        assert_eq!(routing.routes, ["<sip:p1;lr>"]);
        dialog.refresh_target(&notify(""));
        assert_eq!(dialog.route(), routing);
    }

    #[test]
    fn tx_013_three_kinds_of_route() {
        let target = Uri::parse("sip:bob@192.0.2.9;ob").unwrap();
        let direct = Routing::new(&target, []);
        assert_eq!(
            (direct.request_uri.as_str(), direct.routes.len()),
            ("sip:bob@192.0.2.9;ob", 0)
        );
        assert_eq!(direct.first, target);
        let loose = Routing::new(&target, ["<sip:p1;lr>", "<sip:p2>"]);
        assert_eq!(loose.request_uri, target);
        assert_eq!(loose.routes, ["<sip:p1;lr>", "<sip:p2>"]);
        let strict = Routing::new(&target, ["<sip:p1>", "<sip:p2;lr>"]);
        assert_eq!(strict.request_uri.as_str(), "sip:p1");
        assert_eq!(strict.routes, ["<sip:p2;lr>", "<sip:bob@192.0.2.9;ob>"]);
        assert_eq!(strict.first.as_str(), "sip:p1");
    }
}
