//! Edits change what must change, and no other byte.

use super::*;

const FOREIGN: &str = "<x:moon  phase='full'/>";

#[test]
fn lists_are_groups_and_their_names_are_read() {
    let document = lists(
        "<list name='buddies'><entry uri='sip:Bob@Example.com'><display-name>Bob</display-name></entry></list>\
         <list name='f'><display-name>Friends</display-name><entry uri='sip:carol@example.com'/>\
         <list name='near'><entry uri='sip:dave@example.com;x=1'/></list></list>\
         <list><entry uri='sip:erin@example.com'/></list>\
         <list name='oma_blockedcontacts'><entry uri='sip:frank@example.com'/></list>\
         <list name='f2'><display-name>Friends</display-name><entry uri='sips:Bob@example.com'/><entry/><entry uri='?'/></list>",
    );
    let read = own(&document);
    let expected = [
        ("Bob", "Bob", "Friends"),
        ("carol", "", "Friends"),
        ("dave", "", "near"),
        ("erin", "", ""),
    ];
    assert!(read.says_the_same(&roster(&expected)), "{read:?}");
    assert_eq!(read.contacts()[2].address, "sip:dave@example.com;x=1");
}

#[test]
fn xc_022_somebody_is_added_in_canonical_form_and_deleted_by_another_spelling() {
    let before =
        lists("\n  <list name='buddies'>\n    <entry uri='sip:carol@example.com'/>\n  </list>\n");
    let mut wanted = own(&before);
    wanted.add(Contact::new("sip:Bob@EX.example.com;b=1;a=2").unwrap());
    let added = before.brought_to(&wanted).unwrap();
    assert!(
        added.source().contains(
            "<entry uri='sip:carol@example.com'/>\n    <entry uri=\"sip:Bob@ex.example.com;a=2;b=1\"/>\n  </list>"
        ),
        "{}",
        added.source()
    );
    let other = Contact::new("sip:%42ob@ex.EXAMPLE.com;a=2;b=1").unwrap();
    let without: Roster = own(&added)
        .contacts()
        .iter()
        .filter(|contact| contact.person() != other.person())
        .cloned()
        .collect();
    let deleted = added.brought_to(&without).unwrap();
    assert_eq!(deleted.source(), before.source());
}

#[test]
fn xc_022_an_entry_is_in_a_list_once() {
    let before = lists("<list name='buddies'><entry uri='sip:bob@example.com'/></list>");
    let mut wanted = own(&before);
    wanted.add(Contact::new("sip:bob@EXAMPLE.com").unwrap());
    assert_eq!(
        before.brought_to(&wanted).unwrap().source(),
        before.source()
    );
}

#[test]
fn who_changes_groups_takes_along_what_is_not_understood() {
    let entry = format!(
        "<entry uri='sip:bob@example.com' x:id='7'><display-name>Bob</display-name>{FOREIGN}</entry>"
    );
    let before = lists(&format!(
        "<list name='work' x:a='b'>{entry}<x:y/></list><list name='friends'/><!-- mine -->"
    ));
    let after = before
        .brought_to(&roster(&[("bob", "Bob", "friends")]))
        .unwrap();
    assert_eq!(
        after.source(),
        before.source().replace(&entry, "").replace(
            "<list name='friends'/>",
            &format!("<list name='friends'>\n    {entry}\n  </list>")
        )
    );
    // A new group, and a new name at once.
    let after = before
        .brought_to(&roster(&[("bob", "Robert", "club")]))
        .unwrap();
    assert!(after.source().contains(FOREIGN) && after.source().contains(">Robert<"));
    assert!(own(&after).says_the_same(&roster(&[("bob", "Robert", "club")])));
}

#[test]
fn declarations_of_the_old_list_go_along() {
    let before = lists(
        "<list name='work' xmlns:z='urn:z' xmlns:n='urn:n'><entry uri='sip:bob@example.com' z:id='1'><n:note z:a='1'/></entry></list>\
         <rl:list xmlns:rl='urn:ietf:params:xml:ns:resource-lists' xmlns='urn:other' name='friends'/>",
    );
    let after = before
        .brought_to(&roster(&[("bob", "", "friends")]))
        .unwrap();
    let read = own(&after);
    assert!(
        read.says_the_same(&roster(&[("bob", "", "friends")])),
        "{}",
        after.source()
    );
    for declaration in [
        "xmlns:z=\"urn:z\"",
        "xmlns:n=\"urn:n\"",
        &format!("xmlns=\"{NS}\""),
    ] {
        assert!(after.source().contains(declaration), "{}", after.source());
    }
}

#[test]
fn xc_023_references_do_not_outlive_the_entry_they_mean() {
    let bob = "resource-lists/users/sip:alice@example.com/index/~~/resource-lists/list%5b@name=%22all%22%5d/entry%5b@uri=%22sip:bob@example.com%22%5d";
    let before = lists(&format!(
        "<list name='all'><entry uri='sip:bob@example.com'>{FOREIGN}</entry></list>\
         <list name='work'><entry-ref ref='{bob}'><display-name>Bob</display-name></entry-ref></list>"
    ));
    assert!(own(&before).says_the_same(&roster(&[("bob", "Bob", "all,work")])));
    let left = before
        .brought_to(&roster(&[("bob", "Bob", "work")]))
        .unwrap();
    assert!(!left.source().contains("entry-ref"), "{}", left.source());
    assert!(left.source().contains(FOREIGN));
    let other = before
        .brought_to(&roster(&[("bob", "Bob", "all")]))
        .unwrap();
    assert!(
        own(&other).says_the_same(&roster(&[("bob", "Bob", "all")])),
        "{}",
        other.source()
    );
    let gone = before.brought_to(&Roster::default()).unwrap();
    assert!(own(&gone).is_empty());
    assert!(!gone.source().contains("entry"), "{}", gone.source());
}

#[test]
fn names_are_put_changed_and_taken_away() {
    for entry in [
        "<entry uri='sip:bob@example.com'/>",
        "<entry uri='sip:bob@example.com'><display-name/><x:y/></entry>",
    ] {
        let before = lists(&format!("<list name='buddies'>{entry}</list>"));
        let named = before
            .brought_to(&roster(&[("bob", "B & \"<o>\"", "")]))
            .unwrap();
        assert!(
            own(&named).says_the_same(&roster(&[("bob", "B & \"<o>\"", "")])),
            "{}",
            named.source()
        );
        let nameless = named.brought_to(&roster(&[("bob", "", "")])).unwrap();
        assert!(own(&nameless).says_the_same(&roster(&[("bob", "", "")])));
        assert!(!nameless.source().contains("display-name"));
    }
    // A long name is cut where it is shown, not where it lies.
    let long = "b".repeat(10_000);
    let before = lists(&format!(
        "<list name='buddies'><entry uri='sip:bob@example.com'><display-name>{long}</display-name></entry></list>"
    ));
    let read = own(&before);
    assert_eq!(read.contacts()[0].name.len(), limits::NAME);
    assert_eq!(before.brought_to(&read).unwrap().source(), before.source());
}

#[test]
fn xc_023_an_empty_group_goes_with_what_refers_to_it() {
    let anchor = "https://XCAP.example.com/resource-lists/users/sip:alice@example.com/index/~~/resource-lists/list%5b@name=%22l1%22%5d";
    let before = lists(&format!(
        "<list name='l1'><display-name>Work</display-name><entry uri='sip:bob@example.com'/></list>\
         <list name='l2'><external anchor='{anchor}'/><entry uri='sip:carol@example.com'/></list>"
    ));
    assert_eq!(
        before.without_group("Work", ROOT).unwrap().source(),
        before.source(),
        "somebody is in it"
    );
    let emptied = before
        .brought_to(&roster(&[("bob", "", "l2"), ("carol", "", "l2")]))
        .unwrap();
    let after = emptied.without_group("Work", ROOT).unwrap();
    assert!(
        !after.source().contains("l1") && !after.source().contains("external"),
        "{}",
        after.source()
    );
    let services = format!(
        "<rls-services xmlns='urn:ietf:params:xml:ns:rls-services'>\n<service uri='sip:work@example.com'><resource-list>{anchor}</resource-list></service>\n\
         <service uri='sip:other@example.com'><resource-list>{}</resource-list></service></rls-services>",
        anchor.replace("l1", "l2")
    );
    let services = Services::parse(services.as_bytes(), ROOT).unwrap();
    let left = services
        .without_lost_lists(&before, &after)
        .unwrap()
        .services();
    assert_eq!(left.len(), 1);
    assert_eq!(left[0].address, "sip:other@example.com");
}

#[test]
fn what_is_no_list_document_is_not_read() {
    let parse = |text: &str| ResourceLists::parse(text.as_bytes(), PATH).unwrap_err();
    assert!(matches!(parse("<html>"), ListsError::Xml(_)));
    assert!(matches!(
        parse("<resource-lists/>"),
        ListsError::Root { .. }
    ));
    let mut latin = b"<?xml version='1.0' encoding='ISO-8859-1'?><!-- ".to_vec();
    latin.push(0xe4);
    latin.extend(format!("--><resource-lists xmlns='{NS}'/>").into_bytes());
    let refused = ResourceLists::parse(&latin, PATH).unwrap_err();
    assert_eq!(refused, ListsError::NotUtf8);
}
