//! A desktop that says when nobody is there, and what is published of it.

use std::io::{BufRead as _, BufReader};
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use zbus::interface;

use crate::leash::Leash;
use crate::office::Office;

/// GNOME's counter of milliseconds since the last input.
struct Monitor(Arc<AtomicU64>);

#[interface(name = "org.gnome.Mutter.IdleMonitor")]
impl Monitor {
    #[zbus(name = "GetIdletime")]
    fn idle_time(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// A session bus with the counter on it.
struct Desktop {
    idle: Arc<AtomicU64>,
    address: String,
    _service: zbus::blocking::Connection,
    _bus: Leash,
}

impl Desktop {
    fn start() -> Self {
        let arguments = ["--session", "--nofork", "--nopidfile", "--print-address"];
        let mut bus = Leash::start(
            "dbus-daemon",
            arguments,
            Duration::from_secs(60),
            |command| {
                command.stdout(Stdio::piped()).stderr(Stdio::null());
            },
        )
        .unwrap();
        let mut address = String::new();
        let output = bus.child().stdout.take().unwrap();
        BufReader::new(output).read_line(&mut address).unwrap();
        let address = address.trim().to_owned();
        let idle = Arc::new(AtomicU64::new(0));
        let service = zbus::blocking::connection::Builder::address(address.as_str())
            .unwrap()
            .name("org.gnome.Mutter.IdleMonitor")
            .unwrap()
            .serve_at(
                "/org/gnome/Mutter/IdleMonitor/Core",
                Monitor(Arc::clone(&idle)),
            )
            .unwrap()
            .build()
            .unwrap();
        Self {
            idle,
            address,
            _service: service,
            _bus: bus,
        }
    }

    fn idle_for(&self, seconds: u64) {
        self.idle.store(seconds * 1000, Ordering::Relaxed);
    }
}

#[test]
fn rp_024_one_publish_when_nobody_is_there_and_one_when_somebody_comes_back() {
    let (office, desktop) = (Office::open(), Desktop::start());
    let trace = tempfile::NamedTempFile::new().unwrap();
    let mut watch = office.start(&["watch", "alice", "--json"]);
    let mut alice = office.start_on(
        &desktop.address,
        "alice",
        &[
            "publish",
            "available",
            "--idle-after",
            "1s",
            "--json",
            "--trace",
            trace.path().to_str().unwrap(),
        ],
    );
    let mut alice_is = |status: &str, idle: bool| {
        watch.until("presence", |line| {
            line["resource"] == "sip:alice@example.test"
                && line["status"] == status
                && (line["idle"] == true) == idle
        })
    };
    alice_is("available", false);
    desktop.idle_for(90);
    let away = alice_is("away", true);
    assert_eq!(away["activities"], serde_json::json!(["away"]));
    assert!(away["idle_since"].is_null(), "{away}");
    // However often it is looked.
    desktop.idle_for(95);
    std::thread::sleep(Duration::from_secs(3));
    desktop.idle_for(0);
    alice.until("publication", |line| {
        line["status"] == "away" && line["state"] == "published"
    });
    alice_is("available", false);
    let done = alice.stop();
    assert_eq!(done.status, 0, "{}", done.errors);
    let trace = std::fs::read_to_string(trace.path()).unwrap();
    let with = |what: &str| trace.matches(what).count();
    // The first, one for each change, and the removal; those that were challenged come twice.
    assert_eq!(
        with("<rpid:user-input idle-threshold=\"1\">idle"),
        2,
        "person and device"
    );
    assert!(!trace.contains("last-input"));
    watch.stop();
}

#[test]
fn rp_024_what_was_chosen_stays_and_the_last_input_is_told_only_if_wanted() {
    let (office, desktop) = (Office::open(), Desktop::start());
    desktop.idle_for(90);
    let mut watch = office.start(&["watch", "alice", "--json"]);
    let arguments = [
        "publish",
        "busy",
        "--idle-after",
        "1s",
        "--last-input",
        "--json",
    ];
    let alice = office.start_on(&desktop.address, "alice", &arguments);
    let busy = watch.until("presence", |line| {
        line["resource"] == "sip:alice@example.test" && line["idle"] == true
    });
    assert_eq!(busy["status"], "busy");
    assert!(busy["idle_since"].is_string(), "{busy}");
    alice.stop();
    // Without a desktop it is said, and the rest goes on.
    let done = office.run(&[
        "publish",
        "busy",
        "--idle-after",
        "1s",
        "--for",
        "2s",
        "--json",
    ]);
    assert_eq!(done.status, 0, "{}", done.errors);
    assert!(
        done.errors.contains("does not tell whether somebody is"),
        "{}",
        done.errors
    );
    watch.stop();
}
