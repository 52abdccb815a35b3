//! What a desktop session offers: whether it prefers light or dark, notifications, and the window that runs already.

mod appearance;
pub mod instance;
pub mod notification;

#[cfg(test)]
#[cfg(target_os = "linux")]
mod testing;

pub use appearance::{ColorScheme, color_scheme};
