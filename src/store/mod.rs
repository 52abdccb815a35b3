//! Settings, buddies and secrets on this machine.
//!
//! [`Store`] keeps everything but passwords in one file that a person can read and mend; [`Secrets`] keeps passwords in
//! the system's keyring and nowhere else. [`KeptPublication`] and [`Journal`] are what the next start needs to go on where
//! the last one was cut off; [`KeptRules`] are presence rules that no server keeps, [`KeptWatchers`] is who has watched
//! or asked to, [`KeptOffer`] how servers asked for the password, and [`KeptTlsDomains`] who offered TLS. [`Presets`] are
//! what administrators have settled.

mod activity;
mod copy;
mod file;
mod instance;
mod journal;
mod merge;
mod offers;
mod place;
mod presets;
mod publication;
mod rules;
mod secrets;
mod settings;
mod small;
mod tls_domains;
mod watchers;
mod whole;

pub use activity::{Activity, ActivityKind, MAX_ACTIVITY};
pub use copy::keep_copy;
pub use file::{Notice, Store, StoreError};
pub use instance::new_instance;
pub use journal::{Journal, KeptDecision};
pub use offers::KeptOffer;
pub use place::forget_account;
pub use presets::{Preset, PresetError, PresetFault, Presets};
pub use publication::KeptPublication;
pub use rules::{KeptRules, Stamp};
pub use secrets::{SecretError, Secrets};
pub use settings::{
    AccountSettings, ActivitySettings, Appearance, Buddy, ContrastChoice, Density, Group,
    IdleSettings, ListOrder, ListSettings, Notifications, Place, RememberedStatus,
    SETTINGS_VERSION, Settings, Synced, ThemeChoice, TimedStatus, TransportChoice,
    TrustedCertificate, WhenClosed, WindowSettings,
};
pub use tls_domains::KeptTlsDomains;
pub use watchers::{KeptWatcher, KeptWatchers, MAX_WATCHERS};
pub use whole::write_whole;
