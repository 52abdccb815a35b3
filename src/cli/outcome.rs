//! When a command is done, and with which exit status.

use std::collections::HashMap;

use super::arguments::Until;
use super::failure::Failure;
use crate::account::{Event, Fault, Publication, Registration, Rule, Subscription, Trouble};

/// What a command is about; decides what its success is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Goal {
    /// Being registered.
    Register,
    /// Being there for whoever asks, registered or not.
    Answer,
    /// This many subscriptions.
    Subscriptions(usize),
    /// One answer to each of this many fetches.
    Fetch(usize),
    /// A publication.
    Publish,
    /// A rule about a watcher.
    Rule,
    /// What a watcher sees.
    Preview,
    /// The status that stays when nobody is logged in.
    Permanent,
}

/// Follows the events and says when to stop.
#[derive(Debug)]
pub(super) struct Outcome {
    goal: Goal,
    until: Option<Until>,
    registration: Option<State>,
    publication: Option<State>,
    rule: Option<State>,
    preview: Option<State>,
    permanent: Option<State>,
    /// A fetch has brought a last NOTIFY.
    fetched: bool,
    subscriptions: HashMap<u32, Seen>,
    active: usize,
    notified: usize,
    over: usize,
    refused: usize,
    rejected: usize,
    trouble: Option<Trouble>,
}

/// The last word about one thing.
#[derive(Debug, Clone, PartialEq, Eq)]
enum State {
    Trying,
    Good,
    Over,
    Failed { failure: Box<Failure>, again: bool },
}

#[derive(Debug)]
struct Seen {
    state: State,
    active: bool,
    notified: bool,
}

impl Outcome {
    pub(super) fn new(goal: Goal, until: Option<Until>) -> Self {
        Self {
            goal,
            until,
            registration: None,
            publication: None,
            rule: None,
            preview: None,
            permanent: None,
            fetched: false,
            subscriptions: HashMap::new(),
            active: 0,
            notified: 0,
            over: 0,
            refused: 0,
            rejected: 0,
            trouble: None,
        }
    }

    /// Takes note of an event.
    pub(super) fn observe(&mut self, event: &Event) {
        match event {
            Event::Registration(registration) => {
                self.registration = Some(registration_state(registration));
            }
            Event::Subscription(subscription) => self.observe_subscription(subscription),
            Event::Publication(publication) if publication.permanent => {
                self.permanent = Some(permanent_state(publication));
            }
            Event::Publication(publication) => {
                self.publication = Some(publication_state(publication));
            }
            Event::Rule(rule) => self.rule = Some(rule_state(rule)),
            Event::Preview(_) => self.preview = Some(State::Good),
            // After a warning everything goes on.
            Event::Error(trouble) if trouble.code == 0 => {}
            Event::Error(trouble) => {
                if self.goal == Goal::Preview {
                    self.preview = Some(State::Failed {
                        failure: Box::new(Failure::from_trouble(trouble)),
                        again: false,
                    });
                }
                self.trouble = Some(trouble.clone());
            }
            Event::Notify(notify) => self.fetched |= notify.substate == "terminated",
            Event::Presence(_)
            | Event::Messages(_)
            | Event::Watcher(_)
            | Event::Dialog(_)
            | Event::Buddies(_)
            | Event::Offered { .. }
            | Event::Health(_) => {}
        }
    }

    /// Whether the command has nothing more to wait for.
    pub(super) fn is_done(&self) -> bool {
        self.is_reached() || self.is_hopeless()
    }

    /// Whether everything asked for is written but nothing has confirmed it yet.
    pub(super) fn is_unconfirmed(&self) -> bool {
        self.rule == Some(State::Trying)
    }

    /// Whether a fetch is answered. Further notifiers of a fork may still have something to say.
    pub(super) fn is_fetched(&self) -> bool {
        matches!(self.goal, Goal::Fetch(_)) && self.fetched
    }

    /// The result if the command ended now. `Ok` may hide a registration that failed beside what was asked for.
    pub(super) fn result(&self) -> Result<(), Failure> {
        if self.is_reached() || self.is_fetched() {
            return Ok(());
        }
        let states: Vec<&State> = match self.goal {
            Goal::Register | Goal::Answer => self.registration.iter().collect(),
            Goal::Publish => self.publication.iter().collect(),
            Goal::Rule => self.rule.iter().collect(),
            Goal::Preview => self.preview.iter().collect(),
            Goal::Permanent => self.permanent.iter().collect(),
            Goal::Subscriptions(_) | Goal::Fetch(_) => {
                let mut seen: Vec<_> = self.subscriptions.iter().collect();
                seen.sort_by_key(|(id, _)| **id);
                seen.into_iter().map(|(_, seen)| &seen.state).collect()
            }
        };
        if let Some(failure) = states.iter().find_map(|state| match state {
            State::Failed { failure, .. } => Some(failure.as_ref()),
            _ => None,
        }) {
            return Err(failure.clone());
        }
        let waits = states.len() < self.expected() || states.contains(&&State::Trying);
        if !waits || (self.goal == Goal::Rule && self.is_unconfirmed()) {
            return Ok(());
        }
        if let Some(State::Failed { failure, .. }) = &self.registration {
            return Err(failure.as_ref().clone());
        }
        if let Some(trouble) = &self.trouble {
            return Err(Failure::from_trouble(trouble));
        }
        Err(Failure::new(Fault::TimedOut, NO_ANSWER))
    }

    /// The result when a person ends the command: what still waits for an answer has not failed.
    pub(super) fn result_at_will(&self) -> Result<(), Failure> {
        match self.result() {
            Err(failure) if failure.message == NO_ANSWER => Ok(()),
            result => result,
        }
    }

    fn observe_subscription(&mut self, subscription: &Subscription) {
        let seen = self.subscriptions.entry(subscription.id).or_insert(Seen {
            state: State::Trying,
            active: false,
            notified: false,
        });
        self.active -= usize::from(seen.active);
        self.over -= usize::from(seen.state.is_over());
        self.refused -= usize::from(seen.state.is_refused());
        self.rejected -= usize::from(seen.state.is_rejected());
        seen.state = subscription_state(subscription);
        seen.active = subscription.state == "active";
        let answered = seen.active || subscription.state == "pending" || seen.state == State::Over;
        if answered && !seen.notified {
            seen.notified = true;
            self.notified += 1;
        }
        self.active += usize::from(seen.active);
        self.over += usize::from(seen.state.is_over());
        self.refused += usize::from(seen.state.is_refused());
        self.rejected += usize::from(seen.state.is_rejected());
    }

    fn expected(&self) -> usize {
        match self.goal {
            Goal::Subscriptions(count) | Goal::Fetch(count) => count,
            Goal::Answer => 0,
            Goal::Register | Goal::Publish | Goal::Rule | Goal::Preview | Goal::Permanent => 1,
        }
    }

    fn is_reached(&self) -> bool {
        let expected = self.expected();
        let subscriptions = matches!(self.goal, Goal::Subscriptions(_) | Goal::Fetch(_));
        let single = match self.goal {
            Goal::Register | Goal::Answer => self.registration.as_ref(),
            Goal::Publish => self.publication.as_ref(),
            _ => None,
        };
        match (self.goal, self.until) {
            (Goal::Rule, _) => self.rule == Some(State::Good),
            (Goal::Preview, _) => self.preview == Some(State::Good),
            (Goal::Permanent, _) => self.permanent == Some(State::Good),
            (Goal::Fetch(_), _) if self.all_over_well() => true,
            (_, None) => false,
            (_, Some(Until::Active)) if subscriptions => self.active >= expected,
            (_, Some(Until::FirstNotify)) if subscriptions => self.notified >= expected,
            (_, Some(Until::Terminated)) if subscriptions => {
                let mut all = self.subscriptions.values();
                self.over >= expected && all.all(|seen| seen.state.has_ended())
            }
            (_, Some(Until::Active | Until::FirstNotify)) => single == Some(&State::Good),
            (_, Some(Until::Terminated)) => single == Some(&State::Over),
        }
    }

    fn all_over_well(&self) -> bool {
        self.over >= self.expected()
            && self
                .subscriptions
                .values()
                .all(|seen| seen.state == State::Over)
    }

    /// Nothing will be tried again, or only a password that the server refuses is left to try.
    fn is_hopeless(&self) -> bool {
        if self.registration.as_ref().is_some_and(State::is_refused) {
            return true;
        }
        let dead = |state: &Option<State>| {
            matches!(
                state,
                Some(State::Over | State::Failed { again: false, .. })
            )
        };
        match self.goal {
            Goal::Register | Goal::Answer => dead(&self.registration),
            Goal::Publish => dead(&self.publication),
            Goal::Rule => dead(&self.rule),
            Goal::Preview => dead(&self.preview),
            Goal::Permanent => dead(&self.permanent),
            Goal::Subscriptions(count) | Goal::Fetch(count) => {
                // Who was rejected may be let in later, on the same dialog.
                let settled = self.over - self.rejected.min(self.over);
                settled >= count
                    || (self.until.is_some() && self.over >= count)
                    || (self.until == Some(Until::Active) && self.over > 0)
                    || self.refused > 0
            }
        }
    }
}

impl State {
    fn is_over(&self) -> bool {
        matches!(self, Self::Over | Self::Failed { again: false, .. })
    }

    /// It is over, and nobody has refused anything: by our own wish, or by the notifier's ordinary word.
    fn has_ended(&self) -> bool {
        match self {
            Self::Over => true,
            Self::Failed { failure, again } => !again && failure.fault == Fault::Ended,
            Self::Trying | Self::Good => false,
        }
    }

    /// Somebody does not want to be watched.
    fn is_rejected(&self) -> bool {
        matches!(self, Self::Failed { failure, again: false } if failure.fault == Fault::Refused)
    }

    /// The password was refused, and no other is at hand.
    fn is_refused(&self) -> bool {
        matches!(self, Self::Failed { failure, again: false }
            if failure.fault == Fault::Authentication)
    }
}

fn registration_state(registration: &Registration) -> State {
    match registration.state {
        "registered" => State::Good,
        "unregistered" => State::Over,
        "failed" => failed(
            "could not log in",
            registration.fault,
            registration.reason.as_deref(),
            registration.retry_in_s.is_some(),
        ),
        _ => State::Trying,
    }
}

fn subscription_state(subscription: &Subscription) -> State {
    let what = format!("{} of {}", subscription.package, subscription.resource);
    let reason = subscription.reason.as_deref();
    match subscription.state {
        "pending" | "active" => State::Good,
        "terminated" if subscription.fault.is_none() => State::Over,
        "terminated" => failed(&what, subscription.fault, reason, false),
        // The notifier has asked to come back later.
        "waiting_to_retry" if subscription.fault == Some(Fault::Ended) => State::Good,
        "waiting_to_retry" => failed(&what, subscription.fault, reason, true),
        _ => State::Trying,
    }
}

fn publication_state(publication: &Publication) -> State {
    match publication.state {
        "published" => State::Good,
        "removed" => State::Over,
        "failed" => {
            let (fault, reason) = (publication.fault, publication.reason.as_deref());
            State::Failed {
                failure: Box::new(Failure::of_publishing(fault, reason)),
                again: publication.retry_in_s.is_some(),
            }
        }
        _ => State::Trying,
    }
}

fn permanent_state(publication: &Publication) -> State {
    match publication.state {
        "published" | "removed" => State::Good,
        _ => {
            let what = "the permanent status could not be changed";
            let reason = publication.reason.as_deref();
            State::Failed {
                failure: Box::new(Failure::of_documents(what, publication.fault, reason)),
                again: false,
            }
        }
    }
}

fn rule_state(rule: &Rule) -> State {
    match rule.state {
        "effective" => State::Good,
        "written" => State::Trying,
        _ => {
            let what = format!("the rule about {} could not be written", rule.watcher);
            State::Failed {
                failure: Box::new(Failure::of_rules(&what, rule.fault, rule.reason.as_deref())),
                again: false,
            }
        }
    }
}

fn failed(what: &str, fault: Option<Fault>, reason: Option<&str>, again: bool) -> State {
    State::Failed {
        failure: Box::new(Failure::because(what, fault, reason)),
        again,
    }
}

const NO_ANSWER: &str = "no answer in time";

#[cfg(test)]
mod tests;
