//! What the screen of all accounts asks for, done.

use iced::Task;

use super::{App, Message, Screen};
use crate::account::AccountSettings;
use crate::ui::address;
use crate::ui::screen::accounts::{self, Change};
use crate::ui::screen::password;
use crate::ui::session::SessionId;

impl App {
    /// Whether there is anything to show on the screen of all accounts; a demo office stands alone.
    pub(super) fn has_accounts(&self) -> bool {
        !self.settings.accounts.is_empty() && !self.sessions.is_demo()
    }

    /// Shows all accounts.
    pub(super) fn open_accounts(&mut self) -> Task<Message> {
        if self.has_accounts() {
            self.screen = Screen::Accounts(accounts::State::default());
        }
        Task::none()
    }

    pub(super) fn accounts_screen(&mut self, message: accounts::Message) -> Task<Message> {
        let Screen::Accounts(state) = &mut self.screen else {
            return Task::none();
        };
        match state.update(message, &self.settings.accounts) {
            accounts::Action::None => Task::none(),
            accounts::Action::Back => self.home(),
            accounts::Action::Add => self.add_account(),
            accounts::Action::Edit(own) => self.edit_account(&own),
            accounts::Action::LogIn(own) => self.enable(&own),
            accounts::Action::LogInAgain(own) => self.here(&own, Self::log_in_again),
            accounts::Action::LogOut(own) => self.here(&own, Self::log_out),
            accounts::Action::AskPassword(own) => match self.sessions.by_address(&own) {
                Some(session) if session.wants_password() => self.ask_password(session.id),
                Some(session) => self.ask(session.id, password::Why::Change),
                None => Task::none(),
            },
            accounts::Action::Distrust(own, trusted) => self.distrust(&own, &trusted),
            accounts::Action::Save(change) => self.change_account(&change),
            accounts::Action::Move(own, by) => self.move_account(&own, by),
            accounts::Action::Remove(own) => {
                let removing = self.remove(&own);
                if self.has_accounts() {
                    removing
                } else {
                    Task::batch([removing, self.home()])
                }
            }
        }
    }

    fn running(&self, own: &str) -> Option<SessionId> {
        self.sessions.by_address(own).map(|session| session.id)
    }

    /// Does this with an account that runs, and shows all accounts again.
    fn here(
        &mut self,
        own: &str,
        what: impl FnOnce(&mut Self, SessionId) -> Task<Message>,
    ) -> Task<Message> {
        let Some(id) = self.running(own) else {
            return Task::none();
        };
        let doing = what(self, id);
        Task::batch([doing, self.open_accounts()])
    }

    /// Logs in, now and at each start.
    fn enable(&mut self, own: &str) -> Task<Message> {
        if self.running(own).is_some() {
            return Task::none();
        }
        let Some(account) = self.kept(own).cloned() else {
            return Task::none();
        };
        let account = AccountSettings {
            enabled: true,
            ..account
        };
        self.keep(&account);
        let entering = self.enter_remembered(account);
        Task::batch([entering, self.save(), self.open_accounts()])
    }

    /// Keeps what was typed; another name needs another log-in.
    fn change_account(&mut self, change: &Change) -> Task<Message> {
        let apply = |account: &mut AccountSettings| {
            let renamed = account.display_name != change.name;
            account.display_name.clone_from(&change.name);
            account.voicemail.clone_from(&change.voicemail);
            renamed
        };
        let own = &change.address;
        let mut accounts = self.settings.accounts.iter_mut();
        if let Some(account) = accounts.find(|it| address::same(&it.address, own)) {
            apply(account);
        }
        let saving = self.save();
        let id = self.running(own);
        let session = id.and_then(|id| self.sessions.by_id_mut(id));
        if session.is_some_and(|session| apply(&mut session.account)) {
            return Task::batch([saving, self.here(own, Self::log_in_again)]);
        }
        saving
    }

    /// Moves an account up or down in the order of all.
    fn move_account(&mut self, own: &str, by: isize) -> Task<Message> {
        let accounts = &mut self.settings.accounts;
        let place = accounts
            .iter()
            .position(|it| address::same(&it.address, own));
        let Some(from) = place else {
            return Task::none();
        };
        let moved = accounts.remove(from);
        let to = from.saturating_add_signed(by).min(accounts.len());
        accounts.insert(to, moved);
        self.sessions.arrange(&self.settings.accounts);
        self.refresh_office();
        self.save()
    }
}
