//! Selectors: the part of `XPath` that patch operations may use.
//!
//! A path of child steps from the document, or from `id('...')`, each step a name or `*` with conditions; at the end
//! perhaps an attribute, a declaration (`namespace::p`), a text, a comment or a processing instruction.

use super::super::{is_ncname, limits};
use super::PatchFault;

/// A selector as written: prefixes are not resolved yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Selector {
    /// The id that the path begins at.
    pub(super) id: Option<String>,
    pub(super) steps: Vec<Step>,
    pub(super) end: End,
}

/// A step to child elements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Step {
    /// `None` for `*`.
    pub(super) name: Option<Name>,
    pub(super) conditions: Vec<Condition>,
}

/// A name as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Name {
    /// Empty when there is none.
    pub(super) prefix: String,
    pub(super) local: String,
}

/// What an element of a step must fulfil.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Condition {
    /// It is the one with this number, from 1, of those found so far.
    Position(usize),
    /// An attribute has this value.
    Attribute(Name, String),
    /// A child element has this text.
    Child(Name, String),
    /// It has this text itself.
    Text(String),
}

/// What is selected at the end of the steps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum End {
    Element,
    Attribute(Name),
    /// The declaration of a prefix.
    Declaration(String),
    /// Texts, or the one with a number.
    Text(Option<usize>),
    Comment(Option<usize>),
    /// Processing instructions, with a target if one is named.
    Instruction(Option<String>, Option<usize>),
}

impl Selector {
    pub(super) fn parse(text: &str) -> Result<Self, PatchFault> {
        if text.len() > limits::SELECTOR_BYTES {
            return Err(PatchFault::SelectorTooLong);
        }
        let mut input = Input(text.trim());
        let mut selector = Self {
            id: None,
            steps: Vec::new(),
            end: End::Element,
        };
        input.take("/");
        if input.take("id(") {
            selector.id = Some(input.quoted()?);
            input.need(")", "'id(' is not closed")?;
            if input.0.is_empty() {
                return Ok(selector);
            }
            input.need("/", "something follows 'id()' that is no step")?;
        }
        loop {
            if let Some(end) = input.end()? {
                selector.end = end;
                break;
            }
            let step = input.step()?;
            selector.steps.push(step);
            if input.0.is_empty() {
                break;
            }
            input.need("/", "something follows a step that is no condition")?;
        }
        if input.0.is_empty() {
            Ok(selector)
        } else {
            Err(PatchFault::Selector("something follows its end"))
        }
    }
}

impl Name {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (prefix, local) = super::tree::split(text);
        let good = is_ncname(local) && (is_ncname(prefix) || !text.contains(':'));
        good.then(|| Self {
            prefix: prefix.to_owned(),
            local: local.to_owned(),
        })
    }
}

/// What is left to read.
struct Input<'a>(&'a str);

impl Input<'_> {
    fn take(&mut self, token: &str) -> bool {
        let rest = self.0.strip_prefix(token);
        self.0 = rest.unwrap_or(self.0);
        rest.is_some()
    }

    fn need(&mut self, token: &str, otherwise: &'static str) -> Result<(), PatchFault> {
        if self.take(token) {
            Ok(())
        } else {
            Err(PatchFault::Selector(otherwise))
        }
    }

    /// What cannot be followed by further steps, if it comes next.
    fn end(&mut self) -> Result<Option<End>, PatchFault> {
        let end = if self.take("@") {
            End::Attribute(self.name()?)
        } else if self.take("namespace::") {
            let name = self.name()?;
            if !name.prefix.is_empty() {
                return Err(PatchFault::Selector("a prefix has no prefix"));
            }
            End::Declaration(name.local)
        } else if self.take("text()") {
            End::Text(self.position()?)
        } else if self.take("comment()") {
            End::Comment(self.position()?)
        } else if self.take("processing-instruction(") {
            let target = match self.0.as_bytes().first() {
                Some(b'"' | b'\'') => Some(self.quoted()?),
                _ => None,
            };
            self.need(")", "'processing-instruction(' is not closed")?;
            End::Instruction(target, self.position()?)
        } else {
            return Ok(None);
        };
        Ok(Some(end))
    }

    fn step(&mut self) -> Result<Step, PatchFault> {
        let name = if self.take("*") {
            None
        } else {
            Some(self.name()?)
        };
        let mut conditions = Vec::new();
        while self.take("[") {
            conditions.push(self.condition()?);
        }
        Ok(Step { name, conditions })
    }

    /// A condition whose bracket has been taken.
    fn condition(&mut self) -> Result<Condition, PatchFault> {
        self.blanks();
        if self.0.starts_with(|c: char| c.is_ascii_digit()) {
            return Ok(Condition::Position(self.number()?));
        }
        let (attribute, own) = (self.take("@"), self.take("."));
        let name = if own { None } else { Some(self.name()?) };
        self.blanks();
        self.need("=", "a condition compares nothing")?;
        self.blanks();
        let value = self.quoted()?;
        self.blanks();
        self.need("]", "a condition is not closed")?;
        match (name, attribute) {
            (Some(name), true) => Ok(Condition::Attribute(name, value)),
            (Some(name), false) => Ok(Condition::Child(name, value)),
            (None, false) => Ok(Condition::Text(value)),
            (None, true) => Err(PatchFault::Selector("an attribute has no name")),
        }
    }

    /// `[1]` at the end of a path, if it comes.
    fn position(&mut self) -> Result<Option<usize>, PatchFault> {
        if !self.take("[") {
            return Ok(None);
        }
        self.blanks();
        self.number().map(Some)
    }

    /// A number and the bracket behind it.
    fn number(&mut self) -> Result<usize, PatchFault> {
        let end = self
            .0
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(self.0.len());
        let (digits, rest) = self.0.split_at(end);
        self.0 = rest;
        let number = digits
            .parse()
            .map_err(|_| PatchFault::Selector("a position is no number"))?;
        self.blanks();
        self.need("]", "a position is not closed")?;
        Ok(number)
    }

    fn name(&mut self) -> Result<Name, PatchFault> {
        let end = self.0.find(BEHIND_NAME).unwrap_or(self.0.len());
        let (name, rest) = self.0.split_at(end);
        self.0 = rest;
        Name::parse(name).ok_or(PatchFault::Selector("there is no name where one must be"))
    }

    fn quoted(&mut self) -> Result<String, PatchFault> {
        let unclosed = PatchFault::Selector("a text is not in quotes");
        let Some(quote @ ('"' | '\'')) = self.0.chars().next() else {
            return Err(unclosed);
        };
        let (text, rest) = self.0[1..].split_once(quote).ok_or(unclosed)?;
        self.0 = rest;
        Ok(text.to_owned())
    }

    fn blanks(&mut self) {
        self.0 = self.0.trim_start();
    }
}

/// What ends a name.
const BEHIND_NAME: &[char] = &[
    '/', '[', ']', '=', '(', ')', '@', '*', '\'', '"', ' ', '\t', '\r', '\n',
];
