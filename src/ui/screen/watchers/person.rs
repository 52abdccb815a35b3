//! The details of one person: what it sees and why, and what can be changed.

use iced::widget::{Column, Row, column, container, row};
use iced::{Alignment, Length};
use jiff::Zoned;

use super::entries::{Entry, Kind};
use super::{Message, Person};
use crate::account::{Decision, Disclosure, Preview, RulesState};
use crate::fl;
use crate::ui::plain_text;
use crate::ui::session::Session;
use crate::ui::theme::{Element, MEDIUM, STRONG, size, space, text as ink};
use crate::ui::widget::control;
use crate::ui::widget::mark::{Mark, mark};
use crate::ui::widget::text::text;
use crate::ui::words::{self, watcher};

/// Shows them.
pub(super) fn view<'a>(
    open: &'a Person,
    session: &'a Session,
    entry: &Entry,
    now: &Zoned,
) -> Element<'a, Message> {
    let who = entry.source.map(|source| {
        let why = text(source.explained())
            .size(size::SECOND)
            .style(ink::quiet);
        column![section(fl!("person-who")), why].spacing(space::XS)
    });
    let is_one = entry.kind != Kind::Many;
    let sees = is_one.then(|| {
        let title = section(fl!("person-sees", name = entry.name.clone()));
        column![title, preview(open, session, now)].spacing(space::M)
    });
    let details = column![control::divider()].push(who).push(sees).extend([
        section(fl!("person-change")),
        open.terms.view(now).map(Message::Terms),
        actions(open, session, entry, now),
    ]);
    let details = details
        .push(subscription(entry, now))
        .push(is_one.then(|| others(session, entry)));
    container(details.spacing(space::M))
        .padding(iced::Padding::from([space::S, space::S]))
        .width(Length::Fill)
        .into()
}

fn section<'a>(title: String) -> Element<'a, Message> {
    text(title)
        .size(size::SMALL)
        .font(STRONG)
        .style(ink::quiet)
        .into()
}

/// What the person sees, and by which rules.
fn preview<'a>(open: &Person, session: &'a Session, now: &Zoned) -> Element<'a, Message> {
    let quiet = |said: String| text(said).size(size::SECOND).style(ink::quiet);
    let known = session.snapshot.preview.as_ref();
    let Some(known) = known.filter(|known| known.watcher == open.watcher) else {
        let said = match session.snapshot.rules_state {
            RulesState::Failed(..) => fl!("person-rules-unknown"),
            _ => fl!("person-asking"),
        };
        return quiet(said).into();
    };
    let mut shown = column![sight(known)].spacing(space::XS);
    if known.grounds.is_empty() {
        shown = shown.push(quiet(fl!("person-no-rule")));
    }
    for ground in &known.grounds {
        shown = shown.push(quiet(watcher::ground(ground, now)));
    }
    if known.decision_by_order != known.decision {
        let other = watcher::sees(&known.decision_by_order, None);
        shown = shown.push(quiet(fl!("person-by-order", sees = other)));
    }
    if let Some(document) = &known.document {
        let label = if open.raw {
            fl!("person-raw-hide")
        } else {
            fl!("person-raw-show")
        };
        let mut buttons = vec![control::flush_link(label, Some(Message::RawPressed))];
        if open.raw {
            buttons.push(control::flush_link(
                fl!("copy"),
                Some(Message::CopyPressed(document.clone())),
            ));
        }
        shown = shown.push(control::links(buttons));
        if open.raw {
            let lines = document.lines().filter(|line| !line.trim().is_empty());
            let lines = lines.take(RAW_LINES).map(|line| {
                let indent = line.len() - line.trim_start().len();
                let indent = "\u{2003}".repeat(indent.min(20) / 2);
                let said = plain_text::one_line(line, 300);
                text(format!("{indent}{said}")).size(size::SMALL).into()
            });
            shown = shown.push(Column::with_children(lines));
        }
    }
    shown.into()
}

/// What is seen now, in words.
fn sight(known: &Preview) -> Element<'_, Message> {
    let level = known.shows.and_then(Disclosure::from_token);
    let sees = words::capitalised(&watcher::sees(&known.decision, level));
    let mut said = column![text(sees).size(size::BODY)].spacing(space::XS);
    if let Some(sight) = &known.sees {
        let now = row![
            mark(Mark::of(&sight.status)),
            text(fl!("person-now", status = words::status(&sight.status)))
                .size(size::BODY)
                .font(MEDIUM),
        ]
        .spacing(space::S)
        .align_y(Alignment::Center);
        said = said.push(now);
        if let Some(note) = &sight.note {
            let note = plain_text::note(note);
            said = said.push(text(fl!("details-note", note = note)).size(size::BODY));
        }
        if sight.devices > 1 {
            said = said.push(
                text(fl!("details-devices", count = sight.devices))
                    .size(size::SMALL)
                    .style(ink::quiet),
            );
        }
    }
    said.into()
}

fn actions<'a>(
    open: &Person,
    session: &Session,
    entry: &Entry,
    now: &Zoned,
) -> Element<'a, Message> {
    let free = session.deciding(&entry.watcher).is_none();
    let decide = |decision| free.then(|| Message::Decided(entry.watcher.clone(), decision));
    let mut buttons = vec![
        control::main(open.terms.allow(now), decide(Decision::Allow)),
        control::other(fl!("request-polite"), decide(Decision::PoliteBlock)),
        control::other(fl!("request-block"), decide(Decision::Block)),
    ];
    if !matches!(entry.decision.as_str(), "undecided") {
        buttons.push(control::other(
            fl!("watchers-revoke"),
            decide(Decision::Undecided),
        ));
    }
    Row::with_children(buttons)
        .spacing(space::S)
        .wrap()
        .vertical_spacing(space::XS)
        .into()
}

/// Until when the present subscription runs; whoever watches on refreshes it before.
fn subscription<'a>(entry: &Entry, now: &Zoned) -> Option<Element<'a, Message>> {
    let Kind::Watching {
        until: Some(until), ..
    } = entry.kind
    else {
        return None;
    };
    let said = fl!("person-subscription", time = watcher::moment(until, now));
    Some(text(said).size(size::SMALL).style(ink::quiet).into())
}

fn others<'a>(session: &Session, entry: &Entry) -> Element<'a, Message> {
    let mut links = vec![control::flush_link(
        fl!("details-copy"),
        Some(Message::CopyPressed(entry.watcher.clone())),
    )];
    if !session.is_buddy(&entry.watcher) {
        links.push(control::flush_link(
            fl!("request-add-buddy"),
            Some(Message::AddPressed(
                entry.watcher.clone(),
                entry.claimed.clone(),
            )),
        ));
    }
    control::links(links)
}

/// Lines of a document that are shown.
const RAW_LINES: usize = 200;
