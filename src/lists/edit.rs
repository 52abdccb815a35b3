//! Changing what lists say about people, and nothing else.
//!
//! Names are written first, then memberships, then the order on each list. An entry that goes from one group to another takes along what it holds,
//! understood or not. Lists that nobody is in any more stay, as others may refer to them; only
//! [`ResourceLists::without_group`] takes them away.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write as _;

use super::document::{
    ListAt, ListsError, MemberAt, NAMESPACE, Outline, ResourceLists, UNGROUPED, lists_of, prefix,
};
use super::reference::Place;
use super::roster::{Contact, Roster};
use crate::xml::{Element, Piece, escape, opened, splice, whole_line};

impl ResourceLists {
    /// The document in which the lists name these people and nobody else, on each list in this order; what was not to
    /// change is the same to the byte.
    ///
    /// # Errors
    /// [`ListsError`] when the result could not be read back; this document is never changed.
    pub fn brought_to(&self, wanted: &Roster) -> Result<Self, ListsError> {
        self.renamed(wanted)?.regrouped(wanted)?.arranged(wanted)
    }

    /// The document without the lists of a group, where nothing is in them any more, and without references to them
    /// from the other lists (XC-023). `root` is the XCAP root.
    ///
    /// # Errors
    /// [`ListsError`] when the result could not be read back.
    pub fn without_group(&self, group: &str, root: &str) -> Result<Self, ListsError> {
        let is_empty = |list: &ListAt<'_>| {
            list.group.as_deref() == Some(group)
                && list
                    .element
                    .children()
                    .all(|child| child.is(NAMESPACE, "display-name"))
        };
        let outline = self.outline();
        let gone: BTreeSet<usize> = outline
            .lists
            .iter()
            .filter(|list| is_empty(list))
            .map(|list| list.element.span().start)
            .collect();
        let refers = |external: &Element<'_>| {
            let anchor = external.attribute("anchor").unwrap_or_default();
            let place = Place::absolute(anchor.trim(), root);
            let place = place.filter(|place| place.document == self.path());
            let list = place.and_then(|place| place.select(self.document()));
            list.is_some_and(|list| gone.contains(&list.span().start))
        };
        let lists = outline.lists.iter();
        let elements = lists.flat_map(|list| {
            let references = list
                .element
                .children_named(NAMESPACE, "external")
                .filter(&refers);
            let own = Some(list.element).filter(|list| gone.contains(&list.span().start));
            own.into_iter().chain(references)
        });
        let pieces = elements.map(|element| self.cut(element)).collect();
        self.spliced(pieces)
    }

    fn renamed(&self, wanted: &Roster) -> Result<Self, ListsError> {
        let outline = self.outline();
        let (known, _) = outline.roster();
        let entries: BTreeSet<String> = outline
            .members
            .iter()
            .filter(|member| member.is_entry)
            .map(|member| member.contact.person())
            .collect();
        let mut pieces = Vec::new();
        for member in &outline.members {
            let person = member.contact.person();
            let Some(contact) = wanted.find(&person) else {
                continue;
            };
            // Of several names the first is shown, and entries that change places may come before others.
            let untouched = known
                .find(&person)
                .is_some_and(|known| known.says_the_same(contact));
            if untouched || member.contact.name == contact.name {
                continue;
            }
            let name = &contact.name;
            let shown = member.element.child(NAMESPACE, "display-name");
            match shown {
                Some(shown) if name.is_empty() => pieces.push(self.cut(shown)),
                Some(shown) => pieces.push(replace_content(shown, &escape(name))),
                // A reference shows the name of what it refers to.
                None if name.is_empty() || (!member.is_entry && entries.contains(&person)) => {}
                None => {
                    let prefix = prefix(member.element);
                    let text = format!(
                        "<{prefix}display-name>{}</{prefix}display-name>",
                        escape(name)
                    );
                    pieces.push(put_first(member.element, &text));
                }
            }
        }
        self.spliced(pieces)
    }

    fn regrouped(&self, wanted: &Roster) -> Result<Self, ListsError> {
        let outline = self.outline();
        let mut draft = Draft {
            lists: self,
            outline: &outline,
            pieces: Vec::new(),
            added: BTreeMap::new(),
        };
        let mut known: BTreeMap<String, Vec<&MemberAt<'_>>> = BTreeMap::new();
        for member in &outline.members {
            known
                .entry(member.contact.person())
                .or_default()
                .push(member);
        }
        for (person, members) in &known {
            match wanted.find(person) {
                None => members.iter().for_each(|member| draft.cut(member)),
                Some(contact) => draft.regroup(contact, members),
            }
        }
        for contact in wanted.contacts() {
            if !known.contains_key(&contact.person()) {
                draft.regroup(contact, &[]);
            }
        }
        let pieces = draft.finish();
        self.spliced(pieces)
    }

    /// Puts the members of each list into this order, each where another one stood. A list that reads in this order
    /// already stays, even when it contradicts another one.
    fn arranged(&self, wanted: &Roster) -> Result<Self, ListsError> {
        let outline = self.outline();
        let (known, _) = outline.roster();
        let places =
            |roster: &Roster| -> HashMap<String, usize> { roster.persons().zip(0..).collect() };
        let (as_read, as_wanted) = (places(&known), places(wanted));
        let place = |places: &HashMap<String, usize>, member: &MemberAt<'_>| {
            places.get(&member.contact.person()).copied()
        };
        let mut pieces = Vec::new();
        for list in outline.members_of_lists() {
            let mut read = list.clone();
            read.sort_by_cached_key(|member| place(&as_read, member));
            if read.is_sorted_by_key(|member| place(&as_wanted, member)) {
                continue;
            }
            let mut sorted = list.clone();
            sorted.sort_by_cached_key(|member| place(&as_wanted, member));
            for (old, new) in list.iter().zip(sorted) {
                let (old, new) = (old.element.span(), new.element.span());
                if old != new {
                    pieces.push((old, self.source()[new].to_owned()));
                }
            }
        }
        let arranged = self.spliced(pieces)?;
        // A reference that counts entries may mean somebody else now.
        let (found, _) = arranged.outline().roster();
        let same = found.says_the_same(&known);
        Ok(if same { arranged } else { self.clone() })
    }

    fn cut(&self, element: Element<'_>) -> Piece {
        (whole_line(self.source(), element.span()), String::new())
    }

    fn spliced(&self, pieces: Vec<Piece>) -> Result<Self, ListsError> {
        if pieces.is_empty() {
            return Ok(self.clone());
        }
        self.with_source(&splice(self.source(), pieces))
    }
}

/// A change of memberships.
struct Draft<'a> {
    lists: &'a ResourceLists,
    outline: &'a Outline<'a>,
    pieces: Vec<Piece>,
    /// New members of each group's list, `None` of the list of those who are in no group.
    added: BTreeMap<Option<String>, Vec<Added<'a>>>,
}

/// A new member of a list.
enum Added<'a> {
    /// An entry that is taken out elsewhere, with all that it holds.
    Moved(&'a MemberAt<'a>),
    /// Somebody new there.
    New(Contact),
}

impl<'a> Draft<'a> {
    fn cut(&mut self, member: &MemberAt<'_>) {
        self.pieces.push(self.lists.cut(member.element));
    }

    /// Puts somebody into the right lists.
    fn regroup(&mut self, contact: &Contact, members: &[&'a MemberAt<'a>]) {
        let was: BTreeSet<&String> = members
            .iter()
            .flat_map(|member| &member.contact.groups)
            .collect();
        let leaves = |member: &MemberAt<'_>| {
            let list = &self.outline.lists[member.list];
            match &list.group {
                Some(group) => !contact.groups.contains(group),
                // Who gets a first group goes out of the list of those who have none.
                None => {
                    was.is_empty()
                        && !contact.groups.is_empty()
                        && list.element.attribute("name") == Some(UNGROUPED)
                }
            }
        };
        let (gone, left): (Vec<&MemberAt<'a>>, Vec<_>) =
            members.iter().partition(|member| leaves(member));
        let mut moved = gone.iter().copied().find(|member| member.is_entry);
        // References to an entry that goes would lead nowhere.
        let orphans: Vec<&MemberAt<'a>> = match moved {
            Some(_) => left.iter().copied().filter(|m| !m.is_entry).collect(),
            None => Vec::new(),
        };
        let mut new: Vec<Option<String>> = contact
            .groups
            .iter()
            .filter(|group| !was.contains(group))
            .map(|group| Some(group.clone()))
            .collect();
        if contact.groups.is_empty() && left.is_empty() {
            new.push(None);
        }
        for member in &gone {
            self.cut(member);
        }
        for orphan in orphans {
            let target = Some(&self.outline.lists[orphan.list]);
            let text = match moved.take() {
                Some(from) => self.text_of(from, target),
                None => entry(contact, &prefix(orphan.element)),
            };
            self.pieces.push((orphan.element.span(), text));
        }
        for group in new {
            let added = match moved.take() {
                Some(from) => Added::Moved(from),
                None => Added::New(contact.clone()),
            };
            self.added.entry(group).or_default().push(added);
        }
    }

    /// All pieces.
    fn finish(mut self) -> Vec<Piece> {
        let mut new_lists = String::new();
        let mut names: BTreeSet<String> = lists_of(self.lists.document().root())
            .filter_map(|list| list.attribute("name"))
            .map(str::to_owned)
            .collect();
        let root = self.lists.document().root();
        for (group, added) in std::mem::take(&mut self.added) {
            let target = self.list_of(group.as_deref());
            let around = prefix(target.map_or(root, |list| list.element));
            let texts: Vec<String> = added
                .iter()
                .map(|added| match added {
                    Added::Moved(from) => self.text_of(from, target),
                    Added::New(contact) => entry(contact, &around),
                })
                .collect();
            if let Some(list) = target {
                let piece = append(self.lists.source(), list.element, &texts, "\n    ", "\n  ");
                self.pieces.push(piece);
                continue;
            }
            let name = list_name(group.as_deref(), &names);
            let _ = write!(new_lists, "\n  <{around}list name=\"{}\">", escape(&name));
            if let Some(group) = &group {
                let group = escape(group);
                let _ = write!(
                    new_lists,
                    "\n    <{around}display-name>{group}</{around}display-name>"
                );
            }
            for text in texts {
                let _ = write!(new_lists, "\n    {text}");
            }
            let _ = write!(new_lists, "\n  </{around}list>");
            names.insert(name);
        }
        if !new_lists.is_empty() {
            let lists = [new_lists];
            let piece = append(self.lists.source(), root, &lists, "", "\n");
            self.pieces.push(piece);
        }
        self.pieces
    }

    /// The list that new members of a group are put into.
    fn list_of(&self, group: Option<&str>) -> Option<&'a ListAt<'a>> {
        let mut lists = self.outline.lists.iter();
        let mut fitting = lists.clone().filter(|list| list.group.as_deref() == group);
        if group.is_none()
            && let Some(own) = lists.find(|list| {
                list.element.attribute("name") == Some(UNGROUPED) && list.group.is_none()
            })
        {
            return Some(own);
        }
        fitting.next()
    }

    /// The text of an entry as it is put into another list, with the declarations that it needs there.
    fn text_of(&self, from: &MemberAt<'_>, to: Option<&ListAt<'_>>) -> String {
        let source = self.lists.source();
        let text = source[from.element.span()].to_owned();
        let scope = |element: Option<Element<'_>>| {
            let mut around = element;
            let mut declares = false;
            while let Some(element) = around.filter(|element| element.parent().is_some()) {
                declares |= start_tag(source, element).contains("xmlns");
                around = element.parent();
            }
            declares
        };
        if !scope(from.element.parent()) && !scope(to.map(|list| list.element)) {
            return text;
        }
        let mut declarations = String::new();
        let mut seen = BTreeSet::new();
        for (prefix, namespace) in needed(source, from.element) {
            if prefix == "xml" || !seen.insert(prefix) {
                continue;
            }
            let colon = if prefix.is_empty() { "" } else { ":" };
            let _ = write!(
                declarations,
                " xmlns{colon}{prefix}=\"{}\"",
                escape(namespace)
            );
        }
        let name_end = 1 + from.element.qualified_name().len();
        let (name, rest) = text.split_at(name_end);
        format!("{name}{declarations}{rest}")
    }
}

/// Prefixes that an element and what it holds use and do not declare themselves, with what they stand for.
fn needed<'a>(source: &str, element: Element<'a>) -> Vec<(&'a str, &'a str)> {
    fn go<'a>(
        source: &str,
        element: Element<'a>,
        declared: &[&'a str],
        out: &mut Vec<(&'a str, &'a str)>,
    ) {
        let tag = start_tag(source, element);
        let mut declared = declared.to_vec();
        let names: Vec<(&str, &str)> = element.prefixes().collect();
        for (prefix, namespace) in names {
            if declares(tag, prefix) {
                declared.push(prefix);
            }
            if !declared.contains(&prefix) {
                out.push((prefix, namespace));
            }
        }
        for child in element.children() {
            go(source, child, &declared, out);
        }
    }
    let mut out = Vec::new();
    go(source, element, &[], &mut out);
    out
}

/// Whether a start tag declares a prefix.
fn declares(tag: &str, prefix: &str) -> bool {
    let declaration = if prefix.is_empty() {
        "xmlns".to_owned()
    } else {
        format!("xmlns:{prefix}")
    };
    tag.match_indices(&declaration).any(|(at, found)| {
        let rest = tag[at + found.len()..].trim_start();
        rest.starts_with('=')
    })
}

fn start_tag<'a>(source: &'a str, element: Element<'_>) -> &'a str {
    &source[element.span().start..element.content_span().start]
}

/// An entry for somebody.
fn entry(contact: &Contact, prefix: &str) -> String {
    let address = escape(&contact.address);
    if contact.name.is_empty() {
        return format!("<{prefix}entry uri=\"{address}\"/>");
    }
    let name = escape(&contact.name);
    format!(
        "<{prefix}entry uri=\"{address}\"><{prefix}display-name>{name}</{prefix}display-name></{prefix}entry>"
    )
}

/// Another content for an element.
fn replace_content(element: Element<'_>, content: &str) -> Piece {
    opened(element, content).unwrap_or_else(|| (element.content_span(), content.to_owned()))
}

/// Something at the beginning of an element.
fn put_first(element: Element<'_>, text: &str) -> Piece {
    opened(element, text).unwrap_or_else(|| {
        let start = element.content_span().start;
        (start..start, text.to_owned())
    })
}

/// Something behind the last child that is of lists, where the schema wants it; each on a line of its own.
fn append(
    source: &str,
    element: Element<'_>,
    texts: &[String],
    indent: &str,
    end_indent: &str,
) -> Piece {
    let all = texts
        .iter()
        .fold(String::new(), |all, text| all + indent + text);
    if let Some(piece) = opened(element, &(all + end_indent)) {
        return piece;
    }
    let last = element
        .children()
        .filter(|child| child.namespace() == NAMESPACE)
        .last();
    // As the one before is indented.
    let own = last.map(|last| {
        let before = &source[..last.span().start];
        &before[before.trim_end_matches([' ', '\t', '\r', '\n']).len()..]
    });
    let indent = match own {
        Some(own) if !indent.is_empty() => own,
        _ => indent,
    };
    let place = last.map_or_else(|| element.content_span().start, |last| last.span().end);
    let text = texts
        .iter()
        .fold(String::new(), |all, text| all + indent + text);
    (place..place, text)
}

/// A name for the list of a group that no other list has, and that no program takes for a list of its own.
fn list_name(group: Option<&str>, taken: &BTreeSet<String>) -> String {
    let Some(group) = group else {
        return UNGROUPED.to_owned();
    };
    let special = group == UNGROUPED || group.starts_with("oma_");
    let stem = if special {
        format!("group-{group}")
    } else {
        group.to_owned()
    };
    let numbered = (2u32..).map(|number| format!("{stem}-{number}"));
    // There are fewer lists than numbers.
    std::iter::once(stem.clone())
        .chain(numbered)
        .find(|name| !taken.contains(name))
        .unwrap_or_default()
}
