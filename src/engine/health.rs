//! How what the account keeps at servers fares, for people: the last thing that went wrong, the next step, and how often
//! what happened. All of it is kept as it comes; what is told of it is made only when somebody asks.

use std::time::Duration;

use super::deadline::Timer;
use super::engine::Engine;
use super::exchange::{Outcome, STALE};
use super::soft_state::SoftState;
use super::{Moment, Reason};
use crate::sip::{HeaderName, Message};

/// How a registration or a publication fares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SoftStateHealth {
    /// For how long the server's last word granted it; `None` while nothing is granted.
    pub granted: Option<Duration>,
    /// When it runs out at the server unless it is refreshed, as far as is known.
    pub expires_at: Option<Moment>,
    /// What happens next by itself, and when.
    pub next: Option<(NextAction, Moment)>,
    /// How often what happened.
    pub counters: Counters,
    /// What last went wrong.
    pub last_failure: Option<Failure>,
}

/// Something that went wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// When.
    pub at: Moment,
    /// What.
    pub reason: Reason,
    /// What the server's Reason and Warning headers say (RFC 3326, RFC 3261 §20.43).
    pub detail: Option<String>,
}

/// What happens next by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NextAction {
    /// It is asked for anew.
    Retry,
    /// It is refreshed.
    Refresh,
    /// A NOTIFY is no longer waited for.
    StopWaiting,
}

/// How often what happened to something that is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counters {
    /// Requests sent.
    pub requests: u32,
    /// Those of them that failed.
    pub failures: u32,
}

impl std::ops::AddAssign for Counters {
    fn add_assign(&mut self, other: Self) {
        self.requests = self.requests.saturating_add(other.requests);
        self.failures = self.failures.saturating_add(other.failures);
    }
}

/// How asking for something has gone so far.
#[derive(Debug, Default)]
pub(crate) struct Course {
    counters: Counters,
    last_failure: Option<Box<Failure>>,
}

impl Course {
    /// A request was sent.
    pub(crate) fn sent(&mut self) {
        self.counters.requests = self.counters.requests.saturating_add(1);
    }

    /// Something went wrong.
    pub(crate) fn failed(&mut self, failure: Failure) {
        self.counters.failures = self.counters.failures.saturating_add(1);
        self.last_failure = Some(Box::new(failure));
    }

    pub(crate) fn counters(&self) -> Counters {
        self.counters
    }

    pub(crate) fn last_failure(&self) -> Option<&Failure> {
        self.last_failure.as_deref()
    }
}

impl SoftStateHealth {
    /// What is known of it, and what comes next.
    pub(crate) fn new(held: &SoftState, next: Option<(NextAction, Moment)>) -> Self {
        let granted = held.granted_for();
        Self {
            granted,
            // Before it is granted there is only what was asked for.
            expires_at: held.expires_at().filter(|_| granted.is_some()),
            next,
            counters: held.course().counters(),
            last_failure: held.course().last_failure().cloned(),
        }
    }
}

impl Engine {
    /// Which of the two timers of something that is kept at a server fires first.
    pub(crate) fn next_for(&self, retry: Timer, refresh: Timer) -> Option<(NextAction, Moment)> {
        let at = |action, timer| Some((action, self.timer_at(timer)?));
        let next = [
            at(NextAction::Retry, retry),
            at(NextAction::Refresh, refresh),
        ];
        next.into_iter().flatten().min_by_key(|(_, at)| *at)
    }
}

impl Failure {
    /// A response that is no success.
    pub(crate) fn answered(at: Moment, message: &Message) -> Self {
        Self {
            at,
            reason: Reason::answered(message),
            detail: detail_of(message),
        }
    }

    /// A failure of which no server has said anything.
    pub(crate) fn new(at: Moment, reason: Reason) -> Self {
        Self {
            at,
            reason,
            detail: None,
        }
    }

    /// What went wrong with a request that ended like this; `None` if nothing did.
    pub(crate) fn of(at: Moment, outcome: &Outcome) -> Option<Self> {
        match outcome {
            Outcome::Response(message) if message.status().is_some_and(|code| code < 300) => None,
            Outcome::Response(message) => Some(Self::answered(at, message)),
            _ => Some(Self::new(at, outcome.reason())),
        }
    }
}

impl Reason {
    /// The status line of a response.
    pub(crate) fn answered(message: &Message) -> Self {
        message.status_line().map_or(Self::TimedOut, |line| {
            Self::Response(line.code, line.reason.to_owned())
        })
    }
}

impl Outcome {
    /// In the words of an event.
    pub(crate) fn reason(&self) -> Reason {
        match self {
            Self::Response(message) => Reason::answered(message),
            Self::TimedOut => Reason::TimedOut,
            Self::Flow(error) => Reason::Flow(error.clone()),
            Self::Paused(_) => Reason::Response(503, "the server asked for a pause".to_owned()),
            Self::Credentials(code) => Reason::Credentials(*code),
            Self::Unwritable(fault) => Reason::Protocol(fault.clone()),
            Self::Untrusted(fault) => Reason::Protocol((*fault).to_owned()),
            Self::Stale => Reason::Protocol(STALE.to_owned()),
        }
    }
}

/// What the Reason and Warning headers of a response say.
fn detail_of(message: &Message) -> Option<String> {
    let mut words: Vec<String> = Vec::new();
    for header in message.headers(HeaderName::Reason) {
        if let Ok(text) = header.text() {
            words.push(text_of(text).to_owned());
        }
    }
    for warning in message.warnings().filter_map(Result::ok) {
        words.push(warning.text.into_owned());
    }
    let mut text = words.join("; ");
    if text.len() > DETAIL {
        let end = (0..=DETAIL).rev().find(|at| text.is_char_boundary(*at));
        text.truncate(end.unwrap_or(0));
    }
    (!text.is_empty()).then_some(text)
}

/// The words of a Reason header field, or all of it where it has none (RFC 3326 section 2).
fn text_of(reason: &str) -> &str {
    let mut params = reason.split(';').map(str::trim);
    let text = params.find_map(|param| {
        let (name, value) = param.split_once('=')?;
        name.trim()
            .eq_ignore_ascii_case("text")
            .then(|| value.trim())
    });
    text.map_or_else(|| reason.trim(), |text| text.trim_matches('"'))
}

/// Bytes kept of what a server says about a failure.
const DETAIL: usize = 200;
