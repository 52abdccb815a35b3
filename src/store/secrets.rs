//! Passwords in the system's keyring, and nowhere else.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use keyring_core::{CredentialStore, Entry, Error as KeyringError};
use thiserror::Error;
use tokio::sync::oneshot;

use crate::sip::Secret;

/// The system's keyring. Cheap to clone.
///
/// Each call runs on a thread of its own: the keyring may ask a person to unlock it, and its client cannot be used on
/// an async runtime's threads.
#[derive(Clone)]
pub struct Secrets {
    keyring: Arc<Keyring>,
}

/// Why a password could not be read or kept. Nothing is written anywhere instead.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SecretError {
    /// There is no keyring on this machine, or none that answers.
    #[error("there is no keyring to keep passwords in: {detail}")]
    NoService {
        /// What the system said.
        detail: String,
    },
    /// The keyring is locked, and was not unlocked.
    #[error("the keyring is locked: {detail}")]
    Locked {
        /// What the keyring said.
        detail: String,
    },
    /// Nobody has answered the keyring's question, or it hangs.
    #[error("the keyring has not answered within {} seconds", .seconds)]
    NoAnswer {
        /// How long it had.
        seconds: u64,
    },
    /// What is kept there is no text.
    #[error("what the keyring holds is no password")]
    NotText,
    /// Anything else.
    #[error("the keyring failed: {detail}")]
    Failed {
        /// What the keyring said.
        detail: String,
    },
}

impl Secrets {
    /// The keyring of the user's session. Nothing is asked of it yet.
    pub fn system() -> Self {
        Self::connected_by(connect)
    }

    /// A keyring of one's own, for tests.
    pub fn with_store(store: Arc<CredentialStore>) -> Self {
        Self::connected_by(move || Ok(Arc::clone(&store)))
    }

    /// The password of an account. `None` when none is known; a keyring that stays locked may look the same, so this
    /// never means that none was kept.
    pub async fn load(&self, address: &str) -> Result<Option<Secret>, SecretError> {
        self.ask(Question::load(address)).await
    }

    /// Keeps the password of an account, in the place of an older one.
    pub async fn save(&self, address: &str, password: &Secret) -> Result<(), SecretError> {
        self.ask(Question::save(address, password)).await.map(drop)
    }

    /// Forgets the password of an account; that there is none is no error.
    pub async fn forget(&self, address: &str) -> Result<(), SecretError> {
        self.ask(Question::forget(address)).await.map(drop)
    }

    fn connected_by(
        connect: impl Fn() -> Result<Arc<CredentialStore>, SecretError> + Send + Sync + 'static,
    ) -> Self {
        Self {
            keyring: Arc::new(Keyring {
                connect: Box::new(connect),
                open: Mutex::default(),
            }),
        }
    }

    async fn ask(&self, question: Question) -> Answer {
        let (reply, answer) = oneshot::channel();
        self.on_a_thread(question, move |result| drop(reply.send(result)))?;
        match tokio::time::timeout(TIMEOUT, answer).await {
            Ok(Ok(result)) => result,
            Ok(Err(_)) => Err(thread_died()),
            Err(_) => Err(no_answer()),
        }
    }

    fn on_a_thread(
        &self,
        question: Question,
        reply: impl FnOnce(Answer) + Send + 'static,
    ) -> Result<(), SecretError> {
        let keyring = Arc::clone(&self.keyring);
        thread::Builder::new()
            .name("keyring".to_owned())
            .spawn(move || reply(keyring.answer(&question)))
            .map(drop)
            .map_err(|error| SecretError::Failed {
                detail: error.to_string(),
            })
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secrets(..)")
    }
}

type Answer = Result<Option<Secret>, SecretError>;
type Connect = dyn Fn() -> Result<Arc<CredentialStore>, SecretError> + Send + Sync;

struct Keyring {
    connect: Box<Connect>,
    /// The connection, once there is one. Locked for the length of a question: the keyring asks one thing at a time.
    open: Mutex<Option<Arc<CredentialStore>>>,
}

impl Drop for Keyring {
    /// The client says goodbye to the bus when it is dropped, which on an async runtime's thread ends the program.
    fn drop(&mut self) {
        let open = self.open.get_mut().unwrap_or_else(PoisonError::into_inner);
        let Some(store) = open.take() else { return };
        let kept = Arc::new(Mutex::new(Some(store)));
        let dropped = Arc::clone(&kept);
        let started = thread::Builder::new().spawn(move || {
            drop(
                dropped
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .take(),
            );
        });
        if started.is_err() {
            // Without a thread the connection stays open; the system closes it with the process.
            std::mem::forget(kept);
        }
    }
}

struct Question {
    address: String,
    action: Action,
}

enum Action {
    Load,
    Save(Secret),
    Forget,
}

impl Question {
    fn load(address: &str) -> Self {
        Self {
            address: address.to_owned(),
            action: Action::Load,
        }
    }

    fn save(address: &str, password: &Secret) -> Self {
        Self {
            address: address.to_owned(),
            action: Action::Save(password.clone()),
        }
    }

    fn forget(address: &str) -> Self {
        Self {
            address: address.to_owned(),
            action: Action::Forget,
        }
    }
}

impl Keyring {
    fn answer(&self, question: &Question) -> Answer {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let was_open = open.is_some();
        let result = self.try_answer(&mut open, question);
        match result {
            // The keyring may have been started anew since; a new connection finds out.
            Err(SecretError::Failed { .. }) if was_open => {
                *open = None;
                self.try_answer(&mut open, question)
            }
            other => other,
        }
    }

    fn try_answer(&self, open: &mut Option<Arc<CredentialStore>>, question: &Question) -> Answer {
        let store = match open {
            Some(store) => store,
            None => open.insert((self.connect)()?),
        };
        let label = format!("Siskin: {}", question.address);
        let modifiers = HashMap::from([("label", label.as_str())]);
        let entry = match store.build(SERVICE, &question.address, Some(&modifiers)) {
            // Not every keyring shows labels.
            Err(KeyringError::NotSupportedByStore(_)) => {
                store.build(SERVICE, &question.address, None)
            }
            other => other,
        }
        .map_err(fault)?;
        match &question.action {
            Action::Load => match one_of(entry.get_password(), Entry::get_password) {
                Ok(password) => Ok(Some(Secret::new(password))),
                Err(KeyringError::NoEntry) => Ok(None),
                Err(error) => Err(fault(error)),
            },
            Action::Save(password) => {
                let password = password.expose();
                one_of(entry.set_password(password), |same| {
                    same.set_password(password)
                })
                .map(|()| None)
                .map_err(fault)
            }
            Action::Forget => match entry.delete_credential() {
                Ok(()) | Err(KeyringError::NoEntry) => Ok(None),
                Err(KeyringError::Ambiguous(same)) => {
                    for entry in same {
                        entry.delete_credential().map_err(fault)?;
                    }
                    Ok(None)
                }
                Err(error) => Err(fault(error)),
            },
        }
    }
}

/// Where another program has made several entries for one account, the first serves as well as any.
fn one_of<T>(
    result: keyring_core::Result<T>,
    with: impl Fn(&Entry) -> keyring_core::Result<T>,
) -> keyring_core::Result<T> {
    match result {
        Err(KeyringError::Ambiguous(same)) => match same.first() {
            Some(entry) => with(entry),
            None => Err(KeyringError::NoEntry),
        },
        other => other,
    }
}

/// What went wrong, without anything that the keyring holds.
fn fault(error: KeyringError) -> SecretError {
    match error {
        KeyringError::NoStorageAccess(detail) => SecretError::Locked {
            detail: detail.to_string(),
        },
        // Making an entry in a locked keyring is reported as a failure of the platform.
        KeyringError::PlatformFailure(detail) if detail.to_string().contains("locked") => {
            SecretError::Locked {
                detail: detail.to_string(),
            }
        }
        KeyringError::BadEncoding(_) | KeyringError::BadDataFormat(..) => SecretError::NotText,
        KeyringError::PlatformFailure(detail) => SecretError::Failed {
            detail: detail.to_string(),
        },
        other => SecretError::Failed {
            detail: other.to_string(),
        },
    }
}

#[cfg(target_os = "linux")]
fn connect() -> Result<Arc<CredentialStore>, SecretError> {
    match zbus_secret_service_keyring_store::Store::new() {
        Ok(store) => Ok(store),
        Err(KeyringError::PlatformFailure(detail)) => Err(SecretError::NoService {
            detail: detail.to_string(),
        }),
        Err(error) => Err(SecretError::NoService {
            detail: error.to_string(),
        }),
    }
}

#[cfg(not(target_os = "linux"))]
fn connect() -> Result<Arc<CredentialStore>, SecretError> {
    Err(SecretError::NoService {
        detail: "on this system it is not supported yet".to_owned(),
    })
}

fn no_answer() -> SecretError {
    SecretError::NoAnswer {
        seconds: TIMEOUT.as_secs(),
    }
}

fn thread_died() -> SecretError {
    SecretError::Failed {
        detail: "its client broke down".to_owned(),
    }
}

/// The name under which the entries are kept.
const SERVICE: &str = "siskin";
/// Time for a person to unlock the keyring.
const TIMEOUT: Duration = Duration::from_secs(120);

#[cfg(test)]
mod tests;
