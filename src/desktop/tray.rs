//! The icon in the desktop's panel: what it looks like, what its menu offers, what was pressed.
//!
//! Whatever it tells is in the window too: a desktop without such a place loses nothing.

use std::sync::Arc;

#[cfg_attr(not(target_os = "linux"), path = "tray/absent.rs")]
mod item;

pub use item::serve;

/// How the icon is at present.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Face {
    /// The drawing, in each size that panels like to have.
    pub pictures: Arc<[Picture]>,
    /// The first line of what is said when the pointer rests on it.
    pub title: String,
    /// The other lines.
    pub lines: Vec<String>,
    /// Whether the user is wanted.
    pub attention: bool,
    /// The menu, from above.
    pub menu: Vec<Entry>,
}

/// The drawing in one size.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    /// Width and height in pixels.
    pub size: u16,
    /// Four bytes for each pixel, row by row: alpha, red, green, blue; the colours are not multiplied with alpha.
    pub argb: Vec<u8>,
}

impl std::fmt::Debug for Picture {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Picture({0} × {0})", self.size)
    }
}

/// A part of the menu.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// A line between two parts.
    Separator,
    /// Something to do.
    Press(Choice),
    /// One of several.
    OneOf {
        /// All of them.
        choices: Vec<Choice>,
        /// The place of the present one; `None`: it is none of them.
        chosen: Option<usize>,
    },
}

/// What can be pressed in the menu.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What comes back when it is pressed.
    pub name: String,
    /// Its words, which are shown as they are.
    pub label: String,
}

/// What the desktop tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// The icon is shown from now on, or no longer, or never. This is always told first.
    Shown(bool),
    /// The icon itself was pressed.
    Icon,
    /// The choice of this name was pressed.
    Chosen(String),
}
