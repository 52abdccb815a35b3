//! Why something cannot begin, and how that is told.

use std::io::Write;

use thiserror::Error;

use super::print;
use crate::account::{Event, Topic, Trouble, plain};

/// Why a command cannot begin, with its exit status.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{message}")]
pub struct Refusal {
    /// The exit status.
    pub(super) status: u8,
    /// What happened.
    pub(super) message: String,
    /// What to try.
    pub(super) hint: String,
}

impl Refusal {
    /// A mistake on the command line.
    pub(super) fn usage(message: impl Into<String>, hint: &str) -> Self {
        Self {
            status: USAGE,
            message: message.into(),
            hint: hint.to_owned(),
        }
    }

    /// Anything that has no exit status of its own. An empty `hint` is none.
    pub fn other(message: impl Into<String>, hint: &str) -> Self {
        Self {
            status: OTHER,
            message: message.into(),
            hint: hint.to_owned(),
        }
    }

    /// Tells it on standard error, and where JSON lines are wanted as one of those too. The exit status.
    pub fn tell(&self, json: bool) -> u8 {
        let hint = Some(self.hint.as_str()).filter(|hint| !hint.is_empty());
        if json {
            let trouble = Event::Error(Trouble {
                code: self.status,
                message: self.message.clone(),
                hint: hint.map(str::to_owned),
                topic: Topic::Other,
            });
            let mut line = Vec::new();
            // Standard output may be closed; standard error tells it too.
            let _ = print::json_line(&mut line, jiff::Timestamp::now(), &trouble)
                .and_then(|()| std::io::stdout().write_all(&line));
        }
        complain(&self.message, hint);
        self.status
    }
}

/// One line on standard error: what happened and what to try.
pub(super) fn complain(message: &str, hint: Option<&str>) {
    let message = plain(message);
    // Standard error may be closed; there is nobody left to tell then.
    let _ = match hint.filter(|hint| !hint.is_empty()) {
        Some(hint) => writeln!(std::io::stderr(), "siskin: {message}; {}", plain(hint)),
        None => writeln!(std::io::stderr(), "siskin: {message}"),
    };
}

const USAGE: u8 = 2;
const OTHER: u8 = 1;
