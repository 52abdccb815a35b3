//! Tests of whole messages.

use super::*;
use crate::sip::{Contact, Element, Fault};

fn datagram(text: impl AsRef<[u8]>) -> Result<Message, MessageError> {
    Message::parse_datagram(Bytes::copy_from_slice(text.as_ref()), &Limits::default())
}

const NOTIFY: &str = "NOTIFY sip:alice@192.0.2.1:5060 SIP/2.0\r\n\
    v: SIP/2.0/UDP 192.0.2.2;branch=z9hG4bK1, SIP / 2.0 / TCP 192.0.2.3:5070 ;branch=z9hG4bK2\r\n\
    VIA: SIP/2.0/TLS [2001:db8::1]\r\n\
    Max-Forwards: 70\r\n\
    f: \"Bob, Sr.\" <sip:bob@example.com>;tag=b1\r\n\
    TO :\r\n <sip:alice@example.com>;tag=a1\r\n\
    i: call@example.com\r\n\
    CSeq: 2 NOTIFY\r\n\
    m: <sip:pa.example.com>, \"A, B\" <sip:pb.example.com;lr>;q=0.5\r\n\
    o: presence;id=7\r\n\
    Subscription-State: active;expires=300\r\n\
    X-Unknown: \u{c3}\u{a9}\r\n\
    Supported: a, b\r\n\
    k: c\r\n\
    c: application/pidf+xml\r\n\
    l: 4\r\n\r\nbody and more";

#[test]
fn reads_a_notify() {
    let message = datagram(NOTIFY).unwrap();
    message.validate().unwrap();
    assert!(message.is_request());
    assert_eq!(
        message.request_line().unwrap().uri,
        "sip:alice@192.0.2.1:5060"
    );
    assert_eq!(message.method().unwrap(), Method::Notify);
    let vias: Vec<_> = message.vias().map(|via| via.unwrap().host).collect();
    assert_eq!(vias, ["192.0.2.2", "192.0.2.3", "[2001:db8::1]"]);
    assert_eq!(message.from().unwrap().display.as_deref(), Some("Bob, Sr."));
    assert_eq!(message.to().unwrap().tag(), Some("a1"));
    assert_eq!(message.call_id().unwrap(), "call@example.com");
    assert_eq!(message.cseq().unwrap().number, 2);
    assert_eq!(message.max_forwards().unwrap(), Some(70));
    let contacts: Vec<_> = message.contacts().map(Result::unwrap).collect();
    assert_eq!(contacts[1].address().unwrap().uri, "sip:pb.example.com;lr");
    assert_eq!(message.event().unwrap().unwrap().id, Some("7"));
    assert_eq!(
        message.subscription_state().unwrap().unwrap().expires,
        Some(300)
    );
    assert!(
        message
            .content_type()
            .unwrap()
            .unwrap()
            .is("application/pidf+xml")
    );
    assert_eq!(
        message.supported().unwrap().iter().collect::<Vec<_>>(),
        ["a", "b", "c"]
    );
    assert_eq!(
        message.header_named("x-unknown").unwrap().text().unwrap(),
        "\u{c3}\u{a9}"
    );
    assert_eq!(message.header_named("event").unwrap().name(), "o");
    assert_eq!(message.body(), "body");
    assert!(message.bytes().ends_with(b"\r\n\r\nbody"));
    assert_eq!(message.all_headers().count(), 15);
    assert_eq!(message.expires().unwrap(), None);
}

#[test]
fn reads_a_response() {
    let message = datagram(
        "SIP/2.0 423 Interval Too Brief\r\nVia: SIP/2.0/UDP a\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:a@b>;tag=2\r\n\
         Call-ID: 1\r\nCSeq: 4 SUBSCRIBE\r\nMin-Expires: 60\r\nRetry-After: 5 (busy)\r\n\
         Record-Route: <sip:p1;lr>,<sip:p2;x=\",\">\r\nRecord-Route: \"a,b\" <sip:p3>;x\r\n\r\n",
    )
    .unwrap();
    message.validate().unwrap();
    assert_eq!(message.status(), Some(423));
    assert_eq!(message.status_line().unwrap().reason, "Interval Too Brief");
    assert_eq!(message.method().unwrap(), Method::Subscribe);
    assert_eq!(message.min_expires().unwrap(), Some(60));
    assert_eq!(
        message.retry_after().unwrap().unwrap().comment.as_deref(),
        Some("busy")
    );
    let routes: Vec<_> = message.record_routes().map(Result::unwrap).collect();
    assert_eq!(
        routes,
        ["<sip:p1;lr>", "<sip:p2;x=\",\">", "\"a,b\" <sip:p3>;x"]
    );
    assert_eq!(
        datagram("SIP/2.0 200\r\n\r\n")
            .unwrap()
            .status_line()
            .unwrap()
            .reason,
        ""
    );
    assert_eq!(
        datagram("SIP/2.0 200 \r\n\r\n")
            .unwrap()
            .status_line()
            .unwrap()
            .reason,
        ""
    );
    assert_eq!(
        datagram("SIP/2.0 700 x\r\n\r\n").unwrap_err(),
        MessageError::StatusCode
    );
    assert_eq!(
        datagram("SIP/2.0 99 x\r\n\r\n").unwrap_err(),
        MessageError::StatusCode
    );
}

#[test]
fn refuses_what_is_no_message() {
    let table: [(&[u8], MessageError); 14] = [
        (b"", MessageError::Empty),
        (b"\r\n\r\n", MessageError::Empty),
        (b"hello\r\n\r\n", MessageError::StartLine),
        (b"GET / HTTP/1.1\r\n\r\n", MessageError::StartLine),
        (b"NOTIFY SIP/2.0\r\n\r\n", MessageError::StartLine),
        (b"N\xff sip:a SIP/2.0\r\n\r\n", MessageError::StartLine),
        (b"NOTIFY sip:a SIP/2.0", MessageError::UnterminatedHead),
        (
            b"NOTIFY sip:a SIP/2.0\r\nA: b\r\n\r",
            MessageError::UnterminatedHead,
        ),
        (
            b"NOTIFY sip:a SIP/2.0\r\n: b\r\n\r\n",
            MessageError::HeaderLine { line: 2 },
        ),
        (
            b"NOTIFY sip:a SIP/2.0\r\nA: b\r\n c\r\nno colon\r\n\r\n",
            MessageError::HeaderLine { line: 4 },
        ),
        (
            b"NOTIFY sip:a SIP/2.0\r\n A: b\r\n\r\n",
            MessageError::HeaderLine { line: 2 },
        ),
        (
            b"NOTIFY sip:a SIP/2.0\r\nA: \rb\r\n\r\n",
            MessageError::ControlCharacter { offset: 25 },
        ),
        (
            b"NOTIFY sip:a SIP/2.0\r\nA: \0\r\n\r\n",
            MessageError::ControlCharacter { offset: 25 },
        ),
        (
            b"NOTIFY sip:a SIP/2.0\r\nl: 2\r\n\r\nx",
            MessageError::BodyTooShort {
                expected: 2,
                actual: 1,
            },
        ),
    ];
    for (bytes, error) in table {
        assert_eq!(
            datagram(bytes).unwrap_err(),
            error,
            "{}",
            String::from_utf8_lossy(bytes)
        );
    }
}

#[test]
fn tx_023_a_short_body_can_still_be_answered() {
    let bytes =
        Bytes::from_static(b"NOTIFY sip:a SIP/2.0\r\nCall-ID: 1\r\nContent-Length: 9999\r\n\r\nx");
    let limits = Limits::default();
    assert_eq!(
        Message::parse_datagram(bytes.clone(), &limits).unwrap_err(),
        MessageError::BodyTooShort {
            expected: 9999,
            actual: 1
        }
    );
    let head = Message::parse_head(bytes, &limits).unwrap();
    assert_eq!((head.call_id().unwrap(), head.body().len()), ("1", 0));
}

#[test]
fn tx_023_a_datagram_with_a_bad_length_is_read_and_refused() {
    for line in ["l: -1", "l: five", "l: 1\r\nContent-Length: 2"] {
        let text = NOTIFY.replace("l: 4", line);
        let message = datagram(text).unwrap();
        assert_eq!(message.body(), "body and more");
        let error = message.validate().unwrap_err();
        assert_eq!(
            error.element,
            Element::Header(HeaderName::ContentLength),
            "{line}"
        );
    }
}

#[test]
fn limits_are_exact() {
    let limits = Limits {
        header_section: 120,
        headers: 2,
        line: 40,
        datagram_body: 4,
        stream_body: 5,
    };
    let parse =
        |text: &str| Message::parse_datagram(Bytes::copy_from_slice(text.as_bytes()), &limits);
    let start = "NOTIFY sip:a SIP/2.0\r\n";
    assert!(parse(&format!("{start}A: {}\r\nB: b\r\n\r\n1234", "a".repeat(37))).is_ok());
    assert_eq!(
        parse(&format!("{start}A: {}\r\n\r\n", "a".repeat(38))).unwrap_err(),
        MessageError::LineTooLong { line: 2, limit: 40 }
    );
    assert_eq!(
        parse(&format!("{start}A: a\r\nB: b\r\nC: c\r\n\r\n")).unwrap_err(),
        MessageError::TooManyHeaders { limit: 2 }
    );
    assert_eq!(
        parse(&format!("{start}\r\n12345")).unwrap_err(),
        MessageError::BodyTooLarge {
            length: 5,
            limit: 4
        }
    );
    let section = Limits {
        headers: 9,
        ..limits
    };
    let text = format!(
        "{start}{}\r\n",
        "A:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n".repeat(3)
    );
    assert_eq!(
        Message::parse_datagram(Bytes::from(text), &section).unwrap_err(),
        MessageError::HeadTooLarge { limit: 120 }
    );
    let stream = |text: &'static str| {
        Message::parse_stream(Bytes::from_static(text.as_bytes()), &limits).unwrap_err()
    };
    assert_eq!(
        stream("NOTIFY sip:a SIP/2.0\r\n\r\n"),
        MessageError::NoContentLength
    );
    assert_eq!(
        stream("NOTIFY sip:a SIP/2.0\r\nl: 1\r\n\r\nab"),
        MessageError::BodyTooLong {
            expected: 1,
            actual: 2
        }
    );
    assert_eq!(
        stream("NOTIFY sip:a SIP/2.0\r\nl: 3\r\n\r\nab"),
        MessageError::BodyTooShort {
            expected: 3,
            actual: 2
        }
    );
    assert_eq!(
        stream("NOTIFY sip:a SIP/2.0\r\nl: 6\r\n\r\n"),
        MessageError::BodyTooLarge {
            length: 6,
            limit: 5
        }
    );
}

#[test]
fn many_headers_spill_from_the_stack() {
    let text = format!("NOTIFY sip:a SIP/2.0\r\n{}\r\n", "X: 1\r\n".repeat(100));
    assert_eq!(datagram(&text).unwrap().all_headers().count(), 100);
    let text = format!("NOTIFY sip:a SIP/2.0\r\n{}\r\n", "X: 1\r\n".repeat(257));
    assert_eq!(
        datagram(&text).unwrap_err(),
        MessageError::TooManyHeaders { limit: 256 }
    );
}

#[test]
fn rb_003_faults_are_named() {
    let with = |from: &str, to: &str| NOTIFY.replace(from, to);
    let error = |text: String| datagram(text).unwrap().validate().unwrap_err();
    let is = |error: HeaderError, name, fault| {
        assert_eq!((error.element, error.fault), (Element::Header(name), fault));
        assert_eq!(error.status(), 400);
    };
    is(
        error(with("i: call@example.com\r\n", "")),
        HeaderName::CallId,
        Fault::Missing,
    );
    is(
        error(with("i: call", "i: x\r\nCall-ID: call")),
        HeaderName::CallId,
        Fault::Repeated,
    );
    is(
        error(with("o: presence", "Event: x\r\no: presence")),
        HeaderName::Event,
        Fault::Repeated,
    );
    is(
        error(with("2 NOTIFY", "2 SUBSCRIBE")),
        HeaderName::CSeq,
        Fault::MethodMismatch,
    );
    is(
        error(with("2 NOTIFY", "4294967296 NOTIFY")),
        HeaderName::CSeq,
        Fault::NumberTooLarge,
    );
    is(
        error(with("\"Bob, Sr.\"", "\"Bob, Sr.")),
        HeaderName::From,
        Fault::UnterminatedQuote,
    );
    is(
        error(with("Max-Forwards: 70", "Max-Forwards: x")),
        HeaderName::MaxForwards,
        Fault::Number,
    );
    datagram(with("Max-Forwards: 70", "Max-Forwards: 300"))
        .unwrap()
        .validate()
        .unwrap();
    let version = error(with("SIP/2.0\r\n", "SIP/3.0\r\n"));
    assert_eq!(
        (version.element, version.fault, version.status()),
        (Element::StartLine, Fault::Version, 505)
    );
    assert_eq!(
        version.to_string(),
        "start line: SIP version is not 2.0 (byte 32)"
    );
    let event = datagram(with("o: presence", "Event: x\r\no: presence")).unwrap();
    assert_eq!(event.event().unwrap_err().fault, Fault::Repeated);
}

#[test]
fn a_fault_in_one_value_leaves_the_others() {
    let mut bytes = NOTIFY.as_bytes().to_vec();
    let at = NOTIFY.find("presence").unwrap();
    bytes[at] = 0xff;
    let message = datagram(bytes).unwrap();
    assert_eq!(message.event().unwrap_err().fault, Fault::NotUtf8);
    message.validate().unwrap();
}

#[test]
fn a_star_stands_alone() {
    let contacts = |value: &str| {
        let message = datagram(format!(
            "REGISTER sip:a SIP/2.0\r\nContact: {value}\r\n\r\n"
        ))
        .unwrap();
        message
            .contacts()
            .map(|contact| contact.map(|contact| contact == Contact::Star))
            .collect::<Result<Vec<_>, _>>()
    };
    assert_eq!(contacts("*").unwrap(), [true]);
    assert_eq!(contacts("*, <sip:a@b>").unwrap_err().fault, Fault::Star);
    assert!(contacts("<sip:a@b>, ").is_err());
    assert!(contacts("<sip:a@b>,,<sip:c@d>").is_err());
}

#[test]
fn accept_tells_empty_from_absent() {
    let accept = |line: &str| {
        let message = datagram(format!("SUBSCRIBE sip:a SIP/2.0\r\n{line}\r\n")).unwrap();
        message.accept().map(|ranges| {
            ranges.map(|ranges| ranges.iter().any(|range| range.covers("text/plain")))
        })
    };
    assert_eq!(accept("").unwrap(), None);
    assert_eq!(accept("Accept:\r\n").unwrap(), Some(false));
    assert_eq!(
        accept("Accept: application/x;q=0.1, text/*\r\n").unwrap(),
        Some(true)
    );
    assert!(accept("Accept: text\r\n").is_err());
}

#[test]
fn debug_shows_no_values() {
    let message =
        datagram("REGISTER sip:a SIP/2.0\r\nAuthorization: Digest response=\"abc\"\r\n\r\n")
            .unwrap();
    assert_eq!(
        format!("{message:?}"),
        "Message(REGISTER sip:a SIP/2.0, 1 headers, 0 bytes of body)"
    );
}
