//! Messages waiting (RFC 3842): what a mailbox says, and the sum over several.

mod mailboxes;
mod message;
mod summary;

pub use mailboxes::{Mailbox, Mailboxes, Part, names_server};
pub use message::{Message, Sender};
pub use summary::{Class, Counts, Summary, Urgent};

/// Content-Type of message summaries.
pub const CONTENT_TYPE: &str = "application/simple-message-summary";

#[cfg(test)]
mod tests;
