//! Presence rules over HTTPS: several devices at once, rules of others, and documents that are none.

use serde_json::Value;

use crate::agent::Agent;
use crate::server::{Kamailio, Options, password};
use crate::siskin::Siskin;
use crate::story::{SOON, address};

/// A decision of Alice on one of her devices, with the rules read and written over TLS.
fn decide(server: &Kamailio, verdict: &[&str]) -> Siskin {
    let (account, root) = (address("alice"), server.xcaps_root());
    let proxy = server.proxy("tls");
    let authority = server.ca_file().to_string_lossy();
    let mut all = vec!["--json", "--account", &account, "--proxy", &proxy];
    all.extend(["--xcap-root", &root, "--tls-ca", &authority, "watchers"]);
    all.extend(verdict);
    Siskin::run(&all, &password("alice"))
}

fn states(lines: &[Value]) -> Vec<&str> {
    let rules = lines.iter().filter(|line| line["type"] == "rule");
    rules.filter_map(|line| line["state"].as_str()).collect()
}

const FOREIGN: &str = "<cr:rule id=\"of-another-program\"><cr:conditions><x:moon  phase='full'/></cr:conditions>\
                       <cr:actions><x:howl/></cr:actions></cr:rule>";

#[test]
fn xc_018_decisions_of_two_devices_at_once_and_a_foreign_rule_all_survive() {
    let server = Kamailio::start(Options::default());
    let alice = Agent::new(&server, "alice");
    let document = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<cr:ruleset xmlns:cr=\"urn:ietf:params:xml:ns:common-policy\" \
         xmlns:x=\"urn:x\">\n{FOREIGN}\n</cr:ruleset>\n"
    );
    let status = alice.put_document(
        &server,
        "pres-rules",
        "application/auth-policy+xml",
        &document,
    );
    assert!(matches!(status, 200 | 201), "{status}");
    let who = ["bob", "carol", "dave"].map(address);
    let mut devices = [
        decide(&server, &["allow", &who[0], "--show", "state"]),
        decide(&server, &["block", &who[1]]),
        decide(&server, &["polite-block", &who[2]]),
    ];
    for device in &mut devices {
        // Nobody watches, so that nothing shows that it is in effect.
        let (status, messages) = device.wait_exit(SOON * 3);
        assert_eq!(status, 0, "{messages}");
        assert_eq!(states(device.seen())[0], "written");
    }
    let rules = alice.document_now(&server, "pres-rules").body;
    for part in who.iter().map(String::as_str).chain([FOREIGN]) {
        assert!(rules.contains(part), "{part} in\n{rules}");
    }
}

#[test]
fn xc_010_a_document_that_is_no_rules_is_left_as_it_is() {
    let server = Kamailio::start(Options::default());
    let alice = Agent::new(&server, "alice");
    let document = "<?xml version=\"1.0\"?>\n<shopping xmlns=\"urn:x\"><milk/></shopping>\n";
    let status = alice.put_document(
        &server,
        "pres-rules",
        "application/auth-policy+xml",
        document,
    );
    assert!(matches!(status, 200 | 201), "{status}");
    let mut device = decide(&server, &["allow", &address("bob")]);
    let (status, messages) = device.wait_exit(SOON * 3);
    assert_eq!(status, 1, "{messages}");
    assert_eq!(states(device.seen()), ["failed"]);
    assert!(messages.contains("not a ruleset"), "{messages}");
    let kept = alice.document_now(&server, "pres-rules").body;
    assert_eq!(kept.trim_end(), document.trim_end());
}
