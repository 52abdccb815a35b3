//! Carrying out one operation.

use super::super::{Element, is_ncname, limits};
use super::PatchFault;
use super::locate::{Budget, Found, Scope, attribute, locate};
use super::selector::{Name, Selector};
use super::tree::{Id, Kind, ROOT, Tree};

/// A document while it is changed.
#[derive(Debug)]
pub(super) struct Patch<'a> {
    tree: Tree,
    diff: &'a Tree,
    budget: Budget,
}

impl<'a> Patch<'a> {
    pub(super) fn new(tree: Tree, diff: &'a Tree) -> Self {
        Self {
            tree,
            diff,
            budget: Budget::default(),
        }
    }

    pub(super) fn into_text(self) -> String {
        self.tree.write()
    }
}

/// Carries out the operation of an element, which is `id` in the tree of the partial document.
pub(super) fn operation(
    patch: &mut Patch<'_>,
    id: Id,
    element: Element<'_>,
) -> Result<(), PatchFault> {
    let name = element.name();
    if !matches!(name, "add" | "replace" | "remove") {
        return Err(PatchFault::UnknownOperation(shown(name)));
    }
    let selector = element.attribute("sel").ok_or(PatchFault::NoSelector)?;
    let selector = Selector::parse(selector)?;
    let scope = Scope {
        tree: patch.diff,
        node: id,
    };
    let found = locate(&patch.tree, &selector, scope, &mut patch.budget)?;
    match (name, element.attribute("type")) {
        ("add", Some(kind)) => patch.add_to_tag(id, found, kind.trim()),
        ("add", None) => patch.add(id, found, element.attribute("pos")),
        ("replace", _) => patch.replace(id, found),
        _ => patch.remove(found, element.attribute("ws")),
    }
}

impl Patch<'_> {
    fn add(&mut self, id: Id, found: Found, pos: Option<&str>) -> Result<(), PatchFault> {
        let Found::Node(target) = found else {
            return Err(PatchFault::WrongNode);
        };
        let is_element = self.tree.tag(target).is_some();
        let inside = (target, self.tree.node(target).children.len());
        let beside = (self.tree.node(target).parent, self.tree.index(target));
        let (parent, index) = match pos.map(str::trim) {
            None | Some("append") if is_element => inside,
            Some("prepend") if is_element => (target, 0),
            Some("before") => beside,
            Some("after") => (beside.0, beside.1 + 1),
            None | Some("prepend" | "append") => return Err(PatchFault::WrongNode),
            Some(other) => return Err(PatchFault::BadValue(shown(other))),
        };
        let content: Vec<Id> = self.diff.node(id).children.clone();
        if parent == ROOT
            && content.iter().any(|node| match self.diff.node(*node).kind {
                Kind::Text(_) => !self.diff.is_blank(*node),
                Kind::Element(_) => true,
                _ => false,
            })
        {
            return Err(PatchFault::Root);
        }
        let siblings = self.tree.node(parent).children.len();
        self.budget.spend(siblings + content.len())?;
        let mut grafted = Vec::with_capacity(content.len());
        for node in content {
            grafted.push(self.graft(id, node, parent)?);
        }
        self.tree.insert(parent, index, grafted);
        self.tree.join_texts(parent);
        Ok(())
    }

    /// Adds an attribute (`@name`) or a declaration (`namespace::prefix`).
    fn add_to_tag(&mut self, id: Id, found: Found, kind: &str) -> Result<(), PatchFault> {
        let Found::Node(target) = found else {
            return Err(PatchFault::WrongNode);
        };
        if self.tree.tag(target).is_none() {
            return Err(PatchFault::WrongNode);
        }
        let value = self.text_of(id)?;
        if let Some(prefix) = kind.strip_prefix("namespace::") {
            if !is_ncname(prefix) || matches!(prefix, "xml" | "xmlns") {
                return Err(PatchFault::BadValue(shown(kind)));
            }
            return self.declare_new(target, prefix, &value);
        }
        let name = kind.strip_prefix('@').and_then(Name::parse);
        let name = name.ok_or_else(|| PatchFault::BadValue(shown(kind)))?;
        let scope = Scope {
            tree: self.diff,
            node: id,
        };
        let expanded = scope.attribute(&name)?;
        if attribute(&self.tree, target, expanded).is_some() {
            return Err(PatchFault::Exists(shown(kind)));
        }
        let written = if expanded.namespace.is_empty() {
            name.local.clone()
        } else {
            let namespace = expanded.namespace.to_owned();
            let prefix = self.prefix_for(target, &namespace, &name.prefix);
            format!("{prefix}:{}", name.local)
        };
        if let Some(tag) = self.tree.tag_mut(target) {
            tag.attributes.push((written, value));
        }
        Ok(())
    }

    fn replace(&mut self, id: Id, found: Found) -> Result<(), PatchFault> {
        let target = match found {
            Found::Attribute(element, number) => {
                let value = self.text_of(id)?;
                if let Some(tag) = self.tree.tag_mut(element) {
                    tag.attributes[number].1 = value;
                }
                return Ok(());
            }
            Found::Declaration(element, number) => {
                let namespace = self.text_of(id)?.trim().to_owned();
                if namespace.is_empty() {
                    return Err(PatchFault::Content("a namespace"));
                }
                if let Some(tag) = self.tree.tag_mut(element) {
                    tag.declared[number].1 = namespace;
                }
                return Ok(());
            }
            Found::Node(target) => target,
        };
        let kind = &self.tree.node(target).kind;
        if let Kind::Text(_) = kind {
            let written = self.written_text(id)?;
            if written.is_empty() {
                self.tree.remove(target);
            } else {
                self.tree.set_text(target, written);
            }
            return Ok(());
        }
        let wanted = std::mem::discriminant(kind);
        let content: Vec<Id> = self
            .diff
            .node(id)
            .children
            .iter()
            .copied()
            .filter(|node| !self.diff.is_blank(*node))
            .collect();
        let [node] = content[..] else {
            return Err(PatchFault::Content("exactly one node of the same kind"));
        };
        if std::mem::discriminant(&self.diff.node(node).kind) != wanted {
            return Err(PatchFault::Content("exactly one node of the same kind"));
        }
        let parent = self.tree.node(target).parent;
        let index = self.tree.index(target);
        self.budget.spend(self.tree.node(parent).children.len())?;
        let grafted = self.graft(id, node, parent)?;
        self.tree.insert(parent, index, vec![grafted]);
        self.tree.remove(target);
        Ok(())
    }

    fn remove(&mut self, found: Found, ws: Option<&str>) -> Result<(), PatchFault> {
        let (before, after) = match ws.map(str::trim) {
            None => (false, false),
            Some("before") => (true, false),
            Some("after") => (false, true),
            Some("both") => (true, true),
            Some(other) => return Err(PatchFault::BadValue(shown(other))),
        };
        let target = match found {
            _ if (before || after) && self.is_plain(found) => return Err(PatchFault::WrongNode),
            Found::Node(target) => target,
            Found::Attribute(element, number) => {
                if let Some(tag) = self.tree.tag_mut(element) {
                    tag.attributes.remove(number);
                }
                return Ok(());
            }
            Found::Declaration(element, number) => return self.undeclare(element, number),
        };
        let parent = self.tree.node(target).parent;
        if parent == ROOT && self.tree.tag(target).is_some() {
            return Err(PatchFault::Root);
        }
        let siblings = &self.tree.node(parent).children;
        let index = self.tree.index(target);
        let mut doomed = vec![target];
        for (wanted, sibling) in [
            (before, index.checked_sub(1)),
            (after, index.checked_add(1)),
        ] {
            if !wanted {
                continue;
            }
            let sibling = sibling.and_then(|index| siblings.get(index).copied());
            match sibling.filter(|sibling| self.tree.is_blank(*sibling)) {
                Some(blank) => doomed.push(blank),
                None => return Err(PatchFault::NoWhiteSpace),
            }
        }
        self.budget.spend(siblings.len() * doomed.len())?;
        // White space first: without the node between them the texts would be one.
        for node in doomed.into_iter().rev() {
            self.tree.remove(node);
        }
        Ok(())
    }

    /// Whether what was found has no white space of its own around it.
    fn is_plain(&self, found: Found) -> bool {
        match found {
            Found::Node(id) => matches!(self.tree.node(id).kind, Kind::Text(_)),
            Found::Attribute(..) | Found::Declaration(..) => true,
        }
    }

    /// A copy of a node of the partial document, with the declarations that its names need below `parent`.
    fn graft(&mut self, scope: Id, node: Id, parent: Id) -> Result<Id, PatchFault> {
        if self.tree.depth(parent) + self.diff.height(node) > limits::DEPTH {
            return Err(PatchFault::TooDeep);
        }
        let mut declared = Vec::new();
        for prefix in self.diff.free_prefixes(node) {
            let Some(namespace) = self.diff.namespace(scope, &prefix) else {
                return Err(PatchFault::UnboundPrefix(shown(&prefix)));
            };
            if self.tree.namespace(parent, &prefix) != Some(namespace) {
                declared.push((prefix, namespace.to_owned()));
            }
        }
        let grafted = self.tree.graft(self.diff, node, parent);
        if let Some(tag) = self.tree.tag_mut(grafted) {
            tag.declared.extend(declared);
        }
        Ok(grafted)
    }

    fn declare_new(&mut self, target: Id, prefix: &str, namespace: &str) -> Result<(), PatchFault> {
        let namespace = namespace.trim().to_owned();
        if namespace.is_empty() {
            return Err(PatchFault::Content("a namespace"));
        }
        let Some(tag) = self.tree.tag_mut(target) else {
            return Err(PatchFault::WrongNode);
        };
        if tag.declared.iter().any(|(declared, _)| declared == prefix) {
            return Err(PatchFault::Exists(shown(prefix)));
        }
        tag.declared.push((prefix.to_owned(), namespace));
        Ok(())
    }

    fn undeclare(&mut self, element: Id, number: usize) -> Result<(), PatchFault> {
        let Some(tag) = self.tree.tag_mut(element) else {
            return Err(PatchFault::WrongNode);
        };
        let (prefix, namespace) = tag.declared.remove(number);
        self.budget.spend(self.tree.size(element))?;
        let uses = self.tree.free_prefixes(element).contains(&prefix);
        if uses && self.tree.namespace(element, &prefix) != Some(&namespace) {
            return Err(PatchFault::PrefixInUse(shown(&prefix)));
        }
        Ok(())
    }

    /// A prefix for an attribute's namespace at an element: one that is declared, or a new one.
    fn prefix_for(&mut self, target: Id, namespace: &str, wish: &str) -> String {
        if let Some(prefix) = self.tree.prefix(target, namespace) {
            return prefix;
        }
        // What is not declared here is not used by anything further in without being declared there.
        let numbered = (1u32..).map(|number| format!("n{number}"));
        let prefix = std::iter::once(wish.to_owned())
            .chain(numbered)
            .find(|prefix| self.tree.namespace(target, prefix).is_none())
            .unwrap_or_default();
        if let Some(tag) = self.tree.tag_mut(target) {
            tag.declared.push((prefix.clone(), namespace.to_owned()));
        }
        prefix
    }

    /// The text of an operation, references resolved.
    fn text_of(&self, id: Id) -> Result<String, PatchFault> {
        self.written_text(id)?;
        Ok(self.diff.text(id))
    }

    /// The text of an operation as written; it must hold nothing else.
    fn written_text(&self, id: Id) -> Result<String, PatchFault> {
        let mut written = String::new();
        for child in &self.diff.node(id).children {
            match &self.diff.node(*child).kind {
                Kind::Text(text) => written.push_str(text),
                _ => return Err(PatchFault::Content("text alone")),
            }
        }
        Ok(written)
    }
}

fn shown(text: &str) -> String {
    text.chars().take(80).collect()
}
