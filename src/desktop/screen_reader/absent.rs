//! Systems whose screen readers want the window itself, which the toolkit does not hand out in time.

use super::{Picture, Wish};

/// A way to the screen readers of the session; here there is none.
#[derive(Debug, Clone)]
pub enum ScreenReader {}

impl ScreenReader {
    /// There is none.
    pub fn open() -> Option<Self> {
        None
    }

    /// Waits until something is wanted of the window.
    pub async fn wanted(&self) {
        match *self {}
    }

    /// Whether anybody listens.
    pub fn is_listening(&self) -> bool {
        match *self {}
    }

    /// What was asked for since.
    pub fn wishes(&self) -> Vec<Wish> {
        match *self {}
    }

    /// Tells what the window shows.
    pub fn show(&self, _picture: &Picture) {
        match *self {}
    }

    /// Tells whether the window has the keyboard.
    pub fn attend(&self, _focused: bool) {
        match *self {}
    }
}
