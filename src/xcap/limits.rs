//! Sizes, numbers and times beyond which an XCAP server is not trusted.

use std::time::Duration;

/// Bytes of a document: 4 MiB.
pub const BODY: usize = 4 * 1024 * 1024;
/// Bytes of an error document that are looked at.
pub const ERROR_BODY: usize = 64 * 1024;
/// Characters of a phrase in an error document that are kept.
pub const PHRASE: usize = 500;
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
