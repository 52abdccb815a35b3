//! Numbers beyond which the demo server does not go.

/// Contacts bound to one address of record.
pub const BINDINGS: usize = 16;
/// Publications of one presentity.
pub const PUBLICATIONS: usize = 32;
/// Bytes of a published body.
pub const PUBLISHED_BYTES: usize = 64 * 1024;
/// Subscriptions at a time.
pub const SUBSCRIPTIONS: usize = 20_000;
/// Watchers of one presentity remembered as waiting for a decision.
pub const WAITING_WATCHERS: usize = 100;
/// Notifiers that a SUBSCRIBE can be forked to.
pub const FORKS: usize = 8;
/// Requests held back at a time when the server is told to be slow.
pub const DELAYED: usize = 10_000;
/// Bytes of an XCAP document.
pub const DOCUMENT_BYTES: usize = 256 * 1024;
/// XCAP documents of one user.
pub const DOCUMENTS: usize = 16;
/// Nonces whose use is counted at a time.
pub const NONCES: usize = 10_000;
/// TCP connections, SIP and HTTP each.
pub const CONNECTIONS: usize = 1024;
