//! Passwords: read from the keyring, asked for, and kept there once the server has taken them.

use iced::Task;

use super::{App, Message, Screen};
use crate::account::{Command, Connection, Secret, SecretError};
use crate::ui::screen::password::{self, Why};
use crate::ui::session::{SessionId, Typed};
use crate::ui::widget::focus;

impl App {
    /// The connection of an account stands like this.
    pub(super) fn stands(&mut self, id: SessionId, connection: &Connection) -> Task<Message> {
        let Some(session) = self.sessions.by_id_mut(id) else {
            return Task::none();
        };
        match connection {
            Connection::Online => {
                session.asked = false;
                self.settle_keyring(id)
            }
            Connection::PasswordNeeded { refused } => {
                if *refused {
                    session.typed = None;
                }
                self.ask_next()
            }
            _ => Task::none(),
        }
    }

    /// Asks for the first password that is missing and was not asked for yet, unless the user is busy elsewhere.
    pub(super) fn ask_next(&mut self) -> Task<Message> {
        match self.sessions.next_to_ask() {
            Some(id) if matches!(self.screen, Screen::Office) => self.ask_password(id),
            _ => Task::none(),
        }
    }

    pub(super) fn password_read(
        &mut self,
        id: SessionId,
        answer: Result<Option<Secret>, SecretError>,
    ) -> Task<Message> {
        let Some(session) = self.sessions.by_id_mut(id) else {
            return Task::none();
        };
        let why = match answer {
            Ok(Some(password)) => {
                session.release(Some(password));
                return self.ask_next();
            }
            Ok(None) => Why::NotRemembered,
            Err(why) => {
                self.no_keyring = Some(why.clone());
                Why::NoKeyring(why)
            }
        };
        session.release(None);
        // Whoever is asked for another one is asked for this one afterwards, when the account has said that it needs it.
        let in_turn = self.sessions.looked_up().any(|session| session.id == id);
        if in_turn && matches!(self.screen, Screen::Office) {
            self.ask(id, why)
        } else {
            Task::none()
        }
    }

    /// Asks for the password for the reason the account gives.
    pub(super) fn ask_password(&mut self, id: SessionId) -> Task<Message> {
        let refused = self.sessions.by_id(id).is_some_and(|session| {
            session.snapshot.connection == Connection::PasswordNeeded { refused: true }
        });
        let why = match &self.no_keyring {
            _ if refused => Why::Refused,
            Some(why) => Why::NoKeyring(why.clone()),
            None => Why::NotRemembered,
        };
        self.ask(id, why)
    }

    pub(super) fn ask(&mut self, id: SessionId, why: Why) -> Task<Message> {
        let Some(session) = self.sessions.by_id_mut(id) else {
            return Task::none();
        };
        session.asked = true;
        let form = password::State::new(why, &session.account.address);
        let form = if self.remembering && self.no_keyring.is_none() {
            form
        } else {
            form.not_remembering()
        };
        self.screen = Screen::Password(id, form);
        focus::to(password::FIELD)
    }

    pub(super) fn password(&mut self, message: password::Message) -> Task<Message> {
        let Screen::Password(id, form) = &mut self.screen else {
            return Task::none();
        };
        let id = *id;
        match form.update(message) {
            password::Action::None => Task::none(),
            password::Action::Back => self.home(),
            password::Action::EditAccount => {
                let session = self.sessions.by_id(id);
                match session.map(|session| session.account.address.clone()) {
                    Some(own) => self.edit_account(&own),
                    None => self.home(),
                }
            }
            password::Action::Use { password, remember } => {
                let Some(session) = self.sessions.by_id_mut(id) else {
                    return self.home();
                };
                session.send(Command::Password(password.clone()));
                session.learn_password(password.clone());
                session.asked = false;
                // The account still says 'password needed' until it has tried; do not ask again because of that.
                session.shown(|shown| shown.connection = Connection::Connecting);
                self.typed(id, password, remember);
                self.home()
            }
        }
    }

    /// The user has typed a password for an account; the keyring gets it once the server has taken it.
    pub(super) fn typed(&mut self, id: SessionId, password: Secret, remember: bool) {
        self.remembering = remember;
        // What a keyring holds that could not be read is not unwanted.
        let typed = if remember {
            Some(Typed::Remember(password))
        } else {
            self.no_keyring.is_none().then_some(Typed::Forget)
        };
        if let Some(session) = self.sessions.by_id_mut(id) {
            session.typed = typed;
        }
    }

    /// The server has taken the password that was typed, if one was.
    fn settle_keyring(&mut self, id: SessionId) -> Task<Message> {
        let Some(session) = self.sessions.by_id_mut(id) else {
            return Task::none();
        };
        let (Some(typed), Some(backend)) = (session.typed.take(), &self.backend) else {
            return Task::none();
        };
        let address = session.account.address.clone();
        match typed {
            Typed::Remember(password) => {
                Task::perform(backend.remember(address, password), Message::Remembered)
            }
            Typed::Forget => Task::perform(backend.forget(address), Message::Forgotten),
        }
    }
}
