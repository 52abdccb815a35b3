//! What other programs of the session can ask, and are told, on the session bus: the name `io.github.siskin.Siskin`, the
//! object `/io/github/siskin/Siskin`. `packaging/io.github.siskin.Siskin.xml` describes it.
//!
//! Every program of the user's session may use it; no secret is among what it tells.

use std::sync::Arc;

#[cfg(target_os = "linux")]
mod service;

use tokio::sync::mpsc::Sender;
use tokio::sync::watch::Receiver;

use super::instance::{Question, Reply};

/// Everything that is told. Texts of others are made harmless by whoever fills it in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Public {
    /// The own status, by its name on the command line; empty when nobody is logged in.
    pub status: String,
    /// The note that goes with it.
    pub note: String,
    /// Whether the account is logged in.
    pub online: bool,
    /// The buddies.
    pub buddies: Vec<Arc<Person>>,
    /// The mailboxes that have told something.
    pub mailboxes: Vec<Mailbox>,
    /// Those who ask to see the own presence.
    pub requests: Vec<Asking>,
}

/// A buddy.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Person {
    /// The address as a URI.
    pub address: String,
    /// What the window calls them.
    pub name: String,
    /// The status, by its name on the command line.
    pub state: String,
    /// The note.
    pub note: String,
    /// Whether they telephone, as far as it is known.
    pub on_the_phone: bool,
    /// The account that watches them.
    pub account: String,
}

/// A mailbox.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Mailbox {
    /// Its address; may be empty.
    pub mailbox: String,
    /// Whether messages wait.
    pub waiting: bool,
    /// New messages.
    pub new: u32,
    /// Old messages.
    pub old: u32,
    /// The urgent ones among the new.
    pub urgent: u32,
    /// The account that it belongs to.
    pub account: String,
}

/// Somebody who asks.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Asking {
    /// The address as a URI.
    pub address: String,
    /// The name.
    pub name: String,
    /// The account that is asked.
    pub account: String,
}

/// Tells each new state, and hands every question to `asked`, until nobody is left to answer. To be awaited on a tokio
/// runtime. `yields`: whether another start may take the name over.
#[cfg(target_os = "linux")]
pub async fn serve(states: Receiver<Arc<Public>>, asked: Sender<(Question, Reply)>, yields: bool) {
    let served = async {
        let builder = zbus::connection::Builder::session()?;
        service::serve(builder, states, &asked, yields).await
    };
    if let Err(error) = served.await {
        tracing::debug!(%error, "other programs cannot ask this one");
        asked.closed().await;
    }
}

/// There is no such bus on this system.
#[cfg(not(target_os = "linux"))]
pub async fn serve(_: Receiver<Arc<Public>>, asked: Sender<(Question, Reply)>, _yields: bool) {
    asked.closed().await;
}
