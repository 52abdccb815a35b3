//! What a user decides about a watcher.

use std::fmt;

/// How a watcher is treated (RFC 5025 §3.2.1, `sub-handling`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Decision {
    /// No rule speaks about this watcher.
    #[default]
    Undecided,
    /// Refused, and the watcher can tell.
    Block,
    /// The user is asked first.
    Confirm,
    /// Refused, but the watcher sees somebody who is offline.
    PoliteBlock,
    /// The watcher sees the presence that the rules provide.
    Allow,
}

impl Decision {
    /// The stable name, such as `polite-block`.
    pub fn token(self) -> &'static str {
        match self {
            Self::Undecided => "undecided",
            Self::Block => "block",
            Self::Confirm => "confirm",
            Self::PoliteBlock => "polite-block",
            Self::Allow => "allow",
        }
    }

    /// Reads a stable name.
    pub fn from_token(token: &str) -> Option<Self> {
        [
            Self::Undecided,
            Self::Block,
            Self::Confirm,
            Self::PoliteBlock,
            Self::Allow,
        ]
        .into_iter()
        .find(|decision| decision.token() == token)
    }

    /// Reads a value of `sub-handling`; `blocked` stands in the text of RFC 5025 once.
    pub(super) fn from_action(value: &str) -> Option<Self> {
        match value {
            "blocked" => Some(Self::Block),
            "undecided" => None,
            value => Self::from_token(value),
        }
    }
}

impl fmt::Display for Decision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.token())
    }
}
