//! Settings, buddies and secrets on this machine.
//!
//! [`Store`] keeps everything but passwords in one file that a person can read and mend; [`Secrets`] keeps passwords in
//! the system's keyring and nowhere else.

mod file;
mod instance;
mod merge;
mod secrets;
mod settings;

pub use file::{Notice, Store, StoreError};
pub use instance::new_instance;
pub use secrets::{SecretError, Secrets};
pub use settings::{
    AccountSettings, Appearance, Buddy, ListOrder, ListSettings, Notifications, SETTINGS_VERSION,
    Settings, ThemeChoice, TransportChoice,
};
