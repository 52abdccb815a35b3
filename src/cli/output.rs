//! Standard output on a thread of its own: a reader that sleeps must not hold up the protocol.

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use tokio::sync::Notify;

/// A writer that never waits.
pub(super) struct Output {
    sender: Option<mpsc::Sender<Vec<u8>>>,
    thread: Option<JoinHandle<()>>,
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    closed: AtomicBool,
    /// Bytes that wait to be written.
    waiting: AtomicUsize,
    changed: Notify,
}

/// Tells when the reader has gone.
#[derive(Debug, Clone)]
pub(super) struct Reader(Arc<Shared>);

impl Output {
    /// Writes to `out` from a thread.
    pub(super) fn start(mut out: impl Write + Send + 'static) -> Self {
        let (sender, receiver) = mpsc::channel::<Vec<u8>>();
        let shared = Arc::new(Shared::default());
        let theirs = Arc::clone(&shared);
        let thread = std::thread::spawn(move || {
            while let Ok(bytes) = receiver.recv() {
                let written = out.write_all(&bytes).and_then(|()| out.flush());
                theirs.waiting.fetch_sub(bytes.len(), Ordering::Relaxed);
                if written.is_err() {
                    theirs.closed.store(true, Ordering::Relaxed);
                    theirs.changed.notify_one();
                    return;
                }
            }
        });
        Self {
            sender: Some(sender),
            thread: Some(thread),
            shared,
        }
    }

    /// Tells when the reader has gone.
    pub(super) fn reader(&self) -> Reader {
        Reader(Arc::clone(&self.shared))
    }
}

impl Reader {
    /// Waits until nobody reads any more.
    pub(super) async fn gone(&self) {
        while !self.0.closed.load(Ordering::Relaxed) {
            self.0.changed.notified().await;
        }
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let Some(sender) = &self.sender else {
            return Err(io::ErrorKind::BrokenPipe.into());
        };
        if self.shared.closed.load(Ordering::Relaxed) {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        let waiting = self
            .shared
            .waiting
            .fetch_add(bytes.len(), Ordering::Relaxed);
        if waiting > MAX_WAITING {
            self.shared
                .waiting
                .fetch_sub(bytes.len(), Ordering::Relaxed);
            return Err(io::Error::other("standard output is read too slowly"));
        }
        sender
            .send(bytes.to_vec())
            .map_err(|_| io::Error::from(io::ErrorKind::BrokenPipe))?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for Output {
    /// What waits is still written, if that does not take long.
    fn drop(&mut self) {
        self.sender = None;
        let Some(thread) = self.thread.take() else {
            return;
        };
        let by = Instant::now() + LINGER;
        while !thread.is_finished() && Instant::now() < by {
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}

/// More than this is not kept for a reader that sleeps.
const MAX_WAITING: usize = 64 * 1024 * 1024;
/// How long the end waits for a reader; with a clean stop before it, less than five seconds.
const LINGER: Duration = Duration::from_millis(500);

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;

    /// Takes nothing before it is let.
    struct Held {
        gate: mpsc::Receiver<()>,
        taken: Arc<Mutex<Vec<u8>>>,
    }

    impl Write for Held {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            // The gate is open for good once its other end is gone.
            let _ = self.gate.recv();
            self.taken.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn writing_does_not_wait_and_nothing_is_lost() {
        let (opener, gate) = mpsc::channel();
        let taken = Arc::new(Mutex::new(Vec::new()));
        let mut output = Output::start(Held {
            gate,
            taken: Arc::clone(&taken),
        });
        for line in 0..10 {
            output.write_all(format!("{line}\n").as_bytes()).unwrap();
        }
        assert!(taken.lock().unwrap().is_empty(), "all of it is only kept");
        drop(opener);
        drop(output);
        assert_eq!(*taken.lock().unwrap(), b"0\n1\n2\n3\n4\n5\n6\n7\n8\n9\n");
    }

    #[test]
    fn a_closed_pipe_shows() {
        struct Closed;
        impl Write for Closed {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(io::ErrorKind::BrokenPipe.into())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let mut output = Output::start(Closed);
        output.write_all(b"line\n").unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .unwrap();
        let reader = output.reader();
        runtime
            .block_on(async { tokio::time::timeout(Duration::from_secs(5), reader.gone()).await })
            .unwrap();
        let error = output.write_all(b"line\n").unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::BrokenPipe);
    }
}
