//! What goes wrong, and how a command says so.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, UdpSocket};
use std::process::Stdio;
use std::time::Duration;

use crate::leash::Leash;
use crate::office::{self, Office};

const ALICE: &str = "sip:alice@example.test";

#[test]
fn usage_is_two() {
    for arguments in [
        &["dance"][..],
        &["watch"],
        &["register", "--for", "5"],
        &["--account", ALICE, "watch", "sip:"],
        &["--account", "alice", "register"],
        &["--account", ALICE, "publish", "asleep"],
        &[
            "--account",
            ALICE,
            "subscribe",
            "--event",
            "dialog",
            "--event-param",
            "max-rate=0",
            "bob",
        ],
        &["--account", ALICE, "--no-register", "register"],
        &["--account", ALICE, "--proxy", "::::", "register"],
        &["--account", ALICE, "--xcap-root", "::::", "watchers"],
        &[
            "--account",
            ALICE,
            "--xcap-root",
            "http://192.0.2.1/",
            "watchers",
        ],
        &["doctor"],
        &["publish", "vacation", "--permanent"],
    ] {
        let done = office::run(arguments, &[("SISKIN_PASSWORD", "secret")]);
        assert_eq!(done.status, 2, "{arguments:?}: {}", done.errors);
        assert!(done.last_word().starts_with("siskin: "), "{}", done.errors);
        assert!(done.text.is_empty(), "{}", done.text);
    }
}

#[test]
fn whatever_goes_wrong_has_an_error_line() {
    let taken = UdpSocket::bind("127.0.0.1:0").unwrap();
    let taken = taken.local_addr().unwrap().to_string();
    let no_display = [("DISPLAY", ""), ("WAYLAND_DISPLAY", "")];
    for (status, arguments) in [
        (2, &["--json", "dance"][..]),
        (2, &["watch", "--json"]),
        (2, &["doctor", "--json"]),
        (2, &["--account", ALICE, "--json", "watch", "b b"]),
        (
            2,
            &["--account", ALICE, "--json", "watchers", "allow", "*@"],
        ),
        (1, &["demo", "--server-only", "--json", "--bind", &taken]),
        (1, &["demo", "--terminal", "--json", "--bind", "192.0.2.1"]),
        (1, &["--json"]),
    ] {
        let done = office::run(arguments, &no_display);
        assert_eq!(done.status, status, "{arguments:?}: {}", done.errors);
        let errors = done.of("error");
        assert_eq!(errors.len(), 1, "{arguments:?}: {}", done.text);
        assert_eq!(errors[0]["code"], status, "{arguments:?}");
        let told = format!(
            "siskin: {}; {}",
            errors[0]["message"].as_str().unwrap(),
            errors[0]["hint"].as_str().unwrap()
        );
        assert_eq!(done.last_word(), told);
    }
}

#[test]
fn what_cannot_begin_has_an_error_line_too() {
    let done = office::run(
        &["--account", ALICE, "watch", "sip:", "--json"],
        &[("SISKIN_PASSWORD", "secret")],
    );
    assert_eq!(done.status, 2, "{}", done.errors);
    assert_eq!(done.of("error")[0]["code"], 2);
    assert!(done.last_word().contains("sip:"), "{}", done.errors);
}

#[test]
fn a_refused_password_is_three() {
    let office = Office::open();
    let account = ["--account", ALICE, "--proxy", office.text("proxy")];
    for arguments in [&["register", "--json"][..], &["watch", "bob", "--json"]] {
        let all = [&account[..], arguments].concat();
        let done = office::run(&all, &[("SISKIN_PASSWORD", "wrong")]);
        assert_eq!(done.status, 3, "{}", done.errors);
        assert_eq!(done.of("error")[0]["code"], 3);
        assert!(
            done.last_word().contains("check the password"),
            "{}",
            done.errors
        );
    }
}

#[test]
fn a_missing_password_is_three_and_says_so() {
    let office = Office::open();
    let all = [
        "--account",
        ALICE,
        "--proxy",
        office.text("proxy"),
        "register",
    ];
    let done = office::run(&all, &[]);
    assert_eq!(done.status, 3, "{}", done.errors);
    assert!(
        done.last_word().contains("--password-file"),
        "{}",
        done.errors
    );
}

#[test]
fn a_password_comes_from_a_file_or_standard_input() {
    let office = Office::open();
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), format!("{}\n", office.text("password"))).unwrap();
    let path = file.path().to_str().unwrap();
    let all = [
        "--account",
        ALICE,
        "--proxy",
        office.text("proxy"),
        "--password-file",
        path,
        "register",
        "--until",
        "active",
    ];
    let done = office::run(&all, &[("SISKIN_PASSWORD", "overruled")]);
    assert_eq!(done.status, 0, "{}", done.errors);
    let missing = office::run(
        &[
            "--account",
            ALICE,
            "--password-file",
            "/nowhere",
            "register",
        ],
        &[],
    );
    assert_eq!(missing.status, 2, "{}", missing.errors);
}

#[test]
fn an_unreachable_server_is_four() {
    // A TCP port where nobody listens: bound, and closed again.
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let proxy = format!("sip:127.0.0.1:{port};transport=tcp");
    let all = [
        "--account",
        ALICE,
        "--proxy",
        &proxy,
        "--json",
        "--for",
        "2s",
    ];
    for command in [&["register"][..], &["watch", "bob", "--no-register"]] {
        let all = [&all[..], command].concat();
        let done = office::run(&all, &[("SISKIN_PASSWORD", "secret")]);
        assert_eq!(done.status, 4, "{}", done.errors);
        assert!(done.last_word().contains("cannot reach"), "{}", done.errors);
    }
}

#[test]
fn a_silent_server_is_seven() {
    let silent = UdpSocket::bind("127.0.0.1:0").unwrap();
    let proxy = format!("sip:{}", silent.local_addr().unwrap());
    let all = [
        "--account",
        ALICE,
        "--proxy",
        &proxy,
        "--for",
        "1s",
        "register",
    ];
    let done = office::run(&all, &[("SISKIN_PASSWORD", "secret")]);
    assert_eq!(done.status, 7, "{}", done.errors);
    assert!(
        done.took < Duration::from_secs(7),
        "it ends in time: {:?}",
        done.took
    );
}

#[test]
fn an_unknown_package_is_five() {
    let office = Office::open();
    let done = office.run(&[
        "subscribe",
        "--event",
        "dance",
        "bob",
        "--json",
        "--for",
        "5s",
    ]);
    assert_eq!(done.status, 5, "{}", done.errors);
    assert!(
        done.fields("subscription", "reason")
            .iter()
            .any(|reason| reason.starts_with("489"))
    );
    let done = office.run(&[
        "subscribe",
        "--event",
        "dance",
        "bob",
        "--until",
        "terminated",
    ]);
    assert_eq!(done.status, 5, "a refusal is not the end that was wished");
}

#[test]
fn an_xcap_server_that_is_not_there_is_four() {
    let office = Office::open();
    let done = office::run(
        &[
            "--account",
            ALICE,
            "--proxy",
            office.text("proxy"),
            "--xcap-root",
            "http://127.0.0.1:9/",
            "--json",
            "watchers",
            "allow",
            "bob",
        ],
        &[("SISKIN_PASSWORD", office.text("password"))],
    );
    assert_eq!(done.status, 4, "{}", done.errors);
    assert_eq!(done.fields("rule", "state"), ["failed"]);
    assert!(done.last_word().contains("--xcap-root"), "{}", done.errors);
}

#[test]
fn an_xcap_server_that_keeps_no_rules_is_five() {
    let office = Office::open();
    let web = TcpListener::bind("127.0.0.1:0").unwrap();
    let root = format!("http://{}/", web.local_addr().unwrap());
    std::thread::spawn(move || {
        while let Ok((mut stream, _)) = web.accept() {
            // Whatever is asked for, once all of it has come.
            let pause = Some(Duration::from_millis(200));
            stream.set_read_timeout(pause).unwrap();
            let mut asked = Vec::new();
            let _ = stream.read_to_end(&mut asked);
            let _ = stream.write_all(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
        }
    });
    let done = office::run(
        &[
            "--account",
            ALICE,
            "--proxy",
            office.text("proxy"),
            "--xcap-root",
            &root,
            "--json",
            "watchers",
            "allow",
            "bob",
        ],
        &[("SISKIN_PASSWORD", office.text("password"))],
    );
    assert_eq!(done.status, 5, "{}", done.errors);
    assert_eq!(done.fields("rule", "state"), ["failed"]);
}

#[test]
fn a_local_port_in_use_is_told() {
    let taken = UdpSocket::bind("127.0.0.1:0").unwrap();
    let bind = taken.local_addr().unwrap().to_string();
    let all = ["--account", ALICE, "--bind", &bind, "register"];
    let done = office::run(&all, &[("SISKIN_PASSWORD", "secret")]);
    assert_eq!(done.status, 1, "{}", done.errors);
    assert!(done.last_word().contains(&bind), "{}", done.errors);
}

#[test]
fn a_reader_that_goes_away_ends_it_quietly() {
    let bound = Duration::from_secs(30);
    let siskin = env!("CARGO_BIN_EXE_siskin");
    let arguments = ["demo", "--terminal", "--json"];
    let mut process = Leash::start(siskin, arguments, bound, |command| {
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
    })
    .unwrap();
    let mut out = process.child().stdout.take().unwrap();
    let mut some = [0; 64];
    out.read_exact(&mut some).unwrap();
    drop(out);
    assert_eq!(process.wait(bound).unwrap().code(), Some(0));
    let mut errors = String::new();
    let mut stream = process.child().stderr.take().unwrap();
    stream.read_to_string(&mut errors).unwrap();
    assert_eq!(errors, "");
}
