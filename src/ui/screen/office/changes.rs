//! Who has changed: what the user has not seen yet, and what happened today.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;

use jiff::Timestamp;

use crate::account::{BuddyState, Snapshot, Status};

/// What has changed since the start.
#[derive(Debug, Clone, Default)]
pub(super) struct Changes {
    /// Who has changed while the user looked elsewhere, by the snapshot's address.
    unread: HashSet<String>,
    /// What has changed, the oldest first; a bounded number.
    log: VecDeque<Change>,
}

/// One change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Change {
    address: String,
    /// When it was seen here.
    pub(super) at: Timestamp,
    /// What became of it.
    pub(super) status: Status,
}

impl Changes {
    /// Compares two snapshots. `unread`: whether the user misses a change of somebody now.
    pub(super) fn learn(
        &mut self,
        before: &Snapshot,
        after: &Snapshot,
        at: Timestamp,
        unread: impl Fn(&str) -> bool,
    ) {
        // Places move only when somebody comes or goes; then everybody is looked up.
        let mut by_address: Option<HashMap<&str, &Arc<BuddyState>>> = None;
        for (place, now) in after.buddies.iter().enumerate() {
            let then = before.buddies.get(place);
            let then = match then {
                Some(then) if Arc::ptr_eq(then, now) => continue,
                Some(then) if then.address == now.address => Some(then),
                _ => {
                    let known = by_address.get_or_insert_with(|| {
                        let all = before.buddies.iter();
                        all.map(|buddy| (buddy.address.as_str(), buddy)).collect()
                    });
                    known.get(now.address.as_str()).copied()
                }
            };
            // What was not known before is no change, and neither is what is not known any more.
            let (Some(then), Some(status)) = (then.and_then(told), told(now)) else {
                continue;
            };
            if then == status {
                continue;
            }
            if self.log.len() == MAX_LOG {
                self.log.pop_front();
            }
            self.log.push_back(Change {
                address: now.address.clone(),
                at,
                status: status.clone(),
            });
            if unread(&now.address) {
                self.unread.insert(now.address.clone());
            }
        }
    }

    /// Whether somebody has changed and the user has not seen it.
    pub(super) fn is_unread(&self, address: &str) -> bool {
        self.unread.contains(address)
    }

    /// The user has looked at somebody.
    pub(super) fn seen(&mut self, address: &str) {
        self.unread.remove(address);
    }

    /// The user has looked at the window and turns away now.
    pub(super) fn all_seen(&mut self) {
        self.unread.clear();
    }

    /// What has changed with somebody, the newest first.
    pub(super) fn of(&self, address: &str) -> impl Iterator<Item = &Change> {
        self.log
            .iter()
            .rev()
            .filter(move |change| change.address == address)
    }
}

/// The status that somebody tells, as far as it is known.
fn told(buddy: &Arc<BuddyState>) -> Option<&Status> {
    let known = !buddy.refused && !buddy.waiting_for_approval;
    Some(&buddy.status).filter(|status| known && **status != Status::Unknown)
}

/// So many changes are remembered; at a change of everybody each minute that is the last one of ten thousand.
const MAX_LOG: usize = 10_000;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::testing::{buddy, online};

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
        let at = Timestamp::UNIX_EPOCH;
        changes.learn(&unknown, &away, at, |_| true);
        assert_eq!(changes.of(BOB).count(), 0, "nothing was known before");
        changes.learn(&away, &there, at, |_| true);
        let log: Vec<_> = changes.of(BOB).map(|change| &change.status).collect();
        assert_eq!(log, [&Status::Available], "also at another place");
        assert!(changes.is_unread(BOB));
        assert!(!changes.is_unread("sip:carol@example.test"));
        changes.seen(BOB);
        assert!(!changes.is_unread(BOB));
        changes.learn(&there, &unknown, at, |_| true);
        assert_eq!(changes.of(BOB).count(), 1);
        changes.learn(&away, &there, at, |_| false);
        assert!(!changes.is_unread(BOB), "the user saw it happen");
        assert_eq!(changes.of(BOB).count(), 2);
    }

    #[test]
    fn the_memory_is_bounded() {
        let mut changes = Changes::default();
        let one = with(&[("bob", Status::Away)]);
        let other = with(&[("bob", Status::Busy)]);
        for _ in 0..MAX_LOG {
            changes.learn(&one, &other, Timestamp::UNIX_EPOCH, |_| true);
            changes.learn(&other, &one, Timestamp::UNIX_EPOCH, |_| true);
        }
        assert_eq!(changes.log.len(), MAX_LOG);
    }
}
