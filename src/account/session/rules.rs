//! The presence rules as they are known: what they mean for watchers, and when that changes.

use super::Session;
use crate::account::address;
use crate::account::clock::Now;
use crate::account::event::{Event, Preview, Topic, Trouble};
use crate::account::job::{Job, JobResult};
use crate::account::subject::Content;
use crate::rules::{Circumstances, Ruleset, Watcher};

impl Session {
    /// Takes what an XCAP job brought.
    pub(in crate::account) fn job_done(&mut self, now: Now, result: JobResult) {
        self.changed = true;
        let result = match result {
            JobResult::Held {
                auid,
                etag,
                content,
            } => return self.hold(auid, &etag, content),
            JobResult::Permanent(wish, result) => return self.permanent_told(&wish, &result),
            JobResult::Merged(result) => {
                return self.buddies_merged(now, result.map(|merged| *merged));
            }
            JobResult::Offered(result) => return self.group_offered(result),
            result => result,
        };
        let read = matches!(result, JobResult::Fetched(_));
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
            self.troubles
                .retain(|trouble| !matches!(trouble.topic, Topic::Rules(_)));
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
        let mut refresh = Vec::new();
        for subject in self.subjects.iter_mut().flatten() {
            if let Content::Watchers(view) = &mut subject.content {
                for watcher in view.rules_changed(&decide, now.wall) {
                    self.reports.send(Event::Watcher(watcher));
                }
                refresh.extend(subject.engine);
            }
        }
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

    fn answer_previews(&mut self, now: Now) {
        let asked = std::mem::take(&mut self.previews);
        // Where they could not be read that was told.
        let Some(rules) = self.decisions.rules() else {
            return;
        };
        let presence = self.publishing.sample(now);
        let answers: Vec<_> = asked
            .iter()
            .map(|watcher| preview(rules, watcher, &presence, now))
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

fn preview(rules: &Ruleset, watcher: &str, presence: &[u8], now: Now) -> Result<Preview, String> {
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
        shows: preview.disclosure.map(crate::rules::Disclosure::token),
        document: preview.document,
    })
}

/// Questions that may wait for the rules.
const MAX_PREVIEWS: usize = 20;
