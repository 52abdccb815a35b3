//! A server that is not trusted, and the way to its certificate.

use super::Message;
use crate::fl;
use crate::ui::plain_text;
use crate::ui::screen::certificate;
use crate::ui::sessions::Sessions;
use crate::ui::theme::Element;
use crate::ui::widget::control;

/// Tells it of the first account with such a server, if there is one.
pub(super) fn notice<'a>(sessions: &Sessions) -> Option<Element<'a, Message>> {
    let mut strange = sessions.iter().filter_map(|session| {
        let refused = certificate::pressing(&session.snapshot.distrusted)?;
        Some((session, refused))
    });
    let (session, refused) = strange.next()?;
    let changed = certificate::is_another(refused, &session.account.trusted);
    let (what, hint) = certificate::told(&plain_text::note(&refused.server), changed);
    let look = Message::CertificatePressed(session.id);
    let look = control::tinted(fl!("certificate-look"), Some(look));
    Some(control::notice(session.said(what), Some(hint), [look]))
}
