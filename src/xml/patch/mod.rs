//! Changing a document as a partial document tells (XML patch operations, RFC 5262 section 3 and RFC 5874 section 3).
//!
//! The operations `add`, `replace` and `remove` name their places with a small part of `XPath` (`selector`). They are
//! carried out one after the other on a tree that can be changed (`tree`), which is then written and read again, so
//! that what comes out has passed every check that a document from the network passes. On any fault there is no
//! result, and the document that was to be changed is as it was.
//!
//! Names are compared by namespace, never by prefix; prefixes in selectors, and names without one, mean what the
//! partial document declares at the operation. What is put in takes along the declarations that it needs.

mod locate;
mod operation;
mod selector;
mod tree;

use super::error::position;
use super::{Document, Element, Error, limits};

use operation::{Patch, operation};
use tree::Tree;

/// A partial document that cannot be applied, with the place of the operation in it.
///
/// Lines and columns count from 1, columns in characters.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {fault}")]
pub struct PatchError {
    /// Line of the operation.
    pub line: u32,
    /// Column of the operation.
    pub column: u32,
    /// What is wrong with it.
    pub fault: PatchFault,
}

/// What is wrong with an operation.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PatchFault {
    /// An element that is none of `add`, `replace` and `remove`.
    #[error("'{0}' is no operation")]
    UnknownOperation(String),
    /// No `sel` attribute.
    #[error("the operation selects nothing")]
    NoSelector,
    /// A selector that is not of the allowed form, with what is wrong in it.
    #[error("the selector is unusable: {0}")]
    Selector(&'static str),
    /// A prefix that the partial document does not declare.
    #[error("the prefix '{0}' is not declared")]
    UnboundPrefix(String),
    /// The selector finds nothing.
    #[error("the selector finds nothing")]
    NotFound,
    /// The selector finds more than one node.
    #[error("the selector finds {0} nodes, not one")]
    Ambiguous(usize),
    /// An attribute of the operation with a value that it cannot have.
    #[error("'{0}' is no value for this attribute")]
    BadValue(String),
    /// The selected node is of a kind that this cannot be done to.
    #[error("this cannot be done to the selected node")]
    WrongNode,
    /// The content of the operation does not fit what is selected.
    #[error("the operation does not hold {0}")]
    Content(&'static str),
    /// White space is to be removed where there is none.
    #[error("there is no white space to remove")]
    NoWhiteSpace,
    /// The attribute or declaration to be added is there already.
    #[error("'{0}' is there already")]
    Exists(String),
    /// A declaration is to be removed whose prefix is used.
    #[error("the prefix '{0}' is still used")]
    PrefixInUse(String),
    /// The document would lose its root element, or get a second one.
    #[error("the document would not have one root element")]
    Root,
    /// More operations than [`limits::OPERATIONS`].
    #[error("there are more than {} operations", limits::OPERATIONS)]
    TooManyOperations,
    /// A selector longer than [`limits::SELECTOR_BYTES`].
    #[error("the selector is longer than {} bytes", limits::SELECTOR_BYTES)]
    SelectorTooLong,
    /// More nodes to look at than [`limits::PATCH_VISITS`].
    #[error("the selectors make more work than is allowed")]
    TooMuchWork,
    /// Elements would be nested deeper than [`limits::DEPTH`].
    #[error("elements would be nested deeper than {}", limits::DEPTH)]
    TooDeep,
    /// The changed document is unusable; the place is one in it.
    #[error("the changed document is unusable: {0}")]
    Unusable(Error),
}

/// The document after all operations inside `container`, an element of `diff`; `target` stays as it is.
///
/// The operations are the children in the namespace of `container`; children in other namespaces are left out, as
/// both formats want it (RFC 5874 section 3).
///
/// # Errors
/// [`PatchError`] for the first operation that cannot be carried out, and for a result that is no document or over a
/// limit of [`limits`].
pub fn apply(
    target: &Document,
    diff: &Document,
    container: Element<'_>,
) -> Result<Document, PatchError> {
    let fail = |at: usize, fault| {
        let (line, column) = position(diff.source(), at);
        PatchError {
            line,
            column,
            fault,
        }
    };
    let source = Tree::of(diff);
    let mut patch = Patch::new(Tree::of(target), &source);
    let namespace = container.namespace();
    let operations = container
        .children()
        .filter(|child| child.namespace() == namespace);
    for (number, element) in operations.enumerate() {
        let at = element.span().start;
        let found = source.element_at(at);
        match found {
            _ if number == limits::OPERATIONS => {
                return Err(fail(at, PatchFault::TooManyOperations));
            }
            Some(id) => operation(&mut patch, id, element).map_err(|fault| fail(at, fault))?,
            None => return Err(fail(at, PatchFault::NoSelector)),
        }
    }
    let text = patch.into_text();
    Document::parse(text.as_bytes(), Some("utf-8"))
        .map_err(|error| fail(container.span().start, PatchFault::Unusable(error)))
}

/// The document with another name for its root element, in a namespace of its own, and without one of its attributes;
/// everything inside stays as it is.
///
/// # Errors
/// [`Error`] when the result is over a limit of [`limits`].
pub fn rename_root(
    document: &Document,
    namespace: &str,
    name: &str,
    without: &str,
) -> Result<Document, Error> {
    let mut tree = Tree::of(document);
    if let Some(root) = tree.element_at(document.root().span().start)
        && let Some(tag) = tree.tag_mut(root)
    {
        let declared = tag.declared.iter().find(|(_, meant)| meant == namespace);
        let prefix = if let Some((prefix, _)) = declared {
            prefix.clone()
        } else {
            let taken = |prefix: &String| tag.declared.iter().any(|(other, _)| other == prefix);
            let mut free = (1u32..).map(|number| format!("n{number}"));
            let prefix = free.find(|prefix| !taken(prefix)).unwrap_or_default();
            tag.declared.push((prefix.clone(), namespace.to_owned()));
            prefix
        };
        tag.name = if prefix.is_empty() {
            name.to_owned()
        } else {
            format!("{prefix}:{name}")
        };
        tag.attributes.retain(|(name, _)| name != without);
    }
    Document::parse(tree.write().as_bytes(), Some("utf-8"))
}

#[cfg(test)]
mod tests;
