//! The keyboard: a wrapper that lets anything be reached with Tab and used with Enter and Space.
//!
//! The toolkit knows keyboard focus in text fields only. [`Focus`] adds it to whatever it wraps, with a visible ring
//! when the keyboard brought it there (a click focuses too, but shows no ring). [`root`] stands around the whole window:
//! Tab and Shift+Tab move through everything that can be focused, around the ends, and scroll what they reach into view.

mod picture;
mod root;
mod walk;

#[cfg(test)]
pub(crate) use picture::Walk;
pub use root::{Root, root};

use iced::advanced::widget::operation::Focusable;
use iced::advanced::widget::{Id, Operation, Tree, Widget, tree};
use iced::advanced::{Clipboard, Layout, Renderer as _, Shell, layout, mouse, overlay, renderer};
use iced::keyboard::{self, Key, Modifiers, key::Named};
use iced::{Border, Event, Rectangle, Renderer, Size, Task, Vector, touch, window};

use super::around::{child_mut, pass_on};
use super::said::offer;
use crate::desktop::screen_reader::{Kind, Said};
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
    said: Said,
    hang: f32,
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
        said: Said::of(Kind::Button),
        hang: 0.0,
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

    /// What is said of it to whoever does not see it; unless told, it is a button with the words inside it for a name.
    #[must_use]
    pub fn said(mut self, said: Said) -> Self {
        self.said = said;
        self
    }

    /// The radius of the ring's corners: that of the content.
    #[must_use]
    pub fn corner(mut self, corner: f32) -> Self {
        self.corner = corner;
        self
    }

    /// The content begins so much before its place, so that the words of a button stand below those of a text.
    #[must_use]
    pub fn hanging(mut self, by: f32) -> Self {
        self.hang = by;
        self
    }
}

/// Focuses the thing with this name.
pub fn to<Message>(id: impl Into<Id>) -> Task<Message> {
    iced::widget::operation::focus(id)
}

#[derive(Debug, Clone, Copy, Default)]
struct State {
    focused: bool,
    ring: bool,
    /// Whether it was pressed by somebody who does not see it.
    pressed: bool,
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

    pass_on!(children, diff, size, size_hint);

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
        let size = content.size();
        let size = Size::new((size.width - self.hang).max(0.0), size.height);
        let content = content.move_to(iced::Point::new(-self.hang, 0.0));
        layout::Node::with_children(size, vec![content])
    }

    fn operate(
        &mut self,
        tree: &mut Tree,
        layout: Layout<'_>,
        renderer: &Renderer,
        operation: &mut dyn Operation,
    ) {
        let said = Said {
            can_press: self.on_activate.is_some(),
            disabled: !self.enabled,
            ..self.said.clone()
        };
        if offer(self.id.as_ref(), said, content_of(layout), operation) {
            tree.state.downcast_mut::<State>().pressed = true;
        }
        operation.container(self.id.as_ref(), content_of(layout));
        if self.enabled {
            operation.focusable(
                self.id.as_ref(),
                content_of(layout),
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
        if std::mem::take(&mut state.pressed)
            && let Some(message) = self.on_activate.clone()
        {
            shell.publish(message);
        }
        match event {
            Event::Mouse(mouse::Event::ButtonPressed(mouse::Button::Left))
            | Event::Touch(touch::Event::FingerPressed { .. }) => {
                let had_ring = state.ring;
                state.focused = self.enabled && cursor.is_over(content_of(layout));
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
            // On whole pixels it is sharp; the line inside it keeps it apart from a button of a dark colour.
            let bounds = content_of(layout);
            let (x, y) = (bounds.x.round(), bounds.y.round());
            let bounds = Rectangle {
                x,
                y,
                width: (bounds.x + bounds.width).round() - x,
                height: (bounds.y + bounds.height).round() - y,
            };
            let Some(seen) = bounds.expand(1.0).intersection(viewport) else {
                return;
            };
            let line = |renderer: &mut Renderer, bounds, color, corner: f32| {
                let border = Border::default()
                    .rounded(corner)
                    .color(color)
                    .width(measure::RING);
                let quad = renderer::Quad {
                    bounds,
                    border,
                    ..renderer::Quad::default()
                };
                renderer.fill_quad(quad, iced::Color::TRANSPARENT);
            };
            // What scrolls inside has a layer of its own, and would cover a ring that had none.
            renderer.with_layer(seen, |renderer| {
                let inside = bounds.shrink(measure::RING);
                let corner = self.corner - measure::RING;
                line(renderer, inside, theme.colors.surface, corner);
                line(renderer, bounds, theme.colors.ring, self.corner);
            });
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

/// Where the wrapped widget is, which may begin before its place.
fn content_of(layout: Layout<'_>) -> Rectangle {
    let inner = layout.children().next();
    inner.map_or_else(|| layout.bounds(), |inner| inner.bounds())
}

#[cfg(test)]
mod tests {
    use iced::widget::{Space, container, stack};
    use iced_test::Simulator;

    use super::*;
    use crate::ui::theme;
    use crate::ui::widget::control;

    #[test]
    fn the_ring_lies_above_what_scrolls_inside() {
        let scrolled = || {
            let high = Space::new().width(measure::SIDE).height(measure::DETAILS);
            control::scroll(container(high).style(theme::card), |_| ()).height(measure::ROW)
        };
        let empty = Space::new().width(measure::SIDE).height(measure::ROW);
        let around = focus(scrolled()).on_key(|_, _| None);
        let above = stack![scrolled(), focus(empty).on_key(|_, _| None)];
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("picture");
        let is_the_same = |shown: Element<'_, ()>, tabs: usize| {
            let mut window = Simulator::with_size(
                crate::ui::settings(),
                (measure::SIDE, measure::ROW),
                root(shown),
            );
            for _ in 0..tabs {
                window.tap_key(Key::Named(Named::Tab));
            }
            let picture = window.snapshot(&Theme::of(false, false));
            let picture = picture.expect("a picture");
            picture.matches_hash(&file).expect("a file")
        };
        assert!(is_the_same(above.into(), 1), "the first is kept");
        assert!(is_the_same(around.into(), 1));
        assert!(!is_the_same(scrolled().into(), 0), "there is a ring");
    }
}
