//! The presence rules as they are known: what they mean for watchers, and when that changes.

use std::path::PathBuf;
use std::sync::Arc;

use super::Session;
use crate::account::address;
use crate::account::cause::{DocumentCause, UnusableDocument};
use crate::account::clock::Now;
use crate::account::event::{Event, Preview, Sight, Topic, Trouble};
use crate::account::job::{Job, JobResult};
use crate::account::plain;
use crate::account::rules_state::RulesState;
use crate::account::subject::Content;
use crate::package::{Body, presence};
use crate::rules::{self, Circumstances, Ruleset, Watcher};
use crate::store;

impl Session {
    /// Takes what an XCAP job brought.
    pub(in crate::account) fn job_done(&mut self, now: Now, result: JobResult) {
        self.changed = true;
        let is_back = result.went_well();
        self.take(now, result);
        if is_back {
            // What waits for the server waits no longer, whichever document it is about.
            self.again.reset();
            self.try_again();
        }
    }

    fn take(&mut self, now: Now, result: JobResult) {
        let result = match result {
            JobResult::Held {
                auid,
                etag,
                content,
            } => return self.held(auid, etag, content),
            JobResult::RulesHere { instead } => return self.rules_are_here(now, instead),
            JobResult::Permanent(wish, result) => return self.permanent_told(&wish, &result),
            JobResult::Merged(result) => {
                return self.buddies_merged(now, result.map(|merged| *merged));
            }
            JobResult::Offered(result) => return self.group_offered(result),
            result => result,
        };
        let read = matches!(result, JobResult::Fetched(_) | JobResult::Renewed(_));
        let told = self.decisions.done(result, now);
        if told.waits {
            self.again.later(now.moment);
        }
        if told.fetch {
            self.jobs.push_back(Job::Fetch);
        }
        for rule in told.rules {
            self.reports.send(Event::Rule(rule));
        }
        if let Some(trouble) = told.trouble {
            self.trouble(trouble);
        }
        if read {
            self.answer_previews(now);
        }
        if told.rules_changed {
            self.troubles.retain(|trouble| {
                !matches!(trouble.topic, Topic::Rules(..) | Topic::RulesNotRenewed(..))
            });
            self.rules_turned(now, told.confirm);
        }
    }

    /// The rules mean something else now, for they were changed or a validity has begun or ended.
    pub(super) fn rules_turned(&mut self, now: Now, confirm: bool) {
        if self.decisions.want_tidying(now.wall) {
            self.jobs.push_back(Job::Tidy);
        }
        let decisions = &self.decisions;
        let decide = |watcher: &str| decisions.decision(watcher, now.wall);
        self.watcher_history.judge(&decide, now);
        let decide = |watcher: &str| decisions.ruling(watcher, now.wall);
        let mut refresh = Vec::new();
        for subject in self.subjects.iter_mut().flatten() {
            if let Content::Watchers(view) = &mut subject.content {
                for watcher in view.rules_changed(&decide, now.wall) {
                    self.reports.send(Event::Watcher(watcher));
                }
                refresh.extend(subject.engine);
            }
        }
        for watcher in self.agent.rules_changed(&decide, now.wall) {
            self.reports.send(Event::Watcher(watcher));
        }
        self.serve(now, None);
        if confirm {
            // The NOTIFY that shows it may have come before the answer to the PUT.
            self.confirm();
            // Servers that say nothing about an approval still show it in a full list (XC-012).
            for id in refresh {
                self.engine.refresh(now.moment, id);
            }
        }
    }

    /// Tells what a watcher sees, as soon as the rules are known.
    pub(super) fn preview(&mut self, now: Now, watcher: &str) {
        let watcher = match address::resolve(watcher, &self.account) {
            Ok(watcher) => address::compared(&watcher),
            Err(error) => return self.usage_trouble(&error.to_string()),
        };
        if self.previews.len() < MAX_PREVIEWS {
            self.previews.push(watcher);
        }
        if self.decisions.rules().is_some() {
            self.answer_previews(now);
        } else if self.decisions.ask_again() {
            self.jobs.push_back(Job::Fetch);
        }
    }

    /// A version of a document was read or written.
    fn held(&mut self, auid: &'static str, etag: Option<String>, content: Vec<u8>) {
        if auid == rules::AUID {
            self.decisions.is_versioned(etag.is_some());
        }
        if let Some(etag) = etag {
            self.hold(auid, &etag, content);
        }
    }

    /// Keeps a copy of rules that cannot be used; whether there is one now.
    pub(super) fn keep_rules(&mut self) -> Option<Arc<UnusableDocument>> {
        let RulesState::Failed(_, DocumentCause::Unusable(rules)) = self.decisions.state() else {
            return None;
        };
        let kept = self.keep_document("presence-rules", &rules.bytes);
        let done = kept.is_ok();
        self.rules_copy = Some(kept);
        done.then_some(rules)
    }

    /// Keeps a copy of a document in the profile's folder; where it is.
    pub(super) fn keep_document(&self, name: &str, bytes: &[u8]) -> Result<PathBuf, String> {
        match &self.config.keep_in {
            Some(folder) => {
                store::keep_copy(folder, name, "xml", bytes).map_err(|error| error.to_string())
            }
            None => Err("there is no folder to keep it in".to_owned()),
        }
    }

    /// Begins with no rules once a copy of those that cannot be used is kept.
    pub(super) fn renew_rules(&mut self) {
        if let Some(rules) = self.keep_rules() {
            self.jobs.push_back(Job::Renew(rules.bytes.clone()));
        }
    }

    fn answer_previews(&mut self, now: Now) {
        let asked = std::mem::take(&mut self.previews);
        // Where they could not be read that was told.
        let Some(rules) = self.decisions.rules() else {
            return;
        };
        let presence = self.publishing.sample(now);
        let languages: Vec<&str> = self.config.languages.iter().map(String::as_str).collect();
        let answers: Vec<_> = asked
            .iter()
            .map(|watcher| preview(rules, watcher, &presence, &languages, now))
            .collect();
        for answer in answers {
            match answer {
                Ok(preview) => {
                    self.preview = Some(preview.clone());
                    self.reports.send(Event::Preview(preview));
                }
                Err(message) => self.trouble(Trouble {
                    code: crate::account::Fault::Other.code(),
                    message,
                    hint: None,
                    topic: Topic::Other,
                }),
            }
        }
    }
}

fn preview(
    rules: &Ruleset,
    watcher: &str,
    presence: &[u8],
    languages: &[&str],
    now: Now,
) -> Result<Preview, String> {
    let who = Watcher::new(watcher).ok_or_else(|| format!("no rule can be about {watcher}"))?;
    let at = Circumstances {
        now: now.wall,
        sphere: None,
    };
    let preview = rules
        .preview(&who, &at, presence)
        .map_err(|error| error.to_string())?;
    Ok(Preview {
        watcher: watcher.to_owned(),
        decision: preview.decides.maximum.token().to_owned(),
        decision_by_order: preview.decides.first.token().to_owned(),
        rules: preview.rules,
        shows: preview.disclosure.map(rules::Disclosure::token),
        grounds: rules.grounds(&who, &at),
        sees: preview
            .document
            .as_deref()
            .and_then(|document| sight(document, languages, now)),
        document: preview.document,
    })
}

/// What a document says to whoever reads it.
fn sight(document: &str, languages: &[&str], now: Now) -> Option<Sight> {
    let body = Body::new(presence::CONTENT_TYPE, document.as_bytes());
    let document = presence::Document::parse(&body).ok()?;
    let shown = presence::compose(&document, languages, now.wall);
    Some(Sight {
        status: shown.status,
        note: shown.note.map(|note| plain(&note).into_owned()),
        devices: shown.devices.len(),
    })
}

/// Questions that may wait for the rules.
const MAX_PREVIEWS: usize = 20;
