//! Resource lists (RFC 4826 §3): the tree of lists and entries.

use super::{Context, Unusable};
use crate::inspect::outline::{Lines, charset};
use crate::inspect::report::Report;
use crate::inspect::text::{add, count};
use crate::package::Place;
use crate::xml::{Document, Element};

/// Says what is in a resource list document.
pub(super) fn explain(context: &Context<'_>, report: &mut Report) -> Result<(), Unusable> {
    let document = parse(context, "resource-lists", NAMESPACE)?;
    let mut reader = Reader::new(&document, report);
    for child in document.root().children() {
        if child.is(NAMESPACE, "list") {
            reader.list(child, 0);
        } else {
            reader.foreign(child, "RFC 4826 §3");
        }
    }
    let gist = format!(
        "{}, {}",
        count(reader.lists, "list"),
        count(reader.entries, "entry")
    );
    report.gist = Some(gist);
    Ok(())
}

/// The document, when its root is the one expected.
pub(super) fn parse(
    context: &Context<'_>,
    root: &str,
    namespace: &str,
) -> Result<Document, Unusable> {
    let document = Document::parse(context.body.bytes, charset(context.body.content_type))
        .map_err(|error| Unusable::xml(&error))?;
    let found = document.root();
    if found.is(namespace, root) {
        return Ok(document);
    }
    let name: String = format!("{{{}}}{}", found.namespace(), found.name());
    Err(Unusable {
        place: Some(Place::of(found)),
        message: format!(
            "the root element is '{}', not '{root}'",
            name.chars().take(200).collect::<String>()
        ),
        source: "",
    })
}

/// Goes through lists, and says what they hold.
pub(super) struct Reader<'a> {
    lines: Lines<'a>,
    report: &'a mut Report,
    pub(super) lists: usize,
    pub(super) entries: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(document: &'a Document, report: &'a mut Report) -> Self {
        Self {
            lines: Lines::new(document.source()),
            report,
            lists: 0,
            entries: 0,
        }
    }

    /// Says one line about an element.
    pub(super) fn say(
        &mut self,
        element: Element<'_>,
        depth: u8,
        label: impl Into<String>,
        text: impl Into<String>,
    ) {
        let line = self.lines.at(element.span().start);
        self.report.say(Some(line), depth, label, text);
    }

    /// Where an element stands.
    pub(super) fn place(&mut self, element: Element<'_>) -> Place {
        self.lines.place(element.span().start)
    }

    /// Notes something that is against the format.
    pub(super) fn warn(&mut self, element: Element<'_>, message: &str, source: &'static str) {
        let place = self.place(element);
        self.report.warn(Some(place), message, source);
    }

    /// Notes something that is left out.
    pub(super) fn foreign(&mut self, element: Element<'_>, source: &'static str) {
        let name: String = element.qualified_name().chars().take(80).collect();
        let place = self.place(element);
        self.report.ignore(
            Some(place),
            format!("<{name}>: not understood, ignored"),
            source,
        );
    }

    /// A list with all that is in it.
    pub(super) fn list(&mut self, list: Element<'_>, depth: u8) {
        self.lists += 1;
        let mut text = display(list);
        let name = list.attribute("name").unwrap_or_default();
        let label = if name.is_empty() {
            "list".to_owned()
        } else {
            format!("list {name}")
        };
        let inside = list
            .children()
            .filter(|c| c.name() != "display-name")
            .count();
        if inside == 0 {
            text.push_str(if text.is_empty() {
                "(empty)"
            } else {
                " (empty)"
            });
        }
        self.say(list, depth, label, text);
        let mut names: Vec<(&str, &str)> = Vec::new();
        for child in list.children() {
            let key = match (child.namespace(), child.name()) {
                (NAMESPACE, "list") => {
                    self.list(child, depth.saturating_add(1));
                    ("list", child.attribute("name").unwrap_or_default())
                }
                (NAMESPACE, "entry") => {
                    self.entries += 1;
                    self.member(child, "entry", "uri", depth);
                    ("entry", child.attribute("uri").unwrap_or_default())
                }
                (NAMESPACE, "entry-ref") => {
                    self.member(child, "entry-ref", "ref", depth);
                    ("entry-ref", child.attribute("ref").unwrap_or_default())
                }
                (NAMESPACE, "external") => {
                    self.member(child, "external", "anchor", depth);
                    ("external", child.attribute("anchor").unwrap_or_default())
                }
                (NAMESPACE, "display-name") => continue,
                _ => {
                    self.foreign(child, "RFC 4826 §3.1");
                    continue;
                }
            };
            // A long list of different entries is the ordinary case.
            if !key.1.is_empty() && names.len() < COMPARED {
                if names.contains(&key) {
                    let message = format!("<{}>: '{}' is there twice in one list", key.0, key.1);
                    self.warn(child, &message, "RFC 4826 §3.1");
                }
                names.push(key);
            }
        }
    }

    fn member(&mut self, element: Element<'_>, label: &str, attribute: &str, depth: u8) {
        let Some(value) = element.attribute(attribute) else {
            let message = format!("<{label}>: the attribute {attribute} is missing");
            self.warn(element, &message, "RFC 4826 §3.1");
            return;
        };
        let mut text = value.trim().to_owned();
        let name = display(element);
        if !name.is_empty() {
            add(&mut text, format_args!(" {name}"));
        }
        match label {
            "entry-ref" => text.push_str(" (an entry of another list of this server)"),
            "external" => text.push_str(" (a list elsewhere)"),
            _ => {}
        }
        self.say(element, depth.saturating_add(1), label, text);
    }
}

/// The display name in quotes, or nothing.
fn display(element: Element<'_>) -> String {
    element
        .child(NAMESPACE, "display-name")
        .map(Element::trimmed)
        .filter(|name| !name.is_empty())
        .map_or_else(String::new, |name| format!("“{name}”"))
}

/// Namespace of resource lists.
pub(super) const NAMESPACE: &str = "urn:ietf:params:xml:ns:resource-lists";
/// Entries of one list that are compared with each other.
const COMPARED: usize = 2_000;
