//! Certificates: the server's, which has to be the right one, and our own, where the server wants to see one.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use serde_json::json;

use crate::server::{Certificate, Kamailio, Options, password};
use crate::siskin::Siskin;
use crate::story::{SOON, address, registration};

/// Alice over TLS, for SIP as for XCAP.
fn alice(server: &Kamailio, arguments: &[&str]) -> Siskin {
    let (account, proxy, root) = (address("alice"), server.proxy("tls"), server.xcaps_root());
    let authority = server.ca_file().to_string_lossy();
    let mut all = vec!["--json", "--account", &*account, "--proxy", &*proxy];
    all.extend(["--xcap-root", &*root, "--tls-ca", &*authority]);
    all.extend(arguments);
    Siskin::run(&all, &password("alice"))
}

/// The same with a certificate of her own.
fn alice_shows(server: &Kamailio, own: (&Path, &Path), arguments: &[&str]) -> Siskin {
    let (certificate, key) = (own.0.to_string_lossy(), own.1.to_string_lossy());
    let own = [
        "--tls-client-cert",
        &*certificate,
        "--tls-client-key",
        &*key,
    ];
    alice(server, &[&own, arguments].concat())
}

const REGISTER: [&str; 5] = ["register", "--until", "active", "--for", "2s"];
const ALLOW: [&str; 4] = ["watchers", "allow", "bob", "--no-register"];

/// A certificate for another name, or of the past: nothing is sent to that server, not in the clear either, and the words
/// say why.
#[test]
fn refuses_certificates_that_are_not_the_servers() {
    for (certificate, word) in [
        (Certificate::OtherHost, "other.example.net"),
        (Certificate::Expired, "expired"),
    ] {
        let server = Kamailio::start(Options {
            certificate,
            ..Options::default()
        });
        let mut siskin = alice(&server, &["register", "--for", "3s"]);
        let (status, messages) = siskin.wait_exit(SOON);
        assert_eq!(status, 4, "{messages}");
        let last = messages.lines().last().unwrap_or_default();
        assert!(
            last.contains("certificate") && last.contains(word),
            "{messages}"
        );
        let error = siskin.seen().iter().find(|line| line["type"] == "error");
        assert_eq!(error.map(|line| &line["code"]), Some(&json!(4)));
        assert!(siskin.trace().is_empty(), "something was sent");
    }
}

/// The XCAP server is looked at as closely: what it is asked would carry credentials.
#[test]
fn refuses_certificates_that_are_not_the_xcap_servers() {
    for (certificate, word) in [
        (Certificate::OtherHost, "not valid for"),
        (Certificate::Expired, "expired"),
    ] {
        let server = Kamailio::start(Options {
            certificate,
            ..Options::default()
        });
        // SIP in the clear here, so that only XCAP can fail.
        let root = server.xcaps_root();
        let arguments = [&ALLOW[..], &["--xcap-root", &root]].concat();
        let account = address("alice");
        let (proxy, authority) = (server.proxy("tcp"), server.ca_file().to_string_lossy());
        let who = [
            "--json",
            "--account",
            &account,
            "--proxy",
            &proxy,
            "--tls-ca",
            &authority,
        ];
        let mut siskin = Siskin::run(&[&who[..], &arguments].concat(), &password("alice"));
        let (status, messages) = siskin.wait_exit(SOON);
        assert_eq!(status, 4, "{messages}");
        let last = messages.lines().last().unwrap_or_default();
        assert!(
            last.contains("certificate") && last.contains(word),
            "{messages}"
        );
        assert!(
            !siskin.trace_text().contains("PUT "),
            "something was written"
        );
    }
}

/// Without the test's certificate authority the server is a stranger.
#[test]
fn refuses_an_unknown_certificate_authority() {
    let server = Kamailio::start(Options::default());
    let (account, proxy) = (address("alice"), server.proxy("tls"));
    let arguments = [
        "--json",
        "--account",
        &account,
        "--proxy",
        &proxy,
        "register",
        "--for",
        "3s",
    ];
    let mut siskin = Siskin::run(&arguments, &password("alice"));
    let (status, messages) = siskin.wait_exit(SOON);
    assert_eq!(status, 4, "{messages}");
    assert!(
        messages.contains("not signed by an authority"),
        "{messages}"
    );
    assert!(siskin.trace().is_empty(), "something was sent");
}

/// A server that asks for a certificate gets it for SIP as for XCAP, and nothing goes on without.
#[test]
fn shows_its_certificate_where_it_is_asked_for() {
    let server = strict();
    let own = server.client_certificate();
    let (status, messages) = alice_shows(&server, own, &REGISTER).wait_exit(SOON);
    assert_eq!(status, 0, "{messages}");
    let (status, messages) = alice(&server, &REGISTER).wait_exit(SOON);
    assert_eq!(status, 4, "{messages}");

    let mut allow = alice_shows(&server, own, &ALLOW);
    allow.wait_for_line(SOON, "rule", &[("state", json!("written"))]);
    let (status, messages) = alice(&server, &ALLOW).wait_exit(SOON);
    assert_eq!(status, 4, "{messages}");
}

/// A certificate of the past is shown, and the server does not want it.
#[test]
fn says_that_the_server_does_not_want_its_certificate() {
    let server = strict();
    let (certificate, key) = server.expired_client_certificate();
    let mut siskin = alice_shows(&server, (&certificate, &key), &REGISTER);
    let (status, messages) = siskin.wait_exit(SOON);
    assert_eq!(status, 4, "{messages}");
    assert!(
        siskin
            .seen()
            .iter()
            .all(|line| line["state"] != "registered")
    );
}

/// Files that cannot serve are named before anything is sent, each with its fault.
#[test]
fn names_what_is_wrong_with_its_own_certificate() {
    let server = strict();
    let (certificate, key) = server.client_certificate();
    let folder = tempfile::TempDir::new().unwrap();
    let file = |name: &str, from: &Path, mode: u32| {
        let path = folder.path().join(name);
        fs::copy(from, &path).unwrap();
        fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
        path
    };
    let (_, other) = server.expired_client_certificate();
    let missing = folder.path().join("missing.pem");
    for (certificate, key, about, words) in [
        (
            certificate,
            &*file("open.key", key, 0o644),
            "open.key",
            "chmod 600",
        ),
        (certificate, &*other, "alice-before.key", "does not belong"),
        (certificate, certificate, "alice.pem", "chmod 600"),
        (
            certificate,
            &*file("no.key", certificate, 0o600),
            "no.key",
            "no private key",
        ),
        (key, key, "alice.key", "no certificate"),
        (&*missing, key, "missing.pem", "No such file"),
    ] {
        let mut siskin = alice_shows(&server, (certificate, key), &REGISTER);
        let (status, messages) = siskin.wait_exit(SOON);
        let last = messages.lines().last().unwrap_or_default();
        assert!(
            status == 4 && last.contains(about) && last.contains(words),
            "{status}: {messages}"
        );
        assert!(siskin.trace().is_empty(), "something was sent");
    }
}

/// What `account add` has kept is used without being named again.
#[test]
fn a_kept_account_shows_its_certificate() {
    let server = strict();
    let (certificate, key) = server.client_certificate();
    let texts = [server.ca_file(), certificate, key].map(|path| path.to_string_lossy());
    let (who, proxy, home) = (
        address("alice"),
        server.proxy("tls"),
        tempfile::TempDir::new().unwrap(),
    );
    let home = home.path().to_string_lossy();
    let binary = env!("CARGO_BIN_EXE_siskin");
    let add = [
        "account",
        "add",
        &who,
        "--proxy",
        &proxy,
        "--data-dir",
        &home,
        "--tls-ca",
        &texts[0],
        "--tls-client-cert",
        &texts[1],
        "--tls-client-key",
        &texts[2],
    ];
    // Without a password, so that no keyring is asked.
    let (status, messages) = Siskin::stand_in(binary, &add, "").wait_exit(SOON);
    assert_eq!(status, 0, "{messages}");
    let mut register = Siskin::stand_in(
        binary,
        &["--json", "--data-dir", &home, "register"],
        &password("alice"),
    );
    registration(&mut register, "registered", SOON);
    register.finish();
}

fn strict() -> Kamailio {
    Kamailio::start(Options {
        client_certificates: true,
        ..Options::default()
    })
}
