//! The quiet line: how the connection is, and what can be done about it.

use std::time::Instant;

use iced::widget::{Space, container, row, text};
use iced::{Alignment, Length};

use super::Message;
use crate::account::Connection;
use crate::fl;
use crate::ui::session::Session;
use crate::ui::theme::{self, Element, measure, size, space, text as ink};
use crate::ui::widget::control;
use crate::ui::widget::icon::{self, Icon, Ink};
use crate::ui::words::{self, Remedy};

/// Shows it.
pub(super) fn view<'a>(session: &Session, now: Instant) -> Element<'a, Message> {
    let said = words::connection(session, now);
    let sign: Element<'a, Message> = if said.trouble {
        icon::sized(Icon::Warning, Ink::Danger, 16.0)
    } else if session.snapshot.connection == Connection::Online {
        icon::sized(Icon::Check, Ink::Accent, 16.0)
    } else {
        icon::sized(Icon::Retry, Ink::Quiet, 16.0)
    };
    let remedy = said.remedy.map(|remedy| match remedy {
        Remedy::Retry => control::link(fl!("retry-now"), Some(Message::RetryPressed)),
        Remedy::EnterPassword => {
            control::link(fl!("enter-password"), Some(Message::PasswordPressed))
        }
    });
    container(
        row![
            sign,
            text(said.text)
                .size(size::SMALL)
                .width(Length::Fill)
                .style(ink::quiet),
        ]
        .push(remedy)
        .push(Space::new().height(measure::CONTROL))
        .spacing(space::S)
        .align_y(Alignment::Center),
    )
    .padding([space::XS, space::L])
    .width(Length::Fill)
    .style(theme::panel)
    .into()
}
