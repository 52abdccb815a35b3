//! What other starts of the program ask of this window, and what it answers.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::{Arc, Mutex, PoisonError};

use iced::futures::channel::mpsc;
use iced::futures::{SinkExt as _, Stream};
use iced::{Subscription, Task};
use jiff::Timestamp;
use tokio::sync::mpsc::Receiver;

use super::{App, Message, Screen};
use crate::account::{self, Choice, Connection, Status};
use crate::desktop::instance::{self, Answer, Door, OwnStatus, Question, Reply};
use crate::ui::address;
use crate::ui::screen::{add_buddy, office};
use crate::ui::session::{Session, Whom};
use crate::ui::widget::focus;

/// The door that later starts knock at. It is served by one subscription, which takes it.
#[derive(Clone)]
pub(super) struct Doorway(Arc<Mutex<Option<Door>>>);

impl Doorway {
    pub(super) fn new(door: Door) -> Self {
        Self(Arc::new(Mutex::new(Some(door))))
    }

    /// Who knocks.
    pub(super) fn subscription(&self) -> Subscription<Message> {
        Subscription::run_with(self.clone(), knocks)
    }
}

/// There is one.
impl Hash for Doorway {
    fn hash<H: Hasher>(&self, state: &mut H) {
        "door".hash(state);
    }
}

impl fmt::Debug for Doorway {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Doorway")
    }
}

impl App {
    pub(super) fn asked(&mut self, question: Question, reply: &Reply) -> Task<Message> {
        match question {
            Question::Raise => {
                reply.give(Answer::Done);
                self.raise()
            }
            Question::Open { address } => {
                reply.give(Answer::Done);
                self.wanted = Some(address);
                Task::batch([self.raise(), self.open_wanted()])
            }
            Question::Decide { watcher, decision } => {
                let answer = self.decide_for(&watcher, &decision);
                reply.give(answer);
                Task::none()
            }
            Question::Refresh => {
                let answer = self.refresh_all();
                reply.give(answer);
                Task::none()
            }
            Question::Status => {
                reply.give(self.own_status());
                Task::none()
            }
            Question::SetStatus {
                status,
                note,
                until,
            } => {
                let (answer, task) = self.ask_for_status(&status, note, until.as_deref());
                reply.give(answer);
                task
            }
        }
    }

    /// Shows the address that the program was started for: the buddy, or the form that adds one. It waits for an account.
    pub(super) fn open_wanted(&mut self) -> Task<Message> {
        let Some(wanted) = self.wanted.take_if(|_| !self.sessions.is_empty()) else {
            return Task::none();
        };
        let Some(nearest) = self.sessions.nearest(&wanted) else {
            return Task::none();
        };
        let mut all = std::iter::once(nearest).chain(&self.sessions);
        let known = all.find_map(|session| {
            let meant = address::other(&wanted, &session.account.address).ok()?;
            let buddy = session.entry(&meant)?;
            Some(session.whom(&buddy.address))
        });
        if let Some(whom) = known {
            return self.show_buddy(whom);
        }
        self.keys_shown = false;
        self.screen = Screen::AddBuddy(add_buddy::State::new(nearest).filled(wanted));
        focus::to(add_buddy::ADDRESS)
    }

    /// Shows a buddy in the list.
    pub(super) fn show_buddy(&mut self, whom: Whom) -> Task<Message> {
        self.keys_shown = false;
        self.screen = Screen::Office;
        self.office(office::Message::BuddyWanted(whom))
    }

    fn own_status(&self) -> Answer {
        if self.sessions.is_empty() {
            return nobody();
        }
        let own = |session: &Session| {
            // The snapshot may be a moment older than the wish.
            let own = account::OwnStatus::of(&session.account, Timestamp::now());
            OwnStatus {
                account: session.account.address.clone(),
                status: own.current().status.token().to_owned(),
                note: own.current().note.clone(),
                until: own.until().map(|until| until.to_string()),
                online: session.snapshot.connection == Connection::Online,
            }
        };
        let accounts = self.sessions.iter().map(own).collect();
        Answer::Status { accounts }
    }

    fn ask_for_status(
        &mut self,
        name: &str,
        note: Option<String>,
        until: Option<&str>,
    ) -> (Answer, Task<Message>) {
        let status = Status::from_token(name);
        if !Status::PUBLISHABLE.contains(&status) {
            let message = format!("'{name}' is not a status that can be shown");
            return (Answer::Refused { message }, Task::none());
        }
        let Some(session) = self.sessions.speaker() else {
            return (nobody(), Task::none());
        };
        let now = Timestamp::now();
        let until = match until.map(str::parse) {
            None => None,
            Some(Ok(until)) if until > now => Some(until),
            Some(_) => {
                let message = "that is not a time to come".to_owned();
                return (Answer::Refused { message }, Task::none());
            }
        };
        let note = note.unwrap_or_else(|| {
            let own = account::OwnStatus::of(&session.account, now);
            own.current().note.clone()
        });
        let task = self.set_status(&Choice { status, note }, until);
        (self.own_status(), task)
    }
}

fn nobody() -> Answer {
    Answer::Refused {
        message: NOBODY.to_owned(),
    }
}

/// Why nothing can be done.
pub(super) const NOBODY: &str = "nobody is logged in";

fn knocks(doorway: &Doorway) -> impl Stream<Item = Message> + use<> {
    let door = doorway
        .0
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .take();
    iced::stream::channel(4, async move |mut out: mpsc::Sender<Message>| {
        let Some(door) = door else { return };
        let (sender, mut asked) = tokio::sync::mpsc::channel(1);
        let passing = pass(&mut asked, &mut out);
        tokio::select! {
            () = passing => {}
            ended = instance::serve(door, sender) => if let Err(error) = ended {
                tracing::warn!(%error, "later starts of the program no longer reach this window");
            },
        }
    })
}

/// Hands the questions of others to the window, until nobody asks or listens any more.
pub(super) async fn pass(asked: &mut Receiver<(Question, Reply)>, out: &mut mpsc::Sender<Message>) {
    while let Some((question, reply)) = asked.recv().await {
        if out.send(Message::Asked(question, reply)).await.is_err() {
            break;
        }
    }
}
