//! Tables: versions, gaps, full and partial documents (FM rows), and the union of notifiers (MG-007).

use proptest::prelude::*;

use super::*;

#[test]
fn fm_029_a_table_goes_by_the_numbers_of_its_documents() {
    let mut table = Table::new("presence");
    assert!(!table.apply(&document(0, Full, vec![]), NOW).resync_needed);
    let gap = table.apply(&document(2, Partial, vec![]), NOW);
    assert!(gap.resync_needed && !gap.discarded);
    assert!(table.apply(&document(1, Full, vec![]), NOW).discarded);
    assert_eq!(table.version(), Some(2));
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
        let mut bytes = include_bytes!("../../../../tests/fixtures/package/kamailio_full.winfo.xml").to_vec();
        let place = at.index(bytes.len());
        bytes[place] = byte;
        if let Ok(document) = Document::parse(&Body::new(CONTENT_TYPE, &bytes)) {
            Table::new("presence").apply(&document, NOW);
        }
    }
}
