//! Whether somebody is at the machine: found out by the desktop, told to the account.

use std::time::Duration;

use iced::futures::channel::mpsc;
use iced::futures::{SinkExt as _, Stream};
use iced::{Subscription, Task};

use super::{App, Message};
use crate::account::{self, Command, IdleSettings, UserInput};
use crate::desktop::idle::{self, Attendance, Policy};

/// What the desktop says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attended {
    /// Somebody is there, or nobody.
    Known(Attendance),
    /// It does not tell.
    Blind,
}

/// The desktop's side, if anything depends on it.
pub(super) fn subscription(settings: IdleSettings) -> Subscription<Message> {
    match policy(settings) {
        Some(policy) => Subscription::run_with(policy, serve),
        None => Subscription::none(),
    }
}

impl App {
    /// The desktop has said something.
    pub(super) fn attended(&mut self, told: Attended) -> Task<Message> {
        self.attended = Some(told);
        self.tell_input();
        Task::none()
    }

    /// Other settings for it.
    pub(super) fn idle(&mut self, settings: IdleSettings) -> Task<Message> {
        if policy(settings) != policy(self.settings.idle) {
            // Whoever watches from now on begins with what is true then.
            self.attended = None;
        }
        self.settings.idle = settings;
        if policy(settings).is_none() || self.attended.is_some() {
            self.tell_input();
        }
        self.save()
    }

    /// Whether this desktop does not tell.
    pub(super) fn is_blind(&self) -> bool {
        self.attended == Some(Attended::Blind)
    }

    /// Tells the accounts what is known.
    pub(super) fn tell_input(&mut self) {
        let input = self.input();
        for session in self.sessions.iter_mut() {
            session.send(Command::Input(input));
        }
    }

    /// What an account that begins has to know.
    pub(super) fn knows_input(&self) -> bool {
        matches!(self.attended, Some(Attended::Known(_)))
    }

    fn input(&self) -> Option<UserInput> {
        let settings = self.settings.idle;
        let policy = policy(settings)?;
        let Some(Attended::Known(attendance)) = self.attended else {
            return None;
        };
        let gone_since = match attendance {
            Attendance::Here => None,
            Attendance::Gone { since } => Some(since),
        };
        Some(account::input(
            gone_since,
            policy.after,
            settings.tell_last_input,
        ))
    }
}

/// When nobody counts as being there; `None`: it does not matter.
fn policy(settings: IdleSettings) -> Option<Policy> {
    let seconds = u64::from(settings.after_minutes) * 60;
    let policy = Policy {
        after: (seconds > 0).then(|| Duration::from_secs(seconds)),
        when_locked: settings.when_locked,
    };
    (policy != Policy::default()).then_some(policy)
}

fn serve(policy: &Policy) -> impl Stream<Item = Message> + use<> {
    let policy = *policy;
    iced::stream::channel(4, async move |mut out: mpsc::Sender<Message>| {
        let (tell, mut told) = tokio::sync::mpsc::channel(1);
        let mut passed = out.clone();
        let passing = async move {
            while let Some(attendance) = told.recv().await {
                let message = Message::Attended(Attended::Known(attendance));
                if passed.send(message).await.is_err() {
                    break;
                }
            }
        };
        let (watched, ()) = tokio::join!(idle::watch(policy, tell), passing);
        if let Err(error) = watched {
            tracing::info!(%error, "nobody counts as away");
            let _ = out.send(Message::Attended(Attended::Blind)).await;
        }
    })
}
