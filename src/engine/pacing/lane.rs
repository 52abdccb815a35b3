//! The requests for one server: those that wait, those that are out, and how fast they may follow each other.

use std::collections::VecDeque;
use std::time::Duration;

use super::Server;
use crate::engine::{Moment, limits};

/// One server's queue with its window and its rate.
#[derive(Debug)]
pub(super) struct Lane {
    pub(super) server: Server,
    pub(super) waiting: VecDeque<u32>,
    outstanding: usize,
    /// Requests a second.
    rate: f64,
    tokens: f64,
    refilled: Moment,
    adapted: Moment,
    /// When a request last left.
    used: Moment,
}

impl Lane {
    /// A server of which nothing is known yet.
    pub(super) fn new(now: Moment, server: Server) -> Self {
        Self {
            server,
            waiting: VecDeque::new(),
            outstanding: 0,
            rate: FIRST_RATE,
            tokens: BURST,
            refilled: now,
            adapted: now,
            used: now,
        }
    }

    /// The same server under another name: what was learnt of it, without its requests.
    pub(super) fn renamed(&self, server: Server) -> Self {
        Self {
            server,
            waiting: VecDeque::new(),
            outstanding: 0,
            ..*self
        }
    }

    /// Takes the right to send one request, if there is one; if it is `hurried`, at any rate.
    pub(super) fn take(&mut self, now: Moment, hurried: bool) -> bool {
        if self.is_full() {
            return false;
        }
        self.refill(now);
        if self.tokens < 1.0 && !hurried {
            return false;
        }
        self.tokens = (self.tokens - 1.0).max(0.0);
        self.used = now;
        self.outstanding += 1;
        true
    }

    /// One more request is out that took nobody's turn: an urgent one, or one that came from another server.
    pub(super) fn join(&mut self, now: Moment) {
        // A long rest before it is not forgotten.
        self.refill(now);
        self.used = now;
        self.outstanding += 1;
    }

    /// A request is over, or has gone to another server.
    pub(super) fn leave(&mut self) {
        self.outstanding = self.outstanding.saturating_sub(1);
    }

    /// When the next request may go, if only time is in its way.
    pub(super) fn wake_at(&self, now: Moment) -> Option<Moment> {
        if self.waiting.is_empty() || self.is_full() {
            return None;
        }
        let missing = (1.0 - self.tokens).max(0.0) / self.rate;
        let wait = Duration::from_secs_f64(missing).max(Duration::from_millis(1));
        Some(now.max(self.refilled) + wait)
    }

    /// A 2xx came after `took`: quick ones double the rate every 50 ms while there is more to send. A slow server gets no
    /// more than the first rate, but comes back to it after losses.
    pub(super) fn served(&mut self, now: Moment, took: Duration) {
        let passed = now.saturating_since(self.adapted);
        if took <= QUICK && !self.waiting.is_empty() {
            if passed >= QUICK {
                self.adapt(now, (self.rate * 2.0).min(LARGEST_RATE));
            }
        } else if self.rate < FIRST_RATE && passed >= SLOW {
            self.adapt(now, (self.rate + SMALLEST_RATE).min(FIRST_RATE));
        }
    }

    /// A request got no answer, or a 503: the rate is halved.
    pub(super) fn suffered(&mut self, now: Moment) {
        if now.saturating_since(self.adapted) >= QUICK {
            self.adapt(now, (self.rate / 2.0).max(SMALLEST_RATE));
        }
    }

    /// The server, or the way to it, is a new one: what was learnt before may be wrong.
    pub(super) fn start_over(&mut self, now: Moment) {
        self.refill(now);
        self.rate = self.rate.min(FIRST_RATE);
        self.tokens = self.tokens.min(BURST);
    }

    /// Whether nothing would be lost with it but what was learnt.
    pub(super) fn is_idle(&self) -> bool {
        self.waiting.is_empty() && self.outstanding == 0
    }

    /// Whether no more may be out.
    pub(super) fn is_full(&self) -> bool {
        self.outstanding >= self.window()
    }

    #[cfg(test)]
    pub(super) fn rate(&self) -> f64 {
        self.rate
    }

    /// How many requests may be out. One is enough to open a connection; those that waited for it with the first would all
    /// leave in one moment when it is there.
    fn window(&self) -> usize {
        match self.server {
            Server::Named(_) => 1,
            Server::Found(_) => limits::WINDOW,
        }
    }

    fn adapt(&mut self, now: Moment, rate: f64) {
        self.refill(now);
        self.adapted = now;
        self.rate = rate;
    }

    fn refill(&mut self, now: Moment) {
        if now.saturating_since(self.used) >= FORGOTTEN {
            // It was quick once; what it stands now has to be found out again.
            self.rate = self.rate.min(FIRST_RATE);
        }
        let passed = now.saturating_since(self.refilled).as_secs_f64();
        self.refilled = now.max(self.refilled);
        let most = (self.rate / 10.0).max(BURST);
        self.tokens = (self.tokens + passed * self.rate).min(most);
    }
}

pub(super) const FIRST_RATE: f64 = 20.0;
pub(super) const SMALLEST_RATE: f64 = 1.0;
/// The window of outstanding requests is what holds a flood back at the end; this only bounds the doubling.
const LARGEST_RATE: f64 = 50_000.0;
/// So many go at once after a pause.
const BURST: f64 = 5.0;
pub(super) const QUICK: Duration = Duration::from_millis(50);
/// Below the first rate, so often one request a second is added.
const SLOW: Duration = Duration::from_secs(1);
/// A server to which nothing went for so long is met with the first rate again.
const FORGOTTEN: Duration = Duration::from_secs(10);
