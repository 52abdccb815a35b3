//! An account is tried before it is logged in to.

use iced::Task;
use iced::futures::stream;

use super::{App, Message, Screen};
use crate::account::{AccountSettings, Secret};
use crate::ui::screen::log_in::{self, assistant};

impl App {
    /// Tries an account and tells the form each step; where that is not possible, logs in at once.
    pub(super) fn try_account(
        &mut self,
        account: AccountSettings,
        password: Secret,
        trial: u64,
    ) -> Task<Message> {
        let said = move |message| Message::LogIn(log_in::Message::Assistant(trial, message));
        let backend = self.backend.as_ref();
        let Some(checks) = backend.and_then(|backend| backend.examine(account, password)) else {
            return self.happened(said(assistant::Message::EnterPressed));
        };
        let steps = stream::unfold(checks, async |mut checks| {
            let check = checks.recv().await?;
            Some((check, checks))
        });
        let steps = Task::run(steps, assistant::Message::Checked);
        let all = steps.chain(Task::done(assistant::Message::Done)).map(said);
        let (task, handle) = all.abortable();
        if let Screen::LogIn(form) = &mut self.screen {
            form.trying(handle.abort_on_drop());
        }
        task
    }
}
