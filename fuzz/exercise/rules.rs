//! Presence rules: reading arbitrary bytes, and editing what could be read.

use jiff::Timestamp;
use siskin::rules::{Circumstances, Decision, Disclosure, Edit, Ruleset, Target, Watcher};

/// Reads the bytes as a rule document and changes what it decides about a few.
pub(crate) fn run(bytes: &[u8]) {
    let Ok(ruleset) = Ruleset::parse(bytes) else {
        return;
    };
    let at = Circumstances {
        now: Timestamp::UNIX_EPOCH,
        sphere: None,
    };
    let bob = Watcher::new("sip:bob@example.com").expect("an address");
    let _ = (ruleset.decide(&bob, &at), ruleset.permissions(&bob, &at));
    let before = ruleset.to_bytes();
    for address in ["sip:bob@example.com", "*@example.com"] {
        let target = Target::new(address).expect("an address");
        let allow = Edit::Allow {
            until: None,
            shows: Disclosure::State,
        };
        for edit in [allow, Edit::Block, Edit::Forget] {
            let Ok(edited) = ruleset.edit(&target, edit, &at) else {
                continue;
            };
            // What is said to be effective is what the new document decides; of a domain, those without a rule.
            let read = Ruleset::parse(&edited.document.to_bytes()).expect("what was edited");
            if address.starts_with("sip:") && edited.effective_both_ways && edit == Edit::Block {
                assert_eq!(read.decide(&bob, &at).agreed(), Some(Decision::Block));
            }
        }
    }
    assert_eq!(ruleset.to_bytes(), before);
}
