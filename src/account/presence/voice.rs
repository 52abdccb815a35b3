//! One notifier of a presentity: what it last said, and how far that can be trusted.

use std::mem;

use super::imprint::Imprint;
use crate::engine::{Substate, UsageId};
use crate::package::presence::{Document, PartialState};
use crate::package::{Body, BodyError};

/// What one notifier says.
#[derive(Debug)]
pub(super) struct Voice {
    /// The dialog with it.
    usage: UsageId,
    /// Its remote tag.
    notifier: Box<str>,
    /// It waits for its user: no document is believed.
    pending: bool,
    /// It has been heard at all.
    heard: bool,
    /// It has said something that can be used, be it that there is nothing to say.
    told: bool,
    /// Its last body could not be read, or something was missed.
    unread: bool,
    /// It was silent once.
    silent: bool,
    /// Its document may be one of the past.
    may_be_old: bool,
    /// How its dialog ended.
    end: Option<End>,
    /// The document, unless what is shown of it is all that is needed.
    document: Option<Box<Document>>,
    /// What it has told in parts (FM-019 to FM-022); the many that send whole documents alone have none.
    partial: Option<Box<PartialState>>,
    /// The last document.
    imprint: Option<Imprint>,
}

/// How a dialog ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// The last word may no longer be current.
    Lost,
    /// The last word holds until somebody else speaks.
    Kept,
}

/// What a NOTIFY says.
#[derive(Debug)]
pub(super) enum Word {
    /// This is how the presentity is.
    Document(Box<Document>, Imprint),
    /// Nobody tells anything about the presentity.
    Nothing,
    /// The living dialog has no document for once.
    Silence {
        /// It had none the last time either.
        again: bool,
    },
}

impl Voice {
    /// Nothing heard yet.
    pub(super) fn new(usage: UsageId, notifier: &str) -> Self {
        Self {
            usage,
            notifier: notifier.into(),
            pending: false,
            heard: false,
            told: false,
            unread: false,
            silent: false,
            may_be_old: false,
            end: None,
            document: None,
            partial: None,
            imprint: None,
        }
    }

    /// Takes a NOTIFY: what it says, if anything, and whether its body can be read.
    pub(super) fn hear(
        &mut self,
        substate: &Substate,
        body: Option<&Body<'_>>,
    ) -> (Option<Word>, Result<(), BodyError>) {
        let begins = !mem::replace(&mut self.heard, true) || self.pending;
        let again = mem::take(&mut self.silent);
        match substate {
            Substate::Pending => self.pending = true,
            Substate::Active => self.pending = false,
            Substate::Terminated(_) | Substate::Unknown(_) => {}
        }
        if self.pending {
            // Later parts build on it, although it is not shown.
            let counts = body.filter(|body| self.counts(body));
            let result = counts.map_or(Ok(()), |body| self.read(body).map(drop));
            return (Some(Word::Nothing), result);
        }
        let word = match (body, substate) {
            (Some(body), _) => match self.read(body) {
                Ok(document) => document.map(|document| {
                    let imprint = Imprint::of(&document, body);
                    Word::Document(Box::new(document), imprint)
                }),
                Err(error) => {
                    self.unread = true;
                    return (None, Err(error));
                }
            },
            (None, Substate::Terminated(_)) => None,
            // A dialog that begins, or an approval, without a document: nothing is published, or politely hidden.
            (None, _) if begins => Some(Word::Nothing),
            (None, Substate::Active) => Some(Word::Silence { again }),
            (None, _) => None,
        };
        (word, Ok(()))
    }

    /// Takes over what it has said, which can be used. `may_be_old`: a later dialog than that which said so first.
    pub(super) fn tell(&mut self, said: Option<(Box<Document>, Imprint)>, may_be_old: bool) {
        self.told = true;
        self.unread = false;
        self.may_be_old = may_be_old;
        self.document = None;
        if let Some((document, imprint)) = said {
            self.document = Some(document);
            self.imprint = Some(imprint);
        }
    }

    /// The state is what it said last, although that was perhaps on another dialog.
    pub(super) fn resume(&mut self, usage: UsageId, notifier: &str) {
        if self.usage != usage {
            self.usage = usage;
            self.notifier = notifier.into();
            // Each dialog counts for itself.
            self.partial = None;
        }
        self.heard = true;
        self.pending = false;
        self.unread = false;
        self.silent = false;
        self.may_be_old = false;
        self.end = None;
    }

    /// Its silence is not believed yet.
    pub(super) fn fall_silent(&mut self) {
        self.silent = true;
    }

    /// Something it said was missed.
    pub(super) fn miss(&mut self) {
        self.unread = true;
    }

    /// Its dialog is over. `keep_state`: its last word holds all the same.
    pub(super) fn end(&mut self, keep_state: bool) {
        self.pending = false;
        self.end = Some(if keep_state { End::Kept } else { End::Lost });
    }

    /// Lets the document go, when what is shown of it is enough.
    pub(super) fn forget_document(&mut self) {
        self.document = None;
    }

    pub(super) fn usage(&self) -> UsageId {
        self.usage
    }

    pub(super) fn notifier(&self) -> &str {
        &self.notifier
    }

    pub(super) fn document(&self) -> Option<&Document> {
        self.document.as_deref()
    }

    pub(super) fn imprint(&self) -> Option<Imprint> {
        self.imprint
    }

    pub(super) fn is_pending(&self) -> bool {
        self.pending
    }

    pub(super) fn has_told(&self) -> bool {
        self.told
    }

    pub(super) fn has_ended(&self) -> bool {
        self.end.is_some()
    }

    /// Whether its last word is no longer known to be current.
    pub(super) fn is_stale(&self) -> bool {
        self.unread || self.end == Some(End::Lost)
    }

    pub(super) fn may_be_old(&self) -> bool {
        self.may_be_old
    }

    /// Whether it is better asked for whole documents alone.
    pub(super) fn is_hopeless(&self) -> bool {
        let partial = self.partial.as_ref();
        partial.is_some_and(|partial| partial.is_hopeless())
    }

    /// Whether a body has to be read even when it is not shown.
    fn counts(&self, body: &Body<'_>) -> bool {
        self.partial.is_some() || PartialState::reads(body)
    }

    /// The whole document after a body; `None` when it was an old one of which nothing is used.
    fn read(&mut self, body: &Body<'_>) -> Result<Option<Document>, BodyError> {
        if self.counts(body) {
            self.partial.get_or_insert_default().take(body)
        } else {
            Document::parse(body).map(Some)
        }
    }
}
