//! Decisions that are not in the rules yet: on their way, waiting for the server, or waiting for the user because
//! another device has decided otherwise meanwhile. Where there is a profile they outlive the program.

use std::collections::BTreeSet;
use std::io;
use std::path::Path;

use super::decide::Wish;
use super::event::{Fault, Rule};
use super::job::JobFault;
use crate::rules::{Decision, Disclosure};
use crate::store::{Journal, KeptDecision};

/// The decisions of one account that are not written yet.
#[derive(Debug, Default)]
pub(super) struct Pending {
    journal: Journal,
    /// Watchers whose decisions are on their way.
    sent: BTreeSet<String>,
}

impl Pending {
    /// What was left by an earlier run in this folder, and what was wrong with it.
    pub(super) fn open(folder: &Path, account: &str) -> (Self, Option<io::Error>) {
        let (journal, fault) = Journal::open(folder, account);
        let pending = Self {
            journal,
            sent: BTreeSet::new(),
        };
        (pending, fault)
    }

    /// The user has decided.
    pub(super) fn begin(&mut self, wishes: &[Wish]) {
        self.sent
            .extend(wishes.iter().map(|wish| wish.watcher.clone()));
        if self.journal.is_kept() {
            tell(self.journal.put(wishes.iter().map(kept)));
        }
    }

    /// They are in the rules.
    pub(super) fn written<'a>(&mut self, wishes: impl Iterator<Item = &'a Wish>) {
        let mut over = BTreeSet::new();
        for wish in wishes {
            self.sent.remove(&wish.watcher);
            // The user may have decided anew meanwhile.
            if self.find(&wish.watcher) == Some(&kept(wish)) {
                over.insert(wish.watcher.as_str());
            }
        }
        tell(self.journal.remove(|watcher| over.contains(watcher)));
    }

    /// It could not be written. What the user is told: that it waits, or why it is no longer tried.
    pub(super) fn failed(&mut self, wish: &Wish, fault: &JobFault) -> &'static str {
        self.sent.remove(&wish.watcher);
        let decision = kept(wish);
        let ours = self.find(&wish.watcher) == Some(&decision);
        if let (true, Some(stands)) = (ours, fault.stands) {
            tell(self.journal.put([KeptDecision {
                against: stands.token().to_owned(),
                ..decision
            }]));
        } else if ours && fault.again {
            return "waiting";
        } else if ours {
            tell(self.journal.remove(|watcher| watcher == wish.watcher));
        }
        if fault.conflict { "conflict" } else { "failed" }
    }

    /// What waits for the server and is not on its way; from now on it is.
    pub(super) fn due(&mut self) -> Vec<Wish> {
        let waiting = self.journal.decisions().iter();
        let wishes: Vec<Wish> = waiting
            .filter(|kept| kept.against.is_empty() && !self.sent.contains(&kept.watcher))
            .filter_map(wish)
            .collect();
        self.sent
            .extend(wishes.iter().map(|wish| wish.watcher.clone()));
        wishes
    }

    /// What waits for the user, because another device has decided otherwise.
    pub(super) fn conflicts(&self) -> Vec<Rule> {
        let kept = self.journal.decisions().iter();
        kept.filter_map(|kept| {
            let stands = Decision::from_token(&kept.against)?;
            let reason = Some(overtaken(stands));
            Some(wish(kept)?.rule("conflict", reason, Some(Fault::Other)))
        })
        .collect()
    }

    fn find(&self, watcher: &str) -> Option<&KeptDecision> {
        let mut kept = self.journal.decisions().iter();
        kept.find(|kept| kept.watcher == watcher)
    }
}

/// What people are told when another device was faster.
pub(super) fn overtaken(stands: Decision) -> String {
    format!("another device has decided '{stands}' meanwhile")
}

fn kept(wish: &Wish) -> KeptDecision {
    KeptDecision {
        watcher: wish.watcher.clone(),
        decision: wish.decision.token().to_owned(),
        valid_until: wish
            .valid_until
            .map_or_else(String::new, |until| until.to_string()),
        shows: wish.shows.token().to_owned(),
        was: wish.was.token().to_owned(),
        against: String::new(),
    }
}

/// `None` for what a person has written into the file that is no decision.
fn wish(kept: &KeptDecision) -> Option<Wish> {
    Some(Wish {
        watcher: kept.watcher.clone(),
        decision: Decision::from_token(&kept.decision)?,
        valid_until: match kept.valid_until.as_str() {
            "" => None,
            until => Some(until.parse().ok()?),
        },
        shows: Disclosure::from_token(&kept.shows)?,
        listed: false,
        was: Decision::from_token(&kept.was)?,
        waited: true,
    })
}

fn tell(written: io::Result<()>) {
    if let Err(error) = written {
        tracing::warn!(%error, "a decision is kept only until the program ends");
    }
}
