//! Bounds on rule documents, beside those of [`crate::xml::limits`].

/// Rules of a document that are read.
pub const RULES: usize = 10_000;

/// Domains of which it is told what rules say about everybody there.
pub const WIDE: usize = 100;
