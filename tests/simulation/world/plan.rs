//! When what happens.

use std::time::Duration;

use super::happening::Happening;
use super::{World, secs};

impl World {
    /// Spreads what the scenario wants over its time.
    pub(super) fn plan(&mut self) {
        let often = self.scenario.often;
        let outage = self.scenario.longest_outage;
        for _ in 0..often.restarts {
            let time = self.dice.between(Duration::from_millis(500), outage);
            let at = self.any_time(time);
            self.push(at, Happening::Down);
            self.push(at + time, Happening::Up);
        }
        for _ in 0..often.partitions {
            let time = self.dice.between(secs(2), outage);
            self.any(Happening::Cut(time));
        }
        for _ in 0..often.sleeps {
            let time = self.dice.between(secs(5), self.scenario.longest_sleep);
            self.any(Happening::Sleep(time));
        }
        for _ in 0..often.leaps {
            let time = self.dice.between(secs(1), secs(7200));
            self.any(Happening::Leap(time));
        }
        for _ in 0..often.rejections {
            let resource = self.dice.below(self.scenario.subscriptions);
            self.any(Happening::Close(resource));
        }
        for _ in 0..often.whims {
            let resource = self.dice.below(self.scenario.subscriptions);
            self.any(Happening::Whim(resource));
        }
        let rest: [(usize, fn() -> Happening); 5] = [
            (often.crashes, || Happening::Crash),
            (often.network_changes, || Happening::NetworkChange),
            (often.flow_deaths, || Happening::FlowDeath),
            (often.ends, || Happening::End),
            (often.unsolicited, || Happening::Unasked),
        ];
        for (times, happening) in rest {
            for _ in 0..times {
                self.any(happening());
            }
        }
        self.plan_change();
    }

    /// The next change of somebody's state.
    pub(super) fn plan_change(&mut self) {
        let rest = self
            .dice
            .between(Duration::from_secs(1), self.scenario.longest_rest);
        let resource = self.dice.below(self.scenario.subscriptions);
        self.push(self.now + rest, Happening::Change(resource));
    }

    fn any(&mut self, happening: Happening) {
        let at = self.any_time(Duration::ZERO);
        self.push(at, happening);
    }

    /// Any time early enough for something that lasts so long.
    fn any_time(&mut self, lasting: Duration) -> siskin::engine::Moment {
        let first = secs(1);
        let last = self.scenario.length.saturating_sub(lasting).max(first);
        self.begin + self.dice.between(first, last)
    }
}
