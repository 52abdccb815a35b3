//! The snapshot: made from the session, at most as often as a screen can show it.

use std::collections::HashSet;
use std::sync::Arc;

use super::clock::Now;
use super::event::Watcher;
use super::session::Session;
use super::snapshot::{Connection, DialogsState, MailboxState, Snapshot};
use super::subject::Content;

impl Session {
    /// The whole state at this moment. Costs a pointer for each presentity that has not changed.
    pub(super) fn snapshot(&mut self, now: Now) -> Snapshot {
        let mut buddies = Vec::new();
        let mut mailboxes = Vec::new();
        let mut watchers: Vec<Watcher> = Vec::new();
        let mut watchers_stale = false;
        let mut dialogs = Vec::new();
        for subject in self.subjects.iter_mut().flatten().filter(|s| s.wanted) {
            if let Some(buddy) = subject.buddy(now) {
                buddies.push(buddy);
                continue;
            }
            match &subject.content {
                Content::Messages(view) => {
                    let before = mailboxes.len();
                    mailboxes.extend(view.shown().map(|messages| MailboxState {
                        messages: Some(messages.clone()),
                        subscription: subject.subscription(now),
                    }));
                    if mailboxes.len() == before {
                        mailboxes.push(MailboxState {
                            messages: None,
                            subscription: subject.subscription(now),
                        });
                    }
                }
                Content::Watchers(view) => {
                    watchers_stale |= view.is_stale();
                    watchers.extend(view.shown(now.wall));
                }
                Content::Dialogs(view) => {
                    let subscription = subject.subscription(now);
                    dialogs.push(DialogsState {
                        address: subscription.resource.clone(),
                        indicator: view.indicator(),
                        calls: view.shown(now.wall),
                        stale: view.is_stale(),
                        waiting_for_approval: view.is_pending(),
                        subscription,
                    });
                }
                Content::Presence(..)
                | Content::List(_)
                | Content::Documents(_)
                | Content::Raw(_) => {}
            }
        }
        // Whoever a server tells of is shown once.
        let told: HashSet<String> = watchers.iter().map(|it| it.watcher.clone()).collect();
        let here = self.agent.shown(now.wall).into_iter();
        watchers.extend(here.filter(|watcher| !told.contains(&watcher.watcher)));
        buddies.extend(self.listed(now));
        let own = self.publishing.chosen();
        Snapshot {
            account: self.account.clone(),
            distrusted: Arc::clone(&self.distrusted),
            connection: self.connection(now),
            registration: self.registration(now),
            own_status: own.current().status.clone(),
            own_note: own.current().note.clone(),
            own_until: own.until(),
            own_away: self.publishing.is_away(),
            permanent: self.permanent.clone(),
            publication: self.publishing.publication(now),
            buddies,
            list: self.buddies.shown(),
            mailboxes,
            dialogs,
            watchers,
            watchers_stale,
            past_watchers: self.watcher_history.shown(),
            watchers_supported: if self.agent.is_asked() {
                Some(true)
            } else {
                self.watchers_supported
            },
            rules: self.decisions.last().cloned().collect(),
            wide: self.decisions.wide(),
            preview: self.preview.clone(),
            rules_state: self.decisions.state(),
            rules_copy: self.rules_copy.clone(),
            list_copy: self.list_copy.clone(),
            troubles: self.troubles.iter().cloned().collect(),
            health: Arc::clone(&self.told_health),
            trace: self.trace.clone(),
            bad_input: self.bad_input.total(),
        }
    }

    /// What is left when the account has ended: what was known, none of it live.
    pub(super) fn last_snapshot(&mut self, now: Now, connection: Connection) -> Snapshot {
        for subject in self.subjects.iter_mut().flatten() {
            subject.wanted = true;
        }
        Snapshot {
            connection,
            ..self.snapshot(now)
        }
    }
}
