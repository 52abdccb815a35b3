//! Sizes, numbers and times beyond which an XCAP server is not trusted.

use std::time::Duration;

/// Bytes of a document: 4 MiB.
pub const BODY: usize = 4 * 1024 * 1024;
/// Bytes of an error document that are looked at.
pub const ERROR_BODY: usize = 64 * 1024;
/// Characters of a phrase in an error document that are kept.
pub const PHRASE: usize = 500;
/// Values that are kept of those that a server offers instead of one that is taken.
pub const ALTERNATIVES: usize = 20;
/// Names of each kind that are kept of what a server says it can do.
pub const CAPABILITIES: usize = 1000;
/// Documents whose last version is kept, so that it need not be read again to be changed.
pub const COPIES: usize = 16;
/// Bytes of a document above which writing a part of it is worth a question whether the server can do that.
pub const WORTH_A_PART: usize = 16 * 1024;
/// Bytes of a node selector.
pub const SELECTOR: usize = 4096;
/// How often a challenge is answered for one request (own limit, as AU-013 for SIP).
pub const CHALLENGES: u32 = 3;
/// How often one request is sent elsewhere on the same server.
pub const REDIRECTS: u32 = 3;
/// How often a document that somebody else has changed is read and changed again.
pub const ROUNDS: u32 = 3;
/// Time to connect.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Time for one request and the whole answer to it. Rules are small, and somebody waits for the answer.
pub const REQUEST_TIMEOUT: Duration = Duration::from_secs(15);
