//! The message layer against `rsip`: on the subset that rsip reads rightly, both must read the same; and each defect that
//! made us write our own is shown here, so that this file fails when a new rsip has mended one and the choice can be
//! looked at again.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use bytes::Bytes;
use proptest::prelude::*;
use rsip::headers::{ToTypedHeader, UntypedHeader};
use rsip::prelude::HeadersExt;
use siskin::sip::digest::{Algorithm, Challenge};
use siskin::sip::{HeaderName, Host, Limits, Message, Method, RequestBuilder, Uri};

fn ours(bytes: &[u8]) -> Message {
    Message::parse_datagram(Bytes::copy_from_slice(bytes), &Limits::default()).unwrap()
}

fn theirs(bytes: &[u8]) -> Result<rsip::SipMessage, rsip::Error> {
    rsip::SipMessage::try_from(bytes)
}

/// A request with one more line among its headers.
fn request(line: &str) -> Vec<u8> {
    format!(
        "OPTIONS sip:alice@example.com SIP/2.0\r\nVia: SIP/2.0/UDP host.example.com;branch=z9hG4bK1\r\n\
         From: <sip:bob@example.com>;tag=1\r\nTo: <sip:alice@example.com>\r\nCall-ID: c1\r\nCSeq: 1 OPTIONS\r\n\
         {line}Content-Length: 0\r\n\r\n"
    )
    .into_bytes()
}

/// The parts of a message, in the subset that both read.
#[derive(Debug, Clone)]
struct Plain {
    status: Option<u16>,
    method: &'static str,
    users: [String; 2],
    host: String,
    port: Option<u16>,
    transport: &'static str,
    branch: String,
    tags: [String; 2],
    call_id: String,
    number: u32,
    expires: u32,
    body: String,
}

impl Plain {
    fn text(&self) -> String {
        let port = self
            .port
            .map_or_else(String::new, |port| format!(":{port}"));
        let Self {
            method,
            users: [from_user, to_user],
            host,
            transport,
            branch,
            tags: [from, to],
            ..
        } = self;
        let start = match self.status {
            Some(status) => format!("SIP/2.0 {status} OK"),
            None => format!("{method} sip:{to_user}@{host}{port} SIP/2.0"),
        };
        format!(
            "{start}\r\nVia: SIP/2.0/{transport} {host}{port};branch=z9hG4bK{branch}\r\n\
             Via: SIP/2.0/{transport} second.example.com;branch=z9hG4bK2{branch}\r\nMax-Forwards: 70\r\n\
             From: <sip:{from_user}@{host}>;tag={from}\r\nTo: <sip:{to_user}@{host}>;tag={to}\r\n\
             Call-ID: {}\r\nCSeq: {} {method}\r\nContact: <sip:{from_user}@{host}{port}>\r\nExpires: {}\r\n\
             Content-Type: text/plain\r\nContent-Length: {}\r\n\r\n{}",
            self.call_id,
            self.number,
            self.expires,
            self.body.len(),
            self.body
        )
    }
}

fn plain() -> impl Strategy<Value = Plain> {
    let word = || "[a-z][a-z0-9]{0,10}";
    (
        proptest::option::of(prop_oneof![Just(200u16), Just(401), Just(481), Just(603)]),
        prop_oneof![
            Just("SUBSCRIBE"),
            Just("NOTIFY"),
            Just("REGISTER"),
            Just("PUBLISH"),
            Just("OPTIONS")
        ],
        [word(), word()],
        "[a-z][a-z0-9]{0,8}\\.example\\.com",
        proptest::option::of(any::<u16>()),
        prop_oneof![Just("UDP"), Just("TCP"), Just("TLS")],
        word(),
        [word(), word()],
        "[a-z0-9]{1,20}",
        (any::<u32>(), any::<u32>()),
        "[ -~]{0,60}",
    )
        .prop_map(
            |(
                status,
                method,
                users,
                host,
                port,
                transport,
                branch,
                tags,
                call_id,
                (number, expires),
                body,
            )| Plain {
                status,
                method,
                users,
                host,
                port,
                transport,
                branch,
                tags,
                call_id,
                number,
                expires,
                body,
            },
        )
}

proptest! {
    #[test]
    fn both_read_the_same(plain in plain()) {
        let text = plain.text();
        let our = ours(text.as_bytes());
        let their = theirs(text.as_bytes()).unwrap();
        our.validate().unwrap();
        prop_assert_eq!(our.is_request(), their.is_request());
        match &their {
            rsip::SipMessage::Request(request) => {
                let line = our.request_line().unwrap();
                prop_assert_eq!(line.method, request.method.to_string());
                prop_assert_eq!(line.uri, request.uri.to_string());
                let uri = Uri::parse(line.uri).unwrap();
                prop_assert_eq!(uri.user(), request.uri.user());
                prop_assert_eq!(uri.port(), request.uri.port().map(|port| *port.value()));
            }
            rsip::SipMessage::Response(response) => {
                prop_assert_eq!(our.status().unwrap(), response.status_code.code());
            }
        }
        let via = their.via_header().unwrap().typed().unwrap();
        let top = our.top_via().unwrap();
        prop_assert_eq!(top.host, via.uri.host().to_string());
        prop_assert_eq!(top.port, via.uri.port().map(|port| *port.value()));
        prop_assert_eq!(top.transport, via.transport.to_string());
        prop_assert_eq!(top.branch, via.branch().map(rsip::param::Branch::value));
        prop_assert_eq!(our.vias().count(), 2);
        let from = their.from_header().unwrap().typed().unwrap();
        prop_assert_eq!(our.from().unwrap().tag(), from.tag().map(rsip::param::Tag::value));
        prop_assert_eq!(our.from().unwrap().uri, from.uri.to_string());
        let to = their.to_header().unwrap().typed().unwrap();
        prop_assert_eq!(our.to().unwrap().tag(), to.tag().map(rsip::param::Tag::value));
        prop_assert_eq!(our.call_id().unwrap(), their.call_id_header().unwrap().value());
        let cseq = their.cseq_header().unwrap().typed().unwrap();
        prop_assert_eq!(our.cseq().unwrap().number, cseq.seq);
        prop_assert_eq!(our.cseq().unwrap().method.to_string(), cseq.method.to_string());
        let contact = their.contact_header().unwrap().typed().unwrap();
        let our_contact = our.contacts().next().unwrap().unwrap();
        prop_assert_eq!(our_contact.address().unwrap().uri, contact.uri.to_string());
        prop_assert_eq!(our.expires().unwrap().unwrap(), their.expires_header().unwrap().seconds().unwrap());
        prop_assert_eq!(our.body_bytes(), &their.body()[..]);
    }
}

#[test]
fn record_a_dot_in_the_user_moves_it_into_the_host() {
    let text = "sip:bob.smith@example.com";
    let uri = rsip::Uri::try_from(text).unwrap();
    assert_eq!(
        (uri.user(), uri.host().to_string().as_str()),
        (None, "bob.smith@example.com")
    );
    let uri = Uri::parse(text).unwrap();
    assert_eq!(
        (uri.user(), uri.host()),
        (Some("bob.smith"), Some(Host::Name("example.com")))
    );
}

#[test]
fn record_ipv6_is_not_read_nor_bracketed() {
    let address: std::net::IpAddr = "2001:db8::1".parse().unwrap();
    let written = rsip::Uri {
        scheme: Some(rsip::Scheme::Sip),
        host_with_port: (address, 5060u16).into(),
        ..Default::default()
    };
    assert!(!written.to_string().contains('['), "{written}");
    let right =
        |uri: rsip::Uri| uri.host().to_string().contains("2001:db8::1") && uri.port().is_some();
    assert!(!rsip::Uri::try_from("sip:bob@[2001:db8::1]:5060").is_ok_and(right));
    let uri = Uri::parse("sip:bob@[2001:db8::1]:5060").unwrap();
    assert_eq!(
        (uri.host().unwrap().address(), uri.port()),
        (Some(address), Some(5060))
    );
}

#[test]
fn record_a_gruu_is_cut() {
    let text = "sip:bob@example.com;gr=urn:uuid:f81d4fae";
    let uri = rsip::Uri::try_from(text).unwrap();
    assert_ne!(uri.to_string(), text);
    assert_eq!(
        Uri::parse(text).unwrap().param("gr").flatten().unwrap(),
        "urn:uuid:f81d4fae"
    );
}

#[test]
fn record_subscription_state_is_not_recognised() {
    let bytes = request("Subscription-State: active;expires=60\r\n");
    let message = theirs(&bytes).unwrap();
    let known = |header: &rsip::Header| matches!(header, rsip::Header::SubscriptionState(_));
    assert!(
        !rsip::prelude::HasHeaders::headers(&message)
            .iter()
            .any(known)
    );
    assert_eq!(
        ours(&bytes).subscription_state().unwrap().unwrap().expires,
        Some(60)
    );
}

#[test]
fn record_compact_folded_and_spaced_headers_are_not_read() {
    let compact = String::from_utf8(request(""))
        .unwrap()
        .replace("Call-ID:", "i:");
    assert!(theirs(compact.as_bytes()).map_or(true, |message| message.call_id_header().is_err()));
    assert_eq!(ours(compact.as_bytes()).call_id().unwrap(), "c1");

    let folded = String::from_utf8(request(""))
        .unwrap()
        .replace("Call-ID: c1", "Call-ID:\r\n c1");
    let read =
        |message: rsip::SipMessage| message.call_id_header().is_ok_and(|id| id.value() == "c1");
    assert!(!theirs(folded.as_bytes()).is_ok_and(read));
    assert_eq!(ours(folded.as_bytes()).call_id().unwrap(), "c1");

    let spaced = String::from_utf8(request(""))
        .unwrap()
        .replace("Call-ID:", "Call-ID :");
    assert!(!theirs(spaced.as_bytes()).is_ok_and(read));
    assert_eq!(ours(spaced.as_bytes()).call_id().unwrap(), "c1");
}

#[test]
fn record_an_unknown_method_is_an_error() {
    let bytes = String::from_utf8(request(""))
        .unwrap()
        .replace("OPTIONS", "FETCH")
        .into_bytes();
    assert!(theirs(&bytes).is_err());
    assert_eq!(
        ours(&bytes).method().unwrap(),
        Method::Other("FETCH".into())
    );
}

#[test]
fn record_the_second_via_of_a_line_is_lost() {
    let bytes = String::from_utf8(request(""))
        .unwrap()
        .replace(
            "z9hG4bK1\r\n",
            "z9hG4bK1, SIP/2.0/UDP second.example.com;branch=z9hG4bK2\r\n",
        )
        .into_bytes();
    let second = |message: rsip::SipMessage| {
        message.via_header().is_ok_and(|via| {
            via.typed()
                .is_ok_and(|via| via.to_string().contains("second") && via.branch().is_some())
        })
    };
    assert!(!theirs(&bytes).is_ok_and(second));
    assert_eq!(
        ours(&bytes)
            .vias()
            .map(|via| via.unwrap().branch.unwrap())
            .collect::<Vec<_>>(),
        ["z9hG4bK1", "z9hG4bK2"]
    );
}

#[test]
fn record_two_contacts_in_a_line_are_an_error() {
    let bytes = request("Contact: <sip:a@example.com>, <sip:b@example.com>\r\n");
    let message = theirs(&bytes).unwrap();
    assert!(message.contact_header().unwrap().typed().is_err());
    assert_eq!(ours(&bytes).contacts().map(Result::unwrap).count(), 2);
}

#[test]
fn record_a_binary_body_is_changed() {
    let mut bytes = String::from_utf8(request(""))
        .unwrap()
        .replace("Length: 0", "Length: 3")
        .into_bytes();
    bytes.extend_from_slice(b"a\xffb");
    let message = theirs(&bytes).unwrap();
    let written: Vec<u8> = message.to_string().into_bytes();
    assert!(!written.ends_with(b"a\xffb"));
    assert_eq!(ours(&bytes).bytes(), &bytes);
}

#[test]
fn record_a_line_end_in_a_value_goes_to_the_wire() {
    let header = rsip::Header::Subject(rsip::headers::Subject::new("a\r\nEvil: b"));
    assert!(header.to_string().contains("\r\nEvil: b"));
    let built = RequestBuilder::new(&Method::Options, "sip:a")
        .header(HeaderName::Subject, "a\r\nEvil: b")
        .build();
    assert!(built.is_err());
}

#[test]
fn record_digest_is_not_what_the_rfcs_say() {
    let typed = |value: &str| rsip::headers::WwwAuthenticate::new(value).typed();
    let sha = "Digest realm=\"r\", nonce=\"n\", algorithm=SHA-256";
    assert!(typed(sha).is_err());
    assert_eq!(
        Challenge::parse_all(sha, false).unwrap()[0].algorithm,
        Algorithm::Sha256
    );

    let both = "Digest realm=\"r\", nonce=\"n\", qop=\"auth,auth-int\"";
    assert!(typed(both).is_err());
    assert_eq!(Challenge::parse_all(both, false).unwrap()[0].qop.len(), 2);

    let value = "Digest username=\"a\", realm=\"r\", nonce=\"n\", uri=\"sip:example.com\", response=\"x\", qop=auth, \
                 cnonce=\"c\", nc=00000100";
    assert!(
        rsip::headers::Authorization::new(value.replace("100", "fff"))
            .typed()
            .is_err()
    );
    assert!(siskin::sip::digest::Authorization::parse(value, false).is_ok());

    let digest = |algorithm| {
        rsip::services::DigestGenerator {
            username: "a",
            password: "b",
            nonce: "n",
            uri: &rsip::Uri::try_from("sip:example.com").unwrap(),
            realm: "r",
            method: &rsip::Method::Options,
            qop: None,
            algorithm,
        }
        .compute()
    };
    let (plain, session) = (
        rsip::headers::auth::Algorithm::Md5,
        rsip::headers::auth::Algorithm::Md5Sess,
    );
    assert_eq!(digest(plain), digest(session));
}
