//! Resource lists (RFC 4662): many resources in one subscription.
//!
//! - [`List`]: the document about a list (RLMI), its resources, and the subscriptions that the server holds to them.
//! - [`Notice`]: such a document with the parts of the body that it refers to.
//! - [`Table`]: what is known of a list after several notices, inner lists included.
//!
//! What a resource's own document means is the business of its package: [`Table`] is told by [`Documents`] what to make
//! of one, and keeps that beside the resource. So presence stays presence, inside a list as outside.

mod document;
mod notice;
mod table;

pub use document::{CONTENT_TYPE, Instance, InstanceState, Label, List, Resource};
pub use notice::{Content, Notice};
pub use table::{Applied, Documents, Entry, Standing, Table};

#[cfg(test)]
mod tests;
