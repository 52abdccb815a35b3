//! The message lamp: whether somebody left a message, how many, how urgent.

use iced::widget::{Column, Space, Text, column, container, row, text};
use iced::{Alignment, Length};

use super::Message;
use crate::account::{Counts, MailboxState, Snapshot};
use crate::fl;
use crate::ui::address;
use crate::ui::plain_text;
use crate::ui::theme::{self, Element, STRONG, Theme, measure, size, space, text as ink};
use crate::ui::widget::control;
use crate::ui::widget::icon::{self, Icon, Ink};
use crate::ui::words;

/// Shows it; nothing while nothing is known and nothing is wrong.
pub(super) fn view<'a>(snapshot: &Snapshot) -> Option<Element<'a, Message>> {
    let lamps: Vec<Element<'a, Message>> = snapshot
        .mailboxes
        .iter()
        .filter_map(|mailbox| lamp(mailbox, &snapshot.account))
        .collect();
    (!lamps.is_empty()).then(|| Column::with_children(lamps).spacing(space::S).into())
}

fn lamp<'a>(mailbox: &MailboxState, account: &str) -> Option<Element<'a, Message>> {
    let Some(messages) = &mailbox.messages else {
        return matches!(
            mailbox.subscription.state,
            "terminated" | "waiting_to_retry"
        )
        .then(|| {
            let subscription = &mailbox.subscription;
            let reason = subscription.reason.as_deref();
            let reason = reason.map(|reason| words::reason(reason, subscription.fault));
            dark(fl!("lamp-unknown"), reason.unwrap_or_default())
        });
    };
    let urgent: u32 = messages
        .classes
        .values()
        .filter_map(|counts| counts.urgent_new)
        .fold(0, u32::saturating_add);
    let old = messages
        .classes
        .values()
        .map(|counts: &Counts| counts.old)
        .fold(0, u32::saturating_add);
    let mut details = Vec::new();
    if old > 0 {
        details.push(fl!("lamp-old", count = old));
    }
    if !address::same(&messages.mailbox, account) && !messages.mailbox.is_empty() {
        details.push(plain_text::address(&messages.mailbox));
    }
    if messages.stale {
        details.push(fl!("lamp-stale"));
    }
    let details = details.join(" · ");
    if !messages.waiting && messages.classes.values().all(|counts| counts.new == 0) {
        return Some(dark(fl!("lamp-dark"), details));
    }
    let urgent = (urgent > 0).then(|| {
        text(fl!("lamp-urgent", count = urgent))
            .size(size::SMALL)
            .font(STRONG)
            .style(ink::lamp)
    });
    let headline = text(words::messages(messages))
        .size(size::NAME)
        .font(STRONG);
    Some(card(Ink::Lamp, headline, urgent, details, theme::lit_card))
}

/// A lamp that is not lit, of the same size: what stands below must not jump when a message comes.
fn dark<'a>(headline: String, details: String) -> Element<'a, Message> {
    let headline = text(headline).size(size::BODY).style(ink::quiet);
    card(Ink::Quiet, headline, None, details, theme::card)
}

fn card<'a>(
    sign: Ink,
    headline: Text<'a, Theme>,
    urgent: Option<Text<'a, Theme>>,
    details: String,
    look: fn(&Theme) -> container::Style,
) -> Element<'a, Message> {
    let details = (!details.is_empty()).then(|| text(details).size(size::SMALL).style(ink::quiet));
    let second = (urgent.is_some() || details.is_some())
        .then(|| row![].push(urgent).push(details).spacing(space::S));
    let words = column![headline]
        .push(second)
        .spacing(2.0)
        .width(Length::Fill);
    let sign = control::leading(icon::sized(Icon::Tape, sign, 28.0));
    container(
        row![sign, words, Space::new().height(measure::PORTRAIT)]
            .spacing(space::M)
            .align_y(Alignment::Center),
    )
    .padding(iced::Padding::from([space::M, space::L]).left(space::S))
    .width(Length::Fill)
    .style(look)
    .into()
}
