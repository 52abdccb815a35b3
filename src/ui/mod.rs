//! The window, on iced. It knows the account's snapshots, commands and settings, what `inspect` says of a message, and
//! nothing below them.
//!
//! [`app`] passes messages between the [`screen`]s and the account ([`session`], [`backend`]); screens are made of
//! [`widget`]s in the look of [`theme`]; [`words`] puts states into language; [`plain_text`] makes foreign text harmless.

pub mod address;
pub mod app;
pub mod backend;
pub mod display;
pub mod faces;
pub mod groups;
pub mod news;
pub mod plain_text;
pub mod screen;
pub mod session;
pub mod specimens;
pub mod theme;
pub mod widget;
pub mod words;

#[cfg(test)]
mod testing;

use std::sync::{Arc, Mutex};
use std::time::Instant;

use iced::{Size, window};

use backend::{Backend, Demo};

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

/// Opens the window and returns when it is closed.
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
    iced::application(boot, app::App::update, app::App::view)
        .title(app::App::title)
        .theme(app::App::theme)
        .style(app::App::style)
        .scale_factor(app::App::scale_factor)
        .subscription(app::App::subscription)
        .settings(settings())
        .window(window::Settings {
            size: Size::new(420.0, 720.0),
            min_size: Some(Size::new(320.0, 400.0)),
            exit_on_close_request: false,
            #[cfg(target_os = "linux")]
            platform_specific: window::settings::PlatformSpecific {
                application_id: APPLICATION_ID.to_owned(),
                ..Default::default()
            },
            ..window::Settings::default()
        })
        .run()
        .map_err(|error| Error::Toolkit(error.to_string()))
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
