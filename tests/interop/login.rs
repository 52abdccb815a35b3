//! Logging in, being refused, and logging out.

use serde_json::json;

use crate::server::{Kamailio, Options};
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
