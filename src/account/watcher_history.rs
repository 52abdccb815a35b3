//! Who has watched the account or asked to: remembered across starts, so that a request stays until it is decided even
//! when the server forgets it.

use std::collections::HashMap;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::clock::Now;
use super::event::Watcher;
use crate::engine::{Moment, Proof};
use crate::package::watcher_info::WatcherStatus;
use crate::rules::Decision;
use crate::store::{KeptWatcher, KeptWatchers, MAX_WATCHERS};

/// Somebody who has watched, or asked to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastWatcher {
    /// The address, in canonical form.
    pub watcher: String,
    /// The name that it last gave itself.
    pub display_name: Option<String>,
    /// When it was first seen.
    pub first: Timestamp,
    /// When it was last seen to come, change or go.
    pub last: Timestamp,
    /// How often it has subscribed, as far as it was seen.
    pub asked: u32,
    /// Whether its question is still open, be it there or not.
    pub asks: bool,
    /// Whether the server lists it now.
    pub is_there: bool,
    /// What the rules say about it: `undecided`, `allow`, `polite-block`, `block`, `confirm`.
    pub decision: &'static str,
    /// Where it last asked this device itself: how far it is known who it was, as in [`Watcher::source`].
    pub source: Option<&'static str>,
}

/// The memory of one account. What is not legible in its file is not remembered; what cannot be written lasts as long
/// as the run.
#[derive(Debug)]
pub(super) struct WatcherHistory {
    account: String,
    keep_in: Option<PathBuf>,
    known: HashMap<String, Known>,
    /// When the file is to be written; `None`: it says what is known.
    save_at: Option<Moment>,
    shown: Option<Arc<Vec<PastWatcher>>>,
    /// Why its file is neither read nor written.
    fault: Option<io::Error>,
}

#[derive(Debug)]
struct Known {
    past: PastWatcher,
    /// The id of its last subscription, and when that began.
    id: String,
    newest: Option<Timestamp>,
}

impl WatcherHistory {
    /// What an account remembers.
    pub(super) fn load(account: &str, keep_in: Option<PathBuf>) -> Self {
        let kept = keep_in
            .as_deref()
            .map(|folder| KeptWatchers::load(folder, account));
        let (kept, fault) = match kept {
            Some(Err(error)) => (KeptWatchers::default(), Some(error)),
            Some(Ok(kept)) => (kept, None),
            None => (KeptWatchers::default(), None),
        };
        let known = kept.0.into_iter().map(|kept| {
            let past = PastWatcher {
                watcher: kept.watcher.clone(),
                display_name: Some(kept.display_name).filter(|name| !name.is_empty()),
                first: kept.first,
                last: kept.last,
                asked: kept.asked,
                asks: kept.asks,
                is_there: false,
                decision: Decision::Undecided.token(),
                source: Proof::from_token(&kept.source).map(Proof::token),
            };
            let known = Known {
                past,
                id: kept.id,
                newest: None,
            };
            (kept.watcher, known)
        });
        Self {
            account: account.to_owned(),
            known: known.collect(),
            keep_in,
            save_at: None,
            shown: None,
            fault,
        }
    }

    /// The list of watchers has changed.
    pub(super) fn note(&mut self, changed: &[Watcher], now: Now) {
        if changed.is_empty() {
            return;
        }
        for watcher in changed {
            if watcher.watcher.len() <= ADDRESS_BYTES {
                self.note_one(watcher, now.wall);
            }
        }
        self.make_room();
        self.touched(now);
    }

    /// The rules are other ones now: what they decide is no open question any more.
    pub(super) fn judge(&mut self, decide: &dyn Fn(&str) -> Decision, now: Now) {
        let mut changed = false;
        for known in self.known.values_mut() {
            changed |= known.judge(decide(&known.past.watcher));
        }
        if changed {
            self.touched(now);
        }
    }

    /// Forgets everybody, in the file too.
    pub(super) fn forget(&mut self) {
        self.known.clear();
        self.shown = None;
        self.save_at = None;
        if let Some(folder) = &self.keep_in
            && let Err(error) = KeptWatchers::forget(folder, &self.account)
        {
            tracing::warn!(%error, "the file of watchers is not removed");
        }
    }

    /// Why its file is neither read nor written; `None` where nothing is wrong.
    pub(super) fn fault(&self) -> Option<String> {
        self.fault.as_ref().map(ToString::to_string)
    }

    /// When [`Self::save_if_due`] is to be called.
    pub(super) fn deadline(&self) -> Option<Moment> {
        self.save_at
    }

    /// Writes the file when it is time.
    pub(super) fn save_if_due(&mut self, now: Now) {
        if self.save_at.is_some_and(|at| at <= now.moment) {
            self.save();
        }
    }

    /// Writes the file, if it does not say what is known.
    pub(super) fn save(&mut self) {
        if self.save_at.take().is_none() {
            return;
        }
        let Some(folder) = self.keep_in.as_ref().filter(|_| self.fault.is_none()) else {
            return;
        };
        let mut kept: Vec<KeptWatcher> = self.known.values().map(Known::kept).collect();
        kept.sort_by(|one, other| one.watcher.cmp(&other.watcher));
        if let Err(error) = KeptWatchers(kept).save(folder, &self.account) {
            tracing::warn!(%error, "who watches is not remembered");
        }
    }

    /// Everybody who is remembered, the latest first.
    pub(super) fn shown(&mut self) -> Arc<Vec<PastWatcher>> {
        let known = &self.known;
        let make = || {
            let mut all: Vec<PastWatcher> =
                known.values().map(|known| known.past.clone()).collect();
            all.sort_by(|one, other| (other.last, &one.watcher).cmp(&(one.last, &other.watcher)));
            Arc::new(all)
        };
        Arc::clone(self.shown.get_or_insert_with(make))
    }

    fn note_one(&mut self, watcher: &Watcher, now: Timestamp) {
        let status = WatcherStatus::from_token(&watcher.status);
        let gone = status == WatcherStatus::Terminated;
        if gone && !self.known.contains_key(&watcher.watcher) {
            return;
        }
        let known = self
            .known
            .entry(watcher.watcher.clone())
            .or_insert_with(|| Known::new(watcher, now));
        known.past.last = now;
        known.past.is_there = !gone;
        if !gone {
            known.present(watcher, &status);
        }
        known.judge(Decision::from_token(&watcher.decision).unwrap_or_default());
    }

    /// A flood pushes nobody out who was there before it: of those who are gone and ask nothing the oldest go first, then
    /// the newest of all.
    fn make_room(&mut self) {
        let over = self.known.len().saturating_sub(MAX_WATCHERS);
        if over == 0 {
            return;
        }
        let mut all: Vec<(bool, i64, String)> = self
            .known
            .values()
            .map(|known| {
                let past = &known.past;
                let matters = past.is_there || past.asks;
                let at = past.first.as_second();
                (
                    matters,
                    if matters { -at } else { at },
                    past.watcher.clone(),
                )
            })
            .collect();
        all.sort_unstable();
        for (_, _, watcher) in all.into_iter().take(over) {
            self.known.remove(&watcher);
        }
    }

    fn touched(&mut self, now: Now) {
        self.shown = None;
        self.save_at.get_or_insert(now.moment + SAVE_AFTER);
    }
}

impl Known {
    fn new(watcher: &Watcher, now: Timestamp) -> Self {
        Self {
            past: PastWatcher {
                watcher: watcher.watcher.clone(),
                display_name: None,
                first: watcher.since.unwrap_or(now).min(now),
                last: now,
                asked: 0,
                asks: false,
                is_there: true,
                decision: Decision::Undecided.token(),
                source: watcher.source,
            },
            id: String::new(),
            newest: None,
        }
    }

    /// The server lists it.
    fn present(&mut self, watcher: &Watcher, status: &WatcherStatus) {
        // Of several devices now one and now another speaks for the person: only what began later is new.
        let later = match (watcher.since, self.newest) {
            (Some(since), Some(newest)) => since > newest,
            (_, newest) => newest.is_none(),
        };
        if self.past.asked == 0 || (watcher.id != self.id && later) {
            self.past.asked = self.past.asked.saturating_add(1);
        }
        if self.newest.is_none() || later {
            watcher.id.clone_into(&mut self.id);
        }
        self.newest = self.newest.max(watcher.since);
        let name = watcher.display_name.as_deref().unwrap_or_default();
        let name: String = name.chars().take(NAME_CHARACTERS).collect();
        if !name.is_empty() {
            self.past.display_name = Some(name);
        }
        self.past.source = watcher.source;
        self.past.asks = status.asks_for_decision();
    }

    /// Whether that changes anything.
    fn judge(&mut self, decision: Decision) -> bool {
        let before = (self.past.decision, self.past.asks);
        self.past.decision = decision.token();
        self.past.asks &= matches!(decision, Decision::Undecided | Decision::Confirm);
        before != (self.past.decision, self.past.asks)
    }

    fn kept(&self) -> KeptWatcher {
        KeptWatcher {
            watcher: self.past.watcher.clone(),
            display_name: self.past.display_name.clone().unwrap_or_default(),
            first: self.past.first,
            last: self.past.last,
            asked: self.past.asked,
            asks: self.past.asks,
            id: self.id.clone(),
            source: self.past.source.unwrap_or_default().to_owned(),
        }
    }
}

/// How long changes are gathered before the file is written.
const SAVE_AFTER: Duration = Duration::from_secs(5);
/// Whoever has a longer address is shown, but not remembered.
const ADDRESS_BYTES: usize = 256;
/// Of a longer name this much is remembered.
const NAME_CHARACTERS: usize = 120;

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Now {
        Now {
            moment: Moment::from_start(Duration::from_secs(seconds)),
            wall: Timestamp::from_second(1_000_000 + i64::try_from(seconds).unwrap()).unwrap(),
        }
    }

    fn row(who: &str, status: &str, id: &str, since: u64) -> Watcher {
        Watcher {
            watcher: format!("sip:{who}@example.com"),
            status: status.to_owned(),
            id: id.to_owned(),
            decision: "undecided".to_owned(),
            since: Some(at(since).wall),
            ..Watcher::default()
        }
    }

    fn one(history: &mut WatcherHistory, who: &str) -> PastWatcher {
        let who = format!("sip:{who}@example.com");
        let shown = history.shown();
        shown
            .iter()
            .find(|past| past.watcher == who)
            .unwrap()
            .clone()
    }

    #[test]
    fn a_request_stays_open_when_the_watcher_goes_and_over_the_next_start() {
        let home = tempfile::tempdir().unwrap();
        let folder = Some(home.path().to_owned());
        let mut history = WatcherHistory::load("sip:alice@example.com", folder.clone());
        let here = Watcher {
            source: Some("claimed"),
            ..row("dave", "pending", "1", 0)
        };
        history.note(&[here], at(10));
        history.note(&[row("dave", "terminated", "1", 0)], at(70));
        let dave = one(&mut history, "dave");
        assert!(dave.asks && !dave.is_there);
        assert_eq!(dave.source, Some("claimed"));
        assert_eq!(
            (dave.first, dave.last, dave.asked),
            (at(0).wall, at(70).wall, 1)
        );
        assert_eq!(history.deadline(), Some(at(15).moment));
        history.save_if_due(at(14));
        assert!(history.deadline().is_some());
        history.save_if_due(at(15));
        assert_eq!(history.deadline(), None);

        let mut later = WatcherHistory::load("sip:alice@example.com", folder.clone());
        assert!(one(&mut later, "dave").asks);
        assert_eq!(one(&mut later, "dave").source, Some("claimed"));
        // The same subscription is no second question, another one is.
        later.note(&[row("dave", "pending", "1", 0)], at(100));
        assert_eq!(one(&mut later, "dave").asked, 1);
        later.note(&[row("dave", "pending", "2", 101)], at(110));
        assert_eq!(one(&mut later, "dave").asked, 2);
        later.forget();
        later.save();
        let mut forgotten = WatcherHistory::load("sip:alice@example.com", folder);
        assert!(forgotten.shown().is_empty());
    }

    #[test]
    fn a_decision_answers_the_question_for_good() {
        let mut history = WatcherHistory::load("sip:alice@example.com", None);
        history.note(&[row("dave", "pending", "1", 0)], at(10));
        history.note(&[row("dave", "terminated", "1", 0)], at(70));
        history.judge(&|_| Decision::Confirm, at(71));
        assert!(one(&mut history, "dave").asks, "that is no answer");
        history.judge(&|_| Decision::Block, at(72));
        assert_eq!(one(&mut history, "dave").decision, "block");
        history.judge(&|_| Decision::Undecided, at(73));
        assert!(
            !one(&mut history, "dave").asks,
            "it does not ask again by itself"
        );
        history.note(&[row("dave", "waiting", "2", 80)], at(80));
        assert!(one(&mut history, "dave").asks);
    }

    #[test]
    fn two_devices_of_one_person_are_two_questions_and_not_more() {
        let mut history = WatcherHistory::load("sip:alice@example.com", None);
        for (id, since) in [("1", 0), ("2", 20), ("1", 0), ("2", 20), ("1", 0)] {
            history.note(&[row("dave", "active", id, since)], at(30));
        }
        assert_eq!(one(&mut history, "dave").asked, 2);
    }

    #[test]
    fn rb_008_a_flood_pushes_nobody_out() {
        let mut history = WatcherHistory::load("sip:alice@example.com", None);
        history.note(&[row("old", "active", "0", 0)], at(1));
        history.note(&[row("old", "terminated", "0", 0)], at(2));
        history.note(&[row("bob", "active", "1", 0)], at(3));
        let flood: Vec<Watcher> = (0..5000)
            .map(|number| row(&format!("w{number}"), "pending", &number.to_string(), 10))
            .collect();
        history.note(&flood, at(20));
        let shown = history.shown();
        assert_eq!(shown.len(), MAX_WATCHERS);
        let has = |who: &str| shown.iter().any(|past| past.watcher == who);
        assert!(has("sip:bob@example.com"));
        assert!(!has("sip:old@example.com"));
        let endless = Watcher {
            watcher: format!("sip:{}@example.com", "x".repeat(5000)),
            display_name: Some("y".repeat(10_000)),
            ..row("x", "pending", "9", 30)
        };
        history.note(&[endless], at(30));
        assert_eq!(history.shown().len(), MAX_WATCHERS);
    }
}
