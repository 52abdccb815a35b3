//! The backend of the real window: the profile on this machine, and accounts on the network.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::mpsc;

use super::{Backend, Commands, Demo, Pending, Running};
use crate::account::doctor::{self, Check};
use crate::account::{
    self, AccountSettings, Activity, Config, Notice, Presets, Profile, Secret, SecretError,
    Settings, StoreError, Trace,
};
use crate::i18n;

/// Opens the demo office.
pub type OpenDemo = Arc<dyn Fn() -> Pending<Result<Demo, String>> + Send + Sync>;

/// The profile on this machine, and accounts on the network.
pub struct ProfileBackend {
    profile: Arc<Mutex<Profile>>,
    open_demo: Option<OpenDemo>,
    run: RunOptions,
    /// Whether an account has been started: the file of the trace goes on from then.
    has_started: AtomicBool,
}

/// What the command line said about running accounts.
#[derive(Debug, Clone, Default)]
pub struct RunOptions {
    /// A file that every message is written to.
    pub trace: Option<PathBuf>,
    /// The expiry asked for, in seconds.
    pub expires_s: Option<u32>,
    /// Allow credentials over plain HTTP to other hosts than this one.
    pub insecure_xcap: bool,
}

impl ProfileBackend {
    /// A backend on an open profile.
    pub fn new(profile: Profile, open_demo: Option<OpenDemo>, run: RunOptions) -> Self {
        Self {
            profile: Arc::new(Mutex::new(profile)),
            open_demo,
            run,
            has_started: AtomicBool::new(false),
        }
    }

    fn with<T>(&self, ask: impl FnOnce(&mut Profile) -> T) -> T {
        ask(&mut self.profile.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// An account as this machine runs it; `settled`: administrators may have settled something of it.
    fn config(&self, account: AccountSettings, instance: &str, settled: bool) -> Config {
        let language = self.with(|profile| profile.settings().appearance.language.clone());
        let mut config = Config::desktop(account, instance);
        if settled {
            config.settle(&self.presets());
        }
        config.languages = i18n::preferred(&language);
        config.expires_s = self.run.expires_s;
        config.insecure_xcap = self.run.insecure_xcap;
        config
    }

    /// Does something with the profile's files; disks are slow.
    fn stored(
        &self,
        work: impl FnOnce(&mut Profile) -> Result<(), StoreError> + Send + 'static,
    ) -> Pending<Result<(), StoreError>> {
        let profile = Arc::clone(&self.profile);
        Box::pin(async move {
            let work = move || work(&mut profile.lock().unwrap_or_else(PoisonError::into_inner));
            match tokio::task::spawn_blocking(work).await {
                Ok(answer) => answer,
                // Only a bug in the store ends it without an answer.
                Err(error) => Err(StoreError::NotWritable {
                    path: PathBuf::from("settings.toml"),
                    detail: error.to_string(),
                }),
            }
        })
    }
}

impl Backend for ProfileBackend {
    fn settings(&self) -> Settings {
        self.with(|profile| profile.settings().clone())
    }

    fn notices(&self) -> Vec<Notice> {
        self.with(|profile| profile.notices().to_vec())
    }

    fn presets(&self) -> Arc<Presets> {
        self.with(|profile| profile.presets())
    }

    fn save(&self, settings: Settings) -> Pending<Result<(), StoreError>> {
        self.stored(move |profile| profile.save(&settings))
    }

    fn erase(&self, address: String) -> Pending<Result<(), StoreError>> {
        self.stored(move |profile| profile.forget(&address))
    }

    fn password(&self, address: String) -> Pending<Result<Option<Secret>, SecretError>> {
        let passwords = self.with(|profile| profile.passwords());
        Box::pin(async move { passwords.load(&address).await })
    }

    fn remember(&self, address: String, password: Secret) -> Pending<Result<(), SecretError>> {
        let passwords = self.with(|profile| profile.passwords());
        Box::pin(async move { passwords.save(&address, &password).await })
    }

    fn forget(&self, address: String) -> Pending<Result<(), SecretError>> {
        let passwords = self.with(|profile| profile.passwords());
        Box::pin(async move { passwords.forget(&address).await })
    }

    fn activity(&self, address: String) -> Pending<Vec<Activity>> {
        let profile = Arc::clone(&self.profile);
        Box::pin(async move {
            let work = move || {
                let profile = profile.lock().unwrap_or_else(PoisonError::into_inner);
                profile.activity(&address)
            };
            tokio::task::spawn_blocking(work).await.unwrap_or_default()
        })
    }

    fn keep_activity(&self, address: String, all: Vec<Activity>) -> Pending<()> {
        let profile = Arc::clone(&self.profile);
        Box::pin(async move {
            let work = move || {
                let profile = profile.lock().unwrap_or_else(PoisonError::into_inner);
                if let Err(error) = profile.keep_activity(&address, &all) {
                    tracing::warn!(%error, "what has changed is not kept");
                }
            };
            let _ = tokio::task::spawn_blocking(work).await;
        })
    }

    fn examine(
        &self,
        account: AccountSettings,
        password: Secret,
        trace: Trace,
    ) -> Option<mpsc::UnboundedReceiver<Check>> {
        // An instance of its own: its good-bye is not to end what the account begins meanwhile (RFC 5626 §4.1).
        let config = self.config(account, &account::new_instance(), true);
        let (sender, checks) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            let listener = sender.clone();
            let mut tell = |check| drop(sender.send(check));
            let (password, trace) = (Some(password), Some(trace));
            let stop = listener.closed();
            let _ = doctor::examine(&config, password, trace, stop, &mut tell).await;
        });
        Some(checks)
    }

    fn start(&self, account: AccountSettings, password: Option<Secret>, kept: bool) -> Running {
        let keep_in = self.with(|profile| profile.keep_in());
        let instance = self.with(|profile| profile.instance());
        let mut config = self.config(account, &instance, kept);
        config.keep_in = keep_in.filter(|_| kept);
        config.rules_in.clone_from(&config.keep_in);
        config.trace.clone_from(&self.run.trace);
        config.trace_goes_on = self.has_started.swap(true, Ordering::Relaxed);
        config.record = true;
        let handle = account::start(config, password);
        // The account ends when the last of these is gone. Its events would pile up: the window reads snapshots only.
        let commands = handle.commands();
        Running {
            commands: Commands::new(move |command| drop(commands.send(command))),
            snapshots: handle.snapshot,
            guard: Box::new(()),
        }
    }

    fn has_demo(&self) -> bool {
        self.open_demo.is_some()
    }

    fn open_demo(&self) -> Option<Pending<Result<Demo, String>>> {
        self.open_demo.as_ref().map(|open| open())
    }
}
