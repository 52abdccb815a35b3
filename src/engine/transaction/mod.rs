//! Non-INVITE transactions (RFC 3261 §17, RFC 4320), without I/O.
//!
//! A request and its response travel as rendered bytes. Retransmission, matching and the memory of answers are here;
//! what a message means is for the room above. An INVITE that is refused runs as a non-INVITE server transaction, and
//! its ACK is absorbed: the caller repeats the INVITE until it gets the answer.

mod client;
mod key;
mod route;
mod server;

use std::collections::VecDeque;
use std::time::Duration;

use bytes::Bytes;

pub use client::ClientId;
use client::Clients;
pub use route::response_flow;
pub use server::ServerId;
use server::{Met, Servers};

use super::{Flow, FlowError, FlowId, Moment};
use crate::sip::{Message, Method};

/// All client and server non-INVITE transactions of one endpoint.
#[derive(Debug, Default)]
pub struct Transactions {
    clients: Clients,
    servers: Servers,
    outputs: VecDeque<TransactionOutput>,
    fresh: Vec<TransactionOutput>,
}

/// What a received message is to the transactions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Received {
    /// A new request; to be answered with [`Transactions::respond`].
    Request(ServerId),
    /// A response to an own request: the first final one (reported once), or a provisional one.
    Response {
        /// The transaction.
        client: ClientId,
        /// Whether a final response is still to come.
        provisional: bool,
    },
    /// Nothing more to do: a repeated request (its stored response is sent again), an ACK, a repeated final response.
    Absorbed,
    /// A response that belongs to nothing, or a message whose identifying headers cannot be read. To be dropped.
    Stray,
}

/// What has to be done outside, or told to the room above.
#[derive(Debug, Clone)]
pub enum TransactionOutput {
    /// Send these bytes.
    Transmit {
        /// On which flow, to which remote address.
        flow: Flow,
        /// The whole message.
        bytes: Bytes,
    },
    /// Timer F: no final response came; counts as 408 (RFC 3261 §8.1.3.1).
    TimedOut(ClientId),
    /// The flow died; counts as 503 (RFC 3261 §8.1.3.1).
    Failed(ClientId, FlowError),
}

impl Transactions {
    /// No transactions.
    pub fn new() -> Self {
        Self::default()
    }

    /// Starts a client transaction and sends the request. `bytes` is the rendered request; its topmost Via has this
    /// `branch`, which was never used before, and the sent-by `flow.local`. On UDP it is sent again by Timer E; Timer F
    /// ends the wait everywhere.
    pub fn send_request(
        &mut self,
        now: Moment,
        flow: Flow,
        branch: &str,
        method: &Method,
        bytes: Bytes,
    ) -> ClientId {
        let id = self.clients.send(now, flow, branch, method, bytes.clone());
        self.outputs
            .push_back(TransactionOutput::Transmit { flow, bytes });
        id
    }

    /// Says what a received message is. Requests are expected to have passed [`Message::validate`].
    pub fn receive(&mut self, now: Moment, flow: Flow, message: &Message) -> Received {
        if !message.is_request() {
            return self.clients.receive(now, flow, message);
        }
        let met = self.servers.receive(now, flow, message, &mut self.fresh);
        self.collect();
        match met {
            Met::New(id) => Received::Request(id),
            Met::Repeat => Received::Absorbed,
            Met::Unusable => Received::Stray,
        }
    }

    /// Whether the request that this CANCEL is for is still remembered (RFC 3261 §9.2).
    pub fn has_cancelled(&self, cancel: &Message) -> bool {
        self.servers.has_cancelled(cancel)
    }

    /// Sends the final response to a request. Afterwards only its bytes are kept, until Timer J. A second response to
    /// the same request is dropped.
    pub fn respond(&mut self, now: Moment, server: ServerId, response: Bytes) {
        let output = self.servers.respond(now, server, response);
        self.outputs.extend(output);
    }

    /// Forgets a request that gets no answer at all; its repeats count as new ones.
    pub fn ignore(&mut self, server: ServerId) {
        self.servers.ignore(server);
    }

    /// Forgets a client transaction: it is not sent again, and its response will be stray.
    pub fn abandon(&mut self, client: ClientId) {
        self.clients.abandon(client);
    }

    /// Fails the outstanding requests on a flow that died; each comes out as [`TransactionOutput::Failed`].
    pub fn flow_closed(&mut self, flow: FlowId, error: &FlowError) {
        self.clients.flow_closed(flow, error, &mut self.fresh);
        self.collect();
    }

    /// Does what is due.
    pub fn handle_timeout(&mut self, now: Moment) {
        self.clients.handle_timeout(now, &mut self.fresh);
        self.servers.handle_timeout(now, &mut self.fresh);
        self.collect();
    }

    /// The next output, in order.
    pub fn poll(&mut self) -> Option<TransactionOutput> {
        self.outputs.pop_front()
    }

    /// When [`Transactions::handle_timeout`] is to be called next.
    pub fn next_timeout(&self) -> Option<Moment> {
        let timeouts = [self.clients.next_timeout(), self.servers.next_timeout()];
        timeouts.into_iter().flatten().min()
    }

    /// Own requests, those that only absorb repeats included.
    pub fn clients(&self) -> usize {
        self.clients.len()
    }

    /// Received requests, those that are answered included.
    pub fn servers(&self) -> usize {
        self.servers.len()
    }

    /// Server transactions given up early because there were too many.
    pub fn dropped(&self) -> u64 {
        self.servers.dropped()
    }

    fn collect(&mut self) {
        self.outputs.extend(self.fresh.drain(..));
    }
}

/// T1, an estimate of the round trip (RFC 3261 §17.1.1.1).
pub const T1: Duration = Duration::from_millis(500);
/// T2, the longest wait between two sends of a non-INVITE request.
pub const T2: Duration = Duration::from_secs(4);
/// T4, how long a message can stay in the network; Timer K on UDP.
pub const T4: Duration = Duration::from_secs(5);
/// Timer F: 64 T1.
pub const TIMER_F: Duration = Duration::from_secs(32);
/// Timer J on UDP: 64 T1.
pub const TIMER_J: Duration = Duration::from_secs(32);
/// When a 100 goes out on UDP if there is no final response: when the other side's Timer E reaches T2 (RFC 4320 §4.1).
pub const TRYING_AFTER: Duration = Duration::from_millis(3500);

#[cfg(test)]
mod tests;
