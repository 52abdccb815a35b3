//! What has changed with the accounts: shown, kept for as long as the user wants, and forgotten.

use iced::Task;

use super::{App, Message, Screen};
use crate::ui::screen::activity;
use crate::ui::session::{Session, SessionId};
use crate::ui::words;

impl App {
    /// Shows what has changed.
    pub(super) fn open_activity(&mut self) -> Task<Message> {
        if self.session.is_some() {
            self.screen = Screen::Activity(activity::State::default());
            self.look_at_activity();
        }
        Task::none()
    }

    /// Brings the list of what has changed up to date.
    pub(super) fn look_at_activity(&mut self) {
        if let Screen::Activity(state) = &mut self.screen {
            let sessions: Vec<&Session> = self.session.iter().collect();
            state.look(&sessions, &words::now());
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
                let sessions = self.session.iter_mut();
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

    /// Reads what the present account has kept.
    pub(super) fn read_activity(&self) -> Task<Message> {
        let kept = self.session.as_ref().filter(|session| !session.demo);
        let (Some(session), Some(backend)) = (kept, &self.backend) else {
            return Task::none();
        };
        let id = session.id;
        let reading = backend.activity(session.account.address.clone());
        Task::perform(reading, move |kept| Message::ActivityRead(id, kept))
    }

    /// Puts what was kept before what has changed since.
    pub(super) fn recall_activity(&mut self, id: SessionId, kept: Vec<crate::account::Activity>) {
        let days = self.settings.activity.days;
        let mut sessions = self.session.iter_mut();
        if let Some(session) = sessions.find(|session| session.id == id) {
            session.activity.recall(kept);
            session.activity.forget_older(days, &words::now());
        }
        self.look_at_activity();
    }

    /// Whether something has changed that is not kept yet.
    pub(super) fn has_unkept_activity(&self) -> bool {
        let mut sessions = self.session.iter();
        sessions.any(|session| !session.demo && session.activity.is_unkept())
    }

    /// Writes what has changed, where anything has; of a demo office nothing is kept.
    pub(super) fn keep_activity(&mut self) -> Task<Message> {
        let days = self.settings.activity.days;
        let unkept = self.session.as_mut();
        let unkept = unkept.filter(|session| !session.demo && session.activity.is_unkept());
        let (Some(session), Some(backend)) = (unkept, &self.backend) else {
            return Task::none();
        };
        session.activity.forget_older(days, &words::now());
        let entries = session.activity.to_keep();
        let entries = if days == 0 { Vec::new() } else { entries };
        let keeping = backend.keep_activity(session.account.address.clone(), entries);
        self.keeping += 1;
        Task::perform(keeping, |()| Message::ActivityKept)
    }
}
