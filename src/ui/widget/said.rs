//! What is said of a thing to whoever does not see it.
//!
//! The toolkit knows no roles and no names. A walk through the window ([`Operation`]) is told them by `offer`: by
//! [`focus`](super::focus) of what the keyboard can reach, by [`said`] of everything else. A walk that knows nothing of it
//! passes by.

use iced::advanced::widget::{Id, Operation, Tree, Widget, tree};
use iced::advanced::{Clipboard, Layout, Shell, mouse, text};
use iced::widget::text_input;
use iced::widget::text_input::Value;
use iced::widget::text_input::cursor;
use iced::{Event, Rectangle, Renderer};

use super::around::{child_mut, pass_on};
use crate::desktop::screen_reader::{Kind, Said};
use crate::ui::theme::{Element, Theme};

/// What a thing tells a walk, and what the walk tells it.
pub(super) struct Offer {
    /// What is said of it.
    pub(super) said: Said,
    /// Whether it is to be pressed, once the walk is over.
    pub(super) pressed: bool,
}

/// Tells a walk what is said of the thing whose content it comes to next; whether the thing is to be pressed.
pub(super) fn offer(
    id: Option<&Id>,
    said: Said,
    bounds: Rectangle,
    operation: &mut dyn Operation,
) -> bool {
    let mut offer = Offer {
        said,
        pressed: false,
    };
    operation.custom(id, bounds, &mut offer);
    offer.pressed
}

/// Something of which more is said than can be seen of it.
pub struct Told<'a, Message> {
    content: Element<'a, Message>,
    said: Said,
    on_press: Option<Message>,
}

/// Says something of `content`, which the keyboard cannot reach by itself.
pub fn said<'a, Message>(
    content: impl Into<Element<'a, Message>>,
    said: Said,
) -> Told<'a, Message> {
    Told {
        content: content.into(),
        said,
        on_press: None,
    }
}

impl<Message> Told<'_, Message> {
    /// Makes it the row with this number, from 0, of a list, told from others by `key`.
    #[must_use]
    pub fn numbered(mut self, number: usize, key: u64) -> Self {
        self.said.number = Some(number);
        self.said.key = key;
        self
    }

    /// What pressing it says.
    #[must_use]
    pub fn on_press(mut self, message: Message) -> Self {
        self.on_press = Some(message);
        self
    }

    /// What is said of it now. A field of the toolkit knows itself where its cursor is.
    fn present(&self, content: &tree::State) -> Said {
        let mut said = self.said.clone();
        said.can_press = self.on_press.is_some();
        if let tree::State::Some(state) = content
            && said.kind == Kind::Field
            && let Some(field) = state.downcast_ref::<text_input::State<Paragraph>>()
        {
            let value = Value::new(&said.value);
            let characters = |letters: usize| value.until(letters).to_string().chars().count();
            said.cursor = Some(match field.cursor().state(&value) {
                cursor::State::Index(at) => (characters(at), characters(at)),
                cursor::State::Selection { start, end } => (characters(start), characters(end)),
            });
        }
        said
    }
}

type Paragraph = <Renderer as text::Renderer>::Paragraph;

/// Whether it was pressed by somebody who does not see it.
#[derive(Default)]
struct Pressed(bool);

impl<Message> Widget<Message, Theme, Renderer> for Told<'_, Message> {
    fn tag(&self) -> tree::Tag {
        tree::Tag::of::<Pressed>()
    }

    fn state(&self) -> tree::State {
        tree::State::new(Pressed::default())
    }

    pass_on!(
        children,
        diff,
        size,
        size_hint,
        layout,
        draw,
        mouse_interaction,
        overlay
    );

    fn operate(
        &mut self,
        tree: &mut Tree,
        layout: Layout<'_>,
        renderer: &Renderer,
        operation: &mut dyn Operation,
    ) {
        let said = self.present(&child_mut(tree).state);
        if offer(None, said, layout.bounds(), operation) {
            tree.state.downcast_mut::<Pressed>().0 = true;
        }
        operation.traverse(&mut |operation| {
            self.content
                .as_widget_mut()
                .operate(child_mut(tree), layout, renderer, operation);
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
        let pressed = std::mem::take(&mut tree.state.downcast_mut::<Pressed>().0);
        if let Some(message) = self.on_press.take_if(|_| pressed) {
            shell.publish(message);
        }
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
}

impl<'a, Message: 'a> From<Told<'a, Message>> for Element<'a, Message> {
    fn from(told: Told<'a, Message>) -> Self {
        Self::new(told)
    }
}
