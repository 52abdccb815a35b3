//! What went wrong with an account beside the connection: its rules, its list on the server.

use std::collections::HashMap;

use iced::widget::{column, container, scrollable};

use super::Message;
use crate::account::{Connection, DocumentCause, Fault, Topic, Trouble, UnusableDocument};
use crate::fl;
use crate::ui::plain_text;
use crate::ui::screen::unusable;
use crate::ui::session::{Session, SessionId};
use crate::ui::sessions::Sessions;
use crate::ui::theme::{Element, measure, space};
use crate::ui::widget::control;
use crate::ui::words;

/// What was read already, and what is to be confirmed.
#[derive(Debug, Clone, Default)]
pub(super) struct State {
    /// The trouble of each account that was dismissed last.
    pub(super) dismissed: HashMap<SessionId, String>,
    /// For whose list on the server 'start afresh' was pressed once.
    pub(super) renewing: Option<SessionId>,
    /// Whose list on the server is shown as it is.
    pub(super) shown: Option<SessionId>,
}

impl State {
    /// Shows the first that was not dismissed.
    pub(super) fn view<'a>(&self, sessions: &Sessions) -> Option<Element<'a, Message>> {
        sessions.iter().find_map(|session| {
            let trouble = session.snapshot.troubles.first()?;
            self.one(session, trouble)
        })
    }

    fn one<'a>(&self, session: &Session, trouble: &Trouble) -> Option<Element<'a, Message>> {
        // That the rules want the password too goes without saying while it is asked for.
        let same = matches!(trouble.topic, Topic::Rules(Fault::Authentication, _))
            && matches!(
                session.snapshot.connection,
                Connection::PasswordNeeded { .. }
            );
        if same || self.dismissed.get(&session.id) == Some(&trouble.message) {
            return None;
        }
        let (what, why) = words::trouble(trouble);
        let dismissed = Message::TroubleDismissed(session.id, trouble.message.clone());
        let dismiss = control::tinted(fl!("dismiss"), Some(dismissed));
        Some(match &trouble.topic {
            Topic::Buddies(_, DocumentCause::Unusable(list)) => {
                self.list(session, list, (what, why), dismiss)
            }
            Topic::Rules(_, DocumentCause::Unusable(_)) => {
                let rules = Message::RulesPressed(session.id);
                let look = control::tinted(fl!("trouble-rules-look"), Some(rules));
                control::notice(session.said(what), why, [look, dismiss])
            }
            _ => control::notice(session.said(what), why, [dismiss]),
        })
    }

    /// A list on the server that cannot be used: it is shown, and replaced when that is meant.
    fn list<'a>(
        &self,
        session: &Session,
        list: &UnusableDocument,
        (what, why): (String, Option<String>),
        dismiss: Element<'a, Message>,
    ) -> Element<'a, Message> {
        let id = session.id;
        if self.renewing == Some(id) {
            return control::notice(
                session.said(fl!("list-renew-question")),
                Some(fl!("list-renew-hint")),
                [
                    control::danger(fl!("list-renew-confirm"), Some(Message::RenewConfirmed(id))),
                    control::tinted(fl!("list-renew-cancel"), Some(Message::RenewPressed(None))),
                ],
            );
        }
        // A copy that could not be kept is why nothing was replaced.
        let copy = session.snapshot.list_copy.as_ref();
        let why = match copy.and_then(|copy| copy.as_ref().err()) {
            Some(error) => Some(fl!("rules-not-kept", reason = plain_text::sentence(error))),
            None => why,
        };
        let is_shown = self.shown == Some(id);
        let shown = Message::ListShown((!is_shown).then_some(id));
        let notice = control::notice(
            session.said(what),
            why,
            [
                control::tinted(unusable::label(is_shown), Some(shown)),
                control::tinted(fl!("list-renew"), Some(Message::RenewPressed(Some(id)))),
                dismiss,
            ],
        );
        if !is_shown {
            return notice;
        }
        let document =
            container(scrollable(unusable::document(list))).max_height(measure::DOCUMENT);
        column![notice, document].spacing(space::S).into()
    }
}
