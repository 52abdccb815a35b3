//! The icon in the panel: what goes out to it, and what comes back.

use std::sync::Arc;

use iced::futures::channel::mpsc;
use iced::futures::{SinkExt as _, Stream};
use iced::{Subscription, Task};
use tokio::sync::watch;

use super::{App, Message};
use crate::account::{Choice, Snapshot};
use crate::desktop::tray::{self, Face, Told};
use crate::ui::tray::{Drawings, Wish, face, wish};

/// What happened there.
#[derive(Debug, Clone)]
pub enum Panel {
    /// Faces go here.
    Served(watch::Sender<Face>),
    /// The desktop tells something.
    Told(Told),
}

/// The icon's side of the window.
#[derive(Default)]
pub(super) struct Icon {
    faces: Option<watch::Sender<Face>>,
    drawings: Drawings,
    /// Of what the present face was made.
    shown: Option<(Vec<Arc<Snapshot>>, String)>,
}

/// The desktop's side; the first message says where faces go.
pub(super) fn subscription() -> Subscription<Message> {
    Subscription::run(serve)
}

impl App {
    pub(super) fn panel(&mut self, happened: Panel) -> Task<Message> {
        match happened {
            Panel::Served(faces) => {
                self.icon.faces = Some(faces);
                self.icon.shown = None;
                Task::none()
            }
            Panel::Told(Told::Shown(shown)) => self.icon_shown(shown),
            Panel::Told(told) => match wish(&told) {
                None => Task::none(),
                Some(Wish::Open) => self.raise(),
                Some(Wish::Quit) => self.close(),
                Some(Wish::Status(status)) => {
                    let Some(speaker) = self.sessions.speaker() else {
                        return Task::none();
                    };
                    let note = speaker.snapshot.own_note.clone();
                    self.set_status(&Choice { status, note }, None)
                }
                Some(Wish::Requests) => Task::batch([self.raise(), self.open_requests()]),
                Some(Wish::Voicemail) => self.call_voicemail(),
            },
        }
    }

    /// Calls the voicemail: of a mailbox in which messages wait, else of any; without a number the window asks for one.
    fn call_voicemail(&mut self) -> Task<Message> {
        let known = self.sessions.iter().flat_map(|session| {
            let mailboxes = session.snapshot.mailboxes.iter();
            let known = mailboxes.filter_map(|mailbox| mailbox.messages.as_ref());
            known.map(move |messages| (session, messages))
        });
        let mut known: Vec<_> = known.collect();
        known.sort_by_key(|(_, messages)| !messages.waiting);
        let number = known
            .into_iter()
            .find_map(|(session, messages)| session.voicemail(&messages.mailbox))
            .or_else(|| self.sessions.iter().find_map(|it| it.voicemail("")));
        match number {
            Some(number) => self.call(&number),
            None => Task::batch([self.raise(), self.ask_voicemail(None)]),
        }
    }

    /// Shows the present state on the icon, if it is another one.
    pub(super) fn show_icon(&mut self) {
        let Some(faces) = &self.icon.faces else {
            return;
        };
        let made_of = (
            self.sessions
                .iter()
                .map(|session| Arc::clone(&session.snapshot))
                .collect(),
            self.settings.appearance.language.clone(),
        );
        if self
            .icon
            .shown
            .as_ref()
            .is_some_and(|shown| same(shown, &made_of))
        {
            return;
        }
        let face = face(&self.sessions, &mut self.icon.drawings, self.now);
        self.icon.shown = Some(made_of);
        faces.send_if_modified(|shown| {
            let other = *shown != face;
            if other {
                *shown = face;
            }
            other
        });
    }
}

type MadeOf = (Vec<Arc<Snapshot>>, String);

fn same(one: &MadeOf, other: &MadeOf) -> bool {
    let (ones, others) = (&one.0, &other.0);
    one.1 == other.1
        && ones.len() == others.len()
        && ones
            .iter()
            .zip(others)
            .all(|(one, other)| Arc::ptr_eq(one, other))
}

fn serve() -> impl Stream<Item = Message> {
    iced::stream::channel(4, async |mut out: mpsc::Sender<Message>| {
        let (faces, shown) = watch::channel(Face::default());
        let (tell, mut told) = tokio::sync::mpsc::channel(TOLD);
        if out
            .send(Message::Panel(Panel::Served(faces)))
            .await
            .is_err()
        {
            return;
        }
        let passing = async {
            while let Some(told) = told.recv().await {
                if out.send(Message::Panel(Panel::Told(told))).await.is_err() {
                    break;
                }
            }
        };
        tokio::select! {
            () = passing => {}
            () = tray::serve(shown, tell) => {}
        }
    })
}

/// Presses that may wait for a slow window.
const TOLD: usize = 8;
