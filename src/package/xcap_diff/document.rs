//! An xcap-diff document as data (RFC 5874 section 3).

use crate::package::body::wrong_root;
use crate::package::remark::NOT_UNDERSTOOD;
use crate::package::{self, BodyError, Place, Remarks, limits};
use crate::xml::{self, Element, patch};

use super::{CONTENT_TYPE, NAMESPACE};

/// What a server reports about its documents.
#[derive(Debug)]
pub struct Document {
    /// The XCAP root that all selectors are relative to.
    pub xcap_root: String,
    /// What has changed or exists, in the order in which it happened; at most [`limits::XCAP_CHANGES`].
    pub changes: Vec<Change>,
    /// What was wrong or not understood.
    pub remarks: Remarks,
    xml: xml::Document,
}

/// One report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// About a whole document.
    Document(DocumentChange),
    /// About one element of a document.
    Element(Component),
    /// About one attribute of a document.
    Attribute(Component),
}

/// What happened to a document. The tags say which case of RFC 5874 figure 1 it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentChange {
    /// The document, relative to the root, octet by octet as it was subscribed to unless it lies in a collection.
    pub selector: String,
    /// Entity tag before the change; `None` for a document that was created, or is only said to exist.
    pub previous_etag: Option<String>,
    /// Entity tag now; `None` when the document is gone.
    pub new_etag: Option<String>,
    /// What is told of its content.
    pub told: Told,
    /// Where the report stands.
    pub place: Place,
    /// Which of the root's children it is.
    index: usize,
}

/// What a report tells of a document's content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Told {
    /// Nothing: it is to be fetched.
    Untold,
    /// It is what it was, under a new tag.
    NotChanged,
    /// Operations that make the new content of the old.
    Patch,
}

/// An element or attribute inside a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Component {
    /// Document and node, relative to the root.
    pub selector: String,
    /// Whether it exists (RFC 5874 calls the attribute `exists`, RFC 5875 section 4.7 `exist`; both are read).
    pub exists: bool,
    /// Value of the attribute, or the element as it was written; `None` when it is not told.
    pub content: Option<String>,
    /// Where the report stands.
    pub place: Place,
}

impl Document {
    /// Reads a body.
    ///
    /// # Errors
    /// [`BodyError`] for a foreign type, XML that is not well-formed or over a limit, another root element, and a root
    /// element without `xcap-root`. A report without `sel` is left out with a remark.
    pub fn parse(body: &package::Body<'_>) -> Result<Self, BodyError> {
        let xml = body.xml(CONTENT_TYPE)?;
        let root = xml.root();
        if !root.is(NAMESPACE, "xcap-diff") {
            return Err(wrong_root("xcap-diff", root));
        }
        let xcap_root = root
            .attribute("xcap-root")
            .ok_or_else(|| BodyError::missing("the XCAP root", root))?
            .trim()
            .to_owned();
        let mut changes = Vec::new();
        let mut remarks = Remarks::default();
        for (index, child) in root.children().enumerate() {
            if changes.len() == limits::XCAP_CHANGES {
                remarks.warn(child, "more reports than are read; left out", FORMAT);
                break;
            }
            if child.namespace() != NAMESPACE {
                remarks.ignore(child, NOT_UNDERSTOOD, FORMAT);
                continue;
            }
            let Some(selector) = child.attribute("sel").map(squeezed) else {
                remarks.warn(child, "it does not say what it is about; left out", FORMAT);
                continue;
            };
            match child.name() {
                "document" => match document_change(child, selector, index) {
                    Ok(change) => changes.push(Change::Document(change)),
                    Err(message) => remarks.warn(child, message, FORMAT),
                },
                "element" => {
                    let inner = child.children().next();
                    let content = inner.map(|inner| xml.source()[inner.span()].to_owned());
                    changes.push(Change::Element(component(child, selector, content)));
                }
                "attribute" => {
                    let content = Some(child.text().to_owned());
                    changes.push(Change::Attribute(component(child, selector, content)));
                }
                _ => remarks.ignore(child, NOT_UNDERSTOOD, FORMAT),
            }
        }
        Ok(Self {
            xcap_root,
            changes,
            remarks,
            xml,
        })
    }

    /// The content of a document after a change of this report; `content` is what it was before.
    ///
    /// # Errors
    /// [`BodyError::Patch`] for a change that does not fit the content, [`BodyError::Xml`] for content that is no XML.
    pub fn patched(&self, change: &DocumentChange, content: &[u8]) -> Result<Vec<u8>, BodyError> {
        let before = xml::Document::parse(content, None)?;
        let Some(container) = self.xml.root().children().nth(change.index) else {
            return Ok(content.to_owned());
        };
        let after = patch::apply(&before, &self.xml, container)?;
        Ok(after.source().as_bytes().to_owned())
    }
}

fn document_change(
    element: Element<'_>,
    selector: String,
    index: usize,
) -> Result<DocumentChange, &'static str> {
    // Some write the quotes of HTTP along.
    let bare = |tag: &'_ str| {
        let inner = tag.strip_prefix('"').and_then(|tag| tag.strip_suffix('"'));
        inner.unwrap_or(tag).to_owned()
    };
    let tag = |name| element.attribute(name).map(bare);
    let change = DocumentChange {
        selector,
        previous_etag: tag("previous-etag"),
        new_etag: tag("new-etag"),
        told: told(element),
        place: Place::of(element),
        index,
    };
    match (&change.previous_etag, &change.new_etag, change.told) {
        (None, None, _) => Err("it has no entity tag and tells nothing; left out"),
        (None, Some(_), Told::Patch | Told::NotChanged) => {
            Err("a change from no version of the document; left out")
        }
        (Some(_), None, Told::Patch | Told::NotChanged) => {
            Err("a change to no version of the document; left out")
        }
        _ => Ok(change),
    }
}

fn told(element: Element<'_>) -> Told {
    let mut own = element
        .children()
        .filter(|child| child.namespace() == NAMESPACE);
    match own.next() {
        None => Told::Untold,
        Some(first) if first.name() == "body-not-changed" => Told::NotChanged,
        Some(_) => Told::Patch,
    }
}

fn component(element: Element<'_>, selector: String, content: Option<String>) -> Component {
    let said = element
        .attribute("exists")
        .or_else(|| element.attribute("exist"))
        .and_then(xml::boolean);
    let exists = said.unwrap_or(true);
    Component {
        selector,
        exists,
        content: content.filter(|_| exists),
        place: Place::of(element),
    }
}

/// A URI without white space: the RFC's own examples break it over lines.
fn squeezed(uri: &str) -> String {
    uri.split_ascii_whitespace().collect()
}

/// The rule that remarks are measured by.
const FORMAT: &str = "RFC 5874 §3";
