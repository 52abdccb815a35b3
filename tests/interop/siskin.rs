//! The real binary, driven as a script would drive it: arguments in, JSON lines out.

use std::io::{BufRead as _, BufReader, Read};
use std::path::Path;
use std::process::Stdio;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use crate::leash::Leash;
use crate::server::{DOMAIN, Kamailio, password};
use crate::trace::{self, Traced};

/// A running command.
pub struct Siskin {
    process: Leash,
    lines: Receiver<Value>,
    seen: Vec<Value>,
    messages: Option<JoinHandle<String>>,
    command: String,
    profile: TempDir,
}

impl Siskin {
    /// Runs a command as `user` of the server over `udp`, `tcp` or `tls`, with the right password,
    /// the server's certificate authority and XCAP root, and a profile of its own.
    pub fn start(server: &Kamailio, transport: &str, user: &str, arguments: &[&str]) -> Self {
        Self::start_with(server, transport, user, &password(user), arguments)
    }

    /// The same with another password.
    pub fn start_with(
        server: &Kamailio,
        transport: &str,
        user: &str,
        password: &str,
        arguments: &[&str],
    ) -> Self {
        Self::start_over(server, &server.proxy(transport), user, password, arguments)
    }

    /// The same over an outbound proxy of the test's own.
    pub fn start_over(
        server: &Kamailio,
        proxy: &str,
        user: &str,
        password: &str,
        arguments: &[&str],
    ) -> Self {
        let account = format!("sip:{user}@{DOMAIN}");
        let root = server.xcap_root();
        let mut all = vec![
            "--json",
            "--account",
            &account,
            "--proxy",
            proxy,
            "--xcap-root",
            &root,
        ];
        let authority = server.ca_file().to_string_lossy();
        all.extend(["--tls-ca", &authority]);
        all.extend(arguments);
        Self::run(&all, password)
    }

    /// The same, on a desktop with this session bus.
    pub fn start_on(server: &Kamailio, bus: &str, user: &str, arguments: &[&str]) -> Self {
        let (account, proxy) = (format!("sip:{user}@{DOMAIN}"), server.proxy("tls"));
        let authority = server.ca_file().to_string_lossy();
        let mut all = vec!["--json", "--account", &account, "--proxy", &proxy];
        all.extend(["--tls-ca", &authority]);
        all.extend(arguments);
        Self::run_with(&all, &password(user), &[("DBUS_SESSION_BUS_ADDRESS", bus)])
    }

    /// Runs the binary with exactly these arguments, a data folder of its own and a trace in it, the
    /// password in the environment.
    pub fn run(arguments: &[&str], password: &str) -> Self {
        Self::run_with(arguments, password, &[])
    }

    fn run_with(arguments: &[&str], password: &str, environment: &[(&str, &str)]) -> Self {
        let profile = TempDir::new().expect("a folder for the profile");
        let data = profile.path().to_string_lossy().into_owned();
        let trace = profile.path().join(TRACE).to_string_lossy().into_owned();
        let mut all = arguments.to_vec();
        all.extend(["--data-dir", &data, "--trace", &trace]);
        let program = env!("CARGO_BIN_EXE_siskin");
        Self::launch(program, &all, password, environment, profile)
    }

    /// Runs a program with nothing but these arguments, and without a password if that is empty: for the test of this
    /// very file, and for a profile that outlives a command.
    pub fn stand_in(program: &str, arguments: &[&str], password: &str) -> Self {
        let profile = TempDir::new().expect("a folder for the profile");
        Self::launch(program, arguments, password, &[], profile)
    }

    /// The next line for which `wanted` says yes; the lines before it are passed over.
    ///
    /// # Panics
    /// When none comes within `bound`, or the command ends first.
    pub fn wait_for(&mut self, bound: Duration, wanted: impl Fn(&Value) -> bool) -> Value {
        let end = Instant::now() + bound;
        loop {
            match self
                .lines
                .recv_timeout(end.saturating_duration_since(Instant::now()))
            {
                Ok(line) => {
                    self.seen.push(line.clone());
                    if wanted(&line) {
                        return line;
                    }
                }
                Err(RecvTimeoutError::Timeout) => self.give_up(&format!("within {bound:?}")),
                Err(RecvTimeoutError::Disconnected) => self.give_up("before it ended"),
            }
        }
    }

    /// The next line of this type with these fields.
    pub fn wait_for_line(
        &mut self,
        bound: Duration,
        kind: &str,
        fields: &[(&str, Value)],
    ) -> Value {
        self.wait_for(bound, |line| {
            line["type"] == kind && fields.iter().all(|(name, value)| line[*name] == *value)
        })
    }

    /// Reads for `span` and panics when a line comes for which `unwanted` says yes.
    pub fn stays_without(&mut self, span: Duration, unwanted: impl Fn(&Value) -> bool) {
        let end = Instant::now() + span;
        loop {
            match self
                .lines
                .recv_timeout(end.saturating_duration_since(Instant::now()))
            {
                Ok(line) => {
                    assert!(!unwanted(&line), "unwanted line: {line}");
                    self.seen.push(line);
                }
                // The time is over, or the command: nothing more can come.
                Err(_) => return,
            }
        }
    }

    /// The folder that stands for the user's home.
    pub fn home(&self) -> &Path {
        self.profile.path()
    }

    /// Every SIP message so far.
    pub fn trace(&self) -> Vec<Traced> {
        trace::read(&self.home().join(TRACE))
    }

    /// The trace as the user would send it in.
    pub fn trace_text(&self) -> String {
        let bytes = std::fs::read(self.home().join(TRACE)).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// All lines that were read so far.
    pub fn seen(&self) -> &[Value] {
        &self.seen
    }

    /// Sends SIGINT, as Ctrl-C does.
    pub fn interrupt(&self) {
        self.process.signal("INT");
    }

    /// Sends SIGTERM, as the end of a session does.
    pub fn terminate(&self) {
        self.process.signal("TERM");
    }

    /// Ends it without a farewell, as a crash or a power cut would.
    pub fn kill(&mut self) {
        self.process.crash();
    }

    /// Waits for the end and returns the exit status and what was written to standard error. The
    /// lines that were not waited for are in `seen`.
    ///
    /// # Panics
    /// When it has not ended after `bound`.
    pub fn wait_exit(&mut self, bound: Duration) -> (i32, String) {
        let Some(status) = self.process.wait(bound) else {
            self.give_up(&format!("an end within {bound:?}"));
        };
        while let Ok(line) = self.lines.recv() {
            self.seen.push(line);
        }
        let messages = self.messages.take().and_then(|thread| thread.join().ok());
        (status.code().unwrap_or(-1), messages.unwrap_or_default())
    }

    /// Interrupts it and waits for a clean end: exit status 0 within the five seconds it may take.
    pub fn finish(mut self) -> Vec<Value> {
        self.interrupt();
        let (status, messages) = self.wait_exit(Duration::from_secs(6));
        assert_eq!(status, 0, "{messages}");
        self.seen
    }

    fn launch(
        program: &str,
        arguments: &[&str],
        password: &str,
        environment: &[(&str, &str)],
        profile: TempDir,
    ) -> Self {
        let mut process = Leash::start(program, arguments, BOUND, |command| {
            if password.is_empty() {
                command.env_remove("SISKIN_PASSWORD");
            } else {
                command.env("SISKIN_PASSWORD", password);
            }
            command
                .env("HOME", profile.path())
                .env_remove("DBUS_SESSION_BUS_ADDRESS")
                .env_remove("DISPLAY")
                .env_remove("WAYLAND_DISPLAY")
                .envs(environment.iter().copied())
                .stdout(Stdio::piped())
                .stderr(Stdio::piped());
        })
        .expect("the program runs");
        let output = process.child().stdout.take().expect("a pipe");
        let errors = process.child().stderr.take().expect("a pipe");
        Self {
            process,
            lines: read_lines(output),
            seen: Vec::new(),
            messages: Some(thread::spawn(move || read_all(errors))),
            command: arguments.join(" "),
            profile,
        }
    }

    fn give_up(&mut self, what: &str) -> ! {
        self.process.crash();
        let messages = self.messages.take().and_then(|thread| thread.join().ok());
        let seen: Vec<String> = self.seen.iter().map(Value::to_string).collect();
        panic!(
            "not {what}: siskin {}\nlines:\n{}\nstandard error:\n{}",
            self.command,
            seen.join("\n"),
            messages.unwrap_or_default()
        );
    }
}

fn read_lines(output: impl Read + Send + 'static) -> Receiver<Value> {
    let (sender, lines) = channel();
    thread::spawn(move || {
        for line in BufReader::new(output).lines() {
            let Ok(line) = line else { return };
            // A line that is no JSON is a fault of its own: tests see it as a string.
            let value = serde_json::from_str(&line).unwrap_or(Value::String(line));
            if sender.send(value).is_err() {
                return;
            }
        }
    });
    lines
}

fn read_all(mut errors: impl Read) -> String {
    let mut text = Vec::new();
    let _ = errors.read_to_end(&mut text);
    String::from_utf8_lossy(&text).into_owned()
}

const TRACE: &str = "trace.txt";
/// No scenario takes longer; whatever hangs is ended then.
const BOUND: Duration = Duration::from_secs(120);
