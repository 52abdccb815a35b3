//! One account at run time: drives the engine with sockets and XCAP; commands in, snapshots and events out.

mod address;
mod again;
mod agent;
mod alarm;
mod buddies;
mod cause;
mod chatter;
mod clock;
mod command;
mod config;
mod decide;
mod dialogs;
pub mod doctor;
mod documents;
mod event;
mod fault;
mod faults;
mod health;
mod job;
mod lists;
mod messages;
mod offers;
mod own;
mod packages;
mod pending;
mod permanent;
mod plain;
mod presence;
mod presentity;
mod profile;
mod publish;
mod report;
mod rules_state;
mod run;
mod served;
mod session;
mod snapshot;
mod subject;
mod trace;
mod view;
mod watcher_history;
mod watchers;
mod xcap_server;

pub use address::{AddressError, compared, resolve, resolve_watcher};
pub use buddies::{BuddyEdit, BuddyList, ListState, edit_buddies, export_buddies, import_buddies};
pub use cause::{DocumentCause, UnusableDocument};
pub use command::{Command, Part, RawSubscription};
pub use config::{Config, RulesHere, Wants, pin, trust};
pub use event::{
    BuddyReport, ConflictReport, Counts, Dialog, Event, Fault, Kept, Messages, NewMessage, Notify,
    Preview, Publication, RegisteredFlow, Registration, Rule, Sight, Subscription, Topic, Trouble,
    Watcher,
};
pub use fault::NO_PASSWORD;
pub use health::{Counters as HealthCounters, Health, LastFailure, Next, Notifier, WatcherCounts};
pub use own::{
    Choice, OwnStatus, end_from_text, end_in_minutes, end_of_day, forget, input, remember,
};
pub use permanent::{Permanence, PermanentWish};
pub use plain::plain;
pub use presentity::{
    Basic, Decider, Device, DeviceDetails, Member, Merged, NotifierNote, PersonDetails, Presence,
    Role, TimedStatus,
};
pub use profile::{Passwords, Profile};
pub use rules_state::RulesState;
pub use run::{Handle, start};
pub use served::ServedBy;
pub use snapshot::{BuddyState, Connection, DialogsState, MailboxState, Request, Snapshot};
pub use trace::{Trace, TraceEntry, TraceFormat, TraceLine, TraceReader, save_trace};
pub use watcher_history::PastWatcher;

pub use crate::lists::format::{Format as BuddyFormat, FormatError as BuddyFormatError};
pub use crate::lists::{Conflict as BuddyConflict, Side as BuddySide};
pub use crate::net::{Certificate, Distrust, Fingerprint, NoFingerprint, Pin, Refused};
pub use crate::package::dialog_info::{
    Filter as DialogFilter, FilterError as DialogFilterError, Indicator,
};
pub use crate::package::presence::{Input, Status, UserInput};
pub use crate::rules::{About, Decision, Disclosure, Ground};
pub use crate::sip::Secret;
pub use crate::store::{
    AccountSettings, Activity, ActivityKind, ActivitySettings, Appearance, Buddy, ContrastChoice,
    Density, Group, IdleSettings, ListOrder, ListSettings, Notice, Notifications, Place, Preset,
    Presets, RememberedStatus, SecretError, Settings, StoreError, Synced, ThemeChoice,
    TransportChoice, TrustedCertificate, WhenClosed, WindowSettings, new_instance, write_whole,
};
pub use crate::xcap::{Cause as XcapCause, Root as XcapRoot, XcapError};
