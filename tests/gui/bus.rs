//! A session bus of the test's own and, on it, a keyring that is open.

use std::fs::{self, DirBuilder};
use std::io::Write as _;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::leash::Leash;
use crate::screen::first_line;

/// A running bus.
pub struct Bus {
    address: String,
    home: TempDir,
    keyring: Option<Leash>,
    daemon: Leash,
}

impl Bus {
    /// Starts a bus that nobody else uses, and on which nobody is: but for screen readers, no service of this machine is
    /// started when somebody asks for it.
    pub fn start() -> Self {
        let home = TempDir::new().expect("a folder for the session");
        let file = home.path().join("bus.conf");
        let services = home.path().join("services");
        fs::create_dir(&services).expect("a folder for the services");
        for known in READING {
            let file = Path::new("/usr/share/dbus-1/services").join(known);
            if file.exists() {
                fs::copy(file, services.join(known)).expect("a file");
            }
        }
        let folder = services.to_str().expect("UTF-8");
        fs::write(&file, CONFIGURATION.replace("SERVICES", folder)).expect("a file");
        let configured = format!("--config-file={}", file.display());
        let arguments = [&configured, "--nofork", "--nopidfile", "--print-address"];
        let mut daemon = Leash::start("dbus-daemon", arguments, BOUND, |command| {
            session(command, home.path());
            command.stdout(Stdio::piped()).stderr(Stdio::null());
        })
        .expect("dbus-daemon is installed");
        let output = daemon.child().stdout.take().expect("a pipe");
        let address = first_line(output, PATIENCE).expect("the bus says its address");
        Self {
            address,
            home,
            keyring: None,
            daemon,
        }
    }

    /// Ends the bus and all that it has started.
    pub fn end(&self) {
        self.daemon.signal("KILL");
    }

    /// The value for `DBUS_SESSION_BUS_ADDRESS`.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Starts a keyring with an open default collection.
    pub fn open_keyring(&mut self) {
        let control = self.home.path().join("control");
        DirBuilder::new()
            .mode(0o700)
            .create(&control)
            .expect("a folder for the keyring");
        let control = format!("--control-directory={}", control.display());
        let arguments = [
            "--foreground",
            "--unlock",
            "--components=secrets",
            control.as_str(),
        ];
        let mut keyring = Leash::start("gnome-keyring-daemon", arguments, BOUND, |command| {
            session(command, self.home.path());
            command
                .env("DBUS_SESSION_BUS_ADDRESS", &self.address)
                .stdin(Stdio::piped())
                .stdout(Stdio::null())
                .stderr(Stdio::null());
        })
        .expect("gnome-keyring-daemon is installed");
        // The password of the collection that it makes; closing the pipe is the end of it.
        let mut input = keyring.child().stdin.take().expect("a pipe");
        input
            .write_all(b"only for this test")
            .expect("the keyring reads");
        drop(input);
        self.keyring = Some(keyring);
        let end = Instant::now() + PATIENCE;
        while !self.has_owner("org.freedesktop.secrets") {
            assert!(
                Instant::now() < end,
                "the keyring did not come onto the bus"
            );
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Ends the keyring: programs find no secret service any more.
    pub fn close_keyring(&mut self) {
        self.keyring = None;
    }

    /// Whether somebody answers to a name on the bus.
    pub fn has_owner(&self, name: &str) -> bool {
        let output = Command::new("timeout")
            .args(["5", "dbus-send", "--session", "--print-reply"])
            .args(["--dest=org.freedesktop.DBus", "/"])
            .arg("org.freedesktop.DBus.NameHasOwner")
            .arg(format!("string:{name}"))
            .env("DBUS_SESSION_BUS_ADDRESS", &self.address)
            .output()
            .expect("dbus-send is installed");
        String::from_utf8_lossy(&output.stdout).contains("boolean true")
    }
}

/// Somebody who takes names on a bus and never answers to them, as a service does that hangs.
pub struct Silent {
    _runtime: Runtime,
    _connection: zbus::Connection,
}

impl Silent {
    /// Takes these names.
    pub fn take(address: &str, names: &[&'static str]) -> Self {
        let runtime = Runtime::new().expect("a runtime");
        let connection = runtime.block_on(async {
            let connection = zbus::connection::Builder::address(address)?.build().await?;
            for name in names {
                connection.request_name(*name).await?;
            }
            zbus::Result::Ok(connection)
        });
        Self {
            _runtime: runtime,
            _connection: connection.expect("the bus takes us"),
        }
    }
}

/// Everything that a session keeps goes below a folder of its own.
fn session(command: &mut Command, home: &Path) {
    command
        .env("HOME", home)
        .env("XDG_RUNTIME_DIR", home)
        .env("XDG_DATA_HOME", home.join("data"))
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY");
}

/// What screen readers need: their bus, and where it keeps that somebody listens.
const READING: [&str; 2] = ["org.a11y.Bus.service", "ca.desrt.dconf.service"];
const CONFIGURATION: &str = r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
    "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
    <busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen><auth>EXTERNAL</auth>
    <servicedir>SERVICES</servicedir><policy context="default"><allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/><allow own="*"/></policy></busconfig>"#;
const PATIENCE: Duration = Duration::from_secs(30);
/// Whatever hangs is ended then.
const BOUND: Duration = Duration::from_secs(300);
