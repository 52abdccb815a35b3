//! What the server can and cannot do for the user, and what to do about rules that cannot be used.

use std::path::Path;

use iced::Length;
use iced::widget::{Column, column, container};

use super::Action;
use crate::account::{DocumentCause, Fault, RulesState, Topic, UnusableDocument};
use crate::fl;
use crate::ui::address;
use crate::ui::plain_text;
use crate::ui::screen::unusable;
use crate::ui::session::Session;
use crate::ui::theme::{self, Element, MEDIUM, size, space, text as ink};
use crate::ui::widget::control;
use crate::ui::widget::text::text;
use crate::ui::words;

/// What is unfolded.
#[derive(Debug, Clone, Default)]
pub struct State {
    /// Whether the document is shown.
    shown: bool,
    /// Whether 'start afresh' was pressed once.
    renewing: bool,
}

/// What happened.
#[derive(Debug, Clone, Copy)]
pub enum Message {
    /// 'Show it' was pressed, or the opposite.
    ShowPressed,
    /// 'Keep a copy' was pressed.
    KeepPressed,
    /// 'Start afresh' was pressed.
    RenewPressed,
    /// It was meant.
    RenewConfirmed,
    /// It was not meant.
    RenewCancelled,
    /// 'Try again' was pressed.
    RetryPressed,
}

impl State {
    pub(super) fn unfold(&mut self) {
        self.shown = true;
    }

    pub(super) fn update(&mut self, message: Message) -> Action {
        match message {
            Message::ShowPressed => self.shown = !self.shown,
            Message::KeepPressed => return Action::KeepRules,
            Message::RenewPressed => self.renewing = true,
            Message::RenewCancelled => self.renewing = false,
            Message::RenewConfirmed => {
                self.renewing = false;
                return Action::RenewRules;
            }
            Message::RetryPressed => return Action::Retry,
        }
        Action::None
    }

    /// Shows what is wrong or missing; nothing when all is well.
    pub(super) fn view<'a>(&self, session: &'a Session) -> Option<Element<'a, Message>> {
        let snapshot = &session.snapshot;
        let mut notices = Vec::new();
        let no_rules = matches!(
            snapshot.rules_state,
            RulesState::Failed(Fault::Unsupported, _)
        );
        if snapshot.rules_state == RulesState::Here {
            notices.push(explained(fl!("server-here"), fl!("server-here-why")));
        } else if snapshot.watchers_supported == Some(false) {
            let what = if no_rules {
                explained(fl!("server-neither"), fl!("server-neither-why"))
            } else {
                explained(fl!("server-no-winfo"), fl!("server-no-winfo-why"))
            };
            notices.push(what);
        } else if no_rules {
            notices.push(explained(fl!("server-no-xcap"), fl!("server-no-xcap-why")));
        }
        if snapshot.watchers_stale {
            notices.push(hint(fl!("watchers-stale")));
        }
        match &snapshot.rules_state {
            RulesState::Failed(_, DocumentCause::Unusable(rules)) => {
                notices.push(self.unusable(rules));
            }
            RulesState::Failed(fault, cause) => {
                let why = words::rules_failure(cause, Some(*fault), "");
                let retry = control::tinted(fl!("retry-now"), Some(Message::RetryPressed));
                notices.push(control::notice(fl!("trouble-rules"), Some(why), [retry]));
            }
            RulesState::Known { versioned: false } => notices.push(hint(fl!("server-unversioned"))),
            RulesState::Unknown => {
                let domain = address::domain(&session.account.address).unwrap_or_default();
                let root = format!("https://xcap.{}", plain_text::name(domain));
                notices.push(hint(fl!("server-no-root", root = root)));
            }
            RulesState::Reading | RulesState::Known { .. } | RulesState::Here => {}
        }
        notices.extend(snapshot.rules_copy.as_ref().map(copy));
        let mut troubles = snapshot.troubles.iter();
        let refused = troubles.find(|it| matches!(it.topic, Topic::RulesNotRenewed(..)));
        notices.extend(refused.map(|trouble| {
            let (what, why) = words::trouble(trouble);
            control::notice(what, why, [])
        }));
        (!notices.is_empty()).then(|| Column::with_children(notices).spacing(space::S).into())
    }

    /// What lies there is shown, and nothing is written over it before a copy is kept.
    fn unusable<'a>(&self, rules: &UnusableDocument) -> Element<'a, Message> {
        let detail = plain_text::sentence(&rules.detail);
        if self.renewing {
            return control::notice(
                fl!("rules-renew-question"),
                Some(fl!("rules-renew-hint")),
                [
                    control::danger(fl!("rules-renew-confirm"), Some(Message::RenewConfirmed)),
                    control::tinted(fl!("rules-renew-cancel"), Some(Message::RenewCancelled)),
                ],
            );
        }
        let notice = control::notice(
            fl!("rules-unusable"),
            Some(fl!("rules-unusable-why", detail = detail)),
            [
                control::tinted(unusable::label(self.shown), Some(Message::ShowPressed)),
                control::tinted(fl!("rules-keep"), Some(Message::KeepPressed)),
                control::tinted(fl!("rules-renew"), Some(Message::RenewPressed)),
                control::tinted(fl!("retry-now"), Some(Message::RetryPressed)),
            ],
        );
        if !self.shown {
            return notice;
        }
        column![notice, unusable::document(rules)]
            .spacing(space::S)
            .into()
    }
}

/// Something is not offered here; nothing is wrong.
fn explained<'a>(what: String, why: String) -> Element<'a, Message> {
    container(
        column![
            text(what).size(size::BODY).font(MEDIUM),
            text(why).size(size::SMALL).style(ink::quiet),
        ]
        .spacing(space::XS),
    )
    .padding(space::L)
    .width(Length::Fill)
    .style(theme::card)
    .into()
}

fn hint<'a>(said: String) -> Element<'a, Message> {
    text(said).size(size::SMALL).style(ink::quiet).into()
}

/// Where the copy is, or why there is none.
fn copy<'a>(kept: &Result<impl AsRef<Path>, String>) -> Element<'a, Message> {
    match kept {
        Ok(path) => {
            let path = path.as_ref().display().to_string();
            hint(fl!("rules-kept", path = plain_text::note(&path)))
        }
        Err(why) => {
            let said = fl!("rules-not-kept", reason = plain_text::sentence(why));
            text(said).size(size::SMALL).style(ink::danger).into()
        }
    }
}
