//! Tests of watcher information: versions, tables (FM rows) and merging (MG-007).

use jiff::Timestamp;
use proptest::prelude::*;

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
fn fm_029_versions_are_followed_and_gaps_ask_for_everything() {
    let mut table = Table::new("presence");
    let outcomes: Vec<_> = [
        (0, Full),
        (1, Partial),
        (3, Partial),
        (2, Partial),
        (3, Partial),
        (7, Full),
    ]
    .into_iter()
    .map(|(version, state)| {
        let applied = table.apply(&document(version, state, vec![]), NOW);
        (applied.discarded, applied.resync_needed)
    })
    .collect();
    assert_eq!(
        outcomes,
        [
            (false, false),
            (false, false),
            (false, true),
            (true, false),
            (true, false),
            (false, false)
        ]
    );
    assert_eq!(table.version(), Some(7));
    let mut late = Table::new("presence");
    assert!(
        !late.apply(&document(41, Full, vec![]), NOW).resync_needed,
        "any first number will do"
    );
    assert!(
        Table::new("presence")
            .apply(&document(0, Partial, vec![]), NOW)
            .resync_needed
    );
    assert!(
        late.apply(&document(u64::MAX, Partial, vec![]), NOW)
            .resync_needed
    );
    assert!(
        late.apply(&document(0, Full, vec![]), NOW).discarded,
        "no wrap"
    );
}

#[test]
fn fm_030_full_flushes_and_partial_replaces() {
    let mut table = Table::new("presence");
    let (a, b, c) = (
        "sip:a@example.test",
        "sip:b@example.test",
        "sip:c@example.test",
    );
    table.apply(
        &document(
            0,
            Full,
            vec![watcher("a", a, Active), watcher("b", b, Active)],
        ),
        NOW,
    );
    let applied = table.apply(
        &document(
            1,
            Partial,
            vec![watcher("b", b, Terminated), watcher("c", c, Pending)],
        ),
        NOW,
    );
    assert_eq!(ids(&table), ["a", "c"]);
    let changes: Vec<_> = applied
        .changes
        .iter()
        .map(|c| (c.kind, c.row.id.as_str()))
        .collect();
    assert_eq!(
        changes,
        [(ChangeKind::Departed, "b"), (ChangeKind::Added, "c")]
    );
    let applied = table.apply(&document(2, Full, vec![watcher("c", c, Active)]), NOW);
    assert_eq!(ids(&table), ["c"]);
    let changes: Vec<_> = applied
        .changes
        .iter()
        .map(|c| (c.kind, c.row.id.as_str()))
        .collect();
    assert_eq!(
        changes,
        [(ChangeKind::Updated, "c"), (ChangeKind::Departed, "a")]
    );
    assert!(
        !table
            .apply(&document(3, Full, vec![watcher("c", c, Active)]), NOW)
            .changed()
    );
    let mut two = document(4, Partial, vec![watcher("d", c, Active)]);
    two.lists[0].resource = "sip:other@example.test".into();
    table.apply(&two, NOW);
    assert_eq!(
        table
            .rows()
            .map(|r| r.resource.as_str())
            .collect::<Vec<_>>(),
        ["sip:alice@example.test", "sip:other@example.test"]
    );
}

#[test]
fn fm_031_the_id_is_the_key_and_unknown_words_stay() {
    let document = parse(
        "<w:watcherinfo xmlns:w='urn:ietf:params:xml:ns:watcherinfo' version='0' state='full'><w:watcher-list resource='sip:alice@example.test' package='presence'>\
         <w:watcher id='1' status='pending' event='subscribe'>sip:bob@example.test</w:watcher>\
         <w:watcher id='2' status='pending' event='subscribe'> SIP:bob@EXAMPLE.test </w:watcher>\
         <w:watcher id='3' status='dozing' event='yawn'>sip:carol@example.test</w:watcher>\
         <w:watcher status='active' event='subscribe'>sip:dave@example.test</w:watcher></w:watcher-list></w:watcherinfo>",
    );
    let said: Vec<_> = document.remarks.iter().map(|r| r.severity).collect();
    assert_eq!(
        said,
        [Severity::Ignored, Severity::Ignored, Severity::Warning],
        "two words, and the one without id"
    );
    let mut watchers = Watchers::new("presence");
    watchers.apply(1, &document, NOW);
    assert_eq!(watchers.rows().count(), 3);
    let merged = watchers.merged();
    assert_eq!(merged.iter().filter(|g| g.asks_for_decision()).count(), 1);
    assert_eq!(merged[0].rows.len(), 2);
    assert_eq!(merged[1].row.status, WatcherStatus::Other("dozing".into()));
    assert_eq!(merged[1].row.event.token(), "yawn");
}

#[test]
fn fm_032_pending_and_waiting_ask_and_a_decision_ends_that() {
    let mut table = Table::new("presence");
    let (bob, carol) = ("sip:bob@example.test", "sip:carol@example.test");
    table.apply(
        &document(
            0,
            Full,
            vec![watcher("w", bob, Waiting), watcher("p", carol, Pending)],
        ),
        NOW,
    );
    assert!(table.rows().all(|row| row.status.asks_for_decision()));
    let mut approved = watcher("p", carol, Active);
    approved.event = WatcherEvent::Approved;
    let applied = table.apply(
        &document(1, Partial, vec![watcher("w", bob, Terminated), approved]),
        NOW,
    );
    assert_eq!(ids(&table), ["p"]);
    assert!(!table.rows().any(|row| row.status.asks_for_decision()));
    assert_eq!(applied.changes[1].row.event, WatcherEvent::Approved);
}

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
fn fm_030_several_lists_in_one_document_are_kept_by_their_resource() {
    let two = parse(
        "<watcherinfo xmlns='urn:ietf:params:xml:ns:watcherinfo' version='0' state='full'>\
         <watcher-list resource='sip:alice@example.test' package='presence'>\
         <watcher id='1' status='active' event='approved'>sip:bob@example.test</watcher></watcher-list>\
         <watcher-list resource='SIP:sales@EXAMPLE.test' package='presence'>\
         <watcher id='1' status='pending' event='subscribe'>sip:carol@example.test</watcher></watcher-list>\
         <watcher-list resource='sip:alice@example.test' package='dialog'>\
         <watcher id='1' status='pending' event='subscribe'>sip:dave@example.test</watcher></watcher-list></watcherinfo>",
    );
    let mut table = Table::new("presence");
    assert!(table.foreign(&two).eq(["dialog"]));
    table.apply(&two, NOW);
    let rows = |table: &Table| -> Vec<(String, String)> {
        let rows = table.rows();
        rows.map(|r| (r.resource.clone(), r.uri.clone())).collect()
    };
    let expected = [
        (
            "sip:alice@example.test".to_owned(),
            "sip:bob@example.test".to_owned(),
        ),
        (
            "sip:sales@example.test".to_owned(),
            "sip:carol@example.test".to_owned(),
        ),
    ];
    assert_eq!(rows(&table), expected);
    // A partial list touches its own resource only.
    let bob_left = document(
        1,
        Partial,
        vec![watcher("1", "sip:bob@example.test", Terminated)],
    );
    table.apply(&bob_left, NOW);
    assert_eq!(rows(&table), expected[1..]);
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
fn mg_007_notifiers_are_united_and_people_named_once() {
    let (a, b) = ("sip:a@example.test", "sip:b@example.test");
    let mut watchers = Watchers::new("presence");
    watchers.apply(1, &document(5, Full, vec![watcher("7", a, Pending)]), NOW);
    watchers.apply(2, &document(0, Full, vec![watcher("7", b, Active)]), NOW);
    watchers.apply(2, &document(1, Partial, vec![watcher("9", a, Active)]), NOW);
    assert_eq!(watchers.rows().count(), 3);
    let shown: Vec<_> = watchers
        .merged()
        .iter()
        .map(|g| (g.watcher.clone(), g.row.status.clone(), g.rows.len()))
        .collect();
    assert_eq!(shown, [(a.into(), Pending, 2), (b.into(), Active, 1)]);
    assert_eq!(
        watchers
            .merged()
            .iter()
            .filter(|g| g.asks_for_decision())
            .count(),
        1
    );
    assert_eq!(watchers.remove(1).len(), 1);
    let shown: Vec<_> = watchers
        .merged()
        .iter()
        .map(|g| (g.watcher.clone(), g.row.status.clone()))
        .collect();
    assert_eq!(shown, [(a.into(), Active), (b.into(), Active)]);
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

fn watcher_sets() -> impl Strategy<Value = Vec<Watcher>> {
    let status = prop::sample::select(vec![Pending, Waiting, Active, Terminated]);
    let one = (0u8..6, 0u8..3, status).prop_map(|(id, who, status)| {
        watcher(
            &format!("id{id}"),
            &format!("sip:w{who}@example.test"),
            status,
        )
    });
    prop::collection::vec(one, 0..6)
}

proptest! {
    #[test]
    fn what_is_written_reads_back(watchers in watcher_sets(), version in any::<u64>(), name in "[ -~]{1,20}", full in any::<bool>()) {
        let mut written = document(version, if full { Full } else { Partial }, watchers);
        let name = name.trim();
        for watcher in &mut written.lists[0].watchers {
            watcher.display_name = Some(name.to_owned()).filter(|n| !n.is_empty());
            watcher.expiration = Some(version);
        }
        let read = parse(written.document());
        prop_assert_eq!((read.version, read.state, read.lists), (written.version, written.state, written.lists));
    }

    #[test]
    fn fm_030_partials_in_order_equal_the_full_one(steps in prop::collection::vec(watcher_sets(), 1..6)) {
        let mut table = Table::new("presence");
        table.apply(&document(0, Full, steps[0].clone()), NOW);
        let mut all = std::collections::BTreeMap::new();
        for watcher in steps.iter().flatten() {
            all.insert(watcher.id.clone(), watcher.clone());
        }
        for (version, step) in (1..).zip(&steps[1..]) {
            prop_assert!(!table.apply(&document(version, Partial, step.clone()), NOW).resync_needed);
        }
        let mut full = Table::new("presence");
        full.apply(&document(9, Full, all.into_values().collect()), NOW);
        prop_assert_eq!(table.rows().collect::<Vec<_>>(), full.rows().collect::<Vec<_>>());
    }

    #[test]
    fn fm_029_any_gap_leads_to_a_refresh(steps in prop::collection::vec(watcher_sets(), 1..6), missing in any::<prop::sample::Index>()) {
        let mut table = Table::new("presence");
        let lost = missing.index(steps.len());
        let mut asked = false;
        for (version, step) in (0..).zip(&steps) {
            if version != lost {
                let state = if version == 0 { Full } else { Partial };
                asked |= table.apply(&document(version as u64, state, step.clone()), NOW).resync_needed;
            }
        }
        // A document lost at the end is not missed before the next one comes.
        prop_assert_eq!(asked, lost + 1 < steps.len());
    }

    #[test]
    fn mg_007_the_order_of_notifiers_never_shows(one in watcher_sets(), two in watcher_sets()) {
        let (one, two) = (document(0, Full, one), document(3, Full, two));
        let (mut forward, mut backward) = (Watchers::new("presence"), Watchers::new("presence"));
        forward.apply(1, &one, NOW);
        forward.apply(2, &two, NOW);
        backward.apply(2, &two, NOW);
        backward.apply(1, &one, NOW);
        backward.apply(2, &two, NOW);
        prop_assert_eq!(forward.merged(), backward.merged());
    }

    #[test]
    fn mutated_documents_never_panic(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut bytes = include_bytes!("../../../tests/fixtures/package/kamailio_full.winfo.xml").to_vec();
        let place = at.index(bytes.len());
        bytes[place] = byte;
        if let Ok(document) = Document::parse(&Body::new(CONTENT_TYPE, &bytes)) {
            Table::new("presence").apply(&document, NOW);
        }
    }
}
