//! One row of the list, and below it the details when it is unfolded.

use iced::widget::{Column, Row, column, container, row as in_row};
use iced::{Alignment, Length};
use jiff::Zoned;

use super::entries::{Entry, Kind};
use super::{Message, State, Tab, person};
use crate::account::{About, Decision, Request};
use crate::fl;
use crate::ui::plain_text;
use crate::ui::session::Session;
use crate::ui::theme::{self, Element, MEDIUM, button as look, measure, size, space, text as ink};
use crate::ui::widget::control;
use crate::ui::widget::icon::{self, Icon, Ink};
use crate::ui::widget::line::line;
use crate::ui::widget::pair::pair;
use crate::ui::widget::source::source;
use crate::ui::widget::text::text;
use crate::ui::words::{self, watcher};

/// Shows it; of `many` some can be picked.
pub(super) fn row<'a>(
    state: &'a State,
    session: &'a Session,
    entry: &Entry,
    many: bool,
    now: &Zoned,
) -> Element<'a, Message> {
    let open = state.open.as_ref();
    let open = open.filter(|open| open.watcher == entry.watcher);
    let address = plain_text::address(&entry.watcher);
    let named = entry.name != address && entry.kind != Kind::Many;
    let mut lines = column![
        line(entry.name.clone())
            .size(size::NAME)
            .font(MEDIUM)
            .fill()
    ];
    if named {
        lines = lines.push(line(address).size(size::SMALL).style(ink::quiet).fill());
    }
    for fact in facts(entry, session, now) {
        lines = lines.push(text(fact).size(size::SMALL).style(ink::quiet));
    }
    lines = lines.push(source(entry.source));
    // As at the head of a group; it stands beside the name.
    let sign = if open.is_some() {
        Icon::Down
    } else {
        Icon::Right
    };
    let sign = icon::sized(sign, Ink::Quiet, measure::ICON_SMALL);
    let face = in_row![
        container(sign).padding(iced::Padding::ZERO.top(space::XXS)),
        lines.spacing(space::XXS).width(Length::Fill),
    ]
    .spacing(space::S);
    let face = container(control::pressable_as(
        control::folding(open.is_some()),
        face,
        look::plain,
        [space::S, space::S],
        Message::RowPressed(entry.watcher.clone()),
    ))
    .width(Length::Fill);
    let pick = (state.tab == Tab::Requests && many).then(|| {
        let picked = state.picked.contains(&entry.watcher);
        let name = entry.name.clone();
        control::bare_check(name, picked, Message::Picked(entry.watcher.clone()))
    });
    let bar = Row::new()
        .push(pick)
        .push(face)
        .spacing(space::XS)
        .align_y(Alignment::Center);
    let click = one_click(entry, session).filter(|_| open.is_none());
    let bar: Element<'a, Message> = match click {
        Some(click) => pair(bar, click, measure::NARROW).spacing(space::XS).into(),
        None => bar.into(),
    };
    let failure = session.failed(&entry.watcher).map(|rule| {
        let said = words::undecided(rule);
        container(text(said).size(size::SMALL).style(ink::danger)).padding([0.0, space::S])
    });
    let mut card = Column::new().push(bar).push(failure).spacing(space::XS);
    if let Some(open) = open {
        card = card.push(person::view(open, session, entry, now));
    }
    container(card)
        .padding(space::XS)
        .width(Length::Fill)
        .style(theme::card)
        .into()
}

/// What is known of a person beside name and address, line by line.
fn facts(entry: &Entry, session: &Session, now: &Zoned) -> Vec<String> {
    let relation = watcher::Relation::of(&entry.watcher, session).words();
    let mut first = vec![relation];
    let shows = entry.ground.as_ref().and_then(|ground| ground.shows);
    match entry.kind {
        Kind::Request { since, asked, gone } => {
            let request = Request {
                watcher: &entry.watcher,
                display_name: None,
                since,
                asked,
                gone,
                source: None,
            };
            return vec![watcher::request(&request, session, now)];
        }
        Kind::Watching { since, .. } => {
            first.push(watcher::sees(&entry.decision, shows));
            let since = since.map(|time| words::since(time, now));
            first.extend(since.filter(|since| !since.is_empty()));
        }
        Kind::Past { last, asked } => {
            if entry.decision != "undecided" {
                first.push(watcher::sees(&entry.decision, shows));
            }
            first.push(fl!("watchers-last", time = watcher::moment(last, now)));
            if asked > 1 {
                first.push(fl!("request-asked", count = asked));
            }
        }
        Kind::Nobody => first.push(fl!("watchers-not-watching")),
        Kind::Many => first = vec![watcher::sees(&entry.decision, shows)],
    }
    let by = entry
        .ground
        .as_ref()
        .map(|ground| watcher::ground(ground, now));
    std::iter::once(words::capitalised(&first.join(" · ")))
        .chain(by)
        .collect()
}

/// What one click does without unfolding anything.
fn one_click<'a>(entry: &Entry, session: &Session) -> Option<Element<'a, Message>> {
    let (label, decision) = match (&entry.kind, entry.decision.as_str()) {
        (Kind::Request { .. }, _) => (fl!("request-allow"), Decision::Allow),
        (Kind::Watching { .. }, "allow" | "polite-block") => match &entry.ground {
            // A wider rule would go on saying the same.
            Some(ground) if matches!(ground.about, About::Domain(_) | About::Everybody) => {
                (fl!("request-block"), Decision::Block)
            }
            _ => (fl!("watchers-revoke"), Decision::Undecided),
        },
        (Kind::Many, "undecided") => return None,
        (Kind::Many, _) => (fl!("watchers-revoke"), Decision::Undecided),
        (Kind::Past { .. }, "block") => (fl!("watchers-unblock"), Decision::Undecided),
        _ => return None,
    };
    let free = session.deciding(&entry.watcher).is_none();
    let message = Message::Decided(entry.watcher.clone(), decision);
    Some(control::link(label, free.then_some(message)))
}
