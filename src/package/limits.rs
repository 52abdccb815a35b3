//! Bounds on what is kept of a document, beside those of [`crate::xml::limits`].

/// Remarks kept about one document.
pub const REMARKS: usize = 100;
/// Notes kept of one element.
pub const NOTES: usize = 64;
/// Activities kept of one element.
pub const ACTIVITIES: usize = 64;
/// Bytes read of a message summary.
pub const SUMMARY_BYTES: usize = 256 * 1024;
/// Message classes kept of one summary.
pub const CLASSES: usize = 32;
/// New messages kept of one summary.
pub const MESSAGES: usize = 100;
/// Header fields kept of one new message.
pub const MESSAGE_FIELDS: usize = 32;
/// Bytes kept of one header field.
pub const FIELD_BYTES: usize = 1024;
/// Watchers kept of one subscription.
pub const WATCHERS: usize = 20_000;
