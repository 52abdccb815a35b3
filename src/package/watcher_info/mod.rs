//! Watcher information (RFC 3857, RFC 3858): who watches a resource, and who would like to.

mod document;
mod table;
mod watchers;

pub use crate::package::succession::{Applied, Change, ChangeKind, State};
pub use document::{Document, List, Watcher, WatcherEvent, WatcherStatus};
pub use table::{Row, Table};
pub use watchers::{Group, Watchers};

/// Content-Type of watcher information.
pub const CONTENT_TYPE: &str = "application/watcherinfo+xml";

#[cfg(test)]
mod tests;
