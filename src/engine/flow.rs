//! Flows: the way bytes take to the next hop and back (RFC 5626 §3.2).

use std::net::SocketAddr;

use thiserror::Error;

use crate::sip::Transport;

/// Names one flow for as long as it lives. Numbers are never used twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FlowId(pub u64);

/// A connection, or for UDP a local socket and a remote address.
///
/// A response on UDP may go to a `remote` other than the one the request came from (RFC 3581 §4); the `id` then
/// still names the local socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Flow {
    /// The connection, or the UDP socket.
    pub id: FlowId,
    /// How bytes travel.
    pub transport: Transport,
    /// Our address, as the other side can reach it on this flow.
    pub local: SocketAddr,
    /// The other side's address.
    pub remote: SocketAddr,
}

/// Where a request has to go, before names are looked up (RFC 3263).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct NextHop {
    /// A domain name, or an IP literal without brackets.
    pub host: String,
    /// The port when the URI names one.
    pub port: Option<u16>,
    /// The transport when the URI names one.
    pub transport: Option<Transport>,
    /// True for `sips:`: TLS or nothing (RFC 3261 §26.2.2).
    pub secure: bool,
    /// The domain that a TLS certificate has to name (RFC 5922 §4); for an IP literal, the account's domain.
    pub identity: String,
}

/// Ties the answer to an [`Output::OpenFlow`](super::Output::OpenFlow) to the question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct FlowRequest(pub u64);

/// Why a flow could not be opened, or died. The texts are for people and hold no secrets.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FlowError {
    /// The name has no address.
    #[error("cannot find {host}: {detail}")]
    Name {
        /// The name that was looked up.
        host: String,
        /// What the resolver said.
        detail: String,
    },
    /// No connection, or no route.
    #[error("cannot reach {address} over {transport}: {detail}", transport = transport.via_token())]
    Unreachable {
        /// Where to.
        address: String,
        /// Over what.
        transport: Transport,
        /// What the system said.
        detail: String,
    },
    /// The TLS handshake failed, or the certificate is not for this domain (RFC 5922).
    #[error("no trusted TLS connection to {address}: {detail}")]
    Tls {
        /// Where to.
        address: String,
        /// What was wrong with it.
        detail: String,
    },
    /// The other side closed the connection, or it broke.
    #[error("the connection to {address} was closed: {detail}")]
    Closed {
        /// Who closed it.
        address: String,
        /// What the system said.
        detail: String,
    },
    /// The local address or port cannot be used.
    #[error("cannot use the local address {address}: {detail}")]
    Bind {
        /// The local address.
        address: String,
        /// What the system said.
        detail: String,
    },
    /// A file with certificates or a key cannot be used.
    #[error("cannot use {file}: {fault}")]
    Certificates {
        /// Which one.
        file: String,
        /// What is wrong with it.
        fault: CertificateFault,
    },
    /// The other side sent bytes in which no message ends (RFC 3261 §18.3).
    #[error("cannot read what {address} sends: {detail}")]
    Framing {
        /// Who sent them.
        address: String,
        /// What was wrong.
        detail: String,
    },
}

/// What is wrong with a file that should hold certificates or a key.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CertificateFault {
    /// The system does not give it.
    #[error("{0}")]
    Unreadable(String),
    /// There is no certificate in it.
    #[error("there is no certificate in it")]
    NoCertificate,
    /// There is no private key in it, or only an encrypted one.
    #[error("there is no private key in it that is not encrypted")]
    NoKey,
    /// Others than the owner may read the key.
    #[error("others than its owner may read this key; take that right away (chmod 600)")]
    OpenToOthers,
    /// The key is not that of the certificate.
    #[error("the key does not belong to the certificate")]
    OtherKey,
    /// It is there, but it is not what it says.
    #[error("it is not understood: {0}")]
    NotUnderstood(String),
}
