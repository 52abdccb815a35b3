//! The keyboard: a wrapper that lets anything be reached with Tab and used with Enter and Space.
//!
//! The toolkit knows keyboard focus in text fields only. [`Focus`] adds it to whatever it wraps, with a visible ring
//! when the keyboard brought it there (a click focuses too, but shows no ring). [`next`] and [`previous`] move through
//! everything that can be focused, around the ends, and scroll what they reach into view.

use iced::advanced::widget::operation::{Focusable, Outcome, Scrollable, scrollable};
use iced::advanced::widget::{self, Id, Operation, Tree, Widget, tree};
use iced::advanced::{Clipboard, Layout, Renderer as _, Shell, layout, mouse, overlay, renderer};
use iced::keyboard::{self, Key, Modifiers, key::Named};
use iced::{Border, Event, Length, Rectangle, Renderer, Size, Task, Vector, touch, window};

use crate::ui::theme::{Element, Theme, measure, radius};

/// Answers a key with a message, or leaves it to others.
type OnKey<'a, Message> = Box<dyn Fn(&Key, Modifiers) -> Option<Message> + 'a>;

/// Something that the keyboard can reach.
pub struct Focus<'a, Message> {
    content: Element<'a, Message>,
    id: Option<Id>,
    on_activate: Option<Message>,
    on_key: Option<OnKey<'a, Message>>,
    enabled: bool,
    corner: f32,
}

/// Lets the keyboard reach `content`.
pub fn focus<'a, Message>(content: impl Into<Element<'a, Message>>) -> Focus<'a, Message> {
    Focus {
        content: content.into(),
        id: None,
        on_activate: None,
        on_key: None,
        enabled: true,
        corner: radius::CONTROL,
    }
}

impl<'a, Message> Focus<'a, Message> {
    /// The name by which it can be focused.
    #[must_use]
    pub fn id(mut self, id: impl Into<Id>) -> Self {
        self.id = Some(id.into());
        self
    }

    /// What Enter and Space say; `None`: it cannot be used now and Tab passes it by.
    #[must_use]
    pub fn on_activate(mut self, message: Option<Message>) -> Self {
        self.enabled = message.is_some();
        self.on_activate = message;
        self
    }

    /// What other keys say, for lists and the like.
    #[must_use]
    pub fn on_key(mut self, on_key: impl Fn(&Key, Modifiers) -> Option<Message> + 'a) -> Self {
        self.on_key = Some(Box::new(on_key));
        self
    }

    /// The radius of the ring's corners: that of the content.
    #[must_use]
    pub fn corner(mut self, corner: f32) -> Self {
        self.corner = corner;
        self
    }
}

/// Focuses the next thing, around the end.
pub fn next<Message: Send + 'static>() -> Task<Message> {
    widget::operate(Count::new(true)).discard()
}

/// Focuses the previous thing, around the beginning.
pub fn previous<Message: Send + 'static>() -> Task<Message> {
    widget::operate(Count::new(false)).discard()
}

/// Focuses the thing with this name.
pub fn to<Message>(id: impl Into<Id>) -> Task<Message> {
    iced::widget::operation::focus(id)
}

#[derive(Debug, Clone, Copy, Default)]
struct State {
    focused: bool,
    ring: bool,
}

impl Focusable for State {
    fn is_focused(&self) -> bool {
        self.focused
    }

    fn focus(&mut self) {
        self.focused = true;
        self.ring = true;
    }

    fn unfocus(&mut self) {
        self.focused = false;
        self.ring = false;
    }
}

impl<Message: Clone> Widget<Message, Theme, Renderer> for Focus<'_, Message> {
    fn tag(&self) -> tree::Tag {
        tree::Tag::of::<State>()
    }

    fn state(&self) -> tree::State {
        tree::State::new(State::default())
    }

    fn children(&self) -> Vec<Tree> {
        vec![Tree::new(&self.content)]
    }

    fn diff(&self, tree: &mut Tree) {
        tree.diff_children(std::slice::from_ref(&self.content));
    }

    fn size(&self) -> Size<Length> {
        self.content.as_widget().size()
    }

    fn size_hint(&self) -> Size<Length> {
        self.content.as_widget().size_hint()
    }

    fn layout(
        &mut self,
        tree: &mut Tree,
        renderer: &Renderer,
        limits: &layout::Limits,
    ) -> layout::Node {
        let content = self
            .content
            .as_widget_mut()
            .layout(child_mut(tree), renderer, limits);
        layout::Node::with_children(content.size(), vec![content])
    }

    fn operate(
        &mut self,
        tree: &mut Tree,
        layout: Layout<'_>,
        renderer: &Renderer,
        operation: &mut dyn Operation,
    ) {
        operation.container(self.id.as_ref(), layout.bounds());
        if self.enabled {
            operation.focusable(
                self.id.as_ref(),
                layout.bounds(),
                tree.state.downcast_mut::<State>(),
            );
        }
        let Some(inner) = layout.children().next() else {
            return;
        };
        operation.traverse(&mut |operation| {
            self.content
                .as_widget_mut()
                .operate(child_mut(tree), inner, renderer, operation);
        });
    }

    fn update(
        &mut self,
        tree: &mut Tree,
        event: &Event,
        layout: Layout<'_>,
        cursor: mouse::Cursor,
        renderer: &Renderer,
        clipboard: &mut dyn Clipboard,
        shell: &mut Shell<'_, Message>,
        viewport: &Rectangle,
    ) {
        if let Some(inner) = layout.children().next() {
            self.content.as_widget_mut().update(
                child_mut(tree),
                event,
                inner,
                cursor,
                renderer,
                clipboard,
                shell,
                viewport,
            );
        }
        let state = tree.state.downcast_mut::<State>();
        match event {
            Event::Mouse(mouse::Event::ButtonPressed(mouse::Button::Left))
            | Event::Touch(touch::Event::FingerPressed { .. }) => {
                let had_ring = state.ring;
                state.focused = self.enabled && cursor.is_over(layout.bounds());
                state.ring = false;
                if had_ring {
                    shell.request_redraw();
                }
            }
            Event::Keyboard(keyboard::Event::KeyPressed { key, modifiers, .. })
                if state.focused && self.enabled && !shell.is_event_captured() =>
            {
                let activates = matches!(key, Key::Named(Named::Enter | Named::Space))
                    && !modifiers.command()
                    && !modifiers.alt();
                let message = self
                    .on_key
                    .as_ref()
                    .and_then(|on_key| on_key(key, *modifiers))
                    .or_else(|| activates.then(|| self.on_activate.clone()).flatten());
                if let Some(message) = message {
                    state.ring = true;
                    shell.publish(message);
                    shell.capture_event();
                    shell.request_redraw();
                }
            }
            Event::Window(window::Event::RedrawRequested(_)) if !self.enabled => {
                state.unfocus();
            }
            _ => {}
        }
    }

    fn draw(
        &self,
        tree: &Tree,
        renderer: &mut Renderer,
        theme: &Theme,
        style: &renderer::Style,
        layout: Layout<'_>,
        cursor: mouse::Cursor,
        viewport: &Rectangle,
    ) {
        if let Some((inner, child)) = layout.children().next().zip(tree.children.first()) {
            self.content
                .as_widget()
                .draw(child, renderer, theme, style, inner, cursor, viewport);
        }
        if tree.state.downcast_ref::<State>().ring {
            renderer.fill_quad(
                renderer::Quad {
                    bounds: layout.bounds(),
                    border: Border::default()
                        .rounded(self.corner)
                        .color(theme.colors.ring)
                        .width(measure::RING),
                    ..renderer::Quad::default()
                },
                iced::Color::TRANSPARENT,
            );
        }
    }

    fn mouse_interaction(
        &self,
        tree: &Tree,
        layout: Layout<'_>,
        cursor: mouse::Cursor,
        viewport: &Rectangle,
        renderer: &Renderer,
    ) -> mouse::Interaction {
        layout
            .children()
            .next()
            .zip(tree.children.first())
            .map_or_else(mouse::Interaction::default, |(inner, child)| {
                self.content
                    .as_widget()
                    .mouse_interaction(child, inner, cursor, viewport, renderer)
            })
    }

    fn overlay<'b>(
        &'b mut self,
        tree: &'b mut Tree,
        layout: Layout<'b>,
        renderer: &Renderer,
        viewport: &Rectangle,
        translation: Vector,
    ) -> Option<overlay::Element<'b, Message, Theme, Renderer>> {
        let inner = layout.children().next()?;
        let child = tree.children.first_mut()?;
        self.content
            .as_widget_mut()
            .overlay(child, inner, renderer, viewport, translation)
    }
}

impl<'a, Message: Clone + 'a> From<Focus<'a, Message>> for Element<'a, Message> {
    fn from(focus: Focus<'a, Message>) -> Self {
        Self::new(focus)
    }
}

/// The tree of the wrapped widget; `children` and `diff` keep exactly one.
fn child_mut(tree: &mut Tree) -> &mut Tree {
    if tree.children.is_empty() {
        tree.children.push(Tree::empty());
    }
    &mut tree.children[0]
}

/// First walk: how many things can be focused, and which one is.
struct Count {
    forward: bool,
    total: usize,
    focused: Option<usize>,
}

impl Count {
    fn new(forward: bool) -> Self {
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
            Some(target) => Outcome::Chain(Box::new(Move {
                target,
                current: 0,
                scrollables: 0,
                entering: None,
                inside: Vec::new(),
                reveal: None,
            })),
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
struct Move {
    target: usize,
    current: usize,
    scrollables: usize,
    entering: Option<Port>,
    inside: Vec<Port>,
    reveal: Option<Reveal>,
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
const ROOM: f32 = 12.0;

#[cfg(test)]
mod tests {
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
