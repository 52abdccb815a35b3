//! The quiet line: how the connection is, and what can be done about it.

use std::time::Instant;

use iced::widget::{Space, column, container, row, text};
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
        icon::sized(Icon::Warning, Ink::Danger, measure::ICON_SMALL)
    } else if session.snapshot.connection == Connection::Online {
        icon::sized(Icon::Check, Ink::Accent, measure::ICON_SMALL)
    } else {
        icon::sized(Icon::Retry, Ink::Quiet, measure::ICON_SMALL)
    };
    let remedy = said.remedy.map(|remedy| match remedy {
        Remedy::LogInAgain => control::link(
            fl!("settings-log-in-again"),
            Some(Message::LogInAgainPressed),
        ),
        Remedy::Retry => control::link(fl!("retry-now"), Some(Message::RetryPressed)),
        Remedy::EnterPassword => {
            control::link(fl!("enter-password"), Some(Message::PasswordPressed))
        }
    });
    let style = if said.trouble { ink::plain } else { ink::quiet };
    let detail = said
        .detail
        .map(|detail| text(detail).size(size::SMALL).style(ink::quiet));
    let words = column![text(said.text).size(size::SMALL).style(style)]
        .push(detail)
        .width(Length::Fill);
    let look = control::flush_link(fl!("health-open"), Some(Message::HealthPressed));
    let line = row![sign, words]
        .push(remedy)
        .push(look)
        .push(Space::new().height(measure::CONTROL - space::S))
        .spacing(space::S)
        .align_y(Alignment::Center);
    container(control::main_column(
        container(line).padding([space::S, measure::EDGE]),
    ))
    .width(Length::Fill)
    .style(theme::panel)
    .into()
}
