//! Whether somebody is at the machine: keyboard and mouse in use, and the screen not locked.
//!
//! Several services of a desktop can tell; `source` has one trait for all of them, and [`watch`] asks the first that
//! answers. Which there are is written in one file for each system. What their answers mean is decided in `policy`, without any clock of its own.

mod policy;
mod source;

#[cfg_attr(target_os = "linux", path = "linux.rs")]
#[cfg_attr(target_os = "windows", path = "windows.rs")]
#[cfg_attr(target_os = "macos", path = "macos.rs")]
#[cfg_attr(
    not(any(target_os = "linux", target_os = "windows", target_os = "macos")),
    path = "absent.rs"
)]
mod system;

#[cfg(target_os = "linux")]
mod bus;
#[cfg(any(test, target_os = "windows", target_os = "macos"))]
mod polled;
#[cfg(all(target_os = "linux", feature = "gui"))]
mod wayland;
#[cfg(all(target_os = "linux", feature = "gui"))]
mod x11;

use std::time::Duration;

use jiff::Timestamp;
use thiserror::Error;
use tokio::sync::mpsc::Sender;

use policy::Watcher;
use source::Sources;

/// When nobody counts as being there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Policy {
    /// After so long without keyboard and mouse; `None`: never.
    pub after: Option<Duration>,
    /// As soon as the screen is locked.
    pub when_locked: bool,
}

/// Whether somebody is at the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attendance {
    /// Somebody is.
    Here,
    /// Nobody is.
    Gone {
        /// When keyboard and mouse were last used, to the second.
        since: Timestamp,
    },
}

/// Why it cannot be told.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Unavailable {
    /// No service of the desktop answers, or none is known on this system.
    #[error("this desktop does not tell whether somebody is at the machine")]
    Desktop,
    /// One that has answered before answers no longer.
    #[error("{service} does not answer: {detail}")]
    Service {
        /// What was asked.
        service: &'static str,
        /// What it said.
        detail: String,
    },
}

/// Tells at the start whether somebody is there, and then each change, until nobody listens. To be awaited on a tokio
/// runtime.
///
/// # Errors
/// [`Unavailable`] when this machine has nobody to ask. One that fails later is waited for.
pub async fn watch(policy: Policy, out: Sender<Attendance>) -> Result<(), Unavailable> {
    let found = Sources::find(policy).await?;
    serve(policy, found, &out).await;
    Ok(())
}

async fn serve(policy: Policy, mut sources: Sources, out: &Sender<Attendance>) {
    let mut watcher = Watcher::new(policy);
    loop {
        match sources.look().await {
            Ok(reading) => {
                if let Some(attendance) = watcher.take(Timestamp::now(), reading)
                    && out.send(attendance).await.is_err()
                {
                    return;
                }
                tokio::select! {
                    () = tokio::time::sleep(watcher.next_look(reading)) => {}
                    () = sources.news() => {}
                    () = out.closed() => return,
                }
            }
            Err(error) => {
                tracing::info!(%error, "whether somebody is at the machine is not known for a while");
                loop {
                    tokio::select! {
                        () = tokio::time::sleep(FIND_AGAIN) => {}
                        () = out.closed() => return,
                    }
                    if let Ok(found) = Sources::find(policy).await {
                        sources = found;
                        break;
                    }
                }
            }
        }
    }
}

/// How long after a failure it is looked for services again.
const FIND_AGAIN: Duration = Duration::from_secs(30);

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};
    use std::time::Instant;

    use tokio::sync::mpsc::Receiver;
    use tokio::sync::{Notify, mpsc};
    use tokio::task::JoinHandle;

    use super::source::{Asked, Seen, Source};
    use super::*;

    /// A desktop that says what the test wants.
    #[derive(Clone, Default)]
    struct Desk {
        seen: Arc<Mutex<Seen>>,
        bell: Arc<Notify>,
    }

    impl Source for Desk {
        fn name(&self) -> &'static str {
            "a desk"
        }

        fn look(&mut self) -> Asked<'_, Result<Seen, Unavailable>> {
            let seen = *self.seen.lock().unwrap();
            Box::pin(async move { Ok(seen) })
        }

        fn news(&mut self) -> Asked<'_, ()> {
            Box::pin(self.bell.notified())
        }
    }

    impl Desk {
        fn says(&self, milliseconds: u64, locked: bool) {
            *self.seen.lock().unwrap() = Seen {
                idle: Some(Duration::from_millis(milliseconds)),
                locked: Some(locked),
            };
        }

        /// Begins to tell of it; nobody counts as there after so long.
        fn watched(&self, after: Duration) -> (Receiver<Attendance>, JoinHandle<()>) {
            let policy = Policy {
                after: Some(after),
                when_locked: true,
            };
            let (out, told) = mpsc::channel(8);
            let sources = Sources::of(vec![Box::new(self.clone())]);
            let serving = tokio::spawn(async move { serve(policy, sources, &out).await });
            (told, serving)
        }
    }

    async fn next(told: &mut Receiver<Attendance>) -> Attendance {
        let told = tokio::time::timeout(Duration::from_secs(30), told.recv()).await;
        told.expect("it is told in time").expect("somebody tells")
    }

    #[tokio::test]
    async fn rp_024_it_is_asked_when_it_matters_and_each_change_is_told_once() {
        let desk = Desk::default();
        let begin = Instant::now();
        desk.says(0, false);
        let (mut told, serving) = desk.watched(Duration::from_millis(300));
        assert_eq!(next(&mut told).await, Attendance::Here);
        desk.says(300, false);
        assert!(matches!(next(&mut told).await, Attendance::Gone { .. }));
        let asked = begin.elapsed();
        assert!(
            asked >= Duration::from_millis(300),
            "not before it can be so"
        );
        desk.says(0, false);
        assert_eq!(next(&mut told).await, Attendance::Here);
        drop(told);
        serving.await.unwrap();
    }

    #[tokio::test]
    async fn rp_024_a_lock_is_told_by_itself_and_does_not_wait_for_the_next_look() {
        let desk = Desk::default();
        desk.says(0, false);
        let (mut told, serving) = desk.watched(Duration::from_secs(3_600));
        assert_eq!(next(&mut told).await, Attendance::Here);
        desk.says(0, true);
        desk.bell.notify_one();
        assert!(matches!(next(&mut told).await, Attendance::Gone { .. }));
        drop(told);
        serving.await.unwrap();
    }
}
