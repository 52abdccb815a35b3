//! The buddy list, built only as far as it can be seen.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash as _, Hasher as _};

use iced::widget::{Space, button, column, container, keyed_column, row};
use iced::{Alignment, Length};
use jiff::Zoned;

use super::listing::Row;
use super::{Message, SEARCH, State, group};
use crate::account::{BuddyState, Connection, Status};
use crate::desktop::screen_reader::{Kind, Said};
use crate::fl;
use crate::ui::address;
use crate::ui::plain_text;
use crate::ui::session::{PAUSED, Session, SessionId};
use crate::ui::sessions::Sessions;
use crate::ui::theme::{
    self, Element, MEDIUM, STRONG, button as look, measure, size, space, text as ink,
};
use crate::ui::widget::control;
use crate::ui::widget::drag::drag;
use crate::ui::widget::icon::{self, Icon, Ink};
use crate::ui::widget::line::line;
use crate::ui::widget::mark::mark;
use crate::ui::widget::pair::pair;
use crate::ui::widget::portrait::portrait;
use crate::ui::widget::said::{Told, said};
use crate::ui::widget::text::text;
use crate::ui::words;

/// Shows the list, or what to do when it is empty.
pub(super) fn list<'a>(
    state: &'a State,
    sessions: &'a Sessions,
    narrow: bool,
) -> Element<'a, Message> {
    if sessions.people() == 0 {
        let mut all = sessions.iter();
        return if sessions.is_demo() || all.all(|it| it.account.buddies.is_empty()) {
            empty(sessions)
        } else {
            Space::new().into()
        };
    }
    let listing = &state.listing;
    if listing.len() == 0 {
        return nobody(state);
    }
    let now = words::now();
    let port = state.port;
    let top = port.offset - port.above;
    let shown = listing.between(top, top + port.height);
    let rows = shown.clone().filter_map(|row| {
        let (key, told) = match listing.at(row)? {
            Row::Head(number) => {
                let head = listing.head(number)?;
                let selected = state.selected_group() == Some(head.name.as_str())
                    || state.drags_group(&head.name);
                (key(&head.name, 0, usize::MAX), group::head(head, selected))
            }
            Row::Person { place, group } => {
                let (session, buddy) = sessions.person(place)?;
                let key = key(&buddy.address, session.id, group);
                let whom = session.whom(&buddy.address);
                let marked = state.selected_buddy() == Some(&whom) || state.drags(&whom, group);
                (key, one(buddy, state, session, &now, (marked, narrow)))
            }
        };
        Some((key, told.numbered(row, key).into()))
    });
    let rows = column![
        Space::new().height(listing.top(shown.start)),
        keyed_column(rows),
        Space::new().height(listing.height() - listing.top(shown.end)),
    ];
    let rows = drag(rows, |y| state.can_move(y, sessions), Message::Dragged);
    let rows = container(rows.sign(state.sign(sessions))).padding([0.0, space::M]);
    let told = Said {
        number: Some(listing.len()),
        ..Said::of(Kind::List).named(fl!("list-name"))
    };
    said(rows, told).into()
}

/// Puts a buddy's state into words.
pub(super) fn words(buddy: &BuddyState, session: &Session, now: &Zoned) -> words::BuddyLine {
    let calls = session.calls(&buddy.address);
    words::buddy(buddy, calls, name(buddy, session), is_online(session), now)
}

/// Somebody's row, selected or not; where it is narrow, since when and on how many devices is left to the details.
pub(super) fn one<'a>(
    buddy: &BuddyState,
    state: &State,
    session: &Session,
    now: &Zoned,
    (selected, narrow): (bool, bool),
) -> Told<'a, Message> {
    let shown = words(buddy, session, now);
    let whom = session.whom(&buddy.address);
    let unread = state.changes.is_unread(&whom);
    let compact = state.listing.is_compact();
    let says_enough = buddy.waiting_for_approval
        || (buddy.status == Status::Unknown && buddy.subscription.state == "active")
        || buddy.subscription.state == PAUSED;
    let mut second = shown.word;
    if !shown.note.is_empty() {
        second.push_str(" · ");
        second.push_str(&shown.note);
    } else if !shown.why.is_empty() && !says_enough {
        // The details say more.
        second.push_str(" · ");
        second.push_str(&shown.why);
    }
    let name_font = if unread { STRONG } else { MEDIUM };
    let second = line(second).size(size::SECOND).style(ink::quiet);
    let since = (!narrow && !shown.since.is_empty())
        .then(|| line(shown.since).size(size::SMALL).style(ink::quiet));
    let dot = unread.then(dot);
    let for_dot = if unread { measure::DOT + space::S } else { 0.0 };
    let account = session.label.clone().map(account);
    let (face, height) = if compact {
        let words = row![
            line(shown.name)
                .size(size::BODY)
                .font(name_font)
                .leaving(for_dot)
        ]
        .push(dot)
        .push(container(second).width(Length::Fill))
        .spacing(space::S)
        .align_y(Alignment::Center)
        .width(Length::Fill);
        let face = row![mark(shown.mark), words].push(account).push(since);
        (face.spacing(space::S), measure::ROW_COMPACT)
    } else {
        let devices = buddy.presence.devices.len();
        let devices = (!narrow && devices > 1).then(|| {
            line(fl!("details-devices", count = devices))
                .size(size::SMALL)
                .style(ink::quiet)
        });
        let aside = (since.is_some() || devices.is_some() || account.is_some()).then(|| {
            column![]
                .push(since)
                .push(account)
                .push(devices)
                .spacing(space::XXS)
                .align_x(Alignment::End)
        });
        let face = row![
            portrait(&shown.name, shown.mark),
            column![
                row![
                    line(shown.name)
                        .size(size::NAME)
                        .font(name_font)
                        .leaving(for_dot)
                ]
                .push(dot)
                .spacing(space::S)
                .align_y(Alignment::Center),
                second,
            ]
            .spacing(space::XXS)
            .width(Length::Fill),
        ]
        .push(aside);
        (face.spacing(space::M), measure::ROW)
    };
    let face = button(face.align_y(Alignment::Center).height(Length::Fill))
        .on_press(Message::BuddyPressed(whom.clone()))
        .padding([0.0, space::S])
        .width(Length::Fill)
        .height(height)
        .style(look::row(selected));
    // The dot in words.
    let hint = if unread {
        fl!("list-unread")
    } else {
        String::new()
    };
    let told = Said {
        hint,
        ..control::choosing(Kind::Row, selected)
    };
    said(face, told).on_press(Message::BuddyPressed(whom))
}

/// The mark of the account that somebody belongs to.
fn account<'a>(label: String) -> Element<'a, Message> {
    container(line(label).size(size::SMALL).style(ink::quiet))
        .max_width(measure::ACCOUNT)
        .padding([0.0, space::XS])
        .style(theme::tag)
        .into()
}

/// Says that somebody has changed while the user looked elsewhere; the name beside it is stronger too.
fn dot<'a>() -> Element<'a, Message> {
    container(Space::new().width(measure::DOT).height(measure::DOT))
        .style(theme::dot)
        .into()
}

/// The search, while it is open.
pub(super) fn search(state: &State) -> Option<Element<'_, Message>> {
    let search = state.listing.search()?;
    let field = control::bare_field(
        SEARCH,
        &fl!("search-example"),
        search,
        Message::SearchEdited,
        Message::SearchSubmitted,
    );
    let bar = row![
        field,
        control::icon_button(
            "close-search",
            Icon::Cross,
            fl!("close"),
            Message::SearchPressed
        ),
    ]
    .spacing(space::XS)
    .align_y(Alignment::Center);
    let bar = container(bar).padding(
        iced::Padding::from([space::S, space::M])
            .top(space::M)
            .right(space::S),
    );
    Some(control::main_column(bar))
}

/// There are buddies, but none to list.
fn nobody<'a>(state: &State) -> Element<'a, Message> {
    let said = if state.listing.search().is_some() {
        column![
            text(fl!("search-nobody"))
                .size(size::BODY)
                .style(ink::quiet)
        ]
    } else {
        let hidden = state.listing.people();
        column![
            text(fl!("list-hidden", count = hidden))
                .size(size::BODY)
                .style(ink::quiet),
            control::link(fl!("list-show"), Some(Message::ShowOfflinePressed)),
        ]
    };
    container(said.spacing(space::S).align_x(Alignment::Center))
        .padding([space::XL, space::L])
        .center_x(Length::Fill)
        .into()
}

fn empty<'a>(sessions: &Sessions) -> Element<'a, Message> {
    let hint = if sessions.iter().any(is_online) {
        fl!("empty-hint")
    } else {
        fl!("empty-hint-offline")
    };
    container(
        column![
            icon::sized(Icon::People, Ink::Quiet, measure::PICTURE),
            text(fl!("empty-title")).size(size::TITLE).font(STRONG),
            text(hint)
                .size(size::BODY)
                .style(ink::quiet)
                .width(Length::Fill)
                .align_x(Alignment::Center),
            Space::new().height(space::XS),
            control::main(fl!("empty-button"), Some(Message::AddPressed)),
        ]
        .spacing(space::S)
        .align_x(Alignment::Center)
        .max_width(measure::HINT),
    )
    .padding([space::XXL, space::L])
    .center_x(Length::Fill)
    .into()
}

/// Says that a buddy was removed, and offers to take it back.
pub(super) fn undo<'a>(name: String) -> Element<'a, Message> {
    container(pair(
        line(fl!("removed", name = name)).fill(),
        row![
            control::link(fl!("undo"), Some(Message::UndoPressed)),
            control::icon_button(
                "close-undo",
                Icon::Cross,
                fl!("close"),
                Message::UndoDismissed
            ),
        ]
        .spacing(space::S),
        measure::NARROW,
    ))
    .padding([space::XS, space::M])
    .width(Length::Fill)
    .style(theme::card)
    .into()
}

fn is_online(session: &Session) -> bool {
    session.snapshot.connection == Connection::Online
}

fn name<'a>(buddy: &BuddyState, session: &'a Session) -> Option<&'a str> {
    session
        .names
        .get(&address::key(&buddy.address))
        .map(String::as_str)
        .filter(|name| !plain_text::name(name).is_empty())
}

pub(super) fn key(address: &str, session: SessionId, group: usize) -> u64 {
    let mut hasher = DefaultHasher::new();
    (address, session, group).hash(&mut hasher);
    hasher.finish()
}
