//! One document out of what a presentity has published, reduced to what a watcher may see (RFC 3856 §6.11, RFC 5025 §3.3).

use std::collections::HashMap;
use std::fmt::Write as _;

use bytes::Bytes;

use crate::xml::{Document, Element, escape};

/// What of a presentity a watcher sees (RFC 5025 §3.3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct View {
    pub(super) services: bool,
    pub(super) persons: bool,
    pub(super) devices: bool,
    pub(super) attributes: Attributes,
}

/// Which attributes of the visible components a watcher sees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Attributes {
    All,
    /// By the name of the element.
    Only(Vec<String>),
}

impl View {
    /// Everything.
    pub(super) fn all() -> Self {
        Self {
            services: true,
            persons: true,
            devices: true,
            attributes: Attributes::All,
        }
    }
}

/// The document for a watcher. `published` are the publications, oldest first; with the same id the newest component
/// wins. `None` is a presentity that has never published: an empty document. One that has and took it all back is closed.
pub(super) fn compose(entity: &str, published: Option<&[Bytes]>, view: &View) -> String {
    let Some(published) = published else {
        return document(entity, "");
    };
    if published.is_empty() {
        return if view.services {
            closed(entity)
        } else {
            document(entity, "")
        };
    }
    let documents: Vec<_> = published
        .iter()
        .filter_map(|body| Document::parse(body, None).ok())
        .collect();
    // Rank, id and text of each component; PIDF wants tuples first, then notes, then the rest.
    let mut components: Vec<(u8, String, String)> = Vec::new();
    let mut places: HashMap<(u8, String), usize> = HashMap::new();
    for element in documents
        .iter()
        .flat_map(|document| document.root().children())
    {
        let Some(rank) = rank(element, view) else {
            continue;
        };
        let mut text = String::new();
        write_component(&mut text, element, &view.attributes);
        let id = match element.attribute("id") {
            Some(id) => id.to_owned(),
            None => format!("#{}", components.len()),
        };
        if let Some(place) = places.get(&(rank, id.clone())) {
            components[*place].2 = text;
        } else {
            places.insert((rank, id.clone()), components.len());
            components.push((rank, id, text));
        }
    }
    components.sort_by_key(|(rank, ..)| *rank);
    let inner: String = components.into_iter().map(|(.., text)| text).collect();
    document(entity, &inner)
}

/// What somebody sees who is blocked politely (RFC 5025 §3.2.1), and of somebody who has signed off.
pub(super) fn closed(entity: &str) -> String {
    let tuple = "<tuple id=\"closed\"><status><basic>closed</basic></status></tuple>";
    document(entity, tuple)
}

fn document(entity: &str, inner: &str) -> String {
    let entity = escape(entity);
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<presence xmlns=\"{PIDF}\" entity=\"{entity}\">{inner}</presence>\n"
    )
}

/// Where a component stands; `None` if it is not shown.
fn rank(element: Element<'_>, view: &View) -> Option<u8> {
    match (element.namespace(), element.name()) {
        (PIDF, "tuple") => view.services.then_some(0),
        (PIDF, "note") => view.attributes.show("note").then_some(1),
        (DATA_MODEL, "person") => view.persons.then_some(2),
        (DATA_MODEL, "device") => view.devices.then_some(3),
        (_, name) => view.attributes.show(name).then_some(4),
    }
}

impl Attributes {
    fn show(&self, name: &str) -> bool {
        match self {
            Self::All => true,
            Self::Only(names) => names.iter().any(|allowed| allowed == name),
        }
    }
}

fn write_component(out: &mut String, element: Element<'_>, attributes: &Attributes) {
    write_element(out, element, PIDF, &|child| {
        ALWAYS.contains(&child.name()) || attributes.show(child.name())
    });
}

/// Writes an element with its namespaces declared on the spot, so that it can stand in another document. Only those
/// children of it are written that `keep` lets pass; theirs all.
fn write_element(
    out: &mut String,
    element: Element<'_>,
    around: &str,
    keep: &dyn Fn(Element<'_>) -> bool,
) {
    let namespace = element.namespace();
    // Writing to a string cannot fail.
    let _ = write!(out, "<{}", element.name());
    if namespace != around {
        let _ = write!(out, " xmlns=\"{}\"", escape(namespace));
    }
    for (number, attribute) in element.attributes().enumerate() {
        let value = escape(attribute.value);
        let _ = match attribute.namespace {
            "" => write!(out, " {}=\"{value}\"", attribute.name),
            XML => write!(out, " xml:{}=\"{value}\"", attribute.name),
            other => write!(
                out,
                " xmlns:a{number}=\"{}\" a{number}:{}=\"{value}\"",
                escape(other),
                attribute.name
            ),
        };
    }
    out.push('>');
    out.push_str(&escape(element.trimmed()));
    for child in element.children().filter(|child| keep(*child)) {
        write_element(out, child, namespace, &|_| true);
    }
    let _ = write!(out, "</{}>", element.name());
}

/// Namespace of PIDF (RFC 3863).
pub(super) const PIDF: &str = "urn:ietf:params:xml:ns:pidf";
/// Namespace of the data model (RFC 4479).
const DATA_MODEL: &str = "urn:ietf:params:xml:ns:pidf:data-model";
/// Namespace of the `xml` prefix.
const XML: &str = "http://www.w3.org/XML/1998/namespace";
/// What every visible component has (RFC 5025 §3.3.2).
const ALWAYS: [&str; 5] = [
    "status",
    "contact",
    "timestamp",
    "service-class",
    "deviceID",
];

#[cfg(test)]
mod tests {
    use super::*;

    const BOB: &str = "sip:bob@example.test";

    fn published(id: &str, note: &str) -> Bytes {
        format!(
            "<p:presence xmlns:p='{PIDF}' xmlns:d='{DATA_MODEL}' xmlns:r='urn:ietf:params:xml:ns:pidf:rpid' \
             entity='{BOB}'><p:tuple id='{id}'><p:status><p:basic>open</p:basic></p:status>\
             <p:note xml:lang='en'>{note}</p:note></p:tuple><d:person id='p1'><r:activities><r:meeting/>\
             </r:activities></d:person></p:presence>"
        )
        .into()
    }

    fn names(text: &str) -> Vec<(String, String)> {
        let document = Document::parse(text.as_bytes(), None).unwrap();
        let children = document.root().children();
        let id = |child: Element<'_>| child.attribute("id").unwrap_or_default().to_owned();
        children
            .map(|child| (child.name().to_owned(), id(child)))
            .collect()
    }

    fn pair(name: &str, id: &str) -> (String, String) {
        (name.to_owned(), id.to_owned())
    }

    #[test]
    fn publications_are_put_together_and_the_newest_id_wins() {
        let bodies = [
            published("a", "old"),
            published("b", "x"),
            published("a", "new &lt;"),
        ];
        let text = compose(BOB, Some(&bodies), &View::all());
        assert_eq!(
            names(&text),
            [pair("tuple", "a"), pair("tuple", "b"), pair("person", "p1")]
        );
        assert!(text.contains("new &lt;") && !text.contains("old"), "{text}");
        assert!(text.contains("<note xml:lang=\"en\">x</note>"), "{text}");
        let document = Document::parse(text.as_bytes(), None).unwrap();
        let person = document.root().child(DATA_MODEL, "person").unwrap();
        let rpid = "urn:ietf:params:xml:ns:pidf:rpid";
        let activities = person.child(rpid, "activities").unwrap();
        assert!(activities.child(rpid, "meeting").is_some());
    }

    #[test]
    fn a_view_hides_what_is_not_provided() {
        let bodies = [published("a", "hush")];
        let none = View {
            services: false,
            persons: false,
            devices: false,
            attributes: Attributes::Only(Vec::new()),
        };
        assert_eq!(names(&compose(BOB, Some(&bodies), &none)), []);
        let bare = View {
            services: true,
            ..none
        };
        let text = compose(BOB, Some(&bodies), &bare);
        assert_eq!(names(&text), [pair("tuple", "a")]);
        assert!(text.contains("open") && !text.contains("hush"), "{text}");
    }

    #[test]
    fn nothing_published_is_empty_and_taken_back_is_closed() {
        assert_eq!(names(&compose(BOB, None, &View::all())), []);
        let text = compose(BOB, Some(&[]), &View::all());
        assert!(text.contains("<basic>closed</basic>"), "{text}");
    }
}
