//! No more than the paced rate (RB-008), told independently of the engine: an upper bound that knows nothing of the
//! halvings.

use std::collections::VecDeque;
use std::time::Duration;

use siskin::engine::{Moment, limits};

use crate::world::branch::ByBranch;

/// What may be sent.
pub(super) struct Pace {
    rate: f64,
    tokens: f64,
    filled: Moment,
    doubled: Moment,
    used: Moment,
    /// Requests without a final answer, and since when.
    open: ByBranch<Moment>,
    /// Those that wait for nobody; their answers count, too.
    urgent: ByBranch<Moment>,
    /// The requests of the last minute, to tell those that are sent again.
    known: ByBranch<bool>,
    sent: VecDeque<(Moment, u64)>,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            rate: FIRST_RATE,
            tokens: BURST,
            filled: Moment::ZERO,
            doubled: Moment::ZERO,
            used: Moment::ZERO,
            open: ByBranch::default(),
            urgent: ByBranch::default(),
            known: ByBranch::default(),
            sent: VecDeque::new(),
        }
    }
}

impl Pace {
    pub(super) fn start_over(&mut self) {
        self.open.clear();
        self.rate = FIRST_RATE;
        self.tokens = BURST;
        self.doubled = Moment::ZERO;
    }

    /// Whether it is a new one; those are counted unless they are `urgent`.
    pub(super) fn request(&mut self, now: Moment, branch: u64, urgent: bool) -> bool {
        while let Some((at, branch)) = self.sent.front().copied()
            && at + TRANSACTION <= now
        {
            self.sent.pop_front();
            self.known.remove(&branch);
            self.open.remove(&branch);
            self.urgent.remove(&branch);
        }
        if self.known.insert(branch, urgent).is_some() {
            return false;
        }
        self.sent.push_back((now, branch));
        self.fill(now);
        self.used = now;
        if urgent {
            self.urgent.insert(branch, now);
            return true;
        }
        self.open.insert(branch, now);
        self.tokens -= 1.0;
        let (tokens, rate) = (self.tokens, self.rate);
        assert!(
            tokens > -1.5,
            "too fast: {tokens} with {rate} a second at {now:?}"
        );
        true
    }

    /// Whether more are without an answer than the window has. Some of them may be of subscriptions that have ended or
    /// begun anew meanwhile: nobody waits for those any more.
    pub(super) fn is_crowded(&self) -> bool {
        self.open.len() > limits::WINDOW
    }

    /// An answer has come.
    pub(super) fn response(&mut self, now: Moment, branch: u64, code: u16) {
        if code < 200 {
            return;
        }
        let urgent = self.urgent.remove(&branch);
        let Some(at) = self.open.remove(&branch).or(urgent) else {
            return;
        };
        if code == 401 {
            // The same once more with credentials keeps its place.
            self.tokens += 1.0;
        }
        let quick = now.saturating_since(at) <= QUICK;
        if code < 300 && quick && now.saturating_since(self.doubled) >= QUICK {
            self.fill(now);
            self.rate = (self.rate * 2.0).min(LARGEST);
            self.doubled = now;
        }
    }

    /// Time has leapt: what was out is given up or goes once more, after what has been saved meanwhile.
    pub(super) fn leapt(&mut self) {
        self.flow_lost();
        self.flow_opened();
        self.doubled = Moment::ZERO;
    }

    /// A new flow is met with a first burst.
    pub(super) fn flow_opened(&mut self) {
        self.tokens += BURST;
    }

    /// What was out on a flow that died goes once more and keeps its place.
    #[expect(clippy::cast_precision_loss, reason = "a window of requests")]
    pub(super) fn flow_lost(&mut self) {
        self.tokens += self.open.len() as f64;
        self.open.clear();
    }

    fn fill(&mut self, now: Moment) {
        if now.saturating_since(self.used) >= FORGOTTEN {
            self.rate = self.rate.min(FIRST_RATE);
            self.doubled = Moment::ZERO;
        }
        let passed = now.saturating_since(self.filled).as_secs_f64();
        self.filled = now;
        // What was granted beyond the bucket is kept until it is used.
        let most = (self.rate / 10.0).max(BURST).max(self.tokens);
        self.tokens = (self.tokens + passed * self.rate).min(most);
    }
}

/// Requests a second at first.
const FIRST_RATE: f64 = 20.0;
const LARGEST: f64 = 50_000.0;
const BURST: f64 = 5.0;
const QUICK: Duration = Duration::from_millis(50);
const FORGOTTEN: Duration = Duration::from_secs(10);
/// Timer F.
const TRANSACTION: Duration = Duration::from_secs(32);
