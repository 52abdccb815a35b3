//! What a desktop session offers: how things are to look, notifications, an icon in the panel, screen readers, whether
//! somebody is at the machine, and the window that runs already.

mod appearance;
pub mod autostart;
pub mod dbus;
mod folders;
pub mod idle;
pub mod instance;
#[cfg(target_os = "linux")]
mod markup;
pub mod notification;
#[cfg(feature = "gui")]
pub mod screen_reader;
#[cfg(feature = "gui")]
pub mod tray;

#[cfg(test)]
#[cfg(target_os = "linux")]
mod testing;

pub use appearance::{ColorScheme, Preference, preference};
pub use folders::downloads;
