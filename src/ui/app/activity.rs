//! What has changed with the accounts: shown, kept for as long as the user wants, and forgotten.

use iced::Task;

use super::{App, Message, Screen};
use crate::ui::screen::activity;
use crate::ui::session::SessionId;
use crate::ui::words;

impl App {
    /// Shows what has changed.
    pub(super) fn open_activity(&mut self) -> Task<Message> {
        if !self.sessions.is_empty() {
            self.screen = Screen::Activity(activity::State::default());
            self.look_at_activity();
        }
        Task::none()
    }

    /// Brings the list of what has changed up to date.
    pub(super) fn look_at_activity(&mut self) {
        if let Screen::Activity(state) = &mut self.screen {
            state.look(&self.sessions, &words::now());
        }
    }

    pub(super) fn activity(&mut self, message: activity::Message) -> Task<Message> {
        let Screen::Activity(state) = &mut self.screen else {
            return Task::none();
        };
        let task = match state.update(message) {
            activity::Action::None => return Task::none(),
            activity::Action::Look => Task::none(),
            activity::Action::Clear => {
                let sessions = self.sessions.iter_mut();
                let cleared = sessions.map(|session| (session.id, session.activity.clear()));
                state.cleared(cleared.collect());
                self.keep_activity()
            }
            activity::Action::Restore(back) => {
                for (id, entries) in back {
                    self.recall_activity(id, entries);
                }
                self.keep_activity()
            }
            activity::Action::Back => return self.home(),
        };
        self.look_at_activity();
        task
    }

    /// Reads what an account has kept.
    pub(super) fn read_activity(&self, id: SessionId) -> Task<Message> {
        let kept = self.sessions.by_id(id).filter(|session| !session.demo);
        let (Some(session), Some(backend)) = (kept, &self.backend) else {
            return Task::none();
        };
        let reading = backend.activity(session.account.address.clone());
        Task::perform(reading, move |kept| Message::ActivityRead(id, kept))
    }

    /// Puts what was kept before what has changed since.
    pub(super) fn recall_activity(&mut self, id: SessionId, kept: Vec<crate::account::Activity>) {
        let days = self.settings.activity.days;
        if let Some(session) = self.sessions.by_id_mut(id) {
            session.activity.recall(kept);
            session.activity.forget_older(days, &words::now());
        }
        self.look_at_activity();
    }

    /// Whether something has changed that is not kept yet.
    pub(super) fn has_unkept_activity(&self) -> bool {
        let mut sessions = self.sessions.iter();
        sessions.any(|session| !session.demo && session.activity.is_unkept())
    }

    /// Writes what has changed, where anything has; of a demo office nothing is kept.
    pub(super) fn keep_activity(&mut self) -> Task<Message> {
        let days = self.settings.activity.days;
        let Some(backend) = &self.backend else {
            return Task::none();
        };
        let mut keeping = Vec::new();
        let all = self.sessions.iter_mut();
        for session in all.filter(|it| !it.demo && it.activity.is_unkept()) {
            session.activity.forget_older(days, &words::now());
            let entries = session.activity.to_keep();
            let entries = if days == 0 { Vec::new() } else { entries };
            let writing = backend.keep_activity(session.account.address.clone(), entries);
            keeping.push(Task::perform(writing, |()| Message::ActivityKept));
        }
        self.keeping += keeping.len();
        Task::batch(keeping)
    }
}
