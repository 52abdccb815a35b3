//! The server without sockets, spoken to with raw messages on a virtual clock.

mod requests;
mod rules;
mod sockets;
mod subscriptions;
mod watchers;

use std::fmt::Write as _;
use std::time::Duration;

use bytes::Bytes;
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;

use super::auth::User;
use super::office;
use super::options::{ExpiryBounds, Faults};
use super::server::{Output, Server, Setup};
use super::xcap::{XcapRequest, XcapResponse};
use crate::engine::{Flow, FlowId, Moment};
use crate::sip::digest::{Algorithm, Answer, Challenge, Credentials};
use crate::sip::{Limits, Message, Secret, Transport};

/// A server, the clock, and what came out and was not looked at yet.
struct Desk {
    server: Server,
    now: Moment,
    inbox: Vec<Message>,
    branch: u32,
    cseq: u32,
    flow: Flow,
}

impl Desk {
    fn new() -> Self {
        Self::with(ExpiryBounds::default(), Faults::default())
    }

    fn with(expiry: ExpiryBounds, faults: Faults) -> Self {
        let server = Server::new(Setup {
            domain: office::DOMAIN.to_owned(),
            address: "127.0.0.1:5060".parse().unwrap(),
            users: users(),
            expiry,
            nonce_lifetime: Duration::from_secs(300),
            faults,
            epoch: "2026-03-01T12:00:00Z".parse().unwrap(),
            random: ChaCha20Rng::from_seed([7; 32]),
        });
        Self {
            server,
            now: Moment::from_start(Duration::from_secs(10)),
            inbox: Vec::new(),
            branch: 0,
            cseq: 0,
            flow: Flow {
                id: FlowId(0),
                transport: Transport::Udp,
                local: "127.0.0.1:5060".parse().unwrap(),
                remote: "127.0.0.1:7000".parse().unwrap(),
            },
        }
    }

    /// Sends text, with LF for line ends and `{branch}` for a fresh branch.
    fn send(&mut self, text: &str) {
        self.branch += 1;
        let branch = format!("z9hG4bKtest{}", self.branch);
        let text = text.replace("{branch}", &branch);
        let (head, body) = text.split_once("\n\n").unwrap();
        let text = format!(
            "{}\r\nContent-Length: {}\r\n\r\n{body}",
            head.replace('\n', "\r\n"),
            body.len()
        );
        self.server.receive(self.now, self.flow, text.into());
        self.collect();
    }

    fn collect(&mut self) {
        while let Some(output) = self.server.poll() {
            if let Output::Transmit { bytes, .. } = output {
                let message = Message::parse_datagram(bytes, &Limits::default()).unwrap();
                self.inbox.push(message);
            }
        }
    }

    /// Lets time pass, from wake-up to wake-up.
    fn pass(&mut self, seconds: u64) {
        let end = self.now + Duration::from_secs(seconds);
        while let Some(next) = self.server.next_timeout().filter(|next| *next <= end) {
            self.now = self.now.max(next);
            self.server.handle_timeout(self.now);
            self.collect();
        }
        self.now = end;
    }

    /// The next response.
    fn response(&mut self) -> Message {
        let index = self.inbox.iter().position(|message| !message.is_request());
        self.inbox.remove(index.expect("a response"))
    }

    /// Takes the next NOTIFY and answers it.
    fn notify(&mut self) -> Message {
        self.notify_and(200)
    }

    fn notify_and(&mut self, code: u16) -> Message {
        let index = self.inbox.iter().position(Message::is_request);
        let notify = self.inbox.remove(index.expect("a NOTIFY"));
        let answer = crate::sip::ResponseBuilder::new(&notify, code, "").build();
        self.server.receive(self.now, self.flow, answer.unwrap());
        self.collect();
        notify
    }

    /// Sends a request as somebody, with credentials; gives the final response.
    fn request(&mut self, user: &str, request: &Request) -> Message {
        self.cseq += 1;
        self.send(&request.text(user, self.cseq, ""));
        let refused = self.response();
        if refused.status() != Some(401) {
            return refused;
        }
        self.cseq += 1;
        let line = authorization(
            &refused.challenges().unwrap(),
            user,
            PASSWORD,
            request.method,
            request.uri,
            request.body.as_bytes(),
        );
        self.send(&request.text(user, self.cseq, &line));
        self.response()
    }

    /// Subscribes; gives the response.
    fn subscribe(&mut self, user: &str, package: &str, whom: &str, expires: u32) -> Message {
        let uri = office::aor(whom);
        let mut request = Request::new("SUBSCRIBE", &uri);
        request.call_id = format!("{user}-{package}-{whom}-{}", self.branch);
        let _ = write!(request.extra, "Event: {package}\nExpires: {expires}\n");
        self.request(user, &request)
    }

    /// Refreshes or ends the subscription that a NOTIFY belongs to.
    fn resubscribe(&mut self, user: &str, notify: &Message, expires: u32) -> Message {
        let contact = notify.contacts().next().unwrap().unwrap();
        let uri = contact.address().unwrap().uri;
        let mut request = Request::new("SUBSCRIBE", uri);
        notify.call_id().unwrap().clone_into(&mut request.call_id);
        let from = notify.from().unwrap();
        request.to = format!("<{}>;tag={}", from.uri, from.tag().unwrap());
        let event = notify.event().unwrap().unwrap().package;
        let _ = write!(request.extra, "Event: {event}\nExpires: {expires}\n");
        self.request(user, &request)
    }

    fn publish(&mut self, user: &str, etag: Option<&str>, expires: u32, body: &str) -> Message {
        let uri = office::aor(user);
        let mut request = Request::new("PUBLISH", &uri);
        let _ = write!(request.extra, "Event: presence\nExpires: {expires}\n");
        if let Some(etag) = etag {
            let _ = writeln!(request.extra, "SIP-If-Match: {etag}");
        }
        if !body.is_empty() {
            request
                .extra
                .push_str("Content-Type: application/pidf+xml\n");
        }
        body.clone_into(&mut request.body);
        self.request(user, &request)
    }

    /// An XCAP request with credentials.
    fn xcap(&mut self, user: &str, request: XcapRequest<'_>) -> XcapResponse {
        let refused = self.server.xcap(self.now, &request);
        assert_eq!(refused.status, 401);
        let values = refused
            .headers
            .iter()
            .filter(|(name, _)| *name == "www-authenticate");
        let challenges: Vec<_> = values
            .flat_map(|(_, value)| Challenge::parse_all(value, false).unwrap())
            .collect();
        let line = authorization(
            &challenges,
            user,
            PASSWORD,
            request.method,
            request.target,
            request.body,
        );
        let value = line.trim().strip_prefix("Authorization: ").unwrap();
        let response = self.server.xcap(
            self.now,
            &XcapRequest {
                authorization: Some(value),
                ..request
            },
        );
        self.collect();
        response
    }

    fn put_rules(&mut self, user: &str, rules: &str) -> XcapResponse {
        let target = rules_of(user);
        self.xcap(
            user,
            XcapRequest {
                method: "PUT",
                target: &target,
                content_type: Some("application/auth-policy+xml"),
                body: rules.as_bytes(),
                ..XcapRequest::default()
            },
        )
    }
}

/// A request outside what every request has.
struct Request<'a> {
    method: &'a str,
    uri: &'a str,
    to: String,
    call_id: String,
    extra: String,
    contact: &'a str,
    body: String,
}

impl<'a> Request<'a> {
    fn new(method: &'a str, uri: &'a str) -> Self {
        Self {
            method,
            uri,
            to: format!("<{uri}>"),
            call_id: "call-1".to_owned(),
            extra: String::new(),
            contact: "<sip:client@127.0.0.1:7000>",
            body: String::new(),
        }
    }

    fn text(&self, user: &str, cseq: u32, authorization: &str) -> String {
        let Self {
            method,
            uri,
            to,
            call_id,
            extra,
            contact,
            body,
        } = self;
        let from = office::aor(user);
        let contact = if contact.is_empty() {
            String::new()
        } else {
            format!("Contact: {contact}\n")
        };
        format!(
            "{method} {uri} SIP/2.0\nVia: SIP/2.0/UDP 127.0.0.1:7000;branch={{branch}};rport\nMax-Forwards: 70\n\
             From: <{from}>;tag={user}\nTo: {to}\nCall-ID: {call_id}\nCSeq: {cseq} {method}\n{contact}\
             {authorization}{extra}User-Agent: test\n\n{body}"
        )
    }
}

fn authorization(
    challenges: &[Challenge],
    user: &str,
    password: &str,
    method: &str,
    uri: &str,
    body: &[u8],
) -> String {
    let challenge = challenges.first().unwrap();
    assert_eq!(challenge.algorithm, Algorithm::Sha256);
    let credentials = Credentials {
        username: user.to_owned(),
        password: Secret::from(password),
    };
    let value = challenge.answer(
        &credentials,
        &Answer {
            method,
            uri,
            body,
            cnonce: "0a4f113b",
            nc: 1,
            prefer_integrity: false,
            session: None,
        },
    );
    format!("Authorization: {value}\n")
}

fn users() -> Vec<User> {
    office::users(|_| Secret::from(PASSWORD))
}

fn rules_of(user: &str) -> String {
    format!("/xcap-root/pres-rules/users/{}/index", office::aor(user))
}

fn ruleset(rules: &[(&str, &str)]) -> String {
    let mut inner = String::new();
    for (number, (who, decision)) in rules.iter().enumerate() {
        let who = office::aor(who);
        write!(
            inner,
            "<rule id='r{number}'><conditions><identity><one id='{who}'/></identity></conditions><actions>\
             <p:sub-handling>{decision}</p:sub-handling></actions><transformations><p:provide-services>\
             <p:all-services/></p:provide-services><p:provide-all-attributes/></transformations></rule>"
        )
        .unwrap();
    }
    format!(
        "<ruleset xmlns='urn:ietf:params:xml:ns:common-policy' xmlns:p='urn:ietf:params:xml:ns:pres-rules'>{inner}\
         </ruleset>"
    )
}

fn pidf(user: &str, note: &str) -> String {
    format!(
        "<presence xmlns='urn:ietf:params:xml:ns:pidf' entity='{}'><tuple id='t1'><status><basic>open</basic></status>\
         <note>{note}</note></tuple></presence>",
        office::aor(user)
    )
}

fn body(message: &Message) -> String {
    String::from_utf8(message.body().to_vec()).unwrap()
}

/// Subscription-State without its expiry.
fn state(notify: &Message) -> String {
    let state = notify.subscription_state().unwrap().unwrap();
    match state.reason {
        Some(reason) => format!("{};{reason}", state.state),
        None => state.state.to_owned(),
    }
}

fn etag(response: &Message) -> String {
    response.sip_etag().unwrap().unwrap().to_owned()
}

fn bytes(text: &str) -> Bytes {
    text.replace('\n', "\r\n").into()
}

const PASSWORD: &str = "correct horse";
