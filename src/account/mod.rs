//! One account at run time: drives the engine with sockets and XCAP; commands in, snapshots and events out.

mod command;
mod config;
mod event;
mod messages;
mod plain;
mod presence;
mod snapshot;
mod watchers;

pub use command::{Command, RawSubscription};
pub use config::{Config, Wants};
pub use event::{
    Counts, Device, Event, Fault, Messages, Notify, Presence, Publication, Registration, Rule,
    Subscription, Trouble, Watcher,
};
pub use plain::plain;
pub use snapshot::{BuddyState, Connection, MailboxState, Snapshot};

pub use crate::package::presence::Status;
pub use crate::rules::Decision;
pub use crate::sip::Secret;
pub use crate::store::{
    AccountSettings, Appearance, Buddy, Settings, ThemeChoice, TransportChoice,
};
