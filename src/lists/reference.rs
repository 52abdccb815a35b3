//! References from one list to another (RFC 4826 section 3.1, XC-023): which document, and which element of it.

use super::document::NAMESPACE;
use super::limits;
use crate::xml::{Document, Element};

/// An element of a document below an XCAP root.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Place {
    /// The document, relative to the root, with its escapes resolved: `resource-lists/users/sip:bob@example.com/index`.
    pub document: String,
    steps: Vec<Step>,
}

/// A step to child elements.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Step {
    /// Without prefix; `None` for `*`.
    name: Option<String>,
    conditions: Vec<Condition>,
}

/// What an element must fulfil.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Condition {
    Attribute(String, String),
    /// It is the one with this number, from 1, of those found so far.
    Position(usize),
}

impl Place {
    /// Reads the path of an `entry-ref`, which begins at the XCAP root, without a slash.
    pub fn relative(path: &str) -> Option<Self> {
        if path.len() > limits::REFERENCE_BYTES || path.starts_with('/') {
            return None;
        }
        let path = path.split(['?', '#']).next().unwrap_or_default();
        let (document, node) = path.split_once("/~~/")?;
        let steps = steps(&decode(node)?)?;
        Some(Self {
            document: decode(document)?,
            steps,
        })
    }

    /// Reads the address of a list; `None` also for one that is not below this root.
    pub fn absolute(address: &str, root: &str) -> Option<Self> {
        let root = root.trim_end_matches('/');
        let (scheme_and_host, path) = split_origin(address)?;
        let (own_origin, own_path) = split_origin(root)?;
        if !scheme_and_host.eq_ignore_ascii_case(own_origin) {
            return None;
        }
        Self::relative(path.strip_prefix(own_path)?.strip_prefix('/')?)
    }

    /// The one element of the document that is meant; `None` when there is none, or more than one.
    pub(super) fn select<'a>(&self, document: &'a Document) -> Option<Element<'a>> {
        let (first, rest) = self.steps.split_first()?;
        let mut found = first.of(std::iter::once(document.root()));
        for step in rest {
            found = step.of(found.iter().flat_map(|element| element.children()));
            if found.len() > limits::CONTACTS {
                return None;
            }
        }
        match found[..] {
            [one] => Some(one),
            _ => None,
        }
    }
}

impl Step {
    fn of<'a>(&self, elements: impl Iterator<Item = Element<'a>>) -> Vec<Element<'a>> {
        // In these documents every step is in their own namespace, whatever the prefix.
        let is_named = |element: &Element<'a>| {
            let name = self.name.as_deref();
            name.is_none_or(|name| element.is(NAMESPACE, name))
        };
        let mut found: Vec<_> = elements.filter(is_named).collect();
        for condition in &self.conditions {
            match condition {
                Condition::Attribute(name, value) => {
                    found.retain(|element| element.attribute(name) == Some(value));
                }
                Condition::Position(number) => {
                    let one = number.checked_sub(1).and_then(|at| found.get(at).copied());
                    found = one.into_iter().collect();
                }
            }
        }
        found
    }
}

/// `https://host:port` and the rest.
fn split_origin(address: &str) -> Option<(&str, &str)> {
    let host = address.find("://")? + "://".len();
    let end = address[host..]
        .find('/')
        .map_or(address.len(), |at| host + at);
    Some(address.split_at(end))
}

/// `resource-lists/list[@name="a"]/entry[2]`, escapes resolved.
fn steps(text: &str) -> Option<Vec<Step>> {
    let mut steps = Vec::new();
    let mut rest = text;
    loop {
        if steps.len() == limits::STEPS {
            return None;
        }
        let end = rest.find(['/', '[']).unwrap_or(rest.len());
        let (name, after) = rest.split_at(end);
        let name = name.rsplit(':').next().unwrap_or_default();
        if name.is_empty() {
            return None;
        }
        rest = after;
        let mut conditions = Vec::new();
        while let Some(inside) = rest.strip_prefix('[') {
            let (condition, after) = condition(inside)?;
            conditions.push(condition);
            rest = after;
        }
        steps.push(Step {
            name: (name != "*").then(|| name.to_owned()),
            conditions,
        });
        match rest.strip_prefix('/') {
            Some(after) => rest = after,
            None => return rest.is_empty().then_some(steps),
        }
    }
}

/// What stands in brackets, and what follows them.
fn condition(text: &str) -> Option<(Condition, &str)> {
    let Some(attribute) = text.strip_prefix('@') else {
        let (number, rest) = text.split_once(']')?;
        return Some((Condition::Position(number.trim().parse().ok()?), rest));
    };
    let (name, rest) = attribute.split_once('=')?;
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let (value, rest) = rest[1..].split_once(quote)?;
    // A value is written as in XML (RFC 4825 section 6.3).
    let value = value
        .replace("&quot;", "\"")
        .replace("&apos;", "'")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&");
    let condition = Condition::Attribute(name.trim().to_owned(), value);
    Some((condition, rest.strip_prefix(']')?))
}

/// Resolves escapes; `None` when what comes out is no text.
fn decode(text: &str) -> Option<String> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        rest = after;
        if *first != b'%' {
            out.push(*first);
            continue;
        }
        let digits = std::str::from_utf8(after.get(..2)?).ok()?;
        out.push(u8::from_str_radix(digits, 16).ok()?);
        rest = &after[2..];
    }
    String::from_utf8(out).ok()
}
