//! References over several notifiers: a forked REFER is followed by each that accepts it, and none speaks for another.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::fragment::{Document, Progress};

/// The progress that every notifier of a subscription last told. `K` names a notifier.
///
/// Nothing is ever merged (RFC 3515 section 3.9): two that accepted are two entries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct References<K> {
    references: BTreeMap<K, Reference>,
}

/// What one notifier told about the request that it was asked to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// Its last fragment with a status line.
    pub last: Document,
    /// When that came.
    pub at: Timestamp,
    /// Its dialog has ended: without a final response nobody will ever know what became of the request.
    pub over: bool,
}

impl<K: Ord> References<K> {
    /// Nothing known yet.
    pub fn new() -> Self {
        Self {
            references: BTreeMap::new(),
        }
    }

    /// Takes a fragment, which is a complete statement (RFC 3515 section 2.4.5). One without a status line changes
    /// nothing. Tells whether the progress is another one than before.
    pub fn apply(&mut self, notifier: K, document: Document, at: Timestamp) -> bool {
        if document.progress().is_none() {
            return false;
        }
        let held = self.references.get(&notifier);
        let changed = held.is_none_or(|held| held.last.progress() != document.progress());
        let reference = Reference {
            last: document,
            at,
            over: false,
        };
        self.references.insert(notifier, reference);
        changed
    }

    /// The notifier's dialog has ended; its last word stays. Tells whether it had said anything.
    pub fn end(&mut self, notifier: &K) -> bool {
        match self.references.get_mut(notifier) {
            Some(reference) => !std::mem::replace(&mut reference.over, true),
            None => false,
        }
    }

    /// Each notifier with what it told.
    pub fn iter(&self) -> impl Iterator<Item = (&K, &Reference)> {
        self.references.iter()
    }
}

impl<K: Ord> Default for References<K> {
    fn default() -> Self {
        Self::new()
    }
}

impl Reference {
    /// How far the request has come; `None` when the end came before a final response.
    pub fn progress(&self) -> Option<Progress<'_>> {
        self.last
            .progress()
            .filter(|progress| !self.over || progress.stage.is_final())
    }
}
