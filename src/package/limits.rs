//! Bounds on what is kept of a document, beside those of [`crate::xml::limits`].

/// Remarks kept about one document.
pub const REMARKS: usize = 100;
/// Notes kept of one element.
pub const NOTES: usize = 64;
/// Activities kept of one element.
pub const ACTIVITIES: usize = 64;
