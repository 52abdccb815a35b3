//! Documents on an XCAP server (RFC 4825): read, and written only where they are still what was read.
//!
//! [`Client::edit`] is the usual way: it reads a document, lets the caller change it, and writes it back under the
//! condition that nobody else has changed it meanwhile.

mod auth;
mod client;
mod edit;
mod error;
mod http;
pub mod limits;
mod root;
mod uri;

pub use client::{Client, Condition, Config, Document, Exchange, Stored, Tap};
pub use edit::EditError;
pub use error::{Conflict, XcapError};
pub use root::Root;
pub use uri::{XcapUri, predicate};

#[cfg(test)]
mod tests;
