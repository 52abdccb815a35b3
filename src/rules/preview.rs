//! What a watcher sees: which rules matched, and the presence document as they leave it (RFC 5025 §3.3).

use std::ops::Range;

use crate::xml::{self, Document, Element, escape, splice};

use super::decision::Decision;
use super::disclosure::Disclosure;
use super::evaluate::{Circumstances, ReadOut};
use super::identity::Watcher;
use super::rule::{Permissions, Selector, UserInputDetail};
use super::ruleset::Ruleset;

/// What a watcher is shown, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// What is decided, both ways in which servers read the rules.
    pub decides: ReadOut,
    /// The ids of the rules that match, in document order.
    pub rules: Vec<String>,
    /// What those rules permit together.
    pub permissions: Permissions,
    /// The named level that the permissions are, if they are one.
    pub disclosure: Option<Disclosure>,
    /// The presence document as the watcher gets it; `None` when nothing is sent.
    pub document: Option<String>,
}

impl Ruleset {
    /// What a watcher sees of a presence document (PIDF) by the standard.
    ///
    /// # Errors
    /// [`xml::Error`] for a presence document that is no XML.
    pub fn preview(
        &self,
        watcher: &Watcher,
        at: &Circumstances<'_>,
        presence: &[u8],
    ) -> Result<Preview, xml::Error> {
        let decides = self.decide(watcher, at);
        let permissions = self.permissions(watcher, at);
        let presence = Document::parse(presence, None)?;
        let document = match decides.maximum {
            Decision::Allow => Some(shown(&presence, &permissions)),
            Decision::PoliteBlock => Some(closed(&presence)),
            Decision::Undecided | Decision::Block | Decision::Confirm => None,
        };
        let rules = self.matching(watcher, at);
        Ok(Preview {
            decides,
            rules: rules.map(|rule| rule.id.clone()).collect(),
            disclosure: Disclosure::of(&permissions),
            permissions,
            document,
        })
    }
}

/// The document with nothing in it that is not permitted; the rest stays as it is to the byte.
fn shown(presence: &Document, permissions: &Permissions) -> String {
    let mut pieces = Vec::new();
    for component in presence.root().children() {
        let kind = Kind::of(component);
        if kind.is_shown(component, permissions) {
            kind.reduce(component, permissions, &mut pieces);
        } else {
            pieces.push((component.span(), String::new()));
        }
    }
    splice(presence.source(), pieces)
}

/// What is shown to whoever is blocked politely: somebody who cannot be reached.
fn closed(presence: &Document) -> String {
    let entity = presence.root().attribute("entity").unwrap_or_default();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<presence xmlns=\"{PIDF}\" entity=\"{}\">\
         <tuple id=\"closed\"><status><basic>closed</basic></status></tuple></presence>\n",
        escape(entity)
    )
}

/// A piece of the document that is replaced.
type Piece = (Range<usize>, String);

/// What a child of the root is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Service,
    Person,
    Device,
    /// A comment of the document itself.
    Note,
    Other,
}

impl Kind {
    fn of(element: Element<'_>) -> Self {
        match (element.namespace(), element.name()) {
            (PIDF, "tuple") => Self::Service,
            (PIDF, "note") => Self::Note,
            (DATA_MODEL, "person") => Self::Person,
            (DATA_MODEL, "device") => Self::Device,
            _ => Self::Other,
        }
    }

    /// Whether a component is part of what is sent (RFC 5025 §3.3.1).
    fn is_shown(self, element: Element<'_>, permissions: &Permissions) -> bool {
        let selectors = match self {
            Self::Service => &permissions.services,
            Self::Person => &permissions.persons,
            Self::Device => &permissions.devices,
            Self::Note => return permissions.shows("note"),
            Self::Other => return permissions.shows_unknown(element),
        };
        selectors.iter().any(|selector| match selector {
            Selector::All => true,
            Selector::With(property, value) => has(element, property, value),
        })
    }

    /// Takes out of a component what is not permitted (RFC 5025 §3.3.2).
    fn reduce(self, element: Element<'_>, permissions: &Permissions, pieces: &mut Vec<Piece>) {
        if !matches!(self, Self::Service | Self::Person | Self::Device)
            || permissions.all_attributes
        {
            return;
        }
        for attribute in element.children() {
            match (attribute.namespace(), attribute.name()) {
                (PIDF, "status") if self == Self::Service => {
                    let others = attribute.children().filter(|c| !c.is(PIDF, "basic"));
                    let hidden = others.filter(|c| !permissions.shows_unknown(*c));
                    pieces.extend(hidden.map(|child| (child.span(), String::new())));
                }
                (RPID, "user-input") => match permissions.user_input {
                    UserInputDetail::Full => {}
                    UserInputDetail::Nothing => pieces.push((attribute.span(), String::new())),
                    detail => pieces.push((attribute.span(), user_input(attribute, detail))),
                },
                _ if self.always_shows(attribute) || permissions.shows_attribute(attribute) => {}
                _ => pieces.push((attribute.span(), String::new())),
            }
        }
    }

    /// What no rule can hide of a component that is shown.
    fn always_shows(self, attribute: Element<'_>) -> bool {
        let time = matches!(attribute.namespace(), PIDF | DATA_MODEL);
        match (self, attribute.name()) {
            (_, "timestamp") => time,
            (Self::Service, "contact") => attribute.namespace() == PIDF,
            (Self::Service, "service-class") => attribute.namespace() == RPID,
            (Self::Device, "deviceID") => attribute.namespace() == DATA_MODEL,
            _ => false,
        }
    }
}

impl Permissions {
    fn shows_attribute(&self, attribute: Element<'_>) -> bool {
        let known = match attribute.namespace() {
            RPID => RPID_ATTRIBUTES.contains(&attribute.name()),
            DATA_MODEL => matches!(attribute.name(), "deviceID" | "note"),
            PIDF => attribute.name() == "note",
            _ => false,
        };
        if known {
            self.shows(attribute.name())
        } else {
            self.shows_unknown(attribute)
        }
    }

    fn shows_unknown(&self, element: Element<'_>) -> bool {
        let name = (element.namespace().to_owned(), element.name().to_owned());
        self.all_attributes || self.unknown_attributes.contains(&name)
    }
}

/// Whether a component has the property that a rule selects it by.
fn has(component: Element<'_>, property: &str, value: &str) -> bool {
    let child = |namespace: &str, name: &str| {
        let children = component.children_named(namespace, name);
        children.map(Element::trimmed).collect::<Vec<_>>()
    };
    match property {
        "occurrence-id" => component.attribute("id") == Some(value),
        "class" => child(RPID, "class").contains(&value),
        "deviceID" => child(DATA_MODEL, "deviceID").contains(&value),
        "service-uri" => child(PIDF, "contact")
            .iter()
            .any(|contact| *contact == value || Watcher::is_same(contact, value)),
        "service-uri-scheme" => child(PIDF, "contact").iter().any(|contact| {
            contact
                .split_once(':')
                .is_some_and(|(scheme, _)| scheme.eq_ignore_ascii_case(value))
        }),
        _ => false,
    }
}

/// The element with those of its attributes that are shown at this level of detail.
fn user_input(element: Element<'_>, detail: UserInputDetail) -> String {
    let threshold = element
        .attribute("idle-threshold")
        .filter(|_| detail == UserInputDetail::Thresholds)
        .map(|value| format!(" idle-threshold=\"{}\"", escape(value)))
        .unwrap_or_default();
    format!(
        "<user-input xmlns=\"{RPID}\"{threshold}>{}</user-input>",
        escape(element.trimmed())
    )
}

const PIDF: &str = "urn:ietf:params:xml:ns:pidf";
const DATA_MODEL: &str = "urn:ietf:params:xml:ns:pidf:data-model";
const RPID: &str = "urn:ietf:params:xml:ns:pidf:rpid";
/// What rules can hide by name (RFC 5025 §3.3.2).
const RPID_ATTRIBUTES: [&str; 12] = [
    "activities",
    "class",
    "mood",
    "note",
    "place-is",
    "place-type",
    "privacy",
    "relationship",
    "sphere",
    "status-icon",
    "time-offset",
    "user-input",
];
