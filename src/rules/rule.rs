//! A rule document as data (RFC 4745 section 13, RFC 5025 section 7), with the places of what can be edited.

use std::collections::BTreeSet;
use std::ops::Range;

use jiff::Timestamp;

use crate::xml::{Element, boolean};

use super::decision::Decision;

/// One rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Its id, empty when it has none.
    pub id: String,
    /// When it applies: all of them must hold. `None` is no conditions element at all.
    pub conditions: Option<Vec<Condition>>,
    /// What it says about the subscription; [`Decision::Undecided`] when it says nothing that is known.
    pub decision: Decision,
    /// What it lets a watcher see.
    pub permissions: Permissions,
    /// Names of actions and transformations that are not understood; they are kept as they are.
    pub foreign: Vec<String>,
    pub(super) span: Range<usize>,
}

/// A condition (RFC 4745 section 7).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// Any of these must match the watcher.
    Identity(Vec<Matcher>),
    /// Any of these must be the presentity's sphere.
    Sphere(Vec<String>),
    /// Any of these times must be now; the first bound counts in, the second does not.
    Validity(Vec<(Timestamp, Timestamp)>),
    /// One that is not understood, which therefore never holds, by its name.
    Unknown(String),
}

/// A child of an identity condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matcher {
    /// Whom it matches.
    pub whom: Whom,
    pub(super) place: Place,
}

/// Whom a [`Matcher`] matches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whom {
    /// One address.
    One(String),
    /// Everybody whose identity was checked, of a domain if one is named, but for the exceptions.
    Many {
        /// The domain, as written.
        domain: Option<String>,
        /// Who is left out.
        except: Vec<Except>,
    },
    /// Something that is not understood, which therefore matches nobody.
    Unknown(String),
}

/// Who is left out of a [`Whom::Many`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Except {
    /// An address.
    pub id: Option<String>,
    /// A domain.
    pub domain: Option<String>,
    pub(super) span: Range<usize>,
}

/// Where an element stands in the source, and how it is named there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) span: Range<usize>,
    pub(super) content: Range<usize>,
    pub(super) self_closing: bool,
    /// Prefix with its colon, or nothing.
    pub(super) prefix: String,
}

/// What a watcher may see (RFC 5025 section 3.3). Combined over rules each member on its own: the largest value wins,
/// sets are united.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Permissions {
    /// Tuples that are shown.
    pub services: BTreeSet<Selector>,
    /// Persons that are shown.
    pub persons: BTreeSet<Selector>,
    /// Devices that are shown.
    pub devices: BTreeSet<Selector>,
    /// Attributes that are shown, by the part of the element's name after `provide-`.
    pub attributes: BTreeSet<String>,
    /// Attributes outside the standard that are shown: namespace and name.
    pub unknown_attributes: BTreeSet<(String, String)>,
    /// Whether every attribute is shown.
    pub all_attributes: bool,
    /// How much is shown of `user-input`.
    pub user_input: UserInputDetail,
}

/// Which tuples, persons or devices are shown.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Selector {
    /// Every one.
    All,
    /// Those with a property: `class`, `occurrence-id`, `deviceID`, `service-uri` or `service-uri-scheme`, and its value.
    With(&'static str, String),
}

/// How much of `user-input` is shown (RFC 5025 section 3.3.2.12).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum UserInputDetail {
    /// Nothing.
    #[default]
    Nothing,
    /// Active or idle.
    Bare,
    /// The threshold too.
    Thresholds,
    /// Everything.
    Full,
}

impl Rule {
    pub(super) fn read(element: Element<'_>) -> Self {
        let mut rule = Self {
            id: element.attribute("id").unwrap_or_default().to_owned(),
            conditions: None,
            decision: Decision::Undecided,
            permissions: Permissions::default(),
            foreign: Vec::new(),
            span: element.span(),
        };
        for child in element.children() {
            match (child.namespace(), child.name()) {
                (COMMON_POLICY, "conditions") => {
                    rule.conditions
                        .get_or_insert_default()
                        .extend(child.children().map(condition));
                }
                (COMMON_POLICY, "actions") => rule.actions(child),
                (COMMON_POLICY, "transformations") => rule.transformations(child),
                _ => rule.foreign.push(child.name().to_owned()),
            }
        }
        rule
    }

    /// Every matcher of every identity condition.
    pub fn matchers(&self) -> impl Iterator<Item = &Matcher> {
        self.conditions
            .iter()
            .flatten()
            .flat_map(|condition| match condition {
                Condition::Identity(matchers) => matchers.as_slice(),
                _ => &[],
            })
    }

    /// Whether it names whom it is about. Without, it is about everybody.
    pub(super) fn has_identity(&self) -> bool {
        self.conditions
            .iter()
            .flatten()
            .any(|c| matches!(c, Condition::Identity(_)))
    }

    /// Whether it can ever apply: a condition that is not understood never holds.
    pub(super) fn can_apply(&self) -> bool {
        !self
            .conditions
            .iter()
            .flatten()
            .any(|c| matches!(c, Condition::Unknown(_)))
    }

    fn actions(&mut self, actions: Element<'_>) {
        for action in actions.children() {
            let known = action
                .is(PRES_RULES, "sub-handling")
                .then(|| Decision::from_action(action.trimmed()))
                .flatten();
            match known {
                Some(decision) => self.decision = self.decision.max(decision),
                None => self.foreign.push(action.name().to_owned()),
            }
        }
    }

    fn transformations(&mut self, transformations: Element<'_>) {
        for provide in transformations.children() {
            if provide.namespace() != PRES_RULES || !self.permissions.provide(provide) {
                self.foreign.push(provide.name().to_owned());
            }
        }
    }
}

impl Permissions {
    /// Adds what another rule permits (RFC 4745 section 10.2).
    pub fn combine(&mut self, other: &Self) {
        self.services.extend(other.services.iter().cloned());
        self.persons.extend(other.persons.iter().cloned());
        self.devices.extend(other.devices.iter().cloned());
        self.attributes.extend(other.attributes.iter().cloned());
        self.unknown_attributes
            .extend(other.unknown_attributes.iter().cloned());
        self.all_attributes |= other.all_attributes;
        self.user_input = self.user_input.max(other.user_input);
    }

    /// Whether a watcher who is allowed sees anything at all: some component must be open.
    pub fn shows_anything(&self) -> bool {
        !(self.services.is_empty() && self.persons.is_empty() && self.devices.is_empty())
    }

    /// Whether an attribute is shown, by the part of its permission's name after `provide-`.
    pub fn shows(&self, attribute: &str) -> bool {
        self.all_attributes
            || self.attributes.contains(attribute)
            || (attribute == "user-input" && self.user_input > UserInputDetail::Nothing)
    }

    /// Reads one transformation; false when it is not understood.
    fn provide(&mut self, element: Element<'_>) -> bool {
        let Some(what) = element.name().strip_prefix("provide-") else {
            return false;
        };
        match what {
            "services" => self.services.extend(selectors(element, "all-services")),
            "persons" => self.persons.extend(selectors(element, "all-persons")),
            "devices" => self.devices.extend(selectors(element, "all-devices")),
            "all-attributes" => self.all_attributes = true,
            "user-input" => {
                let detail = match element.trimmed() {
                    "false" => UserInputDetail::Nothing,
                    "bare" => UserInputDetail::Bare,
                    "thresholds" => UserInputDetail::Thresholds,
                    "full" => UserInputDetail::Full,
                    _ => return false,
                };
                self.user_input = self.user_input.max(detail);
            }
            "unknown-attribute" => {
                let (Some(namespace), Some(name)) =
                    (element.attribute("ns"), element.attribute("name"))
                else {
                    return false;
                };
                if boolean(element.trimmed()) == Some(true) {
                    self.unknown_attributes
                        .insert((namespace.to_owned(), name.to_owned()));
                }
            }
            _ => match boolean(element.trimmed()) {
                Some(true) => {
                    self.attributes.insert(what.to_owned());
                }
                Some(false) => {}
                None => return false,
            },
        }
        true
    }
}

fn condition(element: Element<'_>) -> Condition {
    match (element.namespace(), element.name()) {
        (COMMON_POLICY, "identity") => {
            Condition::Identity(element.children().map(matcher).collect())
        }
        (COMMON_POLICY, "sphere") => {
            let value = element.attribute("value").unwrap_or_else(|| element.text());
            Condition::Sphere(value.split_whitespace().map(str::to_lowercase).collect())
        }
        (COMMON_POLICY, "validity") => match validity(element) {
            Some(times) => Condition::Validity(times),
            None => Condition::Unknown("validity".into()),
        },
        (_, name) => Condition::Unknown(name.to_owned()),
    }
}

/// Pairs of `from` and `until`; `None` when they are not complete.
fn validity(element: Element<'_>) -> Option<Vec<(Timestamp, Timestamp)>> {
    let mut times = Vec::new();
    let mut from = None;
    for child in element.children() {
        let time: Timestamp = child.trimmed().parse().ok()?;
        match (child.namespace(), child.name(), from.take()) {
            (COMMON_POLICY, "from", None) => from = Some(time),
            (COMMON_POLICY, "until", Some(start)) => times.push((start, time)),
            _ => return None,
        }
    }
    from.is_none().then_some(times)
}

fn matcher(element: Element<'_>) -> Matcher {
    let unknown = || Whom::Unknown(element.name().to_owned());
    let whom = match (element.namespace(), element.name()) {
        (COMMON_POLICY, "one") if element.children().next().is_none() => element
            .attribute("id")
            .map_or_else(unknown, |id| Whom::One(id.trim().to_owned())),
        (COMMON_POLICY, "many") if element.children().all(|c| c.is(COMMON_POLICY, "except")) => {
            let attribute =
                |e: Element<'_>, name| e.attribute(name).map(|v: &str| v.trim().to_owned());
            let except = element.children().map(|e| Except {
                id: attribute(e, "id"),
                domain: attribute(e, "domain"),
                span: e.span(),
            });
            Whom::Many {
                domain: attribute(element, "domain"),
                except: except.collect(),
            }
        }
        _ => unknown(),
    };
    let prefix = match element.prefix() {
        "" => String::new(),
        prefix => format!("{prefix}:"),
    };
    let place = Place {
        span: element.span(),
        content: element.content_span(),
        self_closing: element.is_self_closing(),
        prefix,
    };
    Matcher { whom, place }
}

fn selectors(element: Element<'_>, all: &str) -> Vec<Selector> {
    let known = element.children().filter(|c| c.namespace() == PRES_RULES);
    let select = known.filter_map(|child| {
        let property = [
            "class",
            "occurrence-id",
            "deviceID",
            "service-uri",
            "service-uri-scheme",
        ];
        if child.name() == all {
            return Some(Selector::All);
        }
        let property = property.into_iter().find(|p| *p == child.name())?;
        Some(Selector::With(property, child.trimmed().to_owned()))
    });
    select.collect()
}

/// Namespace of common policy (RFC 4745).
pub(super) const COMMON_POLICY: &str = "urn:ietf:params:xml:ns:common-policy";
/// Namespace of presence rules (RFC 5025).
pub(super) const PRES_RULES: &str = "urn:ietf:params:xml:ns:pres-rules";
