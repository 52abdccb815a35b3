//! Without a presence server: the status is told whoever asks this device itself, and decisions are kept on it.

use std::net::UdpSocket;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::notifier::{Server, polite};
use crate::office::{self, Done, Running};
use crate::shelf::Shelf;

/// A command of somebody who has only the network.
fn start(who: &str, folder: &Path, arguments: &[&str]) -> Running {
    let account = format!("sip:{who}@example.test");
    let profile = folder.join(who);
    let mut all = vec!["--account", &account, "--json", "--no-register"];
    all.extend(["--data-dir", profile.to_str().unwrap()]);
    all.extend(arguments);
    office::start(&all, folder, &[("SISKIN_PASSWORD", "secret")])
}

fn run(who: &str, folder: &Path, arguments: &[&str]) -> Done {
    start(who, folder, arguments).wait()
}

/// An address of this machine that nobody uses.
fn free() -> String {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.local_addr().unwrap().to_string()
}

#[test]
fn a_status_is_told_whoever_asks_and_was_allowed_before() {
    let home = TempDir::new().unwrap();
    let who = "bob@example.test";
    let decided = run("alice", home.path(), &["watchers", "allow", who, "--here"]);
    assert_eq!(decided.status, 0, "{}", decided.errors);
    assert_eq!(
        decided.fields("rule", "state"),
        ["written", "effective"],
        "{}",
        decided.errors
    );
    assert_eq!(decided.of("error").len(), 0, "{}", decided.text);
    let place = free();
    let arguments = ["publish", "busy", "--note", "Writing", "--here", "--bind"];
    let mut alice = start("alice", home.path(), &[&arguments[..], &[&place]].concat());
    // Her port is taken when she listens.
    let end = Instant::now() + Duration::from_secs(20);
    while UdpSocket::bind(&place).is_ok() {
        assert!(Instant::now() < end, "Alice does not listen");
        thread::sleep(Duration::from_millis(5));
    }
    let address = format!("sip:alice@{place}");
    let mut bob = start("bob", home.path(), &["watch", &address, "--bind", &free()]);
    let seen = bob.until("presence", |line| line["status"] == "busy");
    assert_eq!(seen["note"], "Writing");
    let asked = alice.until("watcher", |line| line["status"] == "active");
    assert_eq!(asked["watcher"], "sip:bob@example.test");
    assert_eq!(asked["source"], "claimed");
    let blocked = run("alice", home.path(), &["watchers", "block", who, "--here"]);
    assert_eq!(blocked.status, 0, "{}", blocked.errors);
    bob.until("subscription", |line| {
        line["reason"].to_string().contains("rejected")
    });
    let seen = run(
        "alice",
        home.path(),
        &["watchers", "preview", who, "--here"],
    );
    assert_eq!(
        seen.fields("preview", "decision"),
        ["block"],
        "{}",
        seen.errors
    );
    bob.stop();
    let done = alice.stop();
    assert_eq!(done.status, 0, "{}", done.errors);
    assert_eq!(done.of("publication").len(), 0, "nothing was published");
}

/// What a registrar answers that knows nothing of presence.
fn plain_registrar(code: u16) -> Server {
    Server::scripted(move |request, port| match request.method() {
        "SUBSCRIBE" | "PUBLISH" => vec![request.answer(code, "No")],
        _ => polite(request, port),
    })
}

#[test]
fn where_no_server_takes_a_status_the_command_ends_and_says_what_to_do() {
    for (code, status) in [(403, 6), (404, 1), (405, 5), (489, 5), (501, 5)] {
        let server = plain_registrar(code);
        let (running, _home) = office::start_at(&server.proxy("udp"), &["publish", "busy"], &[]);
        let done = running.wait();
        assert_eq!(done.status, status, "{code}: {}", done.errors);
        assert!(
            done.last_word().contains("--here"),
            "{code}: {}",
            done.errors
        );
    }
}

#[test]
fn decisions_are_kept_here_where_no_server_would_and_the_command_says_so() {
    for code in [404, 489] {
        let server = plain_registrar(code);
        let shelf = Shelf::with(|content| {
            content.get = 404;
            content.refusal = Some((405, "text/plain", String::new()));
        });
        let home = TempDir::new().unwrap();
        let proxy = server.proxy("udp");
        let arguments = [
            "--proxy",
            &proxy,
            "--xcap-root",
            &shelf.root,
            "watchers",
            "allow",
            "bob",
        ];
        let done = run("alice", home.path(), &arguments);
        assert_eq!(done.status, 0, "{code}: {}", done.errors);
        assert_eq!(
            done.fields("rule", "state"),
            ["written", "effective"],
            "{code}"
        );
        let told = done.of("error");
        let told = told.iter().find(|line| line["code"] == 0);
        let told = told.unwrap_or_else(|| panic!("{code}: {}", done.text));
        assert!(told["message"].to_string().contains("on this machine"));
        // Whoever asks is answered by the same rules.
        let arguments = [
            "--xcap-root",
            &shelf.root,
            "watchers",
            "preview",
            "bob",
            "--here",
        ];
        let seen = run("alice", home.path(), &arguments);
        assert_eq!(
            seen.fields("preview", "decision"),
            ["allow"],
            "{code}: {}",
            seen.errors
        );
    }
}

#[test]
fn with_nothing_but_account_and_password_nothing_is_kept_unasked() {
    let server = plain_registrar(489);
    let shelf = Shelf::with(|content| {
        content.get = 404;
        content.refusal = Some((405, "text/plain", String::new()));
    });
    let arguments = ["--xcap-root", &shelf.root, "watchers", "allow", "bob"];
    let (running, home) = office::start_at(&server.proxy("udp"), &arguments, &[]);
    let done = running.wait();
    assert_eq!(done.status, 5, "{}", done.errors);
    assert!(done.last_word().contains("--here"), "{}", done.errors);
    assert!(!home.path().join("data").exists());
    assert!(!home.path().join("config").exists());
}
