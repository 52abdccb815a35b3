//! The calls of one observed user: what each notifier reports, merged, and what is shown of it (MG-008).

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::event::Dialog;
use super::plain::plain;
use crate::engine::{BodyFault, Substate, UsageId};
use crate::package::dialog_info::{
    self, Document, Filter, Identity, Indicator, ObservedUser, Row, pick_up,
};
use crate::package::{Body, BodyError, address};

/// What is known from one subscription to `dialog`.
#[derive(Debug)]
pub(super) struct DialogsView {
    resource: String,
    filter: Option<Filter>,
    user: ObservedUser<UsageId>,
    /// Tags of the notifiers that speak.
    names: BTreeMap<UsageId, String>,
    /// Notifiers whose last body was unusable.
    doubtful: BTreeSet<UsageId>,
    /// Dialogs that are over and had the last word for good, until a notifier speaks again.
    kept: BTreeSet<UsageId>,
    /// Notifiers whose last NOTIFY had no document, though the one before tells of calls.
    silent: BTreeSet<UsageId>,
    /// True while the notifier waits for its user: no document is believed then.
    pending: bool,
    /// A notifier that has told of calls for the first time since the last look at [`Self::news`].
    newcomer: Option<UsageId>,
    notifiers: u32,
    shown: BTreeMap<Key, Dialog>,
    /// Dialogs that were reported as over, or no longer, and are still shown.
    departed: BTreeMap<Key, Row>,
}

/// A notifier and its id for a dialog.
type Key = (UsageId, String);

impl DialogsView {
    /// Nothing known yet about somebody's calls, or about the one of them that the filter names.
    pub(super) fn new(resource: &str, filter: Option<Filter>) -> Self {
        Self {
            resource: resource.to_owned(),
            filter,
            user: ObservedUser::new(),
            names: BTreeMap::new(),
            doubtful: BTreeSet::new(),
            kept: BTreeSet::new(),
            silent: BTreeSet::new(),
            pending: false,
            newcomer: None,
            notifiers: 0,
            shown: BTreeMap::new(),
            departed: BTreeMap::new(),
        }
    }

    /// Takes a NOTIFY; `notifier` is its tag. What changed comes from [`Self::news`]. An unusable body leaves what is
    /// shown, marked stale.
    ///
    /// So does, once, one without a document where calls are known: it may say "as before" or that nothing is published
    /// any more. The full state is asked for, and a second silence is believed.
    pub(super) fn notify(
        &mut self,
        usage: UsageId,
        notifier: &str,
        substate: &Substate,
        body: Option<Body<'_>>,
        now: Timestamp,
    ) -> (Result<(), BodyFault>, Option<BodyError>) {
        if let Entry::Vacant(name) = self.names.entry(usage) {
            name.insert(plain(notifier).into_owned());
        }
        match substate {
            Substate::Pending => {
                self.pending = true;
                return (Ok(()), None);
            }
            Substate::Active => self.pending = false,
            Substate::Terminated(_) | Substate::Unknown(_) => {}
        }
        match body.as_ref().map(Document::parse) {
            Some(Ok(document)) => (self.document(usage, &document, now), None),
            Some(Err(error)) => {
                self.doubtful.insert(usage);
                (Err(super::presence::fault_of(&error)), Some(error))
            }
            None if *substate != Substate::Active => (Ok(()), None),
            None => (self.silence(usage), None),
        }
    }

    /// A dialog is over. Its calls are listed as stale until all notifiers have been asked again, except when the same
    /// notifier speaks in another dialog already: the engine tells of both in one turn.
    pub(super) fn usage_ended(&mut self, usage: UsageId, keep_state: bool) {
        if keep_state {
            self.kept.insert(usage);
            return;
        }
        self.names.remove(&usage);
        self.doubtful.remove(&usage);
        self.silent.remove(&usage);
        if self.newcomer.is_some_and(|newcomer| newcomer != usage) {
            self.user.remove(usage);
        } else {
            self.user.lose(usage);
        }
    }

    /// The number of live dialogs is another one.
    pub(super) fn notifiers(&mut self, notifiers: u32) {
        self.notifiers = notifiers;
    }

    /// The dialogs of which another state is shown than last time, those first that are over.
    pub(super) fn news(&mut self, now: Timestamp) -> Vec<Dialog> {
        self.newcomer = None;
        let (indicator, _) = self.user.indicator();
        let mut next = BTreeMap::new();
        for call in self.user.merged() {
            let (usage, id) = call.key;
            let stale = call.lost || self.doubtful.contains(&call.notifier);
            let dialog = self.line((call.notifier, id), call.row, indicator, stale);
            next.insert((usage, id.to_owned()), dialog);
        }
        let mut changed = Vec::new();
        let mut shown = std::mem::take(&mut self.shown);
        let departed = std::mem::take(&mut self.departed);
        let gone: Vec<Key> = shown
            .keys()
            .filter(|key| !next.contains_key(key))
            .cloned()
            .collect();
        for key in gone {
            let Some(mut last) = shown.remove(&key) else {
                continue;
            };
            if let Some(row) = departed.get(&key) {
                let mut over = self.line((key.0, &key.1), row, indicator, false);
                over.notifier.clone_from(&last.notifier);
                last = over;
            } else if self
                .user
                .rows()
                .any(|(usage, row)| usage == key.0 && row.dialog.id == key.1)
            {
                // Another device reports the same call, and speaks for it now.
                continue;
            } else if !self.user.knows(key.0)
                && let Some(moved) = next
                    .keys()
                    .find(|new| new.1 == key.1 && !shown.contains_key(new))
            {
                // The same notifier has told of it in another dialog.
                shown.insert(moved.clone(), last);
                continue;
            }
            "terminated".clone_into(&mut last.state);
            last.indicator = indicator;
            last.notifiers = self.notifiers;
            last.stale = false;
            last.pick_up = None;
            changed.push(last.at(now));
        }
        for (key, dialog) in &next {
            if !shown
                .get(key)
                .is_some_and(|before| before.shows_the_same(dialog))
            {
                changed.push(dialog.clone().at(now));
            }
        }
        self.shown = next;
        changed
    }

    /// The user's state in one word, by the notifiers that are heard.
    pub(super) fn indicator(&self) -> Indicator {
        self.user.indicator().0
    }

    /// What is shown, the call first that makes the user's state.
    pub(super) fn shown(&self, now: Timestamp) -> Vec<Dialog> {
        let calls = self.user.merged();
        let shown = calls.iter().filter_map(|call| {
            let key = (call.key.0, call.key.1.to_owned());
            self.shown.get(&key)
        });
        shown.map(|dialog| dialog.clone().at(now)).collect()
    }

    /// Whether something of what is shown may not be true any more.
    pub(super) fn is_stale(&self) -> bool {
        !self.doubtful.is_empty() || self.shown.values().any(|dialog| dialog.stale)
    }

    /// Whether the other side waits for its user's decision.
    pub(super) fn is_pending(&self) -> bool {
        self.pending
    }

    /// The one dialog that is asked for, when it is not about all of them.
    pub(super) fn filter(&self) -> Option<&Filter> {
        self.filter.as_ref()
    }

    fn document(
        &mut self,
        usage: UsageId,
        document: &Document,
        now: Timestamp,
    ) -> Result<(), BodyFault> {
        let newcomer = !self.user.knows(usage);
        if newcomer {
            // A SUBSCRIBE has gone to all of them: who was lost comes back with it, or has gone.
            self.user.forget_lost();
            for over in std::mem::take(&mut self.kept) {
                self.user.remove(over);
                self.names.remove(&over);
                self.doubtful.remove(&over);
                self.silent.remove(&over);
            }
        }
        let applied = self.user.apply(usage, document, now);
        if applied.discarded {
            return Ok(());
        }
        if newcomer {
            self.newcomer = Some(usage);
        }
        self.doubtful.remove(&usage);
        self.silent.remove(&usage);
        for change in applied.changes {
            if change.kind == dialog_info::ChangeKind::Departed {
                let key = (usage, change.row.dialog.id.clone());
                self.departed.insert(key, change.row);
            }
        }
        if applied.resync_needed {
            Err(BodyFault::Gap)
        } else {
            Ok(())
        }
    }

    fn silence(&mut self, usage: UsageId) -> Result<(), BodyFault> {
        if !self.user.rows().any(|(teller, _)| teller == usage) {
            self.doubtful.remove(&usage);
            return Ok(());
        }
        // What could not be read before is not made current by silence, unless silence is believed.
        if self.silent.remove(&usage) {
            self.user.remove(usage);
            self.doubtful.remove(&usage);
            return Ok(());
        }
        self.silent.insert(usage);
        Err(BodyFault::Gap)
    }

    fn line(
        &self,
        (notifier, id): (UsageId, &str),
        row: &Row,
        indicator: Indicator,
        stale: bool,
    ) -> Dialog {
        Dialog {
            id: plain(id).into_owned(),
            pick_up: pick_up(&row.dialog)
                .filter(|_| !stale)
                .map(|found| found.uri()),
            notifier: self.names.get(&notifier).cloned(),
            notifiers: self.notifiers,
            stale,
            ..told(&self.resource, &row.dialog, row.began_at, indicator)
        }
    }
}

/// What a document tells of a call.
fn told(
    resource: &str,
    dialog: &dialog_info::Dialog,
    began_at: Option<Timestamp>,
    indicator: Indicator,
) -> Dialog {
    let text = |text: &Option<String>| text.as_deref().map(|text| plain(text).into_owned());
    let remote = dialog.remote.identity();
    let uri = |identity: &Identity| address::canonical(&identity.uri);
    let target = dialog.remote.target.as_ref();
    Dialog {
        resource: resource.to_owned(),
        id: plain(&dialog.id).into_owned(),
        state: plain(dialog.state.token()).into_owned(),
        direction: dialog.direction.map(dialog_info::Direction::token),
        remote: remote.map(uri).filter(|uri| !uri.is_empty()),
        remote_display: remote.and_then(|identity| text(&identity.display)),
        event: dialog
            .event
            .as_ref()
            .map(|event| plain(event.token()).into_owned()),
        code: dialog.code,
        since: began_at.map(|began| format!("{began:.0}")),
        duration_s: None,
        call_id: text(&dialog.call_id),
        local_tag: text(&dialog.local_tag),
        remote_tag: text(&dialog.remote_tag),
        remote_target: target.map(|target| target.uri.clone()),
        pick_up: pick_up(dialog).map(|found| found.uri()),
        notifier: None,
        notifiers: 0,
        stale: false,
        began_at,
        indicator,
    }
}

impl Dialog {
    /// What a document says about a call that came from no subscription. When it began is not known: the document may
    /// be old.
    pub fn of_document(resource: &str, dialog: &dialog_info::Dialog) -> Self {
        Self {
            duration_s: dialog.duration,
            ..told(resource, dialog, None, Indicator::of(dialog))
        }
    }

    /// The same with its age at a time.
    fn at(mut self, now: Timestamp) -> Self {
        self.duration_s = self
            .began_at
            .map(|began| u64::try_from(now.duration_since(began).as_secs()).unwrap_or(0));
        self
    }

    /// Whether nothing that its line says is another thing, apart from its age.
    fn shows_the_same(&self, other: &Self) -> bool {
        let timeless = |dialog: &Self| Self {
            duration_s: None,
            indicator: Indicator::Unknown,
            ..dialog.clone()
        };
        timeless(self) == timeless(other)
    }
}

#[cfg(test)]
mod tests;
