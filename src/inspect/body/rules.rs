//! Presence rules (RFC 4745, RFC 5025): each rule, and what it would do with whom.

use jiff::Timestamp;

use super::{Context, Unusable};
use crate::inspect::outline::Lines;
use crate::inspect::report::{Fact, Report, RuleLine};
use crate::inspect::text::{add, count, window};
use crate::package::Place;
use crate::rules::{
    Circumstances, Condition, Decision, Permissions, Rule, Ruleset, RulesetError, Selector,
    UserInputDetail, Watcher, Whom,
};
use crate::xml::{Document, Element};

/// Says what is in a rule document.
pub(super) fn explain(context: &Context<'_>, report: &mut Report) -> Result<(), Unusable> {
    let ruleset = Ruleset::parse(context.body.bytes)?;
    let places = places(context.body.bytes);
    let now = context.options.now;
    report.say(Some(1), 0, "rules", count(ruleset.rules().len(), "rule"));
    for (rule, place) in ruleset.rules().iter().zip(&places) {
        self::rule(rule, *place, now, report);
    }
    outcomes(&ruleset, now, report);
    report.gist = Some(count(ruleset.rules().len(), "rule"));
    barrier(context.body.bytes, report);
    Ok(())
}

fn rule(rule: &Rule, place: Place, now: Timestamp, report: &mut Report) {
    let id = if rule.id.is_empty() {
        report.warn(Some(place), "a rule without id", "RFC 4745 §7");
        "without id"
    } else {
        &rule.id
    };
    let text = match rule.decision {
        Decision::Undecided => "decides nothing",
        Decision::Block => "block: refused, and the watcher can tell",
        Decision::Confirm => "confirm: the user is asked first",
        Decision::PoliteBlock => "polite-block: the watcher sees somebody who is offline",
        Decision::Allow => "allow: the watcher sees what is provided",
    };
    report.say(Some(place.line), 0, format!("rule {id}"), text);
    let whom = whom(rule);
    let mut when = Vec::new();
    for condition in rule.conditions.iter().flatten() {
        match condition {
            Condition::Identity(_) => {}
            Condition::Sphere(spheres) => when.push(format!("in sphere {}", spheres.join(" or "))),
            Condition::Validity(times) => {
                let windows = times
                    .iter()
                    .map(|(from, until)| window(Some(*from), Some(*until)));
                when.push(windows.collect::<Vec<_>>().join(" or "));
                if times.iter().all(|(_, until)| *until <= now) {
                    report.warn(
                        Some(place),
                        format!("rule {id} is over: it applies no more"),
                        "RFC 4745 §7.3",
                    );
                }
            }
            Condition::Unknown(name) => {
                when.push("never".to_owned());
                report.warn(
                    Some(place),
                    format!("rule {id} never applies: the condition '{name}' is not understood"),
                    "RFC 4745 §7",
                );
            }
        }
    }
    report.say(None, 1, "for", whom.join(", "));
    if !when.is_empty() {
        report.say(None, 1, "when", when.join(", "));
    }
    if rule.decision == Decision::Allow {
        report.say(None, 1, "provides", provided(&rule.permissions));
        if !rule.permissions.shows_anything() {
            report.warn(
                Some(place),
                format!(
                    "rule {id} allows, but provides no person, service or device: nothing is seen"
                ),
                "RFC 5025 §3.3.1",
            );
        }
    }
    for name in &rule.foreign {
        report.ignore(
            Some(place),
            format!("<{name}>: not understood, kept as it is"),
            "RFC 4745 §8",
        );
    }
    let reason = [format!("rule {id}")].into_iter().chain(when);
    let reason = reason.collect::<Vec<_>>().join(", ");
    for watcher in whom {
        report.fact(Fact::Rule(RuleLine {
            watcher,
            decision: rule.decision.token(),
            reason: reason.clone(),
        }));
    }
}

/// Whom a rule is about, in words: addresses, `*@domain`, `*`.
fn whom(rule: &Rule) -> Vec<String> {
    let identities = rule.conditions.iter().flatten().filter_map(|c| match c {
        Condition::Identity(matchers) => Some(matchers),
        _ => None,
    });
    let mut named = false;
    let mut whom = Vec::new();
    for matcher in identities.flatten() {
        named = true;
        whom.push(match &matcher.whom {
            Whom::One(id) => id.clone(),
            Whom::Many { domain, except } => {
                let mut text = domain
                    .as_ref()
                    .map_or_else(|| "*".to_owned(), |domain| format!("*@{domain}"));
                for except in except {
                    let id = except.id.clone();
                    let domain = except.domain.as_ref().map(|d| format!("*@{d}"));
                    if let Some(name) = id.or(domain) {
                        add(&mut text, format_args!(" except {name}"));
                    }
                }
                text
            }
            Whom::Unknown(name) => format!("nobody (<{name}> is not understood)"),
        });
    }
    if !named {
        whom.push("*".to_owned());
    }
    whom
}

fn provided(permissions: &Permissions) -> String {
    let mut parts = Vec::new();
    for (name, selectors) in [
        ("services", &permissions.services),
        ("persons", &permissions.persons),
        ("devices", &permissions.devices),
    ] {
        if selectors.contains(&Selector::All) {
            parts.push(format!("all {name}"));
        } else if !selectors.is_empty() {
            let some = selectors.iter().filter_map(|selector| match selector {
                Selector::All => None,
                Selector::With(property, value) => Some(format!("{property} {value}")),
            });
            parts.push(format!(
                "{name} with {}",
                some.collect::<Vec<_>>().join(" or ")
            ));
        }
    }
    if permissions.all_attributes {
        parts.push("all attributes".to_owned());
    }
    parts.extend(permissions.attributes.iter().cloned());
    match permissions.user_input {
        UserInputDetail::Nothing => {}
        UserInputDetail::Bare => parts.push("user-input (active or idle)".to_owned()),
        UserInputDetail::Thresholds => parts.push("user-input (with thresholds)".to_owned()),
        UserInputDetail::Full => parts.push("user-input (in full)".to_owned()),
    }
    let foreign = permissions.unknown_attributes.iter();
    parts.extend(foreign.map(|(namespace, name)| format!("{{{namespace}}}{name}")));
    if parts.is_empty() {
        "nothing".to_owned()
    } else {
        parts.join(", ")
    }
}

/// What the document as a whole decides about everybody it names, both ways in which servers read it.
fn outcomes(ruleset: &Ruleset, now: Timestamp, report: &mut Report) {
    let at = Circumstances { now, sphere: None };
    let mut seen = std::collections::BTreeSet::new();
    let matchers = |rule: &Rule| {
        let identities = rule.conditions.iter().flatten().filter_map(|c| match c {
            Condition::Identity(matchers) => Some(matchers.len()),
            _ => None,
        });
        identities.sum::<usize>() + 1
    };
    // Everybody is compared with everybody who is named.
    let limit = COMPARISONS / ruleset.rules().iter().map(matchers).sum::<usize>().max(1);
    let ids = ruleset
        .rules()
        .iter()
        .flat_map(|rule| rule.conditions.iter().flatten())
        .filter_map(|condition| match condition {
            Condition::Identity(matchers) => Some(matchers),
            _ => None,
        })
        .flatten();
    for matcher in ids {
        let Whom::One(id) = &matcher.whom else {
            continue;
        };
        let Some(watcher) = Watcher::new(id) else {
            report.warn(
                None,
                format!("'{id}' is no address and names nobody"),
                "RFC 5025 §3.1.1",
            );
            continue;
        };
        if seen.contains(&watcher) {
            continue;
        }
        if seen.len() >= limit {
            report.say(None, 0, "in the end", "too many people to look at each");
            break;
        }
        seen.insert(watcher.clone());
        let decided = ruleset.decide(&watcher, &at);
        report.say(
            None,
            0,
            "in the end",
            format!("{}: {}", watcher.uri(), decided.maximum),
        );
        if decided.agreed().is_none() {
            report.warn(
                None,
                format!(
                    "{}: the standard decides {}, a server that stops at the first rule decides {}",
                    watcher.uri(),
                    decided.maximum,
                    decided.first
                ),
                "RFC 4745 §10.2",
            );
        }
    }
}

/// Where each rule begins, in document order.
fn places(bytes: &[u8]) -> Vec<Place> {
    let Ok(document) = Document::parse(bytes, None) else {
        return Vec::new();
    };
    let mut lines = Lines::new(document.source());
    document
        .root()
        .children()
        .filter(|child| is_rule(*child))
        .map(|child| lines.place(child.span().start))
        .collect()
}

/// Kamailio reads no further than the first thing among the rules that is none.
fn barrier(bytes: &[u8], report: &mut Report) {
    let Ok(document) = Document::parse(bytes, None) else {
        return;
    };
    let root = document.root();
    let strange = root.children().find(|child| !is_rule(*child));
    let content = root.content_span();
    let rules: Vec<_> = root.children().map(Element::span).collect();
    let inside_rule = |at: usize| {
        let before = rules.partition_point(|rule| rule.start <= at);
        before > 0 && rules[before - 1].contains(&at)
    };
    let aside = document
        .asides()
        .map(|aside| aside.start)
        .find(|at| content.contains(at) && !inside_rule(*at));
    let first = strange
        .map(|s| s.span().start)
        .into_iter()
        .chain(aside)
        .min();
    if let Some(at) = first {
        let mut lines = Lines::new(document.source());
        report.warn(
            Some(lines.place(at)),
            "something other than a rule stands among the rules; Kamailio reads no further",
            "RFC 4745 §13",
        );
    }
}

fn is_rule(element: Element<'_>) -> bool {
    element.is("urn:ietf:params:xml:ns:common-policy", "rule")
}

impl From<RulesetError> for Unusable {
    fn from(error: RulesetError) -> Self {
        match error {
            RulesetError::Xml(error) => Self::xml(&error),
            RulesetError::NotUtf8 => Self {
                place: None,
                message: error.to_string(),
                source: "RFC 4825 §8.2.2",
            },
            RulesetError::Root(_) | RulesetError::TooManyRules => Self {
                place: None,
                message: error.to_string(),
                source: "",
            },
        }
    }
}

/// Comparisons, at most, to see what becomes of everybody.
const COMPARISONS: usize = 1_000_000;
