//! What a desktop session offers: whether it prefers light or dark.

mod appearance;

pub use appearance::{ColorScheme, color_scheme};
