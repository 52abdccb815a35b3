//! One watched presentity: what its notifier last said, and what is shown of it (MG-001, MG-005, RB-001, RB-010).

#[cfg(test)]
mod tests;
mod voices;

use jiff::Timestamp;

use super::partial::Partial;
use super::presentity::Presence;
use crate::engine::{BodyFault, Substate, UsageId};
use crate::package::presence::{Document, Status, compose};
use crate::package::{Body, BodyError};
use crate::store::AccountSettings;
use voices::Voices;

/// What is known of one presentity.
#[derive(Debug)]
pub(super) struct PresenceView {
    /// What is shown, and was last reported.
    shown: Box<Presence>,
    /// The dialog that speaks; presence has one notifier only (RFC 3856 §6.9).
    usage: Option<UsageId>,
    /// What that dialog has told in parts.
    partial: Partial,
    /// True while the notifier waits for its user: no document is believed then.
    pending: bool,
    /// True when a NOTIFY has arrived since the start.
    heard: bool,
    /// True when the last NOTIFY had no document, though the one before says that somebody is there.
    doubtful: bool,
    /// True while something was missed or could not be read, and no document has come since.
    missed: bool,
    /// The document, while something in it begins or ends by itself.
    timed: Option<Box<Timed>>,
    /// The devices that answer each for itself, for accounts that want them merged.
    voices: Option<Box<Voices>>,
}

/// A document that shows something else from a time on.
#[derive(Debug)]
struct Timed {
    document: Document,
    changes_at: Timestamp,
}

impl PresenceView {
    /// Nothing known yet.
    pub(super) fn new(resource: &str) -> Self {
        Self {
            shown: Box::new(Presence::unknown(resource)),
            usage: None,
            partial: Partial::default(),
            pending: false,
            heard: false,
            doubtful: false,
            missed: false,
            timed: None,
            voices: None,
        }
    }

    /// Nothing known yet; every device that answers has a say.
    pub(super) fn merging(resource: &str) -> Self {
        Self {
            voices: Some(Box::default()),
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
        (usage, notifier): (UsageId, &str),
        substate: &Substate,
        body: Option<Body<'_>>,
        languages: &[&str],
        now: Timestamp,
    ) -> (bool, Result<(), BodyError>) {
        let first = !std::mem::replace(&mut self.heard, true);
        if let Some(voices) = &mut self.voices {
            let result = voices.notify((usage, notifier), substate, body, languages, now);
            return (self.merge(languages, now) || first, result);
        }
        let same_dialog = self.usage.replace(usage) == Some(usage);
        let was_pending = self.pending;
        let was_doubtful = std::mem::take(&mut self.doubtful);
        match substate {
            Substate::Pending => self.pending = true,
            Substate::Active => self.pending = false,
            Substate::Terminated(_) | Substate::Unknown(_) => {}
        }
        let told = body
            .filter(|body| !self.pending || self.partial.counts(body))
            .map(|body| self.partial.take(usage, &body));
        let outdated = matches!(told, Some(Ok(None)));
        let mut result = Ok(());
        let next = if self.pending {
            result = told.map_or(Ok(()), |told| told.map(drop));
            Some(self.nothing())
        } else {
            match told {
                Some(Ok(Some(document))) => Some(self.read(document, languages, now)),
                Some(Err(error)) => {
                    result = Err(error);
                    None
                }
                // A dialog that begins, or an approval, without a document: nothing is published, or politely hidden.
                None if !same_dialog || was_pending => match substate {
                    Substate::Terminated(_) => None,
                    _ => Some(self.nothing()),
                },
                None if *substate == Substate::Active && self.shows_somebody() => {
                    self.doubtful = !was_doubtful;
                    was_doubtful.then(|| self.nothing())
                }
                Some(Ok(None)) | None => None,
            }
        };
        let stale = result.is_err();
        self.missed = next.is_none() && (self.missed || stale);
        let changed = match next {
            Some(mut next) => {
                next.notifiers = self.shown.notifiers;
                let changed = *self.shown != next;
                *self.shown = next;
                changed
            }
            None if stale => !std::mem::replace(&mut self.shown.stale, true),
            // Heard again on a living dialog: what is shown is current, unless something was missed before.
            None if matches!(substate, Substate::Active) && !outdated && !self.missed => {
                std::mem::replace(&mut self.shown.stale, false)
            }
            None => false,
        };
        (changed || first, result)
    }

    /// A NOTIFY says that the state is the one that was told last, also if that was on another dialog (RFC 5839 §5.5).
    /// `true` when what is shown changed.
    pub(super) fn resume(&mut self, usage: UsageId) -> bool {
        if let Some(voices) = &mut self.voices {
            voices.unchanged(usage);
            let stale = voices.is_stale();
            return std::mem::replace(&mut self.shown.stale, stale) != stale;
        }
        self.usage = Some(usage);
        self.pending = false;
        self.doubtful = false;
        self.missed = false;
        std::mem::replace(&mut self.shown.stale, false)
    }

    /// Time has passed: activities begin and end by themselves (FM-015). `true` when what is shown changed.
    pub(super) fn pass_time(&mut self, languages: &[&str], now: Timestamp) -> bool {
        if self.voices.is_some() {
            let due = self.changes_at().is_some_and(|at| at <= now);
            return due && self.merge(languages, now);
        }
        let Some(timed) = self.timed.take_if(|timed| timed.changes_at <= now) else {
            return false;
        };
        let mut next = self.read(timed.document, languages, now);
        next.notifiers = self.shown.notifiers;
        next.stale = self.shown.stale;
        let changed = *self.shown != next;
        *self.shown = next;
        changed
    }

    /// When [`Self::pass_time`] is to be called.
    pub(super) fn changes_at(&self) -> Option<Timestamp> {
        match &self.voices {
            Some(voices) => voices.changes_at(),
            None => self.timed.as_ref().map(|timed| timed.changes_at),
        }
    }

    /// The dialog is over. `true` when what is shown changed.
    pub(super) fn usage_ended(
        &mut self,
        usage: UsageId,
        keep_state: bool,
        languages: &[&str],
        now: Timestamp,
    ) -> bool {
        if let Some(voices) = &mut self.voices {
            voices.usage_ended(usage, keep_state);
            return self.merge(languages, now);
        }
        if self.usage != Some(usage) {
            return false;
        }
        self.usage = None;
        self.pending = false;
        !keep_state && !std::mem::replace(&mut self.shown.stale, true)
    }

    /// The number of live dialogs is another one. `true` when what is shown changed and has been shown before.
    pub(super) fn notifiers(&mut self, notifiers: u32) -> bool {
        let changed = self.shown.notifiers != notifiers;
        self.shown.notifiers = notifiers;
        changed && self.heard
    }

    /// What is shown is no longer known to be current. `true` when that is new.
    pub(super) fn doubt(&mut self) -> bool {
        !std::mem::replace(&mut self.shown.stale, true)
    }

    /// Whether a dialog has told something about the presentity.
    pub(super) fn is_told_by(&self, usage: UsageId) -> bool {
        let speaks = self.voices.is_some() || self.usage == Some(usage);
        speaks && self.shown.status != Status::Unknown.token()
    }

    /// What is shown.
    pub(super) fn shown(&self) -> &Presence {
        &self.shown
    }

    /// Whether the other side waits for its user's decision.
    pub(super) fn is_pending(&self) -> bool {
        self.voices
            .as_ref()
            .map_or(self.pending, |voices| voices.is_pending())
    }

    /// Whether the full state is to be asked for, to know what the last NOTIFY meant.
    pub(super) fn is_doubtful(&self) -> bool {
        self.voices
            .as_ref()
            .map_or(self.doubtful, |voices| voices.is_doubtful())
    }

    /// Whether a notifier is better asked for whole documents alone.
    pub(super) fn wants_whole_documents(&self) -> bool {
        self.partial.is_hopeless()
            || self
                .voices
                .as_ref()
                .is_some_and(|voices| voices.want_whole_documents())
    }

    /// Whether silence would take back what is shown.
    fn shows_somebody(&self) -> bool {
        self.shown.basic != Some("closed") && self.shown.status != Status::Unknown.token()
    }

    fn read(&mut self, document: Document, languages: &[&str], now: Timestamp) -> Presence {
        let shown = compose(&document, languages, now);
        self.timed = shown.changes_at.map(|changes_at| {
            Box::new(Timed {
                document,
                changes_at,
            })
        });
        Presence::of_document(&self.shown.resource, shown)
    }

    /// Shows what the devices say together. `true` when that is news.
    fn merge(&mut self, languages: &[&str], now: Timestamp) -> bool {
        let Some(voices) = &mut self.voices else {
            return false;
        };
        let mut next = voices.shown(&self.shown.resource, languages, now);
        next.notifiers = self.shown.notifiers;
        let changed = *self.shown != next;
        *self.shown = next;
        changed
    }

    fn nothing(&mut self) -> Presence {
        self.timed = None;
        Presence::unknown(&self.shown.resource)
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
