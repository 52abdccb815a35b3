//! Changing what is decided about somebody, and nothing else.
//!
//! Only the largest value of all matching rules counts by the standard, so somebody is blocked only when no granting
//! rule matches: single entries are taken out, exceptions added to wider rules. Kamailio takes the first matching rule
//! and looks at neither domain nor exceptions, so rules about one person go to the top, and wide rules stand in order of
//! strictness. Every edit is evaluated both ways before it is handed out.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::ops::Range;

use jiff::Timestamp;

use crate::xml::{Piece, escape, opened, splice, whole_line};

use super::consequences::changed_others;
use super::decision::Decision;
use super::disclosure::Disclosure;
use super::evaluate::{Circumstances, ReadOut};
use super::identity::{Target, Watcher, ascii_domain};
use super::rule::{COMMON_POLICY, Except, Matcher, PRES_RULES, Rule, Whom};
use super::ruleset::{Ruleset, RulesetError};

/// A change of mind about somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edit {
    /// Show presence, until a time if one is given.
    Allow {
        /// When the approval ends by itself.
        until: Option<Timestamp>,
        /// How much is shown.
        shows: Disclosure,
    },
    /// Refuse.
    Block,
    /// Refuse, and look offline.
    PoliteBlock,
    /// Ask each time.
    Confirm,
    /// Take back whatever was decided.
    Forget,
}

/// A changed document, not yet written.
#[derive(Debug, Clone)]
pub struct Edited {
    /// The new document.
    pub document: Ruleset,
    /// What it decides about whom the edit was about (for many: about somebody among them who has no rule).
    pub decides: ReadOut,
    /// Whether both readings decide as was asked.
    pub effective_both_ways: bool,
    /// What the user should know before it is written.
    pub warnings: Vec<Warning>,
}

/// A side of an edit that a user should know.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Warning {
    /// A rule is about everybody and cannot be made to leave anybody out.
    #[error("the rule '{rule}' is about everybody and says '{decision}'")]
    CannotExclude {
        /// Id of the rule.
        rule: String,
        /// What it says.
        decision: Decision,
    },
    /// After forgetting, wider rules still decide.
    #[error("a wider rule still says '{0}'")]
    StillDecided(Decision),
    /// Servers that follow the standard will decide otherwise.
    #[error("servers that follow the standard will still decide '{0}'")]
    NotByMaximum(Decision),
    /// Servers on which the first matching rule counts will decide otherwise.
    #[error("servers on which the first matching rule counts will still decide '{0}'")]
    NotByFirst(Decision),
    /// Decisions about others change with it.
    #[error("this also changes what is decided about {}", .0.join(", "))]
    ChangesOthers(Vec<String>),
    /// Decisions about others change with it, but only where the first matching rule counts: those servers look at no
    /// domain. `*` is everybody whom no rule names.
    #[error("on servers that do not look at domains this also changes what is decided about {}", .0.join(", "))]
    ChangesOthersByFirst(Vec<String>),
}

/// Why an edit was not made. The document is as it was.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// The time is not in the future.
    #[error("the approval would end before it begins")]
    AlreadyOver,
    /// The edited document could not be read back.
    #[error("the edited document would be unusable: {0}")]
    Unusable(#[from] RulesetError),
}

impl Edit {
    /// What is decided when the edit is in force.
    pub fn decision(self) -> Decision {
        match self {
            Self::Allow { .. } => Decision::Allow,
            Self::Block => Decision::Block,
            Self::PoliteBlock => Decision::PoliteBlock,
            Self::Confirm => Decision::Confirm,
            Self::Forget => Decision::Undecided,
        }
    }

    /// Not every server reads fractions of seconds.
    fn in_whole_seconds(self) -> Self {
        let Self::Allow {
            until: Some(until),
            shows,
        } = self
        else {
            return self;
        };
        Self::Allow {
            until: Some(Timestamp::from_second(until.as_second()).unwrap_or(until)),
            shows,
        }
    }
}

impl Ruleset {
    /// The document with one decision changed. Rules that say nothing about subscriptions, or that are not understood,
    /// stay as they are to the byte.
    ///
    /// # Errors
    /// [`EditError`]; this document is never changed.
    pub fn edit(
        &self,
        target: &Target,
        edit: Edit,
        at: &Circumstances<'_>,
    ) -> Result<Edited, EditError> {
        let edit = edit.in_whole_seconds();
        if let Edit::Allow {
            until: Some(until), ..
        } = edit
            && until <= at.now
        {
            return Err(EditError::AlreadyOver);
        }
        let mut draft = Draft {
            ruleset: self,
            target,
            edit,
            pieces: Vec::new(),
            carried: Vec::new(),
            warnings: Vec::new(),
        };
        draft.make();
        let Draft {
            pieces,
            mut warnings,
            ..
        } = draft;
        let document = self.with_source(&splice(self.source(), pieces))?;
        let decides = document.decide(&target.newcomer(), at);
        let wanted = edit.decision();
        let effective_both_ways = if edit == Edit::Forget {
            if decides != ReadOut::default() {
                warnings.push(Warning::StillDecided(decides.maximum.max(decides.first)));
            }
            decides.agreed().is_some()
        } else {
            if decides.maximum != wanted {
                warnings.push(Warning::NotByMaximum(decides.maximum));
            }
            if decides.first != wanted {
                warnings.push(Warning::NotByFirst(decides.first));
            }
            decides.agreed() == Some(wanted)
        };
        let (others, by_first) = changed_others(self, &document, target, at);
        if !others.is_empty() {
            warnings.push(Warning::ChangesOthers(others));
        }
        if !by_first.is_empty() {
            warnings.push(Warning::ChangesOthersByFirst(by_first));
        }
        Ok(Edited {
            document,
            decides,
            effective_both_ways,
            warnings,
        })
    }
}

struct Draft<'a> {
    ruleset: &'a Ruleset,
    target: &'a Target,
    edit: Edit,
    pieces: Vec<Piece>,
    /// Exceptions of an old rule about many that the new one takes over.
    carried: Vec<Except>,
    warnings: Vec<Warning>,
}

impl Draft<'_> {
    fn make(&mut self) {
        let ruleset = self.ruleset;
        let mut removed = vec![false; ruleset.rules().len()];
        for (rule, removed) in ruleset.rules().iter().zip(&mut removed) {
            // What says nothing about subscriptions, or never applies, is none of our business.
            if rule.decision == Decision::Undecided || !rule.can_apply() {
                continue;
            }
            *removed = self.take_out(rule);
            if !*removed {
                self.leave_out(rule);
            }
        }
        if self.edit != Edit::Forget {
            let text = self.rule();
            self.insert(&text, &removed);
        }
    }

    /// Takes the target's own entries out of a rule, and the rule away when nobody is left in it.
    fn take_out(&mut self, rule: &Rule) -> bool {
        let own: Vec<&Matcher> = rule.matchers().filter(|m| self.is_own(&m.whom)).collect();
        if own.is_empty() {
            return false;
        }
        if rule.decision == self.edit.decision() {
            for matcher in &own {
                if let Whom::Many { except, .. } = &matcher.whom {
                    self.carried.extend(except.iter().cloned());
                }
            }
        }
        if own.len() == rule.matchers().count() {
            self.remove(rule.span.clone());
            return true;
        }
        for matcher in own {
            self.remove(matcher.place.span.clone());
        }
        false
    }

    /// Whether a matcher is about the target and nobody else.
    fn is_own(&self, whom: &Whom) -> bool {
        match (self.target, whom) {
            (Target::One(watcher), Whom::One(id)) => watcher.is_named_by(id),
            (
                Target::Domain(target),
                Whom::Many {
                    domain: Some(domain),
                    ..
                },
            ) => ascii_domain(domain).as_ref() == Some(target),
            (Target::Everybody, Whom::Many { domain: None, .. }) => true,
            _ => false,
        }
    }

    /// Makes a wider rule leave the target out, where it would grant more than is wanted; or takes that back.
    fn leave_out(&mut self, rule: &Rule) {
        if self.edit == Edit::Forget {
            self.take_back(rule);
            return;
        }
        if rule.decision <= self.edit.decision() {
            return;
        }
        if !rule.has_identity() {
            self.warnings.push(Warning::CannotExclude {
                rule: rule.id.clone(),
                decision: rule.decision,
            });
            return;
        }
        let probe = self.target.newcomer();
        let wider: Vec<&Matcher> = rule
            .matchers()
            .filter(|m| matches!(m.whom, Whom::Many { .. }) && !self.is_own(&m.whom))
            .filter(|m| m.whom.matches(&probe))
            .collect();
        for matcher in wider {
            let prefix = &matcher.place.prefix;
            let who = match self.target {
                Target::One(watcher) => format!("id=\"{}\"", escape(watcher.uri())),
                Target::Domain(domain) => format!("domain=\"{}\"", escape(domain)),
                // Nothing is wider.
                Target::Everybody => return,
            };
            let except = format!("<{prefix}except {who}/>");
            if matcher.place.self_closing {
                let end = matcher.place.span.end;
                self.pieces
                    .push((end - "/>".len()..end, format!(">{except}</{prefix}many>")));
            } else {
                let start = matcher.place.content.start;
                self.pieces.push((start..start, except));
            }
        }
    }

    /// Takes out the exceptions that were made for the target.
    fn take_back(&mut self, rule: &Rule) {
        for matcher in rule.matchers() {
            let Whom::Many { except, .. } = &matcher.whom else {
                continue;
            };
            if self.is_own(&matcher.whom) {
                continue;
            }
            for exception in except {
                let made_for_target = match (self.target, &exception.id, &exception.domain) {
                    (Target::One(watcher), Some(id), None) => watcher.is_named_by(id),
                    (Target::Domain(target), None, Some(domain)) => {
                        ascii_domain(domain).as_ref() == Some(target)
                    }
                    _ => false,
                };
                if made_for_target {
                    self.pieces.push((exception.span.clone(), String::new()));
                }
            }
        }
    }

    /// Removes an element with the line it stands on, when there is nothing else on it.
    fn remove(&mut self, span: Range<usize>) {
        let place = whole_line(self.ruleset.source(), span);
        self.pieces.push((place, String::new()));
    }

    /// Puts a rule in its place: about a person first of all; about many behind the rules about people among them and
    /// behind wide rules that are stricter, before those that are not. Where every wide rule is about everybody, an
    /// approval of one domain must not open what was closed to another.
    fn insert(&mut self, rule: &str, removed: &[bool]) {
        let root = self.ruleset.document().root();
        if let Some(piece) = opened(root, &format!("{rule}\n")) {
            self.pieces.push(piece);
            return;
        }
        let mut place = root.content_span().start;
        if !matches!(self.target, Target::One(_)) {
            let remaining = self
                .ruleset
                .rules()
                .iter()
                .zip(removed)
                .filter(|(_, removed)| !**removed);
            for (rule, _) in remaining {
                let mut others = rule.matchers().filter(|m| !self.is_own(&m.whom));
                let wide = others.any(|m| matches!(m.whom, Whom::Many { .. }));
                if (wide && rule.decision >= self.edit.decision()) || rule.conditions.is_none() {
                    break;
                }
                let about_people_there = rule.matchers().any(|m| match &m.whom {
                    Whom::One(id) => Watcher::new(id).is_some_and(|w| self.target.covers(&w)),
                    _ => false,
                });
                if wide || about_people_there {
                    place = rule.span.end;
                }
            }
        }
        // Behind a barrier some servers would never see it.
        let place = self
            .ruleset
            .barrier()
            .map_or(place, |barrier| place.min(barrier));
        self.pieces.push((place..place, rule.to_owned()));
    }

    /// The text of the new rule. It declares its prefixes itself, whatever the document calls them.
    fn rule(&self) -> String {
        let decision = self.edit.decision();
        let id = self.fresh_id(decision);
        let identity = match self.target {
            Target::One(watcher) => format!("<cr:one id=\"{}\"/>", escape(watcher.uri())),
            Target::Domain(domain) => self.many(Some(domain), decision),
            Target::Everybody => self.many(None, decision),
        };
        let validity = match self.edit {
            Edit::Allow {
                until: Some(until), ..
            } => {
                format!(
                    "\n      <cr:validity><cr:from>{BEGINNING}</cr:from><cr:until>{until}</cr:until></cr:validity>"
                )
            }
            _ => String::new(),
        };
        let shown = match self.edit {
            Edit::Allow { shows, .. } => shows.transformations(),
            _ => "",
        };
        format!(
            "\n  <cr:rule xmlns:cr=\"{COMMON_POLICY}\" xmlns:pr=\"{PRES_RULES}\" id=\"{id}\">\n    <cr:conditions>\n      \
             <cr:identity>{identity}</cr:identity>{validity}\n    </cr:conditions>\n    \
             <cr:actions><pr:sub-handling>{decision}</pr:sub-handling></cr:actions>{shown}\n  </cr:rule>"
        )
    }

    /// Everybody, of a domain if one is given, but for those among them about whom less is decided: the largest value
    /// would win.
    fn many(&self, domain: Option<&str>, decision: Decision) -> String {
        let rules = self.ruleset.rules().iter();
        let lower =
            rules.filter(|rule| rule.decision != Decision::Undecided && rule.decision < decision);
        let (mut people, mut domains) = (BTreeSet::new(), BTreeSet::new());
        for matcher in lower.flat_map(Rule::matchers) {
            match &matcher.whom {
                Whom::One(id) => people.extend(Watcher::new(id)),
                Whom::Many {
                    domain: Some(domain),
                    ..
                } => domains.extend(ascii_domain(domain)),
                Whom::Many { domain: None, .. } | Whom::Unknown(_) => {}
            }
        }
        for except in &self.carried {
            people.extend(except.id.as_deref().and_then(Watcher::new));
            domains.extend(except.domain.as_deref().and_then(ascii_domain));
        }
        people.retain(|watcher| self.target.covers(watcher));
        // A domain has none within it.
        domains.retain(|_| domain.is_none());
        let name = domain.map_or_else(String::new, |it| format!(" domain=\"{}\"", escape(it)));
        if people.is_empty() && domains.is_empty() {
            return format!("<cr:many{name}/>");
        }
        let mut text = format!("<cr:many{name}>");
        for domain in domains {
            // Writing to a string cannot fail.
            let _ = write!(text, "<cr:except domain=\"{}\"/>", escape(&domain));
        }
        for watcher in people {
            let _ = write!(text, "<cr:except id=\"{}\"/>", escape(watcher.uri()));
        }
        text.push_str("</cr:many>");
        text
    }

    /// An id that no rule of the document has.
    fn fresh_id(&self, decision: Decision) -> String {
        let taken: BTreeSet<&str> = self
            .ruleset
            .rules()
            .iter()
            .map(|rule| rule.id.as_str())
            .collect();
        let ids = (1u32..).map(|number| format!("{decision}-{number}"));
        // There are fewer rules than numbers.
        ids.into_iter()
            .find(|id| !taken.contains(id.as_str()))
            .unwrap_or_default()
    }
}

/// When approvals begin: long before any clock that is merely wrong.
pub(super) const BEGINNING: &str = "2000-01-01T00:00:00Z";
