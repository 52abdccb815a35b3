//! Documents on an XCAP server (RFC 4825): read, and written only where they are still what was read.
//!
//! [`Client::edit`] is the usual way: it takes the newest version of a document that it knows, lets the caller change
//! it, and writes it back under the condition that nobody else has changed it meanwhile. A part of it is written alone
//! where the document is large and the server can do that; many serve whole documents only.

mod auth;
mod capabilities;
mod client;
mod conflict;
mod document;
mod edit;
mod error;
mod http;
pub mod limits;
mod node;
mod root;
mod selector;
mod uri;

pub use capabilities::Capabilities;
pub use client::{Client, Condition, Config, Document, Exchange, Stored, Tap};
pub use conflict::{Cause, Conflict};
pub use edit::{Changed, EditError, Part};
pub use error::XcapError;
pub use node::{ATTRIBUTE_TYPE, ELEMENT_TYPE};
pub use root::Root;
pub use selector::{NodeError, Selector};
pub use uri::XcapUri;

#[cfg(test)]
mod tests;
