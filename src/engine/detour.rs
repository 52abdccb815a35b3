//! The way back to a better server.
//!
//! A next hop may be served by a lesser server: the better one failed (RFC 3263 §4.3), or nobody could say where it is. It
//! is looked for again with a request that is due anyway:
//! - After ten to fifteen minutes at the earliest, which is longer than a server that failed is avoided; each client
//!   draws its own moment, so that not all come back at once.
//! - In vain, or when the better server fails again before it has stood for as long as the last pause, the next pause is
//!   twice as long, up to four hours. So two servers never toss a client to and fro.
//! - REGISTER leads: it is refreshed for this purpose if it is not due before, and what it finds is the way of all
//!   further requests. Where nothing is registered, any request outside of a transaction does.
//! - The flow to the lesser server stays until a better one is there, and then for the dialogs that began on it; a search
//!   that fails changes nothing.

use std::collections::HashMap;
use std::time::Duration;

use super::engine::Engine;
use super::entropy::Entropy;
use super::{Moment, NextHop, limits};

/// The next hops that are, or lately were, served by a lesser server.
#[derive(Debug, Default)]
pub(crate) struct Detours {
    by_hop: HashMap<NextHop, Detour>,
}

#[derive(Debug)]
struct Detour {
    /// The last pause, at its shortest.
    pause: Duration,
    state: State,
}

#[derive(Debug, Clone, Copy)]
enum State {
    /// Served by a lesser server; the better ones are looked for from this moment on.
    Away(Moment),
    /// Served by the best since then.
    Back(Moment),
}

impl Detours {
    /// A next hop is served, by a lesser server (`away`) or by one of the best.
    pub(crate) fn served(
        &mut self,
        now: Moment,
        next_hop: &NextHop,
        away: bool,
        entropy: &mut Entropy,
    ) {
        let known = self.by_hop.get_mut(next_hop);
        if !away {
            if let Some(detour) = known
                && matches!(detour.state, State::Away(_))
            {
                detour.state = State::Back(now);
            }
            return;
        }
        let pause = match known.map(|detour| (detour.state, detour.pause)) {
            // The same server on a new connection.
            Some((State::Away(until), _)) if now < until => return,
            Some((State::Back(since), pause)) if now.saturating_since(since) > pause => SHORTEST,
            Some((_, pause)) => (pause * 2).min(LONGEST),
            None => SHORTEST,
        };
        if self.by_hop.len() >= limits::HOPS {
            self.by_hop.clear();
        }
        let until = now + entropy.between(pause, pause + pause / 2);
        let state = State::Away(until);
        self.by_hop
            .insert(next_hop.clone(), Detour { pause, state });
    }

    /// When better servers of a next hop are looked for at the earliest, if it is served by a lesser one.
    pub(crate) fn look_at(&self, next_hop: &NextHop) -> Option<Moment> {
        match self.by_hop.get(next_hop)?.state {
            State::Away(until) => Some(until),
            State::Back(_) => None,
        }
    }

    /// Whether they are to be looked for now.
    pub(crate) fn is_due(&self, now: Moment, next_hop: &NextHop) -> bool {
        self.look_at(next_hop).is_some_and(|at| at <= now)
    }

    /// On another network the servers are reached anew.
    pub(crate) fn forget(&mut self) {
        self.by_hop.clear();
    }
}

impl Engine {
    /// When better servers of a next hop are looked for at the earliest; `None` while it is served by one of the best.
    pub fn better_server_at(&self, next_hop: &NextHop) -> Option<Moment> {
        self.detours.look_at(next_hop)
    }
}

const SHORTEST: Duration = Duration::from_secs(10 * 60);
const LONGEST: Duration = Duration::from_secs(4 * 3600);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::testing::{at, entropy};

    fn hop(host: &str) -> NextHop {
        NextHop {
            host: host.to_owned(),
            port: None,
            transport: None,
            secure: false,
            identity: host.to_owned(),
        }
    }

    #[test]
    fn each_pause_in_vain_is_longer_and_all_have_an_end() {
        let (mut detours, mut entropy, hop) = (Detours::default(), entropy(7), hop("example.com"));
        let mut now = at(0);
        for minutes in [10, 20, 40, 80, 160, 240, 240] {
            detours.served(now, &hop, true, &mut entropy);
            let until = detours.look_at(&hop).unwrap();
            let pause = until.saturating_since(now).as_secs();
            assert!((minutes * 60..=minutes * 90).contains(&pause), "{pause}");
            assert!(!detours.is_due(now, &hop) && detours.is_due(until, &hop));
            now = until;
        }
    }

    #[test]
    fn a_new_connection_to_the_same_server_moves_nothing() {
        let (mut detours, mut entropy, hop) = (Detours::default(), entropy(7), hop("example.com"));
        detours.served(at(0), &hop, true, &mut entropy);
        let until = detours.look_at(&hop);
        detours.served(at(300), &hop, true, &mut entropy);
        assert_eq!(detours.look_at(&hop), until);
    }

    #[test]
    fn a_server_that_has_stood_long_enough_is_trusted_again() {
        for (stood, minutes) in [(599, 20), (601, 10)] {
            let (mut detours, mut entropy) = (Detours::default(), entropy(7));
            let hop = hop("example.com");
            detours.served(at(0), &hop, true, &mut entropy);
            detours.served(at(1000), &hop, false, &mut entropy);
            assert_eq!(detours.look_at(&hop), None);
            detours.served(at(1000 + stood), &hop, true, &mut entropy);
            let pause = detours.look_at(&hop).unwrap();
            let pause = pause.saturating_since(at(1000 + stood)).as_secs();
            assert!((minutes * 60..=minutes * 90).contains(&pause), "{pause}");
        }
    }

    #[test]
    fn who_was_always_served_well_leaves_no_trace_and_there_is_a_bound() {
        let (mut detours, mut entropy) = (Detours::default(), entropy(7));
        detours.served(at(0), &hop("example.com"), false, &mut entropy);
        assert!(detours.by_hop.is_empty());
        for n in 0..3 * limits::HOPS {
            detours.served(at(0), &hop(&format!("{n}.example.com")), true, &mut entropy);
        }
        assert!(detours.by_hop.len() <= limits::HOPS);
        detours.forget();
        assert!(detours.by_hop.is_empty());
    }
}
