//! Whom an account trusts.

use iced::Task;

use super::{App, Message, Screen};
use crate::account::{self, Command, TrustedCertificate};
use crate::ui::address;
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
            certificate::Action::Trust(pin, at) => {
                let instead_of = account::trust(&mut session.account, &pin, &at);
                session.send(Command::TrustCertificate { pin, instead_of });
                Task::batch([self.save_account(id), self.home()])
            }
            certificate::Action::TrustAuthority(file) => {
                session.account.tls_ca = file;
                Task::batch([self.save_account(id), self.log_in_again(id)])
            }
        }
    }

    /// A certificate is no longer trusted by itself.
    pub(super) fn distrust(&mut self, own: &str, gone: &TrustedCertificate) -> Task<Message> {
        let kept = self.settings.accounts.iter_mut();
        for account in kept.filter(|account| address::same(&account.address, own)) {
            account.trusted.retain(|trusted| trusted != gone);
        }
        let running = self.sessions.by_address(own).map(|session| session.id);
        if let Some(session) = running.and_then(|id| self.sessions.by_id_mut(id)) {
            let trusted = &mut session.account.trusted;
            trusted.retain(|trusted| trusted != gone);
            if let Some(pin) = account::pin(gone) {
                session.send(Command::DistrustCertificate(pin));
            }
        }
        self.save()
    }
}
