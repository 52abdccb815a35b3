//! The whole state of an account at one moment, as the window shows it.

use std::sync::Arc;
use std::time::Instant;

use jiff::Timestamp;

use super::buddies::BuddyList;
use super::event::{
    Dialog, Fault, Messages, Preview, Publication, Registration, Rule, Subscription, Trouble,
    Watcher,
};
use super::health::Health;
use super::permanent::Permanence;
use super::presentity::Presence;
use crate::package::dialog_info::Indicator;
use crate::package::presence::Status;

/// The whole state of an account at one moment. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Snapshot {
    /// The account's address.
    pub account: String,
    /// The state of the connection in one word, for the quiet line at the window's edge.
    pub connection: Connection,
    /// How the registration stands; `None` before the first attempt.
    pub registration: Option<Registration>,
    /// What the user wants others to see.
    pub own_status: Status,
    /// The note that goes with it.
    pub own_note: String,
    /// When it ends by itself.
    pub own_until: Option<Timestamp>,
    /// Whether others see 'away' in its place, as nobody is at the machine.
    pub own_away: bool,
    /// The status that stays when nobody is logged in.
    pub permanent: Permanence,
    /// How the own publication stands; `None` before the first attempt.
    pub publication: Option<Publication>,
    /// One entry for each watched presentity, in the order in which they were added.
    pub buddies: Vec<Arc<BuddyState>>,
    /// The list of buddies, with names and groups, as it stands with the server.
    pub list: Arc<BuddyList>,
    /// One entry for each mailbox.
    pub mailboxes: Vec<MailboxState>,
    /// One entry for each observed user's calls.
    pub dialogs: Vec<DialogsState>,
    /// Everybody who watches, or wants to; requests are those with [`Watcher::decision`] `undecided` or `confirm` whose
    /// status is `pending` or `waiting`, one for each address.
    pub watchers: Vec<Watcher>,
    /// Whether the server tells about watchers at all; `None` while unknown.
    pub watchers_supported: Option<bool>,
    /// The last words about decisions, newest first, a bounded number.
    pub rules: Vec<Rule>,
    /// What a watcher sees, as the user asked last.
    pub preview: Option<Preview>,
    /// What went wrong and still matters, newest first, a bounded number.
    pub troubles: Vec<Trouble>,
    /// How everything fares, as it was when somebody last asked ([`Command::ReportHealth`](super::Command)).
    pub health: Arc<Vec<Health>>,
    /// Bad input met so far: malformed messages, unusable bodies, requests and responses that belong to nothing.
    pub bad_input: u64,
}

impl Snapshot {
    /// The watchers that wait for a decision, one for each address (MG-007); of many the first
    /// [`MAX_REQUESTS`], as nobody answers more at a sitting (RB-008).
    pub fn requests(&self) -> Vec<&Watcher> {
        let mut requests: Vec<&Watcher> = Vec::new();
        for watcher in &self.watchers {
            if requests.len() == MAX_REQUESTS {
                break;
            }
            let asks = matches!(watcher.status.as_str(), "pending" | "waiting")
                && matches!(watcher.decision.as_str(), "undecided" | "confirm");
            if asks
                && !requests
                    .iter()
                    .any(|request| request.watcher == watcher.watcher)
            {
                requests.push(watcher);
            }
        }
        requests
    }
}

/// The state of the connection in one word.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Connection {
    /// Not logged in, and not trying to.
    #[default]
    LoggedOut,
    /// Trying.
    Connecting,
    /// Logged in (or, without registration, something answered).
    Online,
    /// The server wants a password, or another one.
    PasswordNeeded {
        /// True when one was refused.
        refused: bool,
    },
    /// Not reachable or refused.
    Trouble {
        /// What happened, as a sentence.
        message: String,
        /// What kind of failure it is; `None` when the account could not even start.
        fault: Option<Fault>,
        /// Time until the next attempt, in seconds, at the moment of the snapshot.
        retry_in_s: Option<u64>,
    },
}

/// One watched presentity.
#[derive(Debug, Clone, PartialEq)]
pub struct BuddyState {
    /// Its address, in canonical form.
    pub address: String,
    /// The status to show.
    pub status: Status,
    /// True while the notifier waits for its user's decision: shown as waiting for approval, never as offline.
    pub waiting_for_approval: bool,
    /// True when the other side refused.
    pub refused: bool,
    /// What is known.
    pub presence: Presence,
    /// The subscription behind it.
    pub subscription: Subscription,
    /// When this was true, for counting down what it says in seconds: what does not change is not made anew.
    pub as_of: Instant,
}

/// One mailbox.
#[derive(Debug, Clone, PartialEq)]
pub struct MailboxState {
    /// What is known; `None` before the first summary.
    pub messages: Option<Messages>,
    /// The subscription behind it.
    pub subscription: Subscription,
}

/// The calls of one observed user.
#[derive(Debug, Clone, PartialEq)]
pub struct DialogsState {
    /// The user's address, in canonical form.
    pub address: String,
    /// The user's state in one word.
    pub indicator: Indicator,
    /// The calls, the one first that makes the state; [`Dialog::since`] and [`Dialog::remote`] say since when and with
    /// whom, as far as anybody tells.
    pub calls: Vec<Dialog>,
    /// True when the last word is no longer known to be current.
    pub stale: bool,
    /// True while the notifier waits for its user's decision.
    pub waiting_for_approval: bool,
    /// The subscription behind it.
    pub subscription: Subscription,
}

/// Requests put before the user at once.
pub const MAX_REQUESTS: usize = 20;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rb_008_requests_are_one_for_each_address_and_few() {
        let watchers = (0..5000).map(|number| Watcher {
            resource: "sip:alice@example.com".to_owned(),
            package: "presence".to_owned(),
            watcher: format!("sip:w{}@example.com", number / 2),
            display_name: None,
            status: "pending".to_owned(),
            event: "subscribe".to_owned(),
            id: number.to_string(),
            decision: "undecided".to_owned(),
            expires_s: None,
            duration_s: None,
        });
        let snapshot = Snapshot {
            watchers: watchers.collect(),
            ..Snapshot::default()
        };
        let requests = snapshot.requests();
        assert_eq!(requests.len(), MAX_REQUESTS);
        assert_eq!(requests[1].watcher, "sip:w1@example.com");
    }
}
