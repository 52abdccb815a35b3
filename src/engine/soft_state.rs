//! What subscriptions, registrations and publications have in common: state at a server that runs out unless it is
//! refreshed in time.

use std::time::Duration;

use super::Moment;
use super::entropy::Entropy;
use super::health::{Course, Failure};
use super::transaction::TIMER_F;
use crate::sip::Message;

/// What a registrar or a presence server keeps for us: what is asked for, until when it is held, and how asking fared.
/// A subscription has the parts of it apart, since what it asks for is common to its usages.
#[derive(Debug)]
pub(crate) struct SoftState {
    asked: u32,
    lease: Option<Lease>,
    backoff: Backoff,
    too_brief: u8,
    course: Course,
}

impl SoftState {
    /// State that is to be asked for, for so many seconds; at least one.
    pub(crate) fn new(seconds: u32) -> Self {
        Self {
            asked: seconds.max(1),
            lease: None,
            backoff: Backoff::default(),
            too_brief: 0,
            course: Course::default(),
        }
    }

    /// From now on this many seconds are asked for, and what failed before counts no more.
    pub(crate) fn ask_for(&mut self, seconds: u32) {
        self.asked = seconds.max(1);
        self.forgive();
    }

    /// A request for it was sent.
    pub(crate) fn sent(&mut self, now: Moment) {
        self.course.sent();
        match &mut self.lease {
            Some(lease) => lease.ask(now, self.asked),
            None => self.lease = Some(Lease::new(now, self.asked)),
        }
    }

    /// A 2xx granted it; the answer is when it runs out and when to refresh it.
    pub(crate) fn granted(
        &mut self,
        now: Moment,
        seconds: Option<u32>,
        entropy: &mut Entropy,
    ) -> (Moment, Moment) {
        self.forgive();
        // What was there before may have run out while the answer was on its way.
        let asked = self.asked;
        let lease = self.lease.get_or_insert_with(|| Lease::new(now, asked));
        lease.grant(seconds);
        (lease.expires_at(), lease.refresh_at(now, entropy))
    }

    /// The server no longer holds it.
    pub(crate) fn lost(&mut self) {
        self.lease = None;
    }

    /// 423: asks for more, as long as that leads anywhere.
    pub(crate) fn lengthen(&mut self, refusal: &Message) -> bool {
        let minimum = refusal.min_expires().ok().flatten();
        let Some(longer) = longer_expiry(self.asked, minimum, self.too_brief) else {
            return false;
        };
        self.asked = longer;
        self.too_brief += 1;
        true
    }

    /// Refused for now; the answer is how long to wait.
    pub(crate) fn refused(&mut self, refusal: &Message, entropy: &mut Entropy) -> Duration {
        self.backoff.fail_told(retry_after(refusal), entropy)
    }

    /// It failed without a word; the answer is how long to wait.
    pub(crate) fn failed(&mut self, entropy: &mut Entropy) -> Duration {
        self.backoff.fail(entropy)
    }

    /// Notes what went wrong, for people.
    pub(crate) fn note(&mut self, failure: Failure) {
        self.course.failed(failure);
    }

    /// What failed before counts no more.
    pub(crate) fn forgive(&mut self) {
        self.backoff.reset();
        self.too_brief = 0;
    }

    /// What is asked for, in seconds.
    pub(crate) fn asked(&self) -> u32 {
        self.asked
    }

    /// How asking for it has gone.
    pub(crate) fn course(&self) -> &Course {
        &self.course
    }

    /// For how long it was granted, if it is held.
    pub(crate) fn granted_for(&self) -> Option<Duration> {
        self.lease.and_then(|lease| lease.granted())
    }

    /// When it runs out, if it is held, or may be.
    pub(crate) fn expires_at(&self) -> Option<Moment> {
        self.lease.map(|lease| lease.expires_at())
    }
}

/// How long the server keeps the state, by its last word.
///
/// A server may grant less than was asked but never more, and a notifier may shorten what it granted (RFC 6665 §4.2.2).
/// Time counts from the sending of the request, the earliest moment at which the server can have begun to count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Lease {
    asked_at: Moment,
    /// What the last request asked for or its answer granted, in seconds.
    limit: u32,
    expires_at: Moment,
    /// How many seconds the last word of the server gave, from the request on; 0: it has not spoken.
    granted: u32,
    /// A NOTIFY has said since the request how long it is.
    told: bool,
}

impl Lease {
    /// The state that a request sent now asks for; until it is answered the most that can come of it.
    pub(crate) fn new(now: Moment, seconds: u32) -> Self {
        Self {
            asked_at: now,
            limit: seconds,
            expires_at: now + secs(seconds),
            granted: 0,
            told: false,
        }
    }

    /// A refresh was sent. The state still runs out when it did before, until something is heard.
    pub(crate) fn ask(&mut self, now: Moment, seconds: u32) {
        self.asked_at = now;
        self.limit = seconds;
        self.told = false;
    }

    /// A 2xx came. Without an Expires the asked value holds; a larger one is cut down to it (EV-027).
    pub(crate) fn grant(&mut self, seconds: Option<u32>) {
        self.limit = seconds.unwrap_or(self.limit).min(self.limit);
        let end = self.asked_at + secs(self.limit);
        self.expires_at = if self.told {
            self.expires_at.min(end)
        } else {
            end
        };
        self.note_grant();
    }

    /// A NOTIFY said how many seconds are left: authoritative, up to what the last request got (EV-029).
    pub(crate) fn tell(&mut self, now: Moment, seconds: u32) {
        self.told = true;
        self.expires_at = (now + secs(seconds)).min(self.asked_at + secs(self.limit));
        self.note_grant();
    }

    /// For how long the last word of the server grants it; `None` before it has spoken.
    pub(crate) fn granted(&self) -> Option<Duration> {
        (self.granted > 0).then(|| secs(self.granted))
    }

    /// When the state runs out.
    pub(crate) fn expires_at(&self) -> Moment {
        self.expires_at
    }

    /// What is left.
    pub(crate) fn remaining(&self, now: Moment) -> Duration {
        self.expires_at.saturating_since(now)
    }

    /// When to refresh: [`refresh_after`] from now.
    pub(crate) fn refresh_at(&self, now: Moment, entropy: &mut Entropy) -> Moment {
        now + refresh_after(self.remaining(now), entropy)
    }

    fn note_grant(&mut self) {
        let seconds = self.expires_at.saturating_since(self.asked_at).as_secs();
        self.granted = u32::try_from(seconds).unwrap_or(u32::MAX);
    }
}

/// How long after a grant the refresh is sent: at least 32 s before the end if more than 64 s were granted, so that the
/// transaction can finish, otherwise at half time (EV-042, RP-004). Jitter is only ever subtracted: up to a tenth, but not
/// more than five minutes.
pub(crate) fn refresh_after(granted: Duration, entropy: &mut Entropy) -> Duration {
    let latest = if granted > TIMER_F * 2 {
        granted.saturating_sub(TIMER_F)
    } else {
        granted / 2
    };
    let jitter = (latest / 10).min(LARGEST_JITTER);
    entropy
        .between(latest.saturating_sub(jitter), latest)
        .max(SHORTEST_REFRESH)
}

/// What to ask for after a 423 (EV-030): the server's minimum. Without a usable one (Asterisk sends none) the double of
/// what was asked, up to an hour, four times at most. `None`: give up.
pub(crate) fn longer_expiry(asked: u32, minimum: Option<u32>, tries: u8) -> Option<u32> {
    match minimum {
        Some(minimum) => (minimum > asked && tries == 0).then_some(minimum),
        None if tries < DOUBLINGS && asked > 0 && asked < AN_HOUR => {
            Some(asked.saturating_mul(2).min(AN_HOUR))
        }
        None => None,
    }
}

/// The growing wait between attempts that fail (EV-094, RFC 5626 §4.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Backoff {
    failures: u32,
}

impl Backoff {
    /// One more failure: 50 to 100 % of 30 s, doubled with each, up to half an hour.
    pub(crate) fn fail(&mut self, entropy: &mut Entropy) -> Duration {
        let longest = grown(BACKOFF_BASE, self.failures);
        self.failures = self.failures.saturating_add(1);
        entropy.between(longest / 2, longest)
    }

    /// One more flow that could not be formed (RFC 5626 §4.5, TX-029): the base is doubled already at the first, and is
    /// longer where another flow stands. What the server asked for counts if it is longer.
    pub(crate) fn fail_flow(
        &mut self,
        alone: bool,
        told: Option<Duration>,
        entropy: &mut Entropy,
    ) -> Duration {
        self.failures = self.failures.saturating_add(1);
        let base = if alone { BACKOFF_BASE } else { SPARE_BASE };
        let longest = grown(base, self.failures);
        let wait = entropy.between(longest / 2, longest);
        wait.max(told.unwrap_or_default().min(LONGEST_WAIT))
    }

    /// One more failure, for which the server named a wait (Retry-After). It counts, up to a day; but one that names
    /// next to none again and again waits twice as long each time, like the others.
    pub(crate) fn fail_told(&mut self, told: Option<Duration>, entropy: &mut Entropy) -> Duration {
        let failures = self.failures;
        let grown = self.fail(entropy);
        match told {
            None => grown,
            Some(told) if told >= SHORT_WAIT || failures == 0 => told.min(LONGEST_WAIT),
            Some(told) => {
                let doubled = told.max(SHORTEST_REFRESH) * (1 << failures.min(10));
                told.max(doubled.min(grown))
            }
        }
    }

    /// Something worked.
    pub(crate) fn reset(&mut self) {
        self.failures = 0;
    }

    /// Failures in a row.
    pub(crate) fn failures(self) -> u32 {
        self.failures
    }
}

/// The longest wait after so many failures.
fn grown(base: Duration, failures: u32) -> Duration {
    (base * (1 << failures.min(10))).min(BACKOFF_LONGEST)
}

/// How long a server asks for a pause; `None` if it does not, or not legibly (RFC 3261 §20.33).
pub(crate) fn retry_after(refusal: &Message) -> Option<Duration> {
    let wait = refusal.retry_after().ok().flatten()?;
    Some(secs(wait.seconds))
}

/// Seconds as a duration.
pub(crate) fn secs(seconds: u32) -> Duration {
    Duration::from_secs(u64::from(seconds))
}

const LARGEST_JITTER: Duration = Duration::from_secs(300);
/// However little a server grants, it is not asked more often than this.
const SHORTEST_REFRESH: Duration = Duration::from_secs(1);
const BACKOFF_BASE: Duration = Duration::from_secs(30);
/// The same for one flow of several.
const SPARE_BASE: Duration = Duration::from_secs(90);
/// No server makes us wait longer than this.
pub(crate) const LONGEST_WAIT: Duration = Duration::from_secs(24 * 3600);
/// A wait that a server names is short below this.
const SHORT_WAIT: Duration = Duration::from_secs(10);
const BACKOFF_LONGEST: Duration = Duration::from_secs(1800);
const AN_HOUR: u32 = 3600;
const DOUBLINGS: u8 = 4;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::testing::{at, entropy};

    #[test]
    fn ev_042_refresh_leaves_time_and_jitter_is_subtracted() {
        let mut entropy = entropy(1);
        for (granted, latest) in [(3600, 3568), (120, 88), (40, 20), (10, 5)] {
            let mut seen = std::collections::HashSet::new();
            for _ in 0..50 {
                let after = refresh_after(secs(granted), &mut entropy);
                assert!(after <= secs(latest), "{granted}: {after:?}");
                assert!(after >= secs(latest) * 9 / 10, "{granted}: {after:?}");
                seen.insert(after);
            }
            assert!(seen.len() > 40);
        }
        assert_eq!(
            refresh_after(Duration::ZERO, &mut entropy),
            SHORTEST_REFRESH
        );
    }

    #[test]
    fn rp_004_refresh_times_of_a_registration() {
        let mut entropy = entropy(1);
        assert!(refresh_after(secs(3600), &mut entropy) <= secs(3568));
        assert!(refresh_after(secs(50), &mut entropy) <= secs(25));
    }

    #[test]
    fn ev_027_grant_is_clamped_and_may_be_absent() {
        let mut lease = Lease::new(at(0), 600);
        assert_eq!(lease.granted(), None, "only asked for");
        lease.grant(Some(60));
        assert_eq!(lease.expires_at(), at(60));
        assert_eq!(lease.granted(), Some(secs(60)));
        let mut lease = Lease::new(at(0), 600);
        lease.grant(Some(6000));
        assert_eq!(lease.expires_at(), at(600));
        let mut lease = Lease::new(at(0), 600);
        lease.grant(None);
        assert_eq!(lease.expires_at(), at(600));
    }

    #[test]
    fn ev_029_notify_shortens_and_never_lengthens_beyond_the_request() {
        let mut lease = Lease::new(at(0), 3600);
        lease.grant(Some(3600));
        lease.tell(at(1), 120);
        assert_eq!(lease.expires_at(), at(121));
        lease.tell(at(2), 99_999);
        assert_eq!(lease.expires_at(), at(3600));
        // The NOTIFY overtakes the 200.
        let mut lease = Lease::new(at(0), 3600);
        lease.tell(at(1), 120);
        lease.grant(Some(3600));
        assert_eq!(lease.expires_at(), at(121));
        // A refresh whose 200 is lost, but whose NOTIFY says how long it is.
        lease.ask(at(100), 3600);
        assert_eq!(lease.expires_at(), at(121));
        assert_eq!(lease.granted(), Some(secs(121)));
        lease.tell(at(101), 3599);
        assert_eq!(lease.expires_at(), at(3700));
        assert_eq!(lease.granted(), Some(secs(3600)));
    }

    #[test]
    fn ev_030_interval_too_brief() {
        assert_eq!(longer_expiry(600, Some(1800), 0), Some(1800));
        assert_eq!(longer_expiry(1800, Some(1800), 1), None);
        assert_eq!(longer_expiry(1800, Some(3600), 1), None);
        assert_eq!(longer_expiry(600, Some(600), 0), None);
        // Asterisk names no minimum.
        assert_eq!(longer_expiry(600, None, 0), Some(1200));
        assert_eq!(longer_expiry(2400, None, 2), Some(3600));
        assert_eq!(longer_expiry(3600, None, 3), None);
        assert_eq!(longer_expiry(60, None, 4), None);
    }

    #[test]
    fn ev_094_back_off_fits_the_formula() {
        let mut entropy = entropy(7);
        let mut backoff = Backoff::default();
        for failure in 0..12_u32 {
            let longest = (30.0 * f64::from(2_u32.pow(failure))).min(1800.0);
            let wait = backoff.fail(&mut entropy).as_secs_f64();
            assert!(
                longest / 2.0 <= wait && wait <= longest,
                "{failure}: {wait}"
            );
        }
        assert_eq!(backoff.failures(), 12);
        backoff.reset();
        assert!(backoff.fail(&mut entropy) <= Duration::from_secs(30));
        // A server that names short waits is asked after longer ones, and a word about a long one is kept.
        let mut told = Backoff::default();
        let waits = [2, 2, 2, 0, 60].map(|wait| told.fail_told(Some(secs(wait)), &mut entropy));
        assert_eq!(waits.map(|wait| wait.as_secs()), [2, 4, 8, 8, 60]);
    }

    #[test]
    fn tx_029_back_off_of_flows_fits_the_formula() {
        for (alone, base) in [(true, 30.0), (false, 90.0)] {
            let mut entropy = entropy(7);
            let mut backoff = Backoff::default();
            for failure in 1..12_u32 {
                let longest = (base * f64::from(2_u32.pow(failure))).min(1800.0);
                let wait = backoff.fail_flow(alone, None, &mut entropy).as_secs_f64();
                assert!(
                    longest / 2.0 <= wait && wait <= longest,
                    "{failure}: {wait}"
                );
            }
            let told = backoff.fail_flow(alone, Some(secs(7200)), &mut entropy);
            assert_eq!(told, secs(7200));
        }
    }
}
