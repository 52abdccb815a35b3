//! What holds for every roster and every document.

use proptest::prelude::*;

use super::*;

fn rosters() -> impl Strategy<Value = Roster> {
    let person = (
        0u8..5,
        prop::sample::select(vec!["", "A", "B & <c>"]),
        prop::collection::btree_set(
            prop::sample::select(vec!["Work", "Friends", "buddies", "oma_x"]),
            0..3,
        ),
    );
    prop::collection::vec(person, 0..6).prop_map(|people| {
        let contacts = people.into_iter().map(|(who, name, groups)| {
            let contact = contact(&format!("u{who}"), name, "");
            groups.into_iter().fold(contact, Contact::grouped)
        });
        contacts.collect()
    })
}

/// A document with things that nobody understands, lists in lists, several entries for one person.
fn documents() -> impl Strategy<Value = ResourceLists> {
    let entry = (0u8..5, 0u8..4).prop_map(|(who, kind)| match kind {
        0 => format!("<entry uri='sip:u{who}@EXAMPLE.com'/>"),
        1 => format!("<entry uri='sip:u{who}@example.com' x:a='1'><display-name>A</display-name><x:moon/></entry>"),
        2 => "<x:sun/>".to_owned(),
        _ => format!("\n   <entry uri='sip:u{who}@example.com'><display-name> </display-name></entry>"),
    });
    let name = prop::sample::select(vec![
        "",
        "name='buddies'",
        "name='Work'",
        "name='w' xmlns:z='urn:z'",
    ]);
    let list = (name, prop::collection::vec(entry, 0..4), any::<bool>()).prop_map(
        |(name, entries, nested)| {
            let inside = entries.concat();
            let nested = if nested {
                "<list name='Friends'><entry uri='sip:u0@example.com'/></list>"
            } else {
                ""
            };
            format!("<list {name}>{inside}{nested}</list>")
        },
    );
    prop::collection::vec(list, 0..4).prop_map(|all| lists(&all.concat()))
}

proptest! {
    #[test]
    fn a_document_says_what_it_was_brought_to_and_a_second_time_changes_nothing(before in documents(), wanted in rosters()) {
        let after = before.brought_to(&wanted).unwrap();
        prop_assert!(own(&after).says_the_same(&wanted), "{:?}\n{}\n{}", wanted, before.source(), after.source());
        let again = after.brought_to(&wanted).unwrap();
        prop_assert_eq!(again.source(), after.source());
        // Each list has its people in the order wanted, unless it reads so already beside a list that contradicts it.
        let reading = Library::new(ROOT, after.clone()).read();
        prop_assert!(reading.rows.are_in_order_of(&wanted) || !reading.rows.are_in_order_of(&reading.own), "{:?}\n{}", wanted, after.source());
        let same = before.brought_to(&own(&before)).unwrap();
        prop_assert_eq!(same.source(), before.source());
        let foreign = |lists: &ResourceLists| lists.source().matches("<x:sun/>").count();
        prop_assert_eq!(foreign(&after), foreign(&before));
    }

    #[test]
    fn one_side_alone_has_its_way(base in rosters(), changed in rosters()) {
        let here = merge(&base, &changed, &base);
        prop_assert!(here.roster.says_the_same(&changed) && here.conflicts.is_empty());
        let order = |roster: &Roster| roster.persons().collect::<Vec<_>>();
        prop_assert_eq!(order(&here.roster), order(&changed));
        let there = merge(&base, &base, &changed);
        prop_assert!(there.roster.says_the_same(&changed) && there.conflicts.is_empty());
        prop_assert_eq!(order(&there.roster), order(&changed));
        let both = merge(&base, &changed, &changed);
        prop_assert!(both.roster.says_the_same(&changed) && both.conflicts.is_empty());
    }

    #[test]
    fn nothing_that_either_side_added_or_changed_is_lost(base in rosters(), ours in rosters(), theirs in rosters()) {
        let merged = merge(&base, &ours, &theirs);
        for (side, here) in [(&ours, true), (&theirs, false)] {
            for contact in side.contacts() {
                let person = contact.person();
                let was = base.find(&person);
                if was.is_some_and(|was| was.says_the_same(contact)) {
                    continue;
                }
                let kept = merged.roster.find(&person);
                prop_assert!(kept.is_some(), "{person} is lost");
                let kept = kept.unwrap();
                let old = was.cloned().unwrap_or_else(|| Contact::new(&contact.address).unwrap());
                prop_assert!(contact.groups.difference(&old.groups).all(|group| kept.groups.contains(group)));
                let told = merged.conflicts.iter().any(|conflict| matches!(conflict, Conflict::Names { elsewhere, .. } if !here && *elsewhere == contact.name));
                prop_assert!(contact.name == old.name || kept.name == contact.name || told);
            }
        }
        // Who was taken out on one side and left alone on the other is gone.
        for was in base.contacts() {
            let person = was.person();
            let (here, there) = (ours.find(&person), theirs.find(&person));
            let untouched = |side: Option<&Contact>| side.is_some_and(|side| side.says_the_same(was));
            if (here.is_none() && untouched(there)) || (there.is_none() && untouched(here)) {
                prop_assert!(merged.roster.find(&person).is_none());
            }
        }
    }

    #[test]
    fn both_devices_come_to_the_same_list(base in rosters(), one in rosters(), other in rosters()) {
        // The one writes first; the other merges with that; then the first reads it.
        let first = merge(&base, &one, &base).roster;
        let second = merge(&base, &other, &first).roster;
        let read = merge(&first, &first, &second);
        prop_assert!(read.roster.says_the_same(&second) && read.conflicts.is_empty());
        prop_assert!(read.roster.persons().eq(second.persons()));
    }
}

#[test]
fn conflicts_are_told_in_words() {
    let base = roster(&[("bob", "Bob", ""), ("carol", "", "")]);
    let ours = roster(&[("bob", "Robert", "")]);
    let theirs = roster(&[("bob", "Bobby", ""), ("carol", "Carol", "")]);
    let merged = merge(&base, &ours, &theirs);
    assert!(
        merged
            .roster
            .says_the_same(&roster(&[("bob", "Robert", ""), ("carol", "Carol", "")]))
    );
    let words: Vec<String> = merged.conflicts.iter().map(ToString::to_string).collect();
    assert_eq!(
        words,
        [
            "sip:bob@example.com was named 'Robert' here and 'Bobby' elsewhere; 'Robert' stays",
            "sip:carol@example.com was taken out here and changed elsewhere, and stays"
        ]
    );
}
