//! Who has changed, and the user has not seen it yet.

use std::collections::HashSet;

use crate::account::Snapshot;
use crate::ui::changed;
use crate::ui::session::{Session, Whom};

/// What has changed since the start.
#[derive(Debug, Clone, Default)]
pub(super) struct Changes {
    /// Who has changed while the user looked elsewhere.
    unread: HashSet<Whom>,
}

impl Changes {
    /// Compares two snapshots. `unread`: whether the user misses a change of somebody now.
    pub(super) fn learn(
        &mut self,
        before: &Snapshot,
        session: &Session,
        unread: impl Fn(&str) -> bool,
    ) {
        for changed in changed::people(before, &session.snapshot) {
            if changed.from != changed.to && unread(&changed.now.address) {
                self.unread.insert(session.whom(&changed.now.address));
            }
        }
    }

    /// Whether somebody has changed and the user has not seen it.
    pub(super) fn is_unread(&self, whom: &Whom) -> bool {
        self.unread.contains(whom)
    }

    /// The user has looked at somebody.
    pub(super) fn seen(&mut self, whom: &Whom) {
        self.unread.remove(whom);
    }

    /// The user has looked at the window and turns away now.
    pub(super) fn all_seen(&mut self) {
        self.unread.clear();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::account::Status;
    use crate::ui::testing::{buddy, online, session, whom};

    fn with(people: &[(&str, Status)]) -> Snapshot {
        let buddies = people.iter().map(|(user, status)| {
            Arc::new(buddy(&format!("sip:{user}@example.test"), status.clone()))
        });
        Snapshot {
            buddies: buddies.collect(),
            ..online()
        }
    }

    const BOB: &str = "sip:bob@example.test";

    #[test]
    fn a_change_is_remembered_and_unread_until_it_is_seen() {
        let mut changes = Changes::default();
        let unknown = with(&[("bob", Status::Unknown)]);
        let away = with(&[("carol", Status::Busy), ("bob", Status::Away)]);
        let there = with(&[("bob", Status::Available), ("carol", Status::Busy)]);
        let now = |snapshot: &Snapshot| session(snapshot.clone());
        changes.learn(&unknown, &now(&away), |_| true);
        assert!(!changes.is_unread(&whom(BOB)), "nothing was known before");
        changes.learn(&away, &now(&there), |_| true);
        assert!(changes.is_unread(&whom(BOB)), "also at another place");
        assert!(!changes.is_unread(&whom("sip:carol@example.test")));
        changes.seen(&whom(BOB));
        assert!(!changes.is_unread(&whom(BOB)));
        changes.learn(&there, &now(&unknown), |_| true);
        assert!(!changes.is_unread(&whom(BOB)));
        changes.learn(&away, &now(&there), |_| false);
        assert!(!changes.is_unread(&whom(BOB)), "the user saw it happen");
    }
}
