//! Programs that a test starts and that must not outlive it: not when the test fails, not when it
//! hangs, not when the test program itself is killed.

use std::ffi::OsStr;
use std::io;
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// A running program in a process group of its own, ended when this value is dropped.
///
/// The kernel ends it when the thread that started it ends, so it must be started by the thread
/// that runs the test.
pub struct Leash {
    child: Child,
}

impl Leash {
    /// Starts `program`, for at most `bound`. `configure` may set folder, environment and streams;
    /// standard input is empty unless it says otherwise.
    pub fn start<I, S>(
        program: &str,
        arguments: I,
        bound: Duration,
        configure: impl FnOnce(&mut Command),
    ) -> io::Result<Self>
    where
        I: IntoIterator<Item = S>,
        S: AsRef<OsStr>,
    {
        // `setpriv` ends it with us, `timeout` after the bound; both become the program itself or
        // hand every signal on to it.
        let mut command = Command::new("setpriv");
        command
            .args(["--pdeathsig", "TERM", "timeout", "--kill-after=5"])
            .arg(bound.as_secs().to_string())
            .arg(program)
            .args(arguments)
            .stdin(Stdio::null())
            .process_group(0);
        configure(&mut command);
        command.spawn().map(|child| Self { child })
    }

    /// The streams that `configure` asked to have piped.
    pub fn child(&mut self) -> &mut Child {
        &mut self.child
    }

    /// Sends a signal (`TERM`, `KILL`, `INT`) to everything in the group.
    pub fn signal(&self, name: &str) {
        // The standard library can only kill; the shell knows the other signals.
        let script = format!("kill -{name} -{}", self.child.id());
        let _ = Command::new("sh")
            .args(["-c", &script])
            .stderr(Stdio::null())
            .status();
    }

    /// Waits for the end, for at most `bound`.
    pub fn wait(&mut self, bound: Duration) -> Option<ExitStatus> {
        let end = Instant::now() + bound;
        loop {
            if let Ok(Some(status)) = self.child.try_wait() {
                return Some(status);
            }
            if Instant::now() >= end {
                return None;
            }
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// Whether it still runs.
    pub fn runs(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// Asks it to end, and makes it end when it has not done so after `patience`.
    pub fn stop(&mut self, patience: Duration) {
        if !self.runs() {
            return;
        }
        self.signal("TERM");
        if self.wait(patience).is_none() {
            self.crash();
        }
    }

    /// Ends it without any farewell.
    pub fn crash(&mut self) {
        self.signal("KILL");
        let _ = self.child.wait();
    }
}

impl Drop for Leash {
    fn drop(&mut self) {
        self.stop(Duration::from_secs(3));
        // What the program itself started may have stayed behind in the group.
        self.signal("KILL");
    }
}
