//! What lies on the server in the place of a document and cannot be used, as it is.

use iced::Length;
use iced::widget::{Column, column, container};

use crate::account::UnusableDocument;
use crate::fl;
use crate::ui::theme::{self, Element, size, space, text as ink};
use crate::ui::widget::text::text;

/// Its beginning, line by line, on a card.
pub(super) fn document<'a, Message: 'a>(document: &UnusableDocument) -> Element<'a, Message> {
    let lines = document.lines().into_iter();
    let lines = lines.map(|line| text(line).size(size::SMALL).into());
    let cut = document
        .is_long()
        .then(|| text(fl!("rules-cut")).size(size::SMALL).style(ink::quiet));
    container(column![Column::with_children(lines)].push(cut))
        .padding(space::M)
        .width(Length::Fill)
        .style(theme::card)
        .into()
}

/// What the button says that shows it, or hides it again.
pub(super) fn label(is_shown: bool) -> String {
    if is_shown {
        fl!("rules-hide")
    } else {
        fl!("rules-show")
    }
}
