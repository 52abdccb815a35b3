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

    /// When a moment to come is on the wall.
    pub(super) fn wall_at(self, moment: Moment) -> Timestamp {
        let left = moment.saturating_since(self.moment);
        self.wall.saturating_add(left).unwrap_or(Timestamp::MAX)
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

/// The instant of a time on the wall, as the clocks stand now.
pub(super) fn instant_at(wall: Timestamp) -> Instant {
    let left = wall.duration_since(Timestamp::now());
    Instant::now() + Duration::try_from(left).unwrap_or_default().min(FAR)
}

/// Notices that the machine slept: while it does, the wall clock goes on and the other stands still. A person who sets
/// the clock forward looks the same; to look after the connections then does no harm.
#[derive(Debug, Clone, Copy)]
pub(super) struct SleepWatch {
    last: Now,
}

impl SleepWatch {
    /// Begins awake.
    pub(super) fn new(now: Now) -> Self {
        Self { last: now }
    }

    /// When to look again.
    pub(super) fn due(self) -> Moment {
        self.last.moment + LOOK
    }

    /// Looks; whether the machine slept since the last time.
    pub(super) fn slept(&mut self, now: Now) -> bool {
        let awake = now.moment.saturating_since(self.last.moment);
        let passed = now.wall.duration_since(self.last.wall);
        self.last = now;
        Duration::try_from(passed).is_ok_and(|passed| passed > awake + DRIFT)
    }
}

/// Timers are not set farther than this: a year.
const FAR: Duration = Duration::from_secs(366 * 24 * 3600);
/// How often a watch looks.
const LOOK: Duration = Duration::from_secs(10);
/// Shorter sleeps harm nothing: every transaction outlives them.
const DRIFT: Duration = Duration::from_secs(20);

#[cfg(test)]
mod tests {
    use super::*;

    fn at(awake: u64, wall: i64) -> Now {
        Now {
            moment: Moment::from_start(Duration::from_secs(awake)),
            wall: Timestamp::from_second(wall).unwrap(),
        }
    }

    #[test]
    fn ev_093_a_sleep_shows_between_the_clocks() {
        let mut watch = SleepWatch::new(at(100, 5000));
        assert_eq!(watch.due(), at(110, 0).moment);
        assert!(!watch.slept(at(110, 5010)));
        // Eight hours with the lid shut, of which the engine's clock knows nothing.
        assert!(watch.slept(at(120, 5020 + 8 * 3600)));
        assert!(!watch.slept(at(130, 5030 + 8 * 3600)));
    }

    #[test]
    fn rb_010_a_clock_that_is_set_back_or_a_busy_machine_is_no_sleep() {
        let mut watch = SleepWatch::new(at(100, 5000));
        assert!(!watch.slept(at(110, 1000)));
        assert!(!watch.slept(at(500, 1390)));
        assert!(!watch.slept(at(510, 1415)));
    }
}
