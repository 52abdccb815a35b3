//! MIME as notifiers use it: content types with parameters, bodies of several parts, content codings.
//!
//! A [`Multipart`] lends slices of the body it is read from; only what came encoded is copied. Parts are counted,
//! nested parts and decoded bytes bounded, over all levels together (FM-005).

mod coding;
mod content_type;
mod error;
mod multipart;
mod split;
mod transfer;

pub use coding::{ACCEPTED_CODINGS, decode};
pub use content_type::{ContentType, Parameters};
pub use error::{MimeError, MimeFault};
pub use multipart::{Multipart, Part};

pub(in crate::package) use multipart::without_brackets;

#[cfg(test)]
mod tests;
