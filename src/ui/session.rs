//! One account that is logged in or about to be: its run beside the window, and what it last said.

mod list;

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;
use std::time::{Duration, Instant};

use iced::Subscription;
use iced::futures::channel::mpsc;
use iced::futures::{SinkExt as _, Stream};
use jiff::Timestamp;

use super::activity::Log;
use super::address;
use super::backend::{Backend, Commands};
use crate::account::{
    self, AccountSettings, Buddy, BuddyState, Command, Connection, Decision, DialogsState,
    Disclosure, Preset, Rule, Secret, Snapshot, Status,
};
use crate::fl;

/// The number of a session within this run.
pub type SessionId = u64;

/// Somebody, as one of the accounts knows them.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Whom {
    /// The account.
    pub session: SessionId,
    /// Their address, as its snapshot has it.
    pub address: String,
}

/// What the user wants of the keyring after typing a password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Typed {
    /// It is to keep this one.
    Remember(Secret),
    /// It is to keep none.
    Forget,
}

/// What happened in a session.
#[derive(Debug, Clone)]
pub enum Happening {
    /// It runs and takes wishes.
    Ready(Commands),
    /// Something changed.
    Changed(Arc<Snapshot>),
    /// It has ended.
    Ended,
}

/// What the user decides about a watcher.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    /// What to do.
    pub decision: Decision,
    /// When an approval ends by itself.
    pub until: Option<Timestamp>,
    /// How much an approval shows.
    pub shows: Disclosure,
}

impl From<Decision> for Verdict {
    fn from(decision: Decision) -> Self {
        Self {
            decision,
            until: None,
            shows: Disclosure::default(),
        }
    }
}

/// One account's run.
pub struct Session {
    /// Its number.
    pub id: SessionId,
    /// Whether this is the demo office: nothing of it is kept.
    pub demo: bool,
    /// What tells the account from the others, while there are others.
    pub label: Option<String>,
    /// The account's settings as they are now.
    pub account: AccountSettings,
    /// What administrators have settled for it.
    preset: Option<Preset>,
    /// The last snapshot.
    pub snapshot: Arc<Snapshot>,
    /// When it came, for counting down what it says in seconds.
    pub received: Instant,
    /// The names the user gave, by [`address::key`].
    pub names: HashMap<String, String>,
    /// Where each buddy stands in `account.buddies`, by [`address::key`].
    places: HashMap<String, usize>,
    /// Those on the list who are not watched for now, shown as such.
    paused: Vec<Arc<BuddyState>>,
    /// Whose calls were asked for because their presence is not offered, by the snapshot's address.
    asked_for_calls: HashSet<String>,
    /// Whether somebody may have to be asked about who was asked about before, without a change.
    asks_again: bool,
    /// Decisions on their way.
    deciding: HashMap<String, (Decision, Instant)>,
    /// What has changed.
    pub activity: Log,
    /// How often names, groups and order may have changed.
    pub renamed: u64,
    /// Which list of buddies the settings have, and what the account was last told of it.
    revision: u64,
    told: Vec<Buddy>,
    /// Whether it has ended by itself.
    pub ended: bool,
    /// Whether the user was asked for the password since the last success.
    pub asked: bool,
    /// What becomes of the keyring's entry once the server has taken the password that was typed.
    pub typed: Option<Typed>,
    commands: Option<Commands>,
    waiting: Vec<Command>,
    seed: Seed,
    held: bool,
}

impl Session {
    /// A session that starts as soon as [`Session::subscription`] is subscribed to.
    pub fn new(
        id: SessionId,
        backend: Arc<dyn Backend>,
        account: AccountSettings,
        password: Option<Secret>,
        guard: Option<Arc<dyn Send + Sync>>,
    ) -> Self {
        let snapshot = Snapshot {
            account: account.address.clone(),
            ..Snapshot::default()
        };
        let mut session = Self {
            id,
            demo: false,
            label: None,
            // A demo office is nobody's to settle.
            preset: match guard {
                None => backend.presets().of_account(&account.address).cloned(),
                Some(_) => None,
            },
            snapshot: Arc::new(snapshot),
            received: Instant::now(),
            names: HashMap::new(),
            places: HashMap::new(),
            paused: Vec::new(),
            asked_for_calls: HashSet::new(),
            asks_again: false,
            deciding: HashMap::new(),
            activity: Log::default(),
            renamed: 0,
            revision: 0,
            told: account.buddies.clone(),
            ended: false,
            asked: false,
            typed: None,
            commands: None,
            waiting: Vec::new(),
            seed: Seed {
                id,
                backend,
                account: account.clone(),
                password,
                kept: guard.is_none(),
                _guard: guard,
            },
            account,
            held: false,
        };
        session.account_changed();
        session
    }

    /// Does not start before [`Session::release`].
    #[must_use]
    pub fn held(mut self) -> Self {
        self.held = true;
        self
    }

    /// Whether it waits for [`Session::release`].
    pub fn is_held(&self) -> bool {
        self.held
    }

    /// Starts a held session, with the password that was found meanwhile.
    pub fn release(&mut self, password: Option<Secret>) {
        if self.held {
            self.seed.password = password;
            self.held = false;
        }
    }

    /// The password that it was started with, or was given since.
    pub fn password(&self) -> Option<&Secret> {
        self.seed.password.as_ref()
    }

    /// It was given another password.
    pub fn learn_password(&mut self, password: Secret) {
        self.seed.password = Some(password);
    }

    /// Whether it runs, or is about to: one that waits for its password has nothing to log out of, nor has one that has
    /// ended.
    pub fn can_say_good_bye(&self) -> bool {
        !self.held && !self.ended
    }

    /// Sends a wish, or keeps it until the account runs.
    pub fn send(&mut self, command: Command) {
        match &self.commands {
            Some(commands) => commands.send(command),
            None => self.waiting.push(command),
        }
    }

    /// Takes in what happened. True when the session has ended.
    pub fn happened(&mut self, happening: Happening) -> bool {
        match happening {
            Happening::Ready(commands) => {
                for command in self.waiting.drain(..) {
                    commands.send(command);
                }
                self.commands = Some(commands);
            }
            Happening::Changed(snapshot) => {
                let before = std::mem::replace(&mut self.snapshot, snapshot);
                self.activity
                    .learn(&before, &self.snapshot, Timestamp::now());
                self.received = Instant::now();
                self.ask_for_calls(&before);
                self.settle_decisions();
            }
            Happening::Ended => self.ended = true,
        }
        self.ended
    }

    /// Shows this at once; the account's next word confirms it.
    pub fn shown(&mut self, change: impl FnOnce(&mut Snapshot)) {
        change(Arc::make_mut(&mut self.snapshot));
    }

    /// Sends what the user decided about watchers.
    pub fn decide(&mut self, watchers: Vec<String>, verdict: Verdict) {
        let now = Instant::now();
        let deciding = |watcher: &String| (watcher.clone(), (verdict.decision, now));
        self.deciding.extend(watchers.iter().map(deciding));
        self.send(Command::DecideAll {
            watchers,
            decision: verdict.decision,
            valid_until: verdict.until,
            shows: verdict.shows,
        });
    }

    /// What is being decided about a watcher, while it is on its way.
    pub fn deciding(&self, watcher: &str) -> Option<Decision> {
        self.deciding.get(watcher).map(|(decision, _)| *decision)
    }

    /// The last decision about a watcher, if it is not on the server.
    pub fn failed(&self, watcher: &str) -> Option<&Rule> {
        let mut rules = self.snapshot.rules.iter();
        rules
            .find(|rule| rule.watcher == watcher)
            .filter(|rule| matches!(rule.state, "failed" | "conflict" | "waiting"))
    }

    /// Decisions that were written, or failed, are no longer on their way.
    fn settle_decisions(&mut self) {
        let rules = &self.snapshot.rules;
        let told = |watcher: &str| rules.iter().any(|rule| rule.watcher == watcher);
        self.deciding
            .retain(|watcher, (_, since)| !told(watcher) && since.elapsed() < FORGOTTEN);
    }

    /// Somebody, as this account knows them.
    pub fn whom(&self, address: &str) -> Whom {
        Whom {
            session: self.id,
            address: address.to_owned(),
        }
    }

    /// Whether the account waits for its password, and nobody was asked for it yet.
    pub fn is_to_ask(&self) -> bool {
        !self.asked && self.wants_password()
    }

    /// Whether the account waits for its password.
    pub fn wants_password(&self) -> bool {
        let connection = &self.snapshot.connection;
        matches!(connection, Connection::PasswordNeeded { .. })
    }

    /// This, with the name of the account before it while there are others.
    pub fn said(&self, text: String) -> String {
        match &self.label {
            Some(label) => fl!("of-account", account = label.as_str(), text = text),
            None => text,
        }
    }

    /// Whether somebody is on the list.
    pub fn is_buddy(&self, address: &str) -> bool {
        self.entry(address).is_some()
    }

    /// To be called after a change of `account`.
    pub fn account_changed(&mut self) {
        self.renamed += 1;
        self.tell_list();
        self.names = self
            .account
            .buddies
            .iter()
            .filter(|buddy| !buddy.name.is_empty())
            .map(|buddy| (address::key(&buddy.address), buddy.name.clone()))
            .collect();
        let buddies = self.account.buddies.iter();
        self.places = buddies
            .clone()
            .enumerate()
            .map(|(place, buddy)| (address::key(&buddy.address), place))
            .collect();
        self.paused = buddies
            .filter(|buddy| buddy.paused)
            .map(|buddy| Arc::new(paused(&buddy.address)))
            .collect();
    }

    /// Whether the user or an administrator has named an XCAP root.
    pub fn has_xcap_root(&self) -> bool {
        let settled = self.preset.as_ref().map(|preset| &preset.xcap_root);
        !self.account.xcap_root.is_empty() || settled.is_some_and(|root| !root.is_empty())
    }

    /// What to call for a mailbox: what the user wrote down, or else an administrator, else what the server names, unless
    /// that is the account itself or nothing that can be called.
    pub fn voicemail(&self, mailbox: &str) -> Option<String> {
        let own = &self.account.address;
        let settled = self.preset.as_ref().map(|preset| &preset.voicemail);
        let mut written = std::iter::once(&self.account.voicemail).chain(settled);
        if let Some(chosen) = written.find_map(|number| address::other(number, own).ok()) {
            return Some(chosen);
        }
        let named = address::other(mailbox, own).ok()?;
        (!address::same(&named, own)).then_some(named)
    }

    /// Changes what the account's own list says of somebody.
    pub fn edit(&mut self, address: &str, change: impl FnOnce(&mut Buddy)) {
        let place = self.place_of_key(&address::key(address));
        if let Some(buddy) = place.and_then(|place| self.account.buddies.get_mut(place)) {
            change(buddy);
            self.account_changed();
        }
    }

    /// How many people there are: those of the snapshot, and after them those who are not watched for now.
    pub fn people(&self) -> usize {
        self.snapshot.buddies.len() + self.paused.len()
    }

    /// One of them.
    pub fn person(&self, place: usize) -> Option<&Arc<BuddyState>> {
        let watched = &self.snapshot.buddies;
        watched
            .get(place)
            .or_else(|| self.paused.get(place - watched.len()))
    }

    /// The one with this address, as a snapshot has it.
    pub fn find(&self, address: &str) -> Option<&Arc<BuddyState>> {
        let mut all = self.snapshot.buddies.iter().chain(&self.paused);
        all.find(|buddy| buddy.address == address)
    }

    /// Where somebody stands on the account's own list, by [`address::key`]; `None` for those whom only the server
    /// lists.
    pub fn place_of_key(&self, key: &str) -> Option<usize> {
        self.places.get(key).copied()
    }

    /// What the account's own list says of somebody.
    pub fn entry(&self, address: &str) -> Option<&Buddy> {
        let place = self.place_of_key(&address::key(address))?;
        self.account.buddies.get(place)
    }

    /// Somebody's calls, where they are watched.
    pub fn calls(&self, address: &str) -> Option<&DialogsState> {
        let mut all = self.snapshot.dialogs.iter();
        all.find(|calls| calls.address == address)
    }

    /// Whose presence the server does not offer may still have a telephone that tells of its calls (RFC 4235).
    fn ask_for_calls(&mut self, before: &Snapshot) {
        let snapshot = Arc::clone(&self.snapshot);
        for (place, buddy) in snapshot.buddies.iter().enumerate() {
            let then = before.buddies.get(place);
            if !self.asks_again && then.is_some_and(|then| Arc::ptr_eq(then, buddy)) {
                continue;
            }
            if self.asked_for_calls.len() >= MAX_ASKED_FOR_CALLS {
                return;
            }
            if is_not_offered(&buddy.subscription) && !self.asked_for_calls.contains(&buddy.address)
            {
                self.asked_for_calls.insert(buddy.address.clone());
                self.watch_calls(&buddy.address);
            }
        }
        self.asks_again = false;
    }

    /// Somebody is watched, with their calls or without.
    pub fn watch(&mut self, address: &str, calls: bool) {
        self.send(Command::Watch {
            address: address.to_owned(),
        });
        if calls {
            self.watch_calls(address);
        }
    }

    /// Somebody's calls are watched.
    pub fn watch_calls(&mut self, address: &str) {
        self.send(Command::WatchDialogs {
            address: address.to_owned(),
            dialog: None,
        });
    }

    /// Somebody is not watched any more: neither presence nor calls.
    pub fn unwatch(&mut self, address: &str) {
        self.send(Command::Unwatch {
            address: address.to_owned(),
        });
        self.unwatch_calls(address);
    }

    /// Somebody's calls are not watched any more.
    pub fn unwatch_calls(&mut self, address: &str) {
        let key = address::key(address);
        self.asked_for_calls
            .retain(|asked| address::key(asked) != key);
        self.asks_again = true;
        self.send(Command::UnwatchDialogs {
            address: address.to_owned(),
        });
    }

    /// What runs beside the window.
    pub fn subscription(&self) -> Subscription<(SessionId, Happening)> {
        if self.held {
            return Subscription::none();
        }
        Subscription::run_with(self.seed.clone(), run)
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("id", &self.id)
            .field("account", &self.account.address)
            .finish_non_exhaustive()
    }
}

/// Whether the server has refused the presence of somebody as such (not the person): 403, 404, 489.
fn is_not_offered(subscription: &account::Subscription) -> bool {
    let refused = |reason: &str| matches!(reason.get(..3), Some("403" | "404" | "489"));
    subscription.fault.is_some() && subscription.reason.as_deref().is_some_and(refused)
}

/// Somebody who stays on the list without being watched.
fn paused(address: &str) -> BuddyState {
    BuddyState {
        address: address::key(address),
        status: Status::Unknown,
        waiting_for_approval: false,
        refused: false,
        presence: Arc::default(),
        subscription: account::Subscription {
            id: 0,
            package: "presence".to_owned(),
            resource: address.to_owned(),
            state: PAUSED,
            reason: None,
            expires_s: None,
            notifiers: 0,
            retry_in_s: None,
            fault: None,
        },
        as_of: Instant::now(),
    }
}

/// The state of a subscription that the user does not want for now.
pub const PAUSED: &str = "paused";

/// So many telephones are asked for want of presence; a server that offers none at all is not asked for thousands.
const MAX_ASKED_FOR_CALLS: usize = 200;

/// What a session is started from. Two seeds are the same subscription when their numbers are equal.
#[derive(Clone)]
struct Seed {
    id: SessionId,
    backend: Arc<dyn Backend>,
    account: AccountSettings,
    password: Option<Secret>,
    /// Of a demo office nothing is kept.
    kept: bool,
    _guard: Option<Arc<dyn Send + Sync>>,
}

impl Hash for Seed {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.id.hash(state);
    }
}

fn run(seed: &Seed) -> impl Stream<Item = (SessionId, Happening)> + use<> {
    let seed = seed.clone();
    iced::stream::channel(8, async move |mut out: mpsc::Sender<_>| {
        let id = seed.id;
        let mut running =
            seed.backend
                .start(seed.account.clone(), seed.password.clone(), seed.kept);
        let mut said = out
            .send((id, Happening::Ready(running.commands.clone())))
            .await;
        // The window redraws after every message; a storm of changes becomes a steady picture.
        while said.is_ok() {
            let snapshot = Arc::clone(&running.snapshots.borrow_and_update());
            said = out.send((id, Happening::Changed(snapshot))).await;
            tokio::time::sleep(FRAME).await;
            if running.snapshots.changed().await.is_err() {
                let _ = out.send((id, Happening::Ended)).await;
                break;
            }
        }
        drop(running.guard);
    })
}

/// Of a decision that nobody says anything about for so long, nothing more will be heard.
const FORGOTTEN: Duration = Duration::from_secs(60);
/// The shortest time between two pictures of an account.
const FRAME: Duration = Duration::from_millis(33);
