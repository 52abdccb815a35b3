//! What a screen reader is told of a screen, and what pressing something there says.

use iced::advanced::renderer::Headless;
use iced::advanced::widget::Operation;
use iced::{Event, Renderer, Size, window};
use iced_test::core::clipboard;
use iced_test::futures::futures::executor::block_on;
use iced_test::runtime::UserInterface;
use iced_test::runtime::user_interface::Cache;

use crate::desktop::screen_reader::{Kind, Picture, Thing};
use crate::ui::theme::{Element, Theme};
use crate::ui::widget::focus::Walk;

/// What a screen reader is told of this.
pub(crate) fn read<'a, M: 'a>(view: Element<'a, M>) -> Picture {
    let mut walk = Walk::default();
    let _ = walked(view, &mut walk);
    walk.picture("", iced::Rectangle::with_size(WINDOW), 1.0)
}

/// What is said when a reader presses this.
pub(crate) fn read_and_press<'a, M: 'a>(view: Element<'a, M>, id: u64) -> Vec<M> {
    walked(view, &mut Walk::pressing(id))
}

/// The only thing of this kind whose name begins like this.
pub(crate) fn told<'a>(picture: &'a Picture, kind: Kind, name: &str) -> &'a Thing {
    let is_it = |thing: &&Thing| thing.said.kind == kind && thing.said.name.starts_with(name);
    let found: Vec<&Thing> = picture.things.iter().filter(is_it).collect();
    assert_eq!(found.len(), 1, "{kind:?} {name:?} in {picture:#?}");
    found[0]
}

/// What is said in the first frame after a walk.
fn walked<'a, M: 'a>(view: Element<'a, M>, walk: &mut dyn Operation) -> Vec<M> {
    let settings = crate::ui::settings();
    let made = <Renderer as Headless>::new(settings.default_font, settings.default_text_size, None);
    let mut renderer: Renderer = block_on(made).expect("it draws");
    let mut said = Vec::new();
    let mut screen: UserInterface<'_, M, Theme, Renderer> =
        UserInterface::build(view, WINDOW, Cache::default(), &mut renderer);
    screen.operate(&renderer, walk);
    let drawn = window::Event::RedrawRequested(std::time::Instant::now());
    let _ = screen.update(
        &[Event::Window(drawn)],
        iced::mouse::Cursor::Unavailable,
        &mut renderer,
        &mut clipboard::Null,
        &mut said,
    );
    said
}

/// High enough for every form.
const WINDOW: Size = Size::new(420.0, 2_000.0);
