//! The message lamp: whether somebody left a message, how many, how urgent. A click calls the voicemail.

use iced::widget::{Column, Space, column, container, row};
use iced::{Alignment, Length};

use super::Message;
use crate::account::{Counts, MailboxState, Messages};
use crate::desktop::screen_reader::{Kind, Said};
use crate::fl;
use crate::ui::address;
use crate::ui::plain_text;
use crate::ui::session::{Session, SessionId};
use crate::ui::sessions::Sessions;
use crate::ui::theme::{
    self, Element, STRONG, Theme, button as look, measure, size, space, text as ink,
};
use crate::ui::widget::control;
use crate::ui::widget::icon::{Icon, Ink};
use crate::ui::widget::pair::signed;
use crate::ui::widget::said::said;
use crate::ui::widget::text::text;
use crate::ui::words;

/// Shows one for each mailbox; nothing while nothing is known and nothing is wrong.
pub(super) fn view<'a>(sessions: &Sessions, narrow: bool) -> Option<Element<'a, Message>> {
    let lamps: Vec<Element<'a, Message>> = sessions
        .iter()
        .flat_map(|session| {
            let mailboxes = session.snapshot.mailboxes.iter();
            mailboxes.filter_map(|mailbox| lamp(mailbox, session, narrow))
        })
        .collect();
    (!lamps.is_empty()).then(|| Column::with_children(lamps).spacing(space::S).into())
}

fn lamp<'a>(
    mailbox: &MailboxState,
    session: &Session,
    narrow: bool,
) -> Option<Element<'a, Message>> {
    let Some(messages) = &mailbox.messages else {
        let subscription = &mailbox.subscription;
        let broken = matches!(subscription.state, "terminated" | "waiting_to_retry");
        return broken.then(|| {
            let reason = subscription.reason.as_deref();
            let reason = reason.map(|reason| words::reason(reason, subscription.fault));
            let said = reason.into_iter().chain(session.label.clone());
            dark(fl!("lamp-unknown"), said.collect(), None)
        });
    };
    let number = session.voicemail(&messages.mailbox);
    let is_lit = messages.waiting || messages.classes.values().any(|counts| counts.new > 0);
    let details = details(messages, session, is_lit);
    Some(if is_lit {
        // The largest letters that leave room for the longest word of our languages.
        let size = if narrow { size::NAME } else { size::TITLE };
        lit(messages, details, number, session.id, size)
    } else {
        dark(fl!("lamp-dark"), details, number)
    })
}

/// What else is known: old messages, class by class where there are several, whose mailbox it is, whether it is old news.
fn details(messages: &Messages, session: &Session, is_lit: bool) -> Vec<String> {
    let mut said = Vec::new();
    let counted = |counts: &Counts| counts.new > 0 || counts.old > 0;
    let classes = messages
        .classes
        .iter()
        .filter(|(_, counts)| counted(counts));
    if is_lit && classes.clone().count() > 1 {
        said.extend(classes.map(|(class, counts)| words::class(class, *counts)));
    } else {
        let old = classes.fold(0_u32, |sum, (_, counts)| sum.saturating_add(counts.old));
        if old > 0 {
            said.push(fl!("lamp-old", count = old));
        }
    }
    let account = &session.snapshot.account;
    if !address::same(&messages.mailbox, account) && !messages.mailbox.is_empty() {
        said.push(plain_text::address(&messages.mailbox));
    }
    said.extend(session.label.clone());
    said
}

/// Somebody has left a message. What is only the last known state is an outline.
fn lit<'a>(
    messages: &Messages,
    details: Vec<String>,
    number: Option<String>,
    session: SessionId,
    size: f32,
) -> Element<'a, Message> {
    let urgent = messages
        .classes
        .values()
        .filter_map(|counts| counts.urgent_new)
        .fold(0, u32::saturating_add);
    let headline = text(words::messages(messages)).size(size).font(STRONG);
    let warm = |line: String| text(line).size(size::SMALL).font(STRONG).style(ink::lamp);
    let mut lines = column![headline].spacing(space::XXS).width(Length::Fill);
    if messages.stale {
        lines = lines.push(warm(words::capitalised(&fl!("lamp-stale"))));
    }
    let urgent = (urgent > 0).then(|| warm(fl!("lamp-urgent", count = urgent)));
    // What is short stands in one line.
    if let [one] = details.as_slice() {
        let one = text(one.clone()).size(size::SMALL).style(ink::quiet);
        let row = row![].push(urgent).push(one).spacing(space::S).wrap();
        lines = lines.push(row.vertical_spacing(space::XXS));
    } else {
        lines = quietly(lines.push(urgent), details);
    }
    let hint = match &number {
        Some(number) => text(fl!("lamp-call", address = plain_text::address(number))),
        None => text(fl!("lamp-no-number")),
    };
    lines = lines.push(hint.size(size::SMALL).style(ink::quiet));
    let style = if messages.stale {
        theme::stale_card
    } else {
        theme::lit_card
    };
    let press = number.map_or(Message::VoicemailWanted(session), Message::CallPressed);
    card(Ink::Lamp, lines, style, Some(press))
}

/// A lamp that is not lit.
fn dark<'a>(
    headline: String,
    details: Vec<String>,
    number: Option<String>,
) -> Element<'a, Message> {
    let headline = text(headline).size(size::BODY).style(ink::quiet);
    let lines = column![headline].spacing(space::XXS).width(Length::Fill);
    // Who has messages that were heard may want to hear them again; without a number there is nothing to press.
    let press = number.map(Message::CallPressed);
    card(Ink::Quiet, quietly(lines, details), theme::card, press)
}

type Lines<'a> = Column<'a, Message, Theme>;

fn quietly(lines: Lines<'_>, details: Vec<String>) -> Lines<'_> {
    let details = details.into_iter().filter(|line| !line.is_empty());
    details.fold(lines, |lines, line| {
        lines.push(text(line).size(size::SMALL).style(ink::quiet))
    })
}

/// `press`: what a click on it says; `None`: it cannot be pressed.
fn card(
    sign: Ink,
    words: Lines<'_>,
    style: fn(&Theme) -> container::Style,
    press: Option<Message>,
) -> Element<'_, Message> {
    let face = signed(Icon::Tape, sign, measure::SIGN, words);
    let face = row![face, Space::new().height(measure::PORTRAIT)].align_y(Alignment::Center);
    let card = container(face)
        .padding(iced::Padding::from([space::M, space::L]).left(space::S))
        .width(Length::Fill)
        .style(style);
    // Whoever does not see it go on is told.
    let live = |kind| Said {
        live: true,
        ..Said::of(kind)
    };
    match press {
        None => said(card, live(Kind::Words)).into(),
        Some(message) => {
            let told = live(Kind::Button);
            control::pressable_as(told, card, look::link_free, [0.0, 0.0], message)
        }
    }
}
