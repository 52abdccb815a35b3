//! What stands around the whole window: Tab and Shift+Tab, and what screen readers are told and want.

use iced::advanced::widget::operation::Outcome;
use iced::advanced::widget::{Operation, Tree, Widget};
use iced::advanced::{Clipboard, Layout, Shell, mouse};
use iced::keyboard::{self, Key, key::Named};
use iced::{Event, Rectangle, Renderer, window};

use super::picture::Walk;
use super::walk::{Count, Move};
use crate::desktop::screen_reader::{ScreenReader, Wish};
use crate::ui::theme::{Element, Theme};
use crate::ui::widget::around::{child_mut, pass_on};

/// Lets Tab and Shift+Tab move through `content`. Belongs around the whole window.
///
/// The move is made before the next key is looked at: whoever types a password right after Tab must not see half of it
/// in the field before.
pub fn root<'a, Message>(content: impl Into<Element<'a, Message>>) -> Root<'a, Message> {
    Root {
        content: content.into(),
        reader: None,
    }
}

/// What stands around the whole window.
pub struct Root<'a, Message> {
    content: Element<'a, Message>,
    reader: Option<Reader<'a>>,
}

/// Whom a window of this title and scale is told to.
struct Reader<'a> {
    told: &'a ScreenReader,
    title: String,
    scale: f32,
}

impl<'a, Message> Root<'a, Message> {
    /// Tells screen readers what the window of this title shows, while one listens; `scale` is how many pixels a unit of
    /// the toolkit has.
    #[must_use]
    pub fn read_by(mut self, reader: Option<&'a ScreenReader>, title: String, scale: f32) -> Self {
        self.reader = reader.map(|reader| Reader {
            told: reader,
            title,
            scale,
        });
        self
    }

    /// Makes a walk through the window, and those that follow from it.
    fn walk(
        &mut self,
        tree: &mut Tree,
        layout: Layout<'_>,
        renderer: &Renderer,
        first: impl Operation + 'static,
    ) {
        let mut operation: Box<dyn Operation> = Box::new(first);
        loop {
            self.content.as_widget_mut().operate(
                child_mut(tree),
                layout,
                renderer,
                operation.as_mut(),
            );
            match operation.finish() {
                Outcome::Chain(next) => operation = next,
                Outcome::None | Outcome::Some(()) => break,
            }
        }
    }

    /// Looks at everything in the window.
    fn look(&mut self, tree: &mut Tree, layout: Layout<'_>, renderer: &Renderer) -> Walk {
        let mut walk = Walk::default();
        self.content
            .as_widget_mut()
            .operate(child_mut(tree), layout, renderer, &mut walk);
        walk
    }

    /// Does what a reader wants, as if the keyboard had done it: what is pressed says so with the next event.
    fn fulfil(&mut self, wish: Wish, tree: &mut Tree, layout: Layout<'_>, renderer: &Renderer) {
        let (Wish::Press(id) | Wish::Focus(id)) = wish;
        if let Some(stop) = self.look(tree, layout, renderer).stop(id) {
            self.walk(tree, layout, renderer, Move::to(stop));
        }
        if let Wish::Press(id) = wish {
            self.walk(tree, layout, renderer, Walk::pressing(id));
        }
    }
}

impl<'a, Message: 'a> From<Root<'a, Message>> for Element<'a, Message> {
    fn from(root: Root<'a, Message>) -> Self {
        Self::new(root)
    }
}

impl<Message> Widget<Message, Theme, Renderer> for Root<'_, Message> {
    pass_on!(
        children,
        diff,
        size,
        layout,
        operate,
        draw,
        mouse_interaction,
        overlay
    );

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
        if let Event::Keyboard(keyboard::Event::KeyPressed { key, modifiers, .. }) = event
            && *key == Key::Named(Named::Tab)
            && !modifiers.command()
            && !modifiers.alt()
        {
            self.walk(tree, layout, renderer, Count::new(!modifiers.shift()));
            shell.capture_event();
            shell.request_redraw();
            return;
        }
        let drawn = matches!(event, Event::Window(window::Event::RedrawRequested(_)));
        let listening = self.reader.as_ref().map(|reader| reader.told);
        let listening = listening.filter(|reader| drawn && reader.is_listening());
        for wish in listening.map(ScreenReader::wishes).unwrap_or_default() {
            self.fulfil(wish, tree, layout, renderer);
            shell.request_redraw();
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
        // What is said now changes the window, which is then drawn again.
        if listening.is_some() && shell.is_empty() {
            let walk = self.look(tree, layout, renderer);
            if let Some(reader) = &self.reader {
                let picture = walk.picture(&reader.title, layout.bounds(), reader.scale);
                reader.told.show(&picture);
            }
        }
    }
}
