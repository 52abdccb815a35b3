//! What watchers see.

use super::*;

const PRESENCE: &str = r#"<?xml version="1.0"?>
<presence xmlns="urn:ietf:params:xml:ns:pidf" xmlns:dm="urn:ietf:params:xml:ns:pidf:data-model"
 xmlns:r="urn:ietf:params:xml:ns:pidf:rpid" xmlns:x="urn:x" entity="sip:alice@example.com">
<tuple id="t1"><status><basic>open</basic><x:deep/></status><r:class>work</r:class><r:service-class><r:electronic/></r:service-class>
<dm:deviceID>urn:uuid:1</dm:deviceID><contact>sip:alice@example.com</contact><note>tuple note</note><timestamp>2026-03-01T12:00:00Z</timestamp></tuple>
<tuple id="t2"><status><basic>closed</basic></status><contact>TEL:+1555</contact></tuple>
<note>document note</note>
<dm:person id="p"><r:activities><r:away/><r:note>on a trip</r:note></r:activities><r:mood><r:happy/></r:mood><dm:note>person note</dm:note>
<r:user-input idle-threshold="600" last-input="2026-03-01T11:00:00Z">idle</r:user-input><x:shoes>red</x:shoes></dm:person>
<dm:device id="d"><dm:deviceID>urn:uuid:1</dm:deviceID><dm:note>device note</dm:note></dm:device>
</presence>"#;

/// What Bob sees under an approval with these transformations.
fn seen(transformations: &str) -> String {
    let rule = about("a", &one("bob@example.com"), "allow");
    let rule = rule.replace(
        FULL,
        &format!("<cr:transformations>{transformations}</cr:transformations>"),
    );
    let preview =
        ruleset(&rule).preview(&watcher("sip:bob@example.com"), &at(), PRESENCE.as_bytes());
    let preview = preview.unwrap();
    assert_eq!(preview.rules, ["a"]);
    let text = preview.document.unwrap();
    crate::xml::Document::parse(text.as_bytes(), None).unwrap();
    text
}

fn shows(text: &str, yes: &[&str], no: &[&str]) {
    for word in yes {
        assert!(text.contains(word), "{word} in\n{text}");
    }
    for word in no {
        assert!(!text.contains(word), "{word} in\n{text}");
    }
}

#[test]
fn xc_008_components_are_opened_one_by_one() {
    shows(
        &seen(""),
        &["entity="],
        &["<tuple", "person", "device ", "note>"],
    );
    let services = "<pr:provide-services>{}</pr:provide-services>";
    let by = |selector: &str| seen(&services.replace("{}", selector));
    shows(&by("<pr:class>work</pr:class>"), &["t1"], &["t2"]);
    shows(
        &by("<pr:occurrence-id>t2</pr:occurrence-id>"),
        &["t2"],
        &["t1"],
    );
    shows(
        &by("<pr:service-uri>sip:alice@EXAMPLE.com:5060</pr:service-uri>"),
        &["t1"],
        &["t2"],
    );
    shows(
        &by("<pr:service-uri-scheme>tel</pr:service-uri-scheme>"),
        &["t2"],
        &["t1"],
    );
    // What comes with every tuple, and what does not.
    shows(
        &by("<pr:all-services/>"),
        &[
            "t1",
            "t2",
            "<basic>open",
            "electronic",
            "<contact>",
            "<timestamp>",
        ],
        &[
            "class>work",
            "deviceID",
            "tuple note",
            "document note",
            "deep",
            "person",
            "device ",
        ],
    );
    let device = "<pr:provide-devices><pr:deviceID>urn:uuid:1</pr:deviceID></pr:provide-devices>";
    shows(
        &seen(device),
        &["device id=\"d\"", "urn:uuid:1</dm:deviceID>"],
        &["device note", "<tuple"],
    );
}

#[test]
fn xc_008_attributes_are_shown_by_name() {
    let person = |more: &str| {
        seen(&format!(
            "<pr:provide-persons><pr:all-persons/></pr:provide-persons>{more}"
        ))
    };
    shows(
        &person(""),
        &["person id"],
        &["away", "happy", "person note", "idle", "shoes"],
    );
    shows(
        &person("<pr:provide-activities>1</pr:provide-activities>"),
        &["away", "on a trip"],
        &["happy", "person note"],
    );
    shows(
        &person("<pr:provide-note>true</pr:provide-note>"),
        &["person note", "document note"],
        &["on a trip"],
    );
    let unknown = "<pr:provide-unknown-attribute ns=\"urn:x\" name=\"shoes\">true</pr:provide-unknown-attribute>";
    shows(&person(unknown), &["red"], &["happy"]);
    shows(
        &person("<pr:provide-all-attributes/>"),
        &["away", "happy", "red", "last-input"],
        &["<tuple"],
    );
}

#[test]
fn xc_009_user_input_is_shown_in_three_steps() {
    let person = |detail: &str| {
        seen(&format!(
            "<pr:provide-persons><pr:all-persons/></pr:provide-persons><pr:provide-user-input>{detail}</pr:provide-user-input>"
        ))
    };
    shows(&person("false"), &[], &["user-input"]);
    shows(
        &person("bare"),
        &["idle</user-input>"],
        &["idle-threshold", "last-input"],
    );
    shows(
        &person("thresholds"),
        &["idle-threshold=\"600\""],
        &["last-input"],
    );
    shows(
        &person("full"),
        &["idle-threshold=\"600\"", "last-input"],
        &[],
    );
}

#[test]
fn xc_002_who_is_blocked_sees_nothing_or_somebody_offline() {
    for (action, sees) in [
        ("polite-block", Some("<basic>closed</basic>")),
        ("block", None),
        ("confirm", None),
    ] {
        let rules = ruleset(&about("a", &one("bob@example.com"), action));
        let preview = rules
            .preview(&watcher("sip:bob@example.com"), &at(), PRESENCE.as_bytes())
            .unwrap();
        assert_eq!(preview.decides.maximum.token(), action);
        match (sees, &preview.document) {
            (Some(word), Some(text)) => shows(text, &[word], &["away", "note", "<contact>"]),
            (None, None) => {}
            other => panic!("{other:?}"),
        }
        let nobody = rules.preview(&watcher("sip:eve@example.com"), &at(), PRESENCE.as_bytes());
        let nobody = nobody.unwrap();
        assert_eq!((nobody.document, nobody.rules.len()), (None, 0));
    }
    assert!(
        ruleset("")
            .preview(&watcher("sip:bob@example.com"), &at(), b"<")
            .is_err()
    );
}

#[test]
fn xc_008_an_approval_has_a_named_level() {
    let bob = "sip:bob@example.com";
    for level in Disclosure::ALL {
        let allow = Edit::Allow {
            until: None,
            shows: level,
        };
        let edited = ruleset("").edit(&target(bob), allow, &at()).unwrap();
        let preview = edited
            .document
            .preview(&watcher(bob), &at(), PRESENCE.as_bytes())
            .unwrap();
        assert_eq!(preview.disclosure, Some(level));
        let text = preview.document.unwrap();
        shows(&text, &["<basic>open"], &[]);
        assert_eq!(text.contains("away"), level >= Disclosure::Activity);
        assert_eq!(text.contains("person note"), level >= Disclosure::Activity);
        assert_eq!(text.contains("happy"), level == Disclosure::Everything);
        assert_eq!(Disclosure::from_token(level.token()), Some(level));
    }
    let own = rule(
        "a",
        &format!("<cr:identity>{}</cr:identity>", one("bob@example.com")),
        "allow",
    );
    let own = ruleset(&own.replace(
        FULL,
        "<cr:transformations><pr:provide-mood>true</pr:provide-mood></cr:transformations>",
    ));
    let preview = own
        .preview(&watcher(bob), &at(), PRESENCE.as_bytes())
        .unwrap();
    assert_eq!(preview.disclosure, None);
}
