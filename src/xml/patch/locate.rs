//! Finding the one node that a selector means.

use super::super::limits;
use super::PatchFault;
use super::selector::{Condition, End, Name, Selector, Step};
use super::tree::{Id, Kind, ROOT, Tree, split};

/// What was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    /// An element, text, comment or processing instruction.
    Node(Id),
    /// An element, and the number of one of its attributes.
    Attribute(Id, usize),
    /// An element, and the number of one of its declarations.
    Declaration(Id, usize),
}

/// Nodes that may still be looked at, so that no selector costs without bound.
#[derive(Debug)]
pub(super) struct Budget(usize);

/// Where the prefixes of a selector are declared.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scope<'a> {
    pub(super) tree: &'a Tree,
    pub(super) node: Id,
}

/// A name with its prefix resolved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Expanded<'a> {
    pub(super) namespace: &'a str,
    pub(super) local: &'a str,
}

impl Default for Budget {
    fn default() -> Self {
        Self(limits::PATCH_VISITS)
    }
}

impl Budget {
    pub(super) fn spend(&mut self, nodes: usize) -> Result<(), PatchFault> {
        self.0 = self.0.checked_sub(nodes).ok_or(PatchFault::TooMuchWork)?;
        Ok(())
    }
}

impl<'a> Scope<'a> {
    /// The name of an element: without a prefix it is in the default namespace of the partial document.
    pub(super) fn element(self, name: &'a Name) -> Result<Expanded<'a>, PatchFault> {
        match self.tree.namespace(self.node, &name.prefix) {
            Some(namespace) => Ok(Expanded {
                namespace,
                local: &name.local,
            }),
            None => Err(PatchFault::UnboundPrefix(name.prefix.clone())),
        }
    }

    /// The name of an attribute: without a prefix it is in no namespace.
    pub(super) fn attribute(self, name: &'a Name) -> Result<Expanded<'a>, PatchFault> {
        if name.prefix.is_empty() {
            return Ok(Expanded {
                namespace: "",
                local: &name.local,
            });
        }
        self.element(name)
    }
}

/// The one node of `tree` that a selector means.
pub(super) fn locate(
    tree: &Tree,
    selector: &Selector,
    scope: Scope<'_>,
    budget: &mut Budget,
) -> Result<Found, PatchFault> {
    let mut elements = match &selector.id {
        Some(id) => with_id(tree, id, budget)?,
        None => vec![ROOT],
    };
    for step in &selector.steps {
        let mut next = Vec::new();
        for element in elements {
            next.extend(follow(tree, element, step, scope, budget)?);
        }
        elements = next;
    }
    let mut found = Vec::new();
    for element in elements {
        match &selector.end {
            End::Element => found.push(Found::Node(element)),
            End::Attribute(name) => {
                let name = scope.attribute(name)?;
                found.extend(attribute(tree, element, name).map(|n| Found::Attribute(element, n)));
            }
            End::Declaration(prefix) => {
                let declared = tree.tag(element).map_or(&[][..], |tag| &tag.declared);
                let number = declared.iter().position(|(name, _)| name == prefix);
                found.extend(number.map(|number| Found::Declaration(element, number)));
            }
            End::Text(position) => {
                let is_text = |kind: &Kind| matches!(kind, Kind::Text(_));
                // The texts around the root element are no nodes to a selector.
                if element != ROOT {
                    found.extend(pick(tree, element, *position, is_text, budget)?);
                }
            }
            End::Comment(position) => {
                let is_comment = |kind: &Kind| matches!(kind, Kind::Comment(_));
                found.extend(pick(tree, element, *position, is_comment, budget)?);
            }
            End::Instruction(target, position) => {
                let is_wanted = |kind: &Kind| match (kind, target) {
                    (Kind::Instruction(written), Some(target)) => instruction(written) == target,
                    (Kind::Instruction(_), None) => true,
                    _ => false,
                };
                found.extend(pick(tree, element, *position, is_wanted, budget)?);
            }
        }
    }
    match found[..] {
        [one] if one == Found::Node(ROOT) => {
            Err(PatchFault::Selector("it selects the whole document"))
        }
        [one] => Ok(one),
        [] => Err(PatchFault::NotFound),
        _ => Err(PatchFault::Ambiguous(found.len())),
    }
}

/// The number of an attribute among those of an element.
pub(super) fn attribute(tree: &Tree, element: Id, wanted: Expanded<'_>) -> Option<usize> {
    let attributes = &tree.tag(element)?.attributes;
    attributes.iter().position(|(name, _)| {
        let (prefix, local) = split(name);
        let namespace = if prefix.is_empty() {
            Some("")
        } else {
            tree.namespace(element, prefix)
        };
        local == wanted.local && namespace == Some(wanted.namespace)
    })
}

/// Elements with an id: `xml:id`, or the attribute `id` that all formats of presence have.
fn with_id(tree: &Tree, id: &str, budget: &mut Budget) -> Result<Vec<Id>, PatchFault> {
    let mut found = Vec::new();
    let mut ahead = vec![ROOT];
    while let Some(node) = ahead.pop() {
        budget.spend(1)?;
        let has = tree.tag(node).is_some_and(|tag| {
            tag.attributes
                .iter()
                .any(|(name, value)| matches!(name.as_str(), "id" | "xml:id") && value == id)
        });
        if has {
            found.push(node);
        }
        ahead.extend(tree.node(node).children.iter().rev());
    }
    Ok(found)
}

fn follow(
    tree: &Tree,
    parent: Id,
    step: &Step,
    scope: Scope<'_>,
    budget: &mut Budget,
) -> Result<Vec<Id>, PatchFault> {
    let mut found = elements(tree, parent, step.name.as_ref(), scope, budget)?;
    for condition in &step.conditions {
        found = match condition {
            Condition::Position(number) => number
                .checked_sub(1)
                .and_then(|index| found.get(index).copied())
                .into_iter()
                .collect(),
            Condition::Attribute(name, value) => {
                let name = scope.attribute(name)?;
                for element in &found {
                    let attributes = tree.tag(*element).map_or(0, |tag| tag.attributes.len());
                    budget.spend(1 + attributes)?;
                }
                found.retain(|element| {
                    let number = attribute(tree, *element, name);
                    let tag = tree.tag(*element);
                    number
                        .zip(tag)
                        .is_some_and(|(number, tag)| tag.attributes[number].1 == *value)
                });
                found
            }
            Condition::Child(name, value) => {
                let mut kept = Vec::new();
                for element in found {
                    for child in elements(tree, element, Some(name), scope, budget)? {
                        if has_text(tree, child, value, budget)? {
                            kept.push(element);
                            break;
                        }
                    }
                }
                kept
            }
            Condition::Text(value) => {
                let mut kept = Vec::new();
                for element in found {
                    if has_text(tree, element, value, budget)? {
                        kept.push(element);
                    }
                }
                kept
            }
        };
    }
    Ok(found)
}

fn elements(
    tree: &Tree,
    parent: Id,
    name: Option<&Name>,
    scope: Scope<'_>,
    budget: &mut Budget,
) -> Result<Vec<Id>, PatchFault> {
    let wanted = name.map(|name| scope.element(name)).transpose()?;
    let children = &tree.node(parent).children;
    budget.spend(children.len() + 1)?;
    let is_wanted = |id: &Id| {
        tree.tag(*id).is_some_and(|tag| {
            let (prefix, local) = split(&tag.name);
            wanted.is_none_or(|wanted| {
                local == wanted.local && tree.namespace(*id, prefix) == Some(wanted.namespace)
            })
        })
    };
    Ok(children.iter().copied().filter(is_wanted).collect())
}

fn has_text(tree: &Tree, id: Id, text: &str, budget: &mut Budget) -> Result<bool, PatchFault> {
    let mut ahead = vec![id];
    while let Some(node) = ahead.pop() {
        let length = match &tree.node(node).kind {
            Kind::Text(text) => text.len(),
            _ => 0,
        };
        budget.spend(1 + length / TEXT_PER_VISIT)?;
        ahead.extend(&tree.node(node).children);
    }
    Ok(tree.text(id) == text)
}

/// Child nodes of a kind, or the one with a number.
fn pick(
    tree: &Tree,
    parent: Id,
    position: Option<usize>,
    is_wanted: impl Fn(&Kind) -> bool,
    budget: &mut Budget,
) -> Result<Vec<Found>, PatchFault> {
    let children = &tree.node(parent).children;
    budget.spend(children.len())?;
    let wanted = children
        .iter()
        .filter(|child| is_wanted(&tree.node(**child).kind))
        .map(|child| Found::Node(*child));
    Ok(match position {
        Some(0) => Vec::new(),
        Some(number) => wanted.skip(number - 1).take(1).collect(),
        None => wanted.collect(),
    })
}

/// The target of a processing instruction.
fn instruction(written: &str) -> &str {
    let inner = written.trim_start_matches("<?").trim_end_matches("?>");
    inner.split_ascii_whitespace().next().unwrap_or_default()
}

/// Reading so many bytes of text is as much work as visiting a node.
const TEXT_PER_VISIT: usize = 64;
