//! Counts what was wrong with what came from the network, and says so without flooding the log.

use std::time::Duration;

use crate::engine::Moment;

/// Faults of others.
#[derive(Debug, Default)]
pub(super) struct Faults {
    total: u64,
    /// When the present stretch of time began, and how many faults were told of in it.
    since: Option<Moment>,
    told: u32,
    untold: u64,
}

impl Faults {
    /// Counts one, and tells of it unless there were many just before.
    pub(super) fn count(&mut self, now: Moment, tell: impl FnOnce()) {
        self.total += 1;
        let over = self
            .since
            .is_none_or(|since| now.saturating_since(since) >= STRETCH);
        if over {
            if self.untold > 0 {
                tracing::warn!(count = self.untold, "more bad input was not listed");
            }
            *self = Self {
                total: self.total,
                since: Some(now),
                told: 0,
                untold: 0,
            };
        }
        if self.told < TOLD_AT_ONCE {
            self.told += 1;
            tell();
        } else {
            self.untold += 1;
        }
    }

    /// How many there were.
    pub(super) fn total(&self) -> u64 {
        self.total
    }
}

/// The log holds no more than [`TOLD_AT_ONCE`] in this time.
const STRETCH: Duration = Duration::from_secs(10);
const TOLD_AT_ONCE: u32 = 50;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rb_005_a_flood_does_not_fill_the_log() {
        let mut faults = Faults::default();
        let mut told = 0;
        for _ in 0..10_000 {
            faults.count(Moment::ZERO, || told += 1);
        }
        assert_eq!((told, faults.total()), (TOLD_AT_ONCE, 10_000));
        faults.count(Moment::ZERO + STRETCH, || told += 1);
        assert_eq!((told, faults.total()), (TOLD_AT_ONCE + 1, 10_001));
    }
}
