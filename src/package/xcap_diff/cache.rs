//! Copies of documents, and what reports do to them (RFC 5874 section 6, RFC 5875 section 4.8).

use std::collections::BTreeMap;

use crate::package::{BodyError, limits};

use super::document::{Change, Document, DocumentChange, Told};

/// Copies of documents, by selector.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cache {
    copies: BTreeMap<String, Copy>,
}

/// A document as it was at one entity tag.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Copy {
    etag: String,
    content: Vec<u8>,
    stale: bool,
}

/// What a report means for one document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The copy is the newest version: nothing is to be done. So it is after an own PUT whose tag was stored.
    Current,
    /// The copy has been changed; it is the newest version now.
    Patched,
    /// The copy has a new tag and the content that it had.
    Retagged,
    /// The document is gone, and so is the copy.
    Removed,
    /// The document is to be fetched: there is no copy, or the changes do not continue it.
    Fetch,
    /// Its changes do not fit the copy. It is to be fetched, and the subscription to be refreshed without patches; the
    /// notifier gets 200.
    Unusable(BodyError),
}

impl Cache {
    /// Keeps what a GET or an own PUT brought. Over [`limits::WATCHED_RESOURCES`] documents nothing new is kept.
    pub fn store(&mut self, selector: &str, etag: &str, content: Vec<u8>) {
        if self.copies.len() < limits::WATCHED_RESOURCES || self.copies.contains_key(selector) {
            let copy = Copy {
                etag: etag.to_owned(),
                content,
                stale: false,
            };
            self.copies.insert(selector.to_owned(), copy);
        }
    }

    /// A SUBSCRIBE has been sent anew: every copy is doubtful until a report speaks of it. A conditional one that was
    /// answered with "nothing has changed" leaves all as it was, and is not told here.
    pub fn resubscribed(&mut self) {
        for copy in self.copies.values_mut() {
            copy.stale = true;
        }
    }

    /// Takes a report: what it means for each document in it, by selector. Several changes of one document are one
    /// chain, which is entered where it continues the copy.
    pub fn take(&mut self, report: &Document) -> BTreeMap<String, Outcome> {
        let mut chains: BTreeMap<&str, Vec<&DocumentChange>> = BTreeMap::new();
        for change in &report.changes {
            if let Change::Document(change) = change {
                chains.entry(&change.selector).or_default().push(change);
            }
        }
        let mut outcomes = BTreeMap::new();
        for (selector, chain) in chains {
            outcomes.insert(selector.to_owned(), self.follow(report, selector, &chain));
        }
        outcomes
    }

    /// Entity tag and content of a copy.
    pub fn copy(&self, selector: &str) -> Option<(&str, &[u8])> {
        let copy = self.copies.get(selector)?;
        Some((&copy.etag, &copy.content))
    }

    /// Whether a copy is there that nothing has been heard of since the subscription was last sent.
    pub fn is_stale(&self, selector: &str) -> bool {
        self.copies.get(selector).is_some_and(|copy| copy.stale)
    }

    fn follow(&mut self, report: &Document, selector: &str, chain: &[&DocumentChange]) -> Outcome {
        let Some(last) = chain.last() else {
            return Outcome::Current;
        };
        let Some(copy) = self.copies.get(selector) else {
            return match last.new_etag {
                Some(_) => Outcome::Fetch,
                None => Outcome::Removed,
            };
        };
        // Tags are compared octet by octet.
        let mut etag = copy.etag.as_str();
        let mut content: Option<Vec<u8>> = None;
        let mut outcome = Outcome::Fetch;
        for change in chain {
            if change.new_etag.as_deref() == Some(etag) {
                // The copy is younger than what led to it.
                if outcome == Outcome::Fetch {
                    outcome = Outcome::Current;
                }
                continue;
            }
            if change.previous_etag.as_deref() != Some(etag) {
                outcome = Outcome::Fetch;
                continue;
            }
            let Some(new) = change.new_etag.as_deref() else {
                outcome = Outcome::Removed;
                etag = "";
                continue;
            };
            match change.told {
                Told::Untold => outcome = Outcome::Fetch,
                Told::NotChanged => {
                    outcome = if content.is_some() {
                        Outcome::Patched
                    } else {
                        Outcome::Retagged
                    };
                    etag = new;
                }
                Told::Patch => {
                    match report.patched(change, content.as_deref().unwrap_or(&copy.content)) {
                        Ok(patched) => content = Some(patched),
                        Err(error) => {
                            outcome = Outcome::Unusable(error);
                            break;
                        }
                    }
                    outcome = Outcome::Patched;
                    etag = new;
                }
            }
        }
        if outcome == Outcome::Removed {
            self.copies.remove(selector);
        } else if matches!(outcome, Outcome::Fetch | Outcome::Unusable(_)) {
            // Something newer is there.
            if let Some(copy) = self.copies.get_mut(selector) {
                copy.stale = true;
            }
        } else {
            let etag = etag.to_owned();
            if let Some(copy) = self.copies.get_mut(selector) {
                copy.etag = etag;
                copy.stale = false;
                if let Some(content) = content {
                    copy.content = content;
                }
            }
        }
        outcome
    }
}
