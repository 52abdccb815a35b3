//! Time as the engine sees it: handed in, monotonic, in microseconds.

use std::fmt;
use std::num::NonZeroU64;
use std::ops::{Add, AddAssign, Sub};
use std::time::Duration;

/// A point in time on the clock that drives an engine: microseconds since that clock's start.
///
/// It never goes back and knows nothing of the wall clock (RB-010), so a test can run a day in a second.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment(
    /// One more than the microseconds, so that an `Option` of a moment, of which a subscription has many, is no larger.
    NonZeroU64,
);

impl Moment {
    /// The start of the clock.
    pub const ZERO: Self = Self(NonZeroU64::MIN);

    /// The moment `since_start` after the start of the clock.
    pub fn from_start(since_start: Duration) -> Self {
        Self::ZERO + since_start
    }

    /// How long after the start of the clock this is.
    pub fn since_start(self) -> Duration {
        self.saturating_since(Self::ZERO)
    }

    /// The time from `earlier` to this moment; zero when `earlier` is later.
    pub fn saturating_since(self, earlier: Self) -> Duration {
        Duration::from_micros(self.0.get().saturating_sub(earlier.0.get()))
    }
}

impl Default for Moment {
    fn default() -> Self {
        Self::ZERO
    }
}

impl fmt::Debug for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Moment({:?})", self.since_start())
    }
}

impl Add<Duration> for Moment {
    type Output = Self;

    fn add(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(micros(duration)))
    }
}

impl AddAssign<Duration> for Moment {
    fn add_assign(&mut self, duration: Duration) {
        *self = *self + duration;
    }
}

impl Sub<Duration> for Moment {
    type Output = Self;

    fn sub(self, duration: Duration) -> Self {
        let count = self.0.get().saturating_sub(micros(duration));
        NonZeroU64::new(count).map_or(Self::ZERO, Self)
    }
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_end_at_both_ends_of_the_clock() {
        let second = Duration::from_secs(1);
        let moment = Moment::from_start(second);
        assert_eq!(moment.since_start(), second);
        assert_eq!(moment - second, Moment::ZERO);
        assert_eq!(moment - second * 2, Moment::ZERO);
        assert_eq!(Moment::ZERO.saturating_since(moment), Duration::ZERO);
        let last = moment + Duration::MAX;
        assert_eq!(last + second, last);
        assert!(last - second < last);
        assert_eq!(size_of::<Option<Moment>>(), size_of::<Moment>());
    }
}
