//! The orderly stop (RP-013): publications, then subscriptions, then the registration, each with a short bound.

use std::time::Duration;

use super::Moment;
use super::deadline::Timer;
use super::engine::Engine;

/// How far an orderly stop has got.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) enum Stop {
    /// Nobody asked for it.
    #[default]
    Running,
    /// Own state is being removed.
    Unpublishing,
    /// Subscriptions are being ended, those of watchers too.
    Unsubscribing,
    /// The binding is being removed.
    Unregistering,
    /// Nothing is left to do.
    Stopped,
}

impl Stop {
    pub(crate) fn has_begun(self) -> bool {
        self != Self::Running
    }
}

impl Engine {
    /// Ends everything in order: publications, subscriptions in both directions, registration. A silent server holds up none of the three
    /// for longer than two seconds (RP-013). As many subscriptions are ended as their server can answer in that time,
    /// [`limits::WINDOW`](super::limits::WINDOW) at once; the others run out on it by themselves.
    pub fn stop(&mut self, now: Moment) {
        if self.stop.has_begun() {
            return;
        }
        self.pacing.hurry();
        self.enter(now, Stop::Unpublishing);
        self.pump(now);
    }

    /// Whether an orderly stop has come to its end.
    pub fn is_stopped(&self) -> bool {
        self.stop == Stop::Stopped
    }

    /// Goes on to the next phase if this one has nothing left to wait for; tells whether it did.
    pub(super) fn advance_stop(&mut self, now: Moment) -> bool {
        let (over, next) = match self.stop {
            Stop::Running | Stop::Stopped => return false,
            Stop::Unpublishing => (self.publications.is_empty(), Stop::Unsubscribing),
            Stop::Unsubscribing => (
                self.subscriptions.is_empty() && self.notifier.is_empty(),
                Stop::Unregistering,
            ),
            Stop::Unregistering => (self.registration.is_over(), Stop::Stopped),
        };
        if over {
            self.enter(now, next);
        }
        over
    }

    pub(super) fn stop_phase_over(&mut self, now: Moment) {
        match self.stop {
            Stop::Unpublishing => self.stop_publishing(),
            Stop::Unsubscribing => {
                self.stop_subscribing(now);
                self.stop_notifying();
            }
            Stop::Unregistering => self.stop_registering(),
            Stop::Running | Stop::Stopped => {}
        }
    }

    fn enter(&mut self, now: Moment, phase: Stop) {
        self.stop = phase;
        match phase {
            Stop::Unpublishing => {
                for id in self.publication_ids() {
                    self.remove_publication(id);
                }
            }
            Stop::Unsubscribing => {
                for id in self.subscription_ids() {
                    self.end_subscription(now, id);
                }
                self.deactivate_watchers(now);
            }
            Stop::Unregistering => self.remove_bindings(),
            Stop::Running | Stop::Stopped => {}
        }
        if phase == Stop::Stopped {
            self.cancel_timer(Timer::StopPhase);
        } else {
            self.set_timer(Timer::StopPhase, now + PHASE);
        }
    }
}

const PHASE: Duration = Duration::from_secs(2);
