//! A list whose rows are dragged to another place of it.
//!
//! It sees the pointer before its rows do: a press that becomes a drag is no click on the row. Which row is meant, and
//! where it may go, is for the screen to say; here everything is told as heights within the list.

use iced::advanced::widget::{Operation, Tree, Widget, tree};
use iced::advanced::{Clipboard, Layout, Renderer as _, Shell, mouse, renderer};
use iced::keyboard::{self, Key, key::Named};
use iced::{Border, Color, Event, Point, Rectangle, Renderer};

use super::around::{child_mut, pass_on};
use crate::ui::theme::{Element, Theme, measure, radius};

/// What happened. Heights are counted from the top of the list.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Dragged {
    /// What is at this height was taken.
    Taken(f32),
    /// The pointer is at this height.
    Moved(f32),
    /// It was let go where it is.
    Dropped,
    /// It was let go outside of the list.
    Lost,
}

/// Where it would come to lie.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Sign {
    /// Between two rows, at this height.
    Between(f32),
    /// Into what is between these two heights.
    Into(f32, f32),
}

/// A list whose rows can be dragged.
pub struct Drag<'a, Message> {
    content: Element<'a, Message>,
    can: Box<dyn Fn(f32) -> bool + 'a>,
    say: Box<dyn Fn(Dragged) -> Message + 'a>,
    sign: Option<Sign>,
}

/// Lets what is in `content` be dragged; `can` tells whether what is at a height can be taken.
pub fn drag<'a, Message>(
    content: impl Into<Element<'a, Message>>,
    can: impl Fn(f32) -> bool + 'a,
    say: impl Fn(Dragged) -> Message + 'a,
) -> Drag<'a, Message> {
    Drag {
        content: content.into(),
        can: Box::new(can),
        say: Box::new(say),
        sign: None,
    }
}

impl<Message> Drag<'_, Message> {
    /// Shows where it would come to lie.
    #[must_use]
    pub fn sign(mut self, sign: Option<Sign>) -> Self {
        self.sign = sign;
        self
    }
}

/// What the pointer holds.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
enum Hold {
    /// Nothing.
    #[default]
    Nothing,
    /// It was pressed here, and may click or drag.
    Pressed(Point),
    /// It drags.
    Dragging,
    /// It dragged, and Escape was pressed: the release that is to come means nothing.
    GivenUp,
}

impl Hold {
    /// Whether rows must not see the pointer.
    fn hides(self) -> bool {
        matches!(self, Self::Dragging | Self::GivenUp)
    }
}

impl<Message> Drag<'_, Message> {
    /// Takes in an event; whether the rows are to see the pointer in it.
    fn hold(
        &self,
        hold: &mut Hold,
        event: &Event,
        top: f32,
        (cursor, viewport): (mouse::Cursor, &Rectangle),
        shell: &mut Shell<'_, Message>,
    ) -> bool {
        let before = *hold;
        match (event, before) {
            (Event::Mouse(mouse::Event::ButtonPressed(mouse::Button::Left)), _) => {
                let at = cursor.position_over(*viewport);
                let at = at.filter(|at| (self.can)(at.y - top));
                *hold = at.map_or(Hold::Nothing, Hold::Pressed);
            }
            (Event::Mouse(mouse::Event::CursorMoved { .. }), Hold::Pressed(from)) => {
                if let Some(at) = cursor.land().position()
                    && at.distance(from) > measure::DRAG
                {
                    *hold = Hold::Dragging;
                    shell.publish((self.say)(Dragged::Taken(from.y - top)));
                    shell.publish((self.say)(Dragged::Moved(at.y - top)));
                }
            }
            (Event::Mouse(mouse::Event::CursorMoved { .. }), Hold::Dragging) => {
                if let Some(at) = cursor.land().position() {
                    shell.publish((self.say)(Dragged::Moved(at.y - top)));
                }
            }
            (Event::Mouse(mouse::Event::ButtonReleased(mouse::Button::Left)), _) => {
                if before == Hold::Dragging {
                    let here = cursor.is_over(*viewport);
                    let end = if here {
                        Dragged::Dropped
                    } else {
                        Dragged::Lost
                    };
                    shell.publish((self.say)(end));
                }
                *hold = Hold::Nothing;
            }
            // The screen hears of the key as of any other, and forgets what was dragged.
            (Event::Keyboard(keyboard::Event::KeyPressed { key, .. }), Hold::Dragging)
                if *key == Key::Named(Named::Escape) =>
            {
                *hold = Hold::GivenUp;
            }
            _ => {}
        }
        !before.hides() && !hold.hides()
    }
}

impl<Message> Widget<Message, Theme, Renderer> for Drag<'_, Message> {
    fn tag(&self) -> tree::Tag {
        tree::Tag::of::<Hold>()
    }

    fn state(&self) -> tree::State {
        tree::State::new(Hold::default())
    }

    pass_on!(children, diff, size, size_hint, layout, operate, overlay);

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
        let hold = tree.state.downcast_mut::<Hold>();
        let top = layout.bounds().y;
        let seen = self.hold(hold, event, top, (cursor, viewport), shell);
        let cursor = if seen {
            cursor
        } else {
            mouse::Cursor::Unavailable
        };
        self.content.as_widget_mut().update(
            child_mut(tree),
            event,
            layout,
            cursor,
            renderer,
            clipboard,
            shell,
            viewport,
        );
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
        let cursor = if tree.state.downcast_ref::<Hold>().hides() {
            mouse::Cursor::Unavailable
        } else {
            cursor
        };
        if let Some(child) = tree.children.first() {
            let content = self.content.as_widget();
            content.draw(child, renderer, theme, style, layout, cursor, viewport);
        }
        let Some(sign) = self.sign else {
            return;
        };
        let bounds = layout.bounds();
        let color = theme.colors.accent;
        let (bounds, border, fill) = match sign {
            Sign::Between(height) => {
                let line = Rectangle {
                    y: (bounds.y + height - measure::RING / 2.0).round(),
                    height: measure::RING,
                    ..bounds
                };
                (line, Border::default(), color)
            }
            Sign::Into(top, bottom) => {
                let around = Rectangle {
                    y: bounds.y + top,
                    height: bottom - top,
                    ..bounds
                };
                let edge = Border::default()
                    .rounded(radius::CONTROL)
                    .color(color)
                    .width(measure::RING);
                (around, edge, Color::TRANSPARENT)
            }
        };
        let quad = renderer::Quad {
            bounds,
            border,
            ..renderer::Quad::default()
        };
        renderer.fill_quad(quad, fill);
    }

    fn mouse_interaction(
        &self,
        tree: &Tree,
        layout: Layout<'_>,
        cursor: mouse::Cursor,
        viewport: &Rectangle,
        renderer: &Renderer,
    ) -> mouse::Interaction {
        if *tree.state.downcast_ref::<Hold>() == Hold::Dragging {
            return mouse::Interaction::Grabbing;
        }
        let content = self.content.as_widget();
        let child = tree.children.first();
        child.map_or_else(mouse::Interaction::default, |child| {
            content.mouse_interaction(child, layout, cursor, viewport, renderer)
        })
    }
}

impl<'a, Message: 'a> From<Drag<'a, Message>> for Element<'a, Message> {
    fn from(drag: Drag<'a, Message>) -> Self {
        Self::new(drag)
    }
}

#[cfg(test)]
mod tests {
    use iced::Length;
    use iced::widget::button;
    use iced_test::Simulator;

    use super::*;

    #[derive(Debug, Clone, PartialEq)]
    enum Said {
        Clicked,
        Drag(Dragged),
    }

    /// What a list of one row says when the pointer does this.
    fn said(can: bool, act: impl FnOnce(&mut Simulator<'_, Said, Theme>)) -> Vec<Said> {
        let row = button("row")
            .on_press(Said::Clicked)
            .width(Length::Fill)
            .height(measure::ROW);
        let list: Element<'_, Said> = drag(row, move |_| can, Said::Drag).into();
        let mut window = Simulator::with_size(crate::ui::settings(), (200.0, 200.0), list);
        act(&mut window);
        window.into_messages().collect()
    }

    fn at(window: &mut Simulator<'_, Said, Theme>, y: f32) {
        let position = Point::new(20.0, y);
        window.point_at(position);
        let _ = window.simulate([Event::Mouse(mouse::Event::CursorMoved { position })]);
    }

    fn press(window: &mut Simulator<'_, Said, Theme>) {
        let left = mouse::Button::Left;
        let _ = window.simulate([Event::Mouse(mouse::Event::ButtonPressed(left))]);
    }

    fn release(window: &mut Simulator<'_, Said, Theme>) {
        let left = mouse::Button::Left;
        let _ = window.simulate([Event::Mouse(mouse::Event::ButtonReleased(left))]);
    }

    #[test]
    fn a_hand_that_trembles_clicks() {
        let said = said(true, |window| {
            at(window, 10.0);
            press(window);
            at(window, 10.0 + measure::DRAG);
            release(window);
        });
        assert_eq!(said, [Said::Clicked]);
    }

    #[test]
    fn a_drag_is_no_click() {
        let taken = said(true, |window| {
            at(window, 10.0);
            press(window);
            at(window, 30.0);
            at(window, 25.0);
            release(window);
            at(window, 40.0);
        });
        let told = [
            Dragged::Taken(10.0),
            Dragged::Moved(30.0),
            Dragged::Moved(25.0),
            Dragged::Dropped,
        ];
        assert_eq!(taken, told.map(Said::Drag));
        let fixed = said(false, |window| {
            at(window, 10.0);
            press(window);
            at(window, 30.0);
            release(window);
        });
        assert_eq!(fixed, [Said::Clicked], "what cannot be taken is clicked");
    }

    #[test]
    fn escape_lets_go_of_it_and_so_does_the_edge() {
        let escaped = said(true, |window| {
            at(window, 10.0);
            press(window);
            at(window, 30.0);
            let _ = window.tap_key(Named::Escape);
            at(window, 40.0);
            release(window);
        });
        let told = [Dragged::Taken(10.0), Dragged::Moved(30.0)];
        assert_eq!(escaped, told.map(Said::Drag));
        let outside = said(true, |window| {
            at(window, 10.0);
            press(window);
            at(window, -30.0);
            release(window);
        });
        assert_eq!(outside.last(), Some(&Said::Drag(Dragged::Lost)));
    }
}
