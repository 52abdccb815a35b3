//! What a screen reader is told of the window, and what it asks for.
//!
//! The toolkit has no tree of what its window holds. The window makes one ([`Picture`]) while a reader listens, and only
//! then; here it goes to the session's accessibility bus. The bus may be missing, and may go at any time: then nobody
//! listens, and the window works on.

#[cfg_attr(not(target_os = "linux"), path = "screen_reader/absent.rs")]
mod adapter;
#[cfg(target_os = "linux")]
mod nodes;

pub use adapter::ScreenReader;

/// What a thing in the window is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Kind {
    /// Words to read.
    #[default]
    Words,
    /// The title of a screen or of a part of one.
    Heading,
    /// Something to press.
    Button,
    /// A choice between yes and no.
    Check,
    /// One of several, of which one is chosen.
    Choice,
    /// Something to type into.
    Field,
    /// A field of which nobody may read what is in it.
    Secret,
    /// A part of the window that can hold anything.
    Area,
    /// A list of rows.
    List,
    /// A row of a list.
    Row,
    /// Something went wrong: it is said at once.
    Alert,
}

impl Kind {
    /// Whether the words inside it are its name, when it has no other.
    pub fn is_named_by_words(self) -> bool {
        match self {
            Self::Field | Self::Secret | Self::Area | Self::List => false,
            Self::Words
            | Self::Heading
            | Self::Button
            | Self::Check
            | Self::Choice
            | Self::Row
            | Self::Alert => true,
        }
    }
}

/// What is said of a thing.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Said {
    /// What it is.
    pub kind: Kind,
    /// What it is called; empty: as the words inside it say.
    pub name: String,
    /// What else is to be known of it.
    pub hint: String,
    /// What is in a field.
    pub value: String,
    /// Of a field: the end of what is marked that stays, and where the cursor is, in characters; alike when nothing is.
    pub cursor: Option<(usize, usize)>,
    /// Whether it is checked, or chosen; `None`: it cannot be.
    pub chosen: Option<bool>,
    /// Whether what belongs to it is shown; `None`: nothing can be unfolded.
    pub unfolded: Option<bool>,
    /// Of a row: its place in its list, from 0. Of a list: how many rows there are, those out of sight too.
    pub number: Option<usize>,
    /// Whether it is said by itself when it comes and when its words change.
    pub live: bool,
    /// Whether it can be pressed.
    pub can_press: bool,
    /// Whether it cannot be used now.
    pub disabled: bool,
    /// What tells it from its neighbours when they come and go; 0: its place among them does.
    pub key: u64,
}

impl Said {
    /// Something of this kind that is called as the words inside it say.
    pub fn of(kind: Kind) -> Self {
        Self {
            kind,
            ..Self::default()
        }
    }

    /// The same, called like this.
    #[must_use]
    pub fn named(self, name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            ..self
        }
    }
}

/// A thing in the window.
#[derive(Debug, Clone, PartialEq)]
pub struct Thing {
    /// What it is known by; the same from one picture to the next. Never 0, which is the window.
    pub id: u64,
    /// The place of what it is in, among the things before it; `None`: the window.
    pub inside: Option<usize>,
    /// What is said of it.
    pub said: Said,
    /// Left, top, right and bottom in the window's pixels.
    pub edges: [f32; 4],
    /// Its place among what the keyboard can reach.
    pub stop: Option<usize>,
}

/// All that the window shows.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Picture {
    /// The window's title.
    pub title: String,
    /// Its width and height in pixels.
    pub size: (f32, f32),
    /// What is in it, in the order in which it is read; what something is in comes before it.
    pub things: Vec<Thing>,
    /// The place of what the keyboard is at.
    pub focus: Option<usize>,
}

/// What a reader asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// This is to be pressed.
    Press(u64),
    /// The keyboard is to be at this.
    Focus(u64),
}
