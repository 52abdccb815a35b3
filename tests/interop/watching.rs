//! Alice watches Bob; Bob decides.

use std::time::Duration;

use serde_json::json;

use crate::agent::Agent;
use crate::server::{Kamailio, Options};
use crate::siskin::Siskin;
use crate::story::{AFTER_REFRESH, SOON, address, over_every_transport, presence, subscription};

over_every_transport! {
    /// Alice waits for approval and sees no made-up state; Bob is asked, allows her, and changes his status.
    fn asks_is_allowed_and_sees_every_change(transport: &str) {
        let server = Kamailio::start(Options::default());
        let mut bob_asked = Siskin::start(&server, transport, "bob", &["watchers"]);
        subscription(&mut bob_asked, "presence.winfo", "bob", "active", SOON);

        let mut alice = Siskin::start(&server, transport, "alice", &["watch", &address("bob")]);
        subscription(&mut alice, "presence", "bob", "pending", SOON);
        let waiting = alice.seen().iter().rev().find(|line| line["type"] == "presence").cloned();
        assert!(waiting.is_none_or(|line| line["status"] == "unknown"), "pending is not offline");

        let request = bob_asked.wait_for_line(
            SOON,
            "watcher",
            &[("watcher", json!(address("alice"))), ("status", json!("pending"))],
        );
        assert_eq!(request["decision"], "undecided");
        assert_eq!(request["resource"], address("bob"));

        let mut decision = Siskin::start(&server, transport, "bob", &["watchers", "allow", &address("alice")]);
        let (status, messages) = decision.wait_exit(Duration::from_secs(25));
        assert_eq!(status, 0, "{messages}");
        assert!(decision.seen().iter().any(|line| line["type"] == "rule" && line["state"] == "written"));

        subscription(&mut alice, "presence", "bob", "active", SOON);
        bob_asked.wait_for_line(
            SOON,
            "watcher",
            &[("watcher", json!(address("alice"))), ("status", json!("active")), ("decision", json!("allow"))],
        );

        let mut bob = Siskin::start(&server, transport, "bob", &["publish", "on-the-phone", "--note", "With Carol"]);
        bob.wait_for_line(SOON, "publication", &[("state", json!("published"))]);
        let shown = presence(&mut alice, "bob", "on-the-phone", SOON);
        assert_eq!(shown["basic"], "open");
        assert_eq!(shown["note"], "With Carol");
        assert_eq!(shown["activities"], json!(["on-the-phone"]));
        assert_eq!(shown["notifiers"], 1);
        bob.finish();
        presence(&mut alice, "bob", "offline", SOON);
        alice.finish();
        bob_asked.finish();
    }

    /// A blocked watcher is told so and does not come back by itself.
    fn blocks_and_is_left_alone(transport: &str) {
        let server = Kamailio::start(Options::default());
        let bob = Agent::new(&server, "bob");
        bob.allow(&server, &["alice", "carol"]);
        let mut alice = Siskin::start(&server, transport, "alice", &["watch", &address("bob")]);
        subscription(&mut alice, "presence", "bob", "active", SOON);

        let mut decision = Siskin::start(&server, transport, "bob", &["watchers", "block", &address("alice")]);
        let (status, messages) = decision.wait_exit(Duration::from_secs(25));
        assert_eq!(status, 0, "{messages}");
        let ended = subscription(&mut alice, "presence", "bob", "terminated", SOON);
        assert!(ended["reason"].as_str().unwrap().contains("rejected"), "{ended}");
        assert_eq!(ended["retry_in_s"], json!(null));
        alice.stays_without(Duration::from_secs(3), |line| {
            line["type"] == "subscription" && line["state"] != "terminated"
        });

        alice.interrupt();
        assert_eq!(alice.wait_exit(SOON).0, 6, "refused by policy");
        let rules = bob.document_now(&server, "pres-rules").body;
        assert!(rules.contains("sip:carol@example.test"), "other rules stay: {rules}");
    }

    /// Bob begins to hide politely: what Alice saw is not shown any more, and his changes do not reach her.
    fn hides_politely(transport: &str) {
        let server = Kamailio::start(Options::default());
        let mut bob = Agent::new(&server, "bob");
        bob.allow(&server, &["alice"]);
        assert_eq!(bob.publish_presence("open", Some("meeting"), "Budget").status(), 200);
        let mut alice = Siskin::start(&server, transport, "alice", &["watch", &address("bob")]);
        presence(&mut alice, "bob", "in-a-meeting", SOON);

        let decide = |verb: &str| {
            let mut decision = Siskin::start(&server, transport, "bob", &["watchers", verb, &address("alice")]);
            let (status, messages) = decision.wait_exit(Duration::from_secs(25));
            assert_eq!(status, 0, "{messages}");
        };
        decide("polite-block");
        let hidden = presence(&mut alice, "bob", "unknown", SOON);
        assert_eq!((&hidden["basic"], &hidden["devices"]), (&json!(null), &json!([])));
        assert_eq!(bob.publish_presence("open", Some("away"), "Lunch").status(), 200);
        alice.stays_without(Duration::from_secs(2), |line| {
            line["type"] == "subscription" || line["status"] == "away"
        });

        decide("allow");
        presence(&mut alice, "bob", "away", SOON);
        alice.finish();
    }

    /// The server grants 30 seconds only; after several of them the state still flows.
    fn refreshes_at_a_short_expiry(transport: &str) {
        let server = Kamailio::start(Options { max_expires: 30, ..Options::default() });
        let mut bob = Agent::new(&server, "bob");
        bob.allow(&server, &["alice"]);
        let mut alice = Siskin::start(&server, transport, "alice", &["watch", &address("bob")]);
        let active = subscription(&mut alice, "presence", "bob", "active", SOON);
        assert!(active["expires_s"].as_u64().unwrap() <= 30, "{active}");
        alice.stays_without(Duration::from_secs(40), |line| {
            line["type"] == "subscription" && line["state"] != "active"
        });
        assert_eq!(server.subscriptions("presence"), 1);
        assert_eq!(bob.publish_presence("open", Some("meeting"), "Budget").status(), 200);
        presence(&mut alice, "bob", "in-a-meeting", SOON);
        alice.finish();
        assert_eq!(server.subscriptions("presence"), 0, "unsubscribed at the end");
    }

    /// The server comes back without any memory: everything is there again, and nobody had to help.
    fn survives_a_server_that_lost_its_state(transport: &str) {
        let mut server = Kamailio::start(Options { max_expires: 30, ..Options::default() });
        let allow = |server: &Kamailio| Agent::new(server, "bob").allow(server, &["alice"]);
        allow(&server);
        let mut alice = Siskin::start(&server, transport, "alice", &["watch", &address("bob")]);
        let bob = Siskin::start(&server, transport, "bob", &["publish", "busy"]);
        presence(&mut alice, "bob", "busy", SOON);

        server.restart(crate::server::Restart::Lose);
        allow(&server);
        // What she knew is not shown as current once the server has said that it knows nothing of it.
        alice.wait_for(AFTER_REFRESH, |line| line["type"] == "subscription" && line["state"] != "active");
        subscription(&mut alice, "presence", "bob", "active", AFTER_REFRESH);
        presence(&mut alice, "bob", "busy", AFTER_REFRESH);
        bob.finish();
        presence(&mut alice, "bob", "offline", SOON);
        alice.finish();
    }
}
