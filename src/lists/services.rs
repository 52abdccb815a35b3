//! The lists that a list server watches for its user (RFC 4826 section 4, XC-024).
//!
//! A list server reads the document [`super::DOCUMENT`] only; an address of a service is unique on the whole server.

use std::fmt::Write as _;

use super::document::{self, ListsError, ResourceLists};
use super::limits;
use super::reference::Place;
use crate::xml::{Document, Element, Piece, escape, opened, splice, whole_line};

/// A document of services, with its text.
#[derive(Debug, Clone)]
pub struct Services {
    document: Document,
    root: String,
}

/// A list that can be subscribed to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    /// Its address.
    pub address: String,
    /// The list elsewhere that it stands for; `None` where it holds one itself, or says nothing that can be followed.
    pub list: Option<Place>,
    /// The packages that it takes subscriptions for; `None`: all.
    pub packages: Option<Vec<String>>,
}

impl Service {
    /// Whether it takes subscriptions for an event package; a list server answers others with 489.
    pub fn takes(&self, package: &str) -> bool {
        let named = self.packages.as_ref();
        named.is_none_or(|packages| packages.iter().any(|named| named == package))
    }
}

impl Services {
    /// Reads a document below an XCAP root.
    ///
    /// # Errors
    /// [`ListsError`]; nothing may be written over a document that cannot be read.
    pub fn parse(bytes: &[u8], root: &str) -> Result<Self, ListsError> {
        Ok(Self {
            document: document::parse(bytes, NAMESPACE, "rls-services")?,
            root: root.to_owned(),
        })
    }

    /// A document without services.
    ///
    /// # Errors
    /// None in practice: the text is our own.
    pub fn empty(root: &str) -> Result<Self, ListsError> {
        let text = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rls-services xmlns=\"{NAMESPACE}\">\n</rls-services>\n"
        );
        Self::parse(text.as_bytes(), root)
    }

    /// The text, without a byte order mark.
    pub fn source(&self) -> &str {
        self.document.source()
    }

    /// The bytes to write to the server.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.document.marked(self.source()).into_bytes()
    }

    /// The services, in document order.
    pub fn services(&self) -> Vec<Service> {
        self.elements()
            .take(limits::SERVICES)
            .map(|(element, address)| self.read(element, address))
            .collect()
    }

    /// The document with a service for a list, in the place of one that has the address already. `list` is the list's
    /// whole address, below the user's home directory.
    ///
    /// # Errors
    /// [`ListsError`] when the result could not be read back.
    pub fn with_service(
        &self,
        address: &str,
        list: &str,
        packages: &[&str],
    ) -> Result<Self, ListsError> {
        let root = self.document.root();
        let prefix = document::prefix(root);
        let mut named = String::new();
        for package in packages {
            // Writing to a string cannot fail.
            let _ = write!(
                named,
                "<{prefix}package>{}</{prefix}package>",
                escape(package)
            );
        }
        // Without the element it takes every package.
        let packages = match named.as_str() {
            "" => named,
            named => format!("\n    <{prefix}packages>{named}</{prefix}packages>"),
        };
        let text = format!(
            "<{prefix}service uri=\"{}\">\n    <{prefix}resource-list>{}</{prefix}resource-list>{packages}\n  </{prefix}service>",
            escape(address),
            escape(list)
        );
        let old = self.elements().find(|(_, known)| known == address);
        let piece = match old {
            Some((old, _)) => (old.span(), text),
            None => opened(root, &format!("\n  {text}\n")).unwrap_or_else(|| {
                let behind = self.elements().last().map(|(last, _)| last.span().end);
                let place = behind.unwrap_or_else(|| root.content_span().start);
                (place..place, format!("\n  {text}"))
            }),
        };
        self.spliced(vec![piece])
    }

    /// The document without the services for lists that were in `before` and are not in `after`: the server leaves it to
    /// its clients to keep references whole (RFC 4825 section 5.3, XC-023).
    ///
    /// # Errors
    /// [`ListsError`] when the result could not be read back.
    pub fn without_lost_lists(
        &self,
        before: &ResourceLists,
        after: &ResourceLists,
    ) -> Result<Self, ListsError> {
        let is_lost = |place: &Place| {
            place.document == before.path()
                && place.select(before.document()).is_some()
                && place.select(after.document()).is_none()
        };
        let lost = self.elements().filter(|(element, address)| {
            let service = self.read(*element, address.clone());
            service.list.as_ref().is_some_and(is_lost)
        });
        let pieces = lost
            .map(|(element, _)| {
                let place = whole_line(self.source(), element.span());
                (place, String::new())
            })
            .collect();
        self.spliced(pieces)
    }

    fn read(&self, element: Element<'_>, address: String) -> Service {
        let list = element.child(NAMESPACE, "resource-list");
        let packages = element.child(NAMESPACE, "packages");
        Service {
            address,
            list: list.and_then(|list| Place::absolute(list.trimmed(), &self.root)),
            packages: packages.map(|packages| {
                let named = packages.children_named(NAMESPACE, "package");
                named.map(|package| package.trimmed().to_owned()).collect()
            }),
        }
    }

    fn elements(&self) -> impl Iterator<Item = (Element<'_>, String)> {
        let services = self.document.root().children_named(NAMESPACE, "service");
        services.filter_map(|service| Some((service, document::address_of(service)?)))
    }

    fn spliced(&self, pieces: Vec<Piece>) -> Result<Self, ListsError> {
        let source = splice(self.source(), pieces);
        Self::parse(self.document.marked(&source).as_bytes(), &self.root)
    }
}

/// Namespace of service documents.
const NAMESPACE: &str = "urn:ietf:params:xml:ns:rls-services";
