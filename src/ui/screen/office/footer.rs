//! The quiet line: how the connection is, and what can be done about it.

use std::time::Instant;

use iced::widget::{Column, Space, column, container, row, text};
use iced::{Alignment, Length};

use super::Message;
use crate::account::Connection;
use crate::fl;
use crate::ui::session::{Session, SessionId};
use crate::ui::sessions::Sessions;
use crate::ui::theme::{self, Element, Theme, measure, size, space, text as ink};
use crate::ui::widget::control;
use crate::ui::widget::icon::{self, Icon, Ink};
use crate::ui::words::{self, Remedy};

/// Shows it: one line while all is well, else one for each account that is not connected.
pub(super) fn view<'a>(sessions: &Sessions, now: Instant) -> Element<'a, Message> {
    let online =
        |session: &&Session| session.snapshot.connection == Connection::Online && !session.ended;
    let (connected, other): (Vec<&Session>, Vec<&Session>) = sessions.iter().partition(online);
    let lines: Vec<Element<'a, Message>> = match (other.as_slice(), connected.as_slice()) {
        ([], []) => Vec::new(),
        ([], [only]) => vec![line(only, now)],
        ([], several) => vec![joined(several)],
        (other, _) => other.iter().map(|session| line(session, now)).collect(),
    };
    container(control::main_column(
        container(Column::with_children(lines).spacing(space::XS))
            .padding([space::S, measure::EDGE]),
    ))
    .width(Length::Fill)
    .style(theme::panel)
    .into()
}

/// All of them are connected.
fn joined<'a>(sessions: &[&Session]) -> Element<'a, Message> {
    let said = fl!("connection-online-all", count = sessions.len());
    let words = text(said).size(size::SMALL).style(ink::quiet);
    let chosen = sessions.first().map(|session| session.id);
    shown(
        icon::sized(Icon::Check, Ink::Accent, measure::ICON_SMALL),
        column![words],
        None,
        chosen.unwrap_or_default(),
    )
}

fn line<'a>(session: &Session, now: Instant) -> Element<'a, Message> {
    let id = session.id;
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
            Some(Message::LogInAgainPressed(id)),
        ),
        Remedy::Retry => control::link(fl!("retry-now"), Some(Message::RetryPressed(id))),
        Remedy::EnterPassword => {
            control::link(fl!("enter-password"), Some(Message::PasswordPressed(id)))
        }
    });
    let style = if said.trouble { ink::plain } else { ink::quiet };
    let detail = said
        .detail
        .map(|detail| text(detail).size(size::SMALL).style(ink::quiet));
    let words = text(session.said(said.text)).size(size::SMALL).style(style);
    shown(sign, column![words].push(detail), remedy, id)
}

fn shown<'a>(
    sign: Element<'a, Message>,
    words: Column<'a, Message, Theme>,
    remedy: Option<Element<'a, Message>>,
    session: SessionId,
) -> Element<'a, Message> {
    let look = control::flush_link(fl!("health-open"), Some(Message::HealthPressed(session)));
    row![sign, words.width(Length::Fill)]
        .push(remedy)
        .push(look)
        .push(Space::new().height(measure::CONTROL - space::S))
        .spacing(space::S)
        .align_y(Alignment::Center)
        .into()
}
