//! Accounts come, go and are kept.

use std::sync::Arc;

use iced::Task;
use jiff::Timestamp;

use super::{App, Message, PATIENCE, Saving, Screen, Typed};
use crate::account::{
    AccountSettings, Command, Connection, OwnStatus, Secret, SecretError, StoreError,
};
use crate::ui::address;
use crate::ui::backend::Demo;
use crate::ui::screen::password::{self, Why};
use crate::ui::screen::{log_in, office};
use crate::ui::session::{Happening, Session, SessionId};
use crate::ui::widget::focus;
use crate::ui::words::Failure;

impl App {
    pub(super) fn session(&mut self, id: SessionId, happening: Happening) -> Task<Message> {
        if let Happening::Ended = happening
            && self.leaving.iter().any(|session| session.id == id)
        {
            return self.left(id);
        }
        if let Some(session) = self.leaving.iter_mut().find(|session| session.id == id) {
            session.happened(happening);
            return Task::none();
        }
        let Some(session) = self.session.as_mut().filter(|session| session.id == id) else {
            return Task::none();
        };
        let before = Arc::clone(&session.snapshot);
        let ended = session.happened(happening);
        self.now = session.received;
        if ended {
            return Task::none();
        }
        let adopted = session.adopt_list();
        self.office.learn(&before, session, self.focused);
        self.office.refreshed(session, self.settings.list);
        let connection = session.snapshot.connection.clone();
        self.tell_news(&before);
        self.look_at_activity();
        self.look_at_preview();
        let kept = if adopted {
            self.save_account()
        } else {
            Task::none()
        };
        Task::batch([kept, self.stands(&connection)])
    }

    /// The connection stands like this.
    fn stands(&mut self, connection: &Connection) -> Task<Message> {
        match connection {
            Connection::Online => {
                self.asked = false;
                return self.settle_keyring();
            }
            Connection::PasswordNeeded { refused } => {
                if *refused {
                    self.typed = None;
                }
                if !self.asked && matches!(self.screen, Screen::Office) {
                    return self.ask_password();
                }
            }
            _ => {}
        }
        Task::none()
    }

    /// An account is gone.
    pub(super) fn left(&mut self, id: SessionId) -> Task<Message> {
        self.leaving.retain(|session| session.id != id);
        let removed = self.removed.iter().position(|(of, _)| *of == id);
        match removed.map(|at| self.removed.swap_remove(at)) {
            Some((_, address)) => self.erase(id, address),
            None => self.exit_when_done(),
        }
    }

    /// Removes what is kept of an account, as soon as it has logged out.
    pub(super) fn erase(&mut self, id: SessionId, address: String) -> Task<Message> {
        if self.leaving.iter().any(|session| session.id == id) {
            self.removed.push((id, address));
            return Task::none();
        }
        let Some(backend) = &self.backend else {
            return Task::none();
        };
        self.erasing += 1;
        Task::perform(backend.erase(address), Message::Erased)
    }

    pub(super) fn erased(&mut self, answer: Result<(), StoreError>) -> Task<Message> {
        self.erasing = self.erasing.saturating_sub(1);
        if let Err(why) = answer {
            self.fail(Failure::NotErased(why));
        }
        self.exit_when_done()
    }

    pub(super) fn password_read(
        &mut self,
        id: SessionId,
        answer: Result<Option<Secret>, SecretError>,
    ) -> Task<Message> {
        let Some(session) = self.session.as_mut().filter(|session| session.id == id) else {
            return Task::none();
        };
        match answer {
            Ok(Some(password)) => {
                session.release(Some(password));
                Task::none()
            }
            Ok(None) => {
                session.release(None);
                self.ask(Why::NotRemembered)
            }
            Err(why) => {
                session.release(None);
                self.no_keyring = Some(why.clone());
                self.ask(Why::NoKeyring(why))
            }
        }
    }

    /// Tells what went wrong on this machine, once.
    pub(super) fn fail(&mut self, failure: Failure) {
        if !self.failures.contains(&failure) {
            self.failures.push(failure);
        }
    }

    pub(super) fn saved(&mut self, answer: Result<(), StoreError>) -> Task<Message> {
        if let Err(why) = answer {
            self.fail(Failure::NotSaved(why));
        }
        let again = self.saving == Saving::Outdated;
        self.saving = Saving::Idle;
        if again {
            self.save()
        } else {
            self.exit_when_done()
        }
    }

    /// Asks for the password for the reason the account gives.
    pub(super) fn ask_password(&mut self) -> Task<Message> {
        let refused = self.session.as_ref().is_some_and(|session| {
            session.snapshot.connection == Connection::PasswordNeeded { refused: true }
        });
        let why = match &self.no_keyring {
            _ if refused => Why::Refused,
            Some(why) => Why::NoKeyring(why.clone()),
            None => Why::NotRemembered,
        };
        self.ask(why)
    }

    pub(super) fn ask(&mut self, why: Why) -> Task<Message> {
        let Some(session) = &self.session else {
            return Task::none();
        };
        self.asked = true;
        let form = password::State::new(why, &session.account.address);
        self.screen = Screen::Password(if self.remembering && self.no_keyring.is_none() {
            form
        } else {
            form.not_remembering()
        });
        focus::to(password::FIELD)
    }

    pub(super) fn has_demo(&self) -> bool {
        self.backend
            .as_ref()
            .is_some_and(|backend| backend.has_demo())
    }

    /// The log-in form, filled in for an account that was logged out.
    pub(super) fn log_in_form(&self) -> log_in::State {
        match self.settings.accounts.first() {
            Some(account) => log_in::State::again(account, self.has_demo()),
            None => log_in::State::new(self.has_demo()),
        }
    }

    pub(super) fn enter_demo(&mut self, demo: Demo) -> Task<Message> {
        let Some(mut session) =
            self.new_session(demo.account, Some(demo.password), Some(demo.guard))
        else {
            return Task::none();
        };
        session.demo = true;
        self.show(session)
    }

    pub(super) fn enter(
        &mut self,
        account: AccountSettings,
        password: Option<Secret>,
        held: bool,
    ) -> Task<Message> {
        let Some(session) = self.new_session(account, password, None) else {
            return Task::none();
        };
        self.show(if held { session.held() } else { session })
    }

    /// Enters with the password from the keyring.
    pub(super) fn enter_remembered(&mut self, account: AccountSettings) -> Task<Message> {
        let Some(backend) = &self.backend else {
            return Task::none();
        };
        let reading = backend.password(account.address.clone());
        let entering = self.enter(account, None, true);
        let id = self.next_session;
        let reading = Task::perform(reading, move |answer| Message::PasswordRead(id, answer));
        Task::batch([entering, reading])
    }

    pub(super) fn new_session(
        &mut self,
        account: AccountSettings,
        password: Option<Secret>,
        guard: Option<Arc<dyn Send + Sync>>,
    ) -> Option<Session> {
        let backend = Arc::clone(self.backend.as_ref()?);
        self.next_session += 1;
        Some(Session::new(
            self.next_session,
            backend,
            account,
            password,
            guard,
        ))
    }

    pub(super) fn show(&mut self, mut session: Session) -> Task<Message> {
        let mut snapshot = (*session.snapshot).clone();
        snapshot.connection = Connection::Connecting;
        let own = OwnStatus::of(&session.account, Timestamp::now());
        snapshot.own_status = own.current().status.clone();
        snapshot.own_note.clone_from(&own.current().note);
        snapshot.own_until = own.until();
        session.snapshot = Arc::new(snapshot);
        self.office = office::State::default();
        self.office.refreshed(&session, self.settings.list);
        self.session = Some(session);
        if self.knows_input() {
            self.tell_input();
        }
        self.asked = false;
        self.typed = None;
        self.screen = Screen::Office;
        Task::batch([self.read_activity(), self.open_wanted()])
    }

    /// Logs the present account out; it has a little time for its good-byes.
    pub(super) fn leave(&mut self) -> Task<Message> {
        self.typed = None;
        let keeping = self.keep_activity();
        let Some(mut session) = self.session.take().filter(Session::can_say_good_bye) else {
            return keeping;
        };
        session.send(Command::LogOut);
        let id = session.id;
        self.leaving.push(session);
        let patience = Task::perform(async { tokio::time::sleep(PATIENCE).await }, move |()| {
            Message::LeavingTimedOut(id)
        });
        Task::batch([keeping, patience])
    }

    /// Logs out and stays so: the form waits, filled in.
    pub(super) fn log_out(&mut self) -> Task<Message> {
        let Some(session) = &self.session else {
            return Task::none();
        };
        let (mut account, demo) = (session.account.clone(), session.demo);
        let leaving = self.leave();
        if demo {
            self.screen = Screen::LogIn(self.log_in_form());
            return leaving;
        }
        account.enabled = false;
        self.keep(&account);
        self.screen = Screen::LogIn(log_in::State::again(&account, self.has_demo()));
        Task::batch([leaving, self.save(), focus::to(log_in::PASSWORD)])
    }

    /// Logs out and in again.
    pub(super) fn log_in_again(&mut self) -> Task<Message> {
        let Some(account) = self.session.as_ref().map(|s| s.account.clone()) else {
            return Task::none();
        };
        let leaving = self.leave();
        Task::batch([leaving, self.enter_remembered(account)])
    }

    pub(super) fn close(&mut self) -> Task<Message> {
        if self.closing {
            // A second wish to close does not wait for good-byes.
            return iced::exit();
        }
        self.closing = true;
        let measuring = self.measure();
        Task::batch([measuring, self.leave(), self.exit_when_done()])
    }

    /// Ends the program once every good-bye is said and the settings are on the disk.
    pub(super) fn exit_when_done(&self) -> Task<Message> {
        if self.is_done() {
            iced::exit()
        } else {
            Task::none()
        }
    }

    pub(super) fn is_done(&self) -> bool {
        let is_written = self.saving == Saving::Idle && self.erasing == 0 && self.keeping == 0;
        self.closing && self.leaving.is_empty() && is_written && !self.frame.measuring
    }

    /// Puts an account into the settings, in the place of an older one with its address.
    pub(super) fn keep(&mut self, account: &AccountSettings) {
        let accounts = &mut self.settings.accounts;
        match accounts
            .iter_mut()
            .find(|kept| address::same(&kept.address, &account.address))
        {
            Some(kept) => kept.clone_from(account),
            None => accounts.push(account.clone()),
        }
    }

    /// Keeps the present account as it is now.
    pub(super) fn save_account(&mut self) -> Task<Message> {
        let Some(account) = self
            .session
            .as_ref()
            .filter(|session| !session.demo)
            .map(|session| session.account.clone())
        else {
            return Task::none();
        };
        self.keep(&account);
        self.save()
    }

    /// Writes the settings, one writing at a time.
    pub(super) fn save(&mut self) -> Task<Message> {
        if self.saving != Saving::Idle {
            self.saving = Saving::Outdated;
            return Task::none();
        }
        let Some(backend) = &self.backend else {
            return Task::none();
        };
        self.saving = Saving::Busy;
        Task::perform(backend.save(self.settings.clone()), Message::Saved)
    }

    /// The user has typed a password for the present account; the keyring gets it once the server has taken it.
    pub(super) fn typed(&mut self, password: Secret, remember: bool) {
        self.remembering = remember;
        self.typed = if remember {
            Some(Typed::Remember(password))
        } else {
            // What a keyring holds that could not be read is not unwanted.
            self.no_keyring.is_none().then_some(Typed::Forget)
        };
    }

    /// The server has taken the password that was typed, if one was.
    fn settle_keyring(&mut self) -> Task<Message> {
        let (Some(typed), Some(session), Some(backend)) =
            (self.typed.take(), &self.session, &self.backend)
        else {
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
