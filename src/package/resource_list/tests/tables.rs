//! What is known after several documents.

use proptest::prelude::*;

use super::*;
use crate::package::limits;

#[test]
fn fm_040_full_and_partial_documents_in_order() {
    let mut table = Table::default();
    let first = Builder::new(L, 0, true).text(BOB, "b0").text(CAROL, "c0");
    let applied = first.apply(&mut table);
    assert_eq!(applied, Applied::default());
    let second = Builder::new(L, 1, false).text(BOB, "b1");
    assert_eq!(second.apply(&mut table), Applied::default());
    assert_eq!(shown(&table), pairs(&[(BOB, "=b1"), (CAROL, "=c0")]));
    // One was lost: what came is used, and the full state asked for.
    let fourth = Builder::new(L, 3, false).text(DAVE, "d3");
    let applied = fourth.apply(&mut table);
    assert!(applied.resync_needed && !applied.discarded);
    assert_eq!(table.version(), Some(3));
    let expected = pairs(&[(BOB, "=b1"), (CAROL, "=c0"), (DAVE, "=d3")]);
    assert_eq!(shown(&table), expected);
    for (version, full) in [(3, true), (3, false), (0, true)] {
        let old = Builder::new(L, version, full).text(BOB, "old");
        let applied = old.apply(&mut table);
        assert!(applied.discarded && !applied.resync_needed);
        assert_eq!(shown(&table), expected);
    }
    // A full document leaves nothing open, whatever its number.
    let full = Builder::new("sip:other@example.com", 9, true).text(DAVE, "d9");
    assert_eq!(full.apply(&mut table), Applied::default());
    assert_eq!(shown(&table), pairs(&[(DAVE, "=d9")]));
    assert_eq!(table.uri(), "sip:other@example.com");
}

#[test]
fn fm_040_the_first_document_may_have_any_number() {
    let mut table = Table::default();
    let full = Builder::new(L, 7, true).text(BOB, "b");
    assert!(!full.apply(&mut table).resync_needed);
    // Some servers begin with what they know only.
    let mut table = Table::default();
    let applied = Builder::new(L, 0, false).text(BOB, "b").apply(&mut table);
    assert!(applied.resync_needed && !applied.discarded);
    assert_eq!(shown(&table), pairs(&[(BOB, "=b")]));
    // And answer the wish for more with what they know again: that closes the gap as far as it ever will.
    let applied = Builder::new(L, 1, false).text(CAROL, "c").apply(&mut table);
    assert!(!applied.resync_needed);
}

#[test]
fn fm_041_states_of_instances_are_told_apart() {
    let mut table = Table::default();
    Builder::new(L, 0, true)
        .text(BOB, "b")
        .text(CAROL, "c")
        .text(DAVE, "d")
        .text("sip:erin@example.com", "e")
        .apply(&mut table);
    Builder::new(L, 1, false)
        .raw(BOB, "")
        .raw(CAROL, "<instance id='1' state='active'/>")
        .pending(DAVE)
        .terminated("sip:erin@example.com", "rejected")
        .apply(&mut table);
    assert_eq!(
        shown(&table),
        pairs(&[
            (BOB, "unknown"),
            (CAROL, "unknown"),
            (DAVE, "pending"),
            ("sip:erin@example.com", "terminated:rejected"),
        ])
    );
    // No old document comes back.
    Builder::new(L, 2, false).text(DAVE, "+1").apply(&mut table);
    assert!(shown(&table).contains(&(DAVE.to_owned(), "=1".to_owned())));
}

#[test]
fn fm_042_full_state_speaks_for_its_own_list_only() {
    let inner = |version, full| Builder::new(L2, version, full);
    let mut table = Table::default();
    Builder::new(L, 0, true)
        .text(BOB, "b")
        .list(L2, &inner(5, true).text(CAROL, "c").text(DAVE, "d"))
        .apply(&mut table);
    assert_eq!(
        shown(&table),
        pairs(&[(BOB, "=b"), (CAROL, "=c"), (DAVE, "=d")])
    );
    // Partial above, full below: only the inner list is emptied.
    let applied = Builder::new(L, 1, false)
        .list(L2, &inner(6, true).text(DAVE, "d2"))
        .apply(&mut table);
    assert_eq!(applied, Applied::default());
    assert_eq!(shown(&table), pairs(&[(BOB, "=b"), (DAVE, "=d2")]));
    // Full above, partial below: the inner list goes on.
    let applied = Builder::new(L, 2, true)
        .list(L2, &inner(7, false).text(CAROL, "c3"))
        .apply(&mut table);
    assert_eq!(applied, Applied::default());
    assert_eq!(shown(&table), pairs(&[(DAVE, "=d2"), (CAROL, "=c3")]));
    // A gap below is a gap of the subscription; an old document below changes nothing there.
    let applied = Builder::new(L, 3, false)
        .list(L2, &inner(9, false).text(CAROL, "c4"))
        .apply(&mut table);
    assert!(applied.resync_needed && !applied.discarded);
    Builder::new(L, 4, false)
        .list(L2, &inner(9, true).text(CAROL, "old"))
        .apply(&mut table);
    assert_eq!(shown(&table), pairs(&[(DAVE, "=d2"), (CAROL, "=c4")]));
}

#[test]
fn fm_042_inner_formats_keep_their_own_order() {
    let mut table = Table::default();
    Builder::new(L, 0, true).text(BOB, "a").apply(&mut table);
    Builder::new(L, 1, false).text(BOB, "+b").apply(&mut table);
    // Even when the list itself begins anew.
    Builder::new(L, 2, true).text(BOB, "+c").apply(&mut table);
    assert_eq!(shown(&table), pairs(&[(BOB, "=abc")]));
    // Another instance is another subscription.
    Builder::new(L, 3, false)
        .raw(BOB, "<instance id='2' state='active' cid='x'/>")
        .part("x", "text/x", "+d")
        .apply(&mut table);
    assert_eq!(shown(&table), pairs(&[(BOB, "=d")]));
}

#[test]
fn fm_043_rows_are_told_apart_as_written_and_contacts_as_meant() {
    let mut table = Table::default();
    Builder::new(L, 0, true)
        .raw(
            "sip:bob@EXAMPLE.com;x=1",
            "<name>Bob</name><instance id='1' state='pending'/>",
        )
        .text("sip:bob@example.com:5060", "b")
        .apply(&mut table);
    let entries = table.entries();
    assert_eq!(entries.len(), 1);
    assert_eq!(entries[0].address, BOB);
    assert_eq!(entries[0].labels[0].text, "Bob");
    assert_eq!(entries[0].standing, Standing::Active(&"b".to_owned()));
}

#[test]
fn mg_009_one_contact_in_several_lists() {
    let mut table = Table::default();
    let eve = "sip:eve@example.com";
    Builder::new(L, 0, true)
        .text(BOB, "open")
        .list(
            L2,
            &Builder::new(L2, 0, true).text(BOB, "open").pending(eve),
        )
        .apply(&mut table);
    assert_eq!(shown(&table), pairs(&[(BOB, "=open"), (eve, "pending")]));
    // The newest word counts, in whichever list.
    let mut newer = table.clone();
    Builder::new(L, 1, false)
        .list(L2, &Builder::new(L2, 1, false).text(BOB, "closed"))
        .apply(&mut newer);
    assert_eq!(shown(&newer)[0].1, "=closed");
    Builder::new(L, 1, false)
        .terminated(BOB, "noresource")
        .apply(&mut table);
    assert_eq!(
        shown(&table),
        pairs(&[(BOB, "terminated:noresource"), (eve, "pending")])
    );
    // A list that merely names somebody takes nothing back.
    Builder::new(L, 2, false)
        .list(L2, &Builder::new(L2, 1, false).text(BOB, "closed"))
        .raw(BOB, "")
        .apply(&mut table);
    assert_eq!(shown(&table)[0].1, "=closed");
}

#[test]
fn mg_009_several_instances_are_one_contact() {
    let mut table = Table::default();
    Builder::new(L, 0, true)
        .raw(
            BOB,
            "<instance id='1' state='terminated' reason='timeout'/><instance id='2' state='active' cid='2'/>\
             <instance id='3' state='pending'/><instance id='4' state='active' cid='4'/>",
        )
        .part("2", "text/x", "two")
        .part("4", "text/x", "four")
        .apply(&mut table);
    assert_eq!(shown(&table), pairs(&[(BOB, "=two")]));
}

#[test]
fn rb_001_one_unusable_document_spoils_no_other() {
    let mut table = Table::default();
    let inner = Builder::new(L2, 0, true).text(DAVE, "d");
    Builder::new(L, 0, true)
        .text(BOB, "b")
        .text(CAROL, "c")
        .list(L2, &inner)
        .apply(&mut table);
    let mut broken = Builder::new(L2, 1, true);
    broken.head = "<list>".to_owned();
    let applied = Builder::new(L, 1, false)
        .text(BOB, "!")
        .text(CAROL, "c1")
        .list(L2, &broken)
        .apply(&mut table);
    assert!(!applied.resync_needed);
    let about: Vec<&str> = applied
        .faults
        .iter()
        .map(|(uri, ..)| uri.as_str())
        .collect();
    assert_eq!(about, [BOB, L2]);
    assert_eq!(
        shown(&table),
        pairs(&[(BOB, "=b?"), (CAROL, "=c1"), (DAVE, "=d?")])
    );
}

#[test]
fn rb_001_rows_are_bounded_over_all_documents() {
    let mut table = Table::default();
    for version in 0..3 {
        let mut list = Builder::new(L, version, false);
        for number in 0..=limits::RESOURCES / 2 {
            list = list.raw(&format!("sip:{version}-{number}@example.com"), "");
        }
        list.apply(&mut table);
    }
    assert_eq!(table.entries().len(), limits::RESOURCES);
    // What is known still changes, and a full list makes room.
    let known = "sip:0-0@example.com";
    Builder::new(L, 3, false).text(known, "x").apply(&mut table);
    assert_eq!(shown(&table)[0], (known.to_owned(), "=x".to_owned()));
    Builder::new(L, 4, true).text(BOB, "b").apply(&mut table);
    assert_eq!(shown(&table), pairs(&[(BOB, "=b")]));
}

#[test]
fn rb_001_inner_lists_that_go_on_count_each_time() {
    let mut table = Table::default();
    let each = limits::RESOURCES / 4;
    let inner = |version: u64| {
        (0..each).fold(Builder::new(L2, version, false), |list, number| {
            list.raw(&format!("sip:{version}-{number}@example.com"), "")
        })
    };
    // The outer list is told whole each time, the inner one goes on in parts.
    for version in 0..8 {
        let outer = Builder::new(L, version, true).list(L2, &inner(version));
        outer.apply(&mut table);
        let expected = limits::RESOURCES.min((usize::try_from(version).unwrap() + 1) * each + 1);
        assert_eq!(table.size(), expected, "{version}");
    }
    Builder::new(L, 8, true).text(BOB, "b").apply(&mut table);
    assert_eq!(table.size(), 1);
}

#[test]
fn of_alternatives_in_a_list_the_last_that_tells_a_state_counts() {
    let alternatives = "--a\r\nContent-Type: text/plain\r\n\r\nfirst\r\n\
        --a\r\nContent-Type: Application/PIDF+xml;charset=utf-8\r\n\r\nlast\r\n\
        --a\r\nContent-Type: application/x-picture+xml\r\n\r\npicture\r\n--a--";
    let mut table = Table::default();
    Builder::new(L, 0, true)
        .active(BOB, "multipart/alternative;boundary=a", alternatives)
        .apply(&mut table);
    assert_eq!(shown(&table), pairs(&[(BOB, "=last")]));
}

#[test]
fn fm_039_a_list_among_alternatives_and_in_a_mixture_is_a_list() {
    let inner = Builder::new(L2, 0, true).text(BOB, "b");
    let list = format!(
        "Content-Type: {}\r\n\r\n{}",
        inner.content_type(),
        inner.body()
    );
    for around in ["alternative", "mixed"] {
        let text = "Content-Type: text/plain\r\n\r\nfor people";
        // Of alternatives the last counts, of a mixture the first.
        let mut both = [text, list.as_str()];
        if around == "mixed" {
            both.reverse();
        }
        let parts = both.join("\r\n--around\r\n");
        let parts = format!("--around\r\n{parts}\r\n--around--");
        let mut table = Table::default();
        Builder::new(L, 0, true)
            .active(L2, &format!("multipart/{around};boundary=around"), &parts)
            .apply(&mut table);
        let inner = shown(&table);
        assert!(
            inner.contains(&(BOB.to_owned(), "=b".to_owned())),
            "{around}: {inner:?}"
        );
    }
}

/// A change of one of five resources.
#[derive(Debug, Clone)]
enum Change {
    Text(u8, u8),
    Pending(u8),
    Terminated(u8),
    Unknown(u8),
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        (0..5_u8, any::<u8>()).prop_map(|(who, what)| Change::Text(who, what)),
        (0..5_u8).prop_map(Change::Pending),
        (0..5_u8).prop_map(Change::Terminated),
        (0..5_u8).prop_map(Change::Unknown),
    ]
}

/// Changes of different resources.
fn distinct() -> impl Strategy<Value = Vec<Change>> {
    prop::collection::vec(change(), 1..8).prop_map(|mut changes| {
        let mut seen = std::collections::BTreeSet::new();
        changes.retain(|change| seen.insert(who(change)));
        changes
    })
}

fn tell(list: Builder, change: &Change) -> Builder {
    let uri = |who: &u8| format!("sip:{who}@example.com");
    match change {
        Change::Text(who, what) => list.text(&uri(who), &what.to_string()),
        Change::Pending(who) => list.pending(&uri(who)),
        Change::Terminated(who) => list.terminated(&uri(who), "giveup"),
        Change::Unknown(who) => list.raw(&uri(who), ""),
    }
}

fn who(change: &Change) -> u8 {
    match change {
        Change::Text(who, _)
        | Change::Pending(who)
        | Change::Terminated(who)
        | Change::Unknown(who) => *who,
    }
}

proptest! {
    #[test]
    fn fm_040_partial_documents_in_order_are_the_full_one(
        changes in proptest::collection::vec(change(), 1..30),
        first in 0..1000_u64,
    ) {
        let mut partial = Table::default();
        Builder::new(L, first, true).apply(&mut partial);
        let mut last = std::collections::BTreeMap::new();
        for (number, change) in changes.iter().enumerate() {
            let version = first + 1 + u64::try_from(number).unwrap();
            let applied = tell(Builder::new(L, version, false), change).apply(&mut partial);
            prop_assert_eq!(applied, Applied::default());
            last.insert(who(change), change);
        }
        let mut list = Builder::new(L, 0, true);
        for change in last.values() {
            list = tell(list, change);
        }
        let mut full = Table::default();
        list.apply(&mut full);
        let mut told = shown(&partial);
        told.sort();
        prop_assert_eq!(told, shown(&full));
    }

    #[test]
    fn fm_040_any_gap_asks_for_the_full_state(
        versions in proptest::collection::vec((0..12_u64, any::<bool>()), 1..20),
    ) {
        let mut table = Table::default();
        let mut held: Option<u64> = None;
        for (version, full) in versions {
            let applied = Builder::new(L, version, full)
                .text(BOB, &version.to_string())
                .apply(&mut table);
            let newer = held.is_none_or(|held| version > held);
            let next = held.is_some_and(|held| version == held + 1);
            prop_assert_eq!(applied.discarded, !newer);
            prop_assert_eq!(applied.resync_needed, newer && !full && !next);
            if newer {
                held = Some(version);
            }
            let expected = format!("={}", held.unwrap());
            prop_assert_eq!(shown(&table), pairs(&[(BOB, expected.as_str())]));
        }
    }
    #[test]
    fn mg_009_the_order_of_resources_and_how_often_they_are_told_never_show(
        (changes, mixed) in distinct().prop_flat_map(|all| (Just(all.clone()), Just(all).prop_shuffle())),
        partial in any::<bool>(),
    ) {
        let mut tables = [Table::default(), Table::default()];
        for (table, changes) in tables.iter_mut().zip([&changes, &mixed]) {
            let told = |version, full| changes.iter().fold(Builder::new(L, version, full), tell);
            told(0, true).apply(table);
            let once = shown(table);
            // Again, whole or in part.
            prop_assert_eq!(told(1, !partial).apply(table), Applied::default());
            prop_assert_eq!(shown(table), once);
        }
        let [mut one, mut other] = tables.map(|table| shown(&table));
        one.sort();
        other.sort();
        prop_assert_eq!(one, other);
    }
}
