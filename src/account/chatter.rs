//! Notifiers that tell more than anybody can follow are asked for less (RFC 6446 §5).
//!
//! Packages bound how often a notifier may tell (RB-008), and not every one keeps to that: a broken sensor, or two
//! devices that contradict each other without end. Each NOTIFY costs both sides a message and an answer, and the window
//! shows no more than a few a second anyway. A notifier that knows no rates passes over the wish.

use crate::engine::{Moment, Rates};

/// How much a subscription is told.
#[derive(Debug, Default)]
pub(super) struct Chatter {
    /// When the present stretch of time began.
    since: Option<Moment>,
    /// The NOTIFYs in it.
    count: u16,
    /// Fewer were asked for; once is enough, since every SUBSCRIBE repeats it.
    asked: bool,
}

impl Chatter {
    /// One more NOTIFY. True when it is time to ask for fewer.
    pub(super) fn is_too_much(&mut self, now: Moment) -> bool {
        let over = self
            .since
            .is_none_or(|since| now.saturating_since(since) >= STRETCH);
        if over {
            self.since = Some(now);
            self.count = 0;
        }
        self.count = self.count.saturating_add(1);
        let begins = self.count > MOST && !self.asked;
        self.asked |= begins;
        begins
    }
}

/// What is asked of a notifier that tells too much: one NOTIFY a second.
pub(super) fn restraint() -> Rates {
    Rates::from_params([("max-rate", "1")]).unwrap_or_default()
}

/// NOTIFYs of one subscription that are taken in [`STRETCH`] without a word: more than all its notifiers and a busy
/// morning bring.
const MOST: u16 = 100;
const STRETCH: std::time::Duration = std::time::Duration::from_secs(10);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ev_090_and_rb_008_who_goes_on_and_on_is_asked_once() {
        let mut chatter = Chatter::default();
        let mut now = Moment::ZERO;
        // Ten a second are still followed, however long.
        for _ in 0..1000 {
            assert!(!chatter.is_too_much(now));
            now += STRETCH / u32::from(MOST);
        }
        let asked: Vec<usize> = (0..5000).filter(|_| chatter.is_too_much(now)).collect();
        assert_eq!(asked.len(), 1);
        assert!(asked[0] <= usize::from(MOST), "{asked:?}");
        assert!(!restraint().is_empty());
    }
}
