//! What holds for every document.

use proptest::prelude::*;

use super::*;

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
        EVERYTHING,
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
        let told = edited.warnings.iter().any(|w| matches!(w, Warning::ChangesOthers(_) | Warning::ChangesOthersByFirst(_)));
        for other in everybody().filter(|other| !other.ends_with(&name[1..])) {
            let (old, new) = (before.decide(&watcher(&other), &at()), edited.document.decide(&watcher(&other), &at()));
            prop_assert!(told || old == new, "{} in {}\n{}", other, before.source(), edited.document.source());
        }
    }

    #[test]
    fn xc_003_a_default_is_decided_by_the_standard_and_changes_are_told(text in documents(), edit in edits()) {
        let before = ruleset(&text);
        let edited = before.edit(&target("*"), edit, &at()).unwrap();
        if edit != Edit::Forget {
            prop_assert_eq!(edited.decides.maximum, edit.decision());
        }
        let told = edited.warnings.iter().any(|w| matches!(w, Warning::ChangesOthers(_) | Warning::ChangesOthersByFirst(_)));
        let named = |who: &str| {
            let rules = before.rules().iter().filter(|rule| rule.decision != Decision::Undecided);
            rules.flat_map(Rule::matchers).any(|m| matches!(&m.whom, Whom::One(id) if id == who))
        };
        for other in everybody().filter(|other| named(other)) {
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
            let _ = rules.edit(&target("*"), edit, &at());
        }
    }
}
