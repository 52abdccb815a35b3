//! A loopback presence server with a scripted office, to try the client and to test against.
//!
//! Registrar, presence agent (RFC 3856, RFC 3903), watcher information (RFC 3857), message waiting (RFC 3842) and
//! presence rules over XCAP (RFC 5025), all for the domain `example.test`. It is built on `sip` and the transactions of
//! `engine`, and on nothing of the subscription code, so that it cannot hide the same mistake.

mod answer;
mod auth;
mod compose;
mod connection;
mod documents;
mod handle;
pub mod limits;
mod notifier;
mod office;
mod options;
mod policy;
mod publication;
mod registrar;
mod run;
mod server;
mod subscription;
mod watchers;
mod web;
mod xcap;

pub use handle::{DemoHandle, DemoUser};
pub use options::{DemoOptions, ExpiryBounds, Faults};
pub use run::{Demo, DemoError};

pub use crate::sip::Transport;

#[cfg(test)]
mod tests;
