//! Messages waiting (RFC 3842): what a mailbox says, and the sum over several.

mod mailboxes;
mod summary;

pub use mailboxes::{Mailbox, Mailboxes, Part};
pub use summary::{Class, Counts, Message, Summary, Urgent};

/// Content-Type of message summaries.
pub const CONTENT_TYPE: &str = "application/simple-message-summary";

#[cfg(test)]
mod tests;
