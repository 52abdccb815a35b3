//! Certificates that an account trusts as they are.

use iced::widget::{Column, column};
use jiff::Timestamp;

use crate::account::{AccountSettings, TrustedCertificate};
use crate::fl;
use crate::ui::plain_text;
use crate::ui::theme::{Element, MEDIUM, size, space, text as ink};
use crate::ui::widget::control;
use crate::ui::widget::text::text;
use crate::ui::words;

/// Lists them, each with a link that says that it is to be trusted no longer; `None` where there are none.
pub(super) fn view<'a, M: Clone + 'a>(
    account: &'a AccountSettings,
    distrust: impl Fn(TrustedCertificate) -> M,
) -> Option<Element<'a, M>> {
    if account.trusted.is_empty() {
        return None;
    }
    let heading = text(fl!("settings-trusted")).size(size::BODY).font(MEDIUM);
    let entries = account.trusted.iter();
    let entries = entries.map(|trusted| entry(trusted, distrust(trusted.clone())));
    Some(
        Column::with_children(std::iter::once(heading.into()).chain(entries))
            .spacing(space::S)
            .into(),
    )
}

fn entry<'a, M: Clone + 'a>(trusted: &'a TrustedCertificate, distrust: M) -> Element<'a, M> {
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
        control::flush_link(fl!("settings-distrust"), Some(distrust)),
    ]
    .spacing(space::XXS)
    .into()
}
