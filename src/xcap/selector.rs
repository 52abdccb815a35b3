//! Node selectors: the way from a document's root to one element or attribute in it (RFC 4825 §6.3, XC-014, XC-016).

use std::fmt;

use thiserror::Error;

use super::limits;
use crate::xml::{self, Element};

/// One element, or one attribute of it. A name without prefix is one of the application usage's default namespace; a
/// prefix has to be bound with [`Selector::bind`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selector {
    steps: Vec<Step>,
    attribute: Option<String>,
    namespaces: Vec<(String, String)>,
}

/// A step from an element to a child of it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Step {
    /// `*` for any.
    name: String,
    /// Counted from 1.
    position: Option<usize>,
    /// An attribute, and the value that it has.
    with: Option<(String, String)>,
}

/// Why a node is not asked for or written. Nothing was sent.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NodeError {
    /// A name that is none in XML.
    #[error("'{0}' is no name")]
    Name(String),
    /// A prefix without a namespace.
    #[error("the prefix '{0}' stands for no namespace")]
    UnboundPrefix(String),
    /// A position before the first.
    #[error("positions are counted from 1")]
    Position,
    /// Longer than [`limits::SELECTOR`].
    #[error("the way to the node is longer than {} bytes", limits::SELECTOR)]
    TooLong,
    /// An attribute where an element is meant, or the other way round.
    #[error("the way leads to {0}")]
    Kind(&'static str),
    /// What is to be written is not one element with everything that it needs.
    #[error("what is to be written is not an element of its own: {0}")]
    Body(String),
    /// What is to be written would not be found again at the same address.
    #[error("what is to be written would not be found again where it is put")]
    NotItself,
}

impl Selector {
    /// The root element.
    pub fn root(name: &str) -> Self {
        Self {
            steps: vec![Step::new(name)],
            attribute: None,
            namespaces: Vec::new(),
        }
    }

    /// A child of the element that was selected so far; `*` for one of any name.
    #[must_use]
    pub fn child(mut self, name: &str) -> Self {
        self.steps.push(Step::new(name));
        self
    }

    /// The one of the elements selected so far that has an attribute with this value.
    #[must_use]
    pub fn with(mut self, attribute: &str, value: &str) -> Self {
        if let Some(step) = self.steps.last_mut() {
            step.with = Some((attribute.to_owned(), value.to_owned()));
        }
        self
    }

    /// The one of the elements selected so far that is at this place, counted from 1.
    #[must_use]
    pub fn at(mut self, position: usize) -> Self {
        if let Some(step) = self.steps.last_mut() {
            step.position = Some(position);
        }
        self
    }

    /// An attribute of the element that was selected so far.
    #[must_use]
    pub fn attribute(mut self, name: &str) -> Self {
        self.attribute = Some(name.to_owned());
        self
    }

    /// Says what a prefix stands for.
    #[must_use]
    pub fn bind(mut self, prefix: &str, namespace: &str) -> Self {
        self.namespaces
            .push((prefix.to_owned(), namespace.to_owned()));
        self
    }

    /// The prefixes with the namespaces that they stand for.
    pub(super) fn namespaces(&self) -> &[(String, String)] {
        &self.namespaces
    }

    /// Whether it leads to an attribute.
    pub(super) fn is_attribute(&self) -> bool {
        self.attribute.is_some()
    }

    /// Whether a server can make sense of it.
    pub(super) fn check(&self) -> Result<(), NodeError> {
        for step in &self.steps {
            if step.name != "*" {
                self.check_name(&step.name)?;
            }
            if let Some((attribute, _)) = &step.with {
                self.check_name(attribute)?;
            }
            if step.position == Some(0) {
                return Err(NodeError::Position);
            }
        }
        if let Some(attribute) = &self.attribute {
            self.check_name(attribute)?;
        }
        if self.to_string().len() > limits::SELECTOR {
            return Err(NodeError::TooLong);
        }
        Ok(())
    }

    /// Whether a GET would find what a PUT of this element has written (RFC 4825 §7.4): the element has the name and the
    /// attribute that the last step asks for, and needs nothing from around it.
    pub(super) fn check_element(&self, element: &str) -> Result<(), NodeError> {
        self.check()?;
        if self.is_attribute() {
            return Err(NodeError::Kind("an attribute"));
        }
        let document = xml::Document::parse(element.as_bytes(), Some("utf-8"))
            .map_err(|error| NodeError::Body(error.to_string()))?;
        let root = document.root();
        check_prefixes(root)?;
        let Some(step) = self.steps.last() else {
            return Err(NodeError::NotItself);
        };
        let (prefix, local) = step.name.split_once(':').unwrap_or(("", &step.name));
        let namespace = self.namespaces.iter().find(|(bound, _)| bound == prefix);
        let named = step.name == "*"
            || (root.name() == local
                && (prefix.is_empty()
                    || namespace.is_some_and(|(_, meant)| meant == root.namespace())));
        let attributed = step.with.as_ref().is_none_or(|(name, value)| {
            name.contains(':') || root.attribute(name) == Some(value.as_str())
        });
        if named && attributed {
            Ok(())
        } else {
            Err(NodeError::NotItself)
        }
    }

    /// Whether this value can be written at an attribute, and found there again: not where the way to it names the old
    /// value of the same attribute (RFC 4825 §7.7).
    pub(super) fn check_value(&self, value: &str) -> Result<(), NodeError> {
        self.check()?;
        let Some(attribute) = &self.attribute else {
            return Err(NodeError::Kind("an element"));
        };
        let names_itself = self
            .steps
            .last()
            .and_then(|step| step.with.as_ref())
            .is_some_and(|(name, old)| name == attribute && old != value);
        if names_itself {
            return Err(NodeError::NotItself);
        }
        Ok(())
    }

    fn check_name(&self, name: &str) -> Result<(), NodeError> {
        let (prefix, local) = name.split_once(':').unwrap_or(("", name));
        if !xml::is_ncname(local) || !(prefix.is_empty() || xml::is_ncname(prefix)) {
            return Err(NodeError::Name(name.chars().take(limits::PHRASE).collect()));
        }
        let bound = |(bound, _): &(String, String)| bound == prefix;
        if !prefix.is_empty() && !self.namespaces.iter().any(bound) {
            return Err(NodeError::UnboundPrefix(prefix.to_owned()));
        }
        Ok(())
    }
}

impl Step {
    fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            position: None,
            with: None,
        }
    }
}

impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, step) in self.steps.iter().enumerate() {
            if at > 0 {
                f.write_str("/")?;
            }
            f.write_str(&step.name)?;
            if let Some(position) = step.position {
                write!(f, "[{position}]")?;
            }
            if let Some((name, value)) = &step.with {
                // As XML wants it (RFC 4825 §6.3); the URI's own escapes come later.
                let value = value
                    .replace('&', "&amp;")
                    .replace('<', "&lt;")
                    .replace('"', "&quot;");
                write!(f, "[@{name}=\"{value}\"]")?;
            }
        }
        match &self.attribute {
            Some(attribute) => write!(f, "/@{attribute}"),
            None => Ok(()),
        }
    }
}

fn check_prefixes(element: Element<'_>) -> Result<(), NodeError> {
    let mut open = vec![element];
    while let Some(element) = open.pop() {
        // No document can declare the namespace of a prefix that is not declared.
        let unbound = |namespace: &str| namespace.contains('\0');
        if unbound(element.namespace()) || element.attributes().any(|a| unbound(a.namespace)) {
            let name = element.qualified_name().chars().take(limits::PHRASE);
            let message = format!("a prefix of <{}> is not declared", name.collect::<String>());
            return Err(NodeError::Body(message));
        }
        open.extend(element.children());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry() -> Selector {
        Selector::root("resource-lists")
            .child("list")
            .with("name", "friends")
            .child("entry")
            .with("uri", "sip:bob@example.com")
    }

    #[test]
    fn a_way_is_written_step_by_step() {
        assert_eq!(
            entry().attribute("uri").to_string(),
            "resource-lists/list[@name=\"friends\"]/entry[@uri=\"sip:bob@example.com\"]/@uri"
        );
        let second = Selector::root("a").child("*").at(2).with("n", "<&\">");
        assert_eq!(second.to_string(), "a/*[2][@n=\"&lt;&amp;&quot;>\"]");
    }

    #[test]
    fn xc_014_an_undefined_prefix_is_never_sent() {
        let rule = Selector::root("cr:ruleset").child("cr:rule");
        assert_eq!(rule.check(), Err(NodeError::UnboundPrefix("cr".to_owned())));
        assert_eq!(rule.bind("cr", "urn:x").check(), Ok(()));
        let odd = Selector::root("a").child("b c");
        assert_eq!(odd.check(), Err(NodeError::Name("b c".to_owned())));
        assert_eq!(Selector::root("a").at(0).check(), Err(NodeError::Position));
        let long = Selector::root("a").with("b", &"x".repeat(limits::SELECTOR));
        assert_eq!(long.check(), Err(NodeError::TooLong));
    }

    #[test]
    fn xc_016_what_is_written_is_found_again() {
        let bob =
            r#"<entry xmlns="urn:ietf:params:xml:ns:resource-lists" uri="sip:bob@example.com"/>"#;
        assert_eq!(entry().check_element(bob), Ok(()));
        let carol = bob.replace("bob", "carol");
        assert_eq!(entry().check_element(&carol), Err(NodeError::NotItself));
        let list = bob.replace("entry", "list");
        assert_eq!(entry().check_element(&list), Err(NodeError::NotItself));
        for wrong in [
            "",
            "<entry",
            "<entry/><entry/>",
            "<x:entry uri='sip:bob@example.com'/>",
        ] {
            let checked = entry().check_element(wrong);
            assert!(
                matches!(checked, Err(NodeError::Body(_))),
                "{wrong}: {checked:?}"
            );
        }
        let name = Selector::root("l")
            .child("list")
            .with("name", "a")
            .attribute("name");
        assert_eq!(name.check_value("b"), Err(NodeError::NotItself));
        assert_eq!(name.check_value("a"), Ok(()));
        assert_eq!(entry().check_value("a"), Err(NodeError::Kind("an element")));
    }

    #[test]
    fn xc_016_prefixes_are_compared_by_what_they_stand_for() {
        let rule = Selector::root("cr:ruleset")
            .child("cr:rule")
            .with("id", "a");
        let rule = rule.bind("cr", "urn:common");
        assert_eq!(
            rule.check_element("<p:rule xmlns:p='urn:common' id='a'/>"),
            Ok(())
        );
        let other = rule.check_element("<p:rule xmlns:p='urn:other' id='a'/>");
        assert_eq!(other, Err(NodeError::NotItself));
    }
}
