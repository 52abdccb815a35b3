//! The network and both machines at their worst, one thing at a time.

use std::time::Duration;

use crate::run;
use crate::world::scenario::{Habits, Memory, Often, Scenario, Weather, secs};

/// A quiet hour in which only this is different, on both kinds of network in turn.
fn hour(seed: u64, often: Often) -> Scenario {
    let quiet = Scenario::quiet();
    let stream = seed.is_multiple_of(2);
    Scenario {
        network: Weather {
            stream,
            loss: if stream { 0.0 } else { 0.05 },
            ..quiet.network
        },
        habits: Habits {
            outbound: seed.is_multiple_of(3),
            ..quiet.habits
        },
        often,
        ..quiet
    }
}

#[test]
fn a_good_network() {
    let reports = run("a_good_network", 10, |_| Scenario::quiet());
    for report in reports {
        // Everything comes back at once, since nothing was ever away.
        assert!(report.recovery <= secs(60), "{report:?}");
        // One SUBSCRIBE each, then a refresh in each term, the registration's, and a PUBLISH or two.
        assert!(report.requests < 20 * 8 + 20, "{report:?}");
    }
}

#[test]
fn loss_duplication_and_reordering() {
    run("loss_duplication_and_reordering", 20, |seed| Scenario {
        network: Weather {
            stream: false,
            loss: [0.05, 0.1, 0.2, 0.4][usize::try_from(seed % 4).unwrap()],
            duplication: 0.2,
            shortest_delay: Duration::from_millis(1),
            longest_delay: Duration::from_millis(1500),
        },
        ..Scenario::quiet()
    });
}

#[test]
fn servers_that_restart_and_lose_everything() {
    run("servers_that_restart_and_lose_everything", 20, |seed| {
        let often = Often {
            restarts: 4,
            ..Often::default()
        };
        let mut scenario = hour(seed, often);
        scenario.habits.memory = Memory::Lost;
        scenario.habits.warm_up = if seed % 4 < 2 { 30 } else { 0 };
        scenario
    });
}

#[test]
fn servers_that_restart_and_lose_nothing() {
    run("servers_that_restart_and_lose_nothing", 20, |seed| {
        let often = Often {
            restarts: 4,
            ..Often::default()
        };
        Scenario {
            longest_outage: secs(200),
            ..hour(seed, often)
        }
    });
}

#[test]
fn subscribers_that_die_and_begin_anew() {
    run("subscribers_that_die_and_begin_anew", 20, |seed| {
        hour(
            seed,
            Often {
                crashes: 4,
                ..Often::default()
            },
        )
    });
}

#[test]
fn networks_that_change_and_mappings_that_are_forgotten() {
    run(
        "networks_that_change_and_mappings_that_are_forgotten",
        20,
        |seed| {
            hour(
                seed,
                Often {
                    network_changes: 4,
                    flow_deaths: 4,
                    ..Often::default()
                },
            )
        },
    );
}

#[test]
fn partitions() {
    run("partitions", 20, |seed| {
        hour(
            seed,
            Often {
                partitions: 6,
                ..Often::default()
            },
        )
    });
}

#[test]
fn sleep_and_clocks_that_leap() {
    run("sleep_and_clocks_that_leap", 20, |seed| {
        hour(
            seed,
            Often {
                sleeps: 3,
                leaps: 3,
                ..Often::default()
            },
        )
    });
}

#[test]
fn users_who_change_their_mind() {
    run("users_who_change_their_mind", 20, |seed| {
        let often = Often {
            whims: 40,
            ..Often::default()
        };
        let mut scenario = hour(seed, often);
        scenario.habits.silent_end = seed % 4 < 2;
        scenario
    });
}
