//! The quiet line: how the connection is, and what can be done about it.

use std::time::Instant;

use iced::widget::{Column, column, container, row};
use iced::{Alignment, Length};

use super::Message;
use crate::account::Connection;
use crate::fl;
use crate::ui::session::{Session, SessionId};
use crate::ui::sessions::Sessions;
use crate::ui::theme::{self, Element, measure, size, space, text as ink};
use crate::ui::widget::control;
use crate::ui::widget::icon::{self, Icon, Ink};
use crate::ui::widget::line::line;
use crate::ui::widget::text::text;
use crate::ui::words::{self, Remedy};

/// Shows it: one line while all is well, else one for each account that is not connected. Where it is narrow the own
/// address, of which little would be seen, is left to the details.
pub(super) fn view<'a>(sessions: &Sessions, now: Instant, narrow: bool) -> Element<'a, Message> {
    let online =
        |session: &&Session| session.snapshot.connection == Connection::Online && !session.ended;
    let (connected, other): (Vec<&Session>, Vec<&Session>) = sessions.iter().partition(online);
    let lines: Vec<Element<'a, Message>> = match (other.as_slice(), connected.as_slice()) {
        ([], []) => Vec::new(),
        ([], only @ [_]) if narrow => vec![joined(fl!("connection-connected"), only)],
        ([], [only]) => vec![one(only, now)],
        ([], several) => {
            let said = fl!("connection-online-all", count = several.len());
            vec![joined(said, several)]
        }
        (other, _) => other.iter().map(|session| one(session, now)).collect(),
    };
    container(control::main_column(
        container(Column::with_children(lines).spacing(space::XS))
            .padding([space::XS, measure::EDGE]),
    ))
    .width(Length::Fill)
    .style(theme::panel)
    .into()
}

/// All of them are connected.
fn joined<'a>(said: String, sessions: &[&Session]) -> Element<'a, Message> {
    let chosen = sessions.first().map(|session| session.id);
    quiet(
        icon::sized(Icon::Check, Ink::Accent, measure::ICON_SMALL),
        said,
        look(chosen.unwrap_or_default()),
    )
}

/// How one of them is. What went wrong is told in full, and what to do about it below.
fn one<'a>(session: &Session, now: Instant) -> Element<'a, Message> {
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
        Remedy::LogInAgain => control::flush_link(
            fl!("settings-log-in-again"),
            Some(Message::LogInAgainPressed(id)),
        ),
        Remedy::Retry => control::flush_link(fl!("retry-now"), Some(Message::RetryPressed(id))),
        Remedy::EnterPassword => {
            control::flush_link(fl!("enter-password"), Some(Message::PasswordPressed(id)))
        }
    });
    let text_of = session.said(said.text);
    if remedy.is_none() && said.detail.is_none() {
        return quiet(sign, text_of, look(id));
    }
    let style = if said.trouble { ink::plain } else { ink::quiet };
    let detail = said
        .detail
        .map(|detail| text(detail).size(size::SMALL).style(ink::quiet));
    let links = control::links(remedy.into_iter().chain([look(id)]));
    let words = column![text(text_of).size(size::SMALL).style(style)]
        .push(detail)
        .push(links)
        .width(Length::Fill);
    row![sign, words].spacing(space::S).into()
}

/// All is well, or will be: one line.
fn quiet<'a>(
    sign: Element<'a, Message>,
    words: String,
    look: Element<'a, Message>,
) -> Element<'a, Message> {
    let words = line(words).size(size::SMALL).style(ink::quiet).fill();
    row![sign, words, look]
        .spacing(space::S)
        .align_y(Alignment::Center)
        .into()
}

fn look<'a>(session: SessionId) -> Element<'a, Message> {
    control::flush_link(fl!("health-open"), Some(Message::HealthPressed(session)))
}
