//! How many requests are out at a time and how fast new ones follow, by what the servers' answers say (RB-008).

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::time::Duration;

use super::Moment;
use super::limits;

/// The queue of requests that are ready to go, with a window and a rate.
#[derive(Debug)]
pub(crate) struct Pacing {
    /// REGISTER, and everything during an orderly stop.
    urgent: VecDeque<u32>,
    waiting: VecDeque<u32>,
    outstanding: usize,
    /// Requests a second.
    rate: f64,
    tokens: f64,
    refilled: Moment,
    adapted: Moment,
    /// Servers that asked for a pause, with its end.
    pauses: Vec<(SocketAddr, Moment)>,
}

impl Pacing {
    pub(crate) fn new() -> Self {
        Self {
            urgent: VecDeque::new(),
            waiting: VecDeque::new(),
            outstanding: 0,
            rate: FIRST_RATE,
            tokens: BURST,
            refilled: Moment::ZERO,
            adapted: Moment::ZERO,
            pauses: Vec::new(),
        }
    }

    /// Puts a request into the queue.
    pub(crate) fn push(&mut self, exchange: u32, urgent: bool) {
        if urgent {
            self.urgent.push_back(exchange);
        } else {
            self.waiting.push_back(exchange);
        }
    }

    /// The next request that may go now. With the gate closed only urgent ones go. Those that nobody wants any more are
    /// passed over and take nobody's turn.
    pub(crate) fn next(
        &mut self,
        now: Moment,
        gate_open: bool,
        is_wanted: impl Fn(u32) -> bool,
    ) -> Option<u32> {
        for queue in [&mut self.urgent, &mut self.waiting] {
            while queue.front().is_some_and(|exchange| !is_wanted(*exchange)) {
                queue.pop_front();
            }
        }
        if let Some(exchange) = self.urgent.pop_front() {
            self.outstanding += 1;
            return Some(exchange);
        }
        if !gate_open || self.waiting.is_empty() || self.outstanding >= limits::WINDOW {
            return None;
        }
        self.refill(now);
        if self.tokens < 1.0 {
            return None;
        }
        self.tokens -= 1.0;
        self.outstanding += 1;
        self.waiting.pop_front()
    }

    /// When to look again, if only time is in the way.
    pub(crate) fn wake_at(&self, now: Moment, gate_open: bool) -> Option<Moment> {
        if !gate_open || self.waiting.is_empty() || self.outstanding >= limits::WINDOW {
            return None;
        }
        let missing = (1.0 - self.tokens).max(0.0) / self.rate;
        let wait = Duration::from_secs_f64(missing).max(Duration::from_millis(1));
        Some(now.max(self.refilled) + wait)
    }

    /// A request that was taken from the queue is over.
    pub(crate) fn done(&mut self) {
        self.outstanding = self.outstanding.saturating_sub(1);
    }

    /// An answer came after `took`: quick 2xx double the rate every 50 ms, a 503 halves it.
    pub(crate) fn answered(&mut self, now: Moment, code: u16, took: Duration) {
        if code == 503 {
            self.lost(now);
        } else if code < 300
            && took <= QUICK
            && !self.waiting.is_empty()
            && now.saturating_since(self.adapted) >= QUICK
        {
            self.refill(now);
            self.adapted = now;
            self.rate = (self.rate * 2.0).min(LARGEST_RATE);
        }
    }

    /// A request got no answer.
    pub(crate) fn lost(&mut self, now: Moment) {
        if now.saturating_since(self.adapted) >= QUICK {
            self.refill(now);
            self.adapted = now;
            self.rate = (self.rate / 2.0).max(SMALLEST_RATE);
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

    /// Forgets all pauses: a person asked for another try.
    pub(crate) fn forget_pauses(&mut self) {
        self.pauses.clear();
    }

    fn refill(&mut self, now: Moment) {
        let passed = now.saturating_since(self.refilled).as_secs_f64();
        self.refilled = now.max(self.refilled);
        let most = (self.rate / 10.0).max(BURST);
        self.tokens = (self.tokens + passed * self.rate).min(most);
    }
}

const FIRST_RATE: f64 = 20.0;
const SMALLEST_RATE: f64 = 1.0;
/// The window of outstanding requests is what holds a flood back at the end; this only bounds the doubling.
const LARGEST_RATE: f64 = 50_000.0;
/// So many go at once after a pause.
const BURST: f64 = 5.0;
const QUICK: Duration = Duration::from_millis(50);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::testing::at;

    #[test]
    fn rb_008_the_rate_starts_low_and_grows_with_quick_answers() {
        let mut pacing = Pacing::new();
        for exchange in 0..1000 {
            pacing.push(exchange, false);
        }
        let mut now = at(100);
        let mut sent = 0;
        for _ in 0..20 {
            while pacing.next(now, true, |_| true).is_some() {
                sent += 1;
                pacing.done();
            }
            now += Duration::from_millis(50);
        }
        assert!((20..=30).contains(&sent), "{sent}");
        for _ in 0..4 {
            now += Duration::from_millis(50);
            pacing.answered(now, 200, Duration::from_millis(3));
        }
        assert!((pacing.rate - 320.0).abs() < 1.0);
        pacing.answered(now + Duration::from_millis(60), 503, Duration::ZERO);
        assert!((pacing.rate - 160.0).abs() < 1.0);
    }

    #[test]
    fn rb_008_the_window_is_bounded() {
        let mut pacing = Pacing::new();
        for exchange in 0..100 {
            pacing.push(exchange, false);
        }
        let mut sent = 0;
        for second in 0..60 {
            while pacing.next(at(second), true, |_| true).is_some() {
                sent += 1;
            }
        }
        assert_eq!(sent, limits::WINDOW);
        assert_eq!(pacing.wake_at(at(60), true), None);
        pacing.done();
        assert!(pacing.next(at(61), true, |_| true).is_some());
    }

    #[test]
    fn the_gate_holds_back_all_but_urgent_ones() {
        let mut pacing = Pacing::new();
        pacing.push(1, false);
        pacing.push(2, true);
        assert_eq!(pacing.next(at(1), false, |_| true), Some(2));
        assert_eq!(pacing.next(at(1), false, |_| true), None);
        assert_eq!(pacing.next(at(1), true, |_| true), Some(1));
    }

    #[test]
    fn those_that_nobody_wants_any_more_take_nobodys_turn() {
        let mut pacing = Pacing::new();
        for exchange in 0..1000 {
            pacing.push(exchange, false);
        }
        pacing.push(1000, true);
        assert_eq!(pacing.next(at(1), true, |id| id == 999), Some(999));
        assert_eq!(pacing.next(at(1), true, |_| true), None);
        assert_eq!(pacing.wake_at(at(1), true), None);
    }

    #[test]
    fn ev_040_a_server_is_left_alone() {
        let mut pacing = Pacing::new();
        let server = "192.0.2.9:5060".parse().unwrap();
        pacing.pause(server, at(60));
        assert_eq!(pacing.paused(at(20), server), Some(Duration::from_secs(40)));
        assert_eq!(pacing.paused(at(60), server), None);
    }
}
