//! From text to tree, with every limit checked on the way.

use std::collections::HashMap;
use std::ops::Range;

use quick_xml::Reader;
use quick_xml::events::attributes::AttrError;
use quick_xml::events::{BytesStart, Event};

use super::decode::{Decoded, decode};
use super::error::{Error, Fault};
use super::limits;
use super::tree::{Document, NONE, Node, RawAttribute, XML};

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

/// A fault and the byte it was found at.
type Found = (usize, Fault);

struct Builder<'a> {
    source: &'a str,
    nodes: Vec<Node>,
    attributes: Vec<RawAttribute>,
    namespaces: Vec<String>,
    asides: Vec<Range<u32>>,
    interned: HashMap<String, u32>,
    /// Prefix (empty for the default) and namespace index, innermost last.
    scope: Vec<(&'a str, u32)>,
    /// Open elements: node index and length of `scope` before it.
    open: Vec<(u32, usize)>,
    /// Bytes of text since the last tag.
    run: usize,
}

impl<'a> Builder<'a> {
    fn new(source: &'a str) -> Self {
        let mut builder = Self {
            source,
            nodes: Vec::new(),
            attributes: Vec::new(),
            namespaces: Vec::new(),
            asides: Vec::new(),
            interned: HashMap::new(),
            scope: Vec::new(),
            open: Vec::new(),
            run: 0,
        };
        builder.intern("");
        let xml = builder.intern(XML);
        builder.scope.push(("xml", xml));
        builder
    }

    fn run(&mut self) -> Result<(), Found> {
        let mut reader = Reader::from_str(self.source);
        reader.config_mut().check_comments = true;
        loop {
            let start = offset(reader.buffer_position());
            let event = reader.read_event();
            let end = offset(reader.buffer_position());
            match event {
                Err(error) => {
                    let at = offset(reader.error_position()).max(start);
                    return Err((at, Fault::Syntax(error.to_string())));
                }
                Ok(Event::Start(tag)) => self.start(&tag, start..end)?,
                Ok(Event::Empty(tag)) => {
                    self.start(&tag, start..end)?;
                    self.end(end..end);
                }
                Ok(Event::End(_)) => self.end(start..end),
                Ok(Event::Text(text)) => {
                    check_characters(self.source, start..end)?;
                    self.text(&text.xml10_content(), start)?;
                }
                Ok(Event::CData(text)) => {
                    check_characters(self.source, start..end)?;
                    if self.open.is_empty() {
                        return Err((start, Fault::OutsideRoot));
                    }
                    self.text(&text.xml10_content(), start)?;
                }
                Ok(Event::GeneralRef(reference)) => {
                    let character = resolve(&reference).map_err(|fault| (start, fault))?;
                    if self.open.is_empty() {
                        return Err((start, Fault::OutsideRoot));
                    }
                    self.text(character.encode_utf8(&mut [0; 4]), start)?;
                }
                Ok(Event::DocType(_)) => return Err((start, Fault::Doctype)),
                Ok(Event::Decl(_)) if start != 0 => {
                    return Err((
                        start,
                        Fault::Syntax("the XML declaration is not at the start".into()),
                    ));
                }
                Ok(Event::Decl(_)) => {}
                Ok(Event::Comment(_) | Event::PI(_)) => self.asides.push(small(start)..small(end)),
                Ok(Event::Eof) => break,
            }
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

    fn start(&mut self, tag: &BytesStart<'_>, span: Range<usize>) -> Result<(), Found> {
        let at = span.start;
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
        let name_start = at + 1;
        let name = name_start..name_start + tag.name().as_ref().len();
        check_name(&self.source[name.clone()]).map_err(|fault| (at, fault))?;
        let first_attribute = self.attributes.len();
        for (number, attribute) in tag.attributes().enumerate() {
            if number == limits::ATTRIBUTES {
                return fail(Fault::TooManyAttributes);
            }
            let attribute = attribute.map_err(|error| self.attribute_fault(at, error, &span))?;
            let key = self.locate(attribute.key.as_ref(), &span);
            let value = value(&attribute.value).map_err(|fault| (key.start, fault))?;
            self.attribute(key, &value, at)?;
        }
        for index in first_attribute..self.attributes.len() {
            let key = &self.source[super::tree::range(&self.attributes[index].name)];
            // A default namespace does not apply to attributes.
            self.attributes[index].namespace = key
                .split_once(':')
                .map_or(0, |(prefix, _)| self.lookup(prefix));
        }
        let written = &self.source[name.clone()];
        let prefix = written.split_once(':').map_or("", |(prefix, _)| prefix);
        let parent = self.open.last().map_or(NONE, |(index, _)| *index);
        let index = small(self.nodes.len());
        self.nodes.push(Node {
            parent,
            first_child: NONE,
            last_child: NONE,
            next_sibling: NONE,
            namespace: self.lookup(prefix),
            name: small(name.start)..small(name.end),
            attributes: small(first_attribute)..small(self.attributes.len()),
            span: small(span.start)..small(span.end),
            content: small(span.end)..small(span.end),
            text: String::new(),
        });
        self.link(parent, index);
        self.open.push((index, scope_before));
        self.run = 0;
        Ok(())
    }

    fn link(&mut self, parent: u32, index: u32) {
        let Some(node) = self.nodes.get_mut(parent as usize) else {
            return;
        };
        let before = std::mem::replace(&mut node.last_child, index);
        if before == NONE {
            node.first_child = index;
        } else {
            self.nodes[before as usize].next_sibling = index;
        }
    }

    fn attribute(&mut self, key: Range<usize>, value: &str, at: usize) -> Result<(), Found> {
        let name = &self.source[key.clone()];
        check_name(name).map_err(|fault| (key.start, fault))?;
        if value.len() > limits::TEXT_BYTES {
            return Err((at, Fault::TextTooLong));
        }
        let declared = if name == "xmlns" {
            Some("")
        } else {
            name.strip_prefix("xmlns:")
        };
        if let Some(prefix) = declared {
            if self.scope.len() == limits::NAMESPACES_IN_SCOPE {
                return Err((at, Fault::TooManyNamespaces));
            }
            let namespace = self.intern(value);
            self.scope.push((prefix, namespace));
        } else {
            self.attributes.push(RawAttribute {
                namespace: 0,
                name: small(key.start)..small(key.end),
                value: value.into(),
            });
        }
        Ok(())
    }

    fn end(&mut self, tag: Range<usize>) {
        // The reader has matched the names already, so there is an open element.
        let Some((index, scope_before)) = self.open.pop() else {
            return;
        };
        self.scope.truncate(scope_before);
        let node = &mut self.nodes[index as usize];
        node.content.end = small(tag.start);
        node.span.end = small(tag.end);
        self.run = 0;
    }

    fn text(&mut self, text: &str, at: usize) -> Result<(), Found> {
        let Some((index, _)) = self.open.last() else {
            let blank = text.bytes().all(|b| b.is_ascii_whitespace());
            return if blank {
                Ok(())
            } else {
                Err((at, Fault::OutsideRoot))
            };
        };
        self.run += text.len();
        if self.run > limits::TEXT_BYTES {
            return Err((at, Fault::TextTooLong));
        }
        self.nodes[*index as usize].text.push_str(text);
        Ok(())
    }

    fn lookup(&self, prefix: &str) -> u32 {
        // An unbound prefix is no namespace of ours: the element is then an unknown one, which is skipped.
        self.scope
            .iter()
            .rev()
            .find(|(p, _)| *p == prefix)
            .map_or(0, |(_, namespace)| *namespace)
    }

    fn intern(&mut self, namespace: &str) -> u32 {
        if let Some(index) = self.interned.get(namespace) {
            return *index;
        }
        let index = small(self.namespaces.len());
        self.namespaces.push(namespace.to_owned());
        self.interned.insert(namespace.to_owned(), index);
        index
    }

    /// Where a piece that the reader borrowed from the source lies; the reader hands out slices of it.
    fn locate(&self, piece: &str, within: &Range<usize>) -> Range<usize> {
        let start = (piece.as_ptr() as usize).wrapping_sub(self.source.as_ptr() as usize);
        if start < within.end && start >= within.start {
            return start..start + piece.len();
        }
        within.start..within.start
    }

    fn attribute_fault(&self, at: usize, error: AttrError, span: &Range<usize>) -> Found {
        match error {
            AttrError::Duplicated(second, _) => {
                // Offsets are counted from behind the `<`.
                let start = (at + 1 + second).min(span.end);
                let rest = &self.source[start..span.end];
                let name = rest
                    .split(['=', ' ', '\t', '\r', '\n'])
                    .next()
                    .unwrap_or_default();
                (
                    start,
                    Fault::DuplicateAttribute(name.chars().take(80).collect()),
                )
            }
            other => (at, Fault::Syntax(other.to_string())),
        }
    }
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
    match first_forbidden(&value) {
        Some((_, bad)) => Err(Fault::BadCharacter(bad.into())),
        None => Ok(value),
    }
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

fn check_characters(source: &str, span: Range<usize>) -> Result<(), Found> {
    match first_forbidden(&source[span.clone()]) {
        Some((at, bad)) => Err((span.start + at, Fault::BadCharacter(bad.into()))),
        None => Ok(()),
    }
}

fn first_forbidden(text: &str) -> Option<(usize, char)> {
    // Nearly all text is plain ASCII, which needs no decoding.
    let plain = |byte: &u8| matches!(byte, b' '..=b'~' | b'\t' | b'\n' | b'\r');
    if text.as_bytes().iter().all(plain) {
        return None;
    }
    text.char_indices().find(|(_, c)| !is_allowed(*c))
}

/// Whether XML 1.0 section 2.2 allows a character.
pub(super) fn is_allowed(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{FFFD}' | '\u{10000}'..)
}

/// Whether a name is a qualified name: at most one colon, neither side empty.
fn check_name(name: &str) -> Result<(), Fault> {
    let good = match name.split_once(':') {
        Some((prefix, local)) => super::is_ncname(prefix) && super::is_ncname(local),
        None => super::is_ncname(name),
    };
    if good {
        Ok(())
    } else {
        Err(Fault::BadName(name.chars().take(80).collect()))
    }
}

fn offset(position: u64) -> usize {
    usize::try_from(position).unwrap_or(usize::MAX)
}

/// Documents are smaller than [`limits::DOCUMENT_BYTES`], so offsets and counts fit.
fn small(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
