//! What is read of a document, requirement by requirement (FM rows).

use super::*;
use crate::package::Severity;

#[test]
fn fm_002_unknown_elements_hide_what_is_inside() {
    let document = presence(&format!(
        "<x:foo>{}</x:foo><tuple id='a' x:id='b'><status><x:foo><basic>closed</basic></x:foo><basic>open</basic></status></tuple>",
        tuple("ghost", "closed", "")
    ));
    assert_eq!(document.tuples.len(), 1);
    assert_eq!(
        (document.tuples[0].id.as_str(), document.tuples[0].basic),
        ("a", Some(Basic::Open))
    );
    assert_eq!(document.remarks.len(), 2);
}

#[test]
fn fm_003_what_breaks_only_the_schema_is_used() {
    let document = presence(
        "<tuple><timestamp>2026-03-01T10:00:00Z</timestamp><note>n</note><contact priority='high'>sip:a@example.test</contact><status><basic> open\n</basic></status></tuple>",
    );
    let tuple = &document.tuples[0];
    assert_eq!(tuple.basic, Some(Basic::Open));
    assert_eq!(
        tuple.contact,
        Some(Contact {
            uri: "sip:a@example.test".into(),
            priority: None
        })
    );
    assert_eq!(tuple.timestamp, Some(time("2026-03-01T10:00:00Z")));
    assert_eq!(shown(&document).note.as_deref(), Some("n"));
}

#[test]
fn fm_006_no_tuple_is_unknown_and_another_root_unusable() {
    assert_eq!(shown(&presence("")), Shown::default());
    let foreign = Body::new(CONTENT_TYPE, b"<presence xmlns='urn:other'/>");
    assert!(matches!(
        Document::parse(&foreign),
        Err(BodyError::Root {
            expected: "presence",
            ..
        })
    ));
    let text = Document::parse(&Body::new("text/plain", b"<presence/>")).unwrap_err();
    assert!(text.is_unsupported_type());
}

#[test]
fn fm_007_basic_is_open_or_closed_and_nothing_else() {
    let document = presence("<tuple id='a'><status><x:y/></status></tuple>");
    assert_eq!(
        (document.tuples[0].basic, shown(&document).availability),
        (None, Availability::Unknown)
    );
    let document = presence(&tuple("a", "Open", ""));
    assert_eq!(document.tuples[0].basic, None);
    assert!(
        document.remarks[0].message.contains("'Open'"),
        "{:?}",
        document.remarks
    );
    assert_eq!(shown(&document).status, Status::Unknown);
}

#[test]
fn fm_008_must_understand_spoils_its_extension_only() {
    let document = presence(&tuple(
        "a",
        "open",
        "<x:complex><x:one p:mustUnderstand='1'/></x:complex><r:activities><r:busy/></r:activities>",
    ));
    assert_eq!(document.tuples[0].basic, Some(Basic::Open));
    assert_eq!(shown(&document).status, Status::Busy);
    let spoilt = "<r:activities><r:busy/><x:one p:mustUnderstand='true'/></r:activities>";
    assert_eq!(
        shown(&presence(&tuple("a", "open", spoilt))).status,
        Status::Available
    );
    let ignored_anyway =
        "<r:activities><r:busy/><x:one><x:two p:mustUnderstand='true'/></x:one></r:activities>";
    assert_eq!(
        shown(&presence(&tuple("a", "open", ignored_anyway))).status,
        Status::Busy
    );
    let person = format!(
        "{}<dm:person id='p'>{spoilt}</dm:person>",
        tuple("a", "open", "")
    );
    let document = presence(&person);
    assert!(document.persons.is_empty());
    assert_eq!(shown(&document).status, Status::Available);
}

#[test]
fn fm_008_an_unknown_name_in_a_known_namespace_is_not_understood_either() {
    let unusable = |extension: &str| {
        let document = presence(&tuple("a", "open", extension));
        let remark = document.remarks.iter().find(|remark| {
            remark.message.contains("must be understood")
                && remark.severity == Severity::Ignored
                && remark.source == "RFC 3863 §4.2.3"
        });
        remark.map(|remark| remark.message.clone())
    };
    let mark = "p:mustUnderstand='1'";
    for (inner, name) in [
        (format!("<r:dreaming {mark}/>"), "r:dreaming"),
        (format!("<note {mark}/><basis {mark}/>"), "basis"),
        (format!("<dm:dreaming {mark}/>"), "dm:dreaming"),
        (format!("<c:dreaming {mark}/>"), "c:dreaming"),
        (format!("<s:dreaming {mark}/>"), "s:dreaming"),
        (format!("<k:dreaming {mark}/>"), "k:dreaming"),
        // Inside something known it counts as well.
        (
            format!("<r:mood><r:dreaming {mark}/></r:mood>"),
            "r:dreaming",
        ),
    ] {
        let extension = format!("<r:activities><r:busy/>{inner}</r:activities>");
        assert_eq!(
            unusable(&extension).as_deref(),
            Some(
                format!("<r:activities>: ignored: <{name}> in it must be understood, and is not")
                    .as_str()
            )
        );
        let document = presence(&tuple("a", "open", &extension));
        assert_eq!(shown(&document).status, Status::Available, "{inner}");
        assert_eq!(document.tuples[0].basic, Some(Basic::Open));
    }
    for known in [
        format!("<r:busy {mark}/>"),
        format!("<r:happy {mark}/>"),
        format!("<k:audio {mark}/>"),
        format!("<r:activity {mark}/>"),
        format!("<note {mark}/>"),
        "<r:dreaming p:mustUnderstand='0'/>".to_owned(),
        "<r:dreaming mustUnderstand='1'/>".to_owned(),
        // What is inside an element that is not known is ignored with it.
        format!("<r:dreaming><x:one {mark}/></r:dreaming>"),
    ] {
        let extension = format!("<r:activities><r:busy/>{known}</r:activities>");
        assert_eq!(unusable(&extension), None, "{known}");
        let document = presence(&tuple("a", "open", &extension));
        assert_eq!(shown(&document).status, Status::Busy, "{known}");
    }
    // In the status itself nothing is around it that would be spoilt.
    let document = presence(&format!(
        "<tuple id='a'><status><basic>open</basic><r:dreaming {mark}/></status></tuple>"
    ));
    assert_eq!(shown(&document).status, Status::Available);
    let message = "<r:dreaming>: not understood, though it must be; ignored";
    assert_eq!(document.remarks[0].message, message);
}

#[test]
fn fm_010_notes_follow_the_language_and_are_only_text() {
    let document = presence(&tuple(
        "a",
        "open",
        "<note xml:lang='en'>closed</note><note xml:lang='fr'>fermé</note>",
    ));
    let at = time("2026-03-01T12:00:00Z");
    assert_eq!(
        compose(&document, &["fr-CA", "en"], at).note.as_deref(),
        Some("fermé")
    );
    assert_eq!(
        compose(&document, &["de", "en"], at).note.as_deref(),
        Some("closed")
    );
    assert_eq!(
        compose(&document, &["de"], at).note.as_deref(),
        Some("closed")
    );
    assert_eq!(compose(&document, &["fr"], at).status, Status::Available);
    let with_person =
        presence("<note>presence</note><dm:person id='p'><dm:note>person</dm:note></dm:person>");
    assert_eq!(shown(&with_person).note.as_deref(), Some("person"));
    let without = presence("<note>presence</note><dm:person id='p'/>");
    assert_eq!(shown(&without).note.as_deref(), Some("presence"));
    let body = Body {
        content_language: Some("fr, en"),
        ..Body::new(
            CONTENT_TYPE,
            b"<presence xmlns='urn:ietf:params:xml:ns:pidf'><note>n</note></presence>",
        )
    };
    assert_eq!(
        Document::parse(&body).unwrap().notes[0].language.as_deref(),
        Some("fr")
    );
}

#[test]
fn fm_012_equal_contacts_are_one_service() {
    let document = presence(&format!(
        "{}{}",
        tuple(
            "a",
            "open",
            "<contact>sip:a@Example.test</contact><timestamp>2026-03-01T10:00:00Z</timestamp>"
        ),
        tuple(
            "b",
            "closed",
            "<contact>sip:a@example.test</contact><timestamp>2026-03-01T10:05:00Z</timestamp>"
        ),
    ));
    let shown = shown(&document);
    assert_eq!(shown.devices.len(), 1);
    assert_eq!(shown.devices[0].id, "b");
    assert_eq!(
        (shown.availability, shown.status),
        (Availability::Closed, Status::Offline)
    );
    assert_eq!(shown.reason, Reason::ClosedTuple("b".into()));
}

#[test]
fn fm_013_devices_say_nothing_about_services() {
    let document = presence(&format!(
        "<dm:device id='d'><x:off/><dm:note>off</dm:note></dm:device><dm:device id='e'/>{}<dm:person id='p'/><dm:person id='q'/>",
        tuple("a", "open", "")
    ));
    assert_eq!((document.devices.len(), document.persons.len()), (2, 2));
    assert_eq!(shown(&document).status, Status::Available);
}

#[test]
fn fm_014_others_do_not_count_for_the_presentity() {
    let document = presence(&format!(
        "{}{}{}",
        tuple("own", "closed", ""),
        tuple(
            "assistant",
            "open",
            "<r:relationship><r:assistant/></r:relationship><contact>sip:c@example.test</contact>"
        ),
        tuple(
            "post",
            "open",
            "<r:service-class><r:postal/></r:service-class>"
        ),
    ));
    assert_eq!(
        document.tuples[1].relationship.as_deref(),
        Some("assistant")
    );
    let shown = shown(&document);
    assert_eq!(shown.availability, Availability::Closed);
    assert_eq!(shown.preferred_contact, None);
    assert_eq!(shown.devices.len(), 1);
    assert_eq!(
        self::shown(&presence(&tuple("a", "open", ""))).preferred_contact,
        None
    );
}

#[test]
fn fm_015_activities_hold_in_their_window() {
    let person = |activities: &str| {
        presence(&format!(
            "{}<dm:person id='p'>{activities}</dm:person>",
            tuple("a", "open", "")
        ))
    };
    let phone = shown(&person("<r:activities><r:on-the-phone/></r:activities>"));
    assert_eq!(
        (phone.availability, phone.status),
        (Availability::Open, Status::OnThePhone)
    );
    assert_eq!(
        phone.reason,
        Reason::Activity {
            person: "p".into(),
            activity: "on-the-phone".into()
        }
    );
    let past = shown(&person(
        "<r:activities until='2026-03-01T12:00:00Z'><r:busy/></r:activities>",
    ));
    assert_eq!((past.status, past.activities.len()), (Status::Available, 0));
    let future = shown(&person(
        "<r:activities from='2026-03-01T12:00:01Z'><r:busy/></r:activities>",
    ));
    assert_eq!(future.status, Status::Available);
    let mixed = shown(&person(
        "<r:activities><r:working/><x:dancing/><r:juggling/><r:other>planting trees</r:other><r:unknown/></r:activities>",
    ));
    assert_eq!(mixed.activities, ["working", "planting trees"]);
    assert_eq!(mixed.status, Status::Other("working".into()));
}

#[test]
fn fm_016_idle_is_read_and_old_places_are_tolerated() {
    let idle = "<r:user-input last-input='2026-03-01T11:00:00Z'>idle</r:user-input>";
    let document = presence(&tuple("a", "open", idle));
    assert_eq!(
        shown(&document).idle,
        Idle::Since(time("2026-03-01T11:00:00Z"))
    );
    assert_eq!(
        (shown(&document).status, shown(&document).reason),
        (Status::Away, Reason::Idle)
    );
    let other_in_use = format!(
        "{}{}",
        tuple("a", "open", idle),
        tuple("b", "open", "<r:user-input>active</r:user-input>")
    );
    assert_eq!(shown(&presence(&other_in_use)).status, Status::Available);
    let busy = format!(
        "{}<dm:person id='p'>{idle}<r:activities><r:busy/></r:activities></dm:person>",
        tuple("a", "open", "")
    );
    assert_eq!(shown(&presence(&busy)).status, Status::Busy);
    let in_status = "<tuple id='a'><status><basic>open</basic><r:activities><r:activity>meeting</r:activity></r:activities></status></tuple>";
    assert_eq!(shown(&presence(in_status)).status, Status::InAMeeting);
}

#[test]
fn fm_001_presence_is_the_same_in_every_encoding_and_with_every_prefix() {
    let plain = presence_text(&format!("{}<note>Gespräch</note>", tuple("a", "open", "")));
    let expected = parse(&plain);
    assert_eq!(expected.notes[0].text, "Gespräch");
    let prefixed = plain
        .replace("xmlns=", "xmlns:a=")
        .replace("</", "</a:")
        .replace('<', "<a:")
        .replace("<a:/a:", "</a:");
    assert_eq!(parse(&prefixed), expected);
    assert_eq!(parse(format!("\u{feff}{plain}")), expected);
    let declared = |name: &str| format!("<?xml version=\"1.0\" encoding=\"{name}\"?>{plain}");
    let latin =
        |text: &str| -> Vec<u8> { text.chars().map(|c| u8::try_from(c).unwrap()).collect() };
    let utf16 = |text: &str, order: fn(u16) -> [u8; 2]| -> Vec<u8> {
        text.encode_utf16().flat_map(order).collect()
    };
    for bytes in [
        declared("UTF-8").into_bytes(),
        latin(&declared("ISO-8859-1")),
        latin(&declared("iso-8859-1")),
        // Text copied as it was into a document that declares something else.
        declared("ISO-8859-1").into_bytes(),
        utf16(&declared("UTF-16"), u16::to_be_bytes),
        utf16(&declared("UTF-16"), u16::to_le_bytes),
        utf16(&format!("\u{feff}{plain}"), u16::to_be_bytes),
        utf16(&format!("\u{feff}{plain}"), u16::to_le_bytes),
    ] {
        assert_eq!(parse(&bytes), expected, "{bytes:?}");
    }
    // What the message says counts more than what the document says.
    for (kind, bytes) in [
        (
            "application/pidf+xml;charset=ISO-8859-1",
            latin(&declared("UTF-8")),
        ),
        (
            "application/pidf+xml; Charset=\"utf-8\"",
            declared("ISO-8859-1").into_bytes(),
        ),
        (
            "application/pidf+xml;charset=utf-16le",
            utf16(&format!("\n{plain}"), u16::to_le_bytes),
        ),
        (
            "application/pidf+xml;charset=UTF-16BE",
            utf16(&format!("\n{plain}"), u16::to_be_bytes),
        ),
        (
            "application/pidf+xml;charset=utf-16",
            utf16(&format!("\n{plain}"), u16::to_be_bytes),
        ),
    ] {
        let read = Document::parse(&Body::new(kind, &bytes)).unwrap();
        assert_eq!(read, expected, "{kind}");
    }
}

#[test]
fn fm_009_the_higher_priority_is_preferred_and_a_bad_one_is_none() {
    let mut left = vec![("d", "7"), ("c", ""), ("b", "0.725"), ("a", "1.00")];
    let mut order = Vec::new();
    while !left.is_empty() {
        let tuples = left.iter().map(|(id, priority)| {
            let priority = match *priority {
                "" => String::new(),
                priority => format!(" priority='{priority}'"),
            };
            let contact = format!("<contact{priority}>sip:{id}@example.test</contact>");
            tuple(id, "open", &contact)
        });
        let document = presence(&tuples.collect::<String>());
        let outside = left.iter().any(|(_, priority)| *priority == "7");
        assert_eq!(document.remarks.len(), usize::from(outside));
        let shown = shown(&document);
        let contact = shown.preferred_contact.unwrap();
        let at = left
            .iter()
            .position(|(id, _)| contact.contains(&format!(":{id}@")));
        order.push(left.remove(at.unwrap()).0);
    }
    // The last two are equal, so that the document's order counts.
    assert_eq!(order, ["a", "b", "d", "c"]);
}
