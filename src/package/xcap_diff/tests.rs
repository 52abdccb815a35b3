//! Tests of xcap-diff: the examples of RFC 5874 and RFC 5875, and the rows about them.

use super::*;
use crate::package::{Body, BodyError};
use crate::xml::Document as Xml;
use crate::xml::patch::PatchFault;

mod chains;

const INDEX: &str = "tests/users/sip:joe@example.com/index";
const OTHER: &str = "tests/users/sip:joe@example.com/another_document";
const CHANGED_INDEX: &str = "<doc>\n  <note>This is a sample document</note>\n<foo>this is a new element</foo><bar>this is a bar element\n</bar><foobar>this is a foobar element</foobar></doc>";

/// An example of an RFC.
macro_rules! example {
    ($name:literal) => {
        include_str!(concat!("../../../tests/fixtures/package/rfc/", $name))
    };
}

fn parse(text: &str) -> Document {
    Document::parse(&Body::new(CONTENT_TYPE, text.as_bytes())).unwrap()
}

fn report(content: &str) -> Document {
    parse(&format!(
        "<xcap-diff xmlns='{NAMESPACE}' xcap-root='http://xcap.example.com/'>{content}</xcap-diff>"
    ))
}

fn documents(report: &Document) -> Vec<(&str, Option<&str>, Option<&str>, Told)> {
    let changes = report.changes.iter().filter_map(|change| match change {
        Change::Document(it) => Some((
            it.selector.as_str(),
            it.previous_etag.as_deref(),
            it.new_etag.as_deref(),
            it.told,
        )),
        _ => None,
    });
    changes.collect()
}

/// A cache with one document.
fn cache(etag: &str, content: &str) -> Cache {
    let mut cache = Cache::default();
    cache.store(INDEX, etag, content.as_bytes().to_vec());
    cache
}

fn outcome(cache: &mut Cache, report: &Document) -> Outcome {
    let mut outcomes = cache.take(report);
    assert_eq!(outcomes.len(), 1);
    outcomes.pop_first().unwrap().1
}

fn root(content: &[u8]) -> String {
    let document = Xml::parse(content, None).unwrap();
    document.source()[document.root().span()].to_owned()
}

#[test]
fn xc_026_the_body_is_a_flat_list() {
    let resources = [
        "resource-lists/users/sip:joe@example.com/index",
        "rls-services/users/sip:joe@example.com/index/~~/*/service%5b@uri='sip:marketing@example.com'%5d",
        "pidf-manipulation/",
    ];
    let body = subscription_body(&resources).unwrap();
    let uris = |text: &[u8]| -> Vec<String> {
        let document = Xml::parse(text, None).unwrap();
        let namespace = "urn:ietf:params:xml:ns:resource-lists";
        assert!(document.root().is(namespace, "resource-lists"));
        let lists: Vec<_> = document.root().children().collect();
        assert_eq!(lists.len(), 1);
        let entries = lists[0].children_named(namespace, "entry");
        let uris = entries.map(|entry| entry.attribute("uri").unwrap().replace(' ', ""));
        uris.collect()
    };
    assert_eq!(uris(&body), resources);
    // The RFC's own bodies ask for the same.
    assert_eq!(
        uris(example!("rfc5875_4_4.resource-lists.xml").as_bytes()),
        resources
    );
    for (text, resource) in [
        (
            example!("rfc5875_a2.resource-lists.xml"),
            "tests/users/sip:joe@example.com/",
        ),
        (
            example!("rfc5875_a5.resource-lists.xml"),
            "tests/users/sip:joe@example.com/index/~~/doc/@id",
        ),
        (
            example!("rfc5875_a6.resource-lists.xml"),
            "tests/users/sip:joe@example.com/",
        ),
        (
            example!("rfc5875_a6_again.resource-lists.xml"),
            "tests/users/sip:joe@example.com/",
        ),
    ] {
        assert_eq!(uris(text.as_bytes()), [resource]);
        assert_eq!(uris(&subscription_body(&[resource]).unwrap()), [resource]);
    }
    let absolute = "http://xcap.example.com/root/a?xmlns(p=urn:x)&b";
    assert_eq!(
        uris(&subscription_body(&[absolute]).unwrap()),
        [absolute.to_owned()]
    );
}

#[test]
fn xc_026_what_cannot_be_watched_is_refused() {
    assert_eq!(subscription_body(&[]), Err(RequestError::Empty));
    for bad in ["", "a b", "a[1]", "a\"b", "ü", "a\n"] {
        assert_eq!(
            subscription_body(&["fine", bad]),
            Err(RequestError::NoUri(bad.into()))
        );
    }
    let namespaces = "a/users/b/c/~~/doc/namespace::*";
    assert_eq!(
        subscription_body(&[namespaces]),
        Err(RequestError::Namespaces(namespaces.into()))
    );
    let many = vec!["a"; crate::package::limits::WATCHED_RESOURCES + 1];
    assert_eq!(subscription_body(&many), Err(RequestError::TooMany));
}

#[test]
fn xc_026_the_plainest_processing_has_no_parameter() {
    let values = [
        Processing::None,
        Processing::EveryChange,
        Processing::Aggregate,
    ];
    let values = values.map(Processing::event_parameter);
    assert_eq!(
        values,
        [
            None,
            Some(("diff-processing", "xcap-patching")),
            Some(("diff-processing", "aggregate"))
        ]
    );
    assert_eq!(Processing::default(), Processing::None);
    let package = crate::package::descriptor::XCAP_DIFF;
    assert_eq!(
        (package.default_expires, package.accept[0]),
        (3600, CONTENT_TYPE)
    );
}

#[test]
fn xc_026_a_new_subscription_makes_what_is_held_doubtful() {
    let mut cache = cache("1", "<doc/>");
    cache.store(OTHER, "7", b"<doc/>".to_vec());
    assert!(!cache.is_stale(INDEX));
    cache.resubscribed();
    assert!(cache.is_stale(INDEX) && cache.is_stale(OTHER));
    let listed = report(&format!("<document sel='{INDEX}' new-etag='1'/>"));
    assert_eq!(outcome(&mut cache, &listed), Outcome::Current);
    assert!(!cache.is_stale(INDEX) && cache.is_stale(OTHER));
}

#[test]
fn xc_027_the_five_cases_of_a_document() {
    let add = "<add sel='doc' xmlns:n=''><a/></add>";
    let add = format!("<d:document xmlns:d='{NAMESPACE}' xmlns='' sel='{INDEX}' previous-etag='1' new-etag='2'>{add}</d:document>").replace("<add", "<d:add").replace("</add", "</d:add").replace(" xmlns:n=''", "");
    let of = |rest: &str| format!("<document sel='{INDEX}' {rest}");
    for (content, expected, held) in [
        (add, Outcome::Patched, Some(("2", "<doc><a/></doc>"))),
        (
            of("previous-etag='1' new-etag='2'/>"),
            Outcome::Fetch,
            Some(("1", "<doc/>")),
        ),
        (
            of("previous-etag='1' new-etag='2'><body-not-changed/></document>"),
            Outcome::Retagged,
            Some(("2", "<doc/>")),
        ),
        (of("new-etag='2'/>"), Outcome::Fetch, Some(("1", "<doc/>"))),
        (of("previous-etag='1'/>"), Outcome::Removed, None),
    ] {
        let mut cache = cache("1", "<doc/>");
        assert_eq!(
            outcome(&mut cache, &report(&content)),
            expected,
            "{content}"
        );
        let copy = cache.copy(INDEX);
        let copy = copy.map(|(etag, content)| (etag, root(content)));
        assert_eq!(
            copy,
            held.map(|(etag, content)| (etag, content.to_owned())),
            "{content}"
        );
    }
}

#[test]
fn xc_027_tags_that_do_not_continue_the_copy_mean_a_fetch() {
    for content in [
        "previous-etag='0' new-etag='2'><body-not-changed/></document>",
        "previous-etag='\"1\"' new-etag='2'/>",
        "previous-etag='0'/>",
    ] {
        let mut cache = cache("1", "<doc/>");
        let report = report(&format!("<document sel='{INDEX}' {content}"));
        assert_eq!(outcome(&mut cache, &report), Outcome::Fetch);
        assert_eq!(cache.copy(INDEX).unwrap().0, "1");
    }
    // Nothing held: to be fetched, or gone without a trace.
    let mut empty = Cache::default();
    let changed = report(&format!(
        "<document sel='{INDEX}' previous-etag='1' new-etag='2'><body-not-changed/></document>"
    ));
    assert_eq!(outcome(&mut empty, &changed), Outcome::Fetch);
    let gone = report(&format!("<document sel='{INDEX}' previous-etag='1'/>"));
    assert_eq!(outcome(&mut empty, &gone), Outcome::Removed);
}

#[test]
fn xc_027_the_tag_of_an_own_put_needs_nothing() {
    let mut cache = cache("2", "<doc/>");
    let own = report(&format!(
        "<document sel='{INDEX}' previous-etag='1' new-etag='2'/>"
    ));
    assert_eq!(outcome(&mut cache, &own), Outcome::Current);
}

#[test]
fn xc_027_a_patch_that_does_not_fit_leaves_the_copy() {
    let mut cache = cache("1", "<doc/>");
    let report = report(&format!(
        "<document sel='{INDEX}' previous-etag='1' new-etag='2'><remove sel='doc/z'/></document>"
    ));
    match outcome(&mut cache, &report) {
        Outcome::Unusable(BodyError::Patch(error)) => {
            assert_eq!(error.fault, PatchFault::NotFound);
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(cache.copy(INDEX), Some(("1", &b"<doc/>"[..])));
    assert!(cache.is_stale(INDEX), "something newer is there");
}

#[test]
fn xc_027_components_are_there_or_gone_in_either_spelling() {
    let selector = "tests/users/sip:joe@example.com/index/~~/doc/@id";
    for (attribute, exists) in [
        ("", true),
        ("exists='1'", true),
        ("exist='true'", true),
        ("exists='false'", false),
        ("exist='0'", false),
    ] {
        let report = report(&format!(
            "<attribute sel='{selector}' {attribute}>bar</attribute>\
             <element sel='{selector}' {attribute}><a xmlns=''/></element>"
        ));
        for change in &report.changes {
            let (Change::Attribute(component) | Change::Element(component)) = change else {
                panic!("{change:?}");
            };
            assert_eq!(component.selector, selector);
            assert_eq!(component.exists, exists, "{attribute}");
            assert_eq!(component.content.is_some(), exists);
        }
    }
    let empty = report(&format!("<element sel='{selector}'/>"));
    assert!(
        matches!(&empty.changes[0], Change::Element(it) if it.exists && it.content.is_none()),
        "too large to be told"
    );
}

#[test]
fn a_chain_is_entered_where_it_continues_the_copy() {
    // Erratum: where the changes are put together the tag before them is "7ahggs3"; everywhere else it is "7ahggs".
    let index = example!("rfc5875_a1_index.doc.xml");
    for (report, etag) in [
        (example!("rfc5874_a2_aggregated.xcap-diff.xml"), "7ahggs3"),
        (example!("rfc5875_a4_aggregated.xcap-diff.xml"), "7ahggs3"),
        (example!("rfc5874_a2_every_change.xcap-diff.xml"), "7ahggs"),
        (example!("rfc5875_a4_every_change.xcap-diff.xml"), "7ahggs"),
    ] {
        let mut cache = cache(etag, index);
        let report = parse(report);
        assert_eq!(outcome(&mut cache, &report), Outcome::Patched);
        let (etag, content) = cache.copy(INDEX).unwrap();
        assert_eq!((etag, root(content).as_str()), ("63hjjsll", CHANGED_INDEX));
    }
    let chain = parse(example!("rfc5875_a4_every_change.xcap-diff.xml"));
    let half = "<doc><foo/></doc>";
    let mut middle = cache("fgherhryt3", half);
    assert_eq!(outcome(&mut middle, &chain), Outcome::Patched);
    assert_eq!(
        root(middle.copy(INDEX).unwrap().1),
        "<doc><foo/><bar>this is a bar element\n</bar><foobar>this is a foobar element</foobar></doc>"
    );
    let mut newest = cache("63hjjsll", half);
    assert_eq!(outcome(&mut newest, &chain), Outcome::Current);
    let mut foreign = cache("z", half);
    assert_eq!(outcome(&mut foreign, &chain), Outcome::Fetch);
    let plain = parse(example!("rfc5875_a4_plain.xcap-diff.xml"));
    assert_eq!(
        outcome(&mut cache("7ahggs3", index), &plain),
        Outcome::Fetch
    );
}

#[test]
fn the_examples_read_as_the_rfcs_describe_them() {
    let joe = INDEX;
    for (text, expected) in [
        (
            example!("rfc5874_a1_listed.xcap-diff.xml"),
            vec![
                (joe, None, Some("7ahggs"), Told::Untold),
                (
                    "tests/users/sip:john@example.com/index",
                    None,
                    Some("terteer"),
                    Told::Untold,
                ),
            ],
        ),
        (
            example!("rfc5874_a1_created.xcap-diff.xml"),
            vec![(OTHER, None, Some("terteer"), Told::Untold)],
        ),
        (
            example!("rfc5874_a1_changed.xcap-diff.xml"),
            vec![(OTHER, Some("terteer"), Some("huwiias"), Told::Untold)],
        ),
        (
            example!("rfc5874_a1_removed.xcap-diff.xml"),
            vec![(OTHER, Some("huwiias"), None, Told::Untold)],
        ),
        (
            example!("rfc5875_a2.xcap-diff.xml"),
            vec![(joe, None, Some("7ahggs"), Told::Untold)],
        ),
        (
            example!("rfc5875_a3.xcap-diff.xml"),
            vec![(OTHER, None, Some("terteer"), Told::Untold)],
        ),
        (
            example!("rfc5875_a6.xcap-diff.xml"),
            vec![
                (joe, None, Some("63hjjsll"), Told::Untold),
                (OTHER, None, Some("terteer"), Told::Untold),
            ],
        ),
        (example!("rfc5875_a5_first.xcap-diff.xml"), vec![]),
    ] {
        let report = parse(text);
        assert_eq!(documents(&report), expected);
        assert_eq!(report.xcap_root, "http://xcap.example.com/");
        assert!(report.remarks.is_empty(), "{:?}", report.remarks);
    }
    let id = "tests/users/sip:joe@example.com/index/~~/doc/@id";
    for (text, exists) in [
        (example!("rfc5874_a3_removed.xcap-diff.xml"), false),
        (example!("rfc5875_a5_removed.xcap-diff.xml"), false),
        (example!("rfc5875_a5_set.xcap-diff.xml"), true),
        (example!("rfc5874_a3_contents.xcap-diff.xml"), true),
    ] {
        let report = parse(text);
        let Change::Attribute(attribute) = &report.changes[0] else {
            panic!("{report:?}");
        };
        assert_eq!(
            (attribute.selector.as_str(), attribute.exists),
            (id, exists)
        );
        assert_eq!(attribute.content.as_deref(), exists.then_some("bar"));
    }
}

#[test]
fn the_long_examples_show_elements_as_they_are_written() {
    for (text, list) in [
        (example!("rfc5874_5.xcap-diff.xml"), "<list name="),
        (example!("rfc5875_5.xcap-diff.xml"), "<s:list name="),
    ] {
        let report = parse(text);
        assert_eq!(report.xcap_root, "http://xcap.example.com/root/");
        let element = report.changes.iter().find_map(|change| match change {
            Change::Element(element) => Some(element),
            _ => None,
        });
        let element = element.unwrap();
        assert_eq!(
            element.selector,
            "rls-services/users/sip:joe@example.com/index/~~/*/service%5b@uri='sip:marketing@example.com'%5d"
        );
        assert!(element.content.as_ref().unwrap().contains(list));
    }
    let first = parse(example!("rfc5874_5.xcap-diff.xml"));
    assert_eq!(
        documents(&first),
        [(
            "resource-lists/users/sip:joe@example.com/coworkers",
            Some("8a77f8d"),
            Some("7ahggs"),
            Told::Untold
        )]
    );
    // The documents that the examples are about are documents.
    for text in [
        example!("rfc5874_a_index.doc.xml"),
        example!("rfc5874_a_other.doc.xml"),
        example!("rfc5874_a1_modified.doc.xml"),
    ] {
        assert_eq!(
            Xml::parse(text.as_bytes(), None).unwrap().root().name(),
            "doc"
        );
    }
}

#[test]
fn what_is_no_report_is_refused_and_what_is_unclear_left_out() {
    let refuse =
        |text: &str| Document::parse(&Body::new(CONTENT_TYPE, text.as_bytes())).unwrap_err();
    let good = format!("<xcap-diff xmlns='{NAMESPACE}' xcap-root='/'/>");
    assert!(parse(&good).changes.is_empty());
    assert!(matches!(
        refuse(&good.replace(NAMESPACE, "urn:other")),
        BodyError::Root { .. }
    ));
    assert!(matches!(
        refuse(&good.replace("xcap-root", "root")),
        BodyError::Missing { .. }
    ));
    assert!(matches!(refuse(&good[..20]), BodyError::Xml(_)));
    let foreign = Document::parse(&Body::new("text/plain", good.as_bytes()));
    assert!(foreign.unwrap_err().is_unsupported_type());
    for unclear in [
        "<document new-etag='1'/>",
        "<document sel='a'/>",
        "<document sel='a' new-etag='1'><add sel='*'/></document>",
        "<document sel='a' previous-etag='1'><body-not-changed/></document>",
        "<folder sel='a'/>",
        "<x:document xmlns:x='urn:x' sel='a' new-etag='1'/>",
    ] {
        let report = report(unclear);
        assert!(report.changes.is_empty(), "{unclear}");
        assert_eq!(report.remarks.len(), 1, "{unclear}");
    }
    // What other namespaces add inside a document is no operation.
    let extended = report(
        "<document sel='a' new-etag='2' previous-etag='1'><x:y xmlns:x='urn:x'/><body-not-changed/></document>",
    );
    assert_eq!(documents(&extended)[0].3, Told::NotChanged);
    let many = "<document sel='a' new-etag='1'/>".repeat(crate::package::limits::XCAP_CHANGES + 2);
    let report = report(&many);
    assert_eq!(report.changes.len(), crate::package::limits::XCAP_CHANGES);
    assert_eq!(report.remarks.len(), 1);
}

proptest::proptest! {
    #[test]
    fn mutated_reports_never_panic(at in proptest::prelude::any::<proptest::sample::Index>(), byte in proptest::num::u8::ANY) {
        let mut bytes = example!("rfc5874_a2_every_change.xcap-diff.xml").as_bytes().to_vec();
        let place = at.index(bytes.len());
        bytes[place] = byte;
        if let Ok(report) = Document::parse(&Body::new(CONTENT_TYPE, &bytes)) {
            let mut cache = cache("7ahggs", example!("rfc5875_a1_index.doc.xml"));
            let _ = cache.take(&report);
        }
    }
}
