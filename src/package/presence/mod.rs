//! Presence (RFC 3856): what a presentity's document says, and the one state shown for it.

mod status;

pub use status::Status;
