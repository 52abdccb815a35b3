//! One server looked at by itself: whether it takes a connection, and who it says that it is.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::Network;
use super::certificate::Certificate;
use super::connect::connect;
use super::resolve::{Located, Target};
use super::verify::Shown;
use crate::engine::{FlowError, NextHop};

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Examined {
    /// How long the connection took with its TLS handshake, or why there is none.
    pub connected: Result<Duration, FlowError>,
    /// The certificate that the server showed, also where it was not trusted.
    pub certificate: Option<Certificate>,
}

impl Network {
    /// Looks the servers of a next hop up, without opening a flow.
    ///
    /// # Errors
    /// [`FlowError::Name`] where none is found.
    pub async fn locate(&self, next_hop: &NextHop) -> Result<Located, FlowError> {
        self.shared.config.resolver.locate(next_hop).await
    }

    /// Makes a connection to one server of a next hop, under the conditions of every other, and drops it. Over UDP there
    /// is nothing to make.
    pub async fn examine(&self, next_hop: &NextHop, target: Target) -> Examined {
        let shown = Shown::default();
        let started = Instant::now();
        let (shared, next_hop) = (Arc::clone(&self.shared), next_hop.clone());
        let connected = connect(shared, target, next_hop, Arc::clone(&shown)).await;
        Examined {
            connected: connected.map(|_| started.elapsed()),
            certificate: shown.get().and_then(|shown| Certificate::read(shown)),
        }
    }
}
