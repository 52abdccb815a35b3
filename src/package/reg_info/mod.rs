//! Registration information (RFC 3680): which contacts are bound to an address of record, with the GRUUs of RFC 5628.
//!
//! [`Document::parse`] reads a body, [`Table`] follows full and partial documents of one dialog. There is one notifier
//! only (RFC 3680 section 4.9), so nothing is merged.

mod contact;
mod document;
mod table;

pub use crate::package::succession::{Applied, Change, ChangeKind, State};
pub use contact::{Contact, ContactEvent, ContactState, TemporaryGruu};
pub use document::{Document, Registration, RegistrationState};
pub use table::{Row, Table, TableRegistration};

/// Content-Type of registration information.
pub const CONTENT_TYPE: &str = "application/reginfo+xml";

/// Namespace of registration information.
const NAMESPACE: &str = "urn:ietf:params:xml:ns:reginfo";

#[cfg(test)]
mod tests;
