//! The words of dialog information: states, what brought a dialog to its end, and who began it.

use std::fmt;

/// Where a dialog stands in its state machine (RFC 4235 section 3.7.1).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum DialogState {
    /// The INVITE is on its way; also a line that is only seized.
    Trying,
    /// A provisional answer without a tag has come.
    Proceeding,
    /// A provisional answer with a tag has come: it rings.
    Early,
    /// The call is answered.
    Confirmed,
    /// It is over.
    Terminated,
    /// Another word, shown as it is.
    Other(String),
}

/// What brought a dialog to its end (RFC 4235 section 3.7.1).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum StateEvent {
    /// The caller gave up.
    Cancelled,
    /// The callee, or somebody for it, refused.
    Rejected,
    /// Another dialog took its place.
    Replaced,
    /// The observed user hung up.
    LocalBye,
    /// The other side hung up.
    RemoteBye,
    /// The other side did not know it any more.
    Error,
    /// The other side did not answer any more.
    Timeout,
    /// Another word, shown as it is.
    Other(String),
}

/// Who began a dialog, as the observed user sees it (RFC 4235 section 4.1.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// The observed user called.
    Initiator,
    /// The observed user was called.
    Recipient,
}

impl DialogState {
    /// The word in documents, which is also the stable name.
    pub fn token(&self) -> &str {
        match self {
            Self::Trying => "trying",
            Self::Proceeding => "proceeding",
            Self::Early => "early",
            Self::Confirmed => "confirmed",
            Self::Terminated => "terminated",
            Self::Other(word) => word,
        }
    }

    /// Reads the word, in any case; of an unknown one the beginning is kept.
    pub fn from_token(token: &str) -> Self {
        let known = [
            Self::Trying,
            Self::Proceeding,
            Self::Early,
            Self::Confirmed,
            Self::Terminated,
        ];
        known
            .into_iter()
            .find(|state| state.token().eq_ignore_ascii_case(token))
            .unwrap_or_else(|| Self::Other(beginning(token)))
    }

    /// How much a state counts beside others of the same user: an answered call most, one that is over not at all
    /// (RFC 4235 section 3.7.2).
    pub fn precedence(&self) -> u8 {
        match self {
            Self::Confirmed => 5,
            Self::Early => 4,
            Self::Proceeding => 3,
            Self::Trying => 2,
            Self::Other(_) => 1,
            Self::Terminated => 0,
        }
    }
}

impl StateEvent {
    /// The word in documents.
    pub fn token(&self) -> &str {
        match self {
            Self::Cancelled => "cancelled",
            Self::Rejected => "rejected",
            Self::Replaced => "replaced",
            Self::LocalBye => "local-bye",
            Self::RemoteBye => "remote-bye",
            Self::Error => "error",
            Self::Timeout => "timeout",
            Self::Other(word) => word,
        }
    }

    /// Reads the word, in any case; of an unknown one the beginning is kept.
    pub fn from_token(token: &str) -> Self {
        let known = [
            Self::Cancelled,
            Self::Rejected,
            Self::Replaced,
            Self::LocalBye,
            Self::RemoteBye,
            Self::Error,
            Self::Timeout,
        ];
        known
            .into_iter()
            .find(|event| event.token().eq_ignore_ascii_case(token))
            .unwrap_or_else(|| Self::Other(beginning(token)))
    }
}

impl Direction {
    /// The word in documents.
    pub fn token(self) -> &'static str {
        match self {
            Self::Initiator => "initiator",
            Self::Recipient => "recipient",
        }
    }

    /// Reads the word, in any case.
    pub fn from_token(token: &str) -> Option<Self> {
        [Self::Initiator, Self::Recipient]
            .into_iter()
            .find(|direction| direction.token().eq_ignore_ascii_case(token))
    }
}

impl fmt::Display for DialogState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.token())
    }
}

impl fmt::Display for StateEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.token())
    }
}

fn beginning(word: &str) -> String {
    word.chars().take(LONGEST_WORD).collect()
}

/// Characters kept of a word that is not known.
const LONGEST_WORD: usize = 80;
