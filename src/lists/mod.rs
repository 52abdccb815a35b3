//! Lists of people on a server (RFC 4826): `resource-lists` and `rls-services`, read, merged and edited.
//!
//! A [`ResourceLists`] is a document as it lies on the server, a [`Roster`] what it says about people. [`merge`] brings
//! together what two devices have made of a roster, and [`ResourceLists::brought_to`] gives a new text in which only
//! what must change has changed. [`Library`] follows references to other documents, [`Services`] are the lists that a
//! list server watches for its user, [`mod@format`] what other programs take and give.

mod address;
mod document;
mod edit;
pub mod format;
mod library;
pub mod limits;
mod merge;
mod order;
mod reference;
mod roster;
mod services;

pub use address::canonical;
pub use document::{ListsError, ResourceLists};
pub use library::{Dangling, Library, Reading};
pub use merge::{Conflict, Merged, Side, merge, merge_lists};
pub use order::Rows;
pub use reference::Place;
pub use roster::{Contact, Roster};
pub use services::{Service, Services};

/// Content-Type of list documents (RFC 4826 section 3.4.4).
pub const CONTENT_TYPE: &str = "application/resource-lists+xml";
/// Application usage of list documents on an XCAP server (RFC 4826 section 3.4.1).
pub const AUID: &str = "resource-lists";
/// Content-Type of service documents (RFC 4826 section 4.4.4).
pub const SERVICES_CONTENT_TYPE: &str = "application/rls-services+xml";
/// Application usage of service documents (RFC 4826 section 4.4.1).
pub const SERVICES_AUID: &str = "rls-services";
/// The document that lists and services are kept in; of services no other takes effect (RFC 4826 sections 3.4.7, 4.4.7).
pub const DOCUMENT: &str = "index";

#[cfg(test)]
mod tests;
