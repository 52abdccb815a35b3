//! Passwords in a keyring in memory, and in a real one.

use keyring_core::mock;

use super::*;

const ALICE: &str = "sip:alice@example.com";

fn in_memory() -> (Secrets, Arc<CredentialStore>) {
    let store: Arc<CredentialStore> = mock::Store::new().unwrap();
    (Secrets::with_store(Arc::clone(&store)), store)
}

fn fail_next(store: &CredentialStore, error: KeyringError) {
    let entry = store.build(SERVICE, ALICE, None).unwrap();
    let credential: &mock::Cred = entry.as_any().downcast_ref().unwrap();
    credential.set_error(error);
}

#[tokio::test]
async fn a_password_is_kept_replaced_and_forgotten() {
    let (secrets, _) = in_memory();
    assert_eq!(secrets.load(ALICE).await, Ok(None));
    secrets.save(ALICE, &Secret::new("hunter2")).await.unwrap();
    assert_eq!(secrets.load("sip:bob@example.com").await, Ok(None));
    secrets.save(ALICE, &Secret::new("hunter3")).await.unwrap();
    assert_eq!(secrets.load(ALICE).await, Ok(Some(Secret::new("hunter3"))));
    secrets.forget(ALICE).await.unwrap();
    secrets.forget(ALICE).await.unwrap();
    assert_eq!(secrets.load(ALICE).await, Ok(None));
}

#[tokio::test]
async fn faults_are_told_apart_and_show_no_secret() {
    let (secrets, store) = in_memory();
    secrets.save(ALICE, &Secret::new("hunter2")).await.unwrap();
    fail_next(
        &*store,
        KeyringError::NoStorageAccess("prompt dismissed".into()),
    );
    assert!(matches!(
        secrets.load(ALICE).await,
        Err(SecretError::Locked { .. })
    ));
    fail_next(
        &*store,
        KeyringError::PlatformFailure("SS Error: object locked".into()),
    );
    let error = secrets
        .save(ALICE, &Secret::new("hunter3"))
        .await
        .unwrap_err();
    assert!(matches!(error, SecretError::Locked { .. }) && !error.to_string().contains("hunter"));
    fail_next(&*store, KeyringError::BadEncoding(b"hunter2\xff".to_vec()));
    let error = secrets.load(ALICE).await.unwrap_err();
    assert_eq!(error, SecretError::NotText);
    // A failure that is over when it is tried again over a new connection is none.
    fail_next(
        &*store,
        KeyringError::PlatformFailure("the bus is gone".into()),
    );
    assert_eq!(secrets.load(ALICE).await, Ok(Some(Secret::new("hunter2"))));
}

#[tokio::test]
async fn no_keyring_is_a_typed_error() {
    let none = || SecretError::NoService {
        detail: "none".to_owned(),
    };
    let secrets = Secrets::connected_by(move || Err(none()));
    assert_eq!(secrets.load(ALICE).await, Err(none()));
    assert_eq!(secrets.save(ALICE, &Secret::new("x")).await, Err(none()));
}

#[cfg(target_os = "linux")]
mod real {
    use std::io::{BufRead, BufReader, Write};
    use std::path::Path;
    use std::process::{Child, Command, Stdio};
    use std::time::Instant;

    use tempfile::TempDir;

    use super::*;

    struct Running(Child);

    impl Drop for Running {
        fn drop(&mut self) {
            let _ = self.0.kill();
            let _ = self.0.wait();
        }
    }

    /// A session bus of our own, which starts no services by itself; gives its address.
    fn bus(home: &Path) -> (Running, String) {
        let config = home.join("bus.conf");
        std::fs::write(&config, BUS).unwrap();
        let mut bus = Command::new("dbus-daemon")
            .arg(format!("--config-file={}", config.display()))
            .args(["--nofork", "--nopidfile", "--print-address"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("dbus-daemon, from Debian's package dbus-daemon");
        let mut address = String::new();
        BufReader::new(bus.stdout.take().unwrap())
            .read_line(&mut address)
            .unwrap();
        (Running(bus), address.trim().to_owned())
    }

    /// An unlocked keyring on that bus.
    fn keyring(home: &Path, bus: &str) -> Running {
        let mut keyring = Command::new("gnome-keyring-daemon")
            .args(["--foreground", "--components=secrets", "--unlock"])
            .arg(format!(
                "--control-directory={}",
                home.join("control").display()
            ))
            .env("DBUS_SESSION_BUS_ADDRESS", bus)
            .env("HOME", home)
            .env("XDG_DATA_HOME", home)
            .env("XDG_RUNTIME_DIR", home)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("gnome-keyring-daemon, from Debian's package gnome-keyring");
        keyring
            .stdin
            .take()
            .unwrap()
            .write_all(b"a keyring's password")
            .unwrap();
        Running(keyring)
    }

    /// Runs one test of this file in a process of its own, on another session bus, and gives what it said.
    fn child(test: &str, home: &Path, bus: &str) -> (bool, String) {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", test, "--nocapture", "--test-threads=1"])
            .env("DBUS_SESSION_BUS_ADDRESS", bus)
            .env("HOME", home)
            .env("XDG_RUNTIME_DIR", home)
            .env(CHILD, "1")
            .stdout(Stdio::piped())
            .stderr(std::fs::File::create(home.join("errors")).unwrap())
            .spawn()
            .unwrap();
        let end = Instant::now() + Duration::from_secs(40);
        let status = loop {
            if let Some(status) = child.try_wait().unwrap() {
                break status;
            }
            if Instant::now() > end {
                child.kill().unwrap();
            }
            thread::sleep(Duration::from_millis(20));
        };
        let mut said = std::io::read_to_string(child.stdout.take().unwrap()).unwrap();
        said.push_str(&std::fs::read_to_string(home.join("errors")).unwrap());
        (status.success(), said)
    }

    fn is_child() -> bool {
        std::env::var_os(CHILD).is_some()
    }

    /// The keyring of this process's bus, as soon as it is there: the daemon takes its time.
    async fn awaited() -> Secrets {
        let secrets = Secrets::system();
        let end = Instant::now() + Duration::from_secs(20);
        while let Err(error) = secrets.load(ALICE).await {
            assert!(Instant::now() < end, "{error}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        secrets
    }

    #[test]
    fn a_locked_keyring_gives_nothing_and_loses_nothing() {
        if is_child() {
            let runtime = tokio::runtime::Runtime::new().unwrap();
            runtime.block_on(async {
                let secrets = awaited().await;
                if let Some(password) = secrets.load(ALICE).await.unwrap() {
                    assert_eq!(password, Secret::new("hunter2"));
                    println!("still there");
                    return;
                }
                secrets.save(ALICE, &Secret::new("hunter2")).await.unwrap();
                let service = "/org/freedesktop/secrets";
                let locked = Command::new("dbus-send")
                    .args([
                        "--session",
                        "--print-reply",
                        "--dest=org.freedesktop.secrets",
                    ])
                    .args([service, "org.freedesktop.Secret.Service.Lock"])
                    .arg(format!("array:objpath:{service}/aliases/default"))
                    .status();
                assert!(locked.unwrap().success());
                let other = Secret::new("hunter3");
                for answer in [
                    secrets.load(ALICE).await.map(drop),
                    secrets.save(ALICE, &other).await,
                    secrets.forget(ALICE).await,
                ] {
                    assert!(
                        matches!(answer, Err(SecretError::Locked { .. })),
                        "{answer:?}"
                    );
                }
            });
            return;
        }
        let home = TempDir::new().unwrap();
        let (_bus, address) = bus(home.path());
        let name = "store::secrets::tests::real::a_locked_keyring_gives_nothing_and_loses_nothing";
        let locking = keyring(home.path(), &address);
        let (success, text) = child(name, home.path(), &address);
        assert!(success && text.contains("1 passed"), "{text}");
        drop(locking);
        let _unlocked = keyring(home.path(), &address);
        let (success, text) = child(name, home.path(), &address);
        assert!(success && text.contains("still there"), "{text}");
    }

    #[test]
    fn a_real_keyring_keeps_a_password() {
        if is_child() {
            let runtime = tokio::runtime::Runtime::new().unwrap();
            runtime.block_on(async {
                let secrets = awaited().await;
                secrets.save(ALICE, &Secret::new("hunter2")).await.unwrap();
                // Another connection, as after a restart.
                let again = Secrets::system();
                assert_eq!(again.load(ALICE).await, Ok(Some(Secret::new("hunter2"))));
                again.forget(ALICE).await.unwrap();
                assert_eq!(secrets.load(ALICE).await, Ok(None));
            });
            return;
        }
        let home = TempDir::new().unwrap();
        let (_bus, address) = bus(home.path());
        let _keyring = keyring(home.path(), &address);
        let (success, text) = child(
            "store::secrets::tests::real::a_real_keyring_keeps_a_password",
            home.path(),
            &address,
        );
        assert!(success && text.contains("1 passed"), "{text}");
    }

    #[test]
    fn a_bus_without_keyring_is_a_typed_error() {
        if is_child() {
            let runtime = tokio::runtime::Runtime::new().unwrap();
            let error = runtime.block_on(Secrets::system().load(ALICE)).unwrap_err();
            assert!(matches!(error, SecretError::NoService { .. }), "{error:?}");
            return;
        }
        let home = TempDir::new().unwrap();
        let name = "store::secrets::tests::real::a_bus_without_keyring_is_a_typed_error";
        let (_bus, address) = bus(home.path());
        for address in [address.as_str(), "unix:path=/does/not/exist"] {
            let (success, text) = child(name, home.path(), address);
            assert!(success && text.contains("1 passed"), "{address}: {text}");
        }
    }

    const BUS: &str = r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
        "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
        <busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen><auth>EXTERNAL</auth>
        <policy context="default"><allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/></policy>
        </busconfig>"#;
    /// Set in the process that does what its parent started it for.
    const CHILD: &str = "SISKIN_TEST_KEYRING_CHILD";
}
