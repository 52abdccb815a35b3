//! What the window needs from the rest of the program, as a trait, so that tests and the gallery can play it.

mod profile;

pub use profile::{OpenDemo, ProfileBackend, RunOptions};

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use tokio::sync::{mpsc, watch};

use crate::account::doctor::Check;
use crate::account::{
    AccountSettings, Activity, Command, Notice, Presets, Secret, SecretError, Settings, Snapshot,
    StoreError, Trace,
};

/// An answer that takes time. It is awaited on the toolkit's tokio runtime.
pub type Pending<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// The rest of the program, seen from the window.
pub trait Backend: Send + Sync + 'static {
    /// The settings as they were read at the start.
    fn settings(&self) -> Settings;

    /// What went wrong when they were read.
    fn notices(&self) -> Vec<Notice>;

    /// What administrators have settled for this machine; [`Backend::start`] fills it in.
    fn presets(&self) -> Arc<Presets> {
        Arc::default()
    }

    /// Writes the settings.
    fn save(&self, settings: Settings) -> Pending<Result<(), StoreError>>;

    /// The remembered password of an account; the error says why the keyring could not be asked.
    fn password(&self, address: String) -> Pending<Result<Option<Secret>, SecretError>>;

    /// Remembers a password in the keyring.
    fn remember(&self, address: String, password: Secret) -> Pending<Result<(), SecretError>>;

    /// Removes what is kept of an account for the next start, beside settings and password; not while it runs.
    fn erase(&self, address: String) -> Pending<Result<(), StoreError>>;

    /// Forgets a password.
    fn forget(&self, address: String) -> Pending<Result<(), SecretError>>;

    /// What has changed lately with an account, as an earlier run has kept it.
    fn activity(&self, _address: String) -> Pending<Vec<Activity>> {
        Box::pin(async { Vec::new() })
    }

    /// Keeps what has changed lately with an account; nothing of it: forgets it. That it cannot be kept is said in the log.
    fn keep_activity(&self, _address: String, _all: Vec<Activity>) -> Pending<()> {
        Box::pin(async {})
    }

    /// Tries an account, step by step, and logs out again; it stops when nobody listens any more. What is sent and
    /// received is kept in the trace. `None`: that is not possible here. Called inside the tokio runtime.
    fn examine(
        &self,
        _account: AccountSettings,
        _password: Secret,
        _trace: Trace,
    ) -> Option<mpsc::UnboundedReceiver<Check>> {
        None
    }

    /// Starts an account; `kept`: whether it may keep anything for the next start. Called inside the tokio runtime.
    fn start(&self, account: AccountSettings, password: Option<Secret>, kept: bool) -> Running;

    /// Whether a demo office can be opened.
    fn has_demo(&self) -> bool;

    /// Opens the demo office, if there is one.
    fn open_demo(&self) -> Option<Pending<Result<Demo, String>>>;
}

/// A running account.
pub struct Running {
    /// Where wishes go.
    pub commands: Commands,
    /// What it is like now; ends when the account has ended.
    pub snapshots: watch::Receiver<Arc<Snapshot>>,
    /// Whatever must live as long as the account.
    pub guard: Box<dyn Send>,
}

/// A running demo office.
#[derive(Clone)]
pub struct Demo {
    /// The account to log in with.
    pub account: AccountSettings,
    /// Its password.
    pub password: Secret,
    /// Keeps the office open.
    pub guard: Arc<dyn Send + Sync>,
}

impl fmt::Debug for Demo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Demo")
            .field("account", &self.account.address)
            .finish_non_exhaustive()
    }
}

/// Where wishes of the user go.
#[derive(Clone)]
pub struct Commands(Arc<dyn Fn(Command) + Send + Sync>);

impl Commands {
    /// Wishes go to `send`, which must not block.
    pub fn new(send: impl Fn(Command) + Send + Sync + 'static) -> Self {
        Self(Arc::new(send))
    }

    /// Sends a wish.
    pub fn send(&self, command: Command) {
        (self.0)(command);
    }
}

impl fmt::Debug for Commands {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Commands")
    }
}
