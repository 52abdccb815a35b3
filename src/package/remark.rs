//! What a reader says about a usable document: what it left out, and what is wrong with it.

use std::fmt;

use super::limits;
use crate::xml::Element;

/// A place in a body. Lines and columns count from 1, columns in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Line.
    pub line: u32,
    /// Column.
    pub column: u32,
}

/// How much a [`Remark`] matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Severity {
    /// Against the format: read as well as could be, or left out.
    Warning,
    /// Allowed, but nothing is made of it here: an extension, a foreign element.
    Ignored,
}

/// Something in a usable document that was left out or is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// How much it matters.
    pub severity: Severity,
    /// Where it stands.
    pub place: Place,
    /// What was found, as a sentence without a full stop.
    pub message: String,
    /// The rule it is measured by, such as `RFC 3863 §4.1.4`.
    pub source: &'static str,
}

/// The remarks on one document, in document order; at most [`limits::REMARKS`], later ones are dropped.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Remarks(Vec<Remark>);

impl Place {
    /// Where an element's start tag begins.
    pub fn of(element: Element<'_>) -> Self {
        let (line, column) = element.position();
        Self { line, column }
    }

    /// The start of a line.
    pub fn line(line: u32) -> Self {
        Self { line, column: 1 }
    }

    /// The same place in a body in which so many lines come before.
    #[must_use]
    pub fn further_down(self, lines: u32) -> Self {
        Self {
            line: self.line.saturating_add(lines),
            ..self
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}

impl Remarks {
    /// Notes that an element is against the format.
    pub(super) fn warn(&mut self, element: Element<'_>, message: &str, source: &'static str) {
        self.element(Severity::Warning, element, message, source);
    }

    /// Notes that an element is left out.
    pub(super) fn ignore(&mut self, element: Element<'_>, message: &str, source: &'static str) {
        self.element(Severity::Ignored, element, message, source);
    }

    /// Notes something at a place.
    pub(super) fn push(&mut self, remark: Remark) {
        if !self.is_full() {
            self.0.push(remark);
        }
    }

    /// Moves every place down by a number of lines: the document begins there in a larger body.
    pub(super) fn further_down(&mut self, lines: u32) {
        for remark in &mut self.0 {
            remark.place = remark.place.further_down(lines);
        }
    }

    fn element(
        &mut self,
        severity: Severity,
        element: Element<'_>,
        message: &str,
        source: &'static str,
    ) {
        // The place is looked for in the source: not for a remark that is dropped anyway.
        if self.is_full() {
            return;
        }
        let name: String = element.qualified_name().chars().take(80).collect();
        self.0.push(Remark {
            severity,
            place: Place::of(element),
            message: format!("<{name}>: {message}"),
            source,
        });
    }

    fn is_full(&self) -> bool {
        self.0.len() >= limits::REMARKS
    }
}

impl std::ops::Deref for Remarks {
    type Target = [Remark];

    fn deref(&self) -> &[Remark] {
        &self.0
    }
}

impl<'a> IntoIterator for &'a Remarks {
    type Item = &'a Remark;
    type IntoIter = std::slice::Iter<'a, Remark>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

/// What is said of an element that means nothing here.
pub(super) const NOT_UNDERSTOOD: &str = "not understood, ignored";
