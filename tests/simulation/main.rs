//! The engine in virtual time against odd notifiers behind a bad network, from many seeds.
//!
//! At every moment the invariants of `world/watch.rs` hold; after the last disturbance everything that is wanted comes
//! back by itself, what is shown is what the notifier last said, and an orderly stop leaves nothing behind. A failing
//! seed is named with the command that runs it alone: `SISKIN_SEED=n cargo test --test simulation NAME`.
//!
//! All of it takes about three minutes on two idle processors. `SISKIN_SEEDS=n` runs so many seeds of each test, fewer while
//! one works or more; the example `soak` runs longer times and more subscriptions.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod habits;
mod seeds;
mod weather;
mod world;

use std::sync::Mutex;
use std::time::Duration;

use world::scenario::{Memory, Scenario};
use world::{Report, World};

/// Runs the scenario for each seed, or for the one (`SISKIN_SEED`) or as many (`SISKIN_SEEDS`) as the environment says;
/// the answer is every report.
fn run(name: &str, count: u64, scenario: impl Fn(u64) -> Scenario + Sync) -> Vec<Report> {
    let number = |name| std::env::var(name).ok()?.parse::<u64>().ok();
    let count = number("SISKIN_SEEDS").unwrap_or(count);
    let range = number("SISKIN_SEED").map_or(0..count, |seed| seed..seed + 1);
    let reports = Mutex::new(Vec::new());
    seeds::run(
        range,
        scenario,
        |seed| format!("SISKIN_SEED={seed} cargo test --test simulation {name}"),
        |_, report| reports.lock().unwrap().push(*report),
    );
    reports.into_inner().unwrap()
}

/// The sums and peaks of a test, for who runs it with `--nocapture`.
fn summary(name: &str, reports: &[Report]) {
    let sum = |of: fn(&Report) -> u64| reports.iter().map(of).sum::<u64>();
    let longest = reports.iter().map(|report| report.recovery).max();
    println!(
        "{name}: {} seeds in {:.1?} of a processor, {} events, {} requests, {} NOTIFYs, at most {:?} objects and {:?} kB, recovery {:?}",
        reports.len(),
        reports.iter().map(|report| report.cpu).sum::<Duration>(),
        sum(|report| report.events),
        sum(|report| report.requests),
        sum(|report| report.notifies),
        reports.iter().map(|report| report.peak).max(),
        reports.iter().map(|report| report.heap / 1000).max(),
        longest.unwrap_or_default(),
    );
}

/// Two thousand hours with twenty subscriptions, and in each whatever the seed draws: loss, forks, restarts, sleep, habits.
#[test]
fn any_hour() {
    let reports = run("any_hour", 2000, Scenario::drawn);
    summary("any_hour", &reports);
}

/// Whoever runs a failing seed again meets the same failure.
#[test]
fn a_seed_is_the_same_hour_twice() {
    let restarts = |seed| {
        let mut scenario = Scenario::drawn(seed);
        scenario.habits.memory = Memory::Kept;
        scenario.often.restarts = 10;
        scenario
    };
    for seed in 0..10 {
        for scenario in [Scenario::drawn(seed), restarts(seed)] {
            let [once, again] = [(); 2].map(|()| {
                let (_, trace) = World::traced(seed, &scenario, Some(Vec::new()));
                trace.unwrap_or_default()
            });
            assert!(once.len() > 500, "{}", once.len());
            let differs = once.iter().zip(&again).find(|(one, other)| one != other);
            assert_eq!(differs, None, "seed {seed}: {scenario:?}");
            assert_eq!(once.len(), again.len());
        }
    }
}

/// Five days with two hundred subscriptions.
#[test]
fn whole_days() {
    let day = Duration::from_secs(24 * 3600);
    let reports = run("whole_days", 5, |seed| {
        let hour = Scenario::drawn(seed);
        let mut often = hour.often;
        often.restarts = 6;
        often.network_changes = 10;
        often.ends = 50;
        let mut habits = hour.habits;
        habits.granted = 3600;
        Scenario {
            subscriptions: 200,
            length: day,
            often,
            habits,
            ..hour
        }
    });
    summary("whole_days", &reports);
}

/// A week in which no day adds to the memory; the world looks at that itself.
#[test]
fn a_week_costs_no_more_memory_than_a_day() {
    let reports = run("a_week_costs_no_more_memory_than_a_day", 1, |_| {
        let hour = Scenario::drawn(3);
        let mut habits = hour.habits;
        habits.granted = 3600;
        Scenario {
            length: Duration::from_secs(7 * 24 * 3600),
            habits,
            ..hour
        }
    });
    summary("a_week_costs_no_more_memory_than_a_day", &reports);
}
