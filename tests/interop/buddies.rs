//! The list of buddies on a server that knows whole documents only: there and back, changed on several devices at once,
//! and left alone where it is none.

use serde_json::Value;

use crate::agent::Agent;
use crate::server::{Kamailio, Options, password};
use crate::siskin::Siskin;
use crate::story::{SOON, address, presence, subscription};

/// `siskin buddies` of Alice on one of her devices, over TLS.
fn buddies(server: &Kamailio, arguments: &[&str]) -> Siskin {
    let (account, root) = (address("alice"), server.xcaps_root());
    let proxy = server.proxy("tls");
    let authority = server.ca_file().to_string_lossy();
    let mut all = vec!["--json", "--account", &account, "--proxy", &proxy];
    all.extend(["--xcap-root", &root, "--tls-ca", &authority]);
    all.extend(["buddies", "--xcap"]);
    all.extend(arguments);
    Siskin::run(&all, &password("alice"))
}

fn well(server: &Kamailio, arguments: &[&str]) -> Vec<Value> {
    let mut device = buddies(server, arguments);
    let (status, messages) = device.wait_exit(SOON * 2);
    assert_eq!(status, 0, "{arguments:?}: {messages}");
    device.seen().to_vec()
}

fn people(server: &Kamailio) -> Vec<String> {
    let lines = well(server, &["list"]);
    let mut people: Vec<String> = lines
        .iter()
        .filter(|line| line["type"] == "buddy")
        .map(|line| format!("{} {} {}", line["address"], line["name"], line["groups"]))
        .map(|text| text.replace('"', ""))
        .collect();
    people.sort();
    people
}

/// A list as another program has left it, with things that only that one knows.
fn foreign() -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<resource-lists xmlns=\"{NS}\" xmlns:x=\"urn:x\">\n\
         <list name=\"team\" x:color='red'><display-name>Team</display-name>\n\
         <entry uri=\"sip:bob@example.test\"><display-name>Bob</display-name><x:phone  ext='7'/></entry>\n\
         <x:end/></list>\n<!-- by hand -->\n</resource-lists>\n"
    )
}

fn put(server: &Kamailio, document: &str) {
    let alice = Agent::new(server, "alice");
    let status = alice.put_document(
        server,
        "resource-lists",
        "application/resource-lists+xml",
        document,
    );
    assert!(matches!(status, 200 | 201), "{status}");
}

fn kept(server: &Kamailio) -> String {
    let alice = Agent::new(server, "alice");
    alice.document_now(server, "resource-lists").body
}

#[test]
fn xc_022_a_list_goes_there_and_back_and_keeps_what_others_wrote() {
    let server = Kamailio::start(Options::default());
    put(&server, &foreign());
    assert_eq!(people(&server), ["sip:bob@example.test Bob [Team]"]);
    well(
        &server,
        &["add", "carol", "--name", "Carol \u{fc}", "--group", "Team"],
    );
    well(&server, &["move", "bob", "Friends"]);
    let expected = [
        "sip:bob@example.test Bob [Friends]",
        "sip:carol@example.test Carol \u{fc} [Team]",
    ];
    assert_eq!(people(&server), expected);
    let document = kept(&server);
    for part in [
        "<x:phone  ext='7'/>",
        "x:color='red'",
        "<x:end/>",
        "<!-- by hand -->",
    ] {
        assert!(document.contains(part), "{part} in\n{document}");
    }
    well(&server, &["remove", "carol"]);
    assert_eq!(people(&server), &expected[..1]);
}

#[test]
fn xc_018_lists_changed_on_several_devices_at_once_all_survive() {
    let server = Kamailio::start(Options::default());
    put(&server, &foreign());
    let mut devices = [
        buddies(&server, &["add", "carol", "--group", "Team"]),
        buddies(&server, &["add", "dave", "--group", "New"]),
        buddies(&server, &["rename", "bob", "Robert"]),
    ];
    for device in &mut devices {
        let (status, messages) = device.wait_exit(SOON * 3);
        assert_eq!(status, 0, "{messages}");
    }
    assert_eq!(
        people(&server),
        [
            "sip:bob@example.test Robert [Team]",
            "sip:carol@example.test  [Team]",
            "sip:dave@example.test  [New]"
        ]
    );
    assert!(kept(&server).contains("<x:phone  ext='7'/>"));
}

#[test]
fn a_document_that_is_no_list_is_left_as_it_is() {
    let server = Kamailio::start(Options::default());
    let document = "<?xml version=\"1.0\"?>\n<shopping xmlns=\"urn:x\"><milk/></shopping>\n";
    put(&server, document);
    let mut device = buddies(&server, &["add", "bob"]);
    let (status, messages) = device.wait_exit(SOON * 2);
    assert_eq!(status, 1, "{messages}");
    assert!(messages.contains("not resource-lists"), "{messages}");
    assert_eq!(kept(&server).trim_end(), document.trim_end());
}

#[test]
fn xc_024_a_group_is_offered_and_watched_as_one() {
    let server = Kamailio::start(Options::default());
    let mut bob = Agent::new(&server, "bob");
    bob.allow(&server, &["alice"]);
    assert_eq!(bob.publish_presence("open", None, "here").status(), 200);
    well(&server, &["add", "bob", "--group", "Crew"]);
    let told = well(&server, &["offer", "crew", "Crew"]);
    assert!(
        told.iter()
            .any(|line| line["type"] == "offered" && line["address"] == "sip:crew@example.test"),
        "{told:?}"
    );
    let list = address("crew");
    let mut alice = Siskin::start(&server, "tls", "alice", &["watch", "--rls", &list]);
    subscription(&mut alice, "presence", "crew", "active", SOON);
    let line = presence(&mut alice, "bob", "available", SOON);
    assert_eq!(line["member"]["list"], list);
    alice.finish();
}

const NS: &str = "urn:ietf:params:xml:ns:resource-lists";
