//! Presence rules (RFC 4745, RFC 5025): evaluate and edit.

mod decision;

pub use decision::Decision;
