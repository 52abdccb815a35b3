//! Tests of patch operations: each selector form, each operation, and what is refused.

use std::fmt::Write as _;

use proptest::prelude::*;

use super::*;
use crate::xml::Fault;

/// A container around operations: prefix `p` for them, `x` for `urn:x`, no default namespace.
fn diff(operations: &str) -> Document {
    let text = format!("<p:diff xmlns:p='urn:diff' xmlns:x='urn:x'>{operations}</p:diff>");
    Document::parse(text.as_bytes(), None).unwrap()
}

fn parse(text: &str) -> Document {
    Document::parse(text.as_bytes(), None).unwrap()
}

fn patched(target: &str, operations: &str) -> Result<String, PatchError> {
    let diff = diff(operations);
    let result = apply(&parse(target), &diff, diff.root())?;
    Ok(result.source().to_owned())
}

fn good(target: &str, operations: &str) -> String {
    patched(target, operations).unwrap_or_else(|error| panic!("{operations}: {error}"))
}

fn fault(target: &str, operations: &str) -> PatchFault {
    match patched(target, operations) {
        Err(error) => error.fault,
        Ok(text) => panic!("{operations}: {text}"),
    }
}

const TARGET: &str = "<?xml version=\"1.0\"?>\n<doc a=\"1\">\n <n id=\"i1\">one</n>\n <n id=\"i2\">two<!-- c --></n>\n <m><n>three</n></m>\n</doc>\n";

#[test]
fn what_is_not_touched_stays_as_it_was_written() {
    let odd = "<?xml version='1.0'?><!-- a --><d xmlns:y=\"urn:y\">&lt;<![CDATA[<&>]]>&#65;<y:e z=\"&lt;&quot;\"/> <?go on?></d>\n<!-- z -->\n";
    assert_eq!(good(odd, ""), odd);
    assert_eq!(good(TARGET, ""), TARGET);
}

#[test]
fn every_form_of_selector_finds_its_node() {
    for (selector, expected) in [
        ("*/n[1]", "<n id=\"i1\">one</n>"),
        ("/doc/n[2]", "<n id=\"i2\">two<!-- c --></n>"),
        ("doc/n[@id='i1']", "<n id=\"i1\">one</n>"),
        ("doc/n[@id=\"i1\"][1]", "<n id=\"i1\">one</n>"),
        ("doc/*[. = 'two']", "<n id=\"i2\">two<!-- c --></n>"),
        ("doc/*[n='three']", "<m><n>three</n></m>"),
        ("doc/*[3]", "<m><n>three</n></m>"),
        ("*/*/n", "<n>three</n>"),
        ("id('i1')", "<n id=\"i1\">one</n>"),
        ("id(\"i2\")/comment()", "<!-- c -->"),
        ("*/n[2]/comment()[1]", "<!-- c -->"),
    ] {
        let expected = TARGET.replacen(expected, "", 1);
        let selector = selector.replace('"', "&quot;");
        assert_eq!(
            canonical(&good(TARGET, &format!("<p:remove sel=\"{selector}\"/>"))),
            canonical(&expected),
            "{selector}"
        );
    }
    let instructions = "<d><?a 1?><?b 2?><?a 3?></d>";
    for (selector, expected) in [
        ("*/processing-instruction('b')", "<d><?a 1?><?a 3?></d>"),
        ("*/processing-instruction()[3]", "<d><?a 1?><?b 2?></d>"),
        (
            "*/processing-instruction(\"a\")[1]",
            "<d><?b 2?><?a 3?></d>",
        ),
    ] {
        let selector = selector.replace('"', "&quot;");
        assert_eq!(
            good(instructions, &format!("<p:remove sel=\"{selector}\"/>")),
            expected
        );
    }
}

/// The text with empty elements written in one way.
fn canonical(text: &str) -> String {
    text.replace("<m></m>", "<m/>")
}

#[test]
fn texts_are_told_apart_by_number() {
    let target = "<d>one<a/>two<!-- c -->three</d>";
    assert_eq!(
        good(target, "<p:replace sel='d/text()[2]'>2 &lt; 3</p:replace>"),
        "<d>one<a/>2 &lt; 3<!-- c -->three</d>"
    );
    assert_eq!(
        good(target, "<p:remove sel='d/text()[3]'/>"),
        "<d>one<a/>two<!-- c --></d>"
    );
    assert_eq!(
        fault(target, "<p:remove sel='d/text()'/>"),
        PatchFault::Ambiguous(3)
    );
    // What stands side by side after a removal is one text.
    assert_eq!(
        good(
            target,
            "<p:remove sel='d/a'/><p:replace sel='d/text()[1]'>x</p:replace>"
        ),
        "<d>x<!-- c -->three</d>"
    );
    assert_eq!(
        good("<d>x</d>", "<p:replace sel='d/text()'/>"),
        "<d/>",
        "an empty text is none"
    );
}

#[test]
fn content_is_added_at_each_place() {
    let target = "<d><a/><b/></d>";
    for (attributes, expected) in [
        ("sel='d'", "<d><a/><b/>t<n/></d>"),
        ("sel='d' pos='append'", "<d><a/><b/>t<n/></d>"),
        ("sel='d' pos='prepend'", "<d>t<n/><a/><b/></d>"),
        ("sel='d/b' pos='before'", "<d><a/>t<n/><b/></d>"),
        ("sel='d/a' pos='after'", "<d><a/>t<n/><b/></d>"),
        ("sel='d/a'", "<d><a>t<n/></a><b/></d>"),
    ] {
        assert_eq!(
            good(target, &format!("<p:add {attributes}>t<n/></p:add>")),
            expected
        );
    }
    assert_eq!(
        good(
            "<d/>",
            "<p:add sel='d' pos='before'><!-- c --></p:add><p:add sel='d' pos='after'><?x?></p:add>"
        ),
        "<!-- c --><d/><?x?>"
    );
    assert_eq!(
        fault(target, "<p:add sel='d' pos='after'><e/></p:add>"),
        PatchFault::Root
    );
    assert_eq!(
        fault(target, "<p:add sel='d' pos='inside'/>"),
        PatchFault::BadValue("inside".into())
    );
}

#[test]
fn attributes_and_declarations_are_nodes_too() {
    let target = "<d a='1'><e/></d>";
    assert_eq!(
        good(target, "<p:add sel='d/e' type='@b'>&lt;2&gt;</p:add>"),
        "<d a=\"1\"><e b=\"&lt;2&gt;\"/></d>"
    );
    assert_eq!(
        good(target, "<p:replace sel='d/@a'>2</p:replace>"),
        "<d a=\"2\"><e/></d>"
    );
    assert_eq!(good(target, "<p:remove sel='d/@a'/>"), "<d><e/></d>");
    assert_eq!(
        good(
            target,
            "<p:add sel='d/e' type='@x:b'>2</p:add><p:remove sel='d/e/@x:b'/>"
        ),
        "<d a=\"1\"><e xmlns:x=\"urn:x\"/></d>"
    );
    assert_eq!(
        good(target, "<p:add sel='d' type='namespace::q'>urn:q</p:add>"),
        "<d xmlns:q=\"urn:q\" a=\"1\"><e/></d>"
    );
    let declared = "<d xmlns:q='urn:q'><q:e/></d>";
    assert_eq!(
        good(
            declared,
            "<p:replace sel='d/namespace::q'>urn:r</p:replace>"
        ),
        "<d xmlns:q=\"urn:r\"><q:e/></d>"
    );
    assert_eq!(
        fault(declared, "<p:remove sel='d/namespace::q'/>"),
        PatchFault::PrefixInUse("q".into())
    );
    assert_eq!(
        good(
            "<d xmlns:q='urn:q'><e/></d>",
            "<p:remove sel='d/namespace::q'/>"
        ),
        "<d><e/></d>"
    );
    assert_eq!(
        fault(target, "<p:add sel='d' type='@a'>2</p:add>"),
        PatchFault::Exists("@a".into())
    );
    for kind in ["a", "@", "@a:b:c", "namespace::", "namespace::xmlns"] {
        let operation = format!("<p:add sel='d' type='{kind}'>v</p:add>");
        assert_eq!(
            fault(target, &operation),
            PatchFault::BadValue(kind.to_owned())
        );
    }
}

#[test]
fn an_attribute_takes_a_prefix_that_means_its_namespace_there() {
    // The target calls the namespace otherwise, and means something else by the prefix.
    let target = "<d xmlns:y='urn:x' xmlns:x='urn:other'><e xmlns:y='urn:z'/></d>";
    let named = good(target, "<p:add sel='d' type='@x:b'>2</p:add>");
    assert_eq!(parse(&named).root().attribute_in("urn:x", "b"), Some("2"));
    assert!(named.contains("y:b="), "{named}");
    let hidden = good(target, "<p:add sel='d/e' type='@x:b'>2</p:add>");
    let document = parse(&hidden);
    let e = document.root().child("", "e").unwrap();
    assert_eq!(e.attribute_in("urn:x", "b"), Some("2"), "{hidden}");
}

#[test]
fn names_are_compared_by_namespace_and_content_keeps_its_own() {
    let target = "<q:d xmlns:q='urn:x' xmlns:p='urn:p'><q:e/></q:d>";
    let result = good(target, "<p:add sel='x:d/x:e'><x:f/><g x:a='1'/></p:add>");
    let document = parse(&result);
    let e = document.root().child("urn:x", "e").unwrap();
    assert!(e.child("urn:x", "f").is_some(), "{result}");
    let g = e.child("", "g").unwrap();
    assert_eq!(g.attribute_in("urn:x", "a"), Some("1"));
    assert_eq!(
        fault(target, "<p:remove sel='q:d/q:e'/>"),
        PatchFault::UnboundPrefix("q".into())
    );
    assert_eq!(fault(target, "<p:remove sel='d'/>"), PatchFault::NotFound);
    // No namespace inside a default one.
    let result = good("<d xmlns='urn:x'/>", "<p:add sel='x:d'><f/></p:add>");
    assert!(parse(&result).root().child("", "f").is_some(), "{result}");
    // The default namespace of the partial document applies to selectors.
    let diff = parse(
        "<p:diff xmlns:p='urn:diff' xmlns='urn:x'><p:add sel='d/e' xmlns='urn:y'/><p:remove sel='d/e'/></p:diff>",
    );
    let target = parse("<q:d xmlns:q='urn:x'><q:e/></q:d>");
    let error = apply(&target, &diff, diff.root()).unwrap_err();
    assert_eq!((error.line, error.fault), (1, PatchFault::NotFound));
    let diff =
        parse("<p:diff xmlns:p='urn:diff' xmlns='urn:x'><p:remove sel='d/e'/>\n<o/></p:diff>");
    let result = apply(&target, &diff, diff.root()).unwrap();
    assert_eq!(result.source(), "<q:d xmlns:q=\"urn:x\"/>");
}

#[test]
fn white_space_goes_with_an_element_when_asked() {
    let target = "<d>\n <a/>\n <b/>\n</d>";
    for (ws, expected) in [
        ("", "<d>\n \n <b/>\n</d>"),
        (" ws='before'", "<d>\n <b/>\n</d>"),
        (" ws='after'", "<d>\n <b/>\n</d>"),
        (" ws='both'", "<d><b/>\n</d>"),
    ] {
        let operation = format!("<p:remove sel='d/a'{ws}/>");
        assert_eq!(good(target, &operation), expected);
    }
    let bare = "<d>x<a/><b/></d>";
    for ws in ["before", "after", "both"] {
        let operation = format!("<p:remove sel='d/a' ws='{ws}'/>");
        assert_eq!(fault(bare, &operation), PatchFault::NoWhiteSpace);
    }
    assert_eq!(
        fault(bare, "<p:remove sel='d/a' ws='all'/>"),
        PatchFault::BadValue("all".into())
    );
    assert_eq!(
        fault("<d a='1'/>", "<p:remove sel='d/@a' ws='both'/>"),
        PatchFault::WrongNode
    );
}

#[test]
fn a_node_is_replaced_by_one_of_its_kind() {
    let target = "<d><a/><!-- c --><?i 1?></d>";
    assert_eq!(
        good(
            target,
            "<p:replace sel='d/a'> <b>1</b> </p:replace><p:replace sel='d/comment()'><!-- e --></p:replace>\
             <p:replace sel='d/processing-instruction()'><?k 2?></p:replace>"
        ),
        "<d><b>1</b><!-- e --><?k 2?></d>"
    );
    assert_eq!(
        good(target, "<p:replace sel='d'><r/></p:replace>"),
        "<r/>",
        "even the root element"
    );
    let one = PatchFault::Content("exactly one node of the same kind");
    for content in ["", "text", "<b/><b/>", "<!-- c -->"] {
        let operation = format!("<p:replace sel='d/a'>{content}</p:replace>");
        assert_eq!(fault(target, &operation), one, "{content}");
    }
    assert_eq!(
        fault("<d a=''/>", "<p:replace sel='d/@a'><b/></p:replace>"),
        PatchFault::Content("text alone")
    );
}

#[test]
fn selectors_that_are_none_are_refused() {
    for selector in [
        "",
        "/",
        "//n",
        "doc//n",
        "doc/",
        "doc/n[",
        "doc/n[0x]",
        "doc/n[99999999999999999999999]",
        "doc/n[@id]",
        "doc/n[@id=i1]",
        "doc/n[@id='i1'",
        "doc/n[@.='i1']",
        "doc/..",
        "doc/text()/n",
        "doc/@a/n",
        "doc/namespace::a:b",
        "id('i1'",
        "id('i1')n",
        "count(doc)",
        "doc|doc",
        "child::doc",
    ] {
        let operation = format!("<p:remove sel=\"{selector}\"/>");
        assert!(
            matches!(fault(TARGET, &operation), PatchFault::Selector(_)),
            "{selector}"
        );
    }
    assert_eq!(
        fault(TARGET, "<p:remove sel='doc/n'/>"),
        PatchFault::Ambiguous(2)
    );
    for nothing in [
        "doc/z",
        "doc/n[0]",
        "doc/n[9]",
        "doc/@z",
        "id('z')",
        "text()",
        "doc/namespace::z",
    ] {
        let operation = format!("<p:remove sel=\"{nothing}\"/>");
        assert_eq!(fault(TARGET, &operation), PatchFault::NotFound, "{nothing}");
    }
    assert_eq!(fault(TARGET, "<p:remove/>"), PatchFault::NoSelector);
    assert_eq!(fault(TARGET, "<p:remove sel='doc'/>"), PatchFault::Root);
    assert_eq!(
        fault(TARGET, "<p:move sel='doc'/>"),
        PatchFault::UnknownOperation("move".into())
    );
}

#[test]
fn a_fault_names_the_place_of_its_operation() {
    let error = patched(TARGET, "\n<p:remove sel='doc/n[1]'/>\n <p:remove sel='z'/>").unwrap_err();
    assert_eq!((error.line, error.column), (3, 2));
    assert_eq!(
        error.to_string(),
        "line 3, column 2: the selector finds nothing"
    );
}

#[test]
fn every_limit_holds() {
    let many = "<p:replace sel='d/@a'>1</p:replace>".repeat(limits::OPERATIONS + 1);
    assert_eq!(fault("<d a=''/>", &many), PatchFault::TooManyOperations);
    let long = format!(
        "<p:remove sel='d/@{}'/>",
        "a".repeat(limits::SELECTOR_BYTES)
    );
    assert_eq!(fault("<d/>", &long), PatchFault::SelectorTooLong);
    let wide = format!("<d>{}</d>", "<a><b/></a>".repeat(5000));
    let greedy = "<p:replace sel='d/a[5000]/b'><c/></p:replace>\
                  <p:replace sel='d/a[5000]/c'><b/></p:replace>"
        .repeat(limits::OPERATIONS / 2);
    assert_eq!(fault(&wide, &greedy), PatchFault::TooMuchWork);
    let mut nested = String::new();
    let mut path = "d".to_owned();
    for _ in 0..limits::DEPTH {
        write!(nested, "<p:add sel='{path}'><e/></p:add>").unwrap();
        path.push_str("/e");
    }
    assert_eq!(fault("<d/>", &nested), PatchFault::TooDeep);
    let text = format!(
        "<p:add sel='d'>{}</p:add>",
        "x".repeat(limits::TEXT_BYTES / 2 + 1)
    );
    let error = fault("<d/>", &text.repeat(2));
    assert!(
        matches!(&error, PatchFault::Unusable(error) if error.fault == Fault::TextTooLong),
        "{error}"
    );
}

fn name() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["a", "b", "x:a", "x:b"]).prop_map(str::to_owned)
}

fn step() -> impl Strategy<Value = String> {
    prop_oneof![
        name(),
        Just("*".to_owned()),
        (name(), 0usize..4).prop_map(|(name, n)| format!("{name}[{n}]")),
        name().prop_map(|name| format!("*[@{name}='1']")),
        name().prop_map(|name| format!("*[{name}='t']")),
        Just("text()".to_owned()),
        Just("comment()".to_owned()),
        name().prop_map(|name| format!("@{name}")),
        Just("namespace::x".to_owned()),
        "[ -~]{0,6}",
    ]
}

fn element() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("t".to_owned()),
        Just("<!-- c -->".to_owned()),
        Just(" ".to_owned()),
        name().prop_map(|name| format!("<{name} a='1' x:b='1'/>")),
    ];
    leaf.prop_recursive(3, 20, 4, |inner| {
        (name(), prop::collection::vec(inner, 0..4))
            .prop_map(|(name, inner)| format!("<{name} x:a='1'>{}</{name}>", inner.concat()))
    })
}

fn operations() -> impl Strategy<Value = String> {
    let selector = prop::collection::vec(step(), 1..4).prop_map(|steps| steps.join("/"));
    let kind = prop::sample::select(vec!["add", "replace", "remove"]);
    let attributes = prop::sample::select(vec![
        "",
        " pos='before'",
        " pos='prepend'",
        " type='@x:c'",
        " type='namespace::y'",
        " ws='both'",
    ]);
    (kind, selector, attributes, element()).prop_map(|(kind, selector, attributes, content)| {
        let selector = crate::xml::escape(&selector);
        format!("<p:{kind} sel=\"{selector}\"{attributes}>{content}</p:{kind}>")
    })
}

proptest! {
    #[test]
    fn any_operation_yields_a_document_or_a_fault(
        content in prop::collection::vec(element(), 0..4),
        list in prop::collection::vec(operations(), 1..4),
    ) {
        let target = format!("<d xmlns:x='urn:x'>{}</d>", content.concat());
        let before = parse(&target);
        let diff = diff(&list.concat());
        if let Ok(after) = apply(&before, &diff, diff.root()) {
            // What was written reads as what it was made from: writing it again changes nothing.
            let nothing = self::diff("");
            let again = apply(&after, &nothing, nothing.root()).unwrap();
            prop_assert_eq!(after.source(), again.source());
        }
        prop_assert_eq!(before.source(), target);
    }

    #[test]
    fn what_is_added_and_removed_again_leaves_the_same_text(
        content in prop::collection::vec(element(), 1..4),
        inner in element(),
    ) {
        let inner = format!("<x:new>{inner}</x:new>");
        let target = format!("<d xmlns:x='urn:x'>{}</d>", content.concat());
        let target = good(&target, "");
        let there = good(&target, &format!("<p:add sel='d'>{inner}</p:add>"));
        prop_assert_eq!(good(&there, "<p:remove sel='d/x:new'/>"), target);
    }
}
