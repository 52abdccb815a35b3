//! The whole state of an account at one moment, as the window shows it.

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;
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
use super::rules_state::RulesState;
use super::trace::Trace;
use super::watcher_history::PastWatcher;
use crate::net::Refused;
use crate::package::dialog_info::Indicator;
use crate::package::presence::Status;
use crate::rules::Ground;

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
    /// Everybody who watches, or wants to; those who have waited longest for a decision first.
    pub watchers: Vec<Watcher>,
    /// Whether that list may have changed unheard: what came last could not be used, or something is missing.
    pub watchers_stale: bool,
    /// Everybody who has watched or asked to, as far as it is remembered, the latest first.
    pub past_watchers: Arc<Vec<PastWatcher>>,
    /// Whether anybody tells about watchers at all, the server or they themselves; `None` while unknown.
    pub watchers_supported: Option<bool>,
    /// The last words about decisions, newest first, a bounded number.
    pub rules: Vec<Rule>,
    /// What the rules say about many at once: `*@domain`, and in the end `*` for everybody else; only where they say
    /// anything.
    pub wide: Arc<Vec<(String, Ground)>>,
    /// What a watcher sees, as the user asked last.
    pub preview: Option<Preview>,
    /// What is known of the rules on the server.
    pub rules_state: RulesState,
    /// Where the last copy of rules that could not be used is, or why there is none.
    pub rules_copy: Option<Result<PathBuf, String>>,
    /// The same of a list of buddies that could not be used.
    pub list_copy: Option<Result<PathBuf, String>>,
    /// What went wrong and still matters, newest first, a bounded number.
    pub troubles: Vec<Trouble>,
    /// Servers that showed a certificate which is not trusted, and have not been trusted since; a bounded number.
    pub distrusted: Arc<Vec<Refused>>,
    /// How everything fares, as it was when somebody last asked ([`Command::ReportHealth`](super::Command)).
    pub health: Arc<Vec<Health>>,
    /// The last messages on the wire, if the account records them ([`Config::record`](super::Config::record)).
    pub trace: Trace,
    /// Bad input met so far: malformed messages, unusable bodies, requests and responses that belong to nothing.
    pub bad_input: u64,
}

impl Snapshot {
    /// The watchers that wait for a decision, one for each address (MG-007), those who have waited longest first: the
    /// pending and waiting ones, and behind them those who asked before and are gone; another device may have answered
    /// these, so they are told once the rules were read. Of a flood all of them (RB-008).
    pub fn requests(&self) -> Vec<Request<'_>> {
        let mut seen = HashSet::new();
        let past: HashMap<&str, &PastWatcher> = self
            .past_watchers
            .iter()
            .map(|past| (past.watcher.as_str(), past))
            .collect();
        let live = self.watchers.iter().filter(|watcher| {
            let asks = matches!(watcher.status.as_str(), "pending" | "waiting")
                && matches!(watcher.decision.as_str(), "undecided" | "confirm");
            seen.insert(watcher.watcher.as_str()) && asks
        });
        let mut requests: Vec<Request<'_>> = live
            .map(|watcher| {
                let past = past.get(watcher.watcher.as_str());
                Request {
                    watcher: &watcher.watcher,
                    display_name: watcher.display_name.as_deref(),
                    since: past.map(|past| past.first).or(watcher.since),
                    asked: past.map_or(1, |past| past.asked),
                    gone: None,
                    source: watcher.source,
                }
            })
            .collect();
        let judged = self.rules_state != RulesState::Reading;
        let mut gone: Vec<Request<'_>> = self
            .past_watchers
            .iter()
            .filter(|past| judged && past.asks && !seen.contains(past.watcher.as_str()))
            .map(|past| Request {
                watcher: &past.watcher,
                display_name: past.display_name.as_deref(),
                since: Some(past.first),
                asked: past.asked,
                gone: Some(past.last),
                source: past.source,
            })
            .collect();
        gone.sort_by_key(|request| request.since);
        requests.append(&mut gone);
        requests
    }
}

/// Somebody who wants to see the own presence, and about whom nothing is decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Request<'a> {
    /// The address, in canonical form.
    pub watcher: &'a str,
    /// The name it gives itself; anybody can claim any name.
    pub display_name: Option<&'a str>,
    /// When it first asked, when that is known.
    pub since: Option<Timestamp>,
    /// How often it has asked.
    pub asked: u32,
    /// When it went away without an answer; `None` while it waits. What is decided holds for its next try.
    pub gone: Option<Timestamp>,
    /// Where it asks, or asked, this device itself: how far it is known who it is, as in [`Watcher::source`].
    pub source: Option<&'static str>,
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
    pub presence: Arc<Presence>,
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

#[cfg(test)]
mod tests {
    use super::*;

    fn pending(who: &str, id: usize) -> Watcher {
        Watcher {
            watcher: format!("sip:{who}@example.com"),
            status: "pending".to_owned(),
            id: id.to_string(),
            decision: "undecided".to_owned(),
            ..Watcher::default()
        }
    }

    #[test]
    fn rb_008_requests_are_one_for_each_address_and_all_of_a_flood() {
        let watchers = (0..5000).map(|number| pending(&format!("w{}", number / 2), number));
        let snapshot = Snapshot {
            watchers: watchers.collect(),
            ..Snapshot::default()
        };
        let requests = snapshot.requests();
        assert_eq!(requests.len(), 2500);
        assert_eq!(requests[1].watcher, "sip:w1@example.com");
    }

    #[test]
    fn who_went_away_without_an_answer_still_asks() {
        let past = |who: &str, asks: bool, first: i64| PastWatcher {
            watcher: format!("sip:{who}@example.com"),
            display_name: Some("Somebody".to_owned()),
            first: Timestamp::from_second(first).unwrap(),
            last: Timestamp::from_second(first + 60).unwrap(),
            asked: 2,
            asks,
            is_there: false,
            decision: "undecided",
            source: (who == "dave").then_some("claimed"),
        };
        let mut active = pending("carol", 2);
        active.status = "active".to_owned();
        let snapshot = Snapshot {
            watchers: vec![pending("bob", 1), active],
            past_watchers: Arc::new(vec![
                past("dave", true, 20),
                past("erin", true, 10),
                past("frank", false, 0),
                past("bob", true, 5),
                past("carol", true, 0),
            ]),
            ..Snapshot::default()
        };
        let requests = snapshot.requests();
        let who: Vec<&str> = requests.iter().map(|request| request.watcher).collect();
        let expected = [
            "sip:bob@example.com",
            "sip:erin@example.com",
            "sip:dave@example.com",
        ];
        assert_eq!(who, expected);
        assert_eq!((requests[0].gone, requests[0].asked), (None, 2));
        assert_eq!(requests[1].gone, Timestamp::from_second(70).ok());
        assert_eq!(
            (requests[1].source, requests[2].source),
            (None, Some("claimed"))
        );
        let early = Snapshot {
            rules_state: RulesState::Reading,
            ..snapshot
        };
        assert_eq!(early.requests().len(), 1, "another device may have decided");
    }
}
