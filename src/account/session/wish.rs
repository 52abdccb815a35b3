//! What the user wants, turned into subscriptions, publications and jobs.

use std::sync::Arc;

use jiff::Timestamp;

use super::{PasswordState, Session, views};
use crate::account::address;
use crate::account::clock::Now;
use crate::account::command::{Command, Part, RawSubscription};
use crate::account::decide::Wish;
use crate::account::dialogs::DialogsView;
use crate::account::event::{Event, Fault, Topic, Trouble};
use crate::account::job::Job;
use crate::account::lists::ListView;
use crate::account::messages::MessagesView;
use crate::account::own::Choice;
use crate::account::presence::PresenceView;
use crate::account::subject::{Content, Raw, Subject};
use crate::account::watchers::WatchersView;
use crate::engine;
use crate::package::dialog_info::Filter;
use crate::rules::{Decision, Disclosure};
use crate::sip::Uri;

impl Session {
    /// Does what the user wants.
    pub(in crate::account) fn command(&mut self, now: Now, command: Command) {
        self.changed = true;
        match command {
            Command::Watch { address } => self.watch(now, &address),
            Command::WatchList { address } => self.watch_list(now, &address),
            Command::Unwatch { address } => self.unwatch(now, &address),
            Command::WatchMessages { mailbox } => self.watch_messages(now, mailbox.as_deref()),
            Command::WatchWatchers => self.watch_watchers(now),
            Command::WatchDocuments => self.watch_documents(now),
            Command::WatchDialogs { address, dialog } => {
                self.watch_dialogs(now, &address, dialog);
            }
            Command::UnwatchDialogs { address } => self.unwatch_dialogs(now, &address),
            Command::Subscribe(raw) => self.subscribe_raw(now, raw),
            Command::SetStatus {
                status,
                note,
                until,
            } => self.set_status(now, Choice { status, note }, until),
            Command::Input(input) => self.set_input(now, input),
            Command::Permanent(wish) => self.permanent(wish),
            Command::Decide {
                watcher,
                decision,
                valid_until,
                shows,
            } => self.decide(now, vec![watcher], (decision, valid_until, shows)),
            Command::DecideAll {
                watchers,
                decision,
                valid_until,
                shows,
            } => self.decide(now, watchers, (decision, valid_until, shows)),
            Command::ReportHealth => {
                let health = self.health(now);
                for one in &health {
                    self.reports.send(Event::Health(Box::new(one.clone())));
                }
                self.told_health = Arc::new(health);
            }
            Command::EditBuddies(edits) => self.edit_buddies(now, &edits),
            Command::MergeBuddies => self.merge_buddies(),
            Command::OfferGroup { address, group } => self.offer_group(&address, group),
            Command::Preview { watcher } => self.preview(now, &watcher),
            Command::ForgetWatchers => self.watcher_history.forget(),
            Command::KeepRules => drop(self.keep_rules()),
            Command::RenewRules => self.renew_rules(),
            Command::RenewBuddies => self.renew_buddies(),
            Command::Refresh(part) => self.refresh(now, part),
            Command::Resubscribe { id } => {
                if let Some(id) = self.subscription_of(id) {
                    self.engine.resubscribe(now.moment, id);
                }
            }
            Command::Retry => {
                self.engine.retry_now(now.moment);
                self.try_again();
                if self.decisions.wants_rules() {
                    self.jobs.push_back(Job::Fetch);
                }
            }
            // Whom to trust is known to the network; what failed is tried again.
            Command::TrustCertificate { .. } => self.command(now, Command::Retry),
            // What is open was trusted in another way than the next connection.
            Command::DistrustCertificate(_) => self.command(now, Command::NetworkChanged),
            Command::NetworkChanged => {
                self.engine
                    .handle_input(now.moment, engine::Input::NetworkChanged);
                self.try_again();
            }
            Command::Password(password) => {
                self.password = PasswordState::Fine;
                self.jobs.push_back(Job::Password(password.clone()));
                if self.buddies.list().fault == Some(Fault::Authentication) {
                    self.merge_buddies();
                }
                self.engine.set_password(now.moment, password);
                if self.is_registered() {
                    // The next refresh would be too late to find out that it is wrong.
                    self.password = PasswordState::Untried;
                    self.engine.register(now.moment, self.config.expires_s);
                }
                if self.decisions.wants_rules() {
                    self.jobs.push_back(Job::Fetch);
                }
            }
            Command::LogOut => self.stop(now),
        }
    }

    /// Refreshes one of what the account keeps alive.
    fn refresh(&mut self, now: Now, part: Part) {
        match part {
            Part::Registration if self.config.register => {
                self.engine.register(now.moment, self.config.expires_s);
            }
            Part::Registration => {}
            Part::Publication => self.publishing.refresh(&mut self.engine, now),
            Part::Subscription(number) => {
                if let Some(id) = self.subscription_of(number) {
                    self.engine.look_after(now.moment, id);
                }
            }
        }
    }

    /// The engine's name for the subscription of this number, while it is wanted and has begun.
    fn subscription_of(&self, number: u32) -> Option<engine::SubscriptionId> {
        let mut subjects = self.subjects.iter().flatten();
        let subject = subjects.find(|subject| subject.number == number && subject.wanted)?;
        subject.engine
    }

    /// Writes a decision about some watchers.
    fn decide(
        &mut self,
        now: Now,
        watchers: Vec<String>,
        (decision, valid_until, shows): (Decision, Option<Timestamp>, Disclosure),
    ) {
        let mut wishes = Vec::new();
        for watcher in watchers {
            let watcher = match address::resolve_watcher(&watcher, &self.account) {
                Ok(watcher) => watcher,
                Err(error) => {
                    let why = error.to_string();
                    self.decisions.refuse(&watcher, decision, &why);
                    self.usage_trouble(&why);
                    continue;
                }
            };
            wishes.push(Wish {
                was: self.decisions.decision(&watcher, now.wall),
                waited: false,
                watcher,
                decision,
                valid_until,
                shows,
                listed: false,
            });
        }
        self.decisions.begin(&wishes);
        // Who watches now is worth knowing before a rule changes it.
        if self.expects_watchers() {
            self.decisions.hold(wishes, now);
            return;
        }
        let views = views(&self.subjects, &self.agent);
        for wish in &mut wishes {
            wish.listed_in(&views);
        }
        self.write(wishes);
    }

    /// Writes wishes into the rules, some with one request.
    pub(super) fn write(&mut self, mut wishes: Vec<Wish>) {
        while !wishes.is_empty() {
            let rest = wishes.split_off(wishes.len().min(TOGETHER));
            self.jobs.push_back(Job::Edit(wishes));
            wishes = rest;
        }
    }

    /// Unsubscribes, unpublishes and unregisters.
    pub(in crate::account) fn stop(&mut self, now: Now) {
        if std::mem::replace(&mut self.stopping, true) {
            return;
        }
        for subject in self.subjects.iter_mut().flatten() {
            subject.wanted = false;
        }
        self.watcher_history.save();
        self.engine.stop(now.moment);
    }

    pub(super) fn watch(&mut self, now: Now, input: &str) {
        let uri = match address::uri(input, &self.account) {
            Ok(uri) => uri,
            Err(error) => return self.usage_trouble(&error.to_string()),
        };
        let key = address::key(&uri);
        if self.presentities.contains_key(&key) {
            return;
        }
        let view = PresenceView::of(&self.config.settings, &key);
        let content = Content::Presence(view, false);
        let index = self.add(now, uri, content);
        self.presentities.insert(key, index);
    }

    fn watch_list(&mut self, now: Now, input: &str) {
        let uri = match address::uri(input, &self.account) {
            Ok(uri) => uri,
            Err(error) => return self.usage_trouble(&error.to_string()),
        };
        if self.config.settings.anonymous {
            let why = "the server asks everybody on a list in the name of the account";
            return self.misused(
                why,
                "watch the addresses without --rls, or without --anonymous",
            );
        }
        let key = address::key(&uri);
        if self.lists.contains_key(&key) {
            return;
        }
        let content = Content::List(Box::new(ListView::new(&key)));
        let index = self.add(now, uri, content);
        self.lists.insert(key, index);
    }

    pub(super) fn unwatch(&mut self, now: Now, input: &str) {
        let Ok(uri) = address::uri(input, &self.account) else {
            return;
        };
        let Some(index) = self.presentities.remove(&address::key(&uri)) else {
            return;
        };
        let Some(subject) = self.subjects.get_mut(index).and_then(Option::as_mut) else {
            return;
        };
        subject.wanted = false;
        match subject.engine {
            Some(id) => self.engine.unsubscribe(now.moment, id),
            None => self.subjects[index] = None,
        }
        self.tell_lists(&address::key(&uri));
    }

    pub(super) fn watch_messages(&mut self, now: Now, mailbox: Option<&str>) {
        let uri = match mailbox {
            None => self.uri.clone(),
            Some(mailbox) => match address::uri(mailbox, &self.account) {
                Ok(uri) => uri,
                Err(error) => return self.usage_trouble(&error.to_string()),
            },
        };
        let key = address::key(&uri);
        let known = self.subjects.iter().flatten().any(|subject| {
            matches!(subject.content, Content::Messages(_)) && address::key(&subject.uri) == key
        });
        if !known {
            let view = MessagesView::new(&self.account, &key);
            self.add(now, uri, Content::Messages(Box::new(view)));
        }
    }

    pub(super) fn watch_watchers(&mut self, now: Now) {
        let known = self
            .subjects
            .iter()
            .flatten()
            .any(|subject| matches!(subject.content, Content::Watchers(_)));
        if known {
            return;
        }
        let view = WatchersView::new();
        self.add(now, self.uri.clone(), Content::Watchers(Box::new(view)));
        if !self.config.settings.xcap_root.is_empty() {
            self.decisions.expect_rules();
            self.jobs.push_back(Job::Fetch);
        }
    }

    pub(super) fn watch_dialogs(&mut self, now: Now, input: &str, dialog: Option<Filter>) {
        let uri = match address::uri(input, &self.account) {
            Ok(uri) => uri,
            Err(error) => return self.usage_trouble(&error.to_string()),
        };
        let key = address::key(&uri);
        let known = self.subjects.iter().flatten().any(|subject| {
            subject.wanted
                && matches!(&subject.content, Content::Dialogs(view) if view.filter() == dialog.as_ref())
                && address::key(&subject.uri) == key
        });
        if !known {
            let view = DialogsView::new(&key, dialog);
            self.add(now, uri, Content::Dialogs(Box::new(view)));
        }
    }

    pub(super) fn unwatch_dialogs(&mut self, now: Now, input: &str) {
        let Ok(uri) = address::uri(input, &self.account) else {
            return;
        };
        let key = address::key(&uri);
        for slot in &mut self.subjects {
            let Some(subject) = slot.as_mut().filter(|subject| {
                matches!(subject.content, Content::Dialogs(_)) && address::key(&subject.uri) == key
            }) else {
                continue;
            };
            subject.wanted = false;
            match subject.engine {
                Some(id) => self.engine.unsubscribe(now.moment, id),
                None => *slot = None,
            }
        }
    }

    fn subscribe_raw(&mut self, now: Now, raw: RawSubscription) {
        let uri = match address::uri(&raw.address, &self.account) {
            Ok(uri) => uri,
            Err(error) => return self.usage_trouble(&error.to_string()),
        };
        let rates = match raw.rates() {
            Ok(rates) => rates,
            Err(error) => return self.misused(&error.to_string(), "write it like max-rate=0.2"),
        };
        let content = Content::Raw(Box::new(Raw {
            package: raw.package.clone(),
            fetch: raw.fetch,
            rates,
            request: raw,
        }));
        self.add(now, uri, content);
    }

    pub(super) fn add(&mut self, now: Now, uri: Uri, content: Content) -> usize {
        let index = self.subjects.len();
        let number = u32::try_from(index + 1).unwrap_or(u32::MAX);
        self.subjects.push(Some(Subject::new(number, uri, content)));
        self.start(now, index);
        index
    }

    pub(super) fn usage_trouble(&mut self, message: &str) {
        self.misused(message, "write it like sip:bob@example.com");
    }

    pub(super) fn misused(&mut self, message: &str, hint: &str) {
        self.trouble(Trouble {
            code: 2,
            message: message.to_owned(),
            hint: Some(hint.to_owned()),
            topic: Topic::Other,
        });
    }
}

/// Wishes that are written with one request.
const TOGETHER: usize = 50;
