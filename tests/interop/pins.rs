//! A certificate that nobody vouches for is trusted as it is, once somebody has compared its fingerprint; and no other.

use serde_json::json;
use tempfile::TempDir;

use crate::server::{Certificate, Kamailio, Options, password};
use crate::siskin::Siskin;
use crate::story::{SOON, address, registration};

/// Kamailio with a certificate for another host, from an authority that nobody knows: a stranger in every way.
fn stranger() -> Kamailio {
    Kamailio::start(Options {
        certificate: Certificate::OtherHost,
        ..Options::default()
    })
}

/// Alice over TLS, for SIP as for XCAP.
fn alice(server: &Kamailio, arguments: &[&str]) -> Siskin {
    let (account, proxy, root) = (address("alice"), server.proxy("tls"), server.xcaps_root());
    let mut all = vec!["--json", "--account", &*account, "--proxy", &*proxy];
    all.extend(["--xcap-root", &*root]);
    all.extend(arguments);
    Siskin::run(&all, &password("alice"))
}

/// What `siskin doctor` shows of the server's certificate.
fn fingerprint(server: &Kamailio) -> String {
    let mut doctor = alice(server, &["doctor"]);
    let (status, messages) = doctor.wait_exit(SOON);
    assert_eq!(status, 4, "{messages}");
    let shown: Vec<String> = doctor
        .seen()
        .iter()
        .filter(|line| line["step"] == "certificate")
        .map(|line| line["detail"].as_str().unwrap_or_default().to_owned())
        .collect();
    assert_eq!(shown.len(), 2, "of SIP and of XCAP: {shown:?}");
    for detail in &shown {
        for word in ["other.example.net", "not signed by", "it is not for "] {
            assert!(detail.contains(word), "{detail}");
        }
    }
    let (_, rest) = shown[0].split_once("SHA-256 ").expect("a fingerprint");
    rest.split(';').next().unwrap_or_default().to_owned()
}

const REGISTER: [&str; 5] = ["register", "--until", "active", "--for", "3s"];

#[test]
fn trusts_the_certificate_that_is_named_over_sip_and_xcap() {
    let server = stranger();
    let pin = fingerprint(&server);
    let trusting = ["--trust-certificate", &*pin];
    let (status, messages) = alice(&server, &[&trusting, &REGISTER[..]].concat()).wait_exit(SOON);
    assert_eq!(status, 0, "{messages}");
    let allow = ["watchers", "allow", "bob", "--no-register"];
    let mut allow = alice(&server, &[&trusting, &allow[..]].concat());
    allow.wait_for_line(SOON, "rule", &[("state", json!("written"))]);
    drop(allow);

    // Another server of the same kind, with a key of its own: the certificate has changed.
    let other = stranger();
    let mut siskin = alice(&other, &[&trusting, &REGISTER[..]].concat());
    let (status, messages) = siskin.wait_exit(SOON);
    assert_eq!(status, 4, "{messages}");
    assert!(messages.contains("--trust-certificate"), "{messages}");
    assert!(siskin.trace().is_empty(), "something was sent");
}

#[test]
fn keeps_that_and_takes_it_back() {
    let server = stranger();
    let pin = fingerprint(&server);
    let (who, proxy, home) = (
        address("alice"),
        server.proxy("tls"),
        TempDir::new().unwrap(),
    );
    let home = home.path().to_string_lossy();
    let run = |arguments: &[&str], password: &str| {
        let all = [&["--json", "--data-dir", &home], arguments].concat();
        Siskin::stand_in(env!("CARGO_BIN_EXE_siskin"), &all, password)
    };
    let done = |arguments: &[&str]| run(arguments, "").wait_exit(SOON);
    let add = ["account", "add", &who, "--proxy", &proxy];
    let (status, messages) = done(&[&add[..], &["--trust-certificate", &pin]].concat());
    assert_eq!(status, 0, "{messages}");
    let mut register = run(&["register"], &password("alice"));
    registration(&mut register, "registered", SOON);
    register.finish();

    let mut list = run(&["account", "list"], "");
    let (status, messages) = list.wait_exit(SOON);
    assert_eq!(status, 0, "{messages}");
    let kept = &list.seen()[0]["trusted_certificates"];
    assert_eq!(*kept, json!([pin]));
    let distrust = ["account", "distrust", &who, "--certificate", &pin];
    let (status, messages) = done(&distrust);
    assert_eq!(status, 0, "{messages}");
    assert_eq!(done(&distrust).0, 1, "there is none any more");
    let (status, messages) = run(&REGISTER, &password("alice")).wait_exit(SOON);
    assert_eq!(status, 4, "{messages}");
}
