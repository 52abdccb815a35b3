//! Documents that are wrong by mistake or by intent: an error with its place, or as much as can be read with remarks.

use std::fmt::Write as _;

use super::namespace::{PIDF, RPID};
use super::*;
use crate::package::{Place, limits};
use crate::xml::Fault;

const TYPES: [&str; 3] = [CONTENT_TYPE, CPIM_PIDF, XPIDF];

fn refused(kind: &str, text: impl AsRef<[u8]>) -> BodyError {
    Document::parse(&Body::new(kind, text.as_ref())).unwrap_err()
}

/// The fault of a document that is no good XML, and where it is.
fn fault(kind: &str, text: impl AsRef<[u8]>) -> (Fault, u32) {
    match refused(kind, text) {
        BodyError::Xml(error) => (error.fault, error.line),
        other => panic!("{other}"),
    }
}

#[test]
fn fm_003_a_document_that_ends_too_early_is_refused_wherever_it_ends() {
    let pidf = include_str!("../../../../tests/fixtures/package/rfc/rfc4480_4.pidf.xml");
    let xpidf = include_str!("../../../../tests/fixtures/package/messenger_away.xpidf.xml");
    for (kind, text) in [(CONTENT_TYPE, pidf), (XPIDF, xpidf), (CPIM_PIDF, xpidf)] {
        for end in 0..text.trim_end().len() {
            let error = refused(kind, &text[..end]);
            let place = error.place().unwrap();
            let lines = text[..end].matches('\n').count() + 1;
            assert!(
                usize::try_from(place.line).unwrap() <= lines,
                "{kind} {end}: {error}"
            );
        }
    }
}

#[test]
fn fm_006_another_root_is_refused_with_its_place() {
    for (kind, text) in [
        (
            CONTENT_TYPE,
            "<?xml version='1.0'?>\n <presence xmlns='urn:other'/>",
        ),
        (CONTENT_TYPE, "\n <presence/>"),
        (
            CONTENT_TYPE,
            "\n <tuple xmlns='urn:ietf:params:xml:ns:pidf'/>",
        ),
        (XPIDF, "\n <atom/>"),
        (XPIDF, "\n <presence xmlns='urn:other'/>"),
        (CPIM_PIDF, "\n <presence xmlns='urn:other'/>"),
    ] {
        let error = refused(kind, text);
        assert!(matches!(error, BodyError::Root { .. }), "{text}: {error}");
        assert_eq!(error.place(), Some(Place { line: 2, column: 2 }), "{text}");
        assert!(!error.is_unsupported_type());
    }
    for kind in ["", "text/xml", "application/pidf-diff", "application/xpidf"] {
        assert!(refused(kind, "<presence/>").is_unsupported_type(), "{kind}");
    }
}

#[test]
fn fm_004_bombs_are_refused_in_every_presence_format() {
    let mut bomb = String::from("<?xml version='1.0'?>\n<!DOCTYPE presence [<!ENTITY a0 'ha'>");
    for n in 1..30 {
        let _ = write!(bomb, "<!ENTITY a{n} '&a{0};&a{0};'>", n - 1);
    }
    let _ = write!(bomb, "]><presence><note>&a29;</note></presence>");
    let external = "<!DOCTYPE presence SYSTEM 'http://192.0.2.1/x' [<!ENTITY % e SYSTEM 'file:///'>%e;]><presence/>";
    let nested = format!("<presence xmlns='{PIDF}'>{}", "<a>".repeat(1_000_000));
    for kind in TYPES {
        assert_eq!(fault(kind, &bomb), (Fault::Doctype, 2));
        assert_eq!(fault(kind, external).0, Fault::Doctype);
        assert_eq!(fault(kind, &nested).0, Fault::TooDeep);
        assert_eq!(
            fault(kind, "<presence>\n<note>&xxe;</note></presence>"),
            (Fault::UnknownEntity("xxe".into()), 2)
        );
        let large = format!(
            "<presence>{}</presence>",
            " ".repeat(crate::xml::limits::DOCUMENT_BYTES)
        );
        assert_eq!(fault(kind, &large).0, Fault::TooLarge);
    }
}

#[test]
fn fm_004_only_the_old_formats_may_name_a_dtd_and_only_before_the_document() {
    let declaration = "<!DOCTYPE presence PUBLIC \"-//IETF//DTD RFCxxxx XPIDF 1.0//EN\" 'x>.dtd'>";
    let text =
        format!("<?xml version='1.0'?>\n<!-- c -->{declaration}\n<presence><other/></presence>");
    assert_eq!(fault(CONTENT_TYPE, &text), (Fault::Doctype, 2));
    let document = Document::parse(&Body::new(XPIDF, text.as_bytes())).unwrap();
    assert_eq!(
        document.remarks[0].place.line, 3,
        "lines are counted as they were"
    );
    for bad in [
        format!("<presence/>{declaration}"),
        format!("<presence>{declaration}</presence>"),
        format!("{declaration}{declaration}<presence/>"),
        "<!DOCTYPE presence".to_owned(),
        format!("<!DOCTYPE presence '{}'><presence/>", "x".repeat(5000)),
        "<!DOCTYPE presence 'x><presence/>".to_owned(),
    ] {
        let (fault, _) = fault(XPIDF, &bad);
        assert!(
            matches!(
                fault,
                Fault::Doctype | Fault::OutsideRoot | Fault::Syntax(_)
            ),
            "{bad}: {fault}"
        );
    }
}

#[test]
fn fm_001_bytes_that_fit_no_encoding_are_refused_with_their_place() {
    for kind in TYPES {
        assert_eq!(
            fault(kind, b"<presence>\n<note>\xFF"),
            (Fault::BadEncoding("UTF-8"), 2)
        );
    }
    // A character cut in two, an overlong one, a surrogate.
    for bad in [
        &b"<a>\xC3</a>"[..],
        b"<a>\xC0\xAF</a>",
        b"<a>\xED\xA0\x80</a>",
    ] {
        assert_eq!(fault(CONTENT_TYPE, bad).0, Fault::BadEncoding("UTF-8"));
    }
    // Half a pair of surrogates, and half a unit.
    for end in [&[0xD8, 0][..], &[0]] {
        let mut bytes: Vec<u8> = "<a>\n".encode_utf16().flat_map(u16::to_be_bytes).collect();
        bytes.extend(end);
        assert_eq!(
            fault(CONTENT_TYPE, bytes),
            (Fault::BadEncoding("UTF-16"), 2)
        );
    }
    assert_eq!(
        fault(CONTENT_TYPE, "<?xml version='1.0' encoding='EBCDIC'?><a/>").0,
        Fault::UnsupportedEncoding("EBCDIC".into())
    );
    assert_eq!(
        fault("application/pidf+xml;charset=x-klingon", "<a/>").0,
        Fault::UnsupportedEncoding("x-klingon".into())
    );
}

#[test]
fn fm_012_equal_ids_are_noted_and_both_tuples_read() {
    let document = presence(&format!(
        "{}\n{}",
        tuple("a", "closed", ""),
        tuple("a", "open", "")
    ));
    assert_eq!(document.tuples.len(), 2);
    assert_eq!(document.remarks.len(), 1);
    let remark = &document.remarks[0];
    assert!(
        remark.message.contains("same id") && remark.place.line == 2,
        "{remark:?}"
    );
    assert_eq!(remark.source, "RFC 3863 §4.1.2");
    assert_eq!(shown(&document).availability, Availability::Open);
}

#[test]
fn huge_numbers_are_taken_as_missing() {
    let digits = "9".repeat(400);
    let document = presence(&format!(
        "<tuple id='a'><status><basic>open</basic></status><contact priority='{digits}'>sip:a@example.test</contact>\
         <timestamp>{digits}-01-01T00:00:00Z</timestamp></tuple><dm:person id='p'>\
         <r:user-input idle-threshold='{digits}' last-input='{digits}'>idle</r:user-input>\
         <r:time-offset>{digits}</r:time-offset><r:time-offset>1440</r:time-offset><r:time-offset>-99</r:time-offset>\
         <r:activities from='{digits}' until='-1'><r:busy/></r:activities></dm:person>"
    ));
    let tuple = &document.tuples[0];
    assert_eq!(
        (tuple.contact.as_ref().unwrap().priority, tuple.timestamp),
        (None, None)
    );
    let person = &document.persons[0];
    let input = person.user_input.unwrap();
    assert_eq!((input.last_input, input.idle_threshold), (None, None));
    assert_eq!(person.time_offsets.len(), 1);
    assert_eq!(person.activities[0].window, Window::default());
    assert_eq!(document.remarks.len(), 8, "{:?}", document.remarks);
    assert_eq!(shown(&document).status, Status::Busy);
}

#[test]
fn numbers_of_everything_are_limited() {
    let many = |count: usize, text: &str| text.repeat(count);
    let document = presence(&many(
        2000,
        "<tuple id=''><status/></tuple><dm:person/><dm:device/><note>n</note>",
    ));
    assert_eq!(
        (
            document.tuples.len(),
            document.persons.len(),
            document.devices.len(),
            document.notes.len()
        ),
        (
            limits::TUPLES,
            limits::TUPLES,
            limits::TUPLES,
            limits::NOTES
        )
    );
    assert_eq!(document.remarks.len(), limits::REMARKS);
    let one = presence(&format!(
        "<tuple id='a'><status/>{}</tuple><dm:person id='p'>{}<r:activities>{}</r:activities></dm:person>",
        many(
            100,
            "<dm:deviceID>urn:x:1</dm:deviceID><r:status-icon>x:y</r:status-icon>"
        ),
        many(100, "<r:mood><r:sad/></r:mood>"),
        many(100, "<r:busy/>"),
    ));
    assert_eq!(one.tuples[0].devices.len(), limits::OCCURRENCES);
    assert_eq!(one.tuples[0].status_icons.len(), limits::OCCURRENCES);
    assert_eq!(one.persons[0].moods.len(), limits::OCCURRENCES);
    assert_eq!(one.persons[0].activities[0].value.len(), limits::ACTIVITIES);
    let long = presence(&tuple(
        "a",
        "open",
        &format!("<contact>sip:{}@x</contact>", many(3000, "a")),
    ));
    assert_eq!(long.tuples[0].contact, None);
    assert!(long.remarks[0].message.contains("too long"));
    let atoms = format!(
        "<presence>{}</presence>",
        many(600, "<atom id='a'><address uri='sip:a@x'/></atom>")
    );
    let xpidf = Document::parse(&Body::new(XPIDF, atoms.as_bytes())).unwrap();
    assert_eq!(xpidf.tuples.len(), limits::TUPLES);
}

#[test]
fn what_stands_twice_counts_once() {
    let document = presence(&format!(
        "<tuple id='a'><status><basic>open</basic><basic>closed</basic></status>\
         <contact>sip:a@example.test</contact><contact>sip:b@example.test</contact>\
         <timestamp>2026-03-01T10:00:00Z</timestamp><timestamp>2026-03-01T11:00:00Z</timestamp>\
         <r:class xmlns:r='{RPID}'>one</r:class><r:class>two</r:class></tuple>\
         <dm:person id='p'><r:user-input>idle</r:user-input><r:user-input>active</r:user-input></dm:person>"
    ));
    let read = &document.tuples[0];
    assert_eq!(read.basic, Some(Basic::Open));
    assert_eq!(read.contact.as_ref().unwrap().uri, "sip:a@example.test");
    assert_eq!(read.timestamp, Some(time("2026-03-01T10:00:00Z")));
    assert_eq!(read.class.as_deref(), Some("one"));
    assert_eq!(document.persons[0].user_input.unwrap().input, Input::Idle);
    assert_eq!(document.remarks.len(), 5);
    assert!(
        document
            .remarks
            .iter()
            .all(|r| r.message.contains("second time"))
    );
}

#[test]
fn xpidf_words_that_nobody_knows_tell_nothing() {
    let text = "<presence><presentity/>\n<atom><address priority='9'><status status='OPEN'/>\
        <msnsubstatus substatus='sulking'/></address></atom><display name=' '/></presence>";
    let document = Document::parse(&Body::new(XPIDF, text.as_bytes())).unwrap();
    assert_eq!(document.tuples.len(), 1);
    assert_eq!(document.tuples[0], Tuple::default());
    assert_eq!(document.remarks.len(), 4, "{:?}", document.remarks);
    assert!(document.remarks.iter().all(|remark| remark.place.line == 2));
    assert_eq!(shown(&document).status, Status::Unknown);
}
