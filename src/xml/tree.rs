//! The tree of a document: elements with their namespaces, texts and places in the source.

use std::ops::Range;

use super::decode::Encoding;
use super::error::position;

/// A parsed document. Elements are borrowed from it as [`Element`].
#[derive(Debug, Clone)]
pub struct Document {
    pub(super) source: String,
    pub(super) encoding: Encoding,
    pub(super) had_mark: bool,
    pub(super) nodes: Vec<Node>,
    pub(super) attributes: Vec<RawAttribute>,
    pub(super) namespaces: Vec<String>,
    pub(super) asides: Vec<Range<u32>>,
}

/// An element of a [`Document`]: a cheap, copyable view.
#[derive(Clone, Copy)]
pub struct Element<'a> {
    document: &'a Document,
    index: u32,
}

/// An attribute of an [`Element`]; namespace declarations are not among them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attribute<'a> {
    /// Namespace name, empty for an attribute without prefix.
    pub namespace: &'a str,
    /// Name without prefix.
    pub name: &'a str,
    /// Value after references are resolved.
    pub value: &'a str,
}

#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) parent: u32,
    pub(super) first_child: u32,
    pub(super) last_child: u32,
    pub(super) next_sibling: u32,
    pub(super) namespace: u32,
    /// The name as written, with its prefix.
    pub(super) name: Range<u32>,
    /// Where the name without prefix begins.
    pub(super) local: u32,
    pub(super) attributes: Range<u32>,
    pub(super) span: Range<u32>,
    pub(super) content: Range<u32>,
    pub(super) text: Text,
}

#[derive(Debug, Clone)]
pub(super) struct RawAttribute {
    pub(super) namespace: u32,
    /// The name as written, with its prefix.
    pub(super) name: Range<u32>,
    /// Where the name without prefix begins.
    pub(super) local: u32,
    pub(super) value: Text,
}

/// A text of the document: nearly always as it stands in the source, so that it is not copied.
#[derive(Debug, Clone)]
pub(super) enum Text {
    /// These bytes of the source.
    Written(Range<u32>),
    /// What is left after references and line ends are resolved.
    Resolved(String),
}

impl Text {
    /// No text.
    pub(super) const EMPTY: Self = Self::Written(0..0);

    pub(super) fn of<'a>(&'a self, source: &'a str) -> &'a str {
        match self {
            Self::Written(place) => &source[range(place)],
            Self::Resolved(text) => text,
        }
    }
}

impl Document {
    /// The root element.
    pub fn root(&self) -> Element<'_> {
        Element {
            document: self,
            index: 0,
        }
    }

    /// The text that was parsed; every span points into it. A byte order mark is not part of it.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Places of comments and processing instructions in [`Document::source`], in order.
    pub fn asides(&self) -> impl Iterator<Item = Range<usize>> {
        self.asides.iter().map(range)
    }

    /// How the bytes were read.
    pub fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// Another text, with a byte order mark where this document had one.
    pub fn marked(&self, source: &str) -> String {
        let mark = if self.had_mark { "\u{FEFF}" } else { "" };
        format!("{mark}{source}")
    }
}

impl<'a> Element<'a> {
    /// Name without prefix.
    pub fn name(self) -> &'a str {
        let node = self.node();
        &self.document.source[range(&(node.local..node.name.end))]
    }

    /// Prefix as written, empty when there is none.
    pub fn prefix(self) -> &'a str {
        self.qualified_name()
            .split_once(':')
            .map_or("", |(prefix, _)| prefix)
    }

    /// Namespace name, empty when there is none; one that no document can declare when the prefix is not bound.
    pub fn namespace(self) -> &'a str {
        &self.document.namespaces[self.node().namespace as usize]
    }

    /// Whether this is the element `name` of `namespace`.
    pub fn is(self, namespace: &str, name: &str) -> bool {
        self.name() == name && self.namespace() == namespace
    }

    /// Value of an attribute without prefix.
    pub fn attribute(self, name: &str) -> Option<&'a str> {
        self.attribute_in("", name)
    }

    /// Value of an attribute in a namespace.
    pub fn attribute_in(self, namespace: &str, name: &str) -> Option<&'a str> {
        self.attributes()
            .find(|a| a.name == name && a.namespace == namespace)
            .map(|a| a.value)
    }

    /// All attributes in the order written, without namespace declarations.
    pub fn attributes(self) -> impl Iterator<Item = Attribute<'a>> {
        let document = self.document;
        document.attributes[range(&self.node().attributes)]
            .iter()
            .map(move |raw| Attribute {
                namespace: &document.namespaces[raw.namespace as usize],
                name: &document.source[range(&(raw.local..raw.name.end))],
                value: raw.value.of(&document.source),
            })
    }

    /// The prefixes of the names of the element and its attributes, with what they stand for; an attribute without a
    /// prefix is in no namespace, and not among them.
    pub fn prefixes(self) -> impl Iterator<Item = (&'a str, &'a str)> {
        let document = self.document;
        let attributes = document.attributes[range(&self.node().attributes)].iter();
        let prefixed = attributes.filter_map(move |raw| {
            let name = &document.source[range(&raw.name)];
            let (prefix, _) = name.split_once(':')?;
            Some((prefix, document.namespaces[raw.namespace as usize].as_str()))
        });
        std::iter::once((self.prefix(), self.namespace())).chain(prefixed)
    }

    /// Child elements in document order.
    pub fn children(self) -> impl Iterator<Item = Self> {
        let document = self.document;
        let mut next = self.node().first_child;
        std::iter::from_fn(move || {
            let index = next;
            next = document.nodes.get(index as usize)?.next_sibling;
            Some(Self { document, index })
        })
    }

    /// Child elements with one name.
    pub fn children_named<'n>(
        self,
        namespace: &'n str,
        name: &'n str,
    ) -> impl Iterator<Item = Self> + use<'a, 'n> {
        self.children()
            .filter(move |child| child.is(namespace, name))
    }

    /// First child element with a name.
    pub fn child(self, namespace: &str, name: &str) -> Option<Self> {
        self.children().find(|child| child.is(namespace, name))
    }

    /// The element around this one.
    pub fn parent(self) -> Option<Self> {
        let index = self.node().parent;
        (index != NONE).then_some(Self {
            document: self.document,
            index,
        })
    }

    /// The element's own character data, that of its children left out. White space alone beside a child element is
    /// layout, and left out too.
    pub fn text(self) -> &'a str {
        self.node().text.of(&self.document.source)
    }

    /// [`Self::text`] without white space at its ends.
    pub fn trimmed(self) -> &'a str {
        self.text().trim_matches([' ', '\t', '\r', '\n'])
    }

    /// The language in force here: `xml:lang` of this element or of the nearest one around it that has it.
    pub fn language(self) -> Option<&'a str> {
        let mut element = self;
        loop {
            if let Some(language) = element.attribute_in(XML, "lang") {
                return Some(language).filter(|l| !l.is_empty());
            }
            element = element.parent()?;
        }
    }

    /// Bytes of [`Document::source`] from the start of the start tag to the end of the end tag.
    pub fn span(self) -> Range<usize> {
        range(&self.node().span)
    }

    /// Bytes of [`Document::source`] between the tags; empty and at the end of the element when it is `<written-so/>`.
    pub fn content_span(self) -> Range<usize> {
        range(&self.node().content)
    }

    /// Whether the element is one empty-element tag, so that nothing can be put inside without rewriting it.
    pub fn is_self_closing(self) -> bool {
        let node = self.node();
        node.content.end == node.span.end
    }

    /// Line and column (from 1, in characters) of the start tag.
    pub fn position(self) -> (u32, u32) {
        position(&self.document.source, self.span().start)
    }

    /// Name as written, with its prefix.
    pub fn qualified_name(self) -> &'a str {
        &self.document.source[range(&self.node().name)]
    }

    fn node(self) -> &'a Node {
        &self.document.nodes[self.index as usize]
    }
}

impl std::fmt::Debug for Element<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "<{{{}}}{}>", self.namespace(), self.name())
    }
}

pub(super) fn range(range: &Range<u32>) -> Range<usize> {
    range.start as usize..range.end as usize
}

/// Namespace of the `xml` prefix.
pub(super) const XML: &str = "http://www.w3.org/XML/1998/namespace";
/// No such node.
pub(super) const NONE: u32 = u32::MAX;
