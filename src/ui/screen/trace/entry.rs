//! One message in the list of the trace.

use iced::widget::{button, column, row};
use iced::{Alignment, Length};
use jiff::tz::TimeZone;

use super::{Line, Message};
use crate::account::TraceLine;
use crate::desktop::screen_reader::Kind;
use crate::fl;
use crate::ui::plain_text;
use crate::ui::theme::{MEDIUM, button as look, measure, size, space, text as ink};
use crate::ui::widget::control;
use crate::ui::widget::icon::{self, Icon, Ink};
use crate::ui::widget::line::line;
use crate::ui::widget::said::{Told, said};

/// The row of a message: where it went, what it is, and when.
pub(super) fn row_of<'a>(line_: &Line, selected: bool, mixed: bool) -> Told<'a, Message> {
    let told = &line_.told;
    let entry = &told.entry;
    let sign = if told.is_error {
        (Icon::Warning, Ink::Danger)
    } else if entry.sent {
        (Icon::Sent, Ink::Quiet)
    } else {
        (Icon::Received, Ink::Quiet)
    };
    let time = entry.time.to_zoned(TimeZone::system());
    let mut second = vec![way(entry.sent), plain_text::one_line(&told.package, NAME)];
    second.push(plain_text::address(&told.resource));
    if mixed {
        second.push(plain_text::address(&line_.account));
    }
    second.retain(|part| !part.is_empty());
    let title = line(title(told)).size(size::BODY).font(MEDIUM);
    let title = if told.is_error {
        title.style(ink::danger)
    } else {
        title
    };
    let face = row![
        icon::sized(sign.0, sign.1, measure::ICON_SMALL),
        column![
            title.fill(),
            line(second.join(" · "))
                .size(size::SMALL)
                .style(ink::quiet)
                .fill(),
        ]
        .spacing(space::XXS)
        .width(Length::Fill),
        line(time.strftime("%H:%M:%S").to_string())
            .size(size::SMALL)
            .style(ink::quiet),
    ]
    .spacing(space::S)
    .align_y(Alignment::Center);
    let face = button(face.height(Length::Fill))
        .on_press(Message::RowPressed(line_.place))
        .padding([0.0, space::S])
        .width(Length::Fill)
        .height(measure::ROW_TRACE)
        .style(look::row(selected));
    said(face, control::choosing(Kind::Row, selected)).on_press(Message::RowPressed(line_.place))
}

/// A message in a few words.
pub(super) fn title(told: &TraceLine) -> String {
    let method = plain_text::one_line(&told.method, NAME);
    match &told.status {
        Some(status) if method.is_empty() => plain_text::name(status),
        Some(status) => {
            let status = plain_text::name(status);
            fl!("trace-answer", status = status, method = method)
        }
        None if method.is_empty() => fl!("trace-unreadable"),
        None => method,
    }
}

/// Where it went.
pub(super) fn way(sent: bool) -> String {
    if sent {
        fl!("trace-sent")
    } else {
        fl!("trace-received")
    }
}

/// Characters of the name of a method or package.
pub(super) const NAME: usize = 32;
