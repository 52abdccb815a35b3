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
    let mut when = Vec::new();
    let (mut applies, mut applies_now) = (true, true);
    for condition in rule.conditions.iter().flatten() {
        match condition {
            Condition::Identity(_) => {}
            Condition::Sphere(spheres) => {
                applies_now = false;
                when.push(format!("in sphere {}", spheres.join(" or ")));
            }
            Condition::Validity(times) => {
                let windows = times
                    .iter()
                    .map(|(from, until)| window(Some(*from), Some(*until)));
                when.push(windows.collect::<Vec<_>>().join(" or "));
                applies_now &= times
                    .iter()
                    .any(|(from, until)| *from <= now && now <= *until);
                if times.iter().all(|(_, until)| *until <= now) {
                    applies = false;
                    report.warn(
                        Some(place),
                        format!("rule {id} is over: it applies no more"),
                        "RFC 4745 §7.3",
                    );
                }
            }
            Condition::Unknown(name) => {
                when.push("never".to_owned());
                applies = false;
                report.warn(
                    Some(place),
                    format!("rule {id} never applies: the condition '{name}' is not understood"),
                    "RFC 4745 §7",
                );
            }
        }
    }
    let whom = whom(rule);
    let words: Vec<_> = whom.iter().map(Meant::words).collect();
    report.say(None, 1, "for", words.join(", "));
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
    // Whom a rule names one by one and now is told in the end, when all rules have been looked at.
    for meant in whom
        .iter()
        .filter(|meant| applies && !(meant.is_one && applies_now))
    {
        let Some(watcher) = &meant.watcher else {
            continue;
        };
        let but = meant.but.iter().cloned();
        let reason = [name(rule)].into_iter().chain(but);
        let reason: Vec<_> = reason.chain(when.iter().cloned()).collect();
        report.fact(Fact::Rule(RuleLine {
            watcher: watcher.clone(),
            decision: rule.decision.token(),
            reason: reason.join(", "),
        }));
    }
}

fn name(rule: &Rule) -> String {
    if rule.id.is_empty() {
        "a rule without id".to_owned()
    } else {
        format!("rule {}", rule.id)
    }
}

/// Whom a rule is about.
struct Meant {
    /// An address, `*@domain`, or `*`; `None` when nobody can be meant.
    watcher: Option<String>,
    /// Who is not, in words.
    but: Option<String>,
    /// Whether it is a single address.
    is_one: bool,
}

impl Meant {
    fn of(whom: &Whom) -> Self {
        let (watcher, but) = match whom {
            Whom::One(id) => (Some(id.clone()), None),
            Whom::Many { domain, except } => {
                let everybody = |domain: &String| format!("*@{domain}");
                let except = except.iter().filter_map(|except| {
                    let domain = except.domain.as_ref().map(everybody);
                    except.id.clone().or(domain)
                });
                let names: Vec<_> = except.collect();
                let but = format!("except {}", names.join(" and "));
                (
                    Some(domain.as_ref().map_or_else(|| "*".to_owned(), everybody)),
                    Some(but).filter(|_| !names.is_empty()),
                )
            }
            Whom::Unknown(name) => (None, Some(format!("(<{name}> is not understood)"))),
        };
        Self {
            watcher,
            but,
            is_one: matches!(whom, Whom::One(_)),
        }
    }

    fn words(&self) -> String {
        let mut text = self.watcher.clone().unwrap_or_else(|| "nobody".to_owned());
        if let Some(but) = &self.but {
            add(&mut text, format_args!(" {but}"));
        }
        text
    }
}

fn whom(rule: &Rule) -> Vec<Meant> {
    let mut whom: Vec<_> = rule.matchers().map(|m| Meant::of(&m.whom)).collect();
    if whom.is_empty() {
        whom.push(Meant {
            watcher: Some("*".to_owned()),
            but: None,
            is_one: false,
        });
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
    // Everybody is compared with everybody who is named.
    let named = ruleset
        .rules()
        .iter()
        .map(|rule| rule.matchers().count() + 1);
    let limit = COMPARISONS / named.sum::<usize>().max(1);
    for matcher in ruleset.rules().iter().flat_map(Rule::matchers) {
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
        let mut matching = ruleset.matching(&watcher, &at);
        let deciding = matching.find(|rule| rule.decision == decided.maximum);
        let reason = deciding.map_or_else(|| "no rule applies now".to_owned(), name);
        report.say(
            None,
            0,
            "in the end",
            format!("{}: {}, {reason}", watcher.uri(), decided.maximum),
        );
        if deciding.is_some() {
            report.fact(Fact::Rule(RuleLine {
                watcher: watcher.uri().to_owned(),
                decision: decided.maximum.token(),
                reason,
            }));
        }
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
