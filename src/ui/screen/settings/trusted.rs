//! Certificates that an account trusts as they are.

use iced::widget::{Column, column};
use jiff::Timestamp;

use super::Message;
use crate::account::{AccountSettings, TrustedCertificate};
use crate::fl;
use crate::ui::plain_text;
use crate::ui::theme::{Element, MEDIUM, size, space, text as ink};
use crate::ui::widget::control;
use crate::ui::widget::text::text;
use crate::ui::words;

/// Lists them; `None` where there are none.
pub(super) fn view(account: &AccountSettings) -> Option<Element<'_, Message>> {
    if account.trusted.is_empty() {
        return None;
    }
    let heading = text(fl!("settings-trusted")).size(size::BODY).font(MEDIUM);
    let entries = account.trusted.iter().map(entry);
    Some(
        Column::with_children(std::iter::once(heading.into()).chain(entries))
            .spacing(space::S)
            .into(),
    )
}

fn entry(trusted: &TrustedCertificate) -> Element<'_, Message> {
    let server = if trusted.server.is_empty() {
        fl!("settings-trusted-any")
    } else {
        plain_text::note(&trusted.server)
    };
    let since: Option<Timestamp> = trusted.since.parse().ok();
    let line = match since {
        Some(since) => fl!(
            "settings-trusted-line",
            server = server,
            day = words::day(since)
        ),
        None => server,
    };
    column![
        text(line).size(size::BODY),
        text(plain_text::note(&trusted.sha256).replace(':', " "))
            .size(size::SMALL)
            .style(ink::quiet),
        control::flush_link(
            fl!("settings-distrust"),
            Some(Message::DistrustPressed(trusted.sha256.clone()))
        ),
    ]
    .spacing(space::XXS)
    .into()
}
