//! Whom to ask: one trait, and the services of this desktop that answer.

use std::pin::Pin;
use std::time::Duration;

use futures_util::future::select_all;

use super::policy::Reading;
use super::{Policy, Unavailable, system};

/// An answer that takes time.
pub(super) type Asked<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// What a source knows; `None` is for what it does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Seen {
    /// How long ago keyboard and mouse were last used.
    pub(super) idle: Option<Duration>,
    /// Whether the screen is locked.
    pub(super) locked: Option<bool>,
}

/// One who can tell whether somebody is at the machine.
pub(super) trait Source: Send {
    /// What it is called, for the log.
    fn name(&self) -> &'static str;

    /// Asks.
    fn look(&mut self) -> Asked<'_, Result<Seen, Unavailable>>;

    /// Ends when it has something new to tell by itself; never, if it has to be asked.
    fn news(&mut self) -> Asked<'_, ()>;
}

/// Everybody who is asked.
pub(super) struct Sources(Vec<Box<dyn Source>>);

impl Sources {
    pub(super) fn of(sources: Vec<Box<dyn Source>>) -> Self {
        Self(sources)
    }

    /// Finds those who answer: the first for keyboard and mouse, and one for locks.
    pub(super) async fn find(policy: Policy) -> Result<Self, Unavailable> {
        let mut found: Vec<Box<dyn Source>> = Vec::new();
        if let Some(after) = policy.after {
            found.extend(system::keyboard(after).await);
        }
        if policy.when_locked {
            found.extend(system::locks().await);
        }
        for source in &found {
            tracing::debug!(
                source = source.name(),
                "tells whether somebody is at the machine"
            );
        }
        if found.is_empty() {
            return Err(Unavailable::Desktop);
        }
        Ok(Self::of(found))
    }

    /// Asks all of them.
    pub(super) async fn look(&mut self) -> Result<Reading, Unavailable> {
        let mut reading = Reading::default();
        for source in &mut self.0 {
            let seen = source.look().await?;
            reading.idle = reading.idle.max(seen.idle.unwrap_or_default());
            reading.locked |= seen.locked.unwrap_or_default();
        }
        Ok(reading)
    }

    /// Ends when one of them has something new to tell.
    pub(super) async fn news(&mut self) {
        select_all(self.0.iter_mut().map(|source| source.news())).await;
    }
}
