//! What is kept on this machine: settings and buddies in a file, passwords in the system keyring.

use std::path::Path;

use crate::sip::Secret;
use crate::store::{Notice, SecretError, Secrets, Settings, Store, StoreError};

/// What is kept of one user.
#[derive(Debug)]
pub struct Profile {
    store: Store,
    secrets: Secrets,
    notices: Vec<Notice>,
}

impl Profile {
    /// Opens the profile in a folder of its own, or else the user's. There always is one: what is wrong with it is told
    /// by [`Profile::notices`], and the defaults are used.
    pub fn open(data_dir: Option<&Path>) -> Self {
        let (store, notices) = Store::open(data_dir);
        Self {
            store,
            secrets: Secrets::system(),
            notices,
        }
    }

    /// The settings.
    pub fn settings(&self) -> &Settings {
        self.store.settings()
    }

    /// What was wrong when it was opened.
    pub fn notices(&self) -> &[Notice] {
        &self.notices
    }

    /// Keeps other settings. They are in force for this run even if they cannot be written.
    pub fn save(&mut self, settings: &Settings) -> Result<(), StoreError> {
        self.store.save(settings)
    }

    /// The system's keyring; cheap to clone, and to be used while the profile is busy.
    pub fn secrets(&self) -> Secrets {
        self.secrets.clone()
    }

    /// The remembered password of an account.
    pub async fn password(&self, address: &str) -> Result<Option<Secret>, SecretError> {
        self.secrets.load(address).await
    }

    /// Remembers a password.
    pub async fn remember_password(
        &self,
        address: &str,
        password: &Secret,
    ) -> Result<(), SecretError> {
        self.secrets.save(address, password).await
    }

    /// Forgets a password.
    pub async fn forget_password(&self, address: &str) -> Result<(), SecretError> {
        self.secrets.forget(address).await
    }

    /// The instance id of this installation (RFC 5626 §4.1).
    pub fn instance(&self) -> String {
        match self.settings().instance.as_str() {
            "" => crate::store::new_instance(),
            instance => instance.to_owned(),
        }
    }
}
