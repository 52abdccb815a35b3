//! Text that has as many lines as it needs.

use iced::Renderer;
use iced::advanced::text::{IntoFragment, Wrapping};
use iced::widget::Text;

use crate::ui::theme::Theme;

/// Text. A word that is wider than its box goes on in the next line: the toolkit's own would run over its neighbours.
pub fn text<'a>(content: impl IntoFragment<'a>) -> Text<'a, Theme, Renderer> {
    iced::widget::text(content).wrapping(Wrapping::WordOrGlyph)
}
