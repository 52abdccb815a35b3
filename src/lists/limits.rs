//! Bounds on lists, beside those of [`crate::xml::limits`].

/// People of one document, or of a file that is brought in.
pub const CONTACTS: usize = 10_000;
/// Bytes of an address.
pub const ADDRESS_BYTES: usize = 1024;
/// Characters of a name that are kept.
pub const NAME: usize = 200;
/// Groups that one person is kept in.
pub const GROUPS: usize = 50;
/// Other documents that references lead to.
pub const DOCUMENTS: usize = 20;
/// Steps of a reference.
pub const STEPS: usize = 32;
/// Bytes of a reference.
pub const REFERENCE_BYTES: usize = 4096;
/// References that could not be followed of which people are told.
pub const DANGLING: usize = 20;
/// Services of one document.
pub const SERVICES: usize = 1000;
