//! Presence (RFC 3856): what a presentity's document says, and the one state shown for it.
//!
//! [`Document::parse`] reads PIDF (RFC 3863) with the data model (RFC 4479) and RPID (RFC 4480), [`compose`] makes of
//! it what a person is shown, [`Publisher`] writes one's own document.
//!
//! Timestamps do not tell a replay (RFC 3856 section 9.4): a device that was switched off while we were away leaves an
//! older document, which is the truth. The order of the NOTIFYs in a dialog, whose identifiers nobody can guess, does.

mod compose;
mod pidf;
mod publish;
mod rpid;
mod status;

pub use compose::{Availability, Idle, Reason, Shown, ShownDevice, compose};
pub use pidf::{Basic, Contact, Device, Document, Note, Person, Priority, Tuple};
pub use publish::{OwnPresence, Publisher};
pub use rpid::{Activity, Input, Timed, UserInput, Window};
pub use status::Status;

/// Content-Type of presence documents.
pub const CONTENT_TYPE: &str = "application/pidf+xml";

/// Namespace of PIDF (RFC 3863).
const PIDF: &str = "urn:ietf:params:xml:ns:pidf";
/// Namespace of the data model (RFC 4479).
const DATA_MODEL: &str = "urn:ietf:params:xml:ns:pidf:data-model";
/// Namespace of RPID (RFC 4480).
const RPID: &str = "urn:ietf:params:xml:ns:pidf:rpid";

#[cfg(test)]
mod tests;
