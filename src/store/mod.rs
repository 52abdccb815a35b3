//! Settings, buddies and secrets on this machine.
//!
//! [`Store`] keeps everything but passwords in one file that a person can read and mend; [`Secrets`] keeps passwords in
//! the system's keyring and nowhere else. [`KeptPublication`] is what the next start needs to go on where the last one
//! was cut off.

mod file;
mod instance;
mod merge;
mod publication;
mod secrets;
mod settings;

pub use file::{Notice, Store, StoreError};
pub use instance::new_instance;
pub use publication::KeptPublication;
pub use secrets::{SecretError, Secrets};
pub use settings::{
    AccountSettings, Appearance, Buddy, ContrastChoice, Density, Group, IdleSettings, ListOrder,
    ListSettings, Notifications, RememberedStatus, SETTINGS_VERSION, Settings, ThemeChoice,
    TimedStatus, TransportChoice,
};
