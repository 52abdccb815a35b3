//! Accounts come, go and are kept.

use std::sync::Arc;

use iced::Task;
use jiff::Timestamp;

use super::{App, Message, PATIENCE, Saving, Screen};
use crate::account::{
    AccountSettings, Command, Connection, OwnStatus, Presets, Secret, StoreError,
};
use crate::ui::activity::Log;
use crate::ui::address;
use crate::ui::backend::Demo;
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
        let Some(session) = self.sessions.by_id_mut(id) else {
            return Task::none();
        };
        let before = Arc::clone(&session.snapshot);
        let ended = session.happened(happening);
        self.now = session.received;
        if ended {
            return Task::none();
        }
        let adopted = session.adopt_list();
        let connection = session.snapshot.connection.clone();
        if let Some(session) = self.sessions.by_id(id) {
            self.office.learn(&before, session, self.focused);
        }
        self.refresh_office();
        self.tell_news(id, &before);
        self.look_at_activity();
        self.look_at_preview();
        let kept = if adopted {
            self.save_account(id)
        } else {
            Task::none()
        };
        Task::batch([kept, self.stands(id, &connection)])
    }

    /// The list is shown as it is now.
    pub(super) fn refresh_office(&mut self) {
        self.office.refreshed(&self.sessions, self.settings.list);
    }

    /// An account is gone.
    pub(super) fn left(&mut self, id: SessionId) -> Task<Message> {
        self.leaving.retain(|session| session.id != id);
        let gone = self.removed.iter().position(|own| !self.is_leaving(own));
        match gone.map(|at| self.removed.swap_remove(at)) {
            Some(own) => self.erase(own),
            None => self.exit_when_done(),
        }
    }

    /// Whether an account of this address is on its way out.
    pub(super) fn is_leaving(&self, own: &str) -> bool {
        let mut leaving = self.leaving.iter();
        leaving.any(|session| address::same(&session.account.address, own))
    }

    /// Removes what is kept of an account, as soon as it has logged out.
    fn erase(&mut self, address: String) -> Task<Message> {
        if self.is_leaving(&address) {
            self.removed.push(address);
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

    pub(super) fn has_demo(&self) -> bool {
        self.backend
            .as_ref()
            .is_some_and(|backend| backend.has_demo())
    }

    /// The log-in form, filled in for an account that was logged out.
    pub(super) fn log_in_form(&self) -> log_in::State {
        match self.settings.accounts.first() {
            Some(account) => self.log_in_again_form(account),
            None => log_in::State::new(self.has_demo()).with_presets(self.presets()),
        }
    }

    fn log_in_again_form(&self, account: &AccountSettings) -> log_in::State {
        log_in::State::again(account, self.has_demo()).with_presets(self.presets())
    }

    fn presets(&self) -> Arc<Presets> {
        let backend = self.backend.as_ref();
        backend.map(|backend| backend.presets()).unwrap_or_default()
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
        if let Some(speaker) = self.sessions.speaker() {
            // There is one own status for all.
            OwnStatus::of(&speaker.account, Timestamp::now()).keep(&mut session.account);
        } else {
            self.office = office::State::default();
        }
        let mut snapshot = (*session.snapshot).clone();
        snapshot.connection = Connection::Connecting;
        let own = OwnStatus::of(&session.account, Timestamp::now());
        snapshot.own_status = own.current().status.clone();
        snapshot.own_note.clone_from(&own.current().note);
        snapshot.own_until = own.until();
        session.snapshot = Arc::new(snapshot);
        let id = session.id;
        self.behind = None;
        self.sessions.put(session, &self.settings.accounts);
        self.refresh_office();
        if self.knows_input() {
            self.tell_input();
        }
        self.screen = Screen::Office;
        Task::batch([self.read_activity(id), self.open_wanted()])
    }

    /// Logs an account out; it has a little time for its good-byes.
    pub(super) fn leave(&mut self, id: SessionId) -> Task<Message> {
        let keeping = self.keep_activity();
        let left = self.sessions.take(id);
        let withdrawn = self.office.news.left(id);
        self.tell(withdrawn);
        self.refresh_office();
        let Some(mut session) = left.filter(Session::can_say_good_bye) else {
            return keeping;
        };
        session.send(Command::LogOut);
        self.leaving.push(session);
        let patience = Task::perform(async { tokio::time::sleep(PATIENCE).await }, move |()| {
            Message::LeavingTimedOut(id)
        });
        Task::batch([keeping, patience])
    }

    /// Logs out and stays so; what was typed in about the account waits for the next time.
    pub(super) fn log_out(&mut self, id: SessionId) -> Task<Message> {
        let Some(session) = self.sessions.by_id(id) else {
            return Task::none();
        };
        let (mut account, demo) = (session.account.clone(), session.demo);
        let leaving = self.leave(id);
        if demo {
            self.ask_log_in(self.log_in_form());
            return leaving;
        }
        account.enabled = false;
        self.keep(&account);
        let next = if self.sessions.is_empty() {
            self.ask_log_in(self.log_in_again_form(&account));
            focus::to(log_in::PASSWORD)
        } else {
            self.home()
        };
        Task::batch([leaving, self.save(), next])
    }

    /// Shows what was typed in about an account at the log-in, to be changed. It goes on as it is until then.
    pub(super) fn edit_account(&mut self, own: &str) -> Task<Message> {
        let Some(account) = self.kept(own).cloned() else {
            return Task::none();
        };
        let form = self.log_in_again_form(&account);
        let session = self.sessions.by_address(own);
        let refused = session.is_some_and(|session| {
            matches!(
                session.snapshot.connection,
                Connection::PasswordNeeded { .. }
            )
        });
        let has_password = session.is_some_and(|session| session.password().is_some());
        let keeps = !refused && (has_password || self.no_keyring.is_none());
        let form = if session.is_some() {
            form.editing()
        } else {
            form
        };
        let form = if keeps { form.keeping_password() } else { form };
        let form = self.beside(form, Some(own));
        let begin = form.begins_with();
        self.ask_log_in(form);
        focus::to(begin)
    }

    /// An account as it was typed in; where it is logged in, that run ends, and what only the run has changed stays.
    pub(super) fn replaced(&mut self, typed: AccountSettings) -> (AccountSettings, Task<Message>) {
        let Some(session) = self.sessions.by_address(&typed.address) else {
            return (typed, Task::none());
        };
        let (id, now) = (session.id, session.account.clone());
        let account = AccountSettings {
            buddies: now.buddies,
            synced: now.synced,
            groups: now.groups,
            status: now.status,
            note: now.note,
            timed: now.timed,
            remembered: now.remembered,
            ..typed
        };
        (account, self.leave(id))
    }

    /// The form for one more account.
    pub(super) fn add_account(&mut self) -> Task<Message> {
        let form = log_in::State::new(false).with_presets(self.presets());
        self.ask_log_in(self.beside(form, None));
        focus::to(log_in::ADDRESS)
    }

    /// A log-in form that leads back to the accounts that are logged in, if there are any; `but`: the one it is about.
    fn beside(&self, form: log_in::State, but: Option<&str>) -> log_in::State {
        let addresses = self.sessions.iter().map(|it| &it.account.address);
        let is_other = |own: &&String| but.is_none_or(|but| !address::same(own, but));
        form.beside(addresses.filter(is_other).cloned().collect())
    }

    /// Logs out and in again.
    pub(super) fn log_in_again(&mut self, id: SessionId) -> Task<Message> {
        let Some(account) = self.sessions.by_id(id).map(|it| it.account.clone()) else {
            return Task::none();
        };
        let leaving = self.leave(id);
        Task::batch([leaving, self.enter_remembered(account)])
    }

    /// Logs out, and forgets the account with everything that is kept of it.
    pub(super) fn remove(&mut self, own: &str) -> Task<Message> {
        let own = own.to_owned();
        let id = self.sessions.by_address(&own).map(|session| session.id);
        if let Some(session) = id.and_then(|id| self.sessions.by_id_mut(id)) {
            session.send(Command::ForgetWatchers);
            // Its file goes with the others; nothing is to write it anew.
            session.activity = Log::default();
        }
        self.trials
            .retain(|tried| !address::same(&tried.account, &own));
        let leaving = id.map_or_else(Task::none, |id| self.leave(id));
        let erasing = self.erase(own.clone());
        self.settings
            .accounts
            .retain(|account| !address::same(&account.address, &own));
        let forgetting = match &self.backend {
            Some(backend) => Task::perform(backend.forget(own), Message::Forgotten),
            None => Task::none(),
        };
        Task::batch([leaving, erasing, forgetting, self.save()])
    }

    pub(super) fn close(&mut self) -> Task<Message> {
        if self.closing {
            // A second wish to close does not wait for good-byes.
            return iced::exit();
        }
        self.closing = true;
        let measuring = self.measure();
        let ids: Vec<SessionId> = self.sessions.iter().map(|session| session.id).collect();
        let leaving: Vec<Task<Message>> = ids.into_iter().map(|id| self.leave(id)).collect();
        Task::batch([measuring, Task::batch(leaving), self.exit_when_done()])
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

    /// The account of this address in the settings.
    pub(super) fn kept(&self, own: &str) -> Option<&AccountSettings> {
        let mut accounts = self.settings.accounts.iter();
        accounts.find(|account| address::same(&account.address, own))
    }

    /// Keeps an account as it is now.
    pub(super) fn save_account(&mut self, id: SessionId) -> Task<Message> {
        self.save_accounts(|session| session.id == id)
    }

    /// Keeps those accounts as they are now; of a demo office nothing is kept.
    pub(super) fn save_accounts(&mut self, meant: impl Fn(&Session) -> bool) -> Task<Message> {
        let meant = self.sessions.iter().filter(|it| !it.demo && meant(it));
        let accounts: Vec<AccountSettings> = meant.map(|it| it.account.clone()).collect();
        if accounts.is_empty() {
            return Task::none();
        }
        for account in &accounts {
            self.keep(account);
        }
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
}
