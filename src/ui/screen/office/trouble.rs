//! What went wrong with an account beside the connection: its rules, its list on the server.

use std::collections::HashMap;

use super::Message;
use crate::account::{Connection, DocumentCause, Fault, Topic, Trouble};
use crate::fl;
use crate::ui::plain_text;
use crate::ui::session::{Session, SessionId};
use crate::ui::sessions::Sessions;
use crate::ui::theme::Element;
use crate::ui::widget::control;
use crate::ui::words;

/// What was read already, and what is to be confirmed.
#[derive(Debug, Clone, Default)]
pub(super) struct State {
    /// The trouble of each account that was dismissed last.
    pub(super) dismissed: HashMap<SessionId, String>,
    /// For whose list on the server 'start afresh' was pressed once.
    pub(super) renewing: Option<SessionId>,
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
        let dismiss = Message::TroubleDismissed(session.id, trouble.message.clone());
        let (what, why) = words::trouble(trouble);
        let unusable = matches!(trouble.topic, Topic::Rules(_, DocumentCause::Unusable(_)));
        let look = unusable.then(|| {
            let rules = Message::RulesPressed(session.id);
            control::tinted(fl!("trouble-rules-look"), Some(rules))
        });
        let unusable = matches!(trouble.topic, Topic::Buddies(_, DocumentCause::Unusable(_)));
        if unusable && self.renewing == Some(session.id) {
            let confirmed = Message::RenewConfirmed(session.id);
            return Some(control::notice(
                session.said(fl!("list-renew-question")),
                Some(fl!("list-renew-hint")),
                [
                    control::danger(fl!("list-renew-confirm"), Some(confirmed)),
                    control::tinted(fl!("list-renew-cancel"), Some(Message::RenewPressed(None))),
                ],
            ));
        }
        let renew = unusable.then(|| {
            let renew = Message::RenewPressed(Some(session.id));
            control::tinted(fl!("list-renew"), Some(renew))
        });
        // A copy that could not be kept is why nothing was replaced.
        let not_kept = session.snapshot.list_copy.as_ref().filter(|_| unusable);
        let why = match not_kept.and_then(|copy| copy.as_ref().err()) {
            Some(error) => Some(fl!("rules-not-kept", reason = plain_text::sentence(error))),
            None => why,
        };
        let dismiss = control::tinted(fl!("dismiss"), Some(dismiss));
        Some(control::notice(
            session.said(what),
            why,
            look.into_iter().chain(renew).chain([dismiss]),
        ))
    }
}
