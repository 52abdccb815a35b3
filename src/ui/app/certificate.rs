//! Whom an account trusts.

use iced::Task;

use super::{App, Message, Screen};
use crate::account::{self, Command, Fingerprint};
use crate::ui::screen::certificate;
use crate::ui::session::SessionId;

impl App {
    /// Shows the certificate of a server that this account does not trust.
    pub(super) fn open_certificate(&mut self, id: SessionId) -> Task<Message> {
        if let Some(session) = self.sessions.by_id(id)
            && let Some(refused) = certificate::pressing(&session.snapshot.distrusted)
        {
            let state = certificate::State::new(refused.clone(), &session.account.trusted);
            self.screen = Screen::Certificate(id, Box::new(state));
        }
        Task::none()
    }

    pub(super) fn certificate(&mut self, message: certificate::Message) -> Task<Message> {
        let Screen::Certificate(id, state) = &mut self.screen else {
            return Task::none();
        };
        let id = *id;
        let action = state.update(message);
        let Some(session) = self.sessions.by_id_mut(id) else {
            return self.home();
        };
        match action {
            certificate::Action::None => Task::none(),
            certificate::Action::Copy(text) => iced::clipboard::write(text),
            certificate::Action::Back => self.home(),
            certificate::Action::Trust(server, fingerprint) => {
                account::trust(&mut session.account, &server, fingerprint);
                session.send(Command::TrustCertificate(fingerprint));
                Task::batch([self.save_account(id), self.home()])
            }
            certificate::Action::TrustAuthority(file) => {
                session.account.tls_ca = file;
                Task::batch([self.save_account(id), self.log_in_again(id)])
            }
        }
    }

    /// A certificate is no longer trusted by itself.
    pub(super) fn distrust(&mut self, id: SessionId, sha256: &str) -> Task<Message> {
        if let Some(session) = self.sessions.by_id_mut(id) {
            let trusted = &mut session.account.trusted;
            trusted.retain(|trusted| trusted.sha256 != sha256);
            if let Ok(fingerprint) = Fingerprint::parse(sha256) {
                session.send(Command::DistrustCertificate(fingerprint));
            }
        }
        self.save_account(id)
    }
}
