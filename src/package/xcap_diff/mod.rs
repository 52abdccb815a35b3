//! Changes of XCAP documents (xcap-diff, RFC 5874 and RFC 5875): what a server reports, and what follows for the copies
//! that are held of its documents.
//!
//! A subscription names what to watch in its body ([`subscription_body`]) and how changes are to be told
//! ([`Processing`]). [`Document::parse`] reads what comes; a [`Cache`] keeps copies by their entity tags and says for
//! each report whether the copy is current, was brought up to date, or is to be fetched. A change that cannot be
//! applied is answered 200 like any other; the subscription is then to be refreshed with [`Processing::None`].
//!
//! One dialog only; the notifier sends no NOTIFY before the last was answered, so reports come in order (RFC 5875
//! sections 4.7 and 4.9).

mod cache;
mod document;
mod request;

pub use cache::{Cache, Outcome};
pub use document::{Change, Component, Document, DocumentChange, Told};
pub use request::{Processing, RequestError, subscription_body};

/// Content-Type of these documents.
pub const CONTENT_TYPE: &str = "application/xcap-diff+xml";
/// Content-Type of the list that a SUBSCRIBE carries.
pub const LIST_CONTENT_TYPE: &str = "application/resource-lists+xml";

/// Namespace of the format (RFC 5874 section 3).
const NAMESPACE: &str = "urn:ietf:params:xml:ns:xcap-diff";

#[cfg(test)]
mod tests;
