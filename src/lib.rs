//! Siskin: a SIP presence and voicemail-waiting client.
//!
//! The rooms of the house, from the wire upwards; imports go downwards only:
//!
//! - [`sip`]: what a SIP message is. Pure.
//! - [`engine`]: the protocol without I/O: transactions, dialogs, subscriptions, publication, registration.
//! - [`xml`]: XML with limits, for the rooms that read documents. Pure.
//! - [`package`]: event packages: presence, message-summary, watcher information. Pure.
//! - [`rules`]: presence rules: evaluate and edit. Pure.
//! - [`lists`]: lists of people on a server: read, merge and edit. Pure.
//! - [`xcap`]: documents on an XCAP server.
//! - [`net`]: sockets, TLS, names.
//! - [`store`]: settings, buddies and secrets on this machine.
//! - [`account`]: one account at run time; drives the rooms above; commands in, snapshots and events out.
//! - [`desktop`]: what a desktop session offers.
//! - [`ui`]: the window.
//! - [`cli`]: the command line.
//! - [`inspect`]: explains a body, a message or a trace.
//! - [`demo`]: a loopback presence server with a scripted office.

pub mod account;
pub mod cli;
pub mod demo;
pub mod desktop;
pub mod engine;
pub mod i18n;
pub mod inspect;
pub mod lists;
pub mod net;
pub mod package;
pub mod rules;
pub mod sip;
pub mod store;
#[cfg(feature = "gui")]
pub mod ui;
pub mod xcap;
pub mod xml;
