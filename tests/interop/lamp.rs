//! Voicemail waiting, and what several notifiers say at once.

use std::time::Duration;

use serde_json::json;

use crate::agent::Agent;
use crate::server::{Kamailio, Options};
use crate::siskin::Siskin;
use crate::story::{SOON, address, over_every_transport, subscription};

over_every_transport! {
    /// Two new voice messages, one of them urgent, and eight old ones.
    fn the_voicemail_system_lights_the_lamp(transport: &str) {
        let server = Kamailio::start(Options::default());
        let mut alice = Siskin::start(&server, transport, "alice", &["messages"]);
        subscription(&mut alice, "message-summary", "alice", "active", SOON);
        let mut voicemail = Agent::new(&server, "vm");
        assert_eq!(voicemail.publish_mwi("alice", 2, 8, (1, 0)).status(), 200);
        let lamp = alice.wait_for_line(SOON, "messages", &[("waiting", json!(true))]);
        assert_eq!(lamp["mailbox"], address("alice"));
        assert_eq!(lamp["classes"]["voice"], json!({"new": 2, "old": 8, "urgent_new": 1, "urgent_old": 0}));
        alice.finish();
    }

    /// Three devices answer one SUBSCRIBE: winfo and message-summary keep all three, presence takes one.
    fn each_package_keeps_its_own_number_of_notifiers(transport: &str) {
        let server = Kamailio::start(Options { devices: 3, ..Options::default() });
        let mut device = Agent::new(&server, "forked");
        for (number, new) in [(1, 1), (2, 2), (3, 0)] {
            let name = format!("forked-{number}");
            assert_eq!(device.publish_presence_of(&name, "open", None, &name).status(), 200);
            assert_eq!(Agent::new(&server, "vm").publish_mwi(&name, new, 0, (0, 0)).status(), 200);
        }
        // It must not register: it would become a device of its own.
        let start = |arguments: &[&str]| {
            let mut all = arguments.to_vec();
            all.push("--no-register");
            Siskin::start(&server, transport, "forked", &all)
        };
        let three = |line: &serde_json::Value, package: &str| {
            line["type"] == "subscription" && line["package"] == package && line["notifiers"] == 3
        };
        let mut watchers = start(&["watchers"]);
        watchers.wait_for(SOON, |line| three(line, "presence.winfo"));
        let mut messages = start(&["messages"]);
        messages.wait_for(SOON, |line| three(line, "message-summary"));
        let merged = messages.wait_for(SOON, |line| line["type"] == "messages" && line["notifiers"] == 3);
        assert_eq!(merged["waiting"], true, "any device with new messages lights the lamp: {merged}");

        let mut watch = start(&["watch", &address("forked")]);
        subscription(&mut watch, "presence", "forked", "pending", SOON);
        watch.stays_without(Duration::from_secs(2), |line| {
            line["type"] == "subscription" && line["notifiers"].as_u64() > Some(1)
        });
        for siskin in [watchers, messages, watch] {
            siskin.finish();
        }
        for event in ["presence", "presence.winfo", "message-summary"] {
            assert_eq!(server.subscriptions(event), 0, "{event}: every dialog was ended");
        }
    }
}
