//! Screen readers: the window is told to them while it is open and one listens.

use iced::futures::channel::mpsc;
use iced::futures::{SinkExt as _, Stream};
use iced::{Subscription, Task};

use super::{App, Message};
use crate::desktop::screen_reader::ScreenReader;

/// What happened there.
#[derive(Debug, Clone)]
pub enum Reading {
    /// The window can be told here.
    Opened(ScreenReader),
    /// Somebody listens from now on, or wants something: the window is drawn anew, and looks what it is.
    Wanted,
}

/// The desktop's side, for a window; the first message says where it is told.
pub(super) fn subscription() -> Subscription<Message> {
    Subscription::run(serve)
}

impl App {
    pub(super) fn reading(&mut self, happened: Reading) -> Task<Message> {
        match happened {
            // The window may have closed meanwhile.
            Reading::Opened(_) if self.frame.open.is_none() => {}
            Reading::Opened(reader) => {
                reader.attend(self.focused);
                self.frame.reader = Some(reader);
            }
            Reading::Wanted => {}
        }
        Task::none()
    }

    /// Tells screen readers whether the window has the keyboard.
    pub(super) fn attend(&mut self, focused: bool) {
        self.focused = focused;
        if let Some(reader) = &self.frame.reader {
            reader.attend(focused);
        }
    }
}

fn serve() -> impl Stream<Item = Message> {
    iced::stream::channel(4, async |mut out: mpsc::Sender<Message>| {
        let Some(reader) = ScreenReader::open() else {
            return;
        };
        let mut said = Reading::Opened(reader.clone());
        while out.send(Message::Reading(said)).await.is_ok() {
            reader.wanted().await;
            said = Reading::Wanted;
        }
    })
}
