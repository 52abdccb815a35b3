//! The walks through the window that move the focus and scroll to it.

use iced::advanced::widget::operation::{Focusable, Outcome, Scrollable, scrollable};
use iced::advanced::widget::{Id, Operation};
use iced::{Rectangle, Vector};

use crate::ui::theme::space;

/// First walk: how many things can be focused, and which one is.
pub(super) struct Count {
    forward: bool,
    total: usize,
    focused: Option<usize>,
}

impl Count {
    /// Forward, or backward.
    pub(super) fn new(forward: bool) -> Self {
        Self {
            forward,
            total: 0,
            focused: None,
        }
    }

    fn target(&self) -> Option<usize> {
        let last = self.total.checked_sub(1)?;
        Some(match (self.focused, self.forward) {
            (Some(current), true) if current < last => current + 1,
            (_, true) => 0,
            (Some(current), false) if current > 0 => current - 1,
            (_, false) => last,
        })
    }
}

impl Operation<()> for Count {
    fn traverse(&mut self, operate: &mut dyn FnMut(&mut dyn Operation<()>)) {
        operate(self);
    }

    fn focusable(&mut self, _id: Option<&Id>, _bounds: Rectangle, state: &mut dyn Focusable) {
        if state.is_focused() {
            self.focused = Some(self.total);
        }
        self.total += 1;
    }

    fn finish(&self) -> Outcome<()> {
        match self.target() {
            Some(target) => Outcome::Chain(Box::new(Move::to(target))),
            None => Outcome::None,
        }
    }
}

/// One scrollable on the way down to the target.
#[derive(Debug, Clone, Copy)]
struct Port {
    /// Its number in the order of the walk.
    number: usize,
    /// What of its content can be seen.
    visible: Rectangle,
}

/// Second walk: moves the focus, and finds out whether the target can be seen.
pub(super) struct Move {
    target: usize,
    current: usize,
    scrollables: usize,
    entering: Option<Port>,
    inside: Vec<Port>,
    reveal: Option<Reveal>,
}

impl Move {
    /// To the thing that so many others come before.
    pub(super) fn to(target: usize) -> Self {
        Self {
            target,
            current: 0,
            scrollables: 0,
            entering: None,
            inside: Vec::new(),
            reveal: None,
        }
    }
}

impl Operation<()> for Move {
    fn traverse(&mut self, operate: &mut dyn FnMut(&mut dyn Operation<()>)) {
        let entered = self.entering.take();
        self.inside.extend(entered);
        operate(self);
        if entered.is_some() {
            self.inside.pop();
        }
    }

    fn scrollable(
        &mut self,
        _id: Option<&Id>,
        bounds: Rectangle,
        _content_bounds: Rectangle,
        translation: Vector,
        _state: &mut dyn Scrollable,
    ) {
        self.entering = Some(Port {
            number: self.scrollables,
            visible: bounds + translation,
        });
        self.scrollables += 1;
    }

    fn focusable(&mut self, _id: Option<&Id>, bounds: Rectangle, state: &mut dyn Focusable) {
        if self.current == self.target {
            state.focus();
            if let Some(port) = self.inside.last() {
                let by = hidden_part(bounds, port.visible);
                if by != 0.0 {
                    self.reveal = Some(Reveal {
                        number: port.number,
                        by,
                        current: 0,
                    });
                }
            }
        } else {
            state.unfocus();
        }
        self.current += 1;
    }

    fn finish(&self) -> Outcome<()> {
        match self.reveal {
            Some(reveal) => Outcome::Chain(Box::new(reveal)),
            None => Outcome::Some(()),
        }
    }
}

/// How far to scroll down (or up, when negative) until `bounds` can be seen with a little room around it.
fn hidden_part(bounds: Rectangle, visible: Rectangle) -> f32 {
    let (top, bottom) = (bounds.y - ROOM, bounds.y + bounds.height + ROOM);
    if top < visible.y {
        top - visible.y
    } else if bottom > visible.y + visible.height {
        (bottom - visible.y - visible.height).min(top - visible.y)
    } else {
        0.0
    }
}

/// Third walk: scrolls the target into view.
#[derive(Debug, Clone, Copy)]
struct Reveal {
    number: usize,
    by: f32,
    current: usize,
}

impl Operation<()> for Reveal {
    fn traverse(&mut self, operate: &mut dyn FnMut(&mut dyn Operation<()>)) {
        operate(self);
    }

    fn scrollable(
        &mut self,
        _id: Option<&Id>,
        bounds: Rectangle,
        content_bounds: Rectangle,
        _translation: Vector,
        state: &mut dyn Scrollable,
    ) {
        if self.current == self.number {
            let offset = scrollable::AbsoluteOffset { x: 0.0, y: self.by };
            state.scroll_by(offset, bounds, content_bounds);
        }
        self.current += 1;
    }

    fn finish(&self) -> Outcome<()> {
        Outcome::Some(())
    }
}

/// What is scrolled into view keeps this distance from the edge.
const ROOM: f32 = space::M;

#[cfg(test)]
mod tests {
    use iced::Size;

    use super::*;

    #[test]
    fn the_focus_goes_around_the_ends() {
        let count = |forward, total, focused| {
            Count {
                forward,
                total,
                focused,
            }
            .target()
        };
        assert_eq!(count(true, 3, None), Some(0));
        assert_eq!(count(true, 3, Some(2)), Some(0));
        assert_eq!(count(false, 3, None), Some(2));
        assert_eq!(count(false, 3, Some(0)), Some(2));
        assert_eq!(count(false, 3, Some(2)), Some(1));
        assert_eq!(count(true, 0, None), None);
    }

    #[test]
    fn only_what_is_hidden_is_scrolled() {
        let visible = Rectangle::new(iced::Point::new(0.0, 100.0), Size::new(300.0, 200.0));
        let at = |y| Rectangle::new(iced::Point::new(0.0, y), Size::new(100.0, 40.0));
        assert!(hidden_part(at(150.0), visible).abs() < f32::EPSILON);
        assert!(hidden_part(at(20.0), visible) < 0.0);
        assert!(hidden_part(at(400.0), visible) > 0.0);
    }
}
