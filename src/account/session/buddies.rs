//! The list of buddies: changed by the user, and brought together with the server's.

use std::collections::BTreeSet;

use super::Session;
use crate::account::buddies::{BuddyEdit, ListState};
use crate::account::cause::DocumentCause;
use crate::account::clock::Now;
use crate::account::event::{BuddyReport, Event, Topic, Trouble};
use crate::account::job::{Job, JobFault, MergedList, Offer};
use crate::account::{address, plain};

impl Session {
    /// Does what the user wants with the list.
    pub(super) fn edit_buddies(&mut self, now: Now, edits: &[BuddyEdit]) {
        let before = self.buddies.list().revision;
        for edit in edits {
            if let BuddyEdit::Put { buddy, .. } = edit
                && let Err(error) = address::uri(&buddy.address, &self.account)
            {
                self.usage_trouble(&error.to_string());
                continue;
            }
            self.buddies.edit(edit);
        }
        if self.buddies.list().revision == before {
            return;
        }
        self.list_changed(now);
        self.merge_buddies();
        self.report_buddies();
    }

    /// Brings the list and the server's together, where there is a server.
    pub(super) fn merge_buddies(&mut self) {
        if let Some(wish) = self.buddies.merge() {
            self.jobs.push_back(Job::Merge(Box::new(wish)));
        }
    }

    /// A merge is done.
    pub(super) fn buddies_merged(&mut self, now: Now, result: Result<MergedList, JobFault>) {
        for dangling in result.iter().flat_map(|merged| &merged.dangling) {
            tracing::info!(%dangling, "a reference in the list of buddies leads nowhere");
        }
        let before = self.buddies.list().revision;
        let again = self.buddies.merged(result);
        let failed = self.buddies.list().fault.is_some();
        if let Some(document) = self.renewing.take().filter(|_| failed)
            && !matches!(self.buddies.list().cause, DocumentCause::Unusable(_))
        {
            self.buddies.still_unusable(document);
        }
        if self.buddies.list().revision != before {
            self.list_changed(now);
        }
        self.troubles
            .retain(|trouble| !matches!(trouble.topic, Topic::Buddies(..)));
        self.changed = true;
        self.report_buddies();
        if failed {
            self.buddies_failed(now);
        } else {
            for conflict in self.buddies.list().conflicts.clone() {
                self.trouble(Trouble {
                    code: 0,
                    message: plain(&conflict.to_string()).into_owned(),
                    hint: None,
                    topic: Topic::BuddyConflict(Box::new(conflict)),
                });
            }
        }
        if again {
            self.merge_buddies();
        }
    }

    /// Keeps a copy of what lies on the server in the place of the list and cannot be used, and only then puts the list
    /// there.
    pub(super) fn renew_buddies(&mut self) {
        let DocumentCause::Unusable(document) = &self.buddies.list().cause else {
            return;
        };
        let kept = self.keep_document("resource-lists", &document.bytes);
        let done = kept.is_ok();
        self.list_copy = Some(kept);
        if let Some((wish, document)) = done.then(|| self.buddies.renew()).flatten() {
            self.jobs
                .push_back(Job::RenewList(Box::new(wish), document.bytes.clone()));
            self.renewing = Some(document);
        }
        self.report_buddies();
    }

    /// The list server is to watch a group.
    pub(super) fn offer_group(&mut self, address: &str, group: Option<String>) {
        match address::resolve(address, &self.account) {
            Ok(address) => self.jobs.push_back(Job::Offer(Offer { address, group })),
            Err(error) => self.usage_trouble(&error.to_string()),
        }
    }

    /// The list server watches a group, or does not.
    pub(super) fn group_offered(&mut self, result: Result<String, JobFault>) {
        match result {
            Ok(address) => self.reports.send(Event::Offered { address }),
            Err(fault) => self.trouble(Trouble {
                code: fault.fault.code(),
                message: format!("the list is not offered: {}", plain(&fault.message)),
                hint: None,
                topic: Topic::Other,
            }),
        }
    }

    fn buddies_failed(&mut self, now: Now) {
        let list = self.buddies.list();
        let (Some(reason), Some(fault)) = (list.reason.clone(), list.fault) else {
            return;
        };
        let waits = list.state == ListState::Waiting;
        let list_cause = list.cause.clone();
        if waits {
            self.again.later(now.moment);
        }
        self.trouble(Trouble {
            code: fault.code(),
            message: format!("the list of buddies is not on the server: {reason}"),
            hint: waits.then(|| "it is kept here, and tried again".to_owned()),
            topic: Topic::Buddies(fault, list_cause),
        });
    }

    /// Other people are on the list than before: they are watched, and those who are gone are not.
    pub(super) fn list_changed(&mut self, now: Now) {
        self.changed = true;
        if !self.config.wants.buddies {
            return;
        }
        let list = self.buddies.shown();
        let watched = || list.buddies.iter().filter(|buddy| !buddy.paused);
        let keys = watched().map(|buddy| address::compared(&buddy.address));
        let keys: BTreeSet<String> = keys.collect();
        let gone: Vec<String> = self.listed.difference(&keys).cloned().collect();
        for address in gone {
            self.unwatch(now, &address);
            self.unwatch_dialogs(now, &address);
        }
        for buddy in watched() {
            self.watch(now, &buddy.address);
            if buddy.calls {
                self.watch_dialogs(now, &buddy.address, None);
            }
        }
        self.listed = keys;
    }

    fn report_buddies(&mut self) {
        let copy = self.list_copy.clone();
        let report = BuddyReport::new(&self.account, self.buddies.list(), copy);
        self.reports.send(Event::Buddies(Box::new(report)));
    }
}
