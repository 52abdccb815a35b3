//! Small drawings that are painted once and kept until what they show changes.

use std::cell::RefCell;

use iced::advanced::mouse;
use iced::widget::canvas::{self, Cache, Frame, Geometry};
use iced::{Rectangle, Renderer};

use crate::ui::theme::{Element, Look, Theme};

/// Something painted from a value; equal values are not painted again.
pub(super) struct Drawing<Subject> {
    subject: Subject,
    paint: fn(&mut Frame, &Subject, &Theme),
}

/// A drawing of `subject` in a square of this size.
pub(super) fn drawing<'a, Message: 'a, Subject: Clone + PartialEq + 'static>(
    subject: Subject,
    size: f32,
    paint: fn(&mut Frame, &Subject, &Theme),
) -> Element<'a, Message> {
    canvas::Canvas::new(Drawing { subject, paint })
        .width(size)
        .height(size)
        .into()
}

/// What was painted last.
pub(super) struct Kept<Subject> {
    cache: Cache,
    of: RefCell<Option<(Subject, Look)>>,
}

impl<Subject> Default for Kept<Subject> {
    fn default() -> Self {
        Self {
            cache: Cache::new(),
            of: RefCell::new(None),
        }
    }
}

impl<Message, Subject: Clone + PartialEq + 'static> canvas::Program<Message, Theme>
    for Drawing<Subject>
{
    type State = Kept<Subject>;

    fn draw(
        &self,
        state: &Self::State,
        renderer: &Renderer,
        theme: &Theme,
        bounds: Rectangle,
        _cursor: mouse::Cursor,
    ) -> Vec<Geometry> {
        let mut of = state.of.borrow_mut();
        let same = of
            .as_ref()
            .is_some_and(|(subject, look)| *subject == self.subject && *look == theme.look());
        if !same {
            state.cache.clear();
            *of = Some((self.subject.clone(), theme.look()));
        }
        vec![state.cache.draw(renderer, bounds.size(), |frame| {
            (self.paint)(frame, &self.subject, theme);
        })]
    }
}
