//! One window for each profile: a second start finds the first and hands over what it was started for, and
//! `siskin status` asks it.
//!
//! The first start holds a lock beside a local socket that only its user can open. A question is one JSON line, and so
//! is its answer; whoever connects gets one of each. On systems without such sockets every start opens a window.

use std::fmt;
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use thiserror::Error;
use tokio::sync::oneshot;

#[cfg_attr(not(unix), path = "instance/absent.rs")]
mod socket;

pub use socket::{Door, claim, serve};

/// What the running window is asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "kebab-case")]
pub enum Question {
    /// Come to the front.
    Raise,
    /// Come to the front and show this address, which is a URI or a link.
    Open {
        /// The address.
        address: String,
    },
    /// What is the own status?
    Status,
    /// Decide about somebody who asks to see the own presence.
    Decide {
        /// The address.
        watcher: String,
        /// `allow` or `block`.
        decision: String,
    },
    /// Try again at once whatever waits to be tried again.
    Refresh,
    /// Publish another status.
    SetStatus {
        /// Its name on the command line.
        status: String,
        /// Its note; `None` leaves the note as it is.
        note: Option<String>,
        /// When it ends by itself (RFC 3339); `None`: when another one is chosen.
        #[serde(default)]
        until: Option<String>,
    },
}

/// What the running window answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "kebab-case")]
pub enum Answer {
    /// It is done.
    Done,
    /// The own status, as it is now wanted.
    Status {
        /// That of each account, in the order of the settings.
        accounts: Vec<OwnStatus>,
    },
    /// It cannot be done.
    Refused {
        /// Why not.
        message: String,
    },
}

/// The own status of one of the running window's accounts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnStatus {
    /// The account's address.
    pub account: String,
    /// The status's name on the command line.
    pub status: String,
    /// The note; empty for none.
    pub note: String,
    /// When it ends by itself (RFC 3339).
    #[serde(default)]
    pub until: Option<String>,
    /// Whether the account is logged in, so that others can see it.
    pub online: bool,
}

/// A start of the window.
pub enum Start {
    /// The first for this profile.
    First(Door),
    /// Another one runs already and has answered.
    Second(Answer),
}

/// Where the answer to one question goes. The first word counts; without one the asker is told so.
#[derive(Clone)]
pub struct Reply(Arc<Mutex<Option<oneshot::Sender<Answer>>>>);

impl Reply {
    /// A reply, and where it arrives.
    pub fn new() -> (Self, oneshot::Receiver<Answer>) {
        let (sender, receiver) = oneshot::channel();
        (Self(Arc::new(Mutex::new(Some(sender)))), receiver)
    }

    /// Answers.
    pub fn give(&self, answer: Answer) {
        let sender = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(sender) = sender {
            // The asker may have gone.
            let _ = sender.send(answer);
        }
    }
}

impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Reply")
    }
}

/// Why the running window could not be found or asked.
#[derive(Debug, Error)]
pub enum InstanceError {
    /// None runs for this profile.
    #[error("no window of Siskin is open for this profile")]
    NotRunning,
    /// It does not answer.
    #[error("the open window does not answer: {0}")]
    NoAnswer(#[source] io::Error),
    /// Its answer, or the question, cannot be read.
    #[error("the open window and this program do not understand each other: {0}")]
    NotUnderstood(String),
    /// The place of the socket cannot be used.
    #[error("{} cannot be used: {source}", path.display())]
    Place {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// There is no folder for it, or no such sockets.
    #[error("this system has no place where windows of Siskin could find each other")]
    NoPlace,
}

/// Asks the window that runs for the profile in this folder.
///
/// # Errors
/// [`InstanceError::NotRunning`] when there is none; otherwise it did not answer in time, or not in a way that can be read.
pub fn ask(
    profile: Option<&std::path::Path>,
    question: &Question,
) -> Result<Answer, InstanceError> {
    socket::ask(profile, question)
}
