//! Notifications of the desktop, with buttons where it has them (org.freedesktop.Notifications).
//!
//! Whatever they tell is in the window too: a desktop without them loses nothing but the knock at the door.

use tokio::sync::mpsc::{Receiver, Sender};

/// One notification. A later one of the same key takes its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notification {
    /// What it is about, for replacing, withdrawing and answering it.
    pub key: String,
    /// One line.
    pub title: String,
    /// A sentence; may be empty. It is shown as it is, whatever marks it contains.
    pub body: String,
    /// The name of each button and its label, in order.
    pub actions: Vec<(&'static str, String)>,
    /// Whether it stays until it is answered.
    pub lasting: bool,
    /// What the desktop plays with it, by its name in the Sound Naming Specification; `None`: nothing.
    pub sound: Option<&'static str>,
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Order {
    /// Show this.
    Show(Notification),
    /// Take away the one of this key.
    Withdraw(String),
}

/// What the user did with the notification of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The key.
    pub key: String,
    /// The name of the button; `None`: the notification itself was pressed.
    pub action: Option<String>,
}

/// Carries orders out, and passes answers on, until there is nobody left on either side. To be awaited on a tokio runtime.
#[cfg(target_os = "linux")]
pub async fn serve(orders: Receiver<Order>, answers: Sender<Answer>) {
    service::serve(zbus::Connection::session, orders, answers).await;
}

/// Whether the desktop has a service for them: it runs, or is started for the first one. To be awaited on a tokio runtime.
#[cfg(target_os = "linux")]
pub async fn are_shown() -> bool {
    service::is_there(zbus::Connection::session).await
}

/// Nobody shows them on this system yet.
#[cfg(not(target_os = "linux"))]
pub async fn are_shown() -> bool {
    false
}

/// Swallows orders: nobody is asked to show anything on this system yet.
#[cfg(not(target_os = "linux"))]
pub async fn serve(mut orders: Receiver<Order>, _answers: Sender<Answer>) {
    while orders.recv().await.is_some() {}
}

#[cfg(target_os = "linux")]
mod service;
