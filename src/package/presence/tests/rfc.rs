//! Every presence document that an RFC prints. RFC 3856 prints none: its messages carry a placeholder.

use super::namespace::PIDF;
use super::*;
use crate::package::Severity;
use crate::xml::Fault;

/// A document of an RFC, by the name of its file.
macro_rules! rfc {
    ($name:literal) => {
        parse(include_bytes!(concat!(
            "../../../../tests/fixtures/package/rfc/",
            $name,
            ".pidf.xml"
        )))
    };
}

/// Message and source of each remark, the element's name left out.
fn remarks(document: &Document) -> Vec<(Severity, &str, &'static str)> {
    let of = document.remarks.iter().map(|remark| {
        let element = remark.message.split(':').next().unwrap_or_default();
        let end = remark
            .message
            .find(">:")
            .map_or(element, |end| &remark.message[..=end]);
        (remark.severity, end, remark.source)
    });
    of.collect()
}

#[expect(clippy::unnecessary_wraps, reason = "as a tuple has it")]
fn contact(uri: &str, priority: &str) -> Option<Contact> {
    Some(Contact {
        uri: uri.to_owned(),
        priority: Priority::parse(priority),
    })
}

fn note(text: &str, language: Option<&str>) -> Note {
    Note {
        text: text.to_owned(),
        language: language.map(str::to_owned),
    }
}

#[test]
fn fm_001_rfc_3863_section_4_2_2_reads_the_same_with_and_without_prefix() {
    let document = rfc!("rfc3863_4_2_2_prefixed");
    assert_eq!(document, rfc!("rfc3863_4_2_2_default"));
    let expected = Document {
        entity: "pres:someone@example.com".into(),
        tuples: vec![Tuple {
            id: "sg89ae".into(),
            basic: Some(Basic::Open),
            contact: contact("tel:+09012345678", "0.8"),
            ..Tuple::default()
        }],
        ..Document::default()
    };
    assert_eq!(document, expected);
}

#[test]
fn fm_002_rfc_3863_section_4_2_4_has_a_status_of_its_own() {
    let document = rfc!("rfc3863_4_2_4");
    let tuple = &document.tuples[0];
    assert_eq!(
        (tuple.id.as_str(), tuple.basic),
        ("ub93s3", Some(Basic::Open))
    );
    assert_eq!(tuple.contact, contact("im:someone@example.com", ""));
    assert_eq!(
        remarks(&document),
        [(Severity::Ignored, "<local:location>", "RFC 3863 §4.2.3")]
    );
}

#[test]
fn fm_010_rfc_3863_section_4_3_1_has_notes_in_two_languages() {
    let document = rfc!("rfc3863_4_3_1");
    let [first, second] = document.tuples.as_slice() else {
        panic!("{document:?}");
    };
    assert_eq!(
        first.contact,
        contact("im:someone@mobilecarrier.net", "0.8")
    );
    assert_eq!(
        first.notes,
        [
            note("Don't Disturb Please!", Some("en")),
            note("Ne derangez pas, s'il vous plait", Some("fr"))
        ]
    );
    assert_eq!(first.timestamp, Some(time("2001-10-27T16:49:29Z")));
    assert_eq!(second.contact, contact("mailto:someone@example.com", "1.0"));
    assert_eq!(document.notes, [note("I'll be in Tokyo next week", None)]);
    let french = compose(&document, &["fr"], time("2001-10-28T00:00:00Z"));
    assert_eq!(
        french.devices[0].note.as_deref(),
        Some("Ne derangez pas, s'il vous plait")
    );
    assert_eq!(french.note.as_deref(), Some("I'll be in Tokyo next week"));
    // The namespace of `im` was never made; nothing is known of it.
    assert_eq!(french.status, Status::Available);
    assert_eq!(
        french.preferred_contact.as_deref(),
        Some("mailto:someone@example.com")
    );
    assert_eq!(document.remarks.len(), 2);
}

#[test]
fn fm_002_rfc_3863_section_4_3_2_has_elements_of_others_everywhere() {
    let document = rfc!("rfc3863_4_3_2");
    let read: Vec<_> = document
        .tuples
        .iter()
        .map(|t| (t.id.as_str(), t.contact.clone()))
        .collect();
    assert_eq!(
        read,
        [
            ("ck38g9", contact("tel:+09012345678", "0.65")),
            ("md66je", contact("im:someone@mobilecarrier.net", "1.0"))
        ]
    );
    assert_eq!(
        remarks(&document),
        [
            (Severity::Ignored, "<myex:mytupletag>", "RFC 3863 §4.2.3"),
            (Severity::Ignored, "<myex:mytag>", "RFC 3863 §4.2.3")
        ]
    );
}

#[test]
fn fm_008_rfc_3863_section_4_3_3_must_be_understood_outside_a_status_too() {
    // Section 4.2.3 has `mustUnderstand` inside a status only, the example directly in a tuple: it is obeyed in both.
    let document = rfc!("rfc3863_4_3_3");
    assert_eq!(document.tuples[0].basic, Some(Basic::Open));
    assert_eq!(
        document.tuples[0].contact,
        contact("tel:+09012345678", "0.725")
    );
    assert!(document.remarks[0].message.contains("must be understood"));
    assert!(
        document.remarks[0]
            .message
            .starts_with("<myex:complexExtension>")
    );
    assert_eq!(document.remarks.len(), 2);
}

#[test]
fn fm_006_the_namespace_that_rfc_3863_prints_with_a_colon_is_another() {
    // Section 4.1.1 once ends it with a colon, every other place does not.
    let text = format!("<presence xmlns='{PIDF}:' entity='sip:a@example.com'/>");
    let error = Document::parse(&Body::new(CONTENT_TYPE, text.as_bytes())).unwrap_err();
    assert!(matches!(error, BodyError::Root { .. }), "{error}");
}

#[test]
fn fm_013_rfc_4479_section_7_1_has_person_service_and_device() {
    let document = rfc!("rfc4479_7_1");
    // The example leaves out `entity`, which RFC 3863 section 4.1.1 demands.
    assert_eq!(
        remarks(&document),
        [(Severity::Warning, "<presence>", "RFC 3863 §4.1.1")]
    );
    let tuple = &document.tuples[0];
    assert_eq!(tuple.devices, ["mac:8asd7d7d70"]);
    let capabilities = tuple.capabilities.as_deref().unwrap();
    assert_eq!(capabilities.extensions.supported, ["pref"]);
    assert_eq!(capabilities.methods.supports("MESSAGE"), Some(true));
    assert_eq!(capabilities.methods.supports("INVITE"), None);
    assert_eq!(
        document.devices[0].device.as_deref(),
        Some("mac:8asd7d7d70")
    );
    let shown = shown(&document);
    assert_eq!(shown.status, Status::OnThePhone);
    // The machine is idle, and the service that runs on it with it.
    assert_eq!((shown.idle, shown.devices[0].idle), (Idle::Yes, Idle::Yes));
    assert_eq!(shown.availability, Availability::Open);
}

#[test]
fn fm_016_rfc_4480_section_4_is_read_whole() {
    let document = rfc!("rfc4480_4");
    assert!(document.remarks.is_empty(), "{:?}", document.remarks);
    let ids: Vec<_> = document.tuples.iter().map(|t| t.id.as_str()).collect();
    assert_eq!(ids, ["bs35r9", "ty4658", "eg92n8"]);
    assert_eq!(
        document.tuples[0].relationship, None,
        "self is the presentity"
    );
    assert_eq!(
        document.tuples[0].service_class, None,
        "electronic is implied"
    );
    assert_eq!(
        document.tuples[1].relationship.as_deref(),
        Some("assistant")
    );
    assert_eq!(document.tuples[2].class.as_deref(), Some("email"));
    assert_eq!(
        document.tuples[2].status_icons[0].value,
        "http://example.com/mail.png"
    );
    let device = &document.devices[0];
    assert_eq!(device.device.as_deref(), Some("urn:device:0003ba4811e3"));
    assert_eq!(device.notes, [note("PC", None)]);
    let input = device.user_input.unwrap();
    assert_eq!(
        (input.input, input.last_input, input.idle_threshold),
        (Input::Idle, Some(time("2004-10-21T18:20:00Z")), Some(600))
    );
    let person = &document.persons[0];
    let activities = &person.activities[0];
    assert_eq!(activities.window.from, Some(time("2005-05-30T07:00:00Z")));
    assert_eq!(activities.window.until, Some(time("2005-05-30T12:00:00Z")));
    assert_eq!(activities.notes, [note("Far away", None)]);
    assert_eq!(activities.value[0].name, "away");
    assert_eq!(person.class.as_deref(), Some("calendar"));
    assert_eq!(person.moods[0].value, ["angry", "brooding"]);
    let place = &person.place_is[0].value[0];
    assert_eq!(
        (place.medium.as_str(), place.value.as_str()),
        ("audio", "noisy")
    );
    assert_eq!(person.place_types[0].value, ["residence"]);
    assert_eq!(person.privacy[0].value, ["unknown"]);
    assert_eq!(person.spheres[0].value, ["bowling league"]);
    assert_eq!(person.status_icons[0].value, "http://example.com/play.gif");
    assert_eq!(person.time_offsets[0].value.minutes, -240);
    assert_eq!(person.notes, [note("Scoring 120", None)]);
    assert_eq!(person.timestamp, Some(time("2005-05-30T11:09:44Z")));

    let during = compose(&document, &["en"], time("2005-05-30T11:30:00Z"));
    assert_eq!(
        (during.availability, &during.status),
        (Availability::Open, &Status::Away)
    );
    assert_eq!(during.note.as_deref(), Some("Scoring 120"));
    assert_eq!(during.changes_at, Some(time("2005-05-30T12:00:00Z")));
    assert_eq!(during.person.moods, ["angry", "brooding"]);
    assert_eq!(
        during.preferred_contact.as_deref(),
        Some("mailto:someone@example.com")
    );
    let parts: Vec<_> = during
        .devices
        .iter()
        .chain(&during.others)
        .map(|d| (d.id.as_str(), d.why.clone()))
        .collect();
    assert_eq!(
        parts,
        [
            ("bs35r9", Why::Agrees),
            ("eg92n8", Why::Decides),
            ("ty4658", Why::SomebodyElse("assistant".into()))
        ]
    );
    // Later the device of the one service is still idle, and nothing is said of the other.
    let later = compose(&document, &["en"], time("2005-05-30T12:00:00Z"));
    assert_eq!((later.status, later.reason), (Status::Away, Reason::Idle));
    assert_eq!(later.changes_at, None);
}

#[test]
fn rfc_4481_section_4_tells_of_a_week_to_come() {
    let document = rfc!("rfc4481_4");
    assert!(document.remarks.is_empty(), "{:?}", document.remarks);
    let expected = TimedStatus {
        window: Window {
            from: Some(time("2005-08-15T15:20:00Z")),
            until: Some(time("2005-08-23T00:30:00Z")),
        },
        basic: Some(Basic::Closed),
        ..TimedStatus::default()
    };
    assert_eq!(document.tuples[0].timed_statuses, [expected]);
    // Before, in and after that week: only the plain status says how it is.
    for now in [
        "2005-08-01T00:00:00Z",
        "2005-08-16T00:00:00Z",
        "2005-09-01T00:00:00Z",
    ] {
        let shown = compose(&document, &["en"], time(now));
        assert_eq!(
            (shown.availability, shown.status),
            (Availability::Open, Status::Available)
        );
        let timed = &shown.devices[0].timed[0];
        assert_eq!(
            (timed.basic, timed.until),
            (Some(Basic::Closed), Some(time("2005-08-23T00:30:00Z")))
        );
        assert_eq!(shown.changes_at, None);
    }
}

#[test]
fn fm_017_rfc_4482_section_4_names_where_more_is_found() {
    // In the first example an element is closed by another's name.
    let first = include_bytes!("../../../../tests/fixtures/package/rfc/rfc4482_4_first.pidf.xml");
    let error = Document::parse(&Body::new(CONTENT_TYPE, first)).unwrap_err();
    let BodyError::Xml(error) = error else {
        panic!("{error}");
    };
    assert!(matches!(error.fault, Fault::Syntax(_)), "{error}");
    assert_eq!(error.line, 16);
    // With that mended it is read.
    let text = String::from_utf8_lossy(first).replace("Lewis</c:card>", "Lewis</c:display-name>");
    let document = parse(text);
    let cipid = document.persons[0].cipid.as_deref().unwrap();
    assert_eq!(cipid.display_names, [note("Alice Lewis", None)]);
    assert_eq!(
        cipid.card.as_deref(),
        Some("http://example.com/~alice/card.vcd")
    );
    assert_eq!(cipid.homepage.as_deref(), Some("http://example.com/~alice"));
    assert_eq!(
        cipid.icon.as_deref(),
        Some("http://example.com/~alice/me.png")
    );
    assert_eq!(
        cipid.map.as_deref(),
        Some("http://example.com/~alice/gml-map.xml")
    );
    assert_eq!(
        cipid.sound.as_deref(),
        Some("http://example.com/~alice/hello.wav")
    );
    assert_eq!(
        shown(&document).person.display_name.as_deref(),
        Some("Alice Lewis")
    );

    let second = rfc!("rfc4482_4_second");
    assert!(second.remarks.is_empty(), "{:?}", second.remarks);
    let of_tuple = second.tuples[1].cipid.as_deref().unwrap();
    assert_eq!(
        of_tuple.homepage.as_deref(),
        Some("http://example.com/~assistant")
    );
    let shown = shown(&second);
    assert_eq!(
        shown.person.icon.as_deref(),
        Some("http://example.com/~someone/icon.gif")
    );
    assert_eq!(
        shown.person.sound.as_deref(),
        Some("http://example.com/~someone/whoosh.wav")
    );
    assert_eq!(shown.person.display_name, None);
    assert_eq!(shown.others[0].why, Why::SomebodyElse("assistant".into()));
}

#[test]
fn rfc_5196_section_5_tells_what_a_service_and_a_device_can_do() {
    let document = rfc!("rfc5196_5");
    assert!(document.remarks.is_empty(), "{:?}", document.remarks);
    let service = document.tuples[0].capabilities.as_deref().unwrap();
    assert_eq!(
        (service.audio, service.message, service.video, service.text),
        (Some(true), Some(true), Some(false), None)
    );
    assert_eq!(
        service.descriptions,
        [
            note("Example service", Some("en")),
            note("Pe'lda szolga'ltata's", Some("hu"))
        ]
    );
    assert_eq!(service.duplex.supported, ["full"]);
    assert_eq!(
        service.methods.supported,
        ["ACK", "BYE", "INVITE", "MESSAGE"]
    );
    assert_eq!(service.schemes.supported, ["sip"]);
    assert!(service.priorities[0].contains(10) && !service.priorities[0].contains(11));
    let device = document.devices[0].capabilities.as_deref().unwrap();
    assert_eq!(device.mobility.supports("mobile"), Some(true));
    assert_eq!(device.mobility.supports("fixed"), None);
    assert_eq!(
        document.devices[0].device.as_deref(),
        Some("urn:uuid:d27459b7-8213-4395-aa77-ed859a3e5b3a")
    );
    assert_eq!(shown(&document).devices[0].media, ["audio", "message"]);
}
