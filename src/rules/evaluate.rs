//! What a document decides about a watcher, the two ways in which servers read it.

use jiff::Timestamp;

use super::decision::Decision;
use super::identity::Watcher;
use super::rule::{Condition, Except, Permissions, Rule, Whom};
use super::ruleset::Ruleset;

/// When and in which sphere rules are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Circumstances<'a> {
    /// The time.
    pub now: Timestamp,
    /// The presentity's sphere, when it is known.
    pub sphere: Option<&'a str>,
}

/// What is decided about a watcher.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ReadOut {
    /// By the standard: the largest value of all matching rules (RFC 4745 section 10.2).
    pub maximum: Decision,
    /// As Kamailio reads it: the first matching rule.
    pub first: Decision,
}

impl ReadOut {
    /// The decision, when both readings agree.
    pub fn agreed(self) -> Option<Decision> {
        (self.maximum == self.first).then_some(self.maximum)
    }
}

impl Ruleset {
    /// What is decided about a watcher, both ways.
    pub fn decide(&self, watcher: &Watcher, at: &Circumstances<'_>) -> ReadOut {
        ReadOut {
            maximum: self.maximum(watcher, at),
            first: self.first(watcher, at),
        }
    }

    /// The rules that match a watcher, in document order.
    pub fn matching(
        &self,
        watcher: &Watcher,
        at: &Circumstances<'_>,
    ) -> impl Iterator<Item = &Rule> {
        self.rules()
            .iter()
            .filter(move |rule| rule.matches(watcher, at))
    }

    /// What a watcher may see, if it is allowed to see anything: the matching rules together.
    pub fn permissions(&self, watcher: &Watcher, at: &Circumstances<'_>) -> Permissions {
        let mut permissions = Permissions::default();
        for rule in self.matching(watcher, at) {
            permissions.combine(&rule.permissions);
        }
        permissions
    }

    fn maximum(&self, watcher: &Watcher, at: &Circumstances<'_>) -> Decision {
        self.matching(watcher, at)
            .map(|rule| rule.decision)
            .max()
            .unwrap_or_default()
    }

    /// Kamailio's `presence_xml` (5.6.3, watched on the wire), as far as it differs: the first rule that matches
    /// decides; `many` is everybody, whatever its domain and exceptions; conditions that it does not know hold; an
    /// unknown sphere holds; ids are compared as texts; a rule without identity is passed over; and whatever among the
    /// rules has no conditions, a comment included, ends the search.
    fn first(&self, watcher: &Watcher, at: &Circumstances<'_>) -> Decision {
        for rule in self.rules() {
            if self
                .barrier()
                .is_some_and(|barrier| barrier < rule.span.start)
            {
                break;
            }
            let Some(conditions) = &rule.conditions else {
                break;
            };
            let holds = |condition: &Condition| match condition {
                Condition::Identity(_) | Condition::Unknown(_) => true,
                Condition::Sphere(spheres) => at
                    .sphere
                    .is_none_or(|s| spheres.iter().any(|o| o.eq_ignore_ascii_case(s))),
                Condition::Validity(times) => times
                    .iter()
                    .any(|(from, until)| *from <= at.now && at.now <= *until),
            };
            let meant = rule.matchers().any(|matcher| match &matcher.whom {
                Whom::One(id) => id == watcher.uri(),
                Whom::Many { .. } => true,
                Whom::Unknown(_) => false,
            });
            if meant && conditions.iter().all(holds) {
                return rule.decision;
            }
        }
        Decision::Undecided
    }
}

impl Rule {
    /// Whether it applies to a watcher: every condition holds (RFC 4745 section 7).
    pub fn matches(&self, watcher: &Watcher, at: &Circumstances<'_>) -> bool {
        self.conditions
            .iter()
            .flatten()
            .all(|condition| condition.holds(watcher, at))
    }
}

impl Condition {
    fn holds(&self, watcher: &Watcher, at: &Circumstances<'_>) -> bool {
        match self {
            Self::Identity(matchers) => matchers.iter().any(|m| m.whom.matches(watcher)),
            Self::Sphere(spheres) => at
                .sphere
                .is_some_and(|s| spheres.iter().any(|o| o.eq_ignore_ascii_case(s))),
            Self::Validity(times) => times
                .iter()
                .any(|(from, until)| *from <= at.now && at.now < *until),
            Self::Unknown(_) => false,
        }
    }
}

impl Whom {
    /// Whether a watcher is meant (RFC 4745 section 7.1).
    pub(super) fn matches(&self, watcher: &Watcher) -> bool {
        match self {
            Self::One(id) => watcher.is_named_by(id),
            Self::Many { domain, except } => {
                watcher.is_authenticated()
                    && domain.as_deref().is_none_or(|d| watcher.is_in(d))
                    && !except.iter().any(|e| e.matches(watcher))
            }
            Self::Unknown(_) => false,
        }
    }
}

impl Except {
    fn matches(&self, watcher: &Watcher) -> bool {
        self.id.as_deref().is_some_and(|id| watcher.is_named_by(id))
            || self
                .domain
                .as_deref()
                .is_some_and(|domain| watcher.is_in(domain))
    }
}
