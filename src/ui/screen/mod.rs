//! The screens. Each has a `State`, says what happened in its `Message`, and asks for what it cannot do itself with
//! an `Action`; the application only passes them on.

pub mod accounts;
pub mod activity;
pub mod add_buddy;
pub mod certificate;
pub mod health;
pub mod log_in;
pub mod office;
pub mod password;
pub mod settings;
pub mod shortcuts;
pub mod trace;
mod trusted;
mod unusable;
pub mod watchers;
