//! Several requests decided together.

use iced::Length;
use iced::widget::{Row, column, container};

use super::entries::Entry;
use super::{Message, State};
use crate::account::Decision;
use crate::fl;
use crate::ui::session::Session;
use crate::ui::theme::{self, Element, MEDIUM, size, space};
use crate::ui::widget::control;
use crate::ui::widget::text::text;
use crate::ui::words;

/// Shows who can be picked, and what can be done with those who are.
pub(super) fn view<'a>(
    state: &'a State,
    session: &Session,
    entries: &[Entry],
) -> Element<'a, Message> {
    let all = entries
        .iter()
        .all(|entry| state.picked.contains(&entry.watcher));
    let everybody = control::check(
        fl!("bulk-all", count = entries.len()),
        all,
        Message::AllPicked,
    );
    let count = state.still_picked(session).len();
    if count == 0 {
        return everybody;
    }
    let now = words::now();
    let decide = |decision| Some(Message::BulkDecided(decision));
    let actions = Row::with_children([
        control::main(state.bulk.allow(&now), decide(Decision::Allow)),
        control::other(fl!("request-polite"), decide(Decision::PoliteBlock)),
        control::other(fl!("request-block"), decide(Decision::Block)),
    ])
    .spacing(space::S)
    .wrap()
    .vertical_spacing(space::XS);
    let card = column![
        text(fl!("bulk-picked", count = count))
            .size(size::BODY)
            .font(MEDIUM),
        state.bulk.view(&now).map(Message::BulkTerms),
        actions,
    ]
    .spacing(space::M);
    column![
        everybody,
        container(card)
            .padding(space::L)
            .width(Length::Fill)
            .style(theme::card),
    ]
    .spacing(space::S)
    .into()
}
