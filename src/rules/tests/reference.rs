//! A second evaluator, slow and written from the RFCs alone, that knows nothing of the first: numbers for decisions, texts
//! for times, one long look at the XML for each question (RFC 4745 §7, §10; RFC 5025 §3).

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::xml::{Document, Element};

const COMMON: &str = "urn:ietf:params:xml:ns:common-policy";
const PRES: &str = "urn:ietf:params:xml:ns:pres-rules";

/// The value of sub-handling (RFC 5025 §3.2.1), or -1, and every permission in words.
fn reference(source: &str, who: &str, time: &str, sphere: Option<&str>) -> (i32, BTreeSet<String>) {
    let document = Document::parse(source.as_bytes(), None).unwrap();
    let mut value = -1;
    let mut permitted = BTreeSet::new();
    for rule in document.root().children() {
        let parts = |name: &str| -> Vec<Element<'_>> {
            let all = rule.children().filter(|part| part.is(COMMON, name));
            all.flat_map(Element::children).collect()
        };
        if !parts("conditions")
            .into_iter()
            .all(|condition| holds(condition, who, time, sphere))
        {
            continue;
        }
        for action in parts("actions") {
            let number = match (action.namespace(), action.name(), action.trimmed()) {
                (PRES, "sub-handling", "block") => 0,
                (PRES, "sub-handling", "confirm") => 10,
                (PRES, "sub-handling", "polite-block") => 20,
                (PRES, "sub-handling", "allow") => 30,
                _ => -1,
            };
            value = value.max(number);
        }
        for provide in parts("transformations") {
            let name = provide.name();
            match name {
                "provide-services" | "provide-persons" | "provide-devices" => {
                    for which in provide.children() {
                        permitted.insert(format!("{name} {} {}", which.name(), which.trimmed()));
                    }
                }
                "provide-all-attributes" => {
                    permitted.insert(name.to_owned());
                }
                "provide-user-input" => {
                    // The larger number contains the smaller ones.
                    let steps = ["bare", "thresholds", "full"];
                    let reached = steps.iter().position(|step| *step == provide.trimmed());
                    for step in steps.iter().take(reached.map_or(0, |at| at + 1)) {
                        permitted.insert(format!("{name} {step}"));
                    }
                }
                _ if ["true", "1"].contains(&provide.trimmed()) => {
                    let of = ["ns", "name"].map(|key| provide.attribute(key).unwrap_or_default());
                    permitted.insert(format!("{name} {}", of.join(" ")));
                }
                _ => {}
            }
        }
    }
    (value, permitted)
}

fn holds(condition: Element<'_>, who: &str, time: &str, sphere: Option<&str>) -> bool {
    if condition.namespace() != COMMON {
        return false;
    }
    match condition.name() {
        "identity" => condition.children().any(|child| is_meant(child, who)),
        "sphere" => {
            let wanted = condition
                .attribute("value")
                .unwrap_or_default()
                .to_lowercase();
            sphere.is_some_and(|sphere| wanted.split(' ').any(|one| one == sphere))
        }
        "validity" => {
            let bounds: Vec<Element<'_>> = condition.children().collect();
            let whole = bounds.chunks(2).all(|pair| {
                pair.len() == 2 && pair[0].name() == "from" && pair[1].name() == "until"
            });
            // All times are written alike, so that they compare as texts.
            whole
                && bounds
                    .chunks(2)
                    .any(|pair| pair[0].trimmed() <= time && time < pair[1].trimmed())
        }
        _ => false,
    }
}

fn is_meant(child: Element<'_>, who: &str) -> bool {
    let domain = who.split('@').nth(1).unwrap_or_default();
    let same =
        |other: Option<&str>, mine: &str| other.is_some_and(|other| other.to_lowercase() == mine);
    match child.name() {
        "one" => same(child.attribute("id"), who),
        "many" => {
            domain != "anonymous.invalid"
                && (child.attribute("domain").is_none() || same(child.attribute("domain"), domain))
                && !child.children().any(|except| {
                    same(except.attribute("id"), who) || same(except.attribute("domain"), domain)
                })
        }
        _ => false,
    }
}

/// The same words for what the first evaluator permits.
fn in_words(permissions: &Permissions) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    let lists = [
        ("services", &permissions.services),
        ("persons", &permissions.persons),
        ("devices", &permissions.devices),
    ];
    for (list, selectors) in lists {
        for selector in selectors {
            words.insert(match selector {
                Selector::All => format!("provide-{list} all-{list} "),
                Selector::With(property, value) => format!("provide-{list} {property} {value}"),
            });
        }
    }
    if permissions.all_attributes {
        words.insert("provide-all-attributes".to_owned());
    }
    words.extend(
        permissions
            .attributes
            .iter()
            .map(|name| format!("provide-{name}  ")),
    );
    let unknown = permissions.unknown_attributes.iter();
    words.extend(unknown.map(|(ns, name)| format!("provide-unknown-attribute {ns} {name}")));
    for (step, detail) in [
        ("bare", UserInputDetail::Bare),
        ("thresholds", UserInputDetail::Thresholds),
        ("full", UserInputDetail::Full),
    ] {
        if permissions.user_input >= detail {
            words.insert(format!("provide-user-input {step}"));
        }
    }
    words
}

fn people() -> impl Strategy<Value = String> {
    let names = ["alice", "bob", "carol"];
    let domains = ["example.com", "example.org", "anonymous.invalid"];
    (
        prop::sample::select(names.to_vec()),
        prop::sample::select(domains.to_vec()),
    )
        .prop_map(|(name, domain)| format!("{name}@{domain}"))
}

fn domains() -> impl Strategy<Value = String> {
    let domains = ["example.com", "EXAMPLE.org", "example.net"];
    prop::sample::select(domains.to_vec()).prop_map(str::to_owned)
}

fn identities() -> impl Strategy<Value = String> {
    let except = prop_oneof![
        people().prop_map(|who| format!("<cr:except id=\"sip:{who}\"/>")),
        domains().prop_map(|domain| format!("<cr:except domain=\"{domain}\"/>")),
    ];
    let many = (
        prop::option::of(domains()),
        prop::collection::vec(except, 0..3),
    )
        .prop_map(|(domain, except)| {
            let domain = domain.map_or_else(String::new, |d| format!(" domain=\"{d}\""));
            format!("<cr:many{domain}>{}</cr:many>", except.concat())
        });
    let child = prop_oneof![
        3 => people().prop_map(|who| one(&who)),
        2 => many,
        1 => Just("<cr:few/>".to_owned()),
    ];
    prop::collection::vec(child, 0..3)
        .prop_map(|children| format!("<cr:identity>{}</cr:identity>", children.concat()))
}

fn conditions() -> impl Strategy<Value = String> {
    let year = |year: u16| format!("20{year:02}-01-01T00:00:00Z");
    let pair = (20u16..32, 20u16..32).prop_map(move |(from, until)| {
        format!(
            "<cr:from>{}</cr:from><cr:until>{}</cr:until>",
            year(from),
            year(until)
        )
    });
    let validity =
        (prop::collection::vec(pair, 1..3), prop::bool::weighted(0.1)).prop_map(|(pairs, torn)| {
            let torn = if torn {
                "<cr:from>2020-01-01T00:00:00Z</cr:from>"
            } else {
                ""
            };
            format!("<cr:validity>{}{torn}</cr:validity>", pairs.concat())
        });
    let sphere = prop::sample::select(["home", "Work home", "work"].to_vec())
        .prop_map(|value| format!("<cr:sphere value=\"{value}\"/>"));
    let other = prop_oneof![
        3 => Just(String::new()),
        1 => validity,
        1 => sphere,
    ];
    let strange = prop::sample::select(["", "", "", "", "", "<x:moon/>", "<cr:tide/>"].to_vec());
    (prop::option::weighted(0.9, identities()), other, strange).prop_map(
        |(identity, other, strange)| format!("{}{other}{strange}", identity.unwrap_or_default()),
    )
}

fn transformations() -> impl Strategy<Value = String> {
    let texts = [
        "<pr:provide-services><pr:all-services/></pr:provide-services>",
        "<pr:provide-services><pr:class>work</pr:class><pr:service-uri-scheme>sip</pr:service-uri-scheme></pr:provide-services>",
        "<pr:provide-persons><pr:all-persons/></pr:provide-persons>",
        "<pr:provide-devices><pr:deviceID>urn:uuid:1</pr:deviceID></pr:provide-devices>",
        "<pr:provide-activities>true</pr:provide-activities>",
        "<pr:provide-activities>0</pr:provide-activities>",
        "<pr:provide-mood>1</pr:provide-mood>",
        "<pr:provide-note>false</pr:provide-note>",
        "<pr:provide-user-input>bare</pr:provide-user-input>",
        "<pr:provide-user-input>full</pr:provide-user-input>",
        "<pr:provide-user-input>false</pr:provide-user-input>",
        "<pr:provide-unknown-attribute ns=\"urn:x\" name=\"moon\">true</pr:provide-unknown-attribute>",
        "<pr:provide-all-attributes/>",
    ];
    prop::collection::vec(
        prop::sample::select(texts.to_vec()).prop_map(str::to_owned),
        0..4,
    )
    .prop_map(|texts| texts.concat())
}

fn documents() -> impl Strategy<Value = String> {
    let action =
        prop::sample::select(["block", "confirm", "polite-block", "allow", "", "sing"].to_vec());
    let rule = (conditions(), action, transformations()).prop_map(|(conditions, action, shown)| {
        let action = match action {
            "" => String::new(),
            action => format!("<pr:sub-handling>{action}</pr:sub-handling>"),
        };
        format!(
            "<cr:conditions>{conditions}</cr:conditions><cr:actions>{action}</cr:actions>\
             <cr:transformations>{shown}</cr:transformations>"
        )
    });
    prop::collection::vec(rule, 0..6).prop_map(|rules| {
        let rules = rules.iter().enumerate();
        let rules: Vec<String> = rules
            .map(|(n, rule)| format!("<cr:rule id=\"r{n}\">{rule}</cr:rule>"))
            .collect();
        rules.concat()
    })
}

proptest! {
    #[test]
    fn xc_007_two_evaluators_agree(text in documents(), sphere in prop::option::of(prop::sample::select(["home", "work"].to_vec()))) {
        let rules = ruleset(&text);
        let at = Circumstances { now: now(), sphere };
        for name in ["alice", "bob", "carol"] {
            for domain in ["example.com", "example.org", "example.net", "anonymous.invalid"] {
                let who = format!("sip:{name}@{domain}");
                let (value, permitted) = reference(rules.source(), &who, "2026-03-01T12:00:00Z", sphere);
                let number = match rules.decide(&watcher(&who), &at).maximum {
                    Decision::Undecided => -1,
                    Decision::Block => 0,
                    Decision::Confirm => 10,
                    Decision::PoliteBlock => 20,
                    Decision::Allow => 30,
                };
                prop_assert_eq!(number, value, "{} in {}", who, rules.source());
                let words = in_words(&rules.permissions(&watcher(&who), &at));
                prop_assert_eq!(words, permitted, "{} in {}", who, rules.source());
            }
        }
    }
}
