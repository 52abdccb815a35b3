//! Lists that the server keeps. This one tells who is on a list first, and each one's state a second later; it never
//! tells who has blocked the watcher or has not decided.

use serde_json::json;

use crate::agent::Agent;
use crate::server::{Kamailio, Options};
use crate::siskin::Siskin;
use crate::story::{SOON, address, over_every_transport, presence, subscription};

over_every_transport! {
    /// One subscription names everybody on the list, then shows their states and the change of one.
    fn shows_everybody_on_a_list(transport: &str) {
        let server = Kamailio::start(Options::default());
        let (mut bob, mut carol) = (Agent::new(&server, "bob"), Agent::new(&server, "carol"));
        for (who, agent) in [("bob", &mut bob), ("carol", &mut carol)] {
            agent.allow(&server, &["alice"]);
            assert_eq!(agent.publish_presence_of(who, "open", None, "here").status(), 200);
        }
        keep_list(&server);

        let mut alice = Siskin::start(&server, transport, "alice", &["watch", "--rls", LIST]);
        subscription(&mut alice, "presence", "team", "active", SOON);
        for who in ["bob", "carol", "dave"] {
            let line = alice.wait_for_line(SOON, "presence", &[("resource", json!(address(who)))]);
            assert_eq!(line["member"]["list"], LIST);
            assert_eq!(line["member"]["state"], "unknown");
        }
        let lists = alice.seen().iter().filter(|line| line["type"] == "subscription");
        assert!(lists.clone().all(|line| line["resource"] == LIST), "nobody is asked alone");

        // The states come later, from the server's timer.
        for who in ["bob", "carol"] {
            let line = presence(&mut alice, who, "available", SOON);
            assert_eq!(line["note"], "here");
            assert_eq!(line["member"]["list"], LIST);
            assert_eq!(line["member"]["state"], "active");
        }
        assert_eq!(bob.publish_presence_of("bob", "open", Some("on-the-phone"), "calling").status(), 200);
        let line = presence(&mut alice, "bob", "on-the-phone", SOON);
        assert_eq!(line["note"], "calling");
        alice.finish();
    }
}

/// The server treats an address that is no list as a person, who has not decided yet; an ordinary subscription sees the
/// same although it offers to read lists.
#[test]
fn an_offer_to_read_lists_disturbs_nobody() {
    let server = Kamailio::start(Options::default());
    let mut bob = Agent::new(&server, "bob");
    bob.allow(&server, &["alice"]);
    assert_eq!(
        bob.publish_presence_of("bob", "open", None, "here")
            .status(),
        200
    );
    keep_list(&server);
    // `team` is asked for as a person, and turns out to be a list.
    let mut alice = Siskin::start(&server, "udp", "alice", &["watch", "bob", "team"]);
    let line = presence(&mut alice, "bob", "available", SOON);
    assert_eq!(line["member"], json!(null));
    // Either of the two may be told first.
    let dave = json!(address("dave"));
    let told = alice
        .seen()
        .iter()
        .find(|line| line["resource"] == dave)
        .cloned();
    let line = told.unwrap_or_else(|| alice.wait_for_line(SOON, "presence", &[("resource", dave)]));
    assert_eq!(line["member"]["list"], LIST);
    alice.finish();
    let mut stranger = Siskin::start(&server, "udp", "alice", &["watch", "--rls", "bob"]);
    let (status, messages) = stranger.wait_exit(SOON);
    assert_eq!(status, 5, "{messages}");
    assert!(messages.contains("not a list"), "{messages}");
}

/// Alice's list of Bob, Carol and Dave.
fn keep_list(server: &Kamailio) {
    let alice = Agent::new(server, "alice");
    let services = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <rls-services xmlns=\"urn:ietf:params:xml:ns:rls-services\" \
         xmlns:rl=\"urn:ietf:params:xml:ns:resource-lists\"><service uri=\"{LIST}\"><list name=\"team\">\
         <rl:entry uri=\"sip:bob@example.test\"/><rl:entry uri=\"sip:carol@example.test\"/>\
         <rl:entry uri=\"sip:dave@example.test\"/></list><packages><package>presence</package></packages></service>\
         </rls-services>\n"
    );
    let status = alice.put_document(
        server,
        "rls-services",
        "application/rls-services+xml",
        &services,
    );
    assert!(
        status == 200 || status == 201,
        "the list was not taken: {status}"
    );
}

const LIST: &str = "sip:team@example.test";
