//! The buddy list, built only as far as it can be seen, and the details of the selected buddy.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash as _, Hasher as _};
use std::ops::Range;

use iced::widget::{Column, Space, button, column, container, keyed_column, row, text};
use iced::{Alignment, Length};
use jiff::Zoned;

use super::{Message, Port, SEARCH, State};
use crate::account::{BuddyState, Connection, Status};
use crate::fl;
use crate::ui::address;
use crate::ui::plain_text;
use crate::ui::session::Session;
use crate::ui::theme::{
    self, Element, MEDIUM, STRONG, button as look, measure, size, space, text as ink,
};
use crate::ui::widget::control;
use crate::ui::widget::icon::{self, Icon, Ink};
use crate::ui::widget::line::line;
use crate::ui::widget::mark::mark;
use crate::ui::widget::portrait::portrait;
use crate::ui::words;

/// The height of so many rows.
#[expect(clippy::cast_precision_loss, reason = "no list has 2^24 rows")]
pub(super) fn height(rows: usize) -> f32 {
    rows as f32 * measure::ROW
}

/// The rows that can be seen, and some above and below.
fn window(port: Port, rows: usize) -> Range<usize> {
    let row = |y: f32| -> usize {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "clamped above zero; a float too large becomes the largest number"
        )]
        let index = (y / measure::ROW).max(0.0) as usize;
        index
    };
    let top = port.offset - port.above;
    let first = row(top).saturating_sub(SPARE).min(rows);
    let last = row(top + port.height).saturating_add(SPARE + 1).min(rows);
    first..last.max(first)
}

/// Shows the list, or what to do when it is empty.
pub(super) fn list<'a>(state: &'a State, session: &'a Session) -> Element<'a, Message> {
    let buddies = &session.snapshot.buddies;
    if buddies.is_empty() {
        return if session.account.buddies.is_empty() || session.demo {
            empty(session)
        } else {
            Space::new().into()
        };
    }
    let count = state.listing.len(session);
    if count == 0 {
        return nobody(state, session);
    }
    let now = words::now();
    let shown = window(state.port, count);
    let rows = shown.clone().filter_map(|row| {
        let buddy = state.listing.at(session, row)?;
        let selected = state.selected.as_ref() == Some(&buddy.address);
        Some((key(&buddy.address), one(buddy, session, selected, &now)))
    });
    column![
        Space::new().height(height(shown.start)),
        keyed_column(rows),
        Space::new().height(height(count - shown.end)),
    ]
    .padding([0.0, space::M])
    .into()
}

fn one<'a>(
    buddy: &BuddyState,
    session: &Session,
    selected: bool,
    now: &Zoned,
) -> Element<'a, Message> {
    let shown = words::buddy(buddy, name(buddy, session), is_online(session), now);
    let says_enough = buddy.waiting_for_approval
        || (buddy.status == Status::Unknown && buddy.subscription.state == "active");
    let mut second = shown.word;
    if !shown.note.is_empty() {
        second.push_str(" · ");
        second.push_str(&shown.note);
    } else if !shown.why.is_empty() && !says_enough {
        // The details say more.
        second.push_str(" · ");
        second.push_str(&shown.why);
    }
    let face = row![
        portrait(&shown.name, shown.mark),
        column![
            line(shown.name).size(size::NAME).font(MEDIUM),
            line(second).size(size::BODY - 1.0).style(ink::quiet),
        ]
        .spacing(2.0)
        .width(Length::Fill),
    ]
    .push((!shown.since.is_empty()).then(|| line(shown.since).size(size::SMALL).style(ink::quiet)))
    .spacing(space::M)
    .align_y(Alignment::Center)
    .height(Length::Fill);
    button(face)
        .on_press(Message::BuddyPressed(buddy.address.clone()))
        .padding([0.0, space::S])
        .width(Length::Fill)
        .height(measure::ROW)
        .style(look::row(selected))
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
fn nobody<'a>(state: &State, session: &Session) -> Element<'a, Message> {
    let said = if state.listing.search().is_some() {
        column![
            text(fl!("search-nobody"))
                .size(size::BODY)
                .style(ink::quiet)
        ]
    } else {
        let hidden = state.listing.hidden(session);
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

fn empty<'a>(session: &Session) -> Element<'a, Message> {
    let hint = if is_online(session) {
        fl!("empty-hint")
    } else {
        fl!("empty-hint-offline")
    };
    container(
        column![
            icon::sized(Icon::People, Ink::Quiet, 40.0),
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
        .max_width(320.0),
    )
    .padding([space::XXL, space::L])
    .center_x(Length::Fill)
    .into()
}

/// Shows the details of the selected buddy, if any.
pub(super) fn details<'a>(state: &State, session: &Session) -> Option<Element<'a, Message>> {
    let selected = state.selected.as_ref()?;
    let buddy = session
        .snapshot
        .buddies
        .iter()
        .find(|buddy| buddy.address == *selected)?;
    let now = words::now();
    let shown = words::buddy(buddy, name(buddy, session), is_online(session), &now);
    let panel = column![
        details_title(&shown),
        details_body(buddy, shown),
        details_actions(state, buddy)
    ]
    .spacing(space::M);
    Some(
        column![
            control::divider(),
            container(control::scroll(
                control::main_column(
                    container(panel)
                        .padding(iced::Padding::from([space::L, measure::EDGE]).right(space::M))
                ),
                |_| Message::DetailsScrolled
            ))
            .max_height(230.0)
            .width(Length::Fill)
            .style(theme::panel),
        ]
        .into(),
    )
}

fn details_title<'a>(shown: &words::BuddyLine) -> Element<'a, Message> {
    let named = shown.name != shown.address;
    let address = named.then(|| {
        line(shown.address.clone())
            .size(size::SMALL)
            .style(ink::quiet)
    });
    row![
        column![line(shown.name.clone()).size(size::NAME).font(STRONG)]
            .push(address)
            .spacing(2.0)
            .width(Length::Fill),
        control::icon_button(
            "close-details",
            Icon::Cross,
            fl!("close"),
            Message::DetailsClosed
        ),
    ]
    .spacing(space::S)
    .align_y(Alignment::Center)
    .into()
}

fn details_body<'a>(
    buddy: &BuddyState,
    shown: words::BuddyLine,
) -> Column<'a, Message, theme::Theme> {
    let mut state_words = row![mark(shown.mark), text(shown.word).size(size::BODY)]
        .spacing(space::S)
        .align_y(Alignment::Center);
    if !shown.since.is_empty() {
        state_words = state_words.push(text(shown.since).size(size::SMALL).style(ink::quiet));
    }
    let mut body = Column::new().spacing(space::S).push(state_words.wrap());
    if !shown.note.is_empty() {
        body = body.push(text(fl!("details-note", note = shown.note)).size(size::BODY));
    }
    if !shown.why.is_empty() {
        body = body.push(text(shown.why).size(size::BODY - 1.0).style(ink::quiet));
    }
    if let Some(seconds) = buddy.subscription.retry_in_s {
        let passed = buddy.as_of.elapsed().as_secs();
        let next = words::next_try(seconds.saturating_sub(passed));
        body = body.push(text(next).size(size::SMALL).style(ink::quiet));
    }
    if buddy.presence.devices.len() > 1 {
        body = body.push(
            text(fl!("details-devices", count = buddy.presence.devices.len()))
                .size(size::SMALL)
                .style(ink::quiet),
        );
    }
    body
}

fn details_actions<'a>(state: &State, buddy: &BuddyState) -> Element<'a, Message> {
    let address = &buddy.address;
    // Nobody has to wait for what is there already.
    let awaited = state.news.awaits(address);
    let wait = (awaited || buddy.status != Status::Available).then(|| {
        let label = if awaited {
            fl!("details-awaited")
        } else {
            fl!("details-await")
        };
        control::other(label, Some(Message::AwaitPressed(address.to_owned())))
    });
    let call = control::other(fl!("call"), Some(Message::CallPressed(address.to_owned())));
    let quiet = row![
        control::flush_link(
            fl!("details-copy"),
            Some(Message::CopyPressed(address.to_owned())),
        ),
        control::flush_link(
            fl!("details-remove"),
            Some(Message::RemovePressed(address.to_owned())),
        ),
    ];
    column![
        row![call].push(wait).spacing(space::S).wrap(),
        quiet.spacing(space::M).wrap(),
    ]
    .spacing(space::XS)
    .into()
}

/// Says that a buddy was removed, and offers to take it back.
pub(super) fn undo<'a>(name: String) -> Element<'a, Message> {
    container(
        row![
            container(line(fl!("removed", name = name))).width(Length::Fill),
            control::link(fl!("undo"), Some(Message::UndoPressed)),
            control::icon_button(
                "close-undo",
                Icon::Cross,
                fl!("close"),
                Message::UndoDismissed
            ),
        ]
        .spacing(space::S)
        .align_y(Alignment::Center),
    )
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

fn key(address: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    address.hash(&mut hasher);
    hasher.finish()
}

/// Rows built beyond the edge, so that a quick turn of the wheel finds them there.
const SPARE: usize = 6;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lists_are_built_only_as_far_as_they_are_seen() {
        let port = Port {
            offset: 0.0,
            height: 600.0,
            above: 0.0,
        };
        assert_eq!(window(port, 3), 0..3);
        assert!(window(port, 10_000).len() < 40);
        let middle = Port {
            offset: 300_000.0,
            ..port
        };
        let shown = window(middle, 10_000);
        assert!(shown.contains(&5_000) && shown.contains(&5_009) && shown.len() < 40);
        let beyond = Port {
            offset: 9_000_000.0,
            ..port
        };
        assert_eq!(window(beyond, 10), 10..10);
        let below = Port {
            above: 5_000.0,
            ..port
        };
        assert!(window(below, 10_000).start == 0);
    }
}
