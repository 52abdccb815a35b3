//! Whether, and when, a subscription that has ended is tried again (RFC 6665 §4.1.3, EV-056 to EV-064, EV-094).

use std::time::Duration;

use crate::engine::entropy::Entropy;
use crate::engine::soft_state::{Backoff, LONGEST_WAIT, secs};

/// How a usage came to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ending<'a> {
    /// The reason token of the final NOTIFY, if it had one.
    pub(crate) reason: Option<&'a str>,
    /// The `retry-after` of the final NOTIFY, in seconds.
    pub(crate) retry_after: Option<u32>,
    /// Whether the usage had been active or pending before.
    pub(crate) established: bool,
    /// How long it had lived.
    pub(crate) lived: Duration,
}

/// The next step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Next {
    /// Subscribe again after this wait; zero: at once.
    Again(Duration),
    /// Not by itself.
    Never,
}

/// The memory that keeps retries from becoming a storm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Retry {
    /// Failures to get through at all.
    pub(crate) backoff: Backoff,
    /// Ends that came soon after the beginning, in a row.
    quick_ends: u8,
    /// `noresource` after the subscription had been active, in a row.
    vanished: u8,
}

impl Retry {
    /// What to do after a final NOTIFY that was not asked for.
    pub(crate) fn after_terminated(&mut self, ending: Ending<'_>, entropy: &mut Entropy) -> Next {
        let reason = ending.reason.unwrap_or_default();
        let named = |token: &str| reason.eq_ignore_ascii_case(token);
        if !named("noresource") {
            self.vanished = 0;
        }
        if named("rejected") || named("invariant") {
            return Next::Never;
        }
        if named("noresource") {
            // FreeSWITCH says so when a subscription runs out; as a first answer it means what it says.
            if !ending.established {
                return Next::Never;
            }
            let longest = VANISHED_BASE * (1 << self.vanished.min(6));
            self.vanished = self.vanished.saturating_add(1);
            let longest = longest.min(VANISHED_LONGEST);
            return Next::Again(entropy.between(longest * 3 / 4, longest));
        }
        let waits = ending
            .retry_after
            .map(secs)
            .map(|wait| wait.min(LONGEST_WAIT));
        if named("probation") || named("giveup") {
            let guard = self.guard(ending, entropy);
            return Next::Again(match waits {
                Some(wait) => guard.max(wait + spread(wait, entropy)),
                None => guard.max(self.backoff.fail(entropy)),
            });
        }
        let guard = self.guard(ending, entropy);
        if named("deactivated") || named("timeout") {
            return Next::Again(guard);
        }
        Next::Again(guard.max(waits.unwrap_or_default()))
    }

    /// What to do after a failure that is worth another try, not before `retry_after`.
    pub(crate) fn after_failure(
        &mut self,
        retry_after: Option<Duration>,
        entropy: &mut Entropy,
    ) -> Duration {
        let wait = self.backoff.fail_told(retry_after, entropy);
        match retry_after {
            Some(least) => wait + spread(least, entropy),
            None => wait,
        }
    }

    /// State is flowing: what failed before counts no more.
    pub(crate) fn worked(&mut self) {
        self.backoff.reset();
    }

    /// Everything is forgotten: a person asked for another try.
    pub(crate) fn forget(&mut self) {
        *self = Self::default();
    }

    /// At once, unless the last one ended as quickly: then the growing wait (EV-028, EV-057).
    fn guard(&mut self, ending: Ending<'_>, entropy: &mut Entropy) -> Duration {
        if ending.lived >= QUICK {
            self.quick_ends = 0;
            return Duration::ZERO;
        }
        self.quick_ends = self.quick_ends.saturating_add(1);
        // A notifier that never lets a subscription begin is not asked again at once even the first time.
        if self.quick_ends > QUICK_ENDS_FREE || !ending.established {
            let mut backoff = Backoff::default();
            for _ in 1..self.quick_ends.saturating_sub(QUICK_ENDS_FREE).max(1) {
                backoff.fail(entropy);
            }
            return backoff.fail(entropy);
        }
        Duration::ZERO
    }
}

/// A little more than was asked for, so that those who were told the same do not come back in one moment.
fn spread(wait: Duration, entropy: &mut Entropy) -> Duration {
    entropy.between(Duration::ZERO, (wait / 10).clamp(SPREAD_LEAST, SPREAD_MOST))
}

/// The wait after a 404 and other answers that time alone seldom mends.
pub(crate) const LONG_WAIT: Duration = Duration::from_secs(3600);
/// How long a rejected dialog may still come back to life.
pub(crate) const COME_BACK: Duration = Duration::from_secs(600);

/// An end this soon after the beginning is a quick one.
const QUICK: Duration = Duration::from_secs(60);
/// So many quick ends in a row are followed by a new subscription at once.
const QUICK_ENDS_FREE: u8 = 2;
const VANISHED_BASE: Duration = Duration::from_secs(600);
const VANISHED_LONGEST: Duration = Duration::from_secs(6 * 3600);
const SPREAD_LEAST: Duration = Duration::from_millis(500);
const SPREAD_MOST: Duration = Duration::from_secs(30);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::testing::entropy;

    fn after(reason: Option<&str>, retry_after: Option<u32>) -> Next {
        let ending = Ending {
            reason,
            retry_after,
            established: true,
            lived: secs(600),
        };
        Retry::default().after_terminated(ending, &mut entropy(3))
    }

    fn wait(next: Next) -> Duration {
        match next {
            Next::Again(wait) => wait,
            Next::Never => panic!("not tried again"),
        }
    }

    #[test]
    fn ev_057_deactivated_is_at_once_whatever_retry_after_says() {
        assert_eq!(
            after(Some("deactivated"), Some(300)),
            Next::Again(Duration::ZERO)
        );
    }

    #[test]
    fn ev_057_a_loop_is_slowed_down() {
        let mut retry = Retry::default();
        let mut entropy = entropy(1);
        let ending = Ending {
            reason: Some("deactivated"),
            retry_after: None,
            established: true,
            lived: secs(2),
        };
        assert_eq!(
            retry.after_terminated(ending, &mut entropy),
            Next::Again(Duration::ZERO)
        );
        assert_eq!(
            retry.after_terminated(ending, &mut entropy),
            Next::Again(Duration::ZERO)
        );
        for longest in [30, 60, 120, 240] {
            let wait = wait(retry.after_terminated(ending, &mut entropy));
            assert!(
                secs(longest) / 2 <= wait && wait <= secs(longest),
                "{longest} {wait:?}"
            );
        }
        let long = Ending {
            lived: secs(61),
            ..ending
        };
        assert_eq!(
            retry.after_terminated(long, &mut entropy),
            Next::Again(Duration::ZERO)
        );
    }

    #[test]
    fn ev_058_probation_waits() {
        let next = wait(after(Some("probation"), Some(30)));
        assert!(secs(30) <= next && next <= secs(33), "{next:?}");
        assert!(wait(after(Some("probation"), None)) >= secs(15));
    }

    #[test]
    fn ev_059_rejected_never() {
        assert_eq!(after(Some("rejected"), Some(5)), Next::Never);
    }

    #[test]
    fn ev_060_timeout_at_once() {
        assert_eq!(
            after(Some("timeout"), Some(90)),
            Next::Again(Duration::ZERO)
        );
    }

    #[test]
    fn ev_061_giveup_waits() {
        assert!(wait(after(Some("giveup"), Some(600))) >= secs(600));
        assert!(wait(after(Some("giveup"), None)) >= secs(15));
    }

    #[test]
    fn ev_062_noresource_never_at_first_and_slowly_after_activity() {
        let mut retry = Retry::default();
        let mut entropy = entropy(1);
        let first = Ending {
            reason: Some("noresource"),
            retry_after: Some(1),
            established: false,
            lived: secs(0),
        };
        assert_eq!(retry.after_terminated(first, &mut entropy), Next::Never);
        let later = Ending {
            established: true,
            ..first
        };
        let mut last = Duration::ZERO;
        for _ in 0..10 {
            let wait = wait(retry.after_terminated(later, &mut entropy));
            assert!(wait >= secs(450) && wait <= secs(6 * 3600) && wait >= last / 2);
            last = wait;
        }
        assert!(last >= secs(4 * 3600));
    }

    #[test]
    fn ev_063_invariant_never() {
        assert_eq!(after(Some("invariant"), Some(31_536_000)), Next::Never);
    }

    #[test]
    fn ev_064_unknown_reason_or_none() {
        assert!(wait(after(Some("foo"), Some(20))) >= secs(20));
        assert_eq!(after(None, None), Next::Again(Duration::ZERO));
        assert_eq!(after(Some("expired"), None), Next::Again(Duration::ZERO));
    }

    #[test]
    fn ev_028_never_begun_is_paced_from_the_first() {
        let ending = Ending {
            reason: Some("timeout"),
            retry_after: None,
            established: false,
            lived: secs(0),
        };
        let wait = wait(Retry::default().after_terminated(ending, &mut entropy(1)));
        assert!(wait >= secs(15));
    }

    #[test]
    fn ev_039_retry_after_is_the_least() {
        let wait = Retry::default().after_failure(Some(secs(120)), &mut entropy(1));
        assert!(secs(120) <= wait && wait <= secs(132));
    }
}
