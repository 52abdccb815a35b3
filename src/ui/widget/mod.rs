//! The pieces that screens are made of: built once, used everywhere.

mod around;
pub mod control;
pub mod drag;
mod drawing;
pub mod focus;
pub mod icon;
pub mod line;
pub mod mark;
pub mod pair;
pub mod portrait;
pub mod rows;
pub mod said;
pub mod source;
pub mod terms;
pub mod text;
