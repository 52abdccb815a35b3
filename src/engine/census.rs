//! How much an engine keeps at a time: what shows a leak, and that an orderly stop leaves nothing behind.

use super::engine::Engine;
use super::exchange::{Owner, Stage};

/// The live objects of an engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Census {
    /// Subscriptions, wanted or about to end.
    pub subscriptions: usize,
    /// Dialogs with notifiers.
    pub usages: usize,
    /// Call-IDs under which NOTIFYs find their subscription: of dialogs, and of initial SUBSCRIBEs under way.
    pub calls: usize,
    /// Watchers that the account itself serves.
    pub watchers: usize,
    /// Publications.
    pub publications: usize,
    /// Requests on their way, from the queue to the final answer.
    pub exchanges: usize,
    /// Those of them that are sent and wait for their answer, but for REGISTER; those of an orderly stop included.
    pub outstanding: usize,
    /// Own requests, those that only absorb repeated answers included.
    pub client_transactions: usize,
    /// Received requests, those that are answered included.
    pub server_transactions: usize,
    /// Timers above the transactions that are set.
    pub timers: usize,
    /// NOTIFYs that the room above is looking at.
    pub unanswered: usize,
    /// Outputs that nobody has taken.
    pub outputs: usize,
    /// Dialogs remembered after their end; bounded.
    pub departed: usize,
    /// Next hops, and servers with a pace of their own; bounded.
    pub servers: usize,
}

impl Census {
    /// What serves something that goes on. Nothing of it is left after an orderly stop and the time that answers are kept.
    pub fn in_use(&self) -> usize {
        self.subscriptions
            + self.usages
            + self.calls
            + self.watchers
            + self.publications
            + self.exchanges
            + self.client_transactions
            + self.server_transactions
            + self.timers
            + self.unanswered
            + self.outputs
    }

    /// All together, with what is only remembered.
    pub fn total(&self) -> usize {
        self.in_use() + self.departed + self.servers
    }
}

impl Engine {
    /// How much there is of everything.
    pub fn census(&self) -> Census {
        let (usages, calls, departed) = self.subscriptions.census();
        Census {
            subscriptions: self.subscriptions.len(),
            usages,
            calls,
            watchers: self.notifier.len(),
            publications: self.publications.len(),
            exchanges: self.exchanges.len(),
            outstanding: self.outstanding(),
            client_transactions: self.transactions.clients(),
            server_transactions: self.transactions.servers(),
            timers: self.timers(),
            unanswered: self.incoming.awaited(),
            outputs: self.outputs.len(),
            departed,
            servers: self.hops.len() + self.pacing.servers(),
        }
    }

    fn outstanding(&self) -> usize {
        let exchanges = self.exchanges.iter().map(|(_, exchange)| exchange);
        exchanges
            .filter(|exchange| matches!(exchange.stage, Stage::Sent { .. }))
            .filter(|exchange| !matches!(exchange.owner, Owner::Registration(_)))
            .count()
    }
}
