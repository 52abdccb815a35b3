//! A document that can be changed: nodes with their text as written, declarations and attributes apart.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::iter::Peekable;
use std::ops::Range;

use super::super::tree::XML;
use super::super::{Document, Element, escape};

/// A node's number; [`ROOT`] is the document around the root element.
pub(super) type Id = usize;

/// A document as nodes. Nodes taken out stay behind unreachable, until the tree goes.
#[derive(Debug, Clone)]
pub(super) struct Tree {
    nodes: Vec<Node>,
}

/// One node with its place in the tree.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) parent: Id,
    pub(super) children: Vec<Id>,
    pub(super) kind: Kind,
    /// Where it began in the text it was read from.
    at: usize,
}

/// What a node is.
#[derive(Debug, Clone)]
pub(super) enum Kind {
    /// The document; the XML declaration is among its texts.
    Document,
    Element(Tag),
    /// Character data as written, with references and CDATA sections.
    Text(String),
    /// A comment as written.
    Comment(String),
    /// A processing instruction as written.
    Instruction(String),
}

/// What a start tag says.
#[derive(Debug, Clone)]
pub(super) struct Tag {
    /// The name with its prefix.
    pub(super) name: String,
    /// Prefix (empty for the default) and namespace.
    pub(super) declared: Vec<(String, String)>,
    /// Name with prefix, and value.
    pub(super) attributes: Vec<(String, String)>,
}

impl Tree {
    pub(super) fn of(document: &Document) -> Self {
        let mut tree = Self { nodes: Vec::new() };
        tree.push(ROOT, Kind::Document, 0);
        let mut asides = document.asides().peekable();
        let source = document.source();
        let root = document.root();
        tree.gap(source, ROOT, 0..root.span().start, &mut asides);
        tree.grow(source, ROOT, root, &mut asides);
        tree.gap(source, ROOT, root.span().end..source.len(), &mut asides);
        tree
    }

    /// A copy of a node of another tree, with all that is inside, for a place below `parent` that [`Self::insert`]
    /// gives it.
    pub(super) fn graft(&mut self, other: &Self, node: Id, parent: Id) -> Id {
        let original = &other.nodes[node];
        let id = self.nodes.len();
        self.nodes.push(Node {
            parent,
            children: Vec::new(),
            kind: original.kind.clone(),
            at: usize::MAX,
        });
        for child in &original.children {
            let child = self.graft(other, *child, id);
            self.nodes[id].children.push(child);
        }
        id
    }

    /// Puts nodes among the children of their parent.
    pub(super) fn insert(&mut self, parent: Id, index: usize, nodes: Vec<Id>) {
        let children = &mut self.nodes[parent].children;
        let index = index.min(children.len());
        children.splice(index..index, nodes);
    }

    /// Takes a node out of its parent. Texts that stood around it become one.
    pub(super) fn remove(&mut self, id: Id) {
        let parent = self.nodes[id].parent;
        self.nodes[parent].children.retain(|child| *child != id);
        self.join_texts(parent);
    }

    /// Makes one text of those that stand side by side, as they are one node to a selector.
    pub(super) fn join_texts(&mut self, parent: Id) {
        let children = std::mem::take(&mut self.nodes[parent].children);
        let mut joined: Vec<Id> = Vec::with_capacity(children.len());
        for child in children {
            if let (Some(&before), Kind::Text(text)) = (joined.last(), &self.nodes[child].kind)
                && matches!(self.nodes[before].kind, Kind::Text(_))
            {
                let text = text.clone();
                if let Kind::Text(whole) = &mut self.nodes[before].kind {
                    whole.push_str(&text);
                }
                continue;
            }
            joined.push(child);
        }
        self.nodes[parent].children = joined;
    }

    pub(super) fn node(&self, id: Id) -> &Node {
        &self.nodes[id]
    }

    pub(super) fn tag(&self, id: Id) -> Option<&Tag> {
        match &self.nodes[id].kind {
            Kind::Element(tag) => Some(tag),
            _ => None,
        }
    }

    pub(super) fn tag_mut(&mut self, id: Id) -> Option<&mut Tag> {
        match &mut self.nodes[id].kind {
            Kind::Element(tag) => Some(tag),
            _ => None,
        }
    }

    pub(super) fn set_text(&mut self, id: Id, written: String) {
        self.nodes[id].kind = Kind::Text(written);
    }

    /// The element whose start tag begins at a byte of the source.
    pub(super) fn element_at(&self, at: usize) -> Option<Id> {
        // Nodes are made in document order.
        let index = self.nodes.partition_point(|node| node.at < at);
        (index..self.nodes.len())
            .take_while(|id| self.nodes[*id].at == at)
            .find(|id| self.tag(*id).is_some())
    }

    /// Place of a node among its siblings.
    pub(super) fn index(&self, id: Id) -> usize {
        let siblings = &self.nodes[self.nodes[id].parent].children;
        siblings
            .iter()
            .position(|sibling| *sibling == id)
            .unwrap_or(siblings.len())
    }

    /// Elements around a node, itself counted when it is one.
    pub(super) fn depth(&self, id: Id) -> usize {
        let mut depth = 0;
        let mut id = id;
        while id != ROOT {
            depth += usize::from(self.tag(id).is_some());
            id = self.nodes[id].parent;
        }
        depth
    }

    /// Elements inside each other in a node, itself counted when it is one.
    pub(super) fn height(&self, id: Id) -> usize {
        let inner = self.nodes[id].children.iter().map(|c| self.height(*c));
        inner.max().unwrap_or_default() + usize::from(self.tag(id).is_some())
    }

    /// Nodes in a piece of the tree.
    pub(super) fn size(&self, id: Id) -> usize {
        let inner = self.nodes[id]
            .children
            .iter()
            .map(|child| self.size(*child));
        1 + inner.sum::<usize>()
    }

    /// The namespace that a prefix means at a node; `None` when it is not declared.
    pub(super) fn namespace(&self, id: Id, prefix: &str) -> Option<&str> {
        if prefix == "xml" {
            return Some(XML);
        }
        let mut id = id;
        while id != ROOT {
            let declared = self.tag(id).and_then(|tag| {
                let found = tag.declared.iter().find(|(name, _)| name == prefix);
                found.map(|(_, namespace)| namespace.as_str())
            });
            if declared.is_some() {
                return declared;
            }
            id = self.nodes[id].parent;
        }
        prefix.is_empty().then_some("")
    }

    /// A prefix that means a namespace at an element, for an attribute.
    pub(super) fn prefix(&self, id: Id, namespace: &str) -> Option<String> {
        if namespace == XML {
            return Some("xml".to_owned());
        }
        let mut around = id;
        while around != ROOT {
            let declared = self.tag(around).map_or(&[][..], |tag| &tag.declared);
            let found = declared.iter().find(|(prefix, meant)| {
                // One further in may have taken the prefix for something else.
                !prefix.is_empty()
                    && meant == namespace
                    && self.namespace(id, prefix) == Some(namespace)
            });
            if let Some((prefix, _)) = found {
                return Some(prefix.clone());
            }
            around = self.nodes[around].parent;
        }
        None
    }

    /// Prefixes in names of an element and of all inside it that are not declared there; empty for a name without.
    pub(super) fn free_prefixes(&self, id: Id) -> BTreeSet<String> {
        let mut free = BTreeSet::new();
        self.collect_free(id, &mut Vec::new(), &mut free);
        free
    }

    /// Character data of a node and of all inside it, references resolved.
    pub(super) fn text(&self, id: Id) -> String {
        let mut text = String::new();
        self.collect_text(id, &mut text);
        text
    }

    /// Whether a node is text of nothing but white space.
    pub(super) fn is_blank(&self, id: Id) -> bool {
        matches!(&self.nodes[id].kind, Kind::Text(text) if text.bytes().all(|b| b.is_ascii_whitespace()))
    }

    /// The document as text.
    pub(super) fn write(&self) -> String {
        let mut out = String::new();
        self.write_node(ROOT, &mut out);
        out
    }

    fn push(&mut self, parent: Id, kind: Kind, at: usize) -> Id {
        let id = self.nodes.len();
        self.nodes.push(Node {
            parent,
            children: Vec::new(),
            kind,
            at,
        });
        if id != ROOT {
            self.nodes[parent].children.push(id);
        }
        id
    }

    fn grow(
        &mut self,
        source: &str,
        parent: Id,
        element: Element<'_>,
        asides: &mut Peekable<impl Iterator<Item = Range<usize>>>,
    ) {
        let tag = Kind::Element(Tag::of(source, element));
        let id = self.push(parent, tag, element.span().start);
        let content = element.content_span();
        let mut at = content.start;
        for child in element.children() {
            self.gap(source, id, at..child.span().start, asides);
            self.grow(source, id, child, asides);
            at = child.span().end;
        }
        self.gap(source, id, at..content.end, asides);
    }

    /// What lies between two elements: texts, comments and processing instructions.
    fn gap(
        &mut self,
        source: &str,
        parent: Id,
        gap: Range<usize>,
        asides: &mut Peekable<impl Iterator<Item = Range<usize>>>,
    ) {
        let mut at = gap.start;
        while let Some(aside) = asides.next_if(|aside| aside.start < gap.end) {
            self.gap_text(source, parent, at..aside.start);
            let written = source[aside.clone()].to_owned();
            let kind = if written.starts_with("<!--") {
                Kind::Comment(written)
            } else {
                Kind::Instruction(written)
            };
            self.push(parent, kind, aside.start);
            at = aside.end;
        }
        self.gap_text(source, parent, at..gap.end);
    }

    fn gap_text(&mut self, source: &str, parent: Id, range: Range<usize>) {
        if !range.is_empty() {
            let at = range.start;
            self.push(parent, Kind::Text(source[range].to_owned()), at);
        }
    }

    fn collect_free(&self, id: Id, bound: &mut Vec<String>, free: &mut BTreeSet<String>) {
        let Some(tag) = self.tag(id) else {
            return;
        };
        let before = bound.len();
        bound.extend(tag.declared.iter().map(|(prefix, _)| prefix.clone()));
        let own = split(&tag.name).0;
        let attributes = tag.attributes.iter().map(|(name, _)| split(name).0);
        let names = std::iter::once(own).chain(attributes.filter(|prefix| !prefix.is_empty()));
        for prefix in names {
            let is_bound = bound.iter().any(|other| other == prefix);
            if prefix != "xml" && !is_bound && !free.contains(prefix) {
                free.insert(prefix.to_owned());
            }
        }
        for child in &self.nodes[id].children {
            self.collect_free(*child, bound, free);
        }
        bound.truncate(before);
    }

    fn collect_text(&self, id: Id, out: &mut String) {
        if let Kind::Text(written) = &self.nodes[id].kind {
            out.push_str(&resolved(written));
        }
        for child in &self.nodes[id].children {
            self.collect_text(*child, out);
        }
    }

    fn write_node(&self, id: Id, out: &mut String) {
        let node = &self.nodes[id];
        let name = match &node.kind {
            Kind::Text(written) | Kind::Comment(written) | Kind::Instruction(written) => {
                out.push_str(written);
                return;
            }
            Kind::Document => None,
            Kind::Element(tag) => {
                tag.write(out);
                if node.children.is_empty() {
                    out.push_str("/>");
                    return;
                }
                out.push('>');
                Some(&tag.name)
            }
        };
        for child in &node.children {
            self.write_node(*child, out);
        }
        if let Some(name) = name {
            out.push_str("</");
            out.push_str(name);
            out.push('>');
        }
    }
}

impl Tag {
    /// The start tag of an element, as written in `source`.
    pub(super) fn of(source: &str, element: Element<'_>) -> Self {
        let span = element.span();
        let end = if element.is_self_closing() {
            span.end
        } else {
            element.content_span().start
        };
        let mut tag = Self {
            name: element.qualified_name().to_owned(),
            declared: Vec::new(),
            attributes: Vec::new(),
        };
        let mut values = element.attributes();
        let mut rest = &source[span.start + 1 + tag.name.len()..end];
        while let Some((name, written)) = next_attribute(&mut rest) {
            if name == "xmlns" {
                tag.declared.push((String::new(), value(written)));
            } else if let Some(prefix) = name.strip_prefix("xmlns:") {
                tag.declared.push((prefix.to_owned(), value(written)));
            } else if let Some(attribute) = values.next() {
                tag.attributes
                    .push((name.to_owned(), attribute.value.to_owned()));
            }
        }
        tag
    }

    fn write(&self, out: &mut String) {
        out.push('<');
        out.push_str(&self.name);
        for (prefix, namespace) in &self.declared {
            out.push_str(if prefix.is_empty() {
                " xmlns"
            } else {
                " xmlns:"
            });
            out.push_str(prefix);
            write_value(namespace, out);
        }
        for (name, value) in &self.attributes {
            out.push(' ');
            out.push_str(name);
            write_value(value, out);
        }
    }
}

/// Prefix, empty when there is none, and local part of a name.
pub(super) fn split(name: &str) -> (&str, &str) {
    name.split_once(':').unwrap_or(("", name))
}

fn write_value(value: &str, out: &mut String) {
    out.push_str("=\"");
    out.push_str(&escape(value));
    out.push('"');
}

/// The next attribute of a start tag that is known to be well-formed: its name, and its value as written.
fn next_attribute<'a>(rest: &mut &'a str) -> Option<(&'a str, &'a str)> {
    let (name, after) = rest.trim_start().split_once('=')?;
    let after = after.trim_start();
    let quote = after.chars().next()?;
    let (value, after) = after[1..].split_once(quote)?;
    *rest = after;
    Some((name.trim_end(), value))
}

/// The value of a declaration, references resolved.
fn value(written: &str) -> String {
    if !written.contains(['&', '\t', '\r', '\n']) {
        return written.to_owned();
    }
    let quote = if written.contains('"') { '\'' } else { '"' };
    let element = format!("<v v={quote}{written}{quote}/>");
    let document = Document::parse(element.as_bytes(), None);
    document
        .ok()
        .and_then(|document| document.root().attribute("v").map(str::to_owned))
        .unwrap_or_default()
}

/// Character data with references resolved.
fn resolved(written: &str) -> Cow<'_, str> {
    if !written.contains(['&', '<', '\r']) {
        return Cow::Borrowed(written);
    }
    let element = format!("<t>{written}</t>");
    let text = Document::parse(element.as_bytes(), None);
    Cow::Owned(text.map_or_else(|_| String::new(), |text| text.root().text().to_owned()))
}

/// The document around the root element.
pub(super) const ROOT: Id = 0;
