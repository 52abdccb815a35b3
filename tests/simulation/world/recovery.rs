//! The end of a run: in fine weather all comes back by itself, and an orderly stop leaves nothing behind.

use siskin::engine::{PublicationState, RegistrationState, SubscriptionState};

use super::happening::Happening;
use super::{World, secs};

impl World {
    /// The weather is fine, and what was dismissed is asked for once more by its user: everything must come back by
    /// itself, each thing at its next try.
    pub(super) fn recover(&mut self) {
        self.line.calm_down();
        if !self.up {
            self.happen(Happening::Up);
        }
        self.notifier.calm_down(self.now);
        self.flush();
        let began = self.now;
        // What a server has dropped while nobody could be reached is missed at the next refresh.
        let longest = self.scenario.longest_wait().max(self.scenario.term());
        let latest = began + longest + self.scenario.patience() * 2;
        let mut asked = false;
        loop {
            self.until(self.now + secs(10));
            if !asked && began + secs(60) <= self.now {
                asked = true;
                self.ask_again();
            }
            let faults = self.faults();
            if faults.is_empty() && asked {
                break;
            }
            assert!(self.now < latest, "not well at {:?}: {faults:#?}", self.now);
        }
        self.report.recovery = self.now.saturating_since(began);
    }

    /// Ends everything in order; afterwards the engine keeps nothing.
    pub(super) fn stop(&mut self) {
        self.stopping = true;
        self.watch.start_over();
        self.subscriber.wanted.clear();
        let now = self.subscriber.now(self.now);
        self.subscriber.engine.stop(now);
        self.serve();
        self.until(self.now + secs(10));
        assert!(self.subscriber.engine.is_stopped());
        // Nobody says anything any more; answers are kept until Timer J.
        self.up = false;
        self.until(self.now + secs(100));
        let left = self.subscriber.engine.census();
        assert_eq!(left.in_use(), 0, "left behind: {left:?}");
    }

    fn ask_again(&mut self) {
        let dismissed: Vec<usize> = self
            .subscriber
            .wanted
            .values()
            .filter(|wanted| wanted.dismissed)
            .map(|wanted| wanted.resource)
            .collect();
        for resource in dismissed {
            self.want_anew(resource);
        }
    }

    /// What is not as it has to be at the end.
    fn faults(&self) -> Vec<String> {
        let engine = &self.subscriber.engine;
        let now = self.subscriber.now(self.now);
        let mut faults = Vec::new();
        let registration = engine.registration().unwrap();
        if registration.state != RegistrationState::Registered {
            faults.push(format!("{registration:?}"));
        }
        let publication = engine.publication(self.subscriber.publication).unwrap();
        if publication.state != PublicationState::Published {
            faults.push(format!("{publication:?}"));
        }
        for (id, wanted) in &self.subscriber.wanted {
            let said = self.notifier.state(wanted.resource);
            let event = engine.subscription(*id).unwrap();
            let shown = wanted.shown.values();
            let good = event.state == SubscriptionState::Active
                && !wanted.shown.is_empty()
                && shown.clone().all(|shown| *shown == said);
            if !good {
                let health = engine.health(now, *id);
                faults.push(format!("{wanted:?}, not {said}: {health:?}"));
            }
        }
        faults
    }
}
