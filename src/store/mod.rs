//! Settings, buddies and secrets on this machine.

mod settings;

pub use settings::{
    AccountSettings, Appearance, Buddy, SETTINGS_VERSION, Settings, ThemeChoice, TransportChoice,
};
