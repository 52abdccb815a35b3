//! References from document to document.

use super::*;

const BOBS: &str = "resource-lists/users/sip:bob@example.com/index";

fn anchor(document: &str, list: &str) -> String {
    format!("{ROOT}/{document}/~~/resource-lists/list%5B@name=%22{list}%22%5D")
}

fn other(inside: &str) -> ResourceLists {
    let text = format!("<resource-lists xmlns=\"{NS}\">{inside}</resource-lists>");
    ResourceLists::parse(text.as_bytes(), BOBS).unwrap()
}

#[test]
fn xc_023_lists_that_refer_to_each_other_in_a_circle_are_read_once_each() {
    let alice = lists(&format!(
        "<list name='a'><external anchor='{}'><display-name>Club</display-name></external><entry uri='sip:dave@example.com'/></list>",
        anchor(BOBS, "b")
    ));
    let bob = other(&format!(
        "<list name='b'><entry uri='sip:carol@example.com'><display-name>Carol</display-name></entry>\
         <external anchor='{}'/><external anchor='{}'/></list>\
         <list name='c'><entry uri='sip:erin@example.com'/><external anchor='{}'/></list>",
        anchor(PATH, "a"),
        anchor(BOBS, "c"),
        anchor(BOBS, "b")
    ));
    let mut library = Library::new(&format!("{ROOT}/"), alice);
    assert_eq!(library.read().missing, [BOBS]);
    library.put(BOBS, Some(bob));
    let reading = library.read();
    assert!(
        reading.missing.is_empty() && reading.dangling.is_empty(),
        "{reading:?}"
    );
    assert!(reading.own.says_the_same(&roster(&[("dave", "", "a")])));
    let shared = [("carol", "Carol", "Club"), ("erin", "", "Club")];
    assert!(
        reading.shared.says_the_same(&roster(&shared)),
        "{:?}",
        reading.shared
    );
}

#[test]
fn xc_023_an_entry_of_somebody_else_is_shown_under_the_own_name_for_it() {
    let path =
        format!("{BOBS}/~~/resource-lists/list%5b1%5d/entry%5b@uri=%22sip:carol@example.com%22%5d");
    let alice = lists(&format!(
        "<list name='a'><entry-ref ref='{path}'><display-name>C.</display-name></entry-ref></list>"
    ));
    let mut library = Library::new(ROOT, alice);
    assert_eq!(library.read().missing, [BOBS]);
    library.put(
        BOBS,
        Some(other("<list><entry uri='sip:carol@example.com'/></list>")),
    );
    assert!(
        library
            .read()
            .shared
            .says_the_same(&roster(&[("carol", "C.", "a")]))
    );
    library.put(BOBS, Some(other("<list/>")));
    assert!(matches!(
        library.read().dangling[..],
        [Dangling::Element(_)]
    ));
    library.put(BOBS, None);
    assert!(matches!(
        library.read().dangling[..],
        [Dangling::Document(_)]
    ));
}

#[test]
fn xc_023_nothing_is_fetched_from_another_server_and_not_without_end() {
    let elsewhere = "https://other.example.com/resource-lists/users/sip:bob@example.com/index/~~/resource-lists/list";
    let near = "https://xcap.example.com.example.test/x/~~/resource-lists/list";
    let mut inside = format!(
        "<external anchor='{elsewhere}'/><external anchor='{near}'/><entry-ref ref='/absolute'/>"
    );
    for number in 0..100 {
        let path = format!("resource-lists/users/sip:u{number}@example.com/index");
        inside.push_str(&["<external anchor='", &anchor(&path, "x"), "'/>"].concat());
    }
    let reading = Library::new(ROOT, lists(&format!("<list name='a'>{inside}</list>"))).read();
    assert_eq!(reading.missing.len(), limits::DOCUMENTS);
    assert_eq!(reading.dangling.len(), limits::DANGLING);
    assert!(
        reading
            .dangling
            .iter()
            .filter(|d| matches!(d, Dangling::Elsewhere(_)))
            .count()
            == 3
    );
}

#[test]
fn xc_023_references_are_read_as_they_are_written() {
    let names = |text: &str| Place::relative(text);
    assert_eq!(
        names("a/b/~~/resource-lists/list%5b@name=%22l%201&quot;%22%5d/entry%5b2%5d"),
        names("a/b/~~/resource-lists/list[@name=\"l 1&quot;\"]/entry[2]?xmlns(a=b)")
    );
    for wrong in [
        "",
        "/a/~~/b",
        "a/b",
        "a/~~/",
        "a/~~/b[",
        "a/~~/b[@x]",
        "a/~~/b[@x=y]",
        "a/~~/b[z]",
        "a/~~/b%zz",
        "a/~~/b//c",
    ] {
        assert_eq!(names(wrong), None, "{wrong}");
    }
    assert_eq!(names(&format!("a/~~/{}", "b/".repeat(100) + "c")), None);
}
