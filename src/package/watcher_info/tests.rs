//! Tests of watcher information: what is read of a document (FM rows), and what the tests of tables share.

mod tables;

use jiff::Timestamp;

use super::*;
use crate::package::{Body, BodyError, Place, Remarks, Severity, limits};

const NOW: Timestamp = Timestamp::UNIX_EPOCH;

fn parse(text: impl AsRef<[u8]>) -> Document {
    Document::parse(&Body::new(CONTENT_TYPE, text.as_ref())).unwrap()
}

fn watcher(id: &str, uri: &str, status: WatcherStatus) -> Watcher {
    Watcher {
        id: id.into(),
        uri: uri.into(),
        display_name: None,
        language: None,
        status,
        event: WatcherEvent::Subscribe,
        expiration: None,
        duration_subscribed: None,
    }
}

fn document(version: u64, state: State, watchers: Vec<Watcher>) -> Document {
    let list = List {
        resource: "sip:alice@example.test".into(),
        package: "presence".into(),
        watchers,
    };
    Document {
        version,
        state,
        lists: vec![list],
        remarks: Remarks::default(),
    }
}

fn ids(table: &Table) -> Vec<&str> {
    table.rows().map(|row| row.id.as_str()).collect()
}

use State::{Full, Partial};
use WatcherStatus::{Active, Pending, Terminated, Waiting};

#[test]
fn fm_033_seconds_become_times_and_foreign_packages_are_left_out() {
    let mut incoming = document(
        0,
        Full,
        vec![Watcher {
            display_name: Some("Bank".into()),
            expiration: Some(60),
            duration_subscribed: Some(30),
            ..watcher("1", "sip:bob@example.test", Active)
        }],
    );
    let mut table = Table::new("presence");
    let arrival: Timestamp = "2026-03-01T12:00:00Z".parse().unwrap();
    table.apply(&incoming, arrival);
    let row = table.rows().next().unwrap();
    assert_eq!(
        row.expires_at,
        Some("2026-03-01T12:01:00Z".parse().unwrap())
    );
    assert_eq!(
        row.subscribed_at,
        Some("2026-03-01T11:59:30Z".parse().unwrap())
    );
    assert_eq!(row.display_name.as_deref(), Some("Bank"));
    incoming.version = 1;
    incoming.lists[0].package = "dialog".into();
    incoming.state = Partial;
    incoming.lists[0].watchers[0].id = "2".into();
    assert!(table.foreign(&incoming).eq(["dialog"]));
    table.apply(&incoming, arrival);
    assert_eq!(ids(&table), ["1"]);
    let endless = document(
        2,
        Partial,
        vec![Watcher {
            expiration: Some(u64::MAX),
            ..watcher("1", "sip:bob@example.test", Active)
        }],
    );
    table.apply(&endless, arrival);
    assert_eq!(table.rows().next().unwrap().expires_at, None);
}

#[test]
fn fm_031_a_repeated_id_is_told_and_the_later_one_counts() {
    let document = parse(
        "<watcherinfo xmlns='urn:ietf:params:xml:ns:watcherinfo' version='0' state='full'><watcher-list resource='sip:alice@example.test' package='presence'>\n\
         <watcher id='1' status='pending' event='subscribe'>sip:bob@example.test</watcher>\n\
         <watcher id='1' status='active' event='approved'>sip:carol@example.test</watcher></watcher-list></watcherinfo>",
    );
    assert_eq!(document.remarks[0].place.line, 3);
    let mut table = Table::new("presence");
    table.apply(&document, NOW);
    let rows: Vec<_> = table.rows().map(|r| r.uri.as_str()).collect();
    assert_eq!(rows, ["sip:carol@example.test"]);
}

#[test]
fn fm_033_a_name_is_a_claim_in_a_language_and_numbers_must_be_numbers() {
    let document = parse(
        "<watcherinfo xmlns='urn:ietf:params:xml:ns:watcherinfo' version='0' state='full'><watcher-list resource='sip:alice@example.test' package='presence'>\
         <watcher id='1' status='active' event='approved' display-name=' Büro ' xml:lang='de' expiration='-5'\
         duration-subscribed='99999999999999999999'>sip:bob@example.test</watcher></watcher-list><watcher-list/></watcherinfo>"
            .replace("'-5'duration", "'-5' duration"),
    );
    let bob = &document.lists[0].watchers[0];
    assert_eq!(bob.display_name.as_deref(), Some("Büro"));
    assert_eq!(bob.language.as_deref(), Some("de"));
    assert_eq!((bob.expiration, bob.duration_subscribed), (None, None));
    assert_eq!(
        document.remarks.len(),
        3,
        "two numbers, and a list about nothing"
    );
    let long = "x".repeat(limits::FIELD_BYTES + 1);
    let hostile = parse(format!(
        "<watcherinfo xmlns='urn:ietf:params:xml:ns:watcherinfo' version='0' state='full'><watcher-list resource='sip:alice@example.test' package='presence'>\
         <watcher id='{long}' status='active' event='approved'>sip:bob@example.test</watcher>\
         <watcher id='1' status='{long}' event='approved' display-name='{long}'>sip:carol@example.test</watcher>\
         <watcher id='2' status='active' event='approved'>sip:{long}@example.test</watcher></watcher-list></watcherinfo>"
    ));
    let [carol] = &hostile.lists[0].watchers[..] else {
        panic!("one that can be kept");
    };
    assert_eq!(carol.display_name.as_ref().unwrap().len(), limits::WORD);
    assert_eq!(carol.status.token().len(), limits::WORD);
}

#[test]
fn fm_033_any_package_may_be_the_parent() {
    for name in [
        "message-summary.winfo",
        "presence.winfo.winfo",
        "dialog.winfo",
    ] {
        let parent = crate::package::descriptor::watched_package(name).unwrap();
        let mut table = Table::new(parent);
        let mut matching = document(0, Full, vec![watcher("1", "sip:bob@example.test", Active)]);
        matching.lists[0].package = parent.to_owned();
        assert_eq!(table.foreign(&matching).count(), 0, "{name}");
        table.apply(&matching, NOW);
        assert_eq!(ids(&table), ["1"]);
        matching.version = 1;
        matching.lists[0].package = name.to_owned();
        table.apply(&matching, NOW);
        assert!(
            table.foreign(&matching).eq([name]),
            "its own name is not its parent"
        );
        assert_eq!(ids(&table), [""; 0]);
    }
}

#[test]
fn the_examples_of_rfc_3857_and_rfc_3858_read_as_meant() {
    let rows = |document: &Document| -> Vec<_> {
        let watchers = document.lists[0].watchers.iter();
        watchers
            .map(|w| {
                (
                    w.id.clone(),
                    w.uri.clone(),
                    w.status.clone(),
                    w.event.clone(),
                )
            })
            .collect()
    };
    let model = parse(include_bytes!(
        "../../../tests/fixtures/package/rfc/rfc3857_1.winfo.xml"
    ));
    assert_eq!((model.version, model.state), (0, Full));
    assert_eq!(model.lists[0].resource, "sip:B@example.com");
    assert_eq!(
        rows(&model),
        [(
            "7768a77s".into(),
            "sip:A@example.com".into(),
            Pending,
            WatcherEvent::Subscribe
        )]
    );
    let mut table = Table::new("presence");
    let first = parse(include_bytes!(
        "../../../tests/fixtures/package/rfc/rfc3857_5_message_3.winfo.xml"
    ));
    table.apply(&first, NOW);
    assert!(table.rows().next().unwrap().status.asks_for_decision());
    let second = parse(include_bytes!(
        "../../../tests/fixtures/package/rfc/rfc3857_5_message_7.winfo.xml"
    ));
    assert_eq!((second.version, second.state), (1, Partial));
    let applied = table.apply(&second, NOW);
    assert!(!applied.resync_needed);
    assert_eq!(
        (applied.changes[0].kind, &applied.changes[0].row.event),
        (ChangeKind::Updated, &WatcherEvent::Approved)
    );
    let professor = parse(include_bytes!(
        "../../../tests/fixtures/package/rfc/rfc3858_5.winfo.xml"
    ));
    assert_eq!(
        rows(&professor),
        [
            (
                "8ajksjda7s".into(),
                "sip:userA@example.net".into(),
                Active,
                WatcherEvent::Approved
            ),
            (
                "hh8juja87s997-ass7".into(),
                "sip:userB@example.org".into(),
                Pending,
                WatcherEvent::Subscribe
            ),
        ]
    );
    let watchers = &professor.lists[0].watchers;
    assert_eq!(watchers[0].duration_subscribed, Some(509));
    assert_eq!(watchers[1].display_name.as_deref(), Some("Mr. Subscriber"));
    for document in [model, first, second, professor] {
        assert!(document.remarks.is_empty());
    }
}

#[test]
fn documents_in_the_manner_of_kamailio_are_understood() {
    let mut table = Table::new("presence");
    table.apply(
        &parse(include_bytes!(
            "../../../tests/fixtures/package/kamailio_full.winfo.xml"
        )),
        NOW,
    );
    assert_eq!(
        table
            .rows()
            .filter(|r| r.status.asks_for_decision())
            .count(),
        2
    );
    let applied = table.apply(
        &parse(include_bytes!(
            "../../../tests/fixtures/package/kamailio_partial.winfo.xml"
        )),
        NOW,
    );
    assert!(!applied.resync_needed);
    assert_eq!(
        (applied.changes.len(), applied.changes[0].kind),
        (1, ChangeKind::Updated)
    );
}

#[test]
fn what_is_no_watcher_information_is_refused() {
    let error =
        |text: &str| Document::parse(&Body::new(CONTENT_TYPE, text.as_bytes())).unwrap_err();
    let root =
        |rest: &str| format!("<watcherinfo xmlns='urn:ietf:params:xml:ns:watcherinfo' {rest}/>");
    assert_eq!(
        error(&root("state='full'")),
        BodyError::Missing {
            what: "the attribute version",
            place: Place { line: 1, column: 1 },
        }
    );
    assert_eq!(
        error(&root("state='full' version='-1'")),
        BodyError::Missing {
            what: "the attribute version",
            place: Place { line: 1, column: 1 },
        }
    );
    assert_eq!(
        error(&root("version='1' state='half'")),
        BodyError::Missing {
            what: "the attribute state",
            place: Place { line: 1, column: 1 },
        }
    );
    assert!(matches!(
        error("<watcherinfo version='0' state='full'/>"),
        BodyError::Root { .. }
    ));
    let huge = format!("state='full' version='{}'", "9".repeat(40));
    assert!(matches!(error(&root(&huge)), BodyError::Missing { .. }));
    let deep = root("version='0' state='full'").replace("/>", &format!(">{}", "<a>".repeat(40)));
    let twice = root("version='0' version='0' state='full'");
    for bad in [
        "<watcherinfo",
        "",
        deep.as_str(),
        twice.as_str(),
        "<!DOCTYPE a><a/>",
    ] {
        let error = error(bad);
        assert!(
            matches!(error, BodyError::Xml(_)) && error.place().is_some(),
            "{bad}"
        );
    }
    let bytes = Document::parse(&Body::new(CONTENT_TYPE, b"<a>\n\xFF</a>")).unwrap_err();
    assert_eq!(bytes.place(), Some(Place { line: 2, column: 1 }));
}
