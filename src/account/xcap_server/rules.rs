//! The presence rules: read, edited, tidied.

use jiff::Timestamp;

use super::{Worker, unusable};
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
        document
            .map(|document| Ruleset::parse(&document.bytes))
            .transpose()
            .map_err(|error| unusable(&error.to_string()))
    }

    pub(super) async fn edit(&mut self, wish: &Wish) -> Result<Edited, JobFault> {
        let target = target(&wish.watcher)?;
        let client = self.client().await?;
        let mut last: Option<Edited> = None;
        let change = |bytes: Option<&[u8]>| {
            let before = match bytes {
                Some(bytes) => Ruleset::parse(bytes),
                None => Ruleset::empty(),
            }
            .map_err(|error| unusable(&error.to_string()))?;
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
            let edited = before
                .edit(&target, wish.edit(), &at)
                .map_err(|error| unusable(&error.to_string()))?;
            let bytes = edited.document.to_bytes();
            last = Some(edited);
            Ok::<_, JobFault>(bytes)
        };
        let stored = client
            .edit(rules::AUID, rules::DOCUMENT, rules::CONTENT_TYPE, change)
            .await
            .map_err(|error| self.edit_fault(error))?;
        let edited = last.ok_or_else(|| unusable("nothing was written"))?;
        self.hold(rules::AUID, stored.etag, &edited.document.to_bytes());
        Ok(edited)
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
