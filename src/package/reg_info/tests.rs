//! Tests of registration information: format, versions and tables.

use jiff::Timestamp;
use proptest::prelude::*;

use super::*;
use crate::package::{Body, BodyError, Place, Severity, limits};

const NOW: Timestamp = Timestamp::UNIX_EPOCH;

fn parse(text: impl AsRef<[u8]>) -> Document {
    Document::parse(&Body::new(CONTENT_TYPE, text.as_ref())).unwrap()
}

fn error(text: impl AsRef<[u8]>) -> BodyError {
    Document::parse(&Body::new(CONTENT_TYPE, text.as_ref())).unwrap_err()
}

/// A document with one registration, of Alice.
fn alice(version: u64, state: &str, registration: &str, contacts: &str) -> Document {
    parse(format!(
        "<reginfo xmlns='{NAMESPACE}' version='{version}' state='{state}'>\
         <registration id='a' aor='sip:alice@example.com' state='{registration}'>{contacts}</registration></reginfo>"
    ))
}

fn contact(id: &str, state: &str, event: &str, host: &str) -> String {
    format!(
        "<contact id='{id}' state='{state}' event='{event}'><uri>sip:alice@{host}</uri></contact>"
    )
}

fn ids(table: &Table) -> Vec<(&str, &str)> {
    table
        .registrations()
        .flat_map(|(key, held)| held.rows().map(move |row| (key, row.contact.id.as_str())))
        .collect()
}

#[test]
fn the_examples_of_rfc_3680_read_as_meant() {
    let example = parse(include_bytes!(
        "../../../tests/fixtures/package/rfc/rfc3680_5_3.reginfo.xml"
    ));
    assert_eq!((example.version, example.state), (0, State::Full));
    assert!(example.remarks.is_empty());
    let [registration] = &example.registrations[..] else {
        panic!("one registration");
    };
    assert_eq!(
        (
            registration.id.as_str(),
            registration.aor.as_str(),
            &registration.state
        ),
        ("as9", "sip:user@example.com", &RegistrationState::Active)
    );
    let seen: Vec<_> = registration
        .contacts
        .iter()
        .map(|c| {
            (
                c.id.as_str(),
                c.uri.as_str(),
                &c.state,
                &c.event,
                c.duration_registered,
                c.q.map(crate::package::presence::Priority::thousandths),
            )
        })
        .collect();
    assert_eq!(
        seen,
        [
            (
                "76",
                "sip:user@pc887.example.com",
                &ContactState::Active,
                &ContactEvent::Registered,
                Some(7322),
                Some(800)
            ),
            (
                "77",
                "sip:user@university.edu",
                &ContactState::Terminated,
                &ContactEvent::Expired,
                Some(3600),
                Some(500)
            ),
        ]
    );
    let mut table = Table::default();
    let first = parse(include_bytes!(
        "../../../tests/fixtures/package/rfc/rfc3680_6_message_3.reginfo.xml"
    ));
    assert!(!table.apply(&first, NOW).resync_needed);
    let (_, joe) = table.registrations().next().unwrap();
    assert_eq!(
        (&joe.state, joe.rows().count()),
        (&RegistrationState::Init, 0)
    );
    let second = parse(include_bytes!(
        "../../../tests/fixtures/package/rfc/rfc3680_6_message_7.reginfo.xml"
    ));
    let applied = table.apply(&second, NOW);
    assert!(!applied.resync_needed);
    assert_eq!(
        (applied.changes[0].kind, applied.changes[0].row.aor.as_str()),
        (ChangeKind::Added, "sip:joe@example.com")
    );
    let (_, joe) = table.registrations().next().unwrap();
    assert_eq!(joe.state, RegistrationState::Active);
    assert_eq!(joe.rows().next().unwrap().registered_at, Some(NOW));
}

#[test]
fn the_examples_of_rfc_5628_bring_gruus() {
    let example = parse(include_bytes!(
        "../../../tests/fixtures/package/rfc/rfc5628_7.reginfo.xml"
    ));
    let contact = &example.registrations[0].contacts[0];
    assert_eq!(
        contact.public_gruu.as_deref(),
        Some("sip:user@example.com;gr=hha9s8d-999a")
    );
    assert_eq!(
        contact.temporary_gruu,
        Some(TemporaryGruu {
            uri: "sip:8ffkas08af7fasklzi9@example.com;gr".into(),
            first_cseq: Some(54_301)
        })
    );
    assert_eq!(
        contact.instance(),
        Some("urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6")
    );
    assert_eq!(
        (contact.call_id.as_deref(), contact.cseq, contact.expires),
        (Some("1j9FpLxk3uxtm8tn@192.0.2.1"), Some(54_321), Some(3599))
    );
    assert!(example.remarks.is_empty());
    let implicit = parse(include_bytes!(
        "../../../tests/fixtures/package/rfc/rfc5628_8_2.reginfo.xml"
    ));
    assert_eq!(implicit.version, 1);
    let seen: Vec<_> = implicit
        .registrations
        .iter()
        .map(|r| {
            (
                r.aor.as_str(),
                &r.contacts[0].event,
                r.contacts[0].public_gruu.as_deref().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        seen,
        [
            (
                "sip:user_aor_1@example.net",
                &ContactEvent::Registered,
                "sip:user_aor_1@example.net;gr=hha9s8d-999a"
            ),
            (
                "sip:user_aor_2@example.net",
                &ContactEvent::Created,
                "sip:user_aor_2@example.net;gr=hha9s8d-999b"
            ),
            (
                "sip:+358504821437@example.net;user=phone",
                &ContactEvent::Created,
                "sip:+358504821437@example.net;user=phone;gr=hha9s8d-999c"
            ),
        ]
    );
    assert_eq!(
        implicit.registrations[2].contacts[0].uri,
        "sip:ua.example.com"
    );
    let oldest = alice(
        0,
        "full",
        "active",
        "<contact id='1' state='active' event='created' xmlns:g='urn:ietf:params:xml:ns:gruuinfo'>\
         <uri>sip:alice@192.0.2.1</uri><g:temp-gruu uri='sip:x@example.com;gr' cseq='7'/><g:pub-gruu/></contact>",
    );
    let contact = &oldest.registrations[0].contacts[0];
    assert_eq!(contact.temporary_gruu.as_ref().unwrap().first_cseq, Some(7));
    assert_eq!(oldest.remarks[0].source, "RFC 5628 §9");
}

#[test]
fn what_is_not_understood_is_said_with_its_place() {
    let document = parse(format!(
        "<r:reginfo xmlns:r='{NAMESPACE}' version='3' state='partial'>\n\
         <r:registration id='a' aor='sip:alice@example.com' state='dozing'>\n\
         <r:contact id='1' state='active' event='shortened' expires='-5' q='7'><r:uri>sip:alice@192.0.2.1</r:uri>\
         <r:unknown-param name='audio'/><r:unknown-param/></r:contact>\n\
         <r:contact id='2' state='resting' event='yawn'><r:uri> sip:alice@192.0.2.2 </r:uri>\
         <r:display-name>Desk</r:display-name></r:contact>\n\
         <r:contact id='3' state='active' event='registered'><r:uri>sip:alice\u{202e}@x</r:uri></r:contact>\n\
         <r:contact id='1' state='active' event='probation'><r:uri>sip:alice@192.0.2.3</r:uri></r:contact>\n\
         </r:registration><r:registration aor='sip:bob@example.com' state='init'/><x/></r:reginfo>"
    ));
    let [registration] = &document.registrations[..] else {
        panic!("the one without id is left out");
    };
    assert_eq!(registration.state.token(), "dozing");
    let contacts: Vec<_> = registration
        .contacts
        .iter()
        .map(|c| (c.id.as_str(), c.state.token(), c.event.token()))
        .collect();
    assert_eq!(
        contacts,
        [
            ("1", "active", "shortened"),
            ("2", "resting", "yawn"),
            ("1", "active", "probation")
        ]
    );
    let first = &registration.contacts[0];
    assert_eq!((first.expires, first.q), (None, None));
    assert_eq!(first.parameter("AUDIO"), Some(""));
    assert_eq!(
        registration.contacts[1].display_name.as_deref(),
        Some("Desk")
    );
    let lines: Vec<_> = document
        .remarks
        .iter()
        .map(|r| (r.place.line, r.severity))
        .collect();
    let warned = |line| (line, Severity::Warning);
    assert_eq!(
        lines,
        [
            warned(3), // expires
            warned(3), // q
            warned(3), // shortened
            warned(3), // parameter
            warned(5), // address
            warned(6), // probation
            warned(6), // id
            warned(7), // registration
            (7, Severity::Ignored)
        ]
    );
}

#[test]
fn a_table_goes_by_the_numbers_of_its_documents() {
    let mut table = Table::default();
    assert!(
        !table
            .apply(&alice(5, "full", "active", ""), NOW)
            .resync_needed
    );
    let gap = table.apply(&alice(7, "partial", "active", ""), NOW);
    assert!(gap.resync_needed && !gap.discarded);
    assert!(table.apply(&alice(6, "full", "active", ""), NOW).discarded);
    assert_eq!(table.version(), Some(7));
}

#[test]
fn full_flushes_and_partial_replaces() {
    let mut table = Table::default();
    let one = contact("1", "active", "registered", "192.0.2.1");
    let two = contact("2", "active", "registered", "192.0.2.2");
    table.apply(&alice(0, "full", "active", &(one.clone() + &two)), NOW);
    assert_eq!(ids(&table), [("a", "1"), ("a", "2")]);
    let gone = contact("2", "terminated", "unregistered", "192.0.2.2");
    let three = contact("3", "active", "created", "192.0.2.3");
    let applied = table.apply(&alice(1, "partial", "active", &(gone + &three)), NOW);
    let changes = |applied: &Applied<Row>| -> Vec<_> {
        let changes = applied.changes.iter();
        changes
            .map(|c| (c.kind, c.row.contact.id.clone()))
            .collect()
    };
    assert_eq!(
        changes(&applied),
        [
            (ChangeKind::Departed, "2".to_owned()),
            (ChangeKind::Added, "3".to_owned())
        ]
    );
    assert_eq!(ids(&table), [("a", "1"), ("a", "3")]);
    let moved = contact("1", "active", "refreshed", "192.0.2.9");
    let applied = table.apply(&alice(2, "full", "active", &moved), NOW);
    assert_eq!(
        changes(&applied),
        [
            (ChangeKind::Updated, "1".to_owned()),
            (ChangeKind::Departed, "3".to_owned())
        ]
    );
    assert!(
        !table
            .apply(&alice(3, "full", "active", &moved), NOW)
            .changed()
    );
    // The last contact is gone with the registration, whether or not it is named.
    let applied = table.apply(&alice(4, "partial", "terminated", ""), NOW);
    assert_eq!(changes(&applied), [(ChangeKind::Departed, "1".to_owned())]);
    assert_eq!(ids(&table), []);
    let empty = parse(format!(
        "<reginfo xmlns='{NAMESPACE}' version='5' state='full'/>"
    ));
    table.apply(&empty, NOW);
    assert_eq!(table.registrations().count(), 0);
}

#[test]
fn seconds_become_times_and_absurd_ones_none() {
    let mut table = Table::default();
    let times = |expires: &str| {
        format!(
            "<contact id='1' state='active' event='refreshed' expires='{expires}' duration-registered='30'>\
             <uri>sip:alice@192.0.2.1</uri></contact>"
        )
    };
    table.apply(&alice(0, "full", "active", &times("60")), NOW);
    let row = |table: &Table| {
        table
            .registrations()
            .next()
            .unwrap()
            .1
            .rows()
            .next()
            .unwrap()
            .clone()
    };
    assert_eq!(row(&table).expires_at.unwrap().as_second(), 60);
    assert_eq!(row(&table).registered_at.unwrap().as_second(), -30);
    table.apply(
        &alice(1, "full", "active", &times("18446744073709551615")),
        NOW,
    );
    assert_eq!(row(&table).expires_at, None);
    let huge = alice(2, "full", "active", &times("99999999999999999999"));
    assert_eq!(huge.remarks.len(), 1);
}

#[test]
fn what_is_no_registration_information_is_refused() {
    let root = |rest: &str| format!("<reginfo xmlns='{NAMESPACE}' {rest}/>");
    let missing = |what| BodyError::Missing {
        what,
        place: Place { line: 1, column: 1 },
    };
    for bad in [
        "state='full'",
        "state='full' version='-1'",
        "state='full' version='1e9'",
    ] {
        assert_eq!(error(root(bad)), missing("the attribute version"), "{bad}");
    }
    let huge = format!("state='full' version='{}'", "9".repeat(40));
    assert_eq!(error(root(&huge)), missing("the attribute version"));
    assert_eq!(error(root("version='1'")), missing("the attribute state"));
    assert_eq!(
        error(root("version='1' state='Full'")),
        missing("the attribute state")
    );
    assert!(matches!(
        error("<reginfo version='0' state='full'/>"),
        BodyError::Root { .. }
    ));
    let foreign =
        error("<reginfo xmlns='urn:ietf:params:xml:ns:watcherinfo' version='0' state='full'/>");
    assert_eq!(foreign.place(), Some(Place { line: 1, column: 1 }));
    let deep = format!(
        "<reginfo xmlns='{NAMESPACE}' version='0' state='full'>{}",
        "<a>".repeat(40)
    );
    let twice = root("version='0' version='1' state='full'");
    for bad in [
        "<reginfo",
        "",
        &deep,
        &twice,
        "<!DOCTYPE reginfo><reginfo/>",
    ] {
        let error = error(bad);
        assert!(matches!(error, BodyError::Xml(_)), "{error}");
        assert!(error.place().is_some());
    }
    let mut text = root("version='0' state='full'").into_bytes();
    text.splice(0..0, *b"<!--\n \xFF-->");
    assert_eq!(error(text).place(), Some(Place { line: 2, column: 2 }));
    let other = Document::parse(&Body::new("application/watcherinfo+xml", b"<a/>"));
    assert!(other.unwrap_err().is_unsupported_type());
}

#[test]
fn contacts_are_bounded() {
    let mut table = Table::default();
    let many = |from: usize| -> String {
        (from..from + 6000)
            .map(|n| contact(&n.to_string(), "active", "created", "192.0.2.1"))
            .collect()
    };
    table.apply(&alice(0, "full", "active", &many(0)), NOW);
    table.apply(&alice(1, "partial", "active", &many(6000)), NOW);
    assert_eq!(ids(&table).len(), limits::CONTACTS);
    table.apply(&alice(2, "full", "active", &many(20_000)), NOW);
    assert_eq!(ids(&table).len(), 6000);
}

/// Contacts by id: whether each is bound, and where.
fn steps() -> impl Strategy<Value = Vec<Vec<(u8, bool, u8)>>> {
    let one = prop::collection::vec((0u8..6, any::<bool>(), 0u8..3), 0..6);
    prop::collection::vec(one, 1..6)
}

fn contacts(step: &[(u8, bool, u8)]) -> String {
    step.iter()
        .map(|(id, bound, host)| {
            let (state, event) = if *bound {
                ("active", "registered")
            } else {
                ("terminated", "expired")
            };
            contact(&id.to_string(), state, event, &format!("192.0.2.{host}"))
        })
        .collect()
}

proptest! {
    #[test]
    fn partials_in_order_equal_the_full_one(steps in steps()) {
        let mut table = Table::default();
        table.apply(&alice(0, "full", "active", &contacts(&steps[0])), NOW);
        let mut last = std::collections::BTreeMap::new();
        for (id, bound, host) in steps.iter().flatten() {
            last.insert(*id, (*id, *bound, *host));
        }
        for (version, step) in (1..).zip(&steps[1..]) {
            prop_assert!(!table.apply(&alice(version, "partial", "active", &contacts(step)), NOW).resync_needed);
        }
        let mut full = Table::default();
        let last: Vec<_> = last.into_values().collect();
        full.apply(&alice(table.version().unwrap(), "full", "active", &contacts(&last)), NOW);
        prop_assert_eq!(table, full);
    }

    #[test]
    fn any_gap_leads_to_a_refresh(steps in steps(), missing in any::<prop::sample::Index>()) {
        let mut table = Table::default();
        let lost = missing.index(steps.len());
        let mut asked = false;
        for (version, step) in (0..).zip(&steps) {
            if version == lost {
                continue;
            }
            let state = if version == 0 { "full" } else { "partial" };
            asked |= table.apply(&alice(version as u64, state, "active", &contacts(step)), NOW).resync_needed;
        }
        // A document lost at the end is not missed before the next one comes.
        prop_assert_eq!(asked, lost + 1 < steps.len());
    }

    #[test]
    fn old_documents_change_nothing(steps in steps(), again in any::<prop::sample::Index>()) {
        let mut table = Table::default();
        let documents: Vec<_> = (0..).zip(&steps)
            .map(|(version, step)| alice(version, if version == 0 { "full" } else { "partial" }, "active", &contacts(step)))
            .collect();
        for document in &documents {
            table.apply(document, NOW);
        }
        let before = table.clone();
        prop_assert!(table.apply(again.get(&documents), NOW).discarded);
        prop_assert_eq!(table, before);
    }

    #[test]
    fn mutated_documents_never_panic(at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<prop::sample::Index>()) {
        let mut bytes = include_bytes!("../../../tests/fixtures/package/rfc/rfc5628_8_2.reginfo.xml").to_vec();
        let place = at.index(bytes.len());
        bytes[place] = byte;
        if let Ok(document) = Document::parse(&Body::new(CONTENT_TYPE, &bytes)) {
            Table::default().apply(&document, NOW);
        }
        prop_assert!(Document::parse(&Body::new(CONTENT_TYPE, &bytes[..cut.index(bytes.len() - 20)])).is_err());
    }
}

#[test]
fn a_contact_that_was_never_seen_does_not_depart() {
    let mut table = Table::default();
    let gone = contact("1", "terminated", "expired", "192.0.2.1");
    let applied = table.apply(&alice(0, "full", "active", &gone), NOW);
    assert!(applied.changes.is_empty(), "{:?}", applied.changes);
    assert!(ids(&table).is_empty());
}
