//! Progress of a reference (RFC 3515, RFC 7614): what became of a request that somebody was asked to send.
//!
//! [`Document::parse`] reads a `message/sipfrag` body (RFC 3420), [`Progress`] is what it says about the referred
//! request, [`References`] keeps the progress of each notifier apart (RFC 3515 section 3.9), for whoever will send such
//! requests: nothing here does. Subscriptions that a Refer-Events-At header field invites to (RFC 7614 section 4.4)
//! bring the same bodies.

mod fragment;
mod references;

pub use fragment::{Document, Progress, Stage, Start};
pub use references::{Reference, References};

/// Content-Type of message fragments.
pub const CONTENT_TYPE: &str = "message/sipfrag";

#[cfg(test)]
mod tests;
