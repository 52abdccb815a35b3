use super::*;
use crate::account::{Buddy, Connection, IdleSettings, Snapshot, Status};
use crate::desktop::idle::Attendance;
use crate::desktop::instance::{Answer as Answered, OwnStatus};
use crate::i18n::tests::speak;
use crate::ui::screen::settings;
use crate::ui::testing::{Recorder, Wishes, account, online, says, watcher, whom};

mod accounts;
mod activity;
mod buddies;
mod certificate;
mod languages;
mod outside;
mod own_status;
mod passwords;
mod reading;
mod several;
mod watching;
mod window;

/// A window on an account that runs and takes wishes.
fn running() -> (App, Arc<Recorder>, Wishes) {
    let backend = Arc::new(Recorder {
        settings: Settings {
            accounts: vec![account()],
            ..Settings::default()
        },
        ..Recorder::default()
    });
    let (mut app, _task) = App::new(backend.clone(), None, Instant::now());
    speak("en");
    let wishes = Wishes::default();
    let _ = app.update(Message::PasswordRead(1, Ok(Some(Secret::new("secret")))));
    let ready = Happening::Ready(wishes.commands());
    let _ = app.update(Message::Session(1, ready));
    let _ = app.update(changed(online()));
    (app, backend, wishes)
}

fn changed(snapshot: Snapshot) -> Message {
    Message::Session(1, Happening::Changed(Arc::new(snapshot)))
}
