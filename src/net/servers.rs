//! Which server was chosen for each next hop, and why.

use std::time::{Duration, Instant};

use super::resolve::{Located, Target};
use super::{limits, shared::Shared};
use crate::engine::{Flow, NextHop};

/// The server that a next hop came to, and the way that led to it. For health, logs and diagnosis.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// What was looked for.
    pub next_hop: NextHop,
    /// The server that took the connection, or to which datagrams go.
    pub target: Target,
    /// All its alternatives, the questions and their answers.
    pub located: Located,
    /// How long ago that was.
    pub age: Duration,
}

impl Server {
    /// How many servers were passed over: they failed now, or a moment before.
    pub fn passed_over(&self) -> usize {
        let targets = &self.located.targets;
        targets
            .iter()
            .position(|target| *target == self.target)
            .unwrap_or_default()
    }

    /// How long the DNS records are still valid; `None` where nothing says so.
    pub fn valid_left(&self) -> Option<Duration> {
        Some(self.located.valid_for?.saturating_sub(self.age))
    }
}

/// The latest choices, the oldest first.
#[derive(Debug, Default)]
pub(super) struct Servers {
    chosen: Vec<(NextHop, Target, Located, Instant)>,
    /// Domains that no longer offer TLS, until somebody is told.
    downgraded: Vec<String>,
}

impl Servers {
    fn remember(&mut self, next_hop: &NextHop, target: Target, located: Located) {
        self.chosen.retain(|(other, ..)| other != next_hop);
        if self.chosen.len() >= limits::REMEMBERED_SERVERS {
            self.chosen.remove(0);
        }
        self.chosen
            .push((next_hop.clone(), target, located, Instant::now()));
    }

    fn list(&self) -> Vec<Server> {
        self.chosen
            .iter()
            .map(|(next_hop, target, located, since)| Server {
                next_hop: next_hop.clone(),
                target: *target,
                located: located.clone(),
                age: since.elapsed(),
            })
            .collect()
    }
}

impl Shared {
    /// Keeps that a domain no longer offers TLS, where the DNS says so.
    pub(super) fn compared(&self, next_hop: &NextHop, located: &Located) {
        if !located.downgraded {
            return;
        }
        self.servers(|servers| {
            let domains = &mut servers.downgraded;
            if domains.len() < limits::REMEMBERED_DOMAINS && !domains.contains(&next_hop.host) {
                domains.push(next_hop.host.clone());
            }
        });
    }

    /// Hands out what was kept so.
    pub(super) fn downgraded(&self) -> Vec<String> {
        self.servers(|servers| std::mem::take(&mut servers.downgraded))
    }

    /// Remembers what a next hop came to.
    pub(super) fn chosen(&self, next_hop: &NextHop, flow: Flow, located: Located) {
        let target = Target {
            address: flow.remote,
            transport: flow.transport,
        };
        let place = located.targets.iter().position(|other| *other == target);
        tracing::debug!(
            host = %next_hop.host,
            server = %target.address,
            transport = target.transport.via_token(),
            place,
            of = located.targets.len(),
            "server chosen"
        );
        self.servers(|servers| servers.remember(next_hop, target, located));
    }

    /// What every next hop came to.
    pub(super) fn chosen_servers(&self) -> Vec<Server> {
        self.servers(|servers| servers.list())
    }
}
