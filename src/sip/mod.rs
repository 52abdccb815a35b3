//! What a SIP message is: framing, headers, typed readers and writers, URIs, digest. Pure; no I/O.

mod secret;
mod transport;

pub use secret::Secret;
pub use transport::Transport;
