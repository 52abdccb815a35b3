//! Requests before they are bytes: what the owner wants to say, and the headers every request has (RFC 3261 §8.1.1).

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;

use super::config::EngineConfig;
use super::dialog::Routing;
use super::entropy::Tag;
use super::flow::Flow;
use crate::sip::{BuildError, HeaderName, Method, RequestBuilder, Transport, Uri};

/// A request as its owner composes it for a flow.
#[derive(Debug)]
pub(crate) struct Draft {
    pub(crate) method: Method,
    pub(crate) routing: Routing,
    /// Whether From hides who asks (RFC 3323 §4.1.1.3).
    pub(crate) anonymous: bool,
    pub(crate) from_tag: Tag,
    /// The URI in To.
    pub(crate) to: Uri,
    /// The tag in To, in a dialog.
    pub(crate) to_tag: Option<Box<str>>,
    pub(crate) call_id: Arc<str>,
    pub(crate) cseq: u32,
    /// The value of Contact.
    pub(crate) contact: Option<String>,
    /// The headers of this method, in order.
    pub(crate) headers: Vec<(HeaderName, String)>,
    /// Content-Type and body.
    pub(crate) body: Option<(String, Bytes)>,
}

impl Draft {
    /// The bytes to send.
    pub(crate) fn build(
        &self,
        config: &EngineConfig,
        flow: &Flow,
        branch: &str,
        credentials: &[(HeaderName, String)],
    ) -> Result<Bytes, BuildError> {
        let mut to = format!("<{}>", self.to);
        if let Some(tag) = &self.to_tag {
            let _ = write!(to, ";tag={tag}");
        }
        let mut builder = RequestBuilder::new(&self.method, &self.routing.request_uri)
            .header(HeaderName::Via, via(flow, branch))
            .headers(HeaderName::Route, &self.routing.routes)
            .header(HeaderName::MaxForwards, "70")
            .header(HeaderName::From, self.from(config))
            .header(HeaderName::To, to)
            .header(HeaderName::CallId, &*self.call_id)
            .header(HeaderName::CSeq, format!("{} {}", self.cseq, self.method))
            .header_opt(HeaderName::Contact, self.contact.as_deref());
        for (name, value) in self.headers.iter().chain(credentials) {
            builder = builder.header(*name, value);
        }
        if !config.user_agent.is_empty() {
            builder = builder.header(HeaderName::UserAgent, &config.user_agent);
        }
        if let Some((content_type, body)) = &self.body {
            builder = builder.body(content_type, body.clone());
        }
        builder.build()
    }

    /// No fewer bytes than it has without credentials, on any flow: to tell without writing it that it is small.
    pub(crate) fn size_at_most(&self, config: &EngineConfig) -> usize {
        let name = config.display_name.as_ref();
        let body = self.body.as_ref();
        let texts = [
            self.routing.request_uri.as_str().len(),
            2 * self.method.as_str().len(),
            // Each of its characters may have to be escaped.
            2 * name.map_or(0, String::len),
            config.address.as_str().len(),
            self.from_tag.as_str().len(),
            self.to.as_str().len(),
            self.to_tag.as_ref().map_or(0, |tag| tag.len()),
            self.call_id.len(),
            self.contact.as_ref().map_or(0, String::len),
            config.user_agent.len(),
            body.map_or(0, |(kind, body)| kind.len() + body.len()),
        ];
        let routes = self.routing.routes.iter();
        let routes: usize = routes.map(|route| ROUTE.len() + route.len() + LINE).sum();
        let headers = self.headers.iter();
        let headers: usize = headers
            .map(|(name, value)| name.as_str().len() + value.len() + LINE)
            .sum();
        texts.iter().sum::<usize>() + routes + headers + FRAME
    }

    /// Whether it has this header.
    pub(crate) fn has(&self, name: HeaderName) -> bool {
        self.headers.iter().any(|(header, _)| *header == name)
    }

    /// The body, for digest.
    pub(crate) fn body_bytes(&self) -> &[u8] {
        self.body.as_ref().map_or(&[], |(_, body)| body)
    }

    /// From: the address of record, and no host or address of this machine; or nobody's (RB-007).
    fn from(&self, config: &EngineConfig) -> String {
        let tag = self.from_tag.as_str();
        if self.anonymous {
            return format!("{ANONYMOUS};tag={tag}");
        }
        let mut value = String::with_capacity(64);
        let name = config.display_name.as_deref();
        if let Some(name) = name.filter(|name| !name.is_empty()) {
            value.push('"');
            for character in name.chars().filter(|character| !character.is_control()) {
                if matches!(character, '"' | '\\') {
                    value.push('\\');
                }
                value.push(character);
            }
            value.push_str("\" ");
        }
        let _ = write!(value, "<{}>;tag={tag}", config.address.without_params());
        value
    }
}

/// What a line has beside a name and a value.
const LINE: usize = 4;
const ROUTE: &str = "Route";
/// More than the names of the headers that every request has, a Via, the numbers, and an anonymous From.
const FRAME: usize = 450;

/// The methods this program takes (EV-008).
pub(crate) const ALLOW: &str = "NOTIFY, OPTIONS, CANCEL, ACK";
/// The same where watchers are served.
pub(crate) const ALLOW_WITH_SUBSCRIBE: &str = "SUBSCRIBE, NOTIFY, OPTIONS, CANCEL, ACK";

/// A Via with `rport` on UDP, so that answers come back through a NAT (RFC 3581 §3).
fn via(flow: &Flow, branch: &str) -> String {
    let rport = if flow.transport == Transport::Udp {
        ";rport"
    } else {
        ""
    };
    format!(
        "SIP/2.0/{} {};branch={branch}{rport}",
        flow.transport.via_token(),
        flow.local
    )
}

/// A From without its tag that tells nobody who asks (RFC 3323 §4.1.1.3).
const ANONYMOUS: &str = "\"Anonymous\" <sip:anonymous@anonymous.invalid>";

/// Our Contact URI on a flow: where requests reach us (EV-007).
pub(crate) fn contact_uri(user: &str, flow: &Flow, secure: bool) -> String {
    let scheme = if secure { "sips" } else { "sip" };
    let parameter = match flow.transport {
        Transport::Udp => "",
        Transport::Tcp => ";transport=tcp",
        Transport::Tls if secure => "",
        Transport::Tls => ";transport=tls",
    };
    let address: SocketAddr = flow.local;
    format!("{scheme}:{user}@{address}{parameter}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::FlowId;
    use crate::engine::testing::entropy;
    use crate::sip::{Limits, Message};

    fn flow(transport: Transport) -> Flow {
        Flow {
            id: FlowId(1),
            transport,
            local: "192.0.2.1:5060".parse().unwrap(),
            remote: "192.0.2.9:5060".parse().unwrap(),
        }
    }

    /// A SUBSCRIBE by somebody with a name that has to be escaped.
    fn draft() -> (EngineConfig, Draft) {
        let mut config = EngineConfig::new(Uri::parse("sip:alice@example.com").unwrap());
        config.display_name = Some("Alice \"A\"\r\nEvil: x".into());
        let target = Uri::parse("sip:bob@example.com").unwrap();
        let draft = Draft {
            method: Method::Subscribe,
            routing: Routing::new(&target, ["<sip:proxy;lr>"]),
            anonymous: false,
            from_tag: entropy(1).tag(),
            to: target,
            to_tag: None,
            call_id: "c1".into(),
            cseq: 5,
            contact: Some("<sip:alice@192.0.2.1:5060>".into()),
            headers: vec![(HeaderName::Event, "presence".into())],
            body: None,
        };
        (config, draft)
    }

    #[test]
    fn ev_001_headers_of_every_request() {
        let (config, draft) = draft();
        let tag = draft.from_tag;
        let bytes = draft
            .build(&config, &flow(Transport::Udp), "z9hG4bKx", &[])
            .unwrap();
        let message = Message::parse_datagram(bytes, &Limits::default()).unwrap();
        message.validate().unwrap();
        assert_eq!(message.max_forwards().unwrap(), Some(70));
        assert_eq!(message.from().unwrap().tag(), Some(tag.as_str()));
        assert_eq!(
            message.from().unwrap().display.as_deref(),
            Some("Alice \"A\"Evil: x")
        );
        assert_eq!(message.to().unwrap().tag(), None);
        assert_eq!(message.contacts().count(), 1);
        let via = message.top_via().unwrap();
        assert_eq!((via.branch, via.rport), (Some("z9hG4bKx"), Some(None)));
    }

    #[test]
    fn a_request_is_never_larger_than_it_may_be() {
        let mut flow = flow(Transport::Tls);
        flow.local = "[2001:db8:ffff:ffff:ffff:ffff:ffff:ffff]:65535"
            .parse()
            .unwrap();
        let (mut config, mut draft) = draft();
        let is_bounded = |draft: &Draft, config: &EngineConfig| {
            let bytes = draft.build(config, &flow, "z9hG4bKaaaaaaaaaaaaaaaa", &[]);
            let (size, most) = (bytes.unwrap().len(), draft.size_at_most(config));
            assert!(size <= most && most < size + 500, "{size} {most}");
        };
        is_bounded(&draft, &config);
        draft.anonymous = true;
        is_bounded(&draft, &config);
        draft.anonymous = false;
        draft.cseq = u32::MAX;
        draft.to_tag = Some("x".repeat(100).into());
        draft.call_id = "x".repeat(100).into();
        draft.contact = Some(format!("<sip:{}@192.0.2.1>", "x".repeat(100)));
        draft.headers = vec![(HeaderName::SuppressIfMatch, "*".into()); 50];
        draft.body = Some(("text/plain".into(), vec![b'x'; 1000].into()));
        config.user_agent = "x".repeat(100);
        config.display_name = Some("\"".repeat(100));
        let long = format!("sip:{}@example.com", "x".repeat(100));
        config.address = Uri::parse(&long).unwrap();
        draft.to = Uri::parse(&long).unwrap();
        draft.routing = Routing::new(&draft.to, ["<sip:a;lr>"; 20]);
        is_bounded(&draft, &config);
    }

    #[test]
    fn ev_007_contact_is_on_the_flow() {
        let contact = |transport, secure| contact_uri("alice", &flow(transport), secure);
        assert_eq!(contact(Transport::Udp, false), "sip:alice@192.0.2.1:5060");
        assert_eq!(
            contact(Transport::Tls, false),
            "sip:alice@192.0.2.1:5060;transport=tls"
        );
        assert_eq!(contact(Transport::Tls, true), "sips:alice@192.0.2.1:5060");
    }
}
