//! What tests of the desktop share: a session bus of their own.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// A bus that goes when it is dropped.
pub(super) struct Bus(Child);

impl Drop for Bus {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A session bus of the test's own, and its address.
pub(super) fn bus() -> (Bus, String) {
    bus_with(None)
}

/// The same, that starts the services described in a folder when they are asked.
pub(super) fn bus_with(services: Option<&Path>) -> (Bus, String) {
    let folder = services.map(|folder| format!("<servicedir>{}</servicedir>", folder.display()));
    let mut config = tempfile::NamedTempFile::new().unwrap();
    let text = BUS.replace("<services/>", &folder.unwrap_or_default());
    config.write_all(text.as_bytes()).unwrap();
    let mut bus = Command::new("dbus-daemon")
        .arg(format!("--config-file={}", config.path().display()))
        .args(["--nofork", "--nopidfile", "--print-address"])
        .stdout(Stdio::piped())
        .spawn()
        .expect("dbus-daemon, from Debian's package dbus-daemon");
    let mut address = String::new();
    let output = bus.stdout.take().unwrap();
    BufReader::new(output).read_line(&mut address).unwrap();
    (Bus(bus), address.trim().to_owned())
}

const BUS: &str = r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
    "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
    <busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen><auth>EXTERNAL</auth><services/>
    <policy context="default"><allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/></policy>
    </busconfig>"#;
