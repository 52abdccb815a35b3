//! The own lists, with what they refer to in documents of others (XC-023).
//!
//! A reference is followed once, however often it is met, so that lists that refer to each other in a circle are read
//! once each. What lies on another server is not fetched: nobody there is to learn the password, or who asks.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::document::{NAMESPACE, ResourceLists, display_name, lists_of};
use super::limits;
use super::order::Rows;
use super::reference::Place;
use super::roster::{Contact, Roster};
use crate::xml::Element;

/// Documents of lists, by their paths below one XCAP root.
#[derive(Debug)]
pub struct Library {
    root: String,
    own: ResourceLists,
    others: BTreeMap<String, Option<ResourceLists>>,
}

/// What the own document says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reading {
    /// Whom the own lists name.
    pub own: Roster,
    /// In which order they stand on the own lists.
    pub rows: Rows,
    /// Whom lists of others name that the own ones refer to.
    pub shared: Roster,
    /// Documents that have to be read to follow all references.
    pub missing: Vec<String>,
    /// References that lead nowhere.
    pub dangling: Vec<Dangling>,
}

/// A reference that leads nowhere.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Dangling {
    /// No address of a list or an entry below this root.
    #[error("'{0}' is not on this server")]
    Elsewhere(String),
    /// The document is not there, or cannot be read, or there are too many.
    #[error("{0} cannot be read")]
    Document(String),
    /// The document has no such element.
    #[error("'{0}' is not there")]
    Element(String),
}

/// What is followed, and what came of it.
struct Walk<'a> {
    library: &'a Library,
    reading: Reading,
    /// Lists that were read, by document and place in it.
    visited: HashSet<(&'a str, usize)>,
    missing: BTreeSet<String>,
}

impl Library {
    /// A library of the own document only. `root` is the XCAP root.
    pub fn new(root: &str, own: ResourceLists) -> Self {
        Self {
            root: root.to_owned(),
            own,
            others: BTreeMap::new(),
        }
    }

    /// Adds a document that was missing; `None` when it cannot be read. Over [`limits::DOCUMENTS`] none can.
    pub fn put(&mut self, path: &str, document: Option<ResourceLists>) {
        self.others.insert(path.to_owned(), document);
    }

    /// What the documents say, as far as they are here.
    pub fn read(&self) -> Reading {
        let outline = self.own.outline();
        let mut walk = Walk {
            library: self,
            reading: Reading::default(),
            visited: HashSet::new(),
            missing: BTreeSet::new(),
        };
        (walk.reading.own, walk.reading.rows) = outline.roster();
        for list in &outline.lists {
            walk.references(&self.own, list.element, list.group.as_deref());
        }
        let mut reading = walk.reading;
        reading.missing.extend(walk.missing);
        reading
    }
}

impl<'a> Walk<'a> {
    /// Follows what a list refers to in other documents.
    fn references(&mut self, at: &'a ResourceLists, list: Element<'a>, group: Option<&str>) {
        for child in list.children() {
            if child.is(NAMESPACE, "entry-ref") {
                self.entry_ref(at, child, group);
            } else if child.is(NAMESPACE, "external") {
                self.external(child, group);
            }
        }
    }

    fn entry_ref(&mut self, at: &'a ResourceLists, element: Element<'a>, group: Option<&str>) {
        let written = element.attribute("ref").unwrap_or_default().trim();
        let Some(place) = Place::relative(written) else {
            return self.dangle(Dangling::Elsewhere(written.to_owned()));
        };
        let own = self.library.own.path();
        let Some(document) = self.document(&place.document) else {
            return;
        };
        let entry = place.select(document.document());
        let entry = entry.filter(|entry| entry.is(NAMESPACE, "entry"));
        let Some(contact) = entry.and_then(|entry| contact_of(entry, group)) else {
            return self.dangle(Dangling::Element(written.to_owned()));
        };
        // Those within the own document are read with its lists.
        if at.path() != own || place.document != own {
            let named = match display_name(element) {
                "" => contact,
                name => contact.named(name),
            };
            self.reading.shared.add(named);
        }
    }

    fn external(&mut self, element: Element<'a>, group: Option<&str>) {
        let written = element.attribute("anchor").unwrap_or_default().trim();
        let Some(place) = Place::absolute(written, &self.library.root) else {
            return self.dangle(Dangling::Elsewhere(written.to_owned()));
        };
        let Some(document) = self.document(&place.document) else {
            return;
        };
        let list = place.select(document.document());
        let Some(list) = list.filter(|list| list.is(NAMESPACE, "list")) else {
            return self.dangle(Dangling::Element(written.to_owned()));
        };
        // The own lists are read where they stand.
        if document.path() != self.library.own.path() {
            let label = Some(display_name(element)).filter(|label| !label.is_empty());
            self.shared(document, list, label.or(group));
        }
    }

    /// A list of somebody else.
    fn shared(&mut self, at: &'a ResourceLists, list: Element<'a>, group: Option<&str>) {
        if !self.visited.insert((at.path(), list.span().start)) {
            return;
        }
        for entry in list.children_named(NAMESPACE, "entry") {
            if let Some(contact) = contact_of(entry, group) {
                self.reading.shared.add(contact);
            }
        }
        self.references(at, list, group);
        for inner in lists_of(list) {
            self.shared(at, inner, group);
        }
    }

    fn document(&mut self, path: &str) -> Option<&'a ResourceLists> {
        let library = self.library;
        if path == library.own.path() {
            return Some(&library.own);
        }
        match library.others.get(path) {
            Some(Some(document)) => return Some(document),
            None if self.missing.contains(path)
                || library.others.len() + self.missing.len() < limits::DOCUMENTS =>
            {
                self.missing.insert(path.to_owned());
            }
            _ => self.dangle(Dangling::Document(path.to_owned())),
        }
        None
    }

    fn dangle(&mut self, dangling: Dangling) {
        if self.reading.dangling.len() < limits::DANGLING
            && !self.reading.dangling.contains(&dangling)
        {
            self.reading.dangling.push(dangling);
        }
    }
}

fn contact_of(entry: Element<'_>, group: Option<&str>) -> Option<Contact> {
    let contact = Contact::new(entry.attribute("uri")?)?;
    Some(
        contact
            .named(display_name(entry))
            .grouped(group.unwrap_or_default()),
    )
}
