//! Logging in, being refused, and logging out.

use serde_json::json;

use crate::server::{Certificate, Kamailio, Options};
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
        let folder = tempfile::TempDir::new().unwrap();
        let trace = folder.path().join("trace.txt");
        let mut alice = Siskin::start_with(
            &server,
            transport,
            "alice",
            "not-her-password",
            &["register", "--trace", &trace.to_string_lossy()],
        );
        let (status, messages) = alice.wait_exit(SOON);
        assert_eq!(status, 3, "{messages}");
        let last = messages.lines().last().unwrap_or_default();
        assert!(last.contains("password"), "{messages}");
        assert!(alice.seen().iter().any(|line| line["type"] == "error" && line["code"] == 3));

        let trace = std::fs::read_to_string(trace).unwrap();
        assert_eq!(trace.matches("REGISTER sip:").count(), 2, "{trace}");
        assert!(!trace.contains("not-her-password"));
        assert!(!trace.contains("response=\"") || trace.contains("response=\"***"), "{trace}");
    }
}

/// SHA-256, challenges without qop, and challenges of a proxy are answered like plain ones.
#[test]
fn answers_every_kind_of_challenge() {
    for (sha_256, qop, proxy_challenge) in [
        (true, true, false),
        (false, false, false),
        (false, true, true),
    ] {
        let server = Kamailio::start(Options {
            qop,
            sha_256,
            proxy_challenge,
            ..Options::default()
        });
        let mut alice = Siskin::start(
            &server,
            "udp",
            "alice",
            &["publish", "away", "--note", "lunch"],
        );
        alice.wait_for_line(SOON, "publication", &[("state", json!("published"))]);
        alice.finish();
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
