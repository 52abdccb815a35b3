//! What a desktop session offers: opening links, light and dark.

mod appearance;
mod link;

pub use appearance::{ColorScheme, color_scheme};
pub use link::{LinkError, is_allowed, open_link};
