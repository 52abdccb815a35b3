//! Tests of presence rules: evaluation and editing (XC rows).
#![allow(clippy::unwrap_used, clippy::expect_used)]

use jiff::Timestamp;
use proptest::prelude::*;

use super::*;
use crate::xml::Fault;

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<cr:ruleset xmlns=\"urn:ietf:params:xml:ns:pres-rules\" xmlns:pr=\"urn:ietf:params:xml:ns:pres-rules\" xmlns:cr=\"urn:ietf:params:xml:ns:common-policy\" xmlns:x=\"urn:x\">";
const FULL: &str = "<cr:transformations><pr:provide-services><pr:all-services/></pr:provide-services></cr:transformations>";

fn now() -> Timestamp {
    "2026-03-01T12:00:00Z".parse().unwrap()
}

fn at() -> Circumstances<'static> {
    Circumstances {
        now: now(),
        sphere: None,
    }
}

fn ruleset(rules: &str) -> Ruleset {
    Ruleset::parse(format!("{HEAD}{rules}\n</cr:ruleset>\n").as_bytes()).unwrap()
}

/// A rule with conditions, an action and an id.
fn rule(id: &str, conditions: &str, action: &str) -> String {
    format!(
        "\n<cr:rule id=\"{id}\"><cr:conditions>{conditions}</cr:conditions><cr:actions><pr:sub-handling>{action}</pr:sub-handling></cr:actions>{FULL}</cr:rule>"
    )
}

/// A rule about identities.
fn about(id: &str, identity: &str, action: &str) -> String {
    rule(
        id,
        &format!("<cr:identity>{identity}</cr:identity>"),
        action,
    )
}

fn one(who: &str) -> String {
    format!("<cr:one id=\"sip:{who}\"/>")
}

fn watcher(who: &str) -> Watcher {
    Watcher::new(who).unwrap()
}

fn target(who: &str) -> Target {
    Target::new(who).unwrap()
}

fn maximum(ruleset: &Ruleset, who: &str) -> Decision {
    ruleset.decide(&watcher(who), &at()).maximum
}

fn both(ruleset: &Ruleset, who: &str) -> Decision {
    let decided = ruleset.decide(&watcher(who), &at());
    decided
        .agreed()
        .unwrap_or_else(|| panic!("{decided:?} for {who} in {}", ruleset.source()))
}

#[test]
fn xc_001_a_fresh_document_is_a_ruleset() {
    let empty = Ruleset::empty().unwrap();
    assert!(empty.rules().is_empty());
    let edited = empty
        .allow(&target("sip:bob@example.com"), None, &at())
        .unwrap();
    assert!(edited.effective_both_ways && edited.warnings.is_empty());
    let again = Ruleset::parse(&edited.document.to_bytes()).unwrap();
    assert_eq!(both(&again, "sip:bob@example.com"), Decision::Allow);
}

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
fn xc_003_block_in_an_allowed_domain_is_effective_both_ways() {
    let before = ruleset(&about("a", "<cr:many domain=\"example.com\"/>", "allow"));
    let edited = before.block(&target("sip:joe@example.com"), &at()).unwrap();
    assert!(edited.effective_both_ways, "{:?}", edited.warnings);
    assert_eq!(edited.warnings, []);
    let after = &edited.document;
    assert_eq!(both(after, "sip:joe@example.com"), Decision::Block);
    assert_eq!(both(after, "sip:ann@example.com"), Decision::Allow);
    assert_eq!(
        after.rules()[0].decision,
        Decision::Block,
        "the block stands first"
    );
    assert!(after.source().contains(
        "<cr:many domain=\"example.com\"><cr:except id=\"sip:joe@example.com\"/></cr:many>"
    ));
}

#[test]
fn xc_003_block_takes_single_entries_out_of_shared_rules() {
    let shared = format!("{}{}", one("joe@example.com"), one("ann@example.com"));
    let before = ruleset(&about("a", &shared, "allow"));
    let edited = before.block(&target("sip:joe@example.com"), &at()).unwrap();
    assert!(edited.effective_both_ways && edited.warnings.is_empty());
    assert_eq!(
        both(&edited.document, "sip:ann@example.com"),
        Decision::Allow
    );
    assert_eq!(
        edited
            .document
            .source()
            .matches("sip:joe@example.com")
            .count(),
        1
    );
}

#[test]
fn xc_003_allow_for_one_stands_before_a_wider_block() {
    let before = ruleset(&about("a", "<cr:many domain=\"example.com\"/>", "block"));
    let edited = before
        .allow(&target("sip:joe@example.com"), None, &at())
        .unwrap();
    assert!(edited.effective_both_ways && edited.warnings.is_empty());
    assert_eq!(
        both(&edited.document, "sip:joe@example.com"),
        Decision::Allow
    );
    assert_eq!(
        both(&edited.document, "sip:ann@example.com"),
        Decision::Block
    );
}

#[test]
fn xc_003_what_cannot_be_excluded_is_said() {
    let everybody = "<cr:rule id=\"all\"><cr:actions><pr:sub-handling>allow</pr:sub-handling></cr:actions></cr:rule>";
    let edited = ruleset(everybody)
        .block(&target("sip:joe@example.com"), &at())
        .unwrap();
    assert!(!edited.effective_both_ways);
    assert_eq!(
        edited.decides,
        ReadOut {
            maximum: Decision::Allow,
            first: Decision::Block
        }
    );
    assert_eq!(
        edited.warnings,
        [
            Warning::CannotExclude {
                rule: "all".into(),
                decision: Decision::Allow
            },
            Warning::NotByMaximum(Decision::Allow),
        ]
    );
    let telephone = ruleset(&about("a", "<cr:many/>", "allow"))
        .block(&target("tel:+1555"), &at())
        .unwrap();
    assert!(
        telephone.effective_both_ways,
        "the new rule names the number as it is compared"
    );
}

#[test]
fn xc_003_domains_are_decided_without_touching_people() {
    let before = ruleset(&format!(
        "{}{}{}",
        about("a", &one("ann@example.com"), "allow"),
        about("b", &one("bob@example.com"), "block"),
        about("c", "<cr:many/>", "block"),
    ));
    let edited = before.allow(&target("*@Example.com"), None, &at()).unwrap();
    assert_eq!(edited.warnings, []);
    assert!(edited.effective_both_ways);
    let after = &edited.document;
    assert_eq!(both(after, "sip:new@example.com"), Decision::Allow);
    assert_eq!(both(after, "sip:bob@example.com"), Decision::Block);
    assert_eq!(both(after, "sip:new@example.org"), Decision::Block);
    let blocked = after.block(&target("*@example.com"), &at()).unwrap();
    assert_eq!(blocked.warnings, []);
    assert_eq!(
        both(&blocked.document, "sip:ann@example.com"),
        Decision::Allow
    );
    assert_eq!(
        both(&blocked.document, "sip:new@example.com"),
        Decision::Block
    );
    assert_eq!(
        both(&blocked.document, "sip:new@example.org"),
        Decision::Block
    );
    let forgotten = blocked
        .document
        .forget(&target("*@example.com"), &at())
        .unwrap();
    assert_eq!(forgotten.warnings, [Warning::StillDecided(Decision::Block)]);
    assert_eq!(forgotten.document.source(), before.source());
}

#[test]
fn xc_003_exceptions_survive_a_new_approval_of_their_domain() {
    let before = ruleset(&about(
        "a",
        "<cr:many domain=\"example.com\"><cr:except id=\"sip:joe@example.com\"/></cr:many>",
        "allow",
    ));
    let edited = before
        .allow(
            &target("*@example.com"),
            Some("2026-04-01T00:00:00Z".parse().unwrap()),
            &at(),
        )
        .unwrap();
    assert_eq!(
        maximum(&edited.document, "sip:joe@example.com"),
        Decision::Undecided
    );
    assert_eq!(
        maximum(&edited.document, "sip:ann@example.com"),
        Decision::Allow
    );
}

#[test]
fn xc_003_kamailio_reads_no_further_than_a_comment() {
    let before = ruleset(&format!(
        "<!-- mine -->{}",
        about("a", &one("ann@example.com"), "allow")
    ));
    assert_eq!(
        before.decide(&watcher("sip:ann@example.com"), &at()),
        ReadOut {
            maximum: Decision::Allow,
            first: Decision::Undecided
        }
    );
    for who in ["sip:bob@example.com", "*@example.com"] {
        let edited = before.allow(&target(who), None, &at()).unwrap();
        assert!(edited.effective_both_ways, "{who}");
        assert!(edited.document.source().contains("<!-- mine -->"));
    }
    let inside = about(
        "a",
        "<!-- inside --><cr:one id=\"sip:ann@example.com\"/>",
        "allow",
    );
    assert_eq!(
        both(&ruleset(&inside), "sip:ann@example.com"),
        Decision::Allow
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
    assert_eq!(maximum(&within, "sip:ann@example.org"), Decision::Undecided);
    let nobody_named = ruleset(&rule("a", "", "allow"));
    assert_eq!(
        maximum(&nobody_named, "sip:anonymous@anonymous.invalid"),
        Decision::Allow
    );
    for edit in [
        Edit::Allow { until: None },
        Edit::Block,
        Edit::PoliteBlock,
        Edit::Confirm,
    ] {
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
fn xc_008_allow_shows_everything_and_alone_shows_nothing() {
    let bare = "<cr:rule id=\"a\"><cr:conditions><cr:identity><cr:one id=\"sip:bob@example.com\"/></cr:identity></cr:conditions><cr:actions><pr:sub-handling>allow</pr:sub-handling></cr:actions></cr:rule>";
    let bare = ruleset(bare);
    let bob = watcher("sip:bob@example.com");
    assert!(!bare.permissions(&bob, &at()).shows_anything());
    let edited = bare
        .allow(&target("sip:bob@example.com"), None, &at())
        .unwrap();
    let permissions = edited.document.permissions(&bob, &at());
    assert!(permissions.all_attributes && permissions.shows("activities"));
    for part in [
        &permissions.services,
        &permissions.persons,
        &permissions.devices,
    ] {
        assert!(part.contains(&Selector::All));
    }
    let blocked = bare.block(&target("sip:bob@example.com"), &at()).unwrap();
    assert!(!blocked.document.permissions(&bob, &at()).shows_anything());
}

#[test]
fn xc_009_the_example_of_presence_rules_is_read() {
    let text = include_bytes!("../../tests/fixtures/rules/presence_rules_example.xml");
    let rules = Ruleset::parse(text).unwrap();
    let user = watcher("sip:alice@example.com");
    assert_eq!(both(&rules, "sip:alice@example.com"), Decision::Allow);
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
fn xc_010_bytes_outside_the_edited_rule_stay() {
    let foreign = "\n  <!-- kept -->\n  <cr:rule id='f'  ><cr:conditions><cr:identity><cr:one id='sip:x@example.com'/></cr:identity><x:moon phase='full'/></cr:conditions><cr:actions><x:sing>loud &amp; clear</x:sing></cr:actions></cr:rule>";
    let before = ruleset(&format!(
        "{foreign}{}",
        about("a", &one("ann@example.com"), "allow")
    ));
    let edited = before
        .allow(&target("sip:bob@example.com"), None, &at())
        .unwrap();
    assert!(edited.document.source().contains(foreign));
    assert_eq!(edited.document.rules()[1].foreign, ["sing"]);
    let back = edited
        .document
        .forget(&target("sip:bob@example.com"), &at())
        .unwrap();
    assert_eq!(back.document.source(), before.source());
    let untouched = before.block(&target("sip:x@example.com"), &at()).unwrap();
    assert!(
        untouched.document.source().contains(foreign),
        "a rule that is not understood is not edited"
    );
    let marked = Ruleset::parse(format!("\u{FEFF}{}", before.source()).as_bytes()).unwrap();
    let edited = marked.block(&target("sip:bob@example.com"), &at()).unwrap();
    assert!(
        edited
            .document
            .to_bytes()
            .starts_with("\u{FEFF}<?xml".as_bytes())
    );
}

#[test]
fn xc_011_ids_are_names_and_new() {
    let mut rules = ruleset(&format!(
        "{}{}",
        about("allow-1", &one("x@example.com"), "allow"),
        about("allow-3", &one("y@example.com"), "allow")
    ));
    for number in 0..100 {
        rules = rules
            .allow(
                &target(&format!("sip:user{number}@example.com")),
                None,
                &at(),
            )
            .unwrap()
            .document;
    }
    let ids: std::collections::BTreeSet<_> = rules.rules().iter().map(|r| r.id.clone()).collect();
    assert_eq!(ids.len(), 102);
    assert!(ids.iter().all(|id| crate::xml::is_ncname(id)));
}

#[test]
fn xc_012_every_decision_can_be_written_read_and_taken_back() {
    for edit in [
        Edit::Allow { until: None },
        Edit::Block,
        Edit::PoliteBlock,
        Edit::Confirm,
    ] {
        for who in ["sip:bob@example.com", "*@example.com"] {
            let before = ruleset(&about(
                "a",
                "<cr:many><cr:except domain=\"example.org\"/></cr:many>",
                "polite-block",
            ));
            let edited = before.edit(&target(who), edit, &at()).unwrap();
            assert!(
                edited.effective_both_ways,
                "{edit:?} {who} {:?}",
                edited.warnings
            );
            assert_eq!(
                both(&edited.document, "sip:bob@example.com"),
                edit.decision()
            );
            let back = edited.document.forget(&target(who), &at()).unwrap();
            assert_eq!(
                both(&back.document, "sip:bob@example.com"),
                Decision::PoliteBlock
            );
        }
    }
}

#[test]
fn an_approval_can_end_by_itself() {
    let until: Timestamp = "2026-03-01T13:00:00.9Z".parse().unwrap();
    let bob = target("sip:bob@example.com");
    let edited = ruleset("").allow(&bob, Some(until), &at()).unwrap();
    assert!(edited.effective_both_ways);
    let later = Circumstances {
        now: "2026-03-01T13:00:01Z".parse().unwrap(),
        sphere: None,
    };
    assert_eq!(
        edited
            .document
            .decide(&watcher("sip:bob@example.com"), &later),
        ReadOut::default()
    );
    assert!(
        edited
            .document
            .source()
            .contains("<cr:until>2026-03-01T13:00:00Z</cr:until>")
    );
    let over = ruleset("").allow(&bob, Some("2026-03-01T12:00:00.5Z".parse().unwrap()), &at());
    assert_eq!(over.unwrap_err(), EditError::AlreadyOver);
}

#[test]
fn rule_sets_written_as_one_tag_or_with_other_prefixes_can_be_edited() {
    let bare = "<ruleset xmlns=\"urn:ietf:params:xml:ns:common-policy\"/>";
    let edited = Ruleset::parse(bare.as_bytes())
        .unwrap()
        .allow(&target("*@example.com"), None, &at())
        .unwrap();
    assert!(edited.effective_both_ways);
    let plain = "<ruleset xmlns=\"urn:ietf:params:xml:ns:common-policy\" xmlns:p=\"urn:ietf:params:xml:ns:pres-rules\"><rule id=\"a\"><conditions><identity><many domain=\"example.com\"></many></identity></conditions><actions><p:sub-handling>allow</p:sub-handling></actions></rule></ruleset>";
    let edited = Ruleset::parse(plain.as_bytes())
        .unwrap()
        .block(&target("sip:joe@example.com"), &at())
        .unwrap();
    assert!(edited.effective_both_ways);
    assert!(
        edited
            .document
            .source()
            .contains("<many domain=\"example.com\"><except id=\"sip:joe@example.com\"/></many>")
    );
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

fn documents() -> impl Strategy<Value = String> {
    let person = (0u8..3, 0u8..2).prop_map(|(who, domain)| one(&format!("u{who}@d{domain}.test")));
    let many = (prop::option::of(0u8..2), prop::option::of((0u8..3, 0u8..2))).prop_map(
        |(domain, except)| {
            let domain = domain.map_or_else(String::new, |d| format!(" domain=\"d{d}.test\""));
            match except {
                Some((who, at)) => {
                    format!("<cr:many{domain}><cr:except id=\"sip:u{who}@d{at}.test\"/></cr:many>")
                }
                None => format!("<cr:many{domain}/>"),
            }
        },
    );
    let identity =
        prop::collection::vec(prop_oneof![3 => person, 1 => many], 1..4).prop_map(|m| m.concat());
    let action = prop::sample::select(vec!["allow", "block", "polite-block", "confirm"]);
    let extra = prop::sample::select(vec!["", "", "", "<x:moon/>"]);
    let rules = (identity, action, extra).prop_map(|(identity, action, extra)| {
        rule(
            "r",
            &format!("<cr:identity>{identity}</cr:identity>{extra}"),
            action,
        )
    });
    prop::collection::vec(rules, 0..5).prop_map(|rules| {
        rules
            .iter()
            .enumerate()
            .map(|(n, r)| r.replace("id=\"r\"", &format!("id=\"r{n}\"")))
            .collect()
    })
}

fn edits() -> impl Strategy<Value = Edit> {
    prop::sample::select(vec![
        Edit::Allow { until: None },
        Edit::Block,
        Edit::PoliteBlock,
        Edit::Confirm,
        Edit::Forget,
    ])
}

fn everybody() -> impl Iterator<Item = String> {
    (0..4).flat_map(|who| (0..3).map(move |domain| format!("sip:u{who}@d{domain}.test")))
}

proptest! {
    #[test]
    fn xc_003_one_person_is_always_decided_both_ways(text in documents(), who in 0u8..3, domain in 0u8..3, edit in edits()) {
        let before = ruleset(&text);
        let name = format!("sip:u{who}@d{domain}.test");
        let edited = before.edit(&target(&name), edit, &at()).unwrap();
        if edit != Edit::Forget {
            prop_assert!(edited.effective_both_ways, "{:?}\n{}\n{}", edited.warnings, before.source(), edited.document.source());
            prop_assert_eq!(both(&edited.document, &name), edit.decision());
        }
        for other in everybody().filter(|other| *other != name) {
            let (old, new) = (before.decide(&watcher(&other), &at()), edited.document.decide(&watcher(&other), &at()));
            prop_assert_eq!(old, new, "{} in {}\n{}", other, before.source(), edited.document.source());
        }
        let twice = edited.document.edit(&target(&name), edit, &at()).unwrap();
        prop_assert_eq!(twice.decides, edited.decides);
    }

    #[test]
    fn xc_003_a_domain_is_decided_by_the_standard_and_changes_are_told(text in documents(), domain in 0u8..2, edit in edits()) {
        let before = ruleset(&text);
        let name = format!("*@d{domain}.test");
        let edited = before.edit(&target(&name), edit, &at()).unwrap();
        if edit != Edit::Forget {
            prop_assert_eq!(edited.decides.maximum, edit.decision());
        }
        let told = edited.warnings.iter().any(|w| matches!(w, Warning::ChangesOthers(_)));
        for other in everybody().filter(|other| !other.ends_with(&name[1..])) {
            let (old, new) = (before.decide(&watcher(&other), &at()), edited.document.decide(&watcher(&other), &at()));
            prop_assert!(told || old == new, "{} in {}\n{}", other, before.source(), edited.document.source());
        }
    }

    #[test]
    fn mutated_documents_never_panic(text in documents(), at_byte in any::<prop::sample::Index>(), byte in any::<u8>(), edit in edits()) {
        let mut bytes = ruleset(&text).to_bytes();
        let place = at_byte.index(bytes.len());
        bytes[place] = byte;
        if let Ok(rules) = Ruleset::parse(&bytes) {
            let _ = rules.edit(&target("sip:u1@d1.test"), edit, &at());
            let _ = rules.edit(&target("*@d1.test"), edit, &at());
        }
    }
}
