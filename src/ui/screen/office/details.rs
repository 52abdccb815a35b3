//! The details of the selected buddy: what is shown and why, what can be done, and how the buddy is kept.

use iced::widget::{Column, Row, Space, column, row};
use iced::{Alignment, Length};
use jiff::Zoned;

use super::{Action, Message as Office, State, buddies, why};
use crate::account::{ActivityKind, Buddy, BuddyState, DialogsState, Status};
use crate::fl;
use crate::ui::groups;
use crate::ui::plain_text;
use crate::ui::screen::activity;
use crate::ui::session::{PAUSED, Session, Whom};
use crate::ui::sessions::Sessions;
use crate::ui::theme::{Element, STRONG, measure, size, space, text as ink};
use crate::ui::widget::control::{self, Field};
use crate::ui::widget::icon::Icon;
use crate::ui::widget::line::line;
use crate::ui::widget::mark::{Mark, mark};
use crate::ui::widget::text::text;
use crate::ui::words;

/// What happened in the details.
#[derive(Debug, Clone)]
pub enum Message {
    /// A link was pressed: a call to pick up, a message or mail to write.
    LinkPressed(String),
    /// Something about how a buddy is kept was changed.
    Edited(Whom, Edit),
    /// The name was edited.
    NameEdited(String),
    /// Enter was pressed in the name of this buddy.
    NameSubmitted(Whom),
    /// The name of a new group was edited.
    GroupEdited(String),
    /// Enter was pressed in the name of a new group for this buddy.
    GroupSubmitted(Whom),
}

/// Something about how a buddy is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edit {
    /// What the user calls them.
    Name(String),
    /// Never tell about them, or do so again.
    Mute(bool),
    /// Tell each time they can be reached again, or no longer.
    Announce(bool),
    /// Watch them, or leave them on the list unwatched.
    Watch(bool),
    /// Watch their calls too, or no longer.
    Calls(bool),
    /// Put them into a group, or take them out of it.
    Group(String, bool),
}

impl Edit {
    /// Makes the change in what is kept.
    pub fn apply(&self, buddy: &mut Buddy) {
        match self {
            Self::Name(name) => name.clone_into(&mut buddy.name),
            Self::Mute(muted) => buddy.muted = *muted,
            Self::Announce(announced) => buddy.announced = *announced,
            Self::Watch(watched) => buddy.paused = !watched,
            Self::Calls(calls) => buddy.calls = *calls,
            Self::Group(name, into) => groups::put(&mut buddy.groups, name, *into),
        }
    }
}

impl State {
    /// Takes in what happened in the details.
    pub(super) fn details(&mut self, message: Message) -> Action {
        match message {
            Message::LinkPressed(link) => return Action::Call(link),
            Message::Edited(whom, edit) => return Action::Edit(whom, edit),
            Message::NameEdited(typed) => self.typed = typed,
            Message::NameSubmitted(whom) => {
                let name = self.typed.trim().to_owned();
                return Action::Edit(whom, Edit::Name(name));
            }
            Message::GroupEdited(typed) => self.typed_group = typed,
            Message::GroupSubmitted(whom) => {
                let name = std::mem::take(&mut self.typed_group).trim().to_owned();
                if !name.is_empty() {
                    return Action::Edit(whom, Edit::Group(name, true));
                }
            }
        }
        Action::None
    }
}

/// Shows them.
pub(super) fn panel<'a>(
    state: &'a State,
    sessions: &Sessions,
    session: &'a Session,
    buddy: &BuddyState,
) -> Element<'a, Office> {
    let now = words::now();
    let shown = buddies::words(buddy, session, &now);
    let calls = session.calls(&buddy.address);
    let entry = session.entry(&buddy.address);
    let mut panel = column![
        title(&shown, session),
        told(buddy, calls, &shown, &now),
        actions(state, session, buddy),
    ];
    panel = panel.push(why::view(buddy, session, &now));
    panel = panel.push(section(
        fl!("details-today"),
        today(session, &buddy.address, &now),
    ));
    if let Some(entry) = entry {
        panel = panel.push(section(
            fl!("details-kept"),
            kept(state, sessions, session, entry),
        ));
    }
    panel.spacing(space::L).into()
}

/// A part of the details under its name.
pub(super) fn section<'a>(
    name: String,
    content: impl Into<Element<'a, Office>>,
) -> Element<'a, Office> {
    column![
        text(name).size(size::SMALL).font(STRONG).style(ink::quiet),
        content.into()
    ]
    .spacing(space::XS)
    .into()
}

fn title<'a>(shown: &words::BuddyLine, session: &Session) -> Element<'a, Office> {
    let named = shown.name != shown.address;
    let address = named.then(|| {
        line(shown.address.clone())
            .size(size::SMALL)
            .style(ink::quiet)
    });
    let account = session.label.as_ref().map(|_| {
        let own = plain_text::address(&session.account.address);
        line(fl!("details-account", account = own))
            .size(size::SMALL)
            .style(ink::quiet)
    });
    row![
        column![line(shown.name.clone()).size(size::NAME).font(STRONG)]
            .push(address)
            .push(account)
            .spacing(space::XXS)
            .width(Length::Fill),
        control::icon_button(
            "close-details",
            Icon::Cross,
            fl!("close"),
            Office::DetailsClosed
        ),
    ]
    .spacing(space::S)
    .align_y(Alignment::Center)
    .into()
}

/// The state in words, the calls, the note, and what is wrong.
fn told<'a>(
    buddy: &BuddyState,
    calls: Option<&DialogsState>,
    shown: &words::BuddyLine,
    now: &Zoned,
) -> Element<'a, Office> {
    let since = (!shown.since.is_empty()).then(|| {
        text(shown.since.clone())
            .size(size::SMALL)
            .style(ink::quiet)
    });
    let state_words = row![mark(shown.mark), text(shown.word.clone()).size(size::BODY)]
        .push(since)
        .spacing(space::S)
        .align_y(Alignment::Center);
    let mut body = Column::new().spacing(space::S).push(state_words.wrap());
    let calls = calls.into_iter().flat_map(|calls| &calls.calls);
    for call in calls.take(CALLS) {
        body = body.push(text(words::call(call, now)).size(size::BODY));
    }
    if !shown.note.is_empty() {
        body = body.push(text(fl!("details-note", note = shown.note.clone())).size(size::BODY));
    }
    if !shown.why.is_empty() {
        body = body.push(text(shown.why.clone()).size(size::SECOND).style(ink::quiet));
    }
    if let Some(seconds) = buddy.subscription.retry_in_s {
        let passed = buddy.as_of.elapsed().as_secs();
        let next = words::next_try(seconds.saturating_sub(passed));
        body = body.push(text(next).size(size::SMALL).style(ink::quiet));
    }
    body.into()
}

fn actions<'a>(state: &State, session: &Session, buddy: &BuddyState) -> Element<'a, Office> {
    let address = &buddy.address;
    let whom = || session.whom(address);
    let calls = session.calls(address);
    let entry = session.entry(address);
    let link = |link: String| Some(Office::Details(Message::LinkPressed(link)));
    let pick_up = calls
        .into_iter()
        .flat_map(|calls| &calls.calls)
        .find_map(|call| call.pick_up.clone());
    let mut all: Vec<Element<'a, Office>> = Vec::new();
    all.extend(pick_up.map(|uri| control::main(fl!("details-pick-up"), link(uri))));
    let call = Office::CallPressed(address.to_owned());
    all.push(control::other(fl!("call"), Some(call)));
    all.extend(im(address).map(|uri| control::other(fl!("details-message"), link(uri))));
    all.extend(mail(buddy).map(|uri| control::other(fl!("details-mail"), link(uri))));
    // Nobody has to wait for what is there already, and who is muted is not told of.
    let awaited = state.news.awaits(&whom());
    let muted = entry.is_some_and(|entry| entry.muted || entry.paused);
    // Whoever is told each time need not ask for the next one.
    let announced = entry.is_some_and(|entry| entry.announced);
    if !muted && (awaited || (buddy.status != Status::Available && !announced)) {
        let label = if awaited {
            fl!("details-awaited")
        } else {
            fl!("details-await")
        };
        all.push(control::other(label, Some(Office::AwaitPressed(whom()))));
    }
    let quiet = control::links([
        control::flush_link(
            fl!("details-copy"),
            Some(Office::CopyPressed(address.to_owned())),
        ),
        control::flush_link(fl!("details-sight"), Some(Office::SightPressed(whom()))),
        control::flush_link(fl!("details-remove"), Some(Office::RemovePressed(whom()))),
    ]);
    column![
        Row::with_children(all)
            .spacing(space::S)
            .wrap()
            .vertical_spacing(space::S),
        quiet,
    ]
    .spacing(space::XS)
    .into()
}

/// What to hand to the system for writing to this address (RFC 3860); a telephone takes no messages.
fn im(address: &str) -> Option<String> {
    let rest = address
        .strip_prefix("sip:")
        .or_else(|| address.strip_prefix("sips:"))?;
    rest.contains('@').then(|| format!("im:{rest}"))
}

/// A mail address that the buddy tells of. An address for calls need not take mail, so none is made up.
fn mail(buddy: &BuddyState) -> Option<String> {
    let presence = &buddy.presence;
    let devices = presence.devices.iter().chain(&*presence.others);
    let contacts = devices.filter_map(|device| device.contact.as_deref());
    let mut all = presence
        .preferred_contact
        .as_deref()
        .into_iter()
        .chain(contacts);
    let is_mail = |contact: &&str| {
        let scheme = contact.get(..MAILTO.len());
        scheme.is_some_and(|scheme| scheme.eq_ignore_ascii_case(MAILTO))
    };
    // What follows the address may be headers, a whole text or files to attach (RFC 6068): nobody else writes mails here.
    let address = |contact: &str| contact.split('?').next().map(str::to_owned);
    all.find(is_mail).and_then(address)
}

/// What has changed today.
fn today<'a>(session: &Session, address: &str, now: &Zoned) -> Element<'a, Office> {
    let mut rows = Column::new().spacing(space::XS);
    let mut count = 0;
    for change in session.activity.of(address) {
        let at = change.at.to_zoned(now.time_zone().clone());
        if at.date() != now.date() {
            break;
        }
        count += 1;
        if count > CHANGES {
            continue;
        }
        let sign: Element<'a, Office> = match change.kind {
            ActivityKind::Status => mark(Mark::of(&Status::from_token(&change.text))),
            _ => Space::new().width(measure::MARK).into(),
        };
        rows = rows.push(
            row![
                text(at.strftime("%H:%M").to_string())
                    .size(size::SMALL)
                    .style(ink::quiet),
                sign,
                text(activity::said(change)).size(size::SECOND),
            ]
            .spacing(space::S)
            .align_y(Alignment::Center),
        );
    }
    let rest = match count {
        0 => Some(fl!("details-today-none")),
        all => {
            let more: usize = all.saturating_sub(CHANGES);
            (more > 0).then(|| fl!("details-today-more", count = more))
        }
    };
    let all = control::flush_link(fl!("details-activity"), Some(Office::ActivityPressed));
    rows.push(rest.map(|rest| text(rest).size(size::SMALL).style(ink::quiet)))
        .push(all)
        .into()
}

/// How the buddy is kept on the own list.
fn kept<'a>(
    state: &'a State,
    sessions: &Sessions,
    session: &Session,
    buddy: &Buddy,
) -> Element<'a, Office> {
    let whom = || session.whom(&buddy.address);
    let own = Office::Details;
    let edit = |edit| own(Message::Edited(whom(), edit));
    let watched = !buddy.paused;
    let name = Field {
        hint: Some(fl!("details-name-hint")),
        on_submit: Some(own(Message::NameSubmitted(whom()))),
        ..Field::new(NAME, fl!("add-buddy-name"), &state.typed)
    }
    .view(|typed| Office::Details(Message::NameEdited(typed)));
    let groups = groups::names(sessions.iter().map(|session| &session.account));
    let group_names = groups.into_iter().map(|name| {
        let is_in = buddy.groups.contains(&name);
        let label = plain_text::name(&name);
        (label, is_in, edit(Edit::Group(name, !is_in)))
    });
    let group_names: Vec<_> = group_names.collect();
    let chosen = (!group_names.is_empty()).then(|| control::several(group_names));
    let new_group = control::bare_field(
        GROUP,
        &fl!("details-group-new"),
        &state.typed_group,
        |typed| Office::Details(Message::GroupEdited(typed)),
        own(Message::GroupSubmitted(whom())),
    );
    column![
        column![
            control::check(fl!("details-watch"), watched, edit(Edit::Watch(!watched))),
            control::check(
                fl!("details-calls"),
                buddy.calls,
                edit(Edit::Calls(!buddy.calls))
            ),
            control::check(
                fl!("details-announce"),
                buddy.announced,
                edit(Edit::Announce(!buddy.announced))
            ),
            control::check(
                fl!("details-mute"),
                buddy.muted,
                edit(Edit::Mute(!buddy.muted))
            ),
        ]
        .spacing(space::XXS),
        name,
        column![
            text(fl!("details-groups"))
                .size(size::BODY)
                .font(crate::ui::theme::MEDIUM)
        ]
        .push(chosen)
        .push(new_group)
        .spacing(space::S),
    ]
    .spacing(space::M)
    .into()
}

/// Whether times in the details go on while nothing happens.
pub(super) fn has_clock(buddy: &BuddyState) -> bool {
    buddy.subscription.state != PAUSED
}

/// The name of the field for the buddy's name.
const NAME: &str = "details-name";
/// The name of the field for a new group.
const GROUP: &str = "details-group";
/// What mail addresses begin with.
const MAILTO: &str = "mailto:";
/// So many calls are told at once.
const CALLS: usize = 3;
/// So many changes of today are shown.
const CHANGES: usize = 8;
