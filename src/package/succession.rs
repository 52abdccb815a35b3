//! Full and partial documents, one after the other: what the formats with a version have in common (RFC 3858 section 4,
//! RFC 4235 section 4.3, RFC 3680 section 5.2, RFC 4662 section 5.6).

use super::BodyError;
use crate::xml::Element;

/// Whether a document tells everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Everything there is; what it does not name is not there.
    Full,
    /// What changed; the rest is as it was.
    Partial,
}

/// What a document did to a table of rows `R`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied<R> {
    /// An old or repeated document, of which nothing was used.
    pub discarded: bool,
    /// Something may be missing: the subscription should be refreshed, which brings the full state.
    pub resync_needed: bool,
    /// Rows that came, changed or went.
    pub changes: Vec<Change<R>>,
}

/// What happened to one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change<R> {
    /// What happened.
    pub kind: ChangeKind,
    /// The row as it is now; of one that went, as it was last reported.
    pub row: R,
}

/// The ways a row can change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeKind {
    /// New in the table.
    Added,
    /// Reported otherwise than before, times left aside.
    Updated,
    /// Reported as terminated, or no longer in a full document.
    Departed,
}

/// Number of the last document that a subscription brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Version(Option<u64>);

impl State {
    /// Reads the attribute `state`.
    pub(super) fn of(root: Element<'_>) -> Result<Self, BodyError> {
        match root.attribute("state").map(str::trim) {
            Some("full") => Ok(Self::Full),
            Some("partial") => Ok(Self::Partial),
            _ => Err(BodyError::missing("the attribute state", root)),
        }
    }

    /// The word that stands for it.
    pub fn token(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Partial => "partial",
        }
    }
}

impl<R> Default for Applied<R> {
    fn default() -> Self {
        Self {
            discarded: false,
            resync_needed: false,
            changes: Vec::new(),
        }
    }
}

impl<R> Applied<R> {
    /// Whether anything shown changed.
    pub fn changed(&self) -> bool {
        !self.changes.is_empty()
    }

    /// What a document with this number does before anything of it is looked at: nothing when it is old.
    pub(super) fn begin(held: &mut Version, number: u64, state: State) -> Self {
        let order = held.take(number, state);
        Self {
            discarded: order.is_none(),
            resync_needed: order.unwrap_or_default(),
            changes: Vec::new(),
        }
    }

    /// Notes that rows went.
    pub(super) fn depart(&mut self, rows: impl IntoIterator<Item = R>) {
        let kind = ChangeKind::Departed;
        let departed = rows.into_iter().map(|row| Change { kind, row });
        self.changes.extend(departed);
    }
}

impl Version {
    /// Takes the number of a document: `None` when it is old or repeated, else whether something may be missing now. The
    /// first one may have any number; without a full one first nobody knows what else there is, and a full one leaves
    /// nothing open.
    pub(super) fn take(&mut self, number: u64, state: State) -> Option<bool> {
        let gap = match self.0 {
            Some(held) if number <= held => return None,
            Some(held) => number - held > 1,
            None => true,
        };
        self.0 = Some(number);
        Some(gap && state == State::Partial)
    }

    /// The number, once there was a document.
    pub(super) fn number(self) -> Option<u64> {
        self.0
    }
}

/// Reads the attribute `version`, a number that XML Schema lets have a plus sign.
pub(super) fn number(root: Element<'_>) -> Result<u64, BodyError> {
    root.attribute("version")
        .and_then(|version| version.trim().parse().ok())
        .ok_or_else(|| BodyError::missing("the attribute version", root))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fm_029_versions_are_followed_and_gaps_ask_for_everything() {
        use State::{Full, Partial};
        let taken = |documents: &[(u64, State)]| {
            let mut version = Version::default();
            let documents = documents.iter();
            let taken = documents.map(|(number, state)| version.take(*number, *state));
            taken.collect::<Vec<_>>()
        };
        let (fine, gap, old) = (Some(false), Some(true), None);
        // Any number is a first one, but without a full document nobody knows what else there is.
        assert_eq!(taken(&[(41, Full)]), [fine]);
        assert_eq!(taken(&[(0, Partial)]), [gap]);
        let in_order = [
            (5, Full),
            (6, Partial),
            (8, Partial),
            (7, Partial),
            (8, Full),
        ];
        assert_eq!(taken(&in_order), [fine, fine, gap, old, old]);
        // A full document leaves nothing open, however many are missing before it.
        assert_eq!(
            taken(&[(0, Full), (7, Full), (8, Partial)]),
            [fine, fine, fine]
        );
        assert_eq!(
            taken(&[(u64::MAX, Full), (0, Full)]),
            [fine, old],
            "no wrap"
        );
    }
}
