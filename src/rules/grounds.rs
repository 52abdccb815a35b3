//! Which rule decides about somebody, whom it is about, and when it ends.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::decision::Decision;
use super::disclosure::Disclosure;
use super::evaluate::Circumstances;
use super::identity::{Target, Watcher, ascii_domain};
use super::limits;
use super::rule::{Condition, Rule, Whom};
use super::ruleset::Ruleset;

/// A rule that matches a watcher.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ground {
    /// Its id, empty when it has none.
    pub rule: String,
    /// What it says.
    pub decision: Decision,
    /// Whom it is about.
    pub about: About,
    /// When it ends by itself.
    pub until: Option<Timestamp>,
    /// How much the watcher is shown by all rules together; `None` where they say something else than a named level.
    pub shows: Option<Disclosure>,
}

/// Whom a rule is about that matches a watcher.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum About {
    /// This watcher and nobody else.
    Watcher,
    /// This watcher and others, by name.
    Several,
    /// Everybody of a domain, as the rule writes it.
    Domain(String),
    /// Everybody.
    Everybody,
}

impl Ruleset {
    /// The rules that match a watcher, in document order.
    pub fn grounds(&self, watcher: &Watcher, at: &Circumstances<'_>) -> Vec<Ground> {
        let shows = Disclosure::of(&self.permissions(watcher, at));
        self.matching(watcher, at)
            .map(|rule| Ground {
                rule: rule.id.clone(),
                decision: rule.decision,
                about: about(rule, watcher),
                until: end(rule, at.now),
                shows,
            })
            .collect()
    }

    /// What is decided about many at once: each domain that a rule names, and in the end everybody, each with the rule that
    /// decides about somebody of whom nothing else is said. Where none does, there is no entry.
    pub fn wide(&self, at: &Circumstances<'_>) -> Vec<(Target, Ground)> {
        let matchers = self.rules().iter().flat_map(Rule::matchers);
        let domains: BTreeSet<String> = matchers
            .filter_map(|matcher| match &matcher.whom {
                Whom::Many { domain, .. } => ascii_domain(domain.as_deref()?),
                _ => None,
            })
            .take(limits::WIDE)
            .collect();
        let targets = domains.into_iter().map(Target::Domain);
        targets
            .chain([Target::Everybody])
            .filter_map(|target| {
                let ground = self.ground(&target.newcomer(), at)?;
                Some((target, ground))
            })
            .collect()
    }

    /// The rule that decides about a watcher by the standard: of several that say the same the one that ends last.
    pub fn ground(&self, watcher: &Watcher, at: &Circumstances<'_>) -> Option<Ground> {
        let grounds = self.grounds(watcher, at).into_iter();
        grounds
            .filter(|ground| ground.decision != Decision::Undecided)
            .max_by_key(|ground| (ground.decision, ground.until.unwrap_or(Timestamp::MAX)))
    }
}

fn about(rule: &Rule, watcher: &Watcher) -> About {
    let meant: Vec<&Whom> = rule.matchers().map(|matcher| &matcher.whom).collect();
    match meant.as_slice() {
        [] => About::Everybody,
        [Whom::One(_)] => About::Watcher,
        several => match several.iter().find(|whom| whom.matches(watcher)) {
            Some(Whom::Many { domain, .. }) => domain
                .as_ref()
                .map_or(About::Everybody, |domain| About::Domain(domain.clone())),
            _ => About::Several,
        },
    }
}

/// When its present validity ends: of several conditions the first end counts, of several times the last.
fn end(rule: &Rule, now: Timestamp) -> Option<Timestamp> {
    let conditions = rule.conditions.iter().flatten();
    let ends = conditions.filter_map(|condition| match condition {
        Condition::Validity(times) => times
            .iter()
            .filter(|(from, until)| *from <= now && now < *until)
            .map(|(_, until)| *until)
            .max(),
        _ => None,
    });
    ends.min()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Edit;

    fn at() -> Circumstances<'static> {
        Circumstances {
            now: "2026-03-05T12:00:00Z".parse().unwrap(),
            sphere: None,
        }
    }

    fn with(edits: &[(&str, Edit)]) -> Ruleset {
        edits
            .iter()
            .fold(Ruleset::empty().unwrap(), |rules, (whom, edit)| {
                let target = Target::new(whom).unwrap();
                rules.edit(&target, *edit, &at()).unwrap().document
            })
    }

    fn ground(rules: &Ruleset, who: &str) -> Option<Ground> {
        rules.ground(&Watcher::new(who).unwrap(), &at())
    }

    #[test]
    fn the_rule_that_decides_is_named_with_its_end() {
        let until: Timestamp = "2026-03-06T17:00:00Z".parse().unwrap();
        let rules = with(&[
            (
                "*@example.com",
                Edit::Allow {
                    until: None,
                    shows: Disclosure::State,
                },
            ),
            (
                "sip:bob@example.test",
                Edit::Allow {
                    until: Some(until),
                    shows: Disclosure::Activity,
                },
            ),
            ("sip:carol@example.test", Edit::Block),
        ]);
        let bob = ground(&rules, "sip:bob@example.test").unwrap();
        assert_eq!((bob.decision, bob.until), (Decision::Allow, Some(until)));
        assert_eq!(bob.shows, Some(Disclosure::Activity));
        assert_eq!(bob.about, About::Watcher);
        let dave = ground(&rules, "sip:dave@example.com").unwrap();
        assert_eq!(dave.about, About::Domain("example.com".to_owned()));
        assert_eq!((dave.until, dave.shows), (None, Some(Disclosure::State)));
        let carol = ground(&rules, "sip:carol@example.test").unwrap();
        assert_eq!(carol.decision, Decision::Block);
        assert_eq!(ground(&rules, "sip:erin@example.test"), None);
    }

    #[test]
    fn what_is_decided_about_many_is_told_by_domain() {
        let wide = |rules: &Ruleset| -> Vec<(String, Decision)> {
            let wide = rules.wide(&at()).into_iter();
            wide.map(|(whom, ground)| (whom.to_string(), ground.decision))
                .collect()
        };
        let allow = Edit::Allow {
            until: None,
            shows: Disclosure::State,
        };
        let mut edits = vec![
            ("sip:bob@example.test", allow),
            ("*@Example.com", allow),
            ("*@example.org", Edit::Block),
        ];
        let domains = vec![
            ("*@example.com".to_owned(), Decision::Allow),
            ("*@example.org".to_owned(), Decision::Block),
        ];
        assert_eq!(wide(&with(&edits)), domains);
        edits.push(("*", Edit::PoliteBlock));
        let rules = with(&edits);
        let last = wide(&rules).pop();
        assert_eq!(last, Some(("*".to_owned(), Decision::PoliteBlock)));
        let (_, ground) = rules.wide(&at()).pop().unwrap();
        assert_eq!(ground.about, About::Everybody);
    }

    #[test]
    fn of_several_rules_that_say_the_same_the_last_to_end_counts() {
        let rule = |id: &str, who: &str, validity: &str| {
            format!(
                "<cr:rule id='{id}'><cr:conditions><cr:identity>{who}</cr:identity>{validity}</cr:conditions>\
                 <cr:actions><sub-handling>allow</sub-handling></cr:actions></cr:rule>"
            )
        };
        let validity = |until: &str| {
            format!(
                "<cr:validity><cr:from>2026-01-01T00:00:00Z</cr:from><cr:until>{until}</cr:until></cr:validity>"
            )
        };
        let bob = "<cr:one id='sip:bob@example.com'/>";
        let two = "<cr:one id='sip:bob@example.com'/><cr:one id='sip:carol@example.com'/>";
        let text = format!(
            "<cr:ruleset xmlns='urn:ietf:params:xml:ns:pres-rules' xmlns:cr='urn:ietf:params:xml:ns:common-policy'>{}{}{}</cr:ruleset>",
            rule("short", bob, &validity("2026-03-06T00:00:00Z")),
            rule("long", two, &validity("2026-04-01T00:00:00Z")),
            rule("over", bob, &validity("2026-02-01T00:00:00Z")),
        );
        let rules = Ruleset::parse(text.as_bytes()).unwrap();
        let decides = ground(&rules, "sip:bob@example.com").unwrap();
        assert_eq!(
            (decides.rule.as_str(), decides.about),
            ("long", About::Several)
        );
        let bob = Watcher::new("sip:bob@example.com").unwrap();
        assert_eq!(rules.grounds(&bob, &at()).len(), 2);
    }
}
