//! Many seeds, on all processors; the one that fails is named.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::available_parallelism;

use super::world::scenario::Scenario;
use super::world::{Report, World};

/// Runs the scenario of each seed, and hands each report on. When one fails no further one begins; the first that failed
/// is named with the command that runs it alone, and its panic goes on.
pub(crate) fn run(
    seeds: std::ops::Range<u64>,
    scenario: impl Fn(u64) -> Scenario + Sync,
    again: impl Fn(u64) -> String + Sync,
    done: impl Fn(u64, &Report) + Sync,
) {
    let next = AtomicU64::new(seeds.start);
    let failure: Mutex<Option<(u64, Box<dyn Any + Send>)>> = Mutex::new(None);
    let work = || {
        while failure.lock().unwrap().is_none() {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= seeds.end {
                return;
            }
            let outcome = catch_unwind(AssertUnwindSafe(|| World::run(seed, &scenario(seed))));
            match outcome {
                Ok(report) => done(seed, &report),
                Err(panic) => {
                    let scenario = scenario(seed);
                    eprintln!("seed {seed} failed; alone: {}\n{scenario:?}", again(seed));
                    failure.lock().unwrap().get_or_insert((seed, panic));
                }
            }
        }
    };
    std::thread::scope(|scope| {
        let count = available_parallelism().map_or(1, usize::from);
        for _ in 0..count {
            scope.spawn(work);
        }
    });
    if let Some((_, panic)) = failure.into_inner().unwrap() {
        resume_unwind(panic);
    }
}
