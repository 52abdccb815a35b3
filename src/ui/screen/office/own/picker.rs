//! The picker of the own status: status, note, end, what was chosen lately, and what stays when nobody is logged in.

use iced::widget::{Column, column, container, row};
use iced::{Alignment, Length};
use jiff::{Timestamp, Zoned};

use super::Message;
use crate::account::{
    Choice, Permanence, RememberedStatus, Snapshot, Status, end_from_text, end_in_minutes,
    end_of_day,
};
use crate::desktop::screen_reader::{Kind, Said};
use crate::fl;
use crate::ui::plain_text;
use crate::ui::session::Session;
use crate::ui::theme::{self, Element, MEDIUM, button as look, measure, size, space, text as ink};
use crate::ui::widget::control::{self, Field};
use crate::ui::widget::icon::{self, Icon, Ink};
use crate::ui::widget::line::line;
use crate::ui::widget::mark::{Mark, mark};
use crate::ui::widget::pair::pair;
use crate::ui::widget::said::said as told;
use crate::ui::widget::text::text;
use crate::ui::words;

/// What is in the picker while it is open.
#[derive(Debug, Clone, Default)]
pub(super) struct Picker {
    /// The note.
    pub(super) note: String,
    /// When the status ends.
    pub(super) end: Ending,
    /// The time of [`Ending::At`] as it was typed.
    pub(super) time: String,
    /// Whether that is no time.
    pub(super) wrong: bool,
    /// Whether the status is to stay when nobody is logged in.
    pub(super) keep: bool,
}

/// When a status ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Ending {
    /// When another one is chosen.
    #[default]
    Open,
    /// So many minutes from now.
    In(u16),
    /// With the day.
    Today,
    /// At a time that is typed.
    At,
}

impl Picker {
    /// The picker as it opens.
    pub(super) fn new(snapshot: &Snapshot, now: &Zoned) -> Self {
        let time = snapshot.own_until.map(|until| typed(until, now));
        Self {
            note: snapshot.own_note.clone(),
            end: if time.is_some() {
                Ending::At
            } else {
                Ending::Open
            },
            time: time.unwrap_or_default(),
            wrong: false,
            keep: false,
        }
    }

    /// When the status ends; the error is a time that is none.
    pub(super) fn until(&self, now: &Zoned) -> Result<Option<Timestamp>, ()> {
        match self.end {
            Ending::Open => Ok(None),
            Ending::In(minutes) => Ok(end_in_minutes(minutes, now)),
            Ending::Today => Ok(end_of_day(now)),
            Ending::At => match end_from_text(&self.time, now) {
                Some(until) if until > now.timestamp() => Ok(Some(until)),
                _ => Err(()),
            },
        }
    }

    /// Shows it for the account that speaks for the status; `kept`: what stays when nobody is logged in.
    pub(super) fn view<'a>(
        &'a self,
        session: &'a Session,
        kept: &Permanence,
        narrow: bool,
    ) -> Element<'a, Message> {
        let snapshot = &session.snapshot;
        let content = column![
            Field {
                on_submit: Some(Message::NoteSubmitted),
                hint: Some(fl!("own-note-hint")),
                ..Field::new(super::NOTE, fl!("own-note"), &self.note)
            }
            .view(Message::NoteEdited),
            self.ending(),
            heading(fl!("own-status")),
            statuses(&snapshot.own_status, narrow),
        ]
        .push(lately(&session.account.remembered))
        .push(self.permanent(kept))
        .spacing(space::S);
        container(content)
            .padding(space::L)
            .width(Length::Fill)
            .style(theme::card)
            .into()
    }

    fn ending(&self) -> Element<'_, Message> {
        let ends = [
            (fl!("own-end-open"), Ending::Open),
            (words::span(30 * 60), Ending::In(30)),
            (words::span(60 * 60), Ending::In(60)),
            (fl!("own-end-today"), Ending::Today),
            (fl!("own-end-at"), Ending::At),
        ];
        let choices = control::choices(ends, self.end, Message::EndChosen);
        let time = (self.end == Ending::At).then(|| {
            Field {
                example: "15:00",
                hint: self.wrong.then(|| fl!("own-end-wrong")),
                wrong: self.wrong,
                on_submit: Some(Message::NoteSubmitted),
                ..Field::new(super::END, fl!("own-end-time"), &self.time)
            }
            .view(Message::TimeEdited)
        });
        column![heading(fl!("own-end")), choices]
            .push(time)
            .spacing(space::S)
            .into()
    }

    /// What stays when nobody is logged in, where the server keeps it.
    fn permanent<'a>(&'a self, permanence: &Permanence) -> Option<Element<'a, Message>> {
        let kept = match permanence {
            Permanence::Unknown | Permanence::Unsupported => return None,
            Permanence::None => None,
            Permanence::Kept(choice) => Some(choice),
        };
        let content = Column::new()
            .push(control::check(
                fl!("own-keep"),
                self.keep,
                Message::KeepToggled,
            ))
            .push(kept.map(|choice| {
                let kept = row![
                    mark(Mark::of(&choice.status)),
                    text(fl!("own-kept", status = said(choice)))
                        .size(size::SMALL)
                        .style(ink::quiet)
                        .width(Length::Fill),
                ]
                .spacing(space::S)
                .align_y(Alignment::Center);
                let remove = control::link(fl!("own-kept-remove"), Some(Message::KeptRemoved));
                pair(kept, remove, measure::ASIDE)
            }));
        Some(content.spacing(space::XS).into())
    }
}

fn heading<'a>(words: String) -> Element<'a, Message> {
    let words = text(words).size(size::BODY).font(MEDIUM);
    told(words, Said::of(Kind::Heading)).into()
}

fn statuses<'a>(current: &Status, narrow: bool) -> Element<'a, Message> {
    let choices = Status::PUBLISHABLE.into_iter().map(|status| {
        let chosen = status == *current;
        let face = row![mark(Mark::of(&status)), line(words::status(&status)).fill()]
            .spacing(space::S)
            .align_y(Alignment::Center);
        let face = if chosen {
            face.push(icon::sized(Icon::Check, Ink::Accent, measure::CHECK))
        } else {
            face
        };
        container(control::pressable_as(
            control::choosing(Kind::Choice, chosen),
            face.width(Length::Fill),
            look::choice(chosen),
            [space::S, space::S],
            Message::StatusChosen(status),
        ))
        .width(Length::Fill)
        .into()
    });
    let mut choices: Vec<Element<'a, Message>> = choices.collect();
    let half = |half| {
        Column::with_children(half)
            .spacing(space::XS)
            .width(Length::Fill)
    };
    if narrow {
        return half(choices).into();
    }
    let right = choices.split_off(choices.len().div_ceil(2));
    row![half(choices), half(right)].spacing(space::XS).into()
}

/// Statuses and notes that were chosen together lately, to be chosen again with one press.
fn lately<'a>(remembered: &'a [RememberedStatus]) -> Option<Element<'a, Message>> {
    if remembered.is_empty() {
        return None;
    }
    let rows = remembered.iter().map(|one| {
        let choice = Choice {
            status: Status::from_token(&one.status),
            note: one.note.clone(),
        };
        let face = row![mark(Mark::of(&choice.status)), line(said(&choice)).fill()]
            .spacing(space::S)
            .align_y(Alignment::Center);
        row![
            container(control::pressable(
                face.width(Length::Fill),
                look::plain,
                [space::XS, space::S],
                Message::RememberedChosen(choice.clone()),
            ))
            .width(Length::Fill),
            control::icon_button(
                "forget",
                Icon::Cross,
                fl!("own-forget"),
                Message::Forgotten(choice)
            ),
        ]
        .align_y(Alignment::Center)
        .into()
    });
    let rows = Column::with_children(rows.collect::<Vec<Element<'a, Message>>>());
    Some(
        column![heading(fl!("own-lately")), rows]
            .spacing(space::XS)
            .into(),
    )
}

/// A status and its note on one line.
fn said(choice: &Choice) -> String {
    let status = words::status(&choice.status);
    match plain_text::note(&choice.note) {
        note if note.is_empty() => status,
        note => format!("{status} · {note}"),
    }
}

/// A time as somebody would type it.
fn typed(time: Timestamp, now: &Zoned) -> String {
    let local = time.to_zoned(now.time_zone().clone());
    let short = local.strftime("%H:%M").to_string();
    if end_from_text(&short, now) == Some(time) {
        short
    } else {
        local.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
    }
}
