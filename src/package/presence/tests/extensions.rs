//! What is read of the extensions of PIDF: RPID, CIPID, timed status, capabilities.

use super::*;

#[test]
fn fm_016_rich_presence_is_read_where_the_table_has_it() {
    // Table 1 of RFC 4480: the element, and whether a person, a tuple and a device have it.
    let table = [
        ("<r:activities><r:busy/></r:activities>", true, false, false),
        ("<r:class>c</r:class>", true, true, true),
        ("<r:mood><r:sad/></r:mood>", true, false, false),
        (
            "<r:place-is><r:audio><r:ok/></r:audio></r:place-is>",
            true,
            false,
            false,
        ),
        (
            "<r:place-type><r:other>attic</r:other></r:place-type>",
            true,
            false,
            false,
        ),
        ("<r:privacy><r:audio/></r:privacy>", true, true, false),
        (
            "<r:relationship><r:friend/></r:relationship>",
            false,
            true,
            false,
        ),
        (
            "<r:service-class><r:postal/></r:service-class>",
            false,
            true,
            false,
        ),
        ("<r:sphere>work</r:sphere>", true, false, false),
        (
            "<r:status-icon>https://example.test/i</r:status-icon>",
            true,
            true,
            false,
        ),
        ("<r:time-offset>60</r:time-offset>", true, false, false),
        ("<r:user-input>idle</r:user-input>", true, true, true),
    ];
    for (element, in_person, in_tuple, in_device) in table {
        let document = presence(&format!("<dm:person id='p'>{element}</dm:person>"));
        let empty = Person {
            id: "p".into(),
            ..Person::default()
        };
        assert_eq!(document.persons[0] != empty, in_person, "{element}");
        assert_eq!(document.remarks.is_empty(), in_person, "{element}");

        let document = presence(&format!("<tuple id='t'><status/>{element}</tuple>"));
        let empty = Tuple {
            id: "t".into(),
            ..Tuple::default()
        };
        // What a tuple does not have is taken for what drafts said there of the person, and that is noted.
        assert_ne!(document.tuples[0], empty, "{element}");
        assert_eq!(document.tuples[0].person.is_none(), in_tuple, "{element}");
        assert_eq!(document.remarks.is_empty(), in_tuple, "{element}");

        let document = presence(&format!("<dm:device id='d'>{element}</dm:device>"));
        let empty = Device {
            id: "d".into(),
            ..Device::default()
        };
        assert_eq!(document.devices[0] != empty, in_device, "{element}");
        assert_eq!(document.remarks.is_empty(), in_device, "{element}");
        for remark in &document.remarks {
            assert_eq!(remark.source, "RFC 4480 §3.1");
        }
    }
    let document = presence(
        "<tuple id='t'><status/><dm:deviceID>urn:x:1</dm:deviceID><dm:deviceID>urn:x:2</dm:deviceID></tuple>",
    );
    assert_eq!(document.tuples[0].devices, ["urn:x:1", "urn:x:2"]);
}

#[test]
fn fm_016_a_class_is_kept_and_never_shown() {
    let class = "<r:class>confidential</r:class>";
    let document = presence(&format!(
        "{}<dm:person id='p'>{class}</dm:person><dm:device id='d'>{class}</dm:device>",
        tuple("a", "open", class)
    ));
    assert_eq!(document.persons[0].class.as_deref(), Some("confidential"));
    assert_eq!(document.devices[0].class.as_deref(), Some("confidential"));
    assert!(!format!("{:?}", shown(&document)).contains("confidential"));
}

#[test]
fn fm_015_every_kind_holds_in_its_window_only() {
    let document = presence(
        "<dm:person id='p'>\
         <r:mood until='2026-03-01T13:00:00Z'><r:sad/></r:mood><r:mood from='2026-03-01T13:00:00Z'><r:happy/><r:note>at last</r:note></r:mood>\
         <r:place-type from='2026-03-01T14:00:00Z'><r:other>attic</r:other></r:place-type>\
         <r:sphere until='2026-03-01T15:00:00Z'><r:work/></r:sphere>\
         <r:time-offset until='2026-03-01T16:00:00Z' description=' CET '>60</r:time-offset><r:time-offset>120</r:time-offset>\
         <r:status-icon until='2026-03-01T17:00:00Z'>x:y</r:status-icon>\
         <r:activities from='2026-03-01T19:00:00Z' until='2026-03-01T18:00:00Z'><r:busy/></r:activities></dm:person>",
    );
    assert_eq!(document.persons[0].moods[1].notes[0].text, "at last");
    let mut seen = Vec::new();
    let mut now = Some(time("2026-03-01T12:00:00Z"));
    while let Some(at) = now {
        let shown = compose(&document, &[], at);
        let person = shown.person;
        let offset = person.time_offset.unwrap();
        seen.push((
            person.moods.concat(),
            person.places.concat(),
            person.spheres.concat(),
            (offset.minutes, offset.description.unwrap_or_default()),
            person.status_icon.unwrap_or_default(),
            shown.activities.len(),
        ));
        now = shown.changes_at;
    }
    let row = |mood: &str, place: &str, sphere: &str, offset: (i16, &str), icon: &str| {
        let offset = (offset.0, offset.1.to_owned());
        (
            mood.to_owned(),
            place.to_owned(),
            sphere.to_owned(),
            offset,
            icon.to_owned(),
            0,
        )
    };
    let expected = [
        row("sad", "", "work", (60, "CET"), "x:y"),
        row("happy", "", "work", (60, "CET"), "x:y"),
        row("happy", "attic", "work", (60, "CET"), "x:y"),
        row("happy", "attic", "", (60, "CET"), "x:y"),
        row("happy", "attic", "", (120, ""), "x:y"),
        row("happy", "attic", "", (120, ""), ""),
    ];
    assert_eq!(seen[..6], expected);
    // An element that ends before it begins is looked at twice more, and never holds.
    assert_eq!(seen[6..], [expected[5].clone(), expected[5].clone()]);
    assert_eq!(document.remarks.len(), 1);
    assert!(document.remarks[0].message.contains("never holds"));
}

#[test]
fn fm_018_a_name_is_chosen_by_language_and_leaves_the_address_alone() {
    let names = "<c:display-name xml:lang='de'>Bank Hilfe</c:display-name><c:display-name>Bank Support</c:display-name>";
    let contact = "<contact>sip:mallory@example.test</contact>";
    let document = presence(&format!(
        "{}<dm:person id='p'>{names}<c:colour>red</c:colour></dm:person>",
        tuple("a", "open", contact)
    ));
    let at = time("2026-03-01T12:00:00Z");
    let name = |languages: &[&str]| {
        compose(&document, languages, at)
            .person
            .display_name
            .unwrap()
    };
    assert_eq!(name(&["de-AT"]), "Bank Hilfe");
    // Without a language it is for everybody.
    assert_eq!(name(&["fr"]), "Bank Support");
    assert_eq!(document.entity, "sip:bob@example.test");
    let shown = shown(&document);
    assert_eq!(
        shown.devices[0].contact.as_deref(),
        Some("sip:mallory@example.test")
    );
    assert_eq!(document.remarks.len(), 1, "CIPID has no colour");
    let of_device = presence(&format!("<dm:device id='d'>{names}</dm:device>"));
    assert_eq!(of_device.remarks[0].source, "RFC 4482 §3");
}

#[test]
fn timed_status_says_nothing_about_now() {
    let timed = |attributes: &str, content: &str| {
        presence(&tuple(
            "a",
            "open",
            &format!(
                "<s:timed-status {attributes}>{content}</s:timed-status><timestamp>2026-03-01T11:00:00Z</timestamp>"
            ),
        ))
    };
    let covers_now = timed(
        "from='2026-03-01T10:00:00Z'",
        "<s:basic>closed</s:basic><s:note xml:lang='en'>gone</s:note><r:activities><r:vacation/></r:activities><x:y/>",
    );
    let seen = shown(&covers_now);
    assert_eq!(
        (seen.availability, seen.status),
        (Availability::Open, Status::Available)
    );
    assert_eq!((seen.note, seen.activities.len()), (None, 0));
    let said = &seen.devices[0].timed[0];
    assert_eq!((said.basic, said.until), (Some(Basic::Closed), None));
    assert_eq!(
        (said.note.as_deref(), said.activities.concat()),
        (Some("gone"), "vacation".into())
    );
    let told: Vec<_> = covers_now.remarks.iter().map(|r| r.source).collect();
    assert_eq!(told, ["RFC 3863 §4.2.3", "RFC 4481 §3"]);

    for without in ["", "from='soon'", "until='2026-03-02T10:00:00Z'"] {
        let document = timed(without, "<s:basic>closed</s:basic>");
        assert!(document.tuples[0].timed_statuses.is_empty(), "{without}");
        let remark = document.remarks.last().unwrap();
        assert_eq!(remark.source, "RFC 4481 §3", "{without}");
    }
    // In a person it has no place.
    let document =
        presence("<dm:person id='p'><s:timed-status from='2026-03-02T10:00:00Z'/></dm:person>");
    assert_eq!(document.remarks[0].source, "RFC 4481 §3");
}

#[test]
fn fm_013_what_capabilities_do_not_say_is_open() {
    let caps = "<k:servcaps><k:audio>1</k:audio><k:video>maybe</k:video><k:automata>false</k:automata>\
        <k:type>text/plain</k:type><k:type> </k:type><k:smell>true</k:smell><x:y/>\
        <k:extensions><k:supported><k:rel100/><k:path/></k:supported><k:notsupported><k:path/><k:gruu/></k:notsupported></k:extensions>\
        <k:languages><k:supported><k:l>de</k:l><k:l/></k:supported></k:languages>\
        <k:priority><k:supported><k:higherhan minvalue='3'/><k:range minvalue='1' maxvalue='2'/><k:equals value='-9'/><k:lowerthan/></k:supported>\
        <k:notsupported><k:lowerthan maxvalue='0'/></k:notsupported></k:priority></k:servcaps>";
    let document = presence(&tuple("a", "open", caps));
    let read = document.tuples[0].capabilities.as_deref().unwrap();
    assert_eq!(
        (read.audio, read.video, read.automata, read.text),
        (Some(true), None, Some(false), None)
    );
    assert_eq!(read.types, ["text/plain"]);
    // Listed on both sides is supported; an option tag may begin with a digit.
    let supports = |name| read.extensions.supports(name);
    assert_eq!(
        (
            supports("100rel"),
            supports("path"),
            supports("gruu"),
            supports("timer")
        ),
        (Some(true), Some(true), Some(false), None)
    );
    assert_eq!(read.languages.supported, ["de"]);
    let range = |lowest, highest| Priorities { lowest, highest };
    assert_eq!(
        read.priorities,
        [
            range(Some(3), None),
            range(Some(1), Some(2)),
            range(Some(-9), Some(-9))
        ]
    );
    assert_eq!(read.priorities_refused, [range(None, Some(0))]);
    let told: Vec<_> = document.remarks.iter().map(|r| r.source).collect();
    assert_eq!(told, ["RFC 5196 §3.2", "RFC 3863 §4.2.3"]);
}
