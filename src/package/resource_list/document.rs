//! Reading `application/rlmi+xml` (RFC 4662 section 5).

use std::collections::HashSet;

use crate::package::body::wrong_root;
use crate::package::mime::without_brackets;
use crate::package::remark::NOT_UNDERSTOOD;
use crate::package::{Body, BodyError, Remarks, address, limits};
use crate::xml::{self, Element};

/// What a server says about a list (RFC 4662 section 5.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List {
    /// The list's address; often another one than was subscribed to.
    pub uri: String,
    /// Number of this document within the subscription.
    pub version: u64,
    /// Whether every resource is named, or only those with something new.
    pub full: bool,
    /// Names for people.
    pub labels: Vec<Label>,
    /// The part that tells about the list as a whole; no package defines one yet.
    pub cid: Option<String>,
    /// The resources.
    pub resources: Vec<Resource>,
    /// What was wrong or not understood.
    pub remarks: Remarks,
}

/// One resource of a list (RFC 4662 section 5.3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resource {
    /// Its address: the key of its row.
    pub uri: String,
    /// Names for people.
    pub labels: Vec<Label>,
    /// The server's subscriptions to it; none while nothing is known yet.
    pub instances: Vec<Instance>,
}

/// One subscription that the server holds to a resource (RFC 4662 section 5.5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instance {
    /// Key within the resource.
    pub id: String,
    /// How the subscription stands.
    pub state: InstanceState,
    /// The part with the resource's own document, without angle brackets.
    pub cid: Option<String>,
    /// Line of the element in the document.
    pub line: u32,
}

/// How a server's subscription to a resource stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InstanceState {
    /// The resource's state is told.
    Active,
    /// Its owner has not decided yet.
    Pending,
    /// It is over, with the reason as a token of RFC 6665 section 4.1.3: to be shown, not acted upon.
    Terminated(Option<String>),
}

/// A name for people (RFC 4662 section 5.4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// The name.
    pub text: String,
    /// Its language tag.
    pub language: Option<String>,
}

impl List {
    /// Reads a body.
    ///
    /// # Errors
    /// [`BodyError`] for a foreign type, XML that is not well-formed or over a limit, another root element, and a list
    /// without a usable `version` or `fullState`: what it says cannot be put in order then. Resources and instances
    /// that lack what they need are left out, with a remark.
    pub fn parse(body: &Body<'_>) -> Result<Self, BodyError> {
        let xml = body.xml(CONTENT_TYPE)?;
        let root = xml.root();
        if !root.is(NAMESPACE, "list") {
            return Err(wrong_root("list", root));
        }
        let language = body.language();
        let missing = |what| BodyError::missing(what, root);
        let mut list = Self {
            uri: attribute(root, "uri").unwrap_or_default().to_owned(),
            version: attribute(root, "version")
                .and_then(|version| version.parse::<u32>().ok())
                .map(u64::from)
                .ok_or_else(|| missing("the version"))?,
            full: root
                .attribute("fullState")
                .and_then(xml::boolean)
                .ok_or_else(|| missing("the attribute fullState"))?,
            labels: labels(root, language),
            cid: attribute(root, "cid").map(|cid| without_brackets(cid).to_owned()),
            resources: Vec::new(),
            remarks: Remarks::default(),
        };
        let mut lines = Lines::new(xml.source());
        let mut addresses = HashSet::new();
        for child in root.children() {
            if child.is(NAMESPACE, "resource") {
                if attribute(child, "uri").is_some_and(|uri| !addresses.insert(uri)) {
                    let message = "the address is that of a resource above, which it replaces";
                    list.remarks.warn(child, message, "RFC 4662 §5.3");
                }
                list.resource(child, language, &mut lines);
            } else if !child.is(NAMESPACE, "name") {
                list.remarks.ignore(child, NOT_UNDERSTOOD, "RFC 4662 §5.1");
            }
        }
        Ok(list)
    }

    fn resource(&mut self, element: Element<'_>, language: Option<&str>, lines: &mut Lines<'_>) {
        let legible = |uri: &&str| address::is_legible(address::bare(uri));
        let Some(uri) = attribute(element, "uri").filter(legible) else {
            self.remarks.warn(
                element,
                "a resource without a legible address, ignored",
                "RFC 4662 §5.3",
            );
            return;
        };
        if self.resources.len() >= limits::RESOURCES {
            self.remarks.warn(
                element,
                "more resources than are kept, ignored",
                "RFC 4662 §5.3",
            );
            return;
        }
        let mut resource = Resource {
            uri: uri.to_owned(),
            labels: labels(element, language),
            instances: Vec::new(),
        };
        for child in element.children() {
            if child.is(NAMESPACE, "name") {
                continue;
            }
            if !child.is(NAMESPACE, "instance") {
                self.remarks.ignore(child, NOT_UNDERSTOOD, "RFC 4662 §5.1");
            } else if resource.instances.len() >= limits::INSTANCES {
                self.remarks.warn(
                    child,
                    "more instances than are kept, ignored",
                    "RFC 4662 §5.5",
                );
            } else if let Some(instance) = Instance::read(child, lines) {
                let id = &instance.id;
                if !id.is_empty() && resource.instances.iter().any(|it| it.id == *id) {
                    let message = "the id is that of an instance above";
                    self.remarks.warn(child, message, "RFC 4662 §5.5");
                }
                resource.instances.push(instance);
            } else {
                self.remarks.warn(
                    child,
                    "an instance whose state is none of active, pending and terminated, ignored",
                    "RFC 4662 §5.5",
                );
            }
        }
        self.resources.push(resource);
    }
}

impl Instance {
    fn read(element: Element<'_>, lines: &mut Lines<'_>) -> Option<Self> {
        let state = match attribute(element, "state")? {
            "active" => InstanceState::Active,
            "pending" => InstanceState::Pending,
            "terminated" => {
                InstanceState::Terminated(attribute(element, "reason").map(str::to_owned))
            }
            _ => return None,
        };
        Some(Self {
            // Servers that never have more than one leave it out.
            id: attribute(element, "id").unwrap_or_default().to_owned(),
            state,
            cid: attribute(element, "cid").map(|cid| without_brackets(cid).to_owned()),
            line: lines.number(element.span().start),
        })
    }
}

impl Label {
    /// The name to show to a reader of these languages, the preferred one first: one in such a language, or in a
    /// variety of it; else one without language; else the first.
    pub fn choose<'a>(labels: &'a [Self], languages: &[&str]) -> Option<&'a Self> {
        let wanted = languages
            .iter()
            .find_map(|wanted| labels.iter().find(|label| label.fits(wanted)));
        wanted
            .or_else(|| labels.iter().find(|label| label.language.is_none()))
            .or_else(|| labels.first())
    }

    fn fits(&self, wanted: &str) -> bool {
        let primary = |tag: &str| {
            let primary = tag.split(['-', '_']).next().unwrap_or_default();
            primary.to_ascii_lowercase()
        };
        self.language
            .as_deref()
            .is_some_and(|language| primary(language) == primary(wanted))
    }
}

fn labels(element: Element<'_>, language: Option<&str>) -> Vec<Label> {
    let names = element
        .children_named(NAMESPACE, "name")
        .take(limits::LABELS);
    let labels = names.map(|name| Label {
        text: name.trimmed().to_owned(),
        language: name.language().or(language).map(str::to_owned),
    });
    labels.filter(|label| !label.text.is_empty()).collect()
}

fn attribute<'a>(element: Element<'a>, name: &str) -> Option<&'a str> {
    element
        .attribute(name)
        .map(str::trim)
        .filter(|value| !value.is_empty())
}

/// Numbers of lines for places that only grow, so that a long list is gone through once.
struct Lines<'a> {
    source: &'a str,
    counted: usize,
    line: u32,
}

impl<'a> Lines<'a> {
    fn new(source: &'a str) -> Self {
        Self {
            source,
            counted: 0,
            line: 1,
        }
    }

    fn number(&mut self, offset: usize) -> u32 {
        let passed = self.source.as_bytes().get(self.counted..offset);
        let ends = memchr::memchr_iter(b'\n', passed.unwrap_or_default()).count();
        self.line += u32::try_from(ends).unwrap_or(u32::MAX);
        self.counted = self.counted.max(offset);
        self.line
    }
}

/// Type of documents about a list.
pub const CONTENT_TYPE: &str = "application/rlmi+xml";
/// Their namespace.
const NAMESPACE: &str = "urn:ietf:params:xml:ns:rlmi";
