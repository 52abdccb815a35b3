//! Who is another one in one snapshot than in the one before.

use std::collections::HashMap;
use std::sync::Arc;

use crate::account::{BuddyState, Snapshot, Status};

/// A buddy about whom something was told before and is told now; the same or something else.
pub struct Changed<'a> {
    /// As it was.
    pub then: &'a BuddyState,
    /// As it is.
    pub now: &'a BuddyState,
    /// The status of before.
    pub from: &'a Status,
    /// The status of now.
    pub to: &'a Status,
}

/// Everybody whose state is another object. What was not known before is no change, and neither is what is not known any more.
pub fn people<'a>(before: &'a Snapshot, after: &'a Snapshot) -> impl Iterator<Item = Changed<'a>> {
    // Places move only when somebody comes or goes; then everybody is looked up.
    let mut by_address: Option<HashMap<&str, &Arc<BuddyState>>> = None;
    let places = after.buddies.iter().enumerate();
    places.filter_map(move |(place, now)| {
        let then = match before.buddies.get(place) {
            Some(then) if Arc::ptr_eq(then, now) => return None,
            Some(then) if then.address == now.address => then,
            _ => {
                let known = by_address.get_or_insert_with(|| {
                    let all = before.buddies.iter();
                    all.map(|buddy| (buddy.address.as_str(), buddy)).collect()
                });
                known.get(now.address.as_str()).copied()?
            }
        };
        Some(Changed {
            then,
            now,
            from: told(then)?,
            to: told(now)?,
        })
    })
}

/// The status that somebody tells, as far as it is known.
fn told(buddy: &BuddyState) -> Option<&Status> {
    let known = !buddy.refused && !buddy.waiting_for_approval;
    Some(&buddy.status).filter(|status| known && **status != Status::Unknown)
}
