//! What documents decide.

use super::*;
use crate::xml::Fault;

#[test]
fn xc_002_the_highest_value_wins() {
    let order = ["block", "confirm", "polite-block", "allow"];
    for (low, high) in (0..4).flat_map(|l| (l..4).map(move |h| (l, h))) {
        let bob = one("bob@example.com");
        let rules = ruleset(&format!(
            "{}{}",
            about("a", &bob, order[low]),
            about("b", &bob, order[high])
        ));
        let decided = rules.decide(&watcher("sip:bob@example.com"), &at());
        assert_eq!(
            (decided.maximum.token(), decided.first.token()),
            (order[high], order[low])
        );
    }
    assert_eq!(
        maximum(&ruleset(""), "sip:bob@example.com"),
        Decision::Undecided
    );
    assert_eq!(
        maximum(
            &ruleset(&about("a", &one("bob@example.com"), "blocked")),
            "sip:bob@example.com"
        ),
        Decision::Block
    );
}

#[test]
fn xc_004_identities_match_as_in_the_examples_of_common_policy() {
    let domains = about(
        "a",
        "<cr:many><cr:except domain=\"example.com\"/><cr:except domain=\"example.org\"/><cr:except id=\"sip:alice@bad.example.net\"/><cr:except id=\"sip:bob@good.example.net\"/><cr:except id=\"tel:+1-212-555-1234\"/><cr:except id=\"sip:alice@example.com\"/></cr:many>",
        "allow",
    );
    let domains = ruleset(&domains);
    for (who, expected) in [
        ("sip:anyone@example.com", false),
        ("sip:anyone@example.org", false),
        ("sip:alice@bad.example.net", false),
        ("sip:bob@bad.example.net", true),
        ("sip:bob@good.example.net", false),
        ("sip:carol@good.example.net", true),
        ("tel:+12125551234", false),
        ("tel:+12125551235", true),
        ("sip:anonymous@anonymous.invalid", false),
        ("sip:dave@sub.example.com", true),
    ] {
        assert_eq!(maximum(&domains, who) == Decision::Allow, expected, "{who}");
    }
    let within = ruleset(&about(
        "a",
        "<cr:many domain=\"example.com\"><cr:except id=\"sip:joe@example.com\"/><cr:except id=\"sip:tony@example.com\"/></cr:many>",
        "allow",
    ));
    assert_eq!(maximum(&within, "sip:joe@example.com"), Decision::Undecided);
    assert_eq!(maximum(&within, "sip:ann@example.com"), Decision::Allow);
    assert_eq!(
        maximum(&within, "sip:erin@example.org"),
        Decision::Undecided
    );
    let nobody_named = ruleset(&rule("a", "", "allow"));
    assert_eq!(
        maximum(&nobody_named, "sip:anonymous@anonymous.invalid"),
        Decision::Allow
    );
    for edit in [EVERYTHING, Edit::Block, Edit::PoliteBlock, Edit::Confirm] {
        let edited = Ruleset::empty()
            .unwrap()
            .edit(&target("sip:a@example.com"), edit, &at())
            .unwrap();
        assert!(
            edited.document.rules().iter().all(Rule::has_identity),
            "a rule about everybody is never written"
        );
    }
}

#[test]
fn xc_005_schemes_and_aliases_stay_apart() {
    let rules = ruleset(&about("a", "<cr:one id=\"tel:+1555\"/>", "allow"));
    assert_eq!(
        maximum(&rules, "sip:+1555@example.com"),
        Decision::Undecided
    );
    assert_eq!(maximum(&rules, "tel:+1-555"), Decision::Allow);
    let edited = ruleset("")
        .allow(&target("*@BÜCHER.example"), None, &at())
        .unwrap();
    assert!(
        edited
            .document
            .source()
            .contains("domain=\"xn--bcher-kva.example\"")
    );
}

#[test]
fn xc_006_every_condition_must_hold() {
    let bob = format!("<cr:identity>{}</cr:identity>", one("bob@example.com"));
    let with = |extra: &str| ruleset(&rule("a", &format!("{bob}{extra}"), "allow"));
    let who = "sip:bob@example.com";
    assert_eq!(maximum(&with("<x:foo/>"), who), Decision::Undecided);
    assert_eq!(
        with("<x:foo/>").decide(&watcher(who), &at()).first,
        Decision::Allow,
        "seen on Kamailio"
    );
    let validity = |from: &str, until: &str| {
        with(&format!(
            "<cr:validity><cr:from>{from}</cr:from><cr:until>{until}</cr:until></cr:validity>"
        ))
    };
    assert_eq!(
        maximum(
            &validity("2026-03-01T12:00:00Z", "2026-03-01T12:00:01Z"),
            who
        ),
        Decision::Allow
    );
    assert_eq!(
        maximum(
            &validity("2026-03-01T11:00:00Z", "2026-03-01T12:00:00Z"),
            who
        ),
        Decision::Undecided
    );
    assert_eq!(
        maximum(
            &validity("2026-03-01T14:00:00+01:00", "2026-03-01T15:00:00+01:00"),
            who
        ),
        Decision::Undecided
    );
    assert_eq!(
        maximum(
            &with("<cr:validity><cr:from>2026-03-01T11:00:00Z</cr:from></cr:validity>"),
            who
        ),
        Decision::Undecided
    );
    let sphere = with("<cr:sphere value=\"home Work\"/>");
    let at_work = Circumstances {
        sphere: Some("WORK"),
        ..at()
    };
    assert_eq!(
        sphere.decide(&watcher(who), &at_work).maximum,
        Decision::Allow
    );
    assert_eq!(
        sphere.decide(&watcher(who), &at()).maximum,
        Decision::Undecided
    );
    assert_eq!(
        maximum(
            &with("<cr:identity><cr:one id=\"sip:ann@example.com\"/></cr:identity>"),
            who
        ),
        Decision::Undecided
    );
    let alien = ruleset(&about(
        "a",
        &format!("<x:club/>{}", one("bob@example.com")),
        "allow",
    ));
    assert_eq!(
        maximum(&alien, who),
        Decision::Allow,
        "an unknown identity is itself false only"
    );
}

#[test]
fn xc_007_permissions_combine_each_on_its_own() {
    let bob = |provide: &str| {
        format!(
            "<cr:rule id=\"{}\"><cr:conditions><cr:identity><cr:one id=\"sip:bob@example.com\"/></cr:identity></cr:conditions><cr:transformations>{provide}</cr:transformations></cr:rule>",
            provide.len()
        )
    };
    let rules = ruleset(&format!(
        "{}{}",
        bob(
            "<pr:provide-mood>true</pr:provide-mood><pr:provide-user-input>bare</pr:provide-user-input><pr:provide-persons><pr:class>a</pr:class></pr:provide-persons>"
        ),
        bob(
            "<pr:provide-mood>0</pr:provide-mood><pr:provide-user-input>thresholds</pr:provide-user-input><pr:provide-persons><pr:class>b</pr:class></pr:provide-persons>"
        ),
    ));
    let permissions = rules.permissions(&watcher("sip:bob@example.com"), &at());
    assert!(permissions.shows("mood") && !permissions.shows("activities"));
    assert_eq!(permissions.user_input, UserInputDetail::Thresholds);
    assert_eq!(permissions.persons.len(), 2);
    assert_eq!(maximum(&rules, "sip:bob@example.com"), Decision::Undecided);
}

#[test]
fn mg_010_rules_of_one_user_combine_wherever_they_stand() {
    let domain = about("a", "<cr:many domain=\"example.com\"/>", "confirm");
    let joe = about("b", &one("joe@example.com"), "allow");
    let expected = [
        ("sip:joe@example.com", Decision::Allow),
        ("sip:ann@example.com", Decision::Confirm),
        ("sip:ann@example.test", Decision::Undecided),
    ];
    // In one document, in both orders.
    for rules in [format!("{domain}{joe}"), format!("{joe}{domain}")] {
        let rules = ruleset(&rules);
        for (watcher, decision) in expected {
            assert_eq!(maximum(&rules, watcher), decision, "{watcher}");
        }
    }
    // In two documents the larger value of both counts, and what each permits adds up.
    let documents = [ruleset(&domain), ruleset(&joe)];
    for (address, decision) in expected {
        let decided = documents.iter().map(|rules| maximum(rules, address));
        assert_eq!(decided.max(), Some(decision), "{address}");
        let mut permitted = documents
            .iter()
            .map(|rules| rules.permissions(&watcher(address), &at()));
        let mut all = permitted.next().unwrap();
        permitted.for_each(|other| all.combine(&other));
        let together = ruleset(&format!("{domain}{joe}"));
        assert_eq!(all, together.permissions(&watcher(address), &at()));
    }
}

#[test]
fn xc_009_the_example_of_rfc_5025_section_6_is_read() {
    let text = include_bytes!("../../../tests/fixtures/rules/rfc5025_6.rules.xml");
    let rules = Ruleset::parse(text).unwrap();
    let user = watcher("sip:user@example.com");
    assert_eq!(both(&rules, "sip:user@example.com"), Decision::Allow);
    let permissions = rules.permissions(&user, &at());
    let schemes = ["mailto", "sip"].map(|s| Selector::With("service-uri-scheme", s.to_owned()));
    assert_eq!(
        permissions.services.iter().cloned().collect::<Vec<_>>(),
        schemes
    );
    assert!(permissions.persons.contains(&Selector::All) && permissions.devices.is_empty());
    assert!(
        permissions.shows("activities")
            && permissions.shows("user-input")
            && !permissions.shows("mood")
    );
    assert_eq!(permissions.user_input, UserInputDetail::Bare);
    assert!(
        permissions
            .unknown_attributes
            .contains(&("urn:vendor-specific:foo-namespace".into(), "foo".into()))
    );
    assert_eq!(rules.to_bytes(), text, "nothing is rewritten");
}

#[test]
fn unusable_documents_are_refused_with_a_reason() {
    let refuse = |bytes: &[u8]| Ruleset::parse(bytes).unwrap_err();
    assert!(matches!(refuse(b"<broken"), RulesetError::Xml(_)));
    assert!(
        matches!(refuse(b"<!DOCTYPE r><r/>"), RulesetError::Xml(e) if e.fault == Fault::Doctype)
    );
    assert_eq!(
        refuse(b"<ruleset/>"),
        RulesetError::Root("{}ruleset".into())
    );
    let latin = b"<?xml version='1.0' encoding='ISO-8859-1'?><ruleset xmlns='urn:ietf:params:xml:ns:common-policy'>\xFC</ruleset>";
    assert_eq!(refuse(latin), RulesetError::NotUtf8);
}
