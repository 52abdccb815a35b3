//! The message lamp: whether somebody left a message, how many, how urgent.

use iced::widget::{Column, column, container, row, text};
use iced::{Alignment, Length};

use super::Message;
use crate::account::{Counts, MailboxState, Snapshot};
use crate::fl;
use crate::ui::address;
use crate::ui::plain_text;
use crate::ui::theme::{self, Element, STRONG, size, space, text as ink};
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
            dark(fl!("lamp-unknown"), &reason.unwrap_or_default())
        });
    };
    let new: Vec<String> = messages
        .classes
        .iter()
        .filter(|(_, counts)| counts.new > 0)
        .map(|(class, counts)| new_words(class, counts.new))
        .collect();
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
    if !messages.waiting && new.is_empty() {
        return Some(dark(fl!("lamp-dark"), &details));
    }
    let headline = if new.is_empty() {
        fl!("lamp-waiting")
    } else {
        new.join(", ")
    };
    let mut second = row![].spacing(space::S).align_y(Alignment::Center);
    if urgent > 0 {
        second = second.push(
            text(fl!("lamp-urgent", count = urgent))
                .size(size::SMALL)
                .font(STRONG)
                .style(ink::lamp),
        );
    }
    if !details.is_empty() {
        second = second.push(text(details).size(size::SMALL).style(ink::quiet));
    }
    let words = column![text(headline).size(size::NAME).font(STRONG), second]
        .spacing(2.0)
        .width(Length::Fill);
    Some(
        container(
            row![icon::sized(Icon::Tape, Ink::Lamp, 28.0), words]
                .spacing(space::M)
                .align_y(Alignment::Center),
        )
        .padding([space::M, space::L])
        .width(Length::Fill)
        .style(theme::lit_card)
        .into(),
    )
}

fn dark<'a>(headline: String, details: &str) -> Element<'a, Message> {
    let words = if details.is_empty() {
        headline
    } else {
        format!("{headline} · {details}")
    };
    container(
        row![
            icon::sized(Icon::Tape, Ink::Quiet, 16.0),
            text(words).size(size::SMALL).style(ink::quiet)
        ]
        .spacing(space::S)
        .align_y(Alignment::Center),
    )
    .padding([space::XS, space::S])
    .into()
}

fn new_words(class: &str, count: u32) -> String {
    match class {
        "voice" => fl!("lamp-voice", count = count),
        "fax" => fl!("lamp-fax", count = count),
        "video" => fl!("lamp-video", count = count),
        "text" | "pager" => fl!("lamp-text", count = count),
        _ => fl!("lamp-other", count = count),
    }
}
