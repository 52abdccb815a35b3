//! The backend of the real window: the profile on this machine, and accounts on the network.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use super::{Backend, Commands, Demo, Pending, Running};
use crate::account::{
    self, AccountSettings, Activity, Config, Notice, Profile, Secret, SecretError, Settings,
    StoreError,
};
use crate::i18n;

/// Opens the demo office.
pub type OpenDemo = Arc<dyn Fn() -> Pending<Result<Demo, String>> + Send + Sync>;

/// The profile on this machine, and accounts on the network.
pub struct ProfileBackend {
    profile: Arc<Mutex<Profile>>,
    open_demo: Option<OpenDemo>,
    run: RunOptions,
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
        }
    }

    fn with<T>(&self, ask: impl FnOnce(&mut Profile) -> T) -> T {
        ask(&mut self.profile.lock().unwrap_or_else(PoisonError::into_inner))
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

    fn start(&self, account: AccountSettings, password: Option<Secret>, kept: bool) -> Running {
        let (language, instance, keep_in) = self.with(|profile| {
            let language = profile.settings().appearance.language.clone();
            (language, profile.instance(), profile.keep_in())
        });
        let mut config = Config::desktop(account, &instance);
        config.languages = i18n::preferred(&language);
        config.keep_in = keep_in.filter(|_| kept);
        config.trace.clone_from(&self.run.trace);
        config.record = true;
        config.expires_s = self.run.expires_s;
        config.insecure_xcap = self.run.insecure_xcap;
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
