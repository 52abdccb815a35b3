//! Sockets, TLS and names: opens flows for the engine and carries its bytes.
//!
//! [`Network::start`] gives a handle and the channel on which everything that happens comes out. The calls of the
//! handle never wait: an answer is an event.

mod certificate;
mod client_certificate;
mod config;
mod connect;
mod examine;
mod identity;
pub mod limits;
mod network;
mod redact;
mod refuse;
mod resolve;
mod servers;
mod shared;
mod stream;
mod tls;
pub mod trace;
mod trust;
mod udp;
mod verify;

pub use certificate::Certificate;
pub use client_certificate::{ClientCertificate, client_certificate};
pub use config::{KeepAlive, NetConfig, TlsConfig};
pub use examine::Examined;
pub use network::Network;
pub use redact::redact;
pub use resolve::{
    DnsResolver, Located, Missing, Question, RecordType, Resolution, Resolver, Step, Target,
    transport,
};
pub use servers::{PassedOver, Server};
pub use tls::web_verifier;
pub use trust::{Distrust, Fingerprint, NoFingerprint, Pin, Refused, Trust};

/// What the network reports: of the engine's inputs `Received`, `FlowOpened`, `FlowFailed`, `FlowClosed`
/// and `KeepAliveAnswered`.
pub type NetEvent = crate::engine::Input;

#[cfg(test)]
mod tests;
