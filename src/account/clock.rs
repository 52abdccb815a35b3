//! One origin for the two clocks: the engine's, which never goes back, and the one on the wall.

use std::time::{Duration, Instant};

use jiff::Timestamp;

use crate::engine::Moment;

/// A moment on both clocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Now {
    /// For the engine.
    pub(super) moment: Moment,
    /// For people and documents.
    pub(super) wall: Timestamp,
}

impl Now {
    /// Whole seconds until a moment, rounded up: a fresh hour reads 3600.
    pub(super) fn seconds_until(self, moment: Moment) -> u64 {
        let left = moment.saturating_since(self.moment);
        left.as_secs() + u64::from(left.subsec_nanos() > 0)
    }
}

/// The clock of one run.
#[derive(Debug, Clone, Copy)]
pub(super) struct Clock {
    origin: Instant,
}

impl Clock {
    /// Starts now.
    pub(super) fn start() -> Self {
        Self {
            origin: Instant::now(),
        }
    }

    /// What time it is.
    pub(super) fn now(self) -> Now {
        Now {
            moment: Moment::from_start(self.origin.elapsed()),
            wall: Timestamp::now(),
        }
    }

    /// The instant of a moment, for timers.
    pub(super) fn instant(self, moment: Moment) -> Instant {
        self.origin + moment.since_start().min(FAR)
    }
}

/// Timers are not set farther than this: a year.
const FAR: Duration = Duration::from_secs(366 * 24 * 3600);
