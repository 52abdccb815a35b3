//! Whose decisions an edit changes beside the one it is about.

use std::collections::BTreeSet;

use super::decision::Decision;
use super::evaluate::Circumstances;
use super::identity::{Target, Watcher, ascii_domain};
use super::rule::Whom;
use super::ruleset::Ruleset;

/// People and domains named in the document, and strangers, about whom the decision is another than before though the
/// edit was not about them: by the standard, and only where the first matching rule counts.
pub(super) fn changed_others(
    before: &Ruleset,
    after: &Ruleset,
    target: &Target,
    at: &Circumstances<'_>,
) -> (Vec<String>, Vec<String>) {
    let mut people = BTreeSet::from([Watcher::newcomer(Watcher::ANYWHERE)]);
    let mut named = BTreeSet::new();
    // Everybody is compared with every rule.
    let limit = COMPARISONS / before.rules().len().max(1);
    for rule in before.rules() {
        for matcher in rule.matchers().take(limit.saturating_sub(people.len())) {
            match &matcher.whom {
                Whom::One(id) => {
                    people.extend(Watcher::new(id));
                    if rule.decision != Decision::Undecided {
                        named.extend(Watcher::new(id));
                    }
                }
                Whom::Many { domain, except } => {
                    for domain in domain.iter().filter_map(|d| ascii_domain(d)) {
                        let newcomer = Watcher::newcomer(&domain);
                        if *target == Target::Everybody && rule.decision != Decision::Undecided {
                            named.insert(newcomer.clone());
                        }
                        people.insert(newcomer);
                    }
                    people.extend(except.iter().filter_map(|e| Watcher::new(e.id.as_deref()?)));
                }
                Whom::Unknown(_) => {}
            }
        }
    }
    let meant = target.newcomer();
    // Of the many who are meant, only those with a rule of their own are others.
    let others = people
        .into_iter()
        .filter(|who| *who != meant && (!target.covers(who) || named.contains(who)));
    let (mut changed, mut changed_by_first) = (Vec::new(), Vec::new());
    for who in others {
        let (old, new) = (before.decide(&who, at), after.decide(&who, at));
        let list = if old.maximum != new.maximum {
            &mut changed
        } else if old.first != new.first {
            &mut changed_by_first
        } else {
            continue;
        };
        list.push(match who.domain() {
            Some(Watcher::ANYWHERE) if who.is_newcomer() => "*".to_owned(),
            Some(domain) if who.is_newcomer() => format!("*@{domain}"),
            _ => who.uri().to_owned(),
        });
    }
    (changed, changed_by_first)
}

/// Rules evaluated, at most, to see whose decisions change beside the one that was meant.
const COMPARISONS: usize = 100_000;
