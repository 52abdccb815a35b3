//! Where the elements of an XML body stand, so that what is understood can be given its line.

use std::collections::{HashMap, VecDeque};

use crate::package::{Body, Place};
use crate::xml::{Document, Element};

/// The elements of a document by name and key, in document order.
#[derive(Debug, Default)]
pub(super) struct Outline {
    lines: HashMap<(String, String), VecDeque<u32>>,
    root: Option<u32>,
}

impl Outline {
    /// Looks through a body; of one that is no XML nothing is known.
    pub(super) fn of(body: &Body<'_>) -> Self {
        let mut outline = Self::default();
        if let Ok(document) = Document::parse(body.bytes, charset(body.content_type)) {
            let root = document.root();
            let mut lines = Lines::new(document.source());
            outline.root = Some(lines.at(root.span().start));
            outline.walk(root, &mut lines);
        }
        outline
    }

    /// The line of the root element.
    pub(super) fn root(&self) -> Option<u32> {
        self.root
    }

    /// The line of the next element with a local name and a key: its `id`, `uri`, `resource` or `name`, or its text.
    pub(super) fn next(&mut self, name: &str, key: &str) -> Option<u32> {
        let key = (name.to_owned(), key.trim().to_owned());
        self.lines.get_mut(&key)?.pop_front()
    }

    fn walk(&mut self, element: Element<'_>, lines: &mut Lines<'_>) {
        for child in element.children() {
            let line = lines.at(child.span().start);
            let attribute = KEYS.iter().find_map(|name| child.attribute(name));
            let key = attribute.unwrap_or_else(|| child.trimmed()).trim();
            self.lines
                .entry((child.name().to_owned(), key.to_owned()))
                .or_default()
                .push_back(line);
            self.walk(child, lines);
        }
    }
}

/// Counts lines and columns once, for places in ascending order.
pub(super) struct Lines<'a> {
    source: &'a str,
    offset: usize,
    line: u32,
    column: usize,
}

impl<'a> Lines<'a> {
    pub(super) fn new(source: &'a str) -> Self {
        Self {
            source,
            offset: 0,
            line: 1,
            column: 1,
        }
    }

    /// The line of an offset that is not before the last one.
    pub(super) fn at(&mut self, offset: usize) -> u32 {
        if let Some(between) = self.source.get(self.offset..offset) {
            self.offset = offset;
            let ends = super::text::line_ends(between.as_bytes());
            self.line = self.line.saturating_add(ends);
            self.column = match between.rfind('\n') {
                Some(end) => between[end + 1..].chars().count() + 1,
                None => self.column + between.chars().count(),
            };
        }
        self.line
    }

    /// The same with the column.
    pub(super) fn place(&mut self, offset: usize) -> Place {
        Place {
            line: self.at(offset),
            column: u32::try_from(self.column).unwrap_or(u32::MAX),
        }
    }
}

/// The `charset` parameter of a type.
pub(super) fn charset(content_type: &str) -> Option<&str> {
    content_type
        .split(';')
        .skip(1)
        .filter_map(|parameter| parameter.split_once('='))
        .find(|(name, _)| name.trim().eq_ignore_ascii_case("charset"))
        .map(|(_, value)| value.trim().trim_matches('"'))
        .filter(|value| !value.is_empty())
}

/// Attributes that name an element among others of its kind.
const KEYS: [&str; 4] = ["id", "uri", "resource", "name"];
