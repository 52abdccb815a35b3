//! How many requests are out at a time and how fast new ones follow, for each server by what its answers say (RB-008).

mod lane;
#[cfg(test)]
mod tests;

use std::collections::{HashMap, VecDeque};
use std::net::SocketAddr;
use std::time::Duration;

use super::arena::Arena;
use super::{Moment, NextHop, limits};
use lane::Lane;

/// Whom a request goes to, as far as that is known.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Server {
    /// It has not been looked up, or no connection to it is open.
    Named(NextHop),
    /// The one at this address.
    Found(SocketAddr),
}

/// Names the server that a request counts for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct LaneId(u32);

/// The requests that are ready to go, for each server with a window and a rate: one that is slow or dead holds up nobody
/// but its own.
#[derive(Debug)]
pub(crate) struct Pacing {
    /// REGISTER, and what is published during an orderly stop.
    urgent: VecDeque<u32>,
    /// Those of which it is not known yet, or not known any more, where they go.
    unsorted: VecDeque<u32>,
    lanes: Arena<Lane>,
    by_server: HashMap<Server, LaneId>,
    /// The servers for which something waits, in turn.
    turns: VecDeque<LaneId>,
    /// Servers that asked for a pause, with its end.
    pauses: Vec<(SocketAddr, Moment)>,
    /// There is little time left for what waits: only the windows hold it back.
    hurried: bool,
}

impl Pacing {
    pub(crate) fn new() -> Self {
        Self {
            urgent: VecDeque::new(),
            unsorted: VecDeque::new(),
            lanes: Arena::new(),
            by_server: HashMap::new(),
            turns: VecDeque::new(),
            pauses: Vec::new(),
            hurried: false,
        }
    }

    /// From now on everything leaves as fast as the servers answer: an orderly stop has little time.
    pub(crate) fn hurry(&mut self) {
        self.hurried = true;
    }

    /// Puts a request into the queue.
    pub(crate) fn push(&mut self, exchange: u32, urgent: bool) {
        if urgent {
            self.urgent.push_back(exchange);
        } else {
            self.unsorted.push_back(exchange);
        }
    }

    /// Takes a request of which it has to be said where it goes, with [`Pacing::sort`].
    pub(crate) fn take_unsorted(&mut self) -> Option<u32> {
        self.unsorted.pop_front()
    }

    /// The request goes to this server.
    pub(crate) fn sort(&mut self, now: Moment, exchange: u32, server: Server) {
        let Some(id) = self.lane(now, server, None) else {
            // As many servers as requests are possible: then nobody is left to share a window with.
            self.urgent.push_back(exchange);
            return;
        };
        if let Some(lane) = self.lanes.get_mut(id.0) {
            // A queue that was emptied otherwise has kept its turn.
            if lane.waiting.is_empty() && !self.turns.contains(&id) {
                self.turns.push_back(id);
            }
            lane.waiting.push_back(exchange);
        }
    }

    /// The next request that may go now, and for which server it counts until it is known better ([`Pacing::at`]). With
    /// the gate closed only urgent ones go. Those that nobody wants any more are passed over and take nobody's turn.
    pub(crate) fn next(
        &mut self,
        now: Moment,
        gate_open: bool,
        is_wanted: impl Fn(u32) -> bool,
    ) -> Option<(u32, Option<LaneId>)> {
        while let Some(exchange) = self.urgent.pop_front() {
            if is_wanted(exchange) {
                return Some((exchange, None));
            }
        }
        if !gate_open {
            return None;
        }
        for _ in 0..self.turns.len() {
            let id = self.turns.pop_front()?;
            let Some(lane) = self.lanes.get_mut(id.0) else {
                continue;
            };
            while lane
                .waiting
                .front()
                .is_some_and(|exchange| !is_wanted(*exchange))
            {
                lane.waiting.pop_front();
            }
            if lane.waiting.is_empty() {
                continue;
            }
            let next = if lane.take(now, self.hurried) {
                lane.waiting.pop_front()
            } else {
                None
            };
            if !lane.waiting.is_empty() {
                self.turns.push_back(id);
            }
            if let Some(exchange) = next {
                return Some((exchange, Some(id)));
            }
        }
        None
    }

    /// When to look again, if only time is in the way.
    pub(crate) fn wake_at(&self, now: Moment, gate_open: bool) -> Option<Moment> {
        if !gate_open {
            return None;
        }
        let lanes = self.turns.iter().filter_map(|id| self.lanes.get(id.0));
        lanes.filter_map(|lane| lane.wake_at(now)).min()
    }

    /// A request that counted for `before` leaves for this address; the answer is what it counts for from now on.
    pub(crate) fn at(
        &mut self,
        now: Moment,
        before: Option<LaneId>,
        address: SocketAddr,
    ) -> Option<LaneId> {
        let lane = self.lane(now, Server::Found(address), before);
        if lane != before {
            if let Some(lane) = lane.and_then(|id| self.lanes.get_mut(id.0)) {
                lane.join(now);
            }
            self.done(before);
        }
        lane
    }

    /// Whether a request that counts for `before` would be one too many at this address. Those that waited for the
    /// connection under several names of a server leave together when it is there, and others may be out by then.
    pub(crate) fn is_full(&self, before: Option<LaneId>, address: SocketAddr) -> bool {
        let id = self.by_server.get(&Server::Found(address));
        // Who counts for nobody is urgent and waits for nobody.
        let Some(id) = id.filter(|id| before.is_some_and(|before| before != **id)) else {
            return false;
        };
        self.lanes.get(id.0).is_some_and(Lane::is_full)
    }

    /// A request is over.
    pub(crate) fn done(&mut self, lane: Option<LaneId>) {
        if let Some(lane) = lane.and_then(|id| self.lanes.get_mut(id.0)) {
            lane.leave();
        }
    }

    /// A final answer came after `took`.
    pub(crate) fn answered(
        &mut self,
        now: Moment,
        lane: Option<LaneId>,
        code: u16,
        took: Duration,
    ) {
        if code == 503 {
            self.lost(now, lane);
        } else if code < 300
            && let Some(lane) = lane.and_then(|id| self.lanes.get_mut(id.0))
        {
            lane.served(now, took);
        }
    }

    /// A request got no answer.
    pub(crate) fn lost(&mut self, now: Moment, lane: Option<LaneId>) {
        if let Some(lane) = lane.and_then(|id| self.lanes.get_mut(id.0)) {
            lane.suffered(now);
        }
    }

    /// What waits for this server may have to go elsewhere now: it is sorted again.
    pub(crate) fn sort_again(&mut self, server: &Server) {
        let lane = self.by_server.get(server);
        if let Some(lane) = lane.and_then(|id| self.lanes.get_mut(id.0)) {
            self.unsorted.append(&mut lane.waiting);
        }
    }

    /// Takes what waits for this server out of its queue.
    pub(crate) fn take_waiting(&mut self, server: &Server) -> VecDeque<u32> {
        let lane = self.by_server.get(server);
        let lane = lane.and_then(|id| self.lanes.get_mut(id.0));
        lane.map(|lane| std::mem::take(&mut lane.waiting))
            .unwrap_or_default()
    }

    /// A connection was opened, which may be the one that several names stand for: what waits for a server of which only
    /// the name is known is sorted again, so that one server does not get the pace of two.
    pub(crate) fn sort_named_again(&mut self) {
        for id in &self.turns {
            if let Some(lane) = self.lanes.get_mut(id.0)
                && matches!(lane.server, Server::Named(_))
            {
                self.unsorted.append(&mut lane.waiting);
            }
        }
    }

    /// The server at this address, or every one, is met anew: after the loss of a connection, or on another network.
    pub(crate) fn start_over(&mut self, now: Moment, address: Option<SocketAddr>) {
        let known = self
            .by_server
            .iter()
            .filter(|(server, _)| address.is_none_or(|address| **server == Server::Found(address)));
        for (_, id) in known {
            if let Some(lane) = self.lanes.get_mut(id.0) {
                lane.start_over(now);
            }
        }
    }

    /// A server wants to be left alone for a while (503 with Retry-After, EV-040).
    pub(crate) fn pause(&mut self, server: SocketAddr, until: Moment) {
        self.pauses.retain(|(other, _)| *other != server);
        if self.pauses.len() >= limits::PAUSES {
            self.pauses.remove(0);
        }
        self.pauses.push((server, until));
    }

    /// How long a server still wants to be left alone.
    pub(crate) fn paused(&mut self, now: Moment, server: SocketAddr) -> Option<Duration> {
        self.pauses.retain(|(_, until)| *until > now);
        let (_, until) = self.pauses.iter().find(|(other, _)| *other == server)?;
        Some(until.saturating_since(now))
    }

    /// How many servers have a pace of their own.
    pub(crate) fn servers(&self) -> usize {
        self.by_server.len()
    }

    /// Forgets all pauses: a person asked for another try.
    pub(crate) fn forget_pauses(&mut self) {
        self.pauses.clear();
    }

    /// The lane of a server; a new one knows what is known under the name it had `before`.
    fn lane(&mut self, now: Moment, server: Server, before: Option<LaneId>) -> Option<LaneId> {
        if let Some(id) = self.by_server.get(&server) {
            return Some(*id);
        }
        if self.by_server.len() >= limits::SERVERS {
            self.forget_idle();
        }
        let before = before.and_then(|id| self.lanes.get(id.0));
        let lane = match before {
            Some(before) if matches!(before.server, Server::Named(_)) => {
                before.renamed(server.clone())
            }
            _ => Lane::new(now, server.clone()),
        };
        let id = LaneId(self.lanes.insert(lane)?);
        self.by_server.insert(server, id);
        Some(id)
    }

    fn forget_idle(&mut self) {
        let Self {
            lanes,
            by_server,
            turns,
            ..
        } = self;
        by_server.retain(|_, id| {
            let idle = lanes.get(id.0).is_none_or(Lane::is_idle);
            if idle {
                lanes.remove(id.0);
            }
            !idle
        });
        turns.retain(|id| lanes.get(id.0).is_some());
    }
}
