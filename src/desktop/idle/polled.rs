//! Systems that answer at once, but tell nothing by themselves.

use std::time::Duration;

use tokio::time::{Interval, MissedTickBehavior, interval};

use super::Unavailable;
use super::source::{Asked, Seen, Source};

/// One who knows when keyboard and mouse were last used.
pub(super) struct Counter {
    name: &'static str,
    ask: fn() -> Result<Duration, String>,
}

impl Counter {
    /// `None` if there is no answer even now.
    pub(super) fn find(name: &'static str, ask: fn() -> Result<Duration, String>) -> Option<Self> {
        ask().inspect_err(debug).ok()?;
        Some(Self { name, ask })
    }
}

impl Source for Counter {
    fn name(&self) -> &'static str {
        self.name
    }

    fn look(&mut self) -> Asked<'_, Result<Seen, Unavailable>> {
        let idle = (self.ask)().map_err(|detail| Unavailable::Service {
            service: self.name,
            detail,
        });
        Box::pin(std::future::ready(idle.map(|idle| Seen {
            idle: Some(idle),
            locked: None,
        })))
    }

    fn news(&mut self) -> Asked<'_, ()> {
        Box::pin(std::future::pending())
    }
}

/// One who knows whether the screen is locked, and is asked again and again.
pub(super) struct Lock<A = fn() -> Result<bool, String>> {
    name: &'static str,
    ask: A,
    ticks: Interval,
    steady: Result<Steady, String>,
}

impl<A: FnMut() -> Result<bool, String> + Send> Lock<A> {
    /// `None` if there is no answer even now. To be called on a tokio runtime.
    pub(super) fn find(name: &'static str, ask: A) -> Option<Self> {
        Self::asked_every(EVERY, name, ask)
    }

    fn asked_every(every: Duration, name: &'static str, mut ask: A) -> Option<Self> {
        ask().inspect_err(debug).ok()?;
        let mut ticks = interval(every);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Some(Self {
            name,
            ask,
            ticks,
            steady: Ok(Steady::default()),
        })
    }
}

impl<A: FnMut() -> Result<bool, String> + Send> Source for Lock<A> {
    fn name(&self) -> &'static str {
        self.name
    }

    fn look(&mut self) -> Asked<'_, Result<Seen, Unavailable>> {
        let seen = match &self.steady {
            Ok(steady) => Ok(Seen {
                idle: None,
                locked: Some(steady.counts),
            }),
            Err(detail) => Err(Unavailable::Service {
                service: self.name,
                detail: detail.clone(),
            }),
        };
        Box::pin(std::future::ready(seen))
    }

    fn news(&mut self) -> Asked<'_, ()> {
        Box::pin(async {
            loop {
                // What it counts survives when this future is dropped.
                self.ticks.tick().await;
                let asked = (self.ask)();
                match (&mut self.steady, asked) {
                    (Ok(steady), Ok(locked)) => {
                        if steady.take(locked) {
                            return;
                        }
                    }
                    (steady, Err(detail)) => {
                        *steady = Err(detail);
                        return;
                    }
                    (Err(_), Ok(_)) => {}
                }
            }
        })
    }
}

/// What counts of a lock: a question for a password, which hides the screen for a moment, is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Steady {
    before: bool,
    counts: bool,
}

impl Steady {
    /// Takes what is seen now; whether another thing counts than before.
    fn take(&mut self, locked: bool) -> bool {
        let counts = locked && std::mem::replace(&mut self.before, locked);
        self.before = locked;
        std::mem::replace(&mut self.counts, counts) != counts
    }
}

/// How long ago a moment was, if both count milliseconds since the machine started, the moment in 32 bits that begin anew
/// after 49 days.
#[cfg(any(test, target_os = "windows"))]
pub(super) fn since(now: u64, moment: u32) -> Duration {
    let moment = u64::from(moment);
    let passed = now.wrapping_sub(moment) & u64::from(u32::MAX);
    // An event may carry a time that is not yet.
    let ahead = u64::from(u32::MAX) - passed < STAMPED_AHEAD;
    Duration::from_millis(if ahead { 0 } else { passed })
}

fn debug(error: &String) {
    tracing::debug!(%error, "the system does not tell whether somebody is at the machine");
}

/// How often a lock is asked about.
const EVERY: Duration = Duration::from_secs(5);
/// How far an event's time may be ahead, in milliseconds.
#[cfg(any(test, target_os = "windows"))]
const STAMPED_AHEAD: u64 = 60_000;

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    #[test]
    fn a_lock_counts_when_it_stays() {
        let mut steady = Steady::default();
        let mut taken = |locked: bool| (steady.take(locked), steady.counts);
        assert_eq!(taken(false), (false, false));
        // A question for a password.
        assert_eq!(taken(true), (false, false));
        assert_eq!(taken(false), (false, false));
        // A lock.
        assert_eq!(taken(true), (false, false));
        assert_eq!(taken(true), (true, true));
        assert_eq!(taken(true), (false, true));
        assert_eq!(taken(false), (true, false));
        assert_eq!(taken(true), (false, false));
    }

    #[test]
    fn a_count_of_32_bits_begins_anew() {
        let passed = |now, moment| since(now, moment).as_millis();
        assert_eq!(passed(5_000, 2_000), 3_000);
        let days = 1 << 32;
        assert_eq!(passed(days + 1_000, 0_u32.wrapping_sub(2_000)), 3_000);
        assert_eq!(passed(3 * days + 9_000, 4_000), 5_000);
        // It came after the question.
        assert_eq!(passed(4_990, 5_000), 0);
        assert_eq!(passed(days, 10), 0);
        // A month.
        assert_eq!(passed(2_592_000_000, 0), 2_592_000_000);
    }

    #[tokio::test]
    async fn rp_024_a_lock_is_asked_about_until_there_is_news_of_it() {
        let mut answers = [false, false, true, true, true, false].map(Ok).to_vec();
        answers.push(Err("gone".to_owned()));
        let answers = Arc::new(Mutex::new(answers.into_iter()));
        let left = Arc::clone(&answers);
        let ask = move || answers.lock().unwrap().next().expect("it is asked no more");
        let every = Duration::from_millis(1);
        let mut lock = Lock::asked_every(every, "a lock", ask).unwrap();
        let locked = |seen: Result<Seen, Unavailable>| seen.map(|seen| seen.locked);
        assert_eq!(locked(lock.look().await), Ok(Some(false)));
        let news = async |lock: &mut Lock<_>| {
            let within = Duration::from_secs(30);
            tokio::time::timeout(within, lock.news()).await.unwrap();
            lock.look().await.map(|seen| seen.locked)
        };
        assert_eq!(news(&mut lock).await, Ok(Some(true)));
        assert_eq!(left.lock().unwrap().len(), 3);
        assert_eq!(news(&mut lock).await, Ok(Some(false)));
        assert_eq!(
            news(&mut lock).await,
            Err(Unavailable::Service {
                service: "a lock",
                detail: "gone".to_owned()
            })
        );
    }

    #[tokio::test]
    async fn who_gives_no_answer_is_not_asked_later() {
        assert!(Lock::find("a lock", || Err("no session".to_owned())).is_none());
        assert!(Counter::find("a counter", || Err("no session".to_owned())).is_none());
        let mut counter = Counter::find("a counter", || Ok(Duration::from_secs(42))).unwrap();
        let seen = counter.look().await.unwrap();
        assert_eq!(seen.idle, Some(Duration::from_secs(42)));
        assert_eq!(seen.locked, None);
    }
}
