//! What readings mean (RFC 4480 section 3.14): two states, and no word of anything in between.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::{Attendance, Policy};

/// What is known at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Reading {
    /// How long ago keyboard and mouse were last used.
    pub(super) idle: Duration,
    /// Whether the screen is locked.
    pub(super) locked: bool,
}

/// Makes of readings what is told of them.
#[derive(Debug)]
pub(super) struct Watcher {
    policy: Policy,
    gone: Option<bool>,
}

impl Watcher {
    pub(super) fn new(policy: Policy) -> Self {
        Self { policy, gone: None }
    }

    /// Takes a reading; what is to be told, if it is another state than before.
    pub(super) fn take(&mut self, now: Timestamp, reading: Reading) -> Option<Attendance> {
        let idle = self.policy.after.is_some_and(|after| reading.idle >= after);
        let gone = idle || (self.policy.when_locked && reading.locked);
        if self.gone.replace(gone) == Some(gone) {
            return None;
        }
        if !gone {
            return Some(Attendance::Here);
        }
        let idle = SignedDuration::try_from(reading.idle).unwrap_or_default();
        let since = now.checked_sub(idle).unwrap_or(now);
        Some(Attendance::Gone {
            since: Timestamp::from_second(since.as_second()).unwrap_or(since),
        })
    }

    /// How long nothing can change that is not told by itself.
    pub(super) fn next_look(&self, reading: Reading) -> Duration {
        match self.policy.after {
            // Who comes back wants to be seen soon.
            _ if self.gone == Some(true) => SOON,
            Some(after) => after.saturating_sub(reading.idle).max(SHORTEST),
            None => LONGEST,
        }
    }
}

/// How often it is looked whether somebody has come back.
const SOON: Duration = Duration::from_secs(2);
/// The shortest time between two looks.
const SHORTEST: Duration = Duration::from_millis(100);
/// The longest, where only a lock is of interest, which is told by itself.
const LONGEST: Duration = Duration::from_secs(60);

#[cfg(test)]
mod tests {
    use super::*;

    /// A virtual clock: the minute, how long nobody has touched anything, and what is told then.
    fn told(policy: Policy, readings: &[(i64, u64, bool)]) -> Vec<(i64, Attendance)> {
        let mut watcher = Watcher::new(policy);
        let mut told = Vec::new();
        for &(minute, idle, locked) in readings {
            let now = Timestamp::from_second(minute * 60).unwrap();
            let reading = Reading {
                idle: Duration::from_secs(idle * 60),
                locked,
            };
            told.extend(watcher.take(now, reading).map(|it| (minute, it)));
        }
        told
    }

    fn gone(minute: i64) -> Attendance {
        Attendance::Gone {
            since: Timestamp::from_second(minute * 60).unwrap(),
        }
    }

    const TEN: Policy = Policy {
        after: Some(Duration::from_secs(600)),
        when_locked: true,
    };

    #[test]
    fn rp_024_active_on_input_idle_after_the_threshold_nothing_in_between() {
        let readings = [
            (0, 0, false),
            (5, 5, false),
            (7, 1, false),
            (15, 9, false),
            (16, 10, false),
            (17, 11, false),
            (60, 54, false),
            (61, 0, false),
            (62, 1, false),
        ];
        assert_eq!(
            told(TEN, &readings),
            [(0, Attendance::Here), (16, gone(6)), (61, Attendance::Here)]
        );
    }

    #[test]
    fn rp_024_a_locked_screen_counts_whoever_types_at_it() {
        let readings = [
            (0, 0, false),
            (1, 0, true),
            (5, 4, true),
            // The password.
            (6, 0, true),
            (6, 0, false),
            (7, 0, false),
        ];
        assert_eq!(
            told(TEN, &readings),
            [(0, Attendance::Here), (1, gone(1)), (6, Attendance::Here)]
        );
        let unlocked = Policy {
            when_locked: false,
            ..TEN
        };
        assert_eq!(told(unlocked, &readings), [(0, Attendance::Here)]);
        let locks_only = Policy {
            after: None,
            when_locked: true,
        };
        assert_eq!(
            told(locks_only, &[(0, 0, false), (90, 90, false)]),
            [(0, Attendance::Here)]
        );
    }

    #[test]
    fn rp_024_it_is_not_looked_more_often_than_it_matters() {
        let mut watcher = Watcher::new(TEN);
        let mut next = |idle_s: u64| {
            let reading = Reading {
                idle: Duration::from_secs(idle_s),
                locked: false,
            };
            watcher.take(Timestamp::UNIX_EPOCH, reading);
            watcher.next_look(reading).as_secs()
        };
        assert_eq!(next(0), 600);
        assert_eq!(next(590), 10);
        assert_eq!(next(700), 2);
        assert_eq!(next(0), 600);
    }
}
