//! Notifications: what goes out to the desktop, and what comes back from it.

use iced::futures::channel::mpsc;
use iced::futures::{SinkExt as _, Stream};
use iced::{Subscription, Task};

use super::{App, Message, Screen};
use crate::account::{Decision, Snapshot};
use crate::desktop::notification::{self, Answer};
use crate::ui::news::{self, Wish};
use crate::ui::screen::office;
use crate::ui::words::Failure;

/// The desktop's side; the first message says where orders go.
pub(super) fn subscription() -> Subscription<Message> {
    Subscription::run(serve)
}

impl App {
    /// Tells what is new since `before`.
    pub(super) fn tell_news(&mut self, before: &Snapshot) {
        let (Some(session), Some(orders)) = (&self.session, &self.notifications) else {
            return;
        };
        let wanted = self.settings.notifications.enabled;
        let attention = news::attention(&session.snapshot, wanted, self.focused);
        for order in self.office.news.orders(before, session, attention) {
            // The window tells it too; a desktop that does not keep up misses some.
            if orders.try_send(order).is_err() {
                tracing::debug!("the desktop does not keep up with notifications");
            }
        }
    }

    /// A notification was pressed.
    pub(super) fn notified(&mut self, answer: &Answer) -> Task<Message> {
        match news::wish(answer) {
            Wish::Raise => super::asked::raise(),
            Wish::Buddy(address) => {
                self.wanted = Some(address);
                Task::batch([super::asked::raise(), self.open_wanted()])
            }
            Wish::Decide { watcher, decision } => {
                // It may have been decided elsewhere meanwhile.
                let asks = self.session.as_ref().is_some_and(|session| {
                    let open = session.snapshot.requests();
                    open.iter().any(|open| open.watcher == watcher)
                });
                match decision {
                    _ if !asks => Task::none(),
                    Decision::Allow => self.office(office::Message::AllowPressed(watcher)),
                    _ => self.office(office::Message::BlockPressed(watcher)),
                }
            }
            Wish::Call(address) => self.call(&address),
        }
    }

    /// Hands an address to the program that telephones.
    pub(super) fn call(&mut self, address: &str) -> Task<Message> {
        if let Err(error) = open::that_detached(address) {
            self.fail(Failure::NotOpened(error.to_string()));
            if !matches!(self.screen, Screen::Office) {
                return super::asked::raise();
            }
        }
        Task::none()
    }
}

fn serve() -> impl Stream<Item = Message> {
    iced::stream::channel(4, async |mut out: mpsc::Sender<Message>| {
        let (order, orders) = tokio::sync::mpsc::channel(ORDERS);
        let (answer, mut answers) = tokio::sync::mpsc::channel(1);
        if out.send(Message::Notifications(order)).await.is_err() {
            return;
        }
        let passing = async {
            while let Some(answer) = answers.recv().await {
                if out.send(Message::Notified(answer)).await.is_err() {
                    break;
                }
            }
        };
        tokio::select! {
            () = passing => {}
            () = notification::serve(orders, answer) => {}
        }
    })
}

/// Orders that may wait for a slow desktop.
const ORDERS: usize = 32;
