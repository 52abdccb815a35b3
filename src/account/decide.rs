//! Decisions about watchers: written into the presence rules over XCAP, then watched until they show (XC-012).

use std::collections::VecDeque;
use std::time::Duration;

use jiff::Timestamp;

use super::clock::Now;
use super::event::{Fault, Rule, Topic, Trouble};
use super::job::{JobFault, JobResult};
use super::pending::Pending;
use super::plain::plain;
use super::watchers::WatchersView;
use crate::engine::Moment;
use crate::package::watcher_info::WatcherStatus;
use crate::rules::{Circumstances, Decision, Disclosure, Edit, Edited, Ruleset, Target, Watcher};

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

impl Decisions {
    /// What the rules say about a watcher, by its canonical address.
    pub(super) fn decision(&self, watcher: &str, now: Timestamp) -> Decision {
        let (Some(rules), Some(watcher)) = (&self.rules, Watcher::new(watcher)) else {
            return Decision::Undecided;
        };
        let read = rules.decide(&watcher, &Circumstances { now, sphere: None });
        read.agreed().unwrap_or(read.maximum)
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
        self.await_change(now);
    }

    fn await_change(&mut self, now: Now) {
        let rules = self.rules.as_ref();
        let at = rules.and_then(|rules| rules.changes_at(now.wall));
        let left = at.map(|at| Duration::try_from(at.duration_since(now.wall)).unwrap_or_default());
        // Clocks are set, and timers have an end.
        self.changes = left.map(|left| now.moment + left.min(LOOK_AGAIN));
    }

    /// Whether the rules were asked for in vain.
    pub(super) fn wants_rules(&self) -> bool {
        self.fetched && self.rules.is_none()
    }

    /// The last words about decisions, newest first.
    pub(super) fn last(&self) -> impl Iterator<Item = &Rule> {
        self.last.iter()
    }

    /// The user decides about a watcher anew: why it failed before is no longer of interest.
    pub(super) fn begin(&mut self, wish: &Wish) {
        self.last.retain(|rule| {
            rule.watcher != wish.watcher || !matches!(rule.state, "failed" | "conflict" | "waiting")
        });
        self.pending.begin(wish);
    }

    /// Takes up what was decided in an earlier run: what still waits for the user is told.
    pub(super) fn take_up(&mut self, pending: Pending) -> Vec<Rule> {
        self.pending = pending;
        let told = self.pending.conflicts();
        told.into_iter().map(|rule| self.remember(rule)).collect()
    }

    /// Keeps a decision back until the first list of watchers has come, but not for long.
    pub(super) fn hold(&mut self, wish: Wish, now: Now) {
        self.held.push(wish);
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
                            topic: Topic::Rules(error.fault),
                        });
                    }
                }
            }
            JobResult::Edited(wish, Ok(edited)) => {
                let Edited {
                    document,
                    decides,
                    effective_both_ways,
                    warnings,
                } = *edited;
                self.pending.written(&wish);
                self.hold_rules(Some(document), now);
                told.rules_changed = true;
                let reason = (!warnings.is_empty()).then(|| {
                    let warnings: Vec<String> = warnings.iter().map(ToString::to_string).collect();
                    plain(&warnings.join("; ")).into_owned()
                });
                let stands_against =
                    decides.maximum != wish.decision && decides.first != wish.decision;
                if stands_against && !effective_both_ways && wish.decision != Decision::Undecided {
                    let rule = wish.rule("conflict", reason, Some(Fault::Other));
                    told.rules.push(self.remember(rule));
                    return told;
                }
                told.confirm = true;
                let rule = wish.rule("written", reason, None);
                told.rules.push(self.remember(rule));
                self.open.retain(|open| open.wish.watcher != wish.watcher);
                self.open.push(Open {
                    wish,
                    until: now.moment + CONFIRM_WITHIN,
                });
            }
            JobResult::Edited(wish, Err(error)) => {
                let state = self.pending.failed(&wish, &error);
                told.waits = state == "waiting";
                let known = |rule: &Rule| rule.watcher == wish.watcher && rule.state == "waiting";
                if told.waits && self.last.iter().any(known) {
                    return told;
                }
                let reason = Some(plain(&error.message).into_owned());
                let rule = wish.rule(state, reason, Some(error.fault));
                told.rules.push(self.remember(rule));
            }
            JobResult::Held { .. }
            | JobResult::Merged(_)
            | JobResult::Offered(_)
            | JobResult::Permanent(..) => {}
        }
        told
    }

    /// A list of watchers has come: which written decisions show in it.
    pub(super) fn confirm(&mut self, views: &[&WatchersView]) -> Vec<Rule> {
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
const MAX_LAST: usize = 20;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{Substate, UsageId};
    use crate::package::Body;

    const BOB: &str = "sip:bob@example.com";

    fn now(seconds: u64) -> Now {
        Now {
            moment: Moment::from_start(Duration::from_secs(seconds)),
            wall: Timestamp::UNIX_EPOCH,
        }
    }

    fn view(status: Option<&str>) -> WatchersView {
        let row = status.map_or_else(String::new, |status| {
            format!("<watcher id='7' status='{status}' event='subscribe'>{BOB}</watcher>")
        });
        let body = format!(
            "<watcherinfo xmlns='urn:ietf:params:xml:ns:watcherinfo' version='1' state='full'>\
             <watcher-list resource='sip:alice@example.com' package='presence'>{row}</watcher-list>\
             </watcherinfo>"
        );
        let mut view = WatchersView::new();
        let body = Body::new("application/watcherinfo+xml", body.as_bytes());
        let undecided = |_: &str| Decision::Undecided;
        let at = Timestamp::UNIX_EPOCH;
        view.notify(UsageId(1), &Substate::Active, Some(body), &undecided, at);
        view
    }

    fn edited(decision: Decision, listed: &WatchersView) -> JobResult {
        let mut wish = Wish {
            watcher: BOB.to_owned(),
            decision,
            valid_until: None,
            shows: Disclosure::Everything,
            listed: false,
            was: Decision::Undecided,
            waited: false,
        };
        wish.listed_in(&[listed]);
        let at = Circumstances {
            now: Timestamp::UNIX_EPOCH,
            sphere: None,
        };
        let edited = Ruleset::empty()
            .unwrap()
            .edit(&target(BOB).unwrap(), wish.edit(), &at)
            .unwrap();
        JobResult::Edited(wish, Ok(Box::new(edited)))
    }

    #[test]
    fn xc_012_an_approval_is_effective_when_the_watcher_is_active() {
        let mut decisions = Decisions::default();
        let pending = view(Some("pending"));
        let told = decisions.done(edited(Decision::Allow, &pending), now(0));
        assert_eq!(told.rules[0].state, "written");
        assert!(told.confirm);
        assert_eq!(
            decisions.decision(BOB, Timestamp::UNIX_EPOCH),
            Decision::Allow
        );
        assert!(decisions.confirm(&[&pending]).is_empty());
        let rules = decisions.confirm(&[&view(Some("active"))]);
        assert_eq!(rules[0].state, "effective");
        assert!(decisions.confirm(&[&view(Some("active"))]).is_empty());
        assert_eq!(decisions.deadline(), None);
    }

    #[test]
    fn xc_012_a_block_is_effective_when_the_watcher_is_gone() {
        let mut decisions = Decisions::default();
        decisions.done(edited(Decision::Block, &view(Some("active"))), now(0));
        assert!(decisions.confirm(&[&view(Some("active"))]).is_empty());
        assert_eq!(decisions.confirm(&[&view(None)])[0].state, "effective");
        // Nobody who was not there can be seen to go.
        decisions.done(edited(Decision::Block, &view(None)), now(0));
        assert!(decisions.confirm(&[&view(None)]).is_empty());
    }

    #[test]
    fn xc_012_a_decision_that_never_shows_is_told() {
        let mut decisions = Decisions::default();
        decisions.done(edited(Decision::Allow, &view(Some("pending"))), now(0));
        assert!(decisions.give_up(now(59)).is_empty());
        assert_eq!(decisions.give_up(now(60)).len(), 1);
        assert!(decisions.give_up(now(61)).is_empty());
    }

    #[test]
    fn xc_012_a_decision_of_another_device_is_read_once() {
        let row = |status: &str, decision: &str| super::super::event::Watcher {
            resource: "sip:alice@example.com".to_owned(),
            package: "presence".to_owned(),
            watcher: BOB.to_owned(),
            display_name: None,
            status: status.to_owned(),
            event: "subscribe".to_owned(),
            id: "7".to_owned(),
            decision: decision.to_owned(),
            expires_s: None,
            duration_s: None,
        };
        let mut decisions = Decisions::default();
        assert!(
            !decisions.outdated(&[row("active", "undecided")]),
            "nothing was ever read"
        );
        decisions.done(JobResult::Fetched(Ok(None)), now(0));
        assert!(!decisions.outdated(&[row("pending", "undecided")]));
        assert!(!decisions.outdated(&[row("active", "allow")]));
        assert!(decisions.outdated(&[row("active", "undecided")]));
        assert!(
            !decisions.outdated(&[row("active", "undecided")]),
            "already asked"
        );
        decisions.done(JobResult::Fetched(Ok(None)), now(0));
        assert!(decisions.outdated(&[row("pending", "allow")]));
    }

    #[test]
    fn a_failure_says_why() {
        let mut decisions = Decisions::default();
        let JobResult::Edited(wish, _) = edited(Decision::Allow, &view(None)) else {
            return;
        };
        let fault = JobFault::lasting(Fault::Unreachable, "no such host");
        let other = Wish {
            watcher: "sip:carol@example.com".to_owned(),
            ..wish.clone()
        };
        let again = wish.clone();
        let told = decisions.done(JobResult::Edited(wish, Err(fault)), now(0));
        assert_eq!(told.rules[0].state, "failed");
        assert_eq!(told.rules[0].fault, Some(Fault::Unreachable));
        assert_eq!(decisions.last().count(), 1);
        decisions.begin(&other);
        assert_eq!(decisions.last().count(), 1);
        decisions.begin(&again);
        assert_eq!(decisions.last().count(), 0, "it is being tried again");
    }
}
