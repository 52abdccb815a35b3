//! The presence rules: read, edited, tidied.

use jiff::Timestamp;

use super::{Worker, unusable, unusable_document};
use crate::account::decide::{Wish, target};
use crate::account::job::JobFault;
use crate::account::pending::overtaken;
use crate::rules::{self, Circumstances, Edited, Ruleset, Target};

impl Worker {
    pub(super) async fn fetch(&mut self) -> Result<Option<Ruleset>, JobFault> {
        let client = self.client().await?;
        let document = client
            .fetch(rules::AUID, rules::DOCUMENT)
            .await
            .map_err(|error| self.fault(&error))?;
        if let Some(document) = &document {
            self.hold(rules::AUID, document.etag.clone(), &document.bytes);
        }
        document.map(|document| read(&document.bytes)).transpose()
    }

    /// Begins with no rules, if what lies on the server is still `unusable`.
    pub(super) async fn renew(&mut self, unusable: &[u8]) -> Result<Ruleset, JobFault> {
        let client = self.client().await?;
        let mut left = empty()?;
        let change = |bytes: Option<&[u8]>| match bytes {
            // Somebody has mended or changed it meanwhile: that is looked at first.
            Some(bytes) if bytes != unusable => {
                left = read(bytes)?;
                Ok(bytes.to_owned())
            }
            _ => {
                left = empty()?;
                Ok(left.to_bytes())
            }
        };
        let stored = client
            .edit(rules::AUID, rules::DOCUMENT, rules::CONTENT_TYPE, change)
            .await
            .map_err(|error| self.edit_fault(error))?;
        self.hold(rules::AUID, stored.etag, &left.to_bytes());
        Ok(left)
    }

    /// Writes every wish into the rules with one request; what became of each of them.
    pub(super) async fn edit(
        &mut self,
        wishes: Vec<Wish>,
    ) -> Vec<(Wish, Result<Edited, JobFault>)> {
        let done = self.write(&wishes).await;
        let mut done = done.map(Vec::into_iter);
        let result = |wish: Wish| {
            let result = match &mut done {
                Ok(done) => done
                    .next()
                    .unwrap_or_else(|| Err(unusable("nothing was written"))),
                Err(fault) => Err(fault.clone()),
            };
            (wish, result)
        };
        wishes.into_iter().map(result).collect()
    }

    async fn write(&mut self, wishes: &[Wish]) -> Result<Vec<Result<Edited, JobFault>>, JobFault> {
        let client = self.client().await?;
        let mut done: Vec<Result<Edited, JobFault>> = Vec::new();
        let change = |bytes: Option<&[u8]>| {
            let mut rules = bytes.map_or_else(empty, read)?;
            done.clear();
            for wish in wishes {
                let edited = edit(&rules, wish);
                if let Ok(edited) = &edited {
                    rules = edited.document.clone();
                }
                done.push(edited);
            }
            // Where no wish can be fulfilled everything stays to the byte.
            let kept = bytes.filter(|_| done.iter().all(Result::is_err));
            Ok::<_, JobFault>(kept.map_or_else(|| rules.to_bytes(), <[u8]>::to_vec))
        };
        let stored = client
            .edit(rules::AUID, rules::DOCUMENT, rules::CONTENT_TYPE, change)
            .await
            .map_err(|error| self.edit_fault(error))?;
        if let Some(last) = done.iter().filter_map(|one| one.as_ref().ok()).next_back() {
            self.hold(rules::AUID, stored.etag, &last.document.to_bytes());
        }
        Ok(done)
    }

    /// Takes out approvals that have ended; `None` when there were none.
    pub(super) async fn tidy(&mut self) -> Result<Option<Ruleset>, JobFault> {
        let client = self.client().await?;
        let mut last = None;
        let change = |bytes: Option<&[u8]>| {
            let bytes = bytes.unwrap_or_default();
            let fault = |error: rules::RulesetError| unusable(&error.to_string());
            last = if bytes.is_empty() {
                None
            } else {
                let before = Ruleset::parse(bytes).map_err(fault)?;
                before.without_ended(Timestamp::now()).map_err(fault)?
            };
            let kept = last
                .as_ref()
                .map_or_else(|| bytes.to_owned(), Ruleset::to_bytes);
            Ok::<_, JobFault>(kept)
        };
        let stored = client
            .edit(rules::AUID, rules::DOCUMENT, rules::CONTENT_TYPE, change)
            .await
            .map_err(|error| self.edit_fault(error))?;
        if let Some(rules) = &last {
            self.hold(rules::AUID, stored.etag, &rules.to_bytes());
        }
        Ok(last)
    }
}

/// What a wish makes of the rules.
fn edit(before: &Ruleset, wish: &Wish) -> Result<Edited, JobFault> {
    let target = target(&wish.watcher)?;
    let at = Circumstances {
        now: Timestamp::now(),
        sphere: None,
    };
    if wish.waited
        && let Target::One(who) = &target
    {
        let read = before.decide(who, &at);
        let now = read.agreed().unwrap_or(read.maximum);
        if now != wish.was && now != wish.decision {
            return Err(JobFault {
                conflict: true,
                stands: Some(now),
                ..unusable(&overtaken(now))
            });
        }
    }
    before
        .edit(&target, wish.edit(), &at)
        .map_err(|error| unusable(&error.to_string()))
}

/// Reads rules, or keeps what cannot be read for the user to look at.
fn read(bytes: &[u8]) -> Result<Ruleset, JobFault> {
    Ruleset::parse(bytes).map_err(|error| unusable_document(bytes, &error.to_string()))
}

fn empty() -> Result<Ruleset, JobFault> {
    Ruleset::empty().map_err(|error| unusable(&error.to_string()))
}
