//! The handle on the network.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::mpsc;

use super::config::NetConfig;
use super::servers::Server;
use super::shared::Shared;
use super::{NetEvent, connect, limits};
use crate::engine::{Flow, FlowError, FlowId, FlowRequest, NextHop};

/// The network as the engine sees it: flows. No call waits; answers are events.
///
/// Dropping it ends everything at once; [`Network::shutdown`] lets what is queued go out first.
pub struct Network {
    pub(super) shared: Arc<Shared>,
}

impl Network {
    /// Starts on the current tokio runtime. Fails when the configured local address, or a file for TLS, cannot be used.
    pub async fn start(config: NetConfig) -> Result<(Self, mpsc::Receiver<NetEvent>), FlowError> {
        let (sender, events) = mpsc::channel(limits::EVENTS);
        let shared = Arc::new(Shared::new(config, sender));
        shared.bind()?;
        shared.tls.check().await?;
        Ok((Self { shared }, events))
    }

    /// Finds and opens a flow to a next hop, or gives an open one that fits (RFC 3261 §18). Addresses in `avoid` are
    /// tried last. The answer is [`NetEvent::FlowOpened`] or [`NetEvent::FlowFailed`].
    pub fn open_flow(&self, request: FlowRequest, next_hop: NextHop, avoid: Vec<SocketAddr>) {
        let wish = (next_hop, avoid);
        if self.shared.wish(wish.clone(), request) {
            self.shared
                .spawn(connect::open(Arc::clone(&self.shared), wish));
        }
    }

    /// Sends a whole message. A flow on which that is impossible is reported as closed.
    pub fn transmit(&self, flow: Flow, bytes: Bytes) {
        self.shared.transmit(flow, bytes);
    }

    /// Pings a connection at random intervals between these two, and has each ping answered in time (RFC 5626 §4.4.1). Each
    /// answer is [`NetEvent::KeepAliveAnswered`].
    pub fn keep_alive(&self, flow: FlowId, shortest: Duration, longest: Duration) {
        self.shared.keep_alive(flow, (shortest, longest));
    }

    /// Closes a flow for which there is no further use, without an event. What is queued is still sent.
    pub fn close_flow(&self, flow: FlowId) {
        self.shared.close(flow, None);
    }

    /// Which server each next hop came to and why, the latest choice last. Bounded; those that failed are not in it.
    pub fn servers(&self) -> Vec<Server> {
        self.shared.chosen_servers()
    }

    /// The domains that were found to offer TLS no longer since this was last asked (RFC 3263 §7). They may come again.
    pub fn take_downgraded(&self) -> Vec<String> {
        self.shared.downgraded()
    }

    /// Closes everything, when what is queued has been written or after a second.
    pub async fn shutdown(self) {
        self.shared.close_all();
        // Sockets without connections have nothing to write, and their tasks no end.
        let mut streams = self.shared.streams();
        let _ = tokio::time::timeout(limits::SHUTDOWN_TIMEOUT, async {
            while streams.join_next().await.is_some() {}
        })
        .await;
    }
}

impl Drop for Network {
    fn drop(&mut self) {
        self.shared.close_all();
        self.shared.abort();
    }
}
