//! Which server was chosen for each next hop, and why.

use std::fmt;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use super::resolve::{Located, Missing, Target};
use super::{limits, shared::Shared};
use crate::engine::{Flow, FlowError, NextHop};

/// The server that a next hop came to, and the way that led to it. For health, logs and diagnosis.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// What was looked for.
    pub next_hop: NextHop,
    /// The server that took the connection, or to which datagrams go.
    pub target: Target,
    /// All its alternatives, the questions and their answers.
    pub located: Located,
    /// What comes before it, and why it was passed over.
    pub passed_over: Vec<PassedOver>,
    /// How long ago that was.
    pub age: Duration,
}

/// A server that comes before the one in use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PassedOver {
    /// Its address could not be looked up.
    Hidden {
        /// Its name.
        name: String,
        /// Why.
        missing: Missing,
    },
    /// It did not serve a moment before.
    Avoided(SocketAddr),
    /// No connection could be made to it.
    Failed(FlowError),
    /// Another was faster.
    Slow(SocketAddr),
}

/// Targets that were tried, and what became of it.
pub(super) type Failures = Vec<(Target, FlowError)>;

impl Server {
    /// The place of this server among all that are known, beginning with 1, and how many there are.
    pub fn place(&self) -> (usize, usize) {
        let hidden = self.located.hidden().count();
        let before = place(&self.located, self.target);
        let hidden_before = if before < self.located.preferred {
            0
        } else {
            hidden
        };
        let of = self.located.targets.len() + hidden;
        (before + hidden_before + 1, of)
    }

    /// How long the DNS records are still valid; `None` where nothing says so.
    pub fn valid_left(&self) -> Option<Duration> {
        Some(self.located.valid_for?.saturating_sub(self.age))
    }
}

impl PassedOver {
    /// What comes before the server at the other end of this flow.
    pub(super) fn before(
        flow: Flow,
        located: &Located,
        failures: &Failures,
        avoid: &[SocketAddr],
    ) -> Vec<Self> {
        let before = place(located, target(flow));
        let hidden = located.hidden().filter(|_| before >= located.preferred);
        let hidden = hidden.map(|(name, missing)| Self::Hidden {
            name: name.to_owned(),
            missing: missing.clone(),
        });
        let others = located.targets.iter().take(before).map(|target| {
            let failure = failures.iter().find(|(failed, _)| failed == target);
            match failure {
                Some((_, error)) => Self::Failed(error.clone()),
                None if avoid.contains(&target.address) => Self::Avoided(target.address),
                None => Self::Slow(target.address),
            }
        });
        hidden.chain(others).collect()
    }
}

impl fmt::Display for PassedOver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Hidden { name, missing } => {
                write!(f, "the address of {name} is not known now: {missing}")
            }
            Self::Avoided(address) => write!(f, "{address} did not serve a moment before"),
            Self::Failed(error) => write!(f, "{error}"),
            Self::Slow(address) => write!(f, "{address} took too long"),
        }
    }
}

fn target(flow: Flow) -> Target {
    Target {
        address: flow.remote,
        transport: flow.transport,
    }
}

/// How many targets come before this one.
fn place(located: &Located, target: Target) -> usize {
    let mut targets = located.targets.iter();
    targets
        .position(|other| *other == target)
        .unwrap_or_default()
}

/// The latest choices, the oldest first.
#[derive(Debug, Default)]
pub(super) struct Servers {
    chosen: Vec<(Server, Instant)>,
    /// Domains that no longer offer TLS, until somebody is told.
    downgraded: Vec<String>,
}

impl Servers {
    fn remember(&mut self, server: Server) {
        self.chosen
            .retain(|(other, _)| other.next_hop != server.next_hop);
        if self.chosen.len() >= limits::REMEMBERED_SERVERS {
            self.chosen.remove(0);
        }
        self.chosen.push((server, Instant::now()));
    }

    fn list(&self) -> Vec<Server> {
        let chosen = self.chosen.iter();
        chosen
            .map(|(server, since)| Server {
                age: since.elapsed(),
                ..server.clone()
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

    /// Remembers what a next hop came to. Tells whether there are better servers.
    pub(super) fn chosen(
        &self,
        next_hop: &NextHop,
        flow: Flow,
        located: Located,
        passed_over: Vec<PassedOver>,
    ) -> bool {
        let target = target(flow);
        let away = place(&located, target) >= located.preferred;
        tracing::debug!(
            host = %next_hop.host,
            server = %target.address,
            transport = target.transport.via_token(),
            of = located.targets.len(),
            "server chosen"
        );
        for passed in &passed_over {
            tracing::info!(host = %next_hop.host, "another server is used: {passed}");
        }
        self.servers(|servers| {
            servers.remember(Server {
                next_hop: next_hop.clone(),
                target,
                located,
                passed_over,
                age: Duration::ZERO,
            });
        });
        away
    }

    /// What every next hop came to.
    pub(super) fn chosen_servers(&self) -> Vec<Server> {
        self.servers(|servers| servers.list())
    }
}
