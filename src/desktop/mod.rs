//! What a desktop session offers: how things are to look, notifications, whether somebody is at the machine, and the
//! window that runs already.

mod appearance;
mod folders;
pub mod idle;
pub mod instance;
pub mod notification;

#[cfg(test)]
#[cfg(target_os = "linux")]
mod testing;

pub use appearance::{ColorScheme, Preference, preference};
pub use folders::downloads;
