//! Tests of the reader: namespaces, encodings, limits, faults and spans.

use std::fmt::Write as _;

use super::*;

fn parse(text: &str) -> Result<Document, Error> {
    Document::parse(text.as_bytes(), None)
}

fn fault(text: &str) -> Fault {
    parse(text).expect_err("must be refused").fault
}

#[test]
fn fm_001_prefixes_are_free() {
    for text in [
        "<presence xmlns='urn:p' entity='e'><note>x</note></presence>",
        "<a:presence xmlns:a='urn:p' entity='e'><a:note>x</a:note></a:presence>",
        "\u{FEFF}<?xml version='1.0'?><a:presence xmlns:a='urn:p' entity='e'><note xmlns='urn:p'>x</note></a:presence>",
    ] {
        let document = parse(text).unwrap();
        let root = document.root();
        assert!(root.is("urn:p", "presence"), "{text}");
        assert_eq!(root.attribute("entity"), Some("e"));
        assert_eq!(root.child("urn:p", "note").unwrap().text(), "x");
    }
}

#[test]
fn fm_001_charset_parameter_beats_declaration() {
    let declared = b"<?xml version='1.0' encoding='ISO-8859-1'?><n>\xFC</n>";
    assert_eq!(
        Document::parse(declared, None).unwrap().root().text(),
        "\u{FC}"
    );
    let error = Document::parse(declared, Some("utf-8")).unwrap_err();
    assert_eq!(error.fault, Fault::BadEncoding("UTF-8"));
    let wrong = "<?xml version='1.0' encoding='ISO-8859-1'?><n>ü</n>".as_bytes();
    assert_eq!(Document::parse(wrong, None).unwrap().root().text(), "ü");
    assert_eq!(
        Document::parse(wrong, Some("iso-8859-1"))
            .unwrap()
            .root()
            .text(),
        "Ã¼"
    );
    assert_eq!(
        fault("<?xml version='1.0' encoding='koi8-r'?><n/>"),
        Fault::UnsupportedEncoding("koi8-r".into())
    );
}

#[test]
fn a_processing_instruction_has_a_name() {
    assert!(parse("<?style a='b'?><n/><?end?>").is_ok());
    for text in ["<?>?xml version='1.0'?><n/>", "<??><n/>", "<n><? x?></n>"] {
        assert!(matches!(fault(text), Fault::Syntax(_)), "{text}");
    }
}

#[test]
fn utf_16_is_read_in_both_orders() {
    let text = "<?xml version='1.0' encoding='UTF-16'?><n>h\u{1F600}</n>";
    for mark in [true, false] {
        let units: Vec<u16> = mark
            .then_some(0xFEFF)
            .into_iter()
            .chain(text.encode_utf16())
            .collect();
        let big: Vec<u8> = units.iter().flat_map(|u| u.to_be_bytes()).collect();
        let little: Vec<u8> = units.iter().flat_map(|u| u.to_le_bytes()).collect();
        assert_eq!(
            Document::parse(&big, None).unwrap().root().text(),
            "h\u{1F600}"
        );
        assert_eq!(
            Document::parse(&little, None).unwrap().root().text(),
            "h\u{1F600}"
        );
        assert_eq!(
            Document::parse(&little[..little.len() - 1], None)
                .unwrap_err()
                .fault,
            Fault::BadEncoding("UTF-16")
        );
    }
}

#[test]
fn fm_004_entity_bombs_and_document_types_are_refused_at_once() {
    let mut bomb = String::from("<?xml version='1.0'?><!DOCTYPE b [<!ENTITY a0 'ha'>");
    for n in 1..30 {
        let _ = write!(bomb, "<!ENTITY a{n} '&a{0};&a{0};'>", n - 1);
    }
    bomb.push_str("]><b>&a29;</b>");
    let nested = "<a>".repeat(1_000_000);
    let external = "<!DOCTYPE a SYSTEM 'http://example.com/x.dtd'><a/>";
    assert_eq!(fault(&bomb), Fault::Doctype);
    assert_eq!(fault(external), Fault::Doctype);
    assert_eq!(fault(&nested), Fault::TooDeep);
    assert_eq!(fault("<a>&xxe;</a>"), Fault::UnknownEntity("xxe".into()));
    assert_eq!(fault("<a b='&xxe;'/>"), Fault::UnknownEntity("xxe".into()));
}

#[test]
fn fm_004_every_limit_holds() {
    let wide = format!("<r>{}</r>", "<a/>".repeat(limits::ELEMENTS));
    assert_eq!(fault(&wide), Fault::TooManyElements);
    let fits = format!("<r>{}</r>", "<a/>".repeat(limits::ELEMENTS - 1));
    assert!(parse(&fits).is_ok());
    let deep = |n| format!("{}{}", "<a>".repeat(n), "</a>".repeat(n));
    assert!(parse(&deep(limits::DEPTH)).is_ok());
    assert_eq!(fault(&deep(limits::DEPTH + 1)), Fault::TooDeep);
    let attributes = |n: usize| {
        let list: Vec<String> = (0..n).map(|i| format!(" a{i}=''")).collect();
        let list = list.concat();
        format!("<r{list}/>")
    };
    assert!(parse(&attributes(limits::ATTRIBUTES)).is_ok());
    assert_eq!(
        fault(&attributes(limits::ATTRIBUTES + 1)),
        Fault::TooManyAttributes
    );
    let text = |n| format!("<r>{}</r>", "x".repeat(n));
    assert!(parse(&text(limits::TEXT_BYTES)).is_ok());
    assert_eq!(fault(&text(limits::TEXT_BYTES + 1)), Fault::TextTooLong);
    assert_eq!(
        fault(&format!("<r>{}</r>", "&lt;".repeat(limits::TEXT_BYTES + 1))),
        Fault::TextTooLong
    );
    assert_eq!(
        fault(&format!("<r a='{}'/>", "x".repeat(limits::TEXT_BYTES + 1))),
        Fault::TextTooLong
    );
    assert_eq!(
        fault(&" ".repeat(limits::DOCUMENT_BYTES + 1)),
        Fault::TooLarge
    );
    let spaces: Vec<String> = (0..60).map(|i| format!(" xmlns:n{i}='u'")).collect();
    let spaces = spaces.concat();
    assert_eq!(
        fault(&format!("<r{spaces}><r{spaces}><r{spaces}/></r></r>")),
        Fault::TooManyNamespaces
    );
}

#[test]
fn faults_name_line_and_column() {
    let error = parse("<a>\n  <b>\n</a>").unwrap_err();
    assert_eq!(error.line, 3);
    let error = parse("<ä>\n ü&nbsp;</ä>").unwrap_err();
    assert_eq!((error.line, error.column), (2, 3));
    assert_eq!(
        error.to_string(),
        "line 2, column 3: the entity 'nbsp' is not defined"
    );
}

#[test]
fn what_is_not_well_formed_is_refused() {
    assert_eq!(fault(""), Fault::Empty);
    assert_eq!(fault("  <!-- only -->"), Fault::Empty);
    assert_eq!(fault("<a/><b/>"), Fault::OutsideRoot);
    assert_eq!(fault("<a/>x"), Fault::OutsideRoot);
    assert_eq!(fault("x<a/>"), Fault::OutsideRoot);
    assert_eq!(fault("\u{FEFF}\u{FEFF}<a/>"), Fault::OutsideRoot);
    assert_eq!(fault("<a><b></b>"), Fault::Unclosed("a".into()));
    assert_eq!(
        fault("<a x='1' x='2'/>"),
        Fault::DuplicateAttribute("x".into())
    );
    assert_eq!(
        fault("<a xmlns:p='urn:1' xmlns:p='urn:2'/>"),
        Fault::DuplicateAttribute("xmlns:p".into())
    );
    for name in ["a:", ":a", "a:b:c", "a:1", "é×"] {
        assert_eq!(fault(&format!("<{name}/>")), Fault::BadName(name.into()));
    }
    assert_eq!(fault("<!-- \u{1} --><a/>"), Fault::BadCharacter(1));
    assert_eq!(fault("<1a/>"), Fault::BadName("1a".into()));
    assert_eq!(fault("<a>\u{1}</a>"), Fault::BadCharacter(1));
    assert_eq!(fault("<a>&#0;</a>"), Fault::BadReference("#0".into()));
    assert_eq!(
        fault("<a>&#xD800;</a>"),
        Fault::BadReference("#xD800".into())
    );
    for text in [
        "<presence",
        "<a x=1/>",
        "<a x='<'/>",
        "<a>&amp</a>",
        "<a",
        "<a></b>",
        " <?xml version='1.0'?><a/>",
    ] {
        assert!(
            matches!(fault(text), Fault::Syntax(_)),
            "{text}: {:?}",
            fault(text)
        );
    }
}

#[test]
fn references_and_character_data_make_one_text() {
    let document =
        parse("<a b='&lt;&#65;&#x42;&quot;\n'>1 &lt; 2 <![CDATA[& <3>]]><!-- no -->&#x20AC;</a>")
            .unwrap();
    assert_eq!(document.root().text(), "1 < 2 & <3>\u{20AC}");
    assert_eq!(document.root().attribute("b"), Some("<AB\" "));
}

#[test]
fn line_ends_are_one_line_feed_and_layout_is_no_text() {
    let document = parse("<a>\r\n <b> x\r\ny\rz </b>\r\n <c/>\n</a>").unwrap();
    let root = document.root();
    assert_eq!(root.text(), "");
    assert_eq!(root.child("", "b").unwrap().text(), " x\ny\nz ");
    let mixed = parse("<a>one <b/> <b/> two<![CDATA[ &\r\n]]></a>").unwrap();
    assert_eq!(mixed.root().text(), "one  two &\n");
}

/// Looking at the same text again for each child took minutes. A build that is not optimised needs less than a second.
#[test]
fn fm_004_text_before_many_children_is_looked_at_once() {
    let blanks = " ".repeat(limits::TEXT_BYTES - 1);
    let text = format!("<a>{blanks}x{}</a>", "<b/>".repeat(limits::ELEMENTS - 1));
    let begun = std::time::Instant::now();
    assert_eq!(parse(&text).unwrap().root().trimmed(), "x");
    assert!(begun.elapsed().as_secs() < 20);
}

#[test]
fn many_namespaces_are_told_apart() {
    let mut text = String::from("<r>");
    for number in 0..40 {
        let _ = write!(text, "<e xmlns='urn:{number}'/><e xmlns='urn:{number}'/>");
    }
    text.push_str("</r>");
    let document = parse(&text).unwrap();
    for (index, child) in document.root().children().enumerate() {
        assert_eq!(child.namespace(), format!("urn:{}", index / 2));
    }
}

#[test]
fn fm_002_unbound_prefix_and_inner_redeclaration() {
    let document =
        parse("<x:a xmlns='urn:p'><y:b/><b xmlns=''/><b><c xmlns='urn:q'/></b></x:a>").unwrap();
    let root = document.root();
    // What nobody has declared is not the same as nothing.
    assert_eq!(root.namespace(), "\0");
    let spaces: Vec<_> = root.children().map(Element::namespace).collect();
    assert_eq!(spaces, ["\0", "", "urn:p"]);
    let attributes = parse("<a x:id='1' id='2'/>").unwrap();
    assert_eq!(attributes.root().attribute("id"), Some("2"));
    assert!(
        root.child("urn:p", "b")
            .unwrap()
            .child("urn:q", "c")
            .is_some()
    );
}

#[test]
fn language_is_inherited() {
    let document =
        parse("<a xml:lang='de'><b/><c xml:lang='fr'><d/></c><e xml:lang=''/></a>").unwrap();
    let languages: Vec<_> = document.root().children().map(Element::language).collect();
    assert_eq!(languages, [Some("de"), Some("fr"), None]);
    let d = document
        .root()
        .child("", "c")
        .unwrap()
        .child("", "d")
        .unwrap();
    assert_eq!(d.language(), Some("fr"));
}

#[test]
fn spans_cut_out_exactly_the_element() {
    let text = "<?xml version='1.0'?>\n<r>\n <a x='1'>t<b/></a>\n <c/></r>\n";
    let document = parse(text).unwrap();
    let root = document.root();
    let cut = |range: std::ops::Range<usize>| &document.source()[range];
    let a = root.child("", "a").unwrap();
    assert_eq!(cut(a.span()), "<a x='1'>t<b/></a>");
    assert_eq!(cut(a.content_span()), "t<b/>");
    let c = root.child("", "c").unwrap();
    assert_eq!(cut(c.span()), "<c/>");
    assert!(c.is_self_closing() && !a.is_self_closing());
    assert_eq!(
        cut(root.span()),
        text[text.find("<r>").unwrap()..].trim_end()
    );
    assert_eq!(c.position(), (4, 2));
    let empty = parse("<r></r>").unwrap();
    assert!(!empty.root().is_self_closing());
}

#[test]
fn escaped_text_comes_back() {
    let text = "a<b>&\"'\t\n\r ü\u{1}";
    let document = parse(&format!("<r x='{0}'>{0}</r>", escape(text))).unwrap();
    let expected = text.replace('\u{1}', "\u{FFFD}");
    assert_eq!(document.root().text(), expected);
    assert_eq!(document.root().attribute("x"), Some(expected.as_str()));
}

proptest::proptest! {
    #[test]
    fn parsing_never_panics(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..200)) {
        let _ = Document::parse(&bytes, None);
    }

    #[test]
    fn parsing_mutated_documents_never_panics(at in 0usize..200, byte in proptest::num::u8::ANY, cut in 0usize..200) {
        let mut bytes = b"<?xml version='1.0'?><a:r xmlns:a='urn:p' x='&lt;'><b>t&amp;<![CDATA[x]]></b><!-- c --><c y=\"1\"/></a:r>".to_vec();
        let length = bytes.len();
        bytes[at % length] = byte;
        let _ = Document::parse(&bytes, None);
        bytes.truncate(cut);
        let _ = Document::parse(&bytes, None);
    }
}
