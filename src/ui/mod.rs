//! The window, on iced. It knows the account's snapshots, commands and settings, what `inspect` says of a message, and
//! nothing below them.
//!
//! [`app`] passes messages between the [`screen`]s and the accounts ([`session`], [`sessions`], [`backend`]); screens are made of
//! [`widget`]s in the look of [`theme`]; [`words`] puts states into language; [`plain_text`] makes foreign text harmless.

pub mod activity;
pub mod address;
pub mod app;
pub mod backend;
pub mod changed;
pub mod display;
pub mod faces;
pub mod groups;
pub mod news;
pub mod plain_text;
pub mod public;
pub mod screen;
pub mod session;
pub mod sessions;
pub mod specimens;
pub mod theme;
pub mod tray;
pub mod widget;
pub mod words;

#[cfg(test)]
mod testing;

use std::sync::{Arc, Mutex};
use std::time::Instant;

use backend::{Backend, Demo};

use crate::desktop::autostart::Autostart;
use crate::desktop::instance::Door;

/// What the window starts with.
pub struct Start {
    /// The rest of the program.
    pub backend: Arc<dyn Backend>,
    /// Log in to this office instead of the account in the settings; nothing of it is kept.
    pub demo: Option<Demo>,
    /// When the program started, for telling how long the first frame took.
    pub started: Instant,
    /// Where later starts of the program knock.
    pub door: Option<Door>,
    /// The address that the program was started for.
    pub wanted: Option<String>,
    /// Begin in the desktop's panel, without a window.
    pub minimised: bool,
    /// The file that starts the program with the session, where there are such files.
    pub autostart: Option<Autostart>,
}

/// Why the window did not open, or closed by itself.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no display.
    #[error("cannot open a window: {0}; on a terminal, try: siskin demo --terminal")]
    NoDisplay(#[from] display::NoDisplay),
    /// The toolkit failed.
    #[error("the window failed: {0}")]
    Toolkit(String),
}

/// Opens the window and returns when the program is to end.
///
/// # Errors
/// [`Error::NoDisplay`] before anything is opened; [`Error::Toolkit`] when the window cannot be made.
pub fn run(start: Start) -> Result<(), Error> {
    display::check()?;
    let start = Mutex::new(Some(start));
    let boot = move || {
        let start = start.lock().ok().and_then(|mut start| start.take());
        // The toolkit boots once; were it to do so again, there would be nothing left to show.
        start.map_or_else(app::App::closed, app::App::start)
    };
    // A daemon: the window closes and opens while the program runs.
    iced::daemon(boot, app::App::update, picture)
        .title(|app: &app::App, _| app.title())
        .theme(|app: &app::App, _| app.theme())
        .style(app::App::style)
        .scale_factor(|app: &app::App, _| app.scale_factor())
        .subscription(app::App::subscription)
        .settings(settings())
        .run()
        .map_err(|error| Error::Toolkit(error.to_string()))
}

/// What the window shows; there is one of it.
fn picture(app: &app::App, _window: iced::window::Id) -> theme::Element<'_, app::Message> {
    app.view()
}

/// The toolkit's settings: our faces and sizes. Tests use them too.
pub fn settings() -> iced::Settings {
    iced::Settings {
        id: Some(APPLICATION_ID.to_owned()),
        fonts: theme::FACES.iter().map(|face| (*face).into()).collect(),
        default_font: theme::REGULAR,
        default_text_size: theme::size::BODY.into(),
        ..iced::Settings::default()
    }
}

/// The name by which desktops know this program.
pub const APPLICATION_ID: &str = "io.github.siskin.Siskin";
