//! The demo server in a process of its own, and commands that talk to it.

use std::io::{BufRead as _, BufReader, Read};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use crate::leash::Leash;

/// A running demo server.
pub struct Office {
    _server: Leash,
    info: Value,
    home: TempDir,
}

/// What a command has done.
#[derive(Debug)]
pub struct Done {
    pub status: i32,
    pub lines: Vec<Value>,
    pub text: String,
    pub errors: String,
    pub took: Duration,
}

/// A command that is still running.
pub struct Running {
    process: Leash,
    started: Instant,
    out: Stream,
    errors: Stream,
    /// How many bytes there are to the end of the line that was found last.
    found: usize,
}

/// What a command writes, while it does so.
struct Stream {
    text: Arc<Mutex<Vec<u8>>>,
    reader: thread::JoinHandle<()>,
}

impl Office {
    pub fn open() -> Self {
        let mut server = Leash::start(
            SISKIN,
            ["demo", "--server-only", "--json"],
            BOUND,
            |command| {
                command.stdout(Stdio::piped()).stderr(Stdio::inherit());
            },
        )
        .unwrap();
        let out = server.child().stdout.take().unwrap();
        let mut line = String::new();
        BufReader::new(out).read_line(&mut line).unwrap();
        Self {
            _server: server,
            info: serde_json::from_str(&line).unwrap(),
            home: TempDir::new().unwrap(),
        }
    }

    /// Runs a command as Alice to its end.
    pub fn run(&self, arguments: &[&str]) -> Done {
        self.start(arguments).wait()
    }

    /// Runs a command as somebody to its end.
    pub fn run_as(&self, user: &str, arguments: &[&str]) -> Done {
        self.start_as(user, arguments).wait()
    }

    /// Starts a command as Alice.
    pub fn start(&self, arguments: &[&str]) -> Running {
        self.start_as("alice", arguments)
    }

    /// Starts a command as somebody.
    pub fn start_as(&self, user: &str, arguments: &[&str]) -> Running {
        self.start_with(user, arguments, &[])
    }

    /// Starts a command as somebody on a desktop with this session bus, and no display.
    pub fn start_on(&self, bus: &str, user: &str, arguments: &[&str]) -> Running {
        let desktop = [("DBUS_SESSION_BUS_ADDRESS", bus)];
        self.start_with(user, arguments, &desktop)
    }

    fn start_with(&self, user: &str, arguments: &[&str], variables: &[(&str, &str)]) -> Running {
        let account = format!("sip:{user}@example.test");
        let users = self.info["users"].as_array().unwrap();
        let person = users.iter().find(|known| known["address"] == account);
        let password = person.unwrap()["password"].as_str().unwrap();
        let mut all = vec!["--account", &account, "--proxy", self.text("proxy")];
        all.extend(["--xcap-root", self.text("xcap_root")]);
        all.extend(arguments);
        let mut environment = vec![("SISKIN_PASSWORD", password)];
        environment.extend(variables);
        start(&all, self.home.path(), &environment)
    }

    /// A field of what the server says about itself.
    pub fn text(&self, field: &str) -> &str {
        self.info[field].as_str().unwrap()
    }
}

impl Running {
    /// Sends a signal.
    pub fn signal(&self, name: &str) {
        self.process.signal(name);
    }

    /// Waits for a line, or finds it among those that have come.
    pub fn until(&mut self, kind: &str, fits: impl Fn(&Value) -> bool) -> Value {
        self.found = 0;
        self.then(kind, fits)
    }

    /// Waits for a line after the one that was found last.
    pub fn then(&mut self, kind: &str, fits: impl Fn(&Value) -> bool) -> Value {
        let end = Instant::now() + PATIENCE;
        loop {
            let text = self.out.from(self.found);
            for line in text
                .split_inclusive('\n')
                .filter(|line| line.ends_with('\n'))
            {
                self.found += line.len();
                let value = serde_json::from_str::<Value>(line).ok();
                if let Some(value) = value.filter(|it| it["type"] == kind && fits(it)) {
                    return value;
                }
            }
            assert!(
                Instant::now() < end && self.process.runs(),
                "no such {kind} in\n{}\n{}",
                self.out.from(0),
                self.errors.from(0)
            );
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// The most memory it has had so far, in kilobytes.
    pub fn peak_kb(&mut self) -> u64 {
        // What was started is `timeout`, whose only child is the command.
        let id = self.process.child().id();
        let children = std::fs::read_to_string(format!("/proc/{id}/task/{id}/children")).unwrap();
        let status = std::fs::read_to_string(format!("/proc/{}/status", children.trim())).unwrap();
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let peak = peak.and_then(|line| line.split_whitespace().next());
        peak.and_then(|number| number.parse().ok()).unwrap()
    }

    /// Ends it by a signal and waits for that.
    pub fn stop(self) -> Done {
        self.signal("TERM");
        self.wait()
    }

    /// Waits for the end.
    pub fn wait(mut self) -> Done {
        let status = self.process.wait(BOUND).expect("the command does not end");
        let took = self.started.elapsed();
        let text = self.out.end();
        Done {
            status: status.code().unwrap_or(-1),
            lines: lines(&text).collect(),
            text,
            errors: self.errors.end(),
            took,
        }
    }
}

impl Stream {
    fn read(mut from: impl Read + Send + 'static) -> Self {
        let text: Arc<Mutex<Vec<u8>>> = Arc::default();
        let into = Arc::clone(&text);
        let reader = thread::spawn(move || {
            let mut buffer = [0; 8192];
            while let Ok(length @ 1..) = from.read(&mut buffer) {
                into.lock().unwrap().extend_from_slice(&buffer[..length]);
            }
        });
        Self { text, reader }
    }

    /// What has come so far, from this byte on.
    fn from(&self, byte: usize) -> String {
        String::from_utf8_lossy(&self.text.lock().unwrap()[byte..]).into_owned()
    }

    fn end(self) -> String {
        self.reader.join().unwrap();
        String::from_utf8_lossy(&self.text.lock().unwrap()).into_owned()
    }
}

impl Done {
    /// The lines of a type.
    pub fn of(&self, kind: &str) -> Vec<&Value> {
        let lines = self.lines.iter();
        lines.filter(|line| line["type"] == kind).collect()
    }

    /// One field of every line of a type, in order.
    pub fn fields(&self, kind: &str, field: &str) -> Vec<String> {
        let text = |line: &&Value| line[field].as_str().unwrap_or("null").to_owned();
        self.of(kind).iter().map(text).collect()
    }

    /// The last line on standard error.
    pub fn last_word(&self) -> &str {
        self.errors.lines().last().unwrap_or_default()
    }
}

/// Starts a command as Alice at a server of which only the proxy is known, with JSON lines and in a home of its own.
pub fn start_at(proxy: &str, arguments: &[&str], variables: &[(&str, &str)]) -> (Running, TempDir) {
    let home = TempDir::new().unwrap();
    let mut all = vec!["--account", "sip:alice@example.test", "--proxy", proxy];
    all.push("--json");
    all.extend(arguments);
    let mut all_variables = vec![("SISKIN_PASSWORD", "secret")];
    all_variables.extend(variables);
    let running = start(&all, home.path(), &all_variables);
    (running, home)
}

/// Starts a command in a home of its own.
pub fn start(arguments: &[&str], home: &std::path::Path, variables: &[(&str, &str)]) -> Running {
    let started = Instant::now();
    let mut process = Leash::start(SISKIN, arguments, BOUND, |command: &mut Command| {
        command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .env_remove("SISKIN_PASSWORD")
            .env_remove("DBUS_SESSION_BUS_ADDRESS")
            .env_remove("DISPLAY")
            .env_remove("WAYLAND_DISPLAY")
            .env("HOME", home)
            .env("XDG_CONFIG_HOME", home.join("config"))
            .env("XDG_DATA_HOME", home.join("data"))
            .env("XDG_RUNTIME_DIR", home)
            .envs(variables.iter().copied());
    })
    .unwrap();
    let child = process.child();
    let (out, errors) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
    Running {
        process,
        started,
        out: Stream::read(out),
        errors: Stream::read(errors),
        found: 0,
    }
}

/// The JSON lines in a text, those that are whole.
fn lines(text: &str) -> impl Iterator<Item = Value> {
    text.lines()
        .filter_map(|line| serde_json::from_str(line).ok())
}

/// Runs a command to its end.
pub fn run(arguments: &[&str], variables: &[(&str, &str)]) -> Done {
    let home = TempDir::new().unwrap();
    start(arguments, home.path(), variables).wait()
}

const SISKIN: &str = env!("CARGO_BIN_EXE_siskin");
/// What has to come, comes within this time.
const PATIENCE: Duration = Duration::from_secs(20);
/// Nothing takes longer.
const BOUND: Duration = Duration::from_secs(60);
