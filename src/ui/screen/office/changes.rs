//! Who has changed, and the user has not seen it yet.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::account::{BuddyState, Snapshot, Status};

/// What has changed since the start.
#[derive(Debug, Clone, Default)]
pub(super) struct Changes {
    /// Who has changed while the user looked elsewhere, by the snapshot's address.
    unread: HashSet<String>,
}

impl Changes {
    /// Compares two snapshots. `unread`: whether the user misses a change of somebody now.
    pub(super) fn learn(
        &mut self,
        before: &Snapshot,
        after: &Snapshot,
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
}

/// The status that somebody tells, as far as it is known.
fn told(buddy: &Arc<BuddyState>) -> Option<&Status> {
    let known = !buddy.refused && !buddy.waiting_for_approval;
    Some(&buddy.status).filter(|status| known && **status != Status::Unknown)
}

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
        changes.learn(&unknown, &away, |_| true);
        assert!(!changes.is_unread(BOB), "nothing was known before");
        changes.learn(&away, &there, |_| true);
        assert!(changes.is_unread(BOB), "also at another place");
        assert!(!changes.is_unread("sip:carol@example.test"));
        changes.seen(BOB);
        assert!(!changes.is_unread(BOB));
        changes.learn(&there, &unknown, |_| true);
        assert!(!changes.is_unread(BOB));
        changes.learn(&away, &there, |_| false);
        assert!(!changes.is_unread(BOB), "the user saw it happen");
    }
}
