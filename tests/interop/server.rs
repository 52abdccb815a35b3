//! A real presence server: Kamailio on the loopback interface, one for each test that asks.

mod certificates;
mod settings;

use std::fs::{self, File};
use std::net::{SocketAddr, TcpListener, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::{self, Command};
use std::sync::atomic::{AtomicU16, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::leash::Leash;
use crate::web;

pub use certificates::Certificates;
pub use settings::{Certificate, Options};

/// The domain that the server is responsible for; no name server knows it.
pub const DOMAIN: &str = "example.test";

/// People with an account, and two parts that are played: `vm`, the voicemail system, may publish
/// message-summary for everybody; `forked` has several devices.
pub const USERS: [&str; 10] = [
    "alice", "bob", "carol", "dave", "erin", "frank", "grace", "heidi", "vm", "forked",
];

/// The password of a user.
pub fn password(user: &str) -> String {
    format!("{user}-secret")
}

/// What puts a user into the data base.
fn account(user: &str) -> String {
    format!(
        "INSERT INTO subscriber (username, domain, password, ha1, ha1b) \
         VALUES ('{user}', '{DOMAIN}', '{}', '', '');\n",
        password(user)
    )
}

/// How a server is restarted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Restart {
    /// Stopped in order; registrations, subscriptions and publications are found again.
    Keep,
    /// Stopped in order, and started with an empty data base: every dialog is unknown.
    Lose,
    /// Killed, with what it had written so far.
    Crash,
}

/// A running server. Dropping it stops it and removes its folder.
pub struct Kamailio {
    options: Options,
    ports: Ports,
    folder: TempDir,
    certificates: Certificates,
    process: Option<Leash>,
}

/// The ports of one server.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ports {
    pub(crate) sip: u16,
    pub(crate) tls: u16,
    pub(crate) xcap: u16,
    pub(crate) xcaps: u16,
    pub(crate) devices: [u16; 3],
}

impl Kamailio {
    /// Starts a server and waits until it answers.
    ///
    /// # Panics
    /// When Kamailio is not installed or does not start; the end of its log is in the message.
    pub fn start(options: Options) -> Self {
        let folder = tempfile::Builder::new()
            .prefix("siskin-server-")
            .tempdir_in(memory_folder())
            .expect("a folder for the server");
        let certificates = Certificates::make(folder.path());
        build_patience(folder.path());
        let mut server = Self {
            options,
            ports: Ports::find(),
            folder,
            certificates,
            process: None,
        };
        server.fill_data_base();
        // Somebody else may have taken a port between the search and the start.
        for attempt in 1.. {
            match server.launch() {
                Ok(()) => break,
                Err(log) if attempt == 3 => panic!("Kamailio did not start:\n{log}"),
                Err(_) => server.ports = Ports::find(),
            }
        }
        server
    }

    /// Stops the server and starts it again on the same ports.
    pub fn restart(&mut self, how: Restart) {
        if let Some(mut process) = self.process.take() {
            match how {
                Restart::Keep | Restart::Lose => process.stop(STOPPING),
                Restart::Crash => process.crash(),
            }
        }
        if how == Restart::Lose {
            self.fill_data_base();
        }
        if let Err(log) = self.launch() {
            panic!("Kamailio did not start again:\n{log}");
        }
    }

    /// Stops the server; its ports are closed until `restart`.
    pub fn stop(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.stop(STOPPING);
        }
    }

    /// SIP over UDP and TCP.
    pub fn sip_port(&self) -> u16 {
        self.ports.sip
    }

    /// SIP over TLS.
    pub fn tls_port(&self) -> u16 {
        self.ports.tls
    }

    /// SIP over UDP and TCP, as an address.
    pub fn sip_address(&self) -> SocketAddr {
        SocketAddr::from(([127, 0, 0, 1], self.ports.sip))
    }

    /// The outbound proxy for `transport` (`udp`, `tcp` or `tls`), as `--proxy` takes it.
    pub fn proxy(&self, transport: &str) -> String {
        let port = if transport == "tls" {
            self.ports.tls
        } else {
            self.ports.sip
        };
        format!("sip:127.0.0.1:{port};transport={transport};lr")
    }

    /// Root of the documents, over HTTP.
    pub fn xcap_root(&self) -> String {
        format!("http://127.0.0.1:{}/xcap-root/", self.ports.xcap)
    }

    /// Root of the documents, over HTTPS.
    pub fn xcaps_root(&self) -> String {
        format!("https://127.0.0.1:{}/xcap-root/", self.ports.xcaps)
    }

    /// The port of XCAP over HTTP.
    pub fn xcap_port(&self) -> u16 {
        self.ports.xcap
    }

    /// The port of XCAP over HTTPS.
    pub fn xcaps_port(&self) -> u16 {
        self.ports.xcaps
    }

    /// The authority that signed the server's certificate.
    pub fn ca_file(&self) -> &Path {
        &self.certificates.authority
    }

    /// A certificate and key for Alice, for servers that ask for one.
    pub fn client_certificate(&self) -> (&Path, &Path) {
        (&self.certificates.client, &self.certificates.client_key)
    }

    /// A certificate of Alice's that is of the past, and its key.
    pub fn expired_client_certificate(&self) -> (PathBuf, PathBuf) {
        self.certificates.expired_client()
    }

    /// What the server has logged so far.
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join(LOG)).unwrap_or_default()
    }

    /// Calls a JSON-RPC method and returns its result, or the error as text.
    pub fn rpc(&self, method: &str, parameters: &[Value]) -> Result<Value, String> {
        let call = json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": parameters});
        let headers = [("Content-Type", "application/json")];
        let answer = web::ask(self.ports.xcap, "POST", "/rpc", &headers, &call.to_string())
            .map_err(|error| error.to_string())?;
        let reply: Value = serde_json::from_str(&answer.body)
            .map_err(|error| format!("{error} in {:?}", answer.body))?;
        match reply.get("error") {
            Some(error) => Err(error.to_string()),
            None => Ok(reply["result"].clone()),
        }
    }

    /// Makes the next `times` requests of a method fail with `code` (999: get no answer).
    pub fn fail_next(&self, method: &str, times: u32, code: u16) {
        self.throw(&format!("{method}.code"), u32::from(code));
        self.throw(&format!("{method}.left"), times);
    }

    /// Sets the seconds that Retry-After asks for in ordered failures.
    pub fn retry_after(&self, seconds: u32) {
        self.throw("retry_after", seconds);
    }

    /// Leaves out of ordered failures the header fields that explain them, as some servers do.
    pub fn fail_without_a_word(&self) {
        self.throw("bare", 1);
    }

    /// Makes device 1, 2 or 3 of `forked` refuse new subscriptions with `code`; 0 ends that.
    pub fn device_refuses(&self, device: u8, code: u16) {
        self.throw(&format!("device.{device}"), u32::from(code));
    }

    /// How many subscriptions to `event` the server holds, whoever made them.
    pub fn subscriptions(&self, event: &str) -> usize {
        let wanted = format!("SELECT count(*) FROM active_watchers WHERE event='{event}';");
        self.sqlite(&wanted).trim().parse().unwrap_or(0)
    }

    /// Gives these users an account, with the password of everybody.
    pub fn enrol(&self, users: &[String]) {
        self.sqlite(&users.iter().map(|user| account(user)).collect::<String>());
    }

    fn throw(&self, switch: &str, value: u32) {
        self.rpc(
            "htable.seti",
            &[json!("hostile"), json!(switch), json!(value)],
        )
        .unwrap_or_else(|error| panic!("switch {switch}: {error}"));
    }

    fn launch(&mut self) -> Result<(), String> {
        let folder = self.folder.path();
        fs::write(
            folder.join(TLS),
            settings::tls(&self.options, &self.certificates),
        )
        .expect("a file for the TLS settings");
        let arguments = settings::arguments(&self.options, self.ports, folder);
        let log = File::options()
            .create(true)
            .append(true)
            .open(folder.join(LOG));
        let log = log.expect("a log file");
        let mut process = Leash::start(&program(), arguments, self.options.bound, |command| {
            command
                .current_dir(folder)
                .env("LD_PRELOAD", folder.join(PATIENCE))
                .stdout(log.try_clone().expect("a second handle"))
                .stderr(log);
        })
        .map_err(|error| error.to_string())?;
        let end = Instant::now() + STARTING;
        while Instant::now() < end && process.runs() {
            let alive = web::ask(self.ports.xcap, "GET", "/alive", &[], "");
            if alive.is_ok_and(|answer| answer.body == "alive\n") {
                self.process = Some(process);
                return Ok(());
            }
            thread::sleep(Duration::from_millis(20));
        }
        process.crash();
        let log = self.log();
        let lines: Vec<&str> = log.lines().collect();
        Err(lines[lines.len().saturating_sub(25)..].join("\n"))
    }

    fn fill_data_base(&self) {
        let folder = self.folder.path();
        for name in [DATA_BASE, "server.db-wal", "server.db-shm"] {
            let _ = fs::remove_file(folder.join(name));
        }
        let mut script = String::from("PRAGMA journal_mode=WAL;\nBEGIN;\n");
        for part in ["standard", "auth_db", "usrloc", "presence", "rls"] {
            let file = format!("{SHARE}/db_sqlite/{part}-create.sql");
            script += &fs::read_to_string(&file).unwrap_or_else(|error| panic!("{file}: {error}"));
        }
        for user in USERS {
            script += &account(user);
        }
        self.sqlite(&(script + "COMMIT;\n"));

        let lists = folder.join(TEXT_BASE);
        let _ = fs::remove_dir_all(&lists);
        fs::create_dir(&lists).expect("a folder for the list server");
        for table in ["version", "rls_presentity", "rls_watchers"] {
            fs::copy(
                format!("{SHARE}/dbtext/kamailio/{table}"),
                lists.join(table),
            )
            .expect("the list server's tables");
        }
    }

    fn sqlite(&self, script: &str) -> String {
        let input = self.folder.path().join("script.sql");
        fs::write(&input, script).expect("a script for sqlite3");
        let output = Command::new("sqlite3")
            .args(["-cmd", ".timeout 5000"])
            .arg(self.folder.path().join(DATA_BASE))
            .stdin(File::open(&input).expect("the script"))
            .output()
            .expect("sqlite3 is installed");
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8_lossy(&output.stdout).into_owned()
    }
}

impl Drop for Kamailio {
    fn drop(&mut self) {
        self.stop();
        if thread::panicking() {
            let log = self.log();
            let lines: Vec<&str> = log.lines().collect();
            let tail = &lines[lines.len().saturating_sub(15)..];
            eprintln!("the server's last words:\n{}", tail.join("\n"));
        }
    }
}

impl Ports {
    /// Seven ports that nobody uses, below the range that the system gives to outgoing
    /// connections: a server must find them free again when it is restarted.
    fn find() -> Self {
        static NEXT: AtomicU16 = AtomicU16::new(0);
        let begin = u16::try_from(process::id() % 100).unwrap_or(0) * 120;
        let mut free = (0..ROOM).filter_map(|_| {
            let offset = NEXT.fetch_add(1, Ordering::Relaxed);
            let port = LOWEST + begin.wrapping_add(offset) % ROOM;
            let tcp = TcpListener::bind(("127.0.0.1", port)).ok()?;
            let udp = UdpSocket::bind(("127.0.0.1", port)).ok()?;
            drop((tcp, udp));
            Some(port)
        });
        let mut next = || free.next().expect("a free port");
        Self {
            sip: next(),
            tls: next(),
            xcap: next(),
            xcaps: next(),
            devices: [next(), next(), next()],
        }
    }
}

/// Debian keeps servers where only root's path leads.
fn program() -> String {
    let usual = "/usr/sbin/kamailio";
    if Path::new(usual).exists() {
        usual.to_owned()
    } else {
        "kamailio".to_owned()
    }
}

/// Writing through costs nothing where there is no disk.
fn memory_folder() -> PathBuf {
    let memory = PathBuf::from("/dev/shm");
    if fs::metadata(&memory).is_ok_and(|what| what.is_dir()) {
        memory
    } else {
        std::env::temp_dir()
    }
}

fn build_patience(folder: &Path) {
    let source = folder.join("patience.c");
    fs::write(&source, include_str!("kamailio/patience.c")).expect("a source file");
    let status = Command::new("cc")
        .args(["-shared", "-fPIC", "-o"])
        .arg(folder.join(PATIENCE))
        .arg(&source)
        .arg("-l:libsqlite3.so.0")
        .status()
        .expect("a C compiler is installed");
    assert!(status.success(), "patience.c was not compiled");
}

const STARTING: Duration = Duration::from_secs(15);
const STOPPING: Duration = Duration::from_secs(8);
const SHARE: &str = "/usr/share/kamailio";
const DATA_BASE: &str = "server.db";
const TEXT_BASE: &str = "lists";
const PATIENCE: &str = "patience.so";
const TLS: &str = "tls.cfg";
const LOG: &str = "server.log";
const LOWEST: u16 = 20_000;
const ROOM: u16 = 12_000;
