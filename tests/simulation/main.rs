//! The engine for an hour of virtual time against a notifier behind a bad network, from many seeds.
//!
//! After every step the invariants of [`world::World::check`] hold; after the last disturbance everything that is wanted
//! comes back by itself and what is shown is what the notifier last said. A failing seed is named in the panic; run it
//! alone with `SISKIN_SEED=n cargo test --test simulation`.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod notifier;
mod world;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use notifier::Quirks;
use world::{Scenario, World};

/// Runs the scenario for each seed, or for the one (`SISKIN_SEED`) or as many (`SISKIN_SEEDS`) as the environment says.
fn run(name: &str, seeds: u64, scenario: impl Fn(u64) -> Scenario) {
    let number = |name| {
        let text = std::env::var(name).ok()?;
        text.parse::<u64>().ok()
    };
    let seeds = number("SISKIN_SEEDS").unwrap_or(seeds);
    let range = number("SISKIN_SEED").map_or(0..seeds, |seed| seed..seed + 1);
    for seed in range {
        let outcome = catch_unwind(AssertUnwindSafe(|| World::new(seed, scenario(seed)).run()));
        if let Err(panic) = outcome {
            eprintln!(
                "{name}: seed {seed} failed; SISKIN_SEED={seed} cargo test --test simulation {name}"
            );
            std::panic::resume_unwind(panic);
        }
    }
}

fn quiet() -> Scenario {
    Scenario {
        stream: false,
        loss: 0.0,
        duplication: 0.0,
        longest_delay: Duration::from_millis(20),
        restarts: 0,
        keeps_state: true,
        longest_outage: Duration::ZERO,
        network_changes: 0,
        subscriptions: 3,
        granted: 600,
        disturbed: Duration::from_secs(1800),
        calm: Duration::from_secs(300),
        digest: true,
        quirks: Quirks::default(),
        ends: 0,
        sleeps: 0,
    }
}

#[test]
fn a_good_network() {
    run("a_good_network", 10, |_| quiet());
}

#[test]
fn loss_duplication_and_reordering() {
    run("loss_duplication_and_reordering", 40, |seed| Scenario {
        loss: f64::from(5 + 5 * u8::try_from(seed % 4).unwrap()) / 100.0,
        duplication: 0.05,
        longest_delay: Duration::from_millis(800),
        granted: if seed % 2 == 0 { 120 } else { 600 },
        calm: Duration::from_secs(2400),
        ..quiet()
    });
}

#[test]
fn restarts_that_lose_everything() {
    run("restarts_that_lose_everything", 40, |seed| Scenario {
        stream: seed % 2 == 0,
        loss: if seed % 2 == 0 { 0.0 } else { 0.02 },
        restarts: 4,
        keeps_state: false,
        longest_outage: Duration::from_secs(90),
        granted: 300,
        calm: Duration::from_secs(2400),
        digest: seed % 3 == 0,
        ..quiet()
    });
}

#[test]
fn restarts_that_keep_the_state() {
    run("restarts_that_keep_the_state", 30, |seed| Scenario {
        stream: seed % 2 == 0,
        restarts: 4,
        longest_outage: Duration::from_secs(200),
        granted: 300,
        calm: Duration::from_secs(2400),
        ..quiet()
    });
}

#[test]
fn networks_that_change() {
    run("networks_that_change", 30, |seed| Scenario {
        stream: seed % 2 == 1,
        network_changes: 6,
        loss: if seed % 2 == 1 { 0.0 } else { 0.05 },
        granted: 300,
        calm: Duration::from_secs(2400),
        ..quiet()
    });
}

#[test]
fn machines_that_sleep() {
    run("machines_that_sleep", 30, |seed| Scenario {
        stream: seed % 2 == 1,
        loss: if seed % 2 == 1 { 0.0 } else { 0.03 },
        sleeps: 5,
        subscriptions: 5,
        granted: if seed % 3 == 0 { 3000 } else { 300 },
        calm: Duration::from_secs(2400),
        ..quiet()
    });
}

#[test]
fn everything_at_once() {
    run("everything_at_once", 30, |_| Scenario {
        loss: 0.1,
        duplication: 0.1,
        longest_delay: Duration::from_millis(1500),
        restarts: 3,
        keeps_state: false,
        longest_outage: Duration::from_secs(120),
        network_changes: 3,
        sleeps: 2,
        subscriptions: 5,
        granted: 240,
        calm: Duration::from_secs(2600),
        ..quiet()
    });
}

#[test]
fn several_notifiers_for_one_subscribe() {
    run("several_notifiers_for_one_subscribe", 30, |seed| Scenario {
        stream: seed % 2 == 0,
        loss: if seed % 2 == 0 { 0.0 } else { 0.08 },
        duplication: 0.05,
        restarts: u32::from(seed % 3 == 0),
        keeps_state: false,
        longest_outage: Duration::from_secs(60),
        subscriptions: 4,
        granted: 300,
        calm: Duration::from_secs(2400),
        quirks: Quirks {
            forks: 3,
            notify_first: seed % 4 == 1,
            ..Quirks::default()
        },
        ..quiet()
    });
}

#[test]
fn odd_notifiers() {
    run("odd_notifiers", 40, |seed| Scenario {
        stream: seed % 3 == 0,
        loss: if seed % 3 == 0 { 0.0 } else { 0.03 },
        longest_delay: Duration::from_millis(200),
        granted: 3000,
        calm: Duration::from_secs(7200),
        ends: 8,
        quirks: Quirks {
            forks: u32::try_from(seed % 3).unwrap(),
            notify_first: seed % 2 == 0,
            notify_only: seed % 5 == 1,
            nameless_minimum: seed % 4 == 2,
            silent_end: seed % 7 == 3,
            reasons: &[
                "deactivated",
                "timeout",
                "probation;retry-after=30",
                "giveup",
                "noresource",
                "odd",
            ],
        },
        ..quiet()
    });
}
