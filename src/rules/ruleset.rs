//! A rule document as it lies on the server.

use crate::xml::{self, Document, Encoding};

use super::limits;
use super::rule::{COMMON_POLICY, PRES_RULES, Rule};

/// A document of presence rules, with its text.
#[derive(Debug, Clone)]
pub struct Ruleset {
    document: Document,
    rules: Vec<Rule>,
    barrier: Option<usize>,
}

/// Why a document cannot be used; it must then not be overwritten either.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RulesetError {
    /// No XML, or over a limit.
    #[error("the rule document is unusable: {0}")]
    Xml(#[from] xml::Error),
    /// Another root element.
    #[error("the root element is '{0}', not a ruleset of common policy")]
    Root(String),
    /// Not in UTF-8, as every document on an XCAP server must be (RFC 4825 section 8.2.2).
    #[error("the rule document is not in UTF-8")]
    NotUtf8,
    /// More rules than [`limits::RULES`].
    #[error("the document has more than {} rules", limits::RULES)]
    TooManyRules,
}

impl Ruleset {
    /// Reads a document.
    ///
    /// # Errors
    /// [`RulesetError`]; nothing may be written over a document that cannot be read.
    pub fn parse(bytes: &[u8]) -> Result<Self, RulesetError> {
        let document = Document::parse(bytes, None)?;
        if document.encoding() != Encoding::Utf8 {
            return Err(RulesetError::NotUtf8);
        }
        let root = document.root();
        if !root.is(COMMON_POLICY, "ruleset") {
            let found = format!("{{{}}}{}", root.namespace(), root.name());
            return Err(RulesetError::Root(found.chars().take(200).collect()));
        }
        let rules: Vec<Rule> = root
            .children_named(COMMON_POLICY, "rule")
            .take(limits::RULES + 1)
            .map(Rule::read)
            .collect();
        if rules.len() > limits::RULES {
            return Err(RulesetError::TooManyRules);
        }
        let content = root.content_span();
        let outside =
            |at: &usize| content.contains(at) && !rules.iter().any(|rule| rule.span.contains(at));
        let asides = document.asides().map(|aside| aside.start).find(outside);
        let strangers = root
            .children()
            .find(|c| !c.is(COMMON_POLICY, "rule"))
            .map(|c| c.span().start);
        let barrier = asides.into_iter().chain(strangers).min();
        Ok(Self {
            document,
            rules,
            barrier,
        })
    }

    /// A document without rules, for an account that has none.
    ///
    /// # Errors
    /// None in practice: the text is our own.
    pub fn empty() -> Result<Self, RulesetError> {
        let text = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
             <cr:ruleset xmlns=\"{PRES_RULES}\" xmlns:pr=\"{PRES_RULES}\" xmlns:cr=\"{COMMON_POLICY}\">\n</cr:ruleset>\n"
        );
        Self::parse(text.as_bytes())
    }

    /// The rules, in document order.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The text, without a byte order mark.
    pub fn source(&self) -> &str {
        self.document.source()
    }

    /// The bytes to write to the server.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.document.marked(self.source()).into_bytes()
    }

    /// A document with another text, with a byte order mark where this one has one.
    pub(super) fn with_source(&self, source: &str) -> Result<Self, RulesetError> {
        Self::parse(self.document.marked(source).as_bytes())
    }

    /// Where something other than a rule stands among the rules; some servers read no further.
    pub(super) fn barrier(&self) -> Option<usize> {
        self.barrier
    }

    pub(super) fn document(&self) -> &Document {
        &self.document
    }
}
