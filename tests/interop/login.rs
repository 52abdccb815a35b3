//! Logging in, being refused, and logging out.

use serde_json::json;

use crate::server::{Certificate, Kamailio, Options, password};
use crate::siskin::Siskin;
use crate::story::{SOON, address, over_every_transport, registration};

over_every_transport! {
    /// The registrar challenges, the answer is right, and the end removes the binding.
    fn registers_with_digest_and_unregisters(transport: &str) {
        let server = Kamailio::start(Options::default());
        let mut alice = Siskin::start(&server, transport, "alice", &["register"]);
        let line = registration(&mut alice, "registered", SOON);
        assert_eq!(line["account"], address("alice"));
        assert!(line["expires_s"].as_u64().unwrap() > 0, "{line}");
        assert!(line["contact"].as_str().unwrap().starts_with("sip"), "{line}");

        let lines = alice.finish();
        assert!(
            lines.iter().any(|line| line["type"] == "registration" && line["state"] == "unregistered"),
            "{lines:?}"
        );
        assert!(server.rpc("ul.lookup", &[json!("location"), json!("alice@example.test")]).is_err());
    }

    /// The first request carries no credentials, the second the wrong ones, and there is no third.
    fn a_wrong_password_is_tried_once(transport: &str) {
        let server = Kamailio::start(Options::default());
        let mut alice = Siskin::start_with(
            &server,
            transport,
            "alice",
            "not-her-password",
            &["register"],
        );
        let (status, messages) = alice.wait_exit(SOON);
        assert_eq!(status, 3, "{messages}");
        let last = messages.lines().last().unwrap_or_default();
        assert!(last.contains("password"), "{messages}");
        assert!(alice.seen().iter().any(|line| line["type"] == "error" && line["code"] == 3));

        let trace = alice.trace_text();
        assert_eq!(trace.matches("REGISTER sip:").count(), 2, "{trace}");
        assert!(!trace.contains("not-her-password"));
        assert!(!trace.contains("response=\"") || trace.contains("response=\"***"), "{trace}");
    }
}

/// A certificate for another name, or of the past: nothing is sent to that server, and the words say why.
#[test]
fn refuses_certificates_that_are_not_the_servers() {
    for (certificate, word) in [
        (Certificate::OtherHost, "other"),
        (Certificate::Expired, "expired"),
    ] {
        let server = Kamailio::start(Options {
            certificate,
            ..Options::default()
        });
        let mut alice = Siskin::start(&server, "tls", "alice", &["register", "--for", "3s"]);
        let (status, messages) = alice.wait_exit(SOON);
        assert_eq!(status, 4, "{messages}");
        assert!(
            messages.contains("certificate") && messages.contains(word),
            "{messages}"
        );
        assert!(!server.log().contains("REGISTER"), "something was sent");
    }
}

/// Without the test's certificate authority the server is a stranger.
#[test]
fn refuses_an_unknown_certificate_authority() {
    let server = Kamailio::start(Options::default());
    let (account, proxy) = (address("alice"), server.proxy("tls"));
    let mut alice = Siskin::run(
        &[
            "--json",
            "--account",
            &account,
            "--proxy",
            &proxy,
            "register",
            "--for",
            "3s",
        ],
        "alice-secret",
    );
    let (status, messages) = alice.wait_exit(SOON);
    assert_eq!(status, 4, "{messages}");
    assert!(messages.contains("certificate"), "{messages}");
}

/// A server that asks for a certificate gets it for SIP as for XCAP, and nothing goes on without.
#[test]
fn shows_its_certificate_where_it_is_asked_for() {
    let server = Kamailio::start(Options {
        client_certificates: true,
        ..Options::default()
    });
    let (certificate, key) = server.client_certificate();
    let (certificate, key) = (certificate.to_string_lossy(), key.to_string_lossy());
    let own = [
        "--tls-client-cert",
        &*certificate,
        "--tls-client-key",
        &*key,
    ];
    let (account, proxy, root) = (address("alice"), server.proxy("tls"), server.xcaps_root());
    let authority = server.ca_file().to_string_lossy();
    let server_options = ["--json", "--account", &*account, "--proxy", &*proxy];
    let more = ["--xcap-root", &*root, "--tls-ca", &*authority];
    let run = |arguments: &[&str]| {
        let all = [&server_options, &more[..], arguments].concat();
        Siskin::run(&all, &password("alice"))
    };
    let register = ["register", "--until", "active", "--for", "2s"];
    let (status, messages) = run(&[&register[..], &own].concat()).wait_exit(SOON);
    assert_eq!(status, 0, "{messages}");
    let (status, messages) = run(&register).wait_exit(SOON);
    assert_eq!(status, 4, "{messages}");

    let allow = ["watchers", "allow", "bob"];
    run(&[&allow[..], &own].concat()).wait_for_line(SOON, "rule", &[("state", json!("written"))]);
    let (status, messages) = run(&allow).wait_exit(SOON);
    assert_eq!(status, 4, "{messages}");
}
