//! The calls that all notifiers of one subscription report (RFC 4235 sections 3.9 and 4.3), and the one state in which
//! they put the observed user.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::dialog::Dialog;
use super::document::Document;
use super::state::{DialogState, Direction};
use super::table::{Row, Table};
use crate::package::Applied;

/// One [`Table`] per notifier. `K` names a notifier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObservedUser<K> {
    notifiers: BTreeMap<K, Notifier>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Notifier {
    table: Table,
    /// Its dialog is over, and nobody knows what has become of its calls.
    lost: bool,
}

/// A call, whatever the number of devices that report it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call<'a, K> {
    /// The notifier that reported it first, with its id there: the name of the call while it lasts.
    pub key: (K, &'a str),
    /// The row that speaks for it: the one furthest on, of a notifier that is heard if there is one.
    pub row: &'a Row,
    /// The notifier of that row.
    pub notifier: K,
    /// Whether every notifier that reported it is lost: it may be over.
    pub lost: bool,
    /// Every row, with the notifier that reported it.
    pub rows: Vec<(K, &'a Row)>,
}

/// What a user does with the telephone, in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Indicator {
    /// Nothing has been heard, or somebody is not heard any more who may know of a call.
    #[default]
    Unknown,
    /// No call.
    Idle,
    /// Calls somebody who has not answered.
    Calling,
    /// Is called.
    Ringing,
    /// Is in a call.
    Busy,
}

impl<K: Ord + Copy> ObservedUser<K> {
    /// Nothing known yet.
    pub fn new() -> Self {
        Self {
            notifiers: BTreeMap::new(),
        }
    }

    /// Takes a document of one notifier.
    pub fn apply(&mut self, notifier: K, document: &Document, now: Timestamp) -> Applied<Row> {
        let notifier = self.notifiers.entry(notifier).or_default();
        notifier.lost = false;
        notifier.table.apply(document, now)
    }

    /// Takes out what a notifier reported: it is known to have no part in it any more, or another took its place. Gives
    /// the rows that went with it.
    pub fn remove(&mut self, notifier: K) -> Vec<Row> {
        let notifier = self.notifiers.remove(&notifier);
        notifier.map_or_else(Vec::new, |notifier| {
            notifier.table.rows().cloned().collect()
        })
    }

    /// A notifier is not heard any more. What it reported is still listed, but counts for nothing, and unless somebody
    /// else knows of a call the user's state is unknown from now on.
    pub fn lose(&mut self, notifier: K) {
        if let Some(notifier) = self.notifiers.get_mut(&notifier) {
            notifier.lost = true;
        }
    }

    /// Takes out every notifier that was lost: all were asked again, and who is still there answers.
    pub fn forget_lost(&mut self) {
        self.notifiers.retain(|_, notifier| !notifier.lost);
    }

    /// Whether a notifier has told something, and has not been removed since.
    pub fn knows(&self, notifier: K) -> bool {
        self.notifiers.contains_key(&notifier)
    }

    /// Every row with the notifier that reported it.
    pub fn rows(&self) -> impl Iterator<Item = (K, &Row)> {
        self.notifiers
            .iter()
            .flat_map(|(key, notifier)| notifier.table.rows().map(|row| (*key, row)))
    }

    /// One entry per call, the one first that decides about [`Self::indicator`].
    ///
    /// Rows with equal Call-ID and with equal or mirrored tags are one call (MG-008). Others are never taken for one
    /// call, however alike they look.
    pub fn merged(&self) -> Vec<Call<'_, K>> {
        let mut calls: BTreeMap<Identification<'_, K>, Call<'_, K>> = BTreeMap::new();
        for (key, notifier) in &self.notifiers {
            for row in notifier.table.rows() {
                let one = Call {
                    key: (*key, row.dialog.id.as_str()),
                    row,
                    notifier: *key,
                    lost: notifier.lost,
                    rows: vec![(*key, row)],
                };
                calls
                    .entry(Identification::of(*key, &row.dialog))
                    .and_modify(|call| call.unite(&one))
                    .or_insert(one);
            }
        }
        let mut calls: Vec<_> = calls.into_values().collect();
        calls.sort_by(|one, other| other.weight().cmp(&one.weight()));
        calls
    }

    /// The user's state by the notifiers that are heard, with the call that makes it so: the one furthest on, and of
    /// equals one that rings (RFC 4235 section 3.7.2, MG-008).
    pub fn indicator(&self) -> (Indicator, Option<Call<'_, K>>) {
        let deciding = self.merged().into_iter().find(|call| !call.lost);
        if let Some(call) = deciding {
            return (Indicator::of(&call.row.dialog), Some(call));
        }
        let all_heard = self.notifiers.values().all(|notifier| !notifier.lost);
        if all_heard && !self.notifiers.is_empty() {
            (Indicator::Idle, None)
        } else {
            (Indicator::Unknown, None)
        }
    }
}

impl<K: Ord + Copy> Default for ObservedUser<K> {
    fn default() -> Self {
        Self::new()
    }
}

impl<'a, K: Ord + Copy> Call<'a, K> {
    /// Adds what one more row says; notifiers come in order, and the weights of two rows are never equal.
    fn unite(&mut self, other: &Self) {
        if other.seniority() < self.seniority() {
            self.key = other.key;
        }
        if other.weight() > self.weight() {
            (self.row, self.notifier) = (other.row, other.notifier);
        }
        self.lost &= other.lost;
        self.rows.extend_from_slice(&other.rows);
    }

    /// Order in which calls and their rows speak for the user.
    fn weight(&self) -> impl Ord + use<'a, K> {
        let dialog = &self.row.dialog;
        (
            !self.lost,
            dialog.state.precedence(),
            Indicator::of(dialog),
            // Who tells more is preferred, and then who has known it for longer.
            !dialog.remote.identities.is_empty(),
            std::cmp::Reverse((self.row.first_seen, self.notifier, dialog.id.as_str())),
        )
    }

    fn seniority(&self) -> (Timestamp, K, &'a str) {
        (self.row.first_seen, self.key.0, self.key.1)
    }
}

impl Indicator {
    /// The state in which one dialog puts its user. Where nobody says who called, a telephone that is alerted is taken
    /// to ring, as the notifiers mean it that leave this out.
    pub fn of(dialog: &Dialog) -> Self {
        match (&dialog.state, dialog.direction) {
            (DialogState::Confirmed, _) => Self::Busy,
            (DialogState::Terminated, _) => Self::Idle,
            (DialogState::Other(_), _) => Self::Unknown,
            (_, Some(Direction::Recipient)) | (DialogState::Early, None) => Self::Ringing,
            (_, Some(Direction::Initiator) | None) => Self::Calling,
        }
    }

    /// The stable name.
    pub fn token(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Idle => "idle",
            Self::Calling => "calling",
            Self::Ringing => "ringing",
            Self::Busy => "busy",
        }
    }
}

/// What tells calls apart.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Identification<'a, K> {
    /// Call-ID and tags, the smaller one first: the two ends of a call see them the other way round.
    Named(&'a str, Option<&'a str>, &'a str),
    /// The id that one notifier gave it.
    Numbered(K, &'a str),
}

impl<'a, K> Identification<'a, K> {
    fn of(notifier: K, dialog: &'a Dialog) -> Self {
        let (local, remote) = (dialog.local_tag.as_deref(), dialog.remote_tag.as_deref());
        match (dialog.call_id.as_deref(), local.max(remote)) {
            (Some(call_id), Some(larger)) => Self::Named(call_id, local.min(remote), larger),
            // A Call-ID alone may be that of many dialogs: one that was forked, or of a notifier that makes them up.
            _ => Self::Numbered(notifier, &dialog.id),
        }
    }
}
