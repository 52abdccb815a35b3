//! The top: who one is, what others see, and the picker for both.

use iced::widget::{column, container, row, text};
use iced::{Alignment, Length};

use super::{Message, NOTE, State};
use crate::account::{Connection, Status};
use crate::fl;
use crate::ui::plain_text;
use crate::ui::session::Session;
use crate::ui::theme::{self, Element, STRONG, button as look, measure, size, space, text as ink};
use crate::ui::widget::control::{self, Field};
use crate::ui::widget::icon::{self, Icon, Ink};
use crate::ui::widget::line::line;
use crate::ui::widget::mark::{Mark, mark};
use crate::ui::widget::portrait::portrait;
use crate::ui::words;

/// Shows it.
pub(super) fn view<'a>(state: &'a State, session: &'a Session) -> Element<'a, Message> {
    let snapshot = &session.snapshot;
    let name = name(session);
    let online = snapshot.connection == Connection::Online;
    let shared = snapshot
        .publication
        .as_ref()
        .is_none_or(|publication| publication.state != "failed");
    let own_mark = Mark {
        stale: !online || !shared,
        ..Mark::of(&snapshot.own_status)
    };
    let word = match (&snapshot.own_status, shared) {
        (Status::Unknown, _) => fl!("own-not-set"),
        (status, true) => words::status(status),
        (status, false) => fl!("own-not-shared", status = words::status(status)),
    };
    let second = if snapshot.own_note.is_empty() {
        word
    } else {
        format!("{word} · {}", plain_text::note(&snapshot.own_note))
    };
    let sign = if state.picking.is_some() {
        Icon::Up
    } else {
        Icon::Down
    };
    let me = row![
        portrait(&name, own_mark),
        column![
            line(name).size(size::NAME).font(STRONG),
            line(second).style(ink::quiet),
        ]
        .spacing(space::XXS)
        .width(Length::Fill),
        icon::sized(sign, Ink::Quiet, measure::ICON_SMALL),
    ]
    .spacing(space::M)
    .align_y(Alignment::Center);
    let bar = row![
        control::pressable(me, look::plain, [space::S, space::M], Message::OwnPressed),
        control::icon_button(
            "search",
            Icon::Search,
            fl!("tip-search"),
            Message::SearchPressed
        ),
        control::icon_button("add-buddy", Icon::Plus, fl!("tip-add"), Message::AddPressed),
        control::icon_button(
            "settings",
            Icon::Sliders,
            fl!("tip-settings"),
            Message::SettingsPressed
        ),
    ]
    .align_y(Alignment::Center);
    container(control::main_column(
        container(bar).padding(iced::Padding::from(space::S).right(space::M)),
    ))
    .width(Length::Fill)
    .style(theme::panel)
    .into()
}

/// Shows the picker for status and note while it is open.
pub(super) fn picker<'a>(state: &'a State, session: &Session) -> Option<Element<'a, Message>> {
    let note = state.picking.as_ref()?;
    let current = &session.snapshot.own_status;
    let choices = Status::PUBLISHABLE.into_iter().map(|status| {
        let chosen = status == *current;
        let face = row![mark(Mark::of(&status)), line(words::status(&status)).fill(),]
            .spacing(space::S)
            .align_y(Alignment::Center);
        let face = if chosen {
            face.push(icon::sized(Icon::Check, Ink::Accent, measure::CHECK))
        } else {
            face
        };
        container(control::pressable(
            face.width(Length::Fill),
            look::choice(chosen),
            [space::S, space::S],
            Message::StatusChosen(status),
        ))
        .width(Length::Fill)
        .into()
    });
    let mut choices: Vec<Element<'a, Message>> = choices.collect();
    let right = choices.split_off(choices.len().div_ceil(2));
    let half = |half| {
        iced::widget::Column::with_children(half)
            .spacing(space::XS)
            .width(Length::Fill)
    };
    let content = column![
        Field {
            on_submit: Some(Message::NoteSubmitted),
            hint: Some(fl!("own-note-hint")),
            ..Field::new(NOTE, fl!("own-note"), note)
        }
        .view(Message::NoteEdited),
        text(fl!("own-status")).size(size::BODY).font(theme::MEDIUM),
        row![half(choices), half(right)].spacing(space::XS),
    ]
    .spacing(space::S);
    Some(
        container(content)
            .padding(space::L)
            .width(Length::Fill)
            .style(theme::card)
            .into(),
    )
}

/// The name others see, or the address.
fn name(session: &Session) -> String {
    if session.account.display_name.is_empty() {
        let address = plain_text::address(&session.account.address);
        match address.split_once('@') {
            Some((user, _)) if !user.is_empty() => user.to_owned(),
            _ => address,
        }
    } else {
        plain_text::name(&session.account.display_name)
    }
}
