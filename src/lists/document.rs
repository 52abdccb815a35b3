//! A list document as it lies on the server.

use super::address::canonical;
use super::limits;
use super::order::Rows;
use super::reference::Place;
use super::roster::{Contact, Roster, short};
use crate::xml::{self, Document, Element, Encoding};

/// A document of lists, with its text.
#[derive(Debug, Clone)]
pub struct ResourceLists {
    document: Document,
    path: String,
}

/// Why a document cannot be used; it must then not be overwritten either.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ListsError {
    /// No XML, or over a limit.
    #[error("the list document is unusable: {0}")]
    Xml(#[from] xml::Error),
    /// Another root element.
    #[error("the root element is '{found}', not {wanted}")]
    Root {
        /// What is there.
        found: String,
        /// What should be there.
        wanted: &'static str,
    },
    /// Not in UTF-8, as every document on an XCAP server must be (RFC 4826 section 3.1).
    #[error("the list document is not in UTF-8")]
    NotUtf8,
    /// More people than [`limits::CONTACTS`].
    #[error("the document has more than {} entries", limits::CONTACTS)]
    TooManyEntries,
}

/// A list of a document.
#[derive(Debug)]
pub(super) struct ListAt<'a> {
    pub(super) element: Element<'a>,
    /// The group that its members are in; `None`: in none.
    pub(super) group: Option<String>,
}

/// A member of a list.
#[derive(Debug)]
pub(super) struct MemberAt<'a> {
    pub(super) element: Element<'a>,
    pub(super) list: usize,
    pub(super) is_entry: bool,
    /// Who it is, with the name given here, and the group of the list.
    pub(super) contact: Contact,
}

/// The lists of a document, with their members, in document order.
#[derive(Debug, Default)]
pub(super) struct Outline<'a> {
    pub(super) lists: Vec<ListAt<'a>>,
    pub(super) members: Vec<MemberAt<'a>>,
}

impl<'a> Outline<'a> {
    /// The members of each list.
    pub(super) fn members_of_lists(&self) -> Vec<Vec<&MemberAt<'a>>> {
        let mut lists = vec![Vec::new(); self.lists.len()];
        for member in &self.members {
            lists[member.list].push(member);
        }
        lists
    }

    /// Whom the lists name, in an order that agrees with each of them, as far as they agree with each other.
    pub(super) fn roster(&self) -> (Roster, Rows) {
        let person = |member: &&MemberAt<'_>| member.contact.person();
        let lists = self.members_of_lists();
        let rows = lists.iter().map(|list| list.iter().map(person).collect());
        let rows = Rows::new(rows.collect());
        let members = self.members.iter();
        let found: Roster = members.map(|member| member.contact.clone()).collect();
        let order = rows.arranged(found.persons().collect());
        (found.in_order(&order), rows)
    }
}

impl ResourceLists {
    /// Reads a document. `path` is where it lies below the XCAP root, with its escapes resolved; empty for one that
    /// lies elsewhere.
    ///
    /// # Errors
    /// [`ListsError`]; nothing may be written over a document that cannot be read.
    pub fn parse(bytes: &[u8], path: &str) -> Result<Self, ListsError> {
        let document = parse(bytes, NAMESPACE, "resource-lists")?;
        let lists = Self {
            document,
            path: path.to_owned(),
        };
        if lists.outline().members.len() > limits::CONTACTS {
            return Err(ListsError::TooManyEntries);
        }
        Ok(lists)
    }

    /// A document without lists.
    ///
    /// # Errors
    /// None in practice: the text is our own.
    pub fn empty(path: &str) -> Result<Self, ListsError> {
        let text = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<resource-lists xmlns=\"{NAMESPACE}\">\n</resource-lists>\n"
        );
        Self::parse(text.as_bytes(), path)
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
    pub(super) fn with_source(&self, source: &str) -> Result<Self, ListsError> {
        Self::parse(self.document.marked(source).as_bytes(), &self.path)
    }

    /// The name by which the list of a group can be selected, `None` for those who are in none: that of a list right below
    /// the root that no other list there has.
    pub fn list_name(&self, group: Option<&str>) -> Option<String> {
        let name = |list: Element<'_>| list.attribute("name").unwrap_or_default().to_owned();
        let lists = || lists_of(self.document.root());
        let fitting = lists()
            .filter(|list| !is_of_strangers(*list) && group_of(*list, None).as_deref() == group);
        fitting
            .map(name)
            .find(|own| !own.is_empty() && lists().map(name).filter(|it| it == own).count() == 1)
    }

    pub(super) fn document(&self) -> &Document {
        &self.document
    }

    /// Where it lies below the XCAP root.
    pub(super) fn path(&self) -> &str {
        &self.path
    }

    /// What its lists hold. References into other documents are not among the members.
    pub(super) fn outline(&self) -> Outline<'_> {
        let mut outline = Outline::default();
        for list in lists_of(self.document.root()) {
            self.go_through(list, None, &mut outline);
        }
        outline
    }

    fn go_through<'a>(
        &'a self,
        list: Element<'a>,
        around: Option<&str>,
        outline: &mut Outline<'a>,
    ) {
        if is_of_strangers(list) {
            return;
        }
        let group = group_of(list, around);
        let number = outline.lists.len();
        outline.lists.push(ListAt {
            element: list,
            group: group.clone(),
        });
        for child in list.children() {
            if child.is(NAMESPACE, "list") {
                self.go_through(child, group.as_deref(), outline);
                continue;
            }
            let is_entry = child.is(NAMESPACE, "entry");
            let address = if is_entry {
                child.attribute("uri")
            } else {
                self.referred(child)
                    .and_then(|entry| entry.attribute("uri"))
            };
            let Some(contact) = address.and_then(Contact::new) else {
                continue;
            };
            outline.members.push(MemberAt {
                element: child,
                list: number,
                is_entry,
                contact: contact
                    .named(display_name(child))
                    .grouped(group.as_deref().unwrap_or_default()),
            });
        }
    }

    /// The entry of this document that an `entry-ref` means.
    fn referred(&self, element: Element<'_>) -> Option<Element<'_>> {
        if !element.is(NAMESPACE, "entry-ref") {
            return None;
        }
        let place = Place::relative(element.attribute("ref")?.trim())?;
        if place.document != self.path {
            return None;
        }
        place
            .select(&self.document)
            .filter(|entry| entry.is(NAMESPACE, "entry"))
    }
}

/// Reads a document of a kind.
pub(super) fn parse(
    bytes: &[u8],
    namespace: &str,
    wanted: &'static str,
) -> Result<Document, ListsError> {
    let document = Document::parse(bytes, None)?;
    if document.encoding() != Encoding::Utf8 {
        return Err(ListsError::NotUtf8);
    }
    let root = document.root();
    if !root.is(namespace, wanted) {
        let found = format!("{{{}}}{}", root.namespace(), root.name());
        return Err(ListsError::Root {
            found: found.chars().take(200).collect(),
            wanted,
        });
    }
    Ok(document)
}

/// The prefix of an element with its colon, to name others like it.
pub(super) fn prefix(element: Element<'_>) -> String {
    match element.prefix() {
        "" => String::new(),
        prefix => format!("{prefix}:"),
    }
}

/// The lists right inside an element.
pub(super) fn lists_of(element: Element<'_>) -> impl Iterator<Item = Element<'_>> {
    element.children_named(NAMESPACE, "list")
}

/// The name for people of a list, an entry or a reference; empty for none.
pub(super) fn display_name(element: Element<'_>) -> &str {
    element
        .child(NAMESPACE, "display-name")
        .map_or("", Element::trimmed)
}

/// Whether a list is of people who are no buddies: other programs keep whom they block in such lists.
fn is_of_strangers(list: Element<'_>) -> bool {
    let name = list.attribute("name").unwrap_or_default().trim();
    name.starts_with("oma_") && !PLAIN.contains(&name)
}

/// The group that a list's members are in, if any.
fn group_of(list: Element<'_>, around: Option<&str>) -> Option<String> {
    let name = list.attribute("name").unwrap_or_default().trim();
    let label = match display_name(list) {
        _ if PLAIN.contains(&name) => "",
        "" => name,
        label => label,
    };
    let label = short(label);
    if label.is_empty() {
        around.map(str::to_owned)
    } else {
        Some(label)
    }
}

/// The canonical form of an address in a list.
pub(super) fn address_of(element: Element<'_>) -> Option<String> {
    canonical(element.attribute("uri")?)
}

/// Namespace of list documents.
pub(super) const NAMESPACE: &str = "urn:ietf:params:xml:ns:resource-lists";
/// The list of those who are in no group.
pub(super) const UNGROUPED: &str = "buddies";
/// Names of lists that are no group of their own: Siskin's, and those that programs of the Open Mobile Alliance keep.
const PLAIN: [&str; 3] = [UNGROUPED, "oma_buddylist", "oma_allcontacts"];
