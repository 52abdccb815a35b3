//! Who is on the phone, told by the server from what telephones publish (RFC 4235).

use std::fmt::Write as _;
use std::time::Duration;

use serde_json::{Value, json};

use crate::agent::Agent;
use crate::server::{Kamailio, Options};
use crate::siskin::Siskin;
use crate::story::{SOON, address, over_every_transport, subscription};

const DIALOG_INFO: &str = "application/dialog-info+xml";

/// Publishes the calls of `user`: each with its id, direction, state and whatever else stands in it.
fn publish(agent: &mut Agent, user: &str, calls: &[(&str, &str, &str)]) {
    let mut body = format!(
        "<?xml version=\"1.0\"?>\n<dialog-info xmlns=\"urn:ietf:params:xml:ns:dialog-info\" version=\"0\" \
         state=\"full\" entity=\"{}\">",
        address(user)
    );
    for (id, state, rest) in calls {
        let _ = write!(
            body,
            "<dialog id=\"{id}\" call-id=\"{id}@192.0.2.1\" local-tag=\"l-{id}\" remote-tag=\"r-{id}\" \
             direction=\"recipient\">{state}{rest}</dialog>"
        );
    }
    body += "</dialog-info>";
    assert_eq!(
        agent.publish("dialog", user, DIALOG_INFO, &body).status(),
        200
    );
}

fn dialog(siskin: &mut Siskin, id: &str, state: &str) -> Value {
    let fields = [
        ("id", json!(id)),
        ("state", json!(state)),
        ("stale", json!(false)),
    ];
    siskin.wait_for_line(SOON, "dialog", &fields)
}

const CAROL: &str = "<remote><identity display=\"Carol\">sip:carol@example.test</identity>\
                     <target uri=\"sip:carol@192.0.2.7\"/></remote>";
const EARLY: &str = "<state code=\"180\">early</state>";
const CONFIRMED: &str = "<state>confirmed</state>";
const TERMINATED: &str = "<state event=\"remote-bye\">terminated</state>";

over_every_transport! {
    /// Bob's telephone rings, Carol is answered, and hangs up.
    fn sees_a_call_ring_answered_and_over(transport: &str) {
        let server = Kamailio::start(Options::default());
        let mut alice = Siskin::start(&server, transport, "alice", &["dialogs", &address("bob")]);
        subscription(&mut alice, "dialog", "bob", "active", SOON);
        let mut bob = Agent::new(&server, "bob");

        publish(&mut bob, "bob", &[("c1", EARLY, CAROL)]);
        let ringing = dialog(&mut alice, "c1", "early");
        assert_eq!(ringing["resource"], address("bob"));
        assert_eq!((&ringing["direction"], &ringing["code"]), (&json!("recipient"), &json!(180)));
        assert_eq!((&ringing["remote"], &ringing["remote_display"]), (&json!(address("carol")), &json!("Carol")));
        assert_eq!(ringing["notifiers"], 1);
        assert_eq!(
            ringing["pick_up"],
            "sip:carol@192.0.2.7?Replaces=c1%40192.0.2.1%3Bto-tag%3Dr-c1%3Bfrom-tag%3Dl-c1%3Bearly-only"
        );

        publish(&mut bob, "bob", &[("c1", CONFIRMED, CAROL)]);
        let answered = dialog(&mut alice, "c1", "confirmed");
        assert_eq!(answered["remote_display"], "Carol");

        // A second telephone of his has a call of its own.
        let mut other = Agent::new(&server, "bob");
        publish(&mut other, "bob", &[("c2", EARLY, "")]);
        let second = dialog(&mut alice, "c2", "early");
        assert_eq!((&second["remote"], &second["pick_up"]), (&json!(null), &json!(null)));

        publish(&mut bob, "bob", &[("c1", TERMINATED, CAROL)]);
        let over = dialog(&mut alice, "c1", "terminated");
        assert_eq!((&over["event"], &over["remote_display"]), (&json!("remote-bye"), &json!("Carol")));
        publish(&mut other, "bob", &[]);
        dialog(&mut alice, "c2", "terminated");
        alice.stays_without(Duration::from_secs(1), |line| line["type"] == "dialog");
        alice.finish();
        assert_eq!(server.subscriptions("dialog"), 0, "unsubscribed at the end");
    }

    /// Three devices answer one SUBSCRIBE, and each tells of its own calls.
    fn listens_to_every_device(transport: &str) {
        let server = Kamailio::start(Options { devices: 3, ..Options::default() });
        let mut device = Agent::new(&server, "forked");
        publish(&mut device, "forked-1", &[("c1", EARLY, CAROL)]);
        publish(&mut device, "forked-2", &[("c2", CONFIRMED, "")]);
        publish(&mut device, "forked-3", &[]);
        // It must not register: it would become a device of its own.
        let arguments = ["dialogs", &address("forked"), "--no-register"];
        let mut siskin = Siskin::start(&server, transport, "forked", &arguments);
        siskin.wait_for(SOON, |line| {
            line["type"] == "subscription" && line["package"] == "dialog" && line["notifiers"] == 3
        });
        publish(&mut device, "forked-2", &[("c2", TERMINATED, "")]);
        dialog(&mut siskin, "c2", "terminated");
        let seen = siskin.seen();
        for (id, state) in [("c1", "early"), ("c2", "confirmed")] {
            assert!(
                seen.iter().any(|line| line["type"] == "dialog" && line["id"] == id && line["state"] == state),
                "{id} {state}: {seen:?}"
            );
        }
        publish(&mut device, "forked-1", &[("c1", CONFIRMED, "")]);
        dialog(&mut siskin, "c1", "confirmed");
        siskin.finish();
        assert_eq!(server.subscriptions("dialog"), 0, "every dialog was ended");
    }
}

/// One call only: this server knows no parameters of the event, says so, and is not asked again.
#[test]
fn says_that_the_server_cannot_watch_one_call_alone() {
    let server = Kamailio::start(Options::default());
    let bob = address("bob");
    let mut all = vec!["dialogs", bob.as_str(), "--until", "active"];
    all.extend([
        "--call-id",
        "c1@192.0.2.1",
        "--to-tag",
        "l1",
        "--from-tag",
        "r1",
    ]);
    let mut alice = Siskin::start(&server, "udp", "alice", &all);
    let (status, messages) = alice.wait_exit(SOON);
    assert_eq!(status, 5, "{messages}");
}
