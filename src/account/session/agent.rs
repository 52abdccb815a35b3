//! This device as the presence agent of its account: who asks it is treated as the rules say, and is told what would be
//! published.
//!
//! The rules are those on the XCAP server where one is named and keeps any, and else those on this machine, which are made
//! when somebody asks for the first time, or when something is decided.

use std::time::Duration;

use super::Session;
use crate::account::clock::Now;
use crate::account::config::RulesHere;
use crate::account::event::{Event, Topic, Trouble, Watcher};
use crate::account::job::Job;
use crate::engine::{Identity, Moment, NotifierSpec, Standing, WatcherId};
use crate::rules::{self, Circumstances, Decision, Ruleset};
use crate::store::KeptRules;

impl Session {
    /// Answers whoever asks this device, if that is wanted.
    pub(super) fn answer_watchers(&mut self, now: Now) {
        if !self.config.wants.answer {
            return;
        }
        let spec = Some(NotifierSpec::presence());
        self.engine.answer_subscriptions(now.moment, spec);
        let here = self.kept_rules().is_some_and(|kept| kept.stamp().is_some());
        // Who subscribes to watchers asks for the rules by itself.
        let there = !self.config.settings.xcap_root.is_empty() && !self.config.wants.watchers;
        if here || there {
            self.decisions.expect_rules();
            self.read_kept_rules();
        }
    }

    /// Somebody asks.
    pub(super) fn watcher_came(
        &mut self,
        now: Now,
        id: WatcherId,
        identity: Identity,
        expires_at: Moment,
    ) {
        let until = now.wall_at(expires_at);
        self.agent.come(id, identity, until, now.wall);
        self.look_for_rules(now);
        self.serve(now, Some(id));
    }

    /// Somebody asks for longer.
    pub(super) fn watcher_stayed(&mut self, now: Now, id: WatcherId, expires_at: Moment) {
        self.agent.stay(id, now.wall_at(expires_at));
        self.tell_of_watchers(now);
    }

    /// Somebody asks no longer.
    pub(super) fn watcher_gone(&mut self, now: Now, id: WatcherId, reason: &str) {
        self.agent.go(id, reason);
        self.tell_of_watchers(now);
    }

    /// Treats watchers, or one of them, as the rules say now, and tells them what is so now.
    pub(super) fn serve(&mut self, now: Now, whom: Option<WatcherId>) {
        if !self.agent.is_asked() {
            return;
        }
        let presence = self.publishing.told(now);
        let rules = self.decisions.rules();
        let watchers = self.agent.watchers();
        let treated: Vec<(WatcherId, Standing)> = watchers
            .filter(|(id, _)| whom.is_none_or(|whom| whom == *id))
            .map(|(id, address)| (id, standing(rules, address, &presence, now)))
            .collect();
        for (id, standing) in treated {
            self.agent
                .stand(id, matches!(standing, Standing::Active(_)));
            self.engine.tell_watcher(now.moment, id, standing);
        }
        self.tell_of_watchers(now);
    }

    /// Tells what has changed about those who ask.
    fn tell_of_watchers(&mut self, now: Now) {
        let decisions = &self.decisions;
        let decide = |watcher: &str| decisions.ruling(watcher, now.wall);
        let changed = self.agent.update(&decide, now.wall);
        self.watchers_changed(now, changed);
        self.confirm();
    }

    /// Remembers and reports what has changed about watchers.
    pub(super) fn watchers_changed(&mut self, now: Now, changed: Vec<Watcher>) {
        self.changed |= !changed.is_empty();
        if !self.stopping {
            self.watcher_history.note(&changed, now);
        }
        for watcher in changed {
            self.reports.send(Event::Watcher(watcher));
        }
    }

    /// Reads the rules on this machine where another program has changed them, and makes them where there are none yet.
    pub(super) fn look_for_rules(&mut self, now: Now) {
        let Some(kept) = self.kept_rules() else {
            return;
        };
        self.agent.look_at = Some(now.moment + LOOK_EVERY);
        let stamp = kept.stamp();
        if stamp.is_none() && !self.agent.adopted {
            self.agent.adopted = true;
            self.jobs.push_back(Job::Adopt);
        } else if stamp.is_some() && stamp != self.agent.rules {
            self.read_kept_rules();
        }
    }

    /// Looks for changed rules when it is time, as long as somebody asks.
    pub(super) fn pass_rules(&mut self, now: Now) {
        if self.agent.look_at.is_some_and(|at| at <= now.moment) {
            self.agent.look_at = None;
            if self.agent.is_asked() {
                self.look_for_rules(now);
            }
        }
    }

    fn read_kept_rules(&mut self) {
        self.agent.rules = self.kept_rules().and_then(|kept| kept.stamp());
        self.read_rules();
    }

    /// No server tells of watchers. Where none keeps rules either, those on this machine count; that is found out when
    /// rules are read or written for the next time, at once where a server is named.
    pub(super) fn found_alone(&mut self) {
        if std::mem::replace(&mut self.agent.alone, true)
            || self.config.rules_here == RulesHere::Kept
        {
            return;
        }
        self.jobs.push_back(Job::Alone);
        if !self.config.settings.xcap_root.is_empty() && !self.stopping {
            self.read_rules();
        }
    }

    /// The rules are kept on this machine.
    pub(super) fn rules_are_here(&mut self, now: Now, instead: bool) {
        self.decisions.are_here();
        if instead {
            self.agent.look_at = Some(now.moment + LOOK_EVERY);
            self.reports.send(Event::Error(Trouble {
                code: 0,
                message: "no server keeps presence rules: they are kept on this machine".to_owned(),
                hint: Some(
                    "they count for whoever asks it, as 'siskin watchers --here' shows".to_owned(),
                ),
                topic: Topic::Other,
            }));
        }
    }

    /// The rules on this machine, where they count: no server is named that may have any, or it was found to keep none;
    /// and no server tells of watchers.
    fn kept_rules(&self) -> Option<KeptRules> {
        let named = !self.config.settings.xcap_root.is_empty();
        let elsewhere =
            (named && !self.decisions.is_here()) || self.watchers_supported == Some(true);
        let folder = self.config.rules_in.as_deref().filter(|_| !elsewhere)?;
        Some(KeptRules::of(folder, &self.account))
    }
}

/// How the rules treat a watcher, and what it is told. Without rules it waits.
fn standing(rules: Option<&Ruleset>, address: &str, presence: &[u8], now: Now) -> Standing {
    let at = Circumstances {
        now: now.wall,
        sphere: None,
    };
    let who = rules::Watcher::new(address);
    let preview = rules
        .zip(who)
        .and_then(|(rules, who)| rules.preview(&who, &at, presence).ok());
    let Some(preview) = preview else {
        return Standing::Pending;
    };
    match (preview.decides.maximum, preview.document) {
        (Decision::Block, _) => Standing::Rejected,
        (Decision::Allow | Decision::PoliteBlock, Some(document)) => {
            Standing::Active(document.into_bytes().into())
        }
        _ => Standing::Pending,
    }
}

/// How often it is looked whether another program has changed the rules.
const LOOK_EVERY: Duration = Duration::from_secs(2);
