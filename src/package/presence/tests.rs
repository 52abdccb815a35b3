//! Tests of presence: formats (FM rows) and what is shown (MG rows).

use jiff::Timestamp;
use proptest::prelude::*;

use super::*;
use crate::package::{Body, BodyError};

fn parse(text: impl AsRef<[u8]>) -> Document {
    Document::parse(&Body::new(CONTENT_TYPE, text.as_ref())).unwrap()
}

/// A document around some content, prefixes `dm`, `r` and `x` bound.
fn presence(content: &str) -> Document {
    parse(format!(
        "<presence xmlns='{PIDF}' xmlns:p='{PIDF}' xmlns:dm='{DATA_MODEL}' xmlns:r='{RPID}' xmlns:x='urn:x' entity='sip:bob@example.test'>{content}</presence>"
    ))
}

fn shown(document: &Document) -> Shown {
    compose(document, &["en"], time("2026-03-01T12:00:00Z"))
}

fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn tuple(id: &str, basic: &str, rest: &str) -> String {
    format!("<tuple id='{id}'><status><basic>{basic}</basic></status>{rest}</tuple>")
}

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
fn fm_009_priorities_have_three_decimals_at_most() {
    let order = ["7", "none", "0.725", "1.00"].map(Priority::parse);
    assert_eq!(order[0], None);
    assert_eq!(order[1], None);
    assert!(order[3] > order[2] && order[2] > order[1]);
    assert_eq!(order[2].unwrap().thousandths(), 725);
    for bad in [
        "", "1.001", "-0.1", "0.7250", "2", ".5", "0,5", "1.0000", "+0", "0.+1", "0. 1",
    ] {
        assert_eq!(Priority::parse(bad), None, "{bad}");
    }
    assert_eq!(Priority::parse(" 0.5 ").unwrap().thousandths(), 500);
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
fn mg_003_tuples_make_one_availability() {
    let stamp = |t: &str| {
        format!("<contact>sip:a@example.test</contact><timestamp>2026-03-01T{t}:00Z</timestamp>")
    };
    let assistant = tuple(
        "s",
        "open",
        "<r:relationship><r:assistant/></r:relationship>",
    );
    let mail = tuple(
        "m",
        "open",
        "<contact priority='0.3'>mailto:a@example.test</contact>",
    );
    let own = format!(
        "{}{}",
        tuple("1", "open", &stamp("10:00")),
        tuple("2", "closed", &stamp("10:05"))
    );
    let open = shown(&presence(&format!("{own}{mail}{assistant}")));
    assert_eq!(open.availability, Availability::Open);
    assert_eq!(
        open.preferred_contact.as_deref(),
        Some("mailto:a@example.test")
    );
    assert_eq!(
        shown(&presence(&format!("{own}{assistant}"))).availability,
        Availability::Closed
    );
}

#[test]
fn mg_004_the_newest_person_tells_the_activity() {
    let document = presence(&format!(
        "{}<dm:person id='p2'><r:activities><r:away/></r:activities><dm:timestamp>2026-03-01T11:00:00Z</dm:timestamp></dm:person>\
         <dm:person id='p1'><r:activities><r:meeting/></r:activities><dm:timestamp>2026-03-01T09:00:00Z</dm:timestamp></dm:person>",
        tuple("a", "open", "")
    ));
    let shown = shown(&document);
    assert_eq!(
        (shown.availability, shown.status),
        (Availability::Open, Status::Away)
    );
    assert_eq!(shown.activities, ["away"]);
}

#[test]
fn every_row_of_the_status_table_is_read() {
    for (activities, expected) in [
        ("<r:away/>", "away"),
        ("<r:busy/>", "busy"),
        ("<r:appointment/>", "busy"),
        ("<r:performance/>", "busy"),
        ("<r:presentation/>", "busy"),
        ("<r:worship/>", "busy"),
        ("<r:on-the-phone/>", "on-the-phone"),
        ("<r:meeting/>", "in-a-meeting"),
        (
            "<r:busy/><r:other>do-not-disturb</r:other>",
            "do-not-disturb",
        ),
        ("<r:other>DND</r:other>", "do-not-disturb"),
        ("<r:meal/>", "out-to-lunch"),
        ("<r:breakfast/>", "out-to-lunch"),
        ("<r:dinner/>", "out-to-lunch"),
        ("<r:vacation/>", "vacation"),
        ("<r:holiday/>", "vacation"),
        ("<r:travel/>", "travel"),
        ("<r:in-transit/>", "travel"),
        ("<r:steering/>", "travel"),
        ("<r:playing/>", "playing"),
        ("<r:unknown/>", "available"),
        ("<r:away/><r:busy/><r:on-the-phone/>", "on-the-phone"),
    ] {
        let person =
            format!("<dm:person id='p'><r:activities>{activities}</r:activities></dm:person>");
        let open = presence(&format!("{}{person}", tuple("a", "open", "")));
        assert_eq!(shown(&open).status.token(), expected, "{activities}");
        let closed = presence(&format!("{}{person}", tuple("a", "closed", "")));
        assert_eq!(shown(&closed).status, Status::Offline, "{activities}");
    }
}

#[test]
fn documents_in_the_manner_of_known_servers_are_understood() {
    macro_rules! fixture {
        ($name:literal) => {
            parse(include_bytes!(concat!(
                "../../../tests/fixtures/package/",
                $name
            )))
        };
    }
    let say = |document: &Document| {
        let shown = shown(document);
        (
            shown.status.token().to_owned(),
            shown.note.unwrap_or_default(),
        )
    };
    let words = |a: &str, b: &str| (a.to_owned(), b.to_owned());
    assert_eq!(
        say(&fixture!("kamailio_open.pidf.xml")),
        words("available", "at the desk")
    );
    assert_eq!(
        say(&fixture!("kamailio_composed.pidf.xml")),
        words("available", "at the desk")
    );
    assert_eq!(
        say(&fixture!("kamailio_removed.pidf.xml")),
        words("offline", "")
    );
    assert_eq!(
        say(&fixture!("asterisk_in_use.pidf.xml")),
        words("on-the-phone", "On the phone")
    );
    assert_eq!(
        say(&fixture!("asterisk_old.pidf.xml")),
        words("away", "Not online")
    );
    assert_eq!(
        say(&fixture!("freeswitch_busy.pidf.xml")),
        words("busy", "Gespräch")
    );
    let rich = fixture!("rich.pidf.xml");
    assert_eq!(say(&rich), words("on-the-phone", "a call"));
    let german = compose(&rich, &["de"], time("2026-03-01T12:00:00Z"));
    assert_eq!(german.note.as_deref(), Some("Telefonat"));
    assert_eq!(german.activities, ["on-the-phone", "planting trees"]);
    assert_eq!(german.devices.len(), 1);
    assert_eq!(german.devices[0].note.as_deref(), Some("am Platz"));
    assert_eq!(german.devices[0].priority, Priority::parse("0.8"));
    assert_eq!(rich.persons[1].moods[0].value, ["happy"]);
    assert_eq!(rich.persons[1].spheres[0].value, ["work"]);
    assert_eq!(rich.persons[1].time_offset, Some(120));
    assert_eq!(
        rich.devices[0].user_input.unwrap().idle_threshold,
        Some(600)
    );
    assert_eq!(
        compose(&rich, &["en"], time("2026-03-01T10:30:00Z")).status,
        Status::Vacation
    );
}

#[test]
fn rp_022_and_rp_023_own_documents_keep_ids_and_move_on() {
    let mut publisher = Publisher::new(
        "sip:alice@example.test",
        "sip:alice@example.test;gr=<1>",
        "urn:uuid:00000000-0000-4000-8000-0000000000AA",
    );
    let now = time("2026-03-01T12:00:00.123456Z");
    let mut newest = None;
    for status in Status::PUBLISHABLE.into_iter().chain([
        Status::Other("playing".into()),
        Status::Other("chess <3".into()),
    ]) {
        let own = OwnPresence {
            status: status.clone(),
            note: Some("back at 5 & <ready>".into()),
            language: Some("en".into()),
            input: Some(Input::Active),
        };
        let bytes = publisher.document(&own, now);
        let document = parse(&bytes);
        assert!(
            document.remarks.is_empty(),
            "{}",
            String::from_utf8_lossy(&bytes)
        );
        assert_eq!(document.entity, "sip:alice@example.test");
        assert_eq!(document.tuples[0].id, publisher.tuple_id());
        assert_eq!(
            document.tuples[0].contact.as_ref().unwrap().uri,
            "sip:alice@example.test;gr=<1>"
        );
        assert_eq!(
            document.tuples[0].device.as_deref(),
            Some("urn:uuid:00000000-0000-4000-8000-0000000000AA")
        );
        assert_eq!(document.devices[0].device, document.tuples[0].device);
        let ids = [
            &document.tuples[0].id,
            &document.persons[0].id,
            &document.devices[0].id,
        ];
        assert!(
            ids.iter().all(|id| crate::xml::is_ncname(id)) && ids[0] != ids[1] && ids[1] != ids[2]
        );
        let told = document.tuples[0].timestamp;
        assert!(told > newest, "{status}");
        newest = told;
        let seen = compose(&document, &["en"], now);
        let expected = if status.token() == "chess <3" {
            Status::Other("other".into())
        } else {
            status
        };
        assert_eq!(seen.status, expected);
        assert_eq!(seen.note.as_deref(), Some("back at 5 & <ready>"));
        assert_eq!(document.persons[0].notes[0].language.as_deref(), Some("en"));
    }
    let text = String::from_utf8(publisher.document(&OwnPresence::default(), now)).unwrap();
    assert!(text.contains("T12:00:00.135Z</timestamp>"), "{text}");
    assert!(!text.contains("activities") && !text.contains("note") && !text.contains("last-input"));
}

proptest! {
    #[test]
    fn mutated_documents_never_panic(at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<prop::sample::Index>()) {
        let mut bytes = include_bytes!("../../../tests/fixtures/package/rich.pidf.xml").to_vec();
        let place = at.index(bytes.len());
        bytes[place] = byte;
        for body in [&bytes[..], &bytes[..cut.index(bytes.len())]] {
            if let Ok(document) = Document::parse(&Body::new(CONTENT_TYPE, body)) {
                let _ = shown(&document);
            }
        }
    }

    #[test]
    fn the_order_of_tuples_does_not_change_availability(basics in prop::collection::vec(0u8..3, 0..6), seed in any::<u64>()) {
        let tuples: Vec<String> = basics.iter().enumerate().map(|(i, basic)| {
            let id = format!("t{i}");
            tuple(&id, ["open", "closed", "?"][usize::from(*basic)], &format!("<timestamp>2026-03-01T10:0{i}:00Z</timestamp><contact>sip:{}@example.test</contact>", i % 3))
        }).collect();
        let mut mixed = tuples.clone();
        if !mixed.is_empty() {
            let by = usize::try_from(seed % mixed.len() as u64).unwrap();
            mixed.rotate_left(by);
        }
        let (one, two) = (shown(&presence(&tuples.concat())), shown(&presence(&mixed.concat())));
        prop_assert_eq!(one.availability, two.availability);
        prop_assert_eq!(one.status, two.status);
    }
}
