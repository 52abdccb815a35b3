//! Progress of a reference (RFC 3515, RFC 7614): what became of a request that somebody was asked to send.
//!
//! [`Document::parse`] reads a `message/sipfrag` body (RFC 3420), [`Progress`] is what it says about the referred
//! request. The progress of each notifier stands for itself, nothing is merged (RFC 3515 section 3.9). Nothing here sends
//! such requests. Subscriptions that a Refer-Events-At header field invites to (RFC 7614 section 4.4) bring the same
//! bodies.

mod fragment;

pub use fragment::{Document, Progress, Stage, Start};

/// Content-Type of message fragments.
pub const CONTENT_TYPE: &str = "message/sipfrag";

#[cfg(test)]
mod tests;
