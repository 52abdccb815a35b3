//! Cards for those who want to see the own presence.

use iced::Length;
use iced::widget::{Column, Row, column, container, row, text};

use super::{Message, State};
use crate::account::{Decision, Watcher};
use crate::fl;
use crate::ui::plain_text;
use crate::ui::session::Session;
use crate::ui::theme::{self, Element, MEDIUM, size, space, text as ink};
use crate::ui::widget::control;
use crate::ui::widget::icon::{self, Icon, Ink};
use crate::ui::widget::line::line;
use crate::ui::words;

/// Shows them; nothing when nobody asks.
pub(super) fn view<'a>(state: &'a State, session: &'a Session) -> Option<Element<'a, Message>> {
    let requests = session.snapshot.requests();
    let (later, open): (Vec<&Watcher>, Vec<&Watcher>) = requests
        .into_iter()
        .partition(|watcher| state.later.contains(&watcher.watcher));
    let hidden = open.len().saturating_sub(AT_ONCE);
    let mut cards = Column::new().spacing(space::S);
    for watcher in open.iter().take(AT_ONCE) {
        cards = cards.push(card(state, session, watcher));
    }
    if hidden > 0 {
        cards = cards.push(
            container(
                text(fl!("request-more", count = hidden))
                    .size(size::SMALL)
                    .style(ink::quiet),
            )
            .padding([0.0, space::S]),
        );
    }
    if !later.is_empty() {
        cards = cards.push(control::link(
            fl!("request-deferred", count = later.len()),
            Some(Message::DeferredPressed),
        ));
    }
    (!open.is_empty() || !later.is_empty()).then(|| cards.into())
}

fn card<'a>(state: &State, session: &Session, watcher: &Watcher) -> Element<'a, Message> {
    let address = plain_text::address(&watcher.watcher);
    let name = watcher
        .display_name
        .as_deref()
        .map(plain_text::name)
        .filter(|name| !name.is_empty())
        .unwrap_or_else(|| address.clone());
    let key = || watcher.watcher.clone();
    let deciding = state.deciding.get(&watcher.watcher);
    let free = deciding.is_none();
    let allow = match deciding {
        Some(Decision::Allow) => fl!("request-allowing"),
        _ => fl!("request-allow"),
    };
    let block = match deciding {
        Some(Decision::Block) => fl!("request-blocking"),
        _ => fl!("request-block"),
    };
    let failure = session
        .snapshot
        .rules
        .iter()
        .find(|rule| rule.watcher == watcher.watcher)
        .filter(|rule| matches!(rule.state, "failed" | "conflict" | "waiting"))
        .map(|rule| {
            if rule.state == "waiting" {
                return fl!("request-waiting");
            }
            let reason = rule.reason.as_deref();
            let reason = reason.map(|reason| words::reason(reason, rule.fault));
            fl!("request-failed", reason = reason.unwrap_or_default())
        });
    let question = column![
        text(fl!("request-question", name = name))
            .size(size::BODY)
            .font(MEDIUM),
        line(address).size(size::SMALL).style(ink::quiet),
    ]
    .push(failure.map(|failure| text(failure).size(size::SMALL).style(ink::danger)))
    .spacing(space::XXS)
    .width(Length::Fill);
    let actions = Row::with_children([
        control::main(allow, free.then(|| Message::AllowPressed(key()))),
        control::other(block, free.then(|| Message::BlockPressed(key()))),
        control::link(
            fl!("request-later"),
            free.then(|| Message::LaterPressed(key())),
        ),
    ])
    .spacing(space::S)
    .wrap()
    .vertical_spacing(space::XS);
    let sign = control::leading(icon::sized(Icon::Person, Ink::Accent, 24.0));
    container(
        row![
            sign,
            column![question, actions]
                .spacing(space::M)
                .width(Length::Fill)
        ]
        .spacing(space::M),
    )
    .padding(iced::Padding::from(space::L).left(space::S))
    .width(Length::Fill)
    .style(theme::card)
    .into()
}

/// So many cards at once; the rest waits for its turn.
const AT_ONCE: usize = 2;
