//! Changing a text in places, and nowhere else.

use std::ops::Range;

use super::Element;

/// A replacement of some bytes of a source.
pub type Piece = (Range<usize>, String);

/// The place of an element, with the line it stands on when there is nothing else before it there.
pub fn whole_line(source: &str, span: Range<usize>) -> Range<usize> {
    let before = &source[..span.start];
    let blank = before.trim_end_matches([' ', '\t']);
    let start = blank
        .strip_suffix('\n')
        .map_or(span.start, |b| b.strip_suffix('\r').unwrap_or(b).len());
    start..span.end
}

/// The tag of an element that closes itself, opened around a content; `None` where the element has an end tag.
pub fn opened(element: Element<'_>, content: &str) -> Option<Piece> {
    element.is_self_closing().then(|| {
        let end = element.span().end;
        let name = element.qualified_name();
        (end - "/>".len()..end, format!(">{content}</{name}>"))
    })
}

/// The source with pieces replaced; they do not overlap.
pub fn splice(source: &str, mut pieces: Vec<Piece>) -> String {
    pieces.sort_by_key(|(range, _)| (range.start, range.end));
    let mut out = String::with_capacity(source.len() + 1024);
    let mut done = 0;
    for (range, text) in pieces {
        out.push_str(source.get(done..range.start).unwrap_or_default());
        out.push_str(&text);
        done = done.max(range.end);
    }
    out.push_str(source.get(done..).unwrap_or_default());
    out
}
