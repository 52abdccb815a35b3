//! The XML reader on arbitrary bytes, and what must hold of every tree it makes.

use siskin::xml::{Document, Element, escape, limits};

/// Reads the bytes in each encoding that a message may name.
pub(crate) fn run(bytes: &[u8]) {
    for charset in [None, Some("utf-8"), Some("iso-8859-1"), Some("utf-16")] {
        match Document::parse(bytes, charset) {
            Ok(document) => {
                let count = element(document.root(), document.source(), 1);
                assert!(count <= limits::ELEMENTS);
                again(&document);
            }
            Err(error) => assert!(error.line >= 1 && error.column >= 1, "{error}"),
        }
    }
}

/// Each element lies inside its parent and behind its sister; gives how many there are.
fn element(element_: Element<'_>, source: &str, depth: usize) -> usize {
    assert!(depth <= limits::DEPTH);
    let (span, content) = (element_.span(), element_.content_span());
    assert!(span.start <= content.start && content.end <= span.end);
    assert!(source[span.clone()].starts_with('<') && source[..span.end].ends_with('>'));
    assert!(element_.qualified_name().ends_with(element_.name()));
    assert!(element_.attributes().count() <= limits::ATTRIBUTES);
    let mut count = 1;
    let mut from = content.start;
    for child in element_.children() {
        assert!(child.span().start >= from && child.span().end <= content.end);
        from = child.span().end;
        count += element(child, source, depth + 1);
    }
    let text = element_.text();
    let written = format!("<a b=\"{}\">{}</a>", escape(text), escape(text));
    if text.len() <= limits::TEXT_BYTES {
        let read = Document::parse(written.as_bytes(), None).expect("what was escaped");
        assert_eq!(read.root().text(), text);
        assert_eq!(read.root().attribute("b"), Some(text));
    }
    count
}

/// What was read is UTF-8 text, which reads the same again.
fn again(document: &Document) {
    let same = Document::parse(document.source().as_bytes(), Some("utf-8")).expect("the same");
    assert_eq!(same.source(), document.source());
    let names = |document: &Document| {
        let children = document.root().children();
        children
            .map(|child| child.name().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(names(&same), names(document));
}
