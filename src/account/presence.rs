//! One watched presentity: what its notifiers last said, and what is shown of it (MG-001, MG-005, RB-001, RB-010).
//!
//! There is one notifier as a rule: with several homogeneous ones any speaks for all (RFC 3856 §6.9). Without a presence
//! server a SUBSCRIBE is forked to the devices and each is its own notifier; accounts that want it have them merged. Both
//! go the same way; where one speaks for all, whoever says something takes the place of whoever did before.
//!
//! - What cannot be used changes nothing that is shown, but marks it stale (RB-001). Only a document or the notifier's
//!   word that nothing has changed makes it current again: silence does not say what was missed.
//! - The last word on a dialog that ended stays, marked stale (RB-010), until a new dialog says something that can be
//!   used, or while no other notifier is left. A dialog begins with the whole state (RFC 6665 §4.1.2.2): when it begins
//!   without a document there is none, and nothing is carried over. One that begins with its end says nothing.
//! - Only while waiting for approval nothing is believed (MG-005), and nothing of before is shown.

mod imprint;
mod voice;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use jiff::Timestamp;

use super::presentity::{Basic, Presence};
use crate::engine::{BodyFault, Substate, UsageId};
use crate::package::presence::{Document, Status, compose, compose_several};
use crate::package::{Body, BodyError};
use crate::store::AccountSettings;
use imprint::Imprint;
use voice::{Voice, Word};

/// What is known of one presentity.
#[derive(Debug)]
pub(super) struct PresenceView {
    /// What is shown, and was last reported; the window has the same.
    shown: Arc<Presence>,
    /// Every notifier has a say; otherwise one speaks for all.
    merges: bool,
    /// True when a NOTIFY has arrived since the start.
    heard: bool,
    /// The last NOTIFY had no document, though the one before from there said that somebody is there.
    doubtful: bool,
    /// The notifiers that answered, in the order in which they did.
    voices: Vec<Voice>,
    /// The last documents of those that have gone; without merging, of the last one alone.
    earlier: Vec<Imprint>,
    /// When something that is shown begins or ends by itself.
    changes_at: Option<Timestamp>,
}

/// Where a NOTIFY comes from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Source<'n> {
    /// The dialog.
    pub(super) usage: UsageId,
    /// Its remote tag.
    pub(super) notifier: &'n str,
    /// It came over TLS, where nobody can send again what was overheard.
    pub(super) secure: bool,
}

impl PresenceView {
    /// Nothing known yet.
    pub(super) fn new(resource: &str) -> Self {
        Self {
            shown: Arc::new(Presence::unknown(resource)),
            merges: false,
            heard: false,
            doubtful: false,
            voices: Vec::new(),
            earlier: Vec::new(),
            changes_at: None,
        }
    }

    /// Nothing known yet; every device that answers has a say.
    pub(super) fn merging(resource: &str) -> Self {
        Self {
            merges: true,
            ..Self::new(resource)
        }
    }

    /// Nothing known yet, in the way that an account wants it.
    pub(super) fn of(account: &AccountSettings, resource: &str) -> Self {
        if account.merge_presence {
            Self::merging(resource)
        } else {
            Self::new(resource)
        }
    }

    /// Takes a NOTIFY: `true` when what is shown changed, or was shown for the first time. An unusable body leaves
    /// what is shown, marked stale.
    ///
    /// So does one without a document, once: it may say "as before" (MG-001) or be how a notifier begins to hide
    /// politely. [`Self::is_doubtful`] then asks for the full state, and a second silence is believed.
    pub(super) fn notify(
        &mut self,
        from: Source<'_>,
        substate: &Substate,
        body: Option<Body<'_>>,
        languages: &[&str],
        now: Timestamp,
    ) -> (bool, Result<(), BodyError>) {
        let first = !std::mem::replace(&mut self.heard, true);
        self.doubtful = false;
        let at = self.place_of(from);
        let (word, result) = self.voices[at].hear(substate, body.as_ref());
        let changed = match word {
            Some(Word::Document(document, imprint)) => {
                let said = Some((document, imprint));
                self.tell(from, at, said, languages, now)
            }
            Some(Word::Nothing) => self.tell(from, at, None, languages, now),
            Some(Word::Silence { again }) if self.shows_somebody(at, languages, now) => {
                if again {
                    self.tell(from, at, None, languages, now)
                } else {
                    self.voices[at].fall_silent();
                    self.doubtful = true;
                    self.show_trust()
                }
            }
            Some(Word::Silence { .. }) | None => self.show_trust(),
        };
        (changed || first, result)
    }

    /// A NOTIFY says that the state is the one that was told last, also if that was on another dialog (RFC 5839 §5.5).
    /// `true` when what is shown changed.
    pub(super) fn resume(&mut self, from: Source<'_>) -> bool {
        self.doubtful = false;
        let at = self.place_of(from);
        // Where several are merged, nobody's state is asked for by a tag on another's dialog.
        let told = self.voices.iter().position(Voice::has_told);
        let at = told.filter(|_| !self.merges).unwrap_or(at);
        let name = self.name_of(from);
        self.voices[at].resume(from.usage, name);
        if !self.merges {
            self.voices.swap(0, at);
            self.voices.truncate(1);
        }
        self.show_trust()
    }

    /// Time has passed: activities begin and end by themselves (FM-015). `true` when what is shown changed.
    pub(super) fn pass_time(&mut self, languages: &[&str], now: Timestamp) -> bool {
        let due = self.changes_at.is_some_and(|at| at <= now);
        due && self.compose(languages, now)
    }

    /// When [`Self::pass_time`] is to be called.
    pub(super) fn changes_at(&self) -> Option<Timestamp> {
        self.changes_at
    }

    /// A dialog is over: its notifier has no say any more, unless nobody else has. `true` when what is shown changed.
    pub(super) fn usage_ended(
        &mut self,
        usage: UsageId,
        keep_state: bool,
        languages: &[&str],
        now: Timestamp,
    ) -> bool {
        let Some(at) = self.voices.iter().position(|voice| voice.usage() == usage) else {
            return false;
        };
        let mut others = self.voices.iter().filter(|voice| voice.usage() != usage);
        let others_tell = others.clone().any(Voice::has_told);
        let told = self.voices[at].has_told();
        let goes = if told {
            others_tell && !keep_state
        } else {
            others.next().is_some()
        };
        if !goes {
            self.voices[at].end(keep_state);
            return self.show_trust();
        }
        let gone = self.voices.remove(at);
        self.remember(&gone);
        if told {
            self.compose(languages, now)
        } else {
            self.show_trust()
        }
    }

    /// The number of live dialogs is another one. `true` when what is shown changed and has been shown before.
    pub(super) fn notifiers(&mut self, notifiers: u32) -> bool {
        let changed = self.shown.notifiers != notifiers;
        if changed {
            Arc::make_mut(&mut self.shown).notifiers = notifiers;
        }
        changed && self.heard
    }

    /// Something that a dialog has told was missed, so that what is shown is no longer known to be current. `true` when
    /// that is new.
    pub(super) fn miss(&mut self, usage: UsageId) -> bool {
        let voice = self.voices.iter_mut().find(|voice| voice.usage() == usage);
        if let Some(voice) = voice {
            voice.miss();
        }
        self.show_trust()
    }

    /// Whether a dialog has told something about the presentity, or another one that has a say as well.
    pub(super) fn is_told_by(&self, usage: UsageId) -> bool {
        let mut told = self.voices.iter().filter(|voice| voice.has_told());
        let speaks = told.any(|voice| self.merges || voice.usage() == usage);
        speaks && *self.shown.status != *Status::Unknown.token()
    }

    /// What is shown.
    pub(super) fn shown(&self) -> &Presence {
        &self.shown
    }

    /// The same, to be kept without a copy.
    pub(super) fn share(&self) -> Arc<Presence> {
        Arc::clone(&self.shown)
    }

    /// Whether the other side, all of them, waits for its user's decision.
    pub(super) fn is_pending(&self) -> bool {
        !self.voices.is_empty() && self.voices.iter().all(Voice::is_pending)
    }

    /// Whether the full state is to be asked for, to know what the last NOTIFY meant.
    pub(super) fn is_doubtful(&self) -> bool {
        self.doubtful
    }

    /// Whether a notifier is better asked for whole documents alone.
    pub(super) fn wants_whole_documents(&self) -> bool {
        self.voices.iter().any(Voice::is_hopeless)
    }

    /// By what a notifier is told apart from the others; where one speaks for all, nobody asks.
    fn name_of<'n>(&self, from: Source<'n>) -> &'n str {
        if self.merges { from.notifier } else { "" }
    }

    /// Where the notifier of a dialog is among the others.
    fn place_of(&mut self, from: Source<'_>) -> usize {
        let mut voices = self.voices.iter();
        let known = voices.position(|voice| voice.usage() == from.usage);
        known.unwrap_or_else(|| {
            // Most have one for ever; a vector would begin with room for four.
            if self.voices.is_empty() {
                self.voices.reserve_exact(1);
            }
            let name = self.name_of(from);
            self.voices.push(Voice::new(from.usage, name));
            self.voices.len() - 1
        })
    }

    /// Takes over what a notifier says, which can be used. `true` when what is shown changed.
    fn tell(
        &mut self,
        from: Source<'_>,
        at: usize,
        said: Option<(Box<Document>, Imprint)>,
        languages: &[&str],
        now: Timestamp,
    ) -> bool {
        let (begins, merges) = (!self.voices[at].has_told(), self.merges);
        // Who begins to speak does so in place of those whose dialogs are over, or of everybody.
        let goes = |voice: &mut Voice| {
            voice.usage() != from.usage && (!merges || (begins && voice.has_ended()))
        };
        let gone: Vec<Voice> = self.voices.extract_if(.., goes).collect();
        for voice in &gone {
            self.remember(voice);
        }
        let at = self.place_of(from);
        let first_document = self.voices[at].imprint().is_none() && !from.secure;
        let imprint = said.as_ref().map(|(_, imprint)| *imprint);
        let old = imprint.is_some_and(|imprint| first_document && self.may_be_old(imprint));
        self.voices[at].tell(said, old);
        self.compose(languages, now)
    }

    /// Whether the first document of a dialog may be one of the past.
    fn may_be_old(&self, imprint: Imprint) -> bool {
        let mut earlier = self.earlier.iter();
        // Of several devices nobody can tell which of them a new dialog is with; only an equal body gives it away.
        earlier.any(|earlier| {
            imprint.repeats(*earlier) || (!self.merges && imprint.is_older(*earlier))
        })
    }

    fn remember(&mut self, gone: &Voice) {
        let Some(imprint) = gone.imprint() else {
            return;
        };
        let most = if self.merges { EARLIER } else { 1 };
        if self.earlier.len() >= most {
            self.earlier.remove(0);
        }
        self.earlier.push(imprint);
    }

    /// Whether silence would take back what a notifier says.
    fn shows_somebody(&self, at: usize, languages: &[&str], now: Timestamp) -> bool {
        if !self.merges {
            let shown = &self.shown;
            return shown.basic != Some(Basic::Closed) && *shown.status != *Status::Unknown.token();
        }
        self.voices[at].document().is_some_and(|document| {
            let status = compose(document, languages, now).status;
            !matches!(status, Status::Offline | Status::Unknown)
        })
    }

    /// Shows what the notifiers say. `true` when that is news.
    fn compose(&mut self, languages: &[&str], now: Timestamp) -> bool {
        let speaking = self.voices.iter();
        let speaking = speaking.filter_map(|voice| Some((voice.document()?, voice.notifier())));
        let (documents, notifiers): (Vec<&Document>, Vec<&str>) = speaking.unzip();
        let shown = compose_several(&documents, languages, now);
        self.changes_at = shown.changes_at;
        let resource = &self.shown.resource;
        let mut next = if self.merges {
            Presence::of_notifiers(resource, shown, &notifiers)
        } else {
            Presence::of_document(resource, shown)
        };
        next.notifiers = self.shown.notifiers;
        next.stale = self.shown.stale;
        next.may_be_old = self.shown.may_be_old;
        let changed = *self.shown != next;
        if changed {
            self.shown = Arc::new(next);
        }
        // One document by itself is not composed again, unless time changes it.
        if !self.merges && self.changes_at.is_none() {
            for voice in &mut self.voices {
                voice.forget_document();
            }
        }
        self.show_trust() || changed
    }

    /// Shows how far all of it can be trusted. `true` when that is news.
    fn show_trust(&mut self) -> bool {
        let stale = self.voices.iter().any(Voice::is_stale);
        let may_be_old = self.voices.iter().any(Voice::may_be_old);
        let changed = (self.shown.stale, self.shown.may_be_old) != (stale, may_be_old);
        if changed {
            let shown = Arc::make_mut(&mut self.shown);
            (shown.stale, shown.may_be_old) = (stale, may_be_old);
        }
        changed
    }
}

/// How a NOTIFY with an unusable body is answered.
pub(super) fn fault_of(error: &BodyError) -> BodyFault {
    if error.is_unsupported_type() {
        BodyFault::UnsupportedType
    } else if error.misses_state() {
        BodyFault::Gap
    } else if error.is_unsupported_coding() {
        BodyFault::UnsupportedCoding
    } else {
        BodyFault::Unusable
    }
}

/// Documents remembered of devices that have gone.
const EARLIER: usize = 16;
