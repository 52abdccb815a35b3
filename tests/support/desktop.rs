//! A desktop that says when nobody is there: a session bus of its own, and GNOME's counter on it.

use std::io::{BufRead as _, BufReader};
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use zbus::interface;

use crate::leash::Leash;

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
pub struct Desktop {
    idle: Arc<AtomicU64>,
    /// The value for `DBUS_SESSION_BUS_ADDRESS`.
    pub address: String,
    _service: zbus::blocking::Connection,
    _bus: Leash,
}

impl Desktop {
    /// Starts it, with somebody at the machine.
    pub fn start() -> Self {
        let arguments = ["--session", "--nofork", "--nopidfile", "--print-address"];
        let mut bus = Leash::start("dbus-daemon", arguments, BOUND, |command| {
            command.stdout(Stdio::piped()).stderr(Stdio::null());
        })
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

    /// Nobody has touched anything for so long.
    pub fn idle_for(&self, seconds: u64) {
        self.idle.store(seconds * 1000, Ordering::Relaxed);
    }
}

/// Nothing takes longer.
const BOUND: Duration = Duration::from_secs(120);
