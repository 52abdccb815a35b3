//! The top: who one is, what others see, and the picker for both.

mod picker;

use iced::widget::{Column, Space, column, container, row};
use iced::{Alignment, Length, Padding};
use jiff::Zoned;

use self::picker::Picker;
use super::{Action, Message as Outer};
use crate::account::{Choice, Connection, PermanentWish, Status};
use crate::fl;
use crate::ui::plain_text;
use crate::ui::session::Session;
use crate::ui::sessions::Sessions;
use crate::ui::theme::{self, Element, STRONG, button as look, measure, size, space, text as ink};
use crate::ui::widget::control;
use crate::ui::widget::icon::{self, Icon, Ink};
use crate::ui::widget::line::line;
use crate::ui::widget::mark::Mark;
use crate::ui::widget::portrait::portrait;
use crate::ui::widget::text::text;
use crate::ui::words;

pub use picker::Ending;

/// What is open of it.
#[derive(Debug, Clone, Default)]
pub struct State {
    picker: Option<Picker>,
}

/// What happened.
#[derive(Debug, Clone)]
pub enum Message {
    /// The own status was pressed.
    Pressed,
    /// The note was edited.
    NoteEdited(String),
    /// Enter was pressed in a field.
    NoteSubmitted,
    /// An end was chosen.
    EndChosen(Ending),
    /// The time of the end was edited.
    TimeEdited(String),
    /// A status was chosen.
    StatusChosen(Status),
    /// A status with its note was chosen again.
    RememberedChosen(Choice),
    /// A status with its note is not to be offered any more.
    Forgotten(Choice),
    /// The status is to stay when nobody is logged in, or not.
    KeepToggled,
    /// What stays when nobody is logged in is to go.
    KeptRemoved,
}

impl State {
    /// Takes in what happened.
    pub(super) fn update(&mut self, message: Message, sessions: &Sessions) -> Action {
        let Some(session) = sessions.speaker() else {
            return Action::None;
        };
        let now = words::now();
        let Some(picker) = &mut self.picker else {
            if let Message::Pressed = message {
                self.picker = Some(Picker::new(&session.snapshot, &now));
                return Action::OpenPicker;
            }
            return Action::None;
        };
        match message {
            Message::Pressed => self.picker = None,
            Message::NoteEdited(note) => picker.note = note,
            Message::NoteSubmitted => {
                let status = match &session.snapshot.own_status {
                    Status::Unknown => Status::Available,
                    status => status.clone(),
                };
                return self.choose(status, &now);
            }
            Message::EndChosen(end) => {
                picker.end = end;
                picker.wrong = false;
                if end == Ending::At {
                    return Action::FocusEnd;
                }
            }
            Message::TimeEdited(time) => {
                picker.time = time;
                picker.wrong = false;
            }
            Message::StatusChosen(status) => return self.choose(status, &now),
            Message::RememberedChosen(choice) => {
                picker.note.clone_from(&choice.note);
                return self.choose(choice.status, &now);
            }
            Message::Forgotten(choice) => return Action::Forget(choice),
            Message::KeepToggled => picker.keep = !picker.keep,
            Message::KeptRemoved => return Action::Permanent(PermanentWish::Remove),
        }
        Action::None
    }

    /// Closes the picker; whether it was open.
    pub(super) fn close(&mut self) -> bool {
        self.picker.take().is_some()
    }

    fn choose(&mut self, status: Status, now: &Zoned) -> Action {
        let Some(picker) = &mut self.picker else {
            return Action::None;
        };
        let Ok(until) = picker.until(now) else {
            picker.wrong = true;
            return Action::FocusEnd;
        };
        let choice = Choice {
            status,
            note: picker.note.trim().to_owned(),
        };
        let keep = picker.keep;
        self.picker = None;
        Action::SetStatus {
            choice,
            until,
            keep,
        }
    }

    /// Shows the picker for status and note while it is open.
    pub(super) fn picker<'a>(
        &'a self,
        sessions: &'a Sessions,
        narrow: bool,
    ) -> Option<Element<'a, Outer>> {
        let picker = self.picker.as_ref()?;
        let session = sessions.speaker()?;
        // What stays is told by the first server that keeps it.
        let mut kept = sessions.iter().map(|session| &session.snapshot.permanent);
        let kept = kept.find(|kept| kept.is_offered());
        let kept = kept.unwrap_or(&session.snapshot.permanent);
        Some(picker.view(session, kept, narrow).map(Outer::Own))
    }

    /// Shows the top of a window of this width. What others see is there to be read, and wraps.
    pub(super) fn view<'a>(&'a self, sessions: &'a Sessions, width: f32) -> Element<'a, Outer> {
        let Some(session) = sessions.speaker() else {
            return Space::new().into();
        };
        let snapshot = &session.snapshot;
        let name = name(session);
        let online = snapshot.connection == Connection::Online;
        let shared = is_shared(session);
        let status = if snapshot.own_away {
            &Status::Away
        } else {
            &snapshot.own_status
        };
        let own_mark = Mark {
            stale: !online || !shared,
            ..Mark::of(status)
        };
        let word = match (status, shared) {
            (Status::Unknown, _) => fl!("own-not-set"),
            _ if snapshot.own_away && shared => fl!("own-away"),
            (status, true) => match snapshot.own_until {
                Some(until) => fl!(
                    "own-until",
                    status = words::status(status),
                    time = words::end(until, &words::now())
                ),
                None => words::status(status),
            },
            (status, false) => fl!("own-not-shared", status = words::status(status)),
        };
        let word = if shared && !sessions.iter().all(is_shared) {
            fl!("own-not-shared-everywhere", status = word)
        } else {
            word
        };
        let sign = if self.picker.is_some() {
            Icon::Up
        } else {
            Icon::Down
        };
        let below = width < measure::OWN;
        let told = control::folding(self.picker.is_some()).named(format!("{name}, {word}"));
        let words = Column::new()
            .push(line(name.clone()).size(size::NAME).font(STRONG))
            .push((!below).then(|| text(word.clone()).size(size::BODY).style(ink::quiet)))
            .spacing(space::XXS)
            .width(Length::Fill);
        let me = row![
            portrait(&name, own_mark),
            words,
            icon::sized(sign, Ink::Quiet, measure::ICON_SMALL),
        ]
        .spacing(space::M)
        .align_y(Alignment::Center);
        let me = control::pressable_as(
            told,
            me,
            look::plain,
            [space::XS, space::M],
            Outer::Own(Message::Pressed),
        );
        // Beside the tools there is no room for a sentence.
        let note = plain_text::one_line(&snapshot.own_note, SHOWN);
        let under: Vec<String> = [word]
            .into_iter()
            .filter(|_| below)
            .chain([note])
            .filter(|said| !said.is_empty())
            .collect();
        let narrow = width < measure::NARROW;
        let under = (!under.is_empty()).then(|| {
            let before = if narrow { 0.0 } else { PORTRAIT };
            container(text(under.join(" · ")).size(size::SECOND).style(ink::quiet)).padding(
                Padding::new(space::M)
                    .top(0)
                    .left(space::M + before)
                    .bottom(space::XS),
            )
        });
        let top = if narrow {
            column![me].push(under).push(tools())
        } else {
            column![row![me, tools()].align_y(Alignment::Center)].push(under)
        };
        container(control::main_column(
            container(top).padding(Padding::from(space::S).right(space::M)),
        ))
        .width(Length::Fill)
        .style(theme::panel)
        .into()
    }
}

/// What the signs at the top do.
fn tools<'a>() -> Element<'a, Outer> {
    row![
        control::icon_button(
            "search",
            Icon::Search,
            fl!("tip-search"),
            Outer::SearchPressed
        ),
        control::icon_button(
            "watchers",
            Icon::People,
            fl!("tip-watchers"),
            Outer::WatchersPressed
        ),
        control::icon_button("add-buddy", Icon::Plus, fl!("tip-add"), Outer::AddPressed),
        control::icon_button(
            "settings",
            Icon::Sliders,
            fl!("tip-settings"),
            Outer::SettingsPressed
        ),
    ]
    .into()
}

/// Whether others can be told the status, as far as this account knows.
fn is_shared(session: &Session) -> bool {
    let publication = session.snapshot.publication.as_ref();
    publication.is_none_or(|publication| publication.state != "failed")
}

/// The name others see, or the address.
fn name(session: &Session) -> String {
    if session.account.display_name.is_empty() {
        let address = plain_text::address(&session.account.address);
        match address.split_once('@') {
            Some((user, _)) if !user.is_empty() => user.to_owned(),
            _ => address,
        }
    } else {
        plain_text::name(&session.account.display_name)
    }
}

/// The width of the portrait and the room behind it.
const PORTRAIT: f32 = measure::PORTRAIT + space::M;
/// So many characters of the note are shown; the picker has it all.
const SHOWN: usize = 160;
/// The name of the note field.
pub const NOTE: &str = "own-note";
/// The name of the field for the end.
pub const END: &str = "own-end";
