//! When what could not be done is tried again.

use std::time::Duration;

use crate::engine::Moment;

/// A growing wait.
#[derive(Debug, Default)]
pub(super) struct Again {
    at: Option<Moment>,
    tries: u32,
}

impl Again {
    /// It has failed: it is tried again later, each time after a longer while.
    pub(super) fn later(&mut self, now: Moment) {
        if self.at.is_some_and(|at| at > now) {
            return;
        }
        let wait = FIRST.saturating_mul(1 << self.tries.min(10)).min(LONGEST);
        self.at = Some(now + wait);
        self.tries += 1;
    }

    /// It went well.
    pub(super) fn reset(&mut self) {
        *self = Self::default();
    }

    /// Whether it is time. Says so once.
    pub(super) fn is_due(&mut self, now: Moment) -> bool {
        let due = self.at.is_some_and(|at| at <= now);
        if due {
            self.at = None;
        }
        due
    }

    /// When it is time.
    pub(super) fn at(&self) -> Option<Moment> {
        self.at
    }
}

const FIRST: Duration = Duration::from_secs(5);
const LONGEST: Duration = Duration::from_secs(15 * 60);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_wait_is_longer_and_none_is_endless() {
        let at = |seconds| Moment::from_start(Duration::from_secs(seconds));
        let mut again = Again::default();
        assert!(!again.is_due(at(0)));
        again.later(at(0));
        again.later(at(1));
        assert_eq!(again.at(), Some(at(5)), "one wait for all that wait");
        assert!(!again.is_due(at(4)) && again.is_due(at(5)) && !again.is_due(at(5)));
        again.later(at(5));
        assert_eq!(again.at(), Some(at(15)));
        for hour in 1..20 {
            assert!(again.is_due(at(hour * 3600)));
            again.later(at(hour * 3600));
        }
        assert_eq!(again.at(), Some(at(19 * 3600 + 900)));
        again.reset();
        again.later(at(7));
        assert_eq!(again.at(), Some(at(12)));
    }
}
