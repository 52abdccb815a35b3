//! What a desktop session offers: whether it prefers light or dark, and the window that runs already.

mod appearance;
pub mod instance;

pub use appearance::{ColorScheme, color_scheme};
