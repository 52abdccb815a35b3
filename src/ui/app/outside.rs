//! What reaches the application from outside its screens: accounts, other starts, the desktop, keys, signals and time.

use std::time::Duration;

#[cfg(unix)]
use iced::futures::SinkExt as _;
use iced::futures::Stream;
#[cfg(unix)]
use iced::futures::channel::mpsc;
use iced::keyboard::{self, Key, key::Named};
use iced::{Event, Subscription, event, window};

use super::asked::Doorway;
use super::{App, Message, Screen, Shortcut, attendance, bus, notified, panel, screen_reader};
use crate::account::Connection;
use crate::ui::screen::trace;
use crate::ui::session::Session;

impl App {
    /// What runs beside the window.
    pub fn subscription(&self) -> Subscription<Message> {
        // Two runs of one account at once would take each other's place on the server.
        let waits = |session: &&Session| self.is_leaving(&session.account.address);
        let mut all: Vec<Subscription<Message>> = self
            .leaving
            .iter()
            .chain(self.sessions.iter().filter(|session| !waits(session)))
            .map(|session| {
                session
                    .subscription()
                    .map(|(id, happening)| Message::Session(id, happening))
            })
            .collect();
        all.extend(self.door.iter().map(Doorway::subscription));
        all.push(notified::subscription());
        all.push(panel::subscription());
        if self.frame.open.is_some() {
            all.push(screen_reader::subscription());
        }
        all.push(bus::subscription(self.sessions.is_demo()));
        if !self.sessions.is_empty() {
            all.push(attendance::subscription(self.settings.idle));
        }
        all.push(event::listen_with(shortcut));
        all.push(Subscription::run(told_to_stop));
        all.push(window::close_requests().map(|_| Message::CloseRequested));
        all.push(iced::system::theme_changes().map(Message::SystemTheme));
        if let Some(minutes) = self.reminds_every() {
            let often = Duration::from_secs(60 * u64::from(minutes));
            all.push(iced::time::every(often).map(|_| Message::Remind));
        }
        // Minutes and clocks in the details.
        if self.shows_clock() {
            all.push(iced::time::every(Duration::from_secs(20)).map(Message::Tick));
        }
        if self.counts_down() {
            all.push(iced::time::every(Duration::from_secs(1)).map(Message::Tick));
        }
        if matches!(self.screen, Screen::Trace(_)) {
            let often = Duration::from_millis(300);
            all.push(iced::time::every(often).map(|_| Message::Trace(trace::Message::Ticked)));
        }
        if self.has_unkept_activity() {
            let often = Duration::from_secs(30);
            all.push(iced::time::every(often).map(|_| Message::KeepActivity));
        }
        if self.started.is_some() {
            all.push(event::listen_raw(first_frame));
        }
        Subscription::batch(all)
    }

    /// Whether something on the screen changes from minute to minute.
    fn shows_clock(&self) -> bool {
        matches!(self.screen, Screen::Office) && self.office.has_clock(&self.sessions)
    }

    /// Whether something on the screen changes with time alone.
    pub(super) fn counts_down(&self) -> bool {
        let passed = |session: &Session| self.now.saturating_duration_since(session.received);
        let waits = |session: &Session| match session.snapshot.connection {
            Connection::Trouble {
                retry_in_s: Some(seconds),
                ..
            } => passed(session).as_secs() < seconds,
            _ => false,
        };
        match self.screen {
            Screen::Health => !self.sessions.is_empty(),
            Screen::Office => self.sessions.iter().any(waits),
            _ => false,
        }
    }
}

/// SIGINT and SIGTERM end the program with its good-byes, so that everything is unsubscribed.
#[cfg(unix)]
fn told_to_stop() -> impl Stream<Item = Message> {
    use tokio::signal::unix::{SignalKind, signal};

    iced::stream::channel(1, async |mut out: mpsc::Sender<_>| {
        let signals = signal(SignalKind::interrupt())
            .and_then(|interrupt| Ok((interrupt, signal(SignalKind::terminate())?)));
        let Ok((mut interrupt, mut terminate)) = signals else {
            return;
        };
        loop {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
            if out.send(Message::Stop).await.is_err() {
                return;
            }
        }
    })
}

/// There are no signals here; the system closes windows itself.
#[cfg(not(unix))]
fn told_to_stop() -> impl Stream<Item = Message> {
    iced::futures::stream::empty()
}

fn shortcut(event: Event, _status: event::Status, _window: window::Id) -> Option<Message> {
    match event {
        Event::Window(window::Event::Focused) => return Some(Message::Focused),
        Event::Window(window::Event::Unfocused) => return Some(Message::Unfocused),
        Event::Window(window::Event::Rescaled(told)) => return Some(Message::Rescaling(told)),
        _ => {}
    }
    let Event::Keyboard(keyboard::Event::KeyPressed { key, modifiers, .. }) = event else {
        return None;
    };
    let shortcut = match key.as_ref() {
        Key::Named(Named::Escape) => Shortcut::Back,
        Key::Named(Named::F1) => Shortcut::Help,
        Key::Character(character) if modifiers.command() && !modifiers.alt() => match character {
            "n" | "N" => Shortcut::AddBuddy,
            "f" | "F" => Shortcut::Search,
            "," => Shortcut::Settings,
            "p" | "P" => Shortcut::Watchers,
            "t" | "T" => Shortcut::Trace,
            "u" | "U" => Shortcut::Accounts,
            "h" | "H" => Shortcut::Activity,
            "+" | "=" => Shortcut::Larger,
            "-" => Shortcut::Smaller,
            "0" => Shortcut::NormalSize,
            "q" | "Q" => Shortcut::Quit,
            _ => return None,
        },
        _ => return None,
    };
    Some(Message::Shortcut(shortcut))
}

#[allow(
    clippy::needless_pass_by_value,
    reason = "the toolkit hands events over"
)]
fn first_frame(event: Event, _status: event::Status, _window: window::Id) -> Option<Message> {
    matches!(event, Event::Window(window::Event::RedrawRequested(_))).then_some(Message::FirstFrame)
}
