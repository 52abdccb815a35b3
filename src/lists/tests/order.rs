//! The order of people: here one row, on a server one for each list.

use super::*;

fn names(roster: &Roster) -> String {
    let users = roster.contacts().iter();
    let users = users.map(|contact| contact.address.trim_start_matches("sip:"));
    let users: Vec<&str> = users
        .map(|user| user.trim_end_matches("@example.com"))
        .collect();
    users.join(" ")
}

fn row(users: &str) -> Roster {
    users
        .split_whitespace()
        .map(|user| contact(user, "", ""))
        .collect()
}

#[test]
fn the_order_comes_from_where_it_was_changed() {
    let base = row("a b c d");
    for (ours, theirs, expected, why) in [
        ("a b c d", "d c b a", "d c b a", "changed elsewhere only"),
        ("d c b a", "a b c d", "d c b a", "changed here only"),
        ("b a c d", "a b d c", "b a c d", "changed on both sides"),
        (
            "a b c d",
            "a x b c d y",
            "a x b c d y",
            "two are new elsewhere",
        ),
        (
            "b a c d",
            "a x b c d y",
            "x b a c d y",
            "each before the next one there",
        ),
        ("a b c d e", "d c b a", "d c b a e", "one is new here"),
        ("a b d", "d b a c", "d b a", "one was taken out here"),
    ] {
        let merged = merge(&base, &row(ours), &row(theirs));
        assert_eq!(names(&merged.roster), expected, "{why}");
        assert!(merged.conflicts.is_empty(), "nobody is lost");
    }
    let new = merge(&Roster::default(), &row("c"), &row("a b c d"));
    assert_eq!(names(&new.roster), "a b c d", "a new device learns it");
}

#[test]
fn an_order_that_was_never_written_is_that_of_this_device() {
    let (base, theirs) = (row("b a"), row("a b"));
    let merged = merge_lists((&base, false), &base, &theirs, &Rows::of(&theirs));
    assert_eq!(names(&merged.roster), "b a");
}

#[test]
fn lists_say_nothing_about_people_of_other_lists() {
    let entry = |user: &str| format!("<entry uri='sip:{user}@example.com'/>");
    let work = format!("<list name='Work'>{}{}</list>", entry("a"), entry("d"));
    let club = format!("<list name='Club'>{}</list>", entry("b"));
    let document = lists(&format!("{work}{club}"));
    let reading = Library::new(ROOT, document).read();
    let ours = roster(&[("a", "", "Work"), ("b", "", "Club"), ("d", "", "Work")]);
    let merged = merge_lists((&ours, true), &ours, &reading.own, &reading.rows);
    assert_eq!(names(&merged.roster), "a b d", "nobody has moved");
}

#[test]
fn entries_are_put_in_order_with_all_that_they_hold() {
    let bob = "<entry uri='sip:bob@example.com'><x:moon/></entry>";
    let carol = "<entry uri='sip:carol@example.com'/>";
    let dave = "<entry uri='sip:dave@example.com'/>";
    let before = lists(&format!(
        "<list name='buddies'>{bob}<!-- between --> {carol}<x:y/>{dave}</list>"
    ));
    let after = before.brought_to(&row("dave bob carol")).unwrap();
    let expected = before.source().replace(
        &format!("{bob}<!-- between --> {carol}<x:y/>{dave}"),
        &format!("{dave}<!-- between --> {bob}<x:y/>{carol}"),
    );
    assert_eq!(after.source(), expected);
    assert_eq!(names(&own(&after)), "dave bob carol");
    // Lists that contradict each other stay as they are while nobody wants another order.
    let two = lists(&format!(
        "<list name='one'>{bob}{carol}</list><list name='two'>{carol}{bob}</list>"
    ));
    assert_eq!(two.brought_to(&own(&two)).unwrap().source(), two.source());
}

#[test]
fn who_is_counted_by_a_reference_is_not_moved() {
    let ref_to = "resource-lists/users/sip:alice@example.com/index/~~/resource-lists/list%5b1%5d/entry%5b1%5d";
    let before = lists(&format!(
        "<list name='one'><entry uri='sip:bob@example.com'/><entry uri='sip:carol@example.com'/></list>\
         <list name='two'><entry-ref ref='{ref_to}'/></list>"
    ));
    let wanted = roster(&[("carol", "", "one"), ("bob", "", "one,two")]);
    let after = before.brought_to(&wanted).unwrap();
    assert_eq!(after.source(), before.source());
}
