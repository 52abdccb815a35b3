//! An account is tried before it is logged in to.

use iced::Task;
use iced::futures::stream;

use super::{App, Message, Screen};
use crate::account::{AccountSettings, Secret, Trace};
use crate::ui::screen::log_in::{self, assistant};

/// An account that was tried.
pub(super) struct Tried {
    /// Counts all trials of this run of the program.
    pub(super) number: u64,
    /// The account's address.
    pub(super) account: String,
    /// What was sent and received.
    pub(super) trace: Trace,
}

impl App {
    /// Shows a form for logging in.
    pub(super) fn ask_log_in(&mut self, form: log_in::State) {
        self.behind = None;
        self.screen = Screen::LogIn(form);
    }

    /// The form for logging in, also while the trace stands before it.
    pub(super) fn form(&mut self) -> Option<&mut log_in::State> {
        match &mut self.screen {
            Screen::LogIn(form) => Some(form),
            _ => self.behind.as_mut(),
        }
    }

    /// Looks for the password of an account: what its run uses, else what the keyring has.
    pub(super) fn find_password(&mut self, own: String, trial: u64) -> Task<Message> {
        let found = move |password| Message::LogIn(log_in::Message::PasswordFound(trial, password));
        let session = self.sessions.by_address(&own);
        if let Some(password) = session.and_then(|session| session.password()) {
            let password = Some(password.clone());
            return self.happened(found(password));
        }
        let Some(backend) = &self.backend else {
            return self.happened(found(None));
        };
        Task::perform(backend.password(own), move |answer| {
            found(answer.ok().flatten())
        })
    }

    /// Tries an account and tells the form each step; where that is not possible, logs in at once.
    pub(super) fn try_account(
        &mut self,
        account: AccountSettings,
        password: Secret,
        trial: u64,
    ) -> Task<Message> {
        let said = move |message| Message::LogIn(log_in::Message::Assistant(trial, message));
        let trace = Trace::default();
        self.tried(account.address.clone(), trace.clone());
        let backend = self.backend.as_ref();
        let checks = backend.and_then(|backend| backend.examine(account, password, trace));
        let Some(checks) = checks else {
            return self.happened(said(assistant::Message::EnterPressed));
        };
        let steps = stream::unfold(checks, async |mut checks| {
            let check = checks.recv().await?;
            Some((check, checks))
        });
        let steps = Task::run(steps, assistant::Message::Checked);
        let all = steps.chain(Task::done(assistant::Message::Done)).map(said);
        let (task, handle) = all.abortable();
        if let Some(form) = self.form() {
            form.trying(handle.abort_on_drop());
        }
        task
    }

    pub(super) fn tried(&mut self, account: String, trace: Trace) {
        let last = self.trials.back().map_or(0, |tried| tried.number);
        self.trials.push_back(Tried {
            number: last + 1,
            account,
            trace,
        });
        if self.trials.len() > TRIALS {
            self.trials.pop_front();
        }
    }
}

/// So many trials can be looked at in the trace.
const TRIALS: usize = 4;
