//! Key presses during a call (RFC 4730): which ones are asked for, and which were made.
//!
//! [`Request`] is the body of a SUBSCRIBE, [`Response`] that of a NOTIFY. What a user presses may be a card number: it
//! is shown to whoever asked for it and kept nowhere.

mod pattern;
mod request;
mod response;

pub use pattern::{DigitPattern, PatternError};
pub use request::{Flush, Pattern, Persistence, Regex, Request};
pub use response::{Outcome, Response};

/// Content-Type of what a subscriber asks for.
pub const REQUEST_TYPE: &str = "application/kpml-request+xml";
/// Content-Type of what a notifier reports.
pub const RESPONSE_TYPE: &str = "application/kpml-response+xml";

#[cfg(test)]
mod tests;
