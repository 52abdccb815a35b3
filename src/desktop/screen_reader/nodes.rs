//! The window's picture as nodes of AccessKit.

use std::collections::HashMap;

use accesskit::{Action, Live, Node, NodeId, Rect, Role, TextPosition, TextSelection, Toggled};

use super::{Kind, Picture, Thing};

/// The nodes of a picture.
pub(super) struct Nodes {
    pub(super) nodes: HashMap<NodeId, Node>,
    pub(super) focus: NodeId,
}

/// The window itself.
pub(super) const WINDOW: NodeId = NodeId(0);

/// Makes the nodes of a picture.
pub(super) fn all(picture: &Picture) -> Nodes {
    let things = &picture.things;
    let mut window = Node::new(Role::Window);
    window.set_label(picture.title.as_str());
    let (width, height) = picture.size;
    window.set_bounds(rectangle([0.0, 0.0, width, height]));
    let mut below: Vec<Vec<NodeId>> = vec![Vec::new(); things.len()];
    let mut outermost = Vec::new();
    for thing in things {
        match thing.inside {
            Some(place) => below[place].push(NodeId(thing.id)),
            None => outermost.push(NodeId(thing.id)),
        }
    }
    window.set_children(outermost);
    let mut nodes = HashMap::with_capacity(things.len() + 1);
    for (place, (thing, mut children)) in things.iter().zip(below).enumerate() {
        let mut node = node(thing);
        if thing.said.kind == Kind::Field {
            let (id, run) = letters(thing, &mut node);
            children.push(id);
            nodes.insert(id, run);
        }
        node.set_children(children);
        if picture.focus == Some(place)
            && let Some(row) = chosen_row(things, place)
        {
            node.set_active_descendant(NodeId(row.id));
        }
        nodes.insert(NodeId(thing.id), node);
    }
    nodes.insert(WINDOW, window);
    let focused = picture.focus.and_then(|place| things.get(place));
    Nodes {
        nodes,
        focus: focused.map_or(WINDOW, |thing| NodeId(thing.id)),
    }
}

fn node(thing: &Thing) -> Node {
    let said = &thing.said;
    let mut node = Node::new(role(said.kind));
    // What a label says is its value.
    match said.kind {
        Kind::Words => node.set_value(said.name.as_str()),
        _ if said.name.is_empty() => {}
        _ => node.set_label(said.name.as_str()),
    }
    if !said.hint.is_empty() {
        node.set_description(said.hint.as_str());
    }
    node.set_bounds(rectangle(thing.edges));
    match (said.kind, said.chosen) {
        (_, None) => {}
        (Kind::Row, Some(chosen)) => node.set_selected(chosen),
        (_, Some(chosen)) => node.set_toggled(Toggled::from(chosen)),
    }
    if let Some(unfolded) = said.unfolded {
        node.set_expanded(unfolded);
    }
    match (said.kind, said.number) {
        (_, None) => {}
        (Kind::Row, Some(place)) => node.set_position_in_set(place),
        (_, Some(rows)) => node.set_size_of_set(rows),
    }
    if said.kind == Kind::Alert {
        node.set_live(Live::Assertive);
    } else if said.live {
        node.set_live(Live::Polite);
    }
    if said.disabled {
        node.set_disabled();
    } else if said.can_press {
        node.add_action(Action::Click);
    }
    if thing.stop.is_some() {
        node.add_action(Action::Focus);
    }
    node
}

fn role(kind: Kind) -> Role {
    match kind {
        Kind::Words => Role::Label,
        Kind::Heading => Role::Heading,
        Kind::Button => Role::Button,
        Kind::Check => Role::CheckBox,
        Kind::Choice => Role::RadioButton,
        Kind::Field => Role::TextInput,
        Kind::Secret => Role::PasswordInput,
        Kind::Area => Role::Group,
        Kind::List => Role::ListBox,
        Kind::Row => Role::ListBoxOption,
        Kind::Alert => Role::Alert,
    }
}

/// What is typed in a field: AccessKit wants it in a node of its own, and where the cursor is in the field's.
fn letters(thing: &Thing, field: &mut Node) -> (NodeId, Node) {
    let id = NodeId(thing.id ^ LETTERS);
    let said = &thing.said;
    let mut run = Node::new(Role::TextRun);
    run.set_value(said.value.as_str());
    run.set_bounds(rectangle(thing.edges));
    let bytes = |c: char| u8::try_from(c.len_utf8()).unwrap_or_default();
    let lengths: Vec<u8> = said.value.chars().map(bytes).collect();
    let at = |letter: usize| TextPosition {
        node: id,
        character_index: letter.min(lengths.len()),
    };
    let (anchor, focus) = said.cursor.unwrap_or((lengths.len(), lengths.len()));
    field.set_text_selection(TextSelection {
        anchor: at(anchor),
        focus: at(focus),
    });
    field.set_value(said.value.as_str());
    run.set_character_lengths(lengths);
    (id, run)
}

/// The chosen row of a list that the keyboard is at, which is then spoken of in its place.
fn chosen_row(things: &[Thing], list: usize) -> Option<&Thing> {
    let is_in_list = |thing: &&Thing| {
        let mut inside = thing.inside;
        while let Some(place) = inside.filter(|place| *place > list) {
            inside = things[place].inside;
        }
        inside == Some(list)
    };
    things
        .iter()
        .filter(|thing| thing.said.kind == Kind::Row && thing.said.chosen == Some(true))
        .find(is_in_list)
}

fn rectangle([left, top, right, bottom]: [f32; 4]) -> Rect {
    Rect {
        x0: left.into(),
        y0: top.into(),
        x1: right.into(),
        y1: bottom.into(),
    }
}

/// Tells a field's letters from the field.
const LETTERS: u64 = 1 << 63;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desktop::screen_reader::Said;

    fn thing(id: u64, inside: Option<usize>, said: Said) -> Thing {
        Thing {
            id,
            inside,
            said,
            edges: [1.0, 2.0, 3.0, 4.0],
            stop: None,
        }
    }

    fn picture(things: Vec<Thing>, focus: Option<usize>) -> Picture {
        Picture {
            title: "Siskin".into(),
            size: (10.0, 20.0),
            things,
            focus,
        }
    }

    #[test]
    fn a_list_speaks_of_its_chosen_row() {
        let row = |number, chosen| Said {
            number: Some(number),
            chosen: Some(chosen),
            ..Said::of(Kind::Row).named("Bob")
        };
        let list = Said {
            number: Some(500),
            ..Said::of(Kind::List)
        };
        let things = vec![
            thing(1, None, row(7, true)),
            thing(2, None, Said::of(Kind::Area).named("People")),
            thing(3, Some(1), list),
            thing(4, Some(2), row(0, false)),
            thing(5, Some(2), row(1, true)),
        ];
        let nodes = all(&picture(things, Some(1)));
        assert_eq!(nodes.focus, NodeId(2));
        let node = |id| &nodes.nodes[&NodeId(id)];
        assert_eq!(node(2).active_descendant(), Some(NodeId(5)));
        assert_eq!(node(3).children(), [NodeId(4), NodeId(5)]);
        assert_eq!(node(3).size_of_set(), Some(500));
        assert_eq!(node(5).position_in_set(), Some(1));
        assert_eq!(node(5).is_selected(), Some(true));
        assert_eq!(node(4).label(), Some("Bob"));
        assert_eq!(nodes.nodes[&WINDOW].children(), [NodeId(1), NodeId(2)]);
        assert_eq!(nodes.nodes[&WINDOW].label(), Some("Siskin"));
    }

    #[test]
    fn only_what_can_be_used_offers_to_be() {
        let button = Said {
            can_press: true,
            ..Said::of(Kind::Button)
        };
        let off = Said {
            disabled: true,
            ..button.clone()
        };
        let mut reachable = thing(1, None, button);
        reachable.stop = Some(0);
        let nodes = all(&picture(vec![reachable, thing(2, None, off)], None));
        assert_eq!(nodes.focus, WINDOW);
        let can = |id, action| nodes.nodes[&NodeId(id)].supports_action(action);
        assert!(can(1, Action::Click) && can(1, Action::Focus));
        assert!(!can(2, Action::Click) && !can(2, Action::Focus));
        assert!(nodes.nodes[&NodeId(2)].is_disabled());
    }

    #[test]
    fn the_letters_of_a_field_are_told_with_the_cursor() {
        let field = Said {
            value: "Zoë".into(),
            cursor: Some((1, 9)),
            ..Said::of(Kind::Field).named("Name")
        };
        let secret = Said::of(Kind::Secret).named("Password");
        let things = vec![thing(1, None, field), thing(2, None, secret)];
        let nodes = all(&picture(things, Some(0)));
        let node = &nodes.nodes[&NodeId(1)];
        let run = &nodes.nodes[&node.children()[0]];
        assert_eq!(run.value(), Some("Zoë"));
        assert_eq!(run.character_lengths(), [1, 1, 2]);
        let marked = node.text_selection().unwrap();
        assert_eq!(marked.anchor.character_index, 1);
        assert_eq!(marked.focus.character_index, 3, "no further than the end");
        let secret = &nodes.nodes[&NodeId(2)];
        assert!(secret.children().is_empty() && secret.value().is_none());
    }
}
