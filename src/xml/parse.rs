//! From text to tree, with every limit checked on the way.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use super::decode::{Decoded, decode};
use super::error::{Error, Fault};
use super::limits;
use super::scan::{self, Found, Name, Next, Written};
use super::tree::{Document, NONE, Node, RawAttribute, Text, XML};

impl Document {
    /// Reads a document. `charset` is the parameter of the Content-Type it came with; it beats the declaration.
    ///
    /// # Errors
    /// [`Error`] when the document is not well-formed, has a document type, or is over a limit of [`limits`].
    pub fn parse(bytes: &[u8], charset: Option<&str>) -> Result<Self, Error> {
        let Decoded {
            text,
            encoding,
            had_mark,
        } = decode(bytes, charset)?;
        // Latin-1 and UTF-16 can grow on decoding.
        if text.len() > limits::DOCUMENT_BYTES {
            return Err(Error {
                line: 1,
                column: 1,
                fault: Fault::TooLarge,
            });
        }
        // A second mark is a character like others, and none may stand there.
        if text.starts_with('\u{FEFF}') {
            return Err(Error::at(&text, 0, Fault::OutsideRoot));
        }
        if let Some((offset, bad)) = first_forbidden(&text) {
            return Err(Error::at(&text, offset, Fault::BadCharacter(bad.into())));
        }
        let mut builder = Builder::new(&text);
        if let Err((offset, fault)) = builder.run() {
            return Err(Error::at(&text, offset, fault));
        }
        let Builder {
            nodes,
            attributes,
            namespaces,
            asides,
            ..
        } = builder;
        Ok(Self {
            source: text,
            encoding,
            had_mark,
            nodes,
            attributes,
            namespaces,
            asides,
        })
    }
}

struct Builder<'a> {
    source: &'a str,
    nodes: Vec<Node>,
    attributes: Vec<RawAttribute>,
    namespaces: Vec<String>,
    asides: Vec<Range<u32>>,
    /// Index of each namespace, once there are many.
    interned: HashMap<String, u32>,
    /// Prefix (empty for the default) and namespace index, innermost last.
    scope: Vec<(&'a str, u32)>,
    /// Index of [`UNBOUND`].
    unbound: u32,
    /// Open elements: node index and length of `scope` before it.
    open: Vec<(u32, usize)>,
    /// Bytes of text since the last tag.
    run: usize,
}

impl<'a> Builder<'a> {
    fn new(source: &'a str) -> Self {
        let mut builder = Self {
            source,
            // Room for the small documents that most are.
            nodes: Vec::with_capacity(source.len().min(1024) / 32),
            attributes: Vec::with_capacity(source.len().min(1024) / 64),
            namespaces: Vec::with_capacity(8),
            asides: Vec::new(),
            interned: HashMap::new(),
            scope: Vec::with_capacity(8),
            unbound: 0,
            open: Vec::with_capacity(8),
            run: 0,
        };
        builder.intern("");
        let xml = builder.intern(XML);
        builder.scope.push(("xml", xml));
        builder.unbound = builder.intern(UNBOUND);
        builder
    }

    fn run(&mut self) -> Result<(), Found> {
        let source = self.source;
        let bytes = source.as_bytes();
        let mut at = 0;
        while let Some(first) = bytes.get(at) {
            at = match (first, bytes.get(at + 1)) {
                (b'<', Some(b'/')) => self.end_tag(at)?,
                (b'<', Some(b'!')) => self.section(at)?,
                (b'<', Some(b'?')) => self.instruction(at)?,
                (b'<', _) => self.start(at)?,
                (b'&', _) => self.reference(at)?,
                _ => {
                    let length = memchr::memchr2(b'<', b'&', &bytes[at..]);
                    let end = length.map_or(bytes.len(), |length| at + length);
                    self.text(at..end)?;
                    end
                }
            };
        }
        if let Some((index, _)) = self.open.last() {
            let node = &self.nodes[*index as usize];
            let name = &self.source[super::tree::range(&node.name)];
            return Err((
                self.source.len(),
                Fault::Unclosed(name.chars().take(80).collect()),
            ));
        }
        if self.nodes.is_empty() {
            return Err((self.source.len(), Fault::Empty));
        }
        Ok(())
    }

    /// Takes the start tag at a place, and its end if it is one of those that have both; gives the place behind it.
    fn start(&mut self, at: usize) -> Result<usize, Found> {
        let fail = |fault| Err((at, fault));
        if self.open.is_empty() && !self.nodes.is_empty() {
            return fail(Fault::OutsideRoot);
        }
        if self.open.len() == limits::DEPTH {
            return fail(Fault::TooDeep);
        }
        if self.nodes.len() == limits::ELEMENTS {
            return fail(Fault::TooManyElements);
        }
        let scope_before = self.scope.len();
        let name = scan::name(self.source, at + 1).map_err(|(_, fault)| (at, fault))?;
        let first_attribute = self.attributes.len();
        let mut behind = name.end;
        let mut number = 0;
        let (end, empty) = loop {
            match scan::next(self.source, at, behind)? {
                Next::Attribute(_) if number == limits::ATTRIBUTES => {
                    return fail(Fault::TooManyAttributes);
                }
                Next::Attribute(written) => {
                    number += 1;
                    behind = written.value.end + 1;
                    self.attribute(&written, first_attribute, scope_before)?;
                }
                Next::End(end) => break (end, false),
                Next::Empty(end) => break (end, true),
            }
        };
        for index in first_attribute..self.attributes.len() {
            let RawAttribute { name, local, .. } = &self.attributes[index];
            // A default namespace does not apply to attributes.
            if *local > name.start {
                let prefix = &self.source[super::tree::range(&(name.start..*local - 1))];
                self.attributes[index].namespace = self.lookup(prefix);
            }
        }
        let parent = self.open.last().map_or(NONE, |(index, _)| *index);
        let index = small(self.nodes.len());
        self.nodes.push(Node {
            parent,
            first_child: NONE,
            last_child: NONE,
            next_sibling: NONE,
            namespace: self.lookup(prefix(self.source, name)),
            name: small(name.start)..small(name.end),
            local: small(name.local),
            attributes: small(first_attribute)..small(self.attributes.len()),
            span: small(at)..small(end),
            content: small(end)..small(end),
            text: Text::EMPTY,
        });
        self.link(parent, index);
        self.open.push((index, scope_before));
        self.run = 0;
        if empty {
            self.end(end..end);
        }
        Ok(end)
    }

    /// Takes the end tag at a place.
    fn end_tag(&mut self, at: usize) -> Result<usize, Found> {
        let Some((index, _)) = self.open.last() else {
            let message = "an end tag without its element".to_owned();
            return Err((at, Fault::Syntax(message)));
        };
        let name = &self.source[super::tree::range(&self.nodes[*index as usize].name)];
        let end = scan::end_tag(self.source, at, name)?;
        self.end(at..end);
        Ok(end)
    }

    /// Takes the comment or section of character data at a place. A document type is refused.
    fn section(&mut self, at: usize) -> Result<usize, Found> {
        let source = self.source;
        let rest = &source[at..];
        if rest.starts_with("<!--") {
            let end = scan::closed(source, at, at + 4, "-->")?;
            // The end is three characters of which two could belong to the inside.
            if source[at + 4..end - 3].contains("--") || source[at + 4..end - 3].ends_with('-') {
                let message = "`--` in a comment".to_owned();
                return Err((at, Fault::Syntax(message)));
            }
            self.asides.push(small(at)..small(end));
            return Ok(end);
        }
        if rest.starts_with("<![CDATA[") {
            let end = scan::closed(source, at, at + 9, "]]>")?;
            if self.open.is_empty() {
                return Err((at, Fault::OutsideRoot));
            }
            self.text(at + 9..end - 3)?;
            return Ok(end);
        }
        let is_doctype = rest
            .get(..9)
            .is_some_and(|start| start.eq_ignore_ascii_case("<!doctype"));
        Err(if is_doctype {
            (at, Fault::Doctype)
        } else {
            (at, Fault::Syntax("unknown markup".to_owned()))
        })
    }

    /// Takes the processing instruction at a place; the XML declaration is one that stands at the start only.
    fn instruction(&mut self, at: usize) -> Result<usize, Found> {
        let end = scan::closed(self.source, at, at + 2, "?>")?;
        let inside = &self.source[at + 2..end - 2];
        // XML 1.0 §2.6: it begins with a name.
        if !inside.starts_with(super::is_name_start) {
            let message = "a processing instruction without a name".to_owned();
            return Err((at, Fault::Syntax(message)));
        }
        let is_declaration = inside
            .strip_prefix("xml")
            .is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '\r', '\n']));
        if !is_declaration {
            self.asides.push(small(at)..small(end));
        } else if at != 0 {
            let message = "the XML declaration is not at the start".to_owned();
            return Err((at, Fault::Syntax(message)));
        }
        Ok(end)
    }

    /// Takes the reference at a place.
    fn reference(&mut self, at: usize) -> Result<usize, Found> {
        let rest = &self.source[at + 1..];
        let stop = rest.find([';', '&', '<']);
        let Some(length) = stop.filter(|length| rest[*length..].starts_with(';')) else {
            return Err((at, Fault::Syntax("'&' begins no reference".into())));
        };
        let character = resolve(&rest[..length]).map_err(|fault| (at, fault))?;
        if self.open.is_empty() {
            return Err((at, Fault::OutsideRoot));
        }
        self.character(character, at)?;
        Ok(at + 1 + length + 1)
    }

    fn link(&mut self, parent: u32, index: u32) {
        let Some(node) = self.nodes.get_mut(parent as usize) else {
            return;
        };
        // Behind the first child blank text is not even taken; looking at it for each would cost too much.
        if node.first_child == NONE && is_blank(node.text.of(self.source)) {
            node.text = Text::EMPTY;
        }
        let before = std::mem::replace(&mut node.last_child, index);
        if before == NONE {
            node.first_child = index;
        } else {
            self.nodes[before as usize].next_sibling = index;
        }
    }

    /// Takes an attribute, or a namespace declaration. Those of the same tag begin at `first` and, for declarations, at
    /// `scope_before`.
    fn attribute(
        &mut self,
        written: &Written,
        first: usize,
        scope_before: usize,
    ) -> Result<(), Found> {
        let source = self.source;
        let key = written.name;
        let name = &source[key.start..key.end];
        let fail = |fault| Err((key.start, fault));
        let twice = || Fault::DuplicateAttribute(name.chars().take(80).collect());
        if written.value.len() > limits::TEXT_BYTES {
            return fail(Fault::TextTooLong);
        }
        let value = if written.plain {
            Text::Written(small(written.value.start)..small(written.value.end))
        } else {
            let value = value(&source[written.value.clone()]);
            Text::Resolved(value.map_err(|fault| (key.start, fault))?)
        };
        let declared = if name == "xmlns" {
            Some("")
        } else {
            name.strip_prefix("xmlns:")
        };
        if let Some(prefix) = declared {
            if self.scope[scope_before..].iter().any(|(p, _)| *p == prefix) {
                return fail(twice());
            }
            if self.scope.len() == limits::NAMESPACES_IN_SCOPE {
                return fail(Fault::TooManyNamespaces);
            }
            let namespace = self.intern(value.of(source));
            self.scope.push((prefix, namespace));
        } else {
            let mut before = self.attributes[first..].iter();
            if before.any(|other| &source[super::tree::range(&other.name)] == name) {
                return fail(twice());
            }
            self.attributes.push(RawAttribute {
                namespace: 0,
                name: small(key.start)..small(key.end),
                local: small(key.local),
                value,
            });
        }
        Ok(())
    }

    fn end(&mut self, tag: Range<usize>) {
        // The names have been matched already, so there is an open element.
        let Some((index, scope_before)) = self.open.pop() else {
            return;
        };
        self.scope.truncate(scope_before);
        let source = self.source;
        let node = &mut self.nodes[index as usize];
        node.content.end = small(tag.start);
        node.span.end = small(tag.end);
        if let Text::Written(place) = &node.text
            && let Cow::Owned(text) = line_ends(&source[super::tree::range(place)])
        {
            node.text = Text::Resolved(text);
        }
        self.run = 0;
    }

    /// Takes character data as it stands in the source; its line ends are resolved when its element ends.
    fn text(&mut self, place: Range<usize>) -> Result<(), Found> {
        let written = &self.source[place.clone()];
        let Some((index, _)) = self.open.last() else {
            return if is_blank(written) {
                Ok(())
            } else {
                Err((place.start, Fault::OutsideRoot))
            };
        };
        self.run += written.len();
        if self.run > limits::TEXT_BYTES {
            return Err((place.start, Fault::TextTooLong));
        }
        let node = &mut self.nodes[*index as usize];
        if node.first_child != NONE && is_blank(written) {
            return Ok(());
        }
        match &mut node.text {
            Text::Written(before) if before.start == before.end => {
                node.text = Text::Written(small(place.start)..small(place.end));
            }
            text => append(text, self.source, &line_ends(written)),
        }
        Ok(())
    }

    /// Takes the character that a reference stands for.
    fn character(&mut self, character: char, at: usize) -> Result<(), Found> {
        let Some((index, _)) = self.open.last() else {
            return Err((at, Fault::OutsideRoot));
        };
        self.run += character.len_utf8();
        if self.run > limits::TEXT_BYTES {
            return Err((at, Fault::TextTooLong));
        }
        let text = &mut self.nodes[*index as usize].text;
        append(text, self.source, character.encode_utf8(&mut [0; 4]));
        Ok(())
    }

    fn lookup(&self, prefix: &str) -> u32 {
        // What has an unbound prefix is none of ours, which is skipped; it is not the same as without a prefix.
        self.scope.iter().rev().find(|(p, _)| *p == prefix).map_or(
            if prefix.is_empty() { 0 } else { self.unbound },
            |(_, namespace)| *namespace,
        )
    }

    fn intern(&mut self, namespace: &str) -> u32 {
        // A handful, as documents have, is found faster by looking at each; the table is for hostile ones.
        let known = if self.namespaces.len() <= FEW_NAMESPACES {
            let mut known = self.namespaces.iter();
            known.position(|known| known == namespace).map(small)
        } else {
            if self.interned.is_empty() {
                let all = self.namespaces.iter().cloned();
                self.interned = all.zip(0..).collect();
            }
            self.interned.get(namespace).copied()
        };
        if let Some(index) = known {
            return index;
        }
        let index = small(self.namespaces.len());
        self.namespaces.push(namespace.to_owned());
        if !self.interned.is_empty() {
            self.interned.insert(namespace.to_owned(), index);
        }
        index
    }
}

/// The prefix of a name; empty for none.
fn prefix(source: &str, name: Name) -> &str {
    &source[name.start..(name.local - 1).max(name.start)]
}

/// Adds to a text that does not stand in one piece in the source.
fn append(text: &mut Text, source: &str, more: &str) {
    if let Text::Written(_) = text {
        *text = Text::Resolved(line_ends(text.of(source)).into_owned());
    }
    if let Text::Resolved(text) = text {
        text.push_str(more);
    }
}

/// Line ends as one line feed each (XML 1.0 section 2.11).
fn line_ends(written: &str) -> Cow<'_, str> {
    if memchr::memchr(b'\r', written.as_bytes()).is_none() {
        return Cow::Borrowed(written);
    }
    Cow::Owned(written.replace("\r\n", "\n").replace('\r', "\n"))
}

fn is_blank(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_whitespace())
}

/// An attribute value with references resolved and white space made blanks (XML 1.0 section 3.3.3).
fn value(raw: &str) -> Result<String, Fault> {
    let mut value = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.find(['&', '\t', '\r', '\n', '<']) {
        value.push_str(&rest[..at]);
        match rest.as_bytes()[at] {
            b'&' => {
                let reference = &rest[at + 1..];
                let Some(end) = reference.find(';') else {
                    return Err(Fault::Syntax("'&' begins no reference".into()));
                };
                value.push(resolve(&reference[..end])?);
                rest = &reference[end + 1..];
            }
            b'<' => return Err(Fault::Syntax("'<' in an attribute value".into())),
            b'\r' => {
                value.push(' ');
                rest = rest[at + 1..]
                    .strip_prefix('\n')
                    .unwrap_or_else(|| &rest[at + 1..]);
            }
            _ => {
                value.push(' ');
                rest = &rest[at + 1..];
            }
        }
    }
    value.push_str(rest);
    Ok(value)
}

/// The character that a reference stands for: numeric, or one of the five that XML defines.
fn resolve(reference: &str) -> Result<char, Fault> {
    let shown = || reference.chars().take(80).collect::<String>();
    if let Some(number) = reference.strip_prefix('#') {
        let (digits, radix) = number
            .strip_prefix('x')
            .map_or((number, 10), |hex| (hex, 16));
        return Some(digits)
            .filter(|d| !d.is_empty() && d.bytes().all(|b| char::from(b).is_digit(radix)))
            .and_then(|d| u32::from_str_radix(d, radix).ok())
            .and_then(char::from_u32)
            .filter(|c| is_allowed(*c))
            .ok_or_else(|| Fault::BadReference(shown()));
    }
    match reference {
        "lt" => Ok('<'),
        "gt" => Ok('>'),
        "amp" => Ok('&'),
        "apos" => Ok('\''),
        "quot" => Ok('"'),
        _ => Err(Fault::UnknownEntity(shown())),
    }
}

fn first_forbidden(text: &str) -> Option<(usize, char)> {
    // Nearly all text is plain ASCII, which needs no decoding.
    let plain = |byte: &u8| matches!(byte, b' '..=b'~' | b'\t' | b'\n' | b'\r');
    // Without a way out in the middle, many bytes are looked at together.
    let all_plain = |block: &[u8]| block.iter().fold(true, |all, byte| all & plain(byte));
    if text.as_bytes().chunks(1024).all(all_plain) {
        return None;
    }
    text.char_indices().find(|(_, c)| !is_allowed(*c))
}

/// Whether XML 1.0 section 2.2 allows a character.
pub(super) fn is_allowed(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{FFFD}' | '\u{10000}'..)
}

/// Documents are smaller than [`limits::DOCUMENT_BYTES`], so offsets and counts fit.
fn small(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// The namespace of a prefix that nobody has declared: no document can name it.
const UNBOUND: &str = "\0";
/// Up to so many namespaces of a document are looked through one by one.
const FEW_NAMESPACES: usize = 16;
