//! The simulation of the test suite for longer: more seeds, more hours, more subscriptions.
//!
//! `cargo run --release --no-default-features --example soak -- --seeds N --hours H [--subscriptions N --loss P
//! --restarts N --network-changes N --first SEED]` prints a line for each seed. All other weather, and the habits of the
//! server, are drawn from the seed. When an invariant does not hold it ends with the command that runs that seed again.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that is run by hand stops where something is not as it must be"
)]

#[path = "../../tests/simulation/seeds.rs"]
mod seeds;
#[path = "../../tests/simulation/world/mod.rs"]
mod world;

use std::fmt::Write as _;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use clap::Parser;
use world::Report;
use world::scenario::Scenario;

#[derive(Parser, Clone, Copy)]
struct Arguments {
    /// How many seeds.
    #[arg(long, default_value_t = 20)]
    seeds: u64,
    /// The first of them.
    #[arg(long, default_value_t = 0)]
    first: u64,
    /// Simulated hours of each.
    #[arg(long, default_value_t = 24)]
    hours: u32,
    /// Subscriptions.
    #[arg(long, default_value_t = 200)]
    subscriptions: usize,
    /// The share of messages that are lost; else drawn.
    #[arg(long)]
    loss: Option<f64>,
    /// Restarts of the server; else drawn.
    #[arg(long)]
    restarts: Option<usize>,
    /// Changes of the network; else drawn.
    #[arg(long)]
    network_changes: Option<usize>,
}

impl Arguments {
    fn scenario(&self, seed: u64) -> Scenario {
        let mut scenario = Scenario::drawn(seed);
        scenario.subscriptions = self.subscriptions;
        scenario.length = Duration::from_secs(3600) * self.hours;
        scenario.network.loss = self.loss.unwrap_or(scenario.network.loss);
        let often = &mut scenario.often;
        often.restarts = self.restarts.unwrap_or(often.restarts);
        often.network_changes = self.network_changes.unwrap_or(often.network_changes);
        scenario
    }

    /// The command that runs this seed alone.
    fn again(&self, seed: u64) -> String {
        let mut command = format!(
            "cargo run --release --no-default-features --example soak -- --first {seed} --seeds 1 --hours {} --subscriptions {}",
            self.hours, self.subscriptions
        );
        let given = [
            ("loss", self.loss.map(|loss| loss.to_string())),
            ("restarts", self.restarts.map(|count| count.to_string())),
            (
                "network-changes",
                self.network_changes.map(|count| count.to_string()),
            ),
        ];
        for (name, value) in given {
            if let Some(value) = value {
                let _ = write!(command, " --{name} {value}");
            }
        }
        command
    }
}

fn main() {
    let arguments = Arguments::parse();
    println!(
        "seed | events | requests | most a second | NOTIFYs | 204s | tags alone | lost | objects | heap kB | later growth kB | recovery s | bans | unasked NOTIFYs taken, refused | CPU s"
    );
    let began = Instant::now();
    let count = Mutex::new(0);
    seeds::run(
        arguments.first..arguments.first + arguments.seeds,
        |seed| arguments.scenario(seed),
        |seed| arguments.again(seed),
        |seed, report| {
            print(seed, report);
            *count.lock().unwrap() += 1;
        },
    );
    let count = count.into_inner().unwrap();
    println!("{count} seeds held in {:.0?}", began.elapsed());
}

fn print(seed: u64, report: &Report) {
    let Report {
        events,
        requests,
        notifies,
        unchanged,
        lost,
        fastest,
        peak,
        heap,
        growth,
        recovery,
        cpu,
        tally,
    } = report;
    println!(
        "{seed} | {events} | {requests} | {fastest} | {notifies} | {} | {unchanged} | {lost} | {peak} | {} | {} | {} | {} | {}, {} | {:.1}",
        tally.suppressed,
        heap / 1000,
        growth / 1000,
        recovery.as_secs(),
        tally.bans,
        tally.unsolicited_taken,
        tally.unsolicited_refused,
        cpu.as_secs_f64()
    );
}
