//! The presence rules: read, edited, tidied, on the server or on this machine.

use jiff::Timestamp;

use super::{Worker, unusable, unusable_document};
use crate::account::cause::DocumentCause;
use crate::account::decide::{Wish, target};
use crate::account::event::Fault;
use crate::account::job::{JobFault, JobResult};
use crate::account::pending::overtaken;
use crate::rules::{self, Circumstances, Edited, Ruleset, Target};
use crate::store::KeptRules;
use crate::xcap::XcapError;

impl Worker {
    pub(super) async fn fetch(&mut self) -> Result<Option<Ruleset>, JobFault> {
        if let Some(kept) = self.kept() {
            return self.fetch_here(&kept);
        }
        let read = self.fetch_from_server().await;
        let Some(kept) = self.instead() else {
            return read;
        };
        let keeps_none = match &read {
            Ok(None) => !self.promises_rules(&kept).await,
            Ok(Some(_)) => false,
            Err(fault) => self.keeps_none(fault),
        };
        if !keeps_none {
            return read;
        }
        self.turn();
        self.fetch_here(&kept)
    }

    /// The rules on this machine, which begin empty if there are none.
    pub(super) async fn adopt(&mut self) -> Result<Option<Ruleset>, JobFault> {
        let counts = self.here || !self.account.named;
        let mut rules = self.rules.iter().filter(|_| counts);
        if let Some(rules) = rules.find(|rules| rules.stamp().is_none()) {
            let written = rules.write(empty()?.source());
            written.map_err(|error| not_kept(&error))?;
        }
        self.fetch().await
    }

    async fn fetch_from_server(&mut self) -> Result<Option<Ruleset>, JobFault> {
        let client = self.client().await?;
        let document = client
            .fetch(rules::AUID, rules::DOCUMENT)
            .await
            .map_err(|error| self.fault(&error))?;
        if let Some(document) = &document {
            self.served = true;
            self.hold(rules::AUID, document.etag.clone(), &document.bytes);
        }
        document.map(|document| read(&document.bytes)).transpose()
    }

    fn fetch_here(&self, kept: &KeptRules) -> Result<Option<Ruleset>, JobFault> {
        self.say_here(false);
        let bytes = kept.read().map_err(|error| not_kept(&error))?;
        bytes.map(|bytes| read(&bytes)).transpose()
    }

    /// The rules on this machine, if those count.
    fn kept(&self) -> Option<KeptRules> {
        let rules = self.rules.as_ref()?;
        let counts = self.here || (!self.account.named && rules.stamp().is_some());
        counts.then(|| rules.clone())
    }

    /// The rules on this machine, if those are to count where the server keeps none.
    fn instead(&self) -> Option<KeptRules> {
        let rules = self.rules.as_ref()?;
        (self.alone && !self.served).then(|| rules.clone())
    }

    /// Whether a fault says that there is no server for rules, and not only that it is away.
    fn keeps_none(&self, fault: &JobFault) -> bool {
        match &fault.cause {
            // Nobody has said that there is one.
            DocumentCause::Xcap(XcapError::Unreachable { .. }) => !self.account.named,
            DocumentCause::Xcap(_) => fault.fault == Fault::Unsupported,
            DocumentCause::Unusable(_) | DocumentCause::Other => false,
        }
    }

    /// Whether a server that has no rules yet is to be believed that it would keep some. One that does not say what it
    /// keeps is, unless that was tried before.
    async fn promises_rules(&mut self, kept: &KeptRules) -> bool {
        let Ok(client) = self.client().await else {
            return true;
        };
        match client.capabilities().await {
            Ok(Some(capabilities)) => capabilities.serves(rules::AUID),
            Ok(None) => kept.stamp().is_none(),
            Err(_) => true,
        }
    }

    /// From now on the rules on this machine count.
    fn turn(&mut self) {
        self.here = true;
        self.say_here(true);
    }

    fn say_here(&self, instead: bool) {
        // Without a reader the account has ended.
        let _ = self.results.send(JobResult::RulesHere { instead });
    }

    /// Changes the rules where they are kept.
    async fn change(
        &mut self,
        mut change: impl FnMut(Option<&[u8]>) -> Result<Vec<u8>, JobFault>,
    ) -> Result<Place, JobFault> {
        if let Some(kept) = self.kept() {
            return self.change_here(&kept, change);
        }
        let client = self.client().await?;
        let mut served = false;
        let looked = |bytes: Option<&[u8]>| {
            served |= bytes.is_some();
            change(bytes)
        };
        let stored = client
            .edit(rules::AUID, rules::DOCUMENT, rules::CONTENT_TYPE, looked)
            .await
            .map_err(|error| self.edit_fault(error));
        self.served |= served;
        match (stored, self.instead()) {
            (Err(fault), Some(kept)) if self.keeps_none(&fault) => {
                self.turn();
                self.change_here(&kept, change)
            }
            (stored, _) => Ok(Place::Server { tag: stored?.etag }),
        }
    }

    fn change_here(
        &self,
        kept: &KeptRules,
        mut change: impl FnMut(Option<&[u8]>) -> Result<Vec<u8>, JobFault>,
    ) -> Result<Place, JobFault> {
        self.say_here(false);
        let before = kept.read().map_err(|error| not_kept(&error))?;
        let after = change(before.as_deref())?;
        if before.as_deref() != Some(&*after) {
            let text = String::from_utf8_lossy(&after);
            kept.write(&text).map_err(|error| not_kept(&error))?;
        }
        Ok(Place::Here)
    }

    /// Says which version was written to a server.
    fn hold_rules(&self, place: Place, rules: &Ruleset) {
        if let Place::Server { tag } = place {
            self.hold(rules::AUID, tag, &rules.to_bytes());
        }
    }

    /// Begins with no rules, if what lies on the server is still `unusable`.
    pub(super) async fn renew(&mut self, unusable: &[u8]) -> Result<Ruleset, JobFault> {
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
        let place = self.change(change).await?;
        self.hold_rules(place, &left);
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
        let place = self.change(change).await?;
        if let Some(last) = done.iter().filter_map(|one| one.as_ref().ok()).next_back() {
            self.hold_rules(place, &last.document);
        }
        Ok(done)
    }

    /// Takes out approvals that have ended; `None` when there were none.
    pub(super) async fn tidy(&mut self) -> Result<Option<Ruleset>, JobFault> {
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
        let place = self.change(change).await?;
        if let Some(rules) = &last {
            self.hold_rules(place, rules);
        }
        Ok(last)
    }
}

/// Where rules were written.
enum Place {
    /// To a server, which may have given them an entity tag.
    Server { tag: Option<String> },
    /// Into the file on this machine.
    Here,
}

/// The rules on this machine cannot be read or written.
fn not_kept(error: &std::io::Error) -> JobFault {
    unusable(&format!("the presence rules on this machine: {error}"))
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
