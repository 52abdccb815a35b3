//! Decisions about watchers: written into the presence rules over XCAP, then watched until they show (XC-012).

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::cause::DocumentCause;
use super::clock::Now;
use super::event::{Fault, Rule, Topic, Trouble};
use super::job::{JobFault, JobResult};
use super::pending::Pending;
use super::plain::plain;
use super::rules_state::RulesState;
use super::watchers::WatchersView;
use crate::engine::Moment;
use crate::package::watcher_info::WatcherStatus;
use crate::rules::{
    Circumstances, Decision, Disclosure, Edit, Edited, Ground, Ruleset, Target, Watcher,
};

/// What is to be decided about whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wish {
    /// A canonical address, or `*@domain`.
    pub(super) watcher: String,
    pub(super) decision: Decision,
    pub(super) valid_until: Option<Timestamp>,
    /// How much an approval shows.
    pub(super) shows: Disclosure,
    /// Whether such a watcher was listed when it was decided: only then its going away tells something.
    pub(super) listed: bool,
    /// What the rules said when it was decided, as far as they were known.
    pub(super) was: Decision,
    /// Whether it had to wait for the server, so that another device may have decided meanwhile.
    pub(super) waited: bool,
}

/// What the rules say about a watcher, and which of them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Ruling {
    pub(super) decision: Decision,
    pub(super) ground: Option<Ground>,
}

/// What there is to tell after a job.
#[derive(Debug, Default)]
pub(super) struct Told {
    pub(super) rules: Vec<Rule>,
    pub(super) trouble: Option<Trouble>,
    /// The decisions are other ones now.
    pub(super) rules_changed: bool,
    /// Something was written that should show.
    pub(super) confirm: bool,
    /// They have changed again while they were read.
    pub(super) fetch: bool,
    /// Something waits for the server.
    pub(super) waits: bool,
}

/// The rules as far as they are known, and what has been decided lately.
#[derive(Debug, Default)]
pub(super) struct Decisions {
    rules: Option<Ruleset>,
    fetched: bool,
    /// Whether they are expected for the first time.
    expected: bool,
    /// Why they could not be read the last time.
    failed: Option<JobFault>,
    /// Whether the server gives no entity tags.
    unversioned: bool,
    /// Whether they are kept on this machine.
    here: bool,
    /// Whether the rules are being read again because the server acts as if they were others.
    fetching: bool,
    /// Whether they have changed again meanwhile.
    again: bool,
    /// Decisions that wait for the first list of watchers, and until when.
    held: Vec<Wish>,
    held_until: Option<Moment>,
    open: Vec<Open>,
    /// Decisions that are not in the rules yet.
    pub(super) pending: Pending,
    last: VecDeque<Rule>,
    /// When the rules mean something else by themselves.
    changes: Option<Moment>,
    /// What they say about many at once.
    wide: Arc<Vec<(String, Ground)>>,
}

/// A written decision that has not been seen to work yet.
#[derive(Debug)]
struct Open {
    wish: Wish,
    until: Moment,
}

impl Wish {
    /// The change of the rules.
    pub(super) fn edit(&self) -> Edit {
        match self.decision {
            Decision::Allow => Edit::Allow {
                until: self.valid_until,
                shows: self.shows,
            },
            Decision::Block => Edit::Block,
            Decision::PoliteBlock => Edit::PoliteBlock,
            Decision::Confirm => Edit::Confirm,
            Decision::Undecided => Edit::Forget,
        }
    }

    pub(super) fn rule(
        &self,
        state: &'static str,
        reason: Option<String>,
        fault: Option<Fault>,
    ) -> Rule {
        Rule {
            cause: DocumentCause::Other,
            watcher: self.watcher.clone(),
            decision: self.decision.token().to_owned(),
            state,
            reason,
            fault,
        }
    }

    /// Notes whether such a watcher is listed now.
    pub(super) fn listed_in(&mut self, views: &[&WatchersView]) {
        self.listed = views
            .iter()
            .any(|view| view.watches(&|who| self.covers(who)));
    }

    fn covers(&self, watcher: &str) -> bool {
        match self.watcher.strip_prefix("*@") {
            Some(domain) => watcher
                .rsplit_once('@')
                .is_some_and(|(_, host)| host.eq_ignore_ascii_case(domain)),
            None => self.watcher == watcher,
        }
    }
}

impl From<Decision> for Ruling {
    fn from(decision: Decision) -> Self {
        Self {
            decision,
            ground: None,
        }
    }
}

impl Decisions {
    /// What the rules say about a watcher, by its canonical address.
    pub(super) fn decision(&self, watcher: &str, now: Timestamp) -> Decision {
        let (Some(rules), Some(watcher)) = (&self.rules, Watcher::new(watcher)) else {
            return Decision::Undecided;
        };
        let read = rules.decide(&watcher, &Circumstances { now, sphere: None });
        read.agreed().unwrap_or(read.maximum)
    }

    /// The same with the rule that says it.
    pub(super) fn ruling(&self, watcher: &str, now: Timestamp) -> Ruling {
        let at = Circumstances { now, sphere: None };
        let who = self.rules.as_ref().zip(Watcher::new(watcher));
        Ruling {
            decision: self.decision(watcher, now),
            ground: who.and_then(|(rules, who)| rules.ground(&who, &at)),
        }
    }

    /// How the rules fare.
    pub(super) fn state(&self) -> RulesState {
        match (&self.failed, &self.rules) {
            (Some(error), _) => RulesState::Failed(error.fault, error.cause.clone()),
            (None, Some(_)) if self.here => RulesState::Here,
            (None, Some(_)) => RulesState::Known {
                versioned: !self.unversioned,
            },
            (None, None) if self.expected => RulesState::Reading,
            (None, None) => RulesState::Unknown,
        }
    }

    /// The rules were asked for.
    pub(super) fn expect_rules(&mut self) {
        self.expected = true;
    }

    /// A version of the rules was read or written; whether it has an entity tag.
    pub(super) fn is_versioned(&mut self, versioned: bool) {
        self.unversioned = !versioned;
    }

    /// They are kept on this machine.
    pub(super) fn are_here(&mut self) {
        self.here = true;
    }

    /// Whether they are kept on this machine, as far as is known.
    pub(super) fn is_here(&self) -> bool {
        self.here
    }

    /// The rules, as far as they are known.
    pub(super) fn rules(&self) -> Option<&Ruleset> {
        self.rules.as_ref()
    }

    /// Whether a validity has begun or ended, so that the rules mean something else now. Says so once.
    pub(super) fn have_turned(&mut self, now: Now) -> bool {
        let turned = self.changes.is_some_and(|at| at <= now.moment);
        if turned {
            self.await_change(now);
        }
        turned
    }

    /// Whether the rules hold approvals of ours that have ended.
    pub(super) fn want_tidying(&self, now: Timestamp) -> bool {
        let rules = self.rules.as_ref();
        rules.is_some_and(|rules| matches!(rules.without_ended(now), Ok(Some(_))))
    }

    fn hold_rules(&mut self, rules: Option<Ruleset>, now: Now) {
        self.rules = rules;
        self.failed = None;
        self.await_change(now);
    }

    /// What the rules say about many at once.
    pub(super) fn wide(&self) -> Arc<Vec<(String, Ground)>> {
        Arc::clone(&self.wide)
    }

    /// Notes what the rules say now, and until when.
    fn await_change(&mut self, now: Now) {
        let rules = self.rules.as_ref();
        let at = Circumstances {
            now: now.wall,
            sphere: None,
        };
        let wide = rules.map(|rules| rules.wide(&at)).unwrap_or_default();
        let named = wide.into_iter().map(|(whom, by)| (whom.to_string(), by));
        self.wide = Arc::new(named.collect());
        let at = rules.and_then(|rules| rules.changes_at(now.wall));
        let left = at.map(|at| Duration::try_from(at.duration_since(now.wall)).unwrap_or_default());
        // Clocks are set, and timers have an end.
        self.changes = left.map(|left| now.moment + left.min(LOOK_AGAIN));
    }

    /// Whether the rules were asked for in vain.
    pub(super) fn wants_rules(&self) -> bool {
        self.fetched && (self.rules.is_none() || self.failed.is_some())
    }

    /// The last words about decisions, newest first.
    pub(super) fn last(&self) -> impl Iterator<Item = &Rule> {
        self.last.iter()
    }

    /// The user decides about watchers anew: what became of it before is no longer of interest.
    pub(super) fn begin(&mut self, wishes: &[Wish]) {
        let anew: BTreeSet<&str> = wishes.iter().map(|wish| wish.watcher.as_str()).collect();
        self.last
            .retain(|rule| !anew.contains(rule.watcher.as_str()));
        self.pending.begin(wishes);
    }

    /// A decision cannot even be tried, for the address is none.
    pub(super) fn refuse(&mut self, watcher: &str, decision: Decision, why: &str) {
        self.remember(Rule {
            watcher: watcher.to_owned(),
            decision: decision.token().to_owned(),
            state: "failed",
            reason: Some(plain(why).into_owned()),
            fault: Some(Fault::Other),
            cause: DocumentCause::Other,
        });
    }

    /// Takes up what was decided in an earlier run: what still waits for the user is told.
    pub(super) fn take_up(&mut self, pending: Pending) -> Vec<Rule> {
        self.pending = pending;
        let told = self.pending.conflicts();
        told.into_iter().map(|rule| self.remember(rule)).collect()
    }

    /// Keeps decisions back until the first list of watchers has come, but not for long.
    pub(super) fn hold(&mut self, wishes: Vec<Wish>, now: Now) {
        if wishes.is_empty() {
            return;
        }
        self.held.extend(wishes);
        self.held_until.get_or_insert(now.moment + HOLD);
    }

    /// The decisions that were kept back.
    pub(super) fn release(&mut self, views: &[&WatchersView]) -> Vec<Wish> {
        self.held_until = None;
        let mut released = std::mem::take(&mut self.held);
        for wish in &mut released {
            wish.listed_in(views);
        }
        released
    }

    /// Whether the server treats one of these watchers otherwise than the rules say as they were last read: then
    /// another device has changed them, and they are worth reading again. Says so once until they have been read.
    pub(super) fn outdated(&mut self, changed: &[super::event::Watcher]) -> bool {
        let contradicts = |watcher: &super::event::Watcher| {
            let granted = matches!(watcher.decision.as_str(), "allow" | "polite-block");
            match watcher.status.as_str() {
                "active" => !granted,
                "pending" | "waiting" => granted || watcher.decision == "block",
                _ => false,
            }
        };
        let ours = |watcher: &super::event::Watcher| {
            let who = &watcher.watcher;
            self.open.iter().any(|open| open.wish.covers(who))
        };
        let outdated = self.rules.is_some()
            && !self.fetching
            && changed
                .iter()
                .any(|watcher| contradicts(watcher) && !ours(watcher));
        self.fetching |= outdated;
        outdated
    }

    /// The rules have changed: whether they are to be read now. While they are being read, that is put off until then.
    pub(super) fn ask_again(&mut self) -> bool {
        self.again |= self.fetching;
        !std::mem::replace(&mut self.fetching, true)
    }

    /// Whether decisions have been kept back for long enough.
    pub(super) fn is_release_due(&self, now: Now) -> bool {
        self.held_until.is_some_and(|until| until <= now.moment)
    }

    /// Takes what a job brought.
    pub(super) fn done(&mut self, result: JobResult, now: Now) -> Told {
        let mut told = Told::default();
        match result {
            JobResult::Fetched(result) => {
                self.fetched = true;
                told.fetch = std::mem::take(&mut self.again);
                self.fetching = told.fetch;
                match result {
                    Ok(rules) => {
                        self.hold_rules(rules.or_else(|| Ruleset::empty().ok()), now);
                        told.rules_changed = true;
                    }
                    Err(error) => {
                        told.trouble = Some(Trouble {
                            code: error.fault.code(),
                            message: format!(
                                "the presence rules cannot be read: {}",
                                error.message
                            ),
                            hint: Some(hint(error.fault).to_owned()),
                            topic: Topic::Rules(error.fault, error.cause.clone()),
                        });
                        self.failed = Some(error);
                    }
                }
            }
            JobResult::Renewed(Ok(rules)) => {
                self.hold_rules(Some(rules), now);
                told.rules_changed = true;
            }
            JobResult::Renewed(Err(error)) => {
                told.trouble = Some(Trouble {
                    code: error.fault.code(),
                    message: format!(
                        "the presence rules could not be replaced: {}",
                        error.message
                    ),
                    hint: None,
                    topic: Topic::RulesNotRenewed(error.fault, error.cause.clone()),
                });
                // Unless something else lies there by now, what cannot be used is what it was.
                if matches!(error.cause, DocumentCause::Unusable(_)) {
                    self.failed = Some(error);
                }
            }
            JobResult::Edited(results) => self.edited(results, now, &mut told),
            JobResult::Held { .. }
            | JobResult::RulesHere { .. }
            | JobResult::Merged(_)
            | JobResult::Offered(_)
            | JobResult::Permanent(..) => {}
        }
        told
    }

    /// Wishes were written, or not.
    fn edited(
        &mut self,
        results: Vec<(Wish, Result<Edited, JobFault>)>,
        now: Now,
        told: &mut Told,
    ) {
        let written = || {
            let results = results.iter();
            results.filter_map(|(wish, result)| Some((wish, result.as_ref().ok()?)))
        };
        if let Some((_, last)) = written().next_back() {
            let document = last.document.clone();
            self.pending.written(written().map(|(wish, _)| wish));
            self.hold_rules(Some(document), now);
            told.rules_changed = true;
        }
        for (wish, result) in results {
            match result {
                Ok(edited) => told.confirm |= self.written(wish, &edited, now, &mut told.rules),
                Err(error) => self.not_written(&wish, error, told),
            }
        }
    }

    /// A wish was written; whether it should show.
    fn written(&mut self, wish: Wish, edited: &Edited, now: Now, told: &mut Vec<Rule>) -> bool {
        let warnings = &edited.warnings;
        let reason = (!warnings.is_empty()).then(|| {
            let warnings: Vec<String> = warnings.iter().map(ToString::to_string).collect();
            plain(&warnings.join("; ")).into_owned()
        });
        let decides = edited.decides;
        let stands_against = decides.maximum != wish.decision && decides.first != wish.decision;
        if stands_against && !edited.effective_both_ways && wish.decision != Decision::Undecided {
            let rule = wish.rule("conflict", reason, Some(Fault::Other));
            told.push(self.remember(rule));
            return false;
        }
        let rule = wish.rule("written", reason, None);
        told.push(self.remember(rule));
        self.open.retain(|open| open.wish.watcher != wish.watcher);
        self.open.push(Open {
            wish,
            until: now.moment + CONFIRM_WITHIN,
        });
        true
    }

    fn not_written(&mut self, wish: &Wish, error: JobFault, told: &mut Told) {
        let state = self.pending.failed(wish, &error);
        let waits = state == "waiting";
        told.waits |= waits;
        let known = |rule: &Rule| rule.watcher == wish.watcher && rule.state == "waiting";
        if waits && self.last.iter().any(known) {
            return;
        }
        let reason = Some(plain(&error.message).into_owned());
        let rule = Rule {
            cause: error.cause,
            ..wish.rule(state, reason, Some(error.fault))
        };
        told.rules.push(self.remember(rule));
    }

    /// Which written decisions show in the lists of watchers; `at_once`: whoever goes by the rules reads what was written,
    /// and nobody has to take it in first.
    pub(super) fn confirm(&mut self, views: &[&WatchersView], at_once: bool) -> Vec<Rule> {
        let mut effective = Vec::new();
        self.open.retain(|open| {
            let statuses: Vec<WatcherStatus> = views
                .iter()
                .flat_map(|view| view.statuses(&|who| open.wish.covers(who)))
                .collect();
            let any = |status: WatcherStatus| statuses.contains(&status);
            let shows = match open.wish.decision {
                Decision::Allow | Decision::PoliteBlock => {
                    any(WatcherStatus::Active) && !any(WatcherStatus::Pending)
                }
                Decision::Block => {
                    open.wish.listed && !any(WatcherStatus::Active) && !any(WatcherStatus::Pending)
                }
                Decision::Confirm | Decision::Undecided => {
                    open.wish.listed && !any(WatcherStatus::Active)
                }
            };
            let shows = shows || at_once;
            if shows {
                effective.push(open.wish.rule("effective", None, None));
            }
            !shows
        });
        effective
            .into_iter()
            .map(|rule| self.remember(rule))
            .collect()
    }

    /// When [`Self::is_release_due`] and [`Self::give_up`] are to be asked.
    pub(super) fn deadline(&self) -> Option<Moment> {
        let open = self.open.iter().map(|open| open.until);
        open.chain(self.held_until).chain(self.changes).min()
    }

    /// Written decisions that have not shown for too long; of those about listed watchers people are told.
    pub(super) fn give_up(&mut self, now: Now) -> Vec<Trouble> {
        let mut troubles = Vec::new();
        self.open.retain(|open| {
            let late = open.until <= now.moment;
            if late && open.wish.listed {
                troubles.push(Trouble {
                    code: Fault::Other.code(),
                    message: format!(
                        "'{}' about {} is written, but does not seem to be in effect",
                        open.wish.decision, open.wish.watcher
                    ),
                    hint: Some("the server may look at the rules later".to_owned()),
                    topic: Topic::Decision(open.wish.watcher.clone()),
                });
            }
            !late
        });
        troubles
    }

    fn remember(&mut self, rule: Rule) -> Rule {
        // It waits no longer.
        self.last
            .retain(|last| last.watcher != rule.watcher || last.state != "waiting");
        self.last.push_front(rule.clone());
        self.last.truncate(MAX_LAST);
        rule
    }
}

/// What to try when the rules cannot be read.
fn hint(fault: Fault) -> &'static str {
    match fault {
        Fault::Authentication => "check the password",
        _ => "check the XCAP root, --xcap-root on the command line",
    }
}

/// Whom the rules are about, from a wish.
pub(super) fn target(watcher: &str) -> Result<Target, JobFault> {
    Target::new(watcher).map_err(|error| JobFault::lasting(Fault::Other, error.to_string()))
}

/// How long a written decision may take to show.
const CONFIRM_WITHIN: Duration = Duration::from_secs(60);
/// How long a decision waits for the first list of watchers.
const HOLD: Duration = Duration::from_secs(2);
/// How long no validity is relied on without another look at the clock.
const LOOK_AGAIN: Duration = Duration::from_secs(3600);
/// Decisions kept for the window.
const MAX_LAST: usize = 100;

#[cfg(test)]
mod tests;
