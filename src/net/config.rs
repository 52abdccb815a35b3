//! What the network needs to know before it starts.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::resolve::{DnsResolver, Resolver};
use super::trace::Tap;
use super::trust::Trust;

/// How to use the network.
#[derive(Clone)]
pub struct NetConfig {
    /// The local address for everything; port 0 lets the system choose. `None`: every interface, any port.
    pub bind: Option<SocketAddr>,
    /// Whom to trust, and who we are, under TLS.
    pub tls: TlsConfig,
    /// What is trusted beside that.
    pub trust: Trust,
    /// How connections are kept open.
    pub keep_alive: KeepAlive,
    /// Finds addresses.
    pub resolver: Arc<dyn Resolver>,
    /// Sees every message that is sent or received.
    pub tap: Option<Arc<dyn Tap>>,
}

impl Default for NetConfig {
    fn default() -> Self {
        Self {
            bind: None,
            tls: TlsConfig::default(),
            trust: Trust::default(),
            keep_alive: KeepAlive::default(),
            resolver: Arc::new(DnsResolver::system()),
            tap: None,
        }
    }
}

impl fmt::Debug for NetConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NetConfig")
            .field("bind", &self.bind)
            .field("tls", &self.tls)
            .field("tap", &self.tap.is_some())
            .finish_non_exhaustive()
    }
}

/// Whom to trust, and who we are. There is no way to switch verification off.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TlsConfig {
    /// A PEM file with authorities to trust beside those of the system.
    pub extra_ca: Option<PathBuf>,
    /// Our certificate chain and its private key, both PEM files.
    pub client_certificate: Option<(PathBuf, PathBuf)>,
}

/// How a connection that we opened is kept open (RFC 5626 §4.4.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeepAlive {
    /// The shortest time between two pings.
    pub shortest: Duration,
    /// The longest time between two pings; each is chosen at random between the two.
    pub longest: Duration,
    /// A server that has answered a ping before has to answer each within this time.
    pub answer: Duration,
}

impl Default for KeepAlive {
    fn default() -> Self {
        Self {
            shortest: Duration::from_secs(95),
            longest: Duration::from_secs(120),
            answer: Duration::from_secs(10),
        }
    }
}
