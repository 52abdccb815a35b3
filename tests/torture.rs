//! The torture messages of RFC 4475 and RFC 5118, byte for byte: every valid one is read, every fault is named.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::fmt::Write as _;
use std::path::Path;

use bytes::Bytes;
use siskin::sip::framing::{Frame, StreamFramer};
use siskin::sip::{
    Contact, Element, Fault, HeaderError, HeaderName, Host, Limits, Message, MessageError, Method,
    ResponseBuilder, Scheme, Uri,
};

fn bytes(set: &str, name: &str) -> Bytes {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/torture")
        .join(set)
        .join(format!("{name}.msg"));
    Bytes::from(std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display())))
}

fn parse(set: &str, name: &str) -> Result<Message, MessageError> {
    Message::parse_datagram(bytes(set, name), &Limits::default())
}

fn rfc4475(name: &str) -> Message {
    parse("rfc4475", name).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn rfc5118(name: &str) -> Message {
    parse("rfc5118", name).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Reads everything that can be read; gives what is wrong, one fault a line.
fn faults(message: &Message) -> String {
    let mut faults = String::new();
    let mut note = |result: Result<(), HeaderError>| {
        if let Err(error) = result {
            let _ = writeln!(faults, "{error}");
        }
    };
    note(message.validate());
    note(message.vias().try_for_each(|via| via.map(drop)));
    note(
        message
            .from()
            .and_then(|address| address.parse_uri())
            .map(drop),
    );
    note(
        message
            .to()
            .and_then(|address| address.parse_uri())
            .map(drop),
    );
    note(message.contacts().try_for_each(|contact| match contact? {
        Contact::Star => Ok(()),
        Contact::Address(address) => address.parse_uri().map(drop),
    }));
    note(message.routes().try_for_each(|route| route.map(drop)));
    note(
        message
            .record_routes()
            .try_for_each(|route| route.map(drop)),
    );
    note(message.warnings().try_for_each(|warning| warning.map(drop)));
    note(message.event().map(drop));
    note(message.subscription_state().map(drop));
    note(message.expires().map(drop));
    note(message.retry_after().map(drop));
    note(message.date().map(drop));
    note(message.content_type().map(drop));
    note(message.content_disposition().map(drop));
    note(message.content_length().map(drop));
    note(message.accept().map(drop));
    for list in [
        message.supported(),
        message.require(),
        message.unsupported(),
        message.allow(),
    ] {
        note(list.map(drop));
    }
    note(message.challenges().map(drop));
    note(message.authorizations().map(drop));
    faults
}

#[test]
fn rb_002_rfc_4475_valid() {
    let valid = [
        "wsinv",
        "intmeth",
        "esc01",
        "escnull",
        "esc02",
        "lwsdisp",
        "longreq",
        "dblreq",
        "semiuri",
        "transports",
        "mpart01",
        "unreason",
        "noreason",
    ];
    assert_eq!(valid.len(), 13);
    for name in valid {
        assert_eq!(faults(&rfc4475(name)), "", "{name}");
    }
}

#[test]
fn rb_002_rfc_4475_valid_in_detail() {
    let wsinv = rfc4475("wsinv");
    assert_eq!(wsinv.cseq().unwrap().number, 9);
    assert_eq!(
        wsinv.from().unwrap().display.as_deref(),
        Some("J Rosenberg \\\"")
    );
    assert_eq!(wsinv.from().unwrap().tag(), Some("98asjd8"));
    assert_eq!(wsinv.to().unwrap().tag(), Some("1918181833n"));
    assert_eq!(wsinv.max_forwards().unwrap(), Some(68));
    let hosts: Vec<_> = wsinv.vias().map(|via| via.unwrap().host).collect();
    assert_eq!(
        hosts,
        ["192.0.2.2", "spindle.example.com", "192.168.255.111"]
    );
    let branches: Vec<_> = wsinv
        .vias()
        .map(|via| via.unwrap().branch.unwrap())
        .collect();
    assert_eq!(branches, ["390skdjuw", "z9hG4bK9ikj8", "z9hG4bK30239"]);
    assert_eq!(
        wsinv
            .header_named("newfangledheader")
            .unwrap()
            .unfolded()
            .unwrap(),
        "newfangled value continued newfangled value"
    );
    let contact = wsinv.contacts().next().unwrap().unwrap();
    assert_eq!(
        contact.address().unwrap().display.as_deref(),
        Some("Quoted string \"\"")
    );
    let params = contact.address().unwrap().params;
    assert_eq!(params.value("newparam").as_deref(), Some("newvalue"));
    assert!(params.has("SecondParam") && params.value("secondparam").is_none());
    assert_eq!(contact.address().unwrap().q(), Some(330));

    let intmeth = rfc4475("intmeth");
    assert_eq!(
        intmeth.method().unwrap(),
        Method::Other("!interesting-Method0123456789_*+`.%indeed'~".into())
    );
    assert_eq!(
        intmeth.to().unwrap().display.as_deref(),
        Some("BEL:\u{7} NUL:\0 DEL:\u{7f}")
    );

    let esc01 = rfc4475("esc01");
    let uri = Uri::parse(esc01.request_line().unwrap().uri).unwrap();
    assert_eq!(uri.user_decoded().as_deref(), Some("sips:user@example.com"));
    assert_eq!(uri.host(), Some(Host::Name("example.net")));
    assert!(
        esc01
            .to()
            .unwrap()
            .parse_uri()
            .unwrap()
            .equivalent(&Uri::parse("sip:user@example.com").unwrap())
    );

    // An escape in a header name or method is not one: these are an unknown header and an unknown method.
    let esc02 = rfc4475("esc02");
    assert_eq!(
        esc02.method().unwrap(),
        Method::Other("RE%47IST%45R".into())
    );
    assert_eq!(esc02.contacts().count(), 2);

    let null = rfc4475("escnull")
        .contacts()
        .nth(1)
        .unwrap()
        .unwrap()
        .address()
        .unwrap()
        .parse_uri()
        .unwrap();
    assert_eq!(null.user_decoded().as_deref(), Some("\0\0"));

    assert_eq!(
        rfc4475("lwsdisp").from().unwrap().display.as_deref(),
        Some("caller")
    );
    assert_eq!(rfc4475("longreq").vias().count(), 34);
    assert!(rfc4475("dblreq").body().is_empty());
    let user = Uri::parse(rfc4475("semiuri").request_line().unwrap().uri).unwrap();
    assert_eq!(
        user.user_decoded().as_deref(),
        Some("user;par=u@example.net")
    );
    let transports: Vec<_> = rfc4475("transports")
        .vias()
        .map(|via| via.unwrap().transport.to_owned())
        .collect();
    assert_eq!(transports, ["UDP", "SCTP", "TLS", "UNKNOWN", "TCP"]);
    let multipart = rfc4475("mpart01");
    assert_eq!(
        multipart
            .content_type()
            .unwrap()
            .unwrap()
            .params
            .value("boundary")
            .as_deref(),
        Some("7a9cbec02ceef655")
    );
    assert_eq!(
        multipart.body().len() as u64,
        multipart.content_length().unwrap().unwrap()
    );
    assert_eq!(
        rfc4475("unreason").status_line().unwrap().reason,
        "= 2**3 * 5**2 но сто девяносто девять - простое"
    );
    assert_eq!(rfc4475("noreason").status_line().unwrap().reason, "");
}

/// What reading a faulty message must come to.
enum Expected {
    /// It is no message at all.
    Message(MessageError),
    /// Reading names these faults, and these only.
    Faults(&'static [(Element, Fault)]),
}

#[test]
fn rb_003_rfc_4475_invalid() {
    use Element::{Header, StartLine};
    use Expected::{Faults, Message as NoMessage};
    use HeaderName as H;
    let table = [
        (
            "badinv01",
            Faults(&[
                (Header(H::Via), Fault::Parameter),
                (Header(H::Contact), Fault::Parameter),
            ]),
        ),
        (
            "clerr",
            NoMessage(MessageError::BodyTooShort {
                expected: 9999,
                actual: 154,
            }),
        ),
        ("ncl", Faults(&[(Header(H::ContentLength), Fault::Number)])),
        (
            "scalar02",
            Faults(&[(Header(H::CSeq), Fault::NumberTooLarge)]),
        ),
        (
            "scalarlg",
            Faults(&[
                (Header(H::CSeq), Fault::NumberTooLarge),
                (Header(H::Warning), Fault::NumberTooLarge),
            ]),
        ),
        (
            "quotbal",
            Faults(&[(Header(H::To), Fault::UnterminatedQuote)]),
        ),
        ("ltgtruri", Faults(&[(StartLine, Fault::BracketedUri)])),
        ("lwsruri", Faults(&[(StartLine, Fault::WhiteSpace)])),
        ("lwsstart", Faults(&[(StartLine, Fault::WhiteSpace)])),
        ("trws", Faults(&[(StartLine, Fault::WhiteSpace)])),
        ("escruri", Faults(&[(StartLine, Fault::UriHeaders)])),
        ("baddate", Faults(&[(Header(H::Date), Fault::Date)])),
        (
            "regbadct",
            Faults(&[(Header(H::Contact), Fault::UnbracketedUri)]),
        ),
        ("badaspec", Faults(&[(Header(H::To), Fault::WhiteSpace)])),
        (
            "baddn",
            Faults(&[
                (Header(H::From), Fault::DisplayName),
                (Header(H::To), Fault::DisplayName),
            ]),
        ),
        ("badvers", Faults(&[(StartLine, Fault::Version)])),
        (
            "mismatch01",
            Faults(&[(Header(H::CSeq), Fault::MethodMismatch)]),
        ),
        (
            "mismatch02",
            Faults(&[(Header(H::CSeq), Fault::MethodMismatch)]),
        ),
        ("bigcode", NoMessage(MessageError::StatusCode)),
    ];
    assert_eq!(table.len(), 19);
    for (name, expected) in table {
        match (parse("rfc4475", name), expected) {
            (Err(error), NoMessage(expected)) => assert_eq!(error, expected, "{name}"),
            (Ok(message), Faults(expected)) => {
                let found = faults(&message);
                for (element, fault) in expected {
                    assert!(
                        found.contains(&format!("{element}: {fault} ")),
                        "{name}: {found}"
                    );
                }
                for line in found.lines() {
                    let is = |(element, fault): &&(Element, Fault)| {
                        line.starts_with(&format!("{element}: {fault} "))
                    };
                    assert!(
                        expected.iter().any(|expected| is(&expected)),
                        "{name}: {line}"
                    );
                }
            }
            (got, _) => panic!("{name}: {got:?}"),
        }
    }
}

#[test]
fn rb_003_rfc_4475_answers() {
    let status = |name| rfc4475(name).validate().map_err(|error| error.status());
    for name in [
        "badinv01",
        "ncl",
        "scalar02",
        "quotbal",
        "ltgtruri",
        "lwsruri",
        "lwsstart",
        "trws",
        "escruri",
        "badaspec",
        "baddn",
        "mismatch01",
        "mismatch02",
        "multi01",
        "mcl01",
        "insuf",
    ] {
        assert_eq!(status(name), Err(400), "{name}");
    }
    assert_eq!(status("badvers"), Err(505));
    // Nobody needs the Date, nor the Contact unless the request is for a registrar.
    assert_eq!(status("baddate"), Ok(()));
    assert_eq!(status("regbadct"), Ok(()));
    // A request whose body is too short can still be answered.
    let head = Message::parse_head(bytes("rfc4475", "clerr"), &Limits::default()).unwrap();
    let answer = ResponseBuilder::new(&head, 400, "")
        .to_tag("x")
        .build()
        .unwrap();
    let answer = Message::parse_datagram(answer, &Limits::default()).unwrap();
    assert_eq!(answer.call_id().unwrap(), head.call_id().unwrap());
    // Expiry saturates, to be clamped.
    let scalar = rfc4475("scalar02");
    assert_eq!(scalar.expires().unwrap(), Some(u32::MAX));
    assert_eq!(
        scalar.max_forwards().unwrap_err().fault,
        Fault::NumberTooLarge
    );
    let contact = scalar.contacts().next().unwrap().unwrap();
    assert_eq!(contact.address().unwrap().expires(), Some(u32::MAX));
    assert_eq!(
        rfc4475("scalarlg").retry_after().unwrap().unwrap().seconds,
        u32::MAX
    );
}

#[test]
fn rb_002_rfc_4475_semantic() {
    let clean = [
        "badbranch",
        "unkscm",
        "novelsc",
        "unksm2",
        "bext01",
        "invut",
        "regaut01",
        "bcast",
        "zeromf",
        "cparam01",
        "cparam02",
        "regescrt",
        "sdp01",
        "inv2543",
    ];
    let faulty = [
        ("insuf", HeaderName::From, Fault::Missing),
        ("multi01", HeaderName::From, Fault::Repeated),
        ("mcl01", HeaderName::ContentLength, Fault::Repeated),
    ];
    assert_eq!(clean.len() + faulty.len(), 17);
    for name in clean {
        assert_eq!(faults(&rfc4475(name)), "", "{name}");
    }
    for (name, header, fault) in faulty {
        let error = rfc4475(name).validate().unwrap_err();
        assert_eq!(
            (error.element, error.fault),
            (Element::Header(header), fault),
            "{name}"
        );
    }
    let scheme = |name| {
        Uri::parse(rfc4475(name).request_line().unwrap().uri)
            .unwrap()
            .scheme()
    };
    assert_eq!(
        (scheme("unkscm"), scheme("novelsc")),
        (Scheme::Other, Scheme::Other)
    );
    assert_eq!(
        rfc4475("badbranch").top_via().unwrap().branch,
        Some("z9hG4bK")
    );
    assert!(
        rfc4475("bext01")
            .require()
            .unwrap()
            .contains("nothingSupportsThisEither")
    );
    assert_eq!(rfc4475("zeromf").max_forwards().unwrap(), Some(0));
    assert!(rfc4475("regaut01").authorizations().unwrap().is_empty());
    // The parameter belongs to the header without brackets, and to the URI within.
    let contact = |name| {
        let message = rfc4475(name);
        let contact = message.contacts().next().unwrap().unwrap();
        let address = contact.address().unwrap();
        (
            address.params.has("unknownparam"),
            address.parse_uri().unwrap().param("unknownparam").is_some(),
        )
    };
    assert_eq!(contact("cparam01"), (true, false));
    assert_eq!(contact("cparam02"), (false, true));
    assert_eq!(rfc4475("bcast").vias().count(), 2);
    assert_eq!(rfc4475("inv2543").content_length().unwrap(), None);
}

#[test]
fn rb_002_rfc_5118() {
    for name in [
        "ipv6-good",
        "port-ambiguous",
        "port-unambiguous",
        "via-received-param-with-delim",
        "via-received-param-no-delim",
        "mult-ip-in-header",
        "mult-ip-in-sdp",
        "ipv4-mapped-ipv6",
        "ipv6-bug-abnf-3-colons",
        "ipv6-correct-abnf-2-colons",
    ] {
        assert_eq!(faults(&rfc5118(name)), "", "{name}");
    }
    let bad = rfc5118("ipv6-bad");
    assert_eq!(
        bad.validate().unwrap_err().to_string(),
        "start line: URI: malformed port (byte 9)"
    );
    // The Content-Length printed with this one is larger than its body.
    assert_eq!(
        parse("rfc5118", "ipv6-in-sdp").unwrap_err(),
        MessageError::BodyTooShort {
            expected: 268,
            actual: 251
        }
    );
    let text = String::from_utf8(bytes("rfc5118", "ipv6-in-sdp").to_vec()).unwrap();
    let mended = Bytes::from(text.replace("Content-Length: 268", "Content-Length: 251"));
    assert_eq!(
        faults(&Message::parse_datagram(mended, &Limits::default()).unwrap()),
        ""
    );
}

#[test]
fn rb_002_rfc_5118_in_detail() {
    let uri = |name| Uri::parse(rfc5118(name).request_line().unwrap().uri).unwrap();
    assert_eq!(uri("port-ambiguous").port(), None);
    assert_eq!(
        uri("port-ambiguous").host().unwrap().to_string(),
        "[2001:db8::10:5070]"
    );
    assert_eq!(uri("port-unambiguous").port(), Some(5070));
    for name in [
        "via-received-param-with-delim",
        "via-received-param-no-delim",
    ] {
        let message = rfc5118(name);
        let via = message.top_via().unwrap();
        assert_eq!(
            via.received_address().unwrap().to_string(),
            "2001:db8::9:255",
            "{name}"
        );
    }
    let mapped = rfc5118("ipv4-mapped-ipv6");
    assert_eq!(mapped.top_via().unwrap().port, Some(19823));
    assert_eq!(
        mapped
            .top_via()
            .unwrap()
            .host_address()
            .unwrap()
            .to_string(),
        "::ffff:192.0.2.10"
    );
    assert_eq!(
        uri("ipv6-bug-abnf-3-colons").host(),
        uri("ipv6-correct-abnf-2-colons").host()
    );
    assert!(uri("ipv6-bug-abnf-3-colons").equivalent(&uri("ipv6-correct-abnf-2-colons")));
}

#[test]
fn rb_002_every_request_can_be_answered() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/torture");
    let mut answered = 0;
    for set in ["rfc4475", "rfc5118"] {
        for entry in std::fs::read_dir(folder.join(set)).unwrap() {
            let bytes = Bytes::from(std::fs::read(entry.unwrap().path()).unwrap());
            let Ok(request) = Message::parse_head(bytes, &Limits::default()) else {
                continue;
            };
            if !request.is_request() {
                continue;
            }
            let answer = ResponseBuilder::new(&request, 501, "")
                .to_tag("t")
                .received([192, 0, 2, 77].into(), 5060)
                .build()
                .unwrap();
            let answer = Message::parse_datagram(answer, &Limits::default()).unwrap();
            assert_eq!(answer.status(), Some(501));
            assert_eq!(answer.vias().count(), request.vias().count());
            answered += 1;
        }
    }
    assert_eq!(answered, 56);
}

#[test]
fn tx_022_torture_on_a_stream() {
    let mut framer = StreamFramer::new(Limits::default());
    let mut names = Vec::new();
    for name in [
        "wsinv", "intmeth", "esc01", "longreq", "mpart01", "unreason", "semiuri",
    ] {
        framer.push(&bytes("rfc4475", name));
        while let Some(frame) = framer.next().unwrap() {
            let Frame::Message(bytes) = frame else {
                continue;
            };
            names.push(name);
            Message::parse_stream(bytes, &Limits::default())
                .unwrap()
                .validate()
                .unwrap();
        }
    }
    assert_eq!(
        names,
        [
            "wsinv", "intmeth", "esc01", "longreq", "mpart01", "unreason", "semiuri"
        ]
    );
}
