//! One account that is logged in or about to be: its run beside the window, and what it last said.

use std::collections::HashMap;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;
use std::time::{Duration, Instant};

use iced::Subscription;
use iced::futures::channel::mpsc;
use iced::futures::{SinkExt as _, Stream};

use super::address;
use super::backend::{Backend, Commands};
use crate::account::{AccountSettings, Command, Secret, Snapshot};

/// The number of a session within this run.
pub type SessionId = u64;

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

/// One account's run.
pub struct Session {
    /// Its number.
    pub id: SessionId,
    /// Whether this is the demo office: nothing of it is kept.
    pub demo: bool,
    /// The account's settings as they are now.
    pub account: AccountSettings,
    /// The last snapshot.
    pub snapshot: Arc<Snapshot>,
    /// When it came, for counting down what it says in seconds.
    pub received: Instant,
    /// The names the user gave, by [`address::key`].
    pub names: HashMap<String, String>,
    /// How often the names may have changed.
    pub renamed: u64,
    /// Whether it has ended by itself.
    pub ended: bool,
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
            snapshot: Arc::new(snapshot),
            received: Instant::now(),
            names: HashMap::new(),
            renamed: 0,
            ended: false,
            commands: None,
            waiting: Vec::new(),
            seed: Seed {
                id,
                backend,
                account: account.clone(),
                password,
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

    /// Starts a held session, with the password that was found meanwhile.
    pub fn release(&mut self, password: Option<Secret>) {
        if self.held {
            self.seed.password = password;
            self.held = false;
        }
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
                self.snapshot = snapshot;
                self.received = Instant::now();
            }
            Happening::Ended => self.ended = true,
        }
        self.ended
    }

    /// To be called after a change of `account`.
    pub fn account_changed(&mut self) {
        self.renamed += 1;
        self.names = self
            .account
            .buddies
            .iter()
            .filter(|buddy| !buddy.name.is_empty())
            .map(|buddy| (address::key(&buddy.address), buddy.name.clone()))
            .collect();
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

/// What a session is started from. Two seeds are the same subscription when their numbers are equal.
#[derive(Clone)]
struct Seed {
    id: SessionId,
    backend: Arc<dyn Backend>,
    account: AccountSettings,
    password: Option<Secret>,
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
        let mut running = seed
            .backend
            .start(seed.account.clone(), seed.password.clone());
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

/// The shortest time between two pictures of an account.
const FRAME: Duration = Duration::from_millis(33);
