//! Other programs of the session: what they are told, and what they ask.

use std::sync::Arc;

use iced::futures::channel::mpsc;
use iced::futures::{SinkExt as _, Stream};
use iced::{Subscription, Task};
use tokio::sync::watch;

use super::asked::{NOBODY, pass};
use super::{App, Message};
use crate::account::{Command, Decision, compared};
use crate::desktop::dbus::{self, Public};
use crate::desktop::instance::Answer;
use crate::ui::public::Telling;

/// The side of the window.
#[derive(Default)]
pub(super) struct Bus {
    states: Option<watch::Sender<Arc<Public>>>,
    telling: Telling,
}

/// The desktop's side; the first message says where states go. The demo office gives way to a real account.
pub(super) fn subscription(demo: bool) -> Subscription<Message> {
    Subscription::run_with(demo, serve)
}

impl App {
    /// Others are told here from now on.
    pub(super) fn bus_served(&mut self, states: watch::Sender<Arc<Public>>) -> Task<Message> {
        self.bus = Bus {
            states: Some(states),
            telling: Telling::default(),
        };
        Task::none()
    }

    /// Tells the present state, if it is another one.
    pub(super) fn tell_bus(&mut self) {
        let Some(states) = &self.bus.states else {
            return;
        };
        if let Some(public) = self.bus.telling.of(&self.sessions) {
            states.send_replace(public);
        }
    }

    /// Decides about somebody who asks, for each account that is asked.
    pub(super) fn decide_for(&mut self, watcher: &str, decision: &str) -> Answer {
        let refused = |message: String| Answer::Refused { message };
        let decision = match decision {
            "allow" => Decision::Allow,
            "block" => Decision::Block,
            other => {
                let other = crate::account::plain(other);
                return refused(format!("'{other}' is neither 'allow' nor 'block'"));
            }
        };
        if self.sessions.is_empty() {
            return refused(NOBODY.to_owned());
        }
        let meant = compared(watcher);
        let mut decided = false;
        for session in self.sessions.iter_mut() {
            let asking = session
                .snapshot
                .requests()
                .iter()
                .map(|request| request.watcher)
                .find(|asking| *asking == watcher || compared(asking) == meant)
                .map(str::to_owned);
            if let Some(asking) = asking {
                session.decide(vec![asking], decision.into());
                decided = true;
            }
        }
        if decided {
            Answer::Done
        } else {
            refused("nobody of this address asks".to_owned())
        }
    }

    /// Tries again at once whatever waits to be tried again.
    pub(super) fn refresh_all(&mut self) -> Answer {
        if self.sessions.is_empty() {
            let message = NOBODY.to_owned();
            return Answer::Refused { message };
        }
        for session in self.sessions.iter_mut() {
            session.send(Command::Retry);
        }
        Answer::Done
    }
}

#[allow(
    clippy::trivially_copy_pass_by_ref,
    reason = "the toolkit hands it over like this"
)]
fn serve(demo: &bool) -> impl Stream<Item = Message> + use<> {
    let yields = *demo;
    iced::stream::channel(4, async move |mut out: mpsc::Sender<Message>| {
        let (states, told) = watch::channel(Arc::new(Public::default()));
        let (ask, mut asked) = tokio::sync::mpsc::channel(1);
        if out.send(Message::BusServed(states)).await.is_err() {
            return;
        }
        let passing = pass(&mut asked, &mut out);
        tokio::select! {
            () = passing => {}
            () = dbus::serve(told, ask, yields) => {}
        }
    })
}
