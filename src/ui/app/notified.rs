//! Notifications: what goes out to the desktop, and what comes back from it.

use iced::futures::channel::mpsc;
use iced::futures::{SinkExt as _, Stream};
use iced::{Subscription, Task};

use super::{App, Message, Screen};
use crate::account::Snapshot;
use crate::desktop::notification::{self, Answer, Order};
use crate::ui::news::{self, Attention, Wish};
use crate::ui::session::{Session, SessionId};
use crate::ui::words::Failure;

/// The desktop's side; the first message says where orders go.
pub(super) fn subscription() -> Subscription<Message> {
    Subscription::run(serve)
}

impl App {
    /// Tells what is new with an account since `before`.
    pub(super) fn tell_news(&mut self, id: SessionId, before: &Snapshot) {
        let session = self.sessions.by_id(id);
        let Some(session) = session.filter(|_| self.notifications.is_some()) else {
            return;
        };
        let attention = self.attention(session);
        let new = self.office.news.orders(before, session, attention);
        self.tell(new);
    }

    /// Hands this to the desktop. The window tells it too; a desktop that does not keep up misses some.
    pub(super) fn tell(&self, new: Vec<Order>) {
        let Some(orders) = &self.notifications else {
            return;
        };
        for order in self.with_sounds(new) {
            if orders.try_send(order).is_err() {
                tracing::debug!("the desktop does not keep up with notifications");
            }
        }
    }

    /// Without sounds, where the user wants none.
    fn with_sounds(&self, mut orders: Vec<Order>) -> Vec<Order> {
        for order in &mut orders {
            if let Order::Show(notification) = order
                && !self.settings.notifications.sound
            {
                notification.sound = None;
            }
        }
        orders
    }

    /// Reminds of messages that still wait.
    pub(super) fn remind(&self) {
        for session in &self.sessions {
            self.tell(news::reminders(session, self.attention(session)));
        }
    }

    /// The minutes between two reminders, while there is anything to remind of.
    pub(super) fn reminds_every(&self) -> Option<u16> {
        let minutes = self.settings.notifications.remind_minutes;
        let waits = |session: &Session| news::waiting(&session.snapshot).next().is_some();
        (minutes > 0 && self.sessions.iter().any(waits)).then_some(minutes)
    }

    fn attention(&self, session: &Session) -> Attention {
        let wanted = self.settings.notifications.enabled;
        news::attention(&session.snapshot, wanted, self.focused)
    }

    /// A notification was pressed.
    pub(super) fn notified(&mut self, answer: &Answer) -> Task<Message> {
        match news::wish(answer) {
            Wish::Raise => self.raise(),
            Wish::Buddy(whom) => {
                if self.sessions.by_id(whom.session).is_none() {
                    return self.raise();
                }
                Task::batch([self.raise(), self.show_buddy(whom)])
            }
            Wish::Decide { watcher, decision } => {
                let Some(session) = self.sessions.by_id_mut(watcher.session) else {
                    return Task::none();
                };
                // It may have been decided elsewhere meanwhile.
                let open = session.snapshot.requests();
                let asks = open.iter().any(|open| open.watcher == watcher.address);
                if asks {
                    session.decide(vec![watcher.address], decision.into());
                }
                Task::none()
            }
            Wish::Call(address) => self.call(&address),
            Wish::Voicemail(id, mailbox) => {
                let session = self.sessions.by_id(id);
                match session.and_then(|session| session.voicemail(&mailbox)) {
                    Some(number) => self.call(&number),
                    None => self.raise(),
                }
            }
        }
    }

    /// Hands an address to the program that telephones.
    pub(super) fn call(&mut self, address: &str) -> Task<Message> {
        if let Err(error) = open::that_detached(address) {
            self.fail(Failure::NotOpened(error.to_string()));
            if !matches!(self.screen, Screen::Office) {
                return self.raise();
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
