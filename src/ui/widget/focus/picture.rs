//! The walk through the window that makes a picture of it for screen readers, or presses what they want pressed.

use std::any::Any;
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use iced::advanced::widget::operation::{Focusable, Scrollable};
use iced::advanced::widget::{Id, Operation};
use iced::{Rectangle, Vector};

use crate::desktop::screen_reader::{Kind, Picture, Said, Thing};
use crate::ui::widget::said::Offer;
use crate::ui::widget::text::loose;

/// Notes what is said of the things in the window, in the order in which the window holds them.
#[derive(Default)]
pub(crate) struct Walk {
    things: Vec<Thing>,
    /// Whether the name of each comes from the words inside it.
    named_by_words: Vec<bool>,
    focus: Option<usize>,
    /// What the walk is in, from the outside.
    inside: Vec<usize>,
    /// How far what is around the present place is scrolled.
    scrolled: Vec<Vector>,
    /// What the next step down leads into.
    entering: Entering,
    /// How many things each thing holds so far that have the same to tell them from others.
    counts: HashMap<u64, usize>,
    /// How many stops of the keyboard there were so far.
    stops: usize,
    /// What is to be pressed.
    pressing: Option<u64>,
}

#[derive(Default, Clone, Copy)]
struct Entering {
    thing: Option<usize>,
    scrolled: Option<Vector>,
}

impl Walk {
    /// A walk that presses something when it comes to it.
    pub(crate) fn pressing(id: u64) -> Self {
        Self {
            pressing: Some(id),
            ..Self::default()
        }
    }

    /// What the walk has found; `scale` is how many pixels a unit of the toolkit has.
    pub(crate) fn picture(self, title: &str, bounds: Rectangle, scale: f32) -> Picture {
        let mut things = self.things;
        for thing in &mut things {
            thing.edges = thing.edges.map(|edge| edge * scale);
        }
        Picture {
            title: title.to_owned(),
            size: (bounds.width * scale, bounds.height * scale),
            things,
            focus: self.focus,
        }
    }

    /// The place of something among what the keyboard can reach.
    pub(super) fn stop(&self, id: u64) -> Option<usize> {
        let thing = self.things.iter().find(|thing| thing.id == id);
        thing.and_then(|thing| thing.stop)
    }

    fn note(&mut self, said: Said, id: Option<&Id>, bounds: Rectangle) -> usize {
        let inside = self.inside.last().copied();
        let bounds = self.scrolled.iter().fold(bounds, |at, by| at - *by);
        let id = self.name(inside, &said, id);
        let place = self.things.len();
        self.named_by_words
            .push(said.kind.is_named_by_words() && said.name.is_empty());
        self.things.push(Thing {
            id,
            inside,
            said,
            edges: [
                bounds.x,
                bounds.y,
                bounds.x + bounds.width,
                bounds.y + bounds.height,
            ],
            stop: None,
        });
        place
    }

    /// What something is known by: the same in each picture as long as it stays what and where it is.
    fn name(&mut self, inside: Option<usize>, said: &Said, id: Option<&Id>) -> u64 {
        let mut hasher = DefaultHasher::new();
        inside.map(|place| self.things[place].id).hash(&mut hasher);
        said.kind.hash(&mut hasher);
        id.hash(&mut hasher);
        said.key.hash(&mut hasher);
        let count = self.counts.entry(hasher.finish()).or_default();
        count.hash(&mut hasher);
        *count += 1;
        // The highest bit is left to what needs a second name; 0 is the window.
        (hasher.finish() & NAMES).max(1)
    }
}

impl Operation<()> for Walk {
    fn traverse(&mut self, operate: &mut dyn FnMut(&mut dyn Operation<()>)) {
        let entered = std::mem::take(&mut self.entering);
        self.inside.extend(entered.thing);
        self.scrolled.extend(entered.scrolled);
        operate(self);
        if entered.thing.is_some() {
            self.inside.pop();
        }
        if entered.scrolled.is_some() {
            self.scrolled.pop();
        }
    }

    fn custom(&mut self, id: Option<&Id>, bounds: Rectangle, state: &mut dyn Any) {
        let Some(offer) = state.downcast_mut::<Offer>() else {
            return;
        };
        let place = self.note(offer.said.clone(), id, bounds);
        offer.pressed = self.pressing == Some(self.things[place].id);
        self.entering.thing = Some(place);
    }

    fn scrollable(
        &mut self,
        _id: Option<&Id>,
        _bounds: Rectangle,
        _content_bounds: Rectangle,
        translation: Vector,
        _state: &mut dyn Scrollable,
    ) {
        self.entering.scrolled = Some(translation);
    }

    fn focusable(&mut self, _id: Option<&Id>, _bounds: Rectangle, state: &mut dyn Focusable) {
        // A field of the toolkit is inside the thing that tells of it; others are told of right before.
        let around = self.inside.last().copied().filter(|place| {
            let kind = self.things[*place].said.kind;
            matches!(kind, Kind::Field | Kind::Secret)
        });
        if let Some(place) = self.entering.thing.or(around) {
            self.things[place].stop = Some(self.stops);
            if state.is_focused() {
                self.focus = Some(place);
            }
        }
        self.stops += 1;
    }

    fn text(&mut self, _id: Option<&Id>, bounds: Rectangle, text: &str) {
        if text.is_empty() {
            return;
        }
        let text = &*loose(text);
        let around = self.inside.iter().rev();
        let named = around
            .copied()
            .find(|place| self.things[*place].said.kind.is_named_by_words());
        let Some(place) = named else {
            self.note(Said::of(Kind::Words).named(text), None, bounds);
            return;
        };
        if self.named_by_words[place] {
            let name = &mut self.things[place].said.name;
            if !name.is_empty() {
                name.push_str(", ");
            }
            name.push_str(text);
        }
    }
}

/// The bits that names have.
const NAMES: u64 = u64::MAX >> 1;
