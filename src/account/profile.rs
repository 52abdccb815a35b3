//! What is kept on this machine: settings and buddies in a file, passwords in the system keyring.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::address::compared;
use crate::sip::Secret;
use crate::store::{
    Activity, Notice, Presets, SecretError, Secrets, Settings, Store, StoreError, forget_account,
};

/// The passwords of this machine's accounts, in the system's keyring.
#[derive(Debug, Clone)]
pub struct Passwords(Secrets);

/// What is kept of one user.
#[derive(Debug)]
pub struct Profile {
    store: Store,
    passwords: Passwords,
    notices: Vec<Notice>,
    presets: Arc<Presets>,
}

impl Profile {
    /// Opens the profile in a folder of its own, or else the user's. There always is one: what is wrong with it is told
    /// by [`Profile::notices`], and the defaults are used.
    pub fn open(data_dir: Option<&Path>) -> Self {
        let (store, mut notices) = Store::open(data_dir);
        let (presets, faults) = Presets::of_system();
        notices.extend(faults.into_iter().map(Notice::Preset));
        Self {
            store,
            passwords: Passwords(Secrets::system()),
            notices,
            presets: Arc::new(presets),
        }
    }

    /// The folder that is opened: this one, or else the user's; `None` on a system that has none.
    pub fn folder(data_dir: Option<&Path>) -> Option<PathBuf> {
        Store::folder(data_dir)
    }

    /// The settings.
    pub fn settings(&self) -> &Settings {
        self.store.settings()
    }

    /// What was wrong when it was opened.
    pub fn notices(&self) -> &[Notice] {
        &self.notices
    }

    /// What administrators have settled for this machine. It is no part of the settings, so that what they settle later
    /// counts, too.
    pub fn presets(&self) -> Arc<Presets> {
        Arc::clone(&self.presets)
    }

    /// Keeps other settings. They are in force for this run even if they cannot be written.
    pub fn save(&mut self, settings: &Settings) -> Result<(), StoreError> {
        self.store.save(settings)
    }

    /// The passwords; cheap to clone, and to be used while the profile is busy.
    pub fn passwords(&self) -> Passwords {
        self.passwords.clone()
    }

    /// The folder where accounts may keep what the next start needs, if anything can be kept ([`Config::keep_in`]).
    ///
    /// [`Config::keep_in`]: super::Config::keep_in
    pub fn keep_in(&self) -> Option<PathBuf> {
        self.store.path()?.parent().map(Path::to_owned)
    }

    /// Forgets what is kept of an account for the next start, however its address is spelled: who has watched, decisions
    /// that wait, the tag of its publication. Its settings and its password are not touched. Not to be called while the
    /// account runs, which would write it anew.
    ///
    /// # Errors
    /// [`StoreError::NotWritable`]: something is still there.
    pub fn forget(&self, address: &str) -> Result<(), StoreError> {
        let Some(folder) = self.keep_in() else {
            return Ok(());
        };
        forget_account(&folder, &compared(address)).map_err(|error| StoreError::NotWritable {
            path: folder,
            detail: error.to_string(),
        })
    }

    /// What has changed lately with an account, as far as it is kept; the oldest first.
    pub fn activity(&self, address: &str) -> Vec<Activity> {
        let folder = self.keep_in();
        folder.map_or_else(Vec::new, |folder| {
            Activity::load(&folder, &compared(address))
        })
    }

    /// Keeps what has changed lately with an account; nothing of it: forgets it.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn keep_activity(&self, address: &str, all: &[Activity]) -> std::io::Result<()> {
        match self.keep_in() {
            Some(folder) => Activity::save(all, &folder, &compared(address)),
            None => Ok(()),
        }
    }

    /// The instance id of this installation (RFC 5626 §4.1).
    pub fn instance(&self) -> String {
        match self.settings().instance.as_str() {
            "" => crate::store::new_instance(),
            instance => instance.to_owned(),
        }
    }
}

impl Passwords {
    /// The remembered password of an account, however its address is spelled. `None` when none is known, or when the
    /// keyring is locked and does not say so.
    pub async fn load(&self, address: &str) -> Result<Option<Secret>, SecretError> {
        self.0.load(&compared(address)).await
    }

    /// Remembers the password of an account, in the place of an older one.
    pub async fn save(&self, address: &str, password: &Secret) -> Result<(), SecretError> {
        self.0.save(&compared(address), password).await
    }

    /// Forgets the password of an account; that there is none is no error.
    pub async fn forget(&self, address: &str) -> Result<(), SecretError> {
        self.0.forget(&compared(address)).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_account_has_one_password_however_it_is_spelled() {
        let passwords = Passwords(Secrets::with_store(
            keyring_core::mock::Store::new().unwrap(),
        ));
        let password = Secret::new("hunter2");
        passwords
            .save("sip:alice@EXAMPLE.com:5060", &password)
            .await
            .unwrap();
        let kept = passwords.load("sip:alice@example.com").await;
        assert_eq!(kept, Ok(Some(password)));
        assert_eq!(passwords.load("sip:bob@example.com").await, Ok(None));
        passwords.forget("sip:alice@Example.com").await.unwrap();
        assert_eq!(passwords.load("sip:alice@EXAMPLE.com:5060").await, Ok(None));
    }
}
