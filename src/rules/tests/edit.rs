//! What edits do.

use super::*;

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
        "{}{}",
        about("a", &one("ann@example.com"), "allow"),
        about("b", &one("bob@example.com"), "block"),
    ));
    let by_first = || vec![Warning::ChangesOthersByFirst(vec!["*".into()])];
    let edited = before.allow(&target("*@Example.com"), None, &at()).unwrap();
    assert!(edited.effective_both_ways);
    assert_eq!(edited.warnings, by_first(), "Kamailio looks at no domain");
    let after = &edited.document;
    assert_eq!(both(after, "sip:new@example.com"), Decision::Allow);
    assert_eq!(both(after, "sip:bob@example.com"), Decision::Block);
    assert_eq!(maximum(after, "sip:new@example.org"), Decision::Undecided);
    let blocked = after.block(&target("*@example.com"), &at()).unwrap();
    assert_eq!(blocked.warnings, by_first());
    assert_eq!(
        both(&blocked.document, "sip:ann@example.com"),
        Decision::Allow
    );
    assert_eq!(
        both(&blocked.document, "sip:new@example.com"),
        Decision::Block
    );
    let forgotten = blocked
        .document
        .forget(&target("*@example.com"), &at())
        .unwrap();
    assert_eq!(forgotten.document.source(), before.source());
}

#[test]
fn xc_003_strangers_have_a_default_that_leaves_every_decision_alone() {
    let before = ruleset(&format!(
        "{}{}{}",
        about("a", &one("ann@example.com"), "allow"),
        about("b", &one("bob@example.com"), "block"),
        about("c", "<cr:many domain=\"example.org\"/>", "block"),
    ));
    for (edit, stranger) in [
        (Edit::PoliteBlock, Decision::PoliteBlock),
        (Edit::Confirm, Decision::Confirm),
        (EVERYTHING, Decision::Allow),
        (Edit::Block, Decision::Block),
    ] {
        let edited = before.edit(&target("*"), edit, &at()).unwrap();
        let after = &edited.document;
        assert_eq!(maximum(after, "sip:new@example.net"), stranger);
        assert_eq!(both(after, "sip:ann@example.com"), Decision::Allow);
        assert_eq!(both(after, "sip:bob@example.com"), Decision::Block);
        assert_eq!(both(after, "sip:new@example.org"), Decision::Block);
        let again = after.edit(&target("*"), Edit::Confirm, &at()).unwrap();
        let decided = maximum(&again.document, "sip:new@example.net");
        assert_eq!(decided, Decision::Confirm, "one takes the place of another");
        let forgotten = again.document.edit(&target("*"), Edit::Forget, &at());
        assert_eq!(forgotten.unwrap().document.source(), before.source());
    }
    let alone = ruleset(&about("a", &one("ann@example.com"), "allow"));
    let edited = alone.block(&target("*"), &at()).unwrap();
    assert!(edited.effective_both_ways, "{:?}", edited.warnings);
    assert_eq!(edited.warnings, []);
}

#[test]
fn xc_003_wide_rules_stand_in_order_of_strictness() {
    let before = ruleset(&about("a", "<cr:many domain=\"example.org\"/>", "confirm"));
    let allowed = before.allow(&target("*@example.com"), None, &at()).unwrap();
    assert_eq!(
        allowed.decides,
        ReadOut {
            maximum: Decision::Allow,
            first: Decision::Confirm
        }
    );
    assert_eq!(
        allowed.warnings,
        [Warning::NotByFirst(Decision::Confirm)],
        "better closed than open to all"
    );
    let blocked = allowed
        .document
        .block(&target("*@example.net"), &at())
        .unwrap();
    assert!(blocked.effective_both_ways);
    let order: Vec<_> = blocked
        .document
        .rules()
        .iter()
        .map(|r| r.decision)
        .collect();
    assert_eq!(order, [Decision::Block, Decision::Confirm, Decision::Allow]);
    let exact = blocked
        .document
        .forget(&target("*@example.net"), &at())
        .unwrap();
    assert_eq!(exact.document.source(), allowed.document.source());
    let back = exact
        .document
        .forget(&target("*@example.com"), &at())
        .unwrap();
    assert_eq!(
        back.warnings,
        [Warning::StillDecided(Decision::Confirm)],
        "on Kamailio"
    );
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
    for edit in [EVERYTHING, Edit::Block, Edit::PoliteBlock, Edit::Confirm] {
        for who in ["sip:bob@example.com", "*@example.com"] {
            let before = ruleset(&about(
                "a",
                "<cr:many><cr:except domain=\"example.org\"/></cr:many>",
                "allow",
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
            assert_eq!(both(&back.document, "sip:bob@example.com"), Decision::Allow);
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
